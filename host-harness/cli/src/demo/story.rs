//! The story of the demo, told through the component's functions: brands are billed. What comes
//! after it is in `account.rs`.

use std::cell::Cell;

use anyhow::{Context, Result, bail};
use clientdesk_host::adapters::clock::{Clock, ManualClock};
use clientdesk_host::adapters::mail::RecordingMail;
use clientdesk_host::{CallError, Host};
use serde_json::{Value, json};

use crate::answer::{at, number, rows_of, string, text};
use crate::show::Shown;
use crate::times::day;

/// 1 September 2026, midnight: a month of 30 days, so that half of it is 15 days.
pub(super) const BEGIN: u64 = 1_788_220_800_000;
pub(super) const DAY: u64 = 86_400_000;
pub(super) const AGENCY: &str = "acme";
/// The number of the story's invoice.
pub(super) const INVOICE: u64 = 1;
/// More than the story leaves to do.
pub(super) const JOBS_AT_ONCE: u32 = 100;
pub(super) const PASSWORD: &str = "a well kept secret";

/// Somebody who tells the component a story, and looks at what came of it.
pub(super) struct Story<'a> {
    pub(super) host: &'a Host,
    pub(super) clock: &'a ManualClock,
    mails: &'a RecordingMail,
    /// How many ledger lines the story has shown.
    lines_shown: Cell<usize>,
}

pub(super) type Rows = Vec<Vec<Shown>>;

impl<'a> Story<'a> {
    pub(super) fn new(host: &'a Host, clock: &'a ManualClock, mails: &'a RecordingMail) -> Self {
        Story { host, clock, mails, lines_shown: Cell::new(0) }
    }

    /// Makes everything happen: a row for each step.
    pub(super) fn tell(&self) -> Result<Rows> {
        let mut rows = Vec::new();
        self.set_up()?;
        rows.push(self.step("Acme joins, with the brands Nike, Adidas and Puma")?);

        self.clock.set(BEGIN + 15 * DAY);
        let ann = self.invite("ann@nike.example", "Ann", "nike")?;
        rows.push(self.step("Ann is invited to Nike: its first client")?);
        let ben = self.invite("ben@nike.example", "Ben", "nike")?;
        rows.push(self.step("Ben is invited to Nike: the brand is paid for already")?);
        self.invite("cleo@adidas.example", "Cleo", "adidas")?;
        rows.push(self.step("Cleo is invited to Adidas: its first client")?);

        self.clock.set(BEGIN + 16 * DAY);
        self.sign_up("ann@nike.example", "Ann")?;
        self.sign_up("cleo@adidas.example", "Cleo")?;
        rows.push(self.step("Ann and Cleo open their links, sign up, and are in")?);

        self.clock.set(BEGIN + 20 * DAY);
        self.call("clients.revoke", &[caller(), json!(ann)])?;
        rows.push(self.step("Ann's access is removed: Ben still has Nike")?);
        self.call("clients.revoke", &[caller(), json!(ben)])?;
        rows.push(self.step("Ben's access is removed: nobody has Nike any more")?);

        self.clock.set(BEGIN + 30 * DAY);
        self.call("jobs.run", &[json!(JOBS_AT_ONCE)])?;
        rows.push(self.step("October begins, and the first invoice closes")?);
        Ok(rows)
    }

    fn set_up(&self) -> Result<()> {
        let agency = json!({
            "id": AGENCY,
            "name": "Acme",
            "notification-email": "office@acme.example",
            "billing-interval": "monthly",
            "portal-address": "https://clients.acme.example",
        });
        self.call("agencies.create", &[agency])?;
        for (id, name) in [("nike", "Nike"), ("adidas", "Adidas"), ("puma", "Puma")] {
            self.call("brands.create", &[caller(), json!({"id": id, "name": name})])?;
        }
        Ok(())
    }

