//! The README's commands, run as they stand there.

use std::fs;
use std::path::Path;

use crate::program::Desk;

fn readme() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md");
    fs::read_to_string(path).unwrap()
}

/// The blocks of commands for the shell that call the program by its name.
fn blocks() -> Vec<String> {
    let readme = readme();
    let blocks = readme.split("```sh\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    let blocks = blocks.filter(|block| block.contains("clientdesk "));
    // The test has its own.
    let own = |block: &str| {
        let lines = block.lines().filter(|line| !line.starts_with("alias "));
        lines.collect::<Vec<_>>().join("\n")
    };
    blocks.map(own).collect()
}

#[test]
fn the_commands_do_what_they_say() {
    let desk = Desk::empty();
    let roster = "Name,E-mail,Brands\nBen Baker,ben@nike.example,Nike\n";
    fs::write(desk.path("roster.csv"), roster).unwrap();
    let blocks = blocks();
    assert!(blocks.len() >= 2, "{blocks:?}");
    for block in blocks {
        let said = desk.script(&block);
        assert_eq!(said.code, Some(0), "{block}\n{}\n{}", said.out, said.error);
    }
}

/// The first screen is what `demo` prints, but for the part that is left out.
#[test]
fn the_first_screen_is_what_the_demo_prints() {
    let desk = Desk::empty();
    let out = desk.run(&["demo", "--store", "demo.db"]).out;
    let readme = readme();
    let shown = readme.split("```text\n").nth(1).unwrap().split("```").next().unwrap();
    let (begin, end) = shown.split_once("…\n").unwrap();
    assert!(out.starts_with(begin), "the README shows\n{begin}\nand the demo prints\n{out}");
    assert!(out.contains(end), "{out}");
}
