//! Drafts: a product, or its next version, while its supplier works on it. Channels see nothing of them.

use axhub_domain::completeness;
use axhub_domain::difference::{Difference, differences};
use axhub_domain::edition::{Edition, EditionOption};
use axhub_domain::ids::{ProductId, SupplierId};
use axhub_domain::money::Currency;
use axhub_domain::product::{Confirmation, Product, ProductKind};
use axhub_domain::refusal::{FieldError, Reason};
use axhub_domain::time::parse_zone;
use axhub_store::products::{self, StoredDraft};
use axhub_store::{Mode, Session};
use jiff::Timestamp;

use super::apply::{Base, apply};
use super::change::{ProductChange, check_version};
use super::workspace::{Placement, Workspace};
use crate::audit::{Note, note};
use crate::{BySupplier, Error, Hub, Result};

/// A draft as its supplier sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// The product as the draft has it; its version is the newest one.
    pub product: Product,
    /// The draft's options, in order.
    pub options: Vec<EditionOption>,
    /// The version that it was made of; 0 when the product was never published.
    pub based_on: i64,
    /// What channels would miss; it can be published when that is nothing.
    pub problems: Vec<FieldError>,
    /// What it changes of that version.
    pub changes: Vec<Difference>,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl Draft {
    fn new(product: &Product, published: &Edition, draft: StoredDraft) -> Draft {
        let changes = match product.version {
            0 => vec![Difference::FirstVersion],
            _ => differences(published, &draft.edition, product.base_currency),
        };
        Draft {
            product: draft.edition.of_product(product),
            based_on: draft.base_version,
            problems: completeness::problems(product.kind, &draft.edition),
            changes,
            created_at: draft.created_at,
            updated_at: draft.updated_at,
            options: draft.edition.options,
        }
    }
}

/// A product to be begun.
#[derive(Clone, Debug)]
pub struct NewDraft {
    /// Its kind.
    pub kind: ProductKind,
    /// The IANA name of its zone.
    pub time_zone: String,
    /// The currency of its net prices.
    pub base_currency: Currency,
    /// All the rest, and what is not said is empty, or what most products have: confirmed at once, ordered until the start.
    pub change: ProductChange,
}

/// Begins a product, which nobody but its supplier sees until it is published. Its options have codes at once, so that
/// their stock can be set.
///
/// # Errors
/// Every wrong field.
pub async fn create_draft(hub: &Hub, by: impl Into<BySupplier>, new: NewDraft) -> Result<Draft> {
    let by = by.into();
    let product = blank(hub, by.id, &new);
    let edition = Edition::of(&product, Vec::new());
    let base = Base { kind: new.kind, edition: &edition, published: &Default::default(), is_draft: true };
    let mut faults = Vec::new();
    if parse_zone(&new.time_zone).is_none() {
        faults.push(FieldError::new("time_zone", Reason::NotATimeZone));
    }
    match apply(base, &new.change, || hub.new_id()) {
        Ok(edition) if faults.is_empty() => begin(hub, by, "product.create", product, edition).await,
        Ok(_) => Err(faults.into()),
        Err(more) => {
            faults.extend(more);
            Err(faults.into())
        }
    }
}

fn blank(hub: &Hub, supplier: SupplierId, new: &NewDraft) -> Product {
    let now = hub.now();
    Product {
        id: hub.new_id(),
        supplier,
        kind: new.kind,
        category: new.kind.categories().first().copied().unwrap_or_default().to_owned(),
        detail_category: None,
        time_zone: new.time_zone.clone(),
        base_currency: new.base_currency,
        version: 0,
        confirmation: Confirmation::Instant,
        reply: None,
        cut_off_minutes: 0,
        sale: Default::default(),
        required_information: Vec::new(),
        contents: Default::default(),
        created_at: now,
        updated_at: now,
    }
}

/// Stores a new product that has nothing but a draft.
pub(super) async fn begin(hub: &Hub, by: BySupplier, action: &'static str, product: Product, edition: Edition) -> Result<Draft> {
    let (ids, now) = (hub.clone(), hub.now());
    hub.database()
        .run("product.create-draft", Mode::Write, (product, edition), move |s, (product, edition)| {
            let hub = ids.clone();
            Box::pin(async move {
                let product = edition.of_product(product);
                let work = Workspace::new(product.clone());
                let placement = work.place(edition, || hub.new_id());
                products::insert(s, &product).await?;
                store_options(s, product.id, &placement).await?;
                let draft = StoredDraft { base_version: 0, edition: edition.clone(), created_at: now, updated_at: now };
                products::put_draft(s, product.id, &draft).await?;
                note(s, vec![Note::by_supplier(&hub, &by, action, "product", product.id)], now).await?;
                Ok(Draft::new(&product, &work.published, draft))
            })
        })
        .await
}

