//! Statements: what happened in a month, exactly once, and closed for ever.

use axhub_domain::ids::{OrderId, TicketId};
use axhub_domain::inventory::{InventoryRef, UNDATED};
use axhub_domain::money::Currency;
use axhub_domain::pricing::{ExchangeRate, MarkUp};
use axhub_domain::product::ProductKind;
use axhub_domain::reconcile::Listed;
use axhub_domain::refund::{RefundPolicy, RefundReport};
use axhub_domain::refusal::Conflict;
use axhub_domain::state::{Action, TicketStatus};
use axhub_domain::statement::{Happened, Line, Statement};
use axhub_hub::audit::{self, AuditFilter};
use axhub_hub::catalogue::{ContentsChange, ProductChange, change_product};
use axhub_hub::settings::{self, SettingsChange};
use axhub_hub::statements::{self, Closure, Document, MonthFilter, StatementOf};
use axhub_hub::{ByOperator, Hub, Page, Result, directory, fulfilment, refunds};
use axhub_testkit::{Engine, OrderBuilder, ProductBuilder, TestProduct};
use rstest::rstest;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::stage::{Stage, conflict, is_not_found};

const TOUR: ProductKind = ProductKind::Tour;

fn of(channel: &str, supplier: &str, month: &str) -> StatementOf {
    StatementOf { channel: channel.to_owned(), supplier: supplier.to_owned(), month: month.parse().unwrap() }
}

fn olivia() -> ByOperator {
    ByOperator::command_line("olivia")
}

impl Stage {
    async fn statement(&self, channel: &str, supplier: &str, month: &str) -> Statement {
        statements::read(&self.hub, of(channel, supplier, month)).await.unwrap().statement().await.unwrap()
    }

    async fn document(&self, of: StatementOf) -> Document {
        statements::read(&self.hub, of).await.unwrap()
    }

    async fn close(&self, of: StatementOf) -> Result<Closure> {
        statements::close(&self.hub, olivia(), of).await
    }

    /// Sells units of an option; the order and its tickets.
    async fn sell(&self, code: &str, product: &TestProduct, option: usize, at: (&str, &str), quantity: u32) -> (OrderId, Vec<TicketId>) {
        let mapping = self.register("alpha", product).await;
        let order = OrderBuilder::new(code).line(mapping, product.option(option), product.at(at.0, at.1), quantity);
        let line = self.place("alpha", &order).await.unwrap().lines.remove(0);
        (line.order, line.tickets)
    }

    async fn give_back(&self, order: OrderId, ticket: TicketId, amount: &str) {
        let policy = json!({ "0": "1", "100": "7" });
        let report = RefundReport {
            amount: amount.parse().unwrap(),
            canceled_at: self.hub.now(),
            refunded_at: self.hub.now(),
            policy: RefundPolicy::read(policy.as_object().unwrap()).unwrap(),
        };
        refunds::report_refund(&self.hub, self.world.channel("alpha").id, TOUR, order, ticket, report).await.unwrap();
    }

    async fn set_zone(&self, zone: &str) {
        let change = SettingsChange { statement_time_zone: Some(zone.to_owned()), ..SettingsChange::default() };
        settings::change(&self.hub, olivia(), change).await.unwrap();
    }
}

/// What a line says of its price: net, mark-up, rate.
fn facts(line: &Line) -> (String, String, Option<&str>) {
    let net = line.unit_net.zip(line.net_currency).map(|(net, currency)| format!("{net} {currency}"));
    (net.unwrap_or_default(), line.mark_up.clone().unwrap_or_default(), line.rate.as_deref())
}

/// Events of each line, by the channel's code of the order.
fn events(statement: &Statement) -> Vec<(String, Vec<&'static str>)> {
    let words = |line: &Line| line.events.iter().map(|event| event.word()).collect();
    statement.lines.iter().map(|line| (line.channel_order_code.clone(), words(line))).collect()
}

