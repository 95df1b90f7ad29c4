//! Reviews, questions and answers.

use axhub_domain::feedback::{Question, Review, Reviewer, Score, ScoreType};
use axhub_domain::product::{Product, ProductKind};
use axhub_store::feedback::{self, Answer, Known, QuestionFilter, StoredQuestion, StoredReview};
use axhub_store::paging::{Page, Paged};
use axhub_store::{Result, products};
use axhub_testkit::Engine;
use rstest::rstest;

use crate::fixture::{Fixture, id, later, product, unassign};

const ALL: Page = Page { number: 1, size: 100 };

fn question(code: &str) -> Question {
    Question {
        question_code: code.to_owned(),
        option: Some(id(31)),
        title: Some("유모차?".to_owned()),
        body: None,
        is_public: false,
        quested_at: later(-60),
    }
}

fn review(code: &str) -> Review {
    Review {
        review_code: Some(code.to_owned()),
        channel_order_code: None,
        option: None,
        score: Score { score_type: ScoreType::OneFiveStar, score: Some(4) },
        title: Some("좋아요".to_owned()),
        body: Some("très bien".to_owned()),
        reviewed_at: later(-60),
        reviewer: None,
    }
}

fn answer(n: u128, body: &str, minutes: i64) -> Answer {
    Answer { id: id(n), body: body.to_owned(), answered_at: later(minutes) }
}

/// Questions of alpha and beta about lumiere's tour, and of alpha about hanok's museum.
async fn with_questions(engine: Engine) -> Fixture {
    let fixture = Fixture::new(engine).await;
    let asked: Result<[bool; 4]> = tx!(fixture.db(), Write, |s| {
        let museum = Product { kind: ProductKind::DayTicket, ..product(22, 2, "Museum") };
        products::insert(s, &museum).await?;
        let about_museum = Question { option: None, body: Some("When?".to_owned()), is_public: true, ..question("Q-2") };
        Ok([
            feedback::insert_question(s, id(300), id(11), id(21), &question("Q-1"), [1; 32], later(1)).await?,
            feedback::insert_question(s, id(301), id(11), id(22), &about_museum, [2; 32], later(2)).await?,
            feedback::insert_question(s, id(302), id(12), id(21), &question("Q-1"), [3; 32], later(3)).await?,
            feedback::insert_question(s, id(303), id(11), id(22), &question("Q-1"), [4; 32], later(4)).await?,
        ])
    });
    assert_eq!(asked.unwrap(), [true, true, true, false], "a code is a channel's once");
    fixture
}

#[rstest]
#[tokio::test]
async fn questions_are_known_by_channel_and_code(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = with_questions(engine).await;
    let known: Result<[Option<Known>; 3]> = tx!(fixture.db(), Read, |s| Ok([
        feedback::known_question(s, id(11), "Q-1").await?,
        feedback::known_question(s, id(12), "Q-1").await?,
        feedback::known_question(s, id(12), "Q-2").await?,
    ]));
    let of_alpha = Known { product: id(21), fingerprint: [1; 32] };
    let of_beta = Known { product: id(21), fingerprint: [3; 32] };
    assert_eq!(known.unwrap(), [Some(of_alpha), Some(of_beta), None]);

    let found: Result<[Option<StoredQuestion>; 4]> = tx!(fixture.db(), Read, |s| Ok([
        feedback::question_of_channel(s, id(11), ProductKind::Tour, id(21), "Q-1").await?,
        feedback::question_of_channel(s, id(11), ProductKind::DayTicket, id(21), "Q-1").await?,
        feedback::question_of_channel(s, id(11), ProductKind::Tour, id(22), "Q-1").await?,
        feedback::question_of_channel(s, id(12), ProductKind::DayTicket, id(22), "Q-2").await?,
    ]));
    let [found, none @ ..] = found.unwrap();
    let found = found.unwrap();
    assert_eq!((found.id, found.channel, found.channel_code.as_str(), found.product), (id(300), id(11), "alpha", id(21)));
    assert_eq!((found.created_at, found.answers), (later(1), vec![]));
    let (asked, expected) = (found.question, question("Q-1"));
    assert_eq!(
        (asked.question_code, asked.option, asked.title, asked.body),
        (expected.question_code, expected.option, expected.title, None)
    );
    assert_eq!((asked.is_public, asked.quested_at), (false, later(-60)));
    assert!(none.iter().all(Option::is_none));
}

async fn of_channel(fixture: &Fixture, channel: u128, filter: QuestionFilter, page: Page) -> (Vec<u128>, u64) {
    let listed: Result<Paged<StoredQuestion>> =
        tx!(fixture.db(), Snapshot, |s| feedback::questions_of_channel(s, id(channel), filter, page).await);
    let listed = listed.unwrap();
    (listed.items.iter().map(|question| question.id.0.as_u128()).collect(), listed.total)
}

