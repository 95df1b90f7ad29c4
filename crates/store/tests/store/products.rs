//! Products, versions, options and prices.

use axhub_domain::difference::Difference;
use axhub_domain::edition::Edition;
use axhub_domain::money::Currency;
use axhub_domain::pricing::{MarkUp, NetPrice};
use axhub_domain::product::{Confirmation, Faq, OptionKind, Product, ProductKind, ProductState, RefundStep, SalePeriod, Stop};
use axhub_domain::reply::{NoReply, ReplyLimit};
use axhub_store::paging::{Page, Paged};
use axhub_store::products::{self, ListedProduct, ProductFilter, Sellable, StoredOption, StoredVersion, SupplierFilter};
use axhub_store::{Error, Result, params};
use axhub_testkit::Engine;
use jiff::civil::{Date, date};
use rstest::rstest;
use uuid::Uuid;

use crate::fixture::{DAYS, Fixture, assign, id, later, money, now, option, pool, product, unassign};

const ALL: Page = Page { number: 1, size: 100 };

async fn add(fixture: &Fixture, products: Vec<Product>) {
    let added: Result<()> = tx!(fixture.db(), Write, products, |s, products| {
        for product in products {
            products::insert(s, product).await?;
        }
        Ok(())
    });
    added.unwrap();
}

#[rstest]
#[tokio::test]
async fn come_back_whole(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    let mut museum = product(22, 2, "민화 박물관 \"old\"");
    museum.kind = ProductKind::DayTicket;
    museum.detail_category = Some("Museum".to_owned());
    museum.confirmation = Confirmation::Manual;
    museum.reply = Some(ReplyLimit { minutes: 90, otherwise: NoReply::Reject });
    museum.sale = SalePeriod { from: None, to: Some(date(2026, 12, 31)) };
    museum.contents.faq = vec![Faq { question: "Où?".to_owned(), answer: "여기".to_owned() }];
    museum.contents.cancellation_policy = vec![RefundStep { days_before: 7, refund_percent: 100 }];
    let place = |latitude, longitude| Stop {
        order: 1,
        title: "Entrance".to_owned(),
        address: String::new(),
        latitude,
        longitude,
        description: String::new(),
    };
    museum.contents.course = vec![place(Some(37.582_604), Some(-126.983_1)), place(Some(0.1), None)];
    add(&fixture, vec![museum.clone()]).await;
    let found: Result<[Option<Product>; 3]> = tx!(fixture.db(), Write, |s| Ok([
        products::of_supplier(s, id(2), id(22)).await?,
        products::lock_of_supplier(s, id(2), id(22)).await?,
        products::of_supplier(s, id(1), id(22)).await?,
    ]));
    assert_eq!(found.unwrap(), [Some(museum.clone()), Some(museum.clone()), None], "and to its supplier only");

    museum.version = 2;
    museum.category = "Activity".to_owned();
    museum.detail_category = None;
    museum.confirmation = Confirmation::Instant;
    museum.reply = None;
    museum.cut_off_minutes = 0;
    museum.sale = SalePeriod::default();
    museum.required_information = Vec::new();
    museum.contents.texts.insert("product_name".to_owned(), "New name".to_owned());
    museum.updated_at = later(500);
    let found: Result<Option<Product>> = tx!(fixture.db(), Write, museum.clone(), |s, museum| {
        products::update(s, museum).await?;
        products::of_supplier(s, id(2), id(22)).await
    });
    assert_eq!(found.unwrap(), Some(museum));
    let missing: Result<()> = tx!(fixture.db(), Write, |s| products::update(s, &product(404, 1, "None")).await);
    assert!(matches!(missing, Err(Error::Contended(_))), "{missing:?}");
}

