//! What stands only in a draft: nobody but its supplier sees it.

use axhub_domain::edition::Edition;
use axhub_domain::ids::{ChannelId, PoolId, StockId};
use axhub_domain::pricing::MarkUp;
use axhub_domain::product::{Product, ProductKind};
use axhub_store::changes::{self, ChangeKind, NewChange};
use axhub_store::paging::Page;
use axhub_store::products::{self, Pool, ProductFilter, StoredDraft, StoredOption};
use axhub_store::stock::{self, StockFilter};
use axhub_store::{Error, Result, feedback, params, registrations};
use axhub_testkit::Engine;
use rstest::rstest;
use serde_json::json;

use crate::fixture::{DAYS, Fixture, assign, id, later, option, pool, product};

const ALL: Page = Page { number: 1, size: 100 };

fn draft(base_version: i64, minutes: i64) -> StoredDraft {
    let mut edition = Edition::of(&product(21, 1, "Paris by night"), Vec::new());
    edition.contents.poi = vec!["센 강".to_owned()];
    StoredDraft { base_version, edition, created_at: later(1), updated_at: later(minutes) }
}

#[rstest]
#[tokio::test]
async fn a_draft_comes_back_whole_and_can_go(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    let (first, second) = (draft(1, 1), StoredDraft { created_at: later(99), ..draft(2, 5) });
    let found: Result<Vec<Option<StoredDraft>>> = tx!(fixture.db(), Write, (first, second), |s, (first, second)| {
        let mut found = vec![products::draft(s, id(21)).await?];
        assert!(!products::has_draft(s, id(21)).await?);
        for draft in [first, second] {
            products::put_draft(s, id(21), draft).await?;
            found.push(products::draft(s, id(21)).await?);
        }
        assert!(products::has_draft(s, id(21)).await?);
        products::delete_draft(s, id(21)).await?;
        products::delete_draft(s, id(21)).await?;
        found.push(products::draft(s, id(21)).await?);
        Ok(found)
    });
    // When it was begun does not change.
    assert_eq!(found.unwrap(), [None, Some(draft(1, 1)), Some(draft(2, 5)), None]);
}

/// An option of the fixture's product that stands only in a draft.
fn unpublished(n: u128, pool: u128) -> StoredOption {
    StoredOption { is_published: false, ..option(n, "New", n, pool, 1) }
}

#[rstest]
#[tokio::test]
async fn an_option_of_a_draft_is_no_channels_business(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    let new = unpublished(34, 41);
    let made: Result<()> = tx!(fixture.db(), Write, new, |s, new| {
        let changed = option(31, "Not yet", 31, 42, 5);
        products::put_draft_options(s, &[new.clone(), changed]).await
    });
    made.unwrap();
    let published = [option(31, "Adult", 31, 41, 1), option(32, "Child", 31, 41, 1), option(33, "Van", 33, 42, 2)];
    let (all, seen): (Vec<StoredOption>, Vec<StoredOption>) = {
        let found: Result<_> =
            tx!(fixture.db(), Read, |s| Ok((products::all_options(s, id(21)).await?, products::options(s, id(21)).await?)));
        found.unwrap()
    };
    assert_eq!(seen, published, "what was published stays as it was");
    assert_eq!(all.len(), 4);
    assert!(all.contains(&unpublished(34, 41)));

    let of_supplier: Result<Option<StoredOption>> = tx!(fixture.db(), Read, |s| products::option_of_supplier(s, id(1), id(34)).await);
    assert_eq!(of_supplier.unwrap(), Some(unpublished(34, 41)));
    let hidden: Result<(usize, usize, usize)> = tx!(fixture.db(), Read, |s| {
        let of_pools = products::options_of_pools(s, &[id(41)]).await?;
        let sold = registrations::sold_options(s, &[id(34)]).await?;
        let sellable = products::sellable_of(s, id(11), &[], &[id(34)]).await?;
        Ok((of_pools.len(), sold.len(), sellable.len()))
    });
    assert_eq!(hidden.unwrap(), (1, 0, 0));
    let rows: Result<[u64; 2]> = tx!(fixture.db(), Read, |s| {
        let filter = StockFilter { from: DAYS[0], to: None, option: Some(id(34)), active_only: true };
        let for_channels = stock::list(s, id(21), filter, ALL).await?.total;
        Ok([for_channels, stock::list(s, id(21), StockFilter { active_only: false, ..filter }, ALL).await?.total])
    });
    assert_eq!(rows.unwrap(), [0, 3]);

    let published: Result<Vec<StoredOption>> = tx!(fixture.db(), Write, |s| {
        products::publish_options(s, &[unpublished(34, 41)]).await?;
        products::delete_options(s, &[id(34)]).await?;
        products::options(s, id(21)).await
    });
    let new = StoredOption { is_published: true, ..unpublished(34, 41) };
    assert!(published.unwrap().contains(&new), "it is published, and cannot go any more");
}

