//! What channels publish of the products they may sell.

use axhub_domain::ids::{ChannelId, ProductId, RegistrationId};
use axhub_domain::product::{ProductKind, ProductOption};
use axhub_domain::registration::check_mapping;
use axhub_store::registrations::{self, Registration};
use axhub_store::{Mode, products};

pub use axhub_store::registrations::Outdated;

use crate::{Error, Hub, Result, freshness};

/// What a channel says of a product it has put on sale.
#[derive(Clone, Debug)]
pub struct Register {
    /// Pairs of an option's code and the channel's name of it, as sent.
    pub mapping: Vec<(String, String)>,
    /// The channel's id of the product.
    pub channel_product_id: String,
    /// The channel's name of it.
    pub channel_product_name: String,
    /// Where it is sold.
    pub channel_product_link: String,
}

/// What registering answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Registered {
    /// The code that orders need.
    pub id: RegistrationId,
    /// The product.
    pub product: ProductId,
    /// Its newest version, which is now the channel's.
    pub version: i64,
    /// Whether it is the first registration.
    pub is_new: bool,
}

/// Registers a product, or registers it again with a new mapping and version.
///
/// # Errors
/// [`Error::NOT_FOUND`] when the channel may not sell it; wrong fields when the mapping does not fit the options.
pub async fn register(hub: &Hub, channel: ChannelId, kind: ProductKind, product: ProductId, asked: Register) -> Result<Registered> {
    let (id, now) = (hub.new_id(), hub.now());
    hub.database()
        .run("registration.set", Mode::Write, asked, move |s, asked| {
            Box::pin(async move {
                s.touches([freshness::product(product)]);
                let version = products::of_channel(s, channel, kind, product).await?.ok_or(Error::NOT_FOUND)?.version;
                let options: Vec<ProductOption> = products::options(s, product).await?.into_iter().map(|stored| stored.option).collect();
                let registration = Registration {
                    id,
                    channel,
                    product,
                    version,
                    channel_product_id: asked.channel_product_id.clone(),
                    channel_product_name: asked.channel_product_name.clone(),
                    channel_product_link: asked.channel_product_link.clone(),
                    mapping: check_mapping(&asked.mapping, &options)?,
                };
                let (id, is_new) = registrations::upsert(s, &registration, now).await?;
                Ok::<_, Error>(Registered { id, product, version, is_new })
            })
        })
        .await
}

/// The channel's registered products that have a newer version than the registered one.
///
/// # Errors
/// The database's.
pub async fn outdated(hub: &Hub, channel: ChannelId, kind: ProductKind) -> Result<Vec<Outdated>> {
    hub.database()
        .run("registration.outdated", Mode::Read, (), move |s, ()| {
            Box::pin(async move { Ok(registrations::outdated(s, channel, kind).await?) })
        })
        .await
}