#[rstest]
#[tokio::test]
async fn a_sale_keeps_what_its_price_was_made_of(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let boat = ProductBuilder::tour("Boat").option("Seat", "10.50").season("2026-07-10", "2026-07-12", "21.05");
    let boat = boat.create(&stage.hub, stage.world.supplier("lumiere").id).await;
    stage.world.assign(&stage.hub, "alpha", &boat, MarkUp(123_456)).await;
    let mapping = stage.register("alpha", &boat).await;
    let order = |code: &str, day: &str, currency| {
        OrderBuilder::new(code).line(mapping, boat.option(0), boat.at(day, "09:00"), 1).change(|order| order.head.currency = currency)
    };
    stage.place("alpha", &order("A-1", "2026-07-09", Currency::Usd)).await.unwrap();
    stage.place("alpha", &order("A-2", "2026-07-10", Currency::Krw)).await.unwrap();

    // What is sold later is sold at what holds then; what was sold before keeps its own.
    stage.world.assign(&stage.hub, "alpha", &boat, MarkUp(200_000)).await;
    let rate = ExchangeRate { base: Currency::Usd, quote: Currency::Krw, valid_from: stage.hub.now(), rate: 138_050_000_000 };
    directory::set_rates(&stage.hub, vec![rate]).await.unwrap();
    stage.place("alpha", &order("A-3", "2026-07-12", Currency::Krw)).await.unwrap();

    let statement = stage.statement("alpha", "lumiere", "2026-07").await;
    let found: Vec<_> = statement.lines.iter().map(facts).collect();
    let text = |text: &str| text.to_owned();
    assert_eq!(
        found,
        [
            (text("10.50000 USD"), text("1.23456"), None),
            (text("21.05000 USD"), text("1.23456"), Some("1100")),
            (text("21.05000 USD"), text("2.00000"), Some("1380.5")),
        ]
    );
    assert_eq!(statement.lines[0].product_name, "Boat");
    assert_eq!(statement.lines[0].option_name, "Seat");

    // A rate that is known the other way round, and a ticket without a date.
    let cruise = stage.world.make_undated(&stage.hub).await;
    let mapping = stage.register("alpha", &cruise).await;
    let undated = OrderBuilder::new("A-4").line_of(mapping, cruise.option(0), InventoryRef::On(UNDATED), 1).change(|order| {
        order.kind = ProductKind::Ticket;
    });
    stage.place("alpha", &undated).await.unwrap();
    let line = stage.statement("alpha", "hanok", "2026-07").await.lines.remove(0);
    assert_eq!(facts(&line), (text("10000.00000 KRW"), text("1.20000"), Some("0.0007243752263672582397681999")));
    assert_eq!((line.date, line.start_time), (None, None));
}

#[rstest]
#[tokio::test]
async fn tells_what_happened_to_the_last_digit(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let (paris, seoul) = (stage.world.paris.clone(), stage.world.seoul.clone());
    let (adults, tickets) = stage.sell("A-1", &paris, 0, ("2026-07-05", "09:00"), 3).await;
    let (rejected, _) = stage.sell("A-2", &seoul, 0, ("2026-07-05", "10:00"), 2).await;
    stage.sell("A-3", &paris, 1, ("2026-07-05", "14:00"), 1).await;

    stage.clock.set_to("2026-07-03T08:00:00Z");
    stage.as_channel("alpha", TOUR, adults, Action::ChannelCancelTicket(tickets[0])).await.unwrap();
    stage.give_back(adults, tickets[0], "40.00").await;
    stage.as_supplier("hanok", rejected, Action::Reject).await.unwrap();
    stage.clock.set_to("2026-08-01T00:00:00Z");
    stage.as_supplier("lumiere", adults, Action::Redeem(tickets[1])).await.unwrap();

    let july = stage.statement("alpha", "lumiere", "2026-07").await;
    let statuses: Vec<TicketStatus> = july.lines.iter().map(|line| line.ticket_status).collect();
    assert_eq!(statuses, [TicketStatus::TravelerCanceled, TicketStatus::New, TicketStatus::New, TicketStatus::New]);
    let codes: Vec<Option<&str>> = july.lines.iter().map(|line| line.channel_ticket_code.as_deref()).collect();
    assert_eq!(codes, [Some("T-0-1"), Some("T-0-2"), Some("T-0-3"), Some("T-0-1")]);
    assert_eq!(july.lines[0].events, [Happened::Sold, Happened::Canceled, Happened::Refunded]);
    assert_eq!(july.lines[0].canceled_by.as_deref(), Some("channel"));
    let none = json!({ "count": 0, "net": "0.00000", "selling": "0.00000" });
    let one = json!({ "count": 1, "net": "75.00000", "selling": "80.00000" });
    assert_eq!(
        serde_json::to_value(&july.totals).unwrap(),
        json!([{
            "net_currency": "USD", "currency": "USD", "sold": { "count": 4, "net": "275.00000", "selling": "320.00000" },
            "canceled": one, "refunded": one, "refund_amount": "40.00000", "redeemed": none,
        }])
    );

    let august = stage.statement("alpha", "lumiere", "2026-08").await;
    assert_eq!(events(&august), [("A-1".to_owned(), vec!["redeemed"])]);
    assert_eq!(august.lines[0].redeemed_at.as_deref(), Some("2026-08-01T00:00:00.000Z"));
    let rejected = stage.statement("alpha", "hanok", "2026-07").await;
    assert_eq!(events(&rejected), vec![("A-2".to_owned(), vec!["sold", "canceled"]); 2]);
    assert_eq!(rejected.lines[0].canceled_by.as_deref(), Some("supplier"));
    assert_eq!(stage.statement("beta", "lumiere", "2026-07").await.lines, []);
}

