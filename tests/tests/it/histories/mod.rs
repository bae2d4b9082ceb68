//! Random histories of billing over three years, against a reference that recomputes everything
//! from the list of what happened (`clientdesk_tests::billing_reference`): ledger, invoices,
//! summary, items and forecast say what it says, to the cent and the millisecond, at any moment
//! and however late the jobs are. A quote is kept to, or refused. What accounts come to is
//! compared without rows, and faster: [`accounts`]. Who gets in, what may be used, and who acts for
//! whom has histories and a reference of its own: [`people`].
//!
//! `CLIENTDESK_HISTORIES=0..20000 cargo test --release -p clientdesk-tests -- histories` plays those of
//! these seeds; one that fails is named, and `23..24` plays it alone.

mod account_moves;
mod accounts;
mod compare;
mod moves;
mod people;
mod play;
mod quotes;

use core::ops::Range;

use libtest_mimic::Trial;

use self::play::Play;
use crate::trial;

pub fn trials() -> Vec<Trial> {
    vec![
        trial("histories/the_books_are_the_references", the_books_are_the_references),
        trial("histories/a_quote_is_kept_or_refused", quotes::a_quote_is_kept_or_refused),
        trial(
            "histories/accounts_owe_what_the_reference_says",
            accounts::accounts_owe_what_the_reference_says,
        ),
        trial(
            "histories/accounts_and_people_are_the_references",
            people::accounts_and_people_are_the_references,
        ),
    ]
}

/// The seeds of the histories that are played, unless somebody asks for others.
const HISTORIES: Range<u64> = 0..300;
/// How many commands one has.
const COMMANDS: usize = 45;

/// How many things may happen to an agency that is closed.
const CLOSED_COMMANDS: usize = 6;

/// The seeds of those that are played.
fn histories() -> Range<u64> {
    let asked = std::env::var("CLIENTDESK_HISTORIES").ok();
    let range = asked.as_deref().and_then(|asked| {
        let (start, end) = asked.split_once("..")?;
        Some(start.parse().ok()?..end.parse().ok()?)
    });
    assert!(asked.is_none() || range.is_some(), "{asked:?} isn't as `0..20000`");
    range.unwrap_or(HISTORIES)
}

fn the_books_are_the_references() {
    let (mut lines, mut invoices) = (0, 0);
    for seed in histories() {
        let mut play = Play::new(seed);
        for _ in 0..COMMANDS {
            play.pass_time();
            play.command();
            if play.dice.below(6) == 0 {
                compare::readers(&play);
                play.jobs();
                compare::books(&play);
                compare::readers(&play);
            }
        }
        if play.dice.below(3) == 0 {
            play.pass_time();
            play.close();
            compare::readers(&play);
            for _ in 0..CLOSED_COMMANDS {
                play.pass_time();
                play.closed_command();
                compare::readers(&play);
            }
            play.jobs();
            compare::books(&play);
            compare::readers(&play);
        }
        play.pass_time();
        play.jobs();
        let books = compare::books(&play);
        (lines, invoices) = (lines + books.lines.len(), invoices + books.invoices.len());
    }
    if histories() == HISTORIES {
        assert!(lines > 10_000 && invoices > 2_000, "{lines} lines on {invoices} show little");
    }
}
