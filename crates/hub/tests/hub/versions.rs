//! Versions of products: how a sale ends, copies, the history, and what channels see of prices.

use axhub_domain::money::Currency;
use axhub_domain::product::{Confirmation, ProductState};
use axhub_domain::refusal::Conflict;
use axhub_domain::reply::{NoReply, ReplyLimit};
use axhub_hub::catalogue::{
    LastDay, OptionChange, ProductChange, ProductForSupplier, change_draft, change_product, copy_product, draft_of_supplier, end_sale,
    preview_prices, product_of_supplier, publish_draft, state_of, version_of_product, versions_of_product,
};
use axhub_hub::pricing;
use axhub_testkit::{Engine, TestProduct};
use jiff::SignedDuration;
use jiff::civil::{Date, date};
use rstest::rstest;

use crate::drafts::{ALL, Bus, TOUR, code, contents, names, options, texts, whole};
use crate::stage::{Stage, conflict, is_not_found};

#[rstest]
#[tokio::test]
async fn the_sale_ends_and_never_later_than_before(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let hub = &stage.hub;
    let bus = Bus::begin(&stage, whole()).await;
    let (product, lumiere) = (bus.product(), bus.draft.product.supplier);
    bus.publish().await;
    bus.change(contents(texts(&[("product_name", "Next")]))).await;
    let today = date(2026, 7, 1);
    let end = async |last_day| end_sale(hub, lumiere, product.id, last_day).await.unwrap();
    let seen = |whole: &ProductForSupplier| (whole.product.version, whole.product.sale.to, state_of(hub, &whole.product), whole.has_draft);

    let in_time = end(LastDay::On(date(2026, 12, 31))).await;
    assert_eq!(seen(&in_time), (2, Some(date(2026, 12, 31)), ProductState::Published, true));
    assert_eq!(seen(&end(LastDay::On(Date::MAX)).await), seen(&in_time));
    assert_eq!(seen(&end(LastDay::Today).await), (3, Some(today), ProductState::Published, true));
    let ended = end(LastDay::Yesterday).await;
    assert_eq!(seen(&ended), (4, Some(date(2026, 6, 30)), ProductState::Ended, true));
    assert_eq!(seen(&end(LastDay::Today).await), seen(&ended));
    assert_eq!(bus.read().await, ended);

    let draft = draft_of_supplier(hub, lumiere, product.id).await.unwrap();
    assert_eq!((draft.based_on, draft.product.name(), draft.product.sale.to), (4, "Next", Some(date(2026, 6, 30))));
    let published = publish_draft(hub, lumiere, product.id, Some(4)).await.unwrap();
    assert_eq!((published.product.version, state_of(hub, &published.product)), (5, ProductState::Ended), "and it does not begin again");

    // Of a sale that has not begun, no day is left.
    let sale = (Some(Some(date(2027, 1, 1))), Some(None));
    let later = ProductChange { sale_from: sale.0, sale_to: sale.1, ..ProductChange::default() };
    change_product(hub, lumiere, product.id, later).await.unwrap();
    let never = end(LastDay::Today).await.product;
    assert_eq!((never.sale.from, never.sale.to), (Some(today), Some(today)));
}

#[rstest]
#[tokio::test]
async fn a_copy_is_a_product_of_its_own(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let (hub, paris) = (&stage.hub, stage.world.paris.clone());
    let source = product_of_supplier(hub, paris.supplier, paris.id).await.unwrap();
    let copy = copy_product(hub, paris.supplier, paris.id).await.unwrap();
    assert_eq!((copy.product.name(), copy.product.version, copy.based_on), ("Paris walk (copy)", 0, 0));
    assert_eq!(names(&copy.options), names(&source.options));
    assert!(copy.options.iter().all(|option| !paris.options.contains(&option.option.id)));
    assert_eq!(copy.options[1].option.stock_option, copy.options[0].option.id);
    assert_eq!(copy.options[0].prices, source.options[0].prices);
    let of_copy = TestProduct { id: copy.product.id, ..paris.clone() };
    assert_eq!(stage.stock(&of_copy, copy.options[0].option.id).await, vec![]);
    assert_eq!(product_of_supplier(hub, paris.supplier, paris.id).await.unwrap(), source);
    assert!(is_not_found(&copy_product(hub, stage.world.supplier("hanok").id, paris.id).await));

    let of_bus = Bus::begin(&stage, texts(&[("product_name", &"x".repeat(255))])).await.draft.product;
    let copy = copy_product(hub, of_bus.supplier, of_bus.id).await.unwrap();
    assert_eq!((copy.product.name().chars().count(), copy.product.name().ends_with("x (copy)")), (255, true));
    assert_eq!(copy.options.iter().map(|option| option.pool.as_deref()).collect::<Vec<_>>(), [Some("bus"), Some("bus")]);
}

