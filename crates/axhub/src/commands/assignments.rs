//! `axhub assignment`: what a channel may sell, one product at a time.

use axhub_domain::ids::{ProductId, RuleId};
use axhub_domain::pricing::MarkUp;
use axhub_hub::directory::{self, AssignmentFilter};
use axhub_operator_api::assignments::list::AssignmentList;
use axhub_operator_api::assignments::remove::AssignmentRemoved;
use axhub_operator_api::assignments::{Assignment, Source};
use clap::{Args, Subcommand, ValueEnum};

use super::arguments::{ActArgs, PageArgs, ReadArgs, code, mark_up};
use super::failure::Told;
use super::output::{answer, minute};
use super::table::{Table, facts};

#[derive(Debug, Subcommand)]
pub(crate) enum AssignmentCommand {
    /// Let a channel sell a product at a mark-up, whatever rules say.
    ///
    /// A draft is sold once it is published. The channel's feed tells it. Done again with another mark-up, it changes the
    /// mark-up; with the same one, nothing.
    #[command(after_help = "Example:
  axhub assignment set sunny-shop 018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f10 --mark-up 1.12")]
    Set(Set),
    /// Take back that a channel may sell a product.
    ///
    /// Of a product that was assigned by itself. Rules hold for it again: when one names it, the channel may still sell it,
    /// at the rule's mark-up. Except the product from the rule (`axhub rule set`) to end that. Orders that are placed stay.
    #[command(after_help = "Example:
  axhub assignment remove sunny-shop 018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f10")]
    Remove(Remove),
    /// List what a channel may sell, one by one and by rule, what was assigned last first.
    #[command(after_help = "Examples:
  axhub assignment list sunny-shop
  axhub assignment list sunny-shop --supplier seine-tours --source rule --json")]
    List(List),
}

#[derive(Debug, Args)]
pub(crate) struct Set {
    /// The channel's code.
    channel: String,
    /// The product's code.
    #[arg(value_parser = code::<ProductId>)]
    product: ProductId,
    /// The factor on the net price: 1.12 is +12 %. Above zero and at most 100, with up to 5 decimal places.
    #[arg(long, value_parser = mark_up, value_name = "FACTOR")]
    mark_up: MarkUp,
    #[command(flatten)]
    act: ActArgs,
}

#[derive(Debug, Args)]
pub(crate) struct Remove {
    /// The channel's code.
    channel: String,
    /// The product's code.
    #[arg(value_parser = code::<ProductId>)]
    product: ProductId,
    #[command(flatten)]
    act: ActArgs,
}

#[derive(Debug, Args)]
pub(crate) struct List {
    /// The channel's code.
    channel: String,
    /// Only products of the supplier of this code.
    #[arg(long, value_name = "CODE")]
    supplier: Option<String>,
    /// Only those assigned by themselves, or only those assigned by rules.
    #[arg(long, value_name = "HOW")]
    source: Option<How>,
    /// Only those assigned by the rule of this code.
    #[arg(long, value_parser = code::<RuleId>, value_name = "CODE")]
    rule: Option<RuleId>,
    #[command(flatten)]
    pages: PageArgs,
    #[command(flatten)]
    read: ReadArgs,
}

/// How a product was assigned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum How {
    /// By itself.
    Single,
    /// By a rule.
    Rule,
}

impl AssignmentCommand {
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        match self {
            AssignmentCommand::Set(set) => set.run().await,
            AssignmentCommand::Remove(remove) => remove.run().await,
            AssignmentCommand::List(list) => list.run().await,
        }
    }
}

impl Set {
    async fn run(self) -> anyhow::Result<()> {
        let Set { channel, product, mark_up, act } = self;
        let assigned = directory::set_assignment(&act.hub().await?, act.by(), &channel, product, mark_up).await;
        let assigned = assigned.told(format_args!("channel {channel}, or no product {product}"))?;
        answer(act.read.json, &Assignment::from(assigned), sheet)
    }
}

impl Remove {
    async fn run(self) -> anyhow::Result<()> {
        let Remove { channel, product, act } = self;
        let left = directory::remove_assignment(&act.hub().await?, act.by(), &channel, product).await;
        let left = left.told(format_args!("channel {channel}, or it may not sell product {product}"))?;
        answer(act.read.json, &AssignmentRemoved { assignment: left.map(Assignment::from) }, |removed| match &removed.assignment {
            None => format!("{channel} may no longer sell {product}.\n"),
            Some(left) => format!("{channel} may still sell it, by a rule:\n{}", sheet(left)),
        })
    }
}

impl List {
    async fn run(self) -> anyhow::Result<()> {
        let filter =
            AssignmentFilter { supplier_code: self.supplier, is_by_rule: self.source.map(|how| how == How::Rule), rule: self.rule };
        let found = directory::list_assignments(&self.read.hub().await?, &self.channel, filter, self.pages.page()).await;
        let found = found.told(format_args!("channel {}", self.channel))?;
        let list = AssignmentList { assignments: found.items.into_iter().map(Assignment::from).collect() };
        answer(self.read.json, &list, |list| {
            let mut table = Table::new(&["PRODUCT", "KIND", "NAME", "SUPPLIER", "COUNTRY", "VERSION", "MARK-UP", "BY", "SINCE"]);
            for one in &list.assignments {
                table.row([
                    one.product_code.to_string(),
                    one.kind.to_owned(),
                    one.product_name.clone(),
                    one.supplier_code.clone(),
                    one.country.clone(),
                    version(one),
                    one.mark_up.clone(),
                    source(one),
                    minute(&one.assigned_at),
                ]);
            }
            table.or("No product is assigned.")
        })?;
        self.pages.say_rest(found.total);
        Ok(())
    }
}

fn sheet(one: &Assignment) -> String {
    facts(&[
        ("product", one.product_code.to_string()),
        ("kind", one.kind.to_owned()),
        ("name", one.product_name.clone()),
        ("supplier", one.supplier_code.clone()),
        ("country", one.country.clone()),
        ("version", version(one)),
        ("mark-up", one.mark_up.clone()),
        ("assigned by", source(one)),
        ("since", minute(&one.assigned_at)),
    ])
}

fn version(one: &Assignment) -> String {
    if one.version == 0 { "draft".to_owned() } else { one.version.to_string() }
}

fn source(one: &Assignment) -> String {
    match (one.source, one.rule_code) {
        (Source::Rule, Some(rule)) => format!("rule {rule}"),
        _ => "itself".to_owned(),
    }
}
