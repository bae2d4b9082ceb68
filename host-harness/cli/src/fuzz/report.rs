//! What fuzzing came to, for people and for programs.

use std::path::{Path, PathBuf};

use clientdesk_fuzz::{Found, Tally};
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::format::thousands;
use crate::output::{self, Form, print};

/// What came of a target.
pub(super) struct Tried {
    pub(super) target: &'static str,
    pub(super) seed: u64,
    pub(super) seconds: u64,
    /// How many inputs that found something once were tried.
    pub(super) kept: usize,
    /// How many were drawn.
    pub(super) inputs: u64,
    pub(super) found: Vec<Finding>,
    /// How far calls came.
    pub(super) tally: Tally,
}

/// What was found.
pub(super) struct Finding {
    pub(super) found: Found,
    /// The input.
    pub(super) file: PathBuf,
}

impl Tried {
    fn in_json(&self) -> Value {
        let found = self.found.iter().map(|Finding { found, file }| {
            json!({"kind": found.kind, "details": found.details, "file": file.display().to_string()})
        });
        json!({
            "target": self.target,
            "seed": self.seed,
            "seconds": self.seconds,
            "kept": self.kept,
            "inputs": self.inputs,
            "calls": self.tally.in_json(),
            "found": found.collect::<Vec<Value>>(),
        })
    }
}

/// Says what came of a target.
pub(super) fn tried(tried: &Tried, form: Form) -> Result<(), Failure> {
    let Tried { target, seed, kept, inputs, found, .. } = tried;
    if form.is_json() {
        return Ok(());
    }
    let (kept, inputs) = (thousands(*kept as u64), thousands(*inputs));
    let mut text = format!("{target}: {kept} kept and {inputs} drawn from --seed {seed}: ");
    if found.is_empty() {
        text.push_str("nothing found\n");
    }
    text.push_str(&reached(&tried.tally));
    for Finding { found, file } in found {
        let file = file.display();
        text.push_str(&format!(
            "\n{found}\n  again: clientdesk fuzz --target {target} --input {file}\n"
        ));
    }
    Ok(print(&text)?)
}

/// How far calls came; nothing where no input is calls.
fn reached(tally: &Tally) -> String {
    let total = tally.total();
    if total.calls() == 0 {
        return String::new();
    }
    let parts = [
        (total.answered, "answered"),
        (total.ruled, "refused by a rule"),
        (total.turned_away, "not found or denied"),
        (total.invalid, "invalid"),
        (total.unfit, "not as the contract has them"),
    ];
    let shares = parts.map(|(part, what)| format!("{} % {what}", part * 100 / total.calls()));
    let mut text = format!("  {} calls: {}\n", thousands(total.calls()), shares.join(", "));
    let silent = tally.unanswered();
    if !silent.is_empty() {
        text.push_str(&format!("  never answered: {}\n", silent.join(", ")));
    }
    text
}

/// How the command ends.
pub(super) fn all(tried: &[Tried], form: Form) -> Result<(), Failure> {
    if form.is_json() {
        let items: Vec<Value> = tried.iter().map(Tried::in_json).collect();
        output::json(&output::list(items, None))?;
    }
    let found: Vec<&str> =
        tried.iter().filter(|tried| !tried.found.is_empty()).map(|tried| tried.target).collect();
    match found.as_slice() {
        [] => Ok(()),
        targets => Err(Failure::failed(format!("something was found: {}", targets.join(", ")))),
    }
}

/// Says that an input finds nothing.
pub(super) fn nothing(file: &Path, form: Form) -> Result<(), Failure> {
    let file = file.display();
    if form.is_json() {
        return Ok(output::json(&output::list(Vec::<Value>::new(), None))?);
    }
    Ok(print(&format!("`{file}` finds nothing\n"))?)
}
