//! Reviews and questions that channels bring, and the answers of suppliers (contract 8).

use jiff::Timestamp;
use serde::Serialize;

use crate::ids::{OptionId, ReviewId};
use crate::refusal::Reason;

/// How a review counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub enum ScoreType {
    /// 0 to 5 stars.
    #[serde(rename = "ZERO_FIVE_STAR")]
    ZeroFiveStar,
    /// 1 to 5 stars.
    #[serde(rename = "ONE_FIVE_STAR")]
    OneFiveStar,
    /// 1 good, 0 bad.
    #[serde(rename = "GOOD_OR_BAD")]
    GoodOrBad,
    /// No score.
    #[serde(rename = "NO_SCORE")]
    NoScore,
}

impl ScoreType {
    /// All of them.
    pub const ALL: [ScoreType; 4] = [ScoreType::ZeroFiveStar, ScoreType::OneFiveStar, ScoreType::GoodOrBad, ScoreType::NoScore];

    /// The contract's word.
    pub const fn word(self) -> &'static str {
        match self {
            ScoreType::ZeroFiveStar => "ZERO_FIVE_STAR",
            ScoreType::OneFiveStar => "ONE_FIVE_STAR",
            ScoreType::GoodOrBad => "GOOD_OR_BAD",
            ScoreType::NoScore => "NO_SCORE",
        }
    }

    /// The type of a word, in its long or its short form.
    pub fn from_word(word: &str) -> Option<ScoreType> {
        match word {
            "ONE_FIVE" => Some(ScoreType::OneFiveStar),
            "ZERO_FIVE" => Some(ScoreType::ZeroFiveStar),
            word => ScoreType::ALL.into_iter().find(|score_type| score_type.word() == word),
        }
    }

    /// The scores of a tour's review: least and most; none for [`ScoreType::NoScore`].
    const fn range_of_tours(self) -> Option<(i64, i64)> {
        match self {
            ScoreType::ZeroFiveStar => Some((0, 5)),
            ScoreType::OneFiveStar => Some((1, 5)),
            ScoreType::GoodOrBad => Some((0, 1)),
            ScoreType::NoScore => None,
        }
    }
}

/// A score that fits its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Score {
    /// How it counts.
    pub score_type: ScoreType,
    /// The score; never there for [`ScoreType::NoScore`], and always for the other types of a tour's review.
    pub score: Option<i64>,
}

impl Score {
    /// A tour's score: 0–5, 1–5, 0–1 or absent, as its type says.
    ///
    /// # Errors
    /// A score that is missing, out of range, or there where there must be none.
    pub fn of_tour(score_type: ScoreType, score: Option<i64>) -> Result<Score, Reason> {
        let range = score_type.range_of_tours();
        if range.is_some() && score.is_none() {
            return Err(Reason::Required);
        }
        Score::within(score_type, score, range)
    }

    /// A day-ticket's score: 0–100 whatever its type, or absent.
    ///
    /// # Errors
    /// A score that is out of range, or there where there must be none.
    pub fn of_day_ticket(score_type: ScoreType, score: Option<i64>) -> Result<Score, Reason> {
        Score::within(score_type, score, score_type.range_of_tours().map(|_| (0, 100)))
    }

    fn within(score_type: ScoreType, score: Option<i64>, range: Option<(i64, i64)>) -> Result<Score, Reason> {
        match (range, score) {
            (None, Some(_)) => Err(Reason::ScoreNotAllowed),
            (Some((min, _)), Some(score)) if score < min => Err(Reason::TooSmall { min }),
            (Some((_, max)), Some(score)) if score > max => Err(Reason::TooLarge { max }),
            _ => Ok(Score { score_type, score }),
        }
    }
}

/// A review as a channel brings it.
#[derive(Clone, Debug, Serialize)]
pub struct Review {
    /// The channel's own code of it, unique per channel. A day-ticket's review may have none.
    pub review_code: Option<String>,
    /// The channel's order that it is about.
    pub channel_order_code: Option<String>,
    /// The option that it is about.
    pub option: Option<OptionId>,
    /// The score.
    pub score: Score,
    /// Its title.
    pub title: Option<String>,
    /// What it says.
    pub body: Option<String>,
    /// When it was written.
    pub reviewed_at: Timestamp,
    /// Who wrote it.
    pub reviewer: Option<Reviewer>,
}

/// What tells a review from the others of its channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KnownBy<'a> {
    /// Its own code.
    ReviewCode(&'a str),
    /// Its product and the code of the order that it is about.
    ChannelOrderCode(&'a str),
    /// Its product and everything that it says.
    Content,
}

impl KnownBy<'_> {
    /// The word in the database.
    pub const fn word(self) -> &'static str {
        match self {
            KnownBy::ReviewCode(_) => "review_code",
            KnownBy::ChannelOrderCode(_) => "channel_order_code",
            KnownBy::Content => "content",
        }
    }
}

