//! `axhub key`: API keys. A secret is printed where it is made, and nowhere else.

use anyhow::bail;
use axhub_domain::refusal::{Reason, Refusal};
use axhub_hub::Error;
use axhub_hub::access::{self, DEFAULT_OVERLAP_HOURS, KeyFilter, KeyFor, MAX_EXPIRES_IN_DAYS, MAX_OVERLAP_HOURS};
use axhub_operator_api::keys::list::KeyList;
use axhub_operator_api::keys::{Key, KeyState, Made};
use clap::{Args, Subcommand, ValueEnum};

use super::arguments::{ActArgs, PageArgs, ReadArgs};
use super::failure::Told;
use super::output::{answer, minute, minute_or, word};
use super::table::Table;

/// What is said of a key that nobody has. What was asked for might be a secret.
const NO_SUCH_KEY: &str = "such key";

#[derive(Debug, Subcommand)]
pub(crate) enum KeyCommand {
    /// Make a key. It is shown once and stored only as a hash.
    ///
    /// The key alone goes to standard output, so that a script can take it. An owner may have any number of keys.
    #[command(after_help = "Examples:
  axhub key create --operator olivia
  axhub key create --channel sunny-shop --expires-in-days 365
  axhub key create --supplier seine-tours --json")]
    Create(Create),
    /// List keys, newest first, without their secrets, with when each was last used.
    #[command(after_help = "Examples:
  axhub key list
  axhub key list --kind channel --owner sunny-shop --valid")]
    List(List),
    /// Make a new key in the place of another, which still works for some hours.
    ///
    /// For a key that is to be changed while programs use it: give them the new one within the overlap, then the old one ends
    /// by itself. The new key lives as long as the old one was made to live.
    #[command(after_help = "Examples:
  axhub key rotate axh_c_Rk3v9QpL2xTa
  axhub key rotate axh_c_Rk3v9QpL2xTa --overlap-hours 0")]
    Rotate(Rotate),
    /// End a key for ever. It stops working within a second, on every server.
    ///
    /// For a key that has got into the wrong hands, or is not needed any more. Done again it changes nothing.
    #[command(after_help = "Example:
  axhub key revoke axh_c_Rk3v9QpL2xTa")]
    Revoke(Revoke),
}

#[derive(Debug, Args)]
pub(crate) struct Create {
    #[command(flatten)]
    owner: OwnerArgs,
    /// Let the key end by itself after so many days.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=i64::from(MAX_EXPIRES_IN_DAYS)), value_name = "DAYS")]
    expires_in_days: Option<u32>,
    #[command(flatten)]
    act: ActArgs,
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
    /// A key for an operator of this name, which the audit log shows.
    #[arg(long, value_name = "NAME")]
    operator: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct List {
    /// Only those of channels, of suppliers or of operators.
    #[arg(long, value_name = "KIND")]
    kind: Option<OwnerKind>,
    /// Only those of the owner of this code or name.
    #[arg(long, value_name = "CODE")]
    owner: Option<String>,
    /// Only those that open something now.
    #[arg(long)]
    valid: bool,
    #[command(flatten)]
    pages: PageArgs,
    #[command(flatten)]
    read: ReadArgs,
}

/// Whose keys.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum OwnerKind {
    /// Channels'.
    Channel,
    /// Suppliers'.
    Supplier,
    /// Operators'.
    Operator,
}

#[derive(Debug, Args)]
pub(crate) struct Rotate {
    /// The old key's prefix, as `axhub key list` shows it.
    key: String,
    /// For how many hours the old key still works; 0 ends it at once.
    #[arg(long, default_value_t = DEFAULT_OVERLAP_HOURS, value_parser = clap::value_parser!(u32).range(0..=i64::from(MAX_OVERLAP_HOURS)), value_name = "HOURS")]
    overlap_hours: u32,
    /// Let the new key end by itself after so many days; when left out, it lives as long as the old one was made to live.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=i64::from(MAX_EXPIRES_IN_DAYS)), value_name = "DAYS")]
    expires_in_days: Option<u32>,
    #[command(flatten)]
    act: ActArgs,
}

#[derive(Debug, Args)]
pub(crate) struct Revoke {
    /// The key's prefix, as `axhub key list` shows it.
    key: String,
    #[command(flatten)]
    act: ActArgs,
}

impl KeyCommand {
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        match self {
            KeyCommand::Create(create) => create.run().await,
            KeyCommand::List(list) => list.run().await,
            KeyCommand::Rotate(rotate) => rotate.run().await,
            KeyCommand::Revoke(revoke) => revoke.run().await,
        }
    }
}

