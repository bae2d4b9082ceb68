//! The search on stable Rust: random inputs for a while, and of each kind of find the shortest input.

use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread;
use std::time::{Duration, Instant};

use cpu_time::ProcessTime;

use crate::subject::{Found, Subject, note_panics};

/// How long an input is looked for that says less.
const SHORTENING: Duration = Duration::from_secs(30);
/// An input that takes more of the processor's time hangs, however much else the machine has to do.
const WORKS_MAX: Duration = Duration::from_secs(60);
/// An input that takes longer hangs without work.
const WAITS_MAX: Duration = Duration::from_secs(600);
/// After so many kinds of finds, it ends.
const KINDS_MAX: usize = 20;
/// How many bytes an input is drawn from, at most.
const BYTES_MAX: usize = 700;

/// What a search came to.
#[derive(Clone, Debug)]
pub struct Hunt {
    /// How many inputs were tried.
    pub inputs: u64,
    /// What was found: the shortest input of each kind.
    pub found: Vec<(Vec<u8>, Found)>,
}

/// What is told of a search while it goes on.
#[derive(Clone, Copy, Debug)]
pub enum News<'n> {
    /// So many inputs were tried.
    Tried(u64),
    /// This input, as short as it goes, finds this.
    Found(&'n [u8], &'n Found),
}

/// Tries inputs that are drawn from `seed`, for so long. `tell` hears of it; `hung` is given an input
/// that doesn't come to an end, in another thread: it should keep it, and end the process.
pub fn hunt(
    subject: &dyn Subject,
    seed: u64,
    time: Duration,
    tell: &mut dyn FnMut(News<'_>),
    hung: fn(&str, &[u8]),
) -> Hunt {
    note_panics();
    let (began, mut random) = (Instant::now(), fastrand::Rng::with_seed(seed));
    let watch = Watch::begin(subject.ending(), hung);
    let mut hunt = Hunt { inputs: 0, found: Vec::new() };
    while began.elapsed() < time && hunt.found.len() < KINDS_MAX {
        let mut bytes = vec![0; random.usize(8..BYTES_MAX)];
        random.fill(&mut bytes);
        let input = subject.input(&bytes);
        watch.begins(&input);
        let tried = subject.examine(&input);
        watch.ends();
        hunt.inputs += 1;
        tell(News::Tried(hunt.inputs));
        if let Err(found) = tried
            && !hunt.found.iter().any(|(_, known)| known.kind == found.kind)
        {
            let (input, found) = shortest(subject, input, found);
            tell(News::Found(&input, &found));
            hunt.found.push((input, found));
        }
    }
    hunt
}

/// The shortest input that is found to find the same.
pub fn shortest(subject: &dyn Subject, mut input: Vec<u8>, mut found: Found) -> (Vec<u8>, Found) {
    let began = Instant::now();
    loop {
        let less = subject.smaller(&input).into_iter().find_map(|less| {
            if began.elapsed() > SHORTENING {
                return None;
            }
            let same = subject.examine(&less).err().filter(|other| other.kind == found.kind)?;
            Some((less, same))
        });
        match less {
            Some((less, same)) => (input, found) = (less, same),
            None => return (input, found),
        }
    }
}

/// What is being tried, and since when.
type Now = Mutex<Option<Trial>>;

struct Trial {
    began: Instant,
    /// What the process had worked before.
    worked: ProcessTime,
    input: Vec<u8>,
}

impl Trial {
    fn hangs(&self) -> bool {
        self.worked.elapsed() > WORKS_MAX || self.began.elapsed() > WAITS_MAX
    }
}

/// Notices an input that doesn't come to an end.
struct Watch {
    now: Arc<Now>,
}

impl Watch {
    fn begin(ending: &'static str, hung: fn(&str, &[u8])) -> Watch {
        let now: Arc<Now> = Arc::default();
        let seen = Arc::downgrade(&now);
        thread::spawn(move || look(&seen, ending, hung));
        Watch { now }
    }

    fn begins(&self, input: &[u8]) {
        let (began, worked) = (Instant::now(), ProcessTime::now());
        *self.now.lock().unwrap_or_else(PoisonError::into_inner) =
            Some(Trial { began, worked, input: input.to_vec() });
    }

    fn ends(&self) {
        *self.now.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

fn look(now: &Weak<Now>, ending: &str, hung: fn(&str, &[u8])) {
    while let Some(now) = now.upgrade() {
        let hanging = match now.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
            Some(trial) if trial.hangs() => Some(trial.input.clone()),
            Some(_) | None => None,
        };
        drop(now);
        if let Some(input) = hanging {
            hung(ending, &input);
            return;
        }
        thread::sleep(Duration::from_millis(500));
    }
}
