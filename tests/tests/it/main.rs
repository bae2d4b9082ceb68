//! Everything that is tested from outside: one binary, one named test for each check.
//!
//! | to find | open |
//! | --- | --- |
//! | stores in PostgreSQL and etcd, where there is a server | [`servers`] |
//! | every story of `scenarios/`, in every way of running | [`corpus`] |
//! | that a store is whole, whatever happened | [`derived`] |
//! | that its ledgers and invoices agree | [`books`] |
//! | that the book in `docs/` is what they tell | [`book`] |
//! | that recordings of stories play back | [`recordings`] |
//! | the component without WebAssembly | [`native`], [`contract`] |
//! | that no secret gets out, and no vendor's name | [`secrets`] |
//! | hosts that get in each other's way | [`races`] |
//! | who gets the last of what an account may use | [`seats`] |
//! | that a damaged row spoils nothing else | [`damage`] |
//! | what fuzzing found once | [`fuzzed`] |
//! | that list, counts and overview say the same | [`agree`] |
//! | that what was committed is answered as done | [`commits`] |
//! | commands with as many brands as a client may have | [`crowded`] |
//! | jobs whose store fails, or whom others get in the way of | [`jobs`] |
//! | clocks that jump | [`jumps`] |
//! | many invites with a quote, and who gets in between | [`quoted_rows`] |
//! | what is owed after silences | [`renewals`] |
//! | histories in which much goes wrong | [`simulated`] |
//! | what is owed in random histories, against a reference | [`histories`] |
//! | logs longer than a call looks at | [`log`] |
//! | that verifying a log sees every change | [`tamper`] |
//! | a call of every function | [`calls`] |
//! | how often hosts are asked about time zones | [`zones`] |
//! | the HTTP service: stories, and who learns what by which key | [`served`] |
//! | sessions that go on for days | [`sessions`] |
//! | that whatever names a key is counted | [`keyed`] |
//! | who may call what | [`roles`] |
//! | what a token of a sign-in on an account's behalf is worth | [`acting`] |
//! | what an account's status means for every function | [`statuses`] |
//! | that no agency learns anything of another | [`tenants`] |
//! | what the built component imports and exports | [`boundary`] |
//! | what checks a host, and that it finds what is broken | [`check_host`] |
//! | that a store of the release before opens | [`upgrade`] |
//! | that a store with other spellings is found by today's | [`respelling`] |
//! | numbers that are out of range | [`numbers`] |
//! | that the OpenAPI document is what the WIT says | [`openapi`] |
//! | that the contract's page is what the WIT says | [`reference`] |
//! | hostile texts, and texts in two spellings | [`texts`] |
//! | arguments as long as a book | [`echoes`] |
//! | that nothing of an erased person is left in any row | [`erasing`] |
//! | nor in any file, and what happens when the host fails | [`traces`] |
//! | an agency that goes from one store to another | [`moving`] |
//! | that stock runtimes can call and answer it | [`stock`] |
//! | that the list of words is what the code says | [`kinds`] |
//! | that the repository keeps its own rules | [`tidy`], [`modules`] |
//!
//! The story `billing/monthly` alone: `cargo test -p clientdesk-tests -- billing/monthly`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that fails panics"
)]

mod acting;
mod agree;
mod book;
mod books;
mod boundary;
mod calls;
mod check_host;
mod commits;
mod contract;
mod corpus;
mod crowded;
mod damage;
mod derived;
mod echoes;
mod erasing;
mod fuzzed;
mod histories;
mod jobs;
mod jumps;
mod keyed;
mod kinds;
mod log;
mod modules;
mod moving;
mod native;
mod numbers;
mod openapi;
mod quoted_rows;
mod races;
mod recordings;
mod reference;
mod renewals;
mod repair;
mod respelling;
mod roles;
mod seats;
mod secrets;
mod served;
mod servers;
mod sessions;
mod simulated;
mod statuses;
mod stock;
mod tamper;
mod tenants;
mod texts;
mod tidy;
mod traces;
mod upgrade;
mod zones;

use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    // Those that take long come first: none of them is alone at the end.
    let trials = [
        simulated::trials(),
        repair::trials(),
        moving::trials(),
        tidy::trials(),
        modules::trials(),
        contract::trials(),
        boundary::trials(),
        check_host::trials(),
        stock::trials(),
        numbers::trials(),
        openapi::trials(),
        reference::trials(),
        texts::trials(),
        roles::trials(),
        acting::trials(),
        statuses::trials(),
        secrets::trials(),
        tenants::trials(),
        corpus::trials(),
        served::trials(),
        book::trials(),
        recordings::trials(),
        races::trials(),
        seats::trials(),
        agree::trials(),
        commits::trials(),
        crowded::trials(),
        quoted_rows::trials(),
        jobs::trials(),
        jumps::trials(),
        keyed::trials(),
        renewals::trials(),
        histories::trials(),
        log::trials(),
        tamper::trials(),
        damage::trials(),
        fuzzed::trials(),
        upgrade::trials(),
        respelling::trials(),
        kinds::trials(),
        zones::trials(),
        sessions::trials(),
        echoes::trials(),
        erasing::trials(),
        traces::trials(),
        servers::trials(),
    ];
    libtest_mimic::run(&arguments, trials.into_iter().flatten().collect()).exit_code()
}

/// A test that fails when `check` panics.
fn trial(name: &str, check: fn()) -> Trial {
    Trial::test(name, move || {
        check();
        Ok(())
    })
}

pub use clientdesk_tests::repository;
