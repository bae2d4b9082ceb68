//! `csv`, as far as it goes without the component: the bytes are a roster, which the command line
//! reads. What comes after reading is fuzzed by `clientdesk fuzz`.
#![no_main]
#![allow(dead_code, reason = "a part of the command line")]

mod common;

#[path = "../../host-harness/cli/src/format.rs"]
mod format;

/// What the command line reads rosters with.
#[path = "../../host-harness/cli/src/import"]
mod import {
    mod address;
    mod cells;
    mod columns;
    mod reading;
    mod records;
    mod roster;
    mod row;
    mod spellings;
    mod text;

    /// Reads a roster, and says what must not be.
    pub fn examine(roster: &[u8]) -> Result<(), String> {
        reading::examine(roster).map(drop)
    }
}

use clientdesk_fuzz::subject::guarded;
use clientdesk_fuzz::{Found, Subject, smaller};
use libfuzzer_sys::fuzz_target;

struct Rosters;

impl Subject for Rosters {
    fn name(&self) -> &'static str {
        "csv"
    }

    fn input(&self, bytes: &[u8]) -> Vec<u8> {
        bytes.to_vec()
    }

    fn examine(&self, input: &[u8]) -> Result<(), Found> {
        let odd = |problem: String| Found::new("a roster isn't read as it should be", problem);
        guarded(|| import::examine(input).map_err(odd))
    }

    fn smaller(&self, input: &[u8]) -> Vec<Vec<u8>> {
        smaller::texts(input)
    }

    fn ending(&self) -> &'static str {
        "csv"
    }
}

fuzz_target!(init: common::take_panics(), |roster: &[u8]| {
    common::examine(&Rosters, roster);
});
