//! The pages in `docs/`: the guide's commands run against a demo, and what the pages say of codes, states and each other is
//! what the source says.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use axhub_domain::hindrance::Hindrance;
use axhub_domain::ids::{OrderId, TicketId};
use axhub_domain::refusal::{Conflict, Reason};
use axhub_domain::state::{Action, Change, OrderState, OrderStatus, TicketStatus, transition};
use axhub_testkit::Engine;
use axhub_web::error::Kind;
use reqwest::Client;
use rstest::rstest;
use serde_json::Value;

use crate::commands::Page;
use crate::process::{Demo, empty};

const GUIDE: &str = "connect-your-channel.md";
/// The address that the guide tells the reader to start the demo on.
const ADDRESS: &str = "http://127.0.0.1:8080";

#[rstest]
#[case::sqlite(Engine::Sqlite)]
#[case::postgres(Engine::Postgres)]
#[tokio::test]
async fn the_guides_commands_answer_what_it_shows(#[case] engine: Engine) {
    let guide = page(GUIDE);
    assert!(guide.contains(&format!("--listen {}", ADDRESS.trim_start_matches("http://"))));
    let database = empty(engine).await;
    let demo = Demo::start(&database);
    let page = Page::read(GUIDE);
    assert!(page.blocks.len() > 25, "the guide's commands are not found any more");
    page.run(|commands| commands.replace(ADDRESS, &demo.base_url), &[]);
    check_the_end(&demo).await;
}

/// What must have come of it at the supplier's in the end, whatever the guide shows.
async fn check_the_end(demo: &Demo) {
    let suppliers = demo.ready["suppliers"].as_array().expect("suppliers");
    let supplier = suppliers.iter().find(|supplier| supplier["code"] == "lumiere-strade").expect("the guide's supplier");
    let key = supplier["api_key"].as_str().expect("a key");
    let get = async |path: &str| -> Value {
        let request = Client::new().get(format!("{}/v1/supplier/{path}", demo.base_url)).header("Authorization", format!("Token {key}"));
        request.send().await.expect("an answer").json().await.expect("JSON")
    };
    let orders = get("orders?page_size=200").await;
    let of_the_guide = |order: &&Value| order["channel_order_code"].as_str().is_some_and(|code| code.starts_with("GUIDE-"));
    let orders: Vec<&Value> = orders["orders"].as_array().expect("orders").iter().filter(of_the_guide).collect();
    let states: BTreeSet<&str> = orders.iter().filter_map(|order| order["ax_order_status"].as_str()).collect();
    assert_eq!((orders.len(), states), (2, BTreeSet::from(["Supplier confirm", "Traveler cancel"])));
    let confirmed = orders.iter().find(|order| order["ax_order_status"] == "Supplier confirm").expect("the confirmed order");
    let order = get(&format!("orders/{}", confirmed["ax_order_code"].as_str().expect("a code"))).await;
    let refunds: Vec<&Value> = order["tickets"].as_array().expect("tickets").iter().filter(|ticket| ticket["refund"].is_object()).collect();
    assert_eq!(refunds.len(), 1, "{order}");
    assert_eq!(refunds[0]["refund"]["differs"], false, "{order}");
    assert_eq!(get("reviews").await["reviews"][0]["title"], "Go hungry");
    assert_eq!(get("questions").await["questions"][0]["is_answered"], true);
}

#[test]
fn every_code_of_an_error_has_its_line() {
    let mut expected: BTreeSet<(String, &str)> = BTreeSet::from([("invalid_fields".to_owned(), "400")]);
    expected.extend(Reason::CODES.iter().map(|code| ((*code).to_owned(), "400")));
    expected.extend(Conflict::CODES.iter().map(|code| ((*code).to_owned(), "409")));
    let page = page("errors.md");
    let rows: Vec<Vec<&str>> = rows(&page).into_iter().filter(|row| row[0].starts_with('`')).collect();
    let named: Vec<&str> = rows.iter().map(|row| row[0].trim_matches('`')).collect();
    let codes: BTreeSet<&str> = expected.iter().map(|(code, _)| code.as_str()).chain(Kind::WEB_CODES.iter().copied()).collect();
    let listed: BTreeSet<&str> = named.iter().copied().collect();
    assert_eq!(listed, codes, "left: docs/errors.md, right: the source");
    assert_eq!(named.len(), listed.len(), "a code has two lines");
    for (code, status) in &expected {
        let row = rows.iter().find(|row| row[0].trim_matches('`') == code).expect("it is listed");
        assert_eq!(row[1], *status, "{code}");
    }
}

