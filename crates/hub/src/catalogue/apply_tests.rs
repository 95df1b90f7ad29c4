use axhub_domain::edition::{EditionOption, MAX_OPTIONS};
use axhub_domain::product::{Depth, OptionKind};
use axhub_domain::reply::NoReply;
use jiff::civil::date;
use uuid::Uuid;

use super::super::OptionChange;
use super::*;

fn id(n: u128) -> OptionId {
    OptionId(Uuid::from_u128(n))
}

fn depth(value: &str) -> Vec<Depth> {
    vec![Depth { name: "Person".to_owned(), value: value.to_owned() }]
}

fn option(n: u128, stock_of: u128, pool: Option<&str>) -> EditionOption {
    let kind = if n == stock_of { OptionKind::Quantity } else { OptionKind::Price };
    let option = ProductOption {
        id: id(n),
        depths: depth(&format!("Option {n}")),
        kind,
        stock_option: id(stock_of),
        persons_per_unit: 1,
        min_quantity: 1,
        max_quantity: 10,
        is_active: true,
    };
    let prices = vec![NetPrice { net: "10".parse().unwrap(), dates: None }];
    EditionOption { option, pool: pool.map(str::to_owned), weight: 1, prices }
}

/// Options 1 and 2 are published, 2 draws from 1; 3 and 4 stand only in the draft, 4 draws from 3.
fn edition() -> Edition {
    Edition {
        category: "Tour".to_owned(),
        detail_category: None,
        confirmation: Confirmation::Manual,
        reply: None,
        cut_off_minutes: 0,
        sale: Default::default(),
        required_information: Vec::new(),
        contents: Contents { texts: [("product_name".to_owned(), "Walk".to_owned())].into(), ..Contents::default() },
        options: vec![option(1, 1, Some("bus")), option(2, 1, Some("bus")), option(3, 3, None), option(4, 3, None)],
    }
}

fn changed_as(is_draft: bool, before: &Edition, change: &ProductChange) -> Result<Edition, Vec<FieldError>> {
    let published = [id(1), id(2)].into();
    let next = std::cell::Cell::new(100);
    apply(Base { kind: ProductKind::Tour, edition: before, published: &published, is_draft }, change, || {
        next.set(next.get() + 1);
        id(next.get())
    })
}

fn changed(change: &ProductChange) -> Result<Edition, Vec<FieldError>> {
    changed_as(true, &edition(), change)
}

fn options(changes: Vec<OptionChange>) -> ProductChange {
    ProductChange { options: changes, ..ProductChange::default() }
}

fn of(n: u128) -> OptionChange {
    OptionChange { id: Some(id(n)), ..OptionChange::default() }
}

/// What is wrong, as `path code`.
fn wrong(change: &ProductChange) -> Vec<String> {
    let faults = changed(change).expect_err("it makes no sense");
    faults.iter().map(|fault| format!("{:?} {}", fault.path, fault.reason.code()).replace("Text(\"", "").replace("\")", "")).collect()
}

#[test]
fn nothing_changes_nothing() {
    assert_eq!(changed(&ProductChange::default()), Ok(edition()));
    let read_back =
        options((1..=4).map(|n| OptionChange { pool: Some(edition().options[n as usize - 1].pool.clone()), ..of(n) }).collect());
    assert_eq!(changed(&read_back), Ok(edition()));
}

#[test]
fn a_time_to_answer_needs_what_happens_then_and_a_supplier_who_answers() {
    let reply = |minutes, otherwise| ProductChange { reply_minutes: minutes, on_no_reply: otherwise, ..ProductChange::default() };
    let limited = Edition { reply: Some(ReplyLimit { minutes: 90, otherwise: NoReply::Reject }), ..edition() };
    let both = reply(Some(Some(90)), Some(Some(NoReply::Reject)));
    assert_eq!(changed(&both), Ok(limited.clone()));
    assert_eq!(wrong(&reply(Some(Some(90)), None)), ["on_no_reply required"]);
    assert_eq!(wrong(&reply(None, Some(Some(NoReply::Confirm)))), ["reply_minutes required"]);
    assert_eq!(wrong(&ProductChange { confirmation: Some(Confirmation::Instant), ..both.clone() }), ["reply_minutes only_manual"]);
    let outcome_only = ProductChange { reply_minutes: None, ..both };
    assert_eq!(wrong(&ProductChange { confirmation: Some(Confirmation::Instant), ..outcome_only }), ["on_no_reply only_manual"]);

    let from_limited = |change: &ProductChange| changed_as(true, &limited, change).map(|edition| edition.reply);
    assert_eq!(from_limited(&reply(Some(None), None)), Ok(None), "one takes the other along");
    assert_eq!(from_limited(&reply(Some(None), Some(None))), Ok(None));
    assert_eq!(from_limited(&reply(Some(Some(5)), None)), Ok(Some(ReplyLimit { minutes: 5, otherwise: NoReply::Reject })));
    let instant = ProductChange { confirmation: Some(Confirmation::Instant), ..ProductChange::default() };
    assert_eq!(from_limited(&instant), Ok(None));
    let faults = from_limited(&reply(None, Some(None))).expect_err("minutes without an outcome");
    assert_eq!(faults, vec![FieldError::new("on_no_reply", Reason::Required)]);
}

