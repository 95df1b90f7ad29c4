use axhub_hub::directory;
use axhub_testkit::{App, TestProduct};
use serde_json::{Value, json};

use crate::support::{assert_error, assert_fields, everything, on_both_engines, place, rename, with, without};

on_both_engines! {
    a_question_is_kept_and_may_be_repeated,
    old_names_mean_the_same,
    every_wrong_field_is_named,
    is_public_and_anonymous_contradict_each_other_or_not,
    only_about_what_a_channel_may_speak_of_is_asked,
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
    both["question_at"] = json!("2026-07-02 10:00:00");
    assert_eq!(alpha.post(&path(paris), &both).await.status, 200, "the newer name counts");
}

async fn is_public_and_anonymous_contradict_each_other_or_not(app: App) {
    let (alpha, paris) = (app.channel("alpha").in_english(), &app.world().paris);
    let mut question = question(paris);
    let disagrees = "This does not agree with the field is_public.";
    let before = everything(&app).await;
    for (is_public, anonymous, expected) in [
        (json!(true), json!(true), disagrees),
        (json!(false), json!(false), disagrees),
        (json!("false"), json!(0), disagrees),
        (json!(true), json!("maybe"), "Must be a valid boolean."),
    ] {
        (question["is_public"], question["anonymous"]) = (is_public, anonymous);
        let reply = alpha.post(&path(paris), &question).await;
        assert_fields(&reply, &[("anonymous", expected)]);
        assert_eq!(reply.body["error"]["code"], if expected == disagrees { "disagrees" } else { "not_a_boolean" });
    }
    (question["is_public"], question["anonymous"]) = (json!("maybe"), json!(false));
    assert_fields(&alpha.post(&path(paris), &question).await, &[("is_public", "Must be a valid boolean.")]);
    assert_eq!(everything(&app).await, before);
    for (is_public, anonymous, status) in
        [(json!(true), json!(false), 201), (json!(true), json!(null), 200), (json!(null), json!(false), 200), (json!(true), json!(""), 200)]
    {
        (question["is_public"], question["anonymous"]) = (is_public, anonymous);
        let reply = alpha.post(&path(paris), &question).await;
        assert_eq!(reply.status, status, "{}", reply.text());
    }
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

async fn only_about_what_a_channel_may_speak_of_is_asked(app: App) {
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
    // A product that was taken away is asked about by whoever has sold it, or has asked about it before.
    place(&app, &world.paris, "A-1", 1).await;
    assert_eq!(alpha.post(&path(&world.museum), &with(&question, "/question_code", json!("Q-2"))).await.status, 201);
    for product in [&world.paris, &world.museum, &world.seoul] {
        directory::unassign(app.hub(), world.channel("alpha").id, product.id).await.unwrap();
    }
    for (product, code) in [(&world.paris, "Q-3"), (&world.museum, "Q-4")] {
        let reply = alpha.post(&path(product), &with(&question, "/question_code", json!(code))).await;
        assert_eq!(reply.status, 201, "{}", reply.text());
        assert_eq!(alpha.get(&path(product)).await.status, 200);
    }
    for product in [&world.seoul, &world.harbor] {
        assert_error(&alpha.post(&path(product), &question).await, 404, "not_found");
        assert_error(&alpha.get(&path(product)).await, 404, "not_found");
    }
    assert_eq!(app.channel("beta").get(&path(&world.museum)).await.body["questions"], json!([]));
}
