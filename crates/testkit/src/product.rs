//! Products that tests make.

use axhub_domain::ids::{OptionId, ProductId, SupplierId};
use axhub_domain::inventory::StockRule;
use axhub_domain::money::{Currency, Money};
use axhub_domain::product::{Confirmation, Contents, Depth, ProductKind, SalePeriod};
use axhub_domain::reply::{NoReply, ReplyLimit};
use axhub_domain::time::{parse_date, parse_time_of_day, parse_zone, to_instant};
use axhub_hub::catalogue::{NewOption, NewProduct, create_product};
use axhub_hub::{Hub, availability};
use jiff::Timestamp;
use jiff::civil::{Date, Time, date};
use uuid::Uuid;

/// Codes of products and options are made of their names, so that they are the same in every run.
const CODES: Uuid = Uuid::from_u128(0x6178_6875_6274_6573_746b_6974_0000_0001);

/// A product to be made: on sale, confirmed at once, in US dollars and the zone of Paris, with stock for all of July 2026
/// and the day before, unless the test says otherwise.
#[derive(Clone, Debug)]
pub struct ProductBuilder {
    product: NewProduct,
    stock: Option<i64>,
    days: (Date, Date),
    start_times: Vec<Time>,
}

impl ProductBuilder {
    /// A tour at 09:00 and 14:00, without an option yet. The name must be no other product's.
    pub fn tour(name: &str) -> ProductBuilder {
        let start_times = vec![Time::constant(9, 0, 0, 0), Time::constant(14, 0, 0, 0)];
        ProductBuilder { start_times, ..ProductBuilder::new(name, ProductKind::Tour, "Tour") }
    }

    /// A day-ticket, without an option yet. The name must be no other product's.
    pub fn day_ticket(name: &str) -> ProductBuilder {
        let mut builder = ProductBuilder::new(name, ProductKind::DayTicket, "Ticket-Day");
        builder.product.detail_category = Some("Museum".to_owned());
        builder
    }

    /// An undated product, without an option yet. The name must be no other product's.
    pub fn ticket(name: &str) -> ProductBuilder {
        ProductBuilder::new(name, ProductKind::Ticket, "Ticket")
    }

    fn new(name: &str, kind: ProductKind, category: &str) -> ProductBuilder {
        let texts = [
            ("product_name", name),
            ("product_listing_language", "English"),
            ("main_country_and_city", "France - Paris"),
            ("departure_city", "France - Paris"),
            ("transportation", "Walking"),
            ("tour_guide_certification", "Yes"),
            ("separate_driver_included", "No"),
            ("cancellation_type", "Conditional refund"),
        ];
        let texts = texts.into_iter().map(|(name, text)| (name.to_owned(), text.to_owned())).collect();
        let product = NewProduct {
            id: Some(ProductId(Uuid::new_v5(&CODES, name.as_bytes()))),
            kind,
            category: category.to_owned(),
            detail_category: None,
            time_zone: "Europe/Paris".to_owned(),
            base_currency: Currency::Usd,
            confirmation: Confirmation::Instant,
            reply: None,
            cut_off_minutes: 0,
            sale: SalePeriod::default(),
            required_information: Vec::new(),
            contents: Contents { texts, ..Contents::default() },
            options: Vec::new(),
        };
        ProductBuilder { product, stock: Some(10), days: (date(2026, 6, 30), date(2026, 7, 31)), start_times: Vec::new() }
    }

    /// An option with stock of its own, at this net price.
    #[must_use]
    pub fn option(self, name: &str, net: &str) -> ProductBuilder {
        self.add(name, net, None)
    }

    /// An option that only changes the price and draws from the stock of an earlier one, counted from 0.
    #[must_use]
    pub fn price_option(self, name: &str, net: &str, stock_of: usize) -> ProductBuilder {
        self.add(name, net, Some(stock_of))
    }

    fn add(mut self, name: &str, net: &str, stock_of: Option<usize>) -> ProductBuilder {
        let code = format!("{}/{}", self.product.contents.text("product_name").unwrap_or_default(), self.product.options.len());
        self.product.options.push(NewOption {
            id: Some(OptionId(Uuid::new_v5(&CODES, code.as_bytes()))),
            depths: vec![Depth { name: "Person".to_owned(), value: name.to_owned() }],
            stock_of,
            pool: None,
            weight: 1,
            persons_per_unit: 1,
            min_quantity: 1,
            max_quantity: 10,
            is_active: true,
            net: Some(money(net)),
            seasons: Vec::new(),
        });
        self
    }

    /// How many units of the last option one order may have.
    #[must_use]
    pub fn limits(self, min: u32, max: u32) -> ProductBuilder {
        self.change_option(|option| (option.min_quantity, option.max_quantity) = (min, max))
    }

    /// The last option draws from the pool of this name, with all others that name it.
    #[must_use]
    pub fn pool(self, name: &str) -> ProductBuilder {
        self.change_option(|option| option.pool = Some(name.to_owned()))
    }

    /// How much of its pool one unit of the last option takes.
    #[must_use]
    pub fn weight(self, weight: u32) -> ProductBuilder {
        self.change_option(|option| option.weight = weight)
    }

    /// How many people one unit of the last option takes.
    #[must_use]
    pub fn persons(self, persons: u32) -> ProductBuilder {
        self.change_option(|option| option.persons_per_unit = persons)
    }

    /// Another net price of the last option from one date to another.
    #[must_use]
    pub fn season(self, from: &str, to: &str, net: &str) -> ProductBuilder {
        self.change_option(|option| option.seasons.push((day(from), day(to), money(net))))
    }

