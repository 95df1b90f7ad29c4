//! Orders as they are read and changed.

use std::sync::Arc;

use axhub_domain::ids::{ChannelId, OrderId, SupplierId};
use axhub_domain::money::Currency;
use axhub_domain::product::{Product, ProductKind};
use axhub_domain::state::{Change, OrderStatus, TicketStatus};
use axhub_store::orders::{self, Order, OrderFilter, Ticket};
use axhub_store::paging::{Page, Paged};
use axhub_store::{Error, Result, products};
use axhub_testkit::Engine;
use rstest::rstest;

use crate::fixture::{DAYS, Fixture, NINE, TestOrder, id, later, money, nine, now, product};

const ALL: Page = Page { number: 1, size: 100 };

async fn read(fixture: &Fixture, n: u128) -> Order {
    let found: Result<Option<Order>> = tx!(fixture.db(), Read, |s| orders::of_supplier(s, id(1), id(n)).await);
    found.unwrap().unwrap()
}

#[rstest]
#[tokio::test]
async fn are_read_whole_by_the_channel_and_by_the_supplier(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    let mut order = TestOrder::new(100, "A-1", &[(fixture.adult, 1, 2), (fixture.van, 0, 1)]).status(OrderStatus::SupplierPending);
    order.order.head.comment = Some("창가 자리".to_owned());
    fixture.place(vec![order]).await.unwrap();
    let ticket = |n: u128, code: &str| Ticket {
        id: id(n),
        channel_ticket_code: Some(code.to_owned()),
        status: TicketStatus::New,
        redemption: None,
        updated_at: now(),
    };
    let expected = Order {
        id: id(110),
        channel_order: id(100),
        channel_order_code: "A-1".to_owned(),
        channel_order_status: OrderStatus::SupplierPending,
        dialect: "current".to_owned(),
        channel: id(11),
        channel_code: "alpha".to_owned(),
        supplier: id(1),
        kind: ProductKind::Tour,
        product: id(21),
        product_version: 1,
        option: id(31),
        option_name: "Adult".to_owned(),
        stock: id(52),
        weight: 1,
        quantity: 2,
        date: DAYS[1],
        start_time: NINE,
        inventory_at: nine(1),
        unit_selling_price: money("80"),
        amount_price: money("160"),
        currency: Currency::Usd,
        status: OrderStatus::SupplierPending,
        comment: None,
        order_comment: Some("창가 자리".to_owned()),
        created_at: now(),
        updated_at: now(),
        reply_by: None,
        tickets: vec![ticket(111, "T-0-1"), ticket(112, "T-0-2")],
    };
    let found: Result<[Option<Order>; 2]> = tx!(fixture.db(), Read, |s| Ok([
        orders::of_channel(s, id(11), ProductKind::Tour, id(110)).await?,
        orders::of_supplier(s, id(1), id(110)).await?,
    ]));
    assert_eq!(found.unwrap(), [Some(expected.clone()), Some(expected)]);
    let van = read(&fixture, 120).await;
    assert_eq!((van.weight, van.quantity, van.tickets.len()), (2, 1, 1));
}

#[rstest]
#[tokio::test]
async fn are_nobody_elses(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::with_order(engine).await;
    let found: Result<[bool; 7]> = tx!(fixture.db(), Write, |s| Ok([
        orders::of_channel(s, id(12), ProductKind::Tour, id(110)).await?.is_some(),
        orders::of_channel(s, id(11), ProductKind::DayTicket, id(110)).await?.is_some(),
        orders::of_channel(s, id(11), ProductKind::Tour, id(404)).await?.is_some(),
        orders::of_supplier(s, id(2), id(110)).await?.is_some(),
        orders::lock_of_channel(s, id(12), id(110)).await?,
        orders::lock_of_supplier(s, id(2), id(110)).await?,
        orders::lock_of_supplier(s, id(1), id(404)).await?,
    ]));
    assert_eq!(found.unwrap(), [false; 7]);
    let locked: Result<[bool; 2]> = tx!(fixture.db(), Write, |s| Ok([
        orders::lock_of_channel(s, id(11), id(110)).await?,
        orders::lock_of_supplier(s, id(1), id(110)).await?,
    ]));
    assert_eq!(locked.unwrap(), [true; 2]);
}

