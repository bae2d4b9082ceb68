//! What a caller holds between two calls: opaque to it.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::app::error::Error;
use crate::app::record::Arriving;
use crate::domain::id::AgencyId;
use crate::domain::json::from_json;
use crate::domain::keyring::{base64url, from_base64url};
use crate::domain::moving::{Header, Progress};

/// The most characters of one: a key of 512 and some ids of keys are far less.
const CHARS_MAX: usize = 16 * 1024;

/// How far the lines of a file have come, on their way into a store.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Ticket {
    /// The agency that they become.
    pub agency: AgencyId,
    /// What they are.
    pub header: Header,
    /// How many there were.
    pub progress: Progress,
    /// The kind of the last row.
    pub stage: usize,
    /// Which of that kind it was.
    pub last: String,
}

impl Ticket {
    /// That of an import that is under way.
    pub fn of(agency: AgencyId, arriving: &Arriving) -> Ticket {
        let Arriving { header, progress, stage, last, phase: _ } = arriving.clone();
        Ticket { agency, header, progress, stage, last }
    }
}

/// A text that nobody outside need understand.
pub fn spelled<T: Serialize>(value: &T) -> Result<String, Error> {
    Ok(base64url(&serde_json::to_vec(value).map_err(Error::internal)?))
}

/// What such a text spells.
///
/// # Errors
///
/// When it is none that [`spelled`] gave; the argument is called `field`.
pub fn read<T: DeserializeOwned>(field: &str, text: &str) -> Result<T, Error> {
    let bytes = Some(text).filter(|text| text.len() <= CHARS_MAX).and_then(from_base64url);
    let json = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    json.and_then(|json| from_json(&json).ok()).ok_or_else(|| {
        Error::invalid(field, "malformed", "must be one that this function gave, or none to begin")
    })
}