impl Review {
    /// What tells it from the others of its channel.
    pub fn known_by(&self) -> KnownBy<'_> {
        match (&self.review_code, &self.channel_order_code) {
            (Some(code), _) => KnownBy::ReviewCode(code),
            (None, Some(order)) => KnownBy::ChannelOrderCode(order),
            (None, None) => KnownBy::Content,
        }
    }

    /// The code that it is told and read by: its own, else its order's, else the hub's id of it.
    pub fn code(&self, id: ReviewId) -> String {
        match self.known_by() {
            KnownBy::ReviewCode(code) | KnownBy::ChannelOrderCode(code) => code.to_owned(),
            KnownBy::Content => id.to_string(),
        }
    }
}

/// Who wrote a review. Personal data: kept apart and never logged.
#[derive(Clone, Serialize)]
pub struct Reviewer {
    /// Their name.
    pub name: Option<String>,
    /// Their telephone number.
    pub phone: Option<String>,
    /// Their mail address.
    pub email: Option<String>,
}

impl std::fmt::Debug for Reviewer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Reviewer(…)")
    }
}

/// A question as a channel brings it.
#[derive(Clone, Debug, Serialize)]
pub struct Question {
    /// The channel's code of it, unique per channel.
    pub question_code: String,
    /// The option that it is about.
    pub option: Option<OptionId>,
    /// Its title.
    pub title: Option<String>,
    /// What it asks.
    pub body: Option<String>,
    /// Whether others may read it.
    pub is_public: bool,
    /// When it was asked.
    pub quested_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_type_has_its_range() {
        use ScoreType::{GoodOrBad, NoScore, OneFiveStar, ZeroFiveStar};
        let fits = |score_type, score| Score::of_tour(score_type, score).is_ok();
        for (score_type, good, bad) in [
            (ZeroFiveStar, vec![Some(0), Some(5)], vec![Some(-1), Some(6), None]),
            (OneFiveStar, vec![Some(1), Some(5)], vec![Some(0), Some(6), None]),
            (GoodOrBad, vec![Some(0), Some(1)], vec![Some(-1), Some(2), None]),
            (NoScore, vec![None], vec![Some(0), Some(3)]),
        ] {
            assert!(good.into_iter().all(|score| fits(score_type, score)), "{score_type:?}");
            assert!(!bad.into_iter().any(|score| fits(score_type, score)), "{score_type:?}");
        }
    }

    #[test]
    fn a_day_ticket_counts_to_a_hundred() {
        assert!(Score::of_day_ticket(ScoreType::OneFiveStar, Some(100)).is_ok());
        assert_eq!(Score::of_day_ticket(ScoreType::OneFiveStar, Some(101)), Err(Reason::TooLarge { max: 100 }));
        assert_eq!(Score::of_day_ticket(ScoreType::NoScore, Some(1)), Err(Reason::ScoreNotAllowed));
        assert!(ScoreType::ALL.into_iter().all(|score_type| Score::of_day_ticket(score_type, None).is_ok()), "it may be absent");
    }

    #[test]
    fn a_review_has_a_code_in_any_case() {
        let review = |own: Option<&str>, order: Option<&str>| Review {
            review_code: own.map(str::to_owned),
            channel_order_code: order.map(str::to_owned),
            option: None,
            score: Score { score_type: ScoreType::NoScore, score: None },
            title: None,
            body: Some("x".to_owned()),
            reviewed_at: Timestamp::UNIX_EPOCH,
            reviewer: None,
        };
        let id = ReviewId(uuid::Uuid::from_u128(7));
        for (own, order, known_by, code) in [
            (Some("R-1"), Some("A-1"), KnownBy::ReviewCode("R-1"), "R-1".to_owned()),
            (Some("R-1"), None, KnownBy::ReviewCode("R-1"), "R-1".to_owned()),
            (None, Some("A-1"), KnownBy::ChannelOrderCode("A-1"), "A-1".to_owned()),
            (None, None, KnownBy::Content, id.to_string()),
        ] {
            let review = review(own, order);
            assert_eq!((review.known_by(), review.code(id)), (known_by, code));
        }
    }

    #[test]
    fn short_forms_are_the_long_ones() {
        assert_eq!(ScoreType::from_word("ONE_FIVE"), Some(ScoreType::OneFiveStar));
        assert_eq!(ScoreType::from_word("ZERO_FIVE"), Some(ScoreType::ZeroFiveStar));
        assert!(ScoreType::ALL.into_iter().all(|score_type| ScoreType::from_word(score_type.word()) == Some(score_type)));
        assert_eq!(ScoreType::from_word("one_five"), None);
    }
}
