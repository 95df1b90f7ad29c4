mod day_ticket;
mod ticket;

use axhub_domain::inventory::StockRule;
use axhub_hub::availability::set_stock;
use axhub_hub::catalogue::{OptionChange, ProductChange};
use axhub_testkit::{App, Reply, TestProduct};
use jiff::civil::{date, time};
use serde_json::Value;

use crate::support::{assert_body, assert_error, assert_fields, change, on_both_engines, place};

on_both_engines! {
    rows_are_grouped_by_option,
    pages_count_rows_by_date_time_and_option,
    dates_bound_the_list_and_the_first_is_today_where_the_product_is,
    dates_that_make_no_sense_are_an_invalid_query,
    what_is_ordered_is_no_longer_left,
    what_cannot_be_ordered_says_so,
    inventory_at_and_inventory_code_go_into_an_order_as_they_are,
    the_same_inventory_need_not_be_sent_twice,
    an_inactive_option_has_no_rows,
}

fn path(product: &TestProduct, query: &str) -> String {
    format!("/v1/channel/inventory/tour/{}?{query}", product.id)
}

fn rows<'r>(reply: &'r Reply, product: &TestProduct, option: usize) -> &'r Vec<Value> {
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.body["option_codes"][product.option(option).to_string()].as_array().unwrap_or_else(|| panic!("{}", reply.text()))
}

async fn rows_are_grouped_by_option(app: App) {
    let seoul = &app.world().seoul;
    let reply = app.channel("alpha").get(&path(seoul, "from=2026-07-02&to=2026-07-03")).await;
    assert_body!("two_options_on_two_days", reply);
    let paris = &app.world().paris;
    let reply = app.channel("alpha").get(&path(paris, "from=2026-07-02&to=2026-07-02")).await;
    assert_eq!(reply.body["option_codes"].as_object().unwrap().len(), 1, "an option that only has a price has no stock of its own");
    assert_eq!(rows(&reply, paris, 0).len(), 2);
}

async fn pages_count_rows_by_date_time_and_option(app: App) {
    let (alpha, seoul) = (app.channel("alpha"), &app.world().seoul);
    let first = alpha.get(&path(seoul, "from=2026-07-02&to=2026-07-03&page_size=3")).await;
    assert_eq!((rows(&first, seoul, 0).len() + rows(&first, seoul, 1).len(), first.header("x-total-count")), (3, Some("4")));
    let link = first.header("link").unwrap();
    let next = link.split(", ").find(|link| link.ends_with("\"next\"")).unwrap();
    let second = alpha.get(next.trim_start_matches('<').split_once('>').unwrap().0).await;
    assert_eq!(second.body["option_codes"].as_object().unwrap().len(), 1, "{}", second.text());
    let all = alpha.get(&path(seoul, "from=2026-07-02&to=2026-07-03")).await;
    let codes = |reply: &Reply| -> Vec<String> {
        let options = reply.body["option_codes"].as_object().unwrap().values();
        options.flat_map(|rows| rows.as_array().unwrap()).map(|row| row["inventory_code"].to_string()).collect()
    };
    let (mut parts, mut whole) = ([codes(&first), codes(&second)].concat(), codes(&all));
    parts.sort_unstable();
    whole.sort_unstable();
    assert_eq!(parts, whole, "each row once");

    let paris = &app.world().paris;
    let reply = alpha.get(&path(paris, "from=2026-07-02&to=2026-07-03")).await;
    let starts: Vec<String> = rows(&reply, paris, 0).iter().map(|row| format!("{} {}", row["date"], row["start_time"])).collect();
    assert_eq!(starts, ["\"2026-07-02\" \"09:00\"", "\"2026-07-02\" \"14:00\"", "\"2026-07-03\" \"09:00\"", "\"2026-07-03\" \"14:00\"",]);
    assert_eq!(rows(&alpha.get(&path(paris, "")).await, paris, 0).len(), 25, "25 rows unless asked otherwise");
    let beyond = alpha.get(&path(paris, "page=99")).await;
    assert_eq!((beyond.status, &beyond.body["option_codes"]), (200, &serde_json::json!({})));
    for query in ["page=0", "page=", "page_size=201", "page_size=x", "page_size="] {
        assert_error(&alpha.get(&path(paris, query)).await, 400, "invalid_query");
    }
}

async fn dates_bound_the_list_and_the_first_is_today_where_the_product_is(app: App) {
    let (beta, harbor, seoul) = (app.channel("beta"), &app.world().harbor, &app.world().seoul);
    // It is 1 July in Seoul and still 30 June in New York; there is stock from 30 June on.
    let first = |reply: &Reply, product| rows(reply, product, 0)[0]["date"].clone();
    assert_eq!(first(&beta.get(&path(seoul, "")).await, seoul), "2026-07-01");
    assert_eq!(first(&beta.get(&path(harbor, "")).await, harbor), "2026-06-30");
    assert_eq!(first(&beta.get(&path(seoul, "from=2026-06-30")).await, seoul), "2026-06-30", "the past can be asked for");
    let reply = beta.get(&path(harbor, "from=2026-07-10&to=2026-07-12")).await;
    let dates: Vec<&Value> = rows(&reply, harbor, 0).iter().map(|row| &row["date"]).collect();
    assert_eq!(dates, ["2026-07-10", "2026-07-11", "2026-07-12"]);
    assert_eq!(beta.get(&path(seoul, "to=2026-06-30")).await.body["option_codes"], serde_json::json!({}), "today is after that");
}

