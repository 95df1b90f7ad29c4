//! The contract's table of states, cell by cell, and what holds for every life an order can have.

use proptest::prelude::*;
use uuid::Uuid;

use super::OrderStatus::{SupplierConfirm, SupplierPending, SupplierReject, TravelerCancel, UnavoidableCancel};
use super::TicketStatus::{SupplierCanceled, TravelerCanceled, Used};
use super::*;

/// What the contract says of an action in a state.
#[derive(Clone, Copy, Debug)]
enum Says {
    /// The order becomes this, its tickets stay.
    To(OrderStatus),
    /// The order ends as this and its open tickets as that; their units go back. 409 `ticket_used` with a used one.
    End(OrderStatus, TicketStatus),
    /// The ticket becomes this; nothing goes back.
    Ticket(TicketStatus),
    /// The ticket ends as this and its unit goes back; the order ends as that with its last open or used ticket.
    EndTicket(TicketStatus, OrderStatus),
    /// The state already holds: 200, nothing changes.
    Same,
    /// 409 `transition_not_allowed`.
    No,
    /// 409 `ticket_used`.
    IsUsed,
}

use Says::{End, EndTicket, IsUsed, No, Same, Ticket, To};

/// Contract 7, "States": what is done to an order as a whole. Columns are the states from which it is done.
#[rustfmt::skip]
const WHOLE_ORDER: [(Action, [Says; 6]); 7] = [
    //                                  New                                       Supplier pending                          Supplier confirm                          | S. reject | Tr. cancel | Un. cancel
    (Action::StayNew,                  [Same,                                     No,                                       No,                                         No,         No,          No]),
    (Action::Acknowledge,              [To(SupplierPending),                      Same,                                     No,                                         No,         No,          No]),
    (Action::Confirm,                  [To(SupplierConfirm),                      To(SupplierConfirm),                      Same,                                       No,         No,          No]),
    (Action::Reject,                   [End(SupplierReject, SupplierCanceled),    End(SupplierReject, SupplierCanceled),    No,                                         Same,       No,          No]),
    (Action::TravelerCancel,           [End(TravelerCancel, TravelerCanceled),    End(TravelerCancel, TravelerCanceled),    End(TravelerCancel, TravelerCanceled),      No,         Same,        No]),
    (Action::ChannelUnavoidableCancel, [End(UnavoidableCancel, TravelerCanceled), End(UnavoidableCancel, TravelerCanceled), End(UnavoidableCancel, TravelerCanceled),   No,         No,          Same]),
    (Action::SupplierCancel,           [End(UnavoidableCancel, SupplierCanceled), End(UnavoidableCancel, SupplierCanceled), End(UnavoidableCancel, SupplierCanceled),   No,         No,          Same]),
];

type TicketAction = fn(TicketId) -> Action;

const BY_CHANNEL: Says = EndTicket(TravelerCanceled, TravelerCancel);
const BY_SUPPLIER: Says = EndTicket(SupplierCanceled, UnavoidableCancel);
const UNUSED: Says = Ticket(TicketStatus::New);

