//! Keys.

use axhub_testkit::{App, Engine};
use jiff::SignedDuration;
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{actions, assert_code, assert_wrong, each, log, ok, text};

const PATH: &str = "/v1/operator/keys";

/// The prefix of a key of the world.
fn prefix(key: &str) -> &str {
    key.rsplit_once('_').unwrap().0
}

/// The status that a channel's address answers to a key.
async fn opens(app: &App, key: &str) -> u16 {
    app.with_key(key).get("/v1/channel/products/tour").await.status
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_key_is_made_rotated_and_revoked(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let olivia = app.operator();
    let made = ok(olivia.post(PATH, &json!({ "kind": "channel", "owner": "alpha", "expires_in_days": 30 })).await, 201);
    let (secret, name) = (text(&made["api_key"]), text(&made["key"]["prefix"]));
    let expected = json!({
        "prefix": name, "kind": "channel", "owner": "alpha", "state": "valid", "created_at": "2026-07-01T03:00:00.000Z",
        "last_used_at": null, "expires_at": "2026-07-31T03:00:00.000Z", "revoked_at": null,
    });
    assert_eq!((&made["key"], &made["replaces"]), (&expected, &Value::Null));
    assert_eq!(opens(&app, secret).await, 200);

    let rotated = ok(olivia.post(&format!("{PATH}/{name}/rotate"), &json!({ "overlap_hours": 48 })).await, 201);
    let successor = text(&rotated["api_key"]);
    assert_eq!((&rotated["replaces"]["prefix"], &rotated["replaces"]["expires_at"]), (&json!(name), &json!("2026-07-03T03:00:00.000Z")));
    assert_eq!(rotated["key"]["expires_at"], "2026-07-31T03:00:00.000Z", "it lives as long as the old one was made to");
    assert_eq!((opens(&app, secret).await, opens(&app, successor).await), (200, 200));
    app.clock().advance(SignedDuration::from_hours(48));
    assert_eq!((opens(&app, secret).await, opens(&app, successor).await), (403, 200));
    assert_eq!(ok(olivia.get(&format!("{PATH}/{name}")).await, 200)["state"], "expired");
    assert_code(&olivia.post(&format!("{PATH}/{name}/rotate"), &json!({})).await, 409, "key_ended");

    let address = format!("{PATH}/{}", prefix(successor));
    let revoked = ok(olivia.delete(&address).await, 200);
    assert_eq!((&revoked["state"], &revoked["revoked_at"]), (&json!("revoked"), &json!("2026-07-03T03:00:00.000Z")));
    assert_eq!(opens(&app, successor).await, 403);
    assert_eq!(ok(olivia.delete(&address).await, 200)["revoked_at"], revoked["revoked_at"], "once");
    assert_eq!(actions(&app).await, ["key.create", "key.rotate", "key.create", "key.revoke"]);

    // What was shown once is nowhere else.
    let everything = format!("{:?} {}", log(&app).await, ok(olivia.get(PATH).await, 200));
    for secret in [secret, successor] {
        assert!(!everything.contains(secret.rsplit_once('_').unwrap().1));
    }
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_rotation_needs_no_body(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let old = app.world().supplier("hanok").key.clone();
    let address = format!("{PATH}/{}/rotate", prefix(&old));
    let rotated = ok(app.operator().send(axum::http::Method::POST, &address, None).await, 201);
    assert_eq!(rotated["replaces"]["expires_at"], "2026-07-02T03:00:00.000Z", "a day later");
    assert_eq!((&rotated["key"]["kind"], &rotated["key"]["owner"]), (&json!("supplier"), &json!("hanok")));
    let at_once = ok(app.operator().post(&address, &json!({ "overlap_hours": 0, "expires_in_days": 1 })).await, 201);
    assert_eq!(at_once["replaces"]["state"], "expired");
    assert_eq!(app.with_key(&old).get("/v1/supplier/orders").await.status, 403);
    assert_eq!(app.with_key(text(&at_once["api_key"])).get("/v1/supplier/orders").await.status, 200);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn lists_are_filtered_and_show_the_last_use(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let olivia = app.operator();
    let total = async |query: &str| {
        let reply = olivia.get(&format!("{PATH}?{query}")).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        reply.header("x-total-count").unwrap().to_owned()
    };
    assert_eq!((total("").await, total("kind=operator").await, total("owner=alpha").await), ("5".into(), "1".into(), "1".into()));
    assert_eq!((total("is_valid=true").await, total("is_valid=false").await), ("5".into(), "0".into()));
    assert_eq!(each(&ok(olivia.get(&format!("{PATH}?kind=channel&owner=beta")).await, 200)["keys"], "owner"), ["beta"]);
    let wrong = olivia.get(&format!("{PATH}?kind=door&is_valid=x")).await;
    assert_code(&wrong, 400, "invalid_query");
    assert_eq!(wrong.body["errors"].as_object().unwrap().len(), 2);
    let own = ok(olivia.get(&format!("{PATH}/{}", prefix(&app.world().operator_key))).await, 200);
    assert_eq!((&own["kind"], &own["owner"]), (&json!("operator"), &json!("olivia")));
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn bad_ones_are_refused_and_change_nothing(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let olivia = app.operator();
    assert_wrong(&olivia.post(PATH, &json!({})).await, &["kind", "owner"]);
    let wrong = json!({ "kind": "door", "owner": " ", "expires_in_days": 0 });
    assert_wrong(&olivia.post(PATH, &wrong).await, &["kind", "owner", "expires_in_days"]);
    for (kind, owner) in [("channel", "hanok"), ("supplier", "alpha"), ("channel", "a\u{0}"), ("operator", &*"x".repeat(101))] {
        assert_wrong(&olivia.post(PATH, &json!({ "kind": kind, "owner": owner })).await, &["owner"]);
    }
    let valid = format!("{PATH}/{}/rotate", prefix(&app.world().channel("alpha").key));
    assert_wrong(
        &olivia.post(&valid, &json!({ "overlap_hours": 721, "expires_in_days": 36_501 })).await,
        &["overlap_hours", "expires_in_days"],
    );
    assert_wrong(&olivia.post(&valid, &json!({ "overlap_hours": -1 })).await, &["overlap_hours"]);
    for nobody in ["axh_c_nobody", "%00", "axh_c_%25", "7"] {
        assert_code(&olivia.get(&format!("{PATH}/{nobody}")).await, 404, "not_found");
        assert_code(&olivia.delete(&format!("{PATH}/{nobody}")).await, 404, "not_found");
        assert_code(&olivia.post(&format!("{PATH}/{nobody}/rotate"), &json!({})).await, 404, "not_found");
    }
    assert_eq!(actions(&app).await, Vec::<String>::new());
    assert_eq!(olivia.get(PATH).await.header("x-total-count"), Some("5"));
}