async fn of_supplier(fixture: &Fixture, supplier: u128, filter: QuestionFilter, page: Page) -> (Vec<u128>, u64) {
    let listed: Result<Paged<StoredQuestion>> =
        tx!(fixture.db(), Snapshot, |s| feedback::questions_of_supplier(s, id(supplier), filter, page).await);
    let listed = listed.unwrap();
    (listed.items.iter().map(|question| question.id.0.as_u128()).collect(), listed.total)
}

#[rstest]
#[tokio::test]
async fn questions_are_listed_oldest_first_and_by_whether_they_are_answered(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = with_questions(engine).await;
    let answered: Result<()> = tx!(fixture.db(), Write, |s| {
        feedback::answer_question(s, id(302), id(1), &answer(402, "둘째", 9)).await?;
        feedback::answer_question(s, id(302), id(1), &answer(401, "첫째", 8)).await
    });
    answered.unwrap();
    let all = QuestionFilter::default();
    let answered = |is_answered| QuestionFilter { is_answered: Some(is_answered), ..all };
    let tour = QuestionFilter { product: Some(id(21)), ..all };
    assert_eq!(of_channel(&fixture, 11, all, ALL).await, (vec![300, 301], 2));
    assert_eq!(of_channel(&fixture, 11, all, Page { number: 2, size: 1 }).await, (vec![301], 2));
    assert_eq!(of_channel(&fixture, 11, tour, ALL).await, (vec![300], 1));
    assert_eq!(of_channel(&fixture, 11, answered(true), ALL).await, (vec![], 0));
    assert_eq!(of_channel(&fixture, 12, answered(true), ALL).await, (vec![302], 1));
    assert_eq!(of_supplier(&fixture, 1, all, ALL).await, (vec![300, 302], 2));
    assert_eq!(of_supplier(&fixture, 1, answered(false), ALL).await, (vec![300], 1));
    assert_eq!(of_supplier(&fixture, 1, answered(true), Page { number: 1, size: 1 }).await, (vec![302], 1));
    assert_eq!(of_supplier(&fixture, 2, tour, ALL).await, (vec![], 0));

    let locked: Result<[Option<StoredQuestion>; 3]> = tx!(fixture.db(), Write, |s| Ok([
        feedback::lock_question_of_supplier(s, id(1), id(302)).await?,
        feedback::lock_question_of_supplier(s, id(2), id(302)).await?,
        feedback::lock_question_of_supplier(s, id(1), id(404)).await?,
    ]));
    let [locked, others, missing] = locked.unwrap();
    assert_eq!(locked.unwrap().answers, [answer(401, "첫째", 8), answer(402, "둘째", 9)]);
    assert!(others.is_none() && missing.is_none());
}

#[rstest]
#[tokio::test]
async fn reviews_come_back_with_their_writer_apart(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    let signed = Review {
        channel_order_code: Some("A-1".to_owned()),
        option: Some(id(31)),
        score: Score { score_type: ScoreType::NoScore, score: None },
        title: None,
        reviewer: Some(Reviewer { name: Some("Kim".to_owned()), phone: None, email: None }),
        ..review("R-2")
    };
    let nameless = Review { reviewer: Some(Reviewer { name: None, phone: None, email: None }), ..review("R-3") };
    let stored: Result<[bool; 4]> = tx!(fixture.db(), Write, (signed, nameless), |s, (signed, nameless)| Ok([
        feedback::insert_review(s, id(300), id(11), id(21), &review("R-1"), [1; 32], later(1)).await?,
        feedback::insert_review(s, id(301), id(11), id(21), signed, [2; 32], later(2)).await?,
        feedback::insert_review(s, id(302), id(12), id(21), nameless, [3; 32], later(3)).await?,
        feedback::insert_review(s, id(303), id(11), id(21), signed, [4; 32], later(4)).await?,
    ]));
    assert_eq!(stored.unwrap(), [true, true, true, false]);
    let said: Result<()> = tx!(fixture.db(), Write, |s| feedback::answer_review(s, id(301), id(1), &answer(400, "감사합니다", 9)).await);
    said.unwrap();

    let listed: Result<Paged<StoredReview>> = tx!(fixture.db(), Snapshot, |s| feedback::reviews_of_supplier(s, id(1), None, ALL).await);
    let listed = listed.unwrap();
    assert_eq!((listed.total, listed.items.len()), (3, 3));
    let [first, second, third] = listed.items.try_into().unwrap();
    assert_eq!((first.id, first.channel, first.channel_code.as_str(), first.product), (id(300), id(11), "alpha", id(21)));
    assert_eq!((first.review_code.as_str(), first.created_at), ("R-1", later(1)));
    let (found, expected) = (&first.review, review("R-1"));
    assert_eq!((&found.review_code, &found.title, &found.body), (&expected.review_code, &expected.title, &expected.body));
    assert_eq!((found.score, found.reviewed_at, found.option), (expected.score, later(-60), None));
    assert!(found.reviewer.is_none() && first.answers.is_empty());
    assert_eq!(second.review.reviewer.as_ref().and_then(|who| who.name.as_deref()), Some("Kim"));
    assert_eq!((second.review.score.score, second.review.channel_order_code.as_deref()), (None, Some("A-1")));
    assert_eq!(second.answers, [answer(400, "감사합니다", 9)]);
    assert!(third.review.reviewer.is_some(), "somebody who says nothing of themselves");

    let pages: Result<[u64; 3]> = tx!(fixture.db(), Snapshot, |s| Ok([
        feedback::reviews_of_supplier(s, id(1), Some(id(21)), Page { number: 3, size: 1 }).await?.items.len() as u64,
        feedback::reviews_of_supplier(s, id(1), Some(id(22)), ALL).await?.total,
        feedback::reviews_of_supplier(s, id(2), None, ALL).await?.total,
    ]));
    assert_eq!(pages.unwrap(), [1, 0, 0]);
    let locked: Result<[Option<StoredReview>; 2]> = tx!(fixture.db(), Write, |s| Ok([
        feedback::lock_review_of_supplier(s, id(1), id(301)).await?,
        feedback::lock_review_of_supplier(s, id(2), id(301)).await?,
    ]));
    let [locked, others] = locked.unwrap();
    assert_eq!((locked.unwrap().answers.len(), others.is_none()), (1, true));
}

