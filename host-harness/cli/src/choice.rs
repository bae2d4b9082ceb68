//! What is chosen on the command line, as the contract calls it.

use clap::ValueEnum;

/// The name on the command line, which is the contract's.
pub(crate) fn contract_name(choice: Option<impl ValueEnum>) -> Option<String> {
    choice?.to_possible_value().map(|value| value.get_name().to_owned())
}
