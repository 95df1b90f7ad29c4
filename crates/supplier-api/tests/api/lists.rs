//! What all lists have in common. They come from the description, so that a new one that is not strict fails.

use std::collections::BTreeSet;

use axhub_testkit::{App, Engine};
use serde_json::Value;

use crate::support::{assert_code, text};

/// The addresses of all lists, with the names of their parameters.
fn lists(app: &App) -> Vec<(String, BTreeSet<String>)> {
    let description = serde_json::to_value(axhub_supplier_api::routes().into_openapi()).unwrap();
    let product = app.world().seoul.id.to_string();
    let list = |(path, item): (&String, &Value)| {
        let parameters = item["get"]["parameters"].as_array()?;
        let of_query = parameters.iter().filter(|parameter| parameter["in"] == "query");
        let names: BTreeSet<String> = of_query.map(|parameter| text(&parameter["name"]).to_owned()).collect();
        names.contains("page").then(|| (path.replace("{product_code}", &product), names))
    };
    description["paths"].as_object().unwrap().iter().filter_map(list).collect()
}

#[tokio::test]
async fn a_misspelt_parameter_is_refused_and_the_right_ones_are_told() {
    let app = App::start(Engine::Sqlite).await;
    let hanok = app.supplier("hanok").in_english();
    let lists = lists(&app);
    assert!(lists.len() >= 5, "{lists:?}");
    for (address, names) in &lists {
        for query in ["pgae=2", "PAGE=2", "page=1&unknown="] {
            let reply = hanok.get(&format!("{address}?{query}")).await;
            assert_code(&reply, 400, "invalid_query");
            let errors = reply.body["errors"].as_object().unwrap();
            assert_eq!(errors.len(), 1, "{address}?{query}: {}", reply.body);
            let said = text(errors.values().next().unwrap());
            let told = said.strip_prefix("There is no such parameter. There are: ").and_then(|told| told.strip_suffix('.'));
            let told: BTreeSet<String> = told.unwrap_or_default().split(", ").map(str::to_owned).collect();
            assert_eq!(&told, names, "{address} takes others than it describes");
        }
    }
}

#[tokio::test]
async fn every_described_filter_is_known_and_may_be_blank() {
    let app = App::start(Engine::Sqlite).await;
    for (address, names) in lists(&app) {
        let filters = names.iter().filter(|name| !name.starts_with("page"));
        let blank: String = filters.map(|name| format!("{name}=&")).collect();
        let reply = app.supplier("hanok").get(&format!("{address}?{blank}")).await;
        assert_eq!(reply.status, 200, "{address}?{blank}: {}", reply.body);
    }
}

#[tokio::test]
async fn an_unknown_parameter_stands_among_the_wrong_ones() {
    let app = App::start(Engine::Sqlite).await;
    let reply = app.supplier("hanok").get("/v1/supplier/orders?stauts=New&date=soon&page=0").await;
    assert_code(&reply, 400, "invalid_query");
    let errors = reply.body["errors"].as_object().unwrap();
    assert_eq!(errors.keys().collect::<Vec<_>>(), ["date", "page", "stauts"], "{}", reply.body);
}
