//! `axhub audit`: who did what.

use axhub_hub::audit::{self, AuditFilter};
use axhub_operator_api::audit::AuditEntry;
use axhub_operator_api::audit::list::AuditLog;
use clap::{Args, ValueEnum};
use jiff::Timestamp;
use serde_json::Value;

use super::arguments::{PageArgs, ReadArgs, instant};
use super::failure::Told;
use super::output::{answer, minute};
use super::table::Table;

#[derive(Debug, Args)]
pub(crate) struct Audit {
    /// Only what operators, suppliers, or the hub by itself did.
    #[arg(long, value_name = "KIND")]
    actor_kind: Option<ActorKind>,
    /// Only what the operator or the background task of this name did.
    #[arg(long, value_name = "NAME")]
    actor: Option<String>,
    /// Only this action, such as `product.publish`.
    #[arg(long, value_name = "ACTION")]
    action: Option<String>,
    /// Only what was done to the object of this code.
    #[arg(long, value_name = "CODE")]
    object: Option<String>,
    /// From this instant on. Without an offset it is UTC.
    #[arg(long, value_parser = instant, value_name = "INSTANT")]
    from: Option<Timestamp>,
    /// Before this instant. Without an offset it is UTC.
    #[arg(long, value_parser = instant, value_name = "INSTANT")]
    to: Option<Timestamp>,
    #[command(flatten)]
    pages: PageArgs,
    #[command(flatten)]
    read: ReadArgs,
}

/// Who acted.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum ActorKind {
    /// An operator.
    Operator,
    /// A supplier.
    Supplier,
    /// The hub by itself.
    Hub,
}

impl ActorKind {
    fn word(self) -> String {
        match self {
            ActorKind::Operator => "operator",
            ActorKind::Supplier => "supplier",
            ActorKind::Hub => "hub",
        }
        .to_owned()
    }
}

impl Audit {
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        let filter = AuditFilter {
            supplier: None,
            actor_kind: self.actor_kind.map(ActorKind::word),
            actor_name: self.actor,
            action: self.action,
            object_code: self.object,
            from: self.from,
            to: self.to,
        };
        let found = audit::list(&self.read.hub().await?, filter, self.pages.page()).await.told("entry")?;
        let log = AuditLog { entries: found.items.into_iter().map(AuditEntry::from).collect() };
        answer(self.read.json, &log, |log| {
            let mut table = Table::new(&["WHEN", "WHO", "KEY", "ACTION", "OBJECT", "DETAILS"]);
            for entry in &log.entries {
                table.row([
                    minute(&entry.at),
                    format!("{} {}", entry.actor_kind, entry.actor),
                    entry.key_prefix.clone().unwrap_or_default(),
                    entry.action.clone(),
                    format!("{} {}", entry.object_kind, entry.object_code),
                    details(&entry.details),
                ]);
            }
            table.or("There are no such entries.")
        })?;
        self.pages.say_rest(found.total);
        Ok(())
    }
}

/// Details as JSON; nothing when there are none.
fn details(details: &Value) -> String {
    if details.as_object().is_some_and(serde_json::Map::is_empty) { String::new() } else { details.to_string() }
}
