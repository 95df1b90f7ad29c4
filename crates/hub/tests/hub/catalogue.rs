//! Products and their versions.

use axhub_domain::money::Money;
use axhub_domain::product::{Confirmation, Depth, OptionKind, ProductKind};
use axhub_domain::refusal::{Conflict, Reason};
use axhub_hub::catalogue::{
    ContentsChange, OptionChange, ProductChange, ProductFilter, SupplierFilter, change_product, count_products, create_product,
    list_for_channel, product_for_channel, product_of_supplier, products_of_supplier,
};
use axhub_hub::{Page, Result};
use axhub_testkit::{Engine, ProductBuilder};
use jiff::civil::date;
use rstest::rstest;

use crate::stage::{Stage, conflict, fault_codes, faults, is_not_found};

const ALL: Page = Page { number: 1, size: 100 };

fn money(text: &str) -> Money {
    text.parse().unwrap()
}

#[rstest]
#[tokio::test]
async fn a_new_product_is_on_sale_in_its_first_version(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let builder = ProductBuilder::tour("New").option("Adult", "10").price_option("Child", "5", 0).season("2026-07-01", "2026-07-02", "6");
    let made = create_product(&stage.hub, stage.world.supplier("hanok").id, builder.build()).await.unwrap();
    assert_eq!((made.product.version, made.product.created_at), (1, stage.hub.now()));
    let kinds: Vec<_> = made.options.iter().map(|option| (option.option.kind, option.option.stock_option)).collect();
    let adult = made.options[0].option.id;
    assert_eq!(kinds, [(OptionKind::Quantity, adult), (OptionKind::Price, adult)]);
    assert_eq!(made.options.iter().map(|option| option.prices.len()).collect::<Vec<_>>(), [1, 2]);

    let (hanok, lumiere) = (stage.world.supplier("hanok").id, stage.world.supplier("lumiere").id);
    let read = product_of_supplier(&stage.hub, hanok, made.product.id).await.unwrap();
    assert_eq!((&read.product, &read.options), (&made.product, &made.options));
    assert!(is_not_found(&product_of_supplier(&stage.hub, lumiere, made.product.id).await));
    let alpha = stage.world.channel("alpha").id;
    assert!(is_not_found(&product_for_channel(&stage.hub, alpha, ProductKind::Tour, made.product.id).await), "not assigned yet");
    assert_eq!(count_products(&stage.hub).await.unwrap(), 6);
}

#[rstest]
#[tokio::test]
async fn a_product_that_makes_no_sense_is_refused_with_all_its_faults(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let hanok = stage.world.supplier("hanok").id;
    let mut new = ProductBuilder::tour("Wrong").zone("Europe/Atlantis").sale(Some("2026-02-01"), Some("2026-01-01")).build();
    assert_eq!(fault_codes(create_product(&stage.hub, hanok, new.clone()).await), ["not_a_time_zone", "ends_before_start", "empty_list"]);

    let overlapping = ProductBuilder::tour("Wrong").option("A", "1").limits(5, 4).season("2026-01-05", "2026-01-09", "1");
    new = overlapping.season("2026-01-01", "2026-01-05", "2").price_option("B", "1", 7).option("C", "1").build();
    new.options[2].net = None;
    new.options[2].depths = Vec::new();
    let refused = faults(create_product(&stage.hub, hanok, new).await);
    let mut codes: Vec<_> = refused.iter().map(|fault| fault.reason.code()).collect();
    codes.sort_unstable();
    assert_eq!(codes, ["empty_list", "option_unknown", "ranges_overlap", "required", "too_small"]);
    assert_eq!(count_products(&stage.hub).await.unwrap(), 5);
}

