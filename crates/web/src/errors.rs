//! The field errors of one request, collected while it is read.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;
use std::fmt::Display;

use axhub_domain::refusal::{FieldError, FieldPath, Reason};

use crate::error::{ApiError, Kind};

/// The most errors that a response lists; the rest is only counted.
pub const MAX_ERRORS: usize = 1000;

/// A growing list of field errors. It can be added to through a shared reference, so that several readers of one
/// body can hold it at once.
#[derive(Debug, Default)]
pub struct Errors {
    listed: RefCell<Vec<FieldError>>,
    more: Cell<usize>,
    /// The paths of values that nothing can be read from, such as `1e400`.
    unreadable: RefCell<HashSet<String>>,
}

impl Errors {
    /// Adds an error. The path is only written out when there is room for the error.
    pub fn add(&self, path: impl Display, reason: Reason) {
        if self.has_room() {
            self.push(FieldError::new(path.to_string(), reason));
        }
    }

    /// Adds the error of a value that nothing can be read from. It stays the only one at its path: a reader gets a
    /// placeholder in its place, and whatever is wrong with that says nothing to the client.
    pub fn add_unreadable(&self, path: impl Display, reason: Reason) {
        if self.has_room() {
            let path = path.to_string();
            self.push(FieldError::new(path.clone(), reason));
            self.unreadable.borrow_mut().insert(path);
        }
    }

    /// Adds errors that somebody else found.
    pub fn extend(&self, errors: impl IntoIterator<Item = FieldError>) {
        for error in errors {
            if self.has_room() {
                self.push(error);
            }
        }
    }

    /// Whether one more error is listed; it is counted when not.
    fn has_room(&self) -> bool {
        let has_room = self.listed.borrow().len() < MAX_ERRORS;
        if !has_room {
            self.more.set(self.more.get().saturating_add(1));
        }
        has_room
    }

    fn push(&self, error: FieldError) {
        let is_told = matches!(&error.path, FieldPath::Text(path) if self.unreadable.borrow().contains(path));
        if !is_told {
            self.listed.borrow_mut().push(error);
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
    fn what_cannot_be_read_is_told_once() {
        let errors = Errors::default();
        errors.add("a", Reason::Required);
        errors.add_unreadable("b", Reason::NotANumber);
        errors.add("b", Reason::TooSmall { min: 1 });
        errors.extend([FieldError::new("b", Reason::NotAnInteger), FieldError::new("a", Reason::Blank)]);
        let expected = [("a", Reason::Required), ("b", Reason::NotANumber), ("a", Reason::Blank)];
        assert_eq!(errors.into_list(), expected.map(|(path, reason)| FieldError::new(path, reason)));
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
