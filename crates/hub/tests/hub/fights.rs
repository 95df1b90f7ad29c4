//! Many at once: no seat is sold twice, none is lost, and everybody gets an answer that makes sense.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use axhub_domain::ids::{OptionId, RegistrationId, TicketId};
use axhub_domain::pricing::MarkUp;
use axhub_domain::refusal::Conflict;
use axhub_hub::ordering::PlacedOrder;
use axhub_hub::{Hub, Result, Settings};
use axhub_testkit::{Engine, OrderBuilder, ProductBuilder, TestProduct};
use jiff::Timestamp;
use rstest::rstest;
use tokio::task::JoinSet;

use crate::stage::{Stage, conflict, ticket_ids};

/// The servers of a fight, and the rows that it is about.
struct Fight {
    stage: Stage,
    hubs: Vec<Hub>,
    product: TestProduct,
    registration: RegistrationId,
    rows: Vec<(OptionId, Timestamp)>,
    next_code: AtomicU32,
}

impl Fight {
    /// A fight over as many rows with so many seats each.
    async fn prepare(engine: Engine, servers: usize, rows: usize, seats: i64) -> Arc<Fight> {
        let settings = Settings { max_batch: 16, ..Settings::default() };
        let stage = Stage::with(engine, settings).await;
        let builder = ProductBuilder::tour("Arena").start_times(&["09:00"]).stock(seats).days("2026-07-10", "2026-07-19");
        let builder = builder.option("A", "10").limits(1, 1000).option("B", "10").limits(1, 1000);
        let product = builder.create(&stage.hub, stage.world.supplier("lumiere").id).await;
        stage.world.assign(&stage.hub, "alpha", &product, MarkUp::NONE).await;
        let registration = stage.register("alpha", &product).await;
        let all = (10..20).flat_map(|day| [0, 1].map(|option| (product.option(option), product.at(&format!("2026-07-{day}"), "09:00"))));
        let rows = all.take(rows).collect();
        let mut hubs = vec![stage.hub.clone()];
        while hubs.len() < servers {
            hubs.push(stage.another_hub().await);
        }
        Arc::new(Fight { stage, hubs, product, registration, rows, next_code: AtomicU32::new(0) })
    }

    /// An order of one unit of each of these rows, or of several.
    fn order(&self, rows: &[usize], quantity: u32) -> OrderBuilder {
        let code = format!("F-{}", self.next_code.fetch_add(1, Ordering::Relaxed));
        rows.iter().fold(OrderBuilder::new(&code), |order, row| {
            let (option, at) = self.rows[*row];
            order.line(self.registration, option, at, quantity)
        })
    }

    async fn place(&self, client: usize, order: &OrderBuilder) -> Result<PlacedOrder> {
        self.stage.place_on(&self.hubs[client % self.hubs.len()], "alpha", order).await
    }

    /// Fails unless exactly these tickets take all the seats.
    async fn assert_all_sold(&self, tickets: Vec<TicketId>, seats: usize) {
        assert_eq!(tickets.len(), seats);
        assert_eq!(tickets.iter().collect::<HashSet<_>>().len(), seats, "each ticket is its own");
        for (option, at) in &self.rows {
            let in_all = u32::try_from(seats / self.rows.len()).unwrap();
            assert_eq!(self.stage.left(&self.product, *option, *at).await, (0, in_all));
        }
        self.stage.assert_stock_is_sound().await;
    }
}

/// Clients that go on buying until everything is gone; what they got.
async fn buy_everything<F>(fight: &Arc<Fight>, clients: usize, buy: fn(Arc<Fight>, usize) -> F) -> Vec<TicketId>
where
    F: Future<Output = Vec<TicketId>> + Send + 'static,
{
    let mut buying = JoinSet::new();
    for client in 0..clients {
        buying.spawn(buy(Arc::clone(fight), client));
    }
    buying.join_all().await.into_iter().flatten().collect()
}

