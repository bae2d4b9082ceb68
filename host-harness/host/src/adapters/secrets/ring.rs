//! The key ring's file.

use std::fs;
use std::io;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Key, SecretsError};
use crate::files;

/// Why a key ring's file gives no keys. No case shows what is in the file.
#[derive(Debug, Error)]
pub enum RingFileError {
    /// The file can't be read or made.
    #[error("can't read or make the key ring `{path}`")]
    File {
        /// Which file.
        path: String,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The file is no key ring.
    #[error("`{path}` is no key ring: {problem}")]
    Malformed {
        /// Which file.
        path: String,
        /// What is wrong with it.
        problem: String,
    },
    /// There was no randomness for a first key.
    #[error("can't make a first key for `{path}`")]
    Random {
        /// Which file.
        path: String,
        /// Why.
        #[source]
        source: SecretsError,
    },
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

/// The file's keys; without a file, `first` makes those of a new one.
pub(super) fn read_or_create(
    path: &Path,
    first: impl FnOnce() -> Result<Vec<Key>, SecretsError>,
) -> Result<Vec<Key>, RingFileError> {
    let shown = || path.display().to_string();
    let file_error = |source| RingFileError::File { path: shown(), source };
    let text = match fs::read_to_string(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let ring = first().map_err(|source| RingFileError::Random { path: shown(), source })?;
            // Another process may be first: then its keys count, so the file is read back.
            files::create_private(path, render(&ring).as_bytes()).map_err(file_error)?;
            fs::read_to_string(path)
        }
        read => read,
    };
    parse(&text.map_err(file_error)?)
        .map_err(|problem| RingFileError::Malformed { path: shown(), problem })
}

fn render(ring: &[Key]) -> String {
    let entries = ring
        .iter()
        .map(|key| serde_json::json!({"id": key.id, "bytes": STANDARD.encode(key.bytes)}));
    let file = serde_json::json!({"keys": entries.collect::<Vec<_>>()});
    format!("{file:#}\n")
}

fn parse(text: &str) -> Result<Vec<Key>, String> {
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
    use super::super::{Secrets, SystemSecrets};
    use super::*;

    #[test]
    fn a_first_use_makes_the_ring_and_later_ones_read_it() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("store.keys.json");
        let first = SystemSecrets::open(&path).unwrap();
        let again = SystemSecrets::open(&path).unwrap();
        assert_eq!(first.keys().unwrap(), again.keys().unwrap());
        assert_eq!(fs::read_dir(temp.path()).unwrap().count(), 1);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        let secret = STANDARD.encode(first.keys().unwrap()[0].bytes);
        assert!(fs::read_to_string(&path).unwrap().contains(&secret));
        assert!(!format!("{first:?}").contains(&secret));
    }

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
