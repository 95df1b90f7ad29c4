//! Sample data: the same suppliers, products and channels every time, with dates that count from today.

mod files;
mod orders;

use std::collections::HashSet;

use anyhow::{Context, bail};
use axhub_domain::ids::{ChannelId, OptionId, ProductId, SupplierId};
use axhub_domain::inventory::StockRule;
use axhub_domain::product::SalePeriod;
use axhub_domain::refusal::Refusal;
use axhub_domain::time::parse_zone;
use axhub_hub::access::{KeyFor, import_key, list_keys};
use axhub_hub::availability::{DateRange, set_stock, stock_of_supplier};
use axhub_hub::catalogue::{self, NewOption, NewProduct};
use axhub_hub::{Error, Hub, Page, directory};
use jiff::ToSpan;
use jiff::civil::Date;
use uuid::Uuid;

use files::{Channel, Files, OptionKey, Product};

/// How many days of stock there are, from today on.
const DAYS: i64 = 365;

/// The namespace of the sample's ids, so that each is the same in every database.
const NAMESPACE: Uuid = Uuid::from_u128(0x6178_6875_6220_7361_6d70_6c65_2064_6174);

/// The id of the sample product of this key.
pub fn product_id(key: &str) -> ProductId {
    Uuid::new_v5(&NAMESPACE, key.as_bytes()).into()
}

/// The id of an option of a sample product.
pub fn option_id(product: &str, option: &str) -> OptionId {
    Uuid::new_v5(&NAMESPACE, format!("{product}/{option}").as_bytes()).into()
}

/// A key of the sample: the same in every database, so never for real sales.
fn sample_key(letter: char, code: &str) -> String {
    let name: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
    format!("axh_{letter}_demo{name}_onlyForTheDemoNeverForRealSales")
}

/// The sample's keys, each with the code of its owner.
#[derive(Clone, Debug)]
pub struct Keys {
    /// Of the channels.
    pub channels: Vec<(String, String)>,
    /// Of the suppliers.
    pub suppliers: Vec<(String, String)>,
    /// Of the operator.
    pub operator: String,
}

/// The sample's keys.
///
/// # Errors
/// When the embedded files make no sense.
pub fn keys() -> anyhow::Result<Keys> {
    let files = Files::embedded()?;
    let channels = files.channels.iter().map(|channel| (channel.code.clone(), sample_key('c', &channel.code)));
    let suppliers = files.suppliers.iter().map(|supplier| (supplier.code.clone(), sample_key('s', &supplier.code)));
    Ok(Keys { channels: channels.collect(), suppliers: suppliers.collect(), operator: sample_key('o', "operator") })
}

/// Makes the sample's keys valid.
///
/// # Errors
/// The database's.
pub async fn import_keys(hub: &Hub) -> anyhow::Result<()> {
    let Keys { channels, suppliers, operator } = keys()?;
    for (code, key) in channels {
        import_key(hub, KeyFor::Channel(code), &key).await?;
    }
    for (code, key) in suppliers {
        import_key(hub, KeyFor::Supplier(code), &key).await?;
    }
    Ok(import_key(hub, KeyFor::Operator("demo".to_owned()), &operator).await?)
}

/// Whether a database that has no products is somebody's all the same: it has keys that are not the sample's.
///
/// # Errors
/// When it is.
pub async fn refuse_others(hub: &Hub) -> anyhow::Result<()> {
    let Keys { channels, suppliers, operator } = keys()?;
    let owners = channels.iter().chain(&suppliers).map(|(_, key)| key).chain(std::iter::once(&operator));
    let ours: Vec<&str> = owners.filter_map(|key| key.rsplit_once('_')).map(|(prefix, _)| prefix).collect();
    let keys = list_keys(hub).await?;
    if catalogue::count_products(hub).await? == 0 && keys.iter().any(|key| !ours.contains(&key.prefix.as_str())) {
        bail!("the database is empty but has keys that are not the demo's; it is left as it is. Choose another one with --database");
    }
    Ok(())
}

