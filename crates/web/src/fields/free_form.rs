//! [`FreeForm`]: bounds of what a client may send where the contract names no members.

use axhub_domain::refusal::Reason;
use serde_json::{Map, Value};

use super::join;
use crate::errors::Errors;

/// What an object of no given form may hold, at every depth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FreeForm {
    /// The most members of an object, and items of a list.
    pub items: usize,
    /// The most characters of a text, and of a name.
    pub text: usize,
    /// The most objects and lists in each other, the outermost one counted.
    pub depth: usize,
}

impl FreeForm {
    /// Notes what goes beyond it in an object of no more than so many members.
    pub(super) fn check(&self, path: &str, members: &Map<String, Value>, errors: &Errors) {
        self.members(path, members, 1, errors);
    }

    fn members(&self, path: &str, members: &Map<String, Value>, depth: usize, errors: &Errors) {
        for (name, value) in members {
            let path = || join(path, &shortened(name));
            if name.chars().count() > self.text {
                errors.add(path(), Reason::TooLong { max: self.text });
            }
            self.value(&path, value, depth, errors);
        }
    }

    fn value(&self, path: &dyn Fn() -> String, value: &Value, depth: usize, errors: &Errors) {
        let items = match value {
            Value::String(text) if text.chars().count() > self.text => return errors.add(path(), Reason::TooLong { max: self.text }),
            Value::Array(list) => list.len(),
            Value::Object(members) => members.len(),
            _ => return,
        };
        if depth == self.depth {
            return errors.add(path(), Reason::TooDeep { max: self.depth });
        }
        if items > self.items {
            return errors.add(path(), Reason::TooMany { max: self.items });
        }
        let path = path();
        match value {
            Value::Object(members) => self.members(&path, members, depth + 1, errors),
            Value::Array(list) => {
                for (at, item) in list.iter().enumerate() {
                    self.value(&|| format!("{path}[{at}]"), item, depth + 1, errors);
                }
            }
            _ => {}
        }
    }
}

/// A name that the client made up, as a path shows it.
pub(super) fn shortened(name: &str) -> String {
    name.chars().take(64).collect()
}
