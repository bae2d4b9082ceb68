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

/// The words of a screen, without the lines of tables, and with days in one spelling.
fn words(screen: &str) -> Vec<String> {
    let months =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let lines = screen.lines().filter(|line| !line.contains('─'));
    let mut words: Vec<String> = Vec::new();
    for word in lines.flat_map(str::split_whitespace) {
        match words.as_slice() {
            [.., day, month] if day.parse::<u8>().is_ok() && months.contains(&month.as_str()) => {
                let month = months.iter().position(|name| name == month).unwrap() + 1;
                let day = format!("{word}-{month:02}-{:02}", day.parse::<u8>().unwrap());
                words.truncate(words.len() - 2);
                words.push(day);
            }
            _ => words.push(word.to_owned()),
        }
    }
    words
}

/// The first screen says what `demo` prints, but for the part that is left out.
#[test]
fn the_first_screen_is_what_the_demo_prints() {
    let desk = Desk::empty();
    let out = words(&desk.run(&["demo", "--store", "demo.db"]).out);
    let readme = readme();
    let shown = readme.split("```text\n").nth(1).unwrap().split("```").next().unwrap();
    let (begin, end) = shown.split_once("…\n").unwrap();
    let (begin, end) = (words(begin), words(end));
    assert_eq!(out[..begin.len()], begin);
    assert!(out.windows(end.len()).any(|part| part == end), "{end:?}");
}
