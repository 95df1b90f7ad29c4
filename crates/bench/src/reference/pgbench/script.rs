//! From the recorded statements of one order to a script that places another one each time.
//!
//! What of the recording is the order's own becomes an expression of the script's variables: the ids of what is ordered, the
//! ids that the order got, its code, and the date and start of its stock. Everything else stays as it was recorded; in
//! documents, dates too. An id that is none of these cannot be right each time, and is an error.

use std::collections::HashMap;
use std::fmt::Write;

use anyhow::{bail, ensure};
use axhub_store::engine::{Step, Value};
use jiff::Timestamp;
use uuid::Uuid;

use super::{Rows, Travel};
use crate::data::{FIRST_NUMBER, Kind, World};

/// The variable that each client raises with each transaction.
pub(super) const COUNTER: &str = "n";
/// The most clients: each has its place in the last digits of the ids that it makes.
pub(super) const MAX_CLIENTS: u32 = 999;

/// The first count of a run: later runs of one script, within a day, begin behind what earlier ones have come to.
pub(super) fn first_count(now: Timestamp) -> i64 {
    // Twelve digits with the client's three. No client comes to ten transactions in a millisecond.
    100_000_000 + (now.as_millisecond() * 10).rem_euclid(900_000_000)
}

/// The order that was placed for the recording.
pub(super) struct RecordedOrder<'a> {
    /// Product, option and day.
    pub(super) place: (u32, u32, u32),
    /// The channel's code of it.
    pub(super) code: &'a str,
    /// Between these moments, so that the ids that were made for it are known by their time.
    pub(super) placed_between: (Timestamp, Timestamp),
}

/// The whole script.
pub(super) fn write(world: &World, order: &RecordedOrder<'_>, steps: &[Step], rows: Rows, travel: Travel) -> anyhow::Result<String> {
    let size = world.size;
    let row = match rows {
        Rows::Hot => size.stock_number(order.place.0, order.place.1, order.place.2).to_string(),
        Rows::Spread => format!("random(0, {})", size.stock_rows() - 1),
    };
    let (days, days_of_product) = (size.days, u64::from(size.days) * u64::from(size.options));
    let mut script = format!(
        "-- An order of one unit, as axhub places it.\n\
         \\set {COUNTER} :{COUNTER} + 1\n\
         \\set new :{COUNTER} * 1000 + :client_id\n\
         \\set row {row}\n\
         \\set stock {FIRST_NUMBER} + :row\n\
         \\set option {FIRST_NUMBER} + :row / {days}\n\
         \\set product {FIRST_NUMBER} + :row / {days_of_product}\n\
         \\set day :row % {days}\n"
    );
    if travel == Travel::Pipelined {
        script += "\\startpipeline\n";
    }
    let mut writer = Writer { world, order, new_ids: HashMap::new() };
    let mut count = 0;
    for step in steps {
        match step {
            Step::Begin => script += "BEGIN;\n",
            Step::Commit => script += "COMMIT;\n",
            Step::RollBack => bail!("the recorded order was rolled back"),
            Step::Statement { sql, .. } if tells_others(sql) => {}
            Step::Statement { sql, params } => {
                count += 1;
                writeln!(script, "{};", writer.statement(sql, params)?)?;
            }
        }
    }
    if travel == Travel::Pipelined {
        script += "\\endpipeline\n";
    }
    let transactions = steps.iter().filter(|step| matches!(step, Step::Commit)).count();
    ensure!(transactions == 1 && count > 0, "{count} statements in {transactions} transactions were recorded, not those of one order");
    Ok(script)
}

/// Whether a statement only tells other programs something.
fn tells_others(sql: &str) -> bool {
    sql.trim_start().starts_with("NOTIFY") || sql.contains("pg_notify")
}

struct Writer<'a> {
    world: &'a World,
    order: &'a RecordedOrder<'a>,
    /// The ids that were made for the order, in the order in which they appear.
    new_ids: HashMap<Uuid, usize>,
}

