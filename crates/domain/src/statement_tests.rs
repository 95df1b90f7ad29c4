use jiff::civil::{date, time};
use jiff::tz::TimeZone;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn event(when: &str, to: TicketStatus, by: &str) -> TicketEvent {
    TicketEvent { at: at(when), to, by: by.to_owned() }
}

/// Sold on the 30th of June for 75 dollars net, at a mark-up of 20 % and 1100 won.
fn ticket() -> SoldTicket {
    SoldTicket {
        ticket: TicketId(Uuid::from_u128(1)),
        channel_ticket_code: Some("T-1".to_owned()),
        order: OrderId(Uuid::from_u128(2)),
        channel_order_code: "A-1".to_owned(),
        product: (ProductId(Uuid::from_u128(3)), ProductKind::Tour, "Paris walk".to_owned()),
        option: (OptionId(Uuid::from_u128(4)), "Adult".to_owned()),
        starts: (date(2026, 7, 2), time(9, 0, 0, 0)),
        sold_at: at("2026-06-30T12:00:00Z"),
        net: Some(("75".parse().unwrap(), Currency::Usd)),
        mark_up: Some(MarkUp(120_000)),
        rate: Some("1100".to_owned()),
        selling: ("99000".parse().unwrap(), Currency::Krw),
        refund: None,
        history: Vec::new(),
    }
}

fn statement(month: &str, tickets: Vec<SoldTicket>) -> Statement {
    let month: Month = month.parse().unwrap();
    let head = Head {
        channel_code: "alpha".to_owned(),
        supplier_code: "lumiere".to_owned(),
        month,
        time_zone: "UTC".to_owned(),
        period: month.period(&TimeZone::UTC),
    };
    Statement::make(head, false, tickets)
}

fn only_line(month: &str, ticket: SoldTicket) -> Option<Line> {
    let lines = statement(month, vec![ticket]).lines;
    assert!(lines.len() <= 1);
    lines.into_iter().next()
}

#[test]
fn a_ticket_stands_in_every_month_in_which_something_happened_with_it() {
    let mut sold = ticket();
    sold.history = vec![event("2026-07-05T10:00:00Z", TicketStatus::TravelerCanceled, "channel")];
    sold.refund = Some((at("2026-08-01T00:00:00Z"), "49500".parse().unwrap()));

    let june = only_line("2026-06", sold.clone()).unwrap();
    assert_eq!((june.events, june.ticket_status, june.canceled_at), (vec![Happened::Sold], TicketStatus::New, None));
    let july = only_line("2026-07", sold.clone()).unwrap();
    assert_eq!((july.events, july.ticket_status), (vec![Happened::Canceled], TicketStatus::TravelerCanceled));
    assert_eq!((july.canceled_by.as_deref(), july.refunded_at, july.refund_amount), (Some("channel"), None, None));
    let august = only_line("2026-08", sold.clone()).unwrap();
    assert_eq!((august.events, august.refunded_at.as_deref()), (vec![Happened::Refunded], Some("2026-08-01T00:00:00.000Z")));
    assert_eq!(august.sold_at, "2026-06-30T12:00:00.000Z");
    assert_eq!(only_line("2026-09", sold), None);
}

#[test]
fn a_redemption_that_was_undone_has_never_happened() {
    let mut undone = ticket();
    undone.history =
        vec![event("2026-06-30T23:55:00Z", TicketStatus::Used, "supplier"), event("2026-07-01T00:05:00Z", TicketStatus::New, "supplier")];
    let june = only_line("2026-06", undone.clone()).unwrap();
    assert_eq!((june.events, june.ticket_status, june.redeemed_at), (vec![Happened::Sold], TicketStatus::New, None));
    assert_eq!(only_line("2026-07", undone.clone()), None);

    undone.history.push(event("2026-07-02T09:00:00Z", TicketStatus::Used, "supplier"));
    let july = only_line("2026-07", undone).unwrap();
    assert_eq!(
        (july.events, july.ticket_status, july.redeemed_at.as_deref()),
        (vec![Happened::Redeemed], TicketStatus::Used, Some("2026-07-02T09:00:00.000Z"))
    );
}

