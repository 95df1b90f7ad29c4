//! What all lists have in common. They come from the description, so that a new one that is not strict fails.

use std::collections::BTreeSet;

use axhub_testkit::{App, Engine};
use serde_json::Value;

use crate::description::description;
use crate::support::{assert_code, list, text};

/// The addresses of all lists and of the search, with the names of their parameters.
fn readers() -> Vec<(String, BTreeSet<String>)> {
    let description = description();
    let reader = |(path, item): (&String, &Value)| {
        let parameters = item["get"]["parameters"].as_array()?;
        let of_query = parameters.iter().filter(|parameter| parameter["in"] == "query");
        let names: BTreeSet<String> = of_query.map(|parameter| text(&parameter["name"]).to_owned()).collect();
        let path = path.replace("{channel_code}", "alpha").replace("{supplier_code}", "hanok");
        (names.contains("page") || names.contains("q")).then_some((path, names))
    };
    description.document()["paths"].as_object().unwrap().iter().filter_map(reader).collect()
}

#[tokio::test]
async fn a_misspelt_parameter_is_refused_and_the_right_ones_are_told() {
    let app = App::start(Engine::Sqlite).await;
    let readers = readers();
    assert!(readers.len() >= 8, "{readers:?}");
    for (address, names) in &readers {
        let reply = app.operator().in_english().get(&format!("{address}?q=x&pgae=2")).await;
        assert_code(&reply, 400, "invalid_query");
        let said = text(&reply.body["errors"]["pgae"]);
        let told = said.strip_prefix("There is no such parameter. There are: ").and_then(|told| told.strip_suffix('.'));
        let told: BTreeSet<String> = told.unwrap_or_default().split(", ").map(str::to_owned).collect();
        assert_eq!(&told, names, "{address} takes others than it describes");
    }
}

#[tokio::test]
async fn pages_have_their_totals_and_links() {
    let app = App::start(Engine::Sqlite).await;
    let paged: Vec<String> = readers().into_iter().filter(|(_, names)| names.contains("page")).map(|(address, _)| address).collect();
    for address in &paged {
        let reply = app.operator().get(&format!("{address}?page=2&page_size=1")).await;
        assert_eq!(reply.status, 200, "{address}: {}", reply.body);
        assert!(reply.header("x-total-count").is_some() && reply.header("link").is_some(), "{address}");
        let items = reply.body.as_object().unwrap().values().next().unwrap();
        assert!(list(items).len() <= 1, "{address}");
        for (query, name) in [("page=0", "page"), ("page_size=201", "page_size"), ("page=x", "page")] {
            let reply = app.operator().get(&format!("{address}?{query}")).await;
            assert_code(&reply, 400, "invalid_query");
            assert!(reply.body["errors"][name].is_string(), "{address}?{query}");
        }
    }
}
