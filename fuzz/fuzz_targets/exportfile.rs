//! `exportfile`, natively: the bytes are the lines of an exported agency.
#![no_main]

mod common;

use clientdesk_fuzz::export_files::ExportFiles;
use libfuzzer_sys::fuzz_target;

thread_local! {
    static STAGES: &'static clientdesk_fuzz::Stages = Box::leak(Box::new(common::stages()));
    static SUBJECT: ExportFiles<'static> =
        STAGES.with(|stages| ExportFiles::of(stages).expect("agencies that can be exported"));
}

fuzz_target!(init: common::take_panics(), |lines: &[u8]| {
    SUBJECT.with(|subject| common::examine(subject, lines));
});
