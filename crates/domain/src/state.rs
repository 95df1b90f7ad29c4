//! The states of orders and tickets, and the one table of what may follow what (contract, "States").

use serde::{Deserialize, Serialize};

use crate::ids::{OrderId, TicketId};
use crate::refusal::Conflict;

macro_rules! words {
    ($(#[$doc:meta])* $enum:ident { $($(#[$variant_doc:meta])* $variant:ident = $digit:literal $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $enum { $($(#[$variant_doc])* #[serde(rename = $word)] $variant = $digit,)* }

        impl $enum {
            /// All states, in the order of their digits.
            pub const ALL: &'static [$enum] = &[$($enum::$variant),*];

            /// The contract's word.
            pub const fn word(self) -> &'static str {
                match self { $($enum::$variant => $word,)* }
            }

            /// The contract's digit in the old vocabulary; also what the database keeps.
            pub const fn digit(self) -> u8 {
                self as u8
            }

            /// The state of a word.
            pub fn from_word(word: &str) -> Option<$enum> {
                Self::ALL.iter().copied().find(|status| status.word() == word)
            }

            /// The state of a digit.
            pub fn from_digit(digit: i64) -> Option<$enum> {
                Self::ALL.iter().copied().find(|status| i64::from(status.digit()) == digit)
            }
        }
    };
}

words! {
    /// The state of an order of one option.
    OrderStatus {
        /// Placed, the supplier has not looked at it yet.
        New = 1 "New",
        /// The supplier has seen it.
        SupplierPending = 2 "Supplier pending",
        /// It takes place.
        SupplierConfirm = 3 "Supplier confirm",
        /// The supplier declined.
        SupplierReject = 4 "Supplier reject",
        /// The traveler cancelled.
        TravelerCancel = 5 "Traveler cancel",
        /// It cannot take place.
        UnavoidableCancel = 6 "Unavoidable cancel",
    }
}

words! {
    /// The state of one ticket.
    TicketStatus {
        /// Sold and not used.
        New = 1 "New",
        /// Redeemed.
        Used = 2 "Used",
        /// Cancelled on the traveler's side.
        TravelerCanceled = 3 "Traveler canceled",
        /// Cancelled on the supplier's side.
        SupplierCanceled = 4 "Supplier canceled",
    }
}

impl OrderStatus {
    /// Whether the order still holds its stock and can change.
    pub const fn is_open(self) -> bool {
        matches!(self, OrderStatus::New | OrderStatus::SupplierPending | OrderStatus::SupplierConfirm)
    }
}

/// The state of a channel's order as a whole: the one its orders share, or the least advanced of them.
pub fn channel_order_status(orders: impl IntoIterator<Item = OrderStatus>) -> OrderStatus {
    orders.into_iter().min().unwrap_or(OrderStatus::New)
}

/// What somebody wants done to an order or one of its tickets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// The supplier has seen it.
    Acknowledge,
    /// The supplier confirms.
    Confirm,
    /// The supplier declines.
    Reject,
    /// The supplier cannot run it.
    SupplierCancel,
    /// The channel cancels, for the traveler.
    TravelerCancel,
    /// The channel cancels, for a reason that nobody can help.
    ChannelUnavoidableCancel,
    /// The channel says that it is new, which is only ever true already.
    StayNew,
    /// The channel cancels one ticket.
    ChannelCancelTicket(TicketId),
    /// The supplier cancels one ticket.
    SupplierCancelTicket(TicketId),
    /// The supplier marks a ticket used.
    Redeem(TicketId),
    /// The supplier takes that back, soon after: see [`crate::redemption`].
    UndoRedemption(TicketId),
}

impl Action {
    /// The word for the history.
    pub const fn word(self) -> &'static str {
        match self {
            Action::Acknowledge => "acknowledge",
            Action::Confirm => "confirm",
            Action::Reject => "reject",
            Action::SupplierCancel | Action::TravelerCancel | Action::ChannelUnavoidableCancel => "cancel",
            Action::StayNew => "stay-new",
            Action::ChannelCancelTicket(_) | Action::SupplierCancelTicket(_) => "cancel-ticket",
            Action::Redeem(_) => "redeem",
            Action::UndoRedemption(_) => "undo-redemption",
        }
    }
}

