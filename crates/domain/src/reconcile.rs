//! A channel's own list of tickets held against a statement: what only one of the two has, and where they disagree.

use std::collections::HashMap;

use serde::Serialize;

use crate::money::Money;
use crate::state::TicketStatus;
use crate::statement::{Line, Statement};

/// The most differences that are told; the rest is only counted.
pub const MAX_DIFFERENCES: usize = 10_000;

/// A ticket as the channel lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The line of the channel's list, counted from 1.
    pub line: usize,
    /// The channel's code of the order.
    pub channel_order_code: String,
    /// The hub's code of the ticket, which says enough, when the channel kept it.
    pub ax_ticket_code: Option<String>,
    /// The channel's code of the ticket.
    pub channel_ticket_code: Option<String>,
    /// The state.
    pub status: Option<ListedStatus>,
    /// What a unit was sold for.
    pub amount: Option<Money>,
    /// In which currency.
    pub currency: Option<String>,
}

/// A state as channels write it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListedStatus {
    /// This very state.
    Is(TicketStatus),
    /// Cancelled, by whomever.
    Canceled,
}

impl ListedStatus {
    /// The words that channels may write besides the contract's, which may also be its digits.
    pub const WORDS: [(&str, ListedStatus); 6] = [
        ("sold", ListedStatus::Is(TicketStatus::New)),
        ("redeemed", ListedStatus::Is(TicketStatus::Used)),
        ("canceled", ListedStatus::Canceled),
        ("cancelled", ListedStatus::Canceled),
        ("traveler cancelled", ListedStatus::Is(TicketStatus::TravelerCanceled)),
        ("supplier cancelled", ListedStatus::Is(TicketStatus::SupplierCanceled)),
    ];

    /// Reads a word in any case, or a digit.
    pub fn read(text: &str) -> Option<ListedStatus> {
        let word = text.trim().to_lowercase();
        let exact = TicketStatus::ALL.iter().find(|status| status.word().to_lowercase() == word || status.digit().to_string() == word);
        let loose = || ListedStatus::WORDS.iter().find(|(known, _)| *known == word).map(|(_, status)| *status);
        exact.map(|status| ListedStatus::Is(*status)).or_else(loose)
    }

    fn agrees_with(self, status: TicketStatus) -> bool {
        match self {
            ListedStatus::Is(listed) => listed == status,
            ListedStatus::Canceled => matches!(status, TicketStatus::TravelerCanceled | TicketStatus::SupplierCanceled),
        }
    }

    fn word(self) -> &'static str {
        match self {
            ListedStatus::Is(status) => status.word(),
            ListedStatus::Canceled => "Canceled",
        }
    }
}

/// How a list and a statement can differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DifferenceKind {
    /// The list has a ticket that the statement has not.
    MissingHere,
    /// The statement has a ticket that the list has not.
    MissingThere,
    /// The list has a ticket again.
    Repeated,
    /// The ticket belongs to another of the channel's orders.
    OrderDiffers,
    /// The states differ.
    StatusDiffers,
    /// The amounts differ.
    AmountDiffers,
    /// The currencies differ.
    CurrencyDiffers,
}

impl DifferenceKind {
    /// All kinds.
    pub const ALL: [DifferenceKind; 7] = [
        DifferenceKind::MissingHere,
        DifferenceKind::MissingThere,
        DifferenceKind::Repeated,
        DifferenceKind::OrderDiffers,
        DifferenceKind::StatusDiffers,
        DifferenceKind::AmountDiffers,
        DifferenceKind::CurrencyDiffers,
    ];
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Which.
    pub kind: DifferenceKind,
    /// The line of the channel's list; none for what it has not.
    pub line: Option<usize>,
    /// Of a repeated ticket, the line that has it first.
    pub first_line: Option<usize>,
    /// The channel's code of the order: the list's, or the statement's for what the list has not.
    pub channel_order_code: String,
    /// The hub's code of the ticket, as far as known.
    pub ax_ticket_code: Option<String>,
    /// The channel's code of the ticket, as far as known.
    pub channel_ticket_code: Option<String>,
    /// What the statement says.
    pub here: Option<String>,
    /// What the list says.
    pub there: Option<String>,
}

/// How a list and a statement compare.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reconciliation {
    /// Tickets of the list.
    pub listed: usize,
    /// Tickets of the statement.
    pub stated: usize,
    /// Tickets that both have, with nothing to say about them.
    pub agreeing: usize,
    /// How many differences there are of each kind.
    pub counts: HashMap<DifferenceKind, usize>,
    /// The differences: in the order of the list, then what it has not. At most [`MAX_DIFFERENCES`].
    pub differences: Vec<Difference>,
}

impl Reconciliation {
    /// How many differences there are in all.
    pub fn total(&self) -> usize {
        self.counts.values().sum()
    }

    fn add(&mut self, difference: Difference) {
        *self.counts.entry(difference.kind).or_default() += 1;
        if self.differences.len() < MAX_DIFFERENCES {
            self.differences.push(difference);
        }
    }
}

