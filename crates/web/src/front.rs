//! [`App`]: everything that is answered over HTTP. What is kept and still holds is answered before the router is asked: to
//! find a route, to take its parts out of the address and to go through what is around every request costs as much as the rest
//! of such an answer. Whatever is not plain (another method, a body, a key that was not seen a moment ago, a spent budget)
//! goes the usual way, which answers the same: a test holds both against each other.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::sync::Arc;
use std::task::{Context, Poll};

use axhub_hub::{Hub, access};
use axum::Router;
use axum::body::HttpBody;
use axum::extract::Request;
use axum::http::Method;
use axum::http::header::ACCEPT_ENCODING;
use axum::response::Response;
use axum::routing::future::RouteFuture;
use futures_util::future::Either;
use tower::Service;

use crate::auth;
use crate::concurrency::{InProgress, OfKey};
use crate::conditional::Conditional;
use crate::kept::KeptAnswers;
use crate::limits::Limits;
use crate::rate_limit::{Budget, RateLimiter, Slot};
use crate::request_id::Watch;
use crate::{REQUEST_TIMEOUT, around_with};

/// Everything that is answered over HTTP. Cheap to clone.
#[derive(Clone, Debug)]
pub struct App {
    front: Option<Arc<Front>>,
    router: Router,
}

impl App {
    /// The routes of all adapters, with what every one of them needs around it, and before them the answers that are kept.
    pub fn new(routes: Router, hub: Hub, kept: KeptAnswers, limits: &Limits) -> App {
        let limiter = RateLimiter::with_limits(limits);
        let front = Front { hub, kept: kept.clone(), limiter: limiter.clone() };
        let router = around_with(routes, crate::Shared { timeout: REQUEST_TIMEOUT, slow_body: limits.body, limiter, kept });
        App { front: Some(Arc::new(front)), router }
    }
}

impl App {
    /// Answers, and gives what is to be kept until the answer was taken.
    pub(crate) fn answer(&mut self, mut request: Request) -> impl Future<Output = (Response, Held)> + use<> {
        let answered = match self.front.as_ref().and_then(|front| front.answer(&request)) {
            Some((response, in_progress)) => Either::Left((response, Held::AtOnce(in_progress))),
            None => {
                let slot = Slot::default();
                request.extensions_mut().insert(slot.clone());
                Either::Right((self.router.call(request), Held::Slot(slot)))
            }
        };
        async move {
            match answered {
                Either::Left(answered) => answered,
                Either::Right((answer, held)) => {
                    let Ok(response) = answer.await;
                    (response, held)
                }
            }
        }
    }
}

/// A request that is in progress for as long as this is kept, if it came with a key.
pub(crate) enum Held {
    AtOnce(InProgress),
    Slot(Slot),
}

impl Held {
    /// The request among those of its key.
    pub(crate) fn of_key(&self) -> Option<&OfKey> {
        match self {
            Held::AtOnce(in_progress) => Some(in_progress.of_key()),
            Held::Slot(slot) => slot.of_key(),
        }
    }
}

#[cfg(test)]
impl App {
    /// What is answered before the router is asked.
    pub(crate) fn of_the_front(&self, request: &Request) -> Option<Response> {
        self.front.as_ref()?.answer(request).map(|(response, _)| response)
    }

    /// The router behind it.
    pub(crate) fn behind_the_front(&self) -> Router {
        self.router.clone()
    }
}

impl From<Router> for App {
    /// A router as it is.
    fn from(router: Router) -> Self {
        App { front: None, router }
    }
}

impl Service<Request> for App {
    type Response = Response;
    type Error = Infallible;
    type Future = Either<Ready<Result<Response, Infallible>>, RouteFuture<Infallible>>;

    fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        // A router always is.
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        match self.front.as_ref().and_then(|front| front.answer(&request)) {
            Some((answer, _)) => Either::Left(ready(Ok(answer))),
            None => Either::Right(self.router.call(request)),
        }
    }
}

/// What is asked before the router.
#[derive(Debug)]
struct Front {
    hub: Hub,
    kept: KeptAnswers,
    limiter: RateLimiter,
}

impl Front {
    /// The answer that is kept for this very request and still holds. Nothing was done for it when there is none.
    fn answer(&self, request: &Request) -> Option<(Response, InProgress)> {
        if request.method() != Method::GET || !request.body().is_end_stream() {
            return None;
        }
        let headers = request.headers();
        let principal = access::remembered(&self.hub, auth::token(headers)?)?;
        let (channel, _) = auth::channel(&principal, headers)?;
        let kept = self.kept.holding(&self.hub, channel, request.uri().path_and_query()?.as_str())?;
        let path = kept.path()?.clone();
        let mut response = kept.ready(&Conditional::of(headers), headers.get(ACCEPT_ENCODING))?;
        let admitted = self.limiter.admit_at_once(&principal, Budget::Reads)?;
        // Only now: a watch that is let go tells that the client went away, and what is not answered here the router answers.
        let watch = Watch::of(headers, request.method(), Some(path));
        admitted.tell(&mut response);
        watch.answered(&mut response);
        Some((response, admitted.into_progress()))
    }
}