#[test]
fn a_line_tells_how_the_price_came_about() {
    let line = only_line("2026-06", ticket()).unwrap();
    let shown = serde_json::to_value(&line).unwrap();
    assert_eq!(
        shown,
        serde_json::json!({
            "ax_ticket_code": "00000000-0000-0000-0000-000000000001", "channel_ticket_code": "T-1",
            "ax_order_code": "00000000-0000-0000-0000-000000000002", "channel_order_code": "A-1",
            "product_code": "00000000-0000-0000-0000-000000000003", "product_name": "Paris walk",
            "option_code": "00000000-0000-0000-0000-000000000004", "option_name": "Adult",
            "date": "2026-07-02", "start_time": "09:00", "ticket_status": "New", "events": ["sold"],
            "sold_at": "2026-06-30T12:00:00.000Z", "canceled_at": null, "canceled_by": null, "refunded_at": null,
            "refund_amount": null, "redeemed_at": null, "unit_net": "75.00000", "net_currency": "USD", "mark_up": "1.20000",
            "rate": "1100", "unit_selling_price": "99000.00000", "currency": "KRW",
        })
    );
    let mut undated = ticket();
    (undated.product.1, undated.starts) = (ProductKind::Ticket, (UNDATED, time(0, 0, 0, 0)));
    let line = only_line("2026-06", undated).unwrap();
    assert_eq!((line.date, line.start_time), (None, None));
    let mut day_ticket = ticket();
    day_ticket.product.1 = ProductKind::DayTicket;
    let line = only_line("2026-06", day_ticket).unwrap();
    assert_eq!((line.date.as_deref(), line.start_time), (Some("2026-07-02"), None));
}

#[test]
fn totals_are_kept_apart_by_currencies_and_exact_to_the_last_digit() {
    let mut dollars = ticket();
    (dollars.rate, dollars.selling) = (None, ("90.10001".parse().unwrap(), Currency::Usd));
    let mut unknown = ticket();
    (unknown.net, unknown.mark_up, unknown.rate) = (None, None, None);
    let mut canceled = ticket();
    canceled.history = vec![event("2026-06-30T13:00:00Z", TicketStatus::SupplierCanceled, "supplier")];
    canceled.refund = Some((at("2026-06-30T14:00:00Z"), "0.00003".parse().unwrap()));
    let totals = statement("2026-06", vec![ticket(), dollars.clone(), dollars, unknown, canceled]).totals;
    let shown = serde_json::to_value(&totals).unwrap();
    let none = serde_json::json!({ "count": 0, "net": "0.00000", "selling": "0.00000" });
    let one = serde_json::json!({ "count": 1, "net": "75.00000", "selling": "99000.00000" });
    assert_eq!(
        shown,
        serde_json::json!([
            {
                "net_currency": null, "currency": "KRW", "sold": { "count": 1, "net": "0.00000", "selling": "99000.00000" },
                "canceled": none, "refunded": none, "refund_amount": "0.00000", "redeemed": none,
            },
            {
                "net_currency": "USD", "currency": "KRW", "sold": { "count": 2, "net": "150.00000", "selling": "198000.00000" },
                "canceled": one, "refunded": one, "refund_amount": "0.00003", "redeemed": none,
            },
            {
                "net_currency": "USD", "currency": "USD", "sold": { "count": 2, "net": "150.00000", "selling": "180.20002" },
                "canceled": none, "refunded": none, "refund_amount": "0.00000", "redeemed": none,
            },
        ])
    );
}

#[test]
fn a_sum_may_be_larger_than_any_amount() {
    let largest = Money::from_parts(i64::MAX);
    let sum = Sum::default().plus(largest).plus(largest);
    assert_eq!(sum.to_string(), "184467440737095.51614");
    let read: Sum = serde_json::from_str(&serde_json::to_string(&sum).unwrap()).unwrap();
    assert_eq!(read, sum);
    for text in ["\"1\"", "\"1.5\"", "\"x.00000\"", "7"] {
        assert!(serde_json::from_str::<Sum>(text).is_err(), "{text}");
    }
}

