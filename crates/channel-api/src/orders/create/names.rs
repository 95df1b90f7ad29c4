//! The names that a request used, so that a refusal names every field as it was sent.

use axhub_domain::refusal::{Conflict, FieldError, FieldPath, Refusal};
use axhub_hub::Error;
use axhub_web::{ApiError, Vocabulary};

/// The names that a request used, option by option: clients may even mix the generations.
#[derive(Clone, Debug)]
pub struct Names {
    order: Vocabulary,
    lines: Vec<Vocabulary>,
}

impl Names {
    /// The names of the order as a whole, and those of each of its options.
    pub fn new(order: Vocabulary, lines: Vec<Vocabulary>) -> Names {
        Names { order, lines }
    }

    /// Why the order was refused, in the names and words of the request.
    pub fn tell(&self, error: Error) -> ApiError {
        match error {
            Error::Refused(Refusal::Fields(errors)) => ApiError::fields(errors.into_iter().map(|error| self.as_sent(error)).collect()),
            Error::Refused(Refusal::Conflict(conflict)) => {
                let vocabulary = line_of(&conflict).map_or(self.order, |line| self.line(line));
                ApiError::from(conflict).in_vocabulary(vocabulary)
            }
            other => other.into(),
        }
    }

    fn as_sent(&self, error: FieldError) -> FieldError {
        let vocabulary = match error.path {
            FieldPath::Line(at, _) => self.line(at),
            _ => self.order,
        };
        FieldError::new(vocabulary.path(&error.path), error.reason)
    }

    fn line(&self, at: usize) -> Vocabulary {
        self.lines.get(at).copied().unwrap_or(self.order)
    }
}

/// The option that a conflict is about, counted from 0.
fn line_of(conflict: &Conflict) -> Option<usize> {
    match conflict {
        Conflict::SoldOut { line, .. }
        | Conflict::ProductNotAssigned { line }
        | Conflict::ProductNotOnSale { line, .. }
        | Conflict::OptionInactive { line, .. }
        | Conflict::InventoryClosed { line, .. }
        | Conflict::InventoryPast { line, .. }
        | Conflict::CutOffPassed { line, .. } => Some(*line),
        _ => None,
    }
}
