//! What channels may sell, and the rules behind it.

use std::collections::HashSet;

use axhub_domain::assignment::{Assigned, Assignment, AssignmentRule, Candidate};
use axhub_domain::ids::RuleId;
use axhub_domain::pricing::MarkUp;
use axhub_store::assignments::{self, AssignedProduct, AssignmentFilter};
use axhub_store::paging::Page;
use axhub_store::rules::{self, ListedRule};
use axhub_store::{Error, Result, products};
use axhub_testkit::Engine;
use rstest::rstest;

use crate::fixture::{Fixture, id, later, now, product};

const FIRST: Page = Page { number: 1, size: 10 };

/// A rule of a channel, made as many seconds later as its number.
fn rule(n: u128, channel: u128, supplier: Option<u128>, country: Option<&str>) -> AssignmentRule {
    AssignmentRule {
        id: id(n),
        channel: id(channel),
        supplier: supplier.map(id),
        country: country.map(str::to_owned),
        mark_up: MarkUp(112_000),
        created_at: later(i64::try_from(n).unwrap()),
        except: HashSet::new(),
    }
}

fn to(channel: u128, product: u128, mark_up: i64, rule: Option<u128>) -> Assigned {
    let to = Assignment { channel: id(channel), product: id(product), mark_up: MarkUp(mark_up), rule: rule.map(id) };
    Assigned { to, from: None }
}

async fn add(fixture: &Fixture, rules: Vec<AssignmentRule>) {
    let added: Result<()> = tx!(fixture.db(), Write, rules, |s, rules| {
        for rule in rules {
            rules::insert(s, rule).await?;
        }
        Ok(())
    });
    added.unwrap();
}

async fn put(fixture: &Fixture, assigned: Vec<Assigned>, at: i64) -> Result<()> {
    tx!(fixture.db(), Write, assigned, |s, assigned| assignments::put(s, assigned, later(at)).await)
}

async fn find(fixture: &Fixture) -> Option<AssignedProduct> {
    let found: Result<Option<AssignedProduct>> = tx!(fixture.db(), Read, |s| assignments::find(s, id(11), id(21)).await);
    found.unwrap()
}

#[rstest]
#[tokio::test]
async fn what_is_put_again_keeps_its_date(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    let before = find(&fixture).await.unwrap();
    assert_eq!((before.name.as_str(), before.supplier_code.as_str(), before.version), ("Paris Walk", "lumiere", 1));
    assert_eq!((before.mark_up, before.rule, before.created_at), (MarkUp(120_000), None, now()));

    add(&fixture, vec![rule(70, 11, None, None)]).await;
    put(&fixture, vec![to(11, 21, 112_000, Some(70))], 100).await.unwrap();
    let by_rule = AssignedProduct { mark_up: MarkUp(112_000), rule: Some(id(70)), ..before.clone() };
    assert_eq!(find(&fixture).await, Some(by_rule));
    put(&fixture, vec![to(11, 21, 120_000, None)], 200).await.unwrap();
    assert_eq!(find(&fixture).await, Some(before));

    let gone: Result<Vec<Assignment>> = tx!(fixture.db(), Write, |s| {
        assignments::remove(s, &[(id(11), id(404)), (id(12), id(21)), (id(11), id(21))]).await?;
        assignments::present(s, None, None).await
    });
    assert_eq!(gone.unwrap(), []);
    assert_eq!(find(&fixture).await, None);
    let of_no_rule = put(&fixture, vec![to(11, 21, 1, Some(404))], 0).await;
    assert!(matches!(of_no_rule, Err(Error::Constraint(_))), "{of_no_rule:?}");
}

