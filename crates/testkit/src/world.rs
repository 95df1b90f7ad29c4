//! The small world that every test can start from.

use axhub_domain::ids::{ChannelId, RegistrationId, SupplierId};
use axhub_domain::money::Currency;
use axhub_domain::pricing::{ExchangeRate, MarkUp};
use axhub_hub::access::{self, KeyFor};
use axhub_hub::catalogue;
use axhub_hub::registration::{Register, register};
use axhub_hub::{Hub, Result, directory};
use jiff::Timestamp;

use crate::{ProductBuilder, TestProduct};

/// Two suppliers, two channels, an operator, and five products with stock for July 2026.
///
/// | product | supplier | zone | currency | confirmed | options | sold by |
/// |---|---|---|---|---|---|---|
/// | `paris`, tour 09:00 and 14:00 | lumiere | Europe/Paris | USD | at once | Adult 75.00 (10 units), Child 50.00 (from Adult's stock) | both |
/// | `seoul`, tour 10:00, closes 60 minutes before | hanok | Asia/Seoul | KRW | by the supplier | Standard 30000 (20), Premium 55000 (20) | both |
/// | `dmz`, tour 07:30, needs `english_name` and `passport_id` | hanok | Asia/Seoul | KRW | at once | Seat 60000 (15) | both |
/// | `museum`, day-ticket | hanok | Asia/Seoul | KRW | at once | Adult 12000 (50), Youth 8000 (50) | both |
/// | `harbor`, tour 18:00 | lumiere | America/New_York | USD | at once | Seat 40.00 (10) | beta only |
///
/// Channel alpha marks up by 20 %, beta by 10 %; from 2026-01-01 on a dollar is 1100 won. Nothing is registered yet.
#[derive(Clone, Debug)]
pub struct World {
    /// The operator's key.
    pub operator_key: String,
    /// The channels, alpha of Asia/Seoul and beta of America/New_York.
    pub channels: Vec<Member<ChannelId>>,
    /// The suppliers, lumiere and hanok.
    pub suppliers: Vec<Member<SupplierId>>,
    /// A tour in Paris, confirmed at once.
    pub paris: TestProduct,
    /// A tour in Seoul that the supplier confirms.
    pub seoul: TestProduct,
    /// A tour that needs passports.
    pub dmz: TestProduct,
    /// A day-ticket.
    pub museum: TestProduct,
    /// A tour that only beta may sell.
    pub harbor: TestProduct,
}

/// A channel or a supplier with a key.
#[derive(Clone, Debug)]
pub struct Member<T> {
    /// Its id.
    pub id: T,
    /// Its code.
    pub code: String,
    /// Its key.
    pub key: String,
}

impl World {
    /// Makes the world.
    pub async fn make(hub: &Hub) -> World {
        must(World::try_make(hub).await)
    }

    async fn try_make(hub: &Hub) -> Result<World> {
        let lumiere = supplier(hub, "lumiere", "Atelier Lumière").await?;
        let hanok = supplier(hub, "hanok", "한옥여행").await?;
        let alpha = channel(hub, "alpha", "Alpha Travel", "Asia/Seoul").await?;
        let beta = channel(hub, "beta", "Beta Trips", "America/New_York").await?;
        let operator_key = access::create_key(hub, KeyFor::Operator("olivia".to_owned()), None).await?.secret;
        let since = Timestamp::constant(1_767_225_600, 0);
        let rate = ExchangeRate { base: Currency::Usd, quote: Currency::Krw, valid_from: since, rate: 110_000_000_000 };
        directory::set_rates(hub, vec![rate]).await?;

        let paris = ProductBuilder::tour("Paris walk").option("Adult", "75.00").price_option("Child", "50.00", 0);
        let seoul = ProductBuilder::tour("북촌 골목 산책").manual().cut_off(60).start_times(&["10:00"]).stock(20);
        let seoul = in_seoul(seoul).option("Standard", "30000").option("Premium", "55000");
        let dmz = ProductBuilder::tour("DMZ day trip").start_times(&["07:30"]).stock(15).require(&["english_name", "passport_id"]);
        let dmz = in_seoul(dmz).option("Seat", "60000");
        let museum = in_seoul(ProductBuilder::day_ticket("민화 박물관")).stock(50).option("Adult", "12000").option("Youth", "8000");
        let harbor = ProductBuilder::tour("Harbor sunset").zone("America/New_York").start_times(&["18:00"]);
        let harbor = harbor.text("main_country_and_city", "United States - New York").option("Seat", "40.00");

        let world = World {
            operator_key,
            paris: paris.create(hub, lumiere.id).await,
            seoul: seoul.create(hub, hanok.id).await,
            dmz: dmz.create(hub, hanok.id).await,
            museum: museum.create(hub, hanok.id).await,
            harbor: harbor.create(hub, lumiere.id).await,
            channels: vec![alpha, beta],
            suppliers: vec![lumiere, hanok],
        };
        for product in [&world.paris, &world.seoul, &world.dmz, &world.museum] {
            world.assign(hub, "alpha", product, MarkUp(120_000)).await;
            world.assign(hub, "beta", product, MarkUp(110_000)).await;
        }
        world.assign(hub, "beta", &world.harbor, MarkUp(110_000)).await;
        Ok(world)
    }

