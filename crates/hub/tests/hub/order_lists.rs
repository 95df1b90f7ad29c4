//! Pages of orders.

use axhub_domain::ids::OrderId;
use axhub_hub::fulfilment::{Filter, orders_of_channel};
use axhub_hub::{Page, Result};
use axhub_testkit::{Engine, OrderBuilder};
use rstest::rstest;

use crate::stage::Stage;

#[rstest]
#[tokio::test]
async fn of_one_batch_stand_as_they_were_placed(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let seoul = &stage.world.seoul;
    let of_seoul = stage.register("alpha", seoul).await;
    let order = |n: u32| {
        let lines = ["2026-07-05", "2026-07-03", "2026-07-04"].map(|day| (seoul.option(n as usize % 2), seoul.at(day, "10:00")));
        lines.iter().fold(OrderBuilder::new(&format!("A-{n}")), |order, (option, at)| order.line(of_seoul, *option, *at, 1))
    };
    let orders: Vec<OrderBuilder> = [3, 1, 4, 2].map(order).to_vec();
    let placed = stage.place_together(&orders).await.into_iter().map(Result::unwrap);
    let placed: Vec<OrderId> = placed.flat_map(|answer| answer.lines.into_iter().map(|line| line.order)).collect();

    let mut listed = Vec::new();
    for number in 1..=4 {
        let (filter, page) = (Filter { kind: Some(seoul.kind), ..Filter::default() }, Page { number, size: 4 });
        let found = orders_of_channel(&stage.hub, stage.world.channel("alpha").id, filter, page).await.unwrap();
        assert_eq!(found.total, 12);
        assert!(found.items.iter().all(|order| order.created_at == found.items[0].created_at));
        listed.extend(found.items.iter().map(|order| order.id));
    }
    assert_eq!(listed, placed);
}
