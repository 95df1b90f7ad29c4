//! Keys: made, checked, listed and revoked.
//!
//! A key is `axh_` + the letter of its kind + `_` + 12 characters that name it + `_` + a secret of 256 random bits.
//! Only the SHA-256 of the whole is stored: a secret that long cannot be guessed from a fast hash.

mod cache;
mod manage;

use std::sync::Arc;

use axhub_domain::ids::KeyId;
use axhub_store::keys::{self, KeyOwner, StoredKey};
use axhub_store::{Mode, Session, directory};
use jiff::Timestamp;
use parking_lot::Mutex;
use rand::RngExt;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::{Error, Hub, Owner, Principal, Result};

/// How old the note of a key's last use may be.
const NOTE_USE_EVERY: jiff::SignedDuration = jiff::SignedDuration::from_secs(60);

const PREFIX_CHARACTERS: usize = 12;
const SECRET_CHARACTERS: usize = 43;
const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

use cache::Found;
pub(crate) use cache::KeyCache;
pub use manage::{
    DEFAULT_OVERLAP_HOURS, KeyFilter, MAX_EXPIRES_IN_DAYS, MAX_NAME, MAX_OVERLAP_HOURS, MadeKey, end_key, find_keys, key, make_key,
    rotate_key,
};

/// For whom a key is made, by the names people use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyFor {
    /// A channel, by its code.
    Channel(String),
    /// A supplier, by its code.
    Supplier(String),
    /// An operator, by a name.
    Operator(String),
}

/// A key as lists show it.
pub type Key = StoredKey;

/// A new key. The only time that its secret is seen.
#[derive(Clone)]
pub struct NewKey {
    /// The whole key, for its owner.
    pub secret: String,
    /// The part that names it.
    pub prefix: String,
}

impl std::fmt::Debug for NewKey {
    /// Without the secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "NewKey({})", self.prefix)
    }
}

/// Whose key this is, when that was asked a moment ago; `None` when [`authenticate`] has to find it out.
pub fn remembered(hub: &Hub, key: &str) -> Option<Arc<Principal>> {
    let hash: [u8; 32] = Sha256::digest(key).into();
    let found = hub.keys().get(&hash)?;
    used(hub, &found).ok()
}

/// Whose key this is.
///
/// # Errors
/// [`Error::Forbidden`] when it is unknown, revoked or expired.
pub async fn authenticate(hub: &Hub, key: &str) -> Result<Arc<Principal>> {
    let hash: [u8; 32] = Sha256::digest(key).into();
    let found = match hub.keys().get(&hash) {
        Some(found) => found,
        None => {
            let asked = hub.keys().asked();
            let found = Arc::new(find(hub, key, hash).await?);
            hub.keys().keep(&asked, hash, &found);
            found
        }
    };
    used(hub, &found)
}

/// Notes that a key was used, unless it has expired.
fn used(hub: &Hub, found: &Found) -> Result<Arc<Principal>> {
    let now = hub.now();
    if found.expires_at.is_some_and(|at| at <= now) {
        return Err(Error::Forbidden);
    }
    note_use(hub, found, now);
    Ok(Arc::clone(&found.principal))
}

async fn find(hub: &Hub, key: &str, hash: [u8; 32]) -> Result<Found> {
    let prefix = prefix_of(key).ok_or(Error::Forbidden)?.to_owned();
    let stored = hub
        .database()
        .run("key.find", Mode::Read, prefix, |s, prefix| Box::pin(async move { Ok::<_, Error>(keys::by_prefix(s, prefix).await?) }))
        .await?;
    // A prefix that nobody has costs the same statement and the same comparison, so that the time does not tell it from one
    // with a wrong secret.
    let is_same: bool = stored.as_ref().map_or([0; 32], |stored| stored.hash).ct_eq(&hash).into();
    let stored = stored.filter(|stored| is_same && stored.is_valid(hub.now())).ok_or(Error::Forbidden)?;
    let owner = match stored.owner {
        KeyOwner::Channel { id, code, limits } => Owner::Channel { id, code, limits },
        KeyOwner::Supplier { id, code } => Owner::Supplier { id, code },
        KeyOwner::Operator { name } => Owner::Operator { name },
    };
    let principal = Arc::new(Principal { key: stored.id, owner });
    Ok(Found { principal, expires_at: stored.expires_at, used_noted_at: Mutex::new(stored.last_used_at) })
}

/// Notes in the background that a key was seen, once a minute.
fn note_use(hub: &Hub, found: &Found, now: Timestamp) {
    {
        let mut noted = found.used_noted_at.lock();
        if noted.is_some_and(|at| now.duration_since(at) < NOTE_USE_EVERY) {
            return;
        }
        *noted = Some(now);
    }
    let (db, seen) = (hub.database().clone(), vec![(found.principal.key, now)]);
    tokio::spawn(async move {
        let noted = db.run("key.note-use", Mode::Write, seen, |s, seen| {
            Box::pin(async move {
                s.touches_nothing();
                keys::touch(s, seen).await
            })
        });
        let noted = noted.await;
        if let Err(error) = noted {
            tracing::warn!(%error, "a key's last use could not be noted");
        }
    });
}

/// The random parts of a key that is to be made.
struct Secret {
    letter: char,
    name: String,
    rest: String,
}

impl Secret {
    fn new(owner: &KeyFor) -> Secret {
        let letter = match owner {
            KeyFor::Channel(_) => 'c',
            KeyFor::Supplier(_) => 's',
            KeyFor::Operator(_) => 'o',
        };
        Secret { letter, ..Secret::for_any() }
    }

