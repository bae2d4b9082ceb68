//! The reference's own ledgers hold what holds for any ledger.

use crate::billing_reference::history::{Amount, Event, History, Payer, What};
use crate::billing_reference::line::{Item, Line};
use crate::billing_reference::reading::{quote, report, run_rate};
use crate::billing_reference::{generate, invariants};

fn check(seed: u64, plain: bool) -> Result<(), String> {
    let (history, now) = generate::history(seed, 1100, plain);
    let all = report(&history, now);
    let lines: Vec<Line> = all.iter().flat_map(|books| books.lines.clone()).collect();
    invariants::plans_are_price_by_time(&history, &lines, now)?;
    for books in all {
        invariants::ledger_and_invoices_agree(&books.lines, &books.invoices, &books.payer, now)?;
        invariants::never_more_credit_than_charges(&books.lines)?;
        if books.payer == Payer::Agency {
            invariants::white_label_is_price_by_time(&history, &books.lines, now)?;
            if history.closed().is_some() {
                assert_eq!((books.run_rate, books.items.len()), (0, 0), "nothing is renewed");
                continue;
            }
            let mut alone = history.clone();
            alone.events.retain(|event| !about_accounts(event));
            let rate = run_rate(&alone, &Payer::Agency, now);
            invariants::run_rate_follows_from_access(&history, rate, now)?;
            let items = books.items.iter().filter(|item| matches!(item.item, Item::WhiteLabel(_)));
            let running = invariants::brands(&history)
                .into_iter()
                .filter(|brand| invariants::has_access(&history, brand, now));
            assert_eq!(items.count(), running.count());
        }
        let sum: Amount = books.lines.iter().map(|line| line.amount).sum();
        assert_eq!(books.total, sum);
    }
    Ok(())
}

fn about_accounts(event: &Event) -> bool {
    matches!(event.what, What::Activate { .. } | What::Switch { .. })
}

#[test]
fn random_histories_hold_the_invariants() {
    for seed in 0..60 {
        let outcome = check(seed, seed % 2 == 0);
        assert_eq!(outcome, Ok(()), "seed {seed}");
    }
}

/// What is booked never changes: an earlier look sees the beginning of what a later one sees.
#[test]
fn a_ledger_only_grows() {
    for seed in 100..120 {
        let (history, end) = generate::history(seed, 800, false);
        let half = history.created + (end - history.created) / 2;
        let early = report(&history, half);
        let late = report(&history, end);
        for (early, late) in early.iter().zip(&late) {
            assert!(early.payer == late.payer || early.payer != Payer::Agency);
            if early.payer != late.payer {
                continue;
            }
            assert!(early.lines.iter().all(|line| late.lines.contains(line)), "seed {seed}");
            assert!(late.invoices.starts_with(&early.invoices), "seed {seed}");
        }
    }
}

/// A quote is what doing it books.
#[test]
fn a_quote_is_what_is_booked_then() {
    for seed in 200..230 {
        let (mut history, _) = generate::history(seed, 200, false);
        let Some(last) = history.events.pop() else { continue };
        let now = last.at;
        let quoted = quote(&history, last.clone(), &Payer::Agency);
        let sum = |history: &History| report(history, now).first().map_or(0, |books| books.total);
        let before = sum(&history);
        history.events.push(last);
        assert_eq!(quoted.now, sum(&history) - before, "seed {seed}");
    }
}
