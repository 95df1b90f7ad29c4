//! Statements say what the tickets say: each ticket is sold in exactly one month, and what was cancelled or used in a month
//! stands in that month's statement; and the sums are those of the lines.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use axhub_domain::state::TicketStatus;
use axhub_domain::statement::{Happened, Line, Statement, Sum, Sums};
use jiff::Timestamp;
use uuid::Uuid;

use super::Finding;
use super::facts::OrderFact;
use super::view::View;
use crate::history::{Answer, Ask, Record};

/// A line is missing, or too much.
pub(super) const LINES: &str = "statement unlike its tickets";
/// A sum is wrong.
pub(super) const SUMS: &str = "statement adds up wrong";

/// What happened to which ticket.
type Happenings = BTreeMap<What, BTreeSet<Uuid>>;

/// As [`Happened`], which cannot be a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    Sold,
    Canceled,
    Redeemed,
}

pub(super) fn check(view: &View<'_>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = view.facts.statements.iter().flat_map(|statement| lines(view, statement)).collect();
    findings.extend(view.facts.statements.iter().flat_map(sums));
    findings.extend(sold_once(view));
    findings.extend(read_meanwhile(view));
    findings
}

/// A statement has a line for everything that happened in its month, and for nothing else.
fn lines(view: &View<'_>, statement: &Statement) -> Vec<Finding> {
    let name = format!("{}/{}/{}", statement.channel_code, statement.supplier_code, statement.month);
    let (Ok(from), Ok(to)) = (statement.from.parse::<Timestamp>(), statement.to.parse::<Timestamp>()) else {
        return vec![Finding::new(LINES, format!("{name} begins or ends at no time"))];
    };
    let is_its = |order: &&OrderFact| {
        let channel = view.world.channels.iter().find(|channel| channel.id == order.channel).map(|channel| &channel.code);
        let supplier = view.world.suppliers.iter().find(|supplier| supplier.id == order.supplier).map(|supplier| &supplier.code);
        channel == Some(&statement.channel_code) && supplier == Some(&statement.supplier_code)
    };
    let mut expected = Happenings::new();
    for order in view.facts.orders.iter().filter(is_its) {
        for (what, ticket, at) in happenings(order) {
            if from <= at && at < to {
                expected.entry(what).or_default().insert(ticket);
            }
        }
    }
    let mut told = Happenings::new();
    for line in &statement.lines {
        for what in &line.events {
            let what = match what {
                Happened::Sold => What::Sold,
                Happened::Canceled => What::Canceled,
                Happened::Redeemed => What::Redeemed,
                // Nobody reports refunds here.
                Happened::Refunded => continue,
            };
            told.entry(what).or_default().insert(line.ax_ticket_code.0);
        }
    }
    let all = [What::Sold, What::Canceled, What::Redeemed];
    let differing = all.into_iter().filter_map(|what| {
        let (expected, told) = (expected.get(&what).cloned().unwrap_or_default(), told.get(&what).cloned().unwrap_or_default());
        let (missing, extra) = (expected.difference(&told).count(), told.difference(&expected).count());
        (missing + extra > 0).then(|| Finding::new(LINES, format!("{name}: {what:?} lacks {missing} tickets and has {extra} too many")))
    });
    let mut findings: Vec<Finding> = differing.collect();
    if statement.lines.len() != statement.lines.iter().map(|line| line.ax_ticket_code).collect::<BTreeSet<_>>().len() {
        findings.push(Finding::new(LINES, format!("{name} has a ticket twice")));
    }
    findings
}

/// What happened to an order's tickets, and when.
fn happenings(order: &OrderFact) -> Vec<(What, Uuid, Timestamp)> {
    let mut all: Vec<_> = order.tickets.iter().map(|ticket| (What::Sold, ticket.id, order.created_at)).collect();
    // A redemption that was undone has never happened, so the last word of a ticket counts.
    let mut last = HashMap::new();
    for event in &order.events {
        if let Some(ticket) = event.ticket {
            last.insert(ticket, (TicketStatus::from_digit(event.to), event.at));
        }
    }
    all.extend(last.into_iter().filter_map(|(ticket, (to, at))| match to? {
        TicketStatus::TravelerCanceled | TicketStatus::SupplierCanceled => Some((What::Canceled, ticket, at)),
        TicketStatus::Used => Some((What::Redeemed, ticket, at)),
        TicketStatus::New => None,
    }));
    all
}

/// What was read of a month while tickets were sold never becomes less, up to what it comes to in the end.
fn read_meanwhile(view: &View<'_>) -> Vec<Finding> {
    let mut reads = BTreeMap::<_, Vec<(&Record, u64)>>::new();
    for record in view.records {
        if let (Ask::Statement { channel, supplier, month }, Some(Answer::Statement { sold })) = (&record.ask, record.answer()) {
            reads.entry((*channel, *supplier, *month)).or_default().push((record, *sold));
        }
    }
    let mut findings = Vec::new();
    for ((channel, supplier, month), reads) in reads {
        let (channel, supplier) = (&view.world.channels[channel].code, &view.world.suppliers[supplier].code);
        let is_it = |of: &&Statement| (&of.channel_code, &of.supplier_code, of.month) == (channel, supplier, month);
        let in_the_end: u64 = view.facts.statements.iter().find(is_it).map_or(0, |of| of.totals.iter().map(|total| total.sold.count).sum());
        for (record, sold) in &reads {
            let before = reads.iter().filter(|(earlier, _)| earlier.end < record.begin).map(|(_, sold)| *sold).max().unwrap_or(0);
            if *sold < before || *sold > in_the_end {
                let text = format!(
                    "{channel}/{supplier}/{month}: request {} read {sold} sold, after {before}; in the end there are {in_the_end}",
                    record.id
                );
                findings.push(Finding::new(LINES, text));
            }
        }
    }
    findings
}

