//! `run --record`: what stories are called, and that one which failed leaves nothing.

use std::fs;

use crate::program::Desk;

const FAILS: &str = "\
title = \"There is an agency\"
start = 2026-09-01T00:00:00Z

[[step]]
say = \"Acme is there.\"
call = \"agencies.get\"
with.id = \"acme\"
expect.name = \"Acme\"
";

#[test]
fn a_story_has_its_name_wherever_it_is_named_from() {
    let desk = Desk::empty();
    desk.story("stories/billing/monthly.toml");
    fs::write(desk.path("stories/book.toml"), "").unwrap();
    let mut recordings = Vec::new();
    for (out, given) in
        [("alone", "stories/billing/monthly.toml"), ("part", "stories/billing"), ("all", "stories")]
    {
        let said = desk.run(&["run", "--record", out, given]);
        assert_eq!((said.code, said.error.as_str()), (Some(0), ""), "{}", said.out);
        recordings.push(desk.bytes(&format!("{out}/billing/monthly.jsonl")));
    }
    assert!(recordings.iter().all(|recording| *recording == recordings[0]));
    let head = String::from_utf8(recordings.swap_remove(0)).unwrap();
    assert!(head.contains("\"story\":\"billing/monthly\""), "{:?}", head.lines().next());
}

#[test]
fn a_story_that_failed_leaves_no_recording() {
    let desk = Desk::empty();
    fs::write(desk.path("fails.toml"), FAILS).unwrap();
    fs::create_dir(desk.path("out")).unwrap();
    fs::write(desk.path("out/fails.jsonl"), "of an earlier component").unwrap();
    let said = desk.run(&["run", "--record", "out", "fails.toml"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.error.contains("1 of 1 scenarios failed"), "{said:?}");
    assert_eq!(fs::read_dir(desk.path("out")).unwrap().count(), 0);
}

#[test]
fn two_stories_are_never_one_recording() {
    let desk = Desk::empty();
    desk.story("one/monthly.toml");
    desk.story("two/monthly.toml");
    let both = ["one/monthly.toml", "two/monthly.toml"];
    let said = desk.run(&[["run", "--record", "out"].as_slice(), &both].concat());
    said.refused(2, &["one/monthly.toml", "two/monthly.toml", "monthly.jsonl"]);
    assert!(!desk.path("out").exists());
    let twice = ["run", "--record", "out", both[0], both[0]];
    assert_eq!(desk.run(&twice).code, Some(0), "the same story twice is one recording");
}
