//! Every action on an order, in every state (the table of the contract's section 7).

use axhub_testkit::{App, Engine, Reply};
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{Placed, assert_code, assert_wrong, each, list, place, read, redacted, remain};

const NEW: &str = "New";
const PENDING: &str = "Supplier pending";
const CONFIRM: &str = "Supplier confirm";
const REJECT: &str = "Supplier reject";
const TRAVELER: &str = "Traveler cancel";
const UNAVOIDABLE: &str = "Unavoidable cancel";

/// What an action answers.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Answer {
    /// The order is in this state now.
    Becomes(&'static str),
    /// It was so already.
    Holds,
    /// The state does not allow it.
    NotAllowed,
}
use Answer::{Becomes, Holds, NotAllowed};

const TABLE: &[(&str, &str, Answer)] = &[
    (NEW, "acknowledge", Becomes(PENDING)),
    (NEW, "confirm", Becomes(CONFIRM)),
    (NEW, "reject", Becomes(REJECT)),
    (NEW, "cancel", Becomes(UNAVOIDABLE)),
    (PENDING, "acknowledge", Holds),
    (PENDING, "confirm", Becomes(CONFIRM)),
    (PENDING, "reject", Becomes(REJECT)),
    (PENDING, "cancel", Becomes(UNAVOIDABLE)),
    (CONFIRM, "acknowledge", NotAllowed),
    (CONFIRM, "confirm", Holds),
    (CONFIRM, "reject", NotAllowed),
    (CONFIRM, "cancel", Becomes(UNAVOIDABLE)),
    (REJECT, "acknowledge", NotAllowed),
    (REJECT, "confirm", NotAllowed),
    (REJECT, "reject", Holds),
    (REJECT, "cancel", NotAllowed),
    (TRAVELER, "acknowledge", NotAllowed),
    (TRAVELER, "confirm", NotAllowed),
    (TRAVELER, "reject", NotAllowed),
    (TRAVELER, "cancel", NotAllowed),
    (UNAVOIDABLE, "acknowledge", NotAllowed),
    (UNAVOIDABLE, "confirm", NotAllowed),
    (UNAVOIDABLE, "reject", NotAllowed),
    (UNAVOIDABLE, "cancel", Holds),
];

const DATE: &str = "2026-07-05";

/// An order of two units on [`DATE`], brought into a state.
async fn order_in(app: &App, code: &str, state: &str) -> Placed {
    let placed = place(app, code, &app.world().seoul, 0, &format!("{DATE} 10:00"), 2).await;
    let action = match state {
        PENDING => "acknowledge",
        CONFIRM => "confirm",
        REJECT => "reject",
        UNAVOIDABLE => "cancel",
        TRAVELER => {
            let cancel = json!({ "channel_status": TRAVELER });
            let reply = app.channel("alpha").patch(&format!("/v1/channel/orders/tour/{}", placed.order), &cancel).await;
            assert_eq!(reply.status, 200, "{}", reply.body);
            return placed;
        }
        _ => return placed,
    };
    assert_eq!(act(app, &placed, action).await.status, 200);
    placed
}

async fn act(app: &App, placed: &Placed, action: &str) -> Reply {
    app.supplier("hanok").post(&format!("{}/{action}", placed.address()), &json!({ "comment": action })).await
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
    assert_eq!(TABLE.len(), 6 * 4);
    for (state, action, expected) in TABLE {
        let case = format!("{action} in {state}");
        let all = left(&app).await;
        let placed = order_in(&app, &case, state).await;
        let (before, stock_before) = (read(&app, "hanok", &placed).await, left(&app).await);
        assert_eq!(before["ax_order_status"], *state, "{case}");

        let reply = act(&app, &placed, action).await;
        let after = read(&app, "hanok", &placed).await;
        match expected {
            Becomes(status) => {
                assert_eq!((reply.status, &reply.body["ax_order_status"]), (200, &json!(status)), "{case}: {}", reply.body);
                assert_answers_the_order(&reply.body, &after);
                let ends = [REJECT, UNAVOIDABLE].contains(status);
                let (ticket, stock) = if ends { ("Supplier canceled", all) } else { ("New", stock_before) };
                assert_eq!(each(&after["tickets"], "ax_ticket_status"), [ticket, ticket], "{case}");
                assert_eq!(left(&app).await, stock, "{case}");
                assert_eq!(after["comment"], *action, "{case}");
            }
            Holds => {
                assert_eq!(reply.status, 200, "{case}: {}", reply.body);
                assert_answers_the_order(&reply.body, &before);
                assert_eq!((&after, left(&app).await), (&before, stock_before), "{case}");
            }
            NotAllowed => {
                assert_code(&reply, 409, "transition_not_allowed");
                let named = (reply.body["ax_order_code"].as_str(), reply.body["ax_order_status"].as_str());
                assert_eq!(named, (Some(placed.order.as_str()), Some(*state)), "{case}");
                assert_eq!((&after, left(&app).await), (&before, stock_before), "{case}");
            }
        }
        // The next case begins with all of its stock.
        act(&app, &placed, "cancel").await;
        assert_eq!(left(&app).await, all, "{case}");
    }
    app.assert_stock_is_sound().await;
}

