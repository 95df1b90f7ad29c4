//! What channels see of prices.

use axhub_testkit::{App, Engine};
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{assert_code, list, redacted, text};

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn a_preview_is_what_channels_see(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let paris = app.world().paris.clone();
    let (address, lumiere) = (format!("/v1/supplier/products/{}", paris.id), app.supplier("lumiere"));
    let seasons = json!([{ "from": "2026-08-01", "to": "2026-08-31", "net": "90.01" }]);
    let change = json!({ "options": [{ "option_code": paris.option(0), "seasons": seasons, "persons_per_unit": 2 }] });
    assert_eq!(lumiere.patch(&address, &change).await.status, 200);
    for query in ["", "?date=2026-08-15"] {
        let preview = lumiere.get(&format!("{address}/prices{query}")).await;
        assert_eq!(preview.status, 200, "{}", preview.body);
        for channel in list(&preview.body["channels"]) {
            let code = text(&channel["channel_code"]);
            let seen = app.channel(code).get(&format!("/v1/channel/price/tour/{}{query}", paris.id)).await.body;
            for price in list(&seen["prices"]) {
                for currency in ["usd", "krw"] {
                    let same = |name: &str| {
                        let is_it = |shown: &&Value| {
                            shown["option_code"] == price["option_code"] && text(&shown["currency"]).to_lowercase() == currency
                        };
                        let shown = list(&channel["prices"]).iter().find(is_it).unwrap();
                        let shown: f64 = text(&shown[name]).parse().unwrap();
                        assert_eq!(json!(shown).as_f64(), price[format!("{name}_{currency}")].as_f64(), "{code} {name} {currency}");
                    };
                    same("unit_selling_price");
                    same("selling_price_per_person");
                }
            }
        }
    }
    let preview = lumiere.get(&format!("{address}/prices?date=2026-08-15")).await.body;
    insta::assert_snapshot!("prices", redacted(&preview));
}

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn the_drafts_prices_are_asked_for(#[case] engine: Engine) {
    let app = App::start(engine).await;
    let paris = app.world().paris.clone();
    let (address, lumiere) = (format!("/v1/supplier/products/{}", paris.id), app.supplier("lumiere"));
    assert_code(&lumiere.get(&format!("{address}/prices?draft=true")).await, 404, "not_found");
    let change = json!({ "options": [{ "option_code": paris.option(0), "net": "100" }] });
    assert_eq!(lumiere.patch(&format!("{address}/draft"), &change).await.status, 200);
    let net = async |query: &str| {
        let preview = lumiere.get(&format!("{address}/prices{query}")).await.body;
        (text(&preview["options"][0]["net"]).to_owned(), text(&preview["channels"][0]["prices"][0]["unit_selling_price"]).to_owned())
    };
    assert_eq!(net("").await, ("75.00000".to_owned(), "90.00000".to_owned()));
    assert_eq!(net("?draft=true").await, ("100.00000".to_owned(), "120.00000".to_owned()));
    for wrong in ["date=soon", "draft=maybe", "dat=2026-08-15"] {
        assert_code(&lumiere.get(&format!("{address}/prices?{wrong}")).await, 400, "invalid_query");
    }
    assert_code(&app.supplier("hanok").get(&format!("{address}/prices")).await, 404, "not_found");
}
