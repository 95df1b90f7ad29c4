//! API keys.

use axhub_store::directory::RateLimits;
use axhub_store::keys::{self, KeyOwner, StoredKey};
use axhub_store::{Error, Result};
use axhub_testkit::Engine;
use rstest::rstest;

use crate::fixture::{Fixture, id, key, later, now};

async fn find(fixture: &Fixture, prefix: &'static str) -> Option<StoredKey> {
    let found: Result<_> = tx!(fixture.db(), Read, |s| keys::by_prefix(s, prefix).await);
    found.unwrap()
}

async fn add(fixture: &Fixture, key: StoredKey) {
    let added: Result<()> = tx!(fixture.db(), Write, key, |s, key| keys::upsert(s, key).await);
    added.unwrap();
}

#[rstest]
#[tokio::test]
async fn of_every_kind_come_back_with_their_owner(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    let supplier = key(90, "axh_s_one", KeyOwner::Supplier { id: id(1), code: "lumiere".to_owned() });
    let operator = StoredKey { expires_at: Some(later(1)), ..key(91, "axh_o_one", KeyOwner::Operator { name: "올리비아".to_owned() }) };
    add(&fixture, supplier.clone()).await;
    add(&fixture, operator.clone()).await;
    assert_eq!(find(&fixture, "axh_s_one").await, Some(supplier));
    assert_eq!(find(&fixture, "axh_o_one").await, Some(operator));
    assert_eq!(
        find(&fixture, "axh_c_alpha").await.map(|key| key.owner),
        Some(KeyOwner::Channel { id: id(11), code: "alpha".to_owned(), limits: RateLimits::default() })
    );
    assert_eq!(find(&fixture, "axh_c_alph").await, None);
}

#[rstest]
#[tokio::test]
async fn of_nobody_cannot_be_stored(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    let nobody = key(90, "axh_s_nobody", KeyOwner::Supplier { id: id(404), code: "nobody".to_owned() });
    let added: Result<()> = tx!(fixture.db(), Write, nobody, |s, key| keys::upsert(s, key).await);
    assert!(matches!(added, Err(Error::Constraint(_))), "{added:?}");
}

#[rstest]
#[tokio::test]
async fn are_listed_newest_first(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    let newest = StoredKey { created_at: later(1), ..key(90, "axh_o_one", KeyOwner::Operator { name: "olivia".to_owned() }) };
    add(&fixture, newest).await;
    let listed: Result<Vec<StoredKey>> = tx!(fixture.db(), Read, |s| keys::list(s).await);
    let prefixes: Vec<String> = listed.unwrap().into_iter().map(|key| key.prefix).collect();
    assert_eq!(prefixes, ["axh_o_one", "axh_c_alpha", "axh_c_beta"]);
}

#[rstest]
#[tokio::test]
async fn end_once_and_live_again_when_they_are_stored_again(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    let revoked: Result<[bool; 3]> = tx!(fixture.db(), Write, |s| Ok([
        keys::revoke(s, "axh_c_alpha", now()).await?,
        keys::revoke(s, "axh_c_alpha", later(9)).await?,
        keys::revoke(s, "axh_c_nobody", now()).await?,
    ]));
    assert_eq!(revoked.unwrap(), [true, false, false]);
    let alpha = find(&fixture, "axh_c_alpha").await.unwrap();
    assert_eq!(alpha.revoked_at, Some(now()));
    assert!(!alpha.is_valid(now()));
    assert!(find(&fixture, "axh_c_beta").await.unwrap().is_valid(now()));

    add(&fixture, StoredKey { hash: [1; 32], ..key(11, "axh_c_alpha", KeyOwner::Operator { name: "olivia".to_owned() }) }).await;
    let again = find(&fixture, "axh_c_alpha").await.unwrap();
    assert_eq!((again.hash, again.revoked_at), ([1; 32], None));
    assert_eq!(again.owner, KeyOwner::Operator { name: "olivia".to_owned() });
}

#[rstest]
#[tokio::test]
async fn remember_when_they_were_seen(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    let noted: Result<()> = tx!(fixture.db(), Write, |s| {
        keys::touch(s, &[(id(11), later(1)), (id(404), later(2))]).await?;
        keys::touch(s, &[]).await
    });
    noted.unwrap();
    assert_eq!(find(&fixture, "axh_c_alpha").await.unwrap().last_used_at, Some(later(1)));
    assert_eq!(find(&fixture, "axh_c_beta").await.unwrap().last_used_at, None);
}

#[test]
fn are_valid_until_they_expire_or_are_revoked() {
    let forever = key(1, "axh_o_one", KeyOwner::Operator { name: "olivia".to_owned() });
    assert!(forever.is_valid(later(1_000_000)));
    let expiring = StoredKey { expires_at: Some(later(1)), ..forever.clone() };
    assert!(expiring.is_valid(now()) && !expiring.is_valid(later(1)));
    let revoked = StoredKey { revoked_at: Some(later(1)), ..forever };
    assert!(revoked.is_valid(now()) && !revoked.is_valid(later(1)));
}

#[rstest]
#[tokio::test]
async fn can_be_given_an_end(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    let ended: Result<Option<StoredKey>> = tx!(fixture.db(), Write, |s| {
        let alpha = keys::lock(s, "axh_c_alpha").await?.unwrap();
        keys::set_expiry(s, alpha.id, later(60)).await?;
        keys::by_prefix(s, "axh_c_alpha").await
    });
    let ended = ended.unwrap().unwrap();
    assert_eq!(ended.expires_at, Some(later(60)));
    assert!(ended.is_valid(later(59)) && !ended.is_valid(later(60)));
    let nothing: Result<Option<StoredKey>> = tx!(fixture.db(), Write, |s| keys::lock(s, "axh_c_").await);
    assert_eq!(nothing.unwrap(), None);
}
