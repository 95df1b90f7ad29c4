//! A server is told to stop (SIGTERM) under load. It answers whatever it was asked before that, and ends well; no
//! connection that it had been asked on is reset.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, ensure};
use futures_util::future::{join_all, try_join_all};
use rand::rngs::SmallRng;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::Scene;
use super::probe::order_of_nothing;
use crate::cluster::name_of;
use crate::history::Micros;

/// How many orders are on their way when the signal comes, besides those of the clients.
const ON_THEIR_WAY: usize = 32;
/// How long a request of a client takes at most until it has left the client.
const TO_SEND_MICROS: u64 = 50_000;
/// What lies between the head of an answer and its body.
const END_OF_HEAD: &[u8] = b"\r\n\r\n";
/// How long an answer may take.
const TO_ANSWER: Duration = Duration::from_secs(35);

pub(super) async fn inject(scene: &Scene<'_>, dice: &mut SmallRng) -> anyhow::Result<()> {
    for _ in 0..scene.pace.times {
        scene.strike(dice).await;
        let server = scene.any_server(dice);
        let address = scene.cluster.addresses()[server];
        let asked = try_join_all((0..ON_THEIR_WAY).map(|_| ask(address, &scene.key))).await?;
        let signalled = scene.history.now();
        let (stopped, answers) = tokio::join!(scene.cluster.terminate(server), join_all(asked.into_iter().map(answer)));
        let stopped = stopped?;
        ensure!(stopped.is_well(), "{} was told to stop, and ended with {}", name_of(server), stopped.status);
        let lost: Vec<String> = answers.into_iter().filter_map(Result::err).map(|error| format!("{error:#}")).collect();
        ensure!(
            lost.is_empty(),
            "{} of {ON_THEIR_WAY} requests that {} had when it was told to stop were not answered: {}",
            lost.len(),
            name_of(server),
            lost[0]
        );
        let starting = scene.history.now();
        scene.cluster.start_again(server).await?;
        scene.recovered(starting).await?;
        // Only now: a client that was cut off in the server's last moment writes it down a little later.
        for record in scene.between(0, Micros::MAX) {
            let was_sent = record.begin + TO_SEND_MICROS < signalled && record.end > signalled && record.server == address.port();
            if let (true, Some(why)) = (was_sent, Scene::left_without_answer(&record)) {
                anyhow::bail!("{} was told to stop and left a client without its answer: {why}: {:?}", name_of(server), record.ask);
            }
        }
    }
    Ok(())
}

/// Sends an order on a connection of its own, whole.
async fn ask(server: SocketAddr, key: &str) -> anyhow::Result<TcpStream> {
    let body = order_of_nothing().to_string();
    let request = format!(
        "POST /v1/channel/orders/tour HTTP/1.1\r\nHost: {server}\r\nAuthorization: Token {key}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(server).await?;
    stream.write_all(request.as_bytes()).await?;
    Ok(stream)
}

/// The whole answer.
async fn answer(mut stream: TcpStream) -> anyhow::Result<()> {
    let mut answer = Vec::new();
    timeout(TO_ANSWER, stream.read_to_end(&mut answer)).await.context("no answer in time")?.context("the connection broke")?;
    is_whole(&answer)
}

/// Whether an answer has its head, and as much body as that says.
fn is_whole(answer: &[u8]) -> anyhow::Result<()> {
    let end = answer.windows(END_OF_HEAD.len()).position(|bytes| bytes == END_OF_HEAD);
    let end = end.with_context(|| format!("the connection ended after {} bytes, in the head", answer.len()))?;
    let head = std::str::from_utf8(&answer[..end]).context("the head is no text")?;
    ensure!(head.starts_with("HTTP/1.1 "), "the answer is none: {head}");
    let lengths = head.lines().filter_map(|line| line.split_once(':').filter(|(name, _)| name.eq_ignore_ascii_case("content-length")));
    let length: usize = lengths.map(|(_, length)| length.trim().parse()).next().context("an answer without its length")??;
    let body = answer.len() - end - END_OF_HEAD.len();
    ensure!(body == length, "the connection ended after {body} of {length} bytes of the body");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::is_whole;

    #[test]
    fn an_answer_is_whole_with_all_of_its_body() {
        let head = "HTTP/1.1 404 Not Found\r\ncontent-length: 4\r\n\r\n";
        assert!(is_whole(format!("{head}gone").as_bytes()).is_ok());
        for (body, why) in [("", "0 of 4"), ("gon", "3 of 4"), ("gone!", "5 of 4")] {
            let told = is_whole(format!("{head}{body}").as_bytes()).unwrap_err().to_string();
            assert!(told.contains(why), "{told}");
        }
        assert!(is_whole(b"").is_err() && is_whole(&head.as_bytes()[..20]).is_err());
    }
}
