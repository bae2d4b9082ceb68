//! From runs to ledger lines: each line worked out from the beginning.

use crate::billing_reference::accounts;
use crate::billing_reference::calendar::{month, month_of, share};
use crate::billing_reference::frame::{Frame, Stretch};
use crate::billing_reference::history::{Amount, History, Moment, Off, Payer, Time, What};
use crate::billing_reference::line::{Item, Kind, Line, Reason, Working};
use crate::billing_reference::prices;
use crate::billing_reference::runs::{self, Ending, Run};

/// A debit: what it covers, what it comes to, and what is taken off it.
struct Debit<'a> {
    run: &'a Run,
    stretch: Stretch,
    working: Working,
    amount: Amount,
    off: Vec<(String, Amount, Option<Working>)>,
}

impl Debit<'_> {
    fn net(&self) -> Amount {
        self.amount - self.off.iter().map(|(_, amount, _)| amount).sum::<Amount>()
    }

    fn line(&self, frame: &Frame, kind: Kind, amount: Amount) -> Line {
        let at = self.stretch.booked.at;
        Line {
            at,
            booked: self.stretch.booked,
            payer: self.run.payer.clone(),
            item: self.run.item.clone(),
            kind,
            amount,
            covers_from: at,
            covers_to: self.stretch.to,
            reason: self.stretch.reason,
            note: plan_of(self.run),
            working: None,
            invoiced_at: self.invoiced_at(frame),
        }
    }

    /// A renewal at a month's start stands on the invoice that closes then, and so does the
    /// start of what an account pays for itself at its anchor. A plan that takes the place of
    /// another in that same millisecond doesn't, nor does the credit of the other.
    fn invoiced_at(&self, frame: &Frame) -> Time {
        let at = self.stretch.booked.at;
        let of_account = self.run.payer != Payer::Agency;
        let begins = matches!(self.stretch.reason, Reason::Started | Reason::Switched);
        let first = of_account && begins && frame.anchor(&self.run.payer) == Some(at);
        if self.stretch.renews || first { at } else { next_closing(frame, &self.run.payer, at) }
    }
}

/// A plan's charges and credits say which plan.
fn plan_of(run: &Run) -> Option<String> {
    matches!(run.item, Item::Plan(_)).then(|| run.product.clone())
}

/// The first month of a payer that begins after a time.
fn next_closing(frame: &Frame, payer: &Payer, at: Time) -> Time {
    frame.month_at(payer, at).map_or(Time::MAX, |month| month.end)
}

/// All runs of a history up to `now`.
pub fn all_runs(frame: &Frame) -> Vec<Run> {
    let mut all = runs::white_label(frame.history, frame.now);
    all.extend(accounts::runs(frame));
    all
}

/// The ledgers of all payers up to `now`. Sorted by `at`, then by item (`Item::order`), then in
/// the order in which they are booked; a credit before the charge of what takes its place, a
/// charge before its discounts, and these as they are applied: volume, percentage, amount.
pub fn lines(history: &History, now: Time) -> Vec<Line> {
    let history = history.up_to(now);
    let frame = Frame::new(&history, now);
    let runs = all_runs(&frame);
    let mut debits: Vec<Debit> =
        runs.iter().flat_map(|run| debits_of(&frame, &runs, run)).collect();
    debits.sort_by(|a, b| a.run.item.order().cmp(&b.run.item.order()));
    take_amounts_off(&frame, &mut debits);
    let mut lines: Vec<Line> = debits.iter().flat_map(|debit| debit_lines(&frame, debit)).collect();
    lines.extend(runs.iter().filter_map(|run| credit_of(&frame, &debits, run)));
    lines.extend(adjustments(&frame));
    lines.sort_by(|a, b| {
        let key = |line: &Line| (line.at, line.booked, line.kind);
        let (left, right) = (key(a), key(b));
        let items = a.item.order().cmp(&b.item.order());
        left.0.cmp(&right.0).then(items).then(left.1.cmp(&right.1)).then(left.2.cmp(&right.2))
    });
    lines
}

fn debits_of<'a>(frame: &Frame, runs: &[Run], run: &'a Run) -> Vec<Debit<'a>> {
    let stretches = frame.stretches(run).into_iter();
    let debits = stretches.filter_map(|stretch| {
        let price = prices::price(frame, runs, run, &stretch);
        let working = prices::debit(frame, price, &stretch)?;
        let amount = prices::worked_out(&working);
        let mut debit = Debit { run, stretch, working, amount, off: Vec::new() };
        if run.payer == Payer::Agency {
            take_percentages_off(frame, runs, &mut debit);
        }
        Some(debit)
    });
    debits.collect()
}

fn take_percentages_off(frame: &Frame, runs: &[Run], debit: &mut Debit) {
    let booked = debit.stretch.booked;
    if matches!(debit.run.item, Item::Plan(_))
        && let Some((basis_points, catalog)) = prices::volume_discount(frame, runs, booked.at)
    {
        take_percentage_off(debit, "Volume discount", basis_points, catalog);
    }
    if let Some((name, Off::BasisPoints(basis_points))) =
        prices::discount(frame, booked, booked.at, true)
    {
        take_percentage_off(debit, &name, basis_points, debit.working.catalog);
    }
}

