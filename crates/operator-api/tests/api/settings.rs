//! Settings.

use axhub_testkit::{App, Engine};
use rstest::rstest;
use serde_json::json;

use crate::support::{actions, assert_wrong, log, ok};

const PATH: &str = "/v1/operator/settings";

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn are_read_and_changed(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let olivia = app.operator();
    assert_eq!(ok(olivia.get(PATH).await, 200), json!({ "traveler_retention_days": null, "statement_time_zone": "UTC" }));
    let changed = ok(olivia.patch(PATH, &json!({ "traveler_retention_days": 365, "statement_time_zone": "Asia/Seoul" })).await, 200);
    assert_eq!(changed, json!({ "traveler_retention_days": 365, "statement_time_zone": "Asia/Seoul" }));
    assert_eq!(ok(olivia.patch(PATH, &json!({})).await, 200), changed);
    let for_ever = ok(olivia.patch(PATH, &json!({ "traveler_retention_days": null })).await, 200);
    assert_eq!(for_ever, json!({ "traveler_retention_days": null, "statement_time_zone": "Asia/Seoul" }));
    assert_eq!(ok(olivia.get(PATH).await, 200), for_ever);
    assert_eq!(actions(&app).await, ["settings.change", "settings.change"]);
    assert_eq!(log(&app).await[0]["details"], json!({ "traveler_retention_days": { "from": 365, "to": null } }));
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn bad_ones_are_refused_and_change_nothing(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let olivia = app.operator();
    for days in [json!(0), json!(-1), json!(3651), json!(1.5), json!("for ever"), json!(true), json!([])] {
        let wrong = json!({ "traveler_retention_days": days, "statement_time_zone": "Asia/Seoul" });
        assert_wrong(&olivia.patch(PATH, &wrong).await, &["traveler_retention_days"]);
    }
    for zone in [json!(null), json!(""), json!("UTC+9"), json!("Mars/Olympus"), json!({})] {
        assert_wrong(
            &olivia.patch(PATH, &json!({ "traveler_retention_days": 7, "statement_time_zone": zone })).await,
            &["statement_time_zone"],
        );
    }
    assert_eq!(ok(olivia.get(PATH).await, 200), json!({ "traveler_retention_days": null, "statement_time_zone": "UTC" }));
    assert_eq!(actions(&app).await, Vec::<String>::new());
}
