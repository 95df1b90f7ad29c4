//! Explaining one stock row to its supplier: who has what of it, and why a channel can order nothing.

use axhub_domain::allotment::{Allotment, Allotments};
use axhub_domain::hindrance::{Case, Hindrance};
use axhub_domain::ids::{ChannelId, StockId, SupplierId};
use axhub_domain::product::ProductKind;
use axhub_store::stock::explained::{self, DrawingOption, OrderedBy, WholeRow};
use axhub_store::{Mode, products};
use futures_util::try_join;
use jiff::Timestamp;

use super::terms;
use crate::{Error, Hub, Result};

/// Everything about one stock row.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// The moment that it holds for.
    pub as_of: Timestamp,
    /// The row, its pool and who closed it.
    pub whole: WholeRow,
    /// The kind of its product.
    pub kind: ProductKind,
    /// Units that are kept for single channels.
    pub kept: i64,
    /// What each channel has of it, by the channels' codes.
    pub ordered_by: Vec<OrderedBy>,
    /// What is allotted to which channel, by their codes.
    pub allotments: Vec<(String, Allotment)>,
    /// The options that draw from it.
    pub options: Vec<ExplainedOption>,
}

/// An option, and what each channel can order of it.
#[derive(Clone, Debug)]
pub struct ExplainedOption {
    /// The option.
    pub option: DrawingOption,
    /// Every channel that may sell it, has it in orders, or has an allotment; by code.
    pub channels: Vec<ExplainedChannel>,
}

/// What a channel can order of an option.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExplainedChannel {
    /// The channel's code.
    pub code: String,
    /// Units of the option that are left for it.
    pub available: u32,
    /// Why it can order nothing; empty when it can.
    pub hindrances: Vec<Hindrance>,
}

/// Everything about one row of the supplier's stock.
///
/// # Errors
/// [`Error::NOT_FOUND`] when it is not the supplier's.
pub async fn explain_stock(hub: &Hub, supplier: SupplierId, id: StockId) -> Result<Explanation> {
    let now = hub.now();
    hub.database()
        .run("stock.explain", Mode::Snapshot, (), move |s, ()| {
            Box::pin(async move {
                let whole = explained::of_supplier(s, supplier, id).await?.ok_or(Error::NOT_FOUND)?;
                let (product, options, ordered_by, sellers, allotments) = try_join!(
                    products::of_supplier(s, supplier, whole.product),
                    explained::options(s, id),
                    explained::ordered_by(s, id),
                    explained::sellers(s, whole.product),
                    explained::allotments(s, id),
                )?;
                let product = product.ok_or(Error::NOT_FOUND)?;
                let kept = Allotments::by_row(allotments.iter().map(|(_, allotment)| ((), *allotment))).remove(&()).unwrap_or_default();
                let channels = channels(&sellers, &ordered_by, &allotments);
                let terms = terms(&product);
                let explain = |option: DrawingOption| {
                    let channel = |(channel, code): &(ChannelId, String)| {
                        let case = Case {
                            channel: *channel,
                            is_assigned: sellers.iter().any(|(seller, _)| seller == channel),
                            is_published: whole.is_published && option.is_published,
                            is_active: option.is_active,
                            min_quantity: option.min_quantity,
                            weight: option.weight,
                            terms: &terms,
                            row: &whole.row,
                            allotments: &kept,
                        };
                        ExplainedChannel { code: code.clone(), available: case.available(now), hindrances: case.hindrances(now) }
                    };
                    let channels = channels.iter().map(channel).collect();
                    ExplainedOption { option, channels }
                };
                let options = options.into_iter().map(explain).collect();
                Ok(Explanation { as_of: now, kind: product.kind, kept: kept.kept(now), ordered_by, allotments, options, whole })
            })
        })
        .await
}

/// Every channel that has to do with a row, by code.
fn channels(sellers: &[(ChannelId, String)], ordered_by: &[OrderedBy], allotments: &[(String, Allotment)]) -> Vec<(ChannelId, String)> {
    let mut channels = sellers.to_vec();
    channels.extend(ordered_by.iter().map(|ordered| (ordered.channel, ordered.code.clone())));
    channels.extend(allotments.iter().map(|(code, allotment)| (allotment.channel, code.clone())));
    channels.sort_by(|one, other| one.1.cmp(&other.1));
    channels.dedup();
    channels
}
