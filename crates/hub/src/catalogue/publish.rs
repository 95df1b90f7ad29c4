//! Versions: publishing a draft, and ending the sale.

use axhub_domain::completeness;
use axhub_domain::difference::{Difference, differences};
use axhub_domain::edition::Edition;
use axhub_domain::ids::{OptionId, ProductId};
use axhub_domain::product::Product;
use axhub_domain::refusal::Conflict;
use axhub_store::changes as change_rows;
use axhub_store::products::{self, StoredOption};
use axhub_store::{Mode, Session};
use jiff::civil::Date;
use serde_json::{Value, json};

use super::workspace::Workspace;
use super::{ProductForSupplier, today};
use crate::audit::{Note, note};
use crate::changes::{ProductChanged, price_changed, product_changed};
use crate::directory::rules;
use crate::{BySupplier, Hub, Result};

/// Publishes a draft: it is the product's next version at once, and the draft is gone. Orders that run keep their version.
/// A draft that changes nothing makes no version.
///
/// # Errors
/// [`crate::Error::NOT_FOUND`] when the product is not the supplier's; [`Conflict::NoDraft`]; [`Conflict::VersionChanged`] when the
/// draft was made of another version than the newest, or than `expected`; every field that channels would miss.
pub async fn publish_draft(hub: &Hub, by: impl Into<BySupplier>, id: ProductId, expected: Option<i64>) -> Result<ProductForSupplier> {
    let (ids, by) = (hub.clone(), by.into());
    hub.database()
        .run("product.publish", Mode::Write, (), move |s, ()| {
            let hub = ids.clone();
            Box::pin(async move {
                let mut work = Workspace::lock(s, by.id, id).await?;
                let newest = work.product.version;
                let draft = work.draft.take().ok_or(Conflict::NoDraft { version: newest })?;
                if draft.base_version != newest || expected.is_some_and(|expected| expected != newest) {
                    return Err(Conflict::VersionChanged { version: newest }.into());
                }
                let problems = completeness::problems(work.product.kind, &draft.edition);
                if !problems.is_empty() {
                    return Err(problems.into());
                }
                products::delete_draft(s, id).await?;
                let (published, details) = if newest > 0 && draft.edition == work.published {
                    let unchanged = ProductForSupplier { product: work.product, options: work.published.options, has_draft: false };
                    (unchanged, json!({ "version": newest, "changes": [] }))
                } else {
                    publish_edition(&hub, s, &work, draft.edition).await?
                };
                note(s, vec![Note::by_supplier(&hub, &by, "product.publish", "product", id).with(details)], hub.now()).await?;
                Ok(published)
            })
        })
        .await
}

/// The last day on which a product is sold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LastDay {
    /// Yesterday in the product's zone, so that no more orders are taken.
    Yesterday,
    /// Today in the product's zone.
    Today,
    /// A date.
    On(Date),
}

/// Ends the sale of a product, which makes its next version, and of its draft. Never later than it ends already.
///
/// # Errors
/// [`crate::Error::NOT_FOUND`] when it is not the supplier's; [`Conflict::NotPublished`].
pub async fn end_sale(hub: &Hub, by: impl Into<BySupplier>, id: ProductId, last_day: LastDay) -> Result<ProductForSupplier> {
    let (ids, by, now) = (hub.clone(), by.into(), hub.now());
    hub.database()
        .run("product.end-sale", Mode::Write, (), move |s, ()| {
            let hub = ids.clone();
            Box::pin(async move {
                let mut work = Workspace::lock(s, by.id, id).await?;
                if work.product.version == 0 {
                    return Err(Conflict::NotPublished.into());
                }
                let today = today(&work.product, now);
                let last_day = match last_day {
                    LastDay::Yesterday => today.yesterday().unwrap_or(today),
                    LastDay::Today => today,
                    LastDay::On(date) => date,
                };
                let draft = work.draft.take();
                let edition = ended(&work.published, last_day);
                if edition == work.published {
                    return Ok(ProductForSupplier { product: work.product, options: edition.options, has_draft: draft.is_some() });
                }
                let (mut changed, details) = publish_edition(&hub, s, &work, edition).await?;
                if let Some(mut draft) = draft {
                    // Or publishing it would begin the sale again.
                    draft.edition = ended(&draft.edition, last_day);
                    (draft.base_version, draft.updated_at) = (changed.product.version, now.max(draft.updated_at));
                    products::put_draft(s, id, &draft).await?;
                    changed.has_draft = true;
                }
                note(s, vec![Note::by_supplier(&hub, &by, "product.end-sale", "product", id).with(details)], now).await?;
                Ok(changed)
            })
        })
        .await
}