/// Alpha's reviews of lumiere's tour and of hanok's museum: one with a code of its own, one of an order, one of neither.
async fn with_reviews(engine: Engine) -> Fixture {
    let fixture = Fixture::new(engine).await;
    let stored: Result<Vec<bool>> = tx!(fixture.db(), Write, |s| {
        let museum = Product { kind: ProductKind::DayTicket, ..product(22, 2, "Museum") };
        products::insert(s, &museum).await?;
        let mut are_new = Vec::new();
        for (n, channel, product, review) in [
            (300, 11, 21, review("R-1")),
            (301, 11, 22, of_order("A-1")),
            (302, 11, 22, of_nothing()),
            (303, 12, 22, of_nothing()),
            // The same order of another product; the same content of another product; another content.
            (304, 11, 21, of_order("A-1")),
            (305, 11, 21, of_nothing()),
            // What is known by the same, or read at the same address.
            (306, 11, 22, review("R-1")),
            (307, 11, 22, of_order("A-1")),
            (308, 11, 22, of_nothing()),
            (309, 11, 22, review("A-1")),
            (310, 11, 21, of_order("R-1")),
        ] {
            are_new.push(feedback::insert_review(s, id(n), id(channel), id(product), &review, [7; 32], later(1)).await?);
        }
        Ok(are_new)
    });
    assert_eq!(stored.unwrap(), [vec![true; 6], vec![false; 5]].concat());
    fixture
}

fn of_order(code: &str) -> Review {
    Review { review_code: None, channel_order_code: Some(code.to_owned()), ..review("") }
}

fn of_nothing() -> Review {
    Review { review_code: None, ..review("") }
}

#[rstest]
#[tokio::test]
async fn reviews_are_known_by_their_code_their_order_or_their_content(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = with_reviews(engine).await;
    let known = async |channel: u128, product: u128, review: Review, fingerprint: [u8; 32]| {
        let known: Result<Option<(String, Known)>> =
            tx!(fixture.db(), Read, review, |s, review| feedback::known_review(s, id(channel), id(product), review, fingerprint).await);
        known.unwrap().map(|(code, known)| (code, known.product.0.as_u128()))
    };
    let (same, made) = ([7; 32], uuid::Uuid::from_u128(302).to_string());
    assert_eq!(known(11, 21, review("R-1"), [0; 32]).await, Some(("R-1".to_owned(), 21)));
    assert_eq!(known(11, 22, review("R-1"), [0; 32]).await, Some(("R-1".to_owned(), 21)), "unique among all of the channel's");
    assert_eq!(known(12, 21, review("R-1"), [0; 32]).await, None);
    assert_eq!(known(11, 22, of_order("A-1"), [0; 32]).await, Some(("A-1".to_owned(), 22)));
    assert_eq!(known(11, 21, of_order("A-1"), [0; 32]).await, Some(("A-1".to_owned(), 21)));
    assert_eq!(known(11, 21, of_order("A-2"), same).await, None);
    assert_eq!(known(11, 22, review("A-1"), same).await, Some(("A-1".to_owned(), 22)), "it is read at the same address");
    assert_eq!(known(11, 22, of_nothing(), same).await, Some((made.clone(), 22)));
    assert_eq!(known(11, 22, of_nothing(), [0; 32]).await, None);
    assert_eq!(known(11, 22, review(&made), same).await, Some((made, 22)));
    assert_eq!(known(12, 21, of_nothing(), same).await, None);
}

