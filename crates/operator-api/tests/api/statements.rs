//! Statements over HTTP: as JSON and as a table, closed, and held against a channel's list.

use axhub_testkit::{App, Client, Engine, OrderBuilder, Reply};
use axum::http::Method;
use rstest::rstest;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const JULY: &str = "/v1/operator/statements/alpha/lumiere/2026-07";

/// What alpha sold in Paris, on 1 July: the order, and its tickets.
struct Sold {
    order: String,
    tickets: Vec<String>,
}

async fn sell(app: &App, code: &str, quantity: u32) -> Sold {
    let paris = app.world().paris.clone();
    let mapping = app.register("alpha", &paris).await;
    let order = OrderBuilder::new(code).line(mapping, paris.option(0), paris.at("2026-07-10", "09:00"), quantity);
    let reply = app.channel("alpha").post("/v1/channel/orders/tour", &order.json()).await;
    assert_eq!(reply.status, 201, "{}", reply.body);
    let option = &reply.body["options"][0];
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let tickets = option["tickets"].as_array().unwrap().iter().map(|ticket| text(&ticket["ax_ticket_code"]));
    Sold { order: text(&option["ax_order_code"]), tickets: tickets.collect() }
}

async fn cancel(app: &App, sold: &Sold, ticket: usize) {
    let address = format!("/v1/channel/orders/tour/{}/tickets/{}", sold.order, sold.tickets[ticket]);
    let reply = app.channel("alpha").patch(&address, &json!({ "status": "Traveler canceled" })).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
}

async fn reconcile(client: &Client, list: impl Into<Vec<u8>>) -> Reply {
    client.send_bytes(Method::POST, &format!("{JULY}/reconcile"), Some("text/csv"), list.into()).await
}

