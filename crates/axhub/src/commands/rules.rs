//! `axhub rule`: what a channel may sell by rule.

use axhub_domain::ids::{ProductId, RuleId};
use axhub_domain::pricing::MarkUp;
use axhub_hub::directory::{self, NewRule, RuleChange};
use axhub_operator_api::rules::Rule;
use axhub_operator_api::rules::list::RuleList;
use axhub_operator_api::rules::remove::RuleRemoved;
use clap::{Args, Subcommand};

use super::arguments::{ActArgs, PageArgs, ReadArgs, code, mark_up};
use super::failure::Told;
use super::output::{answer, minute};
use super::table::{Table, facts};

#[derive(Debug, Subcommand)]
pub(crate) enum RuleCommand {
    /// Let a channel sell all products of a supplier, of a country, of both, or all there are.
    ///
    /// It holds at once for what is published, and for other products as soon as they are published. What was assigned by
    /// itself stays as it is.
    #[command(after_help = "Examples:
  axhub rule create sunny-shop --supplier seine-tours --mark-up 1.12
  axhub rule create sunny-shop --country France --mark-up 1.15 \\
    --except 018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f10")]
    Create(Create),
    /// List a channel's rules, newest first, with how many products each assigns.
    #[command(after_help = "Example:
  axhub rule list sunny-shop")]
    List(List),
    /// Change a rule's mark-up, or what it does not mean.
    ///
    /// It holds at once for all that the rule assigned. For other products make another rule.
    #[command(after_help = "Examples:
  axhub rule set sunny-shop 018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f20 --mark-up 1.2
  axhub rule set sunny-shop 018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f20 --no-exceptions")]
    Set(Set),
    /// Remove a rule.
    ///
    /// What it assigned goes with it, or to the next rule that names it. Orders that are placed stay.
    #[command(after_help = "Example:
  axhub rule remove sunny-shop 018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f20")]
    Remove(Remove),
}

#[derive(Debug, Args)]
pub(crate) struct Create {
    /// The channel's code.
    channel: String,
    /// Only products of the supplier of this code.
    #[arg(long, value_name = "CODE")]
    supplier: Option<String>,
    /// Only products of this country, as they write it, in upper or lower case: the part before the hyphen of
    /// `main_country_and_city`.
    #[arg(long, value_name = "NAME")]
    country: Option<String>,
    /// The factor on the net price: 1.12 is +12 %. Above zero and at most 100, with up to 5 decimal places.
    #[arg(long, value_parser = mark_up, value_name = "FACTOR")]
    mark_up: MarkUp,
    /// A product that the rule does not mean. Write it once for each.
    #[arg(long, value_parser = code::<ProductId>, value_name = "PRODUCT")]
    except: Vec<ProductId>,
    #[command(flatten)]
    act: ActArgs,
}

#[derive(Debug, Args)]
pub(crate) struct List {
    /// The channel's code.
    channel: String,
    #[command(flatten)]
    pages: PageArgs,
    #[command(flatten)]
    read: ReadArgs,
}

#[derive(Debug, Args)]
pub(crate) struct Set {
    /// The channel's code.
    channel: String,
    /// The rule's code.
    #[arg(value_parser = code::<RuleId>)]
    rule: RuleId,
    #[command(flatten)]
    change: ChangeArgs,
    #[command(flatten)]
    act: ActArgs,
}

/// What changes.
#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
struct ChangeArgs {
    /// The factor on the net price.
    #[arg(long, value_parser = mark_up, value_name = "FACTOR")]
    mark_up: Option<MarkUp>,
    /// A product that the rule does not mean. Write it once for each; they take the place of all there were.
    #[arg(long, value_parser = code::<ProductId>, value_name = "PRODUCT")]
    except: Vec<ProductId>,
    /// The rule means every product that it names.
    #[arg(long, conflicts_with = "except")]
    no_exceptions: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Remove {
    /// The channel's code.
    channel: String,
    /// The rule's code.
    #[arg(value_parser = code::<RuleId>)]
    rule: RuleId,
    #[command(flatten)]
    act: ActArgs,
}

impl RuleCommand {
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        match self {
            RuleCommand::Create(create) => create.run().await,
            RuleCommand::List(list) => list.run().await,
            RuleCommand::Set(set) => set.run().await,
            RuleCommand::Remove(remove) => remove.run().await,
        }
    }
}

impl Create {
    async fn run(self) -> anyhow::Result<()> {
        let Create { channel, supplier, country, mark_up, except, act } = self;
        let new = NewRule { supplier_code: supplier, country, mark_up, except };
        let made = directory::create_rule(&act.hub().await?, act.by(), &channel, new).await;
        answer(act.read.json, &Rule::from(made.told(format_args!("channel {channel}"))?), sheet)
    }
}

impl List {
    async fn run(self) -> anyhow::Result<()> {
        let found = directory::list_rules(&self.read.hub().await?, &self.channel, self.pages.page()).await;
        let found = found.told(format_args!("channel {}", self.channel))?;
        let list = RuleList { rules: found.items.into_iter().map(Rule::from).collect() };
        answer(self.read.json, &list, |list| {
            let mut table = Table::new(&["RULE", "SUPPLIER", "COUNTRY", "MARK-UP", "EXCEPT", "ASSIGNS", "MADE"]);
            for rule in &list.rules {
                table.row([
                    rule.rule_code.to_string(),
                    all_or(rule.supplier_code.as_ref()),
                    all_or(rule.country.as_ref()),
                    rule.mark_up.clone(),
                    rule.except.len().to_string(),
                    rule.assigned.to_string(),
                    minute(&rule.created_at),
                ]);
            }
            table.or("The channel has no rules.")
        })?;
        self.pages.say_rest(found.total);
        Ok(())
    }
}

impl Set {
    async fn run(self) -> anyhow::Result<()> {
        let Set { channel, rule, change: ChangeArgs { mark_up, except, no_exceptions }, act } = self;
        let change = RuleChange { mark_up, except: (no_exceptions || !except.is_empty()).then_some(except) };
        let changed = directory::change_rule(&act.hub().await?, act.by(), &channel, rule, change).await;
        answer(act.read.json, &Rule::from(changed.told(format_args!("rule {rule} of a channel {channel}"))?), sheet)
    }
}

impl Remove {
    async fn run(self) -> anyhow::Result<()> {
        let Remove { channel, rule, act } = self;
        let removed = directory::delete_rule(&act.hub().await?, act.by(), &channel, rule).await;
        let removed = removed.told(format_args!("rule {rule} of a channel {channel}"))?;
        let removed = RuleRemoved { reassigned: removed.reassigned, unassigned: removed.unassigned };
        answer(act.read.json, &removed, |RuleRemoved { reassigned, unassigned }| {
            format!(
                "The rule is removed. Products that {channel} may no longer sell: {unassigned}; that other rules assign now: {reassigned}.\n"
            )
        })
    }
}

fn sheet(rule: &Rule) -> String {
    let except: Vec<String> = rule.except.iter().map(ToString::to_string).collect();
    facts(&[
        ("rule", rule.rule_code.to_string()),
        ("supplier", all_or(rule.supplier_code.as_ref())),
        ("country", all_or(rule.country.as_ref())),
        ("mark-up", rule.mark_up.clone()),
        ("except", except.join("\n")),
        ("assigns", format!("{} now", rule.assigned)),
        ("made", minute(&rule.created_at)),
    ])
}

fn all_or(name: Option<&String>) -> String {
    name.cloned().unwrap_or_else(|| "all".to_owned())
}
