//! [`Watched`]: a client's stream that tells what goes over it, and that is closed so that the client can read its answer.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::activity::Activity;

/// The most bytes that are taken from a client to whom we have said goodbye.
const LAST_BYTES: usize = 1024 * 1024;

/// A stream and what is known of its connection.
pub(super) struct Watched<S> {
    stream: S,
    activity: Arc<Activity>,
    /// The last bytes that came, the newest last.
    tail: u32,
    /// How many bytes are still thrown away; `None` before the goodbye.
    last: Option<usize>,
}

impl<S> Watched<S> {
    pub(super) fn new(stream: S, activity: Arc<Activity>) -> Watched<S> {
        Watched { stream, activity, tail: 0, last: None }
    }

    fn came(&mut self, bytes: &[u8]) {
        let newest = bytes.len().saturating_sub(size_of_val(&self.tail));
        for byte in &bytes[newest..] {
            self.tail = self.tail << 8 | u32::from(*byte);
        }
        self.activity.came(bytes, ends_with_an_empty_line(self.tail));
    }

    fn wrote(&self, written: &Poll<io::Result<usize>>) {
        match written {
            Poll::Ready(Ok(bytes)) => self.activity.went(*bytes),
            Poll::Ready(Err(_)) => {}
            Poll::Pending => self.activity.stalled(),
        }
    }
}

/// Whether these bytes are the end of a line and an empty one. A line may end without CR, too.
fn ends_with_an_empty_line(tail: u32) -> bool {
    tail & 0xffff == 0x0a_0a || tail & 0xff_ffff == 0x0a_0d_0a
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(context, buffer))?;
        self.came(&buffer.filled()[before..]);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.wrote(&written);
        written
    }

    fn poll_write_vectored(mut self: Pin<&mut Self>, context: &mut Context<'_>, parts: &[io::IoSlice<'_>]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, parts);
        self.wrote(&written);
        written
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.stream).poll_flush(context))?;
        self.activity.flushed();
        Poll::Ready(Ok(()))
    }

    /// Says goodbye, and hears the client out. If bytes of a client come in when its connection is closed already, it is told
    /// that the connection broke, and may never read the answer that explains why: a head that is too large, or a body.
    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.last.is_none() {
            ready!(Pin::new(&mut self.stream).poll_shutdown(context))?;
            self.activity.leaving();
            self.last = Some(LAST_BYTES);
        }
        let mut scratch = [0; 4096];
        while self.activity.may_be_heard() {
            let mut buffer = ReadBuf::new(&mut scratch);
            // That it broke does not matter any more.
            if ready!(Pin::new(&mut self.stream).poll_read(context, &mut buffer)).is_err() {
                break;
            }
            self.came(buffer.filled());
            let Some(left) = self.last.and_then(|left| left.checked_sub(buffer.filled().len())) else { break };
            self.last = Some(left);
        }
        Poll::Ready(Ok(()))
    }
}
