//! `rows`, natively: `clientdesk_fuzz::rows::DamagedRows`.
#![no_main]

mod common;

use clientdesk_fuzz::Subject as _;
use clientdesk_fuzz::rows::DamagedRows;
use libfuzzer_sys::fuzz_target;

thread_local! {
    static STAGES: &'static clientdesk_fuzz::Stages = Box::leak(Box::new(common::stages()));
    static SUBJECT: DamagedRows<'static> = DamagedRows::on(STAGES.with(|stages| *stages));
}

fuzz_target!(init: common::take_panics(), |bytes: &[u8]| {
    SUBJECT.with(|subject| common::examine(subject, &subject.input(bytes)));
});
