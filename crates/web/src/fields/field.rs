//! One field: where it is, whether it must be there, and as what it is read.

use std::marker::PhantomData;
use std::ops::RangeInclusive;

use axhub_domain::money::Money;
use axhub_domain::refusal::Reason;
use axhub_domain::time;
use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::free_form::{FreeForm, shortened};
use super::{Fields, Names, join, scalar};

/// Whether a field must be there: [`Required`] or [`Optional`].
pub trait Need {
    /// What a reader gets: the value, or maybe the value.
    type Out<T>;

    /// Whether an absent, null or blank field is an error.
    const IS_REQUIRED: bool;

    /// What the reader gets for a field that was read, or was not.
    fn settle<T>(read: Option<T>, placeholder: impl FnOnce() -> T) -> Self::Out<T>;
}

/// The field must be there; a reader gets a placeholder when it is wrong.
#[derive(Clone, Copy, Debug)]
pub enum Required {}

/// The field may be absent, null or blank; a reader gets `None` then, and when it is wrong.
#[derive(Clone, Copy, Debug)]
pub enum Optional {}

impl Need for Required {
    type Out<T> = T;
    const IS_REQUIRED: bool = true;

    fn settle<T>(read: Option<T>, placeholder: impl FnOnce() -> T) -> T {
        read.unwrap_or_else(placeholder)
    }
}

impl Need for Optional {
    type Out<T> = Option<T>;
    const IS_REQUIRED: bool = false;

    fn settle<T>(read: Option<T>, _placeholder: impl FnOnce() -> T) -> Option<T> {
        read
    }
}

/// One field, to be read as something. `N::Out<T>` is `T` for a required and `Option<T>` for an optional field.
#[derive(Debug)]
pub struct Field<'n, 'a, N> {
    parent: &'n Fields<'a>,
    name: &'n str,
    value: Option<&'a Value>,
    need: PhantomData<N>,
}

impl<'n, 'a, N: Need> Field<'n, 'a, N> {
    pub(super) fn new(parent: &'n Fields<'a>, names: Names<'n>) -> Self {
        let (name, value) = parent.find(names);
        Field { parent, name, value, need: PhantomData }
    }

    /// A text without the white space around it, of at most `max` characters. A number is taken as its text.
    pub fn string(self, max: usize) -> N::Out<String> {
        self.scalar(|value| scalar::string(value, max), String::new)
    }

    /// A whole number in `range`, which may have a fraction of zeros (`4.0`), or a text of its digits.
    pub fn integer<T>(self, range: RangeInclusive<T>) -> N::Out<T>
    where
        T: Copy + Into<i64> + TryFrom<i64>,
    {
        let least = *range.start();
        let read = |value: &Value| {
            let number = scalar::integer(value, least.into(), (*range.end()).into())?;
            T::try_from(number).map_err(|_| Reason::NotAnInteger)
        };
        self.scalar(read, || least)
    }

    /// True or false, or one of the words that mean it to Django REST Framework (`"true"`, `"False"`, `"1"`, `0`, …).
    pub fn boolean(self) -> N::Out<bool> {
        self.scalar(scalar::boolean, || false)
    }

    /// An amount of at least zero, as a number or a text.
    pub fn money(self) -> N::Out<Money> {
        self.scalar(scalar::money, || Money::ZERO)
    }

    /// One of these words.
    pub fn choice<T: Copy, const LEN: usize>(self, accepted: &[(&str, T); LEN]) -> N::Out<T> {
        self.choice_or(accepted, |_| None)
    }

    /// One of these words, or another spelling that `other` knows and that the error does not offer.
    pub fn choice_or<T: Copy, const LEN: usize>(self, accepted: &[(&str, T); LEN], other: impl FnOnce(&str) -> Option<T>) -> N::Out<T> {
        const { assert!(LEN > 0, "a choice of nothing") };
        self.scalar(|value| scalar::choice(value, accepted, other), || accepted[0].1)
    }

