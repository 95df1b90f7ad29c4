//! Which generation of the contract's vocabulary an order speaks (contract 3, "Dialects").
//!
//! An order answers, for its whole life, in the vocabulary it was created with. List, date and statuses are detected
//! one by one, because a middle generation has `depth_combinations` with `inventory_at` and words. The hub keeps the
//! dialect of each order as a text that only this module reads.

use std::fmt;

use axhub_web::{StatusWords, Vocabulary};
use serde_json::{Map, Value};

/// The names of the list of options, the preferred one first.
pub const LIST: &[&str] = &["options", "depth_combinations"];

/// How an order names its list, its dates and its states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dialect {
    /// `depth_combinations` with `dc_code`, or `options` with `option_code`.
    pub list: Generation,
    /// `use_date`, or `inventory_at`.
    pub date: Generation,
    /// Digits with `ticket_code` and `ticket_status`, or words with `ax_ticket_code` and `ax_ticket_status`.
    pub statuses: Generation,
}

/// Old or new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Generation {
    /// The oldest generation.
    Legacy,
    /// The newest.
    Current,
}

use Generation::{Current, Legacy};

impl Generation {
    fn legacy_if(is_legacy: bool) -> Generation {
        if is_legacy { Legacy } else { Current }
    }

    fn choose<T>(self, legacy: T, current: T) -> T {
        match self {
            Legacy => legacy,
            Current => current,
        }
    }
}

impl Dialect {
    /// The dialect of the body of a new order. What the body leaves open is current.
    pub fn detect(members: &Map<String, Value>) -> Dialect {
        let list = Generation::legacy_if(present(members, LIST) == Some("depth_combinations"));
        let lines = members.get(list.choose("depth_combinations", "options")).and_then(Value::as_array);
        let lines = || lines.into_iter().flatten().filter_map(Value::as_object);
        let date = match lines().find_map(|line| present(line, &["inventory_at", "use_date", "inventory_code"])) {
            Some(name) => Generation::legacy_if(name == "use_date"),
            // The order will be refused; the refusal names the field as its list would.
            None => list,
        };
        let status = members.get("order").and_then(|order| order.get("status"));
        Dialect { list, date, statuses: Generation::legacy_if(status.is_some_and(is_digit)) }
    }

    /// The dialect that the hub kept, part by part; a part that is not known is current.
    pub fn stored(text: &str) -> Dialect {
        let has = |word: &str| Generation::legacy_if(text.split(' ').any(|part| part == word));
        Dialect { list: has("depth_combinations"), date: has("use_date"), statuses: has("digits") }
    }

    /// The names and words of answers in this dialect.
    pub fn vocabulary(self) -> Vocabulary {
        Vocabulary {
            list: self.list.choose("depth_combinations", "options"),
            option: self.option_names()[0],
            inventory: self.date_names()[0],
            date: self.date_names()[0],
            registration: self.registration_names()[0],
            statuses: self.statuses.choose(StatusWords::Digits, StatusWords::Words),
        }
    }

    /// The names of an option's code in a request, the preferred one first.
    pub fn option_names(self) -> &'static [&'static str] {
        self.list.choose(&["dc_code", "option_code"], &["option_code", "dc_code"])
    }

    /// The names of an option's date in a request, the preferred one first.
    pub fn date_names(self) -> &'static [&'static str] {
        self.date.choose(&["use_date", "inventory_at"], &["inventory_at", "use_date"])
    }

    /// The names of the registration's code in a request, the preferred one first.
    pub fn registration_names(self) -> &'static [&'static str] {
        self.list.choose(
            &["channel_product_mapping_data_code", "channel_product_mapping_code"],
            &["channel_product_mapping_code", "channel_product_mapping_data_code"],
        )
    }
}

/// The first of these names that has a value.
fn present(members: &Map<String, Value>, names: &[&'static str]) -> Option<&'static str> {
    names.iter().copied().find(|name| members.get(*name).is_some_and(|value| !value.is_null()))
}

fn is_digit(status: &Value) -> bool {
    match status {
        Value::Number(_) => true,
        Value::String(text) => text.trim().parse::<u8>().is_ok(),
        _ => false,
    }
}

impl fmt::Display for Dialect {
    /// The text that the hub keeps: `depth_combinations use_date digits`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Vocabulary { list, .. } = self.vocabulary();
        write!(f, "{list} {} {}", self.date.choose("use_date", "inventory_at"), self.statuses.choose("digits", "words"))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn detect(body: &Value) -> String {
        Dialect::detect(body.as_object().unwrap()).to_string()
    }

    fn body(list: &str, date: &str, status: &Value) -> Value {
        json!({ list: [{ date: "2026-05-01T05:00:00Z" }], "order": { "status": status } })
    }

    #[test]
    fn list_date_and_statuses_are_detected_one_by_one() {
        for list in ["options", "depth_combinations"] {
            for date in ["inventory_at", "use_date"] {
                for (status, word) in [(json!("New"), "words"), (json!("1"), "digits"), (json!(2), "digits")] {
                    assert_eq!(detect(&body(list, date, &status)), format!("{list} {date} {word}"));
                }
            }
        }
    }

    #[test]
    fn a_stored_dialect_reads_back() {
        for list in [Legacy, Current] {
            for date in [Legacy, Current] {
                for statuses in [Legacy, Current] {
                    let dialect = Dialect { list, date, statuses };
                    assert_eq!(Dialect::stored(&dialect.to_string()), dialect);
                }
            }
        }
        assert_eq!(Dialect::stored("").vocabulary(), Vocabulary::current());
        assert_eq!(Dialect::stored("depth_combinations use_date digits").vocabulary(), Vocabulary::legacy());
    }

    #[test]
    fn what_is_empty_or_wrong_says_nothing() {
        assert_eq!(detect(&json!({})), "options inventory_at words");
        assert_eq!(detect(&json!({ "options": 7, "order": [] })), "options inventory_at words");
        assert_eq!(detect(&json!({ "options": null, "depth_combinations": "x" })), "depth_combinations use_date words");
        assert_eq!(detect(&json!({ "depth_combinations": [null, { "inventory_code": "x" }] })), "depth_combinations inventory_at words");
        assert_eq!(detect(&json!({ "options": [{ "use_date": null, "inventory_at": "x" }] })), "options inventory_at words");
    }
}
