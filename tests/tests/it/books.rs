//! Whatever happens in a story, its books are right: every ledger adds up, each line of it stands on
//! one invoice, and the invoices say what their lines come to.

use std::collections::BTreeMap;

use clientdesk_component::app::keys;
use clientdesk_component::app::record::LedgerBlock;
use clientdesk_component::domain::billing::{Invoice, LedgerTotals, Line, PayerId};
use clientdesk_component::domain::due::{Due, DueEntry};
use clientdesk_component::domain::id::{AccountId, AgencyId};
use clientdesk_component::domain::time::Timestamp;

use crate::derived::{Store, all, entries, parsed};

/// Whether the books of an agency are right, payer by payer.
pub fn check(store: &Store, agency: &AgencyId) -> Result<(), String> {
    let prefix = format!("a/{agency}/payer/");
    for (key, value) in store.range(prefix.clone()..format!("a/{agency}/payer0")) {
        let of = key.strip_prefix(&prefix).unwrap_or(key);
        let payer = match of.strip_prefix("account/") {
            Some(account) => PayerId::Account(AccountId::parse(account).unwrap()),
            None => PayerId::Agency,
        };
        let blocks: Vec<LedgerBlock> = all(store, &keys::ledger(agency, &payer))?;
        let lines: Vec<Line> = blocks.into_iter().flat_map(|block| block.lines).collect();
        let invoices: Vec<Invoice> = all(store, &keys::invoices(agency, &payer))?;
        let totals: LedgerTotals = parsed(key, value)?;
        check_ledger(&totals, &lines).map_err(|why| format!("{key}: {why}"))?;
        check_invoices(store, agency, &payer, &totals, &lines, &invoices)
            .map_err(|why| format!("{key}: {why}"))?;
    }
    Ok(())
}

fn check_ledger(totals: &LedgerTotals, lines: &[Line]) -> Result<(), String> {
    let numbers = lines.iter().map(|line| line.number);
    if !numbers.eq(1..=totals.lines) {
        return Err(format!("its lines aren't numbered 1 to {}", totals.lines));
    }
    let sum: i64 = lines.iter().map(|line| line.amount.amount).sum();
    if sum != totals.total.amount {
        return Err(format!("its lines come to {sum}, not {:?}", totals.total));
    }
    let shares = lines.iter().filter_map(|line| Some((line, line.working?)));
    for (line, working) in shares {
        let worked_out = working.amount().unwrap().amount;
        if worked_out != line.amount.amount.abs() {
            return Err(format!("{line:?} isn't what its working comes to: {worked_out}"));
        }
    }
    Ok(())
}

fn check_invoices(
    store: &Store,
    agency: &AgencyId,
    payer: &PayerId,
    totals: &LedgerTotals,
    lines: &[Line],
    invoices: &[Invoice],
) -> Result<(), String> {
    let mut stand = BTreeMap::<Timestamp, Vec<&Line>>::new();
    for line in lines {
        if let Some(closes_at) = line.invoiced_at {
            stand.entry(closes_at).or_default().push(line);
        }
    }
    let numbers = invoices.iter().map(|invoice| invoice.number);
    if !numbers.eq(1..=totals.invoices) {
        return Err(format!("its invoices aren't numbered 1 to {}", totals.invoices));
    }
    let mut carried = 0;
    for invoice in invoices {
        let lines = stand.remove(&invoice.closed_at).unwrap_or_default();
        let (sum, count) = sum(&lines);
        let (due, left) = ((sum + carried).max(0), (sum + carried).min(0));
        let used = (-carried).min(sum.max(0));
        let says = (invoice.subtotal.amount, invoice.lines, invoice.due.amount);
        let credit = (invoice.credit_used.amount, invoice.credit_left.amount);
        if says != (sum, count, due) || credit != (used, -left) {
            let expected = format!("{sum} for {count} lines, {due} due, {used} used, {left} left");
            return Err(format!("{invoice:?} isn't {expected}"));
        }
        let taxes: i64 = invoice.taxes.iter().map(|tax| tax.amount.amount).sum();
        if invoice.total.amount != due + taxes {
            return Err(format!("{invoice:?} isn't {due} and {taxes} of taxes"));
        }
        carried = left;
    }
    if carried != totals.carried {
        return Err(format!("its invoices carry {carried}, not {}", totals.carried));
    }
    let entries = entries(store, agency);
    for (closes_at, lines) in &stand {
        let open = totals.open.iter().find(|open| open.closes_at == *closes_at);
        let open =
            open.ok_or_else(|| format!("nobody knows of the lines that close at {closes_at}"))?;
        if (open.amount, open.lines) != sum(lines) {
            return Err(format!("{open:?} isn't what its lines come to"));
        }
        let closing = match payer {
            PayerId::Agency => Due::Renewals,
            PayerId::Account(account) => Due::AccountRenewals(account.clone()),
        };
        let closes = |entry: &DueEntry| entry.due == closing && entry.at <= *closes_at;
        if !entries.iter().any(closes) {
            return Err(format!("nothing will close the invoice of {closes_at}"));
        }
    }
    if totals.open.len() == stand.len() {
        Ok(())
    } else {
        Err(format!("{:?} has invoices without lines", totals.open))
    }
}

fn sum(lines: &[&Line]) -> (i64, u64) {
    (lines.iter().map(|line| line.amount.amount).sum(), lines.len() as u64)
}
