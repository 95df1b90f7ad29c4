//! Reading a tree of JSON, or a query, into typed values, with every error at its path as sent.
//!
//! ```
//! # use axhub_domain::money::{Currency, Money};
//! # use axhub_web::{Fields, JsonBody};
//! struct Line { option: String, quantity: u32, price: Money, currency: Currency, comment: Option<String> }
//!
//! fn line(fields: &Fields<'_>) -> Line {
//!     Line {
//!         option: fields.required(&["option_code", "dc_code"]).string(64),
//!         quantity: fields.required("quantity").integer(1..=1000),
//!         price: fields.required("unit_selling_price").money(),
//!         currency: fields.required("currency").choice(&[("KRW", Currency::Krw), ("USD", Currency::Usd)]),
//!         comment: fields.optional("comment").string(1000),
//!     }
//! }
//!
//! let body = JsonBody::parse(br#"{"options": [{"option_code": 7, "quantity": "2", "unit_selling_price": 1.5}]}"#).unwrap();
//! let error = body.read(|fields| fields.required("options").objects(50, line)).err().unwrap();
//! assert_eq!(error.code(), "required"); // options[0].currency
//! ```
//!
//! A reader never stops: where a field is wrong it notes the error and goes on with a placeholder, so write it
//! without `?`. [`crate::JsonBody::read`] and [`crate::Query::read`] throw the value away when anything was wrong.
//! Compare two fields only after that, or a placeholder may be blamed for what another error says already; or read
//! them with [`Fields::optional`] and compare when both are there.

mod field;
mod free_form;
mod scalar;

use std::cell::RefCell;

use axhub_domain::refusal::{FieldError, Reason};
use serde_json::{Map, Value};

use crate::errors::Errors;

pub use field::{Field, Need, Optional, Required};
pub use free_form::FreeForm;

/// The members of one object of a request.
///
/// An object that was itself wrong has fields too: they are all placeholders and note no errors, because the error
/// of the object says it already.
#[derive(Clone)]
pub struct Fields<'a> {
    source: Option<Source<'a>>,
    path: String,
}

#[derive(Clone, Copy)]
struct Source<'a> {
    members: &'a Map<String, Value>,
    errors: &'a Errors,
    asked: Option<&'a Asked>,
}

/// The names that a reader asked for, in the order it first did.
#[derive(Debug, Default)]
pub(crate) struct Asked(RefCell<Vec<String>>);

impl Asked {
    fn note(&self, names: &[&str]) {
        let mut asked = self.0.borrow_mut();
        for name in names {
            if !asked.iter().any(|known| known == name) {
                asked.push((*name).to_owned());
            }
        }
    }

    pub(crate) fn into_names(self) -> Vec<String> {
        self.0.into_inner()
    }
}

impl std::fmt::Debug for Fields<'_> {
    /// Without the contents, which may be about people.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Fields({})", self.path)
    }
}

impl<'a> Fields<'a> {
    /// The members of the outermost object; errors go to `errors`.
    pub fn new(members: &'a Map<String, Value>, errors: &'a Errors) -> Fields<'a> {
        Fields::at(String::new(), members, errors)
    }

    /// The same, with the names of the members that are asked for noted in `asked`.
    pub(crate) fn noting(members: &'a Map<String, Value>, errors: &'a Errors, asked: &'a Asked) -> Fields<'a> {
        Fields { source: Some(Source { members, errors, asked: Some(asked) }), path: String::new() }
    }

    fn at(path: String, members: &'a Map<String, Value>, errors: &'a Errors) -> Fields<'a> {
        Fields { source: Some(Source { members, errors, asked: None }), path }
    }

    /// The fields of an object that is not there.
    fn missing() -> Fields<'a> {
        Fields { source: None, path: String::new() }
    }

    /// A field that must be there and must not be null or, when it is a text, blank.
    pub fn required<'n>(&'n self, names: impl Into<Names<'n>>) -> Field<'n, 'a, Required> {
        Field::new(self, names.into())
    }

    /// A field that may be absent, null or blank, which all mean `None`.
    pub fn optional<'n>(&'n self, names: impl Into<Names<'n>>) -> Field<'n, 'a, Optional> {
        Field::new(self, names.into())
    }

    /// Whether the client sent a field of this name, be it null.
    pub fn has(&self, name: &str) -> bool {
        self.note(&[name]);
        self.source.is_some_and(|source| source.members.contains_key(name))
    }

    /// Whether the client sent no field at all.
    pub fn is_empty(&self) -> bool {
        self.source.is_none_or(|source| source.members.is_empty())
    }

    fn note(&self, names: &[&str]) {
        if let Some(asked) = self.source.and_then(|source| source.asked) {
            asked.note(names);
        }
    }

    /// The name of these that the client used, and the value; the first that is not null, else the first that is there.
    fn find<'n>(&self, names: Names<'n>) -> (&'n str, Option<&'a Value>) {
        let names = names.as_slice();
        self.note(names);
        let found = |name: &'n str| Some((name, self.source?.members.get(name)?));
        let present = || names.iter().filter_map(|name| found(name));
        let best = present().find(|(_, value)| !value.is_null()).or_else(|| present().next());
        match best {
            Some((name, value)) => (name, Some(value)),
            None => (names.first().copied().unwrap_or_default(), None),
        }
    }

    /// The name of these that the client used; the first when it used none.
    pub fn name_used<'n>(&self, names: impl Into<Names<'n>>) -> &'n str {
        self.find(names.into()).0
    }

    /// The path of a field: `options[0].quantity`.
    pub fn path_of<'n>(&self, names: impl Into<Names<'n>>) -> String {
        join(&self.path, self.name_used(names))
    }

    /// Notes an error that only the reader can see.
    pub fn wrong<'n>(&self, names: impl Into<Names<'n>>, reason: Reason) {
        if let Some(source) = self.source {
            source.errors.add(self.path_of(names), reason);
        }
    }

    /// Notes errors that somebody else found.
    pub fn wrong_all(&self, errors: impl IntoIterator<Item = FieldError>) {
        if let Some(source) = self.source {
            source.errors.extend(errors);
        }
    }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

/// The names that the contract has for one field, the preferred one first: `"quantity"` or `&["option_code", "dc_code"]`.
#[derive(Clone, Copy, Debug)]
pub struct Names<'n>(List<'n>);

#[derive(Clone, Copy, Debug)]
enum List<'n> {
    One([&'n str; 1]),
    Several(&'n [&'n str]),
}

impl<'n> Names<'n> {
    fn as_slice(&self) -> &[&'n str] {
        match &self.0 {
            List::One(name) => name,
            List::Several(names) => names,
        }
    }
}

impl<'n> From<&'n str> for Names<'n> {
    fn from(name: &'n str) -> Self {
        Names(List::One([name]))
    }
}

impl<'n> From<&'n [&'n str]> for Names<'n> {
    fn from(names: &'n [&'n str]) -> Self {
        Names(List::Several(names))
    }
}

impl<'n, const N: usize> From<&'n [&'n str; N]> for Names<'n> {
    fn from(names: &'n [&'n str; N]) -> Self {
        Names(List::Several(names))
    }
}

#[cfg(test)]
#[path = "fields_tests.rs"]
mod tests;
