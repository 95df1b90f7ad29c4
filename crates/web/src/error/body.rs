//! The JSON of an error (contract 3): `{"message", "detail", "code", "request_id", …}`, and for field errors
//! `{"<path>": "<reason>", …, "error": {"code", "request_id"}}`.

use std::collections::HashMap;

use axhub_domain::csv::CsvProblem;
use axhub_domain::ids::OptionId;
use axhub_domain::inventory::{UNDATED, dated};
use axhub_domain::refusal::{Conflict, FieldError, LineField, StockInUse, StockLeft};
use axhub_domain::time::format_instant;
use fluent_bundle::FluentArgs;
use jiff::Timestamp;
use jiff::civil::{Date, Time};
use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};

use super::{ApiError, Kind, whole_seconds};
use crate::language::Language;
use crate::messages;
use crate::vocabulary::Vocabulary;

/// What an error's text needs to know about the request.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// In which language.
    pub language: Language,
    /// Which request.
    pub request_id: &'a str,
    /// Its method, for a 405.
    pub method: &'a str,
}

/// The members of an error in the order they are written.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Body(Vec<(String, Value)>);

impl Body {
    fn set(&mut self, name: impl Into<String>, value: impl Into<Value>) {
        self.0.push((name.into(), value.into()));
    }

    /// Sets the same value under each of these names, once where they are the same.
    fn set_as(&mut self, names: &[&str], value: impl Into<Value>) {
        let value = value.into();
        for (at, name) in names.iter().enumerate() {
            if !names[..at].contains(name) {
                self.set(*name, value.clone());
            }
        }
    }

    /// The body as a value; the order of members is lost.
    pub fn into_value(self) -> Value {
        Value::Object(self.0.into_iter().collect())
    }
}

impl Serialize for Body {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

impl ApiError {
    /// The body of the response.
    pub fn body(&self, context: Context<'_>) -> Body {
        let mut body = Body::default();
        if let Kind::Fields { errors, more } = self.kind() {
            for (path, text) in texts(errors, self.vocabulary(), context.language) {
                body.set(path, text);
            }
            let mut error = Map::new();
            error.insert("code".to_owned(), self.code().into());
            error.insert("request_id".to_owned(), context.request_id.into());
            if *more > 0 {
                error.insert("more".to_owned(), (*more).into());
            }
            body.set("error", error);
            return body;
        }
        let message = self.message(context);
        body.set("message", message.clone());
        body.set("detail", message);
        body.set("code", self.code());
        body.set("request_id", context.request_id);
        self.add_details(&mut body, context.language);
        body
    }

    /// The sentence of an error that is not about fields.
    fn message(&self, context: Context<'_>) -> String {
        let mut args = FluentArgs::new();
        match self.kind() {
            Kind::Conflict(conflict) => return messages::conflict(context.language, conflict),
            Kind::MalformedJson(fault) => {
                args.set("fault", fault.problem.word());
                args.set("line", fault.line);
                args.set("column", fault.column);
            }
            Kind::MalformedCsv(fault) => {
                args.set("fault", fault.problem.word());
                args.set("line", fault.line);
                args.set("column", fault.column);
            }
            Kind::BodyNotAnObject { found } => args.set("found", *found),
            Kind::MethodNotAllowed => args.set("method", context.method),
            Kind::AddressTooLong { limit } | Kind::BodyTooLarge { limit } => args.set("limit", *limit),
            Kind::TooManyAtOnce { most } => args.set("most", *most),
            Kind::UnsupportedMediaType { media_type } => args.set("media_type", media_type.as_str()),
            Kind::RateLimited { retry_after } => args.set("wait", whole_seconds(*retry_after)),
            _ => {}
        }
        messages::web(context.language, self.code(), &args)
    }

