//! Drafts: what nobody sees until it is published, and what becomes of it then.

use axhub_domain::difference::Difference;
use axhub_domain::edition::EditionOption;
use axhub_domain::ids::OptionId;
use axhub_domain::inventory::StockRule;
use axhub_domain::money::Currency;
use axhub_domain::pricing::MarkUp;
use axhub_domain::product::{Confirmation, Depth, ProductKind, ProductState, RefundStep};
use axhub_domain::refusal::Conflict;
use axhub_domain::state::Action;
use axhub_hub::audit::{self, AuditFilter};
use axhub_hub::availability::{DateRange, inventory_for_channel, set_stock};
use axhub_hub::catalogue::{
    ContentsChange, Draft, LastDay, NewDraft, OptionChange, ProductChange, ProductForSupplier, SupplierFilter, change_draft,
    change_product, create_draft, discard_draft, draft_of_supplier, end_sale, product_for_channel, product_of_supplier,
    products_of_supplier, publish_draft, state_of,
};
use axhub_hub::changes::{Cursor, What, changes_for_channel};
use axhub_hub::{Page, directory};
use axhub_testkit::{Engine, OrderBuilder, TestProduct};
use jiff::SignedDuration;
use jiff::civil::{Date, date, time};
use rstest::rstest;

use crate::stage::{Stage, conflict, fault_codes, faults, is_not_found};

pub const ALL: Page = Page { number: 1, size: 100 };
pub const TOUR: ProductKind = ProductKind::Tour;

fn depth(value: &str) -> Option<Vec<Depth>> {
    Some(vec![Depth { name: "Person".to_owned(), value: value.to_owned() }])
}

pub fn option(name: &str, pool: Option<&str>, net: &str) -> OptionChange {
    let pool = Some(pool.map(str::to_owned));
    OptionChange { depths: depth(name), pool, net: net.parse().ok(), ..OptionChange::default() }
}

pub fn texts(texts: &[(&str, &str)]) -> ContentsChange {
    let texts = texts.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    ContentsChange { texts, ..ContentsChange::default() }
}

/// Everything that channels want of a tour.
pub fn whole() -> ContentsChange {
    let contents = texts(&[
        ("product_name", "Bus tour"),
        ("product_listing_language", "English"),
        ("main_country_and_city", "France - Paris"),
        ("departure_city", "France - Paris"),
        ("transportation", "Vehicle"),
        ("tour_guide_certification", "Yes"),
        ("separate_driver_included", "Yes"),
        ("cancellation_type", "Conditional refund"),
        ("meeting_point", "Under the tower"),
        ("thumbnail_type_1", "https://images.example.com/bus.jpg"),
    ]);
    ContentsChange { cancellation_policy: Some(vec![RefundStep { days_before: 3, refund_percent: 100 }]), ..contents }
}

/// A tour on one bus: adults and children draw from one pool.
fn bus_tour(contents: ContentsChange) -> NewDraft {
    let options = vec![option("Adult", Some("bus"), "75"), option("Child", Some("bus"), "50")];
    let change = ProductChange { contents, options, ..ProductChange::default() };
    NewDraft { kind: TOUR, time_zone: "Europe/Paris".to_owned(), base_currency: Currency::Usd, change }
}

pub fn contents(contents: ContentsChange) -> ProductChange {
    ProductChange { contents, ..ProductChange::default() }
}

pub fn options(options: Vec<OptionChange>) -> ProductChange {
    ProductChange { options, ..ProductChange::default() }
}

pub fn names(options: &[EditionOption]) -> Vec<String> {
    options.iter().map(|option| option.option.name()).collect()
}

pub fn code(difference: &Difference) -> &'static str {
    difference.code()
}

/// The stage's tools for one product of lumiere's.
pub struct Bus<'s> {
    stage: &'s Stage,
    pub draft: Draft,
}

