//! What a placed order gets.

use super::*;

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
        sale: SaleFacts { net: Some((money(60_000), Currency::Krw)), mark_up: Some(MarkUp(120_000)), rate: None },
        reply_by: None,
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
