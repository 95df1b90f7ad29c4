//! Reviews and questions of channels, and what suppliers say to them.

use std::sync::Arc;

use axhub_domain::feedback::{Question, Review, Reviewer, Score, ScoreType};
use axhub_domain::ids::{ChannelId, ProductId};
use axhub_domain::product::ProductKind;
use axhub_hub::changes::{AnswerGiven, Answered, Change, Cursor, What, changes_for_channel, latest_cursor};
use axhub_hub::feedback::{
    Arrival, Posted, StoredQuestion, StoredReview, answer_question, answer_review, ask, post_review, question_of_channel,
    questions_of_channel, questions_of_supplier, review_of_channel, reviews_of_channel, reviews_of_supplier,
};
use axhub_hub::{Hub, Page, Result, directory};
use axhub_testkit::{Engine, OrderBuilder, TestProduct};
use jiff::SignedDuration;
use rstest::rstest;
use tokio::task::JoinSet;

use crate::stage::{Stage, conflict, fault_codes, is_not_found};

const ALL: Page = Page { number: 1, size: 100 };

fn review(code: Option<&str>, order: Option<&str>, body: &str) -> Review {
    Review {
        review_code: code.map(str::to_owned),
        channel_order_code: order.map(str::to_owned),
        option: None,
        score: Score { score_type: ScoreType::ZeroFiveStar, score: Some(4) },
        title: None,
        body: Some(body.to_owned()),
        reviewed_at: "2026-07-06T10:00:00Z".parse().unwrap(),
        reviewer: Some(Reviewer { name: Some("Kim".to_owned()), phone: None, email: None }),
    }
}

fn question(code: &str, body: &str) -> Question {
    Question {
        question_code: code.to_owned(),
        option: None,
        title: None,
        body: Some(body.to_owned()),
        is_public: true,
        quested_at: "2026-07-01T10:00:00Z".parse().unwrap(),
    }
}

impl Stage {
    async fn post(&self, channel: &str, product: &TestProduct, review: Review) -> Result<Posted> {
        post_review(&self.hub, self.world.channel(channel).id, product.kind, product.id, review).await
    }

    async fn asked(&self, channel: &str, product: &TestProduct, question: Question) -> Result<Arrival> {
        ask(&self.hub, self.world.channel(channel).id, product.kind, product.id, question).await
    }

    async fn reviews(&self, channel: &str, product: &TestProduct, is_answered: Option<bool>) -> Result<Vec<StoredReview>> {
        let channel = self.world.channel(channel).id;
        Ok(reviews_of_channel(&self.hub, channel, product.kind, product.id, is_answered, ALL).await?.items)
    }

    async fn questions(&self, channel: &str, product: &TestProduct, is_answered: Option<bool>) -> Result<Vec<StoredQuestion>> {
        let channel = self.world.channel(channel).id;
        Ok(questions_of_channel(&self.hub, channel, product.kind, product.id, is_answered, ALL).await?.items)
    }

    async fn unassign(&self, channel: &str, product: &TestProduct) {
        directory::unassign(&self.hub, self.world.channel(channel).id, product.id).await.unwrap();
    }

    async fn told(&self, channel: &str, after: Cursor) -> Vec<Change> {
        changes_for_channel(&self.hub, self.world.channel(channel).id, after, 100).await.unwrap().items
    }
}

fn posted(arrival: Arrival, code: &str) -> Posted {
    Posted { arrival, review_code: code.to_owned() }
}

