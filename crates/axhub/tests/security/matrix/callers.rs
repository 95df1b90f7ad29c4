//! Who calls.

use axhub_hub::access::{self, KeyFor};
use axhub_testkit::{App, Client};

/// Whose an operation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Anyone,
    Channel,
    Supplier,
    Operator,
}

/// Those without a key that opens anything.
pub struct Strangers(Vec<(&'static str, Client)>);

impl Strangers {
    pub async fn of(app: &App) -> Strangers {
        let alpha = || KeyFor::Channel("alpha".to_owned());
        let revoked = access::create_key(app.hub(), alpha(), None).await.expect("a key").secret;
        access::revoke_key(app.hub(), &revoked).await.expect("it ends");
        let expired = access::create_key(app.hub(), alpha(), Some(app.hub().now())).await.expect("a key").secret;
        let own = &app.world().channel("alpha").key;
        let (prefix, secret) = own.rsplit_once('_').expect("a key has parts");
        let wrong_secret = format!("{prefix}_{}", secret.chars().rev().collect::<String>());
        Strangers(vec![
            ("no key", app.anonymous()),
            ("no key at all", app.with_key("nonsense")),
            ("a key that nobody has", app.with_key(&format!("axh_c_AbCdEfGhIjKl_{secret}"))),
            ("alpha's prefix with another secret", app.with_key(&wrong_secret)),
            ("a revoked key", app.with_key(&revoked)),
            ("an expired key", app.with_key(&expired)),
            ("alpha's key with another scheme", app.anonymous().with_header("authorization", &format!("Bearer {own}"))),
            ("alpha, who says to be beta", app.channel("alpha").with_header("channel", "Code beta")),
        ])
    }

    pub fn all(&self) -> impl Iterator<Item = (&'static str, &Client)> {
        self.0.iter().map(|(name, client)| (*name, client))
    }

    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().map(|(name, _)| *name)
    }
}
