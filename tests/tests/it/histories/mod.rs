//! Random histories of billing over three years, against a reference that recomputes everything
//! from the list of what happened (`clientdesk_tests::billing_reference`): ledger, invoices,
//! summary, items and forecast say what it says, to the cent and the millisecond, at any moment
//! and however late the jobs are. A quote is kept to, or refused.
//!
//! `CLIENTDESK_HISTORIES=20000 cargo test --release -p clientdesk-tests -- histories` plays as many
//! as that; a seed that fails is named.

mod compare;
mod moves;
mod play;
mod quotes;

use libtest_mimic::Trial;

use self::play::Play;
use crate::trial;

pub fn trials() -> Vec<Trial> {
    vec![
        trial("histories/the_books_are_the_references", the_books_are_the_references),
        trial("histories/a_quote_is_kept_or_refused", quotes::a_quote_is_kept_or_refused),
    ]
}

/// How many histories are played, unless somebody asks for another number.
const HISTORIES: u64 = 300;
/// How many commands one has.
const COMMANDS: usize = 45;

/// How many are played.
fn histories() -> u64 {
    let asked = std::env::var("CLIENTDESK_HISTORIES").ok();
    asked.and_then(|number| number.parse().ok()).unwrap_or(HISTORIES)
}

fn the_books_are_the_references() {
    let (mut lines, mut invoices) = (0, 0);
    for seed in 0..histories() {
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
        play.pass_time();
        play.jobs();
        let books = compare::books(&play);
        (lines, invoices) = (lines + books.lines.len(), invoices + books.invoices.len());
    }
    let histories = usize::try_from(histories()).unwrap();
    assert!(lines > 20 * histories, "{lines} lines show little");
    assert!(invoices > 5 * histories, "{invoices} invoices show little");
}
