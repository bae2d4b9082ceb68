//! The store's writers: one for each commit that is made at the same time.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use super::Error;
use super::cause::Failed;
use super::client::Client;
use super::settle;
use super::writer::{Settled, Writer};
use crate::adapters::storage::remote::{Connections, Deadline, lock};

/// The store's writers, and the cluster.
pub(super) struct Writers {
    pub(super) client: Client,
    idle: Mutex<Vec<Writer>>,
    /// Those of which nobody knows whether their last commit was made, or still will be.
    doubtful: Mutex<Vec<Writer>>,
    /// How often it had to be found out what became of a commit.
    settled: AtomicU64,
}

impl Writers {
    pub(super) fn new(client: Client) -> Self {
        Self {
            client,
            idle: Mutex::default(),
            doubtful: Mutex::default(),
            settled: AtomicU64::new(0),
        }
    }

    /// One that nobody else uses meanwhile.
    pub(super) fn take(&self, deadline: Deadline) -> Result<Writer, Error> {
        loop {
            let idle = lock(&self.idle).pop();
            match idle {
                Some(writer) if writer.is_young() => return Ok(writer),
                Some(_) => {}
                None => break,
            }
        }
        Writer::begin(&self.client, deadline).map_err(|failed| failed.unavailable())
    }

    /// Every commit of it is known to be made, or never to be.
    pub(super) fn give_back(&self, writer: Writer) {
        lock(&self.idle).push(writer);
    }

    /// How the store's connections are, and its commits.
    pub(super) fn connections(&self) -> Connections {
        Connections {
            settled: self.settled.load(Ordering::Relaxed),
            doubtful: lock(&self.doubtful).len(),
            ..self.client.connections()
        }
    }

    /// Sees to it that the writer's last commit is made by now, or never.
    pub(super) fn settle(
        &self,
        writer: &mut Writer,
        deadline: Deadline,
    ) -> Result<Settled, Failed> {
        self.settled.fetch_add(1, Ordering::Relaxed);
        settle::settle(&self.client, writer, deadline)
    }

    /// Nobody knows whether its last commit was made.
    pub(super) fn doubt(&self, writer: Writer) {
        lock(&self.doubtful).push(writer);
    }

    /// Whether every commit's outcome is known.
    #[cfg(test)]
    pub(super) fn has_no_doubts(&self) -> bool {
        lock(&self.doubtful).is_empty()
    }

    /// Sees to it that commits whose outcome isn't known are made by now, or never.
    pub(super) fn settle_doubts(&self, deadline: Deadline) -> Result<(), Error> {
        // Others who come meanwhile don't wait for it.
        let mut doubtful = std::mem::take(&mut *lock(&self.doubtful));
        while let Some(mut writer) = doubtful.pop() {
            match self.settle(&mut writer, deadline) {
                Ok(Settled::Gone) => {}
                Ok(_) => self.give_back(writer),
                Err(failed) => {
                    doubtful.push(writer);
                    lock(&self.doubtful).append(&mut doubtful);
                    return Err(failed.unavailable());
                }
            }
        }
        Ok(())
    }
}
