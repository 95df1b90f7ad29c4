//! Reviews and questions of channels, and what suppliers say to them.
//!
//! A channel may speak of what it may sell, has sold, or has spoken of before; of anything else it learns nothing.

mod question;
mod review;

use axhub_domain::ids::{ChannelId, OptionId, ProductId};
use axhub_domain::product::ProductKind;
use axhub_domain::refusal::{Conflict, FieldError, Reason};
use axhub_store::feedback::{self, Known};
use axhub_store::{Session, products};
use serde::Serialize;
use sha2::{Digest, Sha256};

pub use axhub_store::feedback::{Answer, QuestionFilter, StoredQuestion, StoredReview};
pub use question::{answer_question, ask, question_of_channel, question_of_supplier, questions_of_channel, questions_of_supplier};
pub use review::{Posted, answer_review, post_review, review_of_channel, review_of_supplier, reviews_of_channel, reviews_of_supplier};

use crate::{Error, Result};

/// Whether something is new, or had come before with the same meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// It is new.
    New,
    /// It had come before.
    Replay,
}

fn fingerprint(meaning: &impl Serialize) -> [u8; 32] {
    // Serializing plain structs with string keys into memory cannot fail.
    Sha256::digest(serde_json::to_vec(meaning).unwrap_or_default()).into()
}

/// The same again is a replay; with another meaning, or about another product that the channel may speak of, it is a conflict.
async fn replay(
    s: &Session,
    known: Known,
    (channel, kind, product): (ChannelId, ProductKind, ProductId),
    fingerprint: [u8; 32],
    reused: Conflict,
) -> Result<()> {
    check_may_speak(s, channel, kind, product).await?;
    if known.product == product && known.fingerprint == fingerprint { Ok(()) } else { Err(reused.into()) }
}

/// Another request brought the same at the same moment and was first. The transaction begins anew and finds it.
fn was_slower() -> Error {
    axhub_store::Error::Contended("the same came at the same moment".to_owned()).into()
}

/// The channel may speak of the product.
async fn check_may_speak(s: &Session, channel: ChannelId, kind: ProductKind, product: ProductId) -> Result<()> {
    if feedback::may_speak_of(s, channel, kind, product).await? { Ok(()) } else { Err(Error::NOT_FOUND) }
}

/// The channel may speak of the product, and the option is one of its own.
async fn check_product(s: &Session, channel: ChannelId, kind: ProductKind, product: ProductId, option: Option<OptionId>) -> Result<()> {
    check_may_speak(s, channel, kind, product).await?;
    let Some(option) = option else { return Ok(()) };
    let options = products::options(s, product).await?;
    if options.iter().any(|stored| stored.option.id == option) {
        Ok(())
    } else {
        Err(FieldError::new("option_code", Reason::OptionUnknown).into())
    }
}