#[rstest]
#[tokio::test]
async fn every_version_is_kept_with_what_it_changed(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let (hub, paris) = (&stage.hub, stage.world.paris.clone());
    let first = product_of_supplier(hub, paris.supplier, paris.id).await.unwrap();
    stage.clock.advance(SignedDuration::from_mins(5));
    let manual = ProductChange {
        confirmation: Some(Confirmation::Manual),
        reply_minutes: Some(Some(90)),
        on_no_reply: Some(Some(NoReply::Confirm)),
        ..ProductChange::default()
    };
    let second = change_product(hub, paris.supplier, paris.id, manual).await.unwrap();
    assert_eq!(second.product.reply, Some(ReplyLimit { minutes: 90, otherwise: NoReply::Confirm }));
    stage.clock.advance(SignedDuration::from_mins(5));
    let dearer = OptionChange { id: Some(paris.option(0)), net: "80".parse().ok(), ..OptionChange::default() };
    change_product(hub, paris.supplier, paris.id, options(vec![dearer])).await.unwrap();

    let listed = versions_of_product(hub, paris.supplier, paris.id, ALL).await.unwrap();
    let seen: Vec<_> = listed.items.iter().map(|one| (one.version, one.changes.iter().map(code).collect::<Vec<_>>())).collect();
    let expected = [(3, vec!["price_changed"]), (2, vec!["changed", "set", "set"]), (1, vec!["first_version"])];
    assert_eq!(seen, expected);
    let version = version_of_product(hub, paris.supplier, paris.id, 2).await.unwrap();
    assert_eq!((version.product, version.options), (second.product.clone(), second.options.clone()));
    assert_eq!(version.published_at, second.product.updated_at);
    let version = version_of_product(hub, paris.supplier, paris.id, 1).await.unwrap();
    assert_eq!((version.product, version.options), (first.product, first.options));
    for unknown in [0, 4, -1, i64::MAX] {
        assert!(is_not_found(&version_of_product(hub, paris.supplier, paris.id, unknown).await), "{unknown}");
    }
    let hanok = stage.world.supplier("hanok").id;
    assert!(is_not_found(&version_of_product(hub, hanok, paris.id, 1).await));
    assert!(is_not_found(&versions_of_product(hub, hanok, paris.id, ALL).await));
}

#[rstest]
#[tokio::test]
async fn a_preview_is_what_channels_see(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let (hub, paris) = (&stage.hub, stage.world.paris.clone());
    let season = (date(2026, 7, 1), date(2026, 7, 31), "90.01".parse().unwrap());
    let summer = OptionChange { id: Some(paris.option(0)), seasons: Some(vec![season]), ..OptionChange::default() };
    change_product(hub, paris.supplier, paris.id, options(vec![summer])).await.unwrap();
    for day in [None, Some(date(2026, 7, 10))] {
        let preview = preview_prices(hub, paris.supplier, paris.id, day, false).await.unwrap();
        let codes: Vec<&str> = preview.channels.iter().map(|channel| channel.channel.as_str()).collect();
        assert_eq!(codes, ["alpha", "beta"]);
        for channel in &preview.channels {
            let id = stage.world.channel(&channel.channel).id;
            let seen = pricing::prices_for_channel(hub, id, TOUR, paris.id, day).await.unwrap().1;
            assert_eq!(channel.prices, seen);
        }
        assert_eq!(preview.rates.iter().map(|rate| rate.rate).collect::<Vec<_>>(), [110_000_000_000]);
    }

    assert!(is_not_found(&preview_prices(hub, paris.supplier, paris.id, None, true).await), "it has no draft");
    let dearer = OptionChange { id: Some(paris.option(0)), net: "100".parse().ok(), ..OptionChange::default() };
    change_draft(hub, paris.supplier, paris.id, options(vec![dearer])).await.unwrap();
    let unit = async |of_draft| {
        let preview = preview_prices(hub, paris.supplier, paris.id, None, of_draft).await.unwrap();
        preview.channels[0].prices[0].in_currency(Currency::Usd).unwrap().unit.to_string()
    };
    assert_eq!((unit(false).await, unit(true).await), ("90.00000".to_owned(), "120.00000".to_owned()));
    assert!(is_not_found(&preview_prices(hub, stage.world.supplier("hanok").id, paris.id, None, false).await));
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_those_who_publish_one_does(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let bus = Bus::begin(&stage, whole()).await;
    let (id, lumiere) = (bus.draft.product.id, bus.draft.product.supplier);
    let hubs = [stage.hub.clone(), stage.another_hub().await];
    let publishing: Vec<_> = (0..8)
        .map(|n: usize| {
            let hub = hubs[n % 2].clone();
            tokio::spawn(async move { publish_draft(&hub, lumiere, id, Some(0)).await.map(|whole| whole.product.version) })
        })
        .collect();
    let mut published = 0;
    for publishing in publishing {
        match publishing.await.unwrap() {
            Ok(version) => {
                assert_eq!(version, 1);
                published += 1;
            }
            refused => assert_eq!(conflict(refused), Conflict::NoDraft { version: 1 }),
        }
    }
    assert_eq!(published, 1);
    assert_eq!(versions_of_product(&stage.hub, lumiere, id, ALL).await.unwrap().total, 1);
}