#[rstest]
#[tokio::test]
async fn names_are_those_of_the_day_of_the_sale(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let paris = stage.world.paris.clone();
    stage.sell("A-1", &paris, 0, ("2026-07-05", "09:00"), 1).await;
    let rename = ContentsChange { texts: [("product_name".to_owned(), "Paris by night".to_owned())].into(), ..ContentsChange::default() };
    let change = ProductChange { contents: rename, ..ProductChange::default() };
    change_product(&stage.hub, paris.supplier, paris.id, change).await.unwrap();
    stage.sell("A-2", &paris, 1, ("2026-07-05", "09:00"), 1).await;
    let lines = stage.statement("alpha", "lumiere", "2026-07").await.lines;
    let names: Vec<(&str, &str)> = lines.iter().map(|line| (line.product_name.as_str(), line.option_name.as_str())).collect();
    assert_eq!(names, [("Paris walk", "Adult"), ("Paris by night", "Child")]);
}

#[rstest]
#[tokio::test]
async fn a_redemption_that_was_undone_stands_in_no_month(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let paris = stage.world.paris.clone();
    let (_, tickets) = stage.sell("A-1", &paris, 0, ("2026-07-31", "14:00"), 1).await;
    let lumiere = || {
        let supplier = stage.world.supplier("lumiere");
        (supplier.id, supplier.code.clone())
    };
    stage.clock.set_to("2026-07-31T23:55:00Z");
    fulfilment::redeem(&stage.hub, lumiere(), tickets[0], None, None).await.unwrap();
    assert_eq!(events(&stage.statement("alpha", "lumiere", "2026-07").await), [("A-1".to_owned(), vec!["sold", "redeemed"])]);
    stage.clock.set_to("2026-08-01T00:05:00Z");
    fulfilment::undo_redemption(&stage.hub, lumiere(), tickets[0], None).await.unwrap();
    let july = stage.statement("alpha", "lumiere", "2026-07").await;
    assert_eq!((events(&july), july.lines[0].ticket_status), (vec![("A-1".to_owned(), vec!["sold"])], TicketStatus::New));
    assert_eq!(stage.statement("alpha", "lumiere", "2026-08").await.lines, []);
    stage.clock.set_to("2026-08-01T00:06:00Z");
    fulfilment::redeem(&stage.hub, lumiere(), tickets[0], None, None).await.unwrap();
    assert_eq!(events(&stage.statement("alpha", "lumiere", "2026-08").await), [("A-1".to_owned(), vec!["redeemed"])]);
    assert_eq!(stage.statement("alpha", "lumiere", "2026-07").await, july);
}

#[rstest]
#[tokio::test]
async fn a_closed_month_never_changes(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let paris = stage.world.paris.clone();
    let july = of("alpha", "lumiere", "2026-07");
    let (order, tickets) = stage.sell("A-1", &paris, 0, ("2026-07-31", "09:00"), 2).await;
    for (now, closes) in [("2026-07-15T00:00:00Z", false), ("2026-08-01T00:59:59.999Z", false), ("2026-08-01T01:00:00Z", true)] {
        stage.clock.set_to(now);
        if !closes {
            let closes_from = "2026-08-01T01:00:00Z".parse().unwrap();
            assert_eq!(conflict(stage.close(july.clone()).await), Conflict::MonthNotOver { closes_from }, "{now}");
        }
    }
    let open = stage.document(july.clone()).await;
    assert_eq!(open.closed, None);
    let closed = stage.close(july.clone()).await.unwrap();
    assert_eq!((closed.closed_at, closed.closed_by.as_str()), (stage.hub.now(), "olivia"));
    let kept = stage.document(july.clone()).await;
    assert_eq!(kept.closed.as_ref(), Some(&closed));
    assert_eq!(closed.hash, Sha256::digest(&kept.json).iter().map(|byte| format!("{byte:02x}")).collect::<String>());
    assert_eq!(kept.json, open.json.replace("\"is_closed\":false", "\"is_closed\":true"));

    // Whatever happens now belongs to August, and whoever closes again finds it closed.
    stage.as_channel("alpha", TOUR, order, Action::ChannelCancelTicket(tickets[0])).await.unwrap();
    stage.give_back(order, tickets[0], "80.00").await;
    stage.set_zone("Asia/Seoul").await;
    stage.clock.set_to("2026-09-05T00:00:00Z");
    let again = statements::close(&stage.hub, ByOperator::command_line("oscar"), july.clone()).await.unwrap();
    assert_eq!(again, closed);
    let later = stage.document(july.clone()).await;
    assert_eq!((later.json, later.closed), (kept.json, Some(closed.clone())));
    assert_eq!(events(&stage.statement("alpha", "lumiere", "2026-08").await), [("A-1".to_owned(), vec!["canceled", "refunded"])]);

    let wanted = AuditFilter { action: Some("statement.close".to_owned()), ..AuditFilter::default() };
    let log = audit::list(&stage.hub, wanted, Page { number: 1, size: 10 }).await.unwrap();
    assert_eq!(log.total, 1);
    assert_eq!((log.items[0].actor_name.as_str(), log.items[0].object_code.as_str()), ("olivia", "alpha/lumiere/2026-07"));
    assert_eq!(log.items[0].details, json!({ "hash": closed.hash, "lines": 2 }));
}

