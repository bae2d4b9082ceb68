//! Command lines that can't be read: what is wrong, in few words.

use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::failure::Failure;
use super::format::cut;
use super::output::Form;

/// What echoes what somebody typed.
const ECHOES: [ContextKind; 3] =
    [ContextKind::InvalidArg, ContextKind::InvalidSubcommand, ContextKind::InvalidValue];

/// What is said of numbers, and what people understand.
const NUMBERS: [(&str, &str); 3] = [
    ("invalid digit found in string", "expected a whole number"),
    ("cannot parse integer from empty string", "expected a whole number"),
    ("number too large to fit in target type", "the number is too large"),
];

/// Prints help and the version, or says what is wrong: as JSON where that is asked for.
pub(crate) fn report(mut error: clap::Error) -> ExitCode {
    if !error.use_stderr() || error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        let printed = error.print();
        return match (printed.is_ok(), error.exit_code()) {
            (true, 0) => ExitCode::SUCCESS,
            _ => ExitCode::from(2),
        };
    }
    for kind in ECHOES {
        if let Some(ContextValue::String(text)) = error.get(kind) {
            let short = cut(text);
            error.insert(kind, ContextValue::String(short));
        }
    }
    let form = match std::env::args_os().any(|word| word == "--json") {
        true => Form::Json,
        false => Form::Table,
    };
    let mut text = error.render().to_string();
    for (said, meant) in NUMBERS {
        text = text.replace(said, meant);
    }
    let text = text.strip_prefix("error: ").unwrap_or(&text);
    Failure::Usage(text.trim_end().to_owned()).report(form)
}
