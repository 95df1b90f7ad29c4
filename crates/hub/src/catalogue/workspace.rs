//! A product with everything that a change of it goes by, locked until the transaction ends.

use std::collections::{HashMap, HashSet};

use axhub_domain::edition::{Edition, EditionOption};
use axhub_domain::ids::{OptionId, PoolId, ProductId, SupplierId};
use axhub_domain::pricing::NetPrice;
use axhub_domain::product::{OptionKind, Product};
use axhub_store::Session;
use axhub_store::products::{self, Pool, StoredDraft, StoredOption};
use futures_util::try_join;

use crate::{Error, Result};

/// What a change of a product goes by.
pub(super) struct Workspace {
    /// The product as it was published; of one that never was, as its draft says.
    pub(super) product: Product,
    /// Its options, published or not.
    pub(super) rows: Vec<StoredOption>,
    /// The pools that they draw from.
    pub(super) pools: Vec<Pool>,
    /// Its newest version.
    pub(super) published: Edition,
    /// What is being worked on.
    pub(super) draft: Option<StoredDraft>,
}

impl Workspace {
    /// A product of the supplier.
    ///
    /// # Errors
    /// [`Error::NOT_FOUND`] when it is not the supplier's.
    pub(super) async fn lock(s: &Session, supplier: SupplierId, id: ProductId) -> Result<Workspace> {
        let product = products::lock_of_supplier(s, supplier, id).await?.ok_or(Error::NOT_FOUND)?;
        let (rows, pools, prices, draft) =
            try_join!(products::all_options(s, id), products::pools(s, id), products::prices(s, id), products::draft(s, id))?;
        let published = Edition::of(&product, edition_options(&rows, &pools, prices));
        Ok(Workspace { product, rows, pools, published, draft })
    }

    /// A product that is about to be made.
    pub(super) fn new(product: Product) -> Workspace {
        let published = Edition::of(&product, Vec::new());
        Workspace { product, rows: Vec::new(), pools: Vec::new(), published, draft: None }
    }

    /// The options that were published.
    pub(super) fn published_options(&self) -> HashSet<OptionId> {
        self.rows.iter().filter(|row| row.is_published).map(|row| row.option.id).collect()
    }

    /// Where the options of an edition draw from: those that were published from where they always did, all others from
    /// the pool that they name, or from one of their own.
    pub(super) fn place(&self, edition: &Edition, new_pool: impl Fn() -> PoolId) -> Placement {
        let mut named: HashMap<&str, PoolId> = self.pools.iter().filter_map(|pool| Some((pool.name.as_deref()?, pool.id))).collect();
        let mut drawn_from: HashMap<OptionId, PoolId> = HashMap::new();
        let mut new_pools = Vec::new();
        for option in edition.options.iter().filter(|option| option.option.kind == OptionKind::Quantity) {
            let known = self.rows.iter().find(|row| row.option.id == option.option.id);
            let fixed = known.filter(|row| row.is_published).map(|row| row.pool);
            let kept = known.map(|row| row.pool).filter(|pool| self.is_unnamed(*pool) && option.pool.is_none());
            let existing = option.pool.as_deref().and_then(|name| named.get(name).copied());
            let pool = fixed.or(kept).or(existing).unwrap_or_else(|| {
                let pool = Pool { id: new_pool(), name: option.pool.clone() };
                if let Some(name) = option.pool.as_deref() {
                    named.insert(name, pool.id);
                }
                new_pools.push(pool.clone());
                pool.id
            });
            drawn_from.insert(option.option.id, pool);
        }
        let published = self.published_options();
        let row = |option: &EditionOption| {
            let is_published = published.contains(&option.option.id);
            // An option that only changes the price draws from one that is there: the change was checked.
            let pool = drawn_from.get(&option.option.stock_option).copied()?;
            let (option, weight) = (option.option.clone(), i64::from(option.weight));
            Some(StoredOption { option, product: self.product.id, pool, weight, is_published })
        };
        Placement { rows: edition.options.iter().filter_map(row).collect(), new_pools }
    }

    fn is_unnamed(&self, id: PoolId) -> bool {
        self.pools.iter().any(|pool| pool.id == id && pool.name.is_none())
    }

    /// What is no longer needed when only the options of `placement` are: options that were never published, and pools.
    pub(super) fn left_behind(&self, placement: &Placement) -> (Vec<OptionId>, Vec<PoolId>) {
        let kept: HashSet<OptionId> = placement.rows.iter().map(|row| row.option.id).collect();
        let used: HashSet<PoolId> = placement.rows.iter().map(|row| row.pool).collect();
        let options = self.rows.iter().filter(|row| !row.is_published && !kept.contains(&row.option.id)).map(|row| row.option.id);
        let pools = self.pools.iter().map(|pool| pool.id).filter(|pool| !used.contains(pool));
        (options.collect(), pools.collect())
    }
}

/// Where the options of an edition draw from.
pub(super) struct Placement {
    /// The options as they are stored, in order.
    pub(super) rows: Vec<StoredOption>,
    /// The pools that must be made first.
    pub(super) new_pools: Vec<Pool>,
}

/// The published options with the names of their pools and their prices.
pub(super) fn edition_options(rows: &[StoredOption], pools: &[Pool], prices: Vec<(OptionId, NetPrice)>) -> Vec<EditionOption> {
    let mut by_option: HashMap<OptionId, Vec<NetPrice>> = HashMap::new();
    for (option, price) in prices {
        by_option.entry(option).or_default().push(price);
    }
    let option = |row: &StoredOption| {
        let pool = pools.iter().find(|pool| pool.id == row.pool).and_then(|pool| pool.name.clone());
        let prices = by_option.get(&row.option.id).cloned().unwrap_or_default();
        let weight = u32::try_from(row.weight).unwrap_or(u32::MAX);
        let mut option = EditionOption { option: row.option.clone(), pool, weight, prices };
        option.sort_prices();
        option
    };
    rows.iter().filter(|row| row.is_published).map(option).collect()
}
