//! 64 clients fight for 100 seats over HTTP.

use std::sync::Arc;

use axhub_store::Mode;
use axhub_testkit::Engine;
use reqwest::{Client, StatusCode};
use rstest::rstest;
use serde_json::json;

use crate::process::{Demo, empty};
use crate::shop::Shop;

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_seats_are_sold_a_hundred_times(#[case] engine: Engine) {
    const CLIENTS: usize = 64;
    const ORDERS_EACH: usize = 3;
    let database = empty(engine).await;
    let demo = Demo::start(&database);
    let shop = Arc::new(Shop::open(&demo.base_url, demo.key("channels", 0), "instant").await);
    let row = shop.rows()[0].clone();
    give_seats(&demo, &shop, &row, 100).await;

    let clients: Vec<_> = (0..CLIENTS)
        .map(|client| {
            let (shop, row) = (Arc::clone(&shop), row.clone());
            tokio::spawn(async move {
                let mut answers = Vec::new();
                for n in 0..ORDERS_EACH {
                    answers.push(shop.place(&shop.order(&format!("F-{client}-{n}"), &row, 1)).await);
                }
                answers
            })
        })
        .collect();
    let (mut sold, mut refused) = (0, 0);
    for client in clients {
        for (status, answer) in client.await.expect("the client ends") {
            match status {
                StatusCode::CREATED => sold += 1,
                StatusCode::CONFLICT => {
                    assert_eq!((&answer["code"], &answer["remain_quantity"]), (&json!("sold_out"), &json!(0)), "{answer}");
                    refused += 1;
                }
                status => panic!("{status}: {answer}"),
            }
        }
    }
    assert_eq!((sold, refused), (100, CLIENTS * ORDERS_EACH - 100));

    let mismatches = database.database().run("test.mismatches", Mode::Read, (), |s, ()| Box::pin(axhub_store::stock::mismatches(s)));
    assert_eq!(mismatches.await.expect("the database answers"), vec![], "stock is not what the tickets say");
}

/// Lets the supplier put so many seats on the row.
async fn give_seats(demo: &Demo, shop: &Shop, row: &serde_json::Value, seats: u32) {
    let rule = json!({
        "from": row["date"], "to": row["date"], "start_times": [row["start_time"]], "max_quantity": seats, "min_quantity": 0, "on_sale": true,
    });
    let suppliers = demo.ready["suppliers"].as_array().expect("suppliers").len();
    for n in 0..suppliers {
        let request = Client::new()
            .put(format!("{}/v1/supplier/options/{}/stock", demo.base_url, shop.option()))
            .header("Authorization", format!("Token {}", demo.key("suppliers", n)));
        match request.json(&rule).send().await.expect("an answer").status() {
            StatusCode::OK => return,
            StatusCode::NOT_FOUND => {}
            status => panic!("{status}"),
        }
    }
    panic!("the option has no supplier");
}