impl<'s> Bus<'s> {
    pub async fn begin(stage: &'s Stage, contents: ContentsChange) -> Bus<'s> {
        let draft = create_draft(&stage.hub, stage.world.supplier("lumiere").id, bus_tour(contents)).await.unwrap();
        Bus { stage, draft }
    }

    /// As an ordinary product with stock on one day, to be ordered.
    pub fn product(&self) -> TestProduct {
        let options: Vec<OptionId> = self.draft.options.iter().map(|option| option.option.id).collect();
        let (id, supplier, zone) = (self.draft.product.id, self.draft.product.supplier, "Europe/Paris".to_owned());
        TestProduct { id, kind: TOUR, supplier, zone, options }
    }

    pub async fn read(&self) -> ProductForSupplier {
        product_of_supplier(&self.stage.hub, self.draft.product.supplier, self.draft.product.id).await.unwrap()
    }

    pub async fn publish(&self) -> ProductForSupplier {
        publish_draft(&self.stage.hub, self.draft.product.supplier, self.draft.product.id, None).await.unwrap()
    }

    pub async fn change(&self, change: ProductChange) -> Draft {
        change_draft(&self.stage.hub, self.draft.product.supplier, self.draft.product.id, change).await.unwrap()
    }
}

/// Puts stock into 09:00 of a day.
pub async fn fill(stage: &Stage, product: &TestProduct, option: usize, day: Date, max: i64) {
    let rule = StockRule { from: day, to: day, weekdays: vec![], start_times: vec![time(9, 0, 0, 0)], max, min: 0, on_sale: true };
    set_stock(&stage.hub, product.supplier, product.option(option), rule).await.unwrap();
}

/// Actions of the audit log on a product, oldest first.
async fn actions(stage: &Stage, product: &TestProduct) -> Vec<String> {
    let filter = AuditFilter { object_code: Some(product.id.to_string()), ..AuditFilter::default() };
    let mut actions: Vec<String> =
        audit::list(&stage.hub, filter, ALL).await.unwrap().items.into_iter().map(|entry| entry.action).collect();
    actions.reverse();
    actions
}

#[rstest]
#[tokio::test]
async fn a_product_is_begun_filled_and_published(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let hub = &stage.hub;
    let bus = Bus::begin(&stage, texts(&[("product_name", "Bus tour")])).await;
    let (id, lumiere, alpha) = (bus.draft.product.id, bus.draft.product.supplier, stage.world.channel("alpha").id);
    assert_eq!((bus.draft.based_on, bus.draft.product.version, state_of(hub, &bus.draft.product)), (0, 0, ProductState::Draft));
    assert_eq!(bus.draft.product.confirmation, Confirmation::Instant);
    assert_eq!(bus.draft.problems.len(), 9, "{:?}", bus.draft.problems);
    assert_eq!(bus.draft.changes, [Difference::FirstVersion]);
    assert_eq!(draft_of_supplier(hub, lumiere, id).await.unwrap(), bus.draft);
    let read = bus.read().await;
    assert_eq!((read.product, read.options, read.has_draft), (bus.draft.product.clone(), bus.draft.options.clone(), true));

    let refused = publish_draft(hub, lumiere, id, None).await;
    assert_eq!(faults(refused), bus.draft.problems);
    assert_eq!(conflict(change_product(hub, lumiere, id, contents(whole())).await), Conflict::DraftOpen);
    assert_eq!(conflict(end_sale(hub, lumiere, id, LastDay::Today).await), Conflict::NotPublished);

    stage.clock.advance(SignedDuration::from_mins(5));
    let filled = bus.change(contents(whole())).await;
    assert_eq!((filled.problems.as_slice(), filled.created_at), (&[][..], bus.draft.created_at));
    assert_eq!(filled.updated_at, hub.now());
    let of_draft = SupplierFilter { q: Some("bus".to_owned()), state: Some(ProductState::Draft), ..SupplierFilter::default() };
    let listed = products_of_supplier(hub, lumiere, of_draft.clone(), ALL).await.unwrap();
    assert_eq!((listed.total, listed.items[0].has_draft), (1, true));

    // An operator may plan ahead; the channel sees nothing of it.
    directory::assign(hub, alpha, vec![(id, MarkUp(120_000))]).await.unwrap();
    assert!(is_not_found(&product_for_channel(hub, alpha, TOUR, id).await));
    let before = changes_for_channel(hub, alpha, Cursor::START, 1000).await.unwrap();
    assert!(before.items.iter().all(|change| change.product != id));

    let published = bus.publish().await;
    assert_eq!((published.product.version, published.has_draft), (1, false));
    assert_eq!(published.product.country(), "France");
    assert_eq!(bus.read().await, published);
    assert!(is_not_found(&draft_of_supplier(hub, lumiere, id).await));
    let seen = product_for_channel(hub, alpha, TOUR, id).await.unwrap();
    assert_eq!((seen.product.name(), seen.options.len(), seen.prices.len()), ("Bus tour", 2, 2));
    let told = changes_for_channel(hub, alpha, before.next, 1000).await.unwrap().items;
    assert!(told.iter().any(|change| matches!(&change.what, What::Product(changed) if changed.version == 1 && change.product == id)));
    assert_eq!(products_of_supplier(hub, lumiere, of_draft, ALL).await.unwrap().total, 0);
    assert_eq!(conflict(publish_draft(hub, lumiere, id, None).await), Conflict::NoDraft { version: 1 });
    assert_eq!(actions(&stage, &bus.product()).await, ["product.create", "product.change-draft", "product.publish"]);
}

#[rstest]
#[tokio::test]
async fn a_product_that_makes_no_sense_is_not_begun(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let lumiere = stage.world.supplier("lumiere").id;
    let mut new = bus_tour(texts(&[]));
    new.time_zone = "Europe/Atlantis".to_owned();
    new.change.category = Some("Ticket".to_owned());
    new.change.reply_minutes = Some(Some(5));
    new.change.options.push(OptionChange { remove: true, id: Some(OptionId(uuid::Uuid::nil())), ..OptionChange::default() });
    let expected = ["not_a_time_zone", "not_a_choice", "only_manual", "blank", "option_unknown"];
    assert_eq!(fault_codes(create_draft(&stage.hub, lumiere, new).await), expected);
    let drafts = SupplierFilter { state: Some(ProductState::Draft), ..SupplierFilter::default() };
    assert_eq!(products_of_supplier(&stage.hub, lumiere, drafts, ALL).await.unwrap().total, 0);
}

#[rstest]
#[tokio::test]
async fn options_of_one_pool_share_one_bus(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let bus = Bus::begin(&stage, whole()).await;
    // Three children take the room of two adults.
    let two = bus.draft.options.iter().zip([3, 2]).map(|(option, weight)| OptionChange {
        id: Some(option.option.id),
        weight: Some(weight),
        ..OptionChange::default()
    });
    bus.change(options(two.collect())).await;
    let product = bus.product();
    fill(&stage, &product, 0, date(2026, 7, 10), 18).await;
    directory::assign(&stage.hub, stage.world.channel("alpha").id, vec![(product.id, MarkUp::NONE)]).await.unwrap();
    bus.publish().await;

    let at = product.at("2026-07-10", "09:00");
    let offered = async || {
        let alpha = stage.world.channel("alpha").id;
        let rows = inventory_for_channel(&stage.hub, alpha, TOUR, product.id, DateRange::default(), ALL).await.unwrap().items;
        rows.iter().map(|row| row.remain).collect::<Vec<_>>()
    };
    assert_eq!(offered().await, [6, 9]);
    let mapping = stage.register("alpha", &product).await;
    let order = OrderBuilder::new("A-1").line(mapping, product.option(0), at, 2).line(mapping, product.option(1), at, 3);
    let placed = stage.place("alpha", &order).await.unwrap();
    assert_eq!((offered().await, stage.left(&product, product.option(0), at).await), (vec![2, 3], (6, 12)));

    // Whatever a unit takes from now on, what was sold is given back as it was taken.
    let lighter = OptionChange { id: Some(product.option(0)), weight: Some(1), ..OptionChange::default() };
    change_product(&stage.hub, product.supplier, product.id, options(vec![lighter])).await.unwrap();
    assert_eq!(offered().await, [6, 3]);
    stage.assert_stock_is_sound().await;
    for line in &placed.lines {
        stage.as_supplier("lumiere", line.order, Action::SupplierCancel).await.unwrap();
    }
    assert_eq!((offered().await, stage.left(&product, product.option(0), at).await), (vec![18, 9], (18, 0)));
    stage.assert_stock_is_sound().await;
}

#[rstest]
#[tokio::test]
async fn the_next_version_waits_in_a_draft(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let (hub, alpha) = (&stage.hub, stage.world.channel("alpha").id);
    let bus = Bus::begin(&stage, whole()).await;
    let (product, lumiere) = (bus.product(), bus.draft.product.supplier);
    directory::assign(hub, alpha, vec![(product.id, MarkUp::NONE)]).await.unwrap();
    bus.publish().await;
    fill(&stage, &product, 0, date(2026, 7, 10), 5).await;
    stage.clock.advance(SignedDuration::from_mins(5));
    let before = (bus.read().await, product_for_channel(hub, alpha, TOUR, product.id).await.unwrap());

    let begun = bus.change(ProductChange::default()).await;
    assert_eq!((begun.based_on, begun.changes.as_slice()), (1, &[][..]), "an empty change begins a draft");
    assert_eq!(conflict(change_product(hub, lumiere, product.id, contents(whole())).await), Conflict::DraftOpen);
    let wrong_version = ProductChange { expected_version: Some(2), ..contents(texts(&[])) };
    let refused = change_draft(hub, lumiere, product.id, wrong_version).await;
    assert_eq!(conflict(refused), Conflict::VersionChanged { version: 1 });

    let new_price = OptionChange { id: Some(product.option(0)), net: "80".parse().ok(), ..OptionChange::default() };
    let senior = option("Senior", Some("bus"), "60");
    let draft = bus.change(ProductChange { expected_version: Some(1), ..options(vec![new_price, senior]) }).await;
    assert_eq!(draft.changes.iter().map(code).collect::<Vec<_>>(), ["price_changed", "option_added"]);
    let senior = draft.options[2].option.id;
    // Channels see nothing: neither the option, nor its stock, nor that anything of it was stocked.
    let cursor = changes_for_channel(hub, alpha, Cursor::START, 1000).await.unwrap().next;
    let with_senior = TestProduct { options: vec![senior], ..product.clone() };
    assert_eq!(stage.left(&with_senior, senior, product.at("2026-07-10", "09:00")).await, (5, 0));
    let van = bus.change(options(vec![option("Van", None, "200")])).await.options[3].option.id;
    fill(&stage, &TestProduct { options: vec![van], ..product.clone() }, 0, date(2026, 7, 10), 1).await;
    assert_eq!(changes_for_channel(hub, alpha, cursor, 1000).await.unwrap().items.len(), 0);
    let seen = product_for_channel(hub, alpha, TOUR, product.id).await.unwrap();
    assert_eq!((seen.options, seen.prices), (before.1.options, before.1.prices));
    let range = DateRange { from: Some(date(2026, 7, 10)), to: None };
    let offered = inventory_for_channel(hub, alpha, TOUR, product.id, range, ALL).await.unwrap();
    assert!(offered.items.iter().all(|row| product.options.contains(&row.option)));
    let mapping = stage.register("alpha", &product).await;
    let order = OrderBuilder::new("A-1").line(mapping, senior, product.at("2026-07-10", "09:00"), 1);
    assert_eq!(fault_codes(stage.place("alpha", &order).await), ["option_unknown"]);
    let order = OrderBuilder::new("A-1").line(mapping, product.option(0), product.at("2026-07-10", "09:00"), 1);
    let placed = stage.place("alpha", &order).await.unwrap();

    let published = publish_draft(hub, lumiere, product.id, Some(1)).await.unwrap();
    assert_eq!(
        (published.product.version, names(&published.options)),
        (2, ["Adult", "Child", "Senior", "Van"].map(str::to_owned).to_vec())
    );
    assert_eq!(product_for_channel(hub, alpha, TOUR, product.id).await.unwrap().options.len(), 4);
    assert_eq!(stage.order("lumiere", placed.lines[0].order).await.order.product_version, 1, "what runs keeps its version");
    let offered = inventory_for_channel(hub, alpha, TOUR, product.id, range, ALL).await.unwrap();
    let van_row = offered.items.iter().find(|row| row.option == van).unwrap();
    assert_eq!((van_row.remain, van_row.on_sale), (1, true), "its stock was set before");
    assert_eq!(bus.read().await, published);

    // Published again as it is: no version.
    bus.change(ProductChange::default()).await;
    assert_eq!(bus.publish().await, published);
    assert_eq!(actions(&stage, &product).await.last().map(String::as_str), Some("product.publish"), "but the draft is gone");
    assert!(is_not_found(&draft_of_supplier(hub, lumiere, product.id).await));
}

#[rstest]
#[tokio::test]
async fn what_a_draft_adds_goes_with_it(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let (hub, day) = (&stage.hub, date(2026, 7, 10));
    let bus = Bus::begin(&stage, whole()).await;
    let (product, lumiere) = (bus.product(), bus.draft.product.supplier);
    let published = bus.publish().await;
    fill(&stage, &product, 0, day, 5).await;
    let van = bus.change(options(vec![option("Van", None, "200"), option("Senior", Some("bus"), "60")])).await.options[2].option.id;
    let of_van = TestProduct { options: vec![van], ..product.clone() };
    fill(&stage, &of_van, 0, day, 2).await;
    let remove = OptionChange { id: Some(van), remove: true, ..OptionChange::default() };
    let without = bus.change(options(vec![remove.clone()])).await;
    assert_eq!(names(&without.options), ["Adult", "Child", "Senior"]);
    assert_eq!(stage.stock(&of_van, van).await, vec![]);
    assert_eq!(fault_codes(change_draft(hub, lumiere, product.id, options(vec![remove])).await), ["option_unknown"]);

    discard_draft(hub, lumiere, product.id).await.unwrap();
    assert!(is_not_found(&discard_draft(hub, lumiere, product.id).await));
    assert_eq!(bus.read().await, published);
    let left = stage.left(&product, product.option(0), product.at("2026-07-10", "09:00")).await;
    assert_eq!(left, (5, 0), "the bus is still there");
    assert_eq!(names(&bus.change(ProductChange::default()).await.options), ["Adult", "Child"]);
    let expected = ["product.create", "product.publish", "product.change-draft", "product.change-draft", "product.discard-draft"];
    assert_eq!(actions(&stage, &product).await[..5], expected);
}

#[rstest]
#[tokio::test]
async fn of_a_product_that_was_never_published_nothing_is_left(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let (hub, day) = (&stage.hub, date(2026, 7, 10));
    let bus = Bus::begin(&stage, whole()).await;
    let (product, lumiere) = (bus.product(), bus.draft.product.supplier);
    fill(&stage, &product, 0, day, 5).await;
    directory::assign(hub, stage.world.channel("alpha").id, vec![(product.id, MarkUp::NONE)]).await.unwrap();
    assert!(is_not_found(&discard_draft(hub, stage.world.supplier("hanok").id, product.id).await));
    discard_draft(hub, lumiere, product.id).await.unwrap();
    assert!(is_not_found(&product_of_supplier(hub, lumiere, product.id).await));
    assert!(is_not_found(&publish_draft(hub, lumiere, product.id, None).await));
    assert_eq!(actions(&stage, &product).await, ["product.create", "product.discard-draft"], "but that it was there");
}

#[rstest]
#[tokio::test]
async fn a_change_may_not_take_away_what_channels_need(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let stage = Stage::new(engine).await;
    let bus = Bus::begin(&stage, whole()).await;
    let (product, lumiere) = (bus.product(), bus.draft.product.supplier);
    bus.publish().await;
    let change = async |change| change_product(&stage.hub, lumiere, product.id, change).await;
    let no_picture = contents(texts(&[("thumbnail_type_1", ""), ("meeting_point", "")]));
    assert_eq!(fault_codes(change(no_picture).await), ["no_thumbnail", "missing_for_channels"]);
    let closed = product.options.iter().map(|id| OptionChange { id: Some(*id), is_active: Some(false), ..OptionChange::default() });
    assert_eq!(change(options(closed.collect())).await.unwrap().product.version, 2, "to close all options is to stop selling");
}
