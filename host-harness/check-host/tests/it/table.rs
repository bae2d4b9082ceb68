//! Which check finds which bend.

use std::collections::BTreeSet;

use clientdesk_check_host::ports::{Entry, Storage as _, Write};
use clientdesk_check_host::{RANGE, all, find};

use crate::bent::Bend::{self, *};
use crate::bent::Bent;
use crate::sound::{Sound, host};

/// How hosts are bent, and the check that is meant to find it.
const FOUND_BY: [(Bend, &str); 66] = [
    (GetsByKey, "get-answers-in-order"),
    (GetsOnce, "get-answers-in-order"),
    (GetsNothingBadly, "get-of-nothing"),
    (ReadsLate, "reads-see-commits"),
    (SpellsAnew, "values-come-back"),
    (IgnoresCase, "keys-are-bytes"),
    (SortsLikeWords, "scan-in-key-order"),
    (IncludesTheEnd, "scan-of-a-range"),
    (IgnoresTheEnd, "scan-of-a-range"),
    (IgnoresReverse, "scan-in-reverse"),
    (TurnsAroundThePage, "scan-in-pages"),
    (RepeatsTheNext, "scan-in-pages"),
    (LosesTheNext, "scan-in-pages"),
    (ForgetsMoreAtLimit0, "scan-of-limit-0"),
    (CountsInSigned, "scan-with-a-large-limit"),
    (CommitsNothingBadly, "commit-of-nothing"),
    (InsertsOnly, "commit-writes-and-deletes"),
    (KeepsDeleted, "commit-writes-and-deletes"),
    (CountsDeleted, "commit-deletes-what-is-absent"),
    (KnowsNoAbsence, "commit-if-checks-hold"),
    (ChecksTheFirst, "commit-refused-by-any-check"),
    (WritesBeforeItRefuses, "commit-all-or-nothing"),
    (NamesAllChecks, "commit-names-failed-checks-only"),
    (ChecksOnlyWithWrites, "commit-of-checks-alone"),
    (ChecksAfterWriting, "commit-checks-before-it-writes"),
    (ScrubsOnce, "scrub-again"),
    (ScrubsRows, "scrub-again"),
    (VersionsByValue, "version-new-with-each-write"),
    (VersionsByStore, "version-stays-without-a-write"),
    (VersionsByRow, "version-never-used-again"),
    (RoundsInScans, "version-same-in-all-reads"),
    (ChecksPresence, "commands-lose-no-update"),
    (ChecksNoAbsence, "commands-create-once"),
    (ChecksWhatIsWritten, "commands-rely-on-what-they-read"),
    (LocksTheStore, "commands-pass-each-other"),
    (CutsKeys, "fits-longest-key"),
    (CutsValues, "fits-longest-value"),
    (TakesFewerRows, "fits-1000-checks-and-writes"),
    (TakesFewerBytes, "fits-4-mib"),
    (TakesLongKeys, "too-large-key"),
    (MeasuresCharacters, "too-large-value"),
    (TakesManyRows, "too-large-number-of-rows"),
    (CountsValuesOnly, "too-large-commit"),
    (TakesAnyKey, "no-other-keys"),
    (RefusesSilently, "mail-is-answered"),
    (TakesOnce, "mail-comes-again"),
    (KnowsAllMails, "mail-forgets-unknown"),
    (ForgetsOnce, "mail-forgets-again"),
    (CountsSeconds, "clock-counts-milliseconds"),
    (CountsMicroseconds, "clock-counts-milliseconds"),
    (RunsAhead, "clock-is-steady"),
    (HasAnyZone, "clock-knows-no-such-zone"),
    (CountsMinutes, "clock-offsets-are-right"),
    (KnowsWinterOnly, "clock-offsets-are-right"),
    (FarOff, "clock-offsets-of-any-time"),
    (RoundsAbout, "clock-offsets-stay"),
    (WritesHex, "random-is-as-long-as-asked"),
    (IsSeeded, "random-is-random"),
    (IsAscii, "random-is-random"),
    (HasNoKeys, "keys-are-there"),
    (HasLongNames, "keys-have-names"),
    (HasOneName, "keys-have-names"),
    (HasShortKeys, "keys-have-32-bytes"),
    (HasPassphrases, "keys-have-32-bytes"),
    (MakesKeysAnew, "keys-stay"),
    (SortsKeysAnew, "keys-stay"),
];

