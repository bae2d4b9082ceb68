//! What a server may say at most.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use lettre::transport::smtp::client::AsyncTokioStream;
use tokio::io::{AsyncBufRead as _, AsyncRead, AsyncWrite, BufReader, ReadBuf};

/// How much a server may say between two things that we say. A long answer has some kilobytes.
const ANSWER_BYTES_MAX: usize = 256 * 1024;

/// A connection that is read line by line: what a server says too early isn't read before its time, so that nothing
/// that was said unencrypted is taken for what comes encrypted. One that talks without end is cut off.
pub(super) struct Lines<S> {
    stream: BufReader<S>,
    peer: SocketAddr,
    /// How much was read since we said something.
    read: usize,
}

impl<S: AsyncRead> Lines<S> {
    pub(super) fn new(stream: S, peer: SocketAddr) -> Self {
        Self { stream: BufReader::new(stream), peer, read: 0 }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Lines<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let there = ready!(Pin::new(&mut self.stream).poll_fill_buf(context))?;
        let line = there.iter().position(|byte| *byte == b'\n').map_or(there.len(), |end| end + 1);
        let count = line.min(buffer.remaining());
        buffer.put_slice(there.get(..count).unwrap_or_default());
        Pin::new(&mut self.stream).consume(count);
        self.read += count;
        if self.read > ANSWER_BYTES_MAX {
            return Poll::Ready(Err(io::Error::other("its answer doesn't end")));
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Lines<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.read = 0;
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

impl<S: AsyncRead + AsyncWrite + Send + Sync + Unpin> AsyncTokioStream for Lines<S> {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.peer)
    }
}

impl<S> fmt::Debug for Lines<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lines").field("peer", &self.peer).finish_non_exhaustive()
    }
}