fn codes(numbers: std::ops::Range<usize>) -> Vec<String> {
    numbers.map(|n| format!("A-{n}")).collect()
}

#[rstest]
#[tokio::test]
async fn months_leave_nothing_out_when_their_zone_changes(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let late = ProductBuilder::tour("Late").start_times(&["09:00"]).days("2026-08-20", "2026-08-20").option("Seat", "1");
    let late = late.create(&stage.hub, stage.world.supplier("hanok").id).await;
    stage.world.assign(&stage.hub, "alpha", &late, MarkUp::NONE).await;
    // Around the ends of July in UTC, in Seoul and in New York.
    let instants = ["2026-07-31T14:59:59Z", "2026-07-31T15:00:00Z", "2026-07-31T23:59:59Z", "2026-08-01T00:00:00Z", "2026-08-01T03:59:59Z"];
    for (n, now) in instants.into_iter().enumerate() {
        stage.clock.set_to(now);
        stage.sell(&format!("A-{n}"), &late, 0, ("2026-08-20", "09:00"), 1).await;
    }
    let sold = async |month: &str| {
        let found = events(&stage.statement("alpha", "hanok", month).await);
        found.into_iter().map(|(code, _)| code).collect::<Vec<_>>()
    };
    assert_eq!((sold("2026-07").await, sold("2026-08").await), (codes(0..3), codes(3..5)));
    stage.set_zone("Asia/Seoul").await;
    assert_eq!((sold("2026-07").await, sold("2026-08").await), (codes(0..1), codes(1..5)));
    stage.set_zone("America/New_York").await;
    let july = stage.statement("alpha", "hanok", "2026-07").await;
    assert_eq!((july.from.as_str(), july.to.as_str()), ("2026-07-01T04:00:00.000Z", "2026-08-01T04:00:00.000Z"));

    // July closed as New York counts it; then months are counted in Seoul, and August begins where July ended.
    stage.clock.set_to("2026-08-01T05:00:00Z");
    stage.close(of("alpha", "hanok", "2026-07")).await.unwrap();
    stage.set_zone("Asia/Seoul").await;
    assert_eq!((sold("2026-07").await, sold("2026-08").await), (codes(0..5), codes(0..0)));
    let august = stage.statement("alpha", "hanok", "2026-08").await;
    assert_eq!(
        (august.from.as_str(), august.to.as_str(), august.time_zone.as_str()),
        ("2026-08-01T04:00:00.000Z", "2026-08-31T15:00:00.000Z", "Asia/Seoul")
    );
    let june = stage.statement("alpha", "hanok", "2026-06").await;
    assert_eq!((june.from.as_str(), june.to.as_str()), ("2026-05-31T15:00:00.000Z", "2026-07-01T04:00:00.000Z"));
}

#[rstest]
#[tokio::test]
async fn of_two_who_close_a_month_one_does(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let paris = stage.world.paris.clone();
    stage.sell("A-1", &paris, 0, ("2026-07-31", "09:00"), 2).await;
    stage.clock.set_to("2026-08-02T00:00:00Z");
    let other = stage.another_hub().await;
    let close = |hub: Hub, name: &'static str| async move {
        statements::close(&hub, ByOperator::command_line(name), of("alpha", "lumiere", "2026-07")).await.unwrap()
    };
    let tasks =
        [(stage.hub.clone(), "olivia"), (other.clone(), "oscar"), (other, "otto")].map(|(hub, name)| tokio::spawn(close(hub, name)));
    let mut closures = Vec::new();
    for task in tasks {
        closures.push(task.await.unwrap());
    }
    assert_eq!((&closures[0], &closures[1]), (&closures[1], &closures[2]));
    let wanted = AuditFilter { action: Some("statement.close".to_owned()), ..AuditFilter::default() };
    assert_eq!(audit::list(&stage.hub, wanted, Page { number: 1, size: 10 }).await.unwrap().total, 1);
}

