//! Random histories of shared stock and allotments: every pool's numbers are what its tickets say, and what inventory shows
//! as left can be ordered, and not one more.

use std::collections::HashMap;

use axhub_domain::ids::{ChannelId, OptionId, OrderId, RegistrationId, StockId};
use axhub_domain::inventory::{StockDates, StockLevels};
use axhub_domain::pricing::MarkUp;
use axhub_domain::product::ProductKind;
use axhub_domain::refusal::Conflict;
use axhub_domain::state::{Action, OrderState, TicketStatus, apply, transition};
use axhub_hub::availability::{
    AllotmentRule, Availability, DateRange, explain_stock, inventory_for_channel, set_allotments, set_stock_of_options,
};
use axhub_hub::changes::{Cursor, What, changes_for_channel};
use axhub_hub::{Page, tasks};
use axhub_testkit::{Engine, OrderBuilder, ProductBuilder, TestClock, TestProduct};
use jiff::civil::{Date, date, time};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use rstest::rstest;
use uuid::Uuid;

use crate::stage::{Stage, conflict};

/// One thing that somebody does. Rows are counted day by day, the bus before the boat.
#[derive(Clone, Debug)]
enum Step {
    /// A channel orders some of what inventory shows it of an option; all of it, when so many are not shown.
    OrderShown { channel: usize, option: usize, day: usize, units: u32 },
    /// A channel orders one more than that.
    OrderTooMuch { channel: usize, option: usize, day: usize },
    /// A channel orders two options that share the bus.
    OrderTogether { channel: usize, day: usize, adults: u32, families: u32 },
    /// Somebody acts on an order and one of its tickets.
    Act { order: usize, ticket: usize, act: usize },
    /// The supplier changes the stock of options on one day.
    SetStock { options: Vec<usize>, day: usize, levels: StockLevels },
    /// The supplier allots stock to a channel, released so many hours from now.
    Allot { channel: usize, option: usize, day: usize, quantity: i64, release: i64 },
    /// Hours pass.
    Wait(i64),
    /// The background tasks run.
    Tasks,
}

/// Adult and Family share the bus, of which a family takes three seats; the boat is its own.
const WEIGHTS: [i64; 3] = [1, 3, 1];
const POOLS: [usize; 3] = [0, 0, 1];
const DAYS: [Date; 2] = [date(2026, 7, 10), date(2026, 7, 11)];
const CHANNELS: [&str; 2] = ["alpha", "beta"];

fn levels() -> impl Strategy<Value = StockLevels> {
    let max = proptest::option::weighted(0.7, 0i64..25);
    (max, proptest::option::weighted(0.5, prop::bool::weighted(0.8))).prop_map(|(max, on_sale)| StockLevels {
        max,
        min: None,
        on_sale: on_sale.or(max.is_none().then_some(true)),
    })
}

fn step() -> impl Strategy<Value = Step> {
    let (channel, option, day) = (0..2usize, 0..3usize, 0..2usize);
    let shown = (channel.clone(), option.clone(), day.clone(), 1u32..9);
    let too_much = (channel.clone(), option.clone(), day.clone());
    let together = (channel.clone(), day.clone(), 1u32..5, 1u32..4);
    let options = proptest::sample::subsequence(vec![0usize, 1, 2], 1..=3);
    let allot = (channel, option, day.clone(), 0i64..12, -10i64..60);
    prop_oneof![
        4 => shown.prop_map(|(channel, option, day, units)| Step::OrderShown { channel, option, day, units }),
        2 => too_much.prop_map(|(channel, option, day)| Step::OrderTooMuch { channel, option, day }),
        2 => together.prop_map(|(channel, day, adults, families)| Step::OrderTogether { channel, day, adults, families }),
        5 => (any::<usize>(), any::<usize>(), 0..9usize).prop_map(|(order, ticket, act)| Step::Act { order, ticket, act }),
        3 => (options, day, levels()).prop_map(|(options, day, levels)| Step::SetStock { options, day, levels }),
        4 => allot.prop_map(|(channel, option, day, quantity, release)| Step::Allot { channel, option, day, quantity, release }),
        2 => (1i64..20).prop_map(Step::Wait),
        1 => Just(Step::Tasks),
    ]
}

