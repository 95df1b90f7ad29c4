use axhub_testkit::{App, TestProduct};
use serde_json::{Value, json};

use crate::support::{assert_error, assert_fields, everything, on_both_engines, rename, with, without};

on_both_engines! {
    a_question_is_kept_and_may_be_repeated,
    old_names_mean_the_same,
    every_wrong_field_is_named,
    only_about_what_a_channel_may_sell_is_asked,
}

fn path(product: &TestProduct) -> String {
    format!("/v1/channel/question/{}/{}", product.kind.as_str(), product.id)
}

fn question(product: &TestProduct) -> Value {
    json!({
        "question_code": "Q-1", "option_code": product.option(0), "title": "아이도 되나요?", "body": "두 살이에요", "is_public": false,
        "quested_at": "2026-07-01 10:00:00",
    })
}

async fn a_question_is_kept_and_may_be_repeated(app: App) {
    let alpha = app.channel("alpha");
    for (product, code) in [(&app.world().paris, "Q-1"), (&app.world().museum, "Q-2")] {
        let question = with(&question(product), "/question_code", json!(code));
        let first = alpha.post(&path(product), &question).await;
        assert_eq!((first.status, &first.body), (201, &json!({ "question_code": code })), "{}", first.text());
        let before = everything(&app).await;
        let again = alpha.post(&path(product), &question).await;
        assert_eq!((again.status, again.header("idempotent-replayed"), &again.bytes), (200, Some("true"), &first.bytes));
        let other = alpha.post(&path(product), &with(&question, "/is_public", json!(true))).await;
        assert_error(&other, 409, "question_code_reused");
        assert_eq!(everything(&app).await, before);
        assert_eq!(app.channel("beta").post(&path(product), &question).await.status, 201, "codes are unique per channel");
    }
    let moved = alpha.post(&path(&app.world().museum), &without(&question(&app.world().paris), "/option_code")).await;
    assert_error(&moved, 409, "question_code_reused");
    for (code, part) in [("Q-3", "title"), ("Q-4", "body")] {
        let mut least = json!({ "question_code": code, "is_public": true, "quested_at": "2026-07-01T00:00:00Z" });
        least[part] = json!("x");
        assert_eq!(alpha.post(&path(&app.world().paris), &least).await.status, 201, "{part} alone is enough");
    }
}

async fn old_names_mean_the_same(app: App) {
    let (alpha, paris) = (app.channel("alpha"), &app.world().paris);
    let question = question(paris);
    assert_eq!(alpha.post(&path(paris), &question).await.status, 201);
    let mut old = question.clone();
    rename(&mut old, "quested_at", "question_at");
    rename(&mut old, "is_public", "anonymous");
    assert_eq!(alpha.post(&path(paris), &with(&old, "/anonymous", json!(true))).await.status, 200);
    assert_error(&alpha.post(&path(paris), &with(&old, "/anonymous", json!(false))).await, 409, "question_code_reused");
    // Ten o'clock in Seoul.
    let exact = with(&question, "/quested_at", json!("2026-07-01T01:00:00Z"));
    assert_eq!(alpha.post(&path(paris), &exact).await.status, 200);
    let mut both = question.clone();
    both["anonymous"] = json!(false);
    assert_eq!(alpha.post(&path(paris), &both).await.status, 200, "the newer name counts");
}

async fn every_wrong_field_is_named(app: App) {
    let (alpha, museum) = (app.channel("alpha").in_english(), &app.world().museum);
    let before = everything(&app).await;
    let right = question(museum);
    let mut old = right.clone();
    rename(&mut old, "quested_at", "question_at");
    rename(&mut old, "is_public", "anonymous");
    for right in [right, old] {
        for name in right.as_object().unwrap().keys() {
            let is_optional = matches!(name.as_str(), "option_code" | "title" | "body");
            let pointer = format!("/{name}");
            let text = if matches!(name.as_str(), "is_public" | "anonymous") { "Must be a valid boolean." } else { "Not a valid string." };
            let mut wrong = vec![(json!([]), text), (json!({}), text)];
            if !is_optional {
                wrong.push((json!(null), "This field may not be null."));
                wrong.push((json!(""), "This field may not be blank."));
                let newest = match name.as_str() {
                    "anonymous" => "is_public",
                    "question_at" => "quested_at",
                    name => name,
                };
                assert_fields(&alpha.post(&path(museum), &without(&right, &pointer)).await, &[(newest, "This field is required.")]);
            }
            for (value, text) in wrong {
                // A body that is wrong says nothing, so a title is there anyway.
                assert_fields(&alpha.post(&path(museum), &with(&right, &pointer, value)).await, &[(name, text)]);
            }
        }
        let silent = without(&without(&right, "/title"), "/body");
        assert_fields(&alpha.post(&path(museum), &silent).await, &[("title", "This field is required.")]);
    }
    assert_eq!(everything(&app).await, before);
}

async fn only_about_what_a_channel_may_sell_is_asked(app: App) {
    let (alpha, world) = (app.channel("alpha"), app.world());
    let question = without(&question(&world.paris), "/option_code");
    for path in [
        format!("/v1/channel/question/tour/{}", world.harbor.id),
        format!("/v1/channel/question/tour/{}", world.museum.id),
        format!("/v1/channel/question/day-ticket/{}", world.paris.id),
        "/v1/channel/question/tour/x".to_owned(),
    ] {
        assert_error(&alpha.post(&path, &question).await, 404, "not_found");
        assert_error(&alpha.get(&path).await, 404, "not_found");
    }
}
