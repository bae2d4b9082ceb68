//! How far an import is: a bar on a terminal, lines elsewhere.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::format::{count, thousands};
use crate::output::Form;

/// How many lines a whole import writes where there is no terminal.
const LINES: usize = 10;

const BAR: &str = "{wide_bar} {human_pos} of {human_len} people, {elapsed} (about {eta} to go) ";

/// Tells on standard error how many people are done.
pub(super) struct Progress {
    bar: ProgressBar,
    form: Form,
    all: usize,
    done: usize,
    /// What is done with them.
    verb: &'static str,
}

impl Progress {
    /// Of `all` people, none is done. Programs are told nothing in between: on standard error,
    /// they read errors.
    pub(super) fn start(all: usize, dry_run: bool, form: Form) -> Progress {
        let bar = match form {
            Form::Table => ProgressBar::new(all as u64),
            Form::Json => ProgressBar::hidden(),
        };
        if let Ok(style) = ProgressStyle::with_template(BAR) {
            bar.set_style(style);
        }
        if !bar.is_hidden() {
            // A call takes a while; the time moves on meanwhile.
            bar.enable_steady_tick(Duration::from_millis(200));
        }
        Progress { bar, form, all, done: 0, verb: if dry_run { "tried" } else { "done" } }
    }

    /// So many more people are done.
    pub(super) fn advance(&mut self, people: usize) {
        let before = self.done;
        self.done += people;
        self.bar.inc(people as u64);
        let is_told = self.form == Form::Table && self.bar.is_hidden();
        if is_told && is_worth_a_line(before, self.done, self.all) {
            let (done, all) = (thousands(self.done as u64), count(self.all, "invite"));
            eprintln!("{done} of {all} {}", self.verb);
        }
    }

    /// Takes the bar away: the answer follows.
    pub(super) fn end(&self) {
        self.bar.finish_and_clear();
    }
}

/// True when another tenth of all people is done.
fn is_worth_a_line(before: usize, done: usize, all: usize) -> bool {
    let tenths = |rows: usize| rows.saturating_mul(LINES).checked_div(all).unwrap_or_default();
    tenths(before) < tenths(done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_for_each_tenth() {
        for (step, all, lines) in
            [(200, 10_000, 10), (1, 1_000, 10), (200, 200, 1), (200, 1_000, 5), (1, 3, 3)]
        {
            let steps = (0..all).step_by(step);
            let told = steps.filter(|before| is_worth_a_line(*before, before + step, all));
            assert_eq!(told.count(), lines, "{all} rows by {step}");
        }
        assert!(!is_worth_a_line(0, 0, 0));
    }
}
