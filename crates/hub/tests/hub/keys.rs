//! Keys: made, checked, noted, ended.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axhub_hub::access::{Key, KeyFor, authenticate, create_key, import_key, list_keys, revoke_key};
use axhub_hub::{Error, Hub, Owner, Result, Settings};
use axhub_store::Options;
use axhub_store::directory::RateLimits;
use axhub_store::engine::Recording;
use axhub_testkit::Engine;
use jiff::SignedDuration;
use rstest::rstest;

use crate::stage::{Stage, is_not_found};

fn is_forbidden<T>(result: &Result<T>) -> bool {
    matches!(result, Err(Error::Forbidden))
}

/// The stored key that a secret belongs to.
async fn stored(hub: &Hub, secret: &str) -> Key {
    let keys = list_keys(hub).await.unwrap();
    keys.into_iter().find(|key| secret.starts_with(&format!("{}_", key.prefix))).unwrap()
}

#[rstest]
#[tokio::test]
async fn open_the_door_of_their_owner(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let (hub, world) = (&stage.hub, &stage.world);
    let alpha = Owner::Channel { id: world.channel("alpha").id, code: "alpha".to_owned(), limits: RateLimits::default() };
    let hanok = Owner::Supplier { id: world.supplier("hanok").id, code: "hanok".to_owned() };
    let olivia = Owner::Operator { name: "olivia".to_owned() };
    for (owner, expected, letter) in [
        (KeyFor::Channel("alpha".to_owned()), alpha, 'c'),
        (KeyFor::Supplier("hanok".to_owned()), hanok, 's'),
        (KeyFor::Operator("olivia".to_owned()), olivia, 'o'),
    ] {
        let new = create_key(hub, owner, None).await.unwrap();
        assert!(new.secret.starts_with(&format!("axh_{letter}_")) && new.secret.starts_with(&new.prefix), "{}", new.prefix);
        assert!(new.secret.len() - new.prefix.len() >= 43, "the secret is long");
        let principal = authenticate(hub, &new.secret).await.unwrap();
        assert_eq!(principal.owner, expected);
        assert_eq!(principal.key, stored(hub, &new.secret).await.id);
        assert_eq!(authenticate(hub, &new.secret).await.unwrap(), principal);
    }
}

#[rstest]
#[tokio::test]
async fn are_made_for_somebody_who_is_there(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    for nobody in [KeyFor::Channel("hanok".to_owned()), KeyFor::Supplier("alpha".to_owned()), KeyFor::Channel(String::new())] {
        assert!(is_not_found(&create_key(&stage.hub, nobody, None).await));
    }
    let (one, other) = (KeyFor::Operator("olivia".to_owned()), KeyFor::Operator("olivia".to_owned()));
    let (one, other) = (create_key(&stage.hub, one, None).await.unwrap(), create_key(&stage.hub, other, None).await.unwrap());
    assert_ne!(one.secret, other.secret);
}

#[rstest]
#[tokio::test]
async fn that_are_not_exactly_right_open_nothing(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let right = stage.world.channel("alpha").key.clone();
    let other = stage.world.channel("beta").key.clone();
    let (prefix, secret) = right.rsplit_once('_').unwrap();
    let wrong = [
        String::new(),
        "_".to_owned(),
        prefix.to_owned(),
        format!("{prefix}_"),
        format!("{prefix}_{}", secret.to_lowercase()),
        format!("{prefix}_{}", other.rsplit_once('_').unwrap().1),
        format!("{right}x"),
        right[..right.len() - 1].to_owned(),
        format!(" {right}"),
        format!("{right}\0"),
        right.to_uppercase(),
        "열쇠_열쇠열쇠열쇠열쇠열쇠열쇠".to_owned(),
        "axh_c_' OR 1=1 --_aaaaaaaaaaaaaaaaaaaaaaaaaaaaa".to_owned(),
        format!("axh_c_{}_{}", "p".repeat(1_000_000), "s".repeat(1_000_000)),
    ];
    for key in &wrong {
        let shown: String = key.chars().take(80).collect();
        assert!(is_forbidden(&authenticate(&stage.hub, key).await), "{shown}");
    }
    authenticate(&stage.hub, &right).await.unwrap();
}