impl Create {
    async fn run(self) -> anyhow::Result<()> {
        let Create { owner, expires_in_days, act } = self;
        let (owner, whom) = owner.owner();
        let hub = act.hub().await?;
        let made = match access::make_key(&hub, act.by(), owner, expires_in_days).await {
            Err(error) if is_unknown_owner(&error) => bail!("owner: there is no {whom}"),
            made => made.told(&whom)?,
        };
        show(act.read.json, &Made::new(made, hub.now()), &whom)
    }
}

impl OwnerArgs {
    /// For whom, and how to say so.
    fn owner(self) -> (KeyFor, String) {
        match (self.channel, self.supplier, self.operator.unwrap_or_default()) {
            (Some(code), ..) => (KeyFor::Channel(code.clone()), format!("channel {code}")),
            (_, Some(code), _) => (KeyFor::Supplier(code.clone()), format!("supplier {code}")),
            (.., name) => (KeyFor::Operator(name.clone()), format!("operator {name}")),
        }
    }
}

fn is_unknown_owner(error: &Error) -> bool {
    let Error::Refused(Refusal::Fields(errors)) = error else { return false };
    errors.iter().any(|error| matches!(error.reason, Reason::NotAChoice { .. }))
}

/// Shows a secret, the only time.
fn show(as_json: bool, made: &Made, whom: &str) -> anyhow::Result<()> {
    answer(as_json, made, |made| format!("{}\n", made.api_key))?;
    if !as_json {
        eprintln!("This is the key of {whom}. It is shown only now; revoke it with `axhub key revoke {}`.", made.key.prefix);
        if let Some(old) = &made.replaces {
            eprintln!("The old key, {}, works until {} (UTC).", old.prefix, minute_or(old.expires_at.as_ref(), "it is revoked"));
        }
    }
    Ok(())
}

impl List {
    async fn run(self) -> anyhow::Result<()> {
        let kind = self.kind.map(|kind| match kind {
            OwnerKind::Channel => "channel".to_owned(),
            OwnerKind::Supplier => "supplier".to_owned(),
            OwnerKind::Operator => "operator".to_owned(),
        });
        let hub = self.read.hub().await?;
        let filter = KeyFilter { kind, owner: self.owner, is_valid: self.valid.then_some(true) };
        let found = access::find_keys(&hub, filter, self.pages.page()).await.told("key")?;
        let (now, total) = (hub.now(), found.total);
        let list = KeyList { keys: found.items.into_iter().map(|key| Key::new(key, now)).collect() };
        answer(self.read.json, &list, |list| {
            let mut table = Table::new(&["PREFIX", "KIND", "OWNER", "CREATED", "LAST USED", "STATE"]);
            for key in &list.keys {
                table.row([
                    key.prefix.clone(),
                    word(&key.kind),
                    key.owner.clone(),
                    minute(&key.created_at),
                    minute_or(key.last_used_at.as_ref(), "never"),
                    state(key),
                ]);
            }
            table.or("There are no such keys.")
        })?;
        self.pages.say_rest(total);
        Ok(())
    }
}

impl Rotate {
    async fn run(self) -> anyhow::Result<()> {
        let Rotate { key, overlap_hours, expires_in_days, act } = self;
        let hub = act.hub().await?;
        let made = access::rotate_key(&hub, act.by(), &key, overlap_hours, expires_in_days).await.told(NO_SUCH_KEY)?;
        let made = Made::new(made, hub.now());
        let whom = format!("{} {}", word(&made.key.kind), made.key.owner);
        show(act.read.json, &made, &whom)
    }
}

impl Revoke {
    async fn run(self) -> anyhow::Result<()> {
        let hub = self.act.hub().await?;
        let ended = access::end_key(&hub, self.act.by(), &self.key).await.told(NO_SUCH_KEY)?;
        answer(self.act.read.json, &Key::new(ended, hub.now()), |key| format!("{}: {}.\n", key.prefix, state(key)))
    }
}

fn state(key: &Key) -> String {
    match key.state {
        KeyState::Revoked => format!("revoked {}", minute_or(key.revoked_at.as_ref(), "")),
        KeyState::Expired => format!("expired {}", minute_or(key.expires_at.as_ref(), "")),
        KeyState::Valid => key.expires_at.as_ref().map_or_else(|| "valid".to_owned(), |at| format!("valid until {}", minute(at))),
    }
}
