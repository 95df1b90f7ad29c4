//! Small histories made by hand, for the tests of the rules: one channel, one supplier, one option, [`MAX`] units.
//!
//! What is placed and done here is written down as clients would, and stored as the hub would; a test then breaks one of
//! the two.

use axhub_domain::ids::{OptionId, OrderId, ProductId, TicketId};
use axhub_domain::money::{Currency, Money};
use axhub_domain::product::ProductKind;
use axhub_domain::reply::ReplyLimit;
use axhub_domain::state::{Action, OrderState, OrderStatus, TicketStatus, apply, transition};
use axhub_domain::statement::{Head, SoldTicket, Statement, TicketEvent};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::Finding;
use super::facts::{ChangeFact, EventFact, Facts, OrderFact, StockFact, TicketFact, WhatChanged, WholeFact};
use super::view::View;
use crate::history::{
    Act, ActAsk, Answer, Ask, ChangeSeen, FeedAnswer, LineAnswer, LineAsk, OrderSeen, Outcome, PlaceAnswer, PlaceAsk, Record, StockAsk,
};
use crate::world::{Channel, Offered, Product, Slot, Supplier, World};

/// How many units there are.
pub(super) const MAX: i64 = 2;

/// In which all of it happens.
const MONTH: &str = "2026-07";

const CHANNEL: Uuid = Uuid::from_u128(1);
const SUPPLIER: Uuid = Uuid::from_u128(2);
const PRODUCT: Uuid = Uuid::from_u128(3);
const OPTION: Uuid = Uuid::from_u128(4);
const POOL: Uuid = Uuid::from_u128(5);
const STOCK: Uuid = Uuid::from_u128(6);

/// A world, its facts and a history.
pub(super) struct Sample {
    world: World,
    pub(super) facts: Facts,
    pub(super) records: Vec<Record>,
    /// What the next id is made of, and the time.
    next: u64,
    placed_as: OrderStatus,
}

impl Sample {
    pub(super) fn new() -> Sample {
        let channel = Channel { id: CHANNEL, code: "alpha".to_owned(), key: String::new(), registrations: vec![Uuid::nil()] };
        let supplier = Supplier { id: SUPPLIER, code: "hanok".to_owned(), key: String::new() };
        let slot = Slot {
            pool: 0,
            product: 0,
            date: jiff::civil::date(2026, 7, 2),
            start_time: jiff::civil::time(10, 0, 0, 0),
            inventory_at: None,
            max: MAX,
        };
        let stock =
            StockFact { id: STOCK, pool: POOL, date: slot.date, start_time: slot.start_time, max: MAX, held: 0, ordered: 0, on_sale: true };
        let world = World {
            operator_key: String::new(),
            channels: vec![channel],
            suppliers: vec![supplier],
            products: vec![Product { id: PRODUCT, kind: ProductKind::Tour, supplier: 0, reply: None }],
            options: vec![Offered { id: OPTION, product: 0, pool: 0, weight: 1, has_stock: true }],
            slots: vec![slot],
        };
        let facts = Facts { pools: [(OPTION, POOL)].into(), stock: vec![stock], ..Facts::default() };
        let mut sample = Sample { world, facts, records: Vec::new(), next: 100, placed_as: OrderStatus::SupplierConfirm };
        sample.tell_stock();
        sample
    }

