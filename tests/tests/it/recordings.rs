//! A story that is recorded plays back without a difference, and what isn't as it was is noticed:
//! other hosts are judged by these recordings.

use std::sync::Arc;

use clientdesk_host::adapters::storage::{MemoryStorage, SqliteStorage, Storage};
use clientdesk_scenario::recording::{Difference, Recorder, play};
use clientdesk_scenario::{Scenario, World};
use libtest_mimic::Trial;

use crate::{corpus, repository, trial};

pub fn trials() -> Vec<Trial> {
    vec![
        trial("recordings/play_back", play_back),
        trial("recordings/show_what_differs", show_what_differs),
    ]
}

/// Stories with failing storage, mails that are refused, damaged rows, time zones and erasing.
const STORIES: [&str; 6] = [
    "billing/monthly",
    "hosts/faults",
    "jobs/storage-fails",
    "invites/undelivered",
    "agencies/time-zone",
    "clients/erase",
];

fn record(story: &str) -> String {
    let file = repository(&format!("tests/scenarios/{story}.toml"));
    let scenario = Scenario::read(&file).unwrap_or_else(|error| panic!("{error}"));
    let world = World::new(Arc::new(MemoryStorage::new()));
    let recorder = Recorder::new(corpus::host(), &world, story).unwrap();
    clientdesk_scenario::run(&scenario, &world, &recorder, &mut ())
        .unwrap_or_else(|failure| panic!("{failure}"));
    recorder.finish().unwrap()
}

fn played(text: &str, storage: Arc<dyn Storage>) -> Result<usize, Box<Difference>> {
    play(text, corpus::host(), storage)
}

fn play_back() {
    for story in STORIES {
        let text = record(story);
        let folder = tempfile::tempdir().unwrap();
        let sqlite = SqliteStorage::open(folder.path().join("store.sqlite")).unwrap();
        let stores: [Arc<dyn Storage>; 2] = [Arc::new(MemoryStorage::new()), Arc::new(sqlite)];
        for storage in stores {
            let calls = played(&text, storage).unwrap_or_else(|difference| panic!("{difference}"));
            assert_eq!(calls + 2, text.lines().count(), "{story}");
        }
    }
}

fn show_what_differs() {
    let text = record("billing/monthly");
    let other = |from: &str, to: &str| text.replacen(from, to, 1);
    let found = |word: &str, length| {
        let start = text.find(word)?;
        text.get(start..start + length)
    };
    let subject = found("\"subject\":\"", 20).unwrap();
    let bytes = found("\"random\":[\"", 16).unwrap();
    for (changed, at) in [
        (other("\"outcome\":\"invited\"", "\"outcome\":\"granted\""), "answer.ok.outcome"),
        (other(subject, &format!("{subject}x")), "mail.subject"),
        (other(bytes, &format!("{bytes}00")), "random"),
        (other("\"random\":[\"", "\"random\":[\"00\",\""), "random"),
        (other("{\"rows\":[", "{\"rows\":[[\"zz\",\"{}\"],"), "rows.zz"),
        (other("\"format\":1", "\"format\":2"), "format"),
    ] {
        assert_ne!(changed, text, "{at}");
        let difference = played(&changed, Arc::new(MemoryStorage::new())).unwrap_err();
        assert!(difference.at.starts_with(at), "{at}: {difference}");
    }
}