/// The answer of an action is the order as the list shows it.
#[track_caller]
fn assert_answers_the_order(answer: &Value, order: &Value) {
    let mut shown = order.clone();
    for member in ["purchaser", "representative", "travelers", "travelers_erased_at", "history"] {
        shown.as_object_mut().unwrap().remove(member).unwrap();
    }
    for ticket in shown["tickets"].as_array_mut().unwrap() {
        assert_eq!(ticket.as_object_mut().unwrap().remove("refund"), Some(Value::Null));
    }
    assert_eq!(answer, &shown);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn an_order_with_a_used_ticket_stays(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let placed = order_in(&app, "A-1", CONFIRM).await;
    assert_eq!(app.supplier("hanok").post(&placed.ticket_address(1, "redeem"), &json!({})).await.status, 200);
    let (before, stock) = (read(&app, "hanok", &placed).await, left(&app).await);

    let reply = act(&app, &placed, "cancel").await;
    assert_code(&reply, 409, "ticket_used");
    assert_eq!(reply.body["ax_order_status"], CONFIRM);
    assert_eq!(reply.body["tickets"], json!([{ "ax_ticket_code": placed.tickets[1], "ax_ticket_status": "Used" }]));
    assert_eq!((read(&app, "hanok", &placed).await, left(&app).await), (before, stock));
}

#[rstest]
#[case::nothing(None, "")]
#[case::an_announced_type(Some("application/json"), "")]
#[case::a_form_of_nothing(Some("application/x-www-form-urlencoded"), "")]
#[case::null(Some("application/json"), "null")]
#[case::an_empty_object(Some("application/json"), "{}")]
#[case::no_comment(Some("application/json"), r#"{"comment": null, "unknown": [1]}"#)]
#[case::a_blank_comment(Some("application/json"), r#"{"comment": "  "}"#)]
#[tokio::test]
async fn a_body_may_be_missing(#[case] content_type: Option<&str>, #[case] body: &'static str) {
    let app = App::start(Engine::Sqlite).await;
    let placed = order_in(&app, "A-1", NEW).await;
    let address = format!("{}/confirm", placed.address());
    let hanok = app.supplier("hanok");
    let reply = match (content_type, body) {
        (None, "") => hanok.send(axum::http::Method::POST, &address, None).await,
        _ => hanok.send_bytes(axum::http::Method::POST, &address, content_type, body).await,
    };
    assert_eq!((reply.status, &reply.body["comment"]), (200, &Value::Null), "{}", reply.body);
    assert_eq!(list(&read(&app, "hanok", &placed).await["history"])[1]["comment"], Value::Null);
}

#[rstest]
#[case::no_json(Some("application/json"), "hello", 400, "malformed_json")]
#[case::cut_off(Some("application/json"), r#"{"comment": "#, 400, "malformed_json")]
#[case::a_list(Some("application/json"), "[]", 400, "body_not_an_object")]
#[case::a_form(Some("application/x-www-form-urlencoded"), "comment=x", 415, "unsupported_media_type")]
#[case::no_type(None, "{}", 415, "unsupported_media_type")]
#[case::twice(Some("application/json"), r#"{"comment": "a", "comment": "b"}"#, 400, "repeated_member")]
#[tokio::test]
async fn a_body_that_is_there_must_be_right(
    #[case] content_type: Option<&str>,
    #[case] body: &'static str,
    #[case] status: u16,
    #[case] code: &str,
) {
    let app = App::start(Engine::Sqlite).await;
    let placed = order_in(&app, "A-1", NEW).await;
    let before = read(&app, "hanok", &placed).await;
    let address = format!("{}/confirm", placed.address());
    let reply = app.supplier("hanok").send_bytes(axum::http::Method::POST, &address, content_type, body).await;
    assert_code(&reply, status, code);
    assert_eq!(read(&app, "hanok", &placed).await, before);
}

#[tokio::test]
async fn a_comment_has_its_limit() {
    let app = App::start(Engine::Sqlite).await;
    let placed = order_in(&app, "A-1", NEW).await;
    let address = format!("{}/acknowledge", placed.address());
    let reply = app.supplier("hanok").post(&address, &json!({ "comment": "글".repeat(1001) })).await;
    assert_wrong(&reply, &["comment"]);
    let reply = app.supplier("hanok").post(&address, &json!({ "comment": "글".repeat(1000) })).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
}

#[tokio::test]
async fn only_post_acts() {
    let app = App::start(Engine::Sqlite).await;
    let placed = order_in(&app, "A-1", NEW).await;
    let reply = app.supplier("hanok").get(&format!("{}/confirm", placed.address())).await;
    assert_code(&reply, 405, "method_not_allowed");
    assert_eq!(reply.header("allow"), Some("POST"));
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn answers_have_these_shapes(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let placed = order_in(&app, "A-1", NEW).await;
    insta::assert_snapshot!("order_rejected", redacted(&act(&app, &placed, "reject").await.body));
    insta::assert_snapshot!("order_confirm_refused", redacted(&act(&app, &placed, "confirm").await.body));
    let address = format!("{}/confirm", placed.address());
    let in_english = app.supplier("hanok").in_english().post(&address, &json!({})).await;
    insta::assert_snapshot!("order_confirm_refused_in_english", redacted(&in_english.body));
}
