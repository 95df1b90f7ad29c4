//! Settings of the whole hub.

pub mod change;
pub mod get;

use axhub_hub::settings::GlobalSettings;
use serde::Serialize;
use utoipa::ToSchema;

/// The settings of the whole hub.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = OperatorSettings)]
pub struct Settings {
    /// For how many days after the last date of use travelers' personal data is kept; null for ever.
    #[schema(required)]
    pub traveler_retention_days: Option<u32>,
    /// The IANA name of the zone in which months of statements begin and end.
    pub statement_time_zone: String,
}

impl From<GlobalSettings> for Settings {
    fn from(settings: GlobalSettings) -> Self {
        let GlobalSettings { traveler_retention_days, statement_time_zone } = settings;
        Settings { traveler_retention_days, statement_time_zone }
    }
}

impl Settings {
    pub(crate) fn sample() -> Settings {
        Settings { traveler_retention_days: Some(365), statement_time_zone: "Asia/Seoul".to_owned() }
    }
}
