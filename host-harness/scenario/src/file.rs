//! What a scenario file may say.
//!
//! Every key that stands here is one that a file may use; any other is refused. Steps run in
//! order; a step with `cases` or `repeat` stands for several.

use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

use serde::Deserialize;
use serde_json::{Map, Value};
use thiserror::Error;
use toml::Spanned;

use super::faults::{Calls, Fault};
use super::given;
use super::lines::{Lines, time};

/// The most steps that a story has.
const STEPS_MAX: usize = 10_000;
/// The most bytes that a repeated step, or one with cases, stands for.
const BYTES_MAX: usize = 64 << 20;

/// A story, read and ready to run.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// The file's name, for failures.
    pub file: String,
    /// What it tells, in one line.
    pub title: String,
    /// What there is to say besides.
    pub about: Option<String>,
    /// When it begins: milliseconds since the Unix epoch.
    pub start: u64,
    /// Whose agency calls are about where a step doesn't say.
    pub agency: Option<String>,
    /// Whether every agency's log is verified at the end.
    pub verify: bool,
    /// What it begins with: steps that it shares with other stories.
    pub given: Vec<Scenario>,
    /// What happens.
    pub steps: Vec<Step>,
}

/// Why a file is no scenario.
#[derive(Debug, Error)]
pub enum ScenarioError {
    /// The file can't be read.
    #[error("can't read the scenario `{file}`")]
    File {
        /// Which file.
        file: String,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// It isn't TOML, or has a key that means nothing, or lacks one.
    #[error("`{file}` is no scenario")]
    Format {
        /// Which file.
        file: String,
        /// What is wrong, and where.
        #[source]
        source: Box<toml::de::Error>,
    },
    /// What it says makes no sense.
    #[error("{file}:{line}: {problem}")]
    Meaning {
        /// Which file.
        file: String,
        /// The line.
        line: usize,
        /// What makes no sense.
        problem: String,
    },
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct File {
    title: String,
    about: Option<String>,
    start: Option<toml::Value>,
    agency: Option<String>,
    #[serde(default)]
    given: Vec<String>,
    #[serde(default = "yes")]
    verify: bool,
    #[serde(rename = "step")]
    steps: Vec<Spanned<Lines>>,
}

const fn yes() -> bool {
    true
}

/// One thing that happens, and what is expected of it.
#[derive(Clone, Debug)]
pub struct Step {
    /// The line that it begins at in the file.
    pub line: usize,
    /// The part of the story that begins with it.
    pub part: Option<String>,
    /// What it tells, in a sentence.
    pub say: Option<String>,
    /// What this case of it tells besides.
    pub case: Option<String>,
    /// How many times it is repeated in all; once, if it isn't.
    pub times: u64,
    /// How the clock moves before it.
    pub time: Option<Time>,
    /// The ids of the host's keys from here on, newest first; none: they stay as they are. At the
    /// beginning of a story there is one, `seeded`.
    pub key_ring: Option<Vec<String>>,
    /// The function that is called, such as `clients.revoke`; none for a step that only lets
    /// time pass.
    pub call: Option<String>,
    /// Its arguments by name, without the `call` record.
    pub with: Map<String, Value>,
    /// Whose agency the call is about.
    pub agency: Option<String>,
    /// Who calls: `role`, `role:id` or `role:id:name`.
    pub caller: Option<String>,
    /// The idempotency key.
    pub key: Option<String>,
    /// What the answer or the error should be.
    pub expect: Expectation,
    /// The mails that should go out, in order.
    pub mails: Vec<Value>,
    /// The kinds of the entries that the log should get, in order.
    pub log: Vec<Value>,
    /// What to remember: name, and where it is found.
    pub save: BTreeMap<String, String>,
    /// Whether a refusal may change the store: it counts an attempt, or books what was due.
    pub store_changes: bool,
    /// Which storage calls fail.
    pub fail: Option<Fault>,
    /// What the host says to mails, if not `accepted`.
    pub mail_says: Option<Value>,
    /// Whether the host knows the world's time zones.
    pub time_zones: bool,
    /// Whether the call is rehearsed with each of its storage calls failing.
    pub each_storage_failure: bool,
    /// Rows that are damaged while the step runs.
    pub damage: Vec<Damage>,
    /// How many storage calls it should take.
    pub host_calls: Option<Calls>,
    /// The number that `${n}` stands for in a repeated step.
    pub n: Option<u64>,
}

impl Step {
    /// What it tells, or its case does.
    pub fn told(&self) -> Option<&str> {
        self.case.as_deref().or(self.say.as_deref())
    }
}

/// How the clock moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Time {
    /// To these milliseconds since the Unix epoch, also backwards.
    At(u64),
    /// By these milliseconds.
    After(u64),
}

/// How a call should end.
#[derive(Clone, Debug, PartialEq)]
pub enum Expectation {
    /// With no answer, or one that a later step uses.
    Success,
    /// With an answer that matches.
    Answer(Value),
    /// With an error that matches.
    Error(Value),
}

/// A stored row that is damaged before a call and mended after it, unless the call wrote it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "DamageLine")]
pub struct Damage {
    /// The row's key; `...` stands for any text, and one row only must fit.
    pub row: String,
    /// What becomes of it.
    pub change: Change,
}

/// What becomes of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// It has this value.
    Set(String),
    /// In its value, the first text, which must be there, is replaced by the second.
    Replace([String; 2]),
    /// It has the value of the row with this key.
    Copy(String),
    /// It is gone.
    Remove,
}

