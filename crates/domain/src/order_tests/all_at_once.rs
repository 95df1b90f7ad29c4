//! Wrong fields, all at once: none hides another.

use super::*;

#[test]
fn all_wrong_fields_are_named_at_once_and_before_any_conflict() {
    let mut world = world();
    // Conflicts that nobody gets to see: the channel may not sell this, the option is not sold and nothing is left.
    world.product().mark_up = None;
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
