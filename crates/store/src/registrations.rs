//! What channels registered of the products they sell.

use axhub_domain::ids::{ChannelId, OptionId, ProductId, RegistrationId};
use axhub_domain::order::{SoldOption, SoldProduct};
use axhub_domain::pricing::NetPrice;
use axhub_domain::product::{ProductKind, SalePeriod};
use axhub_domain::registration::Mapping;
use axhub_domain::time::parse_zone;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use crate::engine::{Row, Session};
use crate::error::{Error, Result};
use crate::params;
use crate::products::{from_json, reply, to_json};

/// A channel's registration of a product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration {
    /// Its code, which stays the same when the channel registers again.
    pub id: RegistrationId,
    /// The channel.
    pub channel: ChannelId,
    /// The product.
    pub product: ProductId,
    /// The version that the channel has published.
    pub version: i64,
    /// The channel's id of the product.
    pub channel_product_id: String,
    /// The channel's name of it.
    pub channel_product_name: String,
    /// Where the channel sells it.
    pub channel_product_link: String,
    /// The channel's names of the options.
    pub mapping: Mapping,
}

/// Registers, or replaces what was registered; answers the code, and whether it is a new one.
///
/// # Errors
/// The database's.
pub async fn upsert(s: &Session, registration: &Registration, now: Timestamp) -> Result<(RegistrationId, bool)> {
    let sql = "INSERT INTO registrations (id, channel_id, product_id, version, channel_product_id, channel_product_name,
            channel_product_link, mapping, created_at, updated_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)
        ON CONFLICT (channel_id, product_id) DO UPDATE SET version = excluded.version, channel_product_id = excluded.channel_product_id,
            channel_product_name = excluded.channel_product_name, channel_product_link = excluded.channel_product_link,
            mapping = excluded.mapping,
            updated_at = CASE WHEN excluded.updated_at > registrations.updated_at THEN excluded.updated_at ELSE registrations.updated_at END
        RETURNING id";
    let r = registration;
    let params = params![
        r.id,
        r.channel,
        r.product,
        r.version,
        r.channel_product_id,
        r.channel_product_name,
        r.channel_product_link,
        to_json(&r.mapping)?,
        now
    ];
    let id = s.query_one(sql, &params).await?.get(0)?;
    Ok((id, id == registration.id))
}

/// A registered product that has a newer version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outdated {
    /// The product.
    pub product: ProductId,
    /// Its name today.
    pub title: String,
    /// Its newest version.
    pub version: i64,
}

/// The channel's registered products whose newest version is above the registered one, and which it still may sell.
///
/// # Errors
/// The database's.
pub async fn outdated(s: &Session, channel: ChannelId, kind: ProductKind) -> Result<Vec<Outdated>> {
    let sql = "SELECT p.id, p.contents, p.version FROM registrations r
        JOIN products p ON p.id = r.product_id JOIN assignments a ON a.channel_id = r.channel_id AND a.product_id = p.id
        WHERE r.channel_id = $1 AND p.kind = $2 AND p.version > r.version ORDER BY p.created_at, p.id";
    let rows = s.query(sql, &params![channel, kind]).await?;
    let outdated = |row: &Row| {
        let contents: axhub_domain::product::Contents = from_json(row.get(1)?)?;
        Ok(Outdated { product: row.get(0)?, title: contents.text("product_name").unwrap_or_default().to_owned(), version: row.get(2)? })
    };
    rows.iter().map(outdated).collect()
}

/// What decisions about orders need to know of the products behind these registrations.
///
/// # Errors
/// The database's.
pub async fn sold_products(s: &Session, registrations: &[RegistrationId]) -> Result<Vec<(RegistrationId, SoldProduct)>> {
    let sql = "SELECT r.id, r.channel_id, p.id, p.supplier_id, p.version, p.kind, p.time_zone, p.confirmation, p.reply_minutes, p.on_no_reply, p.cut_off_minutes,
            p.sale_from, p.sale_to, p.required_information, p.base_currency, a.mark_up
        FROM registrations r JOIN products p ON p.id = r.product_id
        LEFT JOIN assignments a ON a.channel_id = r.channel_id AND a.product_id = r.product_id
        WHERE r.id = ANY($1)";
    s.query(sql, &params![registrations]).await?.iter().map(sold_product).collect()
}

fn sold_product(row: &Row) -> Result<(RegistrationId, SoldProduct)> {
    let mut r = row.reader();
    let (id, channel, product, supplier, version, kind) = (r.take()?, r.take()?, r.take()?, r.take()?, r.take()?, r.take()?);
    let zone: String = r.take()?;
    let zone = parse_zone(&zone).ok_or_else(|| Error::Database(format!("unknown time zone {zone}")))?;
    let confirmation = r.take()?;
    let (minutes, otherwise) = (r.take()?, r.take()?);
    let reply = reply(minutes, otherwise);
    let cut_off = SignedDuration::from_mins(r.take::<i64>()?);
    let sale = SalePeriod { from: r.take()?, to: r.take()? };
    let required_information = from_json(r.take()?)?;
    let (base_currency, mark_up) = (r.take()?, r.take()?);
    let sold = SoldProduct {
        channel,
        product,
        supplier,
        version,
        kind,
        zone,
        confirmation,
        reply,
        cut_off,
        sale,
        required_information,
        base_currency,
        mark_up,
    };
    Ok((id, sold))
}

/// What decisions about orders need to know of these options, apart from their prices.
///
/// # Errors
/// The database's.
pub async fn sold_options(s: &Session, options: &[OptionId]) -> Result<Vec<(OptionId, SoldOption)>> {
    let sql = "SELECT id, product_id, pool_id, weight, min_quantity, max_quantity, is_active FROM options
        WHERE id = ANY($1) AND is_published";
    let rows = s.query(sql, &params![options]).await?;
    let sold_option = |row: &Row| {
        let mut r = row.reader();
        let id = r.take()?;
        let option = SoldOption {
            product: r.take()?,
            pool: r.take()?,
            weight: r.take()?,
            min_quantity: r.take()?,
            max_quantity: r.take()?,
            is_active: r.take()?,
            prices: Vec::new(),
        };
        Ok((id, option))
    };
    rows.iter().map(sold_option).collect()
}

/// The net prices of these options, base prices and those of ranges that end on a date or later.
///
/// # Errors
/// The database's.
pub async fn net_prices(s: &Session, options: &[OptionId], ending_from: Date) -> Result<Vec<(OptionId, NetPrice)>> {
    let sql = "SELECT option_id, net, valid_from, valid_to FROM option_prices
        WHERE option_id = ANY($1) AND (valid_to >= $2 OR valid_to IS NULL)";
    let price = |row: &Row| {
        let (from, to): (Option<Date>, Option<Date>) = (row.get(2)?, row.get(3)?);
        Ok((row.get(0)?, NetPrice { net: row.get(1)?, dates: from.zip(to) }))
    };
    s.query(sql, &params![options, ending_from]).await?.iter().map(price).collect()
}
