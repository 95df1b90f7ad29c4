//! What channels may sell, one by one and by rule.

use axhub_domain::ids::{ProductId, RuleId};
use axhub_domain::pricing::MarkUp;
use axhub_domain::refusal::Conflict;
use axhub_hub::changes::{Cursor, What, changes_for_channel, latest_cursor};
use axhub_hub::directory::{
    self, AssignmentFilter, ListedRule, NewRule, RuleChange, change_rule, create_rule, delete_rule, list_assignments, list_rules,
    remove_assignment, rule, set_assignment,
};
use axhub_hub::{Hub, Page, Result};
use axhub_testkit::{Engine, ProductBuilder};
use rstest::rstest;
use uuid::Uuid;

use crate::directory::{actions, noted, olivia};
use crate::stage::{Stage, conflict, fault_codes, faults, is_not_found};

const ALL: Page = Page { number: 1, size: 200 };

/// A stage on which the channel gamma may sell nothing yet.
async fn stage_with_gamma(engine: Engine) -> Stage {
    let stage = Stage::new(engine).await;
    directory::ensure_channel(&stage.hub, "gamma", "Gamma", "Asia/Seoul").await.unwrap();
    stage
}

fn new_rule(supplier_code: Option<&str>, country: Option<&str>, mark_up: i64) -> NewRule {
    let (supplier_code, country) = (supplier_code.map(str::to_owned), country.map(str::to_owned));
    NewRule { supplier_code, country, mark_up: MarkUp(mark_up), except: Vec::new() }
}

async fn make(hub: &Hub, new: NewRule) -> ListedRule {
    create_rule(hub, olivia(), "gamma", new).await.unwrap()
}

/// What gamma may sell: mark-up and rule of each product, by the products' names.
async fn sold(hub: &Hub) -> Vec<(String, i64, Option<RuleId>)> {
    let listed = list_assignments(hub, "gamma", AssignmentFilter::default(), ALL).await.unwrap();
    let mut sold: Vec<_> = listed.items.into_iter().map(|one| (one.name, one.mark_up.0, one.rule)).collect();
    sold.sort();
    sold
}

fn by(rule: &ListedRule, names: &[&str]) -> Vec<(String, i64, Option<RuleId>)> {
    names.iter().map(|name| ((*name).to_owned(), rule.rule.mark_up.0, Some(rule.rule.id))).collect()
}

/// What gamma's feed tells behind a cursor: `+` may be sold, `-` may not, `$` has another price.
async fn told(hub: &Hub, after: Cursor) -> Vec<(char, ProductId)> {
    let gamma = directory::channel(hub, "gamma").await.unwrap().id;
    let changes = changes_for_channel(hub, gamma, after, 1000).await.unwrap();
    let mark = |what: &What| match what {
        What::Product(product) if product.is_assigned => '+',
        What::Product(_) => '-',
        What::Price => '$',
        what => panic!("{what:?}"),
    };
    let mut told: Vec<_> = changes.items.iter().map(|change| (mark(&change.what), change.product)).collect();
    told.sort();
    told
}

const OF_HANOK: [&str; 3] = ["DMZ day trip", "민화 박물관", "북촌 골목 산책"];

#[rstest]
#[tokio::test]
async fn a_rule_assigns_what_it_names_and_the_most_specific_decides(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = stage_with_gamma(engine).await;
    let hub = &stage.hub;
    let of_hanok = make(hub, new_rule(Some("hanok"), None, 110_000)).await;
    assert_eq!((sold(hub).await, of_hanok.assigned), (by(&of_hanok, &OF_HANOK), 3));

    let of_all = make(hub, new_rule(None, None, 150_000)).await;
    let of_france = make(hub, new_rule(None, Some(" france"), 130_000)).await;
    assert_eq!((of_all.assigned, of_france.assigned), (2, 1));
    let expected = [by(&of_hanok, &OF_HANOK[..1]), by(&of_all, &["Harbor sunset"]), by(&of_france, &["Paris walk"])].concat();
    assert_eq!(sold(hub).await, [expected, by(&of_hanok, &OF_HANOK[1..])].concat());

    // The newer of two like each other, until it goes.
    let newer = make(hub, new_rule(Some("hanok"), None, 111_000)).await;
    let again = rule(hub, "gamma", of_hanok.rule.id).await.unwrap();
    assert_eq!((newer.assigned, again.assigned), (3, 0));
    let gone = delete_rule(hub, olivia(), "gamma", newer.rule.id).await.unwrap();
    assert_eq!((gone.reassigned, gone.unassigned), (3, 0));
    assert_eq!(rule(hub, "gamma", of_hanok.rule.id).await.unwrap().assigned, 3);
    for last in [&of_hanok, &of_all, &of_france] {
        delete_rule(hub, olivia(), "gamma", last.rule.id).await.unwrap();
    }
    assert_eq!(sold(hub).await, []);
    let other_channels = list_assignments(hub, "alpha", AssignmentFilter::default(), ALL).await.unwrap();
    assert_eq!(other_channels.total, 4, "they keep what they have");
}