/// What is done to one ticket: the action, the ticket's state, and again the order's six states as columns.
#[rustfmt::skip]
const ONE_TICKET: [(TicketAction, TicketStatus, [Says; 6]); 16] = [
    //                                                         New          S. pending   S. confirm    | S. reject | Tr. cancel | Un. cancel
    (Action::ChannelCancelTicket,  TicketStatus::New,         [BY_CHANNEL,  BY_CHANNEL,  BY_CHANNEL,     No,         No,          No]),
    (Action::ChannelCancelTicket,  Used,                      [IsUsed,      IsUsed,      IsUsed,         IsUsed,     IsUsed,      IsUsed]),
    (Action::ChannelCancelTicket,  TravelerCanceled,          [Same,        Same,        Same,           Same,       Same,        Same]),
    (Action::ChannelCancelTicket,  SupplierCanceled,          [No,          No,          No,             No,         No,          No]),
    (Action::SupplierCancelTicket, TicketStatus::New,         [BY_SUPPLIER, BY_SUPPLIER, BY_SUPPLIER,    No,         No,          No]),
    (Action::SupplierCancelTicket, Used,                      [IsUsed,      IsUsed,      IsUsed,         IsUsed,     IsUsed,      IsUsed]),
    (Action::SupplierCancelTicket, TravelerCanceled,          [No,          No,          No,             No,         No,          No]),
    (Action::SupplierCancelTicket, SupplierCanceled,          [Same,        Same,        Same,           Same,       Same,        Same]),
    (Action::Redeem,               TicketStatus::New,         [No,          No,          Ticket(Used),   No,         No,          No]),
    (Action::Redeem,               Used,                      [Same,        Same,        Same,           Same,       Same,        Same]),
    (Action::Redeem,               TravelerCanceled,          [No,          No,          No,             No,         No,          No]),
    (Action::Redeem,               SupplierCanceled,          [No,          No,          No,             No,         No,          No]),
    (Action::UndoRedemption,       TicketStatus::New,         [Same,        Same,        Same,           Same,       Same,        Same]),
    (Action::UndoRedemption,       Used,                      [No,          No,          UNUSED,         No,         No,          No]),
    (Action::UndoRedemption,       TravelerCanceled,          [No,          No,          No,             No,         No,          No]),
    (Action::UndoRedemption,       SupplierCanceled,          [No,          No,          No,             No,         No,          No]),
];

const ORDER: OrderId = OrderId(Uuid::from_u128(1));

/// The n-th ticket of an order, counted from 0.
fn ticket(n: usize) -> TicketId {
    TicketId(Uuid::from_u128(100 + n as u128))
}

fn order(status: OrderStatus, tickets: &[TicketStatus]) -> OrderState {
    OrderState { id: ORDER, status, tickets: tickets.iter().enumerate().map(|(n, status)| (ticket(n), *status)).collect() }
}

/// Every way in which up to three tickets can stand.
fn mixes() -> Vec<Vec<TicketStatus>> {
    let mut all: Vec<Vec<TicketStatus>> = vec![vec![]];
    let mut longest = all.clone();
    for _ in 0..3 {
        longest = longest
            .iter()
            .flat_map(|mix| TicketStatus::ALL.iter().map(move |status| mix.iter().copied().chain([*status]).collect()))
            .collect();
        all.extend(longest.clone());
    }
    all
}

fn in_state(order: &OrderState, wanted: TicketStatus) -> Vec<TicketId> {
    order.tickets.iter().filter(|(_, status)| *status == wanted).map(|(id, _)| *id).collect()
}

#[test]
fn whole_orders_go_by_the_table() {
    for tickets in mixes() {
        for (action, row) in WHOLE_ORDER {
            for (status, says) in OrderStatus::ALL.iter().zip(row) {
                let order = order(*status, &tickets);
                let (open, used) = (in_state(&order, TicketStatus::New), in_state(&order, Used));
                let expected = match says {
                    Same => Ok(Some(Change { order: None, tickets: vec![], returned: 0 })),
                    No => Err(Conflict::TransitionNotAllowed { order: ORDER, order_status: *status, ticket: None }),
                    To(to) => Ok(Some(Change { order: Some(to), tickets: vec![], returned: 0 })),
                    End(..) if !used.is_empty() => Err(Conflict::TicketUsed { order: ORDER, order_status: *status, tickets: used }),
                    End(to, tickets_to) => Ok(Some(Change {
                        order: Some(to),
                        returned: u32::try_from(open.len()).expect("at most three"),
                        tickets: open.into_iter().map(|id| (id, tickets_to)).collect(),
                    })),
                    Ticket(_) | EndTicket(..) | IsUsed => unreachable!("says nothing of a whole order"),
                };
                assert_eq!(transition(&order, action), expected, "{action:?} of {order:?}");
            }
        }
    }
}