/// What a channel has of a row, and what is allotted to it until when.
#[derive(Clone, Copy, Debug, Default)]
struct Share {
    has: i64,
    allotted: Option<(i64, Timestamp)>,
}

#[derive(Clone, Copy, Debug)]
struct Row {
    max: i64,
    on_sale: bool,
    shares: [Share; 2],
}

impl Row {
    fn remain(&self) -> i64 {
        self.max - self.shares[0].has - self.shares[1].has
    }

    fn kept(&self, channel: usize, now: Timestamp) -> i64 {
        let share = self.shares[channel];
        share.allotted.map_or(0, |(quantity, release_at)| if release_at > now { (quantity - share.has).max(0) } else { 0 })
    }

    fn available(&self, channel: usize, now: Timestamp) -> i64 {
        (self.remain() - self.kept(1 - channel, now)).max(0)
    }
}

/// The world as it should be, beside the hub under test.
struct Model {
    stage: Stage,
    product: TestProduct,
    channels: [ChannelId; 2],
    registrations: [RegistrationId; 2],
    rows: [[Row; 2]; 2],
    orders: Vec<(OrderState, Placed)>,
    steps: usize,
}

/// Where an order took its units.
#[derive(Clone, Copy, Debug)]
struct Placed {
    channel: usize,
    day: usize,
    option: usize,
}

impl Model {
    async fn new(engine: Engine) -> Model {
        let stage = Stage::new(engine).await;
        let bus = ProductBuilder::tour("Bus").manual().start_times(&["09:00"]).option("Adult", "10").pool("bus").limits(1, 99);
        let bus = bus.option("Family", "25").pool("bus").weight(3).limits(1, 99).option("Boat", "20").limits(1, 99).stock(12);
        let product = bus.days("2026-07-10", "2026-07-11").create(&stage.hub, stage.world.supplier("hanok").id).await;
        let mut registrations = Vec::new();
        for channel in CHANNELS {
            stage.world.assign(&stage.hub, channel, &product, MarkUp::NONE).await;
            registrations.push(stage.register(channel, &product).await);
        }
        let row = Row { max: 12, on_sale: true, shares: [Share::default(); 2] };
        let channels = CHANNELS.map(|channel| stage.world.channel(channel).id);
        let registrations = [registrations[0], registrations[1]];
        Model { stage, product, channels, registrations, rows: [[row; 2]; 2], orders: vec![], steps: 0 }
    }

    fn now(&self) -> Timestamp {
        self.stage.hub.now()
    }

    fn at(&self, day: usize) -> Timestamp {
        self.product.at(&DAYS[day].to_string(), "09:00")
    }

    fn row(&mut self, day: usize, option: usize) -> &mut Row {
        &mut self.rows[day][POOLS[option]]
    }

    async fn take(&mut self, step: &Step) {
        self.steps += 1;
        match step {
            Step::OrderShown { channel, option, day, units } => {
                let shown = self.shown(*channel, *option, *day).await;
                match shown.remain.min(*units) {
                    0 => {}
                    quantity => self.place(*channel, *day, &[(*option, quantity)]).await,
                }
            }
            Step::OrderTooMuch { channel, option, day } => {
                let shown = self.shown(*channel, *option, *day).await;
                self.place(*channel, *day, &[(*option, shown.remain + 1)]).await;
            }
            Step::OrderTogether { channel, day, adults, families } => self.place(*channel, *day, &[(0, *adults), (1, *families)]).await,
            Step::Act { .. } if self.orders.is_empty() => {}
            Step::Act { order, ticket, act } => self.act(*order, *ticket, *act).await,
            Step::SetStock { options, day, levels } => self.set_stock(options, *day, *levels).await,
            Step::Allot { channel, option, day, quantity, release } => self.allot(*channel, *option, *day, *quantity, *release).await,
            Step::Wait(hours) => {
                // Never as far as the first start.
                let end = TestClock::start() + SignedDuration::from_hours(24 * 9);
                self.stage.clock.set((self.now() + SignedDuration::from_hours(*hours)).min(end));
            }
            Step::Tasks => {
                tasks::run_due(&self.stage.hub, Uuid::from_u128(1)).await;
            }
        }
    }