#[rstest]
#[tokio::test]
async fn a_product_by_itself_beats_every_rule(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = stage_with_gamma(engine).await;
    let (hub, paris) = (&stage.hub, &stage.world.paris);
    set_assignment(hub, olivia(), "gamma", paris.id, MarkUp(200_000)).await.unwrap();
    let of_lumiere = make(hub, new_rule(Some("lumiere"), Some("France"), 110_000)).await;
    assert_eq!(sold(hub).await, [("Paris walk".to_owned(), 200_000, None)]);
    assert_eq!(of_lumiere.assigned, 0);

    // Without it the rule holds; then it cannot be removed by itself.
    let left = remove_assignment(hub, olivia(), "gamma", paris.id).await.unwrap().unwrap();
    assert_eq!((left.rule, left.mark_up), (Some(of_lumiere.rule.id), MarkUp(110_000)));
    let refused = conflict(remove_assignment(hub, olivia(), "gamma", paris.id).await);
    assert_eq!(refused, Conflict::AssignedByRule { rule: of_lumiere.rule.id });

    let single = set_assignment(hub, olivia(), "gamma", paris.id, MarkUp(110_000)).await.unwrap();
    assert_eq!((single.rule, single.created_at), (None, left.created_at), "it was sold all the time");
    delete_rule(hub, olivia(), "gamma", of_lumiere.rule.id).await.unwrap();
    assert_eq!(remove_assignment(hub, olivia(), "gamma", paris.id).await.unwrap(), None);
    assert!(is_not_found(&remove_assignment(hub, olivia(), "gamma", paris.id).await));
    assert_eq!(sold(hub).await, []);
}

#[rstest]
#[tokio::test]
async fn a_rule_can_be_changed(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = stage_with_gamma(engine).await;
    let (hub, world) = (&stage.hub, &stage.world);
    let made = make(hub, NewRule { except: vec![world.dmz.id], ..new_rule(Some("hanok"), None, 110_000) }).await;
    assert_eq!(sold(hub).await, by(&made, &OF_HANOK[1..]));
    let change = RuleChange { mark_up: Some(MarkUp(120_000)), except: Some(vec![world.seoul.id, world.museum.id]) };
    let changed = change_rule(hub, olivia(), "gamma", made.rule.id, change.clone()).await.unwrap();
    assert_eq!(sold(hub).await, by(&changed, &OF_HANOK[..1]));
    assert_eq!(changed.rule.mark_up, MarkUp(120_000));
    let before = noted(hub).await.len();
    assert_eq!(change_rule(hub, olivia(), "gamma", made.rule.id, change).await.unwrap(), changed, "nothing new");
    let nothing = RuleChange::default();
    assert_eq!(change_rule(hub, olivia(), "gamma", made.rule.id, nothing).await.unwrap(), changed);
    assert_eq!(noted(hub).await.len(), before);
    let listed = list_rules(hub, "gamma", ALL).await.unwrap();
    assert_eq!((listed.items, listed.total), (vec![changed], 1));
}