async fn dates_that_make_no_sense_are_an_invalid_query(app: App) {
    let alpha = app.channel("alpha").in_english();
    for (query, name) in [
        ("from=2023-02-30", "from"),
        ("to=soon", "to"),
        ("from=2026-07-02&to=2026-07-01", "to"),
        ("from=1", "from"),
        ("from=2026-07-02T00:00:00Z", "from"),
    ] {
        let reply = alpha.get(&path(&app.world().paris, query)).await;
        assert_error(&reply, 400, "invalid_query");
        assert!(reply.body["errors"][name].is_string(), "{query}: {}", reply.text());
    }
}

async fn what_is_ordered_is_no_longer_left(app: App) {
    let (alpha, paris) = (app.channel("alpha"), &app.world().paris);
    place(&app, paris, "A-1", 3).await;
    let reply = alpha.get(&path(paris, "from=2026-07-02&to=2026-07-02")).await;
    let quantities = |row: &Value| ["max_quantity", "remain_quantity", "ordered_quantity"].map(|name| row[name].as_u64().unwrap());
    assert_eq!(quantities(&rows(&reply, paris, 0)[0]), [10, 7, 3]);
    assert_eq!(quantities(&rows(&reply, paris, 0)[1]), [10, 10, 0]);
}

fn closed(day: i8, max: i64, on_sale: bool) -> StockRule {
    let day = date(2026, 7, day);
    StockRule { from: day, to: day, weekdays: vec![], start_times: vec![time(9, 0, 0, 0)], max, min: 4, on_sale }
}

async fn what_cannot_be_ordered_says_so(app: App) {
    let (alpha, paris) = (app.channel("alpha"), &app.world().paris);
    set_stock(app.hub(), paris.supplier, paris.option(0), closed(3, 10, false)).await.unwrap();
    set_stock(app.hub(), paris.supplier, paris.option(0), closed(4, 12, true)).await.unwrap();
    // 09:30 in Paris on 1 July: the first start of the day is past.
    app.clock().set_to("2026-07-01T07:30:00Z");
    let reply = alpha.get(&path(paris, "")).await;
    let row = |date: &str, start: &str| {
        rows(&reply, paris, 0).iter().find(|row| row["date"] == date && row["start_time"] == start).unwrap().clone()
    };
    assert_eq!(row("2026-07-01", "09:00")["is_order"], false, "past");
    assert_eq!(row("2026-07-01", "14:00")["is_order"], true);
    assert_eq!(row("2026-07-03", "09:00")["is_order"], false, "closed by the supplier");
    assert_eq!(row("2026-07-03", "14:00")["is_order"], true);
    assert_eq!(row("2026-07-04", "09:00")["is_order"], true);
    assert_eq!(row("2026-07-04", "09:00")["min_quantity"], 4);
    assert_eq!(row("2026-07-04", "09:00")["max_quantity"], 12);
}

async fn inventory_at_and_inventory_code_go_into_an_order_as_they_are(app: App) {
    let (alpha, paris) = (app.channel("alpha"), &app.world().paris);
    let mapping = app.register("alpha", paris).await;
    let reply = alpha.get(&path(paris, "from=2026-07-05&to=2026-07-05")).await;
    let row = &rows(&reply, paris, 0)[0];
    for (code, name) in [("A-1", "inventory_at"), ("A-2", "use_date"), ("A-3", "inventory_code")] {
        let mut order = crate::support::an_order(paris, mapping, code, 1).json();
        crate::support::remove(&mut order["options"][0], "inventory_at");
        order["options"][0][name] = if name == "inventory_code" { row[name].clone() } else { row["inventory_at"].clone() };
        let placed = alpha.post("/v1/channel/orders/tour", &order).await;
        assert_eq!(placed.status, 201, "{}", placed.text());
        let told = placed.body["options"][0].get("inventory_at").or(placed.body["options"][0].get("use_date"));
        assert_eq!(told, Some(&row["inventory_at"]));
    }
    let other = alpha.get(&path(&app.world().seoul, "")).await;
    let mut order = crate::support::an_order(paris, mapping, "A-4", 1).json();
    crate::support::remove(&mut order["options"][0], "inventory_at");
    order["options"][0]["inventory_code"] = rows(&other, &app.world().seoul, 0)[0]["inventory_code"].clone();
    let refused = alpha.in_english().post("/v1/channel/orders/tour", &order).await;
    let text = "There is no inventory at this date and time. Send a value of the inventory call as it is.";
    assert_fields(&refused, &[("options[0].inventory_code", text)]);
}

async fn the_same_inventory_need_not_be_sent_twice(app: App) {
    let (alpha, paris) = (app.channel("alpha"), &app.world().paris);
    let address = path(paris, "from=2026-07-02&to=2026-07-02");
    let first = alpha.get(&address).await;
    let known = alpha.with_header("if-none-match", first.header("etag").unwrap());
    let again = known.get(&address).await;
    assert_eq!((again.status, again.header("x-total-count")), (304, Some("2")));
    place(&app, paris, "A-1", 1).await;
    assert_eq!(known.get(&address).await.status, 200);
}

async fn an_inactive_option_has_no_rows(app: App) {
    let seoul = &app.world().seoul;
    let close = OptionChange { id: Some(seoul.option(0)), is_active: Some(false), ..OptionChange::default() };
    change(&app, seoul, ProductChange { options: vec![close], ..ProductChange::default() }).await;
    let reply = app.channel("alpha").get(&path(seoul, "")).await;
    assert_eq!(reply.body["option_codes"].as_object().unwrap().len(), 1);
    assert!(!rows(&reply, seoul, 1).is_empty());
}
