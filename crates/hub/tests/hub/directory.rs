//! Suppliers and channels as operators keep them.

use axhub_domain::refusal::Conflict;
use axhub_hub::audit::{self, AuditFilter, Entry};
use axhub_hub::directory::{
    ChannelChange, NewChannel, NewSupplier, RateLimits, SupplierChange, change_channel, change_supplier, channel, create_channel,
    create_supplier, list_channels, list_suppliers, supplier,
};
use axhub_hub::{ByOperator, Hub, Page};
use axhub_testkit::Engine;
use rstest::rstest;
use serde_json::json;

use crate::stage::{Stage, conflict, fault_codes, is_not_found};

const ALL: Page = Page { number: 1, size: 200 };

pub fn olivia() -> ByOperator {
    ByOperator::command_line("olivia")
}

/// What the audit log says of operators, oldest first.
pub async fn noted(hub: &Hub) -> Vec<Entry> {
    let filter = AuditFilter { actor_kind: Some("operator".to_owned()), ..AuditFilter::default() };
    let mut entries = audit::list(hub, filter, ALL).await.unwrap().items;
    entries.reverse();
    entries
}

/// Action, object and details of each entry.
pub async fn actions(hub: &Hub) -> Vec<(String, String, serde_json::Value)> {
    noted(hub).await.into_iter().map(|entry| (entry.action, entry.object_code, entry.details)).collect()
}

fn new_supplier(code: &str) -> NewSupplier {
    NewSupplier { code: code.to_owned(), name: "Élan".to_owned(), notes: "calls back".to_owned() }
}

fn new_channel(code: &str) -> NewChannel {
    let limits = RateLimits { reads_per_minute: Some(60), orders_per_minute: None };
    NewChannel { code: code.to_owned(), name: "가마".to_owned(), time_zone: "Asia/Tokyo".to_owned(), notes: String::new(), limits }
}

#[rstest]
#[tokio::test]
async fn a_supplier_is_added_once_and_changed(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let hub = &stage.hub;
    let made = create_supplier(hub, olivia(), new_supplier("elan")).await.unwrap();
    assert_eq!(supplier(hub, "elan").await.unwrap(), made);
    assert_eq!(conflict(create_supplier(hub, olivia(), new_supplier("elan")).await), Conflict::CodeTaken);

    let rename = SupplierChange { name: Some("Elan Tours".to_owned()), notes: None };
    let changed = change_supplier(hub, olivia(), "elan", rename.clone()).await.unwrap();
    assert_eq!((changed.name.as_str(), changed.notes.as_str()), ("Elan Tours", "calls back"));
    assert_eq!(change_supplier(hub, olivia(), "elan", rename.clone()).await.unwrap(), changed, "nothing new");
    let forget = SupplierChange { name: None, notes: Some(String::new()) };
    assert_eq!(change_supplier(hub, olivia(), "elan", forget).await.unwrap().notes, "");
    assert!(is_not_found(&change_supplier(hub, olivia(), "nobody", rename).await));
    assert!(is_not_found(&supplier(hub, "nobody").await));

    assert_eq!(
        actions(hub).await,
        [
            ("supplier.create".to_owned(), "elan".to_owned(), json!({ "name": "Élan" })),
            ("supplier.change".to_owned(), "elan".to_owned(), json!({ "name": { "from": "Élan", "to": "Elan Tours" } })),
            ("supplier.change".to_owned(), "elan".to_owned(), json!({ "notes": "changed" })),
        ]
    );
    assert!(noted(hub).await.iter().all(|entry| entry.actor_name == "olivia"));
}