#[rstest]
#[tokio::test]
async fn reviews_are_listed_for_their_channel_by_whether_they_are_answered(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = with_reviews(engine).await;
    let said: Result<()> = tx!(fixture.db(), Write, |s| {
        feedback::answer_review(s, id(302), id(2), &answer(402, "둘째", 9)).await?;
        feedback::answer_review(s, id(302), id(2), &answer(401, "첫째", 8)).await
    });
    said.unwrap();
    let listed = async |channel: u128, product: u128, is_answered: Option<bool>, page: Page| {
        let listed: Result<Paged<StoredReview>> =
            tx!(fixture.db(), Snapshot, |s| feedback::reviews_of_channel(s, id(channel), id(product), is_answered, page).await);
        let listed = listed.unwrap();
        (listed.items.iter().map(|review| review.id.0.as_u128()).collect::<Vec<_>>(), listed.total)
    };
    assert_eq!(listed(11, 22, None, ALL).await, (vec![301, 302], 2));
    assert_eq!(listed(11, 22, Some(true), ALL).await, (vec![302], 1));
    assert_eq!(listed(11, 22, Some(false), ALL).await, (vec![301], 1));
    assert_eq!(listed(11, 22, None, Page { number: 2, size: 1 }).await, (vec![302], 2));
    assert_eq!(listed(12, 22, None, ALL).await, (vec![303], 1));
    assert_eq!(listed(12, 21, None, ALL).await, (vec![], 0));

    let found: Result<[Option<StoredReview>; 4]> = tx!(fixture.db(), Read, |s| Ok([
        feedback::review_of_channel(s, id(11), ProductKind::DayTicket, id(22), &uuid::Uuid::from_u128(302).to_string()).await?,
        feedback::review_of_channel(s, id(11), ProductKind::Tour, id(22), "A-1").await?,
        feedback::review_of_channel(s, id(12), ProductKind::DayTicket, id(22), "A-1").await?,
        feedback::review_of_channel(s, id(11), ProductKind::DayTicket, id(22), "R-1").await?,
    ]));
    let [found, none @ ..] = found.unwrap();
    let found = found.unwrap();
    assert_eq!(found.answers, [answer(401, "첫째", 8), answer(402, "둘째", 9)]);
    assert_eq!((found.review.review_code, found.review.channel_order_code), (None, None));
    assert!(none.iter().all(Option::is_none));
}

#[rstest]
#[tokio::test]
async fn a_channel_may_speak_of_what_it_sells_has_sold_or_spoken_of(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::with_order(engine).await;
    let may_speak = async |channel: u128, kind, product: u128| {
        let may: Result<bool> = tx!(fixture.db(), Read, |s| feedback::may_speak_of(s, id(channel), kind, id(product)).await);
        may.unwrap()
    };
    assert!(may_speak(11, ProductKind::Tour, 21).await);
    assert!(!may_speak(11, ProductKind::DayTicket, 21).await && !may_speak(11, ProductKind::Tour, 404).await);
    assert!(!may_speak(12, ProductKind::Tour, 21).await);
    let removed: Result<bool> = tx!(fixture.db(), Write, |s| unassign(s, id(11), id(21)).await);
    assert!(removed.unwrap() && may_speak(11, ProductKind::Tour, 21).await, "alpha has sold it");

    let made: Result<()> = tx!(fixture.db(), Write, |s| {
        for n in [22, 23, 24] {
            products::insert(s, &product(n, 2, &format!("Tour {n}"))).await?;
        }
        assert!(
            feedback::insert_question(s, id(300), id(12), id(22), &Question { option: None, ..question("Q-1") }, [1; 32], later(1)).await?
        );
        assert!(feedback::insert_review(s, id(301), id(12), id(23), &review("R-1"), [1; 32], later(1)).await?);
        Ok(())
    });
    made.unwrap();
    let of_beta = [21, 22, 23, 24].map(|product| may_speak(12, ProductKind::Tour, product));
    assert_eq!(futures_util::future::join_all(of_beta).await, [false, true, true, false]);
    assert!(!may_speak(11, ProductKind::Tour, 22).await, "beta asked, not alpha");
}