/// Fills an empty database; gives one that the sample filled on an earlier day, or an older sample, what it lacks.
///
/// # Errors
/// When the database holds other products than the sample's.
pub async fn fill(hub: &Hub) -> anyhow::Result<()> {
    Filler { hub, files: &Files::embedded()? }.fill().await
}

struct Filler<'a> {
    hub: &'a Hub,
    files: &'a Files,
}

impl Filler<'_> {
    async fn fill(&self) -> anyhow::Result<()> {
        let known = self.known().await?;
        if known.is_empty() {
            if catalogue::count_products(self.hub).await? > 0 {
                bail!("the database holds other data than the sample's; it is left as it is. Choose an empty one with --database");
            }
            let rates = self.files.rates.iter().map(|rate| rate.dated(self.hub.now())).collect();
            directory::set_rates(self.hub, rates).await?;
        }
        let mut channels = Vec::new();
        for channel in &self.files.channels {
            let id = directory::ensure_channel(self.hub, &channel.code, &channel.name, &channel.time_zone).await?;
            channels.push((channel, id));
        }
        for supplier in &self.files.suppliers {
            let id = directory::ensure_supplier(self.hub, &supplier.code, &supplier.name).await?;
            for product in self.files.products.iter().filter(|product| product.supplier == supplier.code) {
                if known.contains(&product.key) {
                    self.stock_missing_days(id, product).await?;
                } else {
                    self.add(id, product, &channels).await.with_context(|| format!("sample product {}", product.key))?;
                }
            }
        }
        Ok(())
    }

    /// The keys of the products that the database has already.
    async fn known(&self) -> anyhow::Result<HashSet<String>> {
        let suppliers = directory::suppliers(self.hub).await?;
        let mut known = HashSet::new();
        for product in &self.files.products {
            let Some(supplier) = suppliers.iter().find(|supplier| supplier.code == product.supplier) else { continue };
            match catalogue::product_of_supplier(self.hub, supplier.id, product_id(&product.key)).await {
                Ok(_) => drop(known.insert(product.key.clone())),
                Err(Error::Refused(Refusal::NotFound)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(known)
    }

    async fn add(&self, supplier: SupplierId, product: &Product, channels: &[(&Channel, ChannelId)]) -> anyhow::Result<()> {
        let today = self.today(product)?;
        catalogue::create_product(self.hub, supplier, new_product(product, today)?).await?;
        for (channel, id) in channels.iter().filter(|(channel, _)| !product.not_for.contains(&channel.code)) {
            directory::assign(self.hub, *id, vec![(product_id(&product.key), channel.mark_up())]).await?;
        }
        self.stock(supplier, product, today, today + (DAYS - 1).days()).await?;
        self.change_stock(supplier, product, today).await?;
        orders::sell_out(self.hub, product, today, channels).await
    }

    /// Rows of every rule, from one date to another.
    async fn stock(&self, supplier: SupplierId, product: &Product, from: Date, to: Date) -> anyhow::Result<()> {
        for rule in &product.stock {
            for option in &rule.options {
                let start_times = rule.start_times()?;
                let weekdays = rule.weekdays()?;
                let rule = StockRule { from, to, weekdays, start_times, max: rule.max, min: rule.min, on_sale: true };
                set_stock(self.hub, supplier, option_id(&product.key, option), rule).await?;
            }
        }
        Ok(())
    }

    /// Closed days.
    async fn change_stock(&self, supplier: SupplierId, product: &Product, today: Date) -> anyhow::Result<()> {
        for closed in &product.closed {
            let level = product.level_of(closed)?;
            for day in &closed.days {
                let date = today + day.days();
                let rule = StockRule {
                    from: date,
                    to: date,
                    weekdays: vec![],
                    start_times: closed.start_time()?.into_iter().collect(),
                    max: level.max,
                    min: level.min,
                    on_sale: false,
                };
                set_stock(self.hub, supplier, option_id(&product.key, &closed.option), rule).await?;
            }
        }
        Ok(())
    }

    /// A database that was filled on an earlier day gets the days that have come since.
    async fn stock_missing_days(&self, supplier: SupplierId, product: &Product) -> anyhow::Result<()> {
        let today = self.today(product)?;
        let to = today + (DAYS - 1).days();
        let range = DateRange { from: Some(today), to: None };
        let first = stock_of_supplier(self.hub, supplier, product_id(&product.key), None, range, Page { number: 1, size: 1 }).await?;
        let last_page = Page { number: u32::try_from(first.total).unwrap_or(u32::MAX).max(1), size: 1 };
        let last = stock_of_supplier(self.hub, supplier, product_id(&product.key), None, range, last_page).await?;
        let from = last.items.first().map_or(today, |row| row.date + 1.day());
        if from <= to { self.stock(supplier, product, from, to).await } else { Ok(()) }
    }

    fn today(&self, product: &Product) -> anyhow::Result<Date> {
        let zone = parse_zone(&product.time_zone).with_context(|| format!("no time zone {}", product.time_zone))?;
        Ok(self.hub.now().to_zoned(zone).date())
    }
}

fn new_product(product: &Product, today: Date) -> anyhow::Result<NewProduct> {
    let place_of = |key: &OptionKey| product.options.iter().position(|option| option.key == *key);
    let mut options = Vec::new();
    for option in &product.options {
        options.push(NewOption {
            id: Some(option_id(&product.key, &option.key)),
            depths: option.depths.clone(),
            stock_of: option.stock_option.as_ref().map(|of| place_of(of).context("no such stock_option")).transpose()?,
            pool: None,
            weight: 1,
            persons_per_unit: option.persons_per_unit,
            min_quantity: option.min_quantity,
            max_quantity: option.max_quantity,
            is_active: option.active,
            net: Some(option.net),
            seasons: option
                .seasons
                .iter()
                .map(|season| (today + season.from_day.days(), today + season.to_day.days(), season.net))
                .collect(),
        });
    }
    Ok(NewProduct {
        id: Some(product_id(&product.key)),
        kind: product.kind,
        category: product.category.clone(),
        detail_category: product.detail_category.clone(),
        time_zone: product.time_zone.clone(),
        base_currency: product.base_currency,
        confirmation: product.confirmation,
        reply: None,
        cut_off_minutes: product.cutoff_minutes,
        sale: SalePeriod { from: Some(today + product.sale_days.from.days()), to: Some(today + product.sale_days.to.days()) },
        required_information: product.required_traveler_information.clone(),
        contents: product.contents.clone(),
        options,
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use axhub_domain::product::ProductKind;
    use axhub_hub::Settings;
    use axhub_hub::catalogue::{ProductFilter, count_products, list_for_channel};
    use axhub_testkit::{Engine, TestClock, TestDatabase};
    use rstest::rstest;

    use super::*;

    /// What a demo finds that was left by a program whose sample was smaller.
    #[rstest]
    #[case::sqlite(Engine::Sqlite)]
    #[case::postgres(Engine::Postgres)]
    #[tokio::test]
    async fn what_an_older_sample_lacked_is_added(#[case] engine: Engine) {
        let database = TestDatabase::new(engine).await;
        let hub = Hub::new(database.open().await, Arc::new(TestClock::default()), Settings::default());
        let mut older = Files::embedded().expect("the sample");
        let all = older.products.len() as u64;
        older.products.retain(|product| product.kind != ProductKind::Ticket);
        let kept = older.products.len() as u64;
        assert!(kept < all, "the sample has undated tickets");
        Filler { hub: &hub, files: &older }.fill().await.expect("it is empty");
        assert_eq!(count_products(&hub).await.expect("a number"), kept);
        fill(&hub).await.expect("it is the sample's");
        assert_eq!(count_products(&hub).await.expect("a number"), all);
        for channel in directory::channels(&hub).await.expect("channels") {
            let page = Page { number: 1, size: 1 };
            let listed = list_for_channel(&hub, channel.id, ProductKind::Ticket, ProductFilter::default(), page).await.expect("a list");
            assert_eq!(listed.total, all - kept, "{}", channel.code);
        }
    }
}
