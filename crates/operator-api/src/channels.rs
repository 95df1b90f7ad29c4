//! Channels: who sells.

pub mod change;
pub mod create;
pub mod get;
pub mod list;

use axhub_hub::directory;
use serde::Serialize;
use utoipa::ToSchema;

/// A channel.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = OperatorChannel)]
pub struct Channel {
    /// Its code, which never changes.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The IANA name of the zone that its clocks show: times that it sends without an offset are meant there.
    pub time_zone: String,
    /// What operators note about it, such as the vocabulary it uses; nobody else sees it.
    pub notes: String,
    /// How often its keys may read in a minute; null without a bound.
    #[schema(required)]
    pub reads_per_minute: Option<u32>,
    /// How often they may order and write otherwise in a minute; null without a bound.
    #[schema(required)]
    pub orders_per_minute: Option<u32>,
}

impl From<directory::Channel> for Channel {
    fn from(channel: directory::Channel) -> Self {
        Channel {
            code: channel.code,
            name: channel.name,
            time_zone: channel.time_zone,
            notes: channel.notes,
            reads_per_minute: channel.limits.reads_per_minute,
            orders_per_minute: channel.limits.orders_per_minute,
        }
    }
}

impl Channel {
    pub(crate) fn sample() -> Channel {
        Channel {
            code: "hanatrip".to_owned(),
            name: "하나트립".to_owned(),
            time_zone: "Asia/Seoul".to_owned(),
            notes: "Sends the old names: dc_code, use_date.".to_owned(),
            reads_per_minute: Some(600),
            orders_per_minute: None,
        }
    }
}