/// Damage as it stands in the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DamageLine {
    row: String,
    set: Option<String>,
    replace: Option<[String; 2]>,
    copy: Option<String>,
    #[serde(default)]
    remove: bool,
}

impl TryFrom<DamageLine> for Damage {
    type Error = String;

    fn try_from(line: DamageLine) -> Result<Self, String> {
        let change = match (line.set, line.replace, line.copy, line.remove) {
            (Some(value), None, None, false) => Change::Set(value),
            (None, Some(texts), None, false) => Change::Replace(texts),
            (None, None, Some(row), false) => Change::Copy(row),
            (None, None, None, true) => Change::Remove,
            _ => return Err("damage has one of `set`, `replace`, `copy` and `remove`".to_owned()),
        };
        Ok(Damage { row: line.row, change })
    }
}

impl Scenario {
    /// The scenario in a file.
    ///
    /// # Errors
    ///
    /// When the file can't be read, or is no scenario.
    pub fn read(path: &Path) -> Result<Scenario, ScenarioError> {
        let file = path.display().to_string();
        let text = fs::read_to_string(path)
            .map_err(|source| ScenarioError::File { file: file.clone(), source })?;
        let parsed = File::parse(&file, &text)?;
        let names = parsed.given.clone();
        let start = parsed.start(&file)?;
        let mut scenario = parsed.scenario(&file, &text, start)?;
        scenario.uses_what_it_saves(&text)?;
        scenario.given = given::read(path, &names, start)?;
        Ok(scenario)
    }

    /// The scenario that `text` tells; `file` names it in failures.
    ///
    /// # Errors
    ///
    /// When it is no scenario, or names what other files hold.
    pub fn parse(file: &str, text: &str) -> Result<Scenario, ScenarioError> {
        let parsed = File::parse(file, text)?;
        let start = parsed.start(file)?;
        let scenario = parsed.without_given(file)?.scenario(file, text, start)?;
        scenario.uses_what_it_saves(text)?;
        Ok(scenario)
    }

    /// Refuses a step that saves what nobody uses: its answer would be judged by nothing.
    fn uses_what_it_saves(&self, text: &str) -> Result<(), ScenarioError> {
        let saves =
            self.steps.iter().flat_map(|step| step.save.keys().map(move |name| (step, name)));
        for (step, name) in saves {
            let used = ["}", "*"].iter().any(|end| text.contains(&format!("${{{name}{end}")));
            if !used {
                let problem = format!("nobody uses `{name}`, which is saved here");
                return Err(meaning(&self.file, step.line, problem));
            }
        }
        Ok(())
    }

    /// What stories that begin at `start` have in common.
    pub(super) fn parse_given(
        file: &str,
        text: &str,
        start: u64,
    ) -> Result<Scenario, ScenarioError> {
        let parsed = File::parse(file, text)?.without_given(file)?;
        if parsed.start.is_some() {
            let problem = "what stories begin with has no `start` of its own";
            return Err(meaning(file, 1, problem.to_owned()));
        }
        parsed.scenario(file, text, start)
    }
}

impl File {
    fn parse(file: &str, text: &str) -> Result<File, ScenarioError> {
        toml::from_str(text).map_err(|source| ScenarioError::Format {
            file: file.to_owned(),
            source: Box::new(source),
        })
    }

    fn start(&self, file: &str) -> Result<u64, ScenarioError> {
        let start = self.start.as_ref().ok_or_else(|| "a story says its `start`".to_owned());
        start.and_then(time).map_err(|problem| meaning(file, 1, problem))
    }

    fn without_given(self, file: &str) -> Result<File, ScenarioError> {
        if self.given.is_empty() {
            return Ok(self);
        }
        Err(meaning(file, 1, "only a story that lies in a folder has a `given`".to_owned()))
    }

    fn scenario(self, file: &str, text: &str, start: u64) -> Result<Scenario, ScenarioError> {
        let mut steps = Vec::new();
        for lines in self.steps {
            let (line, length) = (line_of(text, lines.span().start), lines.span().len());
            let lines = lines.into_inner();
            let refused = |problem| meaning(file, line, problem);
            accept_count(lines.count(), steps.len(), length).map_err(refused)?;
            steps.extend(lines.steps(line).map_err(refused)?);
        }
        Ok(Scenario {
            file: file.to_owned(),
            title: self.title,
            about: self.about,
            start,
            agency: self.agency,
            verify: self.verify,
            given: Vec::new(),
            steps,
        })
    }
}

