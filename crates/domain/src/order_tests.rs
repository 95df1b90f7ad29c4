//! Every rule an order must pass, at its edge, and what holds for any batch of orders against any stock.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, date, time};
use proptest::prelude::*;
use serde_json::json;
use uuid::Uuid;

use super::*;
use crate::allotment::Allotment;
use crate::time::{parse_instant, parse_zone, to_instant};

#[path = "order_tests/all_at_once.rs"]
mod all_at_once;
#[path = "order_tests/conflicts.rs"]
mod conflicts;
#[path = "order_tests/fields.rs"]
mod fields;
#[path = "order_tests/fingerprint.rs"]
mod fingerprint;
#[path = "order_tests/personal_data.rs"]
mod personal_data;
#[path = "order_tests/placed.rs"]
mod placed;
#[path = "order_tests/stock.rs"]
mod stock;

// ---- The world of most tests: one tour in Seoul with two departures, three options and two pools. ----

const CHANNEL: ChannelId = ChannelId(Uuid::from_u128(1));
const OTHER_CHANNEL: ChannelId = ChannelId(Uuid::from_u128(2));
const SUPPLIER: SupplierId = SupplierId(Uuid::from_u128(10));
const PRODUCT: ProductId = ProductId(Uuid::from_u128(20));
const OTHER_PRODUCT: ProductId = ProductId(Uuid::from_u128(21));
const REGISTRATION: RegistrationId = RegistrationId(Uuid::from_u128(30));
const OTHER_REGISTRATION: RegistrationId = RegistrationId(Uuid::from_u128(31));
const UNKNOWN: Uuid = Uuid::from_u128(999);

/// Takes one of [`SEATS`].
const ADULT: OptionId = OptionId(Uuid::from_u128(40));
/// Takes three of [`SEATS`].
const FAMILY: OptionId = OptionId(Uuid::from_u128(41));
/// Takes one of [`MEALS`].
const LUNCH: OptionId = OptionId(Uuid::from_u128(42));

const SEATS: PoolId = PoolId(Uuid::from_u128(50));
const MEALS: PoolId = PoolId(Uuid::from_u128(51));

/// [`SEATS`] of [`morning`]: ten.
const MORNING_SEATS: StockId = StockId(Uuid::from_u128(60));
/// [`SEATS`] of [`evening`]: ten.
const EVENING_SEATS: StockId = StockId(Uuid::from_u128(61));
/// [`MEALS`] of [`morning`]: ten.
const MORNING_MEALS: StockId = StockId(Uuid::from_u128(62));

const DAY: Date = date(2026, 7, 1);

fn at(text: &str) -> Timestamp {
    text.parse().expect("RFC 3339")
}

fn zone(name: &str) -> TimeZone {
    parse_zone(name).expect("an IANA name")
}

/// 10:00 in Seoul.
fn morning() -> Timestamp {
    at("2026-07-01T01:00:00Z")
}

/// 18:00 in Seoul.
fn evening() -> Timestamp {
    at("2026-07-01T09:00:00Z")
}

const fn money(units: i64) -> Money {
    Money::from_parts(units * 100_000)
}

struct World {
    facts: Facts,
    rows: Vec<StockRow>,
    now: Timestamp,
}

impl World {
    fn product(&mut self) -> &mut SoldProduct {
        self.facts.products.get_mut(&REGISTRATION).expect("always there")
    }

    fn option(&mut self, option: OptionId) -> &mut SoldOption {
        self.facts.options.get_mut(&option).expect("always there")
    }

    fn row(&mut self, id: StockId) -> &mut StockRow {
        self.rows.iter_mut().find(|row| row.id == id).expect("always there")
    }

    fn book(&self) -> StockBook {
        StockBook::new(self.rows.iter().cloned())
    }

