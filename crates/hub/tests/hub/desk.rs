//! The desk while the database is held up: nobody waits for ever, and an order that nobody waits for is not placed.

use std::sync::mpsc;
use std::time::{Duration, Instant};

use axhub_hub::{Error, Settings};
use axhub_store::{Database, Error as StoreError, Mode};
use axhub_testkit::{Engine, OrderBuilder};
use futures_util::{pin_mut, poll};
use rstest::rstest;
use tokio::task::JoinHandle;

use crate::stage::Stage;

/// A transaction of another program that keeps all stock locked until it is let go.
struct Hold {
    let_go: mpsc::Sender<()>,
    held: JoinHandle<Result<(), StoreError>>,
}

impl Hold {
    async fn all_stock(database: Database) -> Hold {
        let (locked, is_locked) = tokio::sync::oneshot::channel();
        let (let_go, is_over) = mpsc::channel();
        let signals = parking_lot::Mutex::new(Some((locked, is_over)));
        let held = tokio::spawn(async move {
            let hold = database.run("hold", Mode::Write, signals, |s, signals| {
                Box::pin(async move {
                    s.execute("UPDATE stock SET updated_at = updated_at", &[]).await?;
                    let (locked, is_over) = signals.lock().take().expect("it is run once");
                    let _ = locked.send(());
                    // Other tasks may have to run on this very thread meanwhile.
                    let _ = tokio::task::block_in_place(|| is_over.recv_timeout(Duration::from_secs(20)));
                    Ok(())
                })
            });
            hold.await
        });
        is_locked.await.unwrap();
        Hold { let_go, held }
    }

    async fn let_go(self) {
        self.let_go.send(()).unwrap();
        self.held.await.unwrap().unwrap();
    }
}

async fn one_in_paris(stage: &Stage, code: &str) -> OrderBuilder {
    let paris = &stage.world.paris;
    let mapping = stage.register("alpha", paris).await;
    OrderBuilder::new(code).line(mapping, paris.option(0), paris.at("2026-07-02", "09:00"), 1)
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_order_is_turned_away_in_time_and_not_placed_later(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let settings = Settings { max_batch: 1, max_wait: Duration::from_millis(300), ..Settings::default() };
    let stage = Stage::with(engine, settings).await;
    let (first, second) = (one_in_paris(&stage, "A-1").await, one_in_paris(&stage, "A-2").await);
    let hold = Hold::all_stock(stage.test.open().await).await;

    let began = Instant::now();
    // The first is a batch of its own, and stuck; the second waits for its turn.
    let (in_flight, waiting) = tokio::join!(stage.place("alpha", &first), stage.place("alpha", &second));
    assert!(matches!(in_flight, Err(Error::Store(StoreError::Unsure(_)))), "{in_flight:?}");
    assert!(matches!(waiting, Err(Error::Overloaded)), "{waiting:?}");
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());

    hold.let_go().await;
    assert!(stage.place("alpha", &first).await.unwrap().is_replay, "it was placed when it could be");
    assert!(!stage.place("alpha", &second).await.unwrap().is_replay, "it had not been placed");
    stage.assert_stock_is_sound().await;
}

#[rstest]
#[tokio::test]
async fn an_order_whose_client_has_gone_before_its_turn_is_not_placed(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let order = one_in_paris(&stage, "A-1").await;
    {
        let abandoned = stage.place("alpha", &order);
        pin_mut!(abandoned);
        // Asked once, so that it waits at the desk; then the client is gone.
        assert!(poll!(&mut abandoned).is_pending());
    }
    assert!(!stage.place("alpha", &order).await.unwrap().is_replay);
}

#[rstest]
#[tokio::test]
async fn an_order_whose_client_goes_away_later_stands(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let order = one_in_paris(&stage, "A-1").await;
    {
        let abandoned = stage.place("alpha", &order);
        pin_mut!(abandoned);
        assert!(poll!(&mut abandoned).is_pending());
        // On this one thread, the desk takes it now.
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
    }
    let answer = stage.place("alpha", &order).await.unwrap();
    assert!(answer.is_replay);
    assert_eq!(stage.left(&stage.world.paris, stage.world.paris.option(0), answer.lines[0].inventory_at).await, (9, 1));
}
