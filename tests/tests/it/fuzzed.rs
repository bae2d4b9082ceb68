//! What fuzzing found once, in `fixtures/fuzz`: a test for each input.
//!
//! With `CLIENTDESK_FUZZ_SECONDS`, each target is searched for so long as well, natively, which is quicker than
//! `clientdesk fuzz`; `CLIENTDESK_FUZZ_SEED` is what inputs are drawn from.

use std::fs;
use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;
use std::{env, process};

use clientdesk_fuzz::calls::Exports;
use clientdesk_fuzz::export_files::ExportFiles;
use clientdesk_fuzz::rows::DamagedRows;
use clientdesk_fuzz::scenarios::Scenarios;
use clientdesk_fuzz::stage::STORIES;
use clientdesk_fuzz::{News, Stages, Subject, hunt};
use clientdesk_tests::fuzz::NativeTroupe;
use libtest_mimic::Trial;

use crate::{repository, trial};

/// The targets that the component and its harness have.
const TARGETS: [&str; 4] = ["exports", "rows", "scenarios", "exportfile"];

pub fn trials() -> Vec<Trial> {
    let mut trials = vec![
        trial("fuzzed/the_stages_can_be_set_up", the_stages_can_be_set_up),
        trial("fuzzed/inputs_are_the_same_from_the_same_bytes", inputs_are_the_same),
    ];
    for target in TARGETS {
        for file in found_once(target) {
            let name = format!("fuzzed/{target}/{}", file.file_stem().unwrap().to_str().unwrap());
            trials.push(Trial::test(name, move || {
                let input = fs::read(&file)?;
                with_subject(target, |subject| {
                    subject.examine(&input).map_err(|found| found.to_string())
                })?;
                Ok(())
            }));
        }
    }
    if let Some(seconds) = number("CLIENTDESK_FUZZ_SECONDS") {
        trials.extend(TARGETS.into_iter().map(|target| {
            let name = format!("fuzzed/search/{target}");
            Trial::test(name, move || Ok(search(target, Duration::from_secs(seconds))?))
        }));
    }
    trials
}

fn number(variable: &str) -> Option<u64> {
    env::var(variable).ok()?.parse().ok()
}

/// Looks for something new, and keeps the inputs in the target's folder.
fn search(target: &'static str, time: Duration) -> Result<(), String> {
    let seed = number("CLIENTDESK_FUZZ_SEED").unwrap_or(1);
    let stages = Stages::of(Rc::new(NativeTroupe::new()), repository("tests/scenarios"));
    stages.prepare()?;
    let tell = &mut |news: News<'_>| {
        if let News::Found(input, found) = news {
            eprintln!("{found}\n{}", String::from_utf8_lossy(input));
        }
    };
    let hunted = match target {
        "exports" => hunt(&Exports::on(&stages), seed, time, tell, hangs),
        "rows" => hunt(&DamagedRows::on(&stages), seed, time, tell, hangs),
        "exportfile" => hunt(&ExportFiles::of(&stages)?, seed, time, tell, hangs),
        _ => with_subject(target, |subject| hunt(subject, seed, time, tell, hangs)),
    };
    eprintln!("{target}: {} inputs from seed {seed}", hunted.inputs);
    eprintln!("{:?}\nnever answered: {:?}", stages.tally().total(), stages.tally().unanswered());
    let kept = hunted.found.iter().enumerate().map(|(number, (input, found))| {
        let file = env::temp_dir().join(format!("found-{target}-{seed}-{number}"));
        fs::write(&file, input).map_err(|error| error.to_string())?;
        Ok(format!("{found}\nthe input is in {}", file.display()))
    });
    let kept = kept.collect::<Result<Vec<String>, String>>()?;
    if kept.is_empty() { Ok(()) } else { Err(kept.join("\n\n")) }
}

fn hangs(ending: &str, input: &[u8]) {
    let file = env::temp_dir().join(format!("found-hangs.{ending}"));
    fs::write(&file, input).unwrap();
    eprintln!("an input doesn't come to an end: {}", file.display());
    process::exit(1);
}

fn found_once(target: &str) -> Vec<PathBuf> {
    let folder = repository("tests/fixtures/fuzz").join(target);
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn with_subject<T>(target: &str, with: impl FnOnce(&dyn Subject) -> T) -> T {
    let stories = repository("tests/scenarios");
    let troupe = Rc::new(NativeTroupe::new());
    let stages = Stages::of(Rc::clone(&troupe) as Rc<_>, stories.clone());
    match target {
        "exports" => with(&Exports::on(&stages)),
        "rows" => with(&DamagedRows::on(&stages)),
        "scenarios" => with(&Scenarios::like(troupe.as_ref(), &stories).unwrap()),
        "exportfile" => with(&ExportFiles::of(&stages).unwrap()),
        other => panic!("no target `{other}`"),
    }
}

fn the_stages_can_be_set_up() {
    let troupe = Rc::new(NativeTroupe::new());
    let stages = Stages::of(troupe, repository("tests/scenarios"));
    stages.prepare().unwrap();
    for story in STORIES {
        let stage = stages.stage(story).unwrap();
        assert!(!stage.rows.is_empty() && !stage.calls.is_empty(), "{story}");
        assert!(!stage.words.texts("token").is_empty() || !stage.words.texts("id").is_empty());
    }
}

/// Also in another process: otherwise a seed would say nothing.
fn inputs_are_the_same() {
    let bytes: Vec<u8> = (0..400_u32).map(|n| u8::try_from(n * n % 251).unwrap()).collect();
    for target in TARGETS {
        let draw = || with_subject(target, |subject| subject.input(&bytes));
        let input = draw();
        assert!(!input.is_empty() && input == draw(), "{target}");
        with_subject(target, |subject| subject.examine(&input)).unwrap();
    }
}