#[rstest]
#[tokio::test]
async fn show_the_least_advanced_state_of_the_channels_order(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    fixture.place(vec![TestOrder::new(100, "A-1", &[(fixture.adult, 0, 1), (fixture.van, 0, 1)])]).await.unwrap();
    let cancel = Change { order: Some(OrderStatus::TravelerCancel), ..Change::default() };
    let changed: Result<()> = tx!(fixture.db(), Write, cancel, |s, change| orders::apply(s, id(120), change, None, None, later(1)).await);
    changed.unwrap();
    let (one, other) = (read(&fixture, 110).await, read(&fixture, 120).await);
    assert_eq!((one.status, one.channel_order_status), (OrderStatus::SupplierConfirm, OrderStatus::SupplierConfirm));
    assert_eq!((other.status, other.channel_order_status), (OrderStatus::TravelerCancel, OrderStatus::SupplierConfirm));
}

#[rstest]
#[tokio::test]
async fn change_only_where_the_change_says(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::with_order(engine).await;
    let ticket_only = Change { order: None, tickets: vec![(id(112), TicketStatus::Used)], returned: 0 };
    let changed: Result<()> =
        tx!(fixture.db(), Write, ticket_only, |s, change| orders::apply(s, id(110), change, None, None, later(1)).await);
    changed.unwrap();
    let order = read(&fixture, 110).await;
    assert_eq!((order.status, order.comment.as_deref(), order.updated_at), (OrderStatus::SupplierConfirm, None, later(1)));
    let seen = |order: &Order| order.tickets.iter().map(|ticket| (ticket.status, ticket.updated_at)).collect::<Vec<_>>();
    assert_eq!(seen(&order), [(TicketStatus::New, now()), (TicketStatus::Used, later(1))]);

    let whole =
        Change { order: Some(OrderStatus::UnavoidableCancel), tickets: vec![(id(111), TicketStatus::SupplierCanceled)], returned: 1 };
    let changed: Result<()> =
        tx!(fixture.db(), Write, whole, |s, change| orders::apply(s, id(110), change, Some("눈이 와요"), None, later(2)).await);
    changed.unwrap();
    let order = read(&fixture, 110).await;
    assert_eq!((order.status, order.comment.as_deref(), order.updated_at), (OrderStatus::UnavoidableCancel, Some("눈이 와요"), later(2)));
    assert_eq!(seen(&order), [(TicketStatus::SupplierCanceled, later(2)), (TicketStatus::Used, later(1))]);

    let silent: Result<()> = tx!(fixture.db(), Write, |s| orders::apply(s, id(110), &Change::default(), None, None, later(3)).await);
    silent.unwrap();
    assert_eq!(read(&fixture, 110).await.comment.as_deref(), Some("눈이 와요"), "a comment stays until another comes");
    let missing: Result<()> = tx!(fixture.db(), Write, |s| orders::apply(s, id(404), &Change::default(), None, None, later(3)).await);
    assert!(matches!(missing, Err(Error::Contended(_))), "{missing:?}");
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn that_are_locked_change_one_after_another(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Arc::new(Fixture::with_order(engine).await);
    let ways_in = [fixture.db().clone(), fixture.test.open().await];
    let adding = (0..20).map(|at| {
        let db = ways_in[at % 2].clone();
        tokio::spawn(async move {
            let added: Result<()> = tx!(db, Write, |s| {
                let found = if at % 3 == 0 {
                    orders::lock_of_channel(s, id(11), id(110)).await?
                } else {
                    orders::lock_of_supplier(s, id(1), id(110)).await?
                };
                assert!(found);
                let order = orders::of_supplier(s, id(1), id(110)).await?.unwrap();
                let comment = format!("{}.", order.comment.unwrap_or_default());
                orders::apply(s, id(110), &Change::default(), Some(&comment), None, later(1)).await
            });
            added.unwrap();
        })
    });
    for adding in adding.collect::<Vec<_>>() {
        adding.await.unwrap();
    }
    assert_eq!(read(&fixture, 110).await.comment.map(|dots| dots.len()), Some(20));
}

/// Six orders of alpha's, in pairs of one moment.
async fn six_orders(engine: Engine) -> Fixture {
    let fixture = Fixture::new(engine).await;
    let (adult, van) = (fixture.adult, fixture.van);
    fixture
        .place(vec![TestOrder::new(200, "A-2", &[(adult, 1, 1)]), TestOrder::new(100, "A-1", &[(van, 0, 1), (adult, 0, 1)])])
        .await
        .unwrap();
    let later_orders = vec![
        TestOrder::new(300, "A-3", &[(adult, 2, 1)]).status(OrderStatus::New).at(later(5)),
        TestOrder::new(400, "A-4", &[(adult, 0, 1), (van, 2, 1)]).status(OrderStatus::New).at(later(5)),
    ];
    fixture.place(later_orders).await.unwrap();
    fixture
}

async fn of_channel(fixture: &Fixture, channel: ChannelId, filter: OrderFilter, page: Page) -> (Vec<u128>, u64) {
    let listed: Result<Paged<Order>> =
        tx!(fixture.db(), Snapshot, filter, |s, filter| orders::list_of_channel(s, channel, filter, page).await);
    let listed = listed.unwrap();
    (listed.items.iter().map(|order| order.id.0.as_u128()).collect(), listed.total)
}

async fn of_supplier(fixture: &Fixture, supplier: SupplierId, filter: OrderFilter, page: Page) -> (Vec<u128>, u64) {
    let listed: Result<Paged<Order>> =
        tx!(fixture.db(), Snapshot, filter, |s, filter| orders::list_of_supplier(s, supplier, filter, page).await);
    let listed = listed.unwrap();
    assert!(listed.items.iter().all(|order| order.tickets.len() == order.quantity as usize));
    (listed.items.iter().map(|order| order.id.0.as_u128()).collect(), listed.total)
}

#[rstest]
#[tokio::test]
async fn are_listed_oldest_first_page_by_page(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = six_orders(engine).await;
    let all = OrderFilter::default;
    assert_eq!(of_channel(&fixture, fixture.alpha, all(), ALL).await, (vec![110, 120, 210, 310, 410, 420], 6));
    assert_eq!(of_supplier(&fixture, fixture.lumiere, all(), ALL).await, (vec![110, 120, 210, 310, 410, 420], 6));
    assert_eq!(of_channel(&fixture, fixture.alpha, all(), Page { number: 2, size: 4 }).await, (vec![410, 420], 6));
    assert_eq!(of_supplier(&fixture, fixture.lumiere, all(), Page { number: 3, size: 2 }).await, (vec![410, 420], 6));
    assert_eq!(of_channel(&fixture, fixture.alpha, all(), Page { number: 99, size: 4 }).await, (vec![], 6));
    assert_eq!(of_channel(&fixture, fixture.beta, all(), ALL).await, (vec![], 0));
    assert_eq!(of_supplier(&fixture, fixture.hanok, all(), ALL).await, (vec![], 0));
}

#[rstest]
#[tokio::test]
async fn that_wait_for_their_suppliers_are_listed_page_by_page(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = six_orders(engine).await;
    let acknowledge = Change { order: Some(OrderStatus::SupplierPending), ..Change::default() };
    let changed: Result<()> =
        tx!(fixture.db(), Write, acknowledge, |s, change| orders::apply(s, id(410), change, None, None, later(6)).await);
    changed.unwrap();
    for kind in [None, Some(ProductKind::Tour)] {
        let waiting = |status| OrderFilter { kind, status: Some(status), ..OrderFilter::default() };
        let (new, pending) = (waiting(OrderStatus::New), waiting(OrderStatus::SupplierPending));
        for (number, expected) in [(1, vec![310]), (2, vec![420]), (3, vec![])] {
            let page = Page { number, size: 1 };
            assert_eq!(of_channel(&fixture, fixture.alpha, new.clone(), page).await, (expected.clone(), 2));
            assert_eq!(of_supplier(&fixture, fixture.lumiere, new.clone(), page).await, (expected, 2));
        }
        assert_eq!(of_channel(&fixture, fixture.alpha, pending.clone(), ALL).await, (vec![410], 1));
        assert_eq!(of_supplier(&fixture, fixture.lumiere, pending, ALL).await, (vec![410], 1));
        assert_eq!(of_channel(&fixture, fixture.beta, new.clone(), ALL).await, (vec![], 0));
        assert_eq!(of_supplier(&fixture, fixture.hanok, new, ALL).await, (vec![], 0));
    }
    let of_day_tickets = OrderFilter { kind: Some(ProductKind::DayTicket), status: Some(OrderStatus::New), ..OrderFilter::default() };
    assert_eq!(of_channel(&fixture, fixture.alpha, of_day_tickets, ALL).await, (vec![], 0));
}

#[rstest]
#[case::kind(OrderFilter { kind: Some(ProductKind::Tour), ..Default::default() }, &[110, 120, 210, 310, 410, 420])]
#[case::other_kind(OrderFilter { kind: Some(ProductKind::DayTicket), ..Default::default() }, &[])]
#[case::status(OrderFilter { status: Some(OrderStatus::New), ..Default::default() }, &[310, 410, 420])]
#[case::updated_since(OrderFilter { updated_since: Some(later(5)), ..Default::default() }, &[310, 410, 420])]
#[case::updated_later(OrderFilter { updated_since: Some(later(6)), ..Default::default() }, &[])]
#[case::from(OrderFilter { date_from: Some(DAYS[1]), ..Default::default() }, &[210, 310, 420])]
#[case::to(OrderFilter { date_to: Some(DAYS[1]), ..Default::default() }, &[110, 120, 210, 410])]
#[case::day(OrderFilter { date_from: Some(DAYS[1]), date_to: Some(DAYS[1]), ..Default::default() }, &[210])]
#[case::product(OrderFilter { product: Some(id(21)), status: Some(OrderStatus::New), ..Default::default() }, &[310, 410, 420])]
#[case::other_product(OrderFilter { product: Some(id(22)), ..Default::default() }, &[])]
#[tokio::test]
async fn are_listed_as_the_filter_says(
    #[values(Engine::Sqlite, Engine::Postgres)] engine: Engine,
    #[case] filter: OrderFilter,
    #[case] expected: &[u128],
) {
    let fixture = six_orders(engine).await;
    let expected = (expected.to_vec(), expected.len() as u64);
    assert_eq!(of_channel(&fixture, fixture.alpha, filter.clone(), ALL).await, expected);
    assert_eq!(of_supplier(&fixture, fixture.lumiere, filter, ALL).await, expected);
}

#[rstest]
#[tokio::test]
async fn in_a_list_have_their_own_tickets(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    fixture.place(vec![TestOrder::new(100, "A-1", &[(fixture.adult, 0, 3), (fixture.van, 0, 2)])]).await.unwrap();
    let listed: Result<Paged<Order>> =
        tx!(fixture.db(), Snapshot, |s| orders::list_of_channel(s, id(11), &OrderFilter::default(), ALL).await);
    let tickets: Vec<(OrderId, Vec<u128>)> = listed
        .unwrap()
        .items
        .into_iter()
        .map(|order| (order.id, order.tickets.iter().map(|ticket| ticket.id.0.as_u128()).collect()))
        .collect();
    assert_eq!(tickets, [(id(110), vec![111, 112, 113]), (id(120), vec![121, 122])]);
}

#[rstest]
#[tokio::test]
async fn of_day_tickets_are_found_under_the_oldest_kind_too(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    let museum = Product { kind: ProductKind::DayTicket, ..product(22, 1, "Museum") };
    let added: Result<()> = tx!(fixture.db(), Write, museum.clone(), |s, museum| products::insert(s, museum).await);
    added.unwrap();
    let entry = TestOrder::new(100, "A-1", &[(fixture.adult, 0, 1)]).of(&museum);
    fixture.place(vec![entry, TestOrder::new(200, "A-2", &[(fixture.adult, 0, 1)])]).await.unwrap();
    async fn of_kind(fixture: &Fixture, kind: ProductKind) -> (bool, Vec<u128>) {
        let found: Result<bool> = tx!(fixture.db(), Read, |s| Ok(orders::of_channel(s, id(11), kind, id(110)).await?.is_some()));
        let filter = OrderFilter { kind: Some(kind), ..OrderFilter::default() };
        (found.unwrap(), of_channel(fixture, fixture.alpha, filter, ALL).await.0)
    }
    assert_eq!(of_kind(&fixture, ProductKind::DayTicket).await, (true, vec![110]));
    assert_eq!(of_kind(&fixture, ProductKind::Ticket).await, (true, vec![110]));
    assert_eq!(of_kind(&fixture, ProductKind::Tour).await, (false, vec![210]));
}

/// Filters that the hub answers by different statements, each of which all orders pass.
fn filters_that_all_pass() -> [OrderFilter; 7] {
    let (kind, status) = (Some(ProductKind::Tour), Some(OrderStatus::SupplierConfirm));
    [
        OrderFilter::default(),
        OrderFilter { kind, ..OrderFilter::default() },
        OrderFilter { kind, status, ..OrderFilter::default() },
        OrderFilter { kind, updated_since: Some(now()), ..OrderFilter::default() },
        OrderFilter { kind, status, updated_since: Some(now()), ..OrderFilter::default() },
        OrderFilter { date_from: Some(DAYS[0]), date_to: Some(DAYS[2]), ..OrderFilter::default() },
        OrderFilter { product: Some(id(21)), status, ..OrderFilter::default() },
    ]
}

#[rstest]
#[tokio::test]
async fn of_one_moment_stand_once_on_the_pages_by_their_codes(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fixture = Fixture::new(engine).await;
    let (adult, van) = (fixture.adult, fixture.van);
    // The newest are stored first, and what changed last was placed first.
    let newer = [600, 500].map(|n| TestOrder::new(n, &format!("A-{n}"), &[(van, 2, 1), (adult, 1, 1)]).at(later(5)));
    fixture.place(newer.to_vec()).await.unwrap();
    let older = [300, 400, 100, 200].map(|n| TestOrder::new(n, &format!("A-{n}"), &[(adult, 0, 1), (van, 1, 1), (adult, 2, 1)]));
    fixture.place(older.to_vec()).await.unwrap();
    let changed: Result<()> = tx!(fixture.db(), Write, |s| orders::apply(s, id(110), &Change::default(), None, None, later(9)).await);
    changed.unwrap();

    let first = [100, 200, 300, 400].into_iter().flat_map(|n| [n + 10, n + 20, n + 30]);
    let expected: Vec<u128> = first.chain([510, 520, 610, 620]).collect();
    for filter in filters_that_all_pass() {
        for size in [1, 3, 5, 16] {
            let (mut of_alpha, mut of_lumiere) = (Vec::new(), Vec::new());
            for number in 1..=16 / size + 1 {
                let page = Page { number, size };
                let (items, total) = of_channel(&fixture, fixture.alpha, filter.clone(), page).await;
                assert_eq!((total, items.len() <= size as usize), (16, true), "{filter:?} {page:?}");
                of_alpha.extend(items);
                let (items, total) = of_supplier(&fixture, fixture.lumiere, filter.clone(), page).await;
                assert_eq!(total, 16, "{filter:?} {page:?}");
                of_lumiere.extend(items);
            }
            assert_eq!((&of_alpha, &of_lumiere), (&expected, &expected), "{filter:?} in pages of {size}");
        }
    }
    let since = |minutes| OrderFilter { updated_since: Some(later(minutes)), ..OrderFilter::default() };
    assert_eq!(of_channel(&fixture, fixture.alpha, since(5), Page { number: 1, size: 2 }).await, (vec![110, 510], 5));
    assert_eq!(of_channel(&fixture, fixture.alpha, since(5), Page { number: 3, size: 2 }).await, (vec![620], 5));
}