    fn invite(&self, email: &str, name: &str, brand: &str) -> Result<String> {
        let invite = json!({"email": email, "name": name, "brands": [brand]});
        let invited = self.call("clients.invite-by-email", &[caller(), invite])?;
        text(&invited, "client")
    }

    /// What the person behind this address does with the link in the mail.
    pub(super) fn sign_up(&self, email: &str, name: &str) -> Result<()> {
        let token = self.token_of(email)?;
        self.call("portal.open", &[json!(token)])?;
        self.call("portal.sign-up", &[json!(token), json!(name), json!(PASSWORD)])?;
        self.call("portal.log-in", &[json!(AGENCY), json!(email), json!(PASSWORD)])?;
        Ok(())
    }

    fn token_of(&self, email: &str) -> Result<String> {
        let mails = self.mails.messages();
        let mail = mails.iter().rfind(|mail| mail.to == email).context("no invite went out")?;
        let link = mail.text.lines().find_map(|line| line.split_once("/invite/"));
        Ok(link.context("the invite has no link")?.1.to_owned())
    }

    /// A row of the story, with what was booked since the row before.
    fn step(&self, what: &str) -> Result<Vec<Shown>> {
        let mut row = vec![Shown::Text(day(self.clock.now())), Shown::Text(what.to_owned())];
        row.extend(self.charged()?);
        Ok(row)
    }

    /// What was booked since the row before, and what all that runs costs a month.
    pub(super) fn charged(&self) -> Result<[Shown; 2]> {
        let lines = self.ledger_lines()?;
        let shown = self.lines_shown.replace(lines.len());
        let booked: i64 = lines.iter().skip(shown).map(|line| cents(at(line, "amount"))).sum();
        let summary = self.call("billing.summary", &[caller()])?;
        Ok([
            if booked == 0 { Shown::Text(String::new()) } else { amount(booked) },
            Shown::Strong(dollars(cents(at(&summary, "run-rate")))),
        ])
    }

    /// The ledger: a row for each line, and the sum.
    pub(super) fn ledger(&self) -> Result<Rows> {
        let row = |line: &Value| {
            let from = number(line, "covers-from");
            let to = number(line, "covers-to");
            vec![
                Shown::Text(number(line, "number").to_string()),
                Shown::Text(day(number(line, "at"))),
                Shown::Text(string(at(line, "item"), "white-label")),
                Shown::Text(string(line, "reason")),
                amount(cents(at(line, "amount"))),
                Shown::Text(format!("{} days, to {}", (to - from) / DAY, day(to))),
            ]
        };
        let mut rows: Rows = self.ledger_lines()?.iter().map(row).collect();
        let total = cents(at(&self.call("billing.summary", &[caller()])?, "total"));
        let empty = || Shown::Text(String::new());
        let label = Shown::Strong("sum".to_owned());
        rows.push(vec![empty(), empty(), empty(), label, amount(total), empty()]);
        Ok(rows)
    }

    /// The invoice as a text.
    pub(super) fn invoice(&self) -> Result<String> {
        let arguments = [caller(), Value::Null, json!(INVOICE), json!("text")];
        let document = self.call("billing.document", &arguments)?;
        Ok(document.as_str().context("no invoice was closed")?.to_owned())
    }

    fn ledger_lines(&self) -> Result<Vec<Value>> {
        rows_of(&self.call("billing.ledger", &[caller(), Value::Null, first_page()])?, "lines")
    }

    /// All of them, in the order in which they were invited.
    fn first_clients(&self) -> Result<Value, CallError> {
        self.call("clients.list", &[caller(), Value::Null, Value::Null, first_page()])
    }