    /// The channel of this code.
    pub fn channel(&self, code: &str) -> &Member<ChannelId> {
        find(&self.channels, code)
    }

    /// The supplier of this code.
    pub fn supplier(&self, code: &str) -> &Member<SupplierId> {
        find(&self.suppliers, code)
    }

    /// Makes a further product of a supplier, sold by channels at alpha's mark-up.
    pub async fn make_product(&self, hub: &Hub, supplier: &str, product: ProductBuilder, channels: &[&str]) -> TestProduct {
        let product = product.create(hub, self.supplier(supplier).id).await;
        for channel in channels {
            self.assign(hub, channel, &product, MarkUp(120_000)).await;
        }
        product
    }

    /// Makes a further product, one without dates, of hanok and confirmed at once: Entry 10000 won (30 units), sold by
    /// both channels at alpha's mark-up. Few tests need it, so it is not there from the beginning.
    pub async fn make_undated(&self, hub: &Hub) -> TestProduct {
        let cruise = ProductBuilder::ticket("한강 유람선").currency(Currency::Krw).zone("Asia/Seoul").stock(30).option("Entry", "10000");
        self.make_product(hub, "hanok", cruise, &["alpha", "beta"]).await
    }

    /// Lets a channel sell a product.
    pub async fn assign(&self, hub: &Hub, channel: &str, product: &TestProduct, mark_up: MarkUp) {
        must(directory::assign(hub, self.channel(channel).id, vec![(product.id, mark_up)]).await);
    }

    /// Registers a product for a channel, under names made of its options' codes.
    pub async fn register(&self, hub: &Hub, channel: &str, product: &TestProduct) -> RegistrationId {
        let channel = self.channel(channel).id;
        let options = must(catalogue::product_for_channel(hub, channel, product.kind, product.id).await).options;
        let active = options.iter().filter(|option| option.is_active);
        let asked = Register {
            mapping: active.map(|option| (option.id.to_string(), format!("{} {}", option.name(), option.id))).collect(),
            channel_product_id: "P-1".to_owned(),
            channel_product_name: "Our name".to_owned(),
            channel_product_link: "https://shop.example/products/1".to_owned(),
        };
        must(register(hub, channel, product.kind, product.id, asked).await).id
    }
}

fn in_seoul(product: ProductBuilder) -> ProductBuilder {
    let product = product.zone("Asia/Seoul").currency(Currency::Krw).text("product_listing_language", "Korean");
    product.text("main_country_and_city", "South Korea - Seoul").text("departure_city", "South Korea - Seoul")
}

async fn supplier(hub: &Hub, code: &str, name: &str) -> Result<Member<SupplierId>> {
    let id = directory::ensure_supplier(hub, code, name).await?;
    let key = access::create_key(hub, KeyFor::Supplier(code.to_owned()), None).await?.secret;
    Ok(Member { id, code: code.to_owned(), key })
}

async fn channel(hub: &Hub, code: &str, name: &str, zone: &str) -> Result<Member<ChannelId>> {
    let id = directory::ensure_channel(hub, code, name, zone).await?;
    let key = access::create_key(hub, KeyFor::Channel(code.to_owned()), None).await?.secret;
    Ok(Member { id, code: code.to_owned(), key })
}

fn find<'a, T>(members: &'a [Member<T>], code: &str) -> &'a Member<T> {
    members.iter().find(|member| member.code == code).unwrap_or_else(|| panic!("nobody is called {code}"))
}

fn must<T>(result: Result<T>) -> T {
    result.unwrap_or_else(|error| panic!("the world cannot be made: {error:?}"))
}
