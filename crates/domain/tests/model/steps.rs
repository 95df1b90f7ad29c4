//! What may happen next, and what it makes of a state: the steps of the hub's transactions (`hub/src/ordering.rs`,
//! `hub/src/fulfilment.rs`), cut where another server may come between.
//!
//! What a transaction reads behind its locks it reads in one step, since nobody can change it there. What it writes is seen
//! by others all at once, when it commits.

use axhub_domain::refusal::Conflict;
use axhub_domain::state::{Action, TicketStatus};

use crate::changes::Changes;
use crate::state::{Answer, Line, OrderNumber, Outcome, Server, State};
use crate::world::World;

/// What stands between the promise and its breach. All of them are there; the tests that plant a fault leave one out.
#[derive(Clone, Copy, Debug)]
pub struct Guards {
    /// A server locks the stock rows that an order names before it reads them.
    pub stock_lock: bool,
    /// It does so in the order of their codes, whatever the order of the lines.
    pub lock_order: bool,
    /// Stock is taken only `WHERE` there is enough of it.
    pub conditional_update: bool,
    /// An order is looked up by its code before it is decided.
    pub replay_check: bool,
    /// It is looked up behind the locks, where nobody stores another one of the same meaning.
    pub replay_behind_lock: bool,
    /// No two rows of `channel_orders` have the same code.
    pub unique_code: bool,
    /// An order is locked before it is read to be changed.
    pub order_lock: bool,
    /// What a change gives back goes back to stock.
    pub stock_return: bool,
    /// An order is answered when it is committed, and not before.
    pub commit_first: bool,
    /// All lines of an order are stored in one commit.
    pub one_commit: bool,
}

impl Guards {
    /// As the hub is.
    pub const ALL: Guards = Guards {
        stock_lock: true,
        lock_order: true,
        conditional_update: true,
        replay_check: true,
        replay_behind_lock: true,
        unique_code: true,
        order_lock: true,
        stock_return: true,
        commit_first: true,
        one_commit: true,
    };
}

/// Something that happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A server takes a client's request, be it the first or a repetition, and locks the first stock row; when that is all,
    /// it decides.
    Take { server: usize, client: usize },
    /// It locks the next stock row; when that is all, it decides.
    Lock { server: usize },
    /// It commits.
    Commit { server: usize },
    /// The client gets its answer.
    Answer { server: usize },
    /// A server takes somebody's wish to change an order, locks the order and decides.
    Change { server: usize, order: OrderNumber, action: Action },
    /// The server dies, or the connection does: what is not committed is gone, and so is the answer. Another takes its place.
    Crash { server: usize },
}

/// The hub and everybody around it.
#[derive(Debug)]
pub struct Hub {
    pub world: World,
    pub guards: Guards,
    /// How many servers there are.
    pub servers: usize,
    /// What may become of each order.
    pub changes: Changes,
}

impl Hub {
    /// What may happen, apart from crashes and new requests: what servers do by themselves.
    pub fn work(&self, state: &State, steps: &mut Vec<Step>) {
        for (server, doing) in state.servers.iter().enumerate() {
            match doing {
                Server::Idle => {}
                Server::Locking { client, locked, .. } if self.is_free(state, server, self.lock_list(*client)[*locked]) => {
                    steps.push(Step::Lock { server });
                }
                Server::Locking { .. } => {}
                Server::Decided { .. } => steps.push(Step::Commit { server }),
                Server::Answering { .. } => steps.push(Step::Answer { server }),
                // To give units back it locks their row.
                Server::Changing { order, change } => {
                    let pool = self.world.taken_by(order.client, order.line).0;
                    if change.returned == 0 || self.is_free(state, server, pool) {
                        steps.push(Step::Commit { server });
                    }
                }
            }
        }
    }

    /// The requests that a server may take. Idle servers are all the same, so the first of them takes it.
    pub fn requests(&self, state: &State, steps: &mut Vec<Step>) {
        let Some(server) = state.servers.iter().position(|server| *server == Server::Idle) else { return };
        for client in 0..self.world.clients() {
            if !self.guards.replay_behind_lock || self.is_free(state, server, self.lock_list(client)[0]) {
                steps.push(Step::Take { server, client });
            }
        }
        for order in state.order_numbers().filter(|order| self.may_change(state, *order)) {
            let ways = self.changes.of(state.line(order));
            for (at, way) in ways.iter().enumerate() {
                // Several actions make the same of it: one of them is enough.
                if !ways[..at].iter().any(|known| known.change == way.change) {
                    steps.push(Step::Change { server, order, action: way.action });
                }
            }
        }
    }