    fn add_details(&self, body: &mut Body, language: Language) {
        match self.kind() {
            Kind::Conflict(conflict) => add_conflict(body, conflict, self.vocabulary()),
            Kind::InvalidQuery(errors) => {
                let parameters: Map<String, Value> =
                    texts(errors, self.vocabulary(), language).into_iter().map(|(name, text)| (name, text.into())).collect();
                body.set("errors", parameters);
            }
            Kind::MalformedJson(fault) => {
                body.set("line", fault.line);
                body.set("column", fault.column);
            }
            Kind::MalformedCsv(fault) => {
                body.set("line", fault.line);
                let place = if fault.problem == CsvProblem::Encoding { "byte" } else { "column" };
                body.set(place, fault.column);
            }
            _ => {}
        }
    }
}

/// Path and text of each error in the order they came; several on one path are joined, the same one is said once.
fn texts(errors: &[FieldError], vocabulary: Vocabulary, language: Language) -> Vec<(String, String)> {
    let mut texts: Vec<(String, Vec<String>)> = Vec::with_capacity(errors.len());
    let mut places: HashMap<String, usize> = HashMap::with_capacity(errors.len());
    for error in errors {
        let path = vocabulary.path(&error.path);
        let text = messages::reason(language, &error.reason);
        let place = *places.entry(path.clone()).or_insert_with(|| {
            texts.push((path, Vec::new()));
            texts.len() - 1
        });
        let said = &mut texts[place].1;
        if !said.contains(&text) {
            said.push(text);
        }
    }
    texts.into_iter().map(|(path, said)| (path, said.join(" "))).collect()
}

/// What the channel needs to act on a conflict.
///
/// The match is complete on purpose: who adds a conflict decides here what the client is told.
fn add_conflict(body: &mut Body, conflict: &Conflict, vocabulary: Vocabulary) {
    let field = |body: &mut Body, line: usize, field: LineField| body.set("field", vocabulary.line(line, field));
    // In the old words, and in the contract's own too, which does not say that these names follow the dialect.
    let time = |body: &mut Body, at: Timestamp| body.set_as(&[vocabulary.date, "inventory_at"], dated(at).map(format_instant));
    let option_code = |body: &mut Body, option: &OptionId| body.set_as(&[vocabulary.option, "option_code"], option.to_string());
    match conflict {
        Conflict::SoldOut { option, inventory_at, remain, line } => {
            option_code(body, option);
            time(body, *inventory_at);
            body.set("remain_quantity", *remain);
            field(body, *line, LineField::Quantity);
        }
        Conflict::ProductNotAssigned { line } => field(body, *line, LineField::Registration),
        Conflict::ProductNotOnSale { from, to, line } => {
            body.set("start_date_of_the_sale", from.map(|date| date.to_string()));
            body.set("end_date_of_the_sale", to.map(|date| date.to_string()));
            field(body, *line, LineField::Registration);
        }
        Conflict::OptionInactive { option, line } => {
            option_code(body, option);
            field(body, *line, LineField::Option);
        }
        Conflict::InventoryClosed { option, inventory_at, line } | Conflict::InventoryPast { option, inventory_at, line } => {
            option_code(body, option);
            time(body, *inventory_at);
            field(body, *line, LineField::Inventory);
        }
        Conflict::CutOffPassed { option, inventory_at, closed_at, line } => {
            option_code(body, option);
            time(body, *inventory_at);
            body.set("closed_at", format_instant(*closed_at));
            field(body, *line, LineField::Inventory);
        }
        Conflict::OrderCodeReused
        | Conflict::ReviewCodeReused
        | Conflict::QuestionCodeReused
        | Conflict::CodeTaken
        | Conflict::DraftOpen
        | Conflict::NotPublished
        | Conflict::KeyEnded => {}
        Conflict::TransitionNotAllowed { order, order_status, ticket } => {
            body.set("ax_order_code", order.to_string());
            body.set("ax_order_status", vocabulary.order_status(*order_status));
            if let Some((ticket, status)) = ticket {
                body.set(vocabulary.ticket_code_name(), ticket.to_string());
                body.set(vocabulary.ticket_status_name(), vocabulary.ticket_status(*status));
            }
        }
        Conflict::TicketUsed { order, order_status, tickets } => {
            let used = vocabulary.ticket_status(axhub_domain::state::TicketStatus::Used);
            body.set("ax_order_code", order.to_string());
            body.set("ax_order_status", vocabulary.order_status(*order_status));
            if let [ticket] = tickets.as_slice() {
                body.set(vocabulary.ticket_code_name(), ticket.to_string());
                body.set(vocabulary.ticket_status_name(), used.clone());
            }
            let list: Vec<Value> = tickets
                .iter()
                .map(|ticket| json!({ vocabulary.ticket_code_name(): ticket.to_string(), vocabulary.ticket_status_name(): used }))
                .collect();
            body.set("tickets", list);
        }
        Conflict::TicketNotCanceled { order, order_status, ticket: (ticket, status) } => {
            body.set("ax_order_code", order.to_string());
            body.set("ax_order_status", vocabulary.order_status(*order_status));
            body.set(vocabulary.ticket_code_name(), ticket.to_string());
            body.set(vocabulary.ticket_status_name(), vocabulary.ticket_status(*status));
        }
        Conflict::UndoTooLate { ticket, used_at } => {
            body.set(vocabulary.ticket_code_name(), ticket.to_string());
            body.set("used_at", format_instant(*used_at));
        }
        Conflict::RefundReported { ticket, amount } => {
            body.set(vocabulary.ticket_code_name(), ticket.to_string());
            body.set("channel_refunded_price", amount.to_string());
        }
        Conflict::StockBelowSold { rows, more } | Conflict::StockBelowAllotted { rows, more } => {
            let row = |row: &StockInUse| stock_row(vocabulary, &row.option, row.date, row.start_time, ("in_use", row.in_use));
            body.set("rows", rows.iter().map(row).collect::<Vec<Value>>());
            body.set("more", *more);
        }
        Conflict::AllotmentExceedsStock { rows, more } => {
            let row = |row: &StockLeft| stock_row(vocabulary, &row.option, row.date, row.start_time, ("possible_quantity", row.most));
            body.set("rows", rows.iter().map(row).collect::<Vec<Value>>());
            body.set("more", *more);
        }
        Conflict::MonthNotOver { closes_from } => body.set("closes_from", format_instant(*closes_from)),
        Conflict::VersionChanged { version } | Conflict::NoDraft { version } => body.set("version", *version),
        Conflict::AssignedByRule { rule } => body.set("rule_code", rule.to_string()),
    }
}

/// A stock row that stands in the way, and the number that says why.
fn stock_row(vocabulary: Vocabulary, option: &OptionId, date: Date, start_time: Option<Time>, (name, units): (&str, i64)) -> Value {
    json!({
        vocabulary.option: option.to_string(),
        "date": (date != UNDATED).then(|| date.to_string()),
        "start_time": start_time.map(|time| time.strftime("%H:%M").to_string()),
        name: units,
    })
}

#[cfg(test)]
#[path = "body_tests.rs"]
mod tests;
