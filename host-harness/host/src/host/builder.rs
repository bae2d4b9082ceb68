//! Putting a host together.

use std::borrow::Cow;
use std::sync::Arc;

use super::code_cache::CodeCache;
use super::compiled::Compiled;
use super::instances::InstancePool;
use super::{BuildError, Host, Instances, Limits};
use crate::adapters::clock::{Clock, SystemClock};
use crate::adapters::mail::{Mail, RecordingMail};
use crate::adapters::secrets::{RememberedSecrets, Secrets, SystemSecrets};
use crate::adapters::storage::{MemoryStorage, Storage};
use crate::imports::Adapters;
use crate::observe::{CountedMail, Counters};

/// Puts a [`Host`] together: [`Host::builder`].
pub struct HostBuilder {
    code: Code,
    code_cache: CodeCache,
    limits: Limits,
    instances: Instances,
    storage: Option<Arc<dyn Storage>>,
    mail: Arc<dyn Mail>,
    clock: Arc<dyn Clock>,
    secrets: Option<Arc<dyn Secrets>>,
    counts: bool,
}

enum Code {
    /// No component, until one is given.
    #[cfg(not(feature = "built-in"))]
    Missing,
    Bytes(Cow<'static, [u8]>),
    Shared(Arc<Compiled>),
}

impl Code {
    #[cfg(feature = "built-in")]
    fn built_in() -> Self {
        Code::Bytes(Cow::Borrowed(crate::BUILT_IN))
    }

    #[cfg(not(feature = "built-in"))]
    fn built_in() -> Self {
        Code::Missing
    }
}

impl HostBuilder {
    pub(super) fn new() -> Self {
        Self::with(Code::built_in(), Limits::default())
    }

    pub(super) fn sharing(compiled: Arc<Compiled>, limits: Limits) -> Self {
        Self::with(Code::Shared(compiled), limits)
    }

    fn with(code: Code, limits: Limits) -> Self {
        Self {
            code,
            code_cache: CodeCache::default(),
            limits,
            instances: Instances::default(),
            storage: None,
            mail: Arc::new(RecordingMail::new()),
            clock: Arc::new(SystemClock),
            secrets: None,
            counts: true,
        }
    }

    /// Runs this component (its bytes, not its text form) instead of the built-in one.
    #[must_use]
    pub fn component(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.code = Code::Bytes(Cow::Owned(bytes.into()));
        self
    }

    /// Keeps compiled code in this folder, so that the next process starts at once. Without
    /// it, building a host compiles, which takes seconds.
    ///
    /// Whoever can write to the folder decides what runs: it must belong to this user alone.
    #[must_use]
    #[cfg(feature = "code-cache")]
    pub fn code_cache(mut self, folder: impl Into<std::path::PathBuf>) -> Self {
        self.code_cache = CodeCache::in_folder(folder.into());
        self
    }

    /// What calls may take.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// New instances, or ones that are used again.
    #[must_use]
    pub fn instances(mut self, instances: Instances) -> Self {
        self.instances = instances;
        self
    }

    /// Where rows are stored; in memory, if nothing is said. A store that is given needs
    /// [`secrets`](HostBuilder::secrets) that are given, too.
    #[must_use]
    pub fn storage(mut self, storage: Arc<dyn Storage>) -> Self {
        self.storage = Some(storage);
        self
    }

    /// Where mails go; to a list, if nothing is said.
    #[must_use]
    pub fn mail(mut self, mail: Arc<dyn Mail>) -> Self {
        self.mail = mail;
        self
    }

    /// What tells the time; the system's clock, if nothing is said.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Where randomness and keys come from. If nothing is said, the keys are new and are lost
    /// with the host, as the rows in its memory are. The store [remembers] the keys, and is
    /// never used with others.
    ///
    /// [remembers]: RememberedSecrets
    #[must_use]
    pub fn secrets(mut self, secrets: Arc<dyn Secrets>) -> Self {
        self.secrets = Some(secrets);
        self
    }

    /// Counts nothing: [`Host::figures`] stay zero, and [`observed`](crate::observed) sees nothing. It tells what
    /// counting costs.
    #[must_use]
    pub fn uncounted(mut self) -> Self {
        self.counts = false;
        self
    }

    /// The host.
    ///
    /// # Errors
    ///
    /// When a store was given without secrets, or with keys that aren't its own, the component can't be loaded, or the engine
    /// can't be set up as asked.
    pub fn build(self) -> Result<Host, BuildError> {
        let (storage, secrets) = match (self.storage, self.secrets) {
            (Some(storage), Some(secrets)) => (storage, secrets),
            (Some(_), None) => return Err(BuildError::NoSecrets),
            (None, Some(secrets)) => (in_memory(), secrets),
            (None, None) => {
                let secrets: Arc<dyn Secrets> = Arc::new(SystemSecrets::ephemeral()?);
                (in_memory(), secrets)
            }
        };
        let secrets = Arc::new(RememberedSecrets::new(secrets, Arc::clone(&storage))?);
        let compiled = match self.code {
            Code::Shared(compiled) if compiled.allows(&self.limits) => compiled,
            Code::Shared(_) => return Err(BuildError::Limits),
            #[cfg(not(feature = "built-in"))]
            Code::Missing => return Err(BuildError::NoComponent),
            Code::Bytes(bytes) => Arc::new(Compiled::new(&bytes, &self.limits, &self.code_cache)?),
        };
        let counters = self.counts.then(|| Arc::new(Counters::new(compiled.functions().count())));
        let mail = match &counters {
            Some(counters) => {
                let counters = Arc::clone(&counters.mails);
                Arc::new(CountedMail { mail: self.mail, counters })
            }
            None => self.mail,
        };
        Ok(Host {
            compiled,
            adapters: Arc::new(Adapters { storage, mail, clock: self.clock, secrets }),
            limits: self.limits,
            pool: InstancePool::new(self.instances),
            counters,
        })
    }
}

fn in_memory() -> Arc<dyn Storage> {
    Arc::new(MemoryStorage::new())
}
