//! `axhub supplier`: who owns products.

use axhub_hub::directory::{self, NewSupplier, SupplierChange};
use axhub_operator_api::suppliers::Supplier;
use axhub_operator_api::suppliers::list::SupplierList;
use clap::{Args, Subcommand};

use super::arguments::{ActArgs, PageArgs, ReadArgs};
use super::failure::Told;
use super::output::answer;
use super::table::{Table, facts};

#[derive(Debug, Subcommand)]
pub(crate) enum SupplierCommand {
    /// Add a supplier.
    ///
    /// It has no key yet, and no products. Its code is for ever: choose one that will still be right after a change of name.
    #[command(after_help = "Examples:
  axhub supplier create seine-tours --name 'Seine Tours'
  axhub key create --supplier seine-tours")]
    Create(Create),
    /// List the suppliers, by code.
    #[command(after_help = "Examples:
  axhub supplier list
  axhub supplier list --search seine --json")]
    List(List),
    /// Show a supplier, with what operators note about it.
    #[command(after_help = "Example:
  axhub supplier show seine-tours")]
    Show(Show),
    /// Change a supplier's name, or what operators note about it.
    ///
    /// What is left out stays as it is. The code never changes.
    #[command(after_help = "Example:
  axhub supplier set seine-tours --notes 'Answers within the hour. Ask for Camille.'")]
    Set(Set),
}

#[derive(Debug, Args)]
pub(crate) struct Create {
    /// Its code for ever: 2 to 40 lower-case letters and digits of any script, with `-`, `_` and `.` only between them.
    code: String,
    /// Its name.
    #[arg(long, value_name = "TEXT")]
    name: String,
    /// What operators note about it; nobody else sees it.
    #[arg(long, default_value = "", hide_default_value = true, value_name = "TEXT")]
    notes: String,
    #[command(flatten)]
    act: ActArgs,
}

#[derive(Debug, Args)]
pub(crate) struct List {
    /// Only those with this in their code or name, in upper or lower case.
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    #[command(flatten)]
    pages: PageArgs,
    #[command(flatten)]
    read: ReadArgs,
}

#[derive(Debug, Args)]
pub(crate) struct Show {
    /// The supplier's code.
    code: String,
    #[command(flatten)]
    read: ReadArgs,
}

#[derive(Debug, Args)]
pub(crate) struct Set {
    /// The supplier's code.
    code: String,
    #[command(flatten)]
    change: ChangeArgs,
    #[command(flatten)]
    act: ActArgs,
}

/// What changes.
#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
struct ChangeArgs {
    /// Its name.
    #[arg(long, value_name = "TEXT")]
    name: Option<String>,
    /// What operators note about it; an empty text removes it.
    #[arg(long, value_name = "TEXT")]
    notes: Option<String>,
}

impl SupplierCommand {
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        match self {
            SupplierCommand::Create(create) => create.run().await,
            SupplierCommand::List(list) => list.run().await,
            SupplierCommand::Show(show) => show.run().await,
            SupplierCommand::Set(set) => set.run().await,
        }
    }
}

impl Create {
    async fn run(self) -> anyhow::Result<()> {
        let Create { code, name, notes, act } = self;
        let made = directory::create_supplier(&act.hub().await?, act.by(), NewSupplier { code, name, notes }).await.told("supplier")?;
        answer(act.read.json, &Supplier::from(made), sheet)
    }
}

impl List {
    async fn run(self) -> anyhow::Result<()> {
        let found = directory::list_suppliers(&self.read.hub().await?, self.search, self.pages.page()).await.told("supplier")?;
        let list = SupplierList { suppliers: found.items.into_iter().map(Supplier::from).collect() };
        answer(self.read.json, &list, |list| {
            let mut table = Table::new(&["CODE", "NAME", "NOTES"]);
            for supplier in &list.suppliers {
                table.row([supplier.code.clone(), supplier.name.clone(), supplier.notes.clone()]);
            }
            table.or("There are no suppliers.")
        })?;
        self.pages.say_rest(found.total);
        Ok(())
    }
}

impl Show {
    async fn run(self) -> anyhow::Result<()> {
        let found = directory::supplier(&self.read.hub().await?, &self.code).await.told(format_args!("supplier {}", self.code))?;
        answer(self.read.json, &Supplier::from(found), sheet)
    }
}

impl Set {
    async fn run(self) -> anyhow::Result<()> {
        let Set { code, change: ChangeArgs { name, notes }, act } = self;
        let change = SupplierChange { name, notes };
        let changed = directory::change_supplier(&act.hub().await?, act.by(), &code, change).await;
        answer(act.read.json, &Supplier::from(changed.told(format_args!("supplier {code}"))?), sheet)
    }
}

fn sheet(supplier: &Supplier) -> String {
    facts(&[("code", supplier.code.clone()), ("name", supplier.name.clone()), ("notes", supplier.notes.clone())])
}
