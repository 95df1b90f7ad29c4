//! A hub on which everything that use cases do was done at least once.

use axhub_domain::feedback::{Question, Review, Reviewer, Score, ScoreType};
use axhub_domain::ids::{OrderId, RegistrationId, TicketId};
use axhub_domain::inventory::{InventoryRef, StockDates, StockLevels, UNDATED};
use axhub_domain::pricing::MarkUp;
use axhub_domain::product::ProductKind;
use axhub_domain::refund::{RefundPolicy, RefundReport};
use axhub_domain::reply::NoReply;
use axhub_domain::state::Action;
use axhub_hub::availability::{AllotmentRule, set_allotments, set_stock_of_options};
use axhub_hub::catalogue::{change_product, discard_draft};
use axhub_hub::changes::{Cursor, changes_for_channel};
use axhub_hub::directory::{NewRule, create_rule};
use axhub_hub::feedback::{QuestionFilter, answer_question, answer_review, ask, post_review, questions_of_supplier, reviews_of_supplier};
use axhub_hub::ordering::PlacedOrder;
use axhub_hub::privacy::erase_travelers;
use axhub_hub::settings::{self, SettingsChange};
use axhub_hub::statements::{self, StatementOf};
use axhub_hub::{BySupplier, Page, fulfilment, refunds, tasks};
use axhub_testkit::{Engine, OrderBuilder, ProductBuilder, TestProduct};
use jiff::SignedDuration;
use jiff::civil::{Date, date, time};
use serde_json::json;
use uuid::Uuid;

use crate::directory::olivia;
use crate::drafts::{Bus, contents, fill, option, options, texts, whole};
use crate::stage::Stage;

const TOUR: ProductKind = ProductKind::Tour;
const DAY: Date = date(2026, 7, 10);
const ALL: Page = Page { number: 1, size: 100 };

/// The stage, after a month of business.
pub async fn busy(engine: Engine) -> Stage {
    let mut business = Business::begin(engine).await;
    business.order().await;
    business.fulfil().await;
    business.change_products().await;
    business.talk().await;
    business.end_the_month().await;
    business.stage
}

struct Business {
    stage: Stage,
    /// Adult and Family share a bus, of which a family takes three seats.
    bus: TestProduct,
    /// Confirmed by its supplier within ten minutes, or else by the hub.
    slow: TestProduct,
    of_bus: RegistrationId,
    of_slow: RegistrationId,
}

impl Business {
    async fn begin(engine: Engine) -> Business {
        let stage = Stage::new(engine).await;
        let bus = ProductBuilder::tour("Bus").start_times(&["09:00"]).stock(30).option("Adult", "10").pool("bus").limits(1, 99);
        let bus = bus.option("Family", "25").pool("bus").weight(3).price_option("Child", "5", 0).season("2026-07-01", "2026-07-09", "6");
        let bus = stage.world.make_product(&stage.hub, "hanok", bus, &["alpha", "beta"]).await;
        let slow = ProductBuilder::tour("Slow").manual().reply(10, NoReply::Confirm).option("Seat", "10");
        let slow = stage.world.make_product(&stage.hub, "hanok", slow, &["alpha"]).await;
        let (of_bus, of_slow) = (stage.register("alpha", &bus).await, stage.register("alpha", &slow).await);
        let country = Some("United States".to_owned());
        let rule = NewRule { supplier_code: None, country, mark_up: MarkUp(130_000), except: Vec::new() };
        create_rule(&stage.hub, olivia(), "alpha", rule).await.unwrap();
        let dates = StockDates { from: DAY, to: DAY, weekdays: vec![], start_times: vec![time(9, 0, 0, 0)] };
        let (option, channel_code) = (bus.option(0), "alpha".to_owned());
        let allotment = AllotmentRule { option, channel_code, dates: dates.clone(), quantity: 12, release_minutes_before: 60 };
        set_allotments(&stage.hub, bus.supplier, allotment).await.unwrap();
        let closed = StockLevels { on_sale: Some(false), ..StockLevels::default() };
        let last = date(2026, 7, 31);
        set_stock_of_options(&stage.hub, bus.supplier, vec![bus.option(0)], StockDates { from: last, to: last, ..dates }, closed)
            .await
            .unwrap();
        Business { stage, bus, slow, of_bus, of_slow }
    }

    fn pass_a_minute(&self) {
        self.stage.clock.advance(SignedDuration::from_mins(1));
    }

    async fn place(&self, channel: &str, order: OrderBuilder) -> PlacedOrder {
        self.pass_a_minute();
        self.stage.place(channel, &order).await.unwrap()
    }

    fn bus_order(&self, code: &str, units: [u32; 2]) -> OrderBuilder {
        let at = self.bus.at("2026-07-10", "09:00");
        let order = OrderBuilder::new(code).line(self.of_bus, self.bus.option(0), at, units[0]);
        order.line(self.of_bus, self.bus.option(1), at, units[1])
    }

