//! `axhub statement`: what a channel sold of a supplier in a month.

use axhub_domain::month::Month;
use axhub_domain::statement::{Line, Statement, Sums};
use axhub_hub::statements::{self, Closure, MonthFilter, StatementOf};
use axhub_operator_api::statements::close::ClosedStatement;
use axhub_operator_api::statements::list::{StatementFacts, Statements};
use axhub_operator_api::statements::table as csv;
use clap::{Args, Subcommand, ValueEnum};

use super::arguments::{ActArgs, PageArgs, ReadArgs, month};
use super::comparison::Reconcile;
use super::failure::Told;
use super::output::{answer, minute, minute_or, print};
use super::table::{Table, facts};

#[derive(Debug, Subcommand)]
pub(crate) enum StatementCommand {
    /// List the months that are closed, and those in which anything happened, the last first.
    ///
    /// Without --from it goes back two months; at most 24 months are listed.
    #[command(after_help = "Examples:
  axhub statement list --state open
  axhub statement list --channel sunny-shop --from 2026-01 --to 2026-12 --json")]
    List(List),
    /// Show the statement of a month, closed or as it is by now.
    ///
    /// One line for each ticket with which something happened in the month: sold, cancelled, refunded or redeemed, by the time
    /// at which the hub recorded it; then what that adds up to. With --json a closed statement is printed as exactly the bytes
    /// that were hashed, without a line end.
    #[command(after_help = "Examples:
  axhub statement show sunny-shop seine-tours 2026-07
  axhub statement show sunny-shop seine-tours 2026-07 --csv > 2026-07.csv
  axhub statement show sunny-shop seine-tours 2026-07 --json | sha256sum")]
    Show(Show),
    /// Close a month: its statement never changes again, and has a hash.
    ///
    /// What is recorded later stands in the month in which it was recorded. A month can be closed from an hour after its end.
    /// Done again it changes nothing and answers the same.
    #[command(after_help = "Example:
  axhub statement close sunny-shop seine-tours 2026-07")]
    Close(Close),
    /// Hold a channel's own list of tickets against the statement of a month.
    ///
    /// It changes nothing. The list is a table (CSV) of up to 200,000 lines and 32 MiB, in UTF-8, whose first line names the
    /// columns, in any order: `channel_order_code`, and `ax_ticket_code` or `channel_ticket_code`, say which ticket it is;
    /// `status`, `amount` (what one unit was sold for) and `currency` are compared where they are filled in; others are passed
    /// over. What `axhub statement show --csv` prints is such a list.
    ///
    /// Differences are an answer, and no failure: a script looks at `total_differences` of the JSON.
    #[command(after_help = "Examples:
  axhub statement reconcile sunny-shop seine-tours 2026-07 their-july.csv
  axhub statement reconcile sunny-shop seine-tours 2026-07 - --json < their-july.csv")]
    Reconcile(Reconcile),
}

#[derive(Debug, Args)]
pub(crate) struct List {
    /// From this month on, as 2026-07; two months before the last when left out.
    #[arg(long, value_parser = month, value_name = "MONTH")]
    from: Option<Month>,
    /// Up to this month; the present one when left out.
    #[arg(long, value_parser = month, value_name = "MONTH")]
    to: Option<Month>,
    /// Only of the channel of this code.
    #[arg(long, value_name = "CODE")]
    channel: Option<String>,
    /// Only of the supplier of this code.
    #[arg(long, value_name = "CODE")]
    supplier: Option<String>,
    /// Only open or only closed ones.
    #[arg(long, value_name = "STATE")]
    state: Option<State>,
    #[command(flatten)]
    pages: PageArgs,
    #[command(flatten)]
    read: ReadArgs,
}

/// Whether a month is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum State {
    /// Not closed yet.
    Open,
    /// Closed.
    Closed,
}

/// Whose statement of which month.
#[derive(Debug, Args)]
pub(super) struct OfArgs {
    /// The channel's code.
    channel: String,
    /// The supplier's code.
    supplier: String,
    /// The month, as 2026-07.
    #[arg(value_parser = month)]
    month: Month,
}

impl OfArgs {
    pub(super) fn of(self) -> StatementOf {
        StatementOf { channel: self.channel, supplier: self.supplier, month: self.month }
    }
}

#[derive(Debug, Args)]
pub(crate) struct Show {
    #[command(flatten)]
    of: OfArgs,
    /// Print the lines as a table for spreadsheets (CSV in UTF-8).
    #[arg(long, conflicts_with = "json")]
    csv: bool,
    #[command(flatten)]
    read: ReadArgs,
}

#[derive(Debug, Args)]
pub(crate) struct Close {
    #[command(flatten)]
    of: OfArgs,
    #[command(flatten)]
    act: ActArgs,
}

impl StatementCommand {
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        match self {
            StatementCommand::List(list) => list.run().await,
            StatementCommand::Show(show) => show.run().await,
            StatementCommand::Close(close) => close.run().await,
            StatementCommand::Reconcile(reconcile) => reconcile.run().await,
        }
    }
}

