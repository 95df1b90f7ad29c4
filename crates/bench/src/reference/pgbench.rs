//! `pgbench` running the statements of one order.
//!
//! The statements are those of the product: an order is placed on the loaded database while everything it asks is recorded,
//! and the recording becomes a script with other rows and other ids each time. So nobody keeps a copy of the statements up to
//! date, and both sides of a comparison do the same work.

mod log;
mod script;

use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use axhub_hub::{Clock, Hub, Settings, SystemClock, ordering};
use axhub_store::engine::Recording;
use axhub_store::{Address, Database, Options, POSTGRES_SETTINGS};

pub use log::Tps;

use crate::cli::TimeArgs;
use crate::data::{World, order};

/// Which rows the orders of a script are of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rows {
    /// All stock rows, at random.
    Spread,
    /// The one row of `orders-hot`.
    Hot,
}

/// How the statements of a script travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Travel {
    /// One after another, as programs do that do nothing about it.
    OneByOne,
    /// All of a transaction at once.
    Pipelined,
}

/// A script of pgbench with the very statements with which the product places an order of one unit, in one transaction.
/// Places one order to see them.
///
/// What the product tells other programs at the commit is left out: while a transaction that notifies commits, no other one
/// that does can, which would serve the comparison badly.
///
/// # Errors
/// When the recorded statements hold something that the script cannot make anew each time; the database's.
pub async fn script(address: &Address, world: &World, rows: Rows, travel: Travel) -> anyhow::Result<String> {
    let recording = Recording::default();
    let options = Options { connections: 2, recording: Some(recording.clone()), ..Options::default() };
    let hub = Hub::new(Database::open(address, options).await?, Arc::new(SystemClock), Settings::default());
    ensure!(hub.database().engine_name() == "postgres", "pgbench drives PostgreSQL only");

    let size = world.size;
    let place = match rows {
        Rows::Hot => world.hot(),
        Rows::Spread => (size.products - 1, size.options - 1, size.days - 1),
    };
    let now = hub.now();
    let code = format!("SCRIPT-{}", now.as_microsecond());
    let asked = order(world, place, code.clone(), now);
    let placed = ordering::place(&hub, world.channel, world.channel_code.clone(), asked, "current".to_owned()).await?;
    let until = hub.now();
    ensure!(placed.lines.len() == 1, "an order of one line was placed as {}", placed.lines.len());

    let order = script::RecordedOrder { place, code: &code, placed_between: (now, until) };
    let steps = recording.take().into_iter().filter(|recorded| recorded.transaction == "order.place");
    script::write(world, &order, &steps.map(|recorded| recorded.step).collect::<Vec<_>>(), rows, travel)
}

/// Runs a script of [`script`] with so many clients. As with the server, what it does while it warms up does not count: its
/// connections plan the statements then.
///
/// # Errors
/// When there is no pgbench, or a transaction fails.
pub fn run(address: &Address, script: &str, clients: u32, time: TimeArgs) -> anyhow::Result<Tps> {
    let Address::Postgres(url) = address else { bail!("pgbench drives PostgreSQL only") };
    ensure!((1..=script::MAX_CLIENTS).contains(&clients), "from 1 to {} clients", script::MAX_CLIENTS);
    let logs = tempfile::tempdir()?;
    let mut command = Command::new("pgbench");
    command.current_dir(logs.path()).args(["--log", "--log-prefix=log"]);
    command.args(["--no-vacuum", "--protocol=prepared", "--file=-"]);
    command.args([format!("--client={clients}"), format!("--jobs={}", clients.min(2)), format!("--time={}", whole_seconds(time))]);
    command.args([format!("--define={}={}", script::COUNTER, script::first_count(SystemClock.now()))]);
    // The same statements are planned in the same way.
    let settings: String = POSTGRES_SETTINGS.map(|(name, value)| format!("-c {name}={value} ")).concat();
    command.env("PGOPTIONS", settings).arg(url).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().context("pgbench does not start; it comes with PostgreSQL")?;
    if let Some(mut input) = child.stdin.take() {
        input.write_all(script.as_bytes())?;
    }
    let output = child.wait_with_output()?;
    let (answer, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    ensure!(output.status.success(), "pgbench failed: {errors}");
    refuse_failures(&answer).with_context(|| format!("pgbench: {answer}{errors}"))?;
    log::read(logs.path(), Duration::from_secs_f64(time.warm_up))
}

/// It counts whole seconds.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "two days of seconds at most, and above zero")]
fn whole_seconds(time: TimeArgs) -> u32 {
    (time.warm_up + time.seconds).ceil() as u32
}

/// Looks at what pgbench prints at its end.
fn refuse_failures(answer: &str) -> anyhow::Result<()> {
    let failed = answer.lines().find_map(|line| line.strip_prefix("number of failed transactions: "));
    let failed = failed.and_then(|failed| failed.split_whitespace().next()).context("it does not say how many transactions failed")?;
    ensure!(failed == "0", "{failed} transactions failed");
    Ok(())
}

#[cfg(test)]
mod tests {
    use axhub_testkit::{Engine, TestDatabase, assert_stock_is_sound};

    use super::*;
    use crate::data::{Silent, Size, ensure};

    const ANSWER: &str = "pgbench (17.0)\ntransaction type: -\nscaling factor: 1\nquery mode: prepared\nnumber of clients: 32\n\
        number of threads: 2\nduration: 10 s\nnumber of transactions actually processed: 45012\n\
        number of failed transactions: 0 (0.000%)\nlatency average = 7.106 ms\ninitial connection time = 61.270 ms\n\
        tps = 4503.219 (without initial connection time)\n";

    #[test]
    fn a_transaction_that_failed_is_an_error() {
        assert!(refuse_failures(ANSWER).is_ok());
        assert!(refuse_failures(&ANSWER.replace("transactions: 0", "transactions: 3")).is_err());
        assert!(refuse_failures("pgbench: hello").is_err());
    }

    /// The statements run, several clients at once and again, and leave stock that is sound.
    #[tokio::test]
    async fn places_orders_as_the_product_does() {
        let test = TestDatabase::new(Engine::Postgres).await;
        let size = Size { products: 3, options: 2, days: 5, past_orders: 10 };
        let world = ensure(test.database(), &size, &Silent).await.unwrap();
        for (rows, travel) in [(Rows::Spread, Travel::OneByOne), (Rows::Hot, Travel::Pipelined)] {
            let script = script(test.address(), &world, rows, travel).await.unwrap();
            let time = TimeArgs { seconds: 0.7, warm_up: 0.3 };
            for clients in [3, 1] {
                let tps = run(test.address(), &script, clients, time).unwrap();
                assert!(tps.per_second > 1.0 && tps.median > Duration::ZERO, "{tps:?}\n{script}");
            }
        }
        assert_stock_is_sound(test.database()).await;
    }
}