    /// A UUID; a text that is none names nothing, so it is `unknown`.
    pub fn id<T: From<Uuid>>(self, unknown: Reason) -> N::Out<T> {
        self.text_as(|text| Uuid::parse_str(text).map(T::from).map_err(|_| unknown), || T::from(Uuid::nil()))
    }

    /// An instant with any offset, or a date and time of day on a clock in `zone`.
    pub fn instant(self, zone: &TimeZone) -> N::Out<Timestamp> {
        self.text_as(|text| time::parse_instant(text, zone).map_err(|_| Reason::NotADateTime), || Timestamp::UNIX_EPOCH)
    }

    /// `YYYY-MM-DD`.
    pub fn date(self) -> N::Out<Date> {
        self.text_as(|text| time::parse_date(text).map_err(|_| Reason::NotADate), || Date::constant(1970, 1, 1))
    }

    /// `hh:mm`.
    pub fn time_of_day(self) -> N::Out<Time> {
        self.text_as(|text| time::parse_time_of_day(text).map_err(|_| Reason::NotATimeOfDay), Time::midnight)
    }

    /// An http or https URL with a host.
    pub fn url(self) -> N::Out<String> {
        self.text_as(scalar::url, String::new)
    }

    /// Any text that `read` understands; `placeholder` stands in when it does not.
    pub fn text_as<T>(self, read: impl FnOnce(&str) -> Result<T, Reason>, placeholder: impl FnOnce() -> T) -> N::Out<T> {
        self.scalar(|value| read(scalar::text(value)?.as_ref()), placeholder)
    }

