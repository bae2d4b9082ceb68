//! `jobs`: mails on their way out, and everything whose time has come.
//!
//! | to find | open |
//! | --- | --- |
//! | what a run does, and what becomes of what fails | `run.rs` |
//! | what each due thing means: the list of jobs | `work.rs` |
//! | scoring everybody anew, once a day | `rescore.rs` |
//! | charging for the period that began | `renewals.rs` |
//! | what they left out for a client with a damaged row | `backlog.rs` |
//! | writing down who turned at-risk or churned | `crossing.rs` |
//! | the weekly summary | `digest.rs` |
//! | forgetting what is of no use any more | `forget.rs` |
//! | handing a mail over again | `mail_retry.rs` |
//! | covering what clients did by the log | `seal.rs` |

mod backlog;
mod crossing;
mod digest;
mod forget;
mod mail_retry;
mod outbox;
mod progress;
mod renewals;
mod report_bounce;
mod rescore;
mod retry;
mod run;
mod seal;
mod stuck;
mod work;

pub use crossing::begin_anew;
pub use digest::schedule as schedule_digest;
pub use outbox::outbox;
pub use report_bounce::report_bounce;
pub use retry::{JobName, retry};
pub use run::{RunReport, run};
pub use stuck::{Parked, stuck};
