//! Wrong fields, each by itself.

use super::*;

/// What is wrong with an adult's order that names the row by its code, and a date beside it.
fn faults_beside_a_code(world: &World, kind: ProductKind, date: InventoryRef) -> Vec<FieldError> {
    let adult = OrderLine { inventory: InventoryRef::Code(MORNING_SEATS), also_named: Some(date), ..line(ADULT, 1) };
    match world.decide(&PlaceOrder { kind, ..order([adult]) }, &mut world.book()) {
        Ok(placement) => {
            assert_eq!(placement.lines[0].stock, MORNING_SEATS);
            vec![]
        }
        Err(Refusal::Fields(faults)) => faults,
        Err(other) => panic!("{other:?}"),
    }
}

#[test]
fn a_date_beside_a_code_means_the_same_row() {
    let disagrees = vec![fault(0, LineField::AlsoNamed, Reason::Disagrees { with: "inventory_code".to_owned() })];
    let of_tour = |date| faults_beside_a_code(&world(), ProductKind::Tour, date);
    assert_eq!(of_tour(InventoryRef::At(morning())), []);
    for other in [InventoryRef::At(evening()), InventoryRef::At(at("2026-07-01T01:00:00.000001Z")), InventoryRef::On(DAY)] {
        assert_eq!(of_tour(other), disagrees, "{other:?}");
    }
    // Any instant of the date in Seoul names it.
    let of_day = |date| faults_beside_a_code(&day_ticket_world(), ProductKind::DayTicket, date);
    let (first, last) = (at("2026-06-30T15:00:00Z"), at("2026-07-01T14:59:59Z"));
    for same in [InventoryRef::On(DAY), InventoryRef::At(first), InventoryRef::At(last)] {
        assert_eq!(of_day(same), [], "{same:?}");
    }
    for other in [InventoryRef::At(at("2026-07-01T15:00:00Z")), InventoryRef::On(date(2026, 7, 2))] {
        assert_eq!(of_day(other), disagrees, "{other:?}");
    }
    // What has no date is named by any.
    let mut undated = day_ticket_world();
    undated.product().kind = ProductKind::Ticket;
    undated.row(MORNING_SEATS).date = UNDATED;
    assert_eq!(faults_beside_a_code(&undated, ProductKind::Ticket, InventoryRef::On(DAY)), []);
}

#[test]
fn a_date_beside_a_code_that_names_nothing_is_not_blamed() {
    let unknown = vec![fault(1, LineField::Inventory, Reason::InventoryUnknown)];
    let nowhere = (InventoryRef::Code(StockId(UNKNOWN)), Some(InventoryRef::At(evening())));
    assert_eq!(faults(|_, order| (order.lines[1].inventory, order.lines[1].also_named) = nowhere), unknown);
}

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
