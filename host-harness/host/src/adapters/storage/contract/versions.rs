//! Promises about versions.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Case, Kept, Outcome, Storage, at, delete, expect, fill, put, row, version, write};

pub(super) const CASES: &[Case] = &[
    Case {
        promise: "a version changes with every write, and with writes of the same value too",
        check: every_write_changes_it,
    },
    Case { promise: "a version stays while others write other keys", check: other_writes_leave_it },
    Case {
        promise: "a version is never used again after its key was deleted and written anew",
        check: deletion_does_not_reset_it,
    },
    Case { promise: "get and scan give the same version", check: reads_agree },
];

fn every_write_changes_it(storage: Arc<dyn Storage>) -> Kept {
    let mut seen = BTreeSet::new();
    for _ in 0..20 {
        write(&*storage, vec![put("a", "1")])?;
        seen.insert(version(&*storage, "a")?);
    }
    expect("different versions of 20 writes", seen.len(), 20)
}

fn other_writes_leave_it(storage: Arc<dyn Storage>) -> Kept {
    fill(&*storage, &["a"])?;
    let before = version(&*storage, "a")?;
    fill(&*storage, &["b"])?;
    write(&*storage, vec![delete("b"), put("c", "1")])?;
    expect("the version", version(&*storage, "a")?, before)
}

fn deletion_does_not_reset_it(storage: Arc<dyn Storage>) -> Kept {
    let mut seen = BTreeSet::new();
    for _ in 0..20 {
        write(&*storage, vec![put("a", "1")])?;
        let created = version(&*storage, "a")?;
        seen.insert(created);
        write(&*storage, vec![delete("a")])?;
        let stale = storage.commit(vec![at("a", created)], vec![put("a", "2")])?;
        let conflict = Outcome::Conflict(vec!["a".into()]);
        expect("a check of a deleted version", stale, conflict)?;
    }
    expect("different versions of 20 creations", seen.len(), 20)
}

fn reads_agree(storage: Arc<dyn Storage>) -> Kept {
    fill(&*storage, &["a", "b"])?;
    fill(&*storage, &["a"])?;
    for entry in storage.scan("", "\u{7f}", 100, false)?.entries {
        let found = row(&*storage, &entry.key.clone())?;
        expect("the row", found, Some(entry))?;
    }
    Ok(())
}
