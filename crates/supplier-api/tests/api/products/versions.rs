//! The history of a product.

use axhub_testkit::{App, Engine};
use jiff::SignedDuration;
use rstest::rstest;
use serde_json::json;

use crate::support::{assert_code, list, redacted};

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn every_version_says_what_it_changed(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let paris = app.world().paris.clone();
    let (address, lumiere) = (format!("/v1/supplier/products/{}", paris.id), app.supplier("lumiere").in_english());
    let first = lumiere.get(&address).await.body;
    for change in [
        json!({
            "cut_off_minutes": 90,
            "required_traveler_information": { "passport_id": true },
            "contents": { "meeting_point": "Under the tower", "poi": ["Louvre"], "product_name": "Paris by day" },
        }),
        json!({
            "options": [
                { "option_code": paris.option(0), "net": "80", "seasons": [{ "from": "2026-08-01", "to": "2026-08-31", "net": "90" }] },
                { "option_code": paris.option(1), "is_active": false },
                { "depths": [{ "name": "Person", "value": "Senior" }], "net": "60" },
            ],
        }),
    ] {
        app.clock().advance(SignedDuration::from_mins(5));
        assert_eq!(lumiere.patch(&address, &change).await.status, 200);
    }
    let reply = lumiere.get(&format!("{address}/versions")).await;
    assert_eq!((reply.header("x-total-count"), reply.header("content-language")), (Some("3"), Some("en")));
    insta::assert_snapshot!("versions", redacted(&reply.body));
    let page = lumiere.get(&format!("{address}/versions?page=2&page_size=2")).await.body;
    assert_eq!(list(&page["versions"]), &list(&reply.body["versions"])[2..]);
    let korean = app.supplier("lumiere").get(&format!("{address}/versions")).await.body;
    assert_eq!(korean["versions"][0]["changes"][0]["text"], "옵션 Adult의 가격: 75.00 → 80.00 USD.");

    let read = lumiere.get(&format!("{address}/versions/1")).await.body;
    for member in ["product_name", "cut_off_minutes", "contents", "options", "required_traveler_information", "updated_at"] {
        assert_eq!(read[member], first[member], "{member}");
    }
    assert_eq!((&read["version"], &read["published_at"]), (&json!(1), &first["updated_at"]));
    let mut newest = lumiere.get(&format!("{address}/versions/3")).await.body;
    let mut now = lumiere.get(&address).await.body;
    newest.as_object_mut().unwrap().remove("published_at");
    for member in ["state", "has_draft"] {
        now.as_object_mut().unwrap().remove(member);
    }
    assert_eq!(newest, now);
    for unknown in ["0", "4", "-1", "one", "99999999999999999999"] {
        assert_code(&lumiere.get(&format!("{address}/versions/{unknown}")).await, 404, "not_found");
    }
    for another in ["versions", "versions/1"] {
        assert_code(&app.supplier("hanok").get(&format!("{address}/{another}")).await, 404, "not_found");
    }
}
