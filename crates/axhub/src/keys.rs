//! `axhub key`: make, list and revoke API keys.

use anyhow::{Context, bail};
use axhub_domain::refusal::Refusal;
use axhub_domain::time::format_instant;
use axhub_hub::Clock;
use axhub_hub::access::{self, Key, KeyFor};
use axhub_hub::{Error, SystemClock};
use clap::{Args, Subcommand};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::cli::DatabaseArgs;

#[derive(Debug, Subcommand)]
pub(crate) enum KeyCommand {
    /// Make a key. It is shown once and stored only as a hash.
    Create(Create),
    /// List all keys, newest first, without their secrets.
    List(List),
    /// End a key. It stops working within a second, on every server.
    Revoke(Revoke),
}

#[derive(Debug, Args)]
pub(crate) struct Create {
    #[command(flatten)]
    owner: OwnerArgs,
    /// Let the key end by itself after so many days.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=36_500), value_name = "DAYS")]
    expires_in_days: Option<u32>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    database: DatabaseArgs,
}

/// Whose key it is to be.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct OwnerArgs {
    /// A key for the channel of this code.
    #[arg(long, value_name = "CODE")]
    channel: Option<String>,
    /// A key for the supplier of this code.
    #[arg(long, value_name = "CODE")]
    supplier: Option<String>,
    /// A key for an operator of this name.
    #[arg(long, value_name = "NAME")]
    operator: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct List {
    /// Print JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    database: DatabaseArgs,
}

#[derive(Debug, Args)]
pub(crate) struct Revoke {
    /// The key's prefix as `key list` shows it, or the whole key.
    key: String,
    #[command(flatten)]
    database: DatabaseArgs,
}

impl KeyCommand {
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        match self {
            KeyCommand::Create(create) => create.run().await,
            KeyCommand::List(list) => list.run().await,
            KeyCommand::Revoke(revoke) => revoke.run().await,
        }
    }
}

impl Create {
    async fn run(self) -> anyhow::Result<()> {
        let (owner, whom) = self.owner.owner()?;
        let expires_at = self.expires_in_days.map(|days| SystemClock.now() + SignedDuration::from_hours(24 * i64::from(days)));
        let hub = self.database.hub().await?;
        let key = match access::create_key(&hub, owner, expires_at).await {
            Err(Error::Refused(Refusal::NotFound)) => bail!("there is no {whom}"),
            created => created?,
        };
        if self.json {
            let expires_at = expires_at.map(format_instant);
            println!("{}", json!({ "api_key": key.secret, "prefix": key.prefix, "expires_at": expires_at }));
        } else {
            println!("{}", key.secret);
            eprintln!("This is the key of {whom}. It is shown only now; revoke it with `axhub key revoke {}`.", key.prefix);
        }
        Ok(())
    }
}

impl OwnerArgs {
    /// For whom, and how to say so.
    fn owner(self) -> anyhow::Result<(KeyFor, String)> {
        match (self.channel, self.supplier, self.operator) {
            (Some(code), ..) => Ok((KeyFor::Channel(code.clone()), format!("channel {code}"))),
            (_, Some(code), _) => Ok((KeyFor::Supplier(code.clone()), format!("supplier {code}"))),
            (.., Some(name)) if !name.trim().is_empty() => Ok((KeyFor::Operator(name.clone()), format!("operator {name}"))),
            _ => bail!("an operator needs a name"),
        }
    }
}

impl List {
    async fn run(self) -> anyhow::Result<()> {
        let hub = self.database.hub().await?;
        let keys = access::list_keys(&hub).await?;
        if self.json {
            println!("{}", serde_json::Value::from_iter(keys.iter().map(as_json)));
        } else {
            print!("{}", as_table(&keys, SystemClock.now()));
        }
        Ok(())
    }
}

impl Revoke {
    async fn run(self) -> anyhow::Result<()> {
        let hub = self.database.hub().await?;
        match access::revoke_key(&hub, &self.key).await {
            Err(Error::Refused(Refusal::NotFound)) => bail!("there is no such key, or it is revoked already"),
            revoked => revoked.context("the key could not be revoked")?,
        }
        println!("Revoked.");
        Ok(())
    }
}

fn as_json(key: &Key) -> serde_json::Value {
    json!({
        "prefix": key.prefix,
        "kind": key.owner.kind(),
        "owner": key.owner.code(),
        "created_at": format_instant(key.created_at),
        "last_used_at": key.last_used_at.map(format_instant),
        "expires_at": key.expires_at.map(format_instant),
        "revoked_at": key.revoked_at.map(format_instant),
    })
}

fn as_table(keys: &[Key], now: Timestamp) -> String {
    let heads = ["PREFIX", "KIND", "OWNER", "CREATED", "LAST USED", "STATE"].map(str::to_owned);
    let day = |at: Option<Timestamp>| at.map_or_else(|| "never".to_owned(), |at| at.strftime("%Y-%m-%d %H:%M").to_string());
    let state = |key: &Key| match (key.revoked_at, key.expires_at) {
        (Some(at), _) => format!("revoked {}", day(Some(at))),
        (_, Some(at)) if at <= now => format!("expired {}", day(Some(at))),
        (_, Some(at)) => format!("valid until {}", day(Some(at))),
        _ => "valid".to_owned(),
    };
    let row = |key: &Key| {
        let (kind, owner) = (key.owner.kind().to_owned(), key.owner.code().to_owned());
        [key.prefix.clone(), kind, owner, day(Some(key.created_at)), day(key.last_used_at), state(key)]
    };
    let rows: Vec<[String; 6]> = std::iter::once(heads).chain(keys.iter().map(row)).collect();
    let widths: [usize; 6] = std::array::from_fn(|column| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0));
    let line = |row: &[String; 6]| {
        let cells: Vec<String> = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        format!("{}\n", cells.join("  ").trim_end())
    };
    rows.iter().map(line).collect()
}
