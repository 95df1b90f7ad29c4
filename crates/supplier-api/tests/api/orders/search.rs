//! Looking for an order by what somebody at the telephone can say.

use axhub_testkit::{App, Engine, OrderBuilder};
use rstest::rstest;

use crate::support::{assert_wrong_query, each, list, place_built};

/// Orders of hanok's tour: `HANA-100%` of alpha's with Kim and Müller, `HANA-200` with Park.
async fn orders(engine: Engine) -> (App, Vec<crate::support::Placed>) {
    let app = App::start(engine).await;
    let seoul = app.world().seoul.clone();
    let mapping = app.register("alpha", &seoul).await;
    let order = |code: &str, lead: &str, names: &[&str], phone: &str| {
        let quantity = u32::try_from(names.len()).unwrap();
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let (lead, phone) = (lead.to_owned(), phone.to_owned());
        OrderBuilder::new(code).line(mapping, seoul.option(0), seoul.at("2026-07-05", "10:00"), quantity).change(move |order| {
            order.representative.name = lead.clone();
            order.representative.phone = phone.clone();
            for (ticket, name) in order.lines[0].tickets.iter_mut().zip(&names) {
                ticket.traveler.name = name.clone();
            }
        })
    };
    let first = place_built(&app, seoul.kind, order("HANA-100%", "김하늘", &["김하늘", "Jürgen Müller"], "(010) 9876.5432")).await;
    let second = place_built(&app, seoul.kind, order("HANA-200", "박바다", &["박바다"], "010-1111-2222")).await;
    (app, vec![first[0].clone(), second[0].clone()])
}

#[rstest]
#[tokio::test]
async fn finds_by_code_name_and_telephone_number(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let (app, placed) = orders(engine).await;
    let (first, second) = (placed[0].order.as_str(), placed[1].order.as_str());
    let ticket = placed[0].tickets[1].as_str();
    for (typed, expected) in [
        (first, vec![first]),
        (ticket, vec![first]),
        ("HANA", vec![first, second]),
        ("hana-2", vec![second]),
        // Nothing that is typed is a pattern.
        ("100%", vec![first]),
        ("HANA_", vec![]),
        ("%", vec![first]),
        ("하늘", vec![first]),
        ("박바다", vec![second]),
        ("müller", vec![first]),
        ("jürgen mü", vec![first]),
        ("9876-5432", vec![first]),
        ("01098765432", vec![first]),
        ("1098765432", vec![first]),
        ("2222", vec![second]),
        ("222", vec![]),
        ("018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f1a", vec![]),
        ("' OR 1=1 --", vec![]),
    ] {
        let query = [("q", typed)];
        let address = format!("/v1/supplier/orders?{}", serde_urlencode(&query));
        let reply = app.supplier("hanok").get(&address).await;
        assert_eq!(reply.status, 200, "{typed}: {}", reply.body);
        assert_eq!(each(&reply.body["orders"], "ax_order_code"), expected, "{typed}");
        let others = app.supplier("lumiere").get(&address).await;
        assert!(list(&others.body["orders"]).is_empty(), "{typed}");
    }
}

#[rstest]
#[tokio::test]
async fn filters_by_channel(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let (app, placed) = orders(engine).await;
    for (query, count) in [("channel_code=alpha", 2), ("channel_code=beta", 0), ("channel_code=nobody", 0), ("channel_code=alpha&q=200", 1)]
    {
        let reply = app.supplier("hanok").get(&format!("/v1/supplier/orders?{query}")).await;
        assert_eq!(list(&reply.body["orders"]).len(), count, "{query}");
    }
    assert_eq!(placed.len(), 2);
    assert_wrong_query(&app, &format!("/v1/supplier/orders?q={}", "x".repeat(101)), "q").await;
}

fn serde_urlencode(pairs: &[(&str, &str)]) -> String {
    let encode = |text: &str| -> String {
        text.bytes().map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
    };
    pairs.iter().map(|(name, text)| format!("{name}={}", encode(text))).collect::<Vec<_>>().join("&")
}