#[rstest]
#[tokio::test]
async fn keep_every_version_for_ever(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    let whole = product(21, 1, "Paris Walk");
    let edition = Edition::of(&whole, Vec::new());
    let changed = Difference::Set { field: "detail_category".to_owned(), to: "걷기".to_owned() };
    let kept: Result<()> = tx!(fixture.db(), Write, (edition.clone(), changed.clone()), |s, (edition, changed)| {
        let first = Product { version: 1, ..product(21, 1, "Paris Walk") };
        products::insert_version(s, &first, edition, &[Difference::FirstVersion]).await?;
        let second = Product { version: 2, updated_at: later(500), ..first };
        products::insert_version(s, &second, edition, std::slice::from_ref(changed)).await
    });
    kept.unwrap();
    let listed = async |page| {
        let listed: Result<Paged<StoredVersion>> = tx!(fixture.db(), Read, |s| products::versions_of(s, id(21), page).await);
        listed.unwrap()
    };
    let versions = [
        StoredVersion { version: 2, changes: vec![changed], published_at: later(500) },
        StoredVersion { version: 1, changes: vec![Difference::FirstVersion], published_at: later(21) },
    ];
    assert_eq!(listed(ALL).await, Paged { items: versions.to_vec(), total: 2 });
    assert_eq!(listed(Page { number: 2, size: 1 }).await, Paged { items: versions[1..].to_vec(), total: 2 });
    let found: Result<[Option<_>; 2]> =
        tx!(fixture.db(), Read, |s| Ok([products::version(s, id(21), 2).await?, products::version(s, id(21), 3).await?]));
    assert_eq!(found.unwrap(), [Some((edition.clone(), later(500))), None]);
    let twice: Result<()> =
        tx!(fixture.db(), Write, edition, |s, edition| products::insert_version(s, &product(21, 1, "Paris Walk"), edition, &[]).await);
    assert!(matches!(twice, Err(Error::Constraint(_))), "{twice:?}");
}

#[rstest]
#[tokio::test]
async fn are_a_channels_when_they_are_assigned_and_of_the_kind(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    let found: Result<[bool; 3]> = tx!(fixture.db(), Read, |s| Ok([
        products::of_channel(s, id(11), ProductKind::Tour, id(21)).await?.is_some(),
        products::of_channel(s, id(11), ProductKind::DayTicket, id(21)).await?.is_some(),
        products::of_channel(s, id(12), ProductKind::Tour, id(21)).await?.is_some(),
    ]));
    assert_eq!(found.unwrap(), [true, false, false]);
}

/// The names of a page of alpha's tours, and how many there are in all.
async fn names(fixture: &Fixture, filter: ProductFilter, page: Page) -> (Vec<String>, u64) {
    let listed: Result<Paged<Product>> =
        tx!(fixture.db(), Snapshot, filter, |s, filter| products::list_of_channel(s, id(11), ProductKind::Tour, filter, page).await);
    let listed = listed.unwrap();
    (listed.items.iter().map(|product| product.name().to_owned()).collect(), listed.total)
}

async fn five_tours(engine: Engine) -> Fixture {
    let fixture = Fixture::new(engine).await;
    let mut tours: Vec<Product> = [(22, "100% Seoul"), (23, "Rome_Night"), (24, "ROME \\ day"), (25, "북촌 산책")]
        .map(|(n, name)| product(n, 1, name))
        .into_iter()
        .collect();
    tours[0].contents.texts.insert("departure_city".to_owned(), "South Korea - 서울".to_owned());
    tours[1].contents.texts.insert("main_country_and_city".to_owned(), "Italy - Rome".to_owned());
    add(&fixture, tours).await;
    let assigned: Result<()> = tx!(fixture.db(), Write, |s| {
        let products = [22, 23, 24, 25].map(|n| (id(n), MarkUp::NONE));
        assign(s, id(11), &products, now()).await
    });
    assigned.unwrap();
    fixture
}

#[rstest]
#[tokio::test]
async fn are_listed_oldest_first_page_by_page(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = five_tours(engine).await;
    let page = |number| names(&fixture, ProductFilter::default(), Page { number, size: 2 });
    assert_eq!(page(1).await, (vec!["Paris Walk".to_owned(), "100% Seoul".to_owned()], 5));
    assert_eq!(page(2).await, (vec!["Rome_Night".to_owned(), "ROME \\ day".to_owned()], 5));
    assert_eq!(page(3).await, (vec!["북촌 산책".to_owned()], 5));
    assert_eq!(page(4).await, (vec![], 5));
    assert_eq!(page(u32::MAX).await, (vec![], 5));
}

#[rstest]
#[case::case_does_not_matter("rome", &["Rome_Night", "ROME \\ day"])]
#[case::korean("북촌", &["북촌 산책"])]
#[case::percent_is_a_percent("100%", &["100% Seoul"])]
#[case::and_nothing_else("%", &["100% Seoul"])]
#[case::underscore_is_an_underscore("_", &["Rome_Night"])]
#[case::backslash_is_a_backslash("\\", &["ROME \\ day"])]
#[case::quotes("' OR 1=1 --", &[])]
#[case::everything("", &["Paris Walk", "100% Seoul", "Rome_Night", "ROME \\ day", "북촌 산책"])]
#[tokio::test]
async fn are_found_by_words_of_their_name(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
    #[case] q: &str,
    #[case] expected: &[&str],
) {
    let fixture = five_tours(engine).await;
    let filter = ProductFilter { q: Some(q.to_owned()), ..ProductFilter::default() };
    let (found, total) = names(&fixture, filter, ALL).await;
    assert_eq!(found, expected);
    assert_eq!(total, expected.len() as u64);
}

