//! Codes of others where no address shows them: in bodies and queries about one's own things. Each is answered as a code
//! that nobody has, and nothing changes.

mod described;
mod naming;
mod things;

use std::collections::BTreeSet;

use axhub_hub::access::{self, KeyFor};
use axhub_hub::directory;
use axhub_testkit::{App, Engine, OrderBuilder, contents};
use axum::http::Method;
use rstest::rstest;
use serde_json::{Value, json};

use self::naming::{Naming, told};
use self::things::place;

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn anothers_codes_look_like_nobodys_in_bodies_and_queries_too(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let world = app.world();
    let (seoul, paris, harbor) = (&world.seoul, &world.paris, &world.harbor);
    let (alpha, hanok) = (app.channel("alpha"), app.supplier("hanok"));
    // A channel that may sell nothing of hanok's.
    directory::ensure_channel(app.hub(), "gamma", "Gamma", "Asia/Seoul").await.expect("a channel");
    access::create_key(app.hub(), KeyFor::Channel("gamma".to_owned()), None).await.expect("a key");

    let own_mapping = app.register("alpha", seoul).await;
    let betas_mapping = app.register("beta", seoul).await;
    let (own_order, own_ticket) = place(&app, "alpha", seoul, "A-1", "10:00").await;
    let (betas_order, betas_ticket) = place(&app, "beta", seoul, "B-1", "10:00").await;
    let (lumieres_order, lumieres_ticket) = place(&app, "alpha", paris, "A-2", "09:00").await;
    let harbors_stock = app.supplier("lumiere").get(&format!("/v1/supplier/products/{}/stock", harbor.id)).await;
    let harbors_row = harbors_stock.body["stock"][0]["inventory_code"].as_str().expect("a row").to_owned();
    let seouls_stock = hanok.get(&format!("/v1/supplier/products/{}/stock", seoul.id)).await;
    let own_row = seouls_stock.body["stock"][0]["inventory_code"].as_str().expect("a row").to_owned();
    let harbors_option = harbor.option(0).to_string();
    let own_option = seoul.option(1).to_string();
    let lumieres_option = paris.option(0).to_string();

    let order = OrderBuilder::new("A-3").line(own_mapping, seoul.option(0), seoul.at("2026-07-11", "10:00"), 1).json();
    let ordering = |place: &str, name: &str| {
        let mut order = order.clone();
        order["order"]["channel_order_code"] = json!(format!("A-3 by {name}"));
        order["options"][0].as_object_mut().expect("a line").remove(place);
        order["options"][0][name] = json!("{code}");
        Some(order)
    };
    let question =
        json!({ "question_code": "Q", "title": "x", "is_public": true, "quested_at": "2026-06-30T00:00:00Z", "option_code": "{code}" });
    let review = json!({ "review_code": "R", "score_type": "NO_SCORE", "title": "x", "reviewed_at": "2026-06-30T00:00:00Z", "option_code": "{code}" });
    let mapping = json!({
        "mapping_data": { "{code}": "x" }, "channel_product_name": "x", "channel_product_link": "https://shop.example", "channel_product_id": "1",
    });
    let days = json!({ "from": "2026-07-20", "to": "2026-07-20", "start_times": ["10:00"], "max_quantity": 20 });
    let mut stock = days.clone();
    stock["option_codes"] = json!([seoul.option(0), "{code}"]);
    let allotment = json!({
        "option_code": seoul.option(0), "channel_code": "{code}", "from": "2026-07-20", "to": "2026-07-20", "start_times": ["10:00"],
        "quantity": 1, "release_minutes_before": 60,
    });
    // What lists about a product show.
    things::fill(&app, "hanok", seoul, "10:00").await;
    things::fill(&app, "lumiere", paris, "09:00").await;
    let mut allotment_of = allotment.clone();
    allotment_of["channel_code"] = json!("alpha");
    allotment_of["option_code"] = json!("{code}");
    let cheaper = json!({ "options": [{
        "kind": "price", "stock_option_code": "{code}", "net": "1", "depths": [{ "name": "Ticket", "value": "Cheaper" }],
    }] });
    let new_product = |options: Value| {
        let contents = json!({ "product_name": "New walk" });
        json!({ "kind": "tour", "time_zone": "Asia/Seoul", "base_currency": "KRW", "contents": contents, "options": options["options"] })
    };
    let of_lumieres_product = ("lumiere's product", paris.id.to_string());
    let cancel = json!({ "status": "Traveler canceled" });
    let (post, get, patch, put) = (Method::POST, Method::GET, Method::PATCH, Method::PUT);
    let naming = |client, method: &Method, address: String, body, theirs, own: &str| Naming {
        client,
        method: method.clone(),
        address,
        body,
        theirs,
        own: own.to_owned(),
    };
    let orders = "/v1/channel/orders/tour".to_owned();
    let of_seoul = |what: &str| format!("/v1/channel/{what}/tour/{}", seoul.id);
    let product = format!("/v1/supplier/products/{}", seoul.id);
    let all = [
        naming(
            &alpha,
            &post,
            orders.clone(),
            ordering("channel_product_mapping_code", "channel_product_mapping_code"),
            ("beta's registration", betas_mapping.to_string()),
            &own_mapping.to_string(),
        ),
        naming(
            &alpha,
            &post,
            orders.clone(),
            ordering("option_code", "option_code"),
            ("an option that only beta sells", harbors_option.clone()),
            &own_option,
        ),
        naming(
            &alpha,
            &post,
            orders.clone(),
            ordering("inventory_at", "inventory_code"),
            ("stock that only beta sells", harbors_row),
            &own_row,
        ),
        naming(
            &alpha,
            &post,
            of_seoul("question"),
            Some(question),
            ("an option that only beta sells", harbors_option.clone()),
            &own_option,
        ),
        naming(&alpha, &post, of_seoul("review"), Some(review), ("an option that only beta sells", harbors_option.clone()), &own_option),
        naming(
            &alpha,
            &post,
            of_seoul("products").replace("/tour/", "/tour/registration/"),
            Some(mapping),
            ("an option that only beta sells", harbors_option),
            &own_option,
        ),
        naming(
            &alpha,
            &patch,
            format!("{orders}/{own_order}/tickets/{{code}}"),
            Some(cancel.clone()),
            ("beta's ticket", betas_ticket),
            &own_ticket,
        ),
        naming(&alpha, &patch, format!("{orders}/{{code}}/tickets/{own_ticket}"), Some(cancel), ("beta's order", betas_order), &own_order),
        naming(
            &hanok,
            &post,
            "/v1/supplier/orders/actions".to_owned(),
            Some(json!({ "action": "reject", "order_codes": ["{code}"] })),
            ("lumiere's order", lumieres_order.clone()),
            &own_order,
        ),
        naming(
            &hanok,
            &post,
            "/v1/supplier/orders/actions".to_owned(),
            Some(json!({ "action": "cancel", "order_codes": ["{code}"] })),
            ("lumiere's order", lumieres_order.clone()),
            &own_order,
        ),
        naming(
            &hanok,
            &post,
            format!("/v1/supplier/orders/{own_order}/tickets/{{code}}/redeem"),
            Some(json!({})),
            ("lumiere's ticket", lumieres_ticket.clone()),
            &own_ticket,
        ),
        naming(&hanok, &get, "/v1/supplier/orders?q={code}".to_owned(), None, ("lumiere's order", lumieres_order), &own_order),
        naming(&hanok, &get, "/v1/supplier/orders?q={code}".to_owned(), None, ("lumiere's ticket", lumieres_ticket), &own_ticket),
        naming(
            &hanok,
            &get,
            "/v1/supplier/orders?q={code}".to_owned(),
            None,
            ("lumiere's order by its channel's code", "A-2".to_owned()),
            "A-1",
        ),
        naming(&hanok, &put, "/v1/supplier/stock".to_owned(), Some(stock), ("lumiere's option", lumieres_option.clone()), &own_option),
        naming(
            &hanok,
            &get,
            format!("{product}/stock?option_code={{code}}"),
            None,
            ("lumiere's option", lumieres_option.clone()),
            &own_option,
        ),
        naming(
            &hanok,
            &patch,
            product.clone(),
            Some(json!({ "options": [{ "option_code": "{code}", "net": "1" }] })),
            ("lumiere's option", lumieres_option.clone()),
            &own_option,
        ),
        naming(
            &hanok,
            &patch,
            format!("{product}/draft"),
            Some(json!({ "options": [{ "option_code": "{code}", "net": "1" }] })),
            ("lumiere's option", lumieres_option),
            &own_option,
        ),
        naming(
            &hanok,
            &put,
            "/v1/supplier/stock/allotments".to_owned(),
            Some(allotment),
            ("a channel that sells nothing of hanok's", "gamma".to_owned()),
            "alpha",
        ),
        naming(
            &hanok,
            &get,
            "/v1/supplier/orders?channel_code={code}".to_owned(),
            None,
            ("a channel that sold nothing of hanok's", "gamma".to_owned()),
            "alpha",
        ),
        naming(
            &alpha,
            &post,
            orders.clone(),
            ordering("channel_product_mapping_code", "channel_product_mapping_data_code"),
            ("beta's registration by its old name", betas_mapping.to_string()),
            &own_mapping.to_string(),
        ),
        naming(
            &alpha,
            &post,
            orders.clone(),
            ordering("option_code", "dc_code"),
            ("an option that only beta sells, by its old name", harbor.option(0).to_string()),
            &own_option,
        ),
        naming(
            &alpha,
            &post,
            "/v1/channel/inventory/search".to_owned(),
            Some(json!({ "product_codes": ["{code}"], "from": "2026-07-02", "to": "2026-07-03" })),
            ("a product that only beta sells", harbor.id.to_string()),
            &seoul.id.to_string(),
        ),
        naming(
            &alpha,
            &post,
            "/v1/channel/inventory/search".to_owned(),
            Some(json!({ "option_codes": ["{code}"], "from": "2026-07-02", "to": "2026-07-03" })),
            ("an option that only beta sells", harbor.option(0).to_string()),
            &own_option,
        ),
        naming(
            &alpha,
            &get,
            "/v1/channel/products/tour?q={code}".to_owned(),
            None,
            ("a product that only beta sells", "Harbor".to_owned()),
            "Paris",
        ),
        naming(
            &alpha,
            &get,
            "/v1/channel/products/day-ticket?q={code}".to_owned(),
            None,
            ("a product that only beta sells", "Harbor".to_owned()),
            "%EB%AF%BC%ED%99%94",
        ),
        naming(
            &alpha,
            &get,
            "/v1/channel/products/ticket?q={code}".to_owned(),
            None,
            ("a product that only beta sells", "Harbor".to_owned()),
            "",
        ),
        naming(
            &hanok,
            &get,
            "/v1/supplier/products?q={code}".to_owned(),
            None,
            ("lumiere's product by its name", "Harbor".to_owned()),
            "DMZ",
        ),
        naming(
            &hanok,
            &get,
            "/v1/supplier/manifest?date=2026-07-10&product_code={code}".to_owned(),
            None,
            of_lumieres_product.clone(),
            &seoul.id.to_string(),
        ),
        naming(
            &hanok,
            &get,
            "/v1/supplier/orders?product_code={code}".to_owned(),
            None,
            of_lumieres_product.clone(),
            &seoul.id.to_string(),
        ),
        naming(
            &hanok,
            &get,
            "/v1/supplier/questions?product_code={code}".to_owned(),
            None,
            of_lumieres_product.clone(),
            &seoul.id.to_string(),
        ),
        naming(
            &hanok,
            &get,
            "/v1/supplier/reviews?product_code={code}".to_owned(),
            None,
            of_lumieres_product.clone(),
            &seoul.id.to_string(),
        ),
        naming(
            &hanok,
            &get,
            "/v1/supplier/stock/allotments?product_code={code}".to_owned(),
            None,
            of_lumieres_product.clone(),
            &seoul.id.to_string(),
        ),
        naming(
            &hanok,
            &get,
            "/v1/supplier/stock/allotments?channel_code={code}".to_owned(),
            None,
            ("a channel that sells nothing of hanok's", "gamma".to_owned()),
            "alpha",
        ),
        naming(
            &hanok,
            &put,
            "/v1/supplier/stock/allotments".to_owned(),
            Some(allotment_of),
            ("lumiere's option", paris.option(0).to_string()),
            &own_option,
        ),
        naming(&hanok, &patch, product.clone(), Some(cheaper.clone()), ("lumiere's option", paris.option(0).to_string()), &own_option),
        naming(
            &hanok,
            &patch,
            format!("{product}/draft"),
            Some(cheaper.clone()),
            ("lumiere's option", paris.option(0).to_string()),
            &own_option,
        ),
        naming(
            &hanok,
            &post,
            "/v1/supplier/products".to_owned(),
            Some(new_product(cheaper)),
            ("lumiere's option", paris.option(0).to_string()),
            "",
        ),
        naming(
            &hanok,
            &post,
            "/v1/supplier/products".to_owned(),
            Some(new_product(json!({ "options": [{ "option_code": "{code}", "net": "1" }] }))),
            ("lumiere's option", paris.option(0).to_string()),
            "",
        ),
    ];
    let places = described::places_of_others();
    let asked = all.iter().filter_map(|one| described::place_of(&places, &one.method, &one.address, one.body.as_ref()));
    let asked: BTreeSet<_> = asked.collect();
    let missing: Vec<_> = places.difference(&asked).collect();
    assert!(missing.is_empty(), "nobody names another's code here: {missing:#?}");
    let before = contents(app.database()).await;
    let mut of_nobodys = Vec::new();
    for one in &all {
        let (what, code) = &one.theirs;
        let nobodys = one.nobodys();
        let (theirs, nothing) = (one.with(code).await, one.with(nobodys).await);
        assert_eq!(told(&theirs, code), told(&nothing, nobodys), "{} {} tells of {what}", one.method, one.address);
        assert!(theirs.status < 500, "{}", theirs.text());
        of_nobodys.push(told(&nothing, nobodys));
    }
    let after = contents(app.database()).await;
    let changed: Vec<&String> = before.keys().filter(|table| before[*table] != after[*table]).collect();
    assert!(changed.is_empty(), "{changed:?} changed");
    // The place where the code stands is looked at: one's own is answered otherwise.
    for (one, of_nobodys) in all.iter().zip(&of_nobodys).filter(|(one, _)| !one.own.is_empty()) {
        let own = one.with(&one.own).await;
        assert_ne!(&told(&own, &one.own), of_nobodys, "{} {} does not look at its code", one.method, one.address);
    }
}
