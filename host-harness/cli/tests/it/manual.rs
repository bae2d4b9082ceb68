//! Completions and manual pages: they print, and name every command.

use std::fs;

use crate::program::Desk;

/// The commands, as `--help` lists them.
pub fn commands(desk: &Desk) -> Vec<String> {
    let help = desk.run(&["--help"]).out;
    let list = help.split("Commands:").nth(1).unwrap().split("Options:").next().unwrap();
    let names = list.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    let names: Vec<String> =
        names.map(|line| line.split_whitespace().next().unwrap().to_owned()).collect();
    for known in ["agencies", "brands", "ledger", "log", "completions", "man", "restore"] {
        assert!(names.contains(&known.to_owned()), "{names:?}");
    }
    names.into_iter().filter(|name| name != "help").collect()
}

#[test]
fn completions_name_every_command() {
    let desk = Desk::empty();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let said = desk.run(&["completions", shell]);
        assert_eq!((said.code, said.error.as_str()), (Some(0), ""), "{shell}");
        for name in commands(&desk) {
            assert!(said.out.contains(&name), "{shell}: no {name}");
        }
        assert!(said.out.contains("revoke-last"), "{shell}");
        // The others complete no values.
        let has_values = ["bash", "zsh", "fish"].contains(&shell);
        assert_eq!(said.out.contains("at-risk"), has_values, "{shell}");
    }
    desk.run(&["completions", "bsh"]).refused(2, &["possible values", "'bash'"]);
}

#[test]
fn the_manual_names_every_command() {
    let desk = Desk::empty();
    let page = desk.run(&["man"]).out;
    assert_eq!(desk.run(&["man", "--dir", "man1"]).error, "");
    for name in commands(&desk) {
        let escaped = name.replace('-', "\\-");
        assert!(page.contains(&format!("clientdesk\\-{escaped}(1)")), "{name}: {page}");
        let own = fs::read_to_string(desk.path(&format!("man1/clientdesk-{name}.1"))).unwrap();
        assert!(own.contains(&format!("clientdesk\\-{escaped} \\-")), "{own}");
        let printed = desk.run(&["man", &name]).out;
        assert_eq!(printed, own, "{name}");
    }
    assert!(desk.path("man1/clientdesk.1").exists());
    let inner = desk.run(&["man", "brands", "archive"]).out;
    assert!(inner.contains("\\-\\-revoke\\-last"), "{inner}");
}
