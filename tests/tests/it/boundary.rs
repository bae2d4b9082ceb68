//! The security promise: what the built component imports and exports, to the last function.

use std::fs;

use clientdesk_host::Host;
use libtest_mimic::Trial;

use crate::contract::Contract;
use crate::corpus::host;
use crate::{repository, trial};

pub fn trials() -> Vec<Trial> {
    vec![
        trial("boundary/it_imports_four_interfaces", it_imports_four_interfaces),
        trial("boundary/it_exports_the_contract", it_exports_the_contract),
        trial("boundary/every_export_can_be_called_natively", every_export_can_be_called_natively),
    ]
}

fn it_imports_four_interfaces() {
    imports_four_interfaces(host());
}

/// Whatever runs in a host imports what a host gives, and nothing else.
pub fn imports_four_interfaces(host: &Host) {
    let imports = host.imports().iter();
    let mut imports: Vec<String> =
        imports.map(|import| format!("{}: {}", import.name, import.functions.join(", "))).collect();
    imports.sort();
    let expected = [
        "clientdesk:host/clock@0.1.0: now, offset",
        "clientdesk:host/mail@0.1.0: send, forget",
        "clientdesk:host/secrets@0.1.0: random, keys",
        "clientdesk:host/storage@0.1.0: get, scan, commit, scrub",
    ];
    assert_eq!(imports, expected);
}

/// `tests/roles.txt` lists the functions, the contract says what they are, and the component
/// has them all and no more.
fn it_exports_the_contract() {
    let exported: Vec<&str> = host().functions().map(|function| function.name()).collect();
    let contract: Vec<&str> = Contract::get().functions().collect();
    assert_eq!(exported, contract, "the component exports what the WIT says");
    let roles = fs::read_to_string(repository("tests/roles.txt")).unwrap();
    let listed = roles.lines().filter_map(|line| line.split_whitespace().next());
    let listed: Vec<&str> = listed.filter(|name| name.contains('.')).collect();
    assert_eq!(exported, listed, "the component exports what is listed");
    for function in host().functions() {
        let interface = function.interface().expect("every function is in an interface");
        let name = function.name().split_once('.').map(|(interface, _)| interface);
        let expected = name.map(|name| format!("clientdesk:core/{name}@0.1.0"));
        assert_eq!(Some(interface), expected.as_deref());
    }
}

fn every_export_can_be_called_natively() {
    let mut natively: Vec<&str> = clientdesk_component::guest::native::functions().collect();
    natively.sort_unstable();
    let contract: Vec<&str> = Contract::get().functions().collect();
    assert_eq!(natively, contract);
}
