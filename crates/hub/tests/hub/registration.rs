//! Registrations: what channels publish.

use axhub_domain::ids::RegistrationId;
use axhub_domain::product::ProductKind;
use axhub_domain::refusal::Reason;
use axhub_hub::catalogue::{OptionChange, ProductChange, change_product};
use axhub_hub::registration::{Register, Registered, outdated, register};
use axhub_hub::{Result, directory};
use axhub_testkit::{Engine, TestProduct};
use rstest::rstest;

use crate::stage::{Stage, faults, is_not_found};

const TOUR: ProductKind = ProductKind::Tour;

/// Registers a product of alpha's with this mapping.
async fn register_as(stage: &Stage, product: &TestProduct, mapping: &[(String, &str)]) -> Result<Registered> {
    let asked = Register {
        mapping: mapping.iter().map(|(code, name)| (code.clone(), (*name).to_owned())).collect(),
        channel_product_id: "P-9".to_owned(),
        channel_product_name: "이름".to_owned(),
        channel_product_link: "https://shop.example/9".to_owned(),
    };
    register(&stage.hub, stage.world.channel("alpha").id, product.kind, product.id, asked).await
}

fn names(product: &TestProduct, names: &[&'static str]) -> Vec<(String, &'static str)> {
    product.options.iter().map(ToString::to_string).zip(names.iter().copied()).collect()
}

/// A change that makes a next version.
fn any_change(product: &TestProduct) -> ProductChange {
    let option = OptionChange { id: Some(product.option(0)), max_quantity: Some(9), ..OptionChange::default() };
    ProductChange { options: vec![option], ..ProductChange::default() }
}

#[rstest]
#[tokio::test]
async fn keeps_its_code_and_follows_the_newest_version(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let paris = stage.world.paris.clone();
    let mapping = names(&paris, &["어른", "어린이"]);
    let first = register_as(&stage, &paris, &mapping).await.unwrap();
    assert_eq!((first.product, first.version, first.is_new), (paris.id, 1, true));
    let again = register_as(&stage, &paris, &mapping).await.unwrap();
    assert_eq!(again, Registered { is_new: false, ..first });

    change_product(&stage.hub, paris.supplier, paris.id, any_change(&paris)).await.unwrap();
    let newest = register_as(&stage, &paris, &mapping).await.unwrap();
    assert_eq!(newest, Registered { version: 2, is_new: false, ..first });
    let of_beta: RegistrationId = stage.register("beta", &paris).await;
    assert_ne!(of_beta, first.id);
}

#[rstest]
#[tokio::test]
async fn names_every_active_option_once(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let (paris, seoul) = (stage.world.paris.clone(), stage.world.seoul.clone());
    let reasons = async |mapping: &[(String, &str)]| {
        let faults = faults(register_as(&stage, &paris, mapping).await);
        assert!(faults.iter().all(|fault| fault.path == "mapping_data".into()), "{faults:?}");
        faults.into_iter().map(|fault| fault.reason).collect::<Vec<_>>()
    };
    assert_eq!(reasons(&[]).await, [Reason::MappingIncomplete { options: paris.options.clone() }]);
    let only_adult = &names(&paris, &["Adult"]);
    assert_eq!(reasons(only_adult).await, [Reason::MappingIncomplete { options: vec![paris.option(1)] }]);
    let same = &names(&paris, &["Person", "Person"]);
    assert_eq!(reasons(same).await, [Reason::MappingNameRepeated { names: vec!["Person".to_owned()] }]);
    let mut foreign = names(&paris, &["Adult", "Child"]);
    foreign.push((seoul.option(0).to_string(), "Other"));
    foreign.push(("nonsense".to_owned(), "No"));
    let unknown = vec![seoul.option(0).to_string(), "nonsense".to_owned()];
    assert_eq!(reasons(&foreign).await, [Reason::MappingOptionUnknown { options: unknown }]);

    let inactive = OptionChange { id: Some(paris.option(1)), is_active: Some(false), ..OptionChange::default() };
    let change = ProductChange { options: vec![inactive], ..ProductChange::default() };
    change_product(&stage.hub, paris.supplier, paris.id, change).await.unwrap();
    register_as(&stage, &paris, only_adult).await.unwrap();
    let with_inactive = names(&paris, &["Adult", "Child"]);
    let gone = vec![paris.option(1).to_string()];
    assert_eq!(reasons(&with_inactive).await, [Reason::MappingOptionUnknown { options: gone }]);
}

#[rstest]
#[tokio::test]
async fn is_for_products_that_the_channel_may_sell(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let (harbor, paris, museum) = (stage.world.harbor.clone(), stage.world.paris.clone(), stage.world.museum.clone());
    assert!(is_not_found(&register_as(&stage, &harbor, &names(&harbor, &["Seat"])).await), "beta's alone");
    let as_day_ticket = TestProduct { kind: ProductKind::DayTicket, ..paris.clone() };
    assert!(is_not_found(&register_as(&stage, &as_day_ticket, &names(&paris, &["Adult", "Child"])).await));
    let as_tour = TestProduct { kind: TOUR, ..museum.clone() };
    assert!(is_not_found(&register_as(&stage, &as_tour, &names(&museum, &["Adult", "Youth"])).await));
    register_as(&stage, &museum, &names(&museum, &["Adult", "Youth"])).await.unwrap();
    directory::unassign(&stage.hub, stage.world.channel("alpha").id, paris.id).await.unwrap();
    assert!(is_not_found(&register_as(&stage, &paris, &names(&paris, &["Adult", "Child"])).await));
}

#[rstest]
#[tokio::test]
async fn is_outdated_from_a_new_version_on_until_it_is_made_again(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let (paris, seoul, alpha) = (stage.world.paris.clone(), stage.world.seoul.clone(), stage.world.channel("alpha").id);
    let list = async |kind| {
        let found = outdated(&stage.hub, alpha, kind).await.unwrap();
        found.into_iter().map(|outdated| (outdated.product, outdated.title, outdated.version)).collect::<Vec<_>>()
    };
    stage.register("alpha", &paris).await;
    assert_eq!(list(TOUR).await, []);
    change_product(&stage.hub, paris.supplier, paris.id, any_change(&paris)).await.unwrap();
    change_product(&stage.hub, seoul.supplier, seoul.id, any_change(&seoul)).await.unwrap();
    assert_eq!(list(TOUR).await, [(paris.id, "Paris walk".to_owned(), 2)], "seoul is not registered");
    assert_eq!(list(ProductKind::DayTicket).await, []);
    stage.register("alpha", &paris).await;
    assert_eq!(list(TOUR).await, []);
}
