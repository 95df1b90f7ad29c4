use axhub_domain::state::Action;
use axhub_testkit::{App, OrderBuilder, Reply};
use jiff::SignedDuration;

use crate::support::{an_order, assert_body, assert_error, on_both_engines, place, supplier_does};

on_both_engines! {
    a_channel_polls_all_of_its_orders_at_once,
    filters_find_by_state_and_change,
    only_tours_of_this_channel_are_listed,
    pages_have_totals_and_links,
    a_filter_that_makes_no_sense_is_an_invalid_query,
}

const PATH: &str = "/v1/channel/orders/tour";

fn codes(reply: &Reply) -> Vec<&str> {
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.body["data"].as_array().unwrap().iter().map(|order| order["channel_order_code"].as_str().unwrap()).collect()
}

async fn a_channel_polls_all_of_its_orders_at_once(app: App) {
    let (alpha, world) = (app.channel("alpha"), app.world());
    assert_eq!(codes(&alpha.get(PATH).await), Vec::<&str>::new());
    place(&app, &world.paris, "A-1", 1).await;
    place(&app, &world.seoul, "A-2", 2).await;
    let reply = alpha.get(PATH).await;
    assert_body!("orders", reply);
    for order in reply.body["data"].as_array().unwrap() {
        let confirmed = alpha.get(&format!("{PATH}/{}", order["ax_order_code"].as_str().unwrap())).await;
        assert_eq!(confirmed.body["data"][0], *order, "as get confirm shows it");
    }
}

async fn filters_find_by_state_and_change(app: App) {
    let (alpha, seoul) = (app.channel("alpha"), &app.world().seoul);
    let found = async |query: &str| codes(&alpha.get(&format!("{PATH}?{query}")).await).join(" ");
    let first = place(&app, seoul, "A-1", 2).await;
    app.clock().advance(SignedDuration::from_mins(1));
    let second = place(&app, seoul, "A-2", 1).await;
    app.clock().advance(SignedDuration::from_mins(1));
    place(&app, &app.world().paris, "A-3", 1).await;
    assert_eq!(found("").await, "A-1 A-2 A-3", "oldest first");
    assert_eq!(found("status=New").await, "A-1 A-2");
    assert_eq!(found("status=1").await, "A-1 A-2");
    assert_eq!(found("status=Supplier%20confirm").await, "A-3");
    assert_eq!(found("status=Supplier+confirm").await, "A-3");
    assert_eq!(found("status=3&updated_since=2026-07-01T03:00:00Z").await, "A-3");
    for (word, digit) in [("Supplier pending", 2), ("Supplier reject", 4), ("Traveler cancel", 5), ("Unavoidable cancel", 6)] {
        assert_eq!(found(&format!("status={}", word.replace(' ', "+"))).await, "");
        assert_eq!(found(&format!("status={digit}")).await, "");
    }
    assert_eq!(found("updated_since=2026-07-01T03:01:00Z").await, "A-2 A-3");
    assert_eq!(found("updated_since=2026-07-01%2003:01:00.001").await, "A-3");

    app.clock().advance(SignedDuration::from_mins(1));
    supplier_does(&app, seoul, &second.order, Action::Acknowledge, None).await;
    assert_eq!(found("updated_since=2026-07-01T03:03:00Z").await, "A-2", "its state changed");
    assert_eq!(found("status=2").await, "A-2");
    app.clock().advance(SignedDuration::from_mins(1));
    supplier_does(&app, seoul, &first.order, Action::SupplierCancelTicket(first.tickets[0].parse().unwrap()), None).await;
    assert_eq!(found("updated_since=2026-07-01T03:04:00Z").await, "A-1", "one of its tickets changed");
    assert_eq!(found("").await, "A-1 A-2 A-3", "the order of the list stays");
}

async fn only_tours_of_this_channel_are_listed(app: App) {
    let world = app.world();
    place(&app, &world.paris, "A-1", 1).await;
    let of_beta = app.register("beta", &world.paris).await;
    let reply = app.channel("beta").post(PATH, &an_order(&world.paris, of_beta, "B-1", 1).json()).await;
    assert_eq!(reply.status, 201);
    // A day-ticket, ordered past HTTP.
    let mapping = app.register("alpha", &world.museum).await;
    let at = world.museum.on("2026-07-02");
    let order = OrderBuilder::new("A-2").day_ticket().line(mapping, world.museum.option(0), at, 1).build();
    let alpha = world.channel("alpha");
    axhub_hub::ordering::place(app.hub(), alpha.id, alpha.code.clone(), order, String::new()).await.unwrap();
    assert_eq!(codes(&app.channel("alpha").get(PATH).await), ["A-1"]);
    assert_eq!(codes(&app.channel("beta").get(PATH).await), ["B-1"]);
}

async fn pages_have_totals_and_links(app: App) {
    let (alpha, seoul) = (app.channel("alpha"), &app.world().seoul);
    let mapping = app.register("alpha", seoul).await;
    let at = crate::support::first_start(seoul);
    let two = OrderBuilder::new("A-1").line(mapping, seoul.option(0), at, 1).line(mapping, seoul.option(1), at, 1).json();
    assert_eq!(alpha.post(PATH, &two).await.status, 201);
    place(&app, seoul, "A-2", 1).await;
    let first = alpha.get(&format!("{PATH}?page_size=2&status=New")).await;
    assert_eq!((codes(&first), first.header("x-total-count")), (vec!["A-1", "A-1"], Some("3")), "one per option");
    let link = first.header("link").unwrap();
    assert!(link.contains("status=New"), "{link}");
    let next = link.split(", ").find(|link| link.ends_with("\"next\"")).unwrap();
    assert_eq!(codes(&alpha.get(next.trim_start_matches('<').split_once('>').unwrap().0).await), ["A-2"]);
    assert_eq!(codes(&alpha.get(&format!("{PATH}?page=3&page_size=2")).await), Vec::<&str>::new());
}

async fn a_filter_that_makes_no_sense_is_an_invalid_query(app: App) {
    let alpha = app.channel("alpha");
    for query in [
        "status=open",
        "status=7",
        "status=0",
        "status=new",
        "updated_since=x",
        "updated_since=2026-07-01",
        "page=0",
        "page=",
        "page_size=",
        "page_size=1000",
    ] {
        let reply = alpha.get(&format!("{PATH}?{query}")).await;
        assert_error(&reply, 400, "invalid_query");
        let name = query.split('=').next().unwrap();
        assert!(reply.body["errors"][name].is_string(), "{query}: {}", reply.text());
    }
}