#[rstest]
#[tokio::test]
async fn a_channel_is_added_once_and_changed(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let hub = &stage.hub;
    let made = create_channel(hub, olivia(), new_channel("gamma")).await.unwrap();
    assert_eq!(channel(hub, "gamma").await.unwrap(), made);
    assert_eq!(conflict(create_channel(hub, olivia(), new_channel("gamma")).await), Conflict::CodeTaken);

    let change = ChannelChange {
        time_zone: Some("Asia/Seoul".to_owned()),
        reads_per_minute: Some(None),
        orders_per_minute: Some(Some(5)),
        ..ChannelChange::default()
    };
    let changed = change_channel(hub, olivia(), "gamma", change.clone()).await.unwrap();
    assert_eq!(changed.limits, RateLimits { reads_per_minute: None, orders_per_minute: Some(5) });
    assert_eq!((changed.name.as_str(), changed.time_zone.as_str()), ("가마", "Asia/Seoul"));
    assert_eq!(change_channel(hub, olivia(), "gamma", change.clone()).await.unwrap(), changed, "nothing new");
    assert!(is_not_found(&change_channel(hub, olivia(), "nobody", change).await));

    let noted = actions(hub).await;
    assert_eq!(noted.len(), 2);
    assert_eq!(
        noted[1].2,
        json!({
            "time_zone": { "from": "Asia/Tokyo", "to": "Asia/Seoul" },
            "reads_per_minute": { "from": 60, "to": null },
            "orders_per_minute": { "from": null, "to": 5 },
        })
    );
}

#[rstest]
#[tokio::test]
async fn what_is_wrong_is_told_at_once_and_changes_nothing(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let hub = &stage.hub;
    let supplier = NewSupplier { code: "No Code".to_owned(), name: " ".to_owned(), notes: "n".repeat(5001) };
    assert_eq!(fault_codes(create_supplier(hub, olivia(), supplier).await), ["not_a_code", "blank", "too_long"]);
    let limits = RateLimits { reads_per_minute: Some(0), orders_per_minute: Some(1_000_001) };
    let channel = NewChannel { time_zone: "Asia/Atlantis".to_owned(), name: "a\0".to_owned(), limits, ..new_channel("가") };
    let faults = fault_codes(create_channel(hub, olivia(), channel).await);
    assert_eq!(faults, ["not_a_code", "null_character", "not_a_time_zone", "too_small", "too_large"]);
    let change = ChannelChange { time_zone: Some("UTC+9".to_owned()), name: Some("x".repeat(256)), ..ChannelChange::default() };
    assert_eq!(fault_codes(change_channel(hub, olivia(), "alpha", change).await), ["too_long", "not_a_time_zone"]);
    assert_eq!(noted(hub).await, []);
}

#[rstest]
#[tokio::test]
async fn lists_are_searched_in_any_script(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let hub = &stage.hub;
    create_supplier(hub, olivia(), new_supplier("elan")).await.unwrap();
    create_channel(hub, olivia(), new_channel("gamma")).await.unwrap();
    let suppliers = async |q: Option<&str>, page| {
        let found = list_suppliers(hub, q.map(str::to_owned), page).await.unwrap();
        (found.items.into_iter().map(|supplier| supplier.code).collect::<Vec<_>>(), found.total)
    };
    let codes = |codes: &[&str]| codes.iter().map(|code| (*code).to_owned()).collect::<Vec<_>>();
    assert_eq!(suppliers(None, ALL).await, (codes(&["elan", "hanok", "lumiere"]), 3));
    assert_eq!(suppliers(None, Page { number: 2, size: 2 }).await, (codes(&["lumiere"]), 3));
    assert_eq!(suppliers(Some("éLAN"), ALL).await, (codes(&["elan"]), 1));
    assert_eq!(suppliers(Some("LUMIÈRE"), ALL).await, (codes(&["lumiere"]), 1));
    assert_eq!(suppliers(Some("한옥"), ALL).await, (codes(&["hanok"]), 1));
    assert_eq!(suppliers(Some("%"), ALL).await, (codes(&[]), 0));
    let channels = list_channels(hub, Some("가마".to_owned()), ALL).await.unwrap();
    assert_eq!(channels.items.iter().map(|channel| channel.code.as_str()).collect::<Vec<_>>(), ["gamma"]);
}
