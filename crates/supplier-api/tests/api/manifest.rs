//! Who comes to the departures of a day.

use axhub_testkit::{App, Engine, OrderBuilder};
use rstest::rstest;
use serde_json::json;

use crate::support::{NOBODYS, assert_code, assert_wrong_query, each, list, place, place_built};

const MANIFEST: &str = "/v1/supplier/manifest";

/// Two orders for the DMZ on 5 July, one of them with a cancelled ticket, and one on 6 July.
async fn app_with_guests(engine: Engine) -> App {
    let app = App::start(engine).await;
    let dmz = app.world().dmz.clone();
    let mapping = app.register("alpha", &dmz).await;
    let order = |code: &str, date: &str, quantity| {
        let order = OrderBuilder::new(code).line(mapping, dmz.option(0), dmz.at(date, "07:30"), quantity);
        let order = order.additional("english_name", "KIM HANEUL").additional("passport_id", "M1234");
        order.change(|order| {
            order.head.comment = Some("=휠체어".to_owned());
            order.lines[0].tickets[0].traveler.additional.insert("passport_id".to_owned(), "M5678".into());
            order.lines[0].tickets[0].traveler.extra.insert("seat".to_owned(), "window".into());
        })
    };
    let first = place_built(&app, dmz.kind, order("G-1", "2026-07-05", 2)).await.remove(0);
    place_built(&app, dmz.kind, order("G-2", "2026-07-05", 1)).await;
    place_built(&app, dmz.kind, order("G-3", "2026-07-06", 1)).await;
    let reply = app.supplier("hanok").post(&first.ticket_address(1, "cancel"), &json!({})).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    let reply = app.supplier("hanok").post(&first.ticket_address(0, "redeem"), &json!({})).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    app
}

#[rstest]
#[tokio::test]
async fn lists_who_comes_and_what_must_be_known(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let app = app_with_guests(engine).await;
    let dmz = app.world().dmz.clone();
    let reply = app.supplier("hanok").get(&format!("{MANIFEST}?product_code={}&date=2026-07-05", dmz.id)).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    assert_eq!(reply.body["required_traveler_information"], json!(["english_name", "passport_id"]));
    let departures = list(&reply.body["departures"]);
    assert_eq!(departures.len(), 1);
    let departure = &departures[0];
    assert_eq!((&departure["start_time"], &departure["inventory_at"]), (&json!("07:30"), &json!("2026-07-04T22:30:00.000Z")));
    assert_eq!(
        departure["options"],
        json!([{ "option_code": dmz.option(0), "option_name": "Seat", "tickets": 2, "persons": 2, "used": 1 }])
    );
    assert_eq!(each(&departure["passengers"], "channel_order_code"), ["G-1", "G-2"]);
    let first = &departure["passengers"][0];
    assert_eq!(first["required"], json!({ "english_name": "KIM HANEUL", "passport_id": "M5678" }));
    assert_eq!(first["extra"], json!({ "seat": "window" }));
    assert_eq!((&first["ax_ticket_status"], &first["channel_comment"]), (&json!("Used"), &json!("=휠체어")));

    let with_canceled =
        app.supplier("hanok").get(&format!("{MANIFEST}?product_code={}&date=2026-07-05&include_canceled=true", dmz.id)).await;
    let passengers = list(&with_canceled.body["departures"][0]["passengers"]);
    assert_eq!(passengers.len(), 3);
    assert_eq!(with_canceled.body["departures"][0]["options"][0]["tickets"], 2, "totals count who comes");
    for (query, count) in [("&start_time=07:30", 1), ("&start_time=08:00", 0)] {
        let reply = app.supplier("hanok").get(&format!("{MANIFEST}?product_code={}&date=2026-07-05{query}", dmz.id)).await;
        assert_eq!(list(&reply.body["departures"]).len(), count);
    }
    let nobody = app.supplier("hanok").get(&format!("{MANIFEST}?product_code={}&date=2026-07-07", dmz.id)).await;
    assert_eq!(nobody.body["departures"], json!([]));
}

#[rstest]
#[tokio::test]
async fn is_a_table_when_asked_for(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let app = app_with_guests(engine).await;
    let dmz = app.world().dmz.id;
    let address = format!("{MANIFEST}?product_code={dmz}&date=2026-07-05");
    let by_header = app.supplier("hanok").with_header("accept", "text/csv").get(&address).await;
    let by_parameter = app.supplier("hanok").get(&format!("{address}&format=csv")).await;
    assert_eq!((by_header.status, by_parameter.status), (200, 200));
    assert_eq!(by_header.text(), by_parameter.text());
    assert_eq!(by_parameter.header("content-type"), Some("text/csv; charset=utf-8; header=present"));
    let lines: Vec<&str> = by_parameter.text().split_terminator("\r\n").collect();
    assert_eq!(lines.len(), 3);
    assert!(lines[0].starts_with("date,start_time,option_name,name,"), "{}", lines[0]);
    assert!(lines[0].ends_with(",english_name,passport_id,channel_comment,extra"), "{}", lines[0]);
    assert!(lines[1].starts_with("2026-07-05,07:30,Seat,Traveler 1,82,010-1234-5678,"), "{}", lines[1]);
    // Nothing in it is taken for a formula.
    assert!(lines[1].ends_with(",KIM HANEUL,M5678,'=휠체어,\"{\"\"seat\"\":\"\"window\"\"}\""), "{}", lines[1]);
}

#[rstest]
#[tokio::test]
async fn a_day_ticket_has_one_departure_a_day(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let app = App::start(engine).await;
    let museum = app.world().museum.clone();
    place(&app, "G-1", &museum, 0, "2026-07-05", 2).await;
    place(&app, "G-2", &museum, 1, "2026-07-05", 1).await;
    let reply = app.supplier("hanok").get(&format!("{MANIFEST}?product_code={}&date=2026-07-05", museum.id)).await;
    let departure = &reply.body["departures"][0];
    assert_eq!(departure["start_time"], json!(null));
    assert_eq!(each(&departure["options"], "option_name"), ["Adult", "Youth"]);
    assert_eq!(list(&departure["passengers"]).len(), 3);
}

#[rstest]
#[tokio::test]
async fn shows_nobody_elses_guests(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let app = app_with_guests(engine).await;
    let dmz = app.world().dmz.id.to_string();
    for code in [dmz.as_str(), NOBODYS, "seven"] {
        let reply = app.supplier("lumiere").get(&format!("{MANIFEST}?product_code={code}&date=2026-07-05")).await;
        assert_code(&reply, 404, "not_found");
    }
    for (query, parameter) in [
        ("date=2026-07-05".to_owned(), "product_code"),
        (format!("product_code={dmz}"), "date"),
        (format!("product_code={dmz}&date=2026-02-30"), "date"),
        (format!("product_code={dmz}&date=2026-07-05&start_time=25:00"), "start_time"),
        (format!("product_code={dmz}&date=2026-07-05&format=pdf"), "format"),
        (format!("product_code={dmz}&date=2026-07-05&dates=1"), "dates"),
        (format!("product_code={}&date=2026-07-05", app.undated().await.id), "product_code"),
    ] {
        assert_wrong_query(&app, &format!("{MANIFEST}?{query}"), parameter).await;
    }
}