    async fn inventory(&self, channel: usize) -> Vec<Availability> {
        let (range, page) = (DateRange { from: Some(DAYS[0]), to: Some(DAYS[1]) }, Page { number: 1, size: 100 });
        inventory_for_channel(&self.stage.hub, self.channels[channel], ProductKind::Tour, self.product.id, range, page).await.unwrap().items
    }

    /// What inventory shows a channel of an option, which must be what the model says.
    async fn shown(&self, channel: usize, option: usize, day: usize) -> Availability {
        let rows = self.inventory(channel).await;
        let wanted = (self.product.option(option), self.at(day));
        let shown = rows.into_iter().find(|shown| (shown.option, shown.inventory_at) == wanted).unwrap();
        let row = self.rows[day][POOLS[option]];
        let (max, remain) = (row.max / WEIGHTS[option], row.available(channel, self.now()) / WEIGHTS[option]);
        let expected = (max, remain, max - remain, row.on_sale);
        assert_eq!((i64::from(shown.max), i64::from(shown.remain), i64::from(shown.ordered), shown.on_sale), expected);
        shown
    }

    async fn place(&mut self, channel: usize, day: usize, lines: &[(usize, u32)]) {
        let order = lines.iter().fold(OrderBuilder::new(&format!("O-{}", self.steps)), |order, (option, quantity)| {
            order.line(self.registrations[channel], self.product.option(*option), self.at(day), *quantity)
        });
        let answer = self.stage.place(CHANNELS[channel], &order).await;
        let now = self.now();
        if !self.row(day, lines[0].0).on_sale {
            assert_eq!(conflict(answer).code(), "inventory_closed");
            return;
        }
        // All lines are of one pool: each finds what the ones before it left.
        let mut available = self.row(day, lines[0].0).available(channel, now);
        for (option, quantity) in lines {
            let units = i64::from(*quantity) * WEIGHTS[*option];
            if units > available {
                let Conflict::SoldOut { option: named, remain, .. } = conflict(answer) else { panic!("not sold out") };
                assert_eq!((named, i64::from(remain)), (self.product.option(*option), available / WEIGHTS[*option]));
                return;
            }
            available -= units;
        }
        for ((option, quantity), line) in lines.iter().zip(answer.unwrap().lines) {
            self.row(day, *option).shares[channel].has += i64::from(*quantity) * WEIGHTS[*option];
            let tickets = line.tickets.iter().map(|ticket| (*ticket, TicketStatus::New)).collect();
            self.orders.push((OrderState { id: line.order, status: line.status, tickets }, Placed { channel, day, option: *option }));
        }
    }

    async fn act(&mut self, order: usize, ticket: usize, act: usize) {
        let at = order % self.orders.len();
        let (before, placed) = self.orders[at].clone();
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
        let id: OrderId = before.id;
        let answer = if is_channel {
            self.stage.as_channel(CHANNELS[placed.channel], ProductKind::Tour, id, action).await
        } else {
            self.stage.as_supplier("hanok", id, action).await
        };
        match transition(&before, action) {
            Err(expected) => assert_eq!(conflict(answer), expected),
            Ok(change) => {
                let change = change.unwrap();
                apply(&mut self.orders[at].0, &change);
                let units = i64::from(change.returned) * WEIGHTS[placed.option];
                self.row(placed.day, placed.option).shares[placed.channel].has -= units;
                assert_eq!(answer.unwrap().status, self.orders[at].0.status);
            }
        }
    }

    fn dates(day: usize) -> StockDates {
        StockDates { from: DAYS[day], to: DAYS[day], weekdays: vec![], start_times: vec![time(9, 0, 0, 0)] }
    }

    async fn set_stock(&mut self, options: &[usize], day: usize, levels: StockLevels) {
        let codes: Vec<OptionId> = options.iter().map(|option| self.product.option(*option)).collect();
        let answer = set_stock_of_options(&self.stage.hub, self.product.supplier, codes, Model::dates(day), levels).await;
        let now = self.now();
        let mut pools: Vec<usize> = options.iter().map(|option| POOLS[*option]).collect();
        pools.dedup();
        let below = |in_use: &dyn Fn(&Row) -> i64| {
            pools.iter().any(|pool| {
                let row = &self.rows[day][*pool];
                levels.max.is_some_and(|max| max < row.max && max < in_use(row))
            })
        };
        let sold = |row: &Row| row.max - row.remain();
        if below(&sold) {
            assert_eq!(conflict(answer).code(), "stock_below_sold");
        } else if below(&|row| sold(row) + row.kept(0, now) + row.kept(1, now)) {
            assert_eq!(conflict(answer).code(), "stock_below_allotted");
        } else {
            assert_eq!(answer.unwrap().rows, pools.len());
            for pool in pools {
                let row = &mut self.rows[day][pool];
                (row.max, row.on_sale) = (levels.max.unwrap_or(row.max), levels.on_sale.unwrap_or(row.on_sale));
            }
        }
    }

