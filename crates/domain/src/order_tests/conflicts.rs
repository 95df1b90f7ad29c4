//! Conflicts with the world, each by itself.

use super::*;

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
    assert_eq!(conflict(|world| lunch(world).mark_up = None), Conflict::ProductNotAssigned { line });
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