fn code(reply: &Reply) -> (u16, Option<&str>) {
    let found = reply.body.get("code").or_else(|| reply.body["error"].get("code"));
    (reply.status, found.and_then(Value::as_str))
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[rstest]
#[tokio::test]
async fn a_month_is_read_as_json_and_as_a_table(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let app = App::start(engine).await;
    let sold = sell(&app, "=A-1", 2).await;
    cancel(&app, &sold, 1).await;
    let olivia = app.operator();
    let reply = olivia.get(JULY).await;
    assert_eq!((reply.status, reply.header("content-type")), (200, Some("application/json")));
    assert_eq!((reply.header("x-statement-hash"), reply.header("vary")), (None, Some("Accept")));
    let paris = app.world().paris.clone();
    let line = |ticket: usize| {
        json!({
            "ax_ticket_code": sold.tickets[ticket], "channel_ticket_code": format!("T-0-{}", ticket + 1), "ax_order_code": sold.order,
            "channel_order_code": "=A-1", "product_code": paris.id, "product_name": "Paris walk", "option_code": paris.option(0),
            "option_name": "Adult", "date": "2026-07-10", "start_time": "09:00", "ticket_status": "New", "events": ["sold"],
            "sold_at": "2026-07-01T03:00:00.000Z", "canceled_at": null, "canceled_by": null, "refunded_at": null,
            "refund_amount": null, "redeemed_at": null, "unit_net": "75.00000", "net_currency": "USD", "mark_up": "1.20000",
            "rate": null, "unit_selling_price": "80.00000", "currency": "USD",
        })
    };
    let mut canceled = line(1);
    canceled["ticket_status"] = "Traveler canceled".into();
    canceled["events"] = json!(["sold", "canceled"]);
    canceled["canceled_at"] = "2026-07-01T03:00:00.000Z".into();
    canceled["canceled_by"] = "channel".into();
    let none = json!({ "count": 0, "net": "0.00000", "selling": "0.00000" });
    assert_eq!(
        reply.body,
        json!({
            "channel_code": "alpha", "supplier_code": "lumiere", "month": "2026-07", "time_zone": "UTC",
            "from": "2026-07-01T00:00:00.000Z", "to": "2026-08-01T00:00:00.000Z", "is_closed": false,
            "totals": [{
                "net_currency": "USD", "currency": "USD", "sold": { "count": 2, "net": "150.00000", "selling": "160.00000" },
                "canceled": { "count": 1, "net": "75.00000", "selling": "80.00000" }, "refunded": none, "refund_amount": "0.00000",
                "redeemed": none,
            }],
            "lines": [line(0), canceled],
        })
    );

    let table = olivia.get(&format!("{JULY}?format=csv")).await;
    assert_eq!((table.status, table.header("content-type")), (200, Some("text/csv; charset=utf-8; header=present")));
    let lines: Vec<&str> = table.text().split("\r\n").collect();
    assert_eq!(lines.len(), 4);
    assert!(lines[0].starts_with("ax_ticket_code,channel_ticket_code,ax_order_code,channel_order_code,product_code,"), "{}", lines[0]);
    let expected = format!(
        "{},T-0-2,{},'=A-1,{},Paris walk,{},Adult,2026-07-10,09:00,Traveler canceled,sold canceled,2026-07-01T03:00:00.000Z,\
         2026-07-01T03:00:00.000Z,channel,,,,75.00000,USD,1.20000,,80.00000,USD",
        sold.tickets[1],
        sold.order,
        paris.id,
        paris.option(0)
    );
    assert_eq!(lines[2], expected);
    assert_eq!(olivia.with_header("accept", "text/csv").get(JULY).await.text(), table.text());
    assert_eq!(olivia.with_header("accept", "text/csv").get(&format!("{JULY}?format=json")).await.body, reply.body);
    let wrong = olivia.get(&format!("{JULY}?format=xml")).await;
    assert_eq!(code(&wrong), (400, Some("invalid_query")));
}

#[rstest]
#[tokio::test]
async fn a_closed_month_is_answered_to_the_byte(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let app = App::start(engine).await;
    let sold = sell(&app, "A-1", 2).await;
    let olivia = app.operator();
    let close = format!("{JULY}/close");
    let early = olivia.in_english().post(&close, &json!({})).await;
    assert_eq!(code(&early), (409, Some("month_not_over")));
    assert_eq!(early.body["closes_from"], "2026-08-01T01:00:00.000Z");
    assert_eq!(early.body["message"], "This month cannot be closed yet. It can be closed from 2026-08-01T01:00:00.000Z on.");

    app.clock().set_to("2026-08-01T01:00:00Z");
    let closed = olivia.send(Method::POST, &close, None).await;
    assert_eq!(closed.status, 200, "{}", closed.body);
    let statement = olivia.get(JULY).await;
    let hash = sha256(&statement.bytes);
    assert_eq!(
        closed.body,
        json!({
            "channel_code": "alpha", "supplier_code": "lumiere", "month": "2026-07", "hash": hash,
            "closed_at": "2026-08-01T01:00:00.000Z", "closed_by": "olivia",
        })
    );
    assert_eq!(statement.header("x-statement-hash"), Some(hash.as_str()));
    assert_eq!(statement.header("x-statement-closed-at"), Some("2026-08-01T01:00:00.000Z"));
    assert_eq!(statement.body["is_closed"], true);

    cancel(&app, &sold, 0).await;
    app.clock().set_to("2026-08-20T00:00:00Z");
    assert_eq!(olivia.send(Method::POST, &close, None).await.body, closed.body);
    assert_eq!(olivia.get(JULY).await.bytes, statement.bytes);
    let table = olivia.get(&format!("{JULY}?format=csv")).await;
    assert_eq!((table.text().lines().count(), table.header("x-statement-hash")), (3, Some(hash.as_str())));
    let august = olivia.get("/v1/operator/statements/alpha/lumiere/2026-08").await;
    assert_eq!(august.body["lines"][0]["events"], json!(["canceled"]));

    let list = olivia.get("/v1/operator/statements?channel_code=alpha").await;
    assert_eq!(list.header("x-total-count"), Some("2"));
    let of = |month: &str, closes_from: &str| {
        json!({
            "channel_code": "alpha", "supplier_code": "lumiere", "month": month, "state": "open", "closes_from": closes_from,
            "hash": null, "closed_at": null, "closed_by": null,
        })
    };
    let mut july = of("2026-07", "2026-08-01T01:00:00.000Z");
    for (name, value) in [("state", "closed"), ("hash", &hash), ("closed_at", "2026-08-01T01:00:00.000Z"), ("closed_by", "olivia")] {
        july[name] = value.into();
    }
    assert_eq!(list.body, json!({ "statements": [of("2026-08", "2026-09-01T01:00:00.000Z"), july] }));
    let open = olivia.get("/v1/operator/statements?state=open&from=2026-07&to=2026-08&page_size=1").await;
    assert_eq!((open.header("x-total-count"), &open.body["statements"][0]["month"]), (Some("1"), &json!("2026-08")));
}

#[rstest]
#[tokio::test]
async fn a_channels_list_is_compared(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let app = App::start(engine).await;
    let sold = sell(&app, "A-1", 3).await;
    cancel(&app, &sold, 2).await;
    let olivia = app.operator();
    let table = olivia.get(&format!("{JULY}?format=csv")).await;
    let same = reconcile(&olivia, table.bytes.to_vec()).await;
    assert_eq!((same.status, &same.body["agreeing"], &same.body["total_differences"]), (200, &json!(3), &json!(0)));

    let list = "channel_order_code;x,channel_order_code,channel_ticket_code,Status,amount,currency,note\r\n\
                ,A-1,T-0-1,new,80,usd,\"fine,\r\nreally\"\r\n,A-1,T-0-2,canceled,80.5,EUR,\r\n,A-1,T-0-1,,,,\r\n,A-9,T-0-1,,,,\r\n";
    let reply = reconcile(&olivia, list).await;
    let difference = |kind: &str, line: Value, order: &str, ax: Value, own: &str, here: Value, there: Value| {
        json!({
            "kind": kind, "line": line, "first_line": null, "channel_order_code": order, "ax_ticket_code": ax,
            "channel_ticket_code": own, "here": here, "there": there,
        })
    };
    let second = json!(sold.tickets[1]);
    let mut repeated = difference("repeated", json!(5), "A-1", json!(sold.tickets[0]), "T-0-1", Value::Null, Value::Null);
    repeated["first_line"] = json!(2);
    assert_eq!(
        reply.body,
        json!({
            "channel_code": "alpha", "supplier_code": "lumiere", "month": "2026-07", "listed": 4, "stated": 3, "agreeing": 1,
            "total_differences": 6,
            "counts": {
                "missing_here": 1, "missing_there": 1, "repeated": 1, "order_differs": 0, "status_differs": 1, "amount_differs": 1,
                "currency_differs": 1,
            },
            "differences": [
                difference("status_differs", json!(4), "A-1", second.clone(), "T-0-2", json!("New"), json!("Canceled")),
                difference("amount_differs", json!(4), "A-1", second.clone(), "T-0-2", json!("80.00000"), json!("80.50000")),
                difference("currency_differs", json!(4), "A-1", second, "T-0-2", json!("USD"), json!("EUR")),
                repeated,
                difference("missing_here", json!(6), "A-9", Value::Null, "T-0-1", Value::Null, Value::Null),
                difference("missing_there", Value::Null, "A-1", json!(sold.tickets[2]), "T-0-3", json!("sold canceled"), Value::Null),
            ],
        })
    );
}

#[tokio::test]
async fn what_is_no_list_is_refused_with_its_place() {
    let app = App::start(Engine::Sqlite).await;
    let olivia = app.operator().in_english();
    let head = "channel_order_code,ax_ticket_code,amount\n";
    let reply = reconcile(&olivia, [head.as_bytes(), b"A-1,T,\xc7\xd1\n"].concat()).await;
    assert_eq!(code(&reply), (400, Some("malformed_csv")));
    assert_eq!((&reply.body["line"], &reply.body["byte"]), (&json!(2), &json!(head.len() + 7)));
    for (list, line, column) in [
        ("\u{feff}", 1, 1),
        ("channel_order_code,ax_ticket_code,amount\nA-1,\"T,80\n", 2, 5),
        ("channel_order_code,ax_ticket_code,amount\nA-1,T\n", 2, 5),
        ("channel_order_code,ax_ticket_code,amount\nA-1,T\"x,80\n", 2, 6),
    ] {
        let reply = reconcile(&olivia, list).await;
        assert_eq!(code(&reply), (400, Some("malformed_csv")), "{list}");
        assert_eq!((&reply.body["line"], &reply.body["column"]), (&json!(line), &json!(column)), "{list}");
    }
    let utf16: Vec<u8> = std::iter::once(0xfeff).chain("a,b".encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let reply = reconcile(&olivia, utf16).await;
    assert_eq!(reply.body["message"], "The table is UTF-16. Save it as UTF-8.");

    let columns = reconcile(&olivia, "ax_order_code,amount\n1,2\n").await;
    assert_eq!(code(&columns), (400, Some("required")));
    assert!(columns.body.get("channel_order_code").is_some() && columns.body.get("ax_ticket_code").is_some(), "{}", columns.body);
    let cells = reconcile(&olivia, "channel_order_code,ax_ticket_code,amount,status\nA-1,T,\"1,000\",gone\n,T,,\n").await;
    let named: Vec<&String> = cells.body.as_object().unwrap().keys().collect();
    assert_eq!(named, ["error", "line 2, amount", "line 2, status", "line 3, channel_order_code"]);

    let too_many = format!("channel_order_code,ax_ticket_code\n{}", "A,T\n".repeat(200_001));
    let reply = reconcile(&olivia, too_many).await;
    assert_eq!((code(&reply), reply.body["lines"].is_string()), ((400, Some("too_many")), true));
    let large = reconcile(&olivia, vec![b'a'; 32 * 1024 * 1024 + 1]).await;
    assert_eq!(code(&large), (413, Some("body_too_large")));
    let address = format!("{JULY}/reconcile");
    let json = olivia.post(&address, &json!({})).await;
    assert_eq!(code(&json), (415, Some("unsupported_media_type")));
    let korean = olivia.send_bytes(Method::POST, &address, Some("text/csv; charset=euc-kr"), "a").await;
    assert_eq!(code(&korean), (415, Some("unsupported_media_type")));
}

#[tokio::test]
async fn a_long_list_is_compared_whole() {
    let app = App::start(Engine::Sqlite).await;
    let lines: String = (0..100_000).map(|n| format!("A-{n},T-{n},\"{}\"\n", n % 7)).collect();
    let reply = reconcile(&app.operator(), format!("channel_order_code,channel_ticket_code,amount\n{lines}")).await;
    assert_eq!((reply.status, &reply.body["counts"]["missing_here"]), (200, &json!(100_000)));
    assert_eq!(reply.body["differences"].as_array().unwrap().len(), 10_000);
}

#[rstest]
#[tokio::test]
async fn who_and_what_is_not_there_is_not_found(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let app = App::start(engine).await;
    let olivia = app.operator();
    let months = ["alpha/nobody/2026-07", "nobody/lumiere/2026-07", "alpha/lumiere/2026-7", "alpha/lumiere/july", "alpha/lumiere/0000-01"];
    for month in months {
        let address = format!("/v1/operator/statements/{month}");
        assert_eq!(code(&olivia.get(&address).await), (404, Some("not_found")), "{month}");
        assert_eq!(code(&olivia.post(&format!("{address}/close"), &json!({})).await), (404, Some("not_found")), "{month}");
        let list = "channel_order_code,ax_ticket_code\nA,T\n";
        let reply = olivia.send_bytes(Method::POST, &format!("{address}/reconcile"), Some("text/csv"), list).await;
        assert_eq!(code(&reply), (404, Some("not_found")), "{month}");
    }
    for query in ["from=2026-7", "to=x", "from=2026-07&to=2026-06", "from=2024-01&to=2026-01", "state=done", "month=2026-07", "page=0"] {
        let reply = olivia.get(&format!("/v1/operator/statements?{query}")).await;
        assert_eq!(code(&reply), (400, Some("invalid_query")), "{query}");
    }
    assert_eq!(olivia.get("/v1/operator/statements?from=2024-02&to=2026-01").await.body, json!({ "statements": [] }));
}

#[rstest]
#[tokio::test]
async fn only_operators_read_and_close_statements(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let app = App::start(engine).await;
    for client in [app.supplier("lumiere"), app.channel("alpha"), app.anonymous()] {
        assert_eq!(client.get("/v1/operator/statements").await.status, 403);
        assert_eq!(client.get(JULY).await.status, 403);
        assert_eq!(client.post(&format!("{JULY}/close"), &json!({})).await.status, 403);
        assert_eq!(reconcile(&client, "a").await.status, 403);
    }
}