#[rstest]
#[tokio::test]
async fn are_not_stored_but_their_hashes_are(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let secret = stage.world.channel("alpha").key.clone();
    let key = stored(&stage.hub, &secret).await;
    assert!(!format!("{key:?}").contains(secret.rsplit_once('_').unwrap().1));
    let everything = list_keys(&stage.hub).await.unwrap();
    assert_eq!(everything.len(), 5);
    assert!(everything.iter().all(|key| key.created_at == stage.hub.now() && key.expires_at.is_none() && key.revoked_at.is_none()));
}

/// Asks until the key opens nothing any more; how long that took.
async fn time_until_forbidden(hub: &Hub, key: &str) -> Duration {
    let started = Instant::now();
    while !is_forbidden(&authenticate(hub, key).await) {
        assert!(started.elapsed() < Duration::from_secs(20), "it still opens the door");
        tokio::task::yield_now().await;
    }
    started.elapsed()
}

#[rstest]
#[tokio::test]
async fn that_are_revoked_open_nothing_within_a_second_anywhere(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let (here, elsewhere) = (&stage.hub, stage.another_hub().await);
    let key = stage.world.channel("alpha").key.clone();
    authenticate(here, &key).await.unwrap();
    authenticate(&elsewhere, &key).await.unwrap();
    revoke_key(here, &key).await.unwrap();
    assert!(is_forbidden(&authenticate(here, &key).await), "at once where it was revoked");
    let took = time_until_forbidden(&elsewhere, &key).await;
    assert!(took < Duration::from_secs(1), "{took:?}");
    assert!(stored(here, &key).await.revoked_at.is_some());
    authenticate(here, &stage.world.channel("beta").key).await.unwrap();
}

#[rstest]
#[tokio::test]
async fn are_revoked_once_by_their_prefix_or_whole(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let (alpha, beta) = (stage.world.channel("alpha").key.clone(), stage.world.channel("beta").key.clone());
    revoke_key(&stage.hub, &alpha).await.unwrap();
    revoke_key(&stage.hub, beta.rsplit_once('_').unwrap().0).await.unwrap();
    for key in [&alpha, &beta] {
        assert!(is_forbidden(&authenticate(&stage.hub, key).await));
        assert!(is_not_found(&revoke_key(&stage.hub, key).await), "a second time");
    }
    for nothing in ["", "axh_c_nothing", "nonsense"] {
        assert!(is_not_found(&revoke_key(&stage.hub, nothing).await), "{nothing}");
    }
}

#[rstest]
#[tokio::test]
async fn that_expire_open_nothing_from_that_moment_on(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let until = stage.hub.now() + SignedDuration::from_mins(10);
    let key = create_key(&stage.hub, KeyFor::Channel("alpha".to_owned()), Some(until)).await.unwrap().secret;
    stage.clock.set(until - SignedDuration::from_micros(1));
    authenticate(&stage.hub, &key).await.unwrap();
    stage.clock.set(until);
    assert!(is_forbidden(&authenticate(&stage.hub, &key).await), "though it was found valid a moment ago");
    assert!(is_forbidden(&authenticate(&stage.another_hub().await, &key).await));
}

/// Asks until the key's last use is noted as now.
async fn until_use_is_noted(stage: &Stage, key: &str) {
    let (started, now) = (Instant::now(), stage.hub.now());
    while stored(&stage.hub, key).await.last_used_at != Some(now) {
        assert!(started.elapsed() < Duration::from_secs(20), "its use is not noted");
    }
}

#[rstest]
#[tokio::test]
async fn are_noted_when_they_are_used(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let key = stage.world.channel("alpha").key.clone();
    assert_eq!(stored(&stage.hub, &key).await.last_used_at, None);
    authenticate(&stage.hub, &key).await.unwrap();
    until_use_is_noted(&stage, &key).await;
    stage.clock.advance(SignedDuration::from_mins(2));
    authenticate(&stage.hub, &key).await.unwrap();
    until_use_is_noted(&stage, &key).await;
    let unused = &stage.world.channel("beta").key;
    assert_eq!(stored(&stage.hub, unused).await.last_used_at, None);
    let refused = authenticate(&stage.hub, &format!("{unused}x")).await;
    assert!(is_forbidden(&refused));
    assert_eq!(stored(&stage.hub, unused).await.last_used_at, None);
}

