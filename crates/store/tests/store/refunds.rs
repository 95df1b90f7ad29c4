//! Refunds.

use axhub_domain::money::Currency;
use axhub_domain::refund::{RefundByPolicy, RefundPolicy, RefundReport};
use axhub_store::refunds::{self, Refund};
use axhub_store::{Error, Result};
use axhub_testkit::Engine;
use rstest::rstest;
use serde_json::json;

use crate::fixture::{Fixture, id, later, money};

fn refund(ticket: u128, amount: &str) -> Refund {
    let policy = json!({ "0": "1", "50": "3", "100": "7" });
    let policy = RefundPolicy::read(policy.as_object().unwrap()).unwrap();
    Refund {
        ticket: id(ticket),
        order: id(110),
        report: RefundReport { amount: money(amount), canceled_at: later(1), refunded_at: later(2), policy },
        currency: Currency::Usd,
        by_policy: Some(RefundByPolicy { days_before: -3, percent: 50, amount: money("40"), differs: true }),
        created_at: later(3),
    }
}

#[rstest]
#[tokio::test]
async fn are_one_for_a_ticket_and_come_back_ticket_by_ticket(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::with_order(engine).await;
    let stored: Result<([bool; 3], Vec<Refund>)> = tx!(fixture.db(), Write, |s| {
        let are_new = [
            refunds::insert(s, &refund(112, "80")).await?,
            refunds::insert(s, &refund(111, "0.00001")).await?,
            refunds::insert(s, &refund(112, "79")).await?,
        ];
        Ok((are_new, refunds::of_order(s, id(110)).await?))
    });
    assert_eq!(stored.unwrap(), ([true, true, false], vec![refund(111, "0.00001"), refund(112, "80")]));
    let none: Result<Vec<Refund>> = tx!(fixture.db(), Read, |s| refunds::of_order(s, id(404)).await);
    assert_eq!(none.unwrap(), []);
}

#[rstest]
#[tokio::test]
async fn of_what_has_no_date_yield_nothing(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::with_order(engine).await;
    let undated = || Refund { by_policy: None, ..refund(112, "80") };
    let stored: Result<Vec<Refund>> = tx!(fixture.db(), Write, undated(), |s, undated| {
        assert!(refunds::insert(s, undated).await?);
        refunds::of_order(s, id(110)).await
    });
    assert_eq!(stored.unwrap(), [undated()]);
    for sql in ["UPDATE refunds SET days_before = 1", "UPDATE refunds SET differs = TRUE", "UPDATE refunds SET policy_amount = 0"] {
        let half: Result<u64> = tx!(fixture.db(), Write, |s| s.execute(sql, &[]).await);
        assert!(matches!(half, Err(Error::Constraint(_))), "{sql}: {half:?}");
    }
}

#[rstest]
#[tokio::test]
async fn of_no_ticket_cannot_be_stored(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::with_order(engine).await;
    let stored: Result<bool> = tx!(fixture.db(), Write, |s| refunds::insert(s, &refund(404, "1")).await);
    assert!(matches!(stored, Err(Error::Constraint(_))), "{stored:?}");
}
