//! Beginning a product.

use axhub_testkit::{App, Engine};
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{assert_wrong, redacted, text};

/// A tour on one bus, as far as everybody begins it.
pub fn bus_tour() -> Value {
    let option = |person: &str| json!({ "depths": [{ "name": "Person", "value": person }], "pool": "bus", "net": "75" });
    json!({
        "kind": "tour", "time_zone": "Europe/Paris", "base_currency": "USD",
        "contents": { "product_name": "Bus tour" },
        "options": [option("Adult"), option("Child")],
    })
}

/// Everything that channels want of a tour.
pub fn whole_contents() -> Value {
    json!({
        "product_name": "Bus tour",
        "product_listing_language": "English",
        "main_country_and_city": "France - Paris",
        "departure_city": "France - Paris",
        "transportation": "Vehicle",
        "tour_guide_certification": "Yes",
        "separate_driver_included": "Yes",
        "cancellation_type": "Free cancellation",
        "meeting_point": "Under the tower",
        "thumbnail_type_1": "https://images.example.com/bus.jpg",
    })
}

/// Begins a product of lumiere's, and answers its address and the draft.
pub async fn begin(app: &App, body: &Value) -> (String, Value) {
    let reply = app.supplier("lumiere").post("/v1/supplier/products", body).await;
    assert_eq!(reply.status, 201, "{}", reply.body);
    (format!("/v1/supplier/products/{}", text(&reply.body["product_code"])), reply.body)
}

/// Begins a product of lumiere's that lacks nothing.
pub async fn begin_whole(app: &App) -> (String, Value) {
    let mut body = bus_tour();
    body["contents"] = whole_contents();
    begin(app, &body).await
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn begins_as_a_draft_that_only_the_supplier_sees(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let (address, draft) = begin(&app, &bus_tour()).await;
    insta::assert_snapshot!("product_created", redacted(&draft));
    let lumiere = app.supplier("lumiere");
    let read = lumiere.get(&format!("{address}/draft")).await;
    assert_eq!((read.status, &read.body), (200, &draft));
    assert_eq!(read.header("content-language"), Some("ko"));
    let product = lumiere.get(&address).await.body;
    for member in ["options", "contents", "version", "state", "has_draft"] {
        assert_eq!(product[member], draft[member], "{member}");
    }
    assert_eq!(app.supplier("hanok").get(&address).await.status, 404);
    let code = text(&draft["product_code"]);
    for call in ["products/tour", "price/tour", "inventory/tour"] {
        assert_eq!(app.channel("alpha").get(&format!("/v1/channel/{call}/{code}")).await.status, 404, "{call}");
    }
    let english = lumiere.in_english().get(&format!("{address}/draft")).await.body;
    assert_eq!(english["problems"][0]["message"], "Channels have no picture to show. Send the address of one.");
    assert_eq!(english["changes"][0]["text"], "The first version.");
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn stock_can_be_set_before_it_is_published(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let (address, draft) = begin_whole(&app).await;
    let lumiere = app.supplier("lumiere");
    let (adult, child) = (text(&draft["options"][0]["option_code"]), text(&draft["options"][1]["option_code"]));
    let rule = json!({ "from": "2026-07-10", "to": "2026-07-10", "start_times": ["09:00"], "max_quantity": 20 });
    assert_eq!(lumiere.put(&format!("/v1/supplier/options/{adult}/stock"), &rule).await.status, 200);
    let stock = lumiere.get(&format!("{address}/stock")).await.body;
    for (row, option) in [(0, adult), (1, child)] {
        let row = &stock["stock"][row];
        assert_eq!((text(&row["option_code"]), &row["max_quantity"]), (option, &json!(20)), "both are on one bus");
    }
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn what_makes_no_sense_is_named_and_nothing_is_begun(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let lumiere = app.supplier("lumiere");
    let count = async || lumiere.get("/v1/supplier/products").await.header("x-total-count").map(str::to_owned);
    let before = count().await;
    let with = |name: &str, value: Value| {
        let mut body = bus_tour();
        body[name] = value;
        body
    };
    let without = |name: &str| {
        let mut body = bus_tour();
        body.as_object_mut().unwrap().remove(name);
        body
    };
    let option = |value: Value| with("options", json!([value]));
    let cases = [
        (json!({}), vec!["kind", "time_zone", "base_currency", "contents"]),
        (without("contents"), vec!["contents"]),
        (with("contents", json!({})), vec!["contents.product_name"]),
        (with("contents", json!({ "product_name": null })), vec!["contents.product_name"]),
        (with("contents", json!([])), vec!["contents"]),
        (with("kind", json!("cruise")), vec!["kind"]),
        (with("base_currency", json!("EUR")), vec!["base_currency"]),
        (with("time_zone", json!("Europe/Atlantis")), vec!["time_zone"]),
        (with("time_zone", json!("+09:00")), vec!["time_zone"]),
        (with("time_zone", json!("x".repeat(65))), vec!["time_zone"]),
        (with("category", json!("Ticket-Day")), vec!["category"]),
        (with("sale_from", json!("2026-13-01")), vec!["sale_from"]),
        (option(json!({})), vec!["options[0].depths"]),
        (option(json!({ "depths": [{ "name": "a", "value": "b" }], "weight": 0 })), vec!["options[0].weight"]),
        (option(json!({ "option_code": app.world().paris.option(0) })), vec!["options[0].option_code"]),
        (option(json!({ "depths": [{ "name": "a", "value": "b" }], "kind": "price" })), vec!["options[0].stock_option_code"]),
        (with("options", json!(vec![json!({}); 201])), vec!["options"]),
    ];
    for (body, fields) in cases {
        assert_wrong(&lumiere.post("/v1/supplier/products", &body).await, &fields);
    }
    assert_eq!(count().await, before);
}

#[tokio::test]
async fn each_kind_begins_with_its_own_category() {
    let app = App::start(Engine::Sqlite).await;
    for (kind, category) in [("tour", "Tour"), ("day-ticket", "Ticket-Day"), ("ticket", "Ticket")] {
        let body = json!({
            "kind": kind, "time_zone": "Asia/Seoul", "base_currency": "KRW", "contents": { "product_name": kind },
        });
        let draft = begin(&app, &body).await.1;
        assert_eq!((&draft["kind"], &draft["category"]), (&json!(kind), &json!(category)));
        assert_eq!((&draft["confirmation"], &draft["cut_off_minutes"]), (&json!("instant"), &json!(0)));
    }
}
