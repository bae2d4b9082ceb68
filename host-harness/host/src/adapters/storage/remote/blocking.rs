//! Waiting for a connection on the thread that uses it: its answer wakes nobody else first.

use std::future::{Future, poll_fn};
use std::io;
use std::pin::{Pin, pin};
use std::task::Poll;

use tokio::runtime::{Builder, Handle, Runtime, RuntimeFlavor};

/// What a thread waits with: a runtime that runs only while it waits.
pub(in crate::adapters::storage) struct Waiting(
    /// Only none while it is being dropped.
    Option<Runtime>,
);

impl Waiting {
    pub(in crate::adapters::storage) fn new() -> io::Result<Self> {
        Builder::new_current_thread().enable_io().enable_time().build().map(|it| Self(Some(it)))
    }

    /// Waits for the work; none while this is being dropped.
    ///
    /// It blocks the thread wherever that is allowed: a worker of a runtime hands its other tasks on first.
    pub(in crate::adapters::storage) fn block_on<T>(
        &self,
        work: impl Future<Output = T>,
    ) -> Option<T> {
        let runtime = self.0.as_ref()?;
        Some(match Handle::try_current().map(|handle| handle.runtime_flavor()) {
            Ok(RuntimeFlavor::MultiThread) => {
                tokio::task::block_in_place(|| runtime.block_on(work))
            }
            _ => runtime.block_on(work),
        })
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        // Waiting for anything here could wait for ever, and isn't allowed everywhere.
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

/// Polls both until the work is done; it fails by itself when the connection ends. `ended` is told how that did, and
/// `wire` is none from then on: what waits for an answer from it only then learns that there is none.
pub(in crate::adapters::storage) async fn driven<T, W: Future + ?Sized>(
    wire: &mut Option<Pin<Box<W>>>,
    mut ended: impl FnMut(W::Output),
    work: impl Future<Output = T>,
) -> T {
    let mut work = pin!(work);
    poll_fn(|context| {
        // What it asks for is sent, and what was sent is read, at one go.
        if let Poll::Ready(done) = work.as_mut().poll(context) {
            return Poll::Ready(done);
        }
        if let Some(open) = wire
            && let Poll::Ready(end) = open.as_mut().poll(context)
        {
            *wire = None;
            ended(end);
        }
        work.as_mut().poll(context)
    })
    .await
}
