use axhub_domain::ids::{ChannelId, OrderId, ProductId};
use uuid::Uuid;

use super::*;
use crate::verify::walk::Ticket;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn ticket_id(n: u128) -> TicketId {
    TicketId(Uuid::from_u128(n))
}

fn event(second: i64, actor: &str, action: &str, ticket: Option<u128>, from: Option<i64>, to: i64) -> Event {
    let actor_code = match actor {
        "channel" => "alpha",
        "supplier" => "hanok",
        _ => "orders.reply",
    };
    Event {
        ticket: ticket.map(ticket_id),
        at: at(second),
        actor: actor.to_owned(),
        actor_code: actor_code.to_owned(),
        action: action.to_owned(),
        from,
        to,
    }
}

/// Placed at 0, seen at 1, confirmed by the hub at 2, commented at 3; the first ticket used at 4, the second cancelled at 5;
/// the first taken back at 6 and cancelled at 7, which ended the order.
fn order() -> Order {
    let ticket = |n, status, second| Ticket { id: ticket_id(n), status, updated_at: at(second), used_at: None };
    Order {
        id: OrderId(Uuid::from_u128(1)),
        channel: ChannelId(Uuid::nil()),
        product: ProductId(Uuid::nil()),
        status: 6,
        placed_status: 1,
        created_at: at(0),
        updated_at: at(7),
        channel_code: Some("alpha".to_owned()),
        supplier_code: Some("hanok".to_owned()),
        reply_by: Some(at(2)),
        tickets: vec![ticket(11, 4, 7), ticket(12, 3, 5)],
        events: vec![
            event(0, "channel", "place", None, None, 1),
            event(1, "supplier", "acknowledge", None, Some(1), 2),
            event(2, "hub", "confirm", None, Some(2), 3),
            event(3, "supplier", "comment", None, Some(3), 3),
            event(4, "supplier", "redeem", Some(11), Some(1), 2),
            event(5, "channel", "cancel-ticket", Some(12), Some(1), 3),
            event(6, "supplier", "undo-redemption", Some(11), Some(2), 1),
            event(7, "supplier", "cancel-ticket", None, Some(3), 6),
            event(7, "supplier", "cancel-ticket", Some(11), Some(1), 4),
        ],
    }
}

#[test]
fn a_lawful_way_has_no_fault() {
    assert_eq!((path_fault(&order()), state_fault(&order())), (None, None));
    let mut rejected = order();
    rejected.events.truncate(2);
    rejected.events.extend([
        event(9, "supplier", "reject", None, Some(2), 4),
        event(9, "supplier", "reject", Some(11), Some(1), 4),
        event(9, "supplier", "reject", Some(12), Some(1), 4),
    ]);
    assert_eq!(path_fault(&rejected), None);
}

fn path_of(change: impl FnOnce(&mut Order)) -> String {
    let mut order = order();
    change(&mut order);
    path_fault(&order).unwrap_or_default()
}

#[test]
fn whatever_the_table_does_not_allow_is_found() {
    let drop_event = |n: usize| path_of(|order| drop(order.events.remove(n)));
    assert_eq!(path_of(|order| order.events.clear()), "it has no history");
    assert_eq!(drop_event(0), "how it was placed");
    assert_eq!(drop_event(1), "confirm at 1970-01-01T00:00:02Z: its events tell something else");
    assert_eq!(drop_event(2), "comment at 1970-01-01T00:00:03Z: a comment changes nothing");
    assert_eq!(drop_event(4), "undo-redemption at 1970-01-01T00:00:06Z: it changed nothing");
    assert_eq!(drop_event(8), "cancel-ticket at 1970-01-01T00:00:07Z: nobody may do this");
    assert_eq!(drop_event(7), "cancel-ticket at 1970-01-01T00:00:07Z: its events tell something else");
    assert_eq!(path_of(|order| order.placed_status = 3), "how it was placed");
    assert_eq!(path_of(|order| order.created_at = at(1)), "how it was placed");
    let step = |n: usize, change: fn(&mut Event)| path_of(|order| change(&mut order.events[n]));
    assert_eq!(step(1, |event| event.actor = "channel".to_owned()), "acknowledge at 1970-01-01T00:00:01Z: it is another's order");
    assert_eq!(step(1, |event| event.actor_code = "lumiere".to_owned()), "acknowledge at 1970-01-01T00:00:01Z: it is another's order");
    assert_eq!(step(2, |event| event.actor_code = "people.erase".to_owned()), "confirm at 1970-01-01T00:00:02Z: not by this task");
    assert_eq!(path_of(|order| order.reply_by = None), "confirm at 1970-01-01T00:00:02Z: before its supplier's time was over");
    assert_eq!(path_of(|order| order.reply_by = Some(at(3))), "confirm at 1970-01-01T00:00:02Z: before its supplier's time was over");
    assert_eq!(step(2, |event| event.action = "redeem".to_owned()), "redeem at 1970-01-01T00:00:02Z: nobody may do this");
    assert_eq!(step(2, |event| event.from = Some(1)), "confirm at 1970-01-01T00:00:02Z: its events tell something else");
    assert_eq!(step(3, |event| event.to = 2), "comment at 1970-01-01T00:00:03Z: a comment changes nothing");
    assert_eq!(
        step(5, |event| event.ticket = Some(ticket_id(99))),
        "cancel-ticket at 1970-01-01T00:00:05Z: the ticket is of another order"
    );
    assert_eq!(step(3, |event| event.at = at(2)), "confirm at 1970-01-01T00:00:02Z: several things at one time");
    let unconfirmed = path_of(|order| drop(order.events.drain(2..4)));
    assert_eq!(unconfirmed, "redeem at 1970-01-01T00:00:04Z: not allowed in this state");
    let late = path_of(|order| (6..9).for_each(|n| order.events[n].at = at(if n == 6 { 4 + 901 } else { 906 })));
    assert_eq!(late, "undo-redemption at 1970-01-01T00:15:05Z: too late");
}

#[test]
fn what_is_stored_must_be_where_the_events_lead() {
    let state_of = |change: fn(&mut Order)| {
        let mut order = order();
        change(&mut order);
        state_fault(&order).unwrap_or_default()
    };
    assert_eq!(state_of(|order| order.status = 3), "its state is not that of its last event");
    assert_eq!(state_of(|order| order.updated_at = at(6)), "it changed at another time than its last event");
    assert_eq!(state_of(|order| order.tickets[1].status = 1), "the state of a ticket is not that of its last event");
    assert_eq!(state_of(|order| order.tickets[1].updated_at = at(0)), "a ticket changed at another time than its last event");
    assert_eq!(
        state_of(|order| order.tickets[0].used_at = Some(at(4))),
        "a ticket was used at another time than its last event, or not at all"
    );
}

#[test]
fn the_moments_are_what_the_events_make_of_it() {
    let order = order();
    let moments: Vec<(i64, Vec<i64>)> = moments(&order).into_iter().map(|moment| (moment.status, moment.tickets)).collect();
    let expected = [(1, [1, 1]), (2, [1, 1]), (3, [1, 1]), (3, [1, 1]), (3, [2, 1]), (3, [2, 3]), (3, [1, 3]), (6, [4, 3])];
    assert_eq!(moments, expected.map(|(status, tickets)| (status, tickets.to_vec())));
}