async fn store_options(s: &Session, product: ProductId, placement: &Placement) -> Result<()> {
    products::insert_pools(s, product, &placement.new_pools).await?;
    Ok(products::put_draft_options(s, &placement.rows).await?)
}

/// The draft of a product.
///
/// # Errors
/// [`Error::NOT_FOUND`] when the product is not the supplier's, or has no draft.
pub async fn draft_of_supplier(hub: &Hub, supplier: SupplierId, id: ProductId) -> Result<Draft> {
    hub.database()
        .run("product.read-draft", Mode::Snapshot, (), move |s, ()| {
            Box::pin(async move {
                let product = products::of_supplier(s, supplier, id).await?.ok_or(Error::NOT_FOUND)?;
                let draft = products::draft(s, id).await?.ok_or(Error::NOT_FOUND)?;
                let published = Edition::of(&product, super::published_options(s, id).await?);
                Ok(Draft::new(&product, &published, draft))
            })
        })
        .await
}

/// Changes the draft of a product; where there is none, begins one with the newest version.
///
/// # Errors
/// [`Error::NOT_FOUND`] when the product is not the supplier's; wrong fields;
/// [`axhub_domain::refusal::Conflict::VersionChanged`] when the change names another version than the draft was made of.
pub async fn change_draft(hub: &Hub, by: impl Into<BySupplier>, id: ProductId, change: ProductChange) -> Result<Draft> {
    let (ids, by, now) = (hub.clone(), by.into(), hub.now());
    hub.database()
        .run("product.change-draft", Mode::Write, change, move |s, change| {
            let hub = ids.clone();
            Box::pin(async move {
                let work = Workspace::lock(s, by.id, id).await?;
                let base_version = work.draft.as_ref().map_or(work.product.version, |draft| draft.base_version);
                check_version(change, base_version, work.product.version)?;
                let present = work.draft.as_ref().map_or(&work.published, |draft| &draft.edition);
                let published = work.published_options();
                let base = Base { kind: work.product.kind, edition: present, published: &published, is_draft: true };
                let edition = apply(base, change, || hub.new_id())?;
                if let Some(draft) = work.draft.clone().filter(|draft| draft.edition == edition) {
                    return Ok(Draft::new(&work.product, &work.published, draft));
                }
                let created_at = work.draft.as_ref().map_or(now, |draft| draft.created_at);
                let draft = StoredDraft { base_version, edition, created_at, updated_at: now.max(created_at) };
                put(&hub, s, &work, &draft).await?;
                note(s, vec![Note::by_supplier(&hub, &by, "product.change-draft", "product", id)], now).await?;
                Ok(Draft::new(&work.product, &work.published, draft))
            })
        })
        .await
}

/// Stores a draft, and puts options and pools where it has them.
async fn put(hub: &Hub, s: &Session, work: &Workspace, draft: &StoredDraft) -> Result<()> {
    let placement = work.place(&draft.edition, || hub.new_id());
    let (options, pools) = work.left_behind(&placement);
    store_options(s, work.product.id, &placement).await?;
    products::delete_options(s, &options).await?;
    products::delete_pools(s, &pools).await?;
    products::put_draft(s, work.product.id, draft).await?;
    if work.product.version == 0 {
        // Lists show a product that was never published as its draft has it.
        let product = Product { updated_at: draft.updated_at, ..draft.edition.of_product(&work.product) };
        products::update(s, &product).await?;
    }
    Ok(())
}

/// Discards the draft of a product with the options that it added and their stock; of a product that was never
/// published, nothing is left.
///
/// # Errors
/// [`Error::NOT_FOUND`] when the product is not the supplier's, or has no draft.
pub async fn discard_draft(hub: &Hub, by: impl Into<BySupplier>, id: ProductId) -> Result<()> {
    let (ids, by, now) = (hub.clone(), by.into(), hub.now());
    hub.database()
        .run("product.discard-draft", Mode::Write, (), move |s, ()| {
            let hub = ids.clone();
            Box::pin(async move {
                let work = Workspace::lock(s, by.id, id).await?;
                if work.draft.is_none() {
                    return Err(Error::NOT_FOUND);
                }
                let placement = work.place(&work.published, || hub.new_id());
                let (options, pools) = work.left_behind(&placement);
                products::delete_draft(s, id).await?;
                products::delete_options(s, &options).await?;
                products::delete_pools(s, &pools).await?;
                if work.product.version == 0 {
                    products::delete_unpublished(s, id).await?;
                }
                note(s, vec![Note::by_supplier(&hub, &by, "product.discard-draft", "product", id)], now).await
            })
        })
        .await
}
