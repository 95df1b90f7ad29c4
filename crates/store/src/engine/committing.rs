//! A commit that has been sent.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::future::BoxFuture;
use tokio::runtime::Handle;

use crate::error::Result;

/// A commit that has been sent. When nobody waits for it any more, it is still waited for, by a task: so it stays one of the
/// pool's connections for as long as the server works on it, and a server whose standby is away, and whose commits do not
/// end, is not given more of them than the pool has.
pub(super) struct Committing(Option<BoxFuture<'static, Result<()>>>);

impl Committing {
    pub(super) fn new(commit: impl Future<Output = Result<()>> + Send + 'static) -> Committing {
        Committing(Some(Box::pin(commit)))
    }
}

impl Future for Committing {
    type Output = Result<()>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        let Some(commit) = self.0.as_mut() else { return Poll::Pending };
        let polled = commit.as_mut().poll(context);
        if polled.is_ready() {
            self.0 = None;
        }
        polled
    }
}

impl Drop for Committing {
    fn drop(&mut self) {
        if let Some(commit) = self.0.take()
            && let Ok(runtime) = Handle::try_current()
        {
            runtime.spawn(commit);
        }
    }
}