    fn slow_order(&self, code: &str, units: u32) -> OrderBuilder {
        OrderBuilder::new(code).line(self.of_slow, self.slow.option(0), self.slow.at("2026-07-20", "09:00"), units)
    }

    /// Orders of every kind that nothing happens to, or not yet.
    async fn order(&mut self) {
        let (world, hub) = (self.stage.world.clone(), self.stage.hub.clone());
        self.place("alpha", self.bus_order("A-1", [2, 2])).await;
        self.place("alpha", self.slow_order("A-2", 1)).await;
        let museum = self.stage.register("alpha", &world.museum).await;
        let day_ticket = OrderBuilder::new("A-3").day_ticket().line(museum, world.museum.option(0), world.museum.on("2026-07-08"), 1);
        self.place("alpha", day_ticket).await;
        let cruise = world.make_undated(&hub).await;
        let mapping = self.stage.register("alpha", &cruise).await;
        let undated = OrderBuilder::new("A-4").line_of(mapping, cruise.option(0), InventoryRef::On(UNDATED), 2);
        self.place("alpha", undated.change(|order| order.kind = ProductKind::Ticket)).await;
        let mapping = self.stage.register("beta", &self.bus).await;
        let at = self.bus.at("2026-07-10", "09:00");
        self.place("beta", OrderBuilder::new("A-1").line(mapping, self.bus.option(0), at, 3)).await;
        let again = self.place("alpha", self.bus_order("A-1", [2, 2])).await;
        assert!(again.is_replay);
    }

    async fn act(&self, supplier: &str, order: OrderId, action: Action) {
        self.pass_a_minute();
        self.stage.as_supplier(supplier, order, action).await.unwrap();
    }

    async fn act_as_alpha(&self, order: OrderId, action: Action) {
        self.pass_a_minute();
        self.stage.as_channel("alpha", TOUR, order, action).await.unwrap();
    }

    async fn refund(&self, order: OrderId, ticket: TicketId, amount: &str) {
        self.pass_a_minute();
        let report = RefundReport {
            amount: amount.parse().unwrap(),
            canceled_at: self.stage.hub.now(),
            refunded_at: self.stage.hub.now(),
            policy: RefundPolicy::read(json!({ "0": "1", "100": "7" }).as_object().unwrap()).unwrap(),
        };
        refunds::report_refund(&self.stage.hub, self.stage.world.channel("alpha").id, TOUR, order, ticket, report).await.unwrap();
    }

    /// Everything that can be done to an order.
    async fn fulfil(&mut self) {
        let hub = self.stage.hub.clone();
        let hanok = || (self.stage.world.supplier("hanok").id, "hanok".to_owned());
        let placed = self.place("alpha", self.slow_order("A-5", 3)).await.lines.remove(0);
        self.act("hanok", placed.order, Action::Acknowledge).await;
        self.act("hanok", placed.order, Action::Confirm).await;
        self.act("hanok", placed.order, Action::Confirm).await;
        fulfilment::comment(&hub, hanok(), placed.order, "북문에서 만나요".to_owned()).await.unwrap();
        self.pass_a_minute();
        fulfilment::redeem(&hub, hanok(), placed.tickets[0], Some("Gate 2".to_owned()), None).await.unwrap();
        self.pass_a_minute();
        fulfilment::undo_redemption(&hub, hanok(), placed.tickets[0], None).await.unwrap();
        self.pass_a_minute();
        fulfilment::redeem(&hub, hanok(), placed.tickets[0], None, None).await.unwrap();
        self.act_as_alpha(placed.order, Action::ChannelCancelTicket(placed.tickets[1])).await;
        self.act("hanok", placed.order, Action::SupplierCancelTicket(placed.tickets[2])).await;
        self.refund(placed.order, placed.tickets[1], "40").await;

        let rejected = self.place("alpha", self.slow_order("A-6", 2)).await.lines.remove(0);
        self.act("hanok", rejected.order, Action::Reject).await;
        let canceled = self.place("alpha", self.bus_order("A-7", [1, 1])).await.lines;
        self.act_as_alpha(canceled[0].order, Action::TravelerCancel).await;
        self.act("hanok", canceled[1].order, Action::SupplierCancel).await;
        let unavoidable = self.place("alpha", self.bus_order("A-8", [1, 1])).await.lines;
        self.act_as_alpha(unavoidable[0].order, Action::ChannelUnavoidableCancel).await;

        let paris = self.stage.world.paris.clone();
        let mapping = self.stage.register("alpha", &paris).await;
        let (of, at) = (paris.option(0), paris.at("2026-07-05", "09:00"));
        let sold = self.place("alpha", OrderBuilder::new("A-9").line(mapping, of, at, 3)).await.lines.remove(0);
        self.act("lumiere", sold.order, Action::Redeem(sold.tickets[0])).await;
        self.act_as_alpha(sold.order, Action::ChannelCancelTicket(sold.tickets[1])).await;
        self.refund(sold.order, sold.tickets[1], "80").await;
        // The supplier of A-2 does not answer.
        self.stage.clock.advance(SignedDuration::from_mins(30));
        assert!(tasks::run_due(&hub, Uuid::from_u128(1)).await > 0);
    }

