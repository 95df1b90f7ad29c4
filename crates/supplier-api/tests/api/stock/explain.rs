//! Explaining a stock row.

use axhub_testkit::{App, Engine, ProductBuilder};
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{each, list, place, redacted, stock_on, text};

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn says_who_has_what_and_why_nothing_is_left(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let tour = ProductBuilder::tour("Bus").start_times(&["09:00"]).stock(20).days("2026-08-01", "2026-08-07").option("Adult", "10");
    let tour = tour.pool("bus").limits(1, 99).option("Family", "25").pool("bus").weight(3).price_option("Child", "5", 0);
    let tour = app.world().make_product(app.hub(), "hanok", tour, &["alpha", "beta"]).await;
    let hanok = app.supplier("hanok");
    let dates = json!({ "from": "2026-08-01", "to": "2026-08-01", "start_times": ["09:00"] });
    let with = |more: Value| {
        let mut body = dates.clone();
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    let allotment = with(json!({ "option_code": tour.option(0), "channel_code": "beta", "quantity": 5, "release_minutes_before": 2880 }));
    assert_eq!(hanok.put("/v1/supplier/stock/allotments", &allotment).await.status, 200);
    place(&app, "A-1", &tour, 1, "2026-08-01 09:00", 4).await;
    let placed = place(&app, "A-2", &tour, 0, "2026-08-01 09:00", 2).await;
    assert_eq!(hanok.post(&placed.ticket_address(0, "redeem"), &json!({})).await.status, 200);

    let row = stock_on(&app, "hanok", &tour, 0, "2026-08-01").await;
    let address = format!("/v1/supplier/stock/{}", text(&row["inventory_code"]));
    let explained = hanok.in_english().get(&address).await;
    assert_eq!((explained.status, explained.header("content-language")), (200, Some("en")));
    insta::assert_snapshot!("stock_explanation", redacted(&explained.body));

    let close = with(json!({ "option_codes": [tour.option(1)], "on_sale": false }));
    assert_eq!(hanok.put("/v1/supplier/stock", &close).await.status, 200);
    let closed = hanok.get(&address).await;
    assert_eq!((closed.header("content-language"), &closed.body["closed_by"]), (Some("ko"), &json!("hanok")));
    assert_eq!(closed.body["closed_at"], "2026-07-01T03:00:00.000Z");
    let adult = &closed.body["options"][0];
    assert_eq!(each(&adult["channels"], "channel_code"), ["alpha", "beta"]);
    let reasons = |channel: usize| each(&adult["channels"][channel]["reasons"], "code");
    assert_eq!((reasons(0), reasons(1)), (vec!["inventory_closed"], vec!["inventory_closed"]));
    assert_eq!(text(&adult["channels"][0]["reasons"][0]["message"]), "판매를 닫은 날짜입니다.");

    let etag = closed.header("etag").unwrap().to_owned();
    assert_eq!(hanok.with_header("if-none-match", &etag).get(&address).await.status, 304);
    let anothers = app.supplier("lumiere").get(&address).await;
    assert_eq!((anothers.status, &anothers.body["code"]), (404, &json!("not_found")));
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn of_what_has_no_date_has_none(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let pass = app.undated().await;
    let found = app.supplier("hanok").get(&format!("/v1/supplier/products/{}/stock", pass.id)).await.body;
    let explained = app.supplier("hanok").get(&format!("/v1/supplier/stock/{}", text(&found["stock"][0]["inventory_code"]))).await.body;
    for member in ["pool", "date", "start_time", "inventory_at", "closed_by", "closed_at", "held_until"] {
        assert_eq!(explained.get(member), Some(&Value::Null), "{member}");
    }
    assert_eq!(list(&explained["options"][0]["channels"]).len(), 2);
    assert!(list(&explained["options"][0]["channels"]).iter().all(|channel| channel["is_orderable"] == true));
}