    /// What a step makes of a state.
    pub fn after(&self, state: &State, step: &Step) -> State {
        let mut next = state.clone();
        match *step {
            Step::Take { server, client } if self.guards.replay_behind_lock => self.locked(&mut next, server, client, 1, None),
            Step::Take { server, client } => {
                let found = self.find(state, client);
                next.servers[server] = Server::Locking { client, locked: 0, found };
            }
            Step::Lock { server } => {
                let Server::Locking { client, locked, ref found } = state.servers[server] else { unreachable!("it locks") };
                self.locked(&mut next, server, client, locked + 1, found.clone());
            }
            Step::Commit { server } => self.commit(&mut next, server),
            Step::Answer { server } => answer(&mut next, server),
            Step::Change { server, order, action } => {
                let ways = self.changes.of(state.line(order));
                let way = ways.iter().find(|way| way.action == action).expect("offered only then");
                next.servers[server] = Server::Changing { order, change: way.change.clone() };
            }
            Step::Crash { server } => next.servers[server] = Server::Idle,
        }
        self.sort(&mut next);
        next
    }

    /// The pools that an order's transaction locks, one after another.
    fn lock_list(&self, client: usize) -> Vec<usize> {
        let mut pools = self.world.pools_of(client);
        if self.guards.lock_order {
            pools.sort_unstable();
        }
        let mut list = Vec::with_capacity(pools.len());
        for pool in pools {
            if !list.contains(&pool) {
                list.push(pool);
            }
        }
        list
    }

    /// Whether no other server has a pool's stock row locked.
    fn is_free(&self, state: &State, server: usize, pool: usize) -> bool {
        let others = || state.servers.iter().enumerate().filter(|(other, _)| *other != server).map(|(_, doing)| doing);
        !self.guards.stock_lock || !others().any(|other| self.has_locked(other, pool))
    }

    fn has_locked(&self, doing: &Server, pool: usize) -> bool {
        match doing {
            Server::Locking { client, locked, .. } => self.lock_list(*client)[..*locked].contains(&pool),
            Server::Decided { client, .. } => self.lock_list(*client).contains(&pool),
            // It locks the row in the step in which it commits.
            Server::Changing { .. } | Server::Idle | Server::Answering { .. } => false,
        }
    }

    fn may_change(&self, state: &State, order: OrderNumber) -> bool {
        let is_locked = |doing: &Server| matches!(doing, Server::Changing { order: other, .. } if *other == order);
        !self.guards.order_lock || !state.servers.iter().any(is_locked)
    }

    /// So many rows are locked: waits for the next, or reads and decides.
    fn locked(&self, next: &mut State, server: usize, client: usize, locked: usize, found: Option<Outcome>) {
        if locked < self.lock_list(client).len() {
            next.servers[server] = Server::Locking { client, locked, found };
            return;
        }
        let outcome = self.decide(next, client, found);
        let of_client = &mut next.clients[client];
        // Whatever is decided from now on must be what it knows, and no refusal when its order is there, whether it knows that or
        // not. A refusal that was decided before may still be under way.
        of_client.is_misled |= of_client.knows.is_some() && of_client.knows.as_ref() != outcome.answer();
        of_client.is_misled |= !of_client.stored.is_empty() && outcome.answer().is_none();
        next.servers[server] = match outcome {
            Outcome::Placed { .. } => Server::Decided { client, outcome },
            // Nothing to write.
            Outcome::Replayed(_) | Outcome::SoldOut | Outcome::Reused => Server::Answering { client, outcome },
        };
        if !self.guards.commit_first {
            hear(next, server);
        }
    }

    /// What is stored under the client's code, if it is looked for: its own order, or one that means something else.
    fn find(&self, state: &State, client: usize) -> Option<Outcome> {
        if !self.guards.replay_check {
            return None;
        }
        let own = state.clients[client].stored.first();
        own.map(|first| Outcome::Replayed(Answer { order: 0, placed_as: first.iter().map(|line| line.placed_as).collect() }))
            .or_else(|| self.is_code_taken(state, client).then_some(Outcome::Reused))
    }

