use axhub_testkit::{App, ProductBuilder, Reply};
use serde_json::{Value, json};

use crate::support::{assert_body, assert_fields, on_both_engines, place};

on_both_engines! {
    products_and_options_are_found_together,
    rows_are_those_of_the_inventory_calls,
    what_only_changes_the_price_has_a_price_of_each_day,
    what_is_unknown_is_listed,
    what_makes_no_sense_is_named,
    more_rows_than_an_answer_may_have_are_refused,
}

const PATH: &str = "/v1/channel/inventory/search";

async fn search(app: &App, products: &[String], options: &[String]) -> Reply {
    let body = json!({ "product_codes": products, "option_codes": options, "from": "2026-07-02", "to": "2026-07-02" });
    let reply = app.channel("alpha").post(PATH, &body).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply
}

async fn products_and_options_are_found_together(app: App) {
    let (world, cruise) = (app.world(), app.undated().await);
    place(&app, &world.paris, "A-1", 3).await;
    let products = [world.paris.id.to_string(), cruise.id.to_string()];
    let reply = search(&app, &products, &[world.museum.option(1).to_string()]).await;
    assert_body!("found", reply);
}

/// An option's rows without their prices are what the inventory call shows.
async fn rows_are_those_of_the_inventory_calls(app: App) {
    let (alpha, world, cruise) = (app.channel("alpha"), app.world(), app.undated().await);
    let products = [&world.paris, &world.seoul, &world.dmz, &world.museum, &cruise];
    let codes: Vec<String> = products.iter().map(|product| product.id.to_string()).collect();
    let reply = search(&app, &codes, &[]).await;
    for product in products {
        let kind = product.kind.as_str();
        let inventory = alpha.get(&format!("/v1/channel/inventory/{kind}/{}?from=2026-07-02&to=2026-07-02", product.id)).await;
        for option in &product.options {
            let found = reply.body["options"].as_array().unwrap().iter().find(|found| found["option_code"] == option.to_string()).unwrap();
            assert_eq!((&found["product_code"], &found["product_kind"]), (&json!(product.id), &json!(kind)));
            let mut rows = found["rows"].clone();
            for row in rows.as_array_mut().unwrap() {
                crate::support::remove(row, "prices");
            }
            // What only changes the price takes the stock of another option.
            let stock = found["stock_option_code"].as_str().unwrap();
            let shown = inventory.body["option_codes"].get(stock).cloned().unwrap_or(json!([]));
            assert_ne!(shown, json!([]), "{kind}");
            assert_eq!(rows, shown, "{kind}");
        }
    }
}

async fn what_only_changes_the_price_has_a_price_of_each_day(app: App) {
    let tour = ProductBuilder::tour("Season walk").option("Adult", "75.00").price_option("Child", "50.00", 0);
    let tour = app.world().make_product(app.hub(), "lumiere", tour.season("2026-07-02", "2026-07-02", "60.00"), &["alpha"]).await;
    let reply = search(&app, &[], &[tour.option(1).to_string()]).await;
    let child = &reply.body["options"][0];
    let dollars = |prices: &Value| prices[0]["unit_selling_price"].clone();
    assert_eq!(dollars(&child["prices"]), "60.00000", "the base price with the mark-up: {}", reply.text());
    assert_eq!(child["rows"].as_array().unwrap().len(), 2, "one for each start");
    assert_eq!(dollars(&child["rows"][0]["prices"]), "72.00000");
    assert_eq!(child["rows"][0]["remain_quantity"], 10);
}

async fn what_is_unknown_is_listed(app: App) {
    let (world, nobodys) = (app.world(), "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f01".to_owned());
    let harbor = world.harbor.id.to_string();
    let paris = world.paris.id.to_string();
    let products = [paris.clone(), nobodys.clone(), harbor.clone(), "x".to_owned(), paris.clone(), nobodys.clone(), paris.to_uppercase()];
    let reply = search(&app, &products, &[world.harbor.option(0).to_string(), nobodys.clone()]).await;
    let expected = json!({ "product_codes": [nobodys, harbor, "x"], "option_codes": [world.harbor.option(0), nobodys] });
    assert_eq!(reply.body["not_found"], expected);
    assert_eq!(reply.body["options"].as_array().unwrap().len(), 2, "each once: {}", reply.text());
    let none = search(&app, &[], &[]).await;
    assert_eq!(none.body["options"], json!([]));
}

