//! The manifest as a table, one line per ticket, for printing and for spreadsheets.

use axhub_domain::csv::CsvWriter;

use super::{Manifest, Passenger};

/// The columns before those that the product requires.
const COLUMNS: [&str; 19] = [
    "date",
    "start_time",
    "option_name",
    "name",
    "national_code",
    "phone",
    "email",
    "persons",
    "ax_ticket_code",
    "ax_ticket_status",
    "used_at",
    "used_where",
    "channel_ticket_code",
    "channel_code",
    "channel_order_code",
    "ax_order_code",
    "ax_order_status",
    "representative_name",
    "representative_phone",
];

/// The table; what the product requires, the channel's remark and what else it tells stand behind everything else.
pub(super) fn table(manifest: &Manifest) -> String {
    let required = &manifest.required_traveler_information;
    let mut table = CsvWriter::new(COLUMNS.into_iter().chain(required.iter().copied()).chain(["channel_comment", "extra"]));
    for departure in &manifest.departures {
        let start_time = departure.start_time.as_deref().unwrap_or_default();
        for passenger in &departure.passengers {
            let cells = cells(&manifest.date, start_time, passenger, required);
            table.row(cells.iter().map(String::as_str));
        }
    }
    table.finish()
}

fn cells(date: &str, start_time: &str, p: &Passenger, required: &[&'static str]) -> Vec<String> {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let told = |name: &&str| p.required.get(*name).and_then(|value| value.as_str()).unwrap_or_default().to_owned();
    let mut cells = vec![
        date.to_owned(),
        start_time.to_owned(),
        p.option_name.clone(),
        p.name.clone(),
        p.national_code.clone(),
        p.phone.clone(),
        p.email.clone(),
        p.persons.to_string(),
        p.ax_ticket_code.to_string(),
        p.ax_ticket_status.word().to_owned(),
        text(&p.used_at),
        text(&p.used_where),
        text(&p.channel_ticket_code),
        p.channel_code.clone(),
        p.channel_order_code.clone(),
        p.ax_order_code.to_string(),
        p.ax_order_status.word().to_owned(),
        p.representative_name.clone(),
        p.representative_phone.clone(),
    ];
    cells.extend(required.iter().map(told));
    let extra = if p.extra.is_empty() { String::new() } else { serde_json::Value::Object(p.extra.clone()).to_string() };
    cells.extend([text(&p.channel_comment), extra]);
    cells
}
