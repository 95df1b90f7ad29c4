//! Where everything stands at one moment: what the database holds, what each server is about, what each client knows.

use std::iter;

use axhub_domain::ids::{OrderId, TicketId};
use axhub_domain::state::{Action, Change, OrderState, OrderStatus, TicketStatus};
use uuid::Uuid;

/// Everything at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct State {
    /// Database: of each pool the units that its stock row says are ordered.
    pub taken: Vec<i64>,
    /// Each client, and what the database holds under its code.
    pub clients: Vec<Client>,
    /// Each server. Servers are interchangeable, so they stand in order.
    pub servers: Vec<Server>,
}

/// A client that orders one thing under one code and repeats that whenever it likes, also when it has its answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Client {
    /// Database: the channel orders under its code; a second one is a fault.
    pub stored: Vec<Stored>,
    /// The first answer that told it its order is placed.
    pub knows: Option<Answer>,
    /// Whether something else was decided for it after that, or that it gets nothing although its order was there.
    pub is_misled: bool,
}

/// A channel order in the database: its orders, one for each line.
pub type Stored = Vec<Line>;

/// An order of one option, and what is answered to its repetition.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Line {
    pub placed_as: OrderStatus,
    pub status: OrderStatus,
    pub tickets: Vec<TicketStatus>,
}

/// That an order is placed: which one of those under the code, and the state of each of its lines then.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Answer {
    pub order: usize,
    pub placed_as: Vec<OrderStatus>,
}

/// What becomes of a request for an order.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Outcome {
    /// It is placed; so many units of each pool are taken, line by line.
    Placed { answer: Answer, takes: Vec<(usize, i64)> },
    /// It had been placed before.
    Replayed(Answer),
    /// There is not enough left.
    SoldOut,
    /// Its code is that of an order that means something else.
    Reused,
}

impl Outcome {
    pub fn answer(&self) -> Option<&Answer> {
        match self {
            Outcome::Placed { answer, .. } | Outcome::Replayed(answer) => Some(answer),
            Outcome::SoldOut | Outcome::Reused => None,
        }
    }
}

/// An order of one option: the client's, which of those under its code, and which line of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OrderNumber {
    pub client: usize,
    pub order: usize,
    pub line: usize,
}

/// What a server is about. It takes one request at a time, in one transaction.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Server {
    Idle,
    /// It has some of the stock rows that the client's order names locked, and waits for the next. What it found under the code
    /// it knows by now only if it looks before it locks.
    Locking {
        client: usize,
        locked: usize,
        found: Option<Outcome>,
    },
    /// It has locked them all, read and decided to place; nothing is committed.
    Decided {
        client: usize,
        outcome: Outcome,
    },
    /// Its transaction is over; the answer is under way.
    Answering {
        client: usize,
        outcome: Outcome,
    },
    /// It has locked an order, read it and decided what changes; nothing is committed.
    Changing {
        order: OrderNumber,
        change: Changed,
    },
}

/// A [`Change`] by the places of the tickets.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Changed {
    pub order: Option<OrderStatus>,
    pub tickets: Vec<(usize, TicketStatus)>,
    pub returned: u32,
}

impl State {
    /// Nothing has happened.
    pub fn beginning(pools: usize, clients: usize, servers: usize) -> State {
        State { taken: vec![0; pools], clients: vec![Client::default(); clients], servers: vec![Server::Idle; servers] }
    }

    pub fn line(&self, number: OrderNumber) -> &Line {
        &self.clients[number.client].stored[number.order][number.line]
    }

    pub fn line_mut(&mut self, number: OrderNumber) -> &mut Line {
        &mut self.clients[number.client].stored[number.order][number.line]
    }

    /// The numbers of all orders in the database.
    pub fn order_numbers(&self) -> impl Iterator<Item = OrderNumber> + '_ {
        self.clients.iter().enumerate().flat_map(|(client, of_client)| {
            let stored = of_client.stored.iter().enumerate();
            stored.flat_map(move |(order, lines)| (0..lines.len()).map(move |line| OrderNumber { client, order, line }))
        })
    }

    /// Whether no server is about anything.
    pub fn is_quiet(&self) -> bool {
        self.servers.iter().all(|server| *server == Server::Idle)
    }
}

impl Line {
    /// As the table of transitions takes it.
    pub fn as_order(&self) -> OrderState {
        let tickets = self.tickets.iter().enumerate().map(|(at, status)| (ticket_id(at), *status));
        OrderState { id: OrderId(Uuid::nil()), status: self.status, tickets: tickets.collect() }
    }

    /// Everything that somebody may want done to it.
    pub fn actions(&self) -> Vec<Action> {
        let of_tickets = (0..self.tickets.len()).map(|at| Action::ChannelCancelTicket(ticket_id(at)));
        iter::once(Action::StayNew).chain(of_tickets).flat_map(|first| iter::successors(Some(first), |action| next(*action))).collect()
    }

    /// Tickets that hold stock.
    pub fn live_tickets(&self) -> i64 {
        let live = self.tickets.iter().filter(|status| matches!(status, TicketStatus::New | TicketStatus::Used));
        i64::try_from(live.count()).expect("few")
    }

    pub fn apply(&mut self, change: &Changed) {
        if let Some(status) = change.order {
            self.status = status;
        }
        for (at, status) in &change.tickets {
            self.tickets[*at] = *status;
        }
    }
}

impl From<Change> for Changed {
    fn from(change: Change) -> Changed {
        let place = |id: TicketId| usize::try_from(id.0.as_u128()).expect("a place");
        let tickets = change.tickets.into_iter().map(|(id, status)| (place(id), status));
        Changed { order: change.order, tickets: tickets.collect(), returned: change.returned }
    }
}

/// All actions one after another: those on an order, and those on a ticket. A match, so that whoever adds one is told to put it here.
const fn next(action: Action) -> Option<Action> {
    match action {
        Action::StayNew => Some(Action::Acknowledge),
        Action::Acknowledge => Some(Action::Confirm),
        Action::Confirm => Some(Action::Reject),
        Action::Reject => Some(Action::SupplierCancel),
        Action::SupplierCancel => Some(Action::TravelerCancel),
        Action::TravelerCancel => Some(Action::ChannelUnavoidableCancel),
        Action::ChannelCancelTicket(ticket) => Some(Action::SupplierCancelTicket(ticket)),
        Action::SupplierCancelTicket(ticket) => Some(Action::Redeem(ticket)),
        Action::Redeem(ticket) => Some(Action::UndoRedemption(ticket)),
        Action::ChannelUnavoidableCancel | Action::UndoRedemption(_) => None,
    }
}

fn ticket_id(at: usize) -> TicketId {
    TicketId(Uuid::from_u128(at as u128))
}
