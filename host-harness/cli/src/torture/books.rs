//! An agency's log, ledger, invoices, lists and mails: whether they are whole, and agree.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, bail, ensure};
use clientdesk_host::Host;
use serde_json::{Value, json};

use super::people::Person;
use super::stage::{all, ask};
use crate::answer::{at, elements, number, rows_of, string};

/// An agency's books, as far as they were read.
#[derive(Default)]
pub(super) struct Book {
    agency: String,
    /// The log's end; none before the first look.
    head: Value,
    /// How often the log tells of each client that it was invited, and that it was revoked.
    told: BTreeMap<String, Told>,
    /// Those who must be there.
    people: Vec<Person>,
    pub(super) size: Size,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Told {
    invited: u32,
    revoked: u32,
}

/// How much there is in some books.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Size {
    pub(super) entries: u64,
    pub(super) lines: u64,
    pub(super) invoices: u64,
    pub(super) clients: u64,
}

impl Size {
    /// Both together.
    pub(super) fn add(&mut self, other: Self) {
        let Self { entries, lines, invoices, clients } = other;
        self.entries += entries;
        self.lines += lines;
        self.invoices += invoices;
        self.clients += clients;
    }
}

impl Book {
    pub(super) fn new(agency: &str) -> Self {
        Self { agency: agency.to_owned(), ..Self::default() }
    }

    /// These were made.
    pub(super) fn add(&mut self, people: &[Person]) {
        let ours = people.iter().filter(|person| person.agency == self.agency);
        self.people.extend(ours.cloned());
    }

    /// Reads on where it was read up to, and the whole ledger.
    pub(super) fn read(&mut self, host: &Host) -> Result<()> {
        self.read_log(host)?;
        self.read_ledger(host)?;
        let agency = &self.agency;
        let counts = ask(host, agency, "clients.counts", &[])?;
        let kinds = ["pending", "active", "at-risk", "churned", "revoked"];
        let sum: u64 = kinds.into_iter().map(|kind| number(&counts, kind)).sum();
        ensure!(sum == number(&counts, "all"), "`{agency}`: counts don't add up: {counts}");
        ensure!(
            sum == self.told.len() as u64,
            "`{agency}` has {sum} clients, and its log tells of {}",
            self.told.len()
        );
        self.size.clients = sum;
        Ok(())
    }

    /// Compares everything with everything; the log from its beginning.
    pub(super) fn close(&mut self, host: &Host) -> Result<()> {
        let (head, told) = (self.head.take(), std::mem::take(&mut self.told));
        self.read(host)?;
        ensure!(number(&self.head, "number") >= number(&head, "number"), "the log is shorter");
        for (id, before) in told {
            let now = self.told.get(&id).copied().unwrap_or_default();
            ensure!(now == before, "the log told {before:?} of `{id}`, and now {now:?}");
        }
        self.read_lists(host)?;
        self.read_mails(host)?;
        check_indexes(host, &json!(self.agency))
    }

    fn read_log(&mut self, host: &Host) -> Result<()> {
        let agency = &self.agency;
        let known = number(&self.head, "number");
        let mut start = known.max(1);
        loop {
            let arguments = [json!(start), Value::Null, self.head.clone()];
            let found = ask(host, agency, "audit.verify", &arguments)?;
            ensure!(at(&found, "flaw").is_null(), "the log of `{agency}` is broken: {found}");
            match at(&found, "next").as_u64() {
                Some(next) => start = next,
                None => break,
            }
        }
        let mut after = known;
        loop {
            let feed = ask(host, agency, "audit.read", &[json!(after), json!(500)])?;
            let entries = rows_of(&feed, "entries")?;
            for entry in &entries {
                after += 1;
                ensure!(number(entry, "number") == after, "`{agency}`: no log entry {after}");
                note(&mut self.told, entry);
            }
            if entries.len() < 500 {
                break;
            }
        }
        self.size.entries = after;
        self.head = ask(host, agency, "audit.head", &[])?;
        ensure!(
            number(&self.head, "number") == after,
            "`{agency}`: the log's end is {}",
            self.head
        );
        for person in &self.people {
            let told = self.told.get(&person.id).copied().unwrap_or_default();
            let expected = Told { invited: 1, revoked: u32::from(person.is_revoked) };
            ensure!(told == expected, "the log tells {told:?} of {person:?}");
        }
        Ok(())
    }

