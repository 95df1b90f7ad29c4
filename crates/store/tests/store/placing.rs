//! Storing batches of orders.

use axhub_domain::ids::ChannelOrderId;
use axhub_domain::money::{Currency, Money};
use axhub_domain::pricing::MarkUp;
use axhub_domain::sale::SaleFacts;
use axhub_domain::state::OrderStatus;
use axhub_store::engine::Row;
use axhub_store::placing::{self, FirstAnswer, FirstLine, KnownOrder};
use axhub_store::{Error, Result, orders};
use axhub_testkit::Engine;
use jiff::civil::Date;
use rstest::rstest;

use crate::fixture::{DAYS, Fixture, TestOrder, id, later, money, nine};

async fn first_answers(fixture: &Fixture, orders: Vec<ChannelOrderId>) -> Vec<FirstAnswer> {
    let found: Result<Vec<FirstAnswer>> = tx!(fixture.db(), Write, orders, |s, orders| placing::first_answers(s, orders).await);
    found.unwrap()
}

#[rstest]
#[tokio::test]
async fn orders_are_known_by_channel_and_code(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::with_order(engine).await;
    let known = |codes: Vec<(u128, &'static str)>| {
        let db = fixture.db().clone();
        async move {
            let found: Result<Vec<KnownOrder>> = tx!(db, Write, codes, |s, codes| {
                let codes: Vec<_> = codes.iter().map(|(channel, code)| (id(*channel), *code)).collect();
                placing::known(s, &codes).await
            });
            found.unwrap()
        }
    };
    assert_eq!(known(vec![]).await, []);
    assert_eq!(known(vec![(12, "A-1"), (11, "a-1"), (11, "A-2"), (11, "")]).await, []);
    let fingerprint = TestOrder::new(100, "A-1", &[(id(31), 0, 2)]).fingerprint;
    let expected =
        KnownOrder { id: id(100), channel: id(11), channel_order_code: "A-1".to_owned(), fingerprint, dialect: "current".to_owned() };
    assert_eq!(known(vec![(11, "A-2"), (11, "A-1")]).await, [expected]);
}

#[rstest]
#[tokio::test]
async fn a_batch_is_stored_whole_and_answers_again_as_it_was_placed(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    let batch = vec![
        TestOrder::new(100, "A-1", &[(fixture.van, 1, 2), (fixture.adult, 0, 3)]),
        TestOrder::new(200, "주문-2", &[(fixture.child, 2, 1)]),
    ];
    fixture.place(batch).await.unwrap();
    // Later states do not change what was answered first.
    let changed: Result<u64> = tx!(fixture.db(), Write, |s| s.execute("UPDATE orders SET status = 5", &[]).await);
    assert_eq!(changed.unwrap(), 3);

    let line = |order: u128, option: u128, stock: u128, day: usize, tickets: &[u128]| FirstLine {
        id: id(order),
        option: id(option),
        stock: id(stock),
        inventory_at: nine(day),
        date: DAYS[day],
        placed_status: OrderStatus::SupplierConfirm,
        tickets: tickets.iter().map(|n| id(*n)).collect(),
    };
    let first =
        FirstAnswer { channel_order: id(100), lines: vec![line(110, 33, 55, 1, &[111, 112]), line(120, 31, 51, 0, &[121, 122, 123])] };
    let second = FirstAnswer { channel_order: id(200), lines: vec![line(210, 32, 53, 2, &[211])] };
    let mut found = first_answers(&fixture, vec![id(200), id(100), id(404)]).await;
    found.sort_by_key(|answer| answer.channel_order);
    assert_eq!(found, [first, second]);
    assert_eq!(first_answers(&fixture, vec![]).await, []);
}

#[rstest]
#[tokio::test]
async fn an_order_that_is_stored_already_undoes_the_batch_and_asks_for_another_try(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
) {
    let fixture = Fixture::with_order(engine).await;
    let batch = vec![TestOrder::new(300, "A-3", &[(fixture.adult, 0, 1)]), TestOrder::new(200, "A-1", &[(fixture.adult, 0, 1)])];
    let stored = fixture.place(batch).await;
    assert!(matches!(stored, Err(Error::Contended(_))), "{stored:?}");
    assert_eq!(first_answers(&fixture, vec![id(100), id(200), id(300)]).await.len(), 1);
    axhub_testkit::assert_stock_is_sound(fixture.db()).await;
}

#[rstest]
#[tokio::test]
async fn the_largest_order_can_be_stored(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    let roomier: Result<u64> = tx!(fixture.db(), Write, |s| s.execute("UPDATE stock SET max_quantity = 1000000", &[]).await);
    assert_eq!(roomier.unwrap(), 6);
    let order = TestOrder::new(1_000_000, "huge", &[(fixture.adult, 0, axhub_domain::order::MAX_QUANTITY)]).at(later(3));
    fixture.place(vec![order]).await.unwrap();
    let tickets = first_answers(&fixture, vec![id(1_000_000)]).await[0].lines[0].tickets.len();
    assert_eq!(tickets, 1000);
    let found: Result<Option<orders::Order>> = tx!(fixture.db(), Read, |s| orders::of_supplier(s, id(1), id(1_000_010)).await);
    let found = found.unwrap().unwrap();
    assert_eq!((found.tickets.len(), found.created_at), (1000, later(3)));
    axhub_testkit::assert_stock_is_sound(fixture.db()).await;
}

#[rstest]
#[tokio::test]
async fn an_order_keeps_what_it_was_sold_at_and_until_when_it_is_used(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    let rate = "0.0009090909090909090909090909";
    let sale = SaleFacts { net: Some((money("75"), Currency::Usd)), mark_up: Some(MarkUp(120_000)), rate: rate.parse().ok() };
    let known = TestOrder::new(100, "A-1", &[(fixture.adult, 1, 1), (fixture.van, 0, 1)]).sold_at(sale);
    fixture.place(vec![known, TestOrder::new(200, "A-2", &[(fixture.adult, 0, 1)])]).await.unwrap();
    type Kept = (Option<Money>, Option<Currency>, Option<MarkUp>, Option<String>, Date);
    let kept: Result<Vec<Kept>> = tx!(fixture.db(), Read, |s| {
        let sql = "SELECT o.unit_net, o.net_currency, o.mark_up, o.rate, co.last_use
            FROM orders o JOIN channel_orders co ON co.id = o.channel_order_id ORDER BY co.id, o.position";
        let row = |row: &Row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?));
        s.query(sql, &[]).await?.iter().map(row).collect()
    });
    let of_the_first = (Some(money("75")), Some(Currency::Usd), Some(MarkUp(120_000)), Some(rate.to_owned()), DAYS[1]);
    assert_eq!(kept.unwrap(), [of_the_first.clone(), of_the_first, (None, None, None, None, DAYS[0])]);
}