    /// Before it is known for whom.
    fn for_any() -> Secret {
        Secret { letter: 'o', name: random_text(PREFIX_CHARACTERS), rest: random_text(SECRET_CHARACTERS) }
    }

    fn of_kind(&self, owner: &KeyOwner) -> Secret {
        let letter = match owner {
            KeyOwner::Channel { .. } => 'c',
            KeyOwner::Supplier { .. } => 's',
            KeyOwner::Operator { .. } => 'o',
        };
        Secret { letter, name: self.name.clone(), rest: self.rest.clone() }
    }

    fn prefix(&self) -> String {
        format!("axh_{}_{}", self.letter, self.name)
    }

    /// The key for its owner.
    fn new_key(&self) -> NewKey {
        let prefix = self.prefix();
        NewKey { secret: format!("{prefix}_{}", self.rest), prefix }
    }

    /// The key for the database.
    fn stored(&self, id: KeyId, owner: KeyOwner, now: Timestamp, expires_at: Option<Timestamp>) -> StoredKey {
        let NewKey { secret, prefix } = self.new_key();
        let hash = Sha256::digest(secret).into();
        StoredKey { id, prefix, hash, owner, created_at: now, last_used_at: None, expires_at, revoked_at: None }
    }
}

/// Makes a key for the program itself, which is in no audit log; operators use [`make_key`].
///
/// # Errors
/// [`Error::NOT_FOUND`] when there is no such channel or supplier.
pub async fn create_key(hub: &Hub, owner: KeyFor, expires_at: Option<Timestamp>) -> Result<NewKey> {
    let new = Secret::new(&owner).new_key();
    store_key(hub, owner, &new.secret, &new.prefix, expires_at).await?;
    Ok(new)
}

/// Stores a key that the caller made, so that samples can have the same key every time.
///
/// # Errors
/// [`Error::NOT_FOUND`] when there is no such channel or supplier; [`Error::Forbidden`] when it does not look like a key.
pub async fn import_key(hub: &Hub, owner: KeyFor, secret: &str) -> Result<()> {
    let prefix = prefix_of(secret).ok_or(Error::Forbidden)?.to_owned();
    store_key(hub, owner, secret, &prefix, None).await
}

async fn store_key(hub: &Hub, owner: KeyFor, secret: &str, prefix: &str, expires_at: Option<Timestamp>) -> Result<()> {
    let hash: [u8; 32] = Sha256::digest(secret).into();
    let (id, now) = (hub.new_id::<KeyId>(), hub.now());
    hub.database()
        .run("key.create", Mode::Write, (owner, prefix.to_owned()), move |s, (owner, prefix)| {
            Box::pin(async move {
                let (owner, prefix) = (owner_of(s, owner).await?, prefix.clone());
                let key = StoredKey { id, prefix, hash, owner, created_at: now, last_used_at: None, expires_at, revoked_at: None };
                Ok::<_, Error>(keys::upsert(s, &key).await?)
            })
        })
        .await
}

/// The owner of these names.
async fn owner_of(s: &Session, owner: &KeyFor) -> Result<KeyOwner> {
    Ok(match owner {
        KeyFor::Channel(code) => {
            let channel = directory::channel_by_code(s, code).await?.ok_or(Error::NOT_FOUND)?;
            KeyOwner::Channel { id: channel.id, code: channel.code, limits: channel.limits }
        }
        KeyFor::Supplier(code) => {
            let supplier = directory::supplier_by_code(s, code).await?.ok_or(Error::NOT_FOUND)?;
            KeyOwner::Supplier { id: supplier.id, code: supplier.code }
        }
        KeyFor::Operator(name) => KeyOwner::Operator { name: name.clone() },
    })
}

/// All keys, newest first, without their secrets.
///
/// # Errors
/// The database's.
pub async fn list_keys(hub: &Hub) -> Result<Vec<Key>> {
    hub.database().run("key.list", Mode::Read, (), |s, ()| Box::pin(async move { Ok(keys::list(s).await?) })).await
}

/// Ends a key, named by its prefix or by the whole of it, for the program itself; operators use [`end_key`].
///
/// # Errors
/// [`Error::NOT_FOUND`] when there is no such key, or it is revoked already.
pub async fn revoke_key(hub: &Hub, key: &str) -> Result<()> {
    let prefix = prefix_of(key).unwrap_or(key).to_owned();
    let now = hub.now();
    let revoked = hub
        .database()
        .run("key.revoke", Mode::Write, prefix, move |s, prefix| {
            Box::pin(async move { Ok::<_, Error>(keys::revoke(s, prefix, now).await?) })
        })
        .await?;
    hub.keys().forget();
    if revoked { Ok(()) } else { Err(Error::NOT_FOUND) }
}

/// `axh_c_AbCdEfGhIjKl` of `axh_c_AbCdEfGhIjKl_…`.
pub(crate) fn prefix_of(key: &str) -> Option<&str> {
    let (prefix, secret) = key.rsplit_once('_')?;
    let plausible = prefix.starts_with("axh_") && prefix.len() <= 64 && (16..=256).contains(&secret.len()) && key.is_ascii();
    plausible.then_some(prefix)
}

fn random_text(characters: usize) -> String {
    let mut rng = rand::rng();
    (0..characters).map(|_| char::from(ALPHABET[rng.random_range(0..ALPHABET.len())])).collect()
}