    /// The decision, and a check that a refused order has taken nothing.
    fn decide(&self, order: &PlaceOrder, stock: &mut StockBook) -> Result<Placement, Refusal> {
        let shelves =
            |stock: &StockBook| -> Vec<u32> { self.rows.iter().map(|row| stock.available_units(row.id, 1, CHANNEL, self.now)).collect() };
        let (taken_before, left_before) = (stock.taken(), shelves(stock));
        let outcome = decide(order, CHANNEL, &self.facts, stock, self.now);
        if outcome.is_err() {
            assert_eq!((stock.taken(), shelves(stock)), (taken_before, left_before), "a refused order took something");
        }
        outcome
    }
}

fn row(id: StockId, pool: PoolId, start: jiff::civil::Time, zone: &TimeZone) -> StockRow {
    let starts_at = to_instant(DAY, start, zone).expect("no skipped hour");
    StockRow { id, pool, date: DAY, start_time: start, starts_at, max: 10, min: 0, held: 0, ordered: 0, on_sale: true }
}

fn option(pool: PoolId, weight: i64) -> SoldOption {
    let prices = vec![NetPrice { net: money(50_000), dates: None }, NetPrice { net: money(60_000), dates: Some((DAY, DAY)) }];
    SoldOption { product: PRODUCT, pool, weight, min_quantity: 1, max_quantity: 20, is_active: true, prices }
}

fn world() -> World {
    let seoul = zone("Asia/Seoul");
    let product = SoldProduct {
        channel: CHANNEL,
        product: PRODUCT,
        supplier: SUPPLIER,
        version: 7,
        kind: ProductKind::Tour,
        zone: seoul.clone(),
        reply: None,
        confirmation: Confirmation::Manual,
        cut_off: SignedDuration::ZERO,
        sale: SalePeriod::default(),
        required_information: vec![],
        base_currency: Currency::Krw,
        mark_up: Some(MarkUp(120_000)),
    };
    World {
        facts: Facts {
            products: HashMap::from([(REGISTRATION, product)]),
            options: HashMap::from([(ADULT, option(SEATS, 1)), (FAMILY, option(SEATS, 3)), (LUNCH, option(MEALS, 1))]),
            rates: Rates::default(),
        },
        rows: vec![
            row(MORNING_SEATS, SEATS, time(10, 0, 0, 0), &seoul),
            row(EVENING_SEATS, SEATS, time(18, 0, 0, 0), &seoul),
            row(MORNING_MEALS, MEALS, time(10, 0, 0, 0), &seoul),
        ],
        now: at("2026-06-01T00:00:00Z"),
    }
}

/// The same product as a day-ticket: one row, from midnight to midnight in Seoul.
fn day_ticket_world() -> World {
    let mut world = world();
    world.product().kind = ProductKind::DayTicket;
    world.rows = vec![row(MORNING_SEATS, SEATS, time(0, 0, 0, 0), &zone("Asia/Seoul"))];
    world
}

fn person(name: &str) -> Person {
    Person {
        name: name.to_owned(),
        national_code: "KR".to_owned(),
        phone: "+82 10 0000 0000".to_owned(),
        email: "traveler@example.com".to_owned(),
        additional: Map::new(),
        extra: Map::new(),
    }
}

fn ticket() -> TicketRequest {
    TicketRequest { channel_ticket_code: None, traveler: person("traveler") }
}

/// So many of an option in the morning, at ten each.
fn line(option: OptionId, quantity: u32) -> OrderLine {
    OrderLine {
        registration: REGISTRATION,
        option,
        quantity,
        inventory: InventoryRef::At(morning()),
        also_named: None,
        unit_selling_price: money(10),
        discount: None,
        discount_method: None,
        amount_price: money(10 * i64::from(quantity)),
        tickets: (0..quantity).map(|_| ticket()).collect(),
    }
}

