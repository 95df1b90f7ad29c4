//! API keys of channels, suppliers and operators.

pub mod create;
pub mod get;
pub mod list;
pub mod revoke;
pub mod rotate;

use axhub_domain::time::format_instant;
use axhub_hub::access::{self, MadeKey};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// A key, without its secret.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = OperatorKey)]
pub struct Key {
    /// The part of it that names it and that may be shown.
    pub prefix: String,
    /// Whose it is: a channel's, a supplier's or an operator's.
    pub kind: KeyKind,
    /// The owner's code, or the operator's name.
    pub owner: String,
    /// Whether it opens anything now.
    pub state: KeyState,
    /// When it was made.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When it was last used, give or take a minute; null when it never was.
    #[schema(required, format = DateTime)]
    pub last_used_at: Option<String>,
    /// When it ends by itself; null for never.
    #[schema(required, format = DateTime)]
    pub expires_at: Option<String>,
    /// When it was revoked; null when it was not.
    #[schema(required, format = DateTime)]
    pub revoked_at: Option<String>,
}

/// Whose a key is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = OperatorKeyKind)]
pub enum KeyKind {
    /// A channel's.
    Channel,
    /// A supplier's.
    Supplier,
    /// An operator's.
    Operator,
}

impl KeyKind {
    const WORDS: [(&'static str, KeyKind); 3] =
        [("channel", KeyKind::Channel), ("supplier", KeyKind::Supplier), ("operator", KeyKind::Operator)];

    fn word(self) -> &'static str {
        match self {
            KeyKind::Channel => "channel",
            KeyKind::Supplier => "supplier",
            KeyKind::Operator => "operator",
        }
    }
}

/// Whether a key opens anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = OperatorKeyState)]
pub enum KeyState {
    /// It does.
    Valid,
    /// It has ended by itself.
    Expired,
    /// Somebody ended it.
    Revoked,
}

impl Key {
    /// The key as it is now.
    pub fn new(key: access::Key, now: Timestamp) -> Key {
        let state = match key.revoked_at {
            _ if key.is_valid(now) => KeyState::Valid,
            Some(_) => KeyState::Revoked,
            None => KeyState::Expired,
        };
        let kind = KeyKind::WORDS.iter().find(|(word, _)| *word == key.owner.kind()).map_or(KeyKind::Operator, |(_, kind)| *kind);
        Key {
            owner: key.owner.code().to_owned(),
            prefix: key.prefix,
            kind,
            state,
            created_at: format_instant(key.created_at),
            last_used_at: key.last_used_at.map(format_instant),
            expires_at: key.expires_at.map(format_instant),
            revoked_at: key.revoked_at.map(format_instant),
        }
    }

    pub(crate) fn sample() -> Key {
        Key {
            prefix: "axh_c_Rk3v9QpL2xTa".to_owned(),
            kind: KeyKind::Channel,
            owner: "hanatrip".to_owned(),
            state: KeyState::Valid,
            created_at: "2026-07-01T09:00:00.000Z".to_owned(),
            last_used_at: None,
            expires_at: None,
            revoked_at: None,
        }
    }
}

/// A key that was made.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = OperatorMadeKey)]
pub struct Made {
    /// The whole key, for `Authorization: Token …`. It is shown only here and only now; the hub keeps a hash of it.
    pub api_key: String,
    /// The key as lists show it.
    pub key: Key,
    /// The key that it takes over from, which still works until its new end; null when there is none.
    #[schema(required)]
    pub replaces: Option<Key>,
}

impl Made {
    /// The only time that its secret is shown.
    pub fn new(made: MadeKey, now: Timestamp) -> Made {
        let replaces = made.replaces.map(|key| Key::new(key, now));
        Made { api_key: made.new.secret, key: Key::new(made.key, now), replaces }
    }

    pub(crate) fn sample() -> Made {
        let api_key = format!("{}_{}", Key::sample().prefix, "…");
        Made { api_key, key: Key::sample(), replaces: None }
    }
}