async fn what_makes_no_sense_is_named(app: App) {
    let alpha = app.channel("alpha").in_english();
    let paris = app.world().paris.id.to_string();
    let right = json!({ "product_codes": [paris], "from": "2026-07-02", "to": "2026-07-02" });
    let refused = async |changes: Value, expected: &[(&str, &str)]| {
        let mut body = right.clone();
        for (name, value) in changes.as_object().unwrap() {
            body[name] = value.clone();
        }
        assert_fields(&alpha.post(PATH, &body).await, expected);
    };
    let required = "This field is required.";
    assert_fields(&alpha.post(PATH, &json!({})).await, &[("product_codes", required), ("from", required), ("to", required)]);
    for wrong in [json!("x"), json!({}), json!(1), json!(true)] {
        refused(json!({ "product_codes": wrong }), &[("product_codes", "Expected a list of items.")]).await;
        refused(json!({ "option_codes": wrong }), &[("option_codes", "Expected a list of items.")]).await;
    }
    refused(
        json!({ "option_codes": [null, {}, true, ""] }),
        &[
            ("option_codes[0]", "This field may not be null."),
            ("option_codes[1]", "Not a valid string."),
            ("option_codes[2]", "Not a valid string."),
            ("option_codes[3]", "This field may not be blank."),
        ],
    )
    .await;
    let date = "Date has wrong format. Use one of these formats instead: YYYY-MM-DD.";
    for wrong in [json!("2026-02-30"), json!("2026-07-02T00:00:00Z"), json!(20260702)] {
        refused(json!({ "from": wrong }), &[("from", date)]).await;
        refused(json!({ "to": wrong }), &[("to", date)]).await;
    }
    refused(json!({ "to": "2026-07-01" }), &[("to", "The end may not lie before the start.")]).await;
    refused(json!({ "to": "2026-10-02" }), &[("to", "The range may not be longer than 92 days.")]).await;
    let many = |count: usize| vec!["x"; count];
    refused(json!({ "product_codes": many(201) }), &[("product_codes", "Ensure this field has no more than 200 elements.")]).await;
    let together = [("option_codes", "Ensure this field has no more than 200 elements.")];
    refused(json!({ "product_codes": many(100), "option_codes": many(101) }), &together).await;
    let all = json!({ "product_codes": many(100), "option_codes": many(100), "from": "2026-07-02", "to": "2026-10-01" });
    assert_eq!(alpha.post(PATH, &all).await.status, 200, "200 codes and 92 days");
}

/// Options that draw from one stock are answered with its rows each, so little that is read can be much that is answered.
async fn more_rows_than_an_answer_may_have_are_refused(app: App) {
    let times: Vec<String> = (0..48).map(|half| format!("{:02}:{:02}", half / 2, half % 2 * 30)).collect();
    let times: Vec<&str> = times.iter().map(String::as_str).collect();
    let mut tour = ProductBuilder::tour("Hop on, hop off").option("Adult", "75.00");
    for at in 1..12 {
        tour = tour.price_option(&format!("Group {at}"), "50.00", 0);
    }
    let tour = tour.start_times(&times).days("2026-07-02", "2026-10-01");
    let tour = app.world().make_product(app.hub(), "lumiere", tour, &["alpha"]).await;
    let alpha = app.channel("alpha").in_english();
    let ask = async |codes: Value| {
        let mut body = json!({ "from": "2026-07-02", "to": "2026-10-01" });
        body.as_object_mut().unwrap().extend(codes.as_object().unwrap().clone());
        alpha.post(PATH, &body).await
    };
    let all = ask(json!({ "product_codes": [tour.id] })).await;
    assert_fields(&all, &[("to", "These are more than 50000 dates and start times. Send fewer in one request.")]);
    let single = ask(json!({ "option_codes": [tour.option(1)] })).await;
    assert_eq!(single.body["options"][0]["rows"].as_array().map(Vec::len), Some(92 * 48));
}