    /// The last option is not sold.
    #[must_use]
    pub fn inactive(self) -> ProductBuilder {
        self.change_option(|option| option.is_active = false)
    }

    fn change_option(mut self, change: impl FnOnce(&mut NewOption)) -> ProductBuilder {
        change(self.product.options.last_mut().unwrap_or_else(|| panic!("there is no option yet")));
        self
    }

    /// The supplier confirms each order.
    #[must_use]
    pub fn manual(mut self) -> ProductBuilder {
        self.product.confirmation = Confirmation::Manual;
        self
    }

    /// The supplier confirms each order within so many minutes, or the hub does this.
    #[must_use]
    pub fn reply(mut self, minutes: u32, otherwise: NoReply) -> ProductBuilder {
        self.product.reply = Some(ReplyLimit { minutes, otherwise });
        self.manual()
    }

    /// Orders close so many minutes before the start.
    #[must_use]
    pub fn cut_off(mut self, minutes: u32) -> ProductBuilder {
        self.product.cut_off_minutes = minutes;
        self
    }

    /// In another zone.
    #[must_use]
    pub fn zone(mut self, name: &str) -> ProductBuilder {
        self.product.time_zone = name.to_owned();
        self
    }

    /// With net prices in another currency.
    #[must_use]
    pub fn currency(mut self, currency: Currency) -> ProductBuilder {
        self.product.base_currency = currency;
        self
    }

    /// Sold from one day to another, in the product's zone.
    #[must_use]
    pub fn sale(mut self, from: Option<&str>, to: Option<&str>) -> ProductBuilder {
        self.product.sale = SalePeriod { from: from.map(day), to: to.map(day) };
        self
    }

    /// Travelers must tell these, by the contract's names.
    #[must_use]
    pub fn require(mut self, names: &[&str]) -> ProductBuilder {
        self.product.required_information = names.iter().map(|name| (*name).to_owned()).collect();
        self
    }

    /// One of the texts of its contents.
    #[must_use]
    pub fn text(mut self, name: &str, text: &str) -> ProductBuilder {
        self.product.contents.texts.insert(name.to_owned(), text.to_owned());
        self
    }

    /// Starts at these times.
    #[must_use]
    pub fn start_times(mut self, times: &[&str]) -> ProductBuilder {
        self.start_times = times.iter().map(|time| time_of_day(time)).collect();
        self
    }

    /// So many units of each option that has stock, on each date and at each time.
    #[must_use]
    pub fn stock(mut self, max: i64) -> ProductBuilder {
        self.stock = Some(max);
        self
    }

    /// Stock from one date to another only.
    #[must_use]
    pub fn days(mut self, from: &str, to: &str) -> ProductBuilder {
        self.days = (day(from), day(to));
        self
    }

    /// No stock row at all.
    #[must_use]
    pub fn no_stock(mut self) -> ProductBuilder {
        self.stock = None;
        self
    }

    /// What the hub takes, for tests that create it themselves.
    pub fn build(&self) -> NewProduct {
        self.product.clone()
    }

    /// Creates it and fills its stock.
    pub async fn create(self, hub: &Hub, supplier: SupplierId) -> TestProduct {
        let zone = self.product.time_zone.clone();
        let made = create_product(hub, supplier, self.product).await.unwrap_or_else(|error| panic!("a product is refused: {error:?}"));
        let options: Vec<OptionId> = made.options.iter().map(|option| option.option.id).collect();
        let with_stock = made.options.iter().map(|option| &option.option).filter(|option| option.stock_option == option.id);
        if let Some(max) = self.stock {
            for option in with_stock {
                let rule = StockRule {
                    from: self.days.0,
                    to: self.days.1,
                    weekdays: Vec::new(),
                    start_times: self.start_times.clone(),
                    max,
                    min: 0,
                    on_sale: true,
                };
                let set = availability::set_stock(hub, supplier, option.id, rule).await;
                set.unwrap_or_else(|error| panic!("stock is refused: {error:?}"));
            }
        }
        TestProduct { id: made.product.id, kind: made.product.kind, supplier, zone, options }
    }
}

/// A product that a test can order.
#[derive(Clone, Debug)]
pub struct TestProduct {
    /// Its code.
    pub id: ProductId,
    /// Its kind.
    pub kind: ProductKind,
    /// Whose it is.
    pub supplier: SupplierId,
    /// The IANA name of its zone.
    pub zone: String,
    /// Its options' codes, in order.
    pub options: Vec<OptionId>,
}

impl TestProduct {
    /// The code of an option, counted from 0.
    pub fn option(&self, at: usize) -> OptionId {
        self.options[at]
    }

    /// The instant of a local date and time, as `2026-07-02` and `09:00`.
    pub fn at(&self, date: &str, time: &str) -> Timestamp {
        let zone = parse_zone(&self.zone).unwrap_or_else(|| panic!("no zone: {}", self.zone));
        to_instant(day(date), time_of_day(time), &zone).unwrap_or_else(|| panic!("no such time: {date} {time}"))
    }

    /// The instant of a local date without a time, for day-tickets.
    pub fn on(&self, date: &str) -> Timestamp {
        self.at(date, "00:00")
    }
}

fn day(text: &str) -> Date {
    parse_date(text).unwrap_or_else(|_| panic!("no date: {text}"))
}

fn time_of_day(text: &str) -> Time {
    parse_time_of_day(text).unwrap_or_else(|_| panic!("no time: {text}"))
}

fn money(text: &str) -> Money {
    text.parse().unwrap_or_else(|_| panic!("no amount: {text}"))
}
