//! `cargo bench`: what things cost, each beside what it is measured against.
//!
//! Figures alone say little on a shared machine, so every row has a yardstick that is
//! measured in the same run, and the table shows their ratio. Goals are those of the
//! specification's page on quality.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
#![allow(missing_docs, reason = "a program")]

mod accounts;
mod billing;
mod calls;
mod health;
mod invites;
mod months;
mod pages;
mod postgres;
mod raw;
mod raw_postgres;
mod roster;
mod row;
mod scale;
mod table;
mod throughput;
mod world;

use std::path::Path;
use std::time::Duration;

use criterion::Criterion;

/// Where criterion keeps what it measured.
pub const FIGURES: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/criterion");

fn main() {
    let asked = |what: &str| std::env::args().any(|argument| argument == what);
    if asked("throughput") {
        return table::print(&throughput::rows());
    }
    if asked("postgres") {
        return table::print(&postgres::rows());
    }
    if asked("scale") {
        return table::print(&scale::rows());
    }
    if asked(row::FIRST) {
        return row::answer_first();
    }
    if asked("row") {
        return row::print();
    }
    let mut criterion = Criterion::default()
        .output_directory(Path::new(FIGURES))
        .sample_size(20)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
        .without_plots()
        .configure_from_args();
    calls::measure(&mut criterion);
    invites::measure(&mut criterion);
    pages::measure(&mut criterion);
    accounts::measure(&mut criterion);
    criterion.final_summary();

    table::print(
        &[
            calls::rows(),
            invites::rows(),
            pages::rows(),
            accounts::rows(),
            health::rows(),
            billing::rows(),
            months::rows(),
            throughput::rows(),
            vec![table::Row::size(
                "component, stripped",
                clientdesk_host::BUILT_IN.len(),
                3 * 1024 * 1024,
            )],
        ]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>(),
    );
}