#[rstest]
#[tokio::test]
async fn can_be_the_same_every_time(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let secret = "axh_c_demo_0123456789abcdef0123456789abcdef";
    let alpha = || KeyFor::Channel("alpha".to_owned());
    for _ in 0..2 {
        import_key(&stage.hub, alpha(), secret).await.unwrap();
        authenticate(&stage.hub, secret).await.unwrap();
    }
    assert_eq!(list_keys(&stage.hub).await.unwrap().len(), 6);
    revoke_key(&stage.hub, secret).await.unwrap();
    import_key(&stage.hub, alpha(), secret).await.unwrap();
    authenticate(&stage.hub, secret).await.unwrap();
    for no_key in ["", "secret", "axh_c_short_secret", "other_c_demo_0123456789abcdef0123456789abcdef"] {
        assert!(is_forbidden(&import_key(&stage.hub, alpha(), no_key).await), "{no_key}");
    }
    assert!(is_not_found(&import_key(&stage.hub, KeyFor::Channel("nobody".to_owned()), secret).await));
}

/// Nobody learns from the work that a wrong key makes whether a part of it is right: what is asked of the database is the same,
/// and nothing is remembered.
#[rstest]
#[tokio::test]
async fn that_are_wrong_make_the_same_work_whatever_is_wrong(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let right = stage.world.channel("alpha").key.clone();
    let (prefix, secret) = right.rsplit_once('_').unwrap();
    let revoked = stage.world.channel("beta").key.clone();
    revoke_key(&stage.hub, &revoked).await.unwrap();
    let expired = create_key(&stage.hub, KeyFor::Operator("olivia".to_owned()), Some(stage.hub.now())).await.unwrap().secret;
    let other: String = secret.chars().rev().collect();
    let nearly = format!("{prefix}_{}{}", &secret[..secret.len() - 1], if secret.ends_with('x') { 'y' } else { 'x' });
    let wrong = [format!("axh_c_AbCdEfGhIjKl_{secret}"), format!("{prefix}_{other}"), nearly, revoked, expired];

    let recording = Recording::default();
    let options = Options { recording: Some(recording.clone()), ..Options::default() };
    let hub = Hub::new(stage.test.open_with(options).await, Arc::new(stage.clock.clone()), Settings::default());
    let statements = || -> Vec<(&'static str, String)> {
        let steps = recording.take().into_iter();
        steps.map(|recorded| (recorded.transaction, format!("{:?}", recorded.step).replace(prefix, "axh_c_AbCdEfGhIjKl"))).collect()
    };
    recording.take();
    let mut first = None;
    for key in wrong.iter().chain(&wrong) {
        assert!(is_forbidden(&authenticate(&hub, key).await));
        let asked = statements();
        assert!(asked.iter().any(|(name, _)| *name == "key.find"), "{asked:?}");
        assert_eq!(first.get_or_insert(asked.clone()), &asked, "{key}");
    }
    authenticate(&hub, &right).await.unwrap();
    assert_eq!(
        first.unwrap().len(),
        statements().iter().filter(|(name, _)| *name == "key.find").count(),
        "a right key is found the same way"
    );
}

/// 62^43 secrets are more than 2^256, and no two keys have one.
#[rstest]
#[tokio::test]
async fn are_made_of_chance(#[values(Engine::Sqlite)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let mut seen = std::collections::HashSet::new();
    let mut characters = std::collections::HashSet::new();
    for _ in 0..50 {
        let key = create_key(&stage.hub, KeyFor::Operator("olivia".to_owned()), None).await.unwrap();
        let secret = key.secret.strip_prefix(&format!("{}_", key.prefix)).unwrap().to_owned();
        assert!(secret.len() == 43 && secret.chars().all(|c| c.is_ascii_alphanumeric()), "{} characters", secret.len());
        characters.extend(secret.chars());
        assert!(seen.insert(secret));
    }
    assert_eq!(characters.len(), 62, "every character comes");
}
