use axhub_domain::state::Action;
use axhub_hub::catalogue::{ContentsChange, ProductChange};
use axhub_hub::{directory, feedback};
use axhub_testkit::{App, Reply};
use serde_json::{Value, json};

use crate::support::{assert_body, assert_error, change, on_both_engines, place, place_legacy, place_ticket, supplier_does};

on_both_engines! {
    every_kind_of_change_is_told,
    a_reader_goes_on_where_it_stopped,
    latest_is_for_who_wants_only_what_comes,
    each_channel_sees_what_it_may,
    what_makes_no_sense_is_an_invalid_query,
    stock_is_offered_as_inventory_offers_it,
    a_new_rate_is_a_new_price,
}

const PATH: &str = "/v1/channel/changes";

fn changes(reply: &Reply) -> &Vec<Value> {
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.body["changes"].as_array().unwrap()
}

fn kinds(reply: &Reply) -> Vec<&str> {
    changes(reply).iter().map(|change| change["kind"].as_str().unwrap()).collect()
}

fn next(reply: &Reply) -> String {
    reply.body["next_cursor"].as_str().unwrap().to_owned()
}

async fn latest(app: &App, channel: &str) -> String {
    let reply = app.channel(channel).get(&format!("{PATH}?cursor=latest")).await;
    assert_eq!((changes(&reply).len(), &reply.body["has_more"]), (0, &json!(false)));
    next(&reply)
}

async fn every_kind_of_change_is_told(app: App) {
    let (alpha, world, cruise) = (app.channel("alpha"), app.world(), app.undated().await);
    let start = latest(&app, "alpha").await;
    let old = place_legacy(&app, &world.seoul, "A-1", 2).await;
    supplier_does(&app, &world.seoul, &old.order, Action::Reject, Some("full")).await;
    place_ticket(&app, &world.museum, "A-2", 1).await;
    place_ticket(&app, &cruise, "A-3", 1).await;
    let texts = [("product_sub_title".to_owned(), "New".to_owned())].into();
    let contents = ContentsChange { texts, ..ContentsChange::default() };
    change(&app, &world.paris, ProductChange { contents, ..ProductChange::default() }).await;
    directory::unassign(app.hub(), world.channel("alpha").id, world.dmz.id).await.unwrap();
    world.assign(app.hub(), "alpha", &world.dmz, axhub_domain::pricing::MarkUp::NONE).await;
    let question = json!({ "question_code": "Q-1", "title": "x", "is_public": true, "quested_at": "2026-07-01 10:00" });
    assert_eq!(alpha.post(&format!("/v1/channel/question/tour/{}", world.paris.id), &question).await.status, 201);
    let asked = feedback::question_of_channel(app.hub(), world.channel("alpha").id, world.paris.kind, world.paris.id, "Q-1".to_owned());
    let asked = asked.await.unwrap();
    feedback::answer_question(app.hub(), world.paris.supplier, asked.id, "네".to_owned()).await.unwrap();
    let review = json!({ "review_code": "R-1", "score_type": "NO_SCORE", "title": "x", "reviewed_at": "2026-07-01 10:00" });
    assert_eq!(alpha.post(&format!("/v1/channel/review/tour/{}", world.paris.id), &review).await.status, 201);
    let posted = feedback::review_of_channel(app.hub(), world.channel("alpha").id, world.paris.kind, world.paris.id, "R-1".to_owned());
    feedback::answer_review(app.hub(), world.paris.supplier, posted.await.unwrap().id, "고맙습니다".to_owned()).await.unwrap();
    let reply = alpha.get(&format!("{PATH}?cursor={start}")).await;
    let told = kinds(&reply);
    assert_eq!(
        told,
        [
            "order", "stock", "stock", "order", "order", "stock", "order", "stock", "product", "product", "product", "price", "answer",
            "answer"
        ]
    );
    let shown: Vec<Value> = changes(&reply).iter().map(without_cursor).collect();
    insta::assert_snapshot!("every_kind", crate::support::redacted(&json!(shown)));
    let inventory = alpha.get(&format!("/v1/channel/inventory/ticket/{}", cruise.id)).await;
    let of_cruise = changes(&reply).iter().rfind(|change| change["kind"] == "stock").unwrap();
    assert_eq!(of_cruise["option_codes"], inventory.body["option_codes"], "stock as inventory shows it");
}

/// Cursors count everything that ever happened.
fn without_cursor(change: &Value) -> Value {
    let mut change = change.clone();
    crate::support::remove(&mut change, "cursor");
    change
}

async fn a_reader_goes_on_where_it_stopped(app: App) {
    let alpha = app.channel("alpha");
    place(&app, &app.world().paris, "A-1", 1).await;
    let all = alpha.get(&format!("{PATH}?cursor=&limit=1000")).await;
    assert_eq!(alpha.get(PATH).await.body["changes"][0], all.body["changes"][0], "without a cursor from the beginning");
    let (mut cursor, mut read) = (String::new(), Vec::new());
    loop {
        let reply = alpha.get(&format!("{PATH}?cursor={cursor}&limit=3")).await;
        assert!(changes(&reply).len() <= 3);
        read.extend(changes(&reply).clone());
        cursor = next(&reply);
        if reply.body["has_more"] == json!(false) {
            break;
        }
    }
    assert_eq!(&read, changes(&all));
    let middle = read[1]["cursor"].as_str().unwrap();
    let rest = alpha.get(&format!("{PATH}?cursor={middle}&limit=1000")).await;
    assert_eq!(changes(&rest)[..], read[2..], "every change has the cursor behind it");
}