#[rstest]
#[tokio::test]
async fn are_found_by_their_city(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = five_tours(engine).await;
    let in_city = |city: &str| names(&fixture, ProductFilter { city: Some(city.to_owned()), ..ProductFilter::default() }, ALL);
    assert_eq!(in_city("ROME").await.0, ["Rome_Night"]);
    assert_eq!(in_city("서울").await.0, ["100% Seoul"]);
    // SQLite by itself would not know that the big letter is the small one's.
    assert_eq!(in_city("ÎLE-DE").await.1, 5);
    let both = ProductFilter { q: Some("day".to_owned()), city: Some("paris".to_owned()), ..ProductFilter::default() };
    assert_eq!(names(&fixture, both, ALL).await.0, ["ROME \\ day"]);
}

#[rstest]
#[tokio::test]
async fn are_new_when_they_changed_or_were_allowed_lately(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = five_tours(engine).await;
    let since = |minutes| names(&fixture, ProductFilter { updated_since: Some(later(minutes)), ..ProductFilter::default() }, ALL);
    assert_eq!(since(24).await.0, ["ROME \\ day", "북촌 산책"]);
    assert_eq!(since(26).await.0, [""; 0]);
    let allowed: Result<()> = tx!(fixture.db(), Write, |s| {
        unassign(s, id(11), id(22)).await?;
        assign(s, id(11), &[(id(22), MarkUp::NONE)], later(1000)).await
    });
    allowed.unwrap();
    assert_eq!(since(26).await.0, ["100% Seoul"]);
}

async fn listed_of(fixture: &Fixture, supplier: u128, filter: SupplierFilter, page: Page) -> (Vec<String>, u64) {
    // Everywhere it is the 1st, but further east already the 2nd, and further west still the 30th.
    let today = |zone: &str| match zone {
        "Pacific/Kiritimati" => date(2026, 7, 2),
        "Pacific/Pago_Pago" => date(2026, 6, 30),
        _ => date(2026, 7, 1),
    };
    let listed: Result<Paged<ListedProduct>> =
        tx!(fixture.db(), Snapshot, filter, |s, filter| products::list_of_supplier(s, id(supplier), filter, today, page).await);
    let listed = listed.unwrap();
    (listed.items.iter().map(|listed| listed.product.name().to_owned()).collect(), listed.total)
}

#[rstest]
#[tokio::test]
async fn are_listed_for_their_supplier(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    let mut museum = product(23, 1, "Museum");
    museum.kind = ProductKind::DayTicket;
    add(&fixture, vec![product(22, 2, "Hanok"), museum]).await;
    let list = async |supplier: u128, kind, page| {
        let filter = SupplierFilter { kind, ..SupplierFilter::default() };
        listed_of(&fixture, supplier, filter, page).await
    };
    assert_eq!(list(1, None, ALL).await, (vec!["Paris Walk".to_owned(), "Museum".to_owned()], 2));
    assert_eq!(list(1, Some(ProductKind::DayTicket), ALL).await, (vec!["Museum".to_owned()], 1));
    assert_eq!(list(1, None, Page { number: 2, size: 1 }).await, (vec!["Museum".to_owned()], 2));
    assert_eq!(list(2, None, ALL).await, (vec!["Hanok".to_owned()], 1));
    let count: Result<u64> = tx!(fixture.db(), Read, |s| products::count_all(s).await);
    assert_eq!(count.unwrap(), 3);
}

#[rstest]
#[tokio::test]
async fn have_options_in_order_and_of_one_supplier(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    let options: Result<Vec<StoredOption>> = tx!(fixture.db(), Read, |s| products::options(s, id(21)).await);
    let expected = [option(31, "Adult", 31, 41, 1), option(32, "Child", 31, 41, 1), option(33, "Van", 33, 42, 2)];
    assert_eq!(options.unwrap(), expected);
    let found: Result<[Option<StoredOption>; 3]> = tx!(fixture.db(), Read, |s| Ok([
        products::option_of_supplier(s, id(1), id(33)).await?,
        products::option_of_supplier(s, id(2), id(33)).await?,
        products::option_of_supplier(s, id(1), id(404)).await?,
    ]));
    assert_eq!(found.unwrap(), [Some(expected[2].clone()), None, None]);
}

