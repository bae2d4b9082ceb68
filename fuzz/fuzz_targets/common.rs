//! What the targets share.

use std::panic;
use std::path::{Path, PathBuf};
use std::process;
use std::rc::Rc;

use clientdesk_fuzz::{Found, Stages, Subject};
use clientdesk_tests::fuzz::NativeTroupe;

/// The folder of the stories that inputs begin with.
pub fn stories() -> PathBuf {
    clientdesk_tests::repository("tests/scenarios")
}

/// The component as plain Rust, after each of the stories.
#[allow(dead_code, reason = "texts of scenario files begin with an empty store")]
pub fn stages() -> Stages {
    let stages = Stages::of(Rc::new(NativeTroupe::new()), stories());
    if let Err(problem) = stages.prepare() {
        eprintln!("{problem}");
        process::exit(1);
    }
    stages
}

/// A panic is something found like any other, told with its input: libFuzzer would end the process before.
pub fn take_panics() {
    drop(panic::take_hook());
    clientdesk_fuzz::subject::note_panics();
}

/// Tries an input. What finds something ends the process, and is kept as people read it beside what
/// libFuzzer keeps.
pub fn examine(subject: &dyn Subject, input: &[u8]) {
    let Err(found) = subject.examine(input) else { return };
    let (input, found) = clientdesk_fuzz::hunt::shortest(subject, input.to_vec(), found);
    keep(subject.name(), subject.ending(), &input, &found);
    process::abort();
}

/// Writes an input into a file, and says what it finds.
pub fn keep(name: &str, ending: &str, input: &[u8], found: &Found) {
    let file = format!("found-{name}-{}.{ending}", process::id());
    match std::fs::write(Path::new(&file), input) {
        Ok(()) => eprintln!(
            "{found}\nthe input is in `{file}`: clientdesk fuzz --target {name} --input {file}"
        ),
        Err(error) => eprintln!("{found}\n{error}\n{}", String::from_utf8_lossy(input)),
    }
}