#[test]
fn tickets_go_by_the_table() {
    for others in mixes() {
        for (action, present, row) in ONE_TICKET {
            for (status, says) in OrderStatus::ALL.iter().zip(row) {
                let mut tickets = others.clone();
                tickets.push(present);
                let (id, order) = (ticket(others.len()), order(*status, &tickets));
                let others_remain = others.iter().any(|other| matches!(other, TicketStatus::New | Used));
                let expected = match says {
                    Same => Ok(Some(Change { order: None, tickets: vec![], returned: 0 })),
                    No => Err(Conflict::TransitionNotAllowed { order: ORDER, order_status: *status, ticket: Some((id, present)) }),
                    IsUsed => Err(Conflict::TicketUsed { order: ORDER, order_status: *status, tickets: vec![id] }),
                    Ticket(to) => Ok(Some(Change { order: None, tickets: vec![(id, to)], returned: 0 })),
                    EndTicket(to, _) if others_remain => Ok(Some(Change { order: None, tickets: vec![(id, to)], returned: 1 })),
                    EndTicket(to, order_to) => Ok(Some(Change { order: Some(order_to), tickets: vec![(id, to)], returned: 1 })),
                    To(_) | End(..) => unreachable!("says nothing of one ticket"),
                };
                assert_eq!(transition(&order, action(id)), expected, "{:?} of {order:?}", action(id));
            }
        }
    }
}

#[test]
fn the_tables_are_complete() {
    let mut actions: Vec<String> = WHOLE_ORDER.iter().map(|(action, _)| format!("{action:?}")).collect();
    actions.extend(ONE_TICKET.iter().map(|(action, present, _)| format!("{:?} {present:?}", action(ticket(0)))));
    actions.sort_unstable();
    actions.dedup();
    assert_eq!(actions.len(), 7 + 4 * TicketStatus::ALL.len());
    // A new action must get its row: this match does not compile without it.
    for (action, _) in WHOLE_ORDER {
        match action {
            Action::Acknowledge | Action::Confirm | Action::Reject | Action::SupplierCancel => {}
            Action::TravelerCancel | Action::ChannelUnavoidableCancel | Action::StayNew => {}
            Action::ChannelCancelTicket(_) | Action::SupplierCancelTicket(_) => panic!("of one ticket"),
            Action::Redeem(_) | Action::UndoRedemption(_) => panic!("of one ticket"),
        }
    }
}

/// The order's end with its last open or used ticket, in words that the tables above only imply.
#[test]
fn an_order_ends_with_its_last_open_or_used_ticket() {
    let after = |tickets: &[TicketStatus], action: Action| {
        let change = transition(&order(SupplierConfirm, tickets), action).expect("allowed").expect("has the ticket");
        change.order
    };
    let (channel, supplier) = (Action::ChannelCancelTicket(ticket(0)), Action::SupplierCancelTicket(ticket(0)));
    let open = TicketStatus::New;
    assert_eq!(after(&[open], channel), Some(TravelerCancel));
    assert_eq!(after(&[open], supplier), Some(UnavoidableCancel));
    assert_eq!(after(&[open, open], channel), None);
    assert_eq!(after(&[open, Used], channel), None);
    assert_eq!(after(&[open, Used], supplier), None);
    // Who cancels the last one decides, whoever cancelled the others.
    assert_eq!(after(&[open, SupplierCanceled], channel), Some(TravelerCancel));
    assert_eq!(after(&[open, TravelerCanceled], supplier), Some(UnavoidableCancel));
}

#[test]
fn a_ticket_of_another_order_is_not_found() {
    for status in OrderStatus::ALL {
        for tickets in mixes() {
            let (order, foreign) = (order(*status, &tickets), ticket(9));
            for (action, ..) in ONE_TICKET {
                let action = action(foreign);
                assert_eq!(transition(&order, action), Ok(None), "{action:?} of {order:?}");
            }
        }
    }
}

#[test]
fn a_change_is_applied_to_what_it_names_alone() {
    let mut order = order(SupplierConfirm, &[TicketStatus::New, Used, TravelerCanceled, TicketStatus::New]);
    apply(&mut order, &Change { order: None, tickets: vec![(ticket(3), SupplierCanceled)], returned: 1 });
    assert_eq!(order, self::order(SupplierConfirm, &[TicketStatus::New, Used, TravelerCanceled, SupplierCanceled]));
    apply(&mut order, &Change { order: Some(UnavoidableCancel), ..Change::default() });
    assert_eq!(order, self::order(UnavoidableCancel, &[TicketStatus::New, Used, TravelerCanceled, SupplierCanceled]));
}

