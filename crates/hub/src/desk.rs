//! The order desk: takes all orders that are waiting and places them as one batch in one transaction.
//!
//! A batch is whatever arrived while the last one was committing, up to a limit; nobody waits for a batch to fill.
//! One batch is in flight at a time unless the settings say more.
//!
//! Whoever asked may be gone before the order's turn comes: its time was up, or its connection was closed. Such an order is
//! not placed: it would hold seats of which nobody knows until somebody asks again.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axhub_store::{Database, Mode, TransactionError};
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::time::timeout;

use crate::ordering::{Ask, Batch, PlacedOrder, place_batch};
use crate::{Clock, Error, Result, Settings, error};

/// Where orders queue.
pub(crate) struct Desk {
    queue: mpsc::Sender<Waiting>,
    max_wait: Duration,
}

/// An order that waits for its batch, and where its answer goes.
struct Waiting {
    ask: Ask,
    turn: Turn,
    answer: oneshot::Sender<Result<PlacedOrder>>,
}

/// An order's turn: taken once, either by the batch that places it or by whoever gives it up.
#[derive(Clone, Default)]
struct Turn(Arc<AtomicBool>);

impl Turn {
    /// Whether it was still there to take.
    fn take(&self) -> bool {
        !self.0.swap(true, Ordering::AcqRel)
    }
}

/// Gives the order up when whoever asked goes away.
struct GivesUp(Turn);

impl Drop for GivesUp {
    fn drop(&mut self) {
        self.0.take();
    }
}

impl Desk {
    /// Opens the desk. It closes when the hub is dropped.
    pub(crate) fn open(db: Database, clock: Arc<dyn Clock>, settings: Settings) -> Desk {
        let (queue, waiting) = mpsc::channel(settings.max_waiting.max(1));
        tokio::spawn(serve(waiting, db, clock, settings));
        Desk { queue, max_wait: settings.max_wait }
    }

    /// Queues an order and waits until it is placed, durably, or refused.
    pub(crate) async fn place(&self, ask: Ask) -> Result<PlacedOrder> {
        let (answer, mut answered) = oneshot::channel();
        let turn = Turn::default();
        let mine = GivesUp(turn.clone());
        self.queue.try_send(Waiting { ask, turn, answer }).map_err(|_| Error::Overloaded)?;
        let answer = match timeout(self.max_wait, &mut answered).await {
            Ok(answer) => answer,
            Err(_) if mine.0.take() => {
                metrics::counter!("axhub_orders_given_up_total").increment(1);
                return Err(Error::Overloaded);
            }
            Err(_) => timeout(self.max_wait, answered).await.map_err(|_| unsure())?,
        };
        answer.map_err(|_| unsure())?
    }
}

/// The order is with a batch of which nothing was heard in time.
fn unsure() -> Error {
    Error::Store(error::StoreError::Unsure("the order's batch was not over in time".to_owned()))
}

async fn serve(mut queue: mpsc::Receiver<Waiting>, db: Database, clock: Arc<dyn Clock>, settings: Settings) {
    let in_flight = Arc::new(Semaphore::new(settings.batches_in_flight.max(1)));
    loop {
        // First a free place, then the orders: what arrives while all places are taken joins the next batch.
        let Ok(place) = Arc::clone(&in_flight).acquire_owned().await else { return };
        let mut batch = Vec::new();
        if queue.recv_many(&mut batch, settings.max_batch.max(1)).await == 0 {
            return;
        }
        batch.retain(|waiting| waiting.turn.take());
        if batch.is_empty() {
            continue;
        }
        let (db, clock) = (db.clone(), Arc::clone(&clock));
        tokio::spawn(async move {
            place_and_answer(&db, &clock, batch).await;
            drop(place);
        });
    }
}

async fn place_and_answer(db: &Database, clock: &Arc<dyn Clock>, waiting: Vec<Waiting>) {
    metrics::histogram!("axhub_order_batch_size").record(waiting.len() as f64);
    let (asks, answers): (Vec<Ask>, Vec<_>) = waiting.into_iter().map(|waiting| (waiting.ask, waiting.answer)).unzip();
    let asks: Vec<Arc<Ask>> = asks.into_iter().map(Arc::new).collect();
    let results = match place(db, clock, asks.clone()).await {
        // Something about one order is beyond the rules; it must not take the others down with it.
        Err(error) if asks.len() > 1 && !is_passing(&error) => place_one_by_one(db, clock, asks).await,
        Err(error) => refuse_all(&error, answers.len()),
        Ok(results) => results,
    };
    for (answer, result) in answers.into_iter().zip(results) {
        // A client that went away meanwhile hears nothing, but its order stands; it may ask again with the same code.
        let _ = answer.send(result);
    }
}

async fn place(db: &Database, clock: &Arc<dyn Clock>, asks: Vec<Arc<Ask>>) -> Result<Vec<Result<PlacedOrder>>> {
    let batch = Batch { asks, clock: Arc::clone(clock) };
    db.run("order.place", Mode::Write, batch, |s, batch| Box::pin(place_batch(s, batch))).await
}

async fn place_one_by_one(db: &Database, clock: &Arc<dyn Clock>, asks: Vec<Arc<Ask>>) -> Vec<Result<PlacedOrder>> {
    let mut results = Vec::with_capacity(asks.len());
    for ask in asks {
        let alone = place(db, clock, vec![ask]).await;
        results.push(alone.and_then(|mut results| results.pop().unwrap_or(Err(Error::Overloaded))));
    }
    results
}

/// Whether the database as a whole is in trouble, not one order.
fn is_passing(error: &Error) -> bool {
    error.store_error().is_some_and(error::StoreError::is_passing)
}

fn refuse_all(error: &Error, count: usize) -> Vec<Result<PlacedOrder>> {
    let copy = || match error.store_error() {
        Some(error) => Error::Store(error.clone()),
        None => Error::Overloaded,
    };
    (0..count).map(|_| Err(copy())).collect()
}