#[rstest]
#[tokio::test]
async fn knows_a_review_by_its_code_its_order_or_its_content(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let (museum, paris) = (stage.world.museum.clone(), stage.world.paris.clone());
    let by_code = review(Some("R-1"), Some("A-1"), "좋아요");
    let by_order = review(None, Some("A-1"), "좋아요");
    let by_content = review(None, None, "좋아요");
    assert_eq!(stage.post("alpha", &museum, by_code.clone()).await.unwrap(), posted(Arrival::New, "R-1"));
    assert_eq!(stage.post("alpha", &museum, by_order.clone()).await.unwrap(), posted(Arrival::New, "A-1"));
    let made = stage.post("alpha", &museum, by_content.clone()).await.unwrap();
    assert_eq!(made.arrival, Arrival::New);

    stage.clock.advance(SignedDuration::from_mins(5));
    for (review, code) in [(&by_code, "R-1"), (&by_order, "A-1"), (&by_content, made.review_code.as_str())] {
        assert_eq!(stage.post("alpha", &museum, review.clone()).await.unwrap(), posted(Arrival::Replay, code));
    }
    for review in [&by_code, &by_order] {
        let other = Review { body: Some("별로".to_owned()), ..review.clone() };
        assert_eq!(conflict(stage.post("alpha", &museum, other).await).code(), "review_code_reused");
    }
    let other_reviewer = Review { reviewer: None, ..by_content.clone() };
    let other = stage.post("alpha", &museum, other_reviewer).await.unwrap();
    assert_eq!(other.arrival, Arrival::New, "somebody else said the same");
    assert_ne!(other.review_code, made.review_code);

    // The same of another product: only a code of its own is the channel's once.
    assert_eq!(conflict(stage.post("alpha", &paris, by_code.clone()).await).code(), "review_code_reused");
    assert_eq!(stage.post("alpha", &paris, by_order.clone()).await.unwrap(), posted(Arrival::New, "A-1"));
    assert_eq!(stage.post("alpha", &paris, by_content.clone()).await.unwrap().arrival, Arrival::New);
    assert_eq!(stage.reviews("alpha", &museum, None).await.unwrap().len(), 4);

    for review in [by_code, by_order, by_content] {
        assert_eq!(stage.post("beta", &museum, review).await.unwrap().arrival, Arrival::New, "each channel has its own");
    }
}

#[rstest]
#[tokio::test]
async fn reads_a_review_by_the_code_that_it_was_told_by(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let museum = stage.world.museum.clone();
    let read = async |channel: &str, kind: ProductKind, product: ProductId, code: &str| {
        review_of_channel(&stage.hub, stage.world.channel(channel).id, kind, product, code.to_owned()).await
    };
    for sent in [review(Some("R-1"), Some("A-1"), "1"), review(None, Some("A-1"), "2"), review(None, None, "3")] {
        let code = stage.post("alpha", &museum, sent.clone()).await.unwrap().review_code;
        let found = read("alpha", museum.kind, museum.id, &code).await.unwrap();
        assert_eq!((found.review_code, found.review.body), (code.clone(), sent.body));
        assert_eq!((found.review.review_code, found.review.channel_order_code), (sent.review_code, sent.channel_order_code));
        assert!(is_not_found(&read("beta", museum.kind, museum.id, &code).await));
        assert!(is_not_found(&read("alpha", ProductKind::Tour, museum.id, &code).await));
        assert!(is_not_found(&read("alpha", stage.world.paris.kind, stage.world.paris.id, &code).await));
    }
    assert!(is_not_found(&read("alpha", museum.kind, museum.id, "R-2").await));
}

#[rstest]
#[tokio::test]
async fn keeps_a_question_once(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let (paris, museum) = (stage.world.paris.clone(), stage.world.museum.clone());
    let asked = question("Q-1", "아이도 되나요?");
    assert_eq!(stage.asked("alpha", &paris, asked.clone()).await.unwrap(), Arrival::New);
    assert_eq!(stage.asked("alpha", &paris, asked.clone()).await.unwrap(), Arrival::Replay);
    let other = Question { is_public: false, ..asked.clone() };
    assert_eq!(conflict(stage.asked("alpha", &paris, other).await).code(), "question_code_reused");
    assert_eq!(conflict(stage.asked("alpha", &museum, asked.clone()).await).code(), "question_code_reused");
    assert_eq!(stage.asked("beta", &paris, asked.clone()).await.unwrap(), Arrival::New);
    let foreign = Question { option: Some(museum.option(0)), ..question("Q-2", "?") };
    assert_eq!(fault_codes(stage.asked("alpha", &paris, foreign).await), ["option_unknown"]);
    let foreign = Review { option: Some(museum.option(0)), ..review(Some("R-1"), None, "!") };
    assert_eq!(fault_codes(stage.post("alpha", &paris, foreign).await), ["option_unknown"]);
    assert_eq!(stage.questions("alpha", &paris, None).await.unwrap().len(), 1);
}

