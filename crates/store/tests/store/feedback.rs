//! Reviews, questions and answers.

use axhub_domain::feedback::{Question, Review, Reviewer, Score, ScoreType};
use axhub_domain::product::{Product, ProductKind};
use axhub_store::feedback::{self, Answer, Known, QuestionFilter, StoredQuestion, StoredReview};
use axhub_store::paging::{Page, Paged};
use axhub_store::{Result, products};
use axhub_testkit::Engine;
use rstest::rstest;

use crate::fixture::{Fixture, id, later, product};

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
        review_code: code.to_owned(),
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
    let known: Result<[Option<Known>; 2]> =
        tx!(fixture.db(), Read, |s| Ok(
            [feedback::known_review(s, id(11), "R-2").await?, feedback::known_review(s, id(12), "R-2").await?,]
        ));
    assert_eq!(known.unwrap(), [Some(Known { product: id(21), fingerprint: [2; 32] }), None]);
    let said: Result<()> = tx!(fixture.db(), Write, |s| feedback::answer_review(s, id(301), id(1), &answer(400, "감사합니다", 9)).await);
    said.unwrap();

    let listed: Result<Paged<StoredReview>> = tx!(fixture.db(), Snapshot, |s| feedback::reviews_of_supplier(s, id(1), None, ALL).await);
    let listed = listed.unwrap();
    assert_eq!((listed.total, listed.items.len()), (3, 3));
    let [first, second, third] = listed.items.try_into().unwrap();
    assert_eq!((first.id, first.channel_code.as_str(), first.product, first.created_at), (id(300), "alpha", id(21), later(1)));
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