async fn latest_is_for_who_wants_only_what_comes(app: App) {
    let start = latest(&app, "alpha").await;
    let path = format!("{PATH}?cursor={start}");
    let alpha = app.channel("alpha");
    assert_eq!(kinds(&alpha.get(&path).await), Vec::<&str>::new());
    place(&app, &app.world().paris, "A-1", 1).await;
    assert_eq!(kinds(&alpha.get(&path).await), ["order", "stock"]);
}

async fn each_channel_sees_what_it_may(app: App) {
    let world = app.world();
    let starts = (latest(&app, "alpha").await, latest(&app, "beta").await);
    place(&app, &world.paris, "A-1", 1).await;
    let of_beta = app.register("beta", &world.harbor).await;
    let order = crate::support::an_order(&world.harbor, of_beta, "B-1", 1).json();
    assert_eq!(app.channel("beta").post("/v1/channel/orders/tour", &order).await.status, 201);
    let alpha = app.channel("alpha").get(&format!("{PATH}?cursor={}", starts.0)).await;
    assert_eq!(kinds(&alpha), ["order", "stock"], "nothing of a product that it may not sell");
    let beta = app.channel("beta").get(&format!("{PATH}?cursor={}", starts.1)).await;
    assert_eq!(kinds(&beta), ["stock", "order", "stock"], "stock that another channel took, but not its order");
    assert_eq!(beta.body["changes"][0]["product_code"], json!(world.paris.id));
    assert_body!("of_beta", Reply { body: json!(changes(&beta).iter().map(without_cursor).collect::<Vec<_>>()), ..beta.clone() });
}

async fn what_makes_no_sense_is_an_invalid_query(app: App) {
    let alpha = app.channel("alpha");
    for (query, name) in [
        ("cursor=x", "cursor"),
        ("cursor=c-1", "cursor"),
        ("cursor=LATEST", "cursor"),
        ("cursor=c9223372036854775807", "cursor"),
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("limit=x", "limit"),
        ("limit=", "limit"),
    ] {
        let reply = alpha.get(&format!("{PATH}?{query}")).await;
        assert_error(&reply, 400, "invalid_query");
        assert!(reply.body["errors"][name].is_string(), "{query}: {}", reply.text());
    }
    assert_eq!(alpha.get(&format!("{PATH}?limit=1000")).await.status, 200);
    let end = latest(&app, "alpha").await;
    let next: i64 = end[1..].parse::<i64>().unwrap() + 1;
    let beyond = alpha.in_english().get(&format!("{PATH}?cursor=c{next}")).await;
    assert_error(&beyond, 400, "invalid_query");
    let text = "This is no cursor of ours. Send the next_cursor of the last response as it is.";
    assert_eq!(beyond.body["errors"], json!({ "cursor": text }));
}

/// Whether a row may be ordered is judged when the feed is read: here after its departure.
async fn stock_is_offered_as_inventory_offers_it(app: App) {
    let start = latest(&app, "alpha").await;
    let paris = &app.world().paris;
    place(&app, paris, "A-1", 1).await;
    let row = |reply: &Reply| {
        let stock = changes(reply).iter().find(|change| change["kind"] == "stock").unwrap();
        stock["option_codes"][paris.option(0).to_string()][0].clone()
    };
    let alpha = app.channel("alpha");
    let before = row(&alpha.get(&format!("{PATH}?cursor={start}")).await);
    assert_eq!(before["is_order"], true);
    app.clock().set_to(before["inventory_at"].as_str().unwrap());
    let after = row(&alpha.get(&format!("{PATH}?cursor={start}")).await);
    assert_eq!(after["is_order"], false);
}

async fn a_new_rate_is_a_new_price(app: App) {
    let start = latest(&app, "alpha").await;
    let rate = axhub_domain::pricing::ExchangeRate {
        base: axhub_domain::money::Currency::Usd,
        quote: axhub_domain::money::Currency::Krw,
        valid_from: app.hub().now(),
        rate: 120_000_000_000,
    };
    directory::set_rates(app.hub(), vec![rate]).await.unwrap();
    let reply = app.channel("alpha").get(&format!("{PATH}?cursor={start}")).await;
    assert!(changes(&reply).iter().all(|change| change["kind"] == "price"));
    let paris = app.world().paris.id.to_string();
    assert!(changes(&reply).iter().any(|change| change["product_code"] == paris.as_str()), "{}", reply.text());

    let (start, later) = (next(&reply), app.hub().now() + jiff::SignedDuration::from_hours(1));
    let in_advance = axhub_domain::pricing::ExchangeRate { valid_from: later, rate: 130_000_000_000, ..rate };
    directory::set_rates(app.hub(), vec![in_advance]).await.unwrap();
    let path = format!("{PATH}?cursor={start}");
    assert_eq!(kinds(&app.channel("alpha").get(&path).await), Vec::<&str>::new(), "prices are still what they were");
    app.clock().set(later);
    let reply = app.channel("alpha").get(&path).await;
    assert!(changes(&reply).iter().all(|change| change["kind"] == "price" && change["at"] == "2026-07-01T04:00:00.000Z"));
    assert!(!changes(&reply).is_empty());
}