#[test]
fn every_reason_why_nothing_is_left_has_its_line() {
    let page = page("stock.md");
    let firsts = rows(&page).into_iter().map(|row| row[0].trim_matches('`'));
    let listed: Vec<&str> = firsts.filter(|code| Hindrance::CODES.contains(code)).collect();
    assert_eq!(listed, Hindrance::CODES);
}

#[test]
fn the_states_answer_what_their_page_says() {
    let page = page("states.md");
    let asked = rows(&page).into_iter().filter(|row| row[0].starts_with("channel: ") || row[0].starts_with("supplier: "));
    let mut cells = 0;
    for row in asked {
        for (at, said) in row[1..].iter().enumerate() {
            // The table of whole orders has six states, the one of tickets four.
            let expected =
                if row.len() == 7 { whole_order(row[0], OrderStatus::ALL[at]) } else { one_ticket(row[0], TicketStatus::ALL[at]) };
            assert!(*said == expected || said.starts_with(&format!("{expected} (")), "{row:?}: {said:?} should be {expected:?}");
            cells += 1;
        }
    }
    assert_eq!(cells, 7 * 6 + 4 * 4);
}

fn whole_order(asked: &str, from: OrderStatus) -> String {
    let action = match asked {
        "channel: `New`" => Action::StayNew,
        "channel: `Traveler cancel`" => Action::TravelerCancel,
        "channel: `Unavoidable cancel`" => Action::ChannelUnavoidableCancel,
        "supplier: acknowledge" => Action::Acknowledge,
        "supplier: confirm" => Action::Confirm,
        "supplier: reject" => Action::Reject,
        "supplier: cancel" => Action::SupplierCancel,
        other => panic!("who does {other}?"),
    };
    let change = answer(from, TicketStatus::New, action);
    change.map_or_else(|refused| refused, |change| change.order.map_or("same", OrderStatus::word).to_owned())
}

fn one_ticket(asked: &str, from: TicketStatus) -> String {
    let action = match asked {
        "channel: cancel" => Action::ChannelCancelTicket,
        "supplier: cancel" => Action::SupplierCancelTicket,
        "supplier: redeem" => Action::Redeem,
        "supplier: undo redemption" => Action::UndoRedemption,
        other => panic!("who does {other}?"),
    };
    let change = answer(OrderStatus::SupplierConfirm, from, action(TICKET));
    change.map_or_else(|refused| refused, |change| change.tickets.first().map_or("same", |(_, status)| status.word()).to_owned())
}

const TICKET: TicketId = TicketId(uuid::Uuid::from_u128(2));

/// What an action on an order with one ticket changes, or how its refusal is written on the page.
fn answer(status: OrderStatus, ticket: TicketStatus, action: Action) -> Result<Change, String> {
    let order = OrderState { id: OrderId(uuid::Uuid::from_u128(1)), status, tickets: vec![(TICKET, ticket)] };
    match transition(&order, action) {
        Ok(change) => Ok(change.expect("the order has this ticket")),
        Err(Conflict::TransitionNotAllowed { .. }) => Err("409".to_owned()),
        Err(conflict) => Err(format!("409 `{}`", conflict.code())),
    }
}

#[test]
fn every_link_leads_somewhere() {
    let mut pages: Vec<PathBuf> = vec![root().join("README.md")];
    pages.extend(fs::read_dir(root().join("docs")).expect("docs").map(|entry| entry.expect("an entry").path()));
    for from in pages.into_iter().filter(|path| path.extension().is_some_and(|extension| extension == "md")) {
        let text = fs::read_to_string(&from).expect("UTF-8");
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()).filter(|link| !link.contains("://")) {
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let to = if file.is_empty() { from.clone() } else { from.with_file_name(file) };
            assert!(to.exists(), "{}: {link}", from.display());
            let has_anchor =
                || fs::read_to_string(&to).expect("UTF-8").lines().filter(|line| line.starts_with('#')).any(|line| slug(line) == anchor);
            assert!(anchor.is_empty() || has_anchor(), "{}: {link}", from.display());
        }
    }
}

/// The anchor of a heading, as code hosts make it.
fn slug(heading: &str) -> String {
    let kept = heading.trim_start_matches('#').trim().to_lowercase();
    kept.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_')).map(|c| if c == ' ' { '-' } else { c }).collect()
}

/// The cells of all rows of all tables.
fn rows(page: &str) -> Vec<Vec<&str>> {
    let lines = page.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"));
    lines.map(|line| line.split(" | ").map(str::trim).collect()).collect()
}

fn page(name: &str) -> String {
    let path = root().join("docs").join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
