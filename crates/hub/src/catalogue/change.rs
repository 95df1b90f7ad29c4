//! Changing a product, which makes its next version.

use std::collections::BTreeMap;

use axhub_domain::ids::{OptionId, PoolId, ProductId, SupplierId};
use axhub_domain::money::Money;
use axhub_domain::pricing::NetPrice;
use axhub_domain::product::{Confirmation, Contents, Depth, Faq, OptionKind, Product, ProductOption, RefundStep, Stop};
use axhub_domain::refusal::{Conflict, FieldError, Reason};
use axhub_store::products::{self, StoredOption};
use axhub_store::{Mode, Session, changes as change_rows};
use jiff::civil::Date;

use super::{ProductForSupplier, document, load_whole, option_faults, store_version};
use crate::changes::{ProductChanged, price_changed, product_changed};
use crate::{Error, Hub, Result};

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
    /// Whether it has stock of its own; of an option that is there, what it is already.
    pub kind: Option<OptionKind>,
    /// For a new option that only changes the price: the option whose stock it draws from.
    pub stock_option: Option<OptionId>,
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

/// Changes a product. When anything really changes, that is its next version; orders that run keep theirs.
///
/// # Errors
/// [`Error::NOT_FOUND`] when it is not the supplier's; wrong fields; [`Conflict::VersionChanged`].
pub async fn change_product(hub: &Hub, supplier: SupplierId, id: ProductId, change: ProductChange) -> Result<ProductForSupplier> {
    let ids = hub.clone();
    hub.database()
        .run("product.change", Mode::Write, change, move |s, change| {
            let ids = ids.clone();
            Box::pin(async move {
                let product = products::lock_of_supplier(s, supplier, id).await?.ok_or(Error::NOT_FOUND)?;
                if change.expected_version.is_some_and(|version| version != product.version) {
                    return Err(Conflict::VersionChanged { version: product.version }.into());
                }
                let before = load_whole(s, product).await?;
                let stored = products::options(s, id).await?;
                let changed = Changed::new(&ids, &before, stored, change)?;
                if document(&changed.whole) == document(&before) {
                    return Ok(before);
                }
                let has_new_prices = prices(&changed.whole) != prices(&before);
                store(&ids, s, changed, has_new_prices).await
            })
        })
        .await
}

async fn store(hub: &Hub, s: &Session, changed: Changed, has_new_prices: bool) -> Result<ProductForSupplier> {
    let Changed { mut whole, stored, new_pools } = changed;
    whole.product.version += 1;
    whole.product.updated_at = hub.now();
    products::update(s, &whole.product).await?;
    products::insert_pools(s, whole.product.id, &new_pools).await?;
    store_version(hub, s, &whole, &stored).await?;
    let product = &whole.product;
    let version = ProductChanged { version: product.version, is_assigned: true };
    let mut changes = vec![product_changed(product.kind, product.id, None, &version)?];
    if has_new_prices {
        changes.push(price_changed(product.kind, product.id, None));
    }
    change_rows::record(s, &changes, product.updated_at).await?;
    Ok(whole)
}

/// The prices in an order of their own, to be compared.
fn prices(whole: &ProductForSupplier) -> Vec<(OptionId, NetPrice)> {
    let mut prices = whole.prices.clone();
    prices.sort_by_key(|(option, price)| (*option, price.dates));
    prices
}

/// A product after its change.
struct Changed {
    whole: ProductForSupplier,
    stored: Vec<StoredOption>,
    new_pools: Vec<PoolId>,
}