#[rstest]
#[tokio::test]
async fn change_what_of_an_option_may_change(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    let mut van = option(33, "Coach", 33, 42, 2);
    van.option.is_active = false;
    van.option.persons_per_unit = 40;
    van.option.min_quantity = 2;
    van.option.max_quantity = 3;
    let added = option(34, "Bike", 34, 42, 1);
    let wanted = vec![van.clone(), option(31, "Adult", 31, 41, 1), option(32, "Child", 31, 41, 1), added.clone()];
    let options: Result<Vec<StoredOption>> = tx!(fixture.db(), Write, wanted.clone(), |s, wanted| {
        products::publish_options(s, wanted).await?;
        products::options(s, id(21)).await
    });
    assert_eq!(options.unwrap(), wanted);

    // Whether it has stock of its own was settled when it was made.
    let mut moved = van.clone();
    (moved.option.stock_option, moved.option.kind) = (id(31), OptionKind::Price);
    let options: Result<Vec<StoredOption>> = tx!(fixture.db(), Write, moved, |s, moved| {
        products::publish_options(s, std::slice::from_ref(moved)).await?;
        products::options(s, id(21)).await
    });
    assert_eq!(options.unwrap().into_iter().find(|option| option.option.id == van.option.id), Some(van));
}

#[rstest]
#[tokio::test]
async fn have_prices_that_are_replaced_option_by_option(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    let base = |net| NetPrice { net: money(net), dates: None };
    let season = NetPrice { net: money("90"), dates: Some((DAYS[1], DAYS[2])) };
    let prices: Result<Vec<_>> = tx!(fixture.db(), Read, |s| products::prices(s, id(21)).await);
    let mut prices = prices.unwrap();
    prices.sort_by_key(|(option, price)| (*option, price.dates));
    assert_eq!(prices, [(id(31), base("75")), (id(31), season), (id(32), base("50")), (id(33), base("300"))]);

    let prices: Result<Vec<_>> = tx!(fixture.db(), Write, |s| {
        products::replace_prices(s, &[id(31), id(32)], &[(Uuid::from_u128(99), id(31), NetPrice { net: money("80"), dates: None })])
            .await?;
        products::prices(s, id(21)).await
    });
    assert_eq!(prices.unwrap(), [(id(31), base("80")), (id(33), base("300"))]);
}

#[rstest]
#[tokio::test]
async fn are_asked_for_in_bulk(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = five_tours(engine).await;
    let bike = StoredOption { product: id(22), ..option(34, "Bike", 34, 43, 1) };
    let made: Result<()> = tx!(fixture.db(), Write, bike.clone(), |s, bike| {
        products::insert_pools(s, id(22), &[pool(43, None)]).await?;
        products::publish_options(s, std::slice::from_ref(bike)).await?;
        let price = NetPrice { net: money("9"), dates: None };
        products::replace_prices(s, &[id(34)], &[(Uuid::from_u128(98), id(34), price)]).await?;
        products::insert(s, &product(26, 1, "Not for alpha")).await
    });
    made.unwrap();

    let sellable: Result<Vec<Sellable>> =
        tx!(fixture.db(), Read, |s| products::sellable_of(s, id(11), &[id(26), id(21), id(404)], &[id(34), id(31), id(404)]).await);
    let walk = Sellable {
        id: id(21),
        kind: ProductKind::Tour,
        time_zone: "Europe/Paris".to_owned(),
        base_currency: Currency::Usd,
        cut_off_minutes: 30,
        sale: product(21, 1, "").sale,
        mark_up: MarkUp(120_000),
    };
    assert_eq!(sellable.unwrap(), [walk.clone(), Sellable { id: id(22), mark_up: MarkUp::NONE, ..walk.clone() }]);
    let nothing: Result<Vec<_>> = tx!(fixture.db(), Read, |s| products::sellable_of(s, id(12), &[id(21)], &[id(31)]).await);
    assert!(nothing.unwrap().is_empty());
    let one: Result<[Option<Sellable>; 4]> = tx!(fixture.db(), Read, |s| Ok([
        products::sellable_of_kind(s, id(11), ProductKind::Tour, id(21)).await?,
        products::sellable_of_kind(s, id(11), ProductKind::DayTicket, id(21)).await?,
        products::sellable_of_kind(s, id(12), ProductKind::Tour, id(21)).await?,
        products::sellable_of_kind(s, id(11), ProductKind::Tour, id(26)).await?,
    ]));
    assert_eq!(one.unwrap(), [Some(walk), None, None, None]);

    let versions: Result<Vec<_>> = tx!(fixture.db(), Read, |s| products::versions(s, &[id(22), id(404), id(21)]).await);
    assert_eq!(versions.unwrap(), [(id(21), ProductKind::Tour, 1), (id(22), ProductKind::Tour, 1)]);
    let options: Result<Vec<StoredOption>> = tx!(fixture.db(), Read, |s| products::options_of(s, &[id(22), id(21), id(23)]).await);
    let expected = [option(31, "Adult", 31, 41, 1), option(32, "Child", 31, 41, 1), option(33, "Van", 33, 42, 2), bike];
    assert_eq!(options.unwrap(), expected);
    let of_pools: Result<Vec<(StoredOption, ProductKind)>> =
        tx!(fixture.db(), Read, |s| products::options_of_pools(s, &[id(43), id(41), id(404)]).await);
    let mut of_pools = of_pools.unwrap();
    of_pools.sort_by_key(|(stored, _)| stored.option.id);
    assert_eq!(of_pools, [(expected[0].clone(), ProductKind::Tour), (expected[3].clone(), ProductKind::Tour)], "child has no stock");
    let prices: Result<Vec<_>> = tx!(fixture.db(), Read, |s| products::prices_of(s, &[id(22), id(21)]).await);
    let of_options: Vec<_> = prices.unwrap().into_iter().map(|(option, _)| option).collect();
    assert_eq!(of_options, [31, 31, 32, 33, 34].map(id));
    let nothing: Result<(usize, usize, usize)> = tx!(fixture.db(), Read, |s| Ok((
        products::options_of(s, &[]).await?.len(),
        products::options_of_pools(s, &[]).await?.len(),
        products::prices_of(s, &[]).await?.len(),
    )));
    assert_eq!(nothing.unwrap(), (0, 0, 0));
}

