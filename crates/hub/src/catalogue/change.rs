//! Changing a published product, which makes its next version at once.

use std::collections::BTreeMap;

use axhub_domain::completeness;
use axhub_domain::ids::{OptionId, ProductId};
use axhub_domain::money::Money;
use axhub_domain::product::{Confirmation, Depth, Faq, OptionKind, RefundStep, Stop};
use axhub_domain::refusal::Conflict;
use axhub_domain::reply::NoReply;
use axhub_store::Mode;
use jiff::civil::Date;

use super::ProductForSupplier;
use super::apply::{Base, apply};
use super::publish::publish_edition;
use super::workspace::Workspace;
use crate::audit::{Note, note};
use crate::{BySupplier, Hub, Result};

/// What is to change; what is `None` stays.
#[derive(Clone, Debug, Default)]
pub struct ProductChange {
    /// The version the change was made for; when a newer one is there, nothing changes.
    pub expected_version: Option<i64>,
    /// The category.
    pub category: Option<String>,
    /// The finer category; `Some(None)` takes it away.
    pub detail_category: Option<Option<String>>,
    /// Who confirms.
    pub confirmation: Option<Confirmation>,
    /// How many minutes the supplier has to answer an order; `Some(None)` takes the limit away.
    pub reply_minutes: Option<Option<u32>>,
    /// What the hub does then.
    pub on_no_reply: Option<Option<NoReply>>,
    /// How many minutes before the start orders close.
    pub cut_off_minutes: Option<u32>,
    /// The first day of sale; `Some(None)` takes the bound away.
    pub sale_from: Option<Option<Date>>,
    /// The last day of sale.
    pub sale_to: Option<Option<Date>>,
    /// Which of [`axhub_domain::product::TRAVELER_INFORMATION`] travelers must tell, and which no longer.
    pub required_information: BTreeMap<&'static str, bool>,
    /// Texts, pictures and lists.
    pub contents: ContentsChange,
    /// Options to change or to add, in the order in which the client wrote them.
    pub options: Vec<OptionChange>,
}

/// What is to change of the contents; what is `None` or not there stays.
#[derive(Clone, Debug, Default)]
pub struct ContentsChange {
    /// Texts by their names; an empty one takes it away.
    pub texts: BTreeMap<String, String>,
    /// Words that the product is found by.
    pub keyword_others: Option<Vec<String>>,
    /// Points of interest.
    pub poi: Option<Vec<String>>,
    /// What the price includes.
    pub inclusions: Option<Vec<String>>,
    /// What it does not include.
    pub exclusions: Option<Vec<String>>,
    /// Questions that travelers ask.
    pub faq: Option<Vec<Faq>>,
    /// The stops.
    pub course: Option<Vec<Stop>>,
    /// How much is given back when.
    pub cancellation_policy: Option<Vec<RefundStep>>,
}

/// What is to change of an option.
#[derive(Clone, Debug, Default)]
pub struct OptionChange {
    /// Which option; a new one when `None`.
    pub id: Option<OptionId>,
    /// Takes an option that was never published away; nothing else of the change counts then.
    pub remove: bool,
    /// Whether it has stock of its own; of an option that is there, what it is already.
    pub kind: Option<OptionKind>,
    /// For a new option that only changes the price: the option whose stock it draws from.
    pub stock_option: Option<OptionId>,
    /// The name of the pool it draws from; `Some(None)` for one of its own.
    pub pool: Option<Option<String>>,
    /// How much of the pool one unit takes.
    pub weight: Option<u32>,
    /// Its depths.
    pub depths: Option<Vec<Depth>>,
    /// How many people one unit takes.
    pub persons_per_unit: Option<u32>,
    /// The least units in one order.
    pub min_quantity: Option<u32>,
    /// The most units in one order.
    pub max_quantity: Option<u32>,
    /// Whether it is sold.
    pub is_active: Option<bool>,
    /// The base price.
    pub net: Option<Money>,
    /// All prices of ranges of dates.
    pub seasons: Option<Vec<(Date, Date, Money)>>,
}

/// Changes a published product. When anything really changes, that is its next version; orders that run keep theirs. A
/// change may not take away what channels need.
///
/// # Errors
/// [`crate::Error::NOT_FOUND`] when it is not the supplier's; wrong fields; [`Conflict::VersionChanged`];
/// [`Conflict::DraftOpen`] when a draft waits, as that of a product that was never published does.
pub async fn change_product(hub: &Hub, by: impl Into<BySupplier>, id: ProductId, change: ProductChange) -> Result<ProductForSupplier> {
    let (hub, by) = (hub.clone(), by.into());
    hub.database()
        .run("product.change", Mode::Write, change, {
            let hub = hub.clone();
            move |s, change| {
                let hub = hub.clone();
                Box::pin(async move {
                    let work = Workspace::lock(s, by.id, id).await?;
                    if work.draft.is_some() {
                        return Err(Conflict::DraftOpen.into());
                    }
                    check_version(change, work.product.version, work.product.version)?;
                    let (kind, published) = (work.product.kind, work.published_options());
                    let base = Base { kind, edition: &work.published, published: &published, is_draft: false };
                    let edition = apply(base, change, || hub.new_id())?;
                    let missing = completeness::new_problems(kind, &work.published, &edition);
                    if !missing.is_empty() {
                        return Err(missing.into());
                    }
                    if edition == work.published {
                        return Ok(ProductForSupplier { product: work.product, options: edition.options, has_draft: false });
                    }
                    let (changed, details) = publish_edition(&hub, s, &work, edition).await?;
                    note(s, vec![Note::by_supplier(&hub, &by, "product.change", "product", id).with(details)], hub.now()).await?;
                    Ok(changed)
                })
            }
        })
        .await
}

/// Refuses a change that was made for another version than the one at hand.
pub(super) fn check_version(change: &ProductChange, present: i64, newest: i64) -> Result<()> {
    match change.expected_version {
        Some(expected) if expected != present => Err(Conflict::VersionChanged { version: newest }.into()),
        _ => Ok(()),
    }
}