fn take_percentage_off(debit: &mut Debit, name: &str, basis_points: u32, catalog: usize) {
    let working = Working {
        base: debit.net(),
        numerator: i64::from(basis_points),
        denominator: 10_000,
        catalog,
    };
    let amount = prices::worked_out(&working);
    if amount != 0 {
        debit.off.push((name.to_owned(), amount, Some(working)));
    }
}

/// At the start of each of its months, an amount is taken off what renews then, split by largest
/// remainder. The debits are sorted by item.
fn take_amounts_off(frame: &Frame, debits: &mut [Debit]) {
    for k in 0.. {
        let start = month(frame.history.created, k);
        if start > frame.now {
            return;
        }
        let off = prices::discount(frame, Moment::due(start), start, false);
        let Some((name, Off::Amount(most))) = off else { continue };
        let mut renewing: Vec<&mut Debit> = debits
            .iter_mut()
            .filter(|debit| {
                let stretch = &debit.stretch;
                debit.run.payer == Payer::Agency && stretch.renews && stretch.booked.at == start
            })
            .collect();
        let nets: Vec<Amount> = renewing.iter().map(|debit| debit.net()).collect();
        let shares = largest_remainder(most, &nets);
        for (debit, amount) in renewing.iter_mut().zip(shares) {
            if amount != 0 {
                debit.off.push((name.clone(), amount, None));
            }
        }
    }
}

/// Splits an amount, or the sum of the parts if that is less, in proportion to the parts.
pub fn largest_remainder(most: Amount, parts: &[Amount]) -> Vec<Amount> {
    let sum: Amount = parts.iter().sum();
    if sum == 0 {
        return parts.iter().map(|_| 0).collect();
    }
    let off = most.min(sum);
    let exact = |part: Amount| i128::from(off) * i128::from(part);
    let floor = |part: Amount| exact(part) / i128::from(sum);
    let mut shares: Vec<i128> = parts.iter().map(|part| floor(*part)).collect();
    let mut places: Vec<(usize, i128)> =
        parts.iter().map(|part| exact(*part) % i128::from(sum)).enumerate().collect();
    // Stable: where two remainders are the same, the first one in order comes first.
    places.sort_by_key(|(_, remainder)| std::cmp::Reverse(*remainder));
    let mut left = i128::from(off) - shares.iter().sum::<i128>();
    for (place, _) in places {
        if let Some(share) = shares.get_mut(place).filter(|_| left > 0) {
            *share += 1;
            left -= 1;
        }
    }
    shares.into_iter().filter_map(|share| Amount::try_from(share).ok()).collect()
}

fn debit_lines(frame: &Frame, debit: &Debit) -> Vec<Line> {
    let charge = debit.line(frame, Kind::Charge, debit.amount);
    let discounts = debit.off.iter().map(|(name, amount, working)| Line {
        note: Some(name.clone()),
        working: *working,
        ..debit.line(frame, Kind::Discount, -amount)
    });
    std::iter::once(Line { working: Some(debit.working), ..charge }).chain(discounts).collect()
}

fn credit_of(frame: &Frame, debits: &[Debit], run: &Run) -> Option<Line> {
    let Ending::Credited(reason) = run.ending else { return None };
    let to = run.to.filter(|to| to.at <= frame.now)?;
    let of_run = debits.iter().filter(|debit| std::ptr::eq(debit.run, run));
    let latest = of_run.max_by_key(|debit| debit.stretch.booked)?;
    // In a closed agency it may have run out before.
    if to.at > latest.stretch.to {
        return None;
    }
    let debited = (latest.net(), latest.working.catalog);
    let working = prices::credit(frame, debited, &latest.stretch, to.at)?;
    let amount = -share(working.base, working.numerator, working.denominator);
    Some(Line {
        at: to.at,
        booked: to,
        payer: run.payer.clone(),
        item: run.item.clone(),
        kind: Kind::Credit,
        amount,
        covers_from: to.at,
        covers_to: latest.stretch.to,
        reason,
        note: plan_of(run),
        working: Some(working),
        invoiced_at: next_closing(frame, &run.payer, to.at),
    })
}

fn adjustments(frame: &Frame) -> Vec<Line> {
    let booked = frame.history.moments().filter_map(|(moment, event)| {
        let What::Adjust { payer, amount, note, effective_at } = &event.what else { return None };
        let anchor = frame.anchor(payer)?;
        month_of(anchor, event.at)?;
        Some(Line {
            at: *effective_at,
            booked: moment,
            payer: payer.clone(),
            item: Item::Adjustment(note.clone()),
            kind: Kind::Adjustment,
            amount: *amount,
            covers_from: *effective_at,
            covers_to: *effective_at,
            reason: Reason::Adjusted,
            note: Some(note.clone()),
            working: None,
            invoiced_at: next_closing(frame, payer, event.at),
        })
    });
    booked.collect()
}