#[rstest]
#[tokio::test]
async fn lets_a_channel_speak_of_what_it_sells_has_sold_or_spoken_of(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let (paris, museum, seoul) = (stage.world.paris.clone(), stage.world.museum.clone(), stage.world.seoul.clone());
    let (dmz, harbor) = (stage.world.dmz.clone(), stage.world.harbor.clone());
    let mapping = stage.register("alpha", &paris).await;
    let order = OrderBuilder::new("A-1").line(mapping, paris.option(0), paris.at("2026-07-05", "09:00"), 1);
    stage.place("alpha", &order).await.unwrap();
    stage.asked("alpha", &museum, question("Q-1", "?")).await.unwrap();
    stage.post("alpha", &seoul, review(Some("R-1"), None, "!")).await.unwrap();
    for product in [&paris, &museum, &seoul, &dmz] {
        stage.unassign("alpha", product).await;
    }
    for (at, product) in [&paris, &museum, &seoul].into_iter().enumerate() {
        let (asked, said) = (question(&format!("Q-1{at}"), "?"), review(Some(&format!("R-1{at}")), None, "!"));
        assert_eq!(stage.asked("alpha", product, asked).await.unwrap(), Arrival::New);
        assert_eq!(stage.post("alpha", product, said).await.unwrap().arrival, Arrival::New);
        assert!(!stage.questions("alpha", product, None).await.unwrap().is_empty());
        assert!(!stage.reviews("alpha", product, None).await.unwrap().is_empty());
    }
    assert_eq!(stage.asked("alpha", &museum, question("Q-1", "?")).await.unwrap(), Arrival::Replay);
    assert_eq!(stage.post("alpha", &seoul, review(Some("R-1"), None, "!")).await.unwrap().arrival, Arrival::Replay);

    // What it never had to do with, it learns nothing of: not even that a code is taken.
    for product in [&dmz, &harbor] {
        assert!(is_not_found(&stage.asked("alpha", product, question("Q-1", "?")).await));
        assert!(is_not_found(&stage.asked("alpha", product, question("Q-2", "?")).await));
        assert!(is_not_found(&stage.post("alpha", product, review(Some("R-1"), None, "!")).await));
        assert!(is_not_found(&stage.post("alpha", product, review(None, None, "!")).await));
        assert!(is_not_found(&stage.questions("alpha", product, None).await));
        assert!(is_not_found(&stage.reviews("alpha", product, None).await));
    }
    let mut as_tour = museum.clone();
    as_tour.kind = ProductKind::Tour;
    assert!(is_not_found(&stage.asked("alpha", &as_tour, question("Q-1", "?")).await));
}

#[rstest]
#[tokio::test]
async fn tells_the_channel_what_its_supplier_answers(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let museum = stage.world.museum.clone();
    let (alpha, hanok, lumiere) = (stage.world.channel("alpha").id, museum.supplier, stage.world.supplier("lumiere").id);
    stage.asked("alpha", &museum, question("Q-1", "?")).await.unwrap();
    let code = stage.post("alpha", &museum, review(None, None, "!")).await.unwrap().review_code;
    let asked = question_of_channel(&stage.hub, alpha, museum.kind, museum.id, "Q-1".to_owned()).await.unwrap();
    let said = review_of_channel(&stage.hub, alpha, museum.kind, museum.id, code.clone()).await.unwrap();
    assert!(is_not_found(&answer_question(&stage.hub, lumiere, asked.id, "네".to_owned()).await));
    assert!(is_not_found(&answer_review(&stage.hub, lumiere, said.id, "네".to_owned()).await));
    let (start, now) = (latest_cursor(&stage.hub).await.unwrap(), stage.hub.now());

    // The same again is said once; the channel hears it also when it may not sell the product any more.
    stage.unassign("alpha", &museum).await;
    for _ in 0..2 {
        answer_question(&stage.hub, hanok, asked.id, "네".to_owned()).await.unwrap();
        answer_review(&stage.hub, hanok, said.id, "고맙습니다".to_owned()).await.unwrap();
    }
    let answers = |told: &[Change]| -> Vec<AnswerGiven> {
        let given = told.iter().filter_map(|change| match &change.what {
            What::Answer(given) => Some(given.clone()),
            _ => None,
        });
        given.collect()
    };
    let told = answers(&stage.told("alpha", start).await);
    let to: Vec<&Answered> = told.iter().map(|given| &given.to).collect();
    assert_eq!(to, [&Answered::QuestionCode("Q-1".to_owned()), &Answered::ReviewCode(code.clone())]);
    assert_eq!((told[1].body.as_str(), told[1].answered_at), ("고맙습니다", now));
    assert_eq!(answers(&stage.told("beta", start).await).len(), 0);

    assert_eq!(stage.questions("alpha", &museum, Some(true)).await.unwrap()[0].answers.len(), 1);
    let answered = stage.reviews("alpha", &museum, Some(true)).await.unwrap();
    assert_eq!((answered[0].review_code.as_str(), answered[0].answers[0].body.as_str()), (code.as_str(), "고맙습니다"));
    assert!(stage.reviews("alpha", &museum, Some(false)).await.unwrap().is_empty());
    let of_hanok = reviews_of_supplier(&stage.hub, hanok, Some(museum.id), ALL).await.unwrap().items;
    assert_eq!((of_hanok.len(), of_hanok[0].review_code.as_str()), (1, code.as_str()));
    assert_eq!(questions_of_supplier(&stage.hub, lumiere, axhub_hub::feedback::QuestionFilter::default(), ALL).await.unwrap().total, 0);
}

