//! The names that a request used, so that a refusal names every field as it was sent.

use axhub_domain::refusal::{Conflict, FieldError, FieldPath, LineField, Reason, Refusal};
use axhub_hub::Error;
use axhub_web::{ApiError, Vocabulary};

/// The names that a request used, option by option: clients may even mix the generations.
#[derive(Clone, Debug)]
pub struct Names {
    order: Vocabulary,
    lines: Vec<LineNames>,
}

/// The names that one option used.
#[derive(Clone, Copy, Debug)]
pub struct LineNames {
    /// Its names.
    pub vocabulary: Vocabulary,
    /// Whether it says which stock it wants; tickets without a date need not.
    pub names_stock: bool,
}

impl Names {
    /// The names of the order as a whole, and those of each of its options.
    pub fn new(order: Vocabulary, lines: Vec<LineNames>) -> Names {
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
        let reason = if self.lacks_date(&error) { Reason::Required } else { error.reason };
        FieldError::new(vocabulary.path(&error.path), reason)
    }

    /// Whether no stock was found because the option says none, and is of a product that has dates.
    fn lacks_date(&self, error: &FieldError) -> bool {
        let FieldPath::Line(at, LineField::Inventory) = error.path else { return false };
        error.reason == Reason::InventoryUnknown && self.lines.get(at).is_some_and(|line| !line.names_stock)
    }

    fn line(&self, at: usize) -> Vocabulary {
        self.lines.get(at).map_or(self.order, |line| line.vocabulary)
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
