//! Every action on a ticket, in every state of the ticket and of its order.

use axhub_testkit::{App, Engine};
use rstest::rstest;
use serde_json::json;

use crate::support::{Placed, assert_code, each, place, read, redacted, remain};

const DATE: &str = "2026-07-05";

/// How an order of two units gets where a case wants it: actions of the supplier, and of the channel.
#[derive(Clone, Copy, Debug)]
enum Step {
    Order(&'static str),
    Ticket(usize, &'static str),
    ChannelCancels,
    ChannelCancelsTicket(usize),
}
use Step::{ChannelCancels, ChannelCancelsTicket, Order, Ticket};

/// What an action on the first ticket answers.
#[derive(Clone, Copy, Debug)]
enum Answer {
    /// Ticket and order are in these states now; so many units went back.
    Becomes(&'static str, &'static str, i64),
    Holds,
    Refused(&'static str),
}
use Answer::{Becomes, Holds, Refused};

const NOT_ALLOWED: Answer = Refused("transition_not_allowed");
const CANCELED: &str = "Supplier canceled";

/// The steps; what `redeem` and what `cancel` of the first ticket answer then.
const TABLE: &[(&[Step], Answer, Answer)] = &[
    (&[], NOT_ALLOWED, Becomes(CANCELED, "New", 1)),
    (&[Order("acknowledge")], NOT_ALLOWED, Becomes(CANCELED, "Supplier pending", 1)),
    (&[Order("confirm")], Becomes("Used", "Supplier confirm", 0), Becomes(CANCELED, "Supplier confirm", 1)),
    (&[Order("confirm"), Ticket(0, "redeem")], Holds, Refused("ticket_used")),
    // The other ticket does not matter as long as it is open or used …
    (&[Order("confirm"), Ticket(1, "redeem")], Becomes("Used", "Supplier confirm", 0), Becomes(CANCELED, "Supplier confirm", 1)),
    // … but the last one ends the order.
    (&[Ticket(1, "cancel")], NOT_ALLOWED, Becomes(CANCELED, "Unavoidable cancel", 1)),
    (&[Order("confirm"), Ticket(1, "cancel")], Becomes("Used", "Supplier confirm", 0), Becomes(CANCELED, "Unavoidable cancel", 1)),
    (&[Order("confirm"), ChannelCancelsTicket(1)], Becomes("Used", "Supplier confirm", 0), Becomes(CANCELED, "Unavoidable cancel", 1)),
    (&[Ticket(0, "cancel")], NOT_ALLOWED, Holds),
    (&[Order("confirm"), Ticket(0, "cancel")], NOT_ALLOWED, Holds),
    (&[ChannelCancelsTicket(0)], NOT_ALLOWED, NOT_ALLOWED),
    (&[Order("confirm"), ChannelCancelsTicket(0)], NOT_ALLOWED, NOT_ALLOWED),
    (&[Order("reject")], NOT_ALLOWED, Holds),
    (&[Order("cancel")], NOT_ALLOWED, Holds),
    (&[Order("confirm"), Order("cancel")], NOT_ALLOWED, Holds),
    (&[ChannelCancels], NOT_ALLOWED, NOT_ALLOWED),
];

async fn take(app: &App, placed: &Placed, step: Step) {
    let order = format!("/v1/channel/orders/tour/{}", placed.order);
    let (hanok, alpha) = (app.supplier("hanok"), app.channel("alpha"));
    let reply = match step {
        Order(action) => hanok.post(&format!("{}/{action}", placed.address()), &json!({})).await,
        Ticket(ticket, action) => hanok.post(&placed.ticket_address(ticket, action), &json!({})).await,
        ChannelCancels => alpha.patch(&order, &json!({ "channel_status": "Traveler cancel" })).await,
        ChannelCancelsTicket(ticket) => {
            let address = format!("{order}/tickets/{}", placed.tickets[ticket]);
            alpha.patch(&address, &json!({ "status": "Traveler canceled" })).await
        }
    };
    assert_eq!(reply.status, 200, "{step:?}: {}", reply.body);
}

async fn left(app: &App) -> i64 {
    remain(app, "hanok", &app.world().seoul, 0, DATE).await
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn every_action_in_every_state(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let cases = TABLE.iter().flat_map(|(steps, redeem, cancel)| [(steps, "redeem", redeem), (steps, "cancel", cancel)]);
    for (at, (steps, action, expected)) in cases.enumerate() {
        let case = format!("{action} after {steps:?}");
        // So that the stock lasts, each on a product with a wide pool.
        set_stock(&app, 1000).await;
        let placed = place(&app, &format!("A-{at}"), &app.world().seoul, 0, &format!("{DATE} 10:00"), 2).await;
        for step in *steps {
            take(&app, &placed, *step).await;
        }
        let (before, stock_before) = (read(&app, "hanok", &placed).await, left(&app).await);
        let reply = app.supplier("hanok").post(&placed.ticket_address(0, action), &json!({ "comment": action })).await;
        let (after, stock_after) = (read(&app, "hanok", &placed).await, left(&app).await);
        match expected {
            Becomes(ticket, order, returned) => {
                assert_eq!(reply.status, 200, "{case}: {}", reply.body);
                assert_eq!(each(&reply.body["tickets"], "ax_ticket_status")[0], *ticket, "{case}");
                assert_eq!(reply.body["ax_order_status"], *order, "{case}");
                assert_eq!(after["ax_order_status"], *order, "{case}");
                assert_eq!(after["tickets"][1]["ax_ticket_status"], before["tickets"][1]["ax_ticket_status"], "{case}");
                assert_eq!(stock_after, stock_before + returned, "{case}");
            }
            Holds => {
                assert_eq!(reply.status, 200, "{case}: {}", reply.body);
                assert_eq!((&after, stock_after), (&before, stock_before), "{case}");
            }
            Refused(code) => {
                assert_code(&reply, 409, code);
                assert_eq!(reply.body["ax_order_status"], before["ax_order_status"], "{case}");
                assert_eq!(reply.body["ax_ticket_code"], placed.tickets[0].as_str(), "{case}");
                assert_eq!(reply.body["ax_ticket_status"], before["tickets"][0]["ax_ticket_status"], "{case}");
                assert_eq!((&after, stock_after), (&before, stock_before), "{case}");
            }
        }
    }
    app.assert_stock_is_sound().await;
}

async fn set_stock(app: &App, max: i64) {
    let address = format!("/v1/supplier/options/{}/stock", app.world().seoul.option(0));
    let rule = json!({ "from": DATE, "to": DATE, "start_times": ["10:00"], "max_quantity": max });
    assert_eq!(app.supplier("hanok").put(&address, &rule).await.status, 200);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn refusals_have_these_shapes(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let placed = place(&app, "A-1", &app.world().seoul, 0, &format!("{DATE} 10:00"), 2).await;
    let hanok = app.supplier("hanok");
    let early = hanok.post(&placed.ticket_address(0, "redeem"), &json!({})).await;
    insta::assert_snapshot!("ticket_redeem_refused", redacted(&early.body));
    take(&app, &placed, Order("confirm")).await;
    take(&app, &placed, Ticket(0, "redeem")).await;
    let used = hanok.post(&placed.ticket_address(0, "cancel"), &json!({})).await;
    insta::assert_snapshot!("ticket_cancel_refused", redacted(&used.body));
}