#[test]
fn an_option_can_change_its_pool_until_it_is_published() {
    let to = |pool: Option<&str>| Some(pool.map(str::to_owned));
    let pools = |changes| changed(&options(changes)).map(|edition| edition.options.into_iter().map(|o| o.pool).collect::<Vec<_>>());
    let bus = Some("bus".to_owned());
    let moved = pools(vec![OptionChange { pool: to(Some("bus")), ..of(3) }]);
    assert_eq!(moved, Ok(vec![bus.clone(), bus.clone(), bus.clone(), bus.clone()]), "what draws from it follows");
    assert_eq!(wrong(&options(vec![OptionChange { pool: to(None), ..of(1) }])), ["options[0].pool cannot_change"]);
    assert_eq!(wrong(&options(vec![OptionChange { pool: to(Some("van")), ..of(2) }])), ["options[0].pool not_for_this_kind"]);
    assert_eq!(wrong(&options(vec![OptionChange { pool: to(Some("van")), ..of(4) }])), ["options[0].pool not_for_this_kind"]);
    let both = vec![OptionChange { pool: to(Some("van")), ..of(4) }, OptionChange { pool: to(Some("van")), ..of(3) }];
    assert_eq!(pools(both).map(|pools| pools[3].clone()), Ok(Some("van".to_owned())), "it is judged as it is in the end");

    let child = OptionChange { stock_option: Some(id(1)), depths: Some(depth("Child")), pool: to(Some("bus")), ..OptionChange::default() };
    let added = changed(&options(vec![child.clone()])).map(|edition| edition.options[4].clone());
    assert_eq!(added.map(|added| (added.pool, added.weight)), Ok((bus, 1)));
    let elsewhere = OptionChange { pool: to(None), ..child };
    assert_eq!(wrong(&options(vec![elsewhere])), ["options[0].pool not_for_this_kind"]);
    let heavier = changed(&options(vec![OptionChange { weight: Some(3), ..of(1) }])).map(|edition| edition.options[0].weight);
    assert_eq!(heavier, Ok(3), "a weight may change");
}

#[test]
fn an_option_can_be_taken_away_until_it_is_published() {
    let remove = |n| OptionChange { remove: true, ..of(n) };
    let left = |changes| changed(&options(changes)).map(|edition| edition.options.iter().map(|o| o.option.id).collect::<Vec<_>>());
    assert_eq!(left(vec![remove(4)]), Ok(vec![id(1), id(2), id(3)]));
    assert_eq!(left(vec![remove(3), remove(4)]), Ok(vec![id(1), id(2)]));
    assert_eq!(wrong(&options(vec![remove(3)])), ["options[0].remove option_drawn_from"]);
    assert_eq!(wrong(&options(vec![remove(1)])), ["options[0].remove option_published"]);
    assert_eq!(wrong(&options(vec![remove(99)])), ["options[0].option_code option_unknown"]);
    let nothing = OptionChange { remove: true, ..OptionChange::default() };
    assert_eq!(wrong(&options(vec![nothing])), ["options[0].option_code required"]);
}

#[test]
fn only_a_draft_may_lack_a_price() {
    let without = OptionChange { depths: Some(depth("New")), ..OptionChange::default() };
    let change = options(vec![without]);
    assert!(changed(&change).is_ok());
    let refused = changed_as(false, &edition(), &change);
    assert_eq!(refused, Err(vec![FieldError::new("options[0].net", Reason::Required)]));
}

#[test]
fn a_product_has_so_many_options_and_no_more() {
    let new = |n: usize| OptionChange { depths: Some(depth(&n.to_string())), ..OptionChange::default() };
    let full = changed(&options((0..MAX_OPTIONS - 4).map(new).collect()));
    assert_eq!(full.map(|edition| edition.options.len()), Ok(MAX_OPTIONS));
    assert_eq!(wrong(&options((0..MAX_OPTIONS - 3).map(new).collect())), ["options too_many"]);
}

#[test]
fn prices_are_in_their_order_and_faults_at_the_place_that_the_client_wrote() {
    let day = |n| date(2026, 7, n);
    let money = |text: &str| text.parse::<Money>().unwrap();
    let seasons = vec![(day(10), day(20), money("3")), (day(1), day(9), money("2"))];
    let after = changed(&options(vec![OptionChange { seasons: Some(seasons), ..of(1) }])).unwrap();
    let prices: Vec<_> = after.options[0].prices.iter().map(|price| (price.dates, price.net.to_string())).collect();
    let expected = [(None, "10.00000"), (Some((day(1), day(9))), "2.00000"), (Some((day(10), day(20))), "3.00000")];
    assert_eq!(prices, expected.map(|(dates, net)| (dates, net.to_owned())));
    let overlapping = vec![(day(10), day(20), money("3")), (day(1), day(10), money("2")), (day(30), day(29), money("1"))];
    let faults = wrong(&options(vec![OptionChange { seasons: Some(overlapping), ..of(1) }]));
    assert_eq!(faults, ["options[0].seasons[2].to ends_before_start", "options[0].seasons[0].from ranges_overlap"]);
}
