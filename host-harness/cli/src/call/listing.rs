//! Functions, for people.

use clientdesk_host::values::shape;
use clientdesk_host::{Function, Host};

use super::keyed::CALL;

/// All functions.
pub(super) fn describe_all(host: &Host) -> String {
    let mut text = "Whatever is marked with `?` is optional.\n".to_owned();
    for function in host.functions() {
        text.push('\n');
        text.push_str(&describe(function));
    }
    text
}

/// The function, a line for each parameter and one for what it gives.
pub(super) fn describe(function: &Function) -> String {
    let mut text = format!("{}\n", function.name());
    for param in function.params() {
        if param.name == CALL {
            text.push_str("    call: filled in from --agency, --as and --key\n");
        } else {
            text.push_str(&format!("    {}\n", param.shape()));
        }
    }
    if let Some(answer) = function.answer() {
        text.push_str(&format!("    -> {}\n", shape(&answer)));
    }
    text
}