impl Action {
    /// The word for the audit log, which knows orders and tickets beside everything else.
    pub const fn audit_word(self) -> &'static str {
        match self {
            Action::Acknowledge => "order.acknowledge",
            Action::Confirm => "order.confirm",
            Action::Reject => "order.reject",
            Action::SupplierCancel | Action::TravelerCancel | Action::ChannelUnavoidableCancel => "order.cancel",
            Action::StayNew => "order.stay-new",
            Action::ChannelCancelTicket(_) | Action::SupplierCancelTicket(_) => "ticket.cancel",
            Action::Redeem(_) => "ticket.redeem",
            Action::UndoRedemption(_) => "ticket.undo-redemption",
        }
    }

    /// The ticket that it is about, when it is about one.
    pub const fn ticket(self) -> Option<TicketId> {
        match self {
            Action::ChannelCancelTicket(ticket)
            | Action::SupplierCancelTicket(ticket)
            | Action::Redeem(ticket)
            | Action::UndoRedemption(ticket) => Some(ticket),
            _ => None,
        }
    }
}

/// An order as the table of transitions needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderState {
    /// Which order.
    pub id: OrderId,
    /// Its state.
    pub status: OrderStatus,
    /// Its tickets.
    pub tickets: Vec<(TicketId, TicketStatus)>,
}

/// What an action changes. Empty when the wanted state already holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// The order's new state, when it changes.
    pub order: Option<OrderStatus>,
    /// The tickets that change, with their new states.
    pub tickets: Vec<(TicketId, TicketStatus)>,
    /// How many units of the option go back to stock.
    pub returned: u32,
}

impl Change {
    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        self.order.is_none() && self.tickets.is_empty()
    }
}

/// What `action` does to `order`.
///
/// # Errors
/// [`Conflict::TransitionNotAllowed`] and [`Conflict::TicketUsed`], as the contract's table says; `None` inside
/// `Ok` when the order has no such ticket.
pub fn transition(order: &OrderState, action: Action) -> Result<Option<Change>, Conflict> {
    use OrderStatus::{SupplierConfirm, SupplierPending, SupplierReject, TravelerCancel, UnavoidableCancel};
    let change = match action {
        Action::StayNew => order.become_status(OrderStatus::New, &[])?,
        Action::Acknowledge => order.become_status(SupplierPending, &[OrderStatus::New])?,
        Action::Confirm => order.become_status(SupplierConfirm, &[OrderStatus::New, SupplierPending])?,
        Action::Reject => order.end(SupplierReject, &[OrderStatus::New, SupplierPending], TicketStatus::SupplierCanceled)?,
        Action::TravelerCancel => order.end(TravelerCancel, OPEN, TicketStatus::TravelerCanceled)?,
        Action::ChannelUnavoidableCancel => order.end(UnavoidableCancel, OPEN, TicketStatus::TravelerCanceled)?,
        Action::SupplierCancel => order.end(UnavoidableCancel, OPEN, TicketStatus::SupplierCanceled)?,
        Action::ChannelCancelTicket(ticket) => {
            return order.cancel_ticket(ticket, TicketStatus::TravelerCanceled, TravelerCancel);
        }
        Action::SupplierCancelTicket(ticket) => {
            return order.cancel_ticket(ticket, TicketStatus::SupplierCanceled, UnavoidableCancel);
        }
        Action::Redeem(ticket) => return order.redeem(ticket),
        Action::UndoRedemption(ticket) => return order.undo_redemption(ticket),
    };
    Ok(Some(change))
}

const OPEN: &[OrderStatus] = &[OrderStatus::New, OrderStatus::SupplierPending, OrderStatus::SupplierConfirm];

impl OrderState {
    /// Only the order's state changes, and only from one of `from`.
    fn become_status(&self, to: OrderStatus, from: &[OrderStatus]) -> Result<Change, Conflict> {
        if self.status == to {
            return Ok(Change::default());
        }
        if !from.contains(&self.status) {
            return Err(self.not_allowed(None));
        }
        Ok(Change { order: Some(to), ..Change::default() })
    }

