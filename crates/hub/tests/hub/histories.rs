//! Random histories: whatever happens in whatever order, stock equals the tickets, and the database says what a model in
//! memory says.

use std::collections::HashMap;

use axhub_domain::ids::{OrderId, RegistrationId};
use axhub_domain::inventory::StockRule;
use axhub_domain::pricing::MarkUp;
use axhub_domain::product::ProductKind;
use axhub_domain::refusal::Conflict;
use axhub_domain::state::{Action, OrderState, TicketStatus, apply, transition};
use axhub_hub::availability::set_stock;
use axhub_testkit::{Engine, OrderBuilder, ProductBuilder, TestProduct};
use jiff::Timestamp;
use jiff::civil::{Date, date, time};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use rstest::rstest;

use crate::stage::{Stage, conflict};

/// One thing that somebody does.
#[derive(Clone, Debug)]
enum Step {
    /// Alpha orders: rows with quantities.
    Place(Vec<(usize, u32)>),
    /// Alpha sends an order again, by its place among those that were placed.
    Repeat(usize),
    /// Somebody acts on an order and one of its tickets.
    Act { order: usize, ticket: usize, act: usize },
    /// The supplier sets the stock of a row.
    SetStock { row: usize, max: i64, on_sale: bool },
}

/// Two options on two days.
const ROWS: usize = 4;
const DAYS: [Date; 2] = [date(2026, 7, 10), date(2026, 7, 11)];

fn step() -> impl Strategy<Value = Step> {
    let lines = proptest::collection::btree_map(0..ROWS, 1u32..4, 1..3).prop_map(|lines| Step::Place(lines.into_iter().collect()));
    prop_oneof![
        4 => lines,
        1 => any::<usize>().prop_map(Step::Repeat),
        6 => (any::<usize>(), any::<usize>(), 0..9usize).prop_map(|(order, ticket, act)| Step::Act { order, ticket, act }),
        2 => (0..ROWS, 0i64..9, prop::bool::weighted(0.8)).prop_map(|(row, max, on_sale)| Step::SetStock { row, max, on_sale }),
    ]
}

#[derive(Clone, Copy, Debug)]
struct Row {
    max: i64,
    ordered: i64,
    on_sale: bool,
}

/// The world as it should be, beside the hub under test.
struct Model {
    stage: Stage,
    product: TestProduct,
    registration: RegistrationId,
    rows: [Row; ROWS],
    orders: Vec<OrderState>,
    row_of: HashMap<OrderId, usize>,
    sent: Vec<(OrderBuilder, Vec<OrderId>)>,
    steps: usize,
}

impl Model {
    async fn new(engine: Engine) -> Model {
        let stage = Stage::new(engine).await;
        let builder = ProductBuilder::tour("Model").manual().start_times(&["09:00"]).stock(6).option("A", "10").option("B", "20");
        let product = builder.days("2026-07-10", "2026-07-11").create(&stage.hub, stage.world.supplier("hanok").id).await;
        stage.world.assign(&stage.hub, "alpha", &product, MarkUp::NONE).await;
        let registration = stage.register("alpha", &product).await;
        let rows = [Row { max: 6, ordered: 0, on_sale: true }; ROWS];
        Model { stage, product, registration, rows, orders: vec![], row_of: HashMap::new(), sent: vec![], steps: 0 }
    }

    fn at(&self, row: usize) -> Timestamp {
        self.product.at(&DAYS[row / 2].to_string(), "09:00")
    }

    async fn take(&mut self, step: &Step) {
        self.steps += 1;
        match step {
            Step::Place(lines) => self.place(lines).await,
            Step::Repeat(_) if self.sent.is_empty() => {}
            Step::Repeat(at) => {
                let (order, placed) = &self.sent[at % self.sent.len()];
                let answer = self.stage.place("alpha", order).await.unwrap();
                assert!(answer.is_replay);
                assert_eq!(&answer.lines.iter().map(|line| line.order).collect::<Vec<_>>(), placed);
            }
            Step::Act { .. } if self.orders.is_empty() => {}
            Step::Act { order, ticket, act } => self.act(*order, *ticket, *act).await,
            Step::SetStock { row, max, on_sale } => self.set_stock(*row, *max, *on_sale).await,
        }
    }