#[rstest]
#[tokio::test]
async fn a_change_makes_the_next_version_and_no_change_none(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let (hub, paris) = (&stage.hub, stage.world.paris.clone());
    let read = async || product_of_supplier(hub, paris.supplier, paris.id).await.unwrap();
    let before = read().await;
    stage.clock.advance(jiff::SignedDuration::from_mins(1));

    let texts = [("product_name", "Paris walk"), ("meeting_point", "")].map(|(name, text)| (name.to_owned(), text.to_owned()));
    let nothing_new = ProductChange {
        cut_off_minutes: Some(0),
        confirmation: Some(Confirmation::Instant),
        contents: ContentsChange { texts: texts.into_iter().collect(), ..ContentsChange::default() },
        options: vec![OptionChange { id: Some(paris.option(0)), net: Some(money("75")), ..OptionChange::default() }],
        ..ProductChange::default()
    };
    assert_eq!(change_product(hub, paris.supplier, paris.id, nothing_new).await.unwrap().product, before.product);
    assert_eq!(change_product(hub, paris.supplier, paris.id, ProductChange::default()).await.unwrap().product, before.product);
    assert_eq!(read().await, before);

    let new_name = [("product_name".to_owned(), "Paris by night".to_owned())].into_iter().collect();
    let change = ProductChange {
        cut_off_minutes: Some(90),
        confirmation: Some(Confirmation::Manual),
        sale_to: Some(Some(date(2026, 12, 31))),
        contents: ContentsChange { texts: new_name, poi: Some(vec!["Pont Neuf".to_owned()]), ..ContentsChange::default() },
        ..ProductChange::default()
    };
    let changed = change_product(hub, paris.supplier, paris.id, change).await.unwrap();
    assert_eq!(
        (changed.product.version, changed.product.updated_at, changed.product.created_at),
        (2, hub.now(), before.product.created_at)
    );
    assert_eq!(read().await.product, changed.product);
    assert_eq!((changed.product.name(), changed.product.cut_off_minutes), ("Paris by night", 90));
    assert_eq!(changed.product.contents.text("departure_city"), Some("France - Paris"), "what was not named stays");
    let filter = ProductFilter { q: Some("by NIGHT".to_owned()), ..ProductFilter::default() };
    let alpha = stage.world.channel("alpha").id;
    assert_eq!(list_for_channel(hub, alpha, ProductKind::Tour, filter, ALL).await.unwrap().total, 1);
}

#[rstest]
#[tokio::test]
async fn options_are_changed_added_and_closed_under_their_codes(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let (hub, paris) = (&stage.hub, stage.world.paris.clone());
    let depth = |value: &str| vec![Depth { name: "Person".to_owned(), value: value.to_owned() }];
    let dearer = OptionChange { id: Some(paris.option(0)), net: Some(money("80")), max_quantity: Some(4), ..OptionChange::default() };
    let closed = OptionChange { id: Some(paris.option(1)), is_active: Some(false), ..OptionChange::default() };
    let senior = OptionChange {
        stock_option: Some(paris.option(0)),
        depths: Some(depth("Senior")),
        net: Some(money("60")),
        seasons: Some(vec![(date(2026, 7, 1), date(2026, 7, 31), money("65"))]),
        ..OptionChange::default()
    };
    let bike = OptionChange { depths: Some(depth("Bike")), net: Some(money("20")), ..OptionChange::default() };
    let change = ProductChange { options: vec![dearer, closed, senior, bike], ..ProductChange::default() };
    let changed = change_product(hub, paris.supplier, paris.id, change).await.unwrap();
    let options: Vec<_> = changed.options.iter().map(|option| &option.option).collect();
    let seen: Vec<_> = options.iter().map(|option| (option.name(), option.kind, option.is_active, option.max_quantity)).collect();
    let expected = [
        ("Adult", OptionKind::Quantity, true, 4),
        ("Child", OptionKind::Price, false, 10),
        ("Senior", OptionKind::Price, true, 10),
        ("Bike", OptionKind::Quantity, true, 10),
    ];
    assert_eq!(seen, expected.map(|(name, kind, active, max)| (name.to_owned(), kind, active, max)));
    assert_eq!(options[2].stock_option, paris.option(0));
    assert_eq!(options[3].stock_option, options[3].id);
    assert_eq!(options[..2].iter().map(|option| option.id).collect::<Vec<_>>(), paris.options);
    let read = product_of_supplier(hub, paris.supplier, paris.id).await.unwrap();
    assert_eq!(read.options, changed.options);
    assert_eq!(read.options.iter().map(|option| option.prices.len()).collect::<Vec<_>>(), [1, 1, 2, 1]);
}

