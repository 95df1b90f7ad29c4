//! Asking a server, writing down what came of it, and repeating what was not answered.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use rand::RngExt;
use rand::rngs::SmallRng;
use reqwest::header::{AUTHORIZATION, RETRY_AFTER};
use tokio::sync::watch;

use super::{Addresses, Phase, wire};
use crate::history::{Answer, Ask, History, Outcome};
use crate::world::World;

/// How long a client waits for an answer.
const TIMEOUT: Duration = Duration::from_secs(10);
/// How long it waits for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
/// How often it repeats at most.
const MAX_REPEATS: u32 = 12;
/// The longest that it waits because a server says so.
const LONGEST_WAIT: Duration = Duration::from_secs(5);
/// How many of 100 requests a client lets go of before they are answered.
const LETS_GO: u32 = 3;
/// How many of 100 unanswered requests it never repeats.
const NEVER_REPEATS: u32 = 20;

/// One client.
#[derive(Debug)]
pub(super) struct Caller {
    pub(super) id: u32,
    pub(super) world: Arc<World>,
    pub(super) rng: SmallRng,
    addresses: Addresses,
    history: History,
    http: reqwest::Client,
    phase: watch::Receiver<Phase>,
}

/// What a client knows after one try.
struct Tried {
    outcome: Outcome,
    /// How long the server wants it to wait.
    wait: Option<Duration>,
    server: SocketAddr,
}

impl Tried {
    /// Whether the guide says to send the same again.
    fn should_repeat(&self) -> bool {
        match &self.outcome {
            Outcome::Answered(_) => false,
            Outcome::Refused { status, .. } => matches!(status, 408 | 429) || *status >= 500,
            Outcome::Lost { .. } => true,
        }
    }
}

impl Caller {
    pub(super) fn new(
        id: u32,
        world: Arc<World>,
        addresses: Addresses,
        history: History,
        rng: SmallRng,
        phase: watch::Receiver<Phase>,
    ) -> Caller {
        let http = reqwest::Client::builder().timeout(TIMEOUT).connect_timeout(CONNECT_TIMEOUT).build();
        Caller { id, world, rng, addresses, history, http: http.unwrap_or_default(), phase }
    }

    /// Whether everybody still acts.
    pub(super) fn goes_on(&self) -> bool {
        *self.phase.borrow() == Phase::Act && !self.is_alone()
    }

    /// Whether those who change something have all gone.
    pub(super) fn is_alone(&self) -> bool {
        self.phase.has_changed().is_err()
    }

    /// True in so many of 100 cases.
    pub(super) fn happens(&mut self, percent: u32) -> bool {
        self.rng.random_range(0..100) < percent
    }

    /// Waits some time up to so many milliseconds, or until the end.
    pub(super) async fn pause(&mut self, at_most: u64) {
        let pause = Duration::from_millis(self.rng.random_range(0..=at_most));
        self.wait(pause).await;
    }

    async fn wait(&mut self, pause: Duration) {
        if self.goes_on() {
            // Whatever wakes it, it looks around.
            let _ = tokio::time::timeout(pause, self.phase.changed()).await;
        } else {
            tokio::time::sleep(pause.min(Duration::from_millis(50))).await;
        }
    }

    /// Asks, and asks the very same again while there is no answer, unless the client gives up. `None` is an error that
    /// says something, or that it gave up.
    pub(super) async fn ask(&mut self, ask: &Ask) -> Option<Answer> {
        let gives_up = self.happens(NEVER_REPEATS);
        let mut server = self.addresses.any(&mut self.rng);
        for repeats in 0..=MAX_REPEATS {
            let tried = self.try_at(server, ask).await;
            if !tried.should_repeat() || gives_up || !self.goes_on() {
                return match tried.outcome {
                    Outcome::Answered(answer) => Some(answer),
                    _ => None,
                };
            }
            let growing = Duration::from_millis(self.rng.random_range(10..=30) << repeats.min(6));
            self.wait(tried.wait.map_or(growing, |wait| wait.min(LONGEST_WAIT))).await;
            server = if self.happens(50) { tried.server } else { self.addresses.any(&mut self.rng) };
        }
        None
    }

