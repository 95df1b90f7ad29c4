//! Whose a code is.

use axhub_store::search::{self, Found, FoundKind};
use axhub_store::{Result, params};
use axhub_testkit::Engine;
use rstest::rstest;
use uuid::Uuid;

use crate::fixture::Fixture;

async fn by_id(fixture: &Fixture, id: Uuid) -> Vec<Found> {
    let found: Result<Vec<Found>> = tx!(fixture.db(), Snapshot, |s| search::by_id(s, id).await);
    found.unwrap()
}

async fn by_code(fixture: &Fixture, code: &'static str) -> Vec<Found> {
    let found: Result<Vec<Found>> = tx!(fixture.db(), Snapshot, |s| search::by_code(s, code).await);
    found.unwrap()
}

fn of(found: &Found) -> (FoundKind, &'static str, Option<&str>, Option<&str>) {
    (found.kind, found.by, found.supplier_code.as_deref(), found.channel_code.as_deref())
}

const OF_BOTH: (Option<&str>, Option<&str>) = (Some("lumiere"), Some("alpha"));

#[rstest]
#[tokio::test]
async fn every_id_says_what_it_is(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::with_order(engine).await;
    let rows: Result<(Uuid, Uuid)> = tx!(fixture.db(), Read, |s| {
        let order = s.query_one("SELECT id FROM orders", &[]).await?.get(0)?;
        Ok((order, s.query("SELECT id FROM tickets ORDER BY position", &[]).await?[0].get(0)?))
    });
    let (order, ticket) = rows.unwrap();
    let kinds = [
        (Uuid::from_u128(21), FoundKind::Product, "product_code", (Some("lumiere"), None)),
        (Uuid::from_u128(32), FoundKind::Option, "option_code", (Some("lumiere"), None)),
        (Uuid::from_u128(51), FoundKind::Inventory, "inventory_code", (Some("lumiere"), None)),
        (Uuid::from_u128(61), FoundKind::Registration, "channel_product_mapping_code", OF_BOTH),
        (order, FoundKind::Order, "ax_order_code", OF_BOTH),
        (ticket, FoundKind::Ticket, "ax_ticket_code", OF_BOTH),
    ];
    for (id, kind, by, (supplier, channel)) in kinds {
        let found = by_id(&fixture, id).await;
        assert_eq!(found.iter().map(of).collect::<Vec<_>>(), [(kind, by, supplier, channel)]);
        assert_eq!((found[0].code.clone(), found[0].product), (id.to_string(), Some(fixture.product)));
        let is_of_an_order = matches!(kind, FoundKind::Order | FoundKind::Ticket);
        assert_eq!(found[0].order, is_of_an_order.then_some(order.into()), "{kind:?}");
    }
    assert_eq!(by_id(&fixture, Uuid::from_u128(404)).await, []);
}

#[rstest]
#[tokio::test]
async fn a_channels_own_codes_are_found_too(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::with_order(engine).await;
    let named: Result<u64> = tx!(fixture.db(), Write, |s| {
        let sql = "UPDATE tickets SET channel_ticket_code = $1 WHERE position = 1";
        s.execute(sql, &params!["T-2"]).await
    });
    assert_eq!(named.unwrap(), 1);
    let order = by_code(&fixture, "A-1").await;
    assert_eq!(order.iter().map(of).collect::<Vec<_>>(), [(FoundKind::Order, "channel_order_code", OF_BOTH.0, OF_BOTH.1)]);
    let ticket = by_code(&fixture, "T-2").await;
    assert_eq!(ticket.iter().map(of).collect::<Vec<_>>(), [(FoundKind::Ticket, "channel_ticket_code", OF_BOTH.0, OF_BOTH.1)]);
    assert_eq!(ticket[0].order, order[0].order);
    let channel = by_code(&fixture, "beta").await;
    assert_eq!(channel.iter().map(of).collect::<Vec<_>>(), [(FoundKind::Channel, "channel_code", None, Some("beta"))]);
    let supplier = by_code(&fixture, "hanok").await;
    assert_eq!(supplier.iter().map(of).collect::<Vec<_>>(), [(FoundKind::Supplier, "supplier_code", Some("hanok"), None)]);
    for nothing in ["A-", "a-1", "A-1 ", "%", "_", "", "'"] {
        assert_eq!(by_code(&fixture, nothing).await, [], "{nothing}");
    }
}

#[rstest]
#[tokio::test]
async fn keys_are_found_by_the_beginning_of_their_prefix(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    async fn keys(fixture: &Fixture, beginning: &'static str) -> Vec<String> {
        let found: Result<Vec<Found>> = tx!(fixture.db(), Snapshot, |s| search::keys(s, beginning).await);
        found.unwrap().into_iter().map(|found| found.code).collect()
    }
    assert_eq!(keys(&fixture, "axh_c_").await, ["axh_c_alpha", "axh_c_beta"]);
    assert_eq!(keys(&fixture, "axh_c_al").await, ["axh_c_alpha"]);
    for nothing in ["axh_c%", "axh%c_alpha", "axhxc_alpha", "axh_c_alphabet"] {
        assert_eq!(keys(&fixture, nothing).await, Vec::<String>::new(), "{nothing}");
    }
}
