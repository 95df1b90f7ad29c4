//! One value of JSON as one typed value. Pure: a value in, a typed value or the reason why not out.

use std::borrow::Cow;

use axhub_domain::money::{AmountError, Money};
use axhub_domain::number::without_zero_fraction;
use axhub_domain::refusal::Reason;
use serde_json::Value;

/// The most characters of a URL.
const MAX_URL: usize = 2048;
/// How much of a wrong choice an error repeats.
const MAX_SHOWN: usize = 64;

/// The text of a text, without the white space around it, or of a number.
pub(super) fn text(value: &Value) -> Result<Cow<'_, str>, Reason> {
    match value {
        Value::String(text) => Ok(Cow::Borrowed(text.trim())),
        Value::Number(number) => Ok(Cow::Borrowed(number.as_str())),
        _ => Err(Reason::NotAString),
    }
}

pub(super) fn string(value: &Value, max: usize) -> Result<String, Reason> {
    let text = text(value)?;
    if text.chars().count() > max {
        return Err(Reason::TooLong { max });
    }
    Ok(text.into_owned())
}

pub(super) fn integer(value: &Value, min: i64, max: i64) -> Result<i64, Reason> {
    let text = text(value).map_err(|_| Reason::NotAnInteger)?;
    let text = if value.is_number() { without_zero_fraction(&text) } else { &text };
    let (is_negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Reason::NotAnInteger);
    }
    match text.parse::<i64>() {
        Ok(number) if number < min => Err(Reason::TooSmall { min }),
        Ok(number) if number > max => Err(Reason::TooLarge { max }),
        Ok(number) => Ok(number),
        // Only digits, so they are a number beyond any range.
        Err(_) if is_negative => Err(Reason::TooSmall { min }),
        Err(_) => Err(Reason::TooLarge { max }),
    }
}

/// What Django REST Framework takes for a boolean.
pub(super) fn boolean(value: &Value) -> Result<bool, Reason> {
    if let Value::Bool(is_true) = value {
        return Ok(*is_true);
    }
    let text = text(value).map_err(|_| Reason::NotABoolean)?;
    match text.to_ascii_lowercase().as_str() {
        "true" | "t" | "yes" | "y" | "on" | "1" => Ok(true),
        "false" | "f" | "no" | "n" | "off" | "0" => Ok(false),
        _ => Err(Reason::NotABoolean),
    }
}

pub(super) fn money(value: &Value) -> Result<Money, Reason> {
    let text = text(value).map_err(|_| Reason::NotANumber)?;
    text.parse().map_err(|error| match error {
        AmountError::NotANumber => Reason::NotANumber,
        AmountError::TooPrecise => Reason::TooPrecise,
        AmountError::Negative => Reason::TooSmall { min: 0 },
    })
}

pub(super) fn choice<T: Copy>(value: &Value, accepted: &[(&str, T)], other: impl FnOnce(&str) -> Option<T>) -> Result<T, Reason> {
    let text = text(value)?;
    let found = accepted.iter().find(|(word, _)| *word == text).map(|(_, meaning)| *meaning);
    found.or_else(|| other(&text)).ok_or_else(|| Reason::NotAChoice {
        value: text.chars().take(MAX_SHOWN).collect(),
        choices: accepted.iter().map(|(word, _)| (*word).to_owned()).collect(),
    })
}

pub(super) fn url(text: &str) -> Result<String, Reason> {
    if text.chars().count() > MAX_URL {
        return Err(Reason::TooLong { max: MAX_URL });
    }
    // `url::Url` repairs much that a browser would repair; a link that is stored should need no repair.
    let has_scheme = ["http://", "https://"].iter().any(|scheme| {
        let start = text.get(..scheme.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(scheme)) && !text[scheme.len()..].starts_with('/')
    });
    let is_one_word = !text.contains(|c: char| c.is_whitespace() || c.is_control() || c == '\\');
    let has_host = || url::Url::parse(text).is_ok_and(|url| url.host_str().is_some_and(|host| !host.is_empty()));
    if has_scheme && is_one_word && has_host() { Ok(text.to_owned()) } else { Err(Reason::NotAUrl) }
}