    /// The clients with their badges.
    pub(super) fn clients(&self) -> Result<Rows> {
        let page = self.first_clients()?;
        let row = |client: &Value| {
            let grants = client
                .get("grants")
                .and_then(Value::as_array)
                .map(Vec::as_slice)
                .unwrap_or_default();
            let brands: Vec<String> =
                grants.iter().map(|grant| string(grant, "brand-name")).collect();
            let login = at(client, "last-log-in").as_u64().map(day);
            vec![
                Shown::Text(string(client, "name")),
                Shown::Text(string(client, "email")),
                Shown::Badge { status: string(client, "status"), badge: string(client, "badge") },
                Shown::Text(brands.join(", ")),
                Shown::Text(login.unwrap_or_default()),
            ]
        };
        Ok(rows_of(&page, "clients")?.iter().map(row).collect())
    }

    /// The mails, and where the outbox says that they are.
    pub(super) fn mails(&self) -> Result<Rows> {
        let outbox = self.call("jobs.outbox", &[caller(), first_page()])?;
        let subjects = self.mails.messages();
        let row = |mail: &Value| {
            let sent = subjects.iter().find(|sent| at(mail, "id") == sent.id.as_str());
            vec![
                Shown::Text(string(mail, "to")),
                Shown::Text(sent.map(|sent| sent.subject.clone()).unwrap_or_default()),
                Shown::Text(string(mail, "delivery")),
            ]
        };
        Ok(rows_of(&outbox, "mails")?.iter().map(row).collect())
    }

    /// The log from its beginning.
    pub(super) fn log(&self) -> Result<Rows> {
        let page = self.call("audit.read", &[caller(), json!(0), json!(100)])?;
        let clients = rows_of(&self.first_clients()?, "clients")?;
        let row = |entry: &Value| {
            let who = who(at(entry, "actor"), &clients);
            Ok(vec![
                Shown::Text(number(entry, "number").to_string()),
                Shown::Text(day(number(entry, "at"))),
                Shown::Text(who),
                Shown::Text(string(entry, "kind")),
                Shown::Text(about(entry)?),
            ])
        };
        rows_of(&page, "entries")?.iter().map(row).collect()
    }

    /// What verifying the log says.
    pub(super) fn verified(&self) -> Result<String> {
        let verified = self.call("audit.verify", &[caller(), json!(1)])?;
        if !at(&verified, "flaw").is_null() {
            bail!("the log doesn't verify: {}", at(&verified, "flaw"));
        }
        let count = number(&verified, "verified");
        Ok(format!("Verified: all {count} entries are as they were written, and in order."))
    }

    pub(super) fn call(&self, function: &str, arguments: &[Value]) -> Result<Value, CallError> {
        self.host.call(function, arguments)
    }
}

/// An owner of the agency.
pub(super) fn caller() -> Value {
    let actor = json!({"id": "olga", "name": "Olga", "role": "owner"});
    json!({"agency": AGENCY, "actor": actor})
}

fn first_page() -> Value {
    json!({"limit": 100})
}

/// Who did something: an operator's or a client's name, or what kind of actor it was.
pub(super) fn who(actor: &Value, clients: &[Value]) -> String {
    if let Some(kind) = actor.as_str() {
        return kind.to_owned();
    }
    let client = clients.iter().find(|client| at(client, "id") == at(actor, "client"));
    string(client.unwrap_or_else(|| at(actor, "operator")), "name")
}

/// What an entry is about: the brand or the e-mail address in its details.
pub(super) fn about(entry: &Value) -> Result<String> {
    let details: Value = serde_json::from_str(&string(entry, "details"))?;
    let first =
        ["email", "name", "brand", "agency"].iter().find_map(|field| at(&details, field).as_str());
    Ok(first.unwrap_or_default().to_owned())
}

fn cents(money: &Value) -> i64 {
    at(money, "amount").as_i64().unwrap_or_default()
}

fn amount(cents: i64) -> Shown {
    let sign = if cents < 0 { "\u{2212} " } else { "+ " };
    let text = format!("{sign}{}", dollars(cents.saturating_abs()));
    Shown::Amount { text, credit: cents < 0 }
}

fn dollars(cents: i64) -> String {
    format!("${}.{:02}", cents / 100, cents % 100)
}