#[test]
fn a_sound_host_passes_all() {
    let sound = Sound::default();
    for _ in 0..2 {
        for check in all() {
            assert_eq!(check.run(&host(&sound)), Ok(()), "{}", check.name);
        }
    }
}

#[test]
fn every_bend_is_found_by_its_check() {
    for (bend, name) in FOUND_BY {
        let bent = Bent::by(bend);
        let failure = find(name).unwrap().run(&host(&bent)).expect_err(&format!("{bend:?}"));
        for text in [&failure.expected, &failure.found, &failure.advice] {
            assert!(!text.is_empty(), "{bend:?}: {failure:?}");
            assert!(text.chars().count() <= 401, "{bend:?}: {failure:?}");
        }
    }
}

#[test]
fn every_check_can_fail() {
    let names: BTreeSet<&str> = all().map(|check| check.name).collect();
    let found: BTreeSet<&str> = FOUND_BY.iter().map(|(_, name)| *name).collect();
    assert_eq!(found, names);
    assert_eq!(names.len(), all().count(), "names are unique");
}

/// What stands in the store beside the checks, and would be seen if something went wrong.
fn others() -> Vec<Write> {
    let keys = ["!", "a/acme/agency", "check-hos", "check-host", "check-host0", "host/keys", "~"];
    keys.map(|key| Write { key: key.into(), value: Some("{}".into()) }).to_vec()
}

fn rows(sound: &Sound) -> Vec<Entry> {
    sound.scan("", "~~", 1_000_000, false).unwrap().entries
}

#[test]
fn no_check_touches_what_is_anothers() {
    let sound = Sound::default();
    sound.commit(&[], &others()).unwrap();
    let before = rows(&sound);
    sound.asked.borrow_mut().clear();
    for check in all() {
        check.run(&host(&sound)).unwrap();
        let asked = sound.asked.take();
        let stranger = asked.iter().find(|key| !key.starts_with(RANGE));
        assert_eq!(stranger, None, "{}", check.name);
    }
    assert_eq!(rows(&sound), before, "and nothing is left");
    assert!(sound.taken.borrow().is_empty(), "nor of mails");
}

/// A store that gives rows outside the range that was asked for mustn't lose them. And most bends
/// are found by few checks, so that who has to mend one is led to it.
#[test]
fn a_bent_store_loses_no_row_of_anothers() {
    let mut narrow = 0;
    for (bend, meant) in FOUND_BY {
        if matches!(bend, ScrubsRows) {
            continue; // it loses them by itself
        }
        let bent = Bent::by(bend);
        bent.sound.commit(&[], &others()).unwrap();
        let before = rows(&bent.sound);
        // Those with megabytes would take minutes, and write no other keys.
        let is_small = |name: &str| !name.starts_with("fits-") && !name.starts_with("too-large");
        let checks = all().filter(|check| is_small(check.name) || check.name == meant);
        let fails = checks.filter(|check| check.run(&host(&bent)).is_err()).count();
        assert!(fails > 0, "{bend:?}");
        narrow += usize::from(fails <= 4);
        let mut after = rows(&bent.sound);
        after.retain(|row| !row.key.starts_with(RANGE));
        assert_eq!(after, before, "{bend:?}");
    }
    assert!(narrow >= 45, "only {narrow} bends are found by 4 checks or fewer");
}

/// A check that was stopped leaves rows behind; the next run of it clears them away.
#[test]
fn what_was_left_behind_is_cleared() {
    let sound = Sound::default();
    let left = Write { key: format!("{RANGE}get-of-nothing/a"), value: Some("1".into()) };
    sound.commit(&[], &[left]).unwrap();
    assert_eq!(find("get-of-nothing").unwrap().run(&host(&sound)), Ok(()));
    assert_eq!(rows(&sound), []);
}