impl List {
    async fn run(self) -> anyhow::Result<()> {
        let is_closed = self.state.map(|state| state == State::Closed);
        let filter = MonthFilter { from: self.from, to: self.to, channel: self.channel, supplier: self.supplier, is_closed };
        let found = statements::list(&self.read.hub().await?, filter, self.pages.page()).await.told("statement")?;
        let list = Statements { statements: found.items.into_iter().map(StatementFacts::from).collect() };
        answer(self.read.json, &list, |list| {
            let mut table = Table::new(&["MONTH", "CHANNEL", "SUPPLIER", "STATE", "CLOSED AT", "CLOSED BY", "HASH"]);
            for one in &list.statements {
                table.row([
                    one.month.clone(),
                    one.channel_code.clone(),
                    one.supplier_code.clone(),
                    one.state.clone(),
                    minute_or(one.closed_at.as_ref(), ""),
                    one.closed_by.clone().unwrap_or_default(),
                    one.hash.clone().unwrap_or_default(),
                ]);
            }
            table.or("Nothing happened in these months.")
        })?;
        self.pages.say_rest(found.total);
        Ok(())
    }
}

impl Show {
    async fn run(self) -> anyhow::Result<()> {
        let of = self.of.of();
        let document = statements::read(&self.read.hub().await?, of.clone()).await.told(nobody(&of))?;
        let closure = document.closed.clone();
        if self.read.json {
            // A closed one byte for byte: whoever hashes it must get its hash.
            let end = if closure.is_some() { "" } else { "\n" };
            return print(&format!("{}{end}", document.json));
        }
        let statement = document.statement().await.told("statement")?;
        print(&if self.csv { csv::write(&statement) } else { sheet(&statement, closure.as_ref()) })
    }
}

impl Close {
    async fn run(self) -> anyhow::Result<()> {
        let of = self.of.of();
        let closed = statements::close(&self.act.hub().await?, self.act.by(), of.clone()).await.told(nobody(&of))?;
        answer(self.act.read.json, &ClosedStatement::new(of, closed), |closed| {
            facts(&[
                ("month", closed.month.clone()),
                ("channel", closed.channel_code.clone()),
                ("supplier", closed.supplier_code.clone()),
                ("closed at", minute(&closed.closed_at)),
                ("closed by", closed.closed_by.clone()),
                ("hash", closed.hash.clone()),
            ])
        })
    }
}

/// Who of a statement may not be there.
pub(super) fn nobody(of: &StatementOf) -> String {
    format!("channel {}, or no supplier {}", of.channel, of.supplier)
}

fn sheet(statement: &Statement, closure: Option<&Closure>) -> String {
    let closed = closure.map_or_else(|| "no".to_owned(), |closure| format!("by {}\n{}", closure.closed_by, closure.hash));
    let head = facts(&[
        ("month", format!("{} ({})", statement.month, statement.time_zone)),
        ("channel", statement.channel_code.clone()),
        ("supplier", statement.supplier_code.clone()),
        ("closed", closed),
    ]);
    let mut lines = Table::new(&["ORDER", "TICKET", "PRODUCT", "OPTION", "DATE", "STATUS", "HAPPENED", "NET", "SELLING", "REFUND"]);
    for line in &statement.lines {
        lines.row(cells(line));
    }
    let mut totals = Table::new(&["TOTAL", "TICKETS", "NET", "SELLING", "GIVEN BACK"]);
    for total in &statement.totals {
        let net_currency = total.net_currency.map(|currency| currency.to_string()).unwrap_or_default();
        let mut add = |name: &str, sums: &Sums, given_back: String| {
            let (net, selling) = (format!("{} {net_currency}", sums.net), format!("{} {}", sums.selling, total.currency));
            totals.row([name.to_owned(), sums.count.to_string(), net, selling, given_back]);
        };
        add("sold", &total.sold, String::new());
        add("canceled", &total.canceled, String::new());
        add("refunded", &total.refunded, format!("{} {}", total.refund_amount, total.currency));
        add("redeemed", &total.redeemed, String::new());
    }
    format!("{head}\n{}\n{}", lines.or("Nothing happened in this month."), totals.or("There is nothing to add up."))
}

fn cells(line: &Line) -> [String; 10] {
    let happened: Vec<&str> = line.events.iter().map(|event| event.word()).collect();
    let starts = [line.date.clone().unwrap_or_default(), line.start_time.clone().unwrap_or_default()].join(" ");
    let net = line.unit_net.zip(line.net_currency).map(|(net, currency)| format!("{net} {currency}")).unwrap_or_default();
    [
        line.channel_order_code.clone(),
        line.channel_ticket_code.clone().unwrap_or_else(|| line.ax_ticket_code.to_string()),
        line.product_name.clone(),
        line.option_name.clone(),
        starts,
        line.ticket_status.word().to_owned(),
        happened.join(" "),
        net,
        format!("{} {}", line.unit_selling_price, line.currency),
        line.refund_amount.map(|amount| amount.to_string()).unwrap_or_default(),
    ]
}