#[rstest]
#[tokio::test]
async fn are_found_by_where_they_stand_in_their_life(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    let until = |n: u128, name: &str, zone: &str, day: Date| {
        let sale = SalePeriod { from: None, to: Some(day) };
        Product { sale, time_zone: zone.to_owned(), ..product(n, 1, name) }
    };
    let (east, west) = ("Pacific/Kiritimati", "Pacific/Pago_Pago");
    let never_published = Product { version: 0, ..product(30, 1, "Draft") };
    let products = vec![
        until(22, "Paris until yesterday", "Europe/Paris", date(2026, 6, 30)),
        until(23, "Paris until today", "Europe/Paris", date(2026, 7, 1)),
        until(24, "East until its yesterday", east, date(2026, 7, 1)),
        until(25, "East until its today", east, date(2026, 7, 2)),
        until(26, "West until its yesterday", west, date(2026, 6, 29)),
        until(27, "West until its today", west, date(2026, 6, 30)),
        never_published,
    ];
    add(&fixture, products).await;
    let of = async |state, q: Option<&str>| {
        let filter = SupplierFilter { state, q: q.map(str::to_owned), ..SupplierFilter::default() };
        listed_of(&fixture, 1, filter, ALL).await.0
    };
    let ended = ["Paris until yesterday", "East until its yesterday", "West until its yesterday"];
    assert_eq!(of(Some(ProductState::Ended), None).await, ended);
    assert_eq!(of(Some(ProductState::Ended), Some("EAST")).await, ended[1..2]);
    let on_sale = ["Paris Walk", "Paris until today", "East until its today", "West until its today"];
    assert_eq!(of(Some(ProductState::Published), None).await, on_sale);
    assert_eq!(of(Some(ProductState::Draft), None).await, ["Draft"]);
    assert_eq!(of(None, None).await.len(), 8);
    let nobody = listed_of(&fixture, 404, SupplierFilter { state: Some(ProductState::Ended), ..SupplierFilter::default() }, ALL).await;
    assert_eq!(nobody, (vec![], 0));
}

#[rstest]
#[tokio::test]
async fn are_found_by_their_country(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    let mut moved = product(21, 1, "Paris Walk");
    moved.contents.texts.insert("main_country_and_city".to_owned(), " 대한민국 - Seoul - Jongno".to_owned());
    let countries: Result<[String; 2]> = tx!(fixture.db(), Write, moved, |s, moved| {
        let country = async || s.query_one("SELECT country FROM products WHERE id = $1", &params![moved.id]).await?.get(0);
        let before = country().await?;
        products::update(s, moved).await?;
        Ok([before, country().await?])
    });
    assert_eq!(countries.unwrap(), ["France", "대한민국"]);
}
