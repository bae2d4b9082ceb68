//! `jobs`: mails on their way out, and everything whose time has come.
//!
//! | to find | open |
//! | --- | --- |
//! | what a run does, and what becomes of what fails | `run.rs` |
//! | what each due thing means: the list of jobs | `work.rs` |

mod outbox;
mod report_bounce;
mod run;
mod stuck;
mod work;

pub use outbox::outbox;
pub use report_bounce::report_bounce;
pub use run::{RunReport, run};
pub use stuck::{Stuck, stuck};
