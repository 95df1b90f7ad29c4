//! A client that lost the answer may repeat for ever.

use axhub_domain::state::Action;
use axhub_testkit::App;
use serde_json::{Value, json};

use crate::support::{
    LEGACY, an_order, assert_body, assert_error, everything, in_dialect, on_both_engines, placed, rename, supplier_does, with,
};

on_both_engines! {
    the_same_order_again_answers_the_first_response_again,
    the_same_meaning_in_other_words_is_the_same_order,
    the_same_code_with_another_meaning_is_refused,
    a_code_is_unique_per_channel_only,
    the_same_order_many_times_at_once_is_placed_once,
    a_refused_order_leaves_its_code_free,
}

const PATH: &str = "/v1/channel/orders/tour";

async fn the_same_order_again_answers_the_first_response_again(app: App) {
    let (alpha, seoul) = (app.channel("alpha"), &app.world().seoul);
    let mapping = app.register("alpha", seoul).await;
    let order = an_order(seoul, mapping, "A-1", 2).json();
    let first = alpha.post(PATH, &order).await;
    assert_eq!((first.status, first.header("idempotent-replayed")), (201, None));
    let code = placed(&first.body["options"][0]);
    let after = everything(&app).await;
    for _ in 0..3 {
        let again = alpha.post(PATH, &order).await;
        assert_eq!((again.status, again.header("idempotent-replayed")), (200, Some("true")));
        assert_eq!(again.bytes, first.bytes, "to the byte");
    }
    assert_eq!(everything(&app).await, after);

    // Whatever has become of the order, of its date and of the product since.
    supplier_does(&app, seoul, &code.order, Action::Reject, Some("full")).await;
    app.clock().set_to("2027-01-01T00:00:00Z");
    axhub_hub::directory::unassign(app.hub(), app.world().channel("alpha").id, seoul.id).await.unwrap();
    let again = alpha.post(PATH, &order).await;
    assert_eq!((again.status, again.bytes), (200, first.bytes));
    app.assert_stock_is_sound().await;
}

async fn the_same_meaning_in_other_words_is_the_same_order(app: App) {
    let (alpha, paris) = (app.channel("alpha"), &app.world().paris);
    let mapping = app.register("alpha", paris).await;
    let order = an_order(paris, mapping, "A-1", 1).json();
    let first = alpha.post(PATH, &order).await;
    assert_eq!(first.status, 201);
    let inventory = alpha.get(&format!("/v1/channel/inventory/tour/{}?from=2026-07-02&to=2026-07-02", paris.id)).await;
    let row = &inventory.body["option_codes"][paris.option(0).to_string()][0];

    let mut by_code = order.clone();
    rename(&mut by_code["options"][0], "inventory_at", "inventory_code");
    by_code["options"][0]["inventory_code"] = row["inventory_code"].clone();
    let mut unknown = order.clone();
    unknown["unknown"] = json!(1);
    for same in [
        in_dialect(&order, LEGACY),
        by_code,
        unknown,
        with(&order, "/order/sub_total", json!(80)),
        with(&order, "/options/0/unit_selling_price", json!("80.0")),
        with(&order, "/options/0/quantity", json!("1")),
        with(&order, "/options/0/inventory_at", json!("2026-07-02T09:00:00+02:00")),
        with(&order, "/order/purchased_at", json!("2026-07-01 03:00")),
        with(&order, "/order/currency", json!(2)),
        with(&order, "/representative/name", json!(" Lee Representative ")),
    ] {
        let again = alpha.post(PATH, &same).await;
        assert_eq!((again.status, again.bytes), (200, first.bytes.clone()), "in the first one's dialect: {same}");
    }
}

async fn the_same_code_with_another_meaning_is_refused(app: App) {
    let (alpha, paris) = (app.channel("alpha").in_english(), &app.world().paris);
    let mapping = app.register("alpha", paris).await;
    let order = an_order(paris, mapping, "A-1", 1).json();
    assert_eq!(alpha.post(PATH, &order).await.status, 201);
    let before = everything(&app).await;
    let two = an_order(paris, mapping, "A-1", 2).json();
    for (pointer, value) in [
        ("", two),
        ("/options/0/inventory_at", json!("2026-07-02T12:00:00Z")),
        ("/options/0/inventory_at", json!("2026-07-02T12:34:00Z")),
        ("/options/0/option_code", json!(paris.option(1).to_string())),
        ("/options/0/amount_price", json!("79")),
        ("/options/0/tickets/0/name", json!("Somebody else")),
        ("/options/0/tickets/0/channel_code", json!("T-9")),
        ("/order/total", json!("79")),
        ("/order/currency", json!("KRW")),
        ("/order/comment", json!("Please hurry")),
        ("/order/is_voucher", json!(true)),
        ("/order/purchased_at", json!("2026-06-30T00:00:00Z")),
        ("/purchaser/email", json!("other@example.com")),
        ("/representative/additional", json!({ "english_name": "LEE" })),
    ] {
        let mut other = order.clone();
        if pointer == "/order/comment" {
            other["order"]["comment"] = Value::Null;
        }
        let other = with(&other, pointer, value.clone());
        let reply = alpha.post(PATH, &other).await;
        assert_error(&reply, 409, "order_code_reused");
        if pointer.is_empty() {
            assert_body!("reused", reply);
        }
    }
    assert_eq!(everything(&app).await, before);
}

async fn a_code_is_unique_per_channel_only(app: App) {
    let paris = &app.world().paris;
    for channel in ["alpha", "beta"] {
        let mapping = app.register(channel, paris).await;
        let reply = app.channel(channel).post(PATH, &an_order(paris, mapping, "SAME", 1).json()).await;
        assert_eq!(reply.status, 201, "{channel}: {}", reply.text());
    }
}

async fn the_same_order_many_times_at_once_is_placed_once(app: App) {
    let (alpha, paris) = (app.channel("alpha"), &app.world().paris);
    let mapping = app.register("alpha", paris).await;
    let order = an_order(paris, mapping, "A-1", 1).json();
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let (alpha, order) = (alpha.clone(), order.clone());
        calls.spawn(async move { alpha.post(PATH, &order).await });
    }
    let replies = calls.join_all().await;
    assert_eq!(replies.iter().filter(|reply| reply.status == 201).count(), 1);
    assert_eq!(replies.iter().filter(|reply| reply.status == 200 && reply.header("idempotent-replayed") == Some("true")).count(), 15);
    assert!(replies.iter().all(|reply| reply.bytes == replies[0].bytes));
    app.assert_stock_is_sound().await;
}

async fn a_refused_order_leaves_its_code_free(app: App) {
    let (alpha, paris) = (app.channel("alpha"), &app.world().paris);
    let mapping = app.register("alpha", paris).await;
    let order = an_order(paris, mapping, "A-1", 1).json();
    let late = with(&order, "/options/0/inventory_at", json!("2026-06-30T07:00:00Z"));
    assert_error(&alpha.post(PATH, &late).await, 409, "inventory_past");
    assert_eq!(alpha.post(PATH, &order).await.status, 201);
}
