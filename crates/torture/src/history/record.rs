//! The shapes of a history: a request, what it asked, and what it was answered.

use axhub_domain::month::Month;
use axhub_domain::product::ProductKind;
use axhub_domain::state::{OrderStatus, TicketStatus};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Micros;

/// One request and what became of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Its number, in the order in which requests began.
    pub id: u64,
    /// Which client.
    pub client: u32,
    /// The port of the server that was asked.
    pub server: u16,
    /// Just before it was sent.
    pub begin: Micros,
    /// When the answer was there, or the client gave up.
    pub end: Micros,
    /// Just before it was sent, by the clock that the servers have, too; none where that one is moved.
    #[serde(default)]
    pub at: Option<Timestamp>,
    /// What was asked.
    pub ask: Ask,
    /// What came back.
    pub outcome: Outcome,
    /// After how many seconds the answer says to try again.
    #[serde(default)]
    pub retry_after: Option<u64>,
}

impl Record {
    /// Whether it certainly changed nothing.
    pub fn is_refused(&self) -> bool {
        matches!(&self.outcome, Outcome::Refused { .. }) && !self.is_unknown()
    }

    /// Whether the client cannot know if it worked.
    ///
    /// Of an order, `overloaded` says that it was not placed; every other error of the server's says nothing.
    pub fn is_unknown(&self) -> bool {
        match &self.outcome {
            Outcome::Answered(_) => false,
            Outcome::Refused { status, code } => *status == 408 || (*status >= 500 && code != "overloaded"),
            Outcome::Lost { .. } => true,
        }
    }

    /// What was answered, when it was.
    pub fn answer(&self) -> Option<&Answer> {
        match &self.outcome {
            Outcome::Answered(answer) => Some(answer),
            _ => None,
        }
    }

    /// The order that was placed by it, or had been placed before.
    pub fn placed(&self) -> Option<(&PlaceAsk, &PlaceAnswer)> {
        match (&self.ask, self.answer()) {
            (Ask::Place(ask), Some(Answer::Placed(answer))) => Some((ask, answer)),
            _ => None,
        }
    }

    /// Whether it is an order that was placed by this very request: something was written for it.
    pub fn placed_anew(&self) -> bool {
        self.placed().is_some_and(|(_, answer)| !answer.is_replay)
    }

    /// Whether it is an order that was decided on now: placed by this very request, or refused because too little is left. That
    /// little is left is decided behind the same locks.
    pub fn is_decided(&self) -> bool {
        self.placed_anew() || matches!(&self.outcome, Outcome::Refused { code, .. } if code == "sold_out")
    }
}

/// What became of a request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It was answered with success.
    Answered(Answer),
    /// It was answered with an error.
    Refused {
        /// The status.
        status: u16,
        /// The stable code of the error.
        code: String,
    },
    /// No answer came, or half of one.
    Lost {
        /// What the client saw instead.
        why: String,
    },
}

/// What is asked. Channels, suppliers and products go by their places in the world.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// A channel orders.
    Place(PlaceAsk),
    /// Somebody wants an order changed, or a ticket of it.
    Act(ActAsk),
    /// A channel reads one of its orders.
    Read {
        /// The channel.
        channel: usize,
        /// The kind in the address.
        kind: ProductKind,
        /// The order.
        order: Uuid,
    },
    /// A channel reads on in the feed of changes.
    Feed {
        /// The channel.
        channel: usize,
        /// Behind what.
        cursor: String,
    },
    /// A channel reads on in the changes of its orders of a kind.
    Orders {
        /// The channel.
        channel: usize,
        /// The kind.
        kind: ProductKind,
        /// Behind what.
        cursor: String,
    },
    /// A channel reads what a product has left.
    Inventory {
        /// The channel.
        channel: usize,
        /// The product.
        product: usize,
        /// A place in the feed. The channel had read up to there longer ago than a server may take to notice a change; none where
        /// it does not say.
        behind: Option<String>,
    },
    /// A supplier sets stock.
    Stock(StockAsk),
    /// An operator reads a statement.
    Statement {
        /// The channel.
        channel: usize,
        /// The supplier.
        supplier: usize,
        /// The month.
        month: Month,
    },
}

/// An order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaceAsk {
    /// The channel.
    pub channel: usize,
    /// The kind in the address.
    pub kind: ProductKind,
    /// The channel's code.
    pub code: String,
    /// Its options.
    pub lines: Vec<LineAsk>,
}

/// One option of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineAsk {
    /// The option.
    pub option: Uuid,
    /// The date and start time, by its place in the world.
    pub slot: usize,
    /// How many.
    pub quantity: u32,
}

/// A wish to change an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActAsk {
    /// What.
    pub what: Act,
    /// Whose: the place of the channel or of the supplier, as [`Act::is_channels`] says.
    pub by: usize,
    /// The kind of the order.
    pub kind: ProductKind,
    /// The order.
    pub order: Uuid,
    /// The ticket, when it is about one.
    pub ticket: Option<Uuid>,
}

