use uuid::Uuid;

use super::*;
use crate::ids::{OptionId, OrderId, ProductId, TicketId};
use crate::money::Currency;
use crate::statement::Happened;

fn line(n: u128, order: &str, ticket: Option<&str>, status: TicketStatus) -> Line {
    let id = Uuid::from_u128(n);
    Line {
        ax_ticket_code: TicketId(id),
        channel_ticket_code: ticket.map(str::to_owned),
        ax_order_code: OrderId(id),
        channel_order_code: order.to_owned(),
        product_code: ProductId(id),
        product_name: "Paris walk".to_owned(),
        option_code: OptionId(id),
        option_name: "Adult".to_owned(),
        date: None,
        start_time: None,
        ticket_status: status,
        events: vec![Happened::Sold, Happened::Canceled],
        sold_at: "2026-07-01T00:00:00.000Z".to_owned(),
        canceled_at: None,
        canceled_by: None,
        refunded_at: None,
        refund_amount: None,
        redeemed_at: None,
        unit_net: None,
        net_currency: None,
        mark_up: None,
        rate: None,
        unit_selling_price: "99000".parse().unwrap(),
        currency: Currency::Krw,
    }
}

fn statement(lines: Vec<Line>) -> Statement {
    Statement {
        channel_code: "alpha".to_owned(),
        supplier_code: "lumiere".to_owned(),
        month: "2026-07".parse().unwrap(),
        time_zone: "UTC".to_owned(),
        from: "2026-07-01T00:00:00.000Z".to_owned(),
        to: "2026-08-01T00:00:00.000Z".to_owned(),
        is_closed: true,
        totals: Vec::new(),
        lines,
    }
}

fn listed(line: usize, order: &str, ticket: Option<&str>) -> Listed {
    Listed {
        line,
        channel_order_code: order.to_owned(),
        ax_ticket_code: None,
        channel_ticket_code: ticket.map(str::to_owned),
        status: None,
        amount: None,
        currency: None,
    }
}

fn by_ax_code(line: usize, order: &str, n: u128) -> Listed {
    Listed { ax_ticket_code: Some(Uuid::from_u128(n).to_string().to_uppercase()), ..listed(line, order, None) }
}

fn told(result: &Reconciliation) -> Vec<(DifferenceKind, Option<usize>)> {
    result.differences.iter().map(|difference| (difference.kind, difference.line)).collect()
}

#[test]
fn equal_lists_agree() {
    let lines = vec![line(1, "A-1", Some("T-1"), TicketStatus::New), line(2, "A-1", None, TicketStatus::SupplierCanceled)];
    let full = Listed {
        status: Some(ListedStatus::Is(TicketStatus::New)),
        amount: Some("99000.0".parse().unwrap()),
        currency: Some("krw".to_owned()),
        ..listed(2, "A-1", Some("T-1"))
    };
    let canceled = Listed { status: Some(ListedStatus::Canceled), ..by_ax_code(3, "A-1", 2) };
    let result = reconcile(&statement(lines), &[full, canceled]);
    assert_eq!((result.listed, result.stated, result.agreeing, result.total()), (2, 2, 2, 0));
}

#[test]
fn each_difference_is_told_with_its_line() {
    let lines = vec![
        line(1, "A-1", Some("T-1"), TicketStatus::New),
        line(2, "A-2", Some("T-1"), TicketStatus::Used),
        line(3, "A-3", None, TicketStatus::New),
    ];
    let wrong = Listed {
        status: Some(ListedStatus::Canceled),
        amount: Some("99000.00001".parse().unwrap()),
        currency: Some("USD".to_owned()),
        ..listed(3, "A-2", Some("T-1"))
    };
    let list = [
        listed(2, "A-1", Some("T-1")),
        wrong,
        listed(4, "A-1", Some("T-1")),
        listed(5, "A-9", Some("T-1")),
        listed(6, "A-9", Some("T-1")),
        by_ax_code(7, "A-2", 1),
    ];
    let result = reconcile(&statement(lines), &list);
    assert_eq!(
        told(&result),
        [
            (DifferenceKind::StatusDiffers, Some(3)),
            (DifferenceKind::AmountDiffers, Some(3)),
            (DifferenceKind::CurrencyDiffers, Some(3)),
            (DifferenceKind::Repeated, Some(4)),
            (DifferenceKind::MissingHere, Some(5)),
            (DifferenceKind::Repeated, Some(6)),
            (DifferenceKind::Repeated, Some(7)),
            (DifferenceKind::MissingThere, None),
        ]
    );
    let first_lines: Vec<Option<usize>> = result.differences.iter().map(|difference| difference.first_line).collect();
    assert_eq!(first_lines, [None, None, None, Some(2), None, Some(5), Some(2), None]);
    let says = |at: usize| (result.differences[at].here.as_deref(), result.differences[at].there.as_deref());
    assert_eq!(says(0), (Some("Used"), Some("Canceled")));
    assert_eq!(says(1), (Some("99000.00000"), Some("99000.00001")));
    assert_eq!(says(2), (Some("KRW"), Some("USD")));
    assert_eq!(says(7), (Some("sold canceled"), None));
    assert_eq!((result.agreeing, result.counts[&DifferenceKind::Repeated]), (1, 3));
}

#[test]
fn a_ticket_of_another_order_is_a_difference() {
    let result = reconcile(&statement(vec![line(1, "A-1", None, TicketStatus::New)]), &[by_ax_code(2, "A-2", 1)]);
    assert_eq!(told(&result), [(DifferenceKind::OrderDiffers, Some(2))]);
}

#[test]
fn tickets_that_share_a_code_are_each_named_once() {
    let lines = vec![line(1, "A-1", Some("T"), TicketStatus::New), line(2, "A-1", Some("T"), TicketStatus::New)];
    let list = [listed(2, "A-1", Some("T")), listed(3, "A-1", Some("T")), listed(4, "A-1", Some("T"))];
    let result = reconcile(&statement(lines), &list);
    assert_eq!((result.agreeing, told(&result)), (2, vec![(DifferenceKind::Repeated, Some(4))]));
}

#[test]
fn a_flood_of_differences_is_counted_but_not_kept() {
    let list: Vec<Listed> = (2..MAX_DIFFERENCES + 7).map(|n| listed(n, &format!("A-{n}"), Some("T"))).collect();
    let result = reconcile(&statement(Vec::new()), &list);
    assert_eq!((result.total(), result.differences.len()), (MAX_DIFFERENCES + 5, MAX_DIFFERENCES));
}

#[test]
fn states_are_read_in_many_words() {
    for (text, status) in [
        ("New", ListedStatus::Is(TicketStatus::New)),
        (" used ", ListedStatus::Is(TicketStatus::Used)),
        ("TRAVELER CANCELED", ListedStatus::Is(TicketStatus::TravelerCanceled)),
        ("4", ListedStatus::Is(TicketStatus::SupplierCanceled)),
        ("Cancelled", ListedStatus::Canceled),
        ("sold", ListedStatus::Is(TicketStatus::New)),
    ] {
        assert_eq!(ListedStatus::read(text), Some(status), "{text}");
    }
    for text in ["", "5", "gone"] {
        assert_eq!(ListedStatus::read(text), None, "{text}");
    }
}
