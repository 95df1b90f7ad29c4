//! JSON text as a tree, stricter than `serde_json::Value`: it tells repeated members, NUL characters and numbers
//! that nothing can hold, each with its path, and keeps numbers exactly as they were written.

use std::cell::Cell;
use std::fmt;

use axhub_domain::refusal::Reason;
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::error::{JsonFault, JsonProblem};
use crate::errors::Errors;

/// What serde_json names its own helpers by: a number that must stay exact arrives as an object with the one member
/// `$serde_json::private::Number`. A member of such a name would be misread wherever the tree is read again.
const PRIVATE: &str = "$serde_json::private::";
const PRIVATE_NUMBER: &str = "$serde_json::private::Number";

/// The most characters of a number.
const MAX_NUMBER_LENGTH: usize = 400;
/// The largest exponent of a number, and less its smallest. PostgreSQL refuses even a zero with a large one.
const MAX_EXPONENT: i32 = 400;
/// The most values of a body, those in others counted. One of a few bytes takes hundreds as a tree.
pub(crate) const MAX_VALUES: usize = 200_000;
/// The most characters of a member's name in a path.
const MAX_NAME_LENGTH: usize = 64;

/// Reads JSON text; what is JSON but not acceptable goes to `errors`.
///
/// # Errors
/// Where and why it is no JSON.
pub fn read(bytes: &[u8], errors: &Errors) -> Result<Value, JsonFault> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let readable = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let line = 1 + readable.iter().filter(|byte| **byte == b'\n').count();
        let column = 1 + readable.iter().rev().take_while(|byte| **byte != b'\n').count();
        JsonFault { problem: JsonProblem::Encoding, line, column }
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim_ascii().is_empty() {
        return Err(JsonFault { problem: JsonProblem::Empty, line: 1, column: 1 });
    }
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let values = Cell::new(0);
    let tree = Node { path: &Path::Top, errors, values: &values }.deserialize(&mut deserializer);
    let tree = tree.and_then(|tree| deserializer.end().map(|()| tree));
    tree.map_err(|error| fault(&error, values.get()))
}

fn fault(error: &serde_json::Error, values: usize) -> JsonFault {
    let problem = match error.classify() {
        _ if values > MAX_VALUES => JsonProblem::TooManyValues,
        serde_json::error::Category::Eof => JsonProblem::Incomplete,
        _ if error.to_string().starts_with("recursion limit exceeded") => JsonProblem::TooDeep,
        _ => JsonProblem::Syntax,
    };
    JsonFault { problem, line: error.line().max(1), column: error.column().max(1) }
}

/// Where a value stands. Lives on the stack while the text is read and is written out only for an error.
enum Path<'a> {
    Top,
    Member(&'a Path<'a>, &'a str),
    Item(&'a Path<'a>, usize),
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Path::Top => Ok(()),
            Path::Member(Path::Top, name) => f.write_str(&shown(name)),
            Path::Member(parent, name) => write!(f, "{parent}.{}", shown(name)),
            Path::Item(parent, at) => write!(f, "{parent}[{at}]"),
        }
    }
}

/// A name as a path shows it: shortened, and with a picture of NUL instead of NUL.
pub(crate) fn shown(name: &str) -> String {
    name.chars().take(MAX_NAME_LENGTH).map(|c| if c == '\0' { '␀' } else { c }).collect()
}

/// One value of the text, at its path.
#[derive(Clone, Copy)]
struct Node<'a> {
    path: &'a Path<'a>,
    errors: &'a Errors,
    /// How many there were so far.
    values: &'a Cell<usize>,
}

impl<'a> Node<'a> {
    /// One in it.
    fn at<'b>(&self, path: &'b Path<'b>) -> Node<'b>
    where
        'a: 'b,
    {
        Node { path, errors: self.errors, values: self.values }
    }

    fn wrong(&self, reason: Reason) {
        self.errors.add(self.path, reason);
    }

    fn unreadable(&self, reason: Reason) {
        self.errors.add_unreadable(self.path, reason);
    }

    fn text(&self, text: String) -> Value {
        if text.contains('\0') {
            self.unreadable(Reason::NullCharacter);
        }
        Value::String(text)
    }

    /// A number as it was written; one that nothing can hold is told and becomes 0.
    fn number(&self, text: &str) -> Value {
        match text.parse::<Number>() {
            Ok(number) if can_be_held(text) => Value::Number(number),
            _ => {
                self.unreadable(Reason::NotANumber);
                Value::from(0)
            }
        }
    }
}

/// Whether a database and an f64 can hold it: not too long, not infinite, and not so small that only zeros are left.
fn can_be_held(text: &str) -> bool {
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let is_short =
        text.len() <= MAX_NUMBER_LENGTH && exponent.parse().is_ok_and(|exponent| (-MAX_EXPONENT..=MAX_EXPONENT).contains(&exponent));
    let is_zero = !mantissa.bytes().any(|b| matches!(b, b'1'..=b'9'));
    is_short && text.parse::<f64>().is_ok_and(|number| number.is_finite() && (is_zero || number != 0.0))
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.values.set(self.values.get() + 1);
        if self.values.get() > MAX_VALUES {
            return Err(D::Error::custom("too many values"));
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(self.number(&value.to_string()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(self.text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(self.text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(self.at(&Path::Item(self.path, list.len())))? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        let mut is_first = true;
        let mut next = members.next_key::<String>()?;
        while let Some(name) = next {
            let path = Path::Member(self.path, &name);
            let member = self.at(&path);
            if name.starts_with(PRIVATE) {
                let text = members.next_value_seed(PrivateValue { values: self.values })?;
                next = members.next_key()?;
                match text {
                    // A number that must stay exact: alone in its object.
                    Some(text) if name == PRIVATE_NUMBER && is_first && next.is_none() => return Ok(self.number(&text)),
                    // A client that plays at being one.
                    _ => member.wrong(Reason::NotANumber),
                }
            } else {
                if name.contains('\0') {
                    member.wrong(Reason::NullCharacter);
                }
                let value = members.next_value_seed(member)?;
                if map.contains_key(&name) {
                    member.wrong(Reason::RepeatedMember);
                }
                next = members.next_key()?;
                map.insert(name, value);
            }
            is_first = false;
        }
        Ok(Value::Object(map))
    }
}

/// The value of a private member: its text, when it is one. It is no value of its own, but what is in it counts.
struct PrivateValue<'a> {
    values: &'a Cell<usize>,
}

impl<'de> DeserializeSeed<'de> for PrivateValue<'_> {
    type Value = Option<String>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<String>, D::Error> {
        let errors = Errors::default();
        let value = deserializer.deserialize_any(Node { path: &Path::Top, errors: &errors, values: self.values })?;
        Ok(value.as_str().map(str::to_owned))
    }
}

#[cfg(test)]
#[path = "tree_tests.rs"]
pub(crate) mod tests;
