//! A channel's own list of tickets, read from a table.

use axhub_domain::csv::{CsvProblem, TableRow};
use axhub_domain::money::{AmountError, Money};
use axhub_domain::reconcile::{Listed, ListedStatus};
use axhub_domain::refusal::{FieldError, Reason};
use axhub_web::error::Kind;
use axhub_web::{ApiError, Errors, csv};

/// The most lines of a list.
pub const MAX_LINES: usize = 200_000;

/// The most characters of a code.
const MAX_CODE: usize = 255;

/// What a column is for: its names, the preferred one first. The others are those of our own table.
const ORDER: &[&str] = &["channel_order_code"];
const AX_TICKET: &[&str] = &["ax_ticket_code"];
const CHANNEL_TICKET: &[&str] = &["channel_ticket_code"];
const STATUS: &[&str] = &["status", "ticket_status"];
const AMOUNT: &[&str] = &["amount", "unit_selling_price"];
const CURRENCY: &[&str] = &["currency"];

/// Where the columns stand.
struct Columns {
    order: Option<usize>,
    ax_ticket: Option<usize>,
    channel_ticket: Option<usize>,
    status: Option<usize>,
    amount: Option<usize>,
    currency: Option<usize>,
}

/// Reads a list. Columns are found by their names, in any order and any case; others are passed over.
///
/// # Errors
/// 400 `malformed_csv`; 400 with every missing column, or every wrong cell as `line 17, amount`.
pub fn read(bytes: &[u8]) -> Result<Vec<Listed>, ApiError> {
    let table = csv::read(bytes, MAX_LINES).map_err(|error| match error.kind() {
        Kind::MalformedCsv(fault) if fault.problem == CsvProblem::Lines => {
            ApiError::from(FieldError::new("lines", Reason::TooMany { max: MAX_LINES }))
        }
        _ => error,
    })?;
    let errors = Errors::default();
    let columns = columns(&table.columns, &errors);
    if !errors.is_empty() {
        return errors.or(Vec::new());
    }
    let list = table.rows.iter().map(|row| listed(row, &columns, &errors)).collect();
    errors.or(list)
}

fn columns(names: &[String], errors: &Errors) -> Columns {
    let find = |wanted: &[&str]| {
        let is = |name: &String, wanted: &str| name.eq_ignore_ascii_case(wanted);
        let wanted = wanted.iter().find(|wanted| names.iter().any(|name| is(name, wanted)))?;
        let mut places = names.iter().enumerate().filter(|(_, name)| is(name, wanted)).map(|(at, _)| at);
        let first = places.next();
        if places.next().is_some() {
            errors.add(wanted, Reason::Repeated);
        }
        first
    };
    let columns = Columns {
        order: find(ORDER),
        ax_ticket: find(AX_TICKET),
        channel_ticket: find(CHANNEL_TICKET),
        status: find(STATUS),
        amount: find(AMOUNT),
        currency: find(CURRENCY),
    };
    if columns.order.is_none() {
        errors.add(ORDER[0], Reason::Required);
    }
    if columns.ax_ticket.or(columns.channel_ticket).is_none() {
        errors.add(AX_TICKET[0], Reason::Required);
    }
    columns
}

fn listed(row: &TableRow, columns: &Columns, errors: &Errors) -> Listed {
    let wrong = |column: &str, reason: Reason| errors.add(format_args!("line {}, {column}", row.line), reason);
    let cell = |at: Option<usize>| at.and_then(|at| row.cell(at)).map(plain).filter(|cell| !cell.is_empty());
    let code = |at: Option<usize>, column: &str| {
        let code = cell(at)?;
        if code.chars().count() > MAX_CODE {
            wrong(column, Reason::TooLong { max: MAX_CODE });
        }
        Some(code.to_owned())
    };
    let channel_order_code = code(columns.order, ORDER[0]);
    let ax_ticket_code = code(columns.ax_ticket, AX_TICKET[0]);
    let channel_ticket_code = code(columns.channel_ticket, CHANNEL_TICKET[0]);
    if channel_order_code.is_none() {
        wrong(ORDER[0], Reason::Blank);
    }
    if ax_ticket_code.is_none() && channel_ticket_code.is_none() {
        let column = if columns.ax_ticket.is_some() { AX_TICKET[0] } else { CHANNEL_TICKET[0] };
        wrong(column, Reason::Blank);
    }
    Listed {
        line: row.line,
        channel_order_code: channel_order_code.unwrap_or_default(),
        ax_ticket_code,
        channel_ticket_code,
        status: cell(columns.status).and_then(|text| {
            ListedStatus::read(text).or_else(|| {
                wrong(STATUS[0], unknown_status(text));
                None
            })
        }),
        amount: cell(columns.amount).and_then(|text| amount(text).map_err(|reason| wrong(AMOUNT[0], reason)).ok()),
        currency: code(columns.currency, CURRENCY[0]),
    }
}

