use axhub_domain::pricing::MarkUp;
use axhub_hub::catalogue::{ContentsChange, ProductChange};
use axhub_testkit::{App, ProductBuilder, Reply};
use jiff::SignedDuration;

use crate::support::{assert_body, assert_error, change, on_both_engines};

on_both_engines! {
    a_channel_sees_the_tours_that_it_may_sell,
    what_is_empty_is_void,
    filters_find_by_name_place_and_change,
    pages_come_in_a_stable_order_with_totals_and_links,
    a_page_that_makes_no_sense_is_an_invalid_query,
    the_same_list_need_not_be_sent_twice,
}

const PATH: &str = "/v1/channel/products/tour";
const ALL: &str = "DMZ day trip, 북촌 골목 산책, Paris walk";

fn names(reply: &Reply) -> Vec<&str> {
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.body["products"].as_array().unwrap().iter().map(|product| product["product_name"].as_str().unwrap()).collect()
}

async fn a_channel_sees_the_tours_that_it_may_sell(app: App) {
    let reply = app.channel("alpha").get(PATH).await;
    assert_eq!(names(&reply), ["DMZ day trip", "북촌 골목 산책", "Paris walk"], "made at once, so by their codes");
    assert_body!("tours", reply);
    let of_beta = names(&app.channel("beta").get(PATH).await).join(", ");
    assert!(of_beta.contains("Harbor sunset"), "{of_beta}");
}

async fn what_is_empty_is_void(app: App) {
    let bare = ProductBuilder::tour("Bare").option("Seat", "1").sale(Some("2026-07-01"), None);
    let texts = ["product_listing_language", "tour_guide_certification", "separate_driver_included", "departure_city", "transportation"];
    let bare = texts.iter().fold(bare, |bare, name| bare.text(name, "")).text("cancellation_type", "  ");
    let bare = bare.create(app.hub(), app.world().supplier("hanok").id).await;
    app.world().assign(app.hub(), "alpha", &bare, MarkUp::NONE).await;
    let reply = app.channel("alpha").get(&format!("{PATH}?q=bare")).await;
    assert_body!("tour_with_nothing_to_say", reply);
}

async fn filters_find_by_name_place_and_change(app: App) {
    let alpha = app.channel("alpha");
    let found = async |query: &str| names(&alpha.get(&format!("{PATH}?{query}")).await).join(", ");
    assert_eq!(found("q=PARIS").await, "Paris walk");
    assert_eq!(found("q=골목").await, "북촌 골목 산책");
    assert_eq!(found("city=seoul").await, "DMZ day trip, 북촌 골목 산책");
    assert_eq!(found("city=France").await, "Paris walk");
    assert_eq!(found("q=d&city=korea").await, "DMZ day trip");
    assert_eq!(found("q=%25").await, "", "a percent sign is only itself");
    assert_eq!(found("q=_").await, "");
    assert_eq!(found("q=&city=").await, ALL, "a blank filter is none");
    assert_eq!(found("unknown=1").await, ALL);

    assert_eq!(found("updated_since=2026-07-01T03:00:00Z").await, ALL);
    assert_eq!(found("updated_since=2026-07-01T03:00:00.001Z").await, "");
    app.clock().advance(SignedDuration::from_hours(1));
    let texts = [("product_sub_title".to_owned(), "New".to_owned())].into();
    let contents = ContentsChange { texts, ..ContentsChange::default() };
    change(&app, &app.world().dmz, ProductChange { contents, ..ProductChange::default() }).await;
    assert_eq!(found("updated_since=2026-07-01%2003:30").await, "DMZ day trip", "without an offset it is UTC");
    assert_eq!(found("updated_since=2026-07-01T13:00:00%2B09:00").await, "DMZ day trip");
    assert_eq!(found("updated_since=2026-07-01T13:00:01%2B09:00").await, "");
    app.clock().advance(SignedDuration::from_hours(1));
    app.world().assign(app.hub(), "alpha", &app.world().harbor, MarkUp::NONE).await;
    assert_eq!(found("updated_since=2026-07-01T05:00:00Z").await, "Harbor sunset", "it is new to this channel");
}