    fn is_code_taken(&self, state: &State, client: usize) -> bool {
        self.world.under_code_of(client).any(|client| !state.clients[client].stored.is_empty())
    }

    fn decide(&self, state: &State, client: usize, found: Option<Outcome>) -> Outcome {
        let found = if self.guards.replay_behind_lock { self.find(state, client) } else { found };
        if let Some(outcome) = found {
            return outcome;
        }
        let stored = &state.clients[client].stored;
        match self.world.decide(client, &state.taken) {
            Ok(lines) => {
                let answer = Answer { order: stored.len(), placed_as: lines.iter().map(|line| line.status).collect() };
                let takes = lines.iter().map(|line| (self.world.pool_of(line.stock), line.taken));
                Outcome::Placed { answer, takes: takes.collect() }
            }
            Err(Conflict::SoldOut { .. }) => Outcome::SoldOut,
            Err(other) => panic!("nothing else can be in the way: {other:?}"),
        }
    }

    fn commit(&self, next: &mut State, server: usize) {
        match next.servers[server].clone() {
            Server::Decided { client, outcome } => self.place(next, server, client, outcome),
            Server::Changing { order, change } => {
                next.line_mut(order).apply(&change);
                let (pool, weight) = self.world.taken_by(order.client, order.line);
                if self.guards.stock_return {
                    next.taken[pool] -= i64::from(change.returned) * weight;
                }
                // Its answer is no more than what the database says now, so nobody need remember it.
                next.servers[server] = Server::Idle;
            }
            other => unreachable!("nothing to commit: {other:?}"),
        }
    }

    fn place(&self, next: &mut State, server: usize, client: usize, outcome: Outcome) {
        let Outcome::Placed { ref answer, ref takes } = outcome else { unreachable!("only that is committed") };
        // Where each line is committed by itself, a crash may leave it at the first.
        let at_once = if self.guards.one_commit { takes.len() } else { 1 };
        let mut taken = next.taken.clone();
        for (pool, units) in &takes[..at_once] {
            taken[*pool] += units;
        }
        let is_oversold = taken.iter().zip(&self.world.setup.seats).any(|(taken, seats)| taken > seats);
        let is_twice = self.is_code_taken(next, client);
        if (is_oversold && self.guards.conditional_update) || (is_twice && self.guards.unique_code) {
            // The database refuses, and the transaction is done again from its beginning.
            next.servers[server] = Server::Idle;
            return;
        }
        next.taken = taken;
        let lines = answer.placed_as.iter().zip(&self.world.setup.wishes[client]).take(at_once).map(|(status, (_, quantity))| Line {
            placed_as: *status,
            status: *status,
            tickets: vec![TicketStatus::New; *quantity as usize],
        });
        let lines = lines.collect();
        next.clients[client].stored.push(lines);
        next.servers[server] = Server::Answering { client, outcome };
    }

    /// The same state in the order that all states like it are written in: servers are alike, and so are clients that want the
    /// same.
    fn sort(&self, state: &mut State) {
        for at in 1..state.clients.len() {
            let mut place = at;
            while place > 0 && self.world.want_the_same(place - 1, place) && state.clients[place - 1] > state.clients[place] {
                state.clients.swap(place - 1, place);
                state.servers.iter_mut().for_each(|server| swap_clients(server, place - 1, place));
                place -= 1;
            }
        }
        state.servers.sort_unstable();
    }
}

fn answer(next: &mut State, server: usize) {
    hear(next, server);
    next.servers[server] = Server::Idle;
}

/// The client hears what the server has for it.
fn hear(next: &mut State, server: usize) {
    let (Server::Answering { client, outcome } | Server::Decided { client, outcome }) = &next.servers[server] else { return };
    let (of_client, heard) = (*client, outcome.answer().cloned());
    let client = &mut next.clients[of_client];
    if heard.is_some() {
        client.is_misled |= client.knows.is_some() && client.knows != heard;
        client.knows = client.knows.take().or(heard);
    }
}

fn swap_clients(server: &mut Server, one: usize, other: usize) {
    let client = match server {
        Server::Idle => return,
        Server::Locking { client, .. } | Server::Decided { client, .. } | Server::Answering { client, .. } => client,
        Server::Changing { order, .. } => &mut order.client,
    };
    if *client == one {
        *client = other;
    } else if *client == other {
        *client = one;
    }
}
