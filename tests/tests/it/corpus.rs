//! Every story, in every way of running: a test for each pair.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use clientdesk_host::adapters::storage::{
    Check, Entry, Error, MemoryStorage, Outcome, Page, SqliteStorage, Storage, Write,
};
use clientdesk_host::{BuildError, Host, Instances};
use clientdesk_scenario::world::Rows;
use clientdesk_scenario::{Scenario, Target, World, folder};
use libtest_mimic::{Failed, Trial};

use crate::derived;
use crate::keyed;
use crate::kinds;
use crate::native::Native;
use crate::repair;
use crate::repository;
use crate::secrets::SecretSearch;
use crate::servers::Server;

/// A way of running.
#[derive(Clone, Copy)]
enum Way {
    /// The code without WebAssembly, in memory.
    Native,
    /// The component.
    Component(Store, Instances),
}

#[derive(Clone, Copy)]
enum Store {
    Memory,
    /// In memory, and a scan gives one row at a time, as the contract allows.
    ShortPages,
    Sqlite,
    /// Only where there is one.
    On(Server),
}

const WARM: Instances = Instances::Warm { max_idle: 2 };

const WAYS: [(&str, Way); 8] = [
    ("native", Way::Native),
    ("memory-fresh", Way::Component(Store::Memory, Instances::Fresh)),
    ("memory-warm", Way::Component(Store::Memory, WARM)),
    ("short-pages", Way::Component(Store::ShortPages, WARM)),
    ("sqlite-fresh", Way::Component(Store::Sqlite, Instances::Fresh)),
    ("sqlite-warm", Way::Component(Store::Sqlite, WARM)),
    ("postgres-warm", Way::Component(Store::On(Server::Postgres), WARM)),
    ("etcd-warm", Way::Component(Store::On(Server::Etcd), WARM)),
];

/// The component, compiled once. Other hosts share its code.
pub fn host() -> &'static Host {
    static HOST: OnceLock<Host> = OnceLock::new();
    HOST.get_or_init(|| {
        let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("code");
        Host::builder().code_cache(cache).build().expect("the built-in component loads")
    })
}

pub fn trials() -> Vec<Trial> {
    let stories = stories();
    let pairs = stories.iter().flat_map(|story| WAYS.map(|(name, way)| (story.clone(), name, way)));
    let can_be_told = |way: &Way| match way {
        Way::Component(Store::On(server), _) => server.is_there(),
        _ => true,
    };
    let pairs = pairs.filter(|(_, _, way)| can_be_told(way));
    // Reading one row at a time takes more calls than that story counts.
    let pairs =
        pairs.filter(|(story, name, _)| *name != "short-pages" || story != "hosts/storage-calls");
    let trial = |(story, name, way): (String, &'static str, Way)| {
        Trial::test(format!("scenario/{story}/{name}"), move || tell(&story, name, way))
    };
    pairs.map(trial).collect()
}

/// The stories, named by folder and file: `invites/expiry`.
pub fn stories() -> Vec<String> {
    let root = repository("tests/scenarios");
    let files = folder::stories(&root).expect("the scenarios are there");
    let name = |file: &PathBuf| {
        let story = file.with_extension("");
        let name = story.strip_prefix(&root).expect("it is below the folder");
        name.to_str().expect("a plain name").to_owned()
    };
    files.iter().map(name).collect()
}

/// Runs a story, looks for secrets that got out meanwhile, and whether the store is whole.
fn tell(story: &str, name: &'static str, way: Way) -> Result<(), Failed> {
    let file = format!("tests/scenarios/{story}.toml");
    let mut scenario = Scenario::read(&repository(&file)).map_err(|error| with_source(&error))?;
    scenario.file = file;
    let folder = tempfile::tempdir()?;
    let world = match way {
        Way::Component(Store::Sqlite, _) => {
            World::new(Arc::new(SqliteStorage::open(folder.path().join("store.sqlite"))?))
        }
        Way::Component(Store::On(server), _) => {
            World::new(server.open(&format!("{} {story}", std::process::id())))
        }
        Way::Component(Store::ShortPages, _) => World::new(Arc::new(ShortPages::default())),
        Way::Native | Way::Component(Store::Memory, _) => {
            World::new(Arc::new(MemoryStorage::new()))
        }
    };
    let target: Box<dyn Target> = match way {
        Way::Native => Box::new(Native::new(&world)),
        Way::Component(_, instances) => Box::new(component(&world, instances)?),
    };
    let mut search = SecretSearch::default();
    clientdesk_scenario::run(&scenario, &world, target.as_ref(), &mut search)
        .map_err(|failure| failure.to_string())?;
    search.finish()?;
    let rows = world.rows()?;
    derived::check(&rows)?;
    let differences = repair::differences(target.as_ref(), &rows)?;
    if !differences.is_empty() {
        return Err(format!("`system.check` finds {differences:#?}").into());
    }
    kinds::check_details(&rows)?;
    if matches!(way, Way::Native) {
        keyed::check(target.as_ref(), &rows)?;
    }
    Ok(compare_ends(story, name, rows)?)
}

/// A store whose pages hold one row.
#[derive(Default)]
struct ShortPages(MemoryStorage);

impl Storage for ShortPages {
    fn get(&self, keys: Vec<String>) -> Result<Vec<Option<Entry>>, Error> {
        self.0.get(keys)
    }

    fn scan(&self, start: &str, end: &str, limit: u32, reverse: bool) -> Result<Page, Error> {
        self.0.scan(start, end, limit.min(1), reverse)
    }

    fn commit(&self, checks: Vec<Check>, writes: Vec<Write>) -> Result<Outcome, Error> {
        self.0.commit(checks, writes)
    }

    fn scrub(&self) -> Result<(), Error> {
        self.0.scrub()
    }
}

fn component(world: &World, instances: Instances) -> Result<Host, BuildError> {
    let World { storage, mail, clock, secrets } = world.clone();
    let builder = host().sharing().instances(instances).storage(storage).mail(mail);
    builder.clock(Arc::new(clock)).secrets(secrets).build()
}

/// However a story is told, it leaves the same rows: secrets are seeded, and the component
/// keeps nothing between calls.
fn compare_ends(story: &str, way: &'static str, rows: Rows) -> Result<(), String> {
    static ENDS: Mutex<BTreeMap<String, (&str, Rows)>> = Mutex::new(BTreeMap::new());
    let mut ends = ENDS.lock().unwrap_or_else(PoisonError::into_inner);
    let (first, expected) = ends.entry(story.to_owned()).or_insert((way, rows.clone()));
    let differs = |(key, value): &(&String, &String)| expected.get(*key) != Some(*value);
    match rows.iter().find(differs) {
        None if rows.len() == expected.len() => Ok(()),
        None => Err(format!("rows are missing that `{first}` left")),
        Some((key, value)) => {
            let left = expected.get(key);
            Err(format!("`{first}` left another row {key}:\n{left:?}\n{value:?}"))
        }
    }
}

fn with_source(error: &dyn std::error::Error) -> String {
    let source = error.source().map(ToString::to_string).unwrap_or_default();
    format!("{error}: {source}")
}