#[rstest]
#[tokio::test]
async fn the_list_has_closed_months_and_those_with_events(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let (paris, seoul) = (stage.world.paris.clone(), stage.world.seoul.clone());
    let (order, tickets) = stage.sell("A-1", &paris, 0, ("2026-07-31", "09:00"), 1).await;
    stage.sell("A-2", &seoul, 0, ("2026-07-31", "10:00"), 1).await;
    stage.as_channel("alpha", TOUR, order, Action::TravelerCancel).await.unwrap();
    stage.clock.set_to("2026-08-02T00:00:00Z");
    stage.close(of("alpha", "lumiere", "2026-07")).await.unwrap();
    stage.close(of("beta", "hanok", "2026-06")).await.unwrap();
    stage.give_back(order, tickets[0], "1").await;

    let list = async |filter: MonthFilter| {
        let found = statements::list(&stage.hub, filter, Page { number: 1, size: 10 }).await.unwrap();
        assert_eq!(found.total, found.items.len() as u64);
        let shown = |listed: statements::ListedMonth| {
            format!(
                "{} {} {} {}",
                listed.of.month,
                listed.of.channel_code,
                listed.of.supplier_code,
                if listed.closed.is_some() { "closed" } else { "open" }
            )
        };
        found.items.into_iter().map(shown).collect::<Vec<_>>()
    };
    let all = ["2026-08 alpha lumiere open", "2026-07 alpha hanok open", "2026-07 alpha lumiere closed", "2026-06 beta hanok closed"];
    assert_eq!(list(MonthFilter::default()).await, all);
    let month = |text: &str| Some(text.parse().unwrap());
    assert_eq!(list(MonthFilter { to: month("2026-07"), ..MonthFilter::default() }).await, all[1..]);
    assert_eq!(list(MonthFilter { from: month("2026-08"), ..MonthFilter::default() }).await, all[..1]);
    assert_eq!(list(MonthFilter { supplier: Some("hanok".to_owned()), ..MonthFilter::default() }).await, [all[1], all[3]]);
    assert_eq!(list(MonthFilter { channel: Some("beta".to_owned()), ..MonthFilter::default() }).await, all[3..]);
    assert_eq!(list(MonthFilter { is_closed: Some(false), ..MonthFilter::default() }).await, all[..2]);
    assert_eq!(list(MonthFilter { channel: Some("nobody".to_owned()), ..MonthFilter::default() }).await, [""; 0]);
    let page = statements::list(&stage.hub, MonthFilter::default(), Page { number: 2, size: 3 }).await.unwrap();
    assert_eq!((page.total, page.items.len()), (4, 1));
}

#[rstest]
#[tokio::test]
async fn a_list_is_held_against_the_month(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let paris = stage.world.paris.clone();
    let (_, tickets) = stage.sell("A-1", &paris, 0, ("2026-07-31", "09:00"), 2).await;
    let listed = |line, ticket: String| Listed {
        line,
        channel_order_code: "A-1".to_owned(),
        ax_ticket_code: Some(ticket),
        channel_ticket_code: None,
        status: None,
        amount: Some("80".parse().unwrap()),
        currency: None,
    };
    let list = vec![listed(2, tickets[0].to_string()), listed(3, "unknown".to_owned())];
    let result = statements::reconcile(&stage.hub, of("alpha", "lumiere", "2026-07"), list).await.unwrap();
    assert_eq!((result.listed, result.stated, result.agreeing, result.total()), (2, 2, 1, 2));
}

#[rstest]
#[tokio::test]
async fn who_is_not_there_has_no_statement(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    for unknown in [of("nobody", "lumiere", "2026-07"), of("alpha", "nobody", "2026-07")] {
        assert!(is_not_found(&statements::read(&stage.hub, unknown.clone()).await));
        assert!(is_not_found(&stage.close(unknown.clone()).await));
        assert!(is_not_found(&statements::reconcile(&stage.hub, unknown, Vec::new()).await));
    }
    // The ends of the years that months can be of.
    for month in ["1970-01", "9998-12"] {
        assert_eq!(stage.statement("alpha", "lumiere", month).await.lines, []);
    }
}
