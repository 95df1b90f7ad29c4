//! The supplier simulator of the test environment.

use axhub::simulator::look;
use axhub_testkit::{App, Engine, OrderBuilder};
use rstest::rstest;

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn answers_orders_of_manual_products(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let alpha = app.channel("alpha");
    let seoul = &app.world().seoul;
    let mapping = app.register("alpha", seoul).await;
    let mut orders = Vec::new();
    for (code, comment) in [("S-1", "창가 자리 부탁드려요"), ("S-2", "please REJECT this one")] {
        let mut order = OrderBuilder::new(code).line(mapping, seoul.option(0), seoul.at("2026-07-03", "10:00"), 1).json();
        order["order"]["comment"] = comment.into();
        let reply = alpha.post("/v1/channel/orders/tour", &order).await;
        assert_eq!(reply.status, 201, "{}", reply.body);
        orders.push(reply.body["options"][0]["ax_order_code"].as_str().expect("a code").to_owned());
    }
    let states = async || {
        let mut states = Vec::new();
        for order in &orders {
            let reply = alpha.get(&format!("/v1/channel/orders/tour/{order}")).await;
            states.push(reply.body["data"][0]["ax_order_status"].as_str().expect("a state").to_owned());
        }
        states
    };
    assert_eq!(states().await, ["New", "New"]);
    assert_eq!(look(app.hub()).await.expect("the database answers"), 2);
    assert_eq!(states().await, ["Supplier pending", "Supplier pending"]);
    assert_eq!(look(app.hub()).await.expect("the database answers"), 2);
    assert_eq!(states().await, ["Supplier confirm", "Supplier reject"]);
    assert_eq!(look(app.hub()).await.expect("the database answers"), 0);
    app.assert_stock_is_sound().await;
}
