//! Personal data.

use axhub_domain::order::Person;
use axhub_store::travelers::{self, Role};
use axhub_store::{Error, Result};
use axhub_testkit::{Engine, person};
use rstest::rstest;
use serde_json::json;
use uuid::Uuid;

use crate::fixture::{Fixture, TestOrder, id};

#[rstest]
#[tokio::test]
async fn come_back_with_their_roles_ticket_by_ticket(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    let mut order = TestOrder::new(100, "A-1", &[(fixture.adult, 0, 2), (fixture.van, 0, 1)]);
    let lee = &mut order.order.representative;
    lee.name = "이 \"O'Neil\" 🙂".to_owned();
    lee.additional.insert("passport_id".to_owned(), json!("M123"));
    let exact: serde_json::Value = serde_json::from_str("[1.10, 12345678901234567890.5, null, {\"깊이\": []}]").unwrap();
    lee.extra.insert("anything".to_owned(), exact);
    let expected_lee = lee.clone();
    fixture.place(vec![order, TestOrder::new(200, "A-2", &[(fixture.adult, 0, 1)])]).await.unwrap();

    let people = async |supplier: u128, order: u128| {
        let found: Result<Vec<(Role, Person)>> = tx!(fixture.db(), Read, |s| travelers::of_supplier(s, id(supplier), id(order)).await);
        found.unwrap()
    };
    let found = people(1, 110).await;
    let roles: Vec<(Role, &str)> = found.iter().map(|(role, person)| (*role, person.name.as_str())).collect();
    let expected = [
        (Role::Purchaser, "Kim Purchaser"),
        (Role::Representative, "이 \"O'Neil\" 🙂"),
        (Role::Traveler(id(111)), "Traveler 1"),
        (Role::Traveler(id(112)), "Traveler 2"),
    ];
    assert_eq!(roles, expected);
    let of_van: Vec<Role> = people(1, 120).await.into_iter().map(|(role, _)| role).collect();
    assert_eq!(of_van, [Role::Purchaser, Role::Representative, Role::Traveler(id(121))], "those of its own tickets");
    assert_eq!(people(2, 110).await.len(), 0, "it is not hanok's");
    let lee = &found[1].1;
    assert_eq!((&lee.national_code, &lee.phone, &lee.email), (&expected_lee.national_code, &expected_lee.phone, &expected_lee.email));
    assert_eq!((&lee.additional, &lee.extra), (&expected_lee.additional, &expected_lee.extra));
}

#[rstest]
#[tokio::test]
async fn belong_to_an_order_and_a_ticket_has_one(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::with_order(engine).await;
    let added: Result<()> = tx!(fixture.db(), Write, |s| {
        travelers::insert(s, &[]).await?;
        travelers::insert(s, &[(Uuid::from_u128(900), id(404), Role::Purchaser, &person("Nobody"))]).await
    });
    assert!(matches!(added, Err(Error::Constraint(_))), "{added:?}");
    let second: Result<()> = tx!(fixture.db(), Write, |s| {
        travelers::insert(s, &[(Uuid::from_u128(900), id(100), Role::Traveler(id(111)), &person("Second"))]).await
    });
    assert!(matches!(second, Err(Error::Constraint(_))), "{second:?}");
}