#[rstest]
#[tokio::test]
async fn lists_are_filtered_and_paged(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    let more: Result<()> = tx!(fixture.db(), Write, |s| {
        products::insert(s, &product(22, 2, "Seoul Walk")).await?;
        products::insert(s, &product(23, 1, "Lyon Walk")).await
    });
    more.unwrap();
    add(&fixture, vec![rule(70, 11, None, None), rule(71, 11, Some(1), None)]).await;
    put(&fixture, vec![to(11, 22, 1, Some(70)), to(12, 22, 1, None)], 10).await.unwrap();
    put(&fixture, vec![to(11, 23, 1, Some(71))], 20).await.unwrap();

    async fn list(fixture: &Fixture, filter: AssignmentFilter, page: Page) -> (Vec<String>, u64) {
        let listed: Result<_> = tx!(fixture.db(), Snapshot, |s| assignments::list(s, id(11), filter, page).await);
        let listed: axhub_store::paging::Paged<AssignedProduct> = listed.unwrap();
        (listed.items.into_iter().map(|one| one.name).collect(), listed.total)
    }
    let all = AssignmentFilter::default();
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    assert_eq!(list(&fixture, all, FIRST).await, (names(&["Lyon Walk", "Seoul Walk", "Paris Walk"]), 3));
    assert_eq!(list(&fixture, all, Page { number: 2, size: 2 }).await, (names(&["Paris Walk"]), 3));
    let of_lumiere = AssignmentFilter { supplier: Some(id(1)), ..all };
    assert_eq!(list(&fixture, of_lumiere, FIRST).await, (names(&["Lyon Walk", "Paris Walk"]), 2));
    assert_eq!(list(&fixture, AssignmentFilter { is_by_rule: Some(false), ..all }, FIRST).await, (names(&["Paris Walk"]), 1));
    assert_eq!(list(&fixture, AssignmentFilter { is_by_rule: Some(true), ..of_lumiere }, FIRST).await, (names(&["Lyon Walk"]), 1));
    assert_eq!(list(&fixture, AssignmentFilter { rule: Some(id(70)), ..all }, FIRST).await, (names(&["Seoul Walk"]), 1));
    assert_eq!(list(&fixture, AssignmentFilter { rule: Some(id(404)), ..all }, FIRST).await, (names(&[]), 0));
}

#[rstest]
#[tokio::test]
async fn only_published_products_are_candidates(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    let candidates: Result<[Vec<Candidate>; 3]> = tx!(fixture.db(), Write, |s| {
        products::insert(s, &axhub_domain::product::Product { version: 0, ..product(22, 1, "A draft") }).await?;
        Ok([
            assignments::candidates(s, None).await?,
            assignments::candidates(s, Some(id(21))).await?,
            assignments::candidates(s, Some(id(22))).await?,
        ])
    });
    let paris = Candidate { product: id(21), supplier: id(1), country: "France".to_owned() };
    assert_eq!(candidates.unwrap(), [vec![paris.clone()], vec![paris], Vec::new()]);
}

#[rstest]
#[tokio::test]
async fn rules_come_back_as_they_were_made(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    let plain = rule(70, 11, None, None);
    let full = AssignmentRule { except: HashSet::from([id(21)]), ..rule(71, 11, Some(1), Some("France")) };
    let of_beta = rule(72, 12, Some(2), None);
    add(&fixture, vec![plain.clone(), full.clone(), of_beta.clone()]).await;
    put(&fixture, vec![to(11, 21, 1, Some(70))], 0).await.unwrap();

    let all: Result<[Vec<AssignmentRule>; 2]> =
        tx!(fixture.db(), Read, |s| Ok([rules::all(s, None).await?, rules::all(s, Some(id(11))).await?]));
    assert_eq!(all.unwrap(), [vec![plain.clone(), full.clone(), of_beta], vec![plain.clone(), full.clone()]]);

    let listed: Result<axhub_store::paging::Paged<ListedRule>> = tx!(fixture.db(), Snapshot, |s| rules::list(s, id(11), FIRST).await);
    let newest = ListedRule { rule: full, supplier_code: Some("lumiere".to_owned()), assigned: 0 };
    let oldest = ListedRule { rule: plain, supplier_code: None, assigned: 1 };
    assert_eq!(listed.unwrap().items, [newest.clone(), oldest]);

    let found: Result<[Option<ListedRule>; 2]> =
        tx!(fixture.db(), Snapshot, |s| Ok([rules::of_channel(s, id(11), id(71)).await?, rules::of_channel(s, id(12), id(71)).await?]));
    assert_eq!(found.unwrap(), [Some(newest), None]);
}

#[rstest]
#[tokio::test]
async fn rules_change_and_go_when_nothing_is_theirs(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    let made = AssignmentRule { except: HashSet::from([id(21)]), ..rule(70, 11, None, None) };
    add(&fixture, vec![made]).await;
    let changed: Result<Vec<AssignmentRule>> = tx!(fixture.db(), Write, |s| {
        rules::set_mark_up(s, id(70), MarkUp::NONE).await?;
        rules::replace_exceptions(s, id(70), &HashSet::new()).await?;
        rules::all(s, None).await
    });
    let changed = changed.unwrap();
    assert_eq!((changed[0].mark_up, changed[0].except.len()), (MarkUp::NONE, 0));

    put(&fixture, vec![to(11, 21, 1, Some(70))], 0).await.unwrap();
    let remove = async |rule: RuleId| -> Result<()> { tx!(fixture.db(), Write, |s| rules::remove(s, rule).await) };
    assert!(matches!(remove(id(70)).await, Err(Error::Constraint(_))), "it still assigns something");
    put(&fixture, vec![to(11, 21, 1, None)], 0).await.unwrap();
    remove(id(70)).await.unwrap();
    assert!(matches!(remove(id(70)).await, Err(Error::Contended(_))));
}
