//! Every story, in every way of running: a test for each pair.

use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::{env, fs};

use clientdesk_harness::adapters::storage::{MemoryStorage, SqliteStorage};
use clientdesk_harness::scenario::{self, Scenario, Target, World};
use clientdesk_harness::{Host, Instances};
use libtest_mimic::{Failed, Trial};

use crate::native::Native;
use crate::repository;
use crate::secrets::SecretSearch;

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
    Sqlite,
}

const WARM: Instances = Instances::Warm { max_idle: 2 };

const WAYS: [(&str, Way); 5] = [
    ("native", Way::Native),
    ("memory-fresh", Way::Component(Store::Memory, Instances::Fresh)),
    ("memory-warm", Way::Component(Store::Memory, WARM)),
    ("sqlite-fresh", Way::Component(Store::Sqlite, Instances::Fresh)),
    ("sqlite-warm", Way::Component(Store::Sqlite, WARM)),
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
    let mut files: Vec<_> = fs::read_dir(repository("tests/scenarios"))
        .expect("the scenarios are there")
        .map(|entry| entry.expect("a file").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "toml"))
        .collect();
    files.sort();
    let pairs = files.iter().flat_map(|file| WAYS.map(|(name, way)| (file.clone(), name, way)));
    let trial = |(file, name, way): (std::path::PathBuf, &str, Way)| {
        let stem = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        Trial::test(format!("scenario/{stem}/{name}"), move || tell(&file, way))
    };
    pairs.map(trial).collect()
}

/// Runs the story in a file, and looks for secrets that got out meanwhile.
fn tell(file: &Path, way: Way) -> Result<(), Failed> {
    let mut story =
        Scenario::read(file).map_err(|error| format!("{error}: {:?}", error_source(&error)))?;
    story.file = format!("tests/scenarios/{}", file.file_name().unwrap().to_string_lossy());
    let folder = tempfile::tempdir()?;
    let world = match way {
        Way::Component(Store::Sqlite, _) => {
            World::new(Arc::new(SqliteStorage::open(folder.path().join("store.sqlite"))?))
        }
        Way::Native | Way::Component(Store::Memory, _) => {
            World::new(Arc::new(MemoryStorage::new()))
        }
    };
    let target: Box<dyn Target> = match way {
        Way::Native => Box::new(Native::new(&world)),
        Way::Component(_, instances) => Box::new(
            host()
                .sharing()
                .instances(instances)
                .storage(world.storage.clone())
                .mail(world.mail.clone())
                .clock(Arc::new(world.clock.clone()))
                .secrets(world.secrets.clone())
                .build()?,
        ),
    };
    let mut search = SecretSearch::default();
    scenario::run(&story, &world, target.as_ref(), &mut search)
        .map_err(|failure| failure.to_string())?;
    search.finish().map_err(Failed::from)
}

fn error_source(error: &dyn std::error::Error) -> String {
    error.source().map(ToString::to_string).unwrap_or_default()
}