fn ended(edition: &Edition, last_day: Date) -> Edition {
    let mut edition = edition.clone();
    edition.sale.to = Some(edition.sale.to.map_or(last_day, |known| known.min(last_day)));
    edition.sale.from = edition.sale.from.map(|from| from.min(edition.sale.to.unwrap_or(from)));
    edition
}

/// Makes an edition the next version of a product: stores it, tells the feed, and answers it with what the audit log
/// keeps of it. The draft is left as it is.
pub(super) async fn publish_edition(hub: &Hub, s: &Session, work: &Workspace, edition: Edition) -> Result<(ProductForSupplier, Value)> {
    let (before, currency) = (&work.product, work.product.base_currency);
    let changes = if before.version == 0 { vec![Difference::FirstVersion] } else { differences(&work.published, &edition, currency) };
    // Never before the last version, whatever the clocks of the servers show.
    let now = hub.now().max(before.updated_at);
    let product = Product { version: before.version + 1, updated_at: now, ..edition.of_product(before) };
    let placement = work.place(&edition, || hub.new_id());
    products::update(s, &product).await?;
    products::insert_pools(s, product.id, &placement.new_pools).await?;
    store_version(hub, s, &product, &edition, &placement.rows, &changes).await?;
    if before.version == 0 || before.country() != product.country() {
        // What rules look at has changed.
        rules::apply_for_product(s, product.id, product.updated_at).await?;
    }
    tell(s, &product, before.version == 0 || has_new_prices(&work.published, &edition)).await?;
    let codes: Vec<&str> = changes.iter().map(Difference::code).collect();
    let details = json!({ "version": product.version, "changes": codes });
    Ok((ProductForSupplier { product, options: edition.options, has_draft: false }, details))
}

/// Stores a product's options, prices and its version, after the product itself and new pools.
pub(super) async fn store_version(
    hub: &Hub,
    s: &Session,
    product: &Product,
    edition: &Edition,
    rows: &[StoredOption],
    changes: &[Difference],
) -> Result<()> {
    products::publish_options(s, rows).await?;
    let ids: Vec<OptionId> = rows.iter().map(|row| row.option.id).collect();
    let prices = edition.options.iter().flat_map(|option| option.prices.iter().map(|price| (hub.new_id(), option.option.id, *price)));
    products::replace_prices(s, &ids, &prices.collect::<Vec<_>>()).await?;
    Ok(products::insert_version(s, product, edition, changes).await?)
}

async fn tell(s: &Session, product: &Product, has_new_prices: bool) -> Result<()> {
    let version = ProductChanged { version: product.version, is_assigned: true };
    let mut changes = vec![product_changed(product.kind, product.id, None, &version)?];
    if has_new_prices {
        changes.push(price_changed(product.kind, product.id, None));
    }
    Ok(change_rows::record(s, &changes, product.updated_at).await?)
}

fn has_new_prices(before: &Edition, after: &Edition) -> bool {
    let prices = |edition: &Edition| edition.options.iter().map(|option| (option.option.id, option.prices.clone())).collect::<Vec<_>>();
    prices(before) != prices(after)
}
