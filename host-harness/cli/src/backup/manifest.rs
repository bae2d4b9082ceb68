//! What a backup holds.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Result, bail};
use chrono::{SecondsFormat, Utc};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::files;

/// The manifest's own name.
pub(super) const NAME: &str = "manifest.json";
/// The store.
pub(super) const STORE: &str = "store.sqlite";
/// Its keys.
pub(super) const KEYS: &str = "keys.json";
/// The folder of its mails.
pub(super) const MAILS: &str = "mails";

/// The only form of manifests so far.
const FORMAT: u64 = 1;

/// What a backup holds: every file with its size and digest, and a digest of it all.
#[derive(Debug)]
pub(super) struct Manifest {
    /// All but the digest.
    content: Value,
}

impl Manifest {
    /// That of a folder that is whole.
    pub(super) fn of(folder: &Path, keys: impl Iterator<Item = String>) -> Result<Manifest> {
        let mut files = BTreeMap::new();
        for name in names(folder)? {
            let (bytes, sha256) = files::digest(&folder.join(&name))?;
            files.insert(name, json!({"bytes": bytes, "sha256": sha256}));
        }
        Ok(Manifest {
            content: json!({
                "format": FORMAT,
                "made-at": Utc::now().to_rfc3339_opts(SecondsFormat::Secs, true),
                "made-by": concat!("clientdesk ", env!("CARGO_PKG_VERSION")),
                "keys": keys.collect::<Vec<_>>(),
                "files": files,
            }),
        })
    }

    /// The manifest in this folder, whose files are as it says: no one changed, none missing,
    /// none added.
    ///
    /// # Errors
    ///
    /// When the folder isn't a backup, or is damaged: names what is.
    pub(super) fn checked(folder: &Path) -> Result<Manifest> {
        let manifest = read(folder)?;
        let found = names(folder)?;
        let listed: Vec<&str> = manifest.files().collect();
        if let Some(name) = listed.iter().find(|name| !found.iter().any(|found| found == *name)) {
            bail!("the backup is damaged: `{name}` is missing");
        }
        if let Some(name) = found.iter().find(|name| !listed.contains(&name.as_str())) {
            bail!("the backup is damaged: `{name}` doesn't belong to it");
        }
        for needed in [STORE, KEYS] {
            if !listed.contains(&needed) {
                bail!("the backup is damaged: it has no `{needed}`");
            }
        }
        for name in listed {
            let (bytes, sha256) = files::digest(&folder.join(name))?;
            let expected = manifest.content.pointer(&format!("/files/{}", pointer(name)));
            if expected != Some(&json!({"bytes": bytes, "sha256": sha256})) {
                bail!("the backup is damaged: `{name}` isn't what was backed up");
            }
        }
        Ok(manifest)
    }

    /// The SHA-256 of all but the digest, in hex.
    pub(super) fn digest(&self) -> String {
        // The fields of a value are in order, so its text is always the same.
        files::hex(&Sha256::digest(self.content.to_string().as_bytes()))
    }

    /// The manifest's text.
    pub(super) fn render(&self) -> Result<String> {
        let whole = json!({"content": self.content, "sha256": self.digest()});
        Ok(format!("{}\n", serde_json::to_string_pretty(&whole)?))
    }

    /// The files' names, in order.
    pub(super) fn files(&self) -> impl Iterator<Item = &str> {
        let files = self.content.get("files").and_then(Value::as_object);
        files.into_iter().flat_map(|files| files.keys().map(String::as_str))
    }

    /// The ids of the keys.
    pub(super) fn keys(&self) -> Vec<&str> {
        let keys = self.content.get("keys").and_then(Value::as_array);
        keys.into_iter().flatten().filter_map(Value::as_str).collect()
    }

    /// When it was made.
    pub(super) fn made_at(&self) -> &str {
        self.content.get("made-at").and_then(Value::as_str).unwrap_or_default()
    }
}

fn read(folder: &Path) -> Result<Manifest> {
    let path = folder.join(NAME);
    let damaged = "the backup is damaged: `manifest.json` isn't what was written, or is missing";
    let Ok(text) = std::fs::read_to_string(&path) else { bail!(damaged) };
    let Ok(whole) = serde_json::from_str::<Value>(&text) else { bail!(damaged) };
    let content = whole.get("content").cloned().unwrap_or_default();
    let manifest = Manifest { content };
    if whole.get("sha256").and_then(Value::as_str) != Some(&manifest.digest()) {
        bail!(damaged);
    }
    match manifest.content.get("format").and_then(Value::as_u64) {
        Some(FORMAT) => Ok(manifest),
        _ => bail!("a newer release made this backup: use that one, or a newer one, to restore it"),
    }
}

/// The files of a backup as they lie there, but for the manifest: those at the top, and those
/// among the mails.
fn names(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for name in files::names_in(folder)? {
        if name == MAILS && folder.join(&name).is_dir() {
            let mails = files::names_in(&folder.join(MAILS))?;
            names.extend(mails.into_iter().map(|mail| format!("{MAILS}/{mail}")));
        } else if name != NAME {
            names.push(name);
        }
    }
    Ok(names)
}

/// A name as a JSON pointer has it.
fn pointer(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
