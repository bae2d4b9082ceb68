//! The key ring as text, and its file.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::Key;
use crate::files;

/// Why a key ring gives no keys. No case shows what is in it.
#[derive(Debug, Error)]
pub enum RingError {
    /// The file can't be read or made.
    #[error("can't read or make the key ring `{path}`")]
    File {
        /// Which file.
        path: String,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// Others may read the file: keys that others know protect nothing.
    #[error(
        "the key ring `{path}` can be read by others (mode {mode:o}); make it private: chmod 600 {}",
        quoted(.path)
    )]
    Exposed {
        /// Which file.
        path: String,
        /// Its permissions, as Unix writes them.
        mode: u32,
    },
    /// What is there is no key ring.
    #[error("{origin} is none: {problem}")]
    Malformed {
        /// Where it was.
        origin: String,
        /// What is wrong with it.
        problem: String,
    },
    /// There is none in the variable.
    #[error("the variable `{name}` isn't set, and was to hold the key ring")]
    Unset {
        /// Its name.
        name: String,
    },
    /// The command didn't tell it.
    #[error("the command `{command}` doesn't tell the key ring")]
    Command {
        /// The command.
        command: String,
        /// Why.
        #[source]
        source: io::Error,
    },
}

/// The path as a shell takes it.
fn quoted(path: &str) -> String {
    format!("'{}'", path.replace('\'', r"'\''"))
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RingFile {
    keys: Vec<KeyEntry>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyEntry {
    id: String,
    bytes: String,
}

/// The file's keys; none where there is no file.
pub(super) fn read(path: &Path) -> Result<Option<Vec<Key>>, RingError> {
    let shown = || path.display().to_string();
    let file_error = |source| RingError::File { path: shown(), source };
    let mut file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        opened => opened.map_err(file_error)?,
    };
    if let Some(mode) = files::open_to_others(&file).map_err(file_error)? {
        return Err(RingError::Exposed { path: shown(), mode });
    }
    let mut text = String::new();
    file.read_to_string(&mut text).map_err(file_error)?;
    let malformed =
        |problem| RingError::Malformed { origin: format!("the key ring `{}`", shown()), problem };
    parse(&text).map(Some).map_err(malformed)
}

/// Keeps this ring in the file, unless there is one: another process may be first, and then
/// its keys count.
pub(super) fn create(path: &Path, ring: &[Key]) -> Result<(), RingError> {
    let made = files::create_private(path, render(ring).as_bytes());
    made.map(drop).map_err(|source| RingError::File { path: path.display().to_string(), source })
}

/// Keeps this ring in the file, in the place of the one that is there.
pub(super) fn replace(path: &Path, ring: &[Key]) -> Result<(), RingError> {
    files::replace_private(path, render(ring).as_bytes())
        .map(|()| files::sync_folder_of(path))
        .map_err(|source| RingError::File { path: path.display().to_string(), source })
}

fn render(ring: &[Key]) -> String {
    let entries = ring
        .iter()
        .map(|key| serde_json::json!({"id": key.id, "bytes": STANDARD.encode(key.bytes)}));
    let file = serde_json::json!({"keys": entries.collect::<Vec<_>>()});
    format!("{file:#}\n")
}

/// The ring that is written so.
pub(super) fn parse(text: &str) -> Result<Vec<Key>, String> {
    let file: RingFile = serde_json::from_str(text).map_err(|error| {
        // serde's own message may quote what it found, and that may be a key.
        format!(
            "it should hold `{{\"keys\": [{{\"id\": …, \"bytes\": …}}]}}`, see line {} column {}",
            error.line(),
            error.column()
        )
    })?;
    if file.keys.is_empty() {
        return Err("it holds no key".into());
    }
    let keys: Vec<Key> = file.keys.iter().map(parse_key).collect::<Result<_, _>>()?;
    for (index, key) in keys.iter().enumerate() {
        if keys.iter().skip(index + 1).any(|other| other.id == key.id) {
            return Err(format!("two keys are called `{}`", key.id));
        }
    }
    Ok(keys)
}

fn parse_key(entry: &KeyEntry) -> Result<Key, String> {
    let id = &entry.id;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if !(1..=16).contains(&id.len()) || !id.bytes().all(plain) {
        return Err("a key's id should be 1 to 16 letters, digits, `-` or `_`".into());
    }
    let bytes = STANDARD
        .decode(&entry.bytes)
        .ok()
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or_else(|| format!("key `{id}` should have 32 bytes in base64"))?;
    Ok(Key { id: id.clone(), bytes })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_damaged_ring_says_what_is_wrong_and_shows_no_key() {
        let secret = STANDARD.encode([7; 32]);
        for (text, problem) in [
            ("".into(), "line 1"),
            (format!(r#"{{"keys": "{secret}"}}"#), "line 1"),
            (r#"{"keys": []}"#.into(), "no key"),
            (format!(r#"{{"keys": [{{"id": "", "bytes": "{secret}"}}]}}"#), "1 to 16"),
            (format!(r#"{{"keys": [{{"id": "k", "bytes": "{secret}AAAA"}}]}}"#), "32 bytes"),
            (
                format!(
                    r#"{{"keys": [{{"id": "k", "bytes": "{secret}"}}, {{"id": "k", "bytes": "{secret}"}}]}}"#
                ),
                "two keys",
            ),
        ] {
            let error = parse(&text).unwrap_err();
            assert!(error.contains(problem), "{error}");
            assert!(!error.contains(&secret), "{error}");
        }
    }

    #[test]
    fn a_ring_is_read_in_its_order() {
        let ring =
            [("new", 1), ("old", 2)].map(|(id, byte)| Key { id: id.into(), bytes: [byte; 32] });
        assert_eq!(parse(&render(&ring)).unwrap(), ring);
    }
}