    /// The order ends: its open tickets become `tickets_to` and their units go back.
    fn end(&self, to: OrderStatus, from: &[OrderStatus], tickets_to: TicketStatus) -> Result<Change, Conflict> {
        let mut change = self.become_status(to, from)?;
        if change.is_empty() {
            return Ok(change);
        }
        let used: Vec<TicketId> = self.tickets_in(TicketStatus::Used).collect();
        if !used.is_empty() {
            return Err(self.used(used));
        }
        change.tickets = self.tickets_in(TicketStatus::New).map(|ticket| (ticket, tickets_to)).collect();
        change.returned = count(&change.tickets);
        Ok(change)
    }

    /// One ticket ends; the order ends with its last open or used one.
    fn cancel_ticket(&self, ticket: TicketId, to: TicketStatus, order_to: OrderStatus) -> Result<Option<Change>, Conflict> {
        let Some(present) = self.ticket(ticket) else { return Ok(None) };
        if present == to {
            return Ok(Some(Change::default()));
        }
        if present == TicketStatus::Used {
            return Err(self.used(vec![ticket]));
        }
        if present != TicketStatus::New || !self.status.is_open() {
            return Err(self.not_allowed(Some((ticket, present))));
        }
        let others_remain =
            self.tickets.iter().any(|(id, status)| *id != ticket && matches!(status, TicketStatus::New | TicketStatus::Used));
        let order = if others_remain { None } else { Some(order_to) };
        Ok(Some(Change { order, tickets: vec![(ticket, to)], returned: 1 }))
    }

    fn redeem(&self, ticket: TicketId) -> Result<Option<Change>, Conflict> {
        let Some(present) = self.ticket(ticket) else { return Ok(None) };
        if present == TicketStatus::Used {
            return Ok(Some(Change::default()));
        }
        if present != TicketStatus::New || self.status != OrderStatus::SupplierConfirm {
            return Err(self.not_allowed(Some((ticket, present))));
        }
        Ok(Some(Change { tickets: vec![(ticket, TicketStatus::Used)], ..Change::default() }))
    }

    fn undo_redemption(&self, ticket: TicketId) -> Result<Option<Change>, Conflict> {
        let Some(present) = self.ticket(ticket) else { return Ok(None) };
        match present {
            TicketStatus::New => Ok(Some(Change::default())),
            TicketStatus::Used if self.status == OrderStatus::SupplierConfirm => {
                Ok(Some(Change { tickets: vec![(ticket, TicketStatus::New)], ..Change::default() }))
            }
            _ => Err(self.not_allowed(Some((ticket, present)))),
        }
    }

    fn ticket(&self, ticket: TicketId) -> Option<TicketStatus> {
        self.tickets.iter().find(|(id, _)| *id == ticket).map(|(_, status)| *status)
    }

    fn tickets_in(&self, wanted: TicketStatus) -> impl Iterator<Item = TicketId> + '_ {
        self.tickets.iter().filter(move |(_, status)| *status == wanted).map(|(id, _)| *id)
    }

    fn not_allowed(&self, ticket: Option<(TicketId, TicketStatus)>) -> Conflict {
        Conflict::TransitionNotAllowed { order: self.id, order_status: self.status, ticket }
    }

    fn used(&self, tickets: Vec<TicketId>) -> Conflict {
        Conflict::TicketUsed { order: self.id, order_status: self.status, tickets }
    }
}

fn count(tickets: &[(TicketId, TicketStatus)]) -> u32 {
    u32::try_from(tickets.len()).unwrap_or(u32::MAX)
}

/// The order after `change`, for tests and for callers that answer with it.
pub fn apply(order: &mut OrderState, change: &Change) {
    if let Some(status) = change.order {
        order.status = status;
    }
    for (id, status) in &mut order.tickets {
        if let Some((_, new)) = change.tickets.iter().find(|(changed, _)| changed == id) {
            *status = *new;
        }
    }
}

#[cfg(test)]
#[path = "state_tests.rs"]
mod tests;
