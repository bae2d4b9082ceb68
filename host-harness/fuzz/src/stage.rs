//! Stores to begin with: the ends of stories.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use clientdesk_host::adapters::clock::{Clock as _, ManualClock};
use clientdesk_host::adapters::secrets::{Secrets as _, SeededSecrets};
use clientdesk_host::adapters::storage::{MemoryStorage, Storage as _, Write};
use clientdesk_host::{Host, Limits};
use clientdesk_scenario::report::Seen;
use clientdesk_scenario::{Scenario, Target, Watcher, World, token};
use serde_json::{Map, Value};

use crate::shape::{Signature, signatures};
use crate::tally::Tally;
use crate::watched::Watched;
use crate::words::Words;

/// Stories whose ends have rows of all kinds between them, and whose calls are of most functions.
pub const STORIES: [&str; 29] = [
    "clients/two-agencies",
    "clients/story",
    "clients/access-ends",
    "accounts/sign-in",
    "accounts/resources",
    "accounts/colleagues",
    "accounts/features",
    "accounts/reset-password",
    "accounts/rest",
    "accounts/sign-in-allowed",
    "accounts/sign-in-report",
    "accounts/templates",
    "accounts/trial",
    "accounts/plan-due",
    "accounts/plans",
    "activity/report",
    "activity/sealed",
    "agencies/moved",
    "agencies/settings",
    "billing/first-invoice",
    "billing/own-price",
    "billing/quotes",
    "catalog/versions",
    "health/digest",
    "invites/undelivered",
    "jobs/run",
    "portal/email-addresses",
    "portal/rate-limits",
    "portal/sessions",
];

/// The time in an empty store: the beginning of September 2026.
const BEGINNING: u64 = 1_788_220_800_000;
/// More randomness than a story needs: what follows is another.
const RANDOM_BYTES_PASSED: usize = 65_536;
/// What a call may take until it is stopped.
const DEADLINE: Duration = Duration::from_secs(60);
/// Rows that are written at once.
const ROWS_AT_ONCE: usize = 50;

/// A component that can be put on stages.
pub trait Troupe {
    /// Its functions.
    fn signatures(&self) -> &[Signature];

    /// The component in this world.
    ///
    /// # Errors
    ///
    /// When it can't be there.
    fn target(&self, world: &World) -> Result<Box<dyn Target>, String>;
}

/// The component in its sandbox.
pub struct Sandbox {
    host: Host,
    signatures: Vec<Signature>,
}

impl Sandbox {
    /// The component that this host runs.
    pub fn of(host: Host) -> Sandbox {
        let signatures = signatures(&host);
        Sandbox { host, signatures }
    }
}

impl Troupe for Sandbox {
    fn signatures(&self) -> &[Signature] {
        &self.signatures
    }

    fn target(&self, world: &World) -> Result<Box<dyn Target>, String> {
        let World { storage, mail, clock, secrets } = world.clone();
        let builder = self.host.sharing().storage(storage).mail(mail);
        // Beside other work, a call may take much longer; how much it works itself is measured.
        let limits = Limits { deadline: DEADLINE, ..self.host.limits().clone() };
        let host = builder.clock(Arc::new(clock)).secrets(secrets).limits(limits).build();
        Ok(Box::new(host.map_err(|error| error.to_string())?))
    }
}

/// A store, and what the story that led there was told in.
pub struct Stage {
    /// The story's name; empty for the empty store.
    pub name: String,
    /// All rows, the host's own among them.
    pub rows: BTreeMap<String, String>,
    /// The time at the story's end.
    pub now: u64,
    /// Texts and numbers that it used.
    pub words: Words,
    /// Its calls: function and arguments by name.
    pub calls: Vec<(String, Map<String, Value>)>,
    /// Its agencies' ids.
    pub agencies: Vec<String>,
}

impl Stage {
    fn empty() -> Stage {
        Stage {
            name: String::new(),
            rows: BTreeMap::new(),
            now: BEGINNING,
            words: Words::default(),
            calls: Vec::new(),
            agencies: Vec::new(),
        }
    }

    fn after(name: &str, story: &Path, troupe: &dyn Troupe) -> Result<Stage, String> {
        let story = Scenario::read(story).map_err(|error| format!("{name}: {error}"))?;
        let storage = Arc::new(MemoryStorage::new());
        let world = World::new(Arc::clone(&storage) as Arc<_>);
        let target = troupe.target(&world)?;
        let mut listener = Listener::default();
        clientdesk_scenario::run(&story, &world, target.as_ref(), &mut listener)
            .map_err(|failure| format!("{name}: {failure}"))?;
        let rows = storage.dump();
        let agency = |key: &String| {
            let id = key.strip_prefix("a/")?.strip_suffix("/agency")?;
            (!id.contains('/')).then(|| id.to_owned())
        };
        Ok(Stage {
            name: name.to_owned(),
            agencies: rows.keys().filter_map(agency).collect(),
            rows,
            now: world.clock.now(),
            words: listener.words,
            calls: listener.calls,
        })
    }

