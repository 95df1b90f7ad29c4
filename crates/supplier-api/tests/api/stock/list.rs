//! The list of stock rows.

use axhub_testkit::{App, Engine, ProductBuilder};
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{NOBODYS, assert_wrong_query, each, list, place, redacted};

async fn rows(app: &App, supplier: &str, query: &str) -> Value {
    let address = format!("/v1/supplier/products/{query}");
    let reply = app.supplier(supplier).get(&address).await;
    assert_eq!(reply.status, 200, "{address}: {}", reply.body);
    reply.body["stock"].clone()
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn has_this_shape(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let seoul = app.world().seoul.clone();
    place(&app, "A-1", &seoul, 1, "2026-07-03 10:00", 3).await;
    let close = json!({ "from": "2026-07-04", "to": "2026-07-04", "start_times": ["10:00"], "max_quantity": 8, "min_quantity": 4, "on_sale": false });
    let reply = app.supplier("hanok").put(&format!("/v1/supplier/options/{}/stock", seoul.option(1)), &close).await;
    assert_eq!(reply.status, 200, "{}", reply.body);

    let found = rows(&app, "hanok", &format!("{}/stock?from=2026-07-03&to=2026-07-04", seoul.id)).await;
    insta::assert_snapshot!("stock_list", redacted(&found));
    for row in list(&found) {
        let number = |name: &str| row[name].as_i64().unwrap();
        let parts = number("held_quantity") + number("ordered_quantity") + number("remain_quantity");
        assert_eq!(number("max_quantity"), parts, "{row}");
    }
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn begins_today_and_filters(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let (seoul, harbor, paris) = (app.world().seoul.clone(), app.world().harbor.clone(), app.world().paris.clone());
    // It is noon of the 1st in Seoul and still the 30th in New York.
    let first = |rows: Value| rows[0]["date"].as_str().unwrap().to_owned();
    assert_eq!(first(rows(&app, "hanok", &format!("{}/stock", seoul.id)).await), "2026-07-01");
    assert_eq!(first(rows(&app, "lumiere", &format!("{}/stock", harbor.id)).await), "2026-06-30");
    assert_eq!(first(rows(&app, "hanok", &format!("{}/stock?from=2026-06-01", seoul.id)).await), "2026-06-30");

    let premium = rows(&app, "hanok", &format!("{}/stock?to=2026-07-02&option_code={}", seoul.id, seoul.option(1))).await;
    assert_eq!(each(&premium, "option_code"), vec![seoul.option(1).to_string(); 2]);
    for nothing in [
        "to=2026-06-30".to_owned(),
        format!("option_code={NOBODYS}"),
        format!("option_code={}", paris.option(0)),
        "option_code=x".to_owned(),
    ] {
        assert_eq!(list(&rows(&app, "hanok", &format!("{}/stock?{nothing}", seoul.id)).await).len(), 0, "{nothing}");
    }
    // An option that draws from another's stock has no rows of its own; two start times come in order.
    let of_a_day = rows(&app, "lumiere", &format!("{}/stock?from=2026-07-02&to=2026-07-02", paris.id)).await;
    assert_eq!(each(&of_a_day, "start_time"), ["09:00", "14:00"]);
    assert_eq!(each(&of_a_day, "option_code"), vec![paris.option(0).to_string(); 2]);
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn comes_in_pages(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let seoul = app.world().seoul.clone();
    let address = format!("/v1/supplier/products/{}/stock", seoul.id);
    let reply = app.supplier("hanok").get(&format!("{address}?from=2026-07-01&to=2026-07-03&page=2&page_size=4")).await;
    // Three days with two options each.
    assert_eq!(reply.header("x-total-count"), Some("6"));
    assert_eq!(each(&reply.body["stock"], "date"), ["2026-07-03", "2026-07-03"]);
    let link = |page: u32, rel: &str| format!("<{address}?from=2026-07-01&to=2026-07-03&page={page}&page_size=4>; rel=\"{rel}\"");
    let links = [link(1, "first"), link(1, "prev"), link(2, "last")].join(", ");
    assert_eq!(reply.header("link"), Some(links.as_str()));
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn only_a_tour_has_start_times(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let museum = app.world().museum.clone();
    let of_museum = rows(&app, "hanok", &format!("{}/stock?page_size=1", museum.id)).await;
    assert_eq!((&of_museum[0]["start_time"], &of_museum[0]["inventory_at"]), (&Value::Null, &json!("2026-06-30T15:00:00.000Z")));

    let lumiere = app.world().supplier("lumiere").id;
    let midnight = ProductBuilder::tour("Night walk").start_times(&["00:00"]).option("Seat", "10").create(app.hub(), lumiere).await;
    let of_midnight = rows(&app, "lumiere", &format!("{}/stock?page_size=1", midnight.id)).await;
    assert_eq!(of_midnight[0]["start_time"], "00:00");
}

#[rstest]
#[case::from("from=2026-7-1", "from")]
#[case::to("to=2026-02-30", "to")]
#[case::backwards("from=2026-07-02&to=2026-07-01", "to")]
#[case::page("page=x", "page")]
#[tokio::test]
async fn a_wrong_query_is_refused(#[case] query: &str, #[case] parameter: &str) {
    let app = App::start(Engine::Sqlite).await;
    assert_wrong_query(&app, &format!("/v1/supplier/products/{}/stock?{query}", app.world().seoul.id), parameter).await;
}