    async fn allot(&mut self, channel: usize, option: usize, day: usize, quantity: i64, release: i64) {
        let release_minutes_before = ((self.at(day) - self.now()).get_seconds().max(0) / 60 - release * 60).max(0);
        let rule = AllotmentRule {
            option: self.product.option(option),
            channel_code: CHANNELS[channel].to_owned(),
            dates: Model::dates(day),
            quantity,
            release_minutes_before,
        };
        let answer = set_allotments(&self.stage.hub, self.product.supplier, rule).await;
        let (now, release_at) = (self.now(), self.at(day) - SignedDuration::from_mins(release_minutes_before));
        let row = self.row(day, option);
        let most = row.shares[channel].has + row.available(channel, now);
        if release_at > now && quantity > most {
            let Conflict::AllotmentExceedsStock { rows, more } = conflict(answer) else { panic!("it does not exceed the stock") };
            assert_eq!((rows.len(), rows[0].most, more), (1, most, 0));
        } else {
            assert_eq!(answer.unwrap().rows, 1);
            row.shares[channel].allotted = (quantity > 0).then_some((quantity, release_at));
        }
    }

    /// Fails unless the database says what the model says, to everybody.
    async fn check(&self) {
        tasks::run_due(&self.stage.hub, Uuid::from_u128(1)).await;
        let now = self.now();
        for (channel, code) in CHANNELS.into_iter().enumerate() {
            let told = self.told(channel).await;
            for (day, option) in [0, 1].into_iter().flat_map(|day| [0, 1, 2].map(|option| (day, option))) {
                let shown = self.shown(channel, option, day).await;
                if let Some(told) = told.get(&(shown.stock, shown.option)) {
                    assert_eq!(told, &shown, "the feed's last word on a row is what inventory shows");
                }
                let explained = explain_stock(&self.stage.hub, self.product.supplier, shown.stock).await.unwrap();
                let of_option = explained.options.iter().find(|explained| explained.option.id == shown.option).unwrap();
                let of_channel = of_option.channels.iter().find(|explained| explained.code == code).unwrap();
                assert_eq!(of_channel.available, shown.remain);
                assert_eq!(of_channel.hindrances.is_empty(), shown.on_sale && shown.remain > 0);
                let row = self.rows[day][POOLS[option]];
                assert_eq!(explained.kept, row.kept(0, now) + row.kept(1, now));
                let ordered = explained.ordered_by.iter().find(|ordered| ordered.code == code);
                assert_eq!(ordered.map_or(0, |ordered| ordered.units), row.shares[channel].has);
            }
        }
        for own in self.stage.stock(&self.product, self.product.option(0)).await {
            let row = self.rows[usize::from(own.date == DAYS[1])][0];
            let kept = row.kept(0, now) + row.kept(1, now);
            let numbers = (own.max, own.remain, own.ordered, own.allotted).into();
            let numbers: [u32; 4] = numbers;
            assert_eq!(numbers.map(i64::from), [row.max, row.remain(), row.max - row.remain(), kept]);
        }
        self.stage.assert_stock_is_sound().await;
    }

    /// The last that the feed told a channel of each row and option, if it told anything since the stock was made.
    async fn told(&self, channel: usize) -> HashMap<(StockId, OptionId), Availability> {
        let changes = changes_for_channel(&self.stage.hub, self.channels[channel], Cursor::START, 10_000).await.unwrap().items;
        let of_product = changes.into_iter().filter(|change| change.product == self.product.id);
        let rows = of_product.filter_map(|change| if let What::Stock(rows) = change.what { Some(rows) } else { None });
        rows.flatten().map(|row| ((row.stock, row.option), row)).collect()
    }
}

#[rstest]
fn leave_what_is_shown_orderable(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
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
