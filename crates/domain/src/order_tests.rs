//! Every rule an order must pass, at its edge, and what holds for any batch of orders against any stock.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, date, time};
use proptest::prelude::*;
use serde_json::json;
use uuid::Uuid;

use super::*;
use crate::time::{parse_instant, parse_zone, to_instant};

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
        let shelves = |stock: &StockBook| -> Vec<u32> { self.rows.iter().map(|row| stock.remain_units(row.id, 1)).collect() };
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
    SoldOption { product: PRODUCT, pool, weight, min_quantity: 1, max_quantity: 20, is_active: true }
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
        confirmation: Confirmation::Manual,
        cut_off: SignedDuration::ZERO,
        sale: SalePeriod::default(),
        required_information: vec![],
        assigned: true,
    };
    World {
        facts: Facts {
            products: HashMap::from([(REGISTRATION, product)]),
            options: HashMap::from([(ADULT, option(SEATS, 1)), (FAMILY, option(SEATS, 3)), (LUNCH, option(MEALS, 1))]),
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

// ---- What a placed order gets ----

#[test]
fn a_good_order_gets_what_it_names() {
    let world = world();
    let mut stock = world.book();
    let evening_family = OrderLine { inventory: InventoryRef::At(evening()), ..line(FAMILY, 2) };
    let placement = world.decide(&order([line(ADULT, 2), evening_family]), &mut stock).expect("placed");
    let in_the_morning = |taken| PlacedLine {
        stock: MORNING_SEATS,
        date: DAY,
        start_time: time(10, 0, 0, 0),
        inventory_at: morning(),
        taken,
        product: PRODUCT,
        version: 7,
        supplier: SUPPLIER,
        status: OrderStatus::New,
    };
    let in_the_evening = PlacedLine { stock: EVENING_SEATS, start_time: time(18, 0, 0, 0), inventory_at: evening(), ..in_the_morning(6) };
    assert_eq!(placement.lines, [in_the_morning(2), in_the_evening]);
    assert_eq!(stock.taken(), [(MORNING_SEATS, 2), (EVENING_SEATS, 6)]);
}

#[test]
fn the_product_says_who_confirms() {
    let status = |confirmation| {
        let placement = outcome(|world, _| world.product().confirmation = confirmation).expect("placed");
        placement.lines.iter().map(|line| line.status).collect::<Vec<_>>()
    };
    assert_eq!(status(Confirmation::Instant), [OrderStatus::SupplierConfirm; 2]);
    assert_eq!(status(Confirmation::Manual), [OrderStatus::New; 2]);
}

// ---- Wrong fields, each by itself ----

#[test]
fn there_is_a_ticket_for_each_unit() {
    let mismatch = |tickets| vec![fault(1, LineField::Tickets, Reason::TicketCountMismatch { quantity: 1, tickets })];
    assert_eq!(faults(|_, order| order.lines[1].tickets.clear()), mismatch(0));
    assert_eq!(faults(|_, order| order.lines[1].tickets.push(ticket())), mismatch(2));
}

#[test]
fn an_option_is_not_repeated_for_the_same_stock() {
    let seats = |inventory| OrderLine { inventory, ..line(ADULT, 1) };
    let repeated = vec![fault(1, LineField::Option, Reason::OptionRepeated)];
    let (by_time, by_code) = (InventoryRef::At(morning()), InventoryRef::Code(MORNING_SEATS));
    for (first, second) in [(by_time, by_time), (by_code, by_code), (by_time, by_code), (by_code, by_time)] {
        assert_eq!(faults(|_, o| *o = order([seats(first), seats(second)])), repeated, "{first:?}, {second:?}");
    }
    // A third time is named as well.
    let thrice = faults(|_, o| *o = order([seats(by_time), seats(by_code), seats(by_time)]));
    assert_eq!(thrice, [fault(2, LineField::Option, Reason::OptionRepeated), repeated[0].clone()]);
    // Another departure, or another option of the same stock, is no repetition.
    assert!(accepts(|_, o| *o = order([seats(by_time), seats(InventoryRef::At(evening()))])));
    assert!(accepts(|_, o| *o = order([line(ADULT, 1), line(FAMILY, 1), line(LUNCH, 1)])));
}

#[test]
fn an_option_is_not_repeated_for_the_same_day() {
    let world = day_ticket_world();
    let names = [InventoryRef::On(DAY), InventoryRef::At(at("2026-06-30T15:00:00Z")), InventoryRef::Code(MORNING_SEATS)];
    for first in names {
        for second in names {
            let twice = day_ticket_order([first, second].map(|inventory| OrderLine { inventory, ..line(ADULT, 1) }));
            let repeated = Refusal::Fields(vec![fault(1, LineField::Option, Reason::OptionRepeated)]);
            assert_eq!(world.decide(&twice, &mut world.book()), Err(repeated), "{first:?}, {second:?}");
        }
    }
}

#[test]
fn sub_total_is_the_sum_of_unit_prices() {
    let mismatch = vec![order_fault(OrderField::SubTotal, Reason::SubTotalMismatch { expected: money(30) })];
    for wrong in [Money::from_parts(money(30).parts() + 1), Money::from_parts(money(30).parts() - 1)] {
        let set = |order: &mut PlaceOrder| (order.head.sub_total, order.head.total) = (wrong, Money::ZERO);
        assert_eq!(faults(|_, order| set(order)), mismatch, "{wrong}");
    }
    // No more is enforced of amounts: the discounts and the amount price may say what they want.
    assert!(accepts(|_, order| {
        (order.head.discount, order.lines[0].discount, order.lines[0].amount_price) = (Some(money(99)), Some(money(5)), money(1));
    }));
}

#[test]
fn total_is_at_most_sub_total() {
    let above = Money::from_parts(money(30).parts() + 1);
    let expected = vec![order_fault(OrderField::Total, Reason::TotalAboveSubTotal { sub_total: money(30) })];
    assert_eq!(faults(|_, order| order.head.total = above), expected);
    assert!(accepts(|_, order| order.head.total = money(30)));
    assert!(accepts(|_, order| order.head.total = Money::ZERO));
}

#[test]
fn amounts_that_cannot_be_added_up_are_refused() {
    let huge = Money::from_parts(i64::MAX);
    let too_large = vec![order_fault(OrderField::SubTotal, Reason::AmountTooLarge)];
    // Already one line: price × quantity.
    assert_eq!(faults(|_, order| order.lines[0].unit_selling_price = huge), too_large);
    // Only both together.
    assert_eq!(faults(|_, order| order.lines[1].unit_selling_price = huge), too_large);
}

#[test]
fn the_registration_is_the_channels_own_and_of_this_kind() {
    let unknown = |at| fault(at, LineField::Registration, Reason::MappingUnknown);
    assert_eq!(faults(|_, order| order.lines[1].registration = RegistrationId(UNKNOWN)), [unknown(1)]);
    assert_eq!(faults(|world, _| world.product().channel = OTHER_CHANNEL), [unknown(0), unknown(1)]);
    assert_eq!(faults(|_, order| order.kind = ProductKind::DayTicket), [unknown(0), unknown(1)]);
    assert_eq!(faults(|world, _| world.product().kind = ProductKind::DayTicket), [unknown(0), unknown(1)]);
}

#[test]
fn the_option_is_of_the_registered_product() {
    let unknown = vec![fault(1, LineField::Option, Reason::OptionUnknown)];
    assert_eq!(faults(|_, order| order.lines[1].option = OptionId(UNKNOWN)), unknown);
    assert_eq!(faults(|world, _| world.option(LUNCH).product = OTHER_PRODUCT), unknown);
}

#[test]
fn the_stock_is_of_the_options_pool() {
    let unknown = vec![fault(1, LineField::Inventory, Reason::InventoryUnknown)];
    for nothing in [
        InventoryRef::At(at("2026-07-01T01:00:01Z")),
        InventoryRef::At(evening()), // only the seats' pool has one then
        InventoryRef::Code(StockId(UNKNOWN)),
        InventoryRef::Code(MORNING_SEATS), // exists, but lunch is not taken from it
        InventoryRef::On(DAY),             // a tour has a start time
    ] {
        assert_eq!(faults(|_, order| order.lines[1].inventory = nothing), unknown, "{nothing:?}");
    }
}

#[test]
fn a_day_is_named_by_date_by_time_or_by_code() {
    let world = day_ticket_world();
    let outcome = |inventory| {
        let order = day_ticket_order([OrderLine { inventory, ..line(ADULT, 1) }]);
        world.decide(&order, &mut world.book()).map(|placement| placement.lines[0].stock)
    };
    // The first of July begins in Seoul when it is 15:00 of the last of June in UTC.
    for same in [
        InventoryRef::On(DAY),
        InventoryRef::At(at("2026-06-30T15:00:00Z")),
        InventoryRef::At(at("2026-07-01T14:59:59Z")),
        InventoryRef::Code(MORNING_SEATS),
    ] {
        assert_eq!(outcome(same), Ok(MORNING_SEATS), "{same:?}");
    }
    let unknown = Err(Refusal::Fields(vec![fault(0, LineField::Inventory, Reason::InventoryUnknown)]));
    for other in [InventoryRef::On(date(2026, 6, 30)), InventoryRef::On(date(2026, 7, 2)), InventoryRef::At(at("2026-07-01T15:00:00Z"))] {
        assert_eq!(outcome(other), unknown, "{other:?}");
    }
}

#[test]
fn the_option_bounds_its_quantity() {
    let with = |quantity| {
        outcome(|world, order| {
            (world.option(LUNCH).min_quantity, world.option(LUNCH).max_quantity) = (2, 4);
            *order = self::order([line(ADULT, 2), line(LUNCH, quantity)]);
        })
    };
    let refused = Refusal::Fields(vec![fault(1, LineField::Quantity, Reason::QuantityOutOfRange { min: 2, max: 4 })]);
    assert_eq!(with(1), Err(refused.clone()));
    assert!(with(2).is_ok());
    assert!(with(4).is_ok());
    assert_eq!(with(5), Err(refused));
}

/// The outcome when the product requires a gender and `fill` tells one, or not.
fn gender_told(fill: impl FnOnce(&mut PlaceOrder)) -> Result<Placement, Refusal> {
    outcome(|world, order| {
        world.product().required_information = vec!["gender".to_owned()];
        fill(order);
    })
}

fn tell(person: &mut Person, key: &str, value: impl Into<Value>) {
    person.additional.insert(key.to_owned(), value.into());
}

fn tell_of_all(line: &mut OrderLine, key: &str) {
    line.tickets.iter_mut().for_each(|ticket| tell(&mut ticket.traveler, key, "told"));
}

#[test]
fn required_information_comes_with_the_representative_or_with_every_ticket() {
    let missing = Err(Refusal::Fields(vec![information_fault("gender")]));
    assert_eq!(gender_told(|_| {}), missing);
    assert!(gender_told(|order| tell(&mut order.representative, "gender", "F")).is_ok());
    assert!(gender_told(|order| order.lines.iter_mut().for_each(|line| tell_of_all(line, "gender"))).is_ok());
    // Not with every ticket of a line, not with every line, not of the right person, not under the right name.
    let but_one = |order: &mut PlaceOrder| {
        order.lines.iter_mut().for_each(|line| tell_of_all(line, "gender"));
        order.lines[0].tickets[1].traveler.additional.clear();
    };
    assert_eq!(gender_told(but_one), missing);
    assert_eq!(gender_told(|order| tell_of_all(&mut order.lines[0], "gender")), missing);
    assert_eq!(gender_told(|order| tell_of_all(&mut order.lines[1], "gender")), missing);
    assert_eq!(gender_told(|order| tell(&mut order.purchaser.person, "gender", "F")), missing);
    assert_eq!(gender_told(|order| tell(&mut order.representative, "Gender", "F")), missing);
    assert_eq!(gender_told(|order| order.representative.extra = Map::from_iter([("gender".to_owned(), json!("F"))])), missing);
}

#[test]
fn required_information_is_a_string_with_something_in_it() {
    let missing = Err(Refusal::Fields(vec![information_fault("gender")]));
    for nothing in [json!(""), json!("  "), json!(null), json!(1), json!(true), json!(["F"]), json!({ "is": "F" })] {
        assert_eq!(gender_told(|order| tell(&mut order.representative, "gender", nothing.clone())), missing, "{nothing}");
        // An empty answer of the representative does not hide those of the tickets.
        let by_tickets = gender_told(|order| {
            tell(&mut order.representative, "gender", nothing.clone());
            order.lines.iter_mut().for_each(|line| tell_of_all(line, "gender"));
        });
        assert!(by_tickets.is_ok(), "{nothing}");
    }
}

#[test]
fn each_required_information_is_looked_for_by_itself() {
    let found = faults(|world, order| {
        world.product().required_information = ["gender", "language", "heights", "weights"].map(str::to_owned).to_vec();
        tell(&mut order.representative, "gender", "F");
        order.lines.iter_mut().for_each(|line| tell_of_all(line, "language"));
    });
    assert_eq!(found, [information_fault("heights"), information_fault("weights")]);
}

#[test]
fn information_is_asked_only_of_the_lines_whose_product_requires_it() {
    let two_products = |world: &mut World, order: &mut PlaceOrder| {
        sell_lunch_apart(world, order);
        world.product().required_information = vec!["gender".to_owned()];
    };
    assert_eq!(faults(two_products), [information_fault("gender")]);
    let placement = outcome(|world, order| {
        two_products(world, order);
        tell_of_all(&mut order.lines[0], "gender");
    });
    let products: Vec<ProductId> = placement.expect("placed").lines.iter().map(|line| line.product).collect();
    assert_eq!(products, [PRODUCT, OTHER_PRODUCT]);
}

// ---- Wrong fields, all at once ----

#[test]
fn all_wrong_fields_are_named_at_once_and_before_any_conflict() {
    let mut world = world();
    // Conflicts that nobody gets to see: the channel may not sell this, the option is not sold and nothing is left.
    world.product().assigned = false;
    world.option(ADULT).is_active = false;
    world.row(MORNING_SEATS).held = 10;
    world.product().required_information = vec!["gender".to_owned(), "language".to_owned()];
    world.option(LUNCH).max_quantity = 1;

    let nowhere = InventoryRef::At(at("2026-07-01T02:00:00Z"));
    let mut everything = order([
        line(ADULT, 1),
        OrderLine { registration: RegistrationId(UNKNOWN), tickets: vec![], ..line(FAMILY, 1) },
        OrderLine { option: OptionId(UNKNOWN), ..line(FAMILY, 1) },
        OrderLine { inventory: nowhere, tickets: vec![ticket()], ..line(LUNCH, 2) },
        OrderLine { inventory: InventoryRef::Code(MORNING_SEATS), quantity: 30, ..line(ADULT, 30) },
    ]);
    everything.head.sub_total = money(1);
    everything.head.total = money(2);
    tell(&mut everything.representative, "language", "Korean");

    let expected = [
        fault(1, LineField::Tickets, Reason::TicketCountMismatch { quantity: 1, tickets: 0 }),
        fault(3, LineField::Tickets, Reason::TicketCountMismatch { quantity: 2, tickets: 1 }),
        order_fault(OrderField::SubTotal, Reason::SubTotalMismatch { expected: money(350) }),
        order_fault(OrderField::Total, Reason::TotalAboveSubTotal { sub_total: money(1) }),
        information_fault("gender"),
        fault(1, LineField::Registration, Reason::MappingUnknown),
        fault(2, LineField::Option, Reason::OptionUnknown),
        fault(3, LineField::Quantity, Reason::QuantityOutOfRange { min: 1, max: 1 }),
        fault(3, LineField::Inventory, Reason::InventoryUnknown),
        fault(4, LineField::Quantity, Reason::QuantityOutOfRange { min: 1, max: 20 }),
        fault(4, LineField::Option, Reason::OptionRepeated),
    ];
    let Err(Refusal::Fields(found)) = world.decide(&everything, &mut world.book()) else { panic!("no field is wrong") };
    for fault in &expected {
        assert!(found.contains(fault), "{fault:?} is not among {found:?}");
    }
    assert_eq!(found.len(), expected.len(), "something is named twice or wrongly: {found:?}");
}

#[test]
fn what_is_wrong_of_a_line_does_not_hide_that_it_is_a_repetition() {
    let found = faults(|_, order| {
        let none_of = |inventory| OrderLine { inventory, quantity: 0, tickets: vec![], ..line(ADULT, 0) };
        *order = self::order([none_of(InventoryRef::At(morning())), none_of(InventoryRef::Code(MORNING_SEATS))]);
    });
    let out_of_range = |at| fault(at, LineField::Quantity, Reason::QuantityOutOfRange { min: 1, max: 20 });
    assert_eq!(found, [out_of_range(0), out_of_range(1), fault(1, LineField::Option, Reason::OptionRepeated)]);
}

#[test]
fn an_unknown_option_does_not_hide_missing_information() {
    let found = faults(|world, order| {
        world.product().required_information = vec!["gender".to_owned()];
        order.lines.truncate(1);
        order.head.sub_total = money(20);
        order.head.total = money(20);
        order.lines[0].option = OptionId(UNKNOWN);
    });
    assert_eq!(found, [information_fault("gender"), fault(0, LineField::Option, Reason::OptionUnknown)]);
}

#[test]
fn amounts_too_large_do_not_hide_a_total_above_sub_total() {
    let found = faults(|_, order| {
        order.lines[0].unit_selling_price = Money::from_parts(i64::MAX);
        order.head.total = money(31);
    });
    let sub_total = order_fault(OrderField::SubTotal, Reason::AmountTooLarge);
    let total = order_fault(OrderField::Total, Reason::TotalAboveSubTotal { sub_total: money(30) });
    assert_eq!(found, [sub_total, total]);
}

#[test]
fn two_lines_that_lack_the_same_information_name_it_once() {
    let found = faults(|world, _| world.product().required_information = vec!["gender".to_owned()]);
    assert_eq!(found, [information_fault("gender")]);
}

// ---- Conflicts with the world, each by itself ----

/// The conflict of a good order whose second line, a lunch of another product, `spoil` has spoiled.
fn conflict(spoil: impl FnOnce(&mut World)) -> Conflict {
    let outcome = outcome(|world, order| {
        sell_lunch_apart(world, order);
        order.lines[1].inventory = InventoryRef::Code(MORNING_MEALS);
        spoil(world);
    });
    match outcome {
        Err(Refusal::Conflict(conflict)) => conflict,
        other => panic!("no conflict: {other:?}"),
    }
}

/// The product of lunch.
fn lunch(world: &mut World) -> &mut SoldProduct {
    world.facts.products.get_mut(&OTHER_REGISTRATION).expect("sold apart")
}

#[test]
fn each_conflict_names_the_line_and_what_the_channel_needs() {
    let (option, inventory_at, line) = (LUNCH, morning(), 1);
    assert_eq!(conflict(|world| lunch(world).assigned = false), Conflict::ProductNotAssigned { line });
    assert_eq!(conflict(|world| world.option(LUNCH).is_active = false), Conflict::OptionInactive { option, line });

    let (from, to) = (Some(date(2026, 1, 1)), Some(date(2026, 5, 31)));
    let off_sale = conflict(|world| lunch(world).sale = SalePeriod { from, to });
    assert_eq!(off_sale, Conflict::ProductNotOnSale { from, to, line });

    let past = at("2026-05-31T23:00:00Z");
    let too_late = conflict(|world| world.row(MORNING_MEALS).starts_at = past);
    assert_eq!(too_late, Conflict::InventoryPast { option, inventory_at: past, line });

    let closed = conflict(|world| world.row(MORNING_MEALS).on_sale = false);
    assert_eq!(closed, Conflict::InventoryClosed { option, inventory_at, line });

    // The first of July, 01:00 UTC, less 31 days: one hour ago.
    let cut_off = conflict(|world| {
        lunch(world).cut_off = SignedDuration::from_hours(31 * 24);
        world.now = at("2026-05-31T02:00:00Z");
    });
    assert_eq!(cut_off, Conflict::CutOffPassed { option, inventory_at, closed_at: at("2026-05-31T01:00:00Z"), line });

    let sold_out = Conflict::SoldOut { option, inventory_at, remain: 0, line };
    assert_eq!(conflict(|world| world.row(MORNING_MEALS).ordered = 10), sold_out);
    assert_eq!(conflict(|world| world.row(MORNING_MEALS).held = 10), sold_out);
    assert_eq!(conflict(|world| world.row(MORNING_MEALS).max = 0), sold_out);
}

#[test]
fn of_several_conflicts_the_first_lines_comes_first() {
    let both = outcome(|world, _| {
        world.option(ADULT).is_active = false;
        world.row(MORNING_MEALS).on_sale = false;
    });
    assert_eq!(both, Err(Refusal::Conflict(Conflict::OptionInactive { option: ADULT, line: 0 })));
}

#[test]
fn a_tour_is_past_from_its_start_on() {
    let at_time = |now| {
        outcome(|world, order| {
            world.now = now;
            order.lines.truncate(1);
            (order.head.sub_total, order.head.total) = (money(20), money(20));
        })
    };
    let past = Err(Refusal::Conflict(Conflict::InventoryPast { option: ADULT, inventory_at: morning(), line: 0 }));
    assert!(at_time(at("2026-07-01T00:59:59.999999Z")).is_ok());
    assert_eq!(at_time(morning()), past);
    assert_eq!(at_time(at("2026-07-01T01:00:00.000001Z")), past);
}

#[test]
fn a_day_ticket_is_past_when_its_day_is_over_there() {
    let at_time = |now| {
        let world = World { now, ..day_ticket_world() };
        world.decide(&day_ticket_order([OrderLine { inventory: InventoryRef::On(DAY), ..line(ADULT, 1) }]), &mut world.book())
    };
    let past = Conflict::InventoryPast { option: ADULT, inventory_at: at("2026-06-30T15:00:00Z"), line: 0 };
    // Long after its midnight, up to the next one in Seoul.
    assert!(at_time(at("2026-06-30T15:00:00Z")).is_ok());
    assert!(at_time(at("2026-07-01T14:59:59.999999Z")).is_ok());
    assert_eq!(at_time(at("2026-07-01T15:00:00Z")), Err(past.into()));
}

#[test]
fn an_undated_ticket_is_never_past_and_has_one_row_whatever_the_order_says() {
    let mut world = World { now: at("2030-01-01T00:00:00Z"), ..day_ticket_world() };
    world.product().kind = ProductKind::Ticket;
    for row in &mut world.rows {
        row.date = UNDATED;
    }
    for inventory in [InventoryRef::On(DAY), InventoryRef::At(morning()), InventoryRef::On(UNDATED)] {
        let order = PlaceOrder { kind: ProductKind::Ticket, ..order([OrderLine { inventory, ..line(ADULT, 1) }]) };
        assert!(world.decide(&order, &mut world.book()).is_ok(), "{inventory:?}");
    }
}

#[test]
fn orders_close_exactly_at_the_cut_off() {
    let closed_at = at("2026-06-29T01:00:00Z");
    let at_time = |now| {
        outcome(|world, _| {
            world.product().cut_off = SignedDuration::from_hours(48);
            world.now = now;
        })
    };
    let passed = |closed_at| Err(Refusal::Conflict(Conflict::CutOffPassed { option: ADULT, inventory_at: morning(), closed_at, line: 0 }));
    assert!(at_time(at("2026-06-29T00:59:59.999999Z")).is_ok());
    assert_eq!(at_time(closed_at), passed(closed_at));
    assert_eq!(at_time(at("2026-06-29T01:00:00.000001Z")), passed(closed_at));
    assert_eq!(at_time(at("2026-07-01T00:59:59.999999Z")), passed(closed_at));
}

#[test]
fn a_day_tickets_cut_off_counts_from_its_midnight_there() {
    let closed_at = at("2026-06-30T14:00:00Z");
    let at_time = |now| {
        let mut world = World { now, ..day_ticket_world() };
        world.product().cut_off = SignedDuration::from_hours(1);
        world.decide(&day_ticket_order([OrderLine { inventory: InventoryRef::On(DAY), ..line(ADULT, 1) }]), &mut world.book())
    };
    let passed = Conflict::CutOffPassed { option: ADULT, inventory_at: at("2026-06-30T15:00:00Z"), closed_at, line: 0 };
    assert!(at_time(at("2026-06-30T13:59:59.999999Z")).is_ok());
    assert_eq!(at_time(closed_at), Err(passed.clone().into()));
    assert_eq!(at_time(at("2026-07-01T12:00:00Z")), Err(passed.into()));
}

#[test]
fn the_sale_period_is_counted_in_days_of_the_products_zone() {
    let on_sale_at = |zone_name: &str, now: &str| {
        accepts(|world, _| {
            world.product().zone = zone(zone_name);
            world.product().sale = SalePeriod { from: Some(date(2026, 3, 10)), to: Some(date(2026, 3, 20)) };
            world.now = at(now);
        })
    };
    // The tenth begins, and the twentieth ends, in Seoul when it is 15:00 UTC, nine hours before Greenwich's midnight.
    assert!(!on_sale_at("Asia/Seoul", "2026-03-09T14:59:59.999999Z"));
    assert!(on_sale_at("Asia/Seoul", "2026-03-09T15:00:00Z"));
    assert!(on_sale_at("Asia/Seoul", "2026-03-20T14:59:59.999999Z"));
    assert!(!on_sale_at("Asia/Seoul", "2026-03-20T15:00:00Z"));
    // In Honolulu it is ten hours after it.
    assert!(!on_sale_at("Pacific/Honolulu", "2026-03-10T09:59:59.999999Z"));
    assert!(on_sale_at("Pacific/Honolulu", "2026-03-10T10:00:00Z"));
    assert!(on_sale_at("Pacific/Honolulu", "2026-03-21T09:59:59.999999Z"));
    assert!(!on_sale_at("Pacific/Honolulu", "2026-03-21T10:00:00Z"));
}

#[test]
fn a_sale_period_may_be_open_on_either_side() {
    let on_sale = |from, to| accepts(|world, _| world.product().sale = SalePeriod { from, to });
    let (yesterday, today, tomorrow) = (Some(date(2026, 5, 31)), Some(date(2026, 6, 1)), Some(date(2026, 6, 2)));
    assert!(on_sale(None, None));
    assert!(on_sale(today, None) && on_sale(None, today) && on_sale(today, today));
    assert!(!on_sale(tomorrow, None) && !on_sale(None, yesterday));
}

// ---- Stock ----

#[test]
fn a_unit_takes_its_weight_of_the_pool() {
    let world = world();
    let mut stock = world.book();
    let taken = |placement: Placement| placement.lines.iter().map(|line| line.taken).collect::<Vec<_>>();
    assert_eq!(world.decide(&order([line(FAMILY, 2), line(ADULT, 3)]), &mut stock).map(taken), Ok(vec![6, 3]));
    assert_eq!(stock.taken(), [(MORNING_SEATS, 9)]);
    // One seat is left: no family, one adult.
    let sold_out = |option, remain| Err(Refusal::Conflict(Conflict::SoldOut { option, inventory_at: morning(), remain, line: 0 }));
    assert_eq!(world.decide(&order([line(FAMILY, 1)]), &mut stock).map(taken), sold_out(FAMILY, 0));
    assert_eq!(world.decide(&order([line(ADULT, 2)]), &mut stock).map(taken), sold_out(ADULT, 1));
    assert_eq!(world.decide(&order([line(ADULT, 1)]), &mut stock).map(taken), Ok(vec![1]));
    assert_eq!(world.decide(&order([line(ADULT, 1)]), &mut stock).map(taken), sold_out(ADULT, 0));
    assert_eq!(stock.taken(), [(MORNING_SEATS, 10)]);
}

#[test]
fn what_remains_is_counted_in_whole_units_of_the_option() {
    for (held, ordered, remain) in [(0, 0, 3), (1, 0, 3), (1, 1, 2), (2, 2, 2), (3, 4, 1), (4, 4, 0), (5, 5, 0)] {
        let refused = outcome(|world, order| {
            (world.row(MORNING_SEATS).held, world.row(MORNING_SEATS).ordered) = (held, ordered);
            *order = self::order([line(FAMILY, 4)]);
        });
        let sold_out = Conflict::SoldOut { option: FAMILY, inventory_at: morning(), remain, line: 0 };
        assert_eq!(refused, Err(sold_out.into()), "{held} held, {ordered} ordered");
    }
}

#[test]
fn the_last_unit_is_sold_and_no_more() {
    let take = |quantity| outcome(|_, order| *order = self::order([line(ADULT, quantity)]));
    assert!(take(10).is_ok());
    let sold_out = Conflict::SoldOut { option: ADULT, inventory_at: morning(), remain: 10, line: 0 };
    assert_eq!(take(11), Err(sold_out.into()));
}

#[test]
fn all_lines_together_or_nothing() {
    let mut world = world();
    world.row(EVENING_SEATS).max = 1;
    let mut stock = world.book();
    let in_the_evening = |quantity| OrderLine { inventory: InventoryRef::At(evening()), ..line(ADULT, quantity) };
    let lines = |last| [line(FAMILY, 1), line(LUNCH, 10), line(ADULT, 7), in_the_evening(last)];

    let sold_out = Conflict::SoldOut { option: ADULT, inventory_at: evening(), remain: 1, line: 3 };
    assert_eq!(world.decide(&order(lines(2)), &mut stock), Err(sold_out.into()));
    assert_eq!(stock.taken(), []);
    // So the next one finds everything still there, to the last unit.
    assert!(world.decide(&order(lines(1)), &mut stock).is_ok());
    assert_eq!(stock.taken(), [(MORNING_SEATS, 10), (EVENING_SEATS, 1), (MORNING_MEALS, 10)]);
}

#[test]
fn lines_that_share_a_pool_must_fit_together() {
    let world = world();
    let mut stock = world.book();
    let Err(Refusal::Conflict(Conflict::SoldOut { option, line: at, remain, .. })) =
        world.decide(&order([line(ADULT, 8), line(FAMILY, 1)]), &mut stock)
    else {
        panic!("eight and three do not fit in ten")
    };
    assert_eq!((option, at, remain), (FAMILY, 1, 0), "two of ten are left beside the eight, too few for a family");
    assert!(world.decide(&order([line(ADULT, 7), line(FAMILY, 1)]), &mut stock).is_ok());
}

#[test]
fn stock_sold_beyond_its_maximum_has_nothing_left() {
    let refused = outcome(|world, order| {
        (world.row(MORNING_SEATS).max, world.row(MORNING_SEATS).ordered) = (3, 5);
        *order = self::order([line(ADULT, 1)]);
    });
    assert_eq!(refused, Err(Conflict::SoldOut { option: ADULT, inventory_at: morning(), remain: 0, line: 0 }.into()));
}

/// A batch that can be anything: rows, options that share them with any weight, and orders of up to four lines.
#[derive(Clone, Debug)]
struct Batch {
    /// Of each row: most, held, ordered. The first half are mornings of the pools, the rest evenings.
    rows: Vec<(i64, i64, i64)>,
    /// Of each option: pool, weight.
    options: Vec<(usize, i64)>,
    /// Of each order its lines: option, whether in the evening, whether named by code, quantity.
    orders: Vec<Vec<(usize, bool, bool, u32)>>,
}

const POOLS: usize = 3;

fn any_batch() -> impl Strategy<Value = Batch> {
    let row = (0..=30i64).prop_flat_map(|max| (Just(max), 0..=max)).prop_flat_map(|(max, held)| (Just(max), Just(held), 0..=max - held));
    let options = prop::collection::vec((0..POOLS, 1..=4i64), 1..=6);
    (prop::collection::vec(row, 2 * POOLS), options).prop_flat_map(|(rows, options)| {
        let line = (0..options.len(), any::<bool>(), any::<bool>(), 1..=6u32);
        let orders = prop::collection::vec(prop::collection::vec(line, 1..=4), 0..20);
        orders.prop_map(move |orders| Batch { rows: rows.clone(), options: options.clone(), orders })
    })
}

fn nth_option(n: usize) -> OptionId {
    OptionId(Uuid::from_u128(1_000 + n as u128))
}

fn nth_pool(n: usize) -> PoolId {
    PoolId(Uuid::from_u128(2_000 + n as u128))
}

fn nth_row(n: usize) -> StockId {
    StockId(Uuid::from_u128(3_000 + n as u128))
}

impl Batch {
    fn world(&self) -> World {
        let mut world = world();
        let rows = self.rows.iter().enumerate().map(|(n, (max, held, ordered))| {
            let start = if n < POOLS { time(10, 0, 0, 0) } else { time(18, 0, 0, 0) };
            StockRow { max: *max, held: *held, ordered: *ordered, ..row(nth_row(n), nth_pool(n % POOLS), start, &zone("Asia/Seoul")) }
        });
        world.rows = rows.collect();
        let options = self.options.iter().enumerate().map(|(n, (pool, weight))| (nth_option(n), option(nth_pool(*pool), *weight)));
        world.facts.options = options.collect();
        world
    }

    /// Which row a line draws from.
    fn row_of(&self, option: usize, evening: bool) -> usize {
        self.options[option].0 + if evening { POOLS } else { 0 }
    }

    fn order(&self, lines: &[(usize, bool, bool, u32)]) -> PlaceOrder {
        let lines = lines.iter().map(|(option, in_the_evening, by_code, quantity)| {
            let start = if *in_the_evening { evening() } else { morning() };
            let code = InventoryRef::Code(nth_row(self.row_of(*option, *in_the_evening)));
            OrderLine { inventory: if *by_code { code } else { InventoryRef::At(start) }, ..line(nth_option(*option), *quantity) }
        });
        order(lines.collect::<Vec<_>>())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn no_batch_ever_takes_a_unit_twice_or_leaves_one_that_fits(batch in any_batch()) {
        let world = batch.world();
        let mut stock = world.book();
        // The same with nothing but additions: what is left of each row.
        let mut left: Vec<i64> = batch.rows.iter().map(|(max, held, ordered)| max - held - ordered).collect();
        for lines in &batch.orders {
            let mut wanted = BTreeMap::<usize, i64>::new();
            for (option, in_the_evening, _, quantity) in lines {
                *wanted.entry(batch.row_of(*option, *in_the_evening)).or_default() += i64::from(*quantity) * batch.options[*option].1;
            }
            let named: BTreeSet<(usize, bool)> = lines.iter().map(|(option, in_the_evening, ..)| (*option, *in_the_evening)).collect();
            let repeats = named.len() < lines.len();
            let fits = wanted.iter().all(|(row, units)| *units <= left[*row]);

            match world.decide(&batch.order(lines), &mut stock) {
                Ok(placement) => {
                    prop_assert!(fits && !repeats, "it did not fit: {wanted:?} of {left:?}");
                    for ((option, in_the_evening, _, quantity), placed) in lines.iter().zip(&placement.lines) {
                        let row = batch.row_of(*option, *in_the_evening);
                        let units = i64::from(*quantity) * batch.options[*option].1;
                        prop_assert_eq!((placed.stock, placed.taken), (nth_row(row), units));
                        left[row] -= units;
                    }
                }
                Err(Refusal::Conflict(Conflict::SoldOut { option, line, remain, .. })) => {
                    prop_assert!(!fits && !repeats, "it did fit: {wanted:?} of {left:?}");
                    prop_assert_eq!(option, nth_option(lines[line].0));
                    let row = batch.row_of(lines[line].0, lines[line].1);
                    prop_assert!(wanted[&row] > left[row], "another line was at fault than {line}: {wanted:?} of {left:?}");
                    if let [(only, _, _, quantity)] = lines[..] {
                        prop_assert_eq!(i64::from(remain), left[row] / batch.options[only].1);
                        prop_assert!(remain < quantity);
                    }
                }
                Err(Refusal::Fields(_)) => prop_assert!(repeats, "no line was repeated"),
                Err(other) => prop_assert!(false, "{other:?}"),
            }
        }
        let taken: BTreeMap<StockId, i64> = stock.taken().into_iter().collect();
        for (n, (max, held, ordered)) in batch.rows.iter().enumerate() {
            let of_row = taken.get(&nth_row(n)).copied().unwrap_or(0);
            prop_assert_eq!(of_row, max - held - ordered - left[n], "what was taken is what was accepted");
            prop_assert!(held + ordered + of_row <= *max, "sold beyond the maximum");
            prop_assert_eq!(i64::from(stock.remain_units(nth_row(n), 1)), left[n]);
        }
    }
}

// ---- The fingerprint ----

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

/// A way to change one field.
type Edit = fn(&mut PlaceOrder);

/// Every field of an order, by its place in the serialized order, and how to change it whatever it was.
const EDITS: &[(&str, Edit)] = &[
    ("/channel_order_code", |order| order.channel_order_code.push('x')),
    ("/kind", |order| order.kind = if order.kind == ProductKind::Tour { ProductKind::DayTicket } else { ProductKind::Tour }),
    ("/head/purchased_at", |order| order.head.purchased_at = later(order.head.purchased_at)),
    ("/head/purchase_requested_at", |order| toggle(&mut order.head.purchase_requested_at, later)),
    ("/head/reserved_at", |order| toggle(&mut order.head.reserved_at, later)),
    ("/head/reservation_requested_at", |order| toggle(&mut order.head.reservation_requested_at, later)),
    ("/head/sub_total", |order| order.head.sub_total = more(order.head.sub_total)),
    ("/head/discount_method", |order| toggle(&mut order.head.discount_method, longer)),
    ("/head/discount", |order| toggle(&mut order.head.discount, more)),
    ("/head/total", |order| order.head.total = more(order.head.total)),
    ("/head/is_voucher", |order| order.head.is_voucher ^= true),
    ("/head/comment", |order| toggle(&mut order.head.comment, longer)),
    ("/head/currency", |order| {
        order.head.currency = if order.head.currency == Currency::Krw { Currency::Usd } else { Currency::Krw };
    }),
    ("/lines/0/registration", |order| order.lines[0].registration = RegistrationId(next(order.lines[0].registration.0))),
    ("/lines/0/option", |order| order.lines[0].option = OptionId(next(order.lines[0].option.0))),
    ("/lines/0/quantity", |order| order.lines[0].quantity ^= 1),
    ("/lines/0/unit_selling_price", |order| order.lines[0].unit_selling_price = more(order.lines[0].unit_selling_price)),
    ("/lines/0/discount", |order| toggle(&mut order.lines[0].discount, more)),
    ("/lines/0/discount_method", |order| toggle(&mut order.lines[0].discount_method, longer)),
    ("/lines/0/amount_price", |order| order.lines[0].amount_price = more(order.lines[0].amount_price)),
    ("/lines/0/tickets/0/channel_ticket_code", |order| toggle(&mut order.lines[0].tickets[0].channel_ticket_code, longer)),
    ("/lines/0/tickets/0/traveler/name", |order| order.lines[0].tickets[0].traveler.name.push('x')),
    ("/lines/0/tickets/0/traveler/national_code", |order| order.lines[0].tickets[0].traveler.national_code.push('x')),
    ("/lines/0/tickets/0/traveler/phone", |order| order.lines[0].tickets[0].traveler.phone.push('x')),
    ("/lines/0/tickets/0/traveler/email", |order| order.lines[0].tickets[0].traveler.email.push('x')),
    ("/lines/0/tickets/0/traveler/additional/gender", |order| other(&mut order.lines[0].tickets[0].traveler.additional, "gender")),
    ("/lines/0/tickets/0/traveler/extra/seat", |order| other(&mut order.lines[0].tickets[0].traveler.extra, "seat")),
    ("/purchaser/is_required_more_information", |order| order.purchaser.is_required_more_information ^= true),
    ("/purchaser/person/name", |order| order.purchaser.person.name.push('x')),
    ("/purchaser/person/national_code", |order| order.purchaser.person.national_code.push('x')),
    ("/purchaser/person/phone", |order| order.purchaser.person.phone.push('x')),
    ("/purchaser/person/email", |order| order.purchaser.person.email.push('x')),
    ("/purchaser/person/additional/gender", |order| other(&mut order.purchaser.person.additional, "gender")),
    ("/purchaser/person/extra/seat", |order| other(&mut order.purchaser.person.extra, "seat")),
    ("/representative/name", |order| order.representative.name.push('x')),
    ("/representative/national_code", |order| order.representative.national_code.push('x')),
    ("/representative/phone", |order| order.representative.phone.push('x')),
    ("/representative/email", |order| order.representative.email.push('x')),
    ("/representative/additional/gender", |order| other(&mut order.representative.additional, "gender")),
    ("/representative/extra/seat", |order| other(&mut order.representative.extra, "seat")),
];

/// Changes of what is there at all.
const EDITS_OF_SHAPE: &[(&str, Edit)] = &[
    ("a line more", |order| order.lines.push(line(LUNCH, 1))),
    ("a line less", |order| drop(order.lines.pop())),
    ("a ticket more", |order| order.lines[0].tickets.push(ticket())),
    ("a ticket less", |order| drop(order.lines[0].tickets.pop())),
    ("told by the ticket, not the representative", |order| {
        let told = std::mem::take(&mut order.representative.additional);
        order.lines[0].tickets[0].traveler.extra.insert("moved".to_owned(), Value::Object(told));
    }),
    ("an empty answer more", |order| drop(order.representative.additional.insert("unheard of".to_owned(), json!("")))),
];

fn later(instant: Timestamp) -> Timestamp {
    instant + SignedDuration::from_micros(1)
}

fn more(money: Money) -> Money {
    Money::from_parts(money.parts() + 1)
}

fn longer(text: String) -> String {
    text + "x"
}

fn next(id: Uuid) -> Uuid {
    Uuid::from_u128(id.as_u128().wrapping_add(1))
}

/// Something for nothing, something else for something.
fn toggle<T: Default>(value: &mut Option<T>, something_else: fn(T) -> T) {
    *value = Some(value.take().map_or_else(T::default, something_else));
}

fn other(map: &mut Map<String, Value>, key: &str) {
    let was = map.get(key).map(Value::to_string).unwrap_or_default();
    map.insert(key.to_owned(), Value::String(was + "x"));
}

/// The values of a document by their pointers.
fn leaves(value: &Value, pointer: &str, found: &mut BTreeMap<String, Value>) {
    match value {
        Value::Object(members) => members.iter().for_each(|(key, member)| leaves(member, &format!("{pointer}/{key}"), found)),
        Value::Array(items) => items.iter().enumerate().for_each(|(n, item)| leaves(item, &format!("{pointer}/{n}"), found)),
        leaf => drop(found.insert(pointer.to_owned(), leaf.clone())),
    }
}

fn leaves_of(order: &PlaceOrder) -> BTreeMap<String, Value> {
    let mut found = BTreeMap::new();
    leaves(&serde_json::to_value(order).expect("serializes"), "", &mut found);
    found
}

#[test]
fn the_list_of_edits_is_the_list_of_fields() {
    let before = leaves_of(&full_order());
    assert_eq!(EDITS.iter().map(|(field, _)| *field).collect::<BTreeSet<_>>(), before.keys().map(String::as_str).collect());
    for (field, edit) in EDITS {
        let mut order = full_order();
        edit(&mut order);
        let after = leaves_of(&order);
        let changed: Vec<&String> = before.keys().filter(|key| before.get(*key) != after.get(*key)).collect();
        assert_eq!((changed, after.len()), (vec![&(*field).to_owned()], before.len()));
    }
}

#[test]
fn every_field_has_its_part_in_the_fingerprint() {
    let mut seen = BTreeMap::from([(full_order().fingerprint(), "as it was")]);
    for (field, edit) in EDITS.iter().chain(EDITS_OF_SHAPE) {
        let mut order = full_order();
        edit(&mut order);
        if let Some(same) = seen.insert(order.fingerprint(), field) {
            panic!("{field} has the fingerprint of {same}");
        }
    }
}

#[test]
fn something_is_not_nothing_in_the_fingerprint() {
    let empty = order([line(ADULT, 1)]);
    for (field, edit) in EDITS.iter().chain(EDITS_OF_SHAPE) {
        let mut order = empty.clone();
        edit(&mut order);
        assert_ne!(order.fingerprint(), empty.fingerprint(), "{field}");
    }
}

#[test]
fn what_means_the_same_has_the_same_fingerprint() {
    let spelled = |purchased_at: &str, total: &str, additional: &str| {
        let mut order = full_order();
        order.head.purchased_at = parse_instant(purchased_at, &TimeZone::UTC).expect("a time");
        order.head.discount = Some(total.parse().expect("an amount"));
        order.representative.additional = serde_json::from_str(additional).expect("an object");
        order.fingerprint()
    };
    let expected = spelled("2026-05-31T00:00:00Z", "71200", r#"{"gender":"F","height":"170"}"#);
    for same_time in ["2026-05-31T00:00:00.000Z", "2026-05-31T09:00:00+09:00", "2026-05-31 00:00", "2026-05-30T14:00:00.000000-10:00"] {
        for same_amount in ["71200.00000", "71200.0", "7.12e4"] {
            for same_object in [r#"{"height":"170","gender":"F"}"#, r#"{ "gender" : "\u0046", "height": "170" }"#] {
                assert_eq!(spelled(same_time, same_amount, same_object), expected, "{same_time} {same_amount} {same_object}");
            }
        }
    }
    assert_ne!(spelled("2026-05-31T00:00:00+09:00", "71200", r#"{"gender":"F","height":"170"}"#), expected);
    assert_ne!(spelled("2026-05-31T00:00:00Z", "71200.00001", r#"{"gender":"F","height":"170"}"#), expected);
}

#[test]
fn how_the_stock_is_named_has_no_part_in_the_fingerprint() {
    let named = |inventory| {
        let mut order = full_order();
        order.lines[0].inventory = inventory;
        order.fingerprint()
    };
    let expected = full_order().fingerprint();
    for inventory in [InventoryRef::At(morning()), InventoryRef::At(evening()), InventoryRef::Code(MORNING_SEATS), InventoryRef::On(DAY)] {
        assert_eq!(named(inventory), expected, "{inventory:?}");
    }
}

#[test]
fn text_cannot_move_between_fields_unseen() {
    let named = |name: &str, phone: &str| {
        let mut order = full_order();
        (order.representative.name, order.representative.phone) = (name.to_owned(), phone.to_owned());
        order.fingerprint()
    };
    let distinct: BTreeSet<_> =
        [("ab", "c"), ("a", "bc"), ("", "abc"), ("abc", ""), ("a\",\"phone\":\"b", "c")].map(|(name, phone)| named(name, phone)).into();
    assert_eq!(distinct.len(), 5);
}

/// Stored orders keep their fingerprint. If this fails, channels that repeat an order across the release are told
/// that they reused its code: do not change the number without a migration.
#[test]
fn the_fingerprint_is_the_same_in_every_release() {
    let hex: String = full_order().fingerprint().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(hex, "5c06147a77498a8b160bcbace1502149522ef9ccd14207702362cc09235a34b5");
}

prop_compose! {
    fn any_person()(
        texts in prop::array::uniform4("\\PC{0,6}"),
        additional in prop::collection::btree_map("\\PC{0,6}", "\\PC{0,6}", 0..3),
        extra in prop::collection::btree_map("\\PC{0,6}", any::<u8>(), 0..3),
    ) -> Person {
        let [name, national_code, phone, email] = texts;
        Person {
            name, national_code, phone, email,
            additional: additional.into_iter().map(|(key, text)| (key, Value::from(text))).collect(),
            extra: extra.into_iter().map(|(key, number)| (key, Value::from(number))).collect(),
        }
    }
}

prop_compose! {
    fn any_ticket()(channel_ticket_code in any::<Option<String>>(), traveler in any_person()) -> TicketRequest {
        TicketRequest { channel_ticket_code, traveler }
    }
}

fn any_money() -> impl Strategy<Value = Money> {
    (0..i64::MAX).prop_map(Money::from_parts)
}

fn any_instant() -> impl Strategy<Value = Timestamp> {
    (0..4_000_000_000_000_000i64).prop_map(|micros| Timestamp::from_microsecond(micros).expect("in this century"))
}

prop_compose! {
    fn any_line()(
        ids in any::<[u128; 2]>(),
        quantity in any::<u32>(),
        amounts in (any_money(), prop::option::of(any_money()), any_money()),
        discount_method in any::<Option<String>>(),
        tickets in prop::collection::vec(any_ticket(), 1..3),
    ) -> OrderLine {
        OrderLine {
            registration: RegistrationId(Uuid::from_u128(ids[0])),
            option: OptionId(Uuid::from_u128(ids[1])),
            quantity,
            inventory: InventoryRef::On(DAY),
            unit_selling_price: amounts.0,
            discount: amounts.1,
            discount_method,
            amount_price: amounts.2,
            tickets,
        }
    }
}

prop_compose! {
    fn any_head()(
        purchased_at in any_instant(),
        times in prop::array::uniform3(prop::option::of(any_instant())),
        amounts in (any_money(), prop::option::of(any_money()), any_money()),
        discount_method in any::<Option<String>>(),
        comment in any::<Option<String>>(),
        is_voucher in any::<bool>(),
        currency in prop::sample::select(Currency::ALL.to_vec()),
    ) -> OrderHead {
        let [purchase_requested_at, reserved_at, reservation_requested_at] = times;
        let (sub_total, discount, total) = amounts;
        OrderHead {
            purchased_at, purchase_requested_at, reserved_at, reservation_requested_at,
            sub_total, discount_method, discount, total, is_voucher, comment, currency,
        }
    }
}

prop_compose! {
    fn any_order()(
        channel_order_code in any::<String>(),
        kind in prop::sample::select(vec![ProductKind::Tour, ProductKind::DayTicket, ProductKind::Ticket]),
        head in any_head(),
        lines in prop::collection::vec(any_line(), 1..3),
        is_required_more_information in any::<bool>(),
        persons in (any_person(), any_person()),
    ) -> PlaceOrder {
        let purchaser = Purchaser { is_required_more_information, person: persons.0 };
        PlaceOrder { channel_order_code, kind, head, lines, purchaser, representative: persons.1 }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(50))]

    #[test]
    fn whatever_changes_in_whatever_order_its_fingerprint_changes(before in any_order()) {
        let mut after = before.clone();
        after.lines[0].inventory = InventoryRef::At(morning());
        prop_assert_eq!(after.fingerprint(), before.fingerprint());
        for (field, edit) in EDITS.iter().chain(EDITS_OF_SHAPE) {
            after = before.clone();
            edit(&mut after);
            prop_assert_ne!(after.fingerprint(), before.fingerprint(), "{}", field);
        }
    }
}

// ---- Personal data ----

#[test]
fn debug_of_an_order_shows_no_personal_data() {
    let secret = |what: &str| format!("SECRET {what}");
    let known = || Person {
        name: secret("name"),
        national_code: secret("national code"),
        phone: secret("phone"),
        email: secret("email"),
        additional: Map::from_iter([("SECRET key".to_owned(), json!(secret("answer")))]),
        extra: Map::from_iter([("SECRET key".to_owned(), json!({ "more": secret("extra") }))]),
    };
    let mut order = full_order();
    order.lines[0].tickets = vec![TicketRequest { channel_ticket_code: None, traveler: known() }];
    order.purchaser.person = known();
    order.representative = known();
    for shown in [format!("{order:?}"), format!("{order:#?}")] {
        assert!(!shown.contains("SECRET"), "{shown}");
        assert!(shown.contains("C-1"), "the rest is there to be logged");
    }
}