#[test]
fn order_words_and_digits_are_the_published_ones() {
    let published = [
        (1, "New", OrderStatus::New),
        (2, "Supplier pending", SupplierPending),
        (3, "Supplier confirm", SupplierConfirm),
        (4, "Supplier reject", SupplierReject),
        (5, "Traveler cancel", TravelerCancel),
        (6, "Unavoidable cancel", UnavoidableCancel),
    ];
    assert_eq!(OrderStatus::ALL, published.map(|(_, _, status)| status));
    for (digit, word, status) in published {
        assert_eq!((status.digit(), status.word()), (digit, word));
        assert_eq!(OrderStatus::from_word(word), Some(status));
        assert_eq!(OrderStatus::from_digit(i64::from(digit)), Some(status));
        assert_eq!(serde_json::to_value(status).ok(), Some(word.into()));
        assert_eq!(serde_json::from_value(word.into()).ok(), Some(status));
        assert_eq!(status.is_open(), digit <= 3, "{word}");
    }
    for word in ["", "new", "New ", "Used", "Traveler canceled", "1"] {
        assert_eq!(OrderStatus::from_word(word), None, "{word}");
    }
    for digit in [0, 7, -1, 257, i64::MIN, i64::MAX] {
        assert_eq!(OrderStatus::from_digit(digit), None, "{digit}");
    }
}

#[test]
fn ticket_words_and_digits_are_the_published_ones() {
    let published = [
        (1, "New", TicketStatus::New),
        (2, "Used", Used),
        (3, "Traveler canceled", TravelerCanceled),
        (4, "Supplier canceled", SupplierCanceled),
    ];
    assert_eq!(TicketStatus::ALL, published.map(|(_, _, status)| status));
    for (digit, word, status) in published {
        assert_eq!((status.digit(), status.word()), (digit, word));
        assert_eq!(TicketStatus::from_word(word), Some(status));
        assert_eq!(TicketStatus::from_digit(i64::from(digit)), Some(status));
        assert_eq!(serde_json::to_value(status).ok(), Some(word.into()));
        assert_eq!(serde_json::from_value(word.into()).ok(), Some(status));
    }
    for word in ["", "used", "Traveler cancel", "Supplier pending", "2"] {
        assert_eq!(TicketStatus::from_word(word), None, "{word}");
    }
    for digit in [0, 5, -1, 258, i64::MIN, i64::MAX] {
        assert_eq!(TicketStatus::from_digit(digit), None, "{digit}");
    }
}

/// The history keeps these words for ever.
#[test]
fn actions_have_their_words() {
    let words = [
        (Action::Acknowledge, "acknowledge"),
        (Action::Confirm, "confirm"),
        (Action::Reject, "reject"),
        (Action::SupplierCancel, "cancel"),
        (Action::TravelerCancel, "cancel"),
        (Action::ChannelUnavoidableCancel, "cancel"),
        (Action::StayNew, "stay-new"),
        (Action::ChannelCancelTicket(ticket(0)), "cancel-ticket"),
        (Action::SupplierCancelTicket(ticket(0)), "cancel-ticket"),
        (Action::Redeem(ticket(0)), "redeem"),
        (Action::UndoRedemption(ticket(0)), "undo-redemption"),
    ];
    for (action, word) in words {
        assert_eq!(action.word(), word, "{action:?}");
    }
}

#[test]
fn a_channel_order_is_as_far_as_its_least_advanced_order() {
    for (nth, least) in OrderStatus::ALL.iter().enumerate() {
        assert_eq!(channel_order_status([*least]), *least);
        assert_eq!(channel_order_status([*least, *least]), *least);
        for other in &OrderStatus::ALL[nth..] {
            assert_eq!(channel_order_status([*least, *other]), *least);
            assert_eq!(channel_order_status([*other, *least]), *least);
            assert_eq!(channel_order_status([UnavoidableCancel, *other, *least, *other]), *least);
        }
    }
}

/// Every step of an order's state that the contract's table has.
const ORDER_EDGES: &[(OrderStatus, OrderStatus)] = &[
    (OrderStatus::New, SupplierPending),
    (OrderStatus::New, SupplierConfirm),
    (OrderStatus::New, SupplierReject),
    (OrderStatus::New, TravelerCancel),
    (OrderStatus::New, UnavoidableCancel),
    (SupplierPending, SupplierConfirm),
    (SupplierPending, SupplierReject),
    (SupplierPending, TravelerCancel),
    (SupplierPending, UnavoidableCancel),
    (SupplierConfirm, TravelerCancel),
    (SupplierConfirm, UnavoidableCancel),
];

