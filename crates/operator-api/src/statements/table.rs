//! The lines of a statement as a table (CSV), for spreadsheets. The columns are the members of a line.

use axhub_domain::csv::CsvWriter;
use axhub_domain::statement::{Line, Statement};

/// The columns, in order.
pub const COLUMNS: [&str; 24] = [
    "ax_ticket_code",
    "channel_ticket_code",
    "ax_order_code",
    "channel_order_code",
    "product_code",
    "product_name",
    "option_code",
    "option_name",
    "date",
    "start_time",
    "ticket_status",
    "events",
    "sold_at",
    "canceled_at",
    "canceled_by",
    "refunded_at",
    "refund_amount",
    "redeemed_at",
    "unit_net",
    "net_currency",
    "mark_up",
    "rate",
    "unit_selling_price",
    "currency",
];

/// The lines of a statement under a header row. What is null in JSON is an empty cell; several events stand in one cell,
/// parted by spaces.
pub fn write(statement: &Statement) -> String {
    let mut table = CsvWriter::new(COLUMNS);
    for line in &statement.lines {
        table.row(cells(line).iter().map(String::as_str));
    }
    table.finish()
}

fn cells(line: &Line) -> [String; COLUMNS.len()] {
    fn cell(value: Option<&impl ToString>) -> String {
        value.map(ToString::to_string).unwrap_or_default()
    }
    let events: Vec<&str> = line.events.iter().map(|event| event.word()).collect();
    [
        line.ax_ticket_code.to_string(),
        cell(line.channel_ticket_code.as_ref()),
        line.ax_order_code.to_string(),
        line.channel_order_code.clone(),
        line.product_code.to_string(),
        line.product_name.clone(),
        line.option_code.to_string(),
        line.option_name.clone(),
        cell(line.date.as_ref()),
        cell(line.start_time.as_ref()),
        line.ticket_status.word().to_owned(),
        events.join(" "),
        line.sold_at.clone(),
        cell(line.canceled_at.as_ref()),
        cell(line.canceled_by.as_ref()),
        cell(line.refunded_at.as_ref()),
        cell(line.refund_amount.as_ref()),
        cell(line.redeemed_at.as_ref()),
        cell(line.unit_net.as_ref()),
        cell(line.net_currency.as_ref()),
        cell(line.mark_up.as_ref()),
        cell(line.rate.as_ref()),
        line.unit_selling_price.to_string(),
        line.currency.to_string(),
    ]
}

#[cfg(test)]
mod tests {
    use axhub_web::csv;
    use serde_json::Value;

    use super::*;
    use crate::statements::document::sample;

    #[test]
    fn a_row_says_what_the_line_says() {
        let statement = sample();
        let table = csv::read(write(&statement).as_bytes(), 2).unwrap();
        assert_eq!(table.columns, COLUMNS);
        assert_eq!(table.rows.len(), 2);
        for (row, line) in table.rows.iter().zip(&statement.lines) {
            let line = serde_json::to_value(line).unwrap();
            assert_eq!(line.as_object().unwrap().len(), COLUMNS.len());
            for (column, cell) in COLUMNS.iter().zip(row.cells()) {
                let expected = match &line[column] {
                    Value::Null => String::new(),
                    Value::String(text) => text.clone(),
                    Value::Array(items) => items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" "),
                    other => panic!("{column}: {other}"),
                };
                assert_eq!(cell, expected, "{column}");
            }
        }
    }
}