impl Writer<'_> {
    /// A statement with expressions where it had parameters.
    fn statement(&mut self, sql: &str, params: &[Value]) -> anyhow::Result<String> {
        ensure!(!sql.replace("::", "").contains(':') && !sql.contains(';'), "pgbench would not read this as it is: {sql}");
        let mut parts = sql.split('$');
        let mut written = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let digits = part.len() - part.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            let (number, rest) = part.split_at(digits);
            let number: usize = number.parse()?;
            let Some(value) = number.checked_sub(1).and_then(|at| params.get(at)) else { bail!("no ${number} was recorded for {sql}") };
            // Where the statement says the type itself, it need not be said twice.
            written += &self.expression(value, !rest.starts_with("::"))?;
            written += rest;
        }
        Ok(written)
    }

    fn expression(&mut self, value: &Value, with_type: bool) -> anyhow::Result<String> {
        let typed = |text: String, kind: &str| if with_type { format!("{text}::{kind}") } else { text };
        Ok(match value {
            Value::Null => "NULL".to_owned(),
            Value::Bool(value) => value.to_string().to_uppercase(),
            Value::Int(value) => value.to_string(),
            Value::Text(text) => typed(self.text(text)?, "text"),
            Value::Uuid(id) => format!("{}::uuid", self.id(*id)?),
            Value::Json(json) => format!("{}::jsonb", self.text(&json.to_string())?),
            Value::Instant(at) if *at == self.starts_at(self.order.place.2) => {
                // Hours, because what a day is depends on the session's zone.
                format!("({}::timestamptz + :day::int * INTERVAL '24 hours')", literal(&self.starts_at(0).to_string()))
            }
            Value::Instant(at) => format!("{}::timestamptz", literal(&at.to_string())),
            Value::Date(date) if *date == self.world.date(self.order.place.2) => format!("('{}'::date + :day::int)", self.world.date(0)),
            Value::Date(date) => format!("'{date}'::date"),
            Value::Time(time) => format!("{}::time", literal(&time.to_string())),
            Value::Bytes(bytes) => {
                let hex = bytes.iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
                format!("'\\x{hex}'::bytea")
            }
            Value::List(values) => typed(self.list(values)?, &list_type(values, with_type)?),
        })
    }

    fn list(&mut self, values: &[Value]) -> anyhow::Result<String> {
        let values: Vec<String> = values.iter().map(|value| self.expression(value, true)).collect::<anyhow::Result<_>>()?;
        Ok(format!("ARRAY[{}]", values.join(", ")))
    }

    fn starts_at(&self, day: u32) -> Timestamp {
        self.world.starts_at(self.order.place.0, self.order.place.1, day)
    }

    /// A text in which everything that is the order's own is made anew.
    fn text(&mut self, text: &str) -> anyhow::Result<String> {
        let mut parts: Vec<String> = Vec::new();
        let (mut plain, mut rest) = (0, 0);
        while rest < text.len() {
            let (length, own) = if text[rest..].starts_with(self.order.code) {
                (self.order.code.len(), format!("'PGBENCH-{}-'||:new", self.order.placed_between.0.as_microsecond()))
            } else if let Some(id) = uuid_at(&text[rest..]) {
                (36, self.id_text(id)?)
            } else {
                rest += text[rest..].chars().next().map_or(1, char::len_utf8);
                continue;
            };
            parts.extend((plain < rest).then(|| literal(&text[plain..rest])));
            parts.push(own);
            rest += length;
            plain = rest;
        }
        if plain < text.len() || parts.is_empty() {
            parts.push(literal(&text[plain..]));
        }
        Ok(if parts.len() == 1 && plain == 0 { parts.remove(0) } else { format!("({})", parts.join("||")) })
    }

    fn id(&mut self, id: Uuid) -> anyhow::Result<String> {
        Ok(format!("({})", self.id_text(id)?))
    }

    /// The text of an id, as an expression.
    fn id_text(&mut self, id: Uuid) -> anyhow::Result<String> {
        if let Some((kind, number)) = Kind::ALL.iter().find_map(|kind| Some((*kind, kind.number_of(id)?))) {
            return self.known(kind, number, id);
        }
        let made_at =
            id.get_timestamp().map(|at| at.to_unix()).map(|(seconds, nanos)| i128::from(seconds) * 1_000 + i128::from(nanos) / 1_000_000);
        let (from, until) = self.order.placed_between;
        let window = i128::from(from.as_millisecond())..=i128::from(until.as_millisecond()) + 1;
        ensure!(made_at.is_some_and(|at| window.contains(&at)), "{id} was recorded, which is neither loaded nor made for the order");
        let next = self.new_ids.len();
        let place = *self.new_ids.entry(id).or_insert(next);
        // In the order in which they are made, as those of the product are.
        let time: String = id.to_string().chars().take(13).collect();
        Ok(format!("'{time}-7{place:03x}-8000-'||:new"))
    }

    /// An id of the data set: the order's own as an expression, the channel's and the supplier's as they are.
    fn known(&self, kind: Kind, number: u64, id: Uuid) -> anyhow::Result<String> {
        let (product, option, day) = self.order.place;
        let size = self.world.size;
        let (variable, expected) = match kind {
            Kind::Supplier | Kind::Channel => return Ok(format!("'{id}'")),
            Kind::Product | Kind::Registration => ("product", u64::from(product)),
            Kind::Pool | Kind::Option => ("option", size.option_number(product, option)),
            Kind::Stock => ("stock", size.stock_number(product, option, day)),
            Kind::Price => bail!("the price {id} was recorded, and prices have no place in an order"),
        };
        ensure!(number == expected, "{id} was recorded, which is not what was ordered");
        Ok(format!("'{}'||:{variable}", kind.prefix()))
    }
}

/// The id that a text begins with.
fn uuid_at(text: &str) -> Option<Uuid> {
    let word = text.get(..36)?;
    (word.as_bytes()[8] == b'-').then(|| Uuid::try_parse(word).ok()).flatten()
}

/// A text as PostgreSQL reads it. Without colons, which pgbench would take for variables.
fn literal(text: &str) -> String {
    let mut out = "'".to_owned();
    let mut escapes = false;
    for c in text.chars() {
        match c {
            '\'' => out += "''",
            '\\' | ':' | '\n' | '\r' | ';' => {
                escapes = true;
                let _ = write!(out, "\\x{:02x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('\'');
    if escapes { format!("E{out}") } else { out }
}

/// The type of a list, which its first value tells that is one.
fn list_type(values: &[Value], is_needed: bool) -> anyhow::Result<String> {
    let kind = values.iter().find_map(|value| match value {
        Value::Null | Value::List(_) => None,
        Value::Bool(_) => Some("boolean"),
        Value::Int(_) => Some("bigint"),
        Value::Text(_) => Some("text"),
        Value::Uuid(_) => Some("uuid"),
        Value::Instant(_) => Some("timestamptz"),
        Value::Date(_) => Some("date"),
        Value::Time(_) => Some("time"),
        Value::Json(_) => Some("jsonb"),
        Value::Bytes(_) => Some("bytea"),
    });
    match kind {
        Some(kind) => Ok(format!("{kind}[]")),
        None if is_needed => bail!("a list of nothing was recorded, and the statement does not say of what"),
        None => Ok(String::new()),
    }
}