/// Does this at once on two servers, with every third one saying something else; what each answered.
async fn all_at_once<T, F>(stage: &Stage, act: impl Fn(Hub, ChannelId, &'static str) -> F) -> Vec<Result<T>>
where
    T: Send + 'static,
    F: Future<Output = Result<T>> + Send + 'static,
{
    let (hubs, alpha) = ([stage.hub.clone(), stage.another_hub().await], stage.world.channel("alpha").id);
    let mut acting = JoinSet::new();
    for at in 0..12usize {
        acting.spawn(act(hubs[at % 2].clone(), alpha, if at % 3 == 0 { "좋아요" } else { "별로" }));
    }
    acting.join_all().await
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn brought_by_many_at_once_is_one(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
    #[values((Some("R-1"), None), (None, Some("A-1")))] (code, order): (Option<&'static str>, Option<&'static str>),
) {
    let stage = Arc::new(Stage::new(engine).await);
    let (museum, paris) = (stage.world.museum.clone(), stage.world.paris.clone());
    let (kind, id) = (museum.kind, museum.id);
    let reviews =
        all_at_once(&stage, |hub, alpha, body| async move { post_review(&hub, alpha, kind, id, review(code, order, body)).await }).await;
    let arrivals: Vec<Result<Arrival>> = reviews.into_iter().map(|posted| posted.map(|posted| posted.arrival)).collect();
    assert_one_is_new(arrivals, "review_code_reused");
    assert_eq!(stage.reviews("alpha", &museum, None).await.unwrap().len(), 1);

    let (kind, id) = (paris.kind, paris.id);
    let asked = all_at_once(&stage, |hub, alpha, body| async move { ask(&hub, alpha, kind, id, question("Q-1", body)).await }).await;
    assert_one_is_new(asked, "question_code_reused");
    assert_eq!(stage.questions("alpha", &paris, None).await.unwrap().len(), 1);
}

fn assert_one_is_new(answers: Vec<Result<Arrival>>, reused: &str) {
    let mut new = 0;
    for answer in answers {
        match answer {
            Ok(Arrival::New) => new += 1,
            Ok(Arrival::Replay) => {}
            refused => assert_eq!(conflict(refused).code(), reused),
        }
    }
    assert_eq!(new, 1);
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn brought_by_many_at_once_without_a_code_is_one_for_each_content(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let museum = stage.world.museum.clone();
    let (kind, id) = (museum.kind, museum.id);
    let answers =
        all_at_once(&stage, |hub, alpha, body| async move { post_review(&hub, alpha, kind, id, review(None, None, body)).await }).await;
    let answers: Vec<Posted> = answers.into_iter().map(Result::unwrap).collect();
    assert_eq!(answers.iter().filter(|posted| posted.arrival == Arrival::New).count(), 2);
    let mut kept: Vec<String> = stage.reviews("alpha", &museum, None).await.unwrap().into_iter().map(|review| review.review_code).collect();
    let mut told: Vec<String> = answers.into_iter().map(|posted| posted.review_code).collect();
    kept.sort();
    told.sort();
    told.dedup();
    assert_eq!(told, kept);
}