/// Accepts as many steps more, each of which takes as much room as `length` bytes of the file.
fn accept_count(more: u64, steps: usize, length: usize) -> Result<(), String> {
    let count = usize::try_from(more).unwrap_or(usize::MAX);
    if count.saturating_add(steps) > STEPS_MAX {
        return Err(format!(
            "a story has {STEPS_MAX} steps at most, repeated ones and cases among them"
        ));
    }
    if count.saturating_mul(length) > BYTES_MAX {
        return Err(format!(
            "{count} steps of {length} bytes are more than {BYTES_MAX}: repeat less"
        ));
    }
    Ok(())
}

fn meaning(file: &str, line: usize, problem: String) -> ScenarioError {
    ScenarioError::Meaning { file: file.to_owned(), line, problem }
}

fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parse(steps: &str) -> Result<Scenario, String> {
        let text = format!("title = 't'\nstart = 2026-09-01T00:00:00Z\n{steps}");
        Scenario::parse("story.toml", &text).map_err(|error| match error {
            ScenarioError::Format { source, .. } => source.to_string(),
            error => error.to_string(),
        })
    }

    #[test]
    fn cases_are_the_step_with_a_difference() {
        let story = parse(
            "[[step]]\n\
             say = 'no'\n\
             call = 'a.b'\n\
             with.x = { p = 1, q = 1 }\n\
             error = 'denied'\n\
             cases = [\n\
                 { with.x.p = 2 },\n\
                 { say = 'well', expect = 5 },\n\
             ]\n",
        )
        .unwrap();
        let steps: Vec<_> = story.steps.iter().map(|step| (step.told(), step.n)).collect();
        assert_eq!(steps, [(Some("no"), Some(1)), (Some("well"), Some(2))]);
        assert_eq!(json!(story.steps[0].with), json!({"x": {"p": 2, "q": 1}}));
        assert_eq!(story.steps[0].expect, Expectation::Error(json!("denied")));
        assert_eq!(story.steps[1].expect, Expectation::Answer(json!(5)));
        assert_eq!(story.steps[0].line, 3);
    }

    #[test]
    fn damage_says_what_becomes_of_a_row() {
        let story = parse(
            "[[step]]\ncall = 'a.b'\n\
             damage = [{ row = '...x', remove = true }, { row = 'y', replace = ['a', 'b'] }]",
        );
        let damage = &story.unwrap().steps[0].damage;
        assert_eq!(damage[0].change, Change::Remove);
        assert_eq!(damage[1].change, Change::Replace(["a".into(), "b".into()]));
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for (steps, problem) in [
            ("[[step]]\ncal = 'a.b'", "unknown field `cal`"),
            ("[[step]]\nsay = 'x'", "story.toml:3: a step needs a `call`"),
            ("[[step]]\ncall = 'a.b'\nexpect = 1\nerror = 'busy'", "not both"),
            ("[[step]]\nat = 2026-09-01T00:00:00Z\nafter = '1d'", "not both"),
            ("[[step]]\nafter = 'soon'", "duration"),
            ("[[step]]\nat = 2026-09-01", "should be a time"),
            ("[[step]]\ncall = 'a.b'\nrepeat = 2\ncases = [{}]", "not both"),
            ("[[step]]\ncall = 'a.b'\ncases = [{ cases = [{}] }]", "of its own"),
            ("[[step]]\ncall = 'a.b'\nfail = { storage = 'gone' }", "gone"),
            ("[[step]]\ncall = 'a.b'\nexpect.a = '...'", "any text matches `expect.a`"),
            ("[[step]]\ncall = 'a.b'\nlog = ['...']", "any list matches `log`"),
            ("[[step]]\ncall = 'a.b'\nmails = ['...']", "any list matches `mails`"),
            ("[[step]]\ncall = 'a.b'\nerror = 'invalid'", "which fields"),
            ("given = ['acme']\n[[step]]\ncall = 'a.b'", "in a folder"),
            ("[[step]]\ncall = 'a.b'\nsave.ann = 'answer'", "story.toml:3: nobody uses `ann`"),
            ("[[step]]\ncall = 'a.b'\nstore-changes = true", "a refusal"),
            (
                "[[step]]\ncall = 'a.b'\nrepeat = 4294967296",
                "story.toml:3: a story has 10000 steps",
            ),
            (
                "[[step]]\nafter = '1d'\nrepeat = 9000\n[[step]]\nafter = '1d'\nrepeat = 1001",
                ":6: a story",
            ),
            ("[[step]]\nkey-ring = []", "at least one key"),
            ("[[step]]\ncall = 'a.b'\ndamage = [{ row = 'x' }]", "damage"),
            ("[[step]]\ncall = 'a.b'\ndamage = [{ row = 'x', set = '', x = 1 }]", "damage"),
        ] {
            let error = parse(steps).unwrap_err();
            assert!(error.contains(problem), "{steps}\n{error}");
        }
    }
}