/// Holds a channel's list against a statement.
///
/// A ticket is found by the hub's code, or by the channel's codes of the order and the ticket. Where a channel gave several
/// tickets of an order the same code, each of its lines means another of them.
pub fn reconcile(statement: &Statement, list: &[Listed]) -> Reconciliation {
    let lines = &statement.lines;
    let mut by_ax_code = HashMap::new();
    let mut by_channel_codes = HashMap::<(&str, &str), Vec<usize>>::new();
    for (at, line) in lines.iter().enumerate() {
        by_ax_code.insert(line.ax_ticket_code.to_string(), at);
        if let Some(code) = &line.channel_ticket_code {
            by_channel_codes.entry((&line.channel_order_code, code)).or_default().push(at);
        }
    }
    // The line of the list that named each line of the statement first.
    let mut named: Vec<Option<usize>> = vec![None; lines.len()];
    let mut unknown = HashMap::<(&str, Option<&str>, Option<&str>), usize>::new();
    let mut result = Reconciliation { listed: list.len(), stated: lines.len(), ..Reconciliation::default() };

    for listed in list {
        let found = match &listed.ax_ticket_code {
            Some(code) => by_ax_code.get(&code.to_ascii_lowercase()).copied(),
            None => listed.channel_ticket_code.as_deref().and_then(|code| {
                let same = by_channel_codes.get(&(listed.channel_order_code.as_str(), code))?;
                same.iter().find(|at| named[**at].is_none()).or(same.last()).copied()
            }),
        };
        let Some(at) = found else {
            let key = (listed.channel_order_code.as_str(), listed.ax_ticket_code.as_deref(), listed.channel_ticket_code.as_deref());
            let first_line = unknown.get(&key).copied();
            unknown.entry(key).or_insert(listed.line);
            let kind = if first_line.is_some() { DifferenceKind::Repeated } else { DifferenceKind::MissingHere };
            result.add(Difference { first_line, ..of_list(kind, listed, None) });
            continue;
        };
        let line = &lines[at];
        if let Some(first_line) = named[at] {
            result.add(Difference { first_line: Some(first_line), ..of_list(DifferenceKind::Repeated, listed, Some(line)) });
            continue;
        }
        named[at] = Some(listed.line);
        let differing = compare(listed, line);
        if differing.is_empty() {
            result.agreeing += 1;
        }
        for (kind, here, there) in differing {
            result.add(Difference { here: Some(here), there: Some(there), ..of_list(kind, listed, Some(line)) });
        }
    }
    for (line, _) in lines.iter().zip(&named).filter(|(_, named)| named.is_none()) {
        result.add(missing_there(line));
    }
    result
}

/// Where both have a ticket: what they say differently, with what the statement and the list say.
fn compare(listed: &Listed, line: &Line) -> Vec<(DifferenceKind, String, String)> {
    let mut differing = Vec::new();
    if listed.channel_order_code != line.channel_order_code {
        differing.push((DifferenceKind::OrderDiffers, line.channel_order_code.clone(), listed.channel_order_code.clone()));
    }
    if let Some(status) = listed.status.filter(|status| !status.agrees_with(line.ticket_status)) {
        differing.push((DifferenceKind::StatusDiffers, line.ticket_status.word().to_owned(), status.word().to_owned()));
    }
    if let Some(amount) = listed.amount.filter(|amount| *amount != line.unit_selling_price) {
        differing.push((DifferenceKind::AmountDiffers, line.unit_selling_price.to_string(), amount.to_string()));
    }
    if let Some(currency) = listed.currency.as_ref().filter(|currency| !currency.eq_ignore_ascii_case(line.currency.code())) {
        differing.push((DifferenceKind::CurrencyDiffers, line.currency.code().to_owned(), currency.clone()));
    }
    differing
}

fn of_list(kind: DifferenceKind, listed: &Listed, line: Option<&Line>) -> Difference {
    let known_code = line.map(|line| line.ax_ticket_code.to_string());
    Difference {
        kind,
        line: Some(listed.line),
        first_line: None,
        channel_order_code: listed.channel_order_code.clone(),
        ax_ticket_code: known_code.or_else(|| listed.ax_ticket_code.clone()),
        channel_ticket_code: listed.channel_ticket_code.clone().or_else(|| line.and_then(|line| line.channel_ticket_code.clone())),
        here: None,
        there: None,
    }
}

fn missing_there(line: &Line) -> Difference {
    Difference {
        kind: DifferenceKind::MissingThere,
        line: None,
        first_line: None,
        channel_order_code: line.channel_order_code.clone(),
        ax_ticket_code: Some(line.ax_ticket_code.to_string()),
        channel_ticket_code: line.channel_ticket_code.clone(),
        here: Some(line.events.iter().map(|event| event.word()).collect::<Vec<_>>().join(" ")),
        there: None,
    }
}

#[cfg(test)]
#[path = "reconcile_tests.rs"]
mod tests;