#[test]
fn a_document_reads_back_as_it_was() {
    let mut sold = ticket();
    sold.history = vec![event("2026-06-30T13:00:00Z", TicketStatus::Used, "supplier")];
    let statement = statement("2026-06", vec![sold]);
    let document = serde_json::to_string(&statement).unwrap();
    let read: Statement = serde_json::from_str(&document).unwrap();
    assert_eq!(read, statement);
    assert_eq!(serde_json::to_string(&read).unwrap(), document);
}

/// Histories that the table of states allows: redeemed and undone some times, then left, redeemed or cancelled.
fn histories() -> impl Strategy<Value = (i64, Vec<(i64, TicketStatus)>, Option<i64>)> {
    let minutes = 0i64..200_000;
    (minutes, prop::collection::vec(1i64..15, 0..3), 0i64..200_000, 0u8..4, prop::option::of(0i64..100_000)).prop_map(
        |(sold, undone, later, end, refund)| {
            let mut history = Vec::new();
            let mut clock = sold;
            for minutes in undone {
                clock += 3_000;
                history.push((clock, TicketStatus::Used));
                clock += minutes;
                history.push((clock, TicketStatus::New));
            }
            clock += later;
            match end {
                0 => {}
                1 => history.push((clock, TicketStatus::Used)),
                2 => history.push((clock, TicketStatus::TravelerCanceled)),
                _ => history.push((clock, TicketStatus::SupplierCanceled)),
            }
            let refund = refund.filter(|_| end >= 2).map(|later| clock + later);
            (sold, history, refund)
        },
    )
}

proptest! {
    /// Whatever happened, each month says every sale, cancellation, refund and lasting redemption once, in its own month.
    #[test]
    fn over_all_months_everything_is_said_once((sold, history, refund) in histories()) {
        let start = at("2026-01-01T00:00:00Z");
        let instant = |minutes: i64| start + jiff::SignedDuration::from_mins(minutes);
        let mut subject = ticket();
        subject.sold_at = instant(sold);
        subject.history = history.iter().map(|(at, to)| TicketEvent { at: instant(*at), to: *to, by: "supplier".to_owned() }).collect();
        subject.refund = refund.map(|at| (instant(at), Money::from_parts(1)));
        let last = history.last().map(|(at, to)| (instant(*at), *to));

        let mut said = Vec::new();
        let mut month: Month = "2026-01".parse().unwrap();
        for _ in 0..18 {
            let now = statement(&month.to_string(), vec![subject.clone()]);
            let period = month.period(&TimeZone::UTC);
            // A month that was closed as soon as it was settled says the same as one that is made much later.
            let mut then = subject.clone();
            then.history.retain(|event| event.at < period.settled_at());
            then.refund = then.refund.filter(|(at, _)| *at < period.settled_at());
            if then.sold_at < period.settled_at() {
                prop_assert_eq!(&statement(&month.to_string(), vec![then]), &now);
            }
            for line in now.lines {
                said.extend(line.events.iter().map(|event| (*event, month)));
            }
            month = month.plus(1).unwrap();
        }
        let in_month = |at: Timestamp| Month::of(at, &TimeZone::UTC);
        let mut expected = vec![(Happened::Sold, in_month(subject.sold_at))];
        match last {
            Some((at, TicketStatus::Used)) => expected.push((Happened::Redeemed, in_month(at))),
            Some((at, TicketStatus::TravelerCanceled | TicketStatus::SupplierCanceled)) => expected.push((Happened::Canceled, in_month(at))),
            _ => {}
        }
        expected.extend(subject.refund.map(|(at, _)| (Happened::Refunded, in_month(at))));
        said.sort_by_key(|(event, month)| (*month, event.word()));
        expected.sort_by_key(|(event, month)| (*month, event.word()));
        prop_assert_eq!(said, expected);
    }
}
