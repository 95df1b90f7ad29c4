//! What a code is, and whose.

use axhub_domain::ids::TicketId;
use axhub_hub::Hub;
use axhub_hub::directory::{NewRule, create_rule};
use axhub_hub::search::{FoundKind, search};
use axhub_testkit::{Engine, OrderBuilder};
use rstest::rstest;

use crate::directory::olivia;
use crate::stage::{Stage, ticket_ids};

/// Kind, the name of the code, supplier and channel of everything that has the code.
async fn found(hub: &Hub, code: &str) -> Vec<(FoundKind, &'static str, Option<String>, Option<String>)> {
    let found = search(hub, code).await.unwrap();
    found.into_iter().map(|found| (found.kind, found.by, found.supplier_code, found.channel_code)).collect()
}

#[rstest]
#[tokio::test]
async fn finds_whatever_people_read_out(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let (hub, paris) = (&stage.hub, &stage.world.paris);
    let mapping = stage.register("alpha", paris).await;
    // A channel may take a code of the hub's for its own.
    let own_code = paris.option(0).to_string();
    let order = OrderBuilder::new(&own_code).line(mapping, paris.option(0), paris.at("2026-07-05", "09:00"), 1);
    let placed = stage.place("alpha", &order).await.unwrap();
    let new = NewRule { supplier_code: None, country: None, mark_up: axhub_domain::pricing::MarkUp::NONE, except: Vec::new() };
    let rule = create_rule(hub, olivia(), "beta", new).await.unwrap().rule.id;

    let (lumiere, alpha) = (Some("lumiere".to_owned()), Some("alpha".to_owned()));
    let of_both = |kind, by| (kind, by, lumiere.clone(), alpha.clone());
    let option = (FoundKind::Option, "option_code", lumiere.clone(), None);
    assert_eq!(found(hub, &own_code).await, [of_both(FoundKind::Order, "channel_order_code"), option]);
    let ticket: TicketId = ticket_ids(&placed)[0];
    assert_eq!(found(hub, &format!(" {} ", ticket.to_string().to_uppercase())).await, [of_both(FoundKind::Ticket, "ax_ticket_code")]);
    let mapping = mapping.to_string();
    assert_eq!(found(hub, &mapping).await, [of_both(FoundKind::Registration, "channel_product_mapping_code")]);
    assert_eq!(found(hub, &rule.to_string()).await, [(FoundKind::Rule, "rule_code", None, Some("beta".to_owned()))]);
    assert_eq!(found(hub, "hanok").await, [(FoundKind::Supplier, "supplier_code", Some("hanok".to_owned()), None)]);

    // A key by its prefix, the beginning of that, or the whole of it.
    let key = &stage.world.channel("alpha").key;
    let prefix = key.rsplit_once('_').unwrap().0;
    for code in [prefix, &prefix[..12], key] {
        assert_eq!(found(hub, code).await, [(FoundKind::Key, "key_prefix", None, alpha.clone())], "{code}");
    }
    for nothing in ["nobody", "%", "axh", "018f4e2a-7b3c-7d4e-8f5a-6b7c8d9e0f1a", "열쇠"] {
        assert_eq!(found(hub, nothing).await, [], "{nothing}");
    }
}
