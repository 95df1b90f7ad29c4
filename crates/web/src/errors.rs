//! The field errors of one request, collected while it is read.

use std::cell::{Cell, RefCell};
use std::fmt::Display;

use axhub_domain::refusal::{FieldError, Reason};

use crate::error::{ApiError, Kind};

/// The most errors that a response lists; the rest is only counted.
pub const MAX_ERRORS: usize = 1000;

/// A growing list of field errors. It can be added to through a shared reference, so that several readers of one
/// body can hold it at once.
#[derive(Debug, Default)]
pub struct Errors {
    listed: RefCell<Vec<FieldError>>,
    more: Cell<usize>,
}

impl Errors {
    /// Adds an error. The path is only written out when there is room for the error.
    pub fn add(&self, path: impl Display, reason: Reason) {
        if self.listed.borrow().len() < MAX_ERRORS {
            self.listed.borrow_mut().push(FieldError::new(path.to_string(), reason));
        } else {
            self.more.set(self.more.get().saturating_add(1));
        }
    }

    /// Adds errors that somebody else found.
    pub fn extend(&self, errors: impl IntoIterator<Item = FieldError>) {
        let mut listed = self.listed.borrow_mut();
        for error in errors {
            if listed.len() < MAX_ERRORS {
                listed.push(error);
            } else {
                self.more.set(self.more.get().saturating_add(1));
            }
        }
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.listed.borrow().is_empty()
    }

    /// The errors that a response lists.
    pub fn into_list(self) -> Vec<FieldError> {
        self.listed.into_inner()
    }

    /// `value` when nothing is wrong.
    ///
    /// # Errors
    /// 400 with all errors.
    pub fn or<T>(self, value: T) -> Result<T, ApiError> {
        if self.is_empty() {
            return Ok(value);
        }
        let more = self.more.get();
        Err(ApiError::new(Kind::Fields { errors: self.into_list(), more }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_wrong_gives_the_value() {
        assert_eq!(Errors::default().or(7).unwrap(), 7);
    }

    #[test]
    fn a_flood_of_errors_is_counted_but_not_kept() {
        let errors = Errors::default();
        for n in 0..MAX_ERRORS + 5 {
            errors.add(format!("a[{n}]"), Reason::Required);
        }
        let error = errors.or(()).unwrap_err();
        let Kind::Fields { errors, more } = error.kind() else { panic!("{error:?}") };
        assert_eq!((errors.len(), *more), (MAX_ERRORS, 5));
    }
}