    /// What a rule finds.
    pub(super) fn findings_of(&self, rule: fn(&View<'_>) -> Vec<Finding>) -> Vec<Finding> {
        rule(&View::new(&self.world, &self.facts, &self.records))
    }

    /// What all rules find.
    pub(super) fn judge(&self) -> Vec<Finding> {
        super::judge(&self.world, &self.facts, &self.records)
    }

    /// The rules that are broken, each once, in the order of the alphabet.
    pub(super) fn rules_broken(&self, rule: fn(&View<'_>) -> Vec<Finding>) -> Vec<&'static str> {
        let mut rules: Vec<&str> = self.findings_of(rule).into_iter().map(|finding| finding.rule).collect();
        rules.sort_unstable();
        rules.dedup();
        rules
    }

    /// Places an order and answers it.
    pub(super) fn place(&mut self, code: &str, quantity: u32) -> Uuid {
        let order = self.store(code, quantity);
        self.answer(code, order, false);
        order
    }

    /// Answers the order of this code again.
    pub(super) fn answer_again(&mut self, code: &str) {
        let order = self.facts.wholes.iter().find(|whole| whole.code == code).map(|whole| self.facts.orders[whole.lines[0]].id).unwrap();
        self.answer(code, order, true);
    }

    fn answer(&mut self, code: &str, order: Uuid, is_replay: bool) {
        let stored = self.order(order);
        let quantity = u32::try_from(stored.quantity).unwrap();
        let tickets = stored.tickets.iter().map(|ticket| ticket.id).collect();
        let line = LineAnswer { order, option: OPTION, status: stored.placed_status, tickets };
        let answer = PlaceAnswer { is_replay, code: code.to_owned(), lines: vec![line] };
        self.record(place_ask(code, quantity), Outcome::Answered(Answer::Placed(answer)));
    }

    /// Asks for an order that is refused.
    pub(super) fn ask_in_vain(&mut self, code: &str, quantity: u32, status: u16, error: &str) {
        self.record(place_ask(code, quantity), Outcome::Refused { status, code: error.to_owned() });
    }

    /// Asks for an order without an answer.
    pub(super) fn lose(&mut self, code: &str, quantity: u32) {
        self.record(place_ask(code, quantity), lost());
    }

    /// Stores an order without asking for it.
    pub(super) fn store(&mut self, code: &str, quantity: u32) -> Uuid {
        let (id, whole, at) = (self.id(), self.id(), self.time());
        let tickets: Vec<TicketFact> = (0..i64::from(quantity))
            .map(|position| TicketFact { id: self.id(), position, status: TicketStatus::New, travelers: 1 })
            .collect();
        let placed = EventFact {
            ticket: None,
            at,
            actor: "channel".to_owned(),
            actor_code: "alpha".to_owned(),
            action: "place".to_owned(),
            from: None,
            to: i64::from(self.placed_as.digit()),
        };
        self.facts.wholes.push(WholeFact {
            id: whole,
            channel: CHANNEL,
            code: code.to_owned(),
            people: (1, 1, tickets.len()),
            lines: vec![self.facts.orders.len()],
        });
        self.facts.orders.push(OrderFact {
            id,
            whole,
            position: 0,
            channel: CHANNEL,
            supplier: SUPPLIER,
            option: OPTION,
            stock: STOCK,
            weight: 1,
            quantity: i64::from(quantity),
            unit_price: Money::from_parts(100_000),
            placed_status: self.placed_as,
            status: self.placed_as,
            created_at: at,
            tickets,
            events: vec![placed],
        });
        self.facts.stock[0].ordered += i64::from(quantity);
        self.tell_order(id);
        self.tell_stock();
        id
    }

    /// Does something to an order, and answers.
    pub(super) fn act(&mut self, order: Uuid, what: Act, ticket: Option<usize>) {
        let (ask, asked) = (self.act_ask(order, what, ticket), self.time());
        self.change(order, what, ticket);
        let seen = self.seen(order);
        self.record(ask, Outcome::Answered(Answer::Order(seen)));
        self.records.last_mut().unwrap().at = Some(asked);
    }

    /// Asks for something to be done to an order, which is refused.
    pub(super) fn refuse_act(&mut self, order: Uuid, what: Act, status: u16, code: &str) {
        let ask = self.act_ask(order, what, None);
        self.record(ask, Outcome::Refused { status, code: code.to_owned() });
    }

    /// The same without an answer.
    pub(super) fn lose_act(&mut self, order: Uuid, what: Act) {
        let ask = self.act_ask(order, what, None);
        self.record(ask, lost());
    }

    /// Stores a change of an order without asking for it.
    pub(super) fn change(&mut self, order: Uuid, what: Act, ticket: Option<usize>) {
        let at = self.time();
        let ticket = ticket.map(|at| TicketId(self.order(order).tickets[at].id));
        let action = match what {
            Act::TravelerCancel => Action::TravelerCancel,
            Act::ChannelCancelTicket => Action::ChannelCancelTicket(ticket.unwrap()),
            Act::Redeem => Action::Redeem(ticket.unwrap()),
            Act::UndoRedemption => Action::UndoRedemption(ticket.unwrap()),
            other => panic!("no test does {other:?}"),
        };
        let actor = if what.is_channels() { ("channel", "alpha") } else { ("supplier", "hanok") };
        self.store_change(order, action, actor, at);
    }

    /// What the supplier confirms itself, and until when; orders begin as new then.
    pub(super) fn set_reply(&mut self, limit: Option<ReplyLimit>) {
        self.world.products[0].reply = limit;
        self.placed_as = OrderStatus::New;
    }

    /// Stores that the hub rejected an order so many seconds after it was placed.
    pub(super) fn reject_by_the_hub(&mut self, order: Uuid, seconds: i64) {
        let at = self.order(order).created_at + SignedDuration::from_secs(seconds);
        self.store_change(order, Action::Reject, ("hub", ""), at);
    }

    fn store_change(&mut self, order: Uuid, action: Action, (actor, actor_code): (&str, &str), at: Timestamp) {
        let stored = self.facts.orders.iter_mut().find(|other| other.id == order).unwrap();
        let mut state = OrderState {
            id: OrderId(order),
            status: stored.status,
            tickets: stored.tickets.iter().map(|ticket| (TicketId(ticket.id), ticket.status)).collect(),
        };
        let change = transition(&state, action).unwrap().unwrap();
        let event = |ticket: Option<TicketId>, from: u8, to: u8| EventFact {
            ticket: ticket.map(|ticket| ticket.0),
            at,
            actor: actor.to_owned(),
            actor_code: actor_code.to_owned(),
            action: action.word().to_owned(),
            from: Some(i64::from(from)),
            to: i64::from(to),
        };
        stored.events.extend(change.order.map(|to| event(None, state.status.digit(), to.digit())));
        for (id, to) in &change.tickets {
            let from = state.tickets.iter().find(|(own, _)| own == id).unwrap().1;
            stored.events.push(event(Some(*id), from.digit(), to.digit()));
        }
        apply(&mut state, &change);
        stored.status = state.status;
        for (ticket, (_, status)) in stored.tickets.iter_mut().zip(&state.tickets) {
            ticket.status = *status;
        }
        self.facts.stock[0].ordered -= i64::from(change.returned);
        self.tell_stock();
        self.tell_order(order);
    }

    /// Sets the maximum, and answers; or is not answered, and does nothing.
    pub(super) fn set_stock(&mut self, max: i64, is_answered: bool) {
        self.edit_stock(Some(max), None, is_answered);
    }

    /// Opens or closes it, in the same way.
    pub(super) fn open_stock(&mut self, on_sale: bool, is_answered: bool) {
        self.edit_stock(None, Some(on_sale), is_answered);
    }

    fn edit_stock(&mut self, max: Option<i64>, on_sale: Option<bool>, is_answered: bool) {
        if is_answered {
            let row = &mut self.facts.stock[0];
            (row.max, row.on_sale) = (max.unwrap_or(row.max), on_sale.unwrap_or(row.on_sale));
            self.tell_stock();
        }
        let ask = Ask::Stock(StockAsk { supplier: 0, slot: 0, max, on_sale });
        self.record(ask, if is_answered { Outcome::Answered(Answer::StockSet) } else { lost() });
    }

    /// Reads an order.
    pub(super) fn read(&mut self, order: Uuid) {
        let seen = self.seen(order);
        self.record(Ask::Read { channel: 0, kind: ProductKind::Tour, order }, Outcome::Answered(Answer::Order(seen)));
    }

    /// Reads on in the feed, to its end.
    pub(super) fn follow(&mut self) {
        let last = self.records.iter().rev().find_map(|record| match record.answer() {
            Some(Answer::Feed(told)) => Some(told.next.clone()),
            _ => None,
        });
        let cursor = last.unwrap_or_default();
        let from = crate::history::position(&cursor).unwrap();
        let shown = |change: &ChangeFact| ChangeSeen {
            cursor: change.position.map(|position| format!("c{position}")),
            kind: change.kind.clone(),
            order: match &change.what {
                WhatChanged::Order { order, status, tickets } => {
                    Some(OrderSeen { order: *order, status: *status, tickets: tickets.clone() })
                }
                _ => None,
            },
        };
        let changes = self.facts.changes.iter().filter(|change| change.position.unwrap() > from).map(shown).collect();
        let told = FeedAnswer { changes, next: format!("c{}", self.facts.feed_end), has_more: false };
        self.record(Ask::Feed { channel: 0, cursor }, Outcome::Answered(Answer::Feed(told)));
    }

    /// Makes the statement of the month, as the hub does.
    pub(super) fn make_statement(&mut self) {
        let sold = |order: &OrderFact, ticket: &TicketFact| SoldTicket {
            ticket: TicketId(ticket.id),
            channel_ticket_code: None,
            order: OrderId(order.id),
            channel_order_code: String::new(),
            product: (ProductId(PRODUCT), ProductKind::Tour, String::new()),
            option: (OptionId(OPTION), String::new()),
            starts: (self.world.slots[0].date, self.world.slots[0].start_time),
            sold_at: order.created_at,
            net: None,
            mark_up: None,
            rate: None,
            selling: (order.unit_price, Currency::Krw),
            refund: None,
            history: (order.events.iter().filter(|event| event.ticket == Some(ticket.id)))
                .map(|event| TicketEvent { at: event.at, to: TicketStatus::from_digit(event.to).unwrap(), by: event.actor.clone() })
                .collect(),
        };
        let month: axhub_domain::month::Month = MONTH.parse().unwrap();
        let head = Head {
            channel_code: "alpha".to_owned(),
            supplier_code: "hanok".to_owned(),
            month,
            time_zone: "UTC".to_owned(),
            period: month.period(&TimeZone::UTC),
        };
        let tickets: Vec<SoldTicket> =
            self.facts.orders.iter().flat_map(|order| order.tickets.iter().map(move |ticket| sold(order, ticket))).collect();
        self.facts.statements = vec![Statement::make(head, false, tickets)];
    }

    /// Reads the statement of the month, which says that so many tickets were sold.
    pub(super) fn read_statement(&mut self, sold: u64) {
        let ask = Ask::Statement { channel: 0, supplier: 0, month: MONTH.parse().unwrap() };
        self.record(ask, Outcome::Answered(Answer::Statement { sold }));
    }

    fn act_ask(&self, order: Uuid, what: Act, ticket: Option<usize>) -> Ask {
        let ticket = ticket.map(|at| self.order(order).tickets[at].id);
        Ask::Act(ActAsk { what, by: 0, kind: ProductKind::Tour, order, ticket })
    }

    fn order(&self, id: Uuid) -> &OrderFact {
        self.facts.orders.iter().find(|order| order.id == id).unwrap()
    }

    fn seen(&self, id: Uuid) -> OrderSeen {
        let order = self.order(id);
        OrderSeen { order: id, status: order.status, tickets: order.tickets.iter().map(|ticket| (ticket.id, ticket.status)).collect() }
    }

    pub(super) fn record(&mut self, ask: Ask, outcome: Outcome) {
        let (id, at) = (self.records.len() as u64, Some(self.time()));
        let (begin, end) = (id * 10 + 1, id * 10 + 5);
        self.records.push(Record { id, client: 1, server: 1, begin, end, at, ask, outcome, retry_after: None });
    }

    fn tell_order(&mut self, order: Uuid) {
        let OrderSeen { status, tickets, .. } = self.seen(order);
        self.tell("order", Some(CHANNEL), WhatChanged::Order { order, status, tickets });
    }

    fn tell_stock(&mut self) {
        let StockFact { id: stock, max, held, ordered, on_sale, .. } = self.facts.stock[0];
        self.tell("stock", None, WhatChanged::Stock { stock, max, held, ordered, on_sale, kept: Vec::new() });
    }

    fn tell(&mut self, kind: &str, channel: Option<Uuid>, what: WhatChanged) {
        self.facts.feed_end += 1;
        let position = self.facts.feed_end;
        let (kind, product_kind) = (kind.to_owned(), "tour".to_owned());
        let change = ChangeFact { seq: position, position: Some(position), was_placed: true, kind, product_kind, channel, what };
        self.facts.changes.push(change);
    }

    fn id(&mut self) -> Uuid {
        self.next += 1;
        Uuid::from_u128(u128::from(self.next))
    }

    fn time(&mut self) -> Timestamp {
        self.next += 1;
        Timestamp::constant(1_782_874_800, 0) + SignedDuration::from_secs(i64::try_from(self.next).unwrap())
    }
}

fn place_ask(code: &str, quantity: u32) -> Ask {
    Ask::Place(PlaceAsk {
        channel: 0,
        kind: ProductKind::Tour,
        code: code.to_owned(),
        lines: vec![LineAsk { option: OPTION, slot: 0, quantity }],
    })
}

fn lost() -> Outcome {
    Outcome::Lost { why: "no answer in time".to_owned() }
}
