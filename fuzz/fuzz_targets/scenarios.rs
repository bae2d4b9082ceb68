//! `scenarios`, natively: the bytes are the text of a scenario file.
#![no_main]

mod common;

use clientdesk_fuzz::scenarios::Scenarios;
use clientdesk_tests::fuzz::NativeTroupe;
use libfuzzer_sys::fuzz_target;

thread_local! {
    static TROUPE: &'static NativeTroupe = Box::leak(Box::new(NativeTroupe::new()));
    static SUBJECT: Scenarios<'static> =
        TROUPE.with(|troupe| Scenarios::like(*troupe, &common::stories()).expect("the stories"));
}

fuzz_target!(init: common::take_panics(), |text: &[u8]| {
    SUBJECT.with(|subject| common::examine(subject, text));
});