impl Changed {
    fn new(
        hub: &Hub,
        before: &ProductForSupplier,
        stored: Vec<StoredOption>,
        change: &ProductChange,
    ) -> std::result::Result<Changed, Vec<FieldError>> {
        let mut faults = Vec::new();
        let product = changed_product(&before.product, change, &mut faults);
        let whole = ProductForSupplier { product, options: Vec::new(), prices: before.prices.clone() };
        let mut changed = Changed { whole, stored, new_pools: Vec::new() };
        for (at, option) in change.options.iter().enumerate() {
            let path = format!("options[{at}]");
            match option.id {
                Some(id) => changed.change_option(&path, id, option, &mut faults),
                None => changed.add_option(hub, &path, option, &mut faults),
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        changed.whole.options = changed.stored.iter().map(|stored| stored.option.clone()).collect();
        Ok(changed)
    }

    fn change_option(&mut self, path: &str, id: OptionId, change: &OptionChange, faults: &mut Vec<FieldError>) {
        let Some(stored) = self.stored.iter_mut().find(|stored| stored.option.id == id) else {
            faults.push(FieldError::new(format!("{path}.option_code"), Reason::OptionUnknown));
            return;
        };
        if change.kind.is_some_and(|kind| kind != stored.option.kind) {
            faults.push(FieldError::new(format!("{path}.kind"), Reason::CannotChange));
        }
        if change.stock_option.is_some_and(|of| of != stored.option.stock_option) {
            faults.push(FieldError::new(format!("{path}.stock_option_code"), Reason::CannotChange));
        }
        let option = &mut stored.option;
        option.depths = change.depths.clone().unwrap_or_else(|| option.depths.clone());
        option.persons_per_unit = change.persons_per_unit.unwrap_or(option.persons_per_unit);
        option.min_quantity = change.min_quantity.unwrap_or(option.min_quantity);
        option.max_quantity = change.max_quantity.unwrap_or(option.max_quantity);
        option.is_active = change.is_active.unwrap_or(option.is_active);
        let option = option.clone();
        self.set_prices(id, change);
        faults.extend(option_faults(path, &option, &self.prices_of(id)));
    }

    fn add_option(&mut self, hub: &Hub, path: &str, change: &OptionChange, faults: &mut Vec<FieldError>) {
        let id: OptionId = hub.new_id();
        let draws_from_another = change.stock_option.is_some();
        match change.kind {
            Some(OptionKind::Price) if !draws_from_another => {
                faults.push(FieldError::new(format!("{path}.stock_option_code"), Reason::Required));
            }
            Some(OptionKind::Quantity) if draws_from_another => {
                faults.push(FieldError::new(format!("{path}.stock_option_code"), Reason::NotForThisKind));
            }
            _ => {}
        }
        let (kind, stock_option, pool) = match change.stock_option {
            None => {
                let pool = hub.new_id();
                self.new_pools.push(pool);
                (OptionKind::Quantity, id, pool)
            }
            Some(of) => match self.stored.iter().find(|other| other.option.id == of && other.option.kind == OptionKind::Quantity) {
                Some(other) => (OptionKind::Price, of, other.pool),
                None => {
                    faults.push(FieldError::new(format!("{path}.stock_option_code"), Reason::OptionUnknown));
                    return;
                }
            },
        };
        let option = ProductOption {
            id,
            depths: change.depths.clone().unwrap_or_default(),
            kind,
            stock_option,
            persons_per_unit: change.persons_per_unit.unwrap_or(1),
            min_quantity: change.min_quantity.unwrap_or(1),
            max_quantity: change.max_quantity.unwrap_or(10),
            is_active: change.is_active.unwrap_or(true),
        };
        self.set_prices(id, change);
        faults.extend(option_faults(path, &option, &self.prices_of(id)));
        self.stored.push(StoredOption { option, product: self.whole.product.id, pool, weight: 1 });
    }

    fn prices_of(&self, option: OptionId) -> Vec<NetPrice> {
        self.whole.prices.iter().filter(|(of, _)| *of == option).map(|(_, price)| *price).collect()
    }

    fn set_prices(&mut self, option: OptionId, change: &OptionChange) {
        let prices = &mut self.whole.prices;
        if let Some(net) = change.net {
            prices.retain(|(of, price)| *of != option || price.dates.is_some());
            prices.push((option, NetPrice { net, dates: None }));
        }
        if let Some(seasons) = &change.seasons {
            prices.retain(|(of, price)| *of != option || price.dates.is_none());
            prices.extend(seasons.iter().map(|(from, to, net)| (option, NetPrice { net: *net, dates: Some((*from, *to)) })));
        }
    }
}

fn changed_product(before: &Product, change: &ProductChange, faults: &mut Vec<FieldError>) -> Product {
    let mut product = before.clone();
    product.category = change.category.clone().unwrap_or(product.category);
    product.detail_category = change.detail_category.clone().unwrap_or(product.detail_category);
    product.confirmation = change.confirmation.unwrap_or(product.confirmation);
    product.cut_off_minutes = change.cut_off_minutes.unwrap_or(product.cut_off_minutes);
    product.sale.from = change.sale_from.unwrap_or(product.sale.from);
    product.sale.to = change.sale_to.unwrap_or(product.sale.to);
    change_required_information(&mut product.required_information, &change.required_information);
    change_contents(&mut product.contents, &change.contents);
    if product.category != before.category && !product.kind.categories().contains(&product.category.as_str()) {
        let choices = product.kind.categories().iter().map(|category| (*category).to_owned()).collect();
        let value = product.category.chars().take(64).collect();
        faults.push(FieldError::new("category", Reason::NotAChoice { value, choices }));
    }
    if product.sale.from.zip(product.sale.to).is_some_and(|(from, to)| to < from) {
        faults.push(FieldError::new("sale_to", Reason::EndsBeforeStart));
    }
    if product.name().is_empty() {
        faults.push(FieldError::new("contents.product_name", Reason::Blank));
    }
    product
}

fn change_required_information(required: &mut Vec<String>, change: &BTreeMap<&'static str, bool>) {
    required.retain(|name| change.get(name.as_str()) != Some(&false));
    for (name, is_required) in change {
        if *is_required && !required.iter().any(|known| known == name) {
            required.push((*name).to_owned());
        }
    }
}

fn change_contents(contents: &mut Contents, change: &ContentsChange) {
    fn replace<T: Clone>(list: &mut Vec<T>, with: &Option<Vec<T>>) {
        if let Some(with) = with {
            list.clone_from(with);
        }
    }
    for (name, text) in &change.texts {
        if text.is_empty() {
            contents.texts.remove(name);
        } else {
            contents.texts.insert(name.clone(), text.clone());
        }
    }
    replace(&mut contents.keyword_others, &change.keyword_others);
    replace(&mut contents.poi, &change.poi);
    replace(&mut contents.inclusions, &change.inclusions);
    replace(&mut contents.exclusions, &change.exclusions);
    replace(&mut contents.faq, &change.faq);
    replace(&mut contents.course, &change.course);
    replace(&mut contents.cancellation_policy, &change.cancellation_policy);
}
