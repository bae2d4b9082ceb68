//! How far a run is.

use std::time::Duration;

use clientdesk_simulate::run::Options;
use indicatif::{ProgressBar, ProgressStyle};

const STEPS: &str =
    "{wide_bar} {human_pos} of {human_len} steps, {per_sec}, {elapsed} (about {eta} to go) ";
const TIME: &str = "{spinner} {human_pos} steps, {per_sec}, {elapsed} ";

/// A bar on standard error.
pub(super) struct Progress(ProgressBar);

impl Progress {
    /// One of a run that begins.
    pub(super) fn new(options: &Options) -> Progress {
        let bar = match options.seconds {
            None => ProgressBar::new(options.steps),
            Some(_) => ProgressBar::no_length(),
        };
        let template = if options.seconds.is_none() { STEPS } else { TIME };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(200));
        Progress(bar)
    }

    /// So many steps are done.
    pub(super) fn done(&self, steps: u64) {
        self.0.set_position(steps);
    }

    /// The run is over.
    pub(super) fn finish(&self) {
        self.0.finish_and_clear();
    }
}
