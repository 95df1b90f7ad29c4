//! Copying a product.

use std::collections::HashMap;

use axhub_domain::edition::Edition;
use axhub_domain::ids::{OptionId, ProductId};
use axhub_domain::product::{Product, SalePeriod};

use super::draft::{Draft, begin};
use super::product_of_supplier;
use crate::{BySupplier, Hub, Result};

/// What stands behind the name of a copy.
const SUFFIX: &str = " (copy)";
/// The most characters of a name.
const MAX_NAME: usize = 255;

/// Begins a new product with everything that a product of the supplier says: a draft with codes of its own and open dates
/// of sale, without stock, sold by nobody.
///
/// # Errors
/// [`crate::Error::NOT_FOUND`] when it is not the supplier's.
pub async fn copy_product(hub: &Hub, by: impl Into<BySupplier>, id: ProductId) -> Result<Draft> {
    let by = by.into();
    let source = product_of_supplier(hub, by.id, id).await?;
    let now = hub.now();
    let mut edition = Edition::of(&source.product, source.options);
    edition.sale = SalePeriod::default();
    edition.contents.texts.insert("product_name".to_owned(), name_of_copy(source.product.name()));
    rename(&mut edition, || hub.new_id());
    let product = Product { id: hub.new_id(), version: 0, created_at: now, updated_at: now, ..source.product };
    begin(hub, by, "product.copy", product, edition).await
}

fn name_of_copy(name: &str) -> String {
    name.chars().take(MAX_NAME - SUFFIX.len()).chain(SUFFIX.chars()).collect()
}

/// Gives every option a new code.
fn rename(edition: &mut Edition, new_id: impl Fn() -> OptionId) {
    let codes: HashMap<OptionId, OptionId> = edition.options.iter().map(|option| (option.option.id, new_id())).collect();
    let code = |old: OptionId| codes.get(&old).copied().unwrap_or(old);
    for option in &mut edition.options {
        option.option.id = code(option.option.id);
        option.option.stock_option = code(option.option.stock_option);
    }
}
