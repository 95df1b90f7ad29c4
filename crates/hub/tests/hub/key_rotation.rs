//! Keys as operators make, rotate and end them.

use axhub_domain::refusal::Conflict;
use axhub_hub::access::{KeyFilter, KeyFor, authenticate, end_key, find_keys, key, make_key, rotate_key};
use axhub_hub::{Error, Hub, Owner, Page};
use axhub_testkit::{Engine, TestClock};
use jiff::SignedDuration;
use rstest::rstest;

use crate::directory::{actions, noted, olivia};
use crate::stage::{Stage, conflict, fault_codes, is_not_found};

const ALL: Page = Page { number: 1, size: 200 };

async fn opens(hub: &Hub, secret: &str) -> bool {
    match authenticate(hub, secret).await {
        Ok(_) => true,
        Err(Error::Forbidden) => false,
        Err(error) => panic!("{error:?}"),
    }
}

fn in_hours(hours: i64) -> jiff::Timestamp {
    TestClock::start() + SignedDuration::from_hours(hours)
}

#[rstest]
#[tokio::test]
async fn a_key_is_made_for_who_is_there_and_its_secret_is_nowhere(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let hub = &stage.hub;
    let made = make_key(hub, olivia(), KeyFor::Channel("alpha".to_owned()), Some(2)).await.unwrap();
    assert_eq!((made.key.expires_at, made.key.owner.code(), made.key.last_used_at), (Some(in_hours(48)), "alpha", None));
    assert!(made.new.secret.starts_with(&format!("{}_", made.key.prefix)));
    assert!(matches!(&authenticate(hub, &made.new.secret).await.unwrap().owner, Owner::Channel { code, .. } if code == "alpha"));
    let forever = make_key(hub, olivia(), KeyFor::Operator("Jun".to_owned()), None).await.unwrap();
    assert_eq!((forever.key.expires_at, forever.replaces), (None, None));
    let noted = actions(hub).await;
    assert_eq!((noted[0].0.as_str(), noted[0].1.as_str()), ("key.create", made.key.prefix.as_str()));
    assert_eq!((&noted[0].2["kind"], &noted[0].2["owner"], noted.len()), (&"channel".into(), &"alpha".into(), 2));
    let secret = made.new.secret.rsplit_once('_').unwrap().1;
    assert!(!format!("{noted:?} {made:?}").contains(secret), "no log shows it");

    for nobody in [KeyFor::Channel("hanok".to_owned()), KeyFor::Supplier("alpha".to_owned())] {
        assert_eq!(fault_codes(make_key(hub, olivia(), nobody, None).await), ["not_a_choice"]);
    }
    assert_eq!(fault_codes(make_key(hub, olivia(), KeyFor::Operator("  ".to_owned()), Some(0)).await), ["too_small", "blank"]);
    let long = KeyFor::Operator("x".repeat(101));
    assert_eq!(fault_codes(make_key(hub, olivia(), long, Some(36_501)).await), ["too_large", "too_long"]);
    assert_eq!(actions(hub).await.len(), 2);
}

#[rstest]
#[tokio::test]
async fn a_rotated_key_works_beside_its_successor_for_a_while(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let hub = &stage.hub;
    let old = stage.world.supplier("hanok").key.clone();
    let prefix = old.rsplit_once('_').unwrap().0;
    assert!(opens(hub, &old).await);
    let rotated = rotate_key(hub, olivia(), prefix, 24, None).await.unwrap();
    let replaces = rotated.replaces.unwrap();
    assert_eq!((replaces.prefix.as_str(), replaces.expires_at), (prefix, Some(in_hours(24))));
    assert_eq!((rotated.key.owner.clone(), rotated.key.expires_at), (replaces.owner.clone(), None));
    assert!(rotated.key.prefix.starts_with("axh_s_"));
    stage.clock.set(in_hours(24) - SignedDuration::from_millis(1));
    assert!(opens(hub, &old).await && opens(hub, &rotated.new.secret).await);
    stage.clock.set(in_hours(24));
    assert!(!opens(hub, &old).await);
    assert!(opens(hub, &rotated.new.secret).await);
    assert_eq!(conflict(rotate_key(hub, olivia(), prefix, 24, None).await), Conflict::KeyEnded);

    let noted = actions(hub).await;
    assert_eq!(noted.iter().map(|(action, ..)| action.as_str()).collect::<Vec<_>>(), ["key.rotate", "key.create"]);
    assert_eq!((&noted[0].1, &noted[0].2["new_prefix"]), (&prefix.to_owned(), &rotated.key.prefix.clone().into()));
    assert_eq!(&noted[1].2["replaces"], prefix);
    assert!(!format!("{noted:?}").contains(rotated.new.secret.rsplit_once('_').unwrap().1));
}

