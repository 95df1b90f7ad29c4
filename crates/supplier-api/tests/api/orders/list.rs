//! The list of orders and its filters.

use axhub_testkit::{App, Engine, OrderBuilder};
use jiff::SignedDuration;
use rstest::rstest;
use serde_json::json;

use crate::support::{NOBODYS, Placed, assert_wrong_query, each, place, place_built, redacted};

/// Orders of hanok, each placed a minute after the last.
struct Orders {
    app: App,
    /// `북촌` on the 5th, the 6th and the 7th; then the museum on the 6th.
    placed: Vec<Placed>,
}

async fn orders(engine: Engine) -> Orders {
    let app = App::start(engine).await;
    let (seoul, museum) = (app.world().seoul.clone(), app.world().museum.clone());
    let wanted = [(&seoul, "2026-07-05 10:00"), (&seoul, "2026-07-06 10:00"), (&seoul, "2026-07-07 10:00"), (&museum, "2026-07-06")];
    let mut placed = Vec::new();
    for (at, (product, when)) in wanted.into_iter().enumerate() {
        app.clock().advance(SignedDuration::from_mins(1));
        placed.push(place(&app, &format!("A-{at}"), product, 0, when, 1).await);
    }
    Orders { app, placed }
}

impl Orders {
    /// Which of the orders are in the list, by their places.
    async fn found(&self, query: &str) -> Vec<usize> {
        let reply = self.app.supplier("hanok").get(&format!("/v1/supplier/orders?{query}")).await;
        assert_eq!(reply.status, 200, "{query}: {}", reply.body);
        let codes = each(&reply.body["orders"], "ax_order_code");
        codes.iter().map(|code| self.placed.iter().position(|placed| placed.order == *code).unwrap()).collect()
    }
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn filters_by_what_is_asked(#[case] engine: Engine) {
    let orders = orders(engine).await;
    let hanok = orders.app.supplier("hanok");
    orders.app.clock().advance(SignedDuration::from_mins(1));
    let changed_at = "2026-07-01T03:05:00Z";
    assert_eq!(hanok.post(&format!("{}/confirm", orders.placed[0].address()), &json!({})).await.status, 200);
    assert_eq!(hanok.post(&format!("{}/reject", orders.placed[1].address()), &json!({})).await.status, 200);

    let (seoul, museum, paris) = (orders.app.world().seoul.id, orders.app.world().museum.id, orders.app.world().paris.id);
    let cases: Vec<(String, Vec<usize>)> = vec![
        ("".to_owned(), vec![0, 1, 2, 3]),
        // The museum confirms at once.
        ("status=Supplier%20confirm".to_owned(), vec![0, 3]),
        ("status=Supplier+reject".to_owned(), vec![1]),
        ("status=New".to_owned(), vec![2]),
        ("status=3".to_owned(), vec![0, 3]),
        ("status=6".to_owned(), vec![]),
        ("status=".to_owned(), vec![0, 1, 2, 3]),
        ("date_from=2026-07-06".to_owned(), vec![1, 2, 3]),
        ("date_to=2026-07-06".to_owned(), vec![0, 1, 3]),
        ("date_from=2026-07-06&date_to=2026-07-06".to_owned(), vec![1, 3]),
        ("date=2026-07-06".to_owned(), vec![1, 3]),
        ("date=2026-07-08".to_owned(), vec![]),
        (format!("date=2026-07-06&product_code={seoul}&status=4"), vec![1]),
        // All filters hold together.
        ("date=2026-07-06&date_from=2026-07-05&date_to=2026-07-06".to_owned(), vec![1, 3]),
        ("date=2026-07-06&date_from=2026-07-07".to_owned(), vec![]),
        ("date=2026-07-06&date_to=2026-07-05".to_owned(), vec![]),
        (format!("product_code={seoul}"), vec![0, 1, 2]),
        (format!("product_code={museum}"), vec![3]),
        (format!("product_code={museum}&status=New"), vec![]),
        (format!("updated_since={changed_at}"), vec![0, 1]),
        ("updated_since=2026-07-01T12:05:00%2B09:00".to_owned(), vec![0, 1]),
        ("updated_since=2026-07-01+03:05".to_owned(), vec![0, 1]),
        ("updated_since=2026-07-01T03:05:00.001Z".to_owned(), vec![]),
        // Another's product, an unknown one and a code that is none: nobody can tell them apart.
        (format!("product_code={paris}"), vec![]),
        (format!("product_code={NOBODYS}"), vec![]),
        ("product_code=7".to_owned(), vec![]),
        ("page=2&page_size=3".to_owned(), vec![3]),
        ("page=9".to_owned(), vec![]),
    ];
    for (query, expected) in cases {
        assert_eq!(orders.found(&query).await, expected, "{query}");
    }
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn tells_totals_and_neighbours(#[case] engine: Engine) {
    let orders = orders(engine).await;
    let reply = orders.app.supplier("hanok").get("/v1/supplier/orders?status=New&page=2&page_size=1").await;
    assert_eq!(reply.header("x-total-count"), Some("3"));
    let link = |page: u32, rel: &str| format!("</v1/supplier/orders?status=New&page={page}&page_size=1>; rel=\"{rel}\"");
    let links = [link(1, "first"), link(1, "prev"), link(3, "next"), link(3, "last")].join(", ");
    assert_eq!(reply.header("link"), Some(links.as_str()));
}

#[rstest]
#[case::status("status=Sold", "status")]
#[case::digit("status=7", "status")]
#[case::lower_case("status=new", "status")]
#[case::date("date=2026-7-6", "date")]
#[case::date_from("date_from=2026-02-30", "date_from")]
#[case::date_to("date_to=tomorrow", "date_to")]
#[case::backwards("date_from=2026-07-02&date_to=2026-07-01", "date_to")]
#[case::since("updated_since=2026-07-01", "updated_since")]
#[case::page("page=0", "page")]
#[case::page_text("page=one", "page")]
#[case::page_size("page_size=201", "page_size")]
#[case::nul("status=%00", "status")]
#[tokio::test]
async fn a_wrong_query_is_refused(#[case] query: &str, #[case] parameter: &str) {
    let app = App::start(Engine::Sqlite).await;
    assert_wrong_query(&app, &format!("/v1/supplier/orders?{query}"), parameter).await;
}

#[tokio::test]
async fn all_wrong_parameters_are_named_at_once() {
    let app = App::start(Engine::Sqlite).await;
    let query = "status=9&date_from=x&date_to=y&updated_since=z&page=-1&page_size=0";
    let reply = app.supplier("hanok").in_english().get(&format!("/v1/supplier/orders?{query}")).await;
    insta::assert_snapshot!("orders_wrong_query", redacted(&reply.body));
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn an_order_of_two_suppliers_shows_each_its_part(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let (seoul, paris) = (app.world().seoul.clone(), app.world().paris.clone());
    let (of_seoul, of_paris) = (app.register("alpha", &seoul).await, app.register("alpha", &paris).await);
    let order = OrderBuilder::new("A-1").line(of_seoul, seoul.option(0), seoul.at("2026-07-05", "10:00"), 1).line(
        of_paris,
        paris.option(0),
        paris.at("2026-07-06", "09:00"),
        2,
    );
    let placed = place_built(&app, seoul.kind, order).await;

    for (supplier, own, tickets) in [("hanok", &placed[0], 1), ("lumiere", &placed[1], 2)] {
        let all = app.supplier(supplier).get("/v1/supplier/orders").await;
        assert_eq!(each(&all.body["orders"], "ax_order_code"), vec![own.order.as_str()]);
        let one = crate::support::read(&app, supplier, own).await;
        assert_eq!(each(&one["travelers"], "ax_ticket_code"), own.tickets);
        assert_eq!(own.tickets.len(), tickets);
        assert!(one.get("channel_order_status").is_none(), "it tells of the other's part");
    }
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn has_this_shape(#[case] engine: Engine) {
    let orders = orders(engine).await;
    let reply = orders.app.supplier("hanok").get("/v1/supplier/orders?page=2&page_size=2").await;
    insta::assert_snapshot!("orders_list", redacted(&reply.body));
}
