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

/// How many orders are on their way when the signal comes, besides those of the clients.
const ON_THEIR_WAY: usize = 32;
/// How long a request of a client takes at most until it has left the client.
const TO_SEND_MICROS: u64 = 50_000;
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
        let (stopped, ended) = (stopped?, scene.history.now());
        ensure!(stopped.is_well(), "{} was told to stop, and ended with {}", name_of(server), stopped.status);
        let lost: Vec<String> = answers.into_iter().filter_map(Result::err).map(|error| format!("{error:#}")).collect();
        ensure!(
            lost.is_empty(),
            "{} of {ON_THEIR_WAY} requests that {} had when it was told to stop were not answered: {}",
            lost.len(),
            name_of(server),
            lost[0]
        );
        for record in scene.between(0, ended) {
            let was_sent = record.begin + TO_SEND_MICROS < signalled && record.end > signalled && record.server == address.port();
            if let (true, Some(why)) = (was_sent, Scene::left_without_answer(&record)) {
                anyhow::bail!("{} was told to stop and left a client without its answer: {why}: {:?}", name_of(server), record.ask);
            }
        }
        scene.cluster.start_again(server).await?;
        scene.recovered().await?;
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
    ensure!(answer.starts_with(b"HTTP/1.1 "), "the connection ended after {} bytes", answer.len());
    Ok(())
}