    async fn place(&mut self, lines: &[(usize, u32)]) {
        let order = lines.iter().fold(OrderBuilder::new(&format!("O-{}", self.steps)), |order, (row, quantity)| {
            order.line(self.registration, self.product.option(row % 2), self.at(*row), *quantity)
        });
        let answer = self.stage.place("alpha", &order).await;
        let closed = lines.iter().any(|(row, _)| !self.rows[*row].on_sale);
        let short = lines.iter().find(|(row, quantity)| self.rows[*row].max - self.rows[*row].ordered < i64::from(*quantity));
        match (closed, short) {
            (true, _) => assert_eq!(conflict(answer).code(), "inventory_closed"),
            (false, Some((row, _))) => {
                let left = self.rows[*row].max - self.rows[*row].ordered;
                let Conflict::SoldOut { option, inventory_at, remain, .. } = conflict(answer) else { panic!("not sold out") };
                assert_eq!((option, inventory_at, i64::from(remain)), (self.product.option(row % 2), self.at(*row), left));
            }
            (false, None) => {
                let placed = answer.unwrap();
                for ((row, quantity), line) in lines.iter().zip(&placed.lines) {
                    self.rows[*row].ordered += i64::from(*quantity);
                    self.row_of.insert(line.order, *row);
                    let tickets = line.tickets.iter().map(|ticket| (*ticket, TicketStatus::New)).collect();
                    self.orders.push(OrderState { id: line.order, status: line.status, tickets });
                }
                self.sent.push((order, placed.lines.iter().map(|line| line.order).collect()));
            }
        }
    }

    async fn act(&mut self, order: usize, ticket: usize, act: usize) {
        let at = order % self.orders.len();
        let before = self.orders[at].clone();
        let ticket = before.tickets[ticket % before.tickets.len()].0;
        let (is_channel, action) = [
            (true, Action::TravelerCancel),
            (true, Action::ChannelUnavoidableCancel),
            (true, Action::ChannelCancelTicket(ticket)),
            (false, Action::Acknowledge),
            (false, Action::Confirm),
            (false, Action::Reject),
            (false, Action::SupplierCancel),
            (false, Action::SupplierCancelTicket(ticket)),
            (false, Action::Redeem(ticket)),
        ][act];
        let answer = if is_channel {
            self.stage.as_channel("alpha", ProductKind::Tour, before.id, action).await
        } else {
            self.stage.as_supplier("hanok", before.id, action).await
        };
        match transition(&before, action) {
            Err(expected) => assert_eq!(conflict(answer), expected),
            Ok(change) => {
                let change = change.unwrap();
                apply(&mut self.orders[at], &change);
                self.rows[self.row_of[&before.id]].ordered -= i64::from(change.returned);
                assert_eq!(answer.unwrap().status, self.orders[at].status);
            }
        }
    }

    async fn set_stock(&mut self, row: usize, max: i64, on_sale: bool) {
        let day = DAYS[row / 2];
        let rule = StockRule { from: day, to: day, weekdays: vec![], start_times: vec![time(9, 0, 0, 0)], max, min: 0, on_sale };
        let answer = set_stock(&self.stage.hub, self.product.supplier, self.product.option(row % 2), rule).await;
        if max < self.rows[row].ordered {
            assert_eq!(conflict(answer).code(), "stock_below_sold");
        } else {
            assert_eq!(answer.unwrap(), 1);
            (self.rows[row].max, self.rows[row].on_sale) = (max, on_sale);
        }
    }

    /// Fails unless the database says what the model says.
    async fn check(&self) {
        for (at, row) in self.rows.iter().enumerate() {
            let stock = self.stage.stock(&self.product, self.product.option(at % 2)).await;
            let stored = stock.iter().find(|stored| stored.inventory_at == self.at(at)).unwrap();
            let expected = (row.max, row.max - row.ordered, row.ordered, row.on_sale);
            assert_eq!((i64::from(stored.max), i64::from(stored.remain), i64::from(stored.ordered), stored.on_sale), expected);
        }
        for order in &self.orders {
            let stored = self.stage.order("hanok", order.id).await.order;
            let tickets: Vec<_> = stored.tickets.iter().map(|ticket| (ticket.id, ticket.status)).collect();
            assert_eq!((stored.status, &tickets), (order.status, &order.tickets));
        }
        self.stage.assert_stock_is_sound().await;
    }
}

#[rstest]
fn leave_stock_equal_to_the_tickets(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let config = Config { cases: 16, max_shrink_iters: 200, failure_persistence: None, ..Config::default() };
    let history = proptest::collection::vec(step(), 1..60);
    let outcome = TestRunner::new(config).run(&history, |steps| {
        runtime.block_on(async {
            let mut model = Model::new(engine).await;
            for step in &steps {
                model.take(step).await;
            }
            model.check().await;
        });
        Ok(())
    });
    outcome.unwrap();
}