    /// A world as it is then, the same each time, and its store.
    ///
    /// # Errors
    ///
    /// When the rows can't be stored.
    pub(crate) fn world(&self) -> Result<(World, Arc<Watched>), String> {
        let storage = MemoryStorage::new();
        let rows: Vec<_> = self.rows.iter().collect();
        for rows in rows.chunks(ROWS_AT_ONCE) {
            let write = |(key, value): &(&String, &String)| Write {
                key: (*key).clone(),
                value: Some((*value).clone()),
            };
            storage
                .commit(Vec::new(), rows.iter().map(write).collect())
                .map_err(|error| format!("{}: {error:?}", self.name))?;
        }
        let watched = Arc::new(Watched::around(storage));
        let mut world = World::new(Arc::clone(&watched) as Arc<_>);
        world.clock = ManualClock::at(self.now);
        let secrets = SeededSecrets::new(1);
        secrets.random(RANDOM_BYTES_PASSED).map_err(|error| error.to_string())?;
        world.secrets = Arc::new(secrets);
        Ok((world, watched))
    }
}

/// Notes what a story is told in.
#[derive(Default)]
struct Listener {
    words: Words,
    calls: Vec<(String, Map<String, Value>)>,
}

impl Watcher for Listener {
    fn saw(&mut self, seen: &Seen<'_>) {
        let Some(called) = seen.called.as_ref().filter(|called| !called.rehearsal) else { return };
        let arguments: Map<String, Value> = called.arguments.iter().cloned().collect();
        for (name, value) in &arguments {
            self.words.learn_of(called.function, name, value);
        }
        if let Ok(answer) = called.answer {
            // What creates something gives its id.
            self.words.learn_of(called.function, "id", answer);
            self.calls.push((called.function.to_owned(), arguments));
        }
        let tokens = called.mails.iter().filter_map(|mail| token(&mail.text));
        tokens.for_each(|token| self.words.learn_text("token", token));
    }
}

/// All stages, each made when it is first asked for.
pub struct Stages {
    troupe: Rc<dyn Troupe>,
    folder: PathBuf,
    made: RefCell<BTreeMap<String, Rc<Stage>>>,
    tally: RefCell<Tally>,
}

impl Stages {
    /// The ends of the stories in this folder.
    pub fn of(troupe: Rc<dyn Troupe>, folder: PathBuf) -> Stages {
        let functions = troupe.signatures().iter().map(|signature| signature.name.clone());
        let tally = RefCell::new(Tally::of(functions));
        Stages { troupe, folder, made: RefCell::default(), tally }
    }

    /// Who plays on them.
    pub fn troupe(&self) -> &dyn Troupe {
        self.troupe.as_ref()
    }

    /// How far calls came so far.
    pub fn tally(&self) -> Tally {
        self.tally.borrow().clone()
    }

    /// Notes what came of a call; none: its arguments didn't fit.
    pub(crate) fn note(&self, function: &str, came: Option<&Result<Value, Value>>) {
        self.tally.borrow_mut().note(function, came);
    }

    /// What this function takes.
    pub fn signature(&self, function: &str) -> Option<&Signature> {
        self.troupe.signatures().iter().find(|signature| signature.name == function)
    }

    /// The stage after this story; after none, if the name is empty.
    ///
    /// # Errors
    ///
    /// When the story isn't there, or doesn't go as it says.
    pub fn stage(&self, name: &str) -> Result<Rc<Stage>, String> {
        if let Some(stage) = self.made.borrow().get(name) {
            return Ok(Rc::clone(stage));
        }
        let stage = match name {
            "" => Stage::empty(),
            name => {
                let file = self.folder.join(format!("{name}.toml"));
                Stage::after(name, &file, self.troupe())?
            }
        };
        let stage = Rc::new(stage);
        self.made.borrow_mut().insert(name.to_owned(), Rc::clone(&stage));
        Ok(stage)
    }

    /// How a function was called in a story, in this one if it was called there; and whether it was.
    pub fn forms(&self, stage: &Stage, function: &str) -> (Vec<Map<String, Value>>, bool) {
        let of = |stage: &Stage| -> Vec<Map<String, Value>> {
            let calls = stage.calls.iter().filter(|(called, _)| called == function);
            calls.map(|(_, arguments)| arguments.clone()).collect()
        };
        let own = of(stage);
        if !own.is_empty() {
            return (own, true);
        }
        let others = self.made.borrow();
        let forms = others.values().map(|stage| of(stage)).find(|forms| !forms.is_empty());
        (forms.unwrap_or_default(), false)
    }

    /// Makes all stages.
    ///
    /// # Errors
    ///
    /// As [`Stages::stage`].
    pub fn prepare(&self) -> Result<(), String> {
        STORIES.iter().try_for_each(|name| self.stage(name).map(drop))
    }
}
