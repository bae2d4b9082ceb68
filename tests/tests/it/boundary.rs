//! The security promise: what the built component imports and exports, to the last function.

use std::collections::BTreeMap;

use libtest_mimic::Trial;

use crate::contract::Contract;
use crate::corpus::host;
use crate::trial;

pub fn trials() -> Vec<Trial> {
    vec![
        trial("boundary/it_imports_four_interfaces", it_imports_four_interfaces),
        trial("boundary/it_exports_the_contract", it_exports_the_contract),
        trial("boundary/every_export_can_be_called_natively", every_export_can_be_called_natively),
    ]
}

fn it_imports_four_interfaces() {
    let imports = host().imports().iter();
    let mut imports: Vec<String> =
        imports.map(|import| format!("{}: {}", import.name, import.functions.join(", "))).collect();
    imports.sort();
    let expected = [
        "clientdesk:host/clock@0.1.0: now",
        "clientdesk:host/mail@0.1.0: send",
        "clientdesk:host/secrets@0.1.0: random, keys",
        "clientdesk:host/storage@0.1.0: get, scan, commit",
    ];
    assert_eq!(imports, expected);
}

fn it_exports_the_contract() {
    let mut exports: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for function in host().functions() {
        let interface = function.interface().expect("every function is in an interface");
        let name = function.name().split_once('.').map_or(function.name(), |(_, name)| name);
        exports.entry(interface.to_owned()).or_default().push(name);
    }
    let listed: Vec<String> = exports
        .iter()
        .map(|(name, functions)| format!("{name}: {}", functions.join(", ")))
        .collect();
    let expected = [
        "clientdesk:core/agencies@0.1.0: create, get, move-portal, reset-clock, settings, update",
        "clientdesk:core/audit@0.1.0: activity, export, head, list, read, verify",
        "clientdesk:core/billing@0.1.0: items, ledger, summary",
        "clientdesk:core/brands@0.1.0: archive, create, list, rename",
        "clientdesk:core/clients@0.1.0: add-brands, copy-link, counts, detail, erase, export, \
         get, invite-by-email, invite-by-link, invite-many, list, remove-brands, report, \
         resend, reset-password, revoke, set-permissions, update",
        "clientdesk:core/health@0.1.0: explain, history, overview",
        "clientdesk:core/jobs@0.1.0: outbox, report-bounce, retry, run, stuck",
        "clientdesk:core/portal@0.1.0: accept, admit, change-email, change-password, \
         confirm-email, export, forgot-password, log-in, log-out, me, open, record, \
         reset-password, sign-up, switch-brand, theme, view-page",
        "clientdesk:core/system@0.1.0: schema",
    ];
    assert_eq!(listed, expected);
    let exported: Vec<&str> = host().functions().map(|function| function.name()).collect();
    let contract: Vec<&str> = Contract::get().functions().collect();
    assert_eq!(exported, contract, "the component exports what the WIT says");
}

fn every_export_can_be_called_natively() {
    let mut natively: Vec<&str> = clientdesk_component::guest::native::functions().collect();
    natively.sort_unstable();
    let contract: Vec<&str> = Contract::get().functions().collect();
    assert_eq!(natively, contract);
}