#[rstest]
#[tokio::test]
async fn a_pool_goes_with_its_stock_when_nobody_draws_from_it(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    let pools: Result<[Vec<Pool>; 2]> = tx!(fixture.db(), Write, |s| {
        products::insert_pools(s, id(21), &[pool(43, Some("버스"))]).await?;
        products::put_draft_options(s, &[unpublished(34, 43)]).await?;
        let before = products::pools(s, id(21)).await?;
        let sql =
            "INSERT INTO stock (id, pool_id, date, start_time, starts_at, max_quantity, min_quantity, held, ordered, on_sale, updated_at)
            SELECT $1, $2, s.date, s.start_time, s.starts_at, 5, 0, 0, 0, s.on_sale, s.updated_at FROM stock s WHERE s.id = $3";
        s.execute_one(sql, &params![id::<StockId>(57), id::<PoolId>(43), id::<StockId>(51)]).await?;
        let allotted =
            "INSERT INTO allotments (stock_id, channel_id, quantity, taken, release_at, is_released) VALUES ($1, $2, 1, 0, $3, FALSE)";
        s.execute_one(allotted, &params![id::<StockId>(57), id::<ChannelId>(11), later(1)]).await?;
        products::delete_options(s, &[id(34)]).await?;
        products::delete_pools(s, &[id(43)]).await?;
        products::delete_pools(s, &[]).await?;
        Ok([before, products::pools(s, id(21)).await?])
    });
    assert_eq!(pools.unwrap(), [vec![pool(41, None), pool(42, None), pool(43, Some("버스"))], vec![pool(41, None), pool(42, None)]]);
    let drawn_from: Result<()> = tx!(fixture.db(), Write, |s| products::delete_pools(s, &[id(42)]).await);
    assert!(matches!(drawn_from, Err(Error::Contended(_))), "{drawn_from:?}");
    let same_name: Result<()> =
        tx!(fixture.db(), Write, |s| products::insert_pools(s, id(21), &[pool(44, Some("bus")), pool(45, Some("bus"))]).await);
    assert!(matches!(same_name, Err(Error::Constraint(_))), "{same_name:?}");
}

#[rstest]
#[tokio::test]
async fn a_product_that_was_never_published_is_no_channels_business(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    let made: Result<()> = tx!(fixture.db(), Write, |s| {
        products::insert(s, &Product { version: 0, ..product(22, 1, "Draft") }).await?;
        products::put_draft(s, id(22), &draft(0, 1)).await?;
        assign(s, id(11), &[(id(22), MarkUp::NONE)], later(1)).await
    });
    made.unwrap();
    let tour = ProductKind::Tour;
    let hidden: Result<(bool, usize, u64, usize, usize, bool)> = tx!(fixture.db(), Read, |s| {
        Ok((
            products::of_channel(s, id(11), tour, id(22)).await?.is_some(),
            products::sellable_of(s, id(11), &[id(22)], &[]).await?.len()
                + usize::from(products::sellable_of_kind(s, id(11), tour, id(22)).await?.is_some()),
            products::list_of_channel(s, id(11), tour, &ProductFilter::default(), ALL).await?.total,
            products::versions(s, &[id(22)]).await?.len(),
            products::kinds(s).await?.len(),
            feedback::may_speak_of(s, id(11), tour, id(22)).await?,
        ))
    });
    assert_eq!(hidden.unwrap(), (false, 0, 1, 0, 1, false));
    let sold_by: Result<[Vec<_>; 2]> =
        tx!(fixture.db(), Read, |s| Ok([products::sold_by(s, id(1), id(21)).await?, products::sold_by(s, id(2), id(21)).await?]));
    assert_eq!(sold_by.unwrap(), [vec![("alpha".to_owned(), MarkUp(120_000))], vec![]]);

    let change = |product| NewChange { kind: ChangeKind::Stock, product_kind: tour, product, channel: None, data: json!({}) };
    let recorded: Result<()> = tx!(fixture.db(), Write, [change(id(21)), change(id(22)), change(id(22))], |s, new| {
        changes::record(s, &new[..2], later(1)).await?;
        changes::give_positions(s, 10).await?;
        changes::record(s, &new[2..], later(2)).await
    });
    recorded.unwrap();
    let gone: Result<(Option<Product>, i64, i64)> = tx!(fixture.db(), Write, |s| {
        products::delete_draft(s, id(22)).await?;
        products::delete_unpublished(s, id(22)).await?;
        let left = s.query_one("SELECT COUNT(*) FROM changes", &[]).await?.int(0)?;
        let discarded = s.query_one("SELECT discarded FROM feed", &[]).await?.int(0)?;
        Ok((products::of_supplier(s, id(1), id(22)).await?, left, discarded))
    });
    assert_eq!(gone.unwrap(), (None, 1, 1), "one of its changes had a position");
    let published: Result<()> = tx!(fixture.db(), Write, |s| products::delete_unpublished(s, id(21)).await);
    assert!(matches!(published, Err(Error::Contended(_))), "{published:?}");
}
