//! The document: what was noted, as Markdown.

use std::fmt::Write as _;

use super::notes::{CaseNote, Notes, StepNote};
use super::words;
use crate::file::Scenario;

/// For whoever opens the file to change it.
const NOTE: &str =
    "<!-- Printed by `clientdesk run --book`: change the stories, not this file. -->";

/// The beginning.
pub(super) fn front(title: &str, about: Option<&str>) -> String {
    let mut text = format!("{NOTE}\n\n# {title}\n");
    if let Some(about) = about {
        paragraph(&mut text, about);
    }
    text
}

/// The beginning of a chapter; nothing, if it has no title.
pub(super) fn chapter(text: &mut String, title: &str, about: &str) {
    if !title.is_empty() {
        paragraph(text, &format!("## {title}"));
        paragraph(text, about);
    }
}

/// A story.
pub(super) fn section(text: &mut String, story: &Scenario, notes: &Notes) {
    paragraph(text, &format!("### {}", story.title));
    if let Some(about) = &story.about {
        paragraph(text, about);
    }
    let given: Vec<&str> = story.given.iter().map(|given| given.title.as_str()).collect();
    if !given.is_empty() {
        paragraph(text, &format!("*Given: {}.*", given.join("; ")));
    }
    let mut clock = None;
    // Sentences in a row are one list.
    let mut in_list = false;
    for step in notes.steps.iter().filter(|step| step.file == story.file) {
        if let Some(part) = &step.part {
            paragraph(text, &format!("#### {part}"));
            in_list = false;
        }
        let begin = step.cases.first().map_or(story.start, |case| case.now);
        if clock != Some(begin) {
            let time = clock.map_or_else(|| words::time(begin), |from| words::passing(from, begin));
            paragraph(text, &format!("*{time}*"));
            in_list = false;
        }
        if !in_list {
            text.push('\n');
        }
        in_list = true;
        // Time passes since it was told last.
        clock = Some(told(text, step, begin));
    }
}

/// Writes the step as items of a list, and gives the last time that it tells.
fn told(text: &mut String, step: &StepNote, begin: u64) -> u64 {
    let StepNote { say, times, rehearsed, cases, .. } = step;
    let times = if *times > 1 { format!(" ({times} times)") } else { String::new() };
    let indent = match say {
        Some(say) => {
            item(text, "", &format!("{say}{times}"));
            "  "
        }
        None => "",
    };
    if *rehearsed {
        item(text, indent, "This holds when any of the storage calls fails, one after another.");
    }
    let mut clock = begin;
    let mut silent: Vec<&CaseNote> = Vec::new();
    for case in cases {
        match &case.say {
            None => silent.push(case),
            Some(say) => {
                outcome(text, indent, &silent);
                silent.clear();
                let time = match case.now == clock {
                    true => String::new(),
                    false => format!("*{}.* ", words::time(case.now)),
                };
                clock = case.now;
                item(text, indent, &format!("{time}{say}"));
                outcome(text, &format!("{indent}  "), &[case]);
            }
        }
    }
    outcome(text, indent, &silent);
    clock
}

/// Why it was refused, and which mails went out.
fn outcome(text: &mut String, indent: &str, cases: &[&CaseNote]) {
    let mut refusals: Vec<&str> = Vec::new();
    for refusal in cases.iter().filter_map(|case| case.refusal.as_deref()) {
        if !refusals.contains(&refusal) {
            refusals.push(refusal);
        }
    }
    for refusal in refusals {
        item(text, indent, &format!("Refused: {refusal}."));
    }
    for mail in words::mails(cases) {
        item(text, indent, &mail);
    }
}

// Writing to a string never fails.

fn paragraph(text: &mut String, paragraph: &str) {
    let _ = write!(text, "\n{}\n", paragraph.trim());
}

fn item(text: &mut String, indent: &str, item: &str) {
    let _ = writeln!(text, "{indent}- {}", item.replace('\n', " "));
}
