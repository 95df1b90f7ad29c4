use proptest::prelude::*;
use uuid::Uuid;

use super::*;

const ALPHA: ChannelId = ChannelId(Uuid::from_u128(1));
const BETA: ChannelId = ChannelId(Uuid::from_u128(2));

fn supplier(n: u128) -> SupplierId {
    SupplierId(Uuid::from_u128(n))
}

fn product(n: u128) -> ProductId {
    ProductId(Uuid::from_u128(n))
}

/// The n-th rule of alpha, the later the newer.
fn rule(n: u32, of: Option<u128>, country: Option<&str>, mark_up: i64) -> AssignmentRule {
    AssignmentRule {
        id: RuleId(Uuid::from_u128(n.into())),
        channel: ALPHA,
        supplier: of.map(supplier),
        country: country.map(str::to_owned),
        mark_up: MarkUp(mark_up),
        created_at: Timestamp::from_second(n.into()).unwrap(),
        except: HashSet::new(),
    }
}

fn candidate(n: u128, of: u128, country: &str) -> Candidate {
    Candidate { product: product(n), supplier: supplier(of), country: country.to_owned() }
}

/// The rule that decides about a product, by its number.
fn decides(rules: &[AssignmentRule], candidate: &Candidate) -> Option<u128> {
    let plan = plan(&[ALPHA], rules, std::slice::from_ref(candidate), &[]);
    let [] = plan.unassign[..] else { panic!("nothing was assigned") };
    plan.assign.first().and_then(|assigned| assigned.to.rule).map(|rule| rule.0.as_u128())
}

#[test]
fn the_most_specific_rule_decides_and_then_the_newest() {
    let paris = candidate(1, 7, "France");
    let all = rule(1, None, None, 1);
    let country = rule(2, None, Some("france "), 2);
    let of_supplier = rule(3, Some(7), None, 3);
    let both = rule(4, Some(7), Some("FRANCE"), 4);
    let rules = [all, country, of_supplier, both];
    for strongest in (0..4).rev() {
        let mut some: Vec<AssignmentRule> = rules[..=strongest].to_vec();
        assert_eq!(decides(&some, &paris), Some(strongest as u128 + 1));
        some.reverse();
        assert_eq!(decides(&some, &paris), Some(strongest as u128 + 1), "whatever their order");
        let newer = AssignmentRule { id: RuleId(Uuid::from_u128(99)), created_at: Timestamp::MAX, ..rules[strongest].clone() };
        some.push(newer);
        assert_eq!(decides(&some, &paris), Some(99));
    }
    assert_eq!(decides(&rules[2..], &candidate(1, 8, "France")), None, "of another supplier");
    assert_eq!(decides(&rules[1..], &candidate(1, 8, "Italy")), None, "of another country");
    assert_eq!(decides(&rules[1..2], &candidate(1, 8, "")), None, "of no country");
}

#[test]
fn an_exception_leaves_the_product_to_weaker_rules() {
    let paris = candidate(1, 7, "France");
    let but = AssignmentRule { except: HashSet::from([product(1)]), ..rule(2, Some(7), None, 2) };
    assert_eq!(decides(std::slice::from_ref(&but), &paris), None);
    assert_eq!(decides(&[but.clone(), rule(1, None, None, 1)], &paris), Some(1));
    assert_eq!(decides(&[but], &candidate(2, 7, "France")), Some(2));
}