/// Buys seats of one row, two at a time for every other client, until there are none.
async fn buy_row_by_row(fight: Arc<Fight>, client: usize) -> Vec<TicketId> {
    let mut tickets = Vec::new();
    for turn in 0..fight.rows.len() {
        let row = (client + turn) % fight.rows.len();
        let mut quantity = 1 + u32::try_from(client % 2).unwrap();
        loop {
            match fight.place(client, &fight.order(&[row], quantity)).await {
                Ok(placed) => tickets.extend(ticket_ids(&placed)),
                refused => {
                    let Conflict::SoldOut { remain, option, inventory_at, line } = conflict(refused) else { panic!("another conflict") };
                    assert_eq!(((option, inventory_at), line), (fight.rows[row], 0));
                    assert!(remain < quantity, "{remain} are left and {quantity} were refused");
                    if remain == 0 {
                        break;
                    }
                    quantity = 1;
                }
            }
        }
    }
    tickets
}

#[rstest]
#[case::one_server_one_row(1, 1, 100)]
#[case::one_server_many_rows(1, 10, 10)]
#[case::two_servers_one_row(2, 1, 100)]
#[case::two_servers_many_rows(2, 10, 10)]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_hundred_seats_are_sold_to_64_clients_a_hundred_times(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
    #[case] servers: usize,
    #[case] rows: usize,
    #[case] seats_each: i64,
) {
    let fight = Fight::prepare(engine, servers, rows, seats_each).await;
    let tickets = buy_everything(&fight, 64, buy_row_by_row).await;
    fight.assert_all_sold(tickets, 100).await;
}

/// Buys a seat of every row at once, named in an order of the client's own.
async fn buy_all_rows_together(fight: Arc<Fight>, client: usize) -> Vec<TicketId> {
    let mut rows: Vec<usize> = (0..fight.rows.len()).collect();
    rows.rotate_left(client % fight.rows.len());
    if client % 2 == 1 {
        rows.reverse();
    }
    let mut tickets = Vec::new();
    loop {
        match fight.place(client, &fight.order(&rows, 1)).await {
            Ok(placed) => tickets.extend(ticket_ids(&placed)),
            refused => {
                let Conflict::SoldOut { remain, line, option, inventory_at } = conflict(refused) else { panic!("another conflict") };
                assert_eq!((remain, line, (option, inventory_at)), (0, 0, fight.rows[rows[0]]), "all rows end together");
                return tickets;
            }
        }
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn orders_over_several_rows_in_any_order_do_not_get_in_each_others_way(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
    #[values(1, 2)] servers: usize,
) {
    let fight = Fight::prepare(engine, servers, 5, 20).await;
    let tickets = buy_everything(&fight, 32, buy_all_rows_together).await;
    fight.assert_all_sold(tickets, 100).await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_order_sent_to_two_servers_at_once_is_placed_once(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fight = Fight::prepare(engine, 2, 4, 100).await;
    let mut sending = JoinSet::new();
    for at in 0..20 {
        let order = fight.order(&[at % 4], 2);
        for client in 0..4 {
            let (fight, order) = (Arc::clone(&fight), order.clone());
            sending.spawn(async move { (at, fight.place(client, &order).await.unwrap()) });
        }
    }
    let mut answers = sending.join_all().await;
    answers.sort_by_key(|(at, placed)| (*at, placed.is_replay));
    for same in answers.chunks(4) {
        assert_eq!(same.iter().map(|(_, placed)| placed.is_replay).collect::<Vec<_>>(), [false, true, true, true]);
        assert!(same.iter().all(|(_, placed)| placed.lines == same[0].1.lines), "all four got the same answer");
    }
    let (option, at) = fight.rows[0];
    assert_eq!(fight.stage.left(&fight.product, option, at).await, (90, 10));
    fight.stage.assert_stock_is_sound().await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_meanings_of_one_code_at_once_one_is_placed(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fight = Fight::prepare(engine, 2, 4, 100).await;
    let mut sending = JoinSet::new();
    for at in 0..20 {
        let one = fight.order(&[at % 4], 1);
        // The same code for another row, so that the servers do not wait for each other at the stock.
        let other = fight.order(&[(at + 1) % 4], 1).change(|order| order.channel_order_code = one.build().channel_order_code);
        for (client, order) in [one, other].into_iter().enumerate() {
            let fight = Arc::clone(&fight);
            sending.spawn(async move { (at, fight.place(client, &order).await) });
        }
    }
    let mut placed = HashSet::new();
    for (at, answer) in sending.join_all().await {
        match answer {
            Ok(answer) => assert!(!answer.is_replay && placed.insert(at), "twice"),
            refused => assert_eq!(conflict(refused), Conflict::OrderCodeReused),
        }
    }
    assert_eq!(placed.len(), 20);
    fight.stage.assert_stock_is_sound().await;
}