/// Every step of a ticket's state.
const TICKET_EDGES: &[(TicketStatus, TicketStatus)] =
    &[(TicketStatus::New, Used), (Used, TicketStatus::New), (TicketStatus::New, TravelerCanceled), (TicketStatus::New, SupplierCanceled)];

/// Actions that ended an order at once would leave little to see, so those on tickets come more often.
fn any_action() -> impl Strategy<Value = Action> {
    let whole = prop::sample::select(WHOLE_ORDER.map(|(action, _)| action).to_vec());
    let on_ticket: [TicketAction; 4] = [Action::ChannelCancelTicket, Action::SupplierCancelTicket, Action::Redeem, Action::UndoRedemption];
    // Up to the seventh ticket, though no order has more than five.
    let one = (prop::sample::select(on_ticket.to_vec()), 0..7usize).prop_map(|(action, n)| action(ticket(n)));
    prop_oneof![2 => Just(Action::Confirm), 2 => whole, 8 => one]
}

/// An order as a channel leaves it.
fn any_new_order() -> impl Strategy<Value = OrderState> {
    let status = prop_oneof![Just(OrderStatus::New), Just(SupplierConfirm)];
    (status, 1..=5usize).prop_map(|(status, quantity)| order(status, &vec![TicketStatus::New; quantity]))
}

fn canceled(order: &OrderState) -> usize {
    in_state(order, TravelerCanceled).len() + in_state(order, SupplierCanceled).len()
}

/// What must hold of one step.
fn check_step(before: &OrderState, change: &Change, after: &OrderState) -> Result<(), TestCaseError> {
    if before.status != after.status {
        prop_assert!(ORDER_EDGES.contains(&(before.status, after.status)), "no such edge: {:?}", (before.status, after.status));
    }
    if !before.status.is_open() {
        prop_assert!(change.is_empty() && before == after, "an order that ended changed");
    }
    for ((id, was), (_, is)) in before.tickets.iter().zip(&after.tickets) {
        if was == is {
            continue;
        }
        prop_assert!(TICKET_EDGES.contains(&(*was, *is)), "no such edge: {:?}", (id, was, is));
        prop_assert!(*is != Used || before.status == SupplierConfirm, "only confirmed orders are redeemed");
    }
    let newly_canceled = canceled(after) - canceled(before);
    prop_assert_eq!(change.returned as usize, newly_canceled, "a unit goes back for each ticket that ends, and for no other");
    prop_assert_eq!(change.is_empty(), before == after, "a change says what changes");
    Ok(())
}

/// What must hold of every order at every time.
fn check_state(order: &OrderState) -> Result<(), TestCaseError> {
    let alive = order.tickets.iter().any(|(_, status)| matches!(status, TicketStatus::New | Used));
    prop_assert_eq!(order.status.is_open(), alive, "an order is open exactly as long as it has an open or used ticket");
    prop_assert!(in_state(order, Used).is_empty() || order.status == SupplierConfirm, "a used ticket holds its order");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn whatever_happens_to_an_order(placed in any_new_order(), actions in prop::collection::vec(any_action(), 0..40)) {
        let quantity = placed.tickets.len();
        let mut order = placed;
        let mut returned = 0;
        for action in actions {
            let known_ticket = match action {
                Action::ChannelCancelTicket(id) | Action::SupplierCancelTicket(id) => order.ticket(id).is_some(),
                Action::Redeem(id) | Action::UndoRedemption(id) => order.ticket(id).is_some(),
                _ => true,
            };
            let Ok(outcome) = transition(&order, action) else { continue };
            prop_assert_eq!(outcome.is_some(), known_ticket);
            let Some(change) = outcome else { continue };
            let before = order.clone();
            apply(&mut order, &change);
            returned += change.returned as usize;

            check_step(&before, &change, &order)?;
            check_state(&order)?;
            prop_assert_eq!(returned, canceled(&order));
            prop_assert!(returned <= quantity, "more came back than was taken");
            prop_assert_eq!(transition(&order, action), Ok(Some(Change::default())), "{:?} twice", action);
        }
    }
}