#[test]
fn the_plan_tells_what_is_new_what_changes_and_what_ends() {
    let candidates: Vec<Candidate> = (1..=5).map(|n| candidate(n, if n == 5 { 8 } else { 7 }, "France")).collect();
    let rules = [rule(1, Some(7), None, 120_000)];
    let held = |n, mark_up, rule: Option<u128>| Assignment {
        channel: ALPHA,
        product: product(n),
        mark_up: MarkUp(mark_up),
        rule: rule.map(|n| RuleId(Uuid::from_u128(n))),
    };
    // As the rule says; at another mark-up; of another rule; by itself; and one that no rule names any more.
    let present = [held(1, 120_000, Some(1)), held(2, 110_000, Some(1)), held(3, 120_000, Some(9)), held(4, 1, None), held(5, 1, Some(9))];
    let made = plan(&[ALPHA], &rules, &candidates, &present);
    let to = |n| held(n, 120_000, Some(1));
    assert_eq!(made.assign, [Assigned { to: to(2), from: Some(MarkUp(110_000)) }, Assigned { to: to(3), from: Some(MarkUp(120_000)) }]);
    assert_eq!(made.unassign, [(ALPHA, product(5))]);
    let empty = plan(&[ALPHA], &rules, &candidates[..1], &[]);
    assert_eq!(empty.assign, [Assigned { to: to(1), from: None }]);
    assert!(plan(&[BETA], &rules, &candidates, &[]).is_empty(), "the rules are alpha's");
}

prop_compose! {
    fn a_rule()(n in 1u32..40, of in proptest::option::of(1u128..4), country in proptest::option::of("[ab]"), mark_up in 1i64..4, except in proptest::collection::hash_set(1u128..8, 0..3)) -> AssignmentRule {
        let channel = if n % 2 == 0 { ALPHA } else { BETA };
        AssignmentRule { channel, except: except.into_iter().map(product).collect(), ..rule(n, of, country.as_deref(), mark_up) }
    }
}

prop_compose! {
    fn an_assignment()(n in 1u128..8, is_alpha: bool, mark_up in 1i64..4, rule in proptest::option::of(1u128..40)) -> Assignment {
        let channel = if is_alpha { ALPHA } else { BETA };
        Assignment { channel, product: product(n), mark_up: MarkUp(mark_up), rule: rule.map(|n| RuleId(Uuid::from_u128(n))) }
    }
}

/// The assignments after a plan.
fn after(present: &[Assignment], plan: &Plan) -> Vec<Assignment> {
    let mut all: HashMap<(ChannelId, ProductId), Assignment> =
        present.iter().map(|assignment| ((assignment.channel, assignment.product), *assignment)).collect();
    for (channel, product) in &plan.unassign {
        assert!(all.remove(&(*channel, *product)).is_some());
    }
    for assigned in &plan.assign {
        let before = all.insert((assigned.to.channel, assigned.to.product), assigned.to);
        assert_eq!(before.map(|assignment| assignment.mark_up), assigned.from);
    }
    all.into_values().collect()
}

proptest! {
    #[test]
    fn a_plan_makes_it_as_the_rules_say(
        rules in proptest::collection::vec(a_rule(), 0..8),
        present in proptest::collection::vec(an_assignment(), 0..10),
        of in proptest::collection::vec((1u128..4, "[abc]?"), 7),
    ) {
        let candidates: Vec<Candidate> = (1..).zip(&of).map(|(n, (of, country))| candidate(n, *of, country)).collect();
        let present = after(&present, &Plan::default());
        let made = plan(&[ALPHA, BETA], &rules, &candidates, &present);
        let then = after(&present, &made);
        // Once is enough, and what was assigned by itself stays.
        prop_assert!(plan(&[ALPHA, BETA], &rules, &candidates, &then).is_empty());
        for single in present.iter().filter(|assignment| assignment.rule.is_none()) {
            prop_assert!(then.contains(single));
        }
        for channel in [ALPHA, BETA] {
            for candidate in &candidates {
                let named = rules.iter().filter(|rule| rule.channel == channel).filter(|rule| {
                    rule.supplier.is_none_or(|of| of == candidate.supplier)
                        && rule.country.as_ref().is_none_or(|country| *country == candidate.country)
                        && !rule.except.contains(&candidate.product)
                });
                let of_rule = then.iter().find(|one| one.channel == channel && one.product == candidate.product);
                let is_single = of_rule.is_some_and(|assignment| assignment.rule.is_none());
                prop_assert_eq!(of_rule.is_some(), is_single || named.count() > 0);
            }
        }
    }
}