    /// Asks once, at any server.
    pub(super) async fn ask_once(&mut self, ask: &Ask) -> Option<Answer> {
        let server = self.addresses.any(&mut self.rng);
        match self.try_at(server, ask).await.outcome {
            Outcome::Answered(answer) => Some(answer),
            _ => None,
        }
    }

    /// Asks each server until it answers, or was asked so often.
    pub(super) async fn ask_each(&mut self, ask: &Ask, at_most: u32) {
        let servers: Vec<SocketAddr> = self.addresses.all().collect();
        for server in servers {
            for _ in 0..at_most {
                if !self.attempt(server, ask, None).await.should_repeat() {
                    break;
                }
                self.pause(60).await;
            }
        }
    }

    /// Asks the very same twice at once, as a client does whose retry overtakes its first try: at two servers, where there are
    /// two. Each answer counts.
    pub(super) async fn ask_twice(&mut self, ask: &Ask) -> [Option<Answer>; 2] {
        let servers = self.addresses.two(&mut self.rng);
        let patience = [self.patience(), self.patience()];
        let (one, other) = tokio::join!(self.attempt(servers[0], ask, patience[0]), self.attempt(servers[1], ask, patience[1]));
        [one, other].map(|tried| match tried.outcome {
            Outcome::Answered(answer) => Some(answer),
            _ => None,
        })
    }

    async fn try_at(&mut self, server: SocketAddr, ask: &Ask) -> Tried {
        let patience = self.patience();
        self.attempt(server, ask, patience).await
    }

    /// How long the client waits before it lets go, when it will.
    fn patience(&mut self) -> Option<Duration> {
        self.happens(LETS_GO).then(|| Duration::from_millis(self.rng.random_range(0..=40)))
    }

    async fn attempt(&self, server: SocketAddr, ask: &Ask, patience: Option<Duration>) -> Tried {
        let begun = self.history.begin();
        let (outcome, wait) = match patience {
            // Dropping the request closes its connection.
            Some(patience) => {
                tokio::time::timeout(patience, self.send(server, ask)).await.unwrap_or_else(|_| lost("let go of by the client"))
            }
            None => self.send(server, ask).await,
        };
        self.history.end(begun, self.id, server.port(), ask.clone(), outcome.clone(), wait.map(|wait| wait.as_secs()));
        Tried { outcome, wait, server }
    }

    async fn send(&self, server: SocketAddr, ask: &Ask) -> (Outcome, Option<Duration>) {
        let wire::Request { method, path, key, body } = wire::request(&self.world, ask);
        let mut request = self.http.request(method, format!("http://{server}{path}")).header(AUTHORIZATION, format!("Token {key}"));
        if let Some(body) = body {
            request = request.json(&body);
        }
        let reply = match request.send().await {
            Ok(reply) => reply,
            Err(error) => return lost(what(&error)),
        };
        let (status, is_replay) = (reply.status().as_u16(), reply.headers().contains_key("idempotent-replayed"));
        let wait = reply.headers().get(RETRY_AFTER).and_then(|wait| wait.to_str().ok()?.parse().ok()).map(Duration::from_secs);
        match reply.bytes().await {
            Ok(body) => (wire::outcome(ask, status, is_replay, &body), wait),
            Err(error) => lost(what(&error)),
        }
    }
}

fn lost(why: &str) -> (Outcome, Option<Duration>) {
    (Outcome::Lost { why: why.to_owned() }, None)
}

fn what(error: &reqwest::Error) -> &'static str {
    if error.is_timeout() {
        "no answer in time"
    } else if error.is_connect() {
        "no connection"
    } else if error.is_body() || error.is_decode() {
        "half an answer"
    } else {
        "the connection broke"
    }
}