    fn read_ledger(&mut self, host: &Host) -> Result<()> {
        let agency = &self.agency;
        let lines = all(host, agency, "billing.ledger", &[Value::Null], "lines")?;
        let mut sum = 0;
        let mut by_invoice: BTreeMap<u64, (u64, i64)> = BTreeMap::new();
        for (place, line) in (1..).zip(&lines) {
            ensure!(number(line, "number") == place, "`{agency}`: no line {place} in the ledger");
            let amount = amount(line, "amount")?;
            sum += amount;
            let (count, subtotal) = by_invoice.entry(number(line, "invoiced-at")).or_default();
            (*count, *subtotal) = (*count + 1, *subtotal + amount);
        }
        let summary = ask(host, agency, "billing.summary", &[])?;
        let total = amount(&summary, "total")?;
        ensure!(sum == total, "`{agency}`: the ledger comes to {sum}, and the bill says {total}");
        let invoices = all(host, agency, "billing.invoices", &[Value::Null], "invoices")?;
        for invoice in &invoices {
            let closed = number(invoice, "closed-at");
            let found = by_invoice.get(&closed).copied().unwrap_or_default();
            let says = (number(invoice, "lines"), amount(invoice, "subtotal")?);
            ensure!(found == says, "`{agency}`: {invoice} has the lines and the sum {found:?}");
        }
        let mut numbers: Vec<u64> =
            invoices.iter().map(|invoice| number(invoice, "number")).collect();
        numbers.sort_unstable();
        let all_there = (1..).zip(&numbers).all(|(place, number)| place == *number);
        ensure!(all_there, "`{agency}`: invoices {numbers:?} have gaps");
        self.size.lines = lines.len() as u64;
        self.size.invoices = invoices.len() as u64;
        Ok(())
    }

    /// The list in each order has everybody once, and the brands count them.
    fn read_lists(&self, host: &Host) -> Result<()> {
        let agency = &self.agency;
        let mut by_brand: BTreeMap<String, u64> = BTreeMap::new();
        for sort in ["created", "name", "status", "last-log-in", "health"] {
            let order = json!({"sort": sort, "descending": false});
            let clients = all(host, agency, "clients.list", &[Value::Null, order], "clients")?;
            let mut ids: Vec<String> = clients.iter().map(|client| string(client, "id")).collect();
            ids.sort();
            let known: Vec<&String> = self.told.keys().collect();
            ensure!(ids.iter().eq(known), "`{agency}` by {sort}: {} clients", ids.len());
            if sort == "created" {
                let grants = clients.iter().flat_map(|client| elements(client, "grants"));
                for grant in grants {
                    *by_brand.entry(string(grant, "brand")).or_default() += 1;
                }
            }
        }
        for brand in all(host, agency, "brands.list", &[], "brands")? {
            let clients = by_brand.remove(&string(&brand, "id")).unwrap_or(0);
            ensure!(number(&brand, "clients") == clients, "`{agency}`: {clients} have {brand}");
        }
        Ok(())
    }

    /// Everybody who was invited by mail has one, and no second one.
    fn read_mails(&self, host: &Host) -> Result<()> {
        let mut invites: BTreeMap<String, u32> = BTreeMap::new();
        for mail in all(host, &self.agency, "jobs.outbox", &[], "mails")? {
            if string(&mail, "kind") == "invite" {
                *invites.entry(string(&mail, "client")).or_default() += 1;
            }
        }
        for person in self.people.iter().filter(|person| person.email.is_some()) {
            let mails = invites.get(&person.id).copied().unwrap_or_default();
            ensure!(mails == 1, "{mails} invites were mailed to {person:?}");
        }
        Ok(())
    }
}

fn note(told: &mut BTreeMap<String, Told>, entry: &Value) {
    let client = elements(entry, "about").iter().find_map(|about| at(about, "client").as_str());
    let Some(client) = client else { return };
    match at(entry, "kind").as_str() {
        Some("client-invited") => told.entry(client.to_owned()).or_default().invited += 1,
        Some("client-revoked") => told.entry(client.to_owned()).or_default().revoked += 1,
        _ => {}
    }
}

fn amount(value: &Value, field: &str) -> Result<i64> {
    let amount = at(at(value, field), "amount").as_i64();
    amount.with_context(|| format!("the component's answer has no `{field}`"))
}

/// What the component itself says about its indexes and counters, where it can: of an agency, or of
/// what is no agency's.
pub(super) fn check_indexes(host: &Host, agency: &Value) -> Result<()> {
    if host.function("system.check").is_err() {
        return Ok(());
    }
    let mut cursor = Value::Null;
    loop {
        let found = host.call("system.check", &[agency.clone(), cursor])?;
        let differences = elements(&found, "differences");
        if let Some(difference) = differences.first() {
            bail!("{agency}: {} differences, the first is {difference}", differences.len());
        }
        cursor = at(&found, "next").clone();
        if cursor.is_null() {
            return Ok(());
        }
    }
}