/// The sums are those of the lines.
fn sums(statement: &Statement) -> Vec<Finding> {
    let sum_of = |total: &axhub_domain::statement::Total, what: Happened| {
        let is_in =
            |line: &&Line| (line.net_currency, line.currency) == (total.net_currency, total.currency) && line.events.contains(&what);
        statement.lines.iter().filter(is_in).fold(Sums::default(), |sums, line| Sums {
            count: sums.count + 1,
            net: sums.net.plus(line.unit_net.unwrap_or_default()),
            selling: sums.selling.plus(line.unit_selling_price),
        })
    };
    let mut findings = Vec::new();
    for total in &statement.totals {
        let kinds = [(Happened::Sold, total.sold), (Happened::Canceled, total.canceled), (Happened::Redeemed, total.redeemed)];
        for (what, told) in kinds {
            let is = sum_of(total, what);
            if is != told {
                let text = format!(
                    "{}/{}/{}: {what:?} is {told:?}, its lines are {is:?}",
                    statement.channel_code, statement.supplier_code, statement.month
                );
                findings.push(Finding::new(SUMS, text));
            }
        }
    }
    let counted: u64 = statement.totals.iter().map(|total| total.sold.count).sum();
    let sold = statement.lines.iter().filter(|line| line.events.contains(&Happened::Sold)).count();
    if counted != sold as u64 {
        findings.push(Finding::new(SUMS, format!("{}: {sold} tickets are sold, counted are {counted}", statement.month)));
    }
    findings
}

/// Every ticket was sold in exactly one month, for the price of its order.
fn sold_once(view: &View<'_>) -> Vec<Finding> {
    let mut told = HashMap::<Uuid, usize>::new();
    let mut selling = Sum::default();
    for line in view.facts.statements.iter().flat_map(|statement| &statement.lines).filter(|line| line.events.contains(&Happened::Sold)) {
        *told.entry(line.ax_ticket_code.0).or_default() += 1;
        selling = selling.plus(line.unit_selling_price);
    }
    let wrong = view.facts.orders.iter().flat_map(|order| &order.tickets).filter(|ticket| told.get(&ticket.id) != Some(&1));
    let mut findings: Vec<Finding> = wrong
        .map(|ticket| Finding::new(LINES, format!("ticket {} is sold in {} months", ticket.id, told.get(&ticket.id).unwrap_or(&0))))
        .collect();
    let prices = view.facts.orders.iter().filter_map(|order| order.unit_price.times(u32::try_from(order.tickets.len()).ok()?));
    let sum = prices.fold(Sum::default(), Sum::plus);
    if sum != selling {
        findings.push(Finding::new(SUMS, format!("orders come to {sum}, statements to {selling}")));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::samples::Sample;
    use super::*;
    use crate::history::Act;

    fn sample() -> Sample {
        let mut sample = Sample::new();
        let order = sample.place("A", 2);
        sample.act(order, Act::ChannelCancelTicket, Some(0));
        sample.make_statement();
        sample
    }

    #[test]
    fn a_statement_like_its_tickets_is_fine() {
        let sample = sample();
        assert_eq!(sample.facts.statements[0].lines.len(), 2);
        assert_eq!(sample.findings_of(check), []);
    }

    #[test]
    fn a_ticket_without_a_line_is_found() {
        let mut sample = sample();
        sample.facts.statements[0].lines.pop();
        assert_eq!(sample.rules_broken(check), [SUMS, LINES]);
    }

    #[test]
    fn a_cancellation_that_is_not_told_is_found() {
        let mut sample = sample();
        for line in &mut sample.facts.statements[0].lines {
            line.events.retain(|what| *what != Happened::Canceled);
        }
        assert_eq!(sample.rules_broken(check), [SUMS, LINES]);
    }

    #[test]
    fn a_month_that_has_less_than_was_read_before_is_found() {
        let mut sample = sample();
        sample.read_statement(1);
        sample.read_statement(2);
        assert_eq!(sample.findings_of(check), []);
        sample.read_statement(1);
        assert_eq!(sample.rules_broken(check), [LINES]);
        sample.records.pop();
        sample.read_statement(3);
        assert_eq!(sample.rules_broken(check), [LINES]);
    }

    #[test]
    fn a_wrong_sum_is_found() {
        let mut sample = sample();
        sample.facts.statements[0].totals[0].sold.selling = Sum::default();
        assert_eq!(sample.rules_broken(check), [SUMS]);
    }
}
