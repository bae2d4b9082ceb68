//! What a process asks for, and what it is answered: lines of JSON that outlive it.
//!
//! Each line is handed to the operating system before the call and after the answer, so that
//! the end of the process takes none of them along.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use anyhow::{Context as _, Result, bail};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A call, with everything that is needed to repeat it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Asked {
    /// The agency that it is about.
    pub(super) agency: String,
    pub(super) function: String,
    /// All of them; the first holds the idempotency key, where the function takes one.
    pub(super) arguments: Vec<Value>,
}

impl Asked {
    /// Whether repeating it gives the answer of the first time.
    pub(super) fn has_key(&self) -> bool {
        let call = self.arguments.first().and_then(|call| call.get("idempotency-key"));
        call.is_some_and(Value::is_string)
    }

    /// What comes after who calls.
    pub(super) fn rest(&self, index: usize) -> &Value {
        self.arguments.get(index + 1).unwrap_or(&Value::Null)
    }
}

/// How a call ended.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum End {
    Answered(Value),
    Refused(Value),
    /// A trap, or the like.
    Failed(String),
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Said {
    Asks(Asked),
    Ends(End),
}

#[derive(Serialize, Deserialize)]
struct Line {
    thread: usize,
    said: Said,
}

/// The file that a process writes to.
pub(super) struct Diary {
    file: Mutex<File>,
}

impl Diary {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let file = OpenOptions::new().append(true).create(true).open(path)?;
        Ok(Self { file: Mutex::new(file) })
    }

    pub(super) fn asks(&self, thread: usize, asked: &Asked) -> Result<()> {
        self.write(thread, Said::Asks(asked.clone()))
    }

    pub(super) fn ends(&self, thread: usize, end: End) -> Result<()> {
        self.write(thread, Said::Ends(end))
    }

    fn write(&self, thread: usize, said: Said) -> Result<()> {
        let mut line = serde_json::to_string(&Line { thread, said })?;
        line.push('\n');
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(file.write_all(line.as_bytes())?)
    }
}

/// What one thread did, in its order.
#[derive(Clone, Default)]
pub(super) struct Course {
    pub(super) ended: Vec<(Asked, End)>,
    /// What it was at when the process ended.
    pub(super) open: Option<Asked>,
}

impl Course {
    /// The agency in which something was under way.
    pub(super) fn open_at(&self) -> Option<&str> {
        self.open.as_ref().map(|asked| asked.agency.as_str())
    }
}

/// What the threads of a process did; nothing for one that ended before it could say so.
pub(super) fn read(path: &Path) -> Result<Vec<Course>> {
    let text = match fs::read_to_string(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        read => read.with_context(|| format!("can't read `{}`", path.display()))?,
    };
    courses(&text).with_context(|| format!("`{}`", path.display()))
}

fn courses(text: &str) -> Result<Vec<Course>> {
    let mut courses: BTreeMap<usize, Course> = BTreeMap::new();
    // The last line may have been cut short, with the process.
    for line in text.split_inclusive('\n').filter_map(|line| line.strip_suffix('\n')) {
        let Line { thread, said } = serde_json::from_str(line)?;
        let course = courses.entry(thread).or_default();
        match (said, course.open.take()) {
            (Said::Asks(asked), None) => course.open = Some(asked),
            (Said::Ends(end), Some(asked)) => course.ended.push((asked, end)),
            _ => bail!("a thread asks twice, or is answered twice: {line}"),
        }
    }
    Ok(courses.into_values().collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn asked(function: &str) -> Asked {
        let call = json!({"agency": "a", "idempotency-key": "k"});
        Asked { agency: "a".into(), function: function.into(), arguments: vec![call, json!("x")] }
    }

    #[test]
    fn what_was_written_is_read_by_threads_and_a_cut_line_is_no_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("diary.jsonl");
        assert!(read(&path).unwrap().is_empty());
        let diary = Diary::open(&path).unwrap();
        diary.asks(0, &asked("one")).unwrap();
        diary.asks(1, &asked("two")).unwrap();
        diary.ends(0, End::Answered(json!(1))).unwrap();
        diary.asks(0, &asked("three")).unwrap();
        fs::OpenOptions::new()
            .append(true)
            .open(&path)
            .unwrap()
            .write_all(br#"{"thread":1,"sai"#)
            .unwrap();
        let courses = read(&path).unwrap();
        assert_eq!(courses.len(), 2);
        let (first, end) = &courses[0].ended[0];
        assert_eq!((first.function.as_str(), first.rest(0)), ("one", &json!("x")));
        assert!(first.has_key() && matches!(end, End::Answered(answer) if *answer == json!(1)));
        let open = |course: &Course| course.open.as_ref().map(|asked| asked.function.clone());
        assert_eq!(open(&courses[0]).as_deref(), Some("three"));
        assert_eq!(open(&courses[1]).as_deref(), Some("two"));
        assert!(courses[1].ended.is_empty());
    }

    #[test]
    fn a_diary_that_makes_no_sense_is_refused() {
        for text in ["{}\n", "x\n", "{\"thread\":0,\"said\":{\"ends\":{\"answered\":1}}}\n"] {
            assert!(courses(text).is_err(), "{text}");
        }
    }
}