    /// An object.
    pub fn object(self) -> N::Out<Fields<'a>> {
        let path = self.path();
        let object = self.members().zip(self.parent.source).map(|(members, source)| Fields::at(path, members, source.errors));
        N::settle(object, Fields::missing)
    }

    /// An object whose members the contract does not name, as it is. Null is an empty one even where it is required.
    pub fn free_form(self, bounds: &FreeForm) -> N::Out<Map<String, Value>> {
        if self.value.is_some_and(Value::is_null) {
            return N::settle(Some(Map::new()).filter(|_| N::IS_REQUIRED), Map::new);
        }
        let members = self.members_up_to(bounds.items);
        if let (Some(members), Some(source)) = (members, self.parent.source) {
            bounds.check(&self.path(), members, source.errors);
        }
        N::settle(members.cloned(), Map::new)
    }

    /// An object of at most `max` texts (or numbers, as their texts), none blank, each of at most `max_length` characters.
    pub fn string_map(self, max: usize, max_length: usize) -> N::Out<Vec<(String, String)>> {
        let Some(members) = self.members_up_to(max) else { return N::settle(None, Vec::new) };
        let path = self.path();
        let read = |(name, value): (&String, &Value)| {
            let text = self.item(|| join(&path, &shortened(name)), value, |value| scalar::string(value, max_length))?;
            Some((name.clone(), text))
        };
        N::settle(Some(members.iter().filter_map(read).collect()), Vec::new)
    }

    /// A list of at most `max` objects, each read by `read`; a required one must not be empty.
    pub fn objects<T>(self, max: usize, mut read: impl FnMut(&Fields<'a>) -> T) -> N::Out<Vec<T>> {
        let Some(list) = self.list(max) else { return N::settle(None, Vec::new) };
        let Some(source) = self.parent.source else { return N::settle(None, Vec::new) };
        let path = self.path();
        let mut items = Vec::with_capacity(list.len());
        for (at, value) in list.iter().enumerate() {
            let path = || format!("{path}[{at}]");
            match value {
                Value::Object(members) => items.push(read(&Fields::at(path(), members, source.errors))),
                Value::Null => source.errors.add(path(), Reason::Null),
                _ => source.errors.add(path(), Reason::NotAnObject),
            }
        }
        N::settle(Some(items), Vec::new)
    }

    /// A list of at most `max` texts, none blank, each of at most `max_length` characters.
    pub fn strings(self, max: usize, max_length: usize) -> N::Out<Vec<String>> {
        let Some(list) = self.list(max) else { return N::settle(None, Vec::new) };
        let path = self.path();
        let read = |(at, value): (usize, &Value)| self.item(|| format!("{path}[{at}]"), value, |value| scalar::string(value, max_length));
        N::settle(Some(list.iter().enumerate().filter_map(read).collect()), Vec::new)
    }

    /// A list of at most `max` texts, each of which `read` understands.
    pub fn texts_as<T>(self, max: usize, read: impl Fn(&str) -> Result<T, Reason>) -> N::Out<Vec<T>> {
        let Some(list) = self.list(max) else { return N::settle(None, Vec::new) };
        let path = self.path();
        let read = |(at, value): (usize, &Value)| self.item(|| format!("{path}[{at}]"), value, |value| read(scalar::text(value)?.as_ref()));
        N::settle(Some(list.iter().enumerate().filter_map(read).collect()), Vec::new)
    }

    /// The value as it came, when there is one.
    pub fn value(self) -> Option<&'a Value> {
        self.value
    }

    /// Reads one value, or notes why it cannot be read.
    fn scalar<T>(self, read: impl FnOnce(&Value) -> Result<T, Reason>, placeholder: impl FnOnce() -> T) -> N::Out<T> {
        let value = match self.present() {
            Some(Value::String(text)) if text.trim().is_empty() => {
                self.missing(Reason::Blank);
                None
            }
            other => other,
        };
        let read = value.and_then(|value| read(value).map_err(|reason| self.wrong(reason)).ok());
        N::settle(read, placeholder)
    }

    /// Reads one item of a list or map, which must be there.
    fn item<T>(&self, path: impl FnOnce() -> String, value: &Value, read: impl FnOnce(&Value) -> Result<T, Reason>) -> Option<T> {
        let reason = match value {
            Value::Null => Reason::Null,
            Value::String(text) if text.trim().is_empty() => Reason::Blank,
            value => match read(value) {
                Ok(item) => return Some(item),
                Err(reason) => reason,
            },
        };
        if let Some(source) = self.parent.source {
            source.errors.add(path(), reason);
        }
        None
    }

    fn members(&self) -> Option<&'a Map<String, Value>> {
        match self.present()? {
            Value::Object(members) => Some(members),
            Value::String(text) if !N::IS_REQUIRED && text.trim().is_empty() => None,
            _ => {
                self.wrong(Reason::NotAnObject);
                None
            }
        }
    }

    fn members_up_to(&self, max: usize) -> Option<&'a Map<String, Value>> {
        let members = self.members()?;
        if members.len() > max {
            self.wrong(Reason::TooMany { max });
            return None;
        }
        Some(members)
    }

    fn list(&self, max: usize) -> Option<&'a Vec<Value>> {
        let reason = match self.present()? {
            Value::Array(list) if list.is_empty() && N::IS_REQUIRED => Reason::EmptyList,
            Value::Array(list) if list.len() > max => Reason::TooMany { max },
            Value::Array(list) => return Some(list),
            Value::String(text) if !N::IS_REQUIRED && text.trim().is_empty() => return None,
            _ => Reason::NotAList,
        };
        self.wrong(reason);
        None
    }

    /// The value, when there is one that is not null; notes its absence where it is required.
    fn present(&self) -> Option<&'a Value> {
        match self.value {
            None => self.missing(Reason::Required),
            Some(Value::Null) => self.missing(Reason::Null),
            Some(value) => return Some(value),
        }
        None
    }

    fn missing(&self, reason: Reason) {
        if N::IS_REQUIRED {
            self.wrong(reason);
        }
    }

    fn wrong(&self, reason: Reason) {
        if let Some(source) = self.parent.source {
            source.errors.add(self.path(), reason);
        }
    }

    fn path(&self) -> String {
        join(&self.parent.path, self.name)
    }
}
