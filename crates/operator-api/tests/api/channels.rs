//! Channels.

use axhub_testkit::{App, Engine};
use rstest::rstest;
use serde_json::json;

use crate::support::{actions, assert_code, assert_wrong, each, ok};

const PATH: &str = "/v1/operator/channels";

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn are_added_read_changed_and_listed(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let olivia = app.operator();
    let least = json!({ "code": "gamma", "name": "Gamma", "time_zone": "Asia/Tokyo" });
    let made = ok(olivia.post(PATH, &least).await, 201);
    let whole = json!({
        "code": "gamma", "name": "Gamma", "time_zone": "Asia/Tokyo", "notes": "", "reads_per_minute": null, "orders_per_minute": null,
    });
    assert_eq!(made, whole);
    let change = json!({ "time_zone": "Europe/Paris", "reads_per_minute": 60, "notes": "old names" });
    let changed = ok(olivia.patch(&format!("{PATH}/gamma"), &change).await, 200);
    let expected = json!({
        "code": "gamma", "name": "Gamma", "time_zone": "Europe/Paris", "notes": "old names", "reads_per_minute": 60, "orders_per_minute": null,
    });
    assert_eq!(changed, expected);
    let unbound = ok(olivia.patch(&format!("{PATH}/gamma"), &json!({ "reads_per_minute": null })).await, 200);
    assert_eq!((&unbound["reads_per_minute"], &unbound["notes"]), (&json!(null), &json!("old names")));
    assert_eq!(ok(olivia.get(&format!("{PATH}/gamma")).await, 200), unbound);
    assert_eq!(each(&ok(olivia.get(&format!("{PATH}?q=GAM")).await, 200)["channels"], "code"), ["gamma"]);
    assert_eq!(actions(&app).await, ["channel.create", "channel.change", "channel.change"]);
}

/// What an operator sets is what the channel gets: the budget of its keys, and the zone of its clocks.
#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_changed_budget_holds(#[case] engine: Engine) {
    let app = App::start(engine).await;
    ok(app.operator().patch(&format!("{PATH}/alpha"), &json!({ "reads_per_minute": 1 })).await, 200);
    let products = "/v1/channel/products/tour";
    let first = app.channel("alpha").get(products).await;
    assert_eq!(first.status, 200, "{}", first.body);
    assert_eq!(app.channel("alpha").get(products).await.status, 429);
    assert_eq!(app.channel("beta").get(products).await.status, 200);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn bad_ones_are_refused_and_change_nothing(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let olivia = app.operator();
    let new = |zone: &str| json!({ "code": "gamma", "name": "Gamma", "time_zone": zone });
    assert_code(&olivia.post(PATH, &json!({ "code": "alpha", "name": "x", "time_zone": "UTC" })).await, 409, "code_taken");
    assert_wrong(&olivia.post(PATH, &json!({})).await, &["code", "name", "time_zone"]);
    for zone in ["Asia/Atlantis", "UTC+9", "+09:00", "../etc/passwd", "posixrules/", &"x".repeat(100)] {
        assert_wrong(&olivia.post(PATH, &new(zone)).await, &["time_zone"]);
        assert_wrong(&olivia.patch(&format!("{PATH}/alpha"), &json!({ "time_zone": zone })).await, &["time_zone"]);
    }
    for limit in [json!(0), json!(-1), json!(1_000_001), json!(1.5), json!("many"), json!(1e30)] {
        assert_wrong(&olivia.patch(&format!("{PATH}/alpha"), &json!({ "reads_per_minute": limit })).await, &["reads_per_minute"]);
        assert_wrong(&olivia.patch(&format!("{PATH}/alpha"), &json!({ "orders_per_minute": limit })).await, &["orders_per_minute"]);
    }
    let all = json!({ "name": null, "time_zone": "", "notes": "x".repeat(5001) });
    assert_wrong(&olivia.patch(&format!("{PATH}/alpha"), &all).await, &["name", "time_zone", "notes"]);
    for nobody in ["nobody", "%00", "ALPHA"] {
        assert_code(&olivia.get(&format!("{PATH}/{nobody}")).await, 404, "not_found");
        assert_code(&olivia.patch(&format!("{PATH}/{nobody}"), &json!({ "name": "x" })).await, 404, "not_found");
    }
    assert_eq!(actions(&app).await, Vec::<String>::new());
}