#[rstest]
#[tokio::test]
async fn an_overlap_never_lets_a_key_live_longer(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let hub = &stage.hub;
    let made = make_key(hub, olivia(), KeyFor::Channel("beta".to_owned()), Some(10)).await.unwrap();
    stage.clock.set(in_hours(230));
    let next = rotate_key(hub, olivia(), &made.key.prefix, 24, None).await.unwrap();
    assert_eq!(next.replaces.unwrap().expires_at, Some(in_hours(240)), "it ends when it would have");
    assert_eq!(next.key.expires_at, Some(in_hours(230 + 240)), "the successor lives as long as it was made to");
    let after = rotate_key(hub, olivia(), &next.key.prefix, 0, Some(1)).await.unwrap();
    assert!(!opens(hub, &next.new.secret).await, "without an overlap it ends at once");
    assert_eq!(after.key.expires_at, Some(in_hours(230 + 24)));
    assert!(is_not_found(&rotate_key(hub, olivia(), "axh_c_nobody", 24, None).await));
    let wrong = rotate_key(hub, olivia(), &after.key.prefix, 721, Some(0)).await;
    assert_eq!(fault_codes(wrong), ["too_small", "too_large"]);
}

#[rstest]
#[tokio::test]
async fn a_key_is_ended_once(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let hub = &stage.hub;
    let secret = stage.world.channel("alpha").key.clone();
    let prefix = secret.rsplit_once('_').unwrap().0;
    assert!(opens(hub, &secret).await);
    let ended = end_key(hub, olivia(), prefix).await.unwrap();
    assert_eq!(ended.revoked_at, Some(TestClock::start()));
    assert!(!opens(hub, &secret).await);
    stage.clock.set(in_hours(1));
    let again = end_key(hub, olivia(), &secret).await.unwrap();
    assert_eq!((again.prefix.as_str(), again.revoked_at), (prefix, ended.revoked_at), "by the whole of it, and nothing new");
    assert_eq!(key(hub, prefix).await.unwrap().revoked_at, ended.revoked_at);
    assert_eq!(conflict(rotate_key(hub, olivia(), prefix, 24, None).await), Conflict::KeyEnded);
    assert!(is_not_found(&end_key(hub, olivia(), "axh_c_nobody").await));
    assert!(is_not_found(&key(hub, "axh_c_nobody").await));
    let noted = noted(hub).await;
    assert_eq!(noted.iter().map(|entry| (entry.action.as_str(), entry.object_code.as_str())).collect::<Vec<_>>(), [("key.revoke", prefix)]);
}

#[rstest]
#[tokio::test]
async fn lists_are_filtered_and_paged(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let hub = &stage.hub;
    let count = async |filter: KeyFilter| find_keys(hub, filter, ALL).await.unwrap().total;
    let of_kind = |kind: &str| KeyFilter { kind: Some(kind.to_owned()), ..KeyFilter::default() };
    assert_eq!(count(KeyFilter::default()).await, 5);
    assert_eq!((count(of_kind("channel")).await, count(of_kind("supplier")).await, count(of_kind("operator")).await), (2, 2, 1));
    let of_alpha = KeyFilter { owner: Some("alpha".to_owned()), ..KeyFilter::default() };
    assert_eq!(count(of_alpha.clone()).await, 1);
    assert_eq!(count(KeyFilter { owner: Some("alpha".to_owned()), ..of_kind("supplier") }).await, 0);
    end_key(hub, olivia(), &stage.world.channel("alpha").key).await.unwrap();
    assert_eq!(count(KeyFilter { is_valid: Some(true), ..KeyFilter::default() }).await, 4);
    assert_eq!(count(KeyFilter { is_valid: Some(false), ..of_alpha }).await, 1);
    let page = find_keys(hub, KeyFilter::default(), Page { number: 3, size: 2 }).await.unwrap();
    assert_eq!((page.items.len(), page.total), (1, 5));
}