    async fn change_products(&mut self) {
        let (hub, paris) = (self.stage.hub.clone(), self.stage.world.paris.clone());
        self.pass_a_minute();
        change_product(&hub, paris.supplier, paris.id, contents(texts(&[("product_name", "Paris by night")]))).await.unwrap();
        // One that was published twice, and one that never was; each has a draft.
        let published = Bus::begin(&self.stage, whole()).await;
        published.publish().await;
        self.pass_a_minute();
        published.change(contents(texts(&[("product_name", "Bus by night")]))).await;
        published.publish().await;
        self.pass_a_minute();
        published.change(options(vec![option("Dog", None, "5")])).await;
        Bus::begin(&self.stage, texts(&[("product_name", "Nothing yet")])).await;
        // And one that goes when the feed has given positions to its changes.
        let product = Bus::begin(&self.stage, texts(&[("product_name", "Never")])).await.product();
        fill(&self.stage, &product, 0, DAY, 5).await;
        changes_for_channel(&hub, self.stage.world.channel("alpha").id, Cursor::START, 10).await.unwrap();
        discard_draft(&hub, product.supplier, product.id).await.unwrap();
    }

    async fn talk(&mut self) {
        let (hub, paris) = (self.stage.hub.clone(), self.stage.world.paris.clone());
        let alpha = self.stage.world.channel("alpha").id;
        for (code, order) in [("R-1", Some("A-3")), ("R-2", None)] {
            self.pass_a_minute();
            let review = Review {
                review_code: Some(code.to_owned()),
                channel_order_code: order.map(str::to_owned),
                option: Some(paris.option(0)),
                score: Score { score_type: ScoreType::OneFiveStar, score: Some(5) },
                title: None,
                body: Some("좋아요".to_owned()),
                reviewed_at: hub.now(),
                reviewer: Some(Reviewer { name: Some("Kim Reviewer".to_owned()), phone: None, email: None }),
            };
            post_review(&hub, alpha, TOUR, paris.id, review).await.unwrap();
        }
        let question = Question {
            question_code: "Q-1".to_owned(),
            option: None,
            title: None,
            body: Some("Is there a lift?".to_owned()),
            is_public: true,
            quested_at: hub.now(),
        };
        ask(&hub, alpha, TOUR, paris.id, question).await.unwrap();
        let by = || BySupplier::from(paris.supplier);
        let review = reviews_of_supplier(&hub, paris.supplier, None, ALL).await.unwrap().items.remove(0);
        answer_review(&hub, by(), review.id, "Thank you.".to_owned()).await.unwrap();
        let question = questions_of_supplier(&hub, paris.supplier, QuestionFilter::default(), ALL).await.unwrap().items.remove(0);
        answer_question(&hub, by(), question.id, "Yes.".to_owned()).await.unwrap();
    }

    async fn end_the_month(&mut self) {
        let hub = self.stage.hub.clone();
        let zone = SettingsChange { statement_time_zone: Some("Asia/Seoul".to_owned()), ..SettingsChange::default() };
        settings::change(&hub, olivia(), zone).await.unwrap();
        // All that happened until now has its position, and what comes now has none.
        changes_for_channel(&hub, self.stage.world.channel("alpha").id, Cursor::START, 10).await.unwrap();
        self.stage.clock.set_to("2026-08-01T02:00:00Z");
        let museum = self.stage.world.museum.clone();
        let orders = self.stage.place("alpha", &self.day_ticket_again(&museum).await).await.unwrap();
        erase_travelers(&hub, olivia(), orders.lines[0].order).await.unwrap();
        tasks::run_due(&hub, Uuid::from_u128(1)).await;
        let (channel, supplier, month) = ("alpha".to_owned(), "lumiere".to_owned(), "2026-07".parse().unwrap());
        statements::close(&hub, olivia(), StatementOf { channel, supplier, month }).await.unwrap();
        self.pass_a_minute();
    }

    /// A-3 as it was sent, to find its order.
    async fn day_ticket_again(&self, museum: &TestProduct) -> OrderBuilder {
        let mapping = self.stage.register("alpha", museum).await;
        OrderBuilder::new("A-3").day_ticket().line(mapping, museum.option(0), museum.on("2026-07-08"), 1)
    }
}