/// A cell without the white space around it, and without the `'` that keeps spreadsheets from taking it for a formula.
fn plain(cell: &str) -> &str {
    let cell = cell.trim();
    cell.strip_prefix('\'').filter(|rest| rest.starts_with(['=', '+', '-', '@'])).unwrap_or(cell)
}

fn unknown_status(text: &str) -> Reason {
    let choices = ["New", "Used", "Traveler canceled", "Supplier canceled", "Canceled"];
    Reason::NotAChoice { value: text.chars().take(64).collect(), choices: choices.map(str::to_owned).to_vec() }
}

fn amount(text: &str) -> Result<Money, Reason> {
    text.parse().map_err(|error| match error {
        AmountError::NotANumber => Reason::NotANumber,
        AmountError::TooPrecise => Reason::TooPrecise,
        AmountError::Negative => Reason::TooSmall { min: 0 },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statements::{document::sample, table};
    use axhub_domain::reconcile::reconcile;
    use axhub_domain::state::TicketStatus;

    /// Path and code of each error.
    fn faults(text: &str) -> Vec<(String, &'static str)> {
        let error = read(text.as_bytes()).unwrap_err();
        let Kind::Fields { errors, .. } = error.kind() else { panic!("{error:?}") };
        let fault = |error: &FieldError| match &error.path {
            axhub_domain::refusal::FieldPath::Text(path) => (path.clone(), error.reason.code()),
            other => panic!("{other:?}"),
        };
        errors.iter().map(fault).collect()
    }

    #[test]
    fn columns_are_found_by_their_names() {
        let text = "Amount,remark,CHANNEL_TICKET_CODE,channel_order_code,status\r\n 99000 ,x,T-1, A-1,used\r\n\r\n,,'-2,A-2,\r\n";
        let list = read(text.as_bytes()).unwrap();
        let first = Listed {
            line: 2,
            channel_order_code: "A-1".to_owned(),
            ax_ticket_code: None,
            channel_ticket_code: Some("T-1".to_owned()),
            status: Some(ListedStatus::Is(TicketStatus::Used)),
            amount: "99000".parse().ok(),
            currency: None,
        };
        let second = Listed {
            line: 4,
            channel_order_code: "A-2".to_owned(),
            channel_ticket_code: Some("-2".to_owned()),
            status: None,
            amount: None,
            ..first.clone()
        };
        assert_eq!(list, [first, second]);
    }

    #[test]
    fn every_wrong_cell_is_named() {
        assert_eq!(faults("a,b\n1,2\n"), [("channel_order_code".to_owned(), "required"), ("ax_ticket_code".to_owned(), "required")]);
        assert_eq!(
            faults("channel_order_code,ax_ticket_code,amount,Amount,channel_order_code\n"),
            [("channel_order_code".to_owned(), "repeated"), ("amount".to_owned(), "repeated")]
        );
        let long = "x".repeat(256);
        let text = format!(
            "channel_order_code,channel_ticket_code,status,amount,currency\n,T,,,\nA,,,,\nA,T,gone,-1,KRW\nA,T,,\"1,000\",KRW\n{long},T,,1.000001,\n"
        );
        assert_eq!(
            faults(&text),
            [
                ("line 2, channel_order_code".to_owned(), "blank"),
                ("line 3, channel_ticket_code".to_owned(), "blank"),
                ("line 4, status".to_owned(), "not_a_choice"),
                ("line 4, amount".to_owned(), "too_small"),
                ("line 5, amount".to_owned(), "not_a_number"),
                ("line 6, channel_order_code".to_owned(), "too_long"),
                ("line 6, amount".to_owned(), "too_precise"),
            ]
        );
    }

    #[test]
    fn a_list_may_be_long_but_not_endless() {
        let lines = |count: usize| format!("channel_order_code,ax_ticket_code\n{}", "A,T\n".repeat(count));
        assert_eq!(read(lines(MAX_LINES).as_bytes()).unwrap().len(), MAX_LINES);
        assert_eq!(faults(&lines(MAX_LINES + 1)), [("lines".to_owned(), "too_many")]);
    }

    #[test]
    fn the_page_of_limits_tells_how_long() {
        let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/limits.md")).unwrap();
        assert!(page.contains(&format!("| lines of a channel's own list | {},{:03} |", MAX_LINES / 1000, MAX_LINES % 1000)));
    }

    #[test]
    fn our_own_table_agrees_with_us() {
        let statement = sample();
        let list = read(table::write(&statement).as_bytes()).unwrap();
        let result = reconcile(&statement, &list);
        assert_eq!((result.agreeing, result.total()), (2, 0));
    }
}
