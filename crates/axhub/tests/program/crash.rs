//! kill -9 in the middle of a load of orders: what was answered exists, whole, and stock equals the tickets.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axhub_store::Mode;
use axhub_testkit::Engine;
use reqwest::StatusCode;
use rstest::rstest;
use serde_json::Value;

use crate::process::{Demo, empty};
use crate::shop::Shop;

/// The channel's own orders, by its code.
pub async fn orders_by_code(shop: &Shop) -> HashMap<String, Value> {
    let mut orders = HashMap::new();
    for page in 1.. {
        let list = shop.get(&format!("/v1/channel/orders/tour?page_size=200&page={page}")).await;
        let items = list["data"].as_array().expect("data");
        if items.is_empty() {
            break;
        }
        for item in items {
            orders.insert(item["channel_order_code"].as_str().expect("a code").to_owned(), item.clone());
        }
    }
    orders
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answered_order_survives_a_kill(#[case] engine: Engine) {
    const CLIENTS: usize = 16;
    let database = empty(engine).await;
    let demo = Demo::start(&database);
    let shop = Arc::new(Shop::open(&demo.base_url, demo.key("channels", 0), "instant").await);
    let placed = Arc::new(AtomicUsize::new(0));
    let clients: Vec<_> = (0..CLIENTS)
        .map(|client| {
            let (shop, placed) = (Arc::clone(&shop), Arc::clone(&placed));
            tokio::spawn(async move {
                let mut answered = Vec::new();
                for n in 0.. {
                    let order = shop.order(&format!("K-{client}-{n}"), &shop.rows()[(client * 5 + n) % shop.rows().len()], 2);
                    match shop.try_place(&order).await {
                        Some((StatusCode::CREATED, answer)) => answered.push((order, answer)),
                        Some((status, answer)) => assert_eq!(status, StatusCode::CONFLICT, "{answer}"),
                        None => break,
                    }
                    placed.fetch_add(1, Ordering::Relaxed);
                }
                answered
            })
        })
        .collect();
    while placed.load(Ordering::Relaxed) < 150 {
        tokio::task::yield_now().await;
    }
    demo.kill();
    let mut answered = Vec::new();
    for client in clients {
        answered.extend(client.await.expect("the client ends"));
    }
    assert!(answered.len() >= 50, "too few orders to prove anything: {}", answered.len());

    let again = Demo::start(&database);
    let shop = Shop::open(&again.base_url, again.key("channels", 0), "instant").await;
    let orders = orders_by_code(&shop).await;
    for (order, answer) in &answered {
        let code = order["order"]["channel_order_code"].as_str().expect("a code");
        let stored = orders.get(code).unwrap_or_else(|| panic!("{code} was answered and is lost"));
        assert_eq!(stored["ax_order_code"], answer["options"][0]["ax_order_code"]);
        assert_eq!(stored["tickets"].as_array().map(Vec::len), Some(2), "{code} is not whole: {stored}");
        let (status, repeated) = shop.place(order).await;
        assert_eq!((status, &repeated), (StatusCode::OK, answer), "{code} repeated is not the first answer");
    }
    let mismatches = database.database().run("test.mismatches", Mode::Read, (), |s, ()| Box::pin(axhub_store::stock::mismatches(s)));
    assert_eq!(mismatches.await.expect("the database answers"), vec![], "stock is not what the tickets say");
}
