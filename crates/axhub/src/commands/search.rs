//! `axhub search`: what a code is, and whose.

use anyhow::ensure;
use axhub_domain::refusal::Reason;
use axhub_hub::search::{self, MAX_CODE};
use axhub_operator_api::search::{Found, SearchResult};
use clap::Args;
use clap::builder::NonEmptyStringValueParser;

use super::arguments::{ReadArgs, sentence};
use super::failure::Told;
use super::output::{answer, word};
use super::table::Table;

#[derive(Debug, Args)]
pub(crate) struct Search {
    /// The code, whole; of a key its prefix, or the beginning of it.
    #[arg(value_parser = NonEmptyStringValueParser::new())]
    text: String,
    #[command(flatten)]
    read: ReadArgs,
}

impl Search {
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        ensure!(self.text.chars().count() <= MAX_CODE, "text: {}", sentence(&Reason::TooLong { max: MAX_CODE }));
        let found = search::search(&self.read.hub().await?, &self.text).await.told("code")?;
        let result = SearchResult { results: found.into_iter().map(Found::from).collect() };
        answer(self.read.json, &result, |result| {
            let mut table = Table::new(&["KIND", "CODE", "FOUND BY", "SUPPLIER", "CHANNEL", "PRODUCT", "ORDER"]);
            for found in &result.results {
                table.row([
                    word(&found.kind),
                    found.code.clone(),
                    found.found_by.clone(),
                    found.supplier_code.clone().unwrap_or_default(),
                    found.channel_code.clone().unwrap_or_default(),
                    found.product_code.map(|code| code.to_string()).unwrap_or_default(),
                    found.ax_order_code.map(|code| code.to_string()).unwrap_or_default(),
                ]);
            }
            table.or("Nothing has this code.")
        })
    }
}
