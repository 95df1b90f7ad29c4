//! Reviews and questions that channels bring, and the answers of suppliers (contract 8).

use jiff::Timestamp;
use serde::Serialize;

use crate::ids::OptionId;
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
    /// The score; `None` only for [`ScoreType::NoScore`].
    pub score: Option<i64>,
}

impl Score {
    /// A tour's score: 0–5, 1–5, 0–1 or absent, as its type says.
    ///
    /// # Errors
    /// A score that is missing, out of range, or there where there must be none.
    pub fn of_tour(score_type: ScoreType, score: Option<i64>) -> Result<Score, Reason> {
        Score::within(score_type, score, score_type.range_of_tours())
    }

    /// A day-ticket's score: 0–100 whatever its type, or absent.
    ///
    /// # Errors
    /// As [`of_tour`](Self::of_tour).
    pub fn of_day_ticket(score_type: ScoreType, score: Option<i64>) -> Result<Score, Reason> {
        Score::within(score_type, score, score_type.range_of_tours().map(|_| (0, 100)))
    }

    fn within(score_type: ScoreType, score: Option<i64>, range: Option<(i64, i64)>) -> Result<Score, Reason> {
        match (range, score) {
            (None, None) => {}
            (None, Some(_)) => return Err(Reason::ScoreNotAllowed),
            (Some(_), None) => return Err(Reason::Required),
            (Some((min, _)), Some(score)) if score < min => return Err(Reason::TooSmall { min }),
            (Some((_, max)), Some(score)) if score > max => return Err(Reason::TooLarge { max }),
            (Some(_), Some(_)) => {}
        }
        Ok(Score { score_type, score })
    }
}

/// A review as a channel brings it.
#[derive(Clone, Debug, Serialize)]
pub struct Review {
    /// The channel's code of it, unique per channel; its order's code where it has none of its own.
    pub review_code: String,
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
    }

    #[test]
    fn short_forms_are_the_long_ones() {
        assert_eq!(ScoreType::from_word("ONE_FIVE"), Some(ScoreType::OneFiveStar));
        assert_eq!(ScoreType::from_word("ZERO_FIVE"), Some(ScoreType::ZeroFiveStar));
        assert!(ScoreType::ALL.into_iter().all(|score_type| ScoreType::from_word(score_type.word()) == Some(score_type)));
        assert_eq!(ScoreType::from_word("one_five"), None);
    }
}