#[rstest]
#[tokio::test]
async fn a_product_is_assigned_when_it_is_published(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = stage_with_gamma(engine).await;
    let (hub, lumiere) = (&stage.hub, stage.world.supplier("lumiere").id);
    let of_italy = make(hub, new_rule(Some("lumiere"), Some("Italy"), 110_000)).await;
    assert_eq!(sold(hub).await, []);
    let rome = ProductBuilder::tour("Rome walk").text("main_country_and_city", "Italy - Rome").option("Seat", "10");
    let rome = rome.create(hub, lumiere).await;
    assert_eq!(sold(hub).await, by(&of_italy, &["Rome walk"]));

    // It moves, and the rule has nothing to say any more.
    let texts = [("main_country_and_city".to_owned(), "Malta - Valletta".to_owned())].into();
    let contents = axhub_hub::catalogue::ContentsChange { texts, ..Default::default() };
    let change = axhub_hub::catalogue::ProductChange { contents, ..Default::default() };
    axhub_hub::catalogue::change_product(hub, lumiere, rome.id, change).await.unwrap();
    assert_eq!(sold(hub).await, []);
}

#[rstest]
#[tokio::test]
async fn the_feed_tells_what_becomes_of_each_product(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = stage_with_gamma(engine).await;
    let (hub, world) = (&stage.hub, &stage.world);
    let start = latest_cursor(hub).await.unwrap();
    let of_lumiere = make(hub, new_rule(Some("lumiere"), None, 110_000)).await;
    let (paris, harbor) = (world.paris.id, world.harbor.id);
    let both = |mark: char| [(mark, paris), (mark, harbor)];
    assert_eq!(told(hub, start).await, sorted([both('$'), both('+')].concat()));

    // Only what is another price is told, not who decides about it.
    let start = latest_cursor(hub).await.unwrap();
    let of_france = make(hub, new_rule(Some("lumiere"), Some("France"), 110_000)).await;
    assert_eq!(told(hub, start).await, []);
    let dearer = RuleChange { mark_up: Some(MarkUp(120_000)), except: None };
    change_rule(hub, olivia(), "gamma", of_france.rule.id, dearer).await.unwrap();
    assert_eq!(told(hub, start).await, [('$', paris)]);

    let start = latest_cursor(hub).await.unwrap();
    set_assignment(hub, olivia(), "gamma", harbor, MarkUp(110_000)).await.unwrap();
    set_assignment(hub, olivia(), "gamma", harbor, MarkUp(110_000)).await.unwrap();
    assert_eq!(told(hub, start).await, [], "the price is the same");
    delete_rule(hub, olivia(), "gamma", of_lumiere.rule.id).await.unwrap();
    delete_rule(hub, olivia(), "gamma", of_france.rule.id).await.unwrap();
    assert_eq!(told(hub, start).await, [('-', paris)]);
    set_assignment(hub, olivia(), "gamma", harbor, MarkUp(130_000)).await.unwrap();
    remove_assignment(hub, olivia(), "gamma", harbor).await.unwrap();
    assert_eq!(told(hub, start).await, sorted(vec![('$', harbor), ('-', paris), ('-', harbor)]));
}

fn sorted(mut told: Vec<(char, ProductId)>) -> Vec<(char, ProductId)> {
    told.sort();
    told
}

#[rstest]
#[tokio::test]
async fn what_is_wrong_is_told_and_changes_nothing(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = stage_with_gamma(engine).await;
    let (hub, paris) = (&stage.hub, stage.world.paris.id);
    let unknown = ProductId(Uuid::from_u128(404));
    let wrong = NewRule { except: vec![paris, unknown, paris], ..new_rule(Some("nobody"), Some("  "), 1) };
    let faults = faults(create_rule(hub, olivia(), "gamma", wrong).await);
    let codes: Vec<&str> = faults.iter().map(|fault| fault.reason.code()).collect();
    assert_eq!(codes, ["not_a_choice", "repeated", "blank", "not_a_choice"], "{faults:?}");
    let many = NewRule { except: vec![paris; 1001], country: Some("x".repeat(101)), ..new_rule(None, None, 1) };
    assert_eq!(fault_codes(create_rule(hub, olivia(), "gamma", many).await), ["too_many", "too_long"]);

    fn nothing<T>(result: &Result<T>) {
        assert!(is_not_found(result));
    }
    nothing(&create_rule(hub, olivia(), "nobody", new_rule(None, None, 1)).await);
    nothing(&set_assignment(hub, olivia(), "nobody", paris, MarkUp::NONE).await);
    nothing(&set_assignment(hub, olivia(), "gamma", unknown, MarkUp::NONE).await);
    nothing(&remove_assignment(hub, olivia(), "nobody", paris).await);
    nothing(&list_assignments(hub, "nobody", AssignmentFilter::default(), ALL).await);
    nothing(&list_rules(hub, "nobody", ALL).await);
    assert_eq!(noted(hub).await, []);
    assert_eq!(sold(hub).await, []);

    let made = make(hub, new_rule(Some("hanok"), None, 110_000)).await;
    let of_another = RuleChange { mark_up: Some(MarkUp::NONE), except: None };
    nothing(&change_rule(hub, olivia(), "alpha", made.rule.id, of_another).await);
    nothing(&delete_rule(hub, olivia(), "alpha", made.rule.id).await);
    nothing(&rule(hub, "alpha", made.rule.id).await);
    let except = RuleChange { mark_up: None, except: Some(vec![unknown]) };
    assert_eq!(fault_codes(change_rule(hub, olivia(), "gamma", made.rule.id, except).await), ["not_a_choice"]);
    assert_eq!(rule(hub, "gamma", made.rule.id).await.unwrap(), made);
}

