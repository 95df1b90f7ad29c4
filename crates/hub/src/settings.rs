//! Settings of the whole hub that an operator changes while it runs.

use axhub_domain::refusal::{FieldError, Reason};
use axhub_domain::time::parse_zone;
use axhub_store::{Mode, Session, settings};
use jiff::tz::TimeZone;
use serde_json::{Map, Value};

use crate::actor::ByOperator;
use crate::audit::{Note, note};
use crate::{Error, Hub, Result};

/// The most days for which travelers' data can be kept.
pub const MAX_RETENTION_DAYS: u32 = 3650;

const RETENTION: &str = "traveler_retention_days";
const ZONE: &str = "statement_time_zone";

/// The settings with what holds where nobody has set anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GlobalSettings {
    /// For how many days after the last use travelers' data is kept; for ever when `None`.
    pub traveler_retention_days: Option<u32>,
    /// The IANA name of the zone in which months of statements begin and end.
    pub statement_time_zone: String,
}

impl GlobalSettings {
    /// The zone of statements. Only names that were known are stored; one that the world has abolished since is UTC.
    pub fn statement_zone(&self) -> TimeZone {
        parse_zone(&self.statement_time_zone).unwrap_or(TimeZone::UTC)
    }
}

/// What an operator changes; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct SettingsChange {
    /// For how many days, from 1 to [`MAX_RETENTION_DAYS`]; `Some(None)` for ever.
    pub traveler_retention_days: Option<Option<u32>>,
    /// An IANA name.
    pub statement_time_zone: Option<String>,
}

/// The settings, in a transaction that is open already.
pub(crate) async fn load(s: &Session) -> Result<GlobalSettings> {
    let set = settings::all(s).await?;
    Ok(GlobalSettings {
        traveler_retention_days: set.get(RETENTION).and_then(|days| days.parse().ok()),
        statement_time_zone: set.get(ZONE).cloned().unwrap_or_else(|| "UTC".to_owned()),
    })
}

/// The settings.
///
/// # Errors
/// The database's.
pub async fn read(hub: &Hub) -> Result<GlobalSettings> {
    hub.database().run("settings.read", Mode::Snapshot, (), |s, ()| Box::pin(load(s))).await
}

/// Changes settings, and answers all of them.
///
/// # Errors
/// Every wrong field.
pub async fn change(hub: &Hub, by: ByOperator, change: SettingsChange) -> Result<GlobalSettings> {
    let faults = faults(&change);
    if !faults.is_empty() {
        return Err(faults.into());
    }
    let (ids, now) = (hub.clone(), hub.now());
    hub.database()
        .run("settings.change", Mode::Write, (by, change), move |s, (by, change)| {
            let ids = ids.clone();
            Box::pin(async move {
                let before = load(s).await?;
                match change.traveler_retention_days {
                    Some(Some(days)) => settings::set(s, RETENTION, &days.to_string(), now).await?,
                    Some(None) => settings::remove(s, RETENTION).await?,
                    None => {}
                }
                if let Some(zone) = &change.statement_time_zone {
                    settings::set(s, ZONE, zone, now).await?;
                }
                let after = load(s).await?;
                if after != before {
                    let changed = Note::by_operator(&ids, by, "settings.change", "settings", "settings").with(differences(&before, &after));
                    note(s, vec![changed], now).await?;
                }
                Ok::<_, Error>(after)
            })
        })
        .await
}

fn faults(change: &SettingsChange) -> Vec<FieldError> {
    let mut faults = Vec::new();
    match change.traveler_retention_days {
        Some(Some(0)) => faults.push(FieldError::new(RETENTION, Reason::TooSmall { min: 1 })),
        Some(Some(days)) if days > MAX_RETENTION_DAYS => {
            faults.push(FieldError::new(RETENTION, Reason::TooLarge { max: i64::from(MAX_RETENTION_DAYS) }));
        }
        _ => {}
    }
    if change.statement_time_zone.as_ref().is_some_and(|zone| parse_zone(zone).is_none()) {
        faults.push(FieldError::new(ZONE, Reason::NotATimeZone));
    }
    faults
}

/// What was and what is, of each setting that is another now.
fn differences(before: &GlobalSettings, after: &GlobalSettings) -> Value {
    let mut changed = Map::new();
    let mut add = |name: &str, from: Value, to: Value| {
        if from != to {
            changed.insert(name.to_owned(), serde_json::json!({ "from": from, "to": to }));
        }
    };
    add(RETENTION, before.traveler_retention_days.into(), after.traveler_retention_days.into());
    add(ZONE, before.statement_time_zone.as_str().into(), after.statement_time_zone.as_str().into());
    Value::Object(changed)
}