#[rstest]
#[tokio::test]
async fn a_change_that_makes_no_sense_changes_nothing(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let (hub, paris, seoul) = (&stage.hub, stage.world.paris.clone(), stage.world.seoul.clone());
    let before = product_of_supplier(hub, paris.supplier, paris.id).await.unwrap();
    let option = |id| OptionChange { id: Some(id), ..OptionChange::default() };
    let no_name = [("product_name".to_owned(), String::new())].into_iter().collect();
    let change = ProductChange {
        sale_from: Some(Some(date(2026, 2, 1))),
        sale_to: Some(Some(date(2026, 1, 1))),
        contents: ContentsChange { texts: no_name, ..ContentsChange::default() },
        options: vec![
            option(seoul.option(0)),
            OptionChange { min_quantity: Some(11), net: Some(money("1")), ..option(paris.option(0)) },
            OptionChange { stock_option: Some(paris.option(1)), ..option(paris.option(1)) },
            OptionChange { stock_option: Some(paris.option(1)), net: Some(money("1")), ..OptionChange::default() },
        ],
        ..ProductChange::default()
    };
    let refused = faults(change_product(hub, paris.supplier, paris.id, change).await);
    let paths: Vec<String> = refused.iter().map(|fault| format!("{:?} {}", fault.path, fault.reason.code())).collect();
    for expected in [
        "Text(\"sale_to\") ends_before_start",
        "Text(\"contents.product_name\") blank",
        "Text(\"options[0].option_code\") option_unknown",
        "Text(\"options[1].max_quantity\") too_small",
        "Text(\"options[2].stock_option_code\") cannot_change",
        "Text(\"options[3].stock_option_code\") option_unknown",
    ] {
        assert!(paths.iter().any(|path| path == expected), "{expected} is not in {paths:?}");
    }
    assert_eq!(product_of_supplier(hub, paris.supplier, paris.id).await.unwrap(), before);
    assert!(is_not_found(&change_product(hub, seoul.supplier, paris.id, ProductChange::default()).await));
    assert_eq!(refused.iter().filter(|fault| fault.reason == Reason::OptionUnknown).count(), 2);
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_changes_for_one_version_the_first_wins(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let paris = stage.world.paris.clone();
    let hubs = [stage.hub.clone(), stage.another_hub().await];
    let changing: Vec<_> = (0..8u32)
        .map(|n| {
            let (hub, paris) = (hubs[n as usize % 2].clone(), paris.clone());
            let change = ProductChange { expected_version: Some(1), cut_off_minutes: Some(n + 1), ..ProductChange::default() };
            tokio::spawn(async move { change_product(&hub, paris.supplier, paris.id, change).await.map(|whole| whole.product.version) })
        })
        .collect();
    let mut won = 0;
    for changing in changing {
        let result: Result<i64> = changing.await.unwrap();
        match result {
            Ok(version) => {
                assert_eq!(version, 2);
                won += 1;
            }
            refused => assert_eq!(conflict(refused), Conflict::VersionChanged { version: 2 }),
        }
    }
    assert_eq!(won, 1);
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_changes_for_any_version_none_is_lost(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let paris = stage.world.paris.clone();
    let hubs = [stage.hub.clone(), stage.another_hub().await];
    let changing: Vec<_> = (0..8usize)
        .map(|n| {
            let (hub, paris) = (hubs[n % 2].clone(), paris.clone());
            let texts = [(format!("product_title_type_{}", n % 5 + 1), format!("Title {n}"))].into_iter().collect();
            let contents = ContentsChange { texts, ..ContentsChange::default() };
            tokio::spawn(
                async move { change_product(&hub, paris.supplier, paris.id, ProductChange { contents, ..Default::default() }).await },
            )
        })
        .collect();
    for changing in changing {
        changing.await.unwrap().unwrap();
    }
    let whole = product_of_supplier(&stage.hub, paris.supplier, paris.id).await.unwrap();
    assert_eq!(whole.product.version, 9);
    assert_eq!(whole.product.contents.texts.keys().filter(|name| name.starts_with("product_title_type")).count(), 5);
}

#[rstest]
#[tokio::test]
async fn lists_show_what_is_ones_own(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let (hub, world) = (&stage.hub, &stage.world);
    let tours = async |channel: &str| {
        let listed = list_for_channel(hub, world.channel(channel).id, ProductKind::Tour, ProductFilter::default(), ALL).await.unwrap();
        let mut ids: Vec<_> = listed.items.iter().map(|product| product.id).collect();
        ids.sort_unstable();
        ids
    };
    let sorted = |mut ids: Vec<_>| {
        ids.sort_unstable();
        ids
    };
    assert_eq!(tours("alpha").await, sorted(vec![world.paris.id, world.seoul.id, world.dmz.id]));
    assert_eq!(tours("beta").await, sorted(vec![world.paris.id, world.seoul.id, world.dmz.id, world.harbor.id]));
    let of_hanok = async |kind| {
        let filter = SupplierFilter { kind, ..SupplierFilter::default() };
        products_of_supplier(hub, world.supplier("hanok").id, filter, ALL).await.unwrap().total
    };
    assert_eq!((of_hanok(None).await, of_hanok(Some(ProductKind::DayTicket)).await), (3, 1));
    let detail = product_for_channel(hub, world.channel("alpha").id, ProductKind::DayTicket, world.museum.id).await.unwrap();
    assert_eq!((detail.options.len(), detail.prices.len()), (2, 2));
}