/// What can be done to an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Act {
    TravelerCancel,
    UnavoidableCancel,
    ChannelCancelTicket,
    Acknowledge,
    Confirm,
    Reject,
    SupplierCancel,
    SupplierCancelTicket,
    Redeem,
    UndoRedemption,
}

impl Act {
    /// Whether a channel does it; else a supplier.
    pub const fn is_channels(self) -> bool {
        matches!(self, Act::TravelerCancel | Act::UnavoidableCancel | Act::ChannelCancelTicket)
    }

    /// Whether it may end the order, or the ticket that it names.
    pub const fn ends(self) -> bool {
        !matches!(self, Act::Acknowledge | Act::Confirm | Act::Redeem | Act::UndoRedemption)
    }
}

/// A wish to set stock of one pool on one date and time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StockAsk {
    /// The supplier.
    pub supplier: usize,
    /// The date and start time, by its place in the world.
    pub slot: usize,
    /// The new maximum.
    pub max: Option<i64>,
    /// Whether it is to be open.
    pub on_sale: Option<bool>,
}

/// A successful answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// The order is placed.
    Placed(PlaceAnswer),
    /// An order as it is now.
    Order(OrderSeen),
    /// A part of a feed.
    Feed(FeedAnswer),
    /// What a product has left, option by option.
    Inventory(Vec<OfferSeen>),
    /// The stock is set.
    StockSet,
    /// A statement.
    Statement {
        /// How many tickets it says were sold.
        sold: u64,
    },
}

/// What a placed order answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaceAnswer {
    /// Whether it says that it had been placed before.
    pub is_replay: bool,
    /// The channel's code, as the answer has it.
    pub code: String,
    /// One per option.
    pub lines: Vec<LineAnswer>,
}

/// One option of a placed order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineAnswer {
    /// Its code.
    pub order: Uuid,
    /// The option.
    pub option: Uuid,
    /// The state it was placed in.
    pub status: OrderStatus,
    /// Its tickets.
    pub tickets: Vec<Uuid>,
}

/// An order as an answer shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderSeen {
    /// The order.
    pub order: Uuid,
    /// Its state.
    pub status: OrderStatus,
    /// The tickets that the answer shows; not all answers show all.
    pub tickets: Vec<(Uuid, TicketStatus)>,
}

/// What an option has left on one date and start time, as an answer shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferSeen {
    /// The stock row.
    pub stock: Uuid,
    /// The option.
    pub option: Uuid,
    /// Whether it may be ordered.
    pub on_sale: bool,
    /// Units of the option in all.
    pub max: u32,
    /// Those that are left for the channel.
    pub remain: u32,
}

/// A part of a feed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedAnswer {
    /// What changed, oldest first.
    pub changes: Vec<ChangeSeen>,
    /// Where to go on.
    pub next: String,
    /// Whether there may be more.
    pub has_more: bool,
}

/// One change as a feed shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeSeen {
    /// Behind it; the order list tells none.
    pub cursor: Option<String>,
    /// `order`, `stock`, …
    pub kind: String,
    /// The order right after the change, when it is one of an order.
    pub order: Option<OrderSeen>,
}

/// The number in a cursor. Clients must not look into it; who checks the feed may.
pub fn position(cursor: &str) -> Option<i64> {
    if cursor.is_empty() { Some(0) } else { cursor.strip_prefix('c')?.parse().ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_error_that_says_so_changed_nothing() {
        let record = |outcome| Record {
            id: 0,
            client: 0,
            server: 0,
            begin: 0,
            end: 1,
            at: None,
            ask: Ask::Feed { channel: 0, cursor: String::new() },
            outcome,
            retry_after: None,
        };
        let refused = |status, code: &str| record(Outcome::Refused { status, code: code.to_owned() });
        assert!(refused(409, "sold_out").is_refused());
        assert!(refused(503, "overloaded").is_refused());
        assert!(refused(503, "unavailable").is_unknown());
        assert!(refused(500, "internal_error").is_unknown());
        assert!(refused(408, "request_timeout").is_unknown());
        assert!(record(Outcome::Lost { why: String::new() }).is_unknown());
    }

    #[test]
    fn an_order_that_had_been_placed_before_is_not_new() {
        let placed = |is_replay| Record {
            id: 0,
            client: 0,
            server: 0,
            begin: 0,
            end: 1,
            at: None,
            ask: Ask::Place(PlaceAsk { channel: 0, kind: ProductKind::Tour, code: "A-1".to_owned(), lines: Vec::new() }),
            outcome: Outcome::Answered(Answer::Placed(PlaceAnswer { is_replay, code: "A-1".to_owned(), lines: Vec::new() })),
            retry_after: None,
        };
        assert!(placed(false).placed_anew());
        assert!(placed(true).placed().is_some() && !placed(true).placed_anew());
    }
}