async fn pages_come_in_a_stable_order_with_totals_and_links(app: App) {
    let alpha = app.channel("alpha");
    let first = alpha.get(&format!("{PATH}?page_size=2&city=&q=")).await;
    assert_eq!(names(&first), ["DMZ day trip", "북촌 골목 산책"]);
    assert_eq!(first.header("x-total-count"), Some("3"));
    let link = first.header("link").unwrap();
    let relations: Vec<&str> = link.split(", ").map(|link| link.rsplit_once("rel=").unwrap().1).collect();
    assert_eq!(relations, ["\"first\"", "\"next\"", "\"last\""]);

    let next = link.split(", ").find(|link| link.ends_with("\"next\"")).unwrap();
    let next = next.trim_start_matches('<').split_once('>').unwrap().0;
    let second = alpha.get(next).await;
    assert_eq!(names(&second), ["Paris walk"]);
    assert!(second.header("link").unwrap().contains("rel=\"prev\""));
    assert!(!second.header("link").unwrap().contains("rel=\"next\""));

    for name in ["Z", "A"] {
        app.clock().advance(SignedDuration::from_mins(1));
        let later = ProductBuilder::tour(name).option("Seat", "1").no_stock().create(app.hub(), app.world().supplier("hanok").id).await;
        app.world().assign(app.hub(), "alpha", &later, MarkUp::NONE).await;
    }
    assert_eq!(names(&alpha.get(PATH).await)[3..], ["Z", "A"], "what was made later comes later");
    let beyond = alpha.get(&format!("{PATH}?page=9&page_size=200")).await;
    assert_eq!(names(&beyond), Vec::<&str>::new());
    assert_eq!(beyond.header("x-total-count"), Some("5"));
    assert_eq!(names(&alpha.get(&format!("{PATH}?page=9223372036854775807")).await), Vec::<&str>::new());
}

async fn a_page_that_makes_no_sense_is_an_invalid_query(app: App) {
    let alpha = app.channel("alpha");
    for query in [
        "page=0",
        "page=-1",
        "page=x",
        "page=",
        "page_size=%20",
        "page=1.5",
        "page=1e2",
        "page=99999999999999999999",
        "page_size=0",
        "page_size=201",
        "page_size=all",
        "updated_since=yesterday",
        "updated_since=2026-07-01",
        "updated_since=2023-02-30T00:00:00Z",
        "q=%00",
    ] {
        let reply = alpha.get(&format!("{PATH}?{query}")).await;
        assert_error(&reply, 400, "invalid_query");
        assert_eq!(reply.body["message"], "유효하지 않은 query입니다.");
        let name = query.split('=').next().unwrap();
        assert!(reply.body["errors"][name].is_string(), "{query}: {}", reply.text());
    }
    let long = alpha.get(&format!("{PATH}?q={}&city={}&page=0", "x".repeat(101), "y".repeat(101))).await;
    assert_eq!(long.body["errors"].as_object().unwrap().len(), 3, "all at once: {}", long.text());
}

async fn the_same_list_need_not_be_sent_twice(app: App) {
    let alpha = app.channel("alpha");
    let first = alpha.get(PATH).await;
    let tag = first.header("etag").unwrap();
    let again = alpha.with_header("if-none-match", tag).get(PATH).await;
    assert_eq!((again.status, again.bytes.len()), (304, 0));
    assert_eq!(again.header("etag"), Some(tag));
    assert_eq!(alpha.with_header("if-none-match", "\"other\"").get(PATH).await.status, 200);

    let change_of = ProductChange { category: Some("Activity".to_owned()), ..ProductChange::default() };
    change(&app, &app.world().paris, change_of).await;
    let changed = alpha.with_header("if-none-match", tag).get(PATH).await;
    assert_eq!(changed.status, 200);
    assert_eq!(changed.body["products"][2]["category"], "Activity");
    assert_eq!(changed.body["products"][2]["version"], 2);
}