#[rstest]
#[tokio::test]
async fn each_change_is_in_the_audit_log(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = stage_with_gamma(engine).await;
    let (hub, paris) = (&stage.hub, stage.world.paris.id);
    let made = make(hub, new_rule(Some("lumiere"), None, 110_000)).await.rule.id;
    change_rule(hub, olivia(), "gamma", made, RuleChange { mark_up: None, except: Some(vec![paris]) }).await.unwrap();
    delete_rule(hub, olivia(), "gamma", made).await.unwrap();
    set_assignment(hub, olivia(), "gamma", paris, MarkUp(120_000)).await.unwrap();
    set_assignment(hub, olivia(), "gamma", paris, MarkUp(120_000)).await.unwrap();
    remove_assignment(hub, olivia(), "gamma", paris).await.unwrap();
    let noted = actions(hub).await;
    let names: Vec<(&str, &str)> = noted.iter().map(|(action, code, _)| (action.as_str(), code.as_str())).collect();
    let (rule, product) = (made.to_string(), paris.to_string());
    assert_eq!(
        names,
        [
            ("rule.create", rule.as_str()),
            ("rule.change", rule.as_str()),
            ("rule.remove", rule.as_str()),
            ("assignment.set", product.as_str()),
            ("assignment.remove", product.as_str()),
        ]
    );
    assert_eq!((&noted[0].2["assigned"], &noted[0].2["channel"]), (&2.into(), &"gamma".into()));
    assert_eq!((&noted[1].2["unassigned"], &noted[1].2["except"]), (&1.into(), &serde_json::json!([product])));
    assert_eq!(noted[3].2["mark_up"], "1.20000");
}

/// Rules and publications at once: afterwards everything is assigned as if they had come one after another.
#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn rules_and_publications_at_once_miss_nothing(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = stage_with_gamma(engine).await;
    let hub = &stage.hub;
    let lumiere = stage.world.supplier("lumiere").id;
    let publishing = (0..6).map(|n| {
        let hub = hub.clone();
        tokio::spawn(async move { ProductBuilder::tour(&format!("Walk {n}")).option("Seat", "10").create(&hub, lumiere).await.id })
    });
    let ruling = (0..6).map(|n| {
        let hub = hub.clone();
        tokio::spawn(async move { create_rule(&hub, olivia(), "gamma", new_rule(Some("lumiere"), None, 110_000 + n)).await.unwrap() })
    });
    let (publishing, ruling): (Vec<_>, Vec<_>) = (publishing.collect(), ruling.collect());
    for published in publishing {
        published.await.unwrap();
    }
    let mut newest: Option<ListedRule> = None;
    for rule in ruling {
        let rule = rule.await.unwrap();
        let is_newer = newest.as_ref().is_none_or(|newest| (rule.rule.created_at, rule.rule.id) > (newest.rule.created_at, newest.rule.id));
        newest = if is_newer { Some(rule) } else { newest };
    }
    let newest = newest.unwrap().rule;
    let sold = sold(hub).await;
    assert_eq!(sold.len(), 8, "Paris, the harbor and six walks");
    assert!(sold.iter().all(|(_, mark_up, rule)| (*mark_up, *rule) == (newest.mark_up.0, Some(newest.id))), "{sold:?}");
}