fn order(lines: impl Into<Vec<OrderLine>>) -> PlaceOrder {
    let lines = lines.into();
    let sub_total = money(lines.iter().map(|line| 10 * i64::from(line.quantity)).sum());
    PlaceOrder {
        channel_order_code: "C-1".to_owned(),
        kind: ProductKind::Tour,
        head: OrderHead {
            purchased_at: at("2026-05-31T00:00:00Z"),
            purchase_requested_at: None,
            reserved_at: None,
            reservation_requested_at: None,
            sub_total,
            discount_method: None,
            discount: None,
            total: sub_total,
            is_voucher: false,
            comment: None,
            currency: Currency::Krw,
        },
        lines,
        purchaser: Purchaser { is_required_more_information: false, person: person("purchaser") },
        representative: person("representative"),
    }
}

fn day_ticket_order(lines: impl Into<Vec<OrderLine>>) -> PlaceOrder {
    PlaceOrder { kind: ProductKind::DayTicket, ..order(lines) }
}

/// What becomes of a good order of two lines, two adults and a lunch, once `change` has made something of it.
fn outcome(change: impl FnOnce(&mut World, &mut PlaceOrder)) -> Result<Placement, Refusal> {
    let (mut world, mut order) = (world(), order([line(ADULT, 2), line(LUNCH, 1)]));
    change(&mut world, &mut order);
    world.decide(&order, &mut world.book())
}

fn faults(change: impl FnOnce(&mut World, &mut PlaceOrder)) -> Vec<FieldError> {
    match outcome(change) {
        Err(Refusal::Fields(faults)) => faults,
        other => panic!("no field is wrong: {other:?}"),
    }
}

/// Makes lunch, the good order's second line, an option of another product.
fn sell_lunch_apart(world: &mut World, order: &mut PlaceOrder) {
    let other = SoldProduct { product: OTHER_PRODUCT, ..world.product().clone() };
    world.facts.products.insert(OTHER_REGISTRATION, other);
    world.option(LUNCH).product = OTHER_PRODUCT;
    order.lines[1].registration = OTHER_REGISTRATION;
}

fn accepts(change: impl FnOnce(&mut World, &mut PlaceOrder)) -> bool {
    outcome(change).is_ok()
}

fn fault(at: usize, field: LineField, reason: Reason) -> FieldError {
    FieldError { path: FieldPath::Line(at, field), reason }
}

fn order_fault(field: OrderField, reason: Reason) -> FieldError {
    FieldError { path: FieldPath::Order(field), reason }
}

fn information_fault(key: &str) -> FieldError {
    FieldError {
        path: FieldPath::Text(format!("representative.additional.{key}")),
        reason: Reason::TravelerInformationMissing { key: key.to_owned() },
    }
}

fn tell(person: &mut Person, key: &str, value: impl Into<Value>) {
    person.additional.insert(key.to_owned(), value.into());
}

fn tell_of_all(line: &mut OrderLine, key: &str) {
    line.tickets.iter_mut().for_each(|ticket| tell(&mut ticket.traveler, key, "told"));
}

/// An order with something in every field.
fn full_order() -> PlaceOrder {
    let full = |name: &str| Person {
        additional: Map::from_iter([("gender".to_owned(), json!("F"))]),
        extra: Map::from_iter([("seat".to_owned(), json!("window"))]),
        ..person(name)
    };
    let mut order = order([line(ADULT, 1)]);
    let head = &mut order.head;
    head.purchase_requested_at = Some(at("2026-05-30T23:57:00Z"));
    head.reservation_requested_at = Some(at("2026-05-30T23:58:00Z"));
    head.reserved_at = Some(at("2026-05-30T23:59:00Z"));
    (head.discount_method, head.discount) = (Some("coupon".to_owned()), Some(money(2)));
    head.comment = Some("a window seat".to_owned());
    (order.lines[0].discount_method, order.lines[0].discount) = (Some("early bird".to_owned()), Some(money(1)));
    order.lines[0].tickets = vec![TicketRequest { channel_ticket_code: Some("T-1".to_owned()), traveler: full("traveler") }];
    order.purchaser.person = full("purchaser");
    order.representative = full("representative");
    order
}
