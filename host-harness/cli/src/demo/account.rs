//! The second part of the demo: a client company gets an account, which goes from set-up to
//! active, with an operator who signs in on its behalf.

use anyhow::{Result, bail};
use clientdesk_host::CallError;
use clientdesk_host::adapters::clock::Clock as _;
use serde_json::{Value, json};

use super::story::{AGENCY, BEGIN, DAY, JOBS_AT_ONCE, Rows, Story, about, caller, who};
use crate::answer::{at, number, rows_of, string, text};
use crate::show::Shown;
use crate::times::day;

pub(super) const ACCOUNT: &str = "puma-inc";
const NAME: &str = "Puma Inc";
/// Whose address the account has: its owner's.
const OWNER: &str = "dora@puma.example";
/// The first day of this part.
const FROM: u64 = BEGIN + 32 * DAY;

/// Somebody who tells the second part of a story.
pub(super) struct AccountStory<'a> {
    story: &'a Story<'a>,
}

/// What was told, and what there was to see.
pub(super) struct Told {
    /// A row for each step.
    pub(super) rows: Rows,
    /// The banner of the operator who was signed in.
    pub(super) banner: Value,
}

impl<'a> AccountStory<'a> {
    pub(super) const fn new(story: &'a Story<'a>) -> Self {
        AccountStory { story }
    }

    /// Makes everything happen, behind the first part.
    pub(super) fn tell(&self) -> Result<Told> {
        let mut rows = Vec::new();
        self.on(0);
        self.set_up()?;
        rows.push(self.step("An account for Puma Inc: its brand Puma is hidden")?);

        self.on(3);
        self.call("accounts.start-trial", &[caller(), json!(ACCOUNT), json!(14)])?;
        rows.push(self.step("A trial of 14 days: Dora is invited as its owner")?);
        self.story.sign_up(OWNER, "Dora")?;
        rows.push(self.step("Dora signs up, and sees Puma")?);

        self.on(4);
        let (banner, signed_in) = self.sign_in()?;
        rows.push(self.step("Mia signs in on its behalf, for half an hour")?);
        rows.push(self.acting(&signed_in)?);
        self.call("impersonation.stop", &[mia(None), at(&banner, "id").clone()])?;
        rows.push(self.step("She leaves Puma Inc")?);

        self.on(14);
        self.call("jobs.run", &[json!(JOBS_AT_ONCE)])?;
        rows.push(self.step("A mail tells Dora that three days are left")?);
        self.call("accounts.activate", &[caller(), json!(ACCOUNT), json!("studio")])?;
        rows.push(self.step("It is activated, with the plan Studio for $29")?);
        Ok(Told { rows, banner })
    }

    fn on(&self, days: u64) {
        self.story.clock.set(FROM + days * DAY);
    }

    fn set_up(&self) -> Result<()> {
        self.sell_plans()?;
        let account = json!({
            "id": ACCOUNT, "name": NAME, "email": OWNER, "billing-owner": "agency",
            "start": "setup",
        });
        self.call("accounts.create", &[caller(), account])?;
        self.call("accounts.move-brand", &[caller(), json!("puma"), json!(ACCOUNT)])?;
        Ok(())
    }

    /// The platform's part: what the catalog has, and a plan.
    fn sell_plans(&self) -> Result<()> {
        let version = self.call("catalog.get", &[])?;
        let mut catalog = at(&version, "catalog").clone();
        let resources = json!({
            "dashboards": {"at-most": 5}, "users": {"at-most": 3}, "api-calls": {"at-most": 1000},
        });
        let plan = json!({
            "id": "studio", "name": "Studio", "monthly": 2900, "resources": resources,
            "features": ["download-reports", "email-reports"],
        });
        if let Some(fields) = catalog.as_object_mut() {
            fields.insert("plans".to_owned(), json!([plan]));
        }
        self.call("catalog.set", &[catalog, at(&version, "version").clone()])?;
        Ok(())
    }

    /// Mia's sign-in: the banner, and who she is with its token.
    fn sign_in(&self) -> Result<(Value, Value)> {
        let sign_in = json!({"account": ACCOUNT, "reason": "Invite the team", "mode": "full"});
        let grant = self.call("impersonation.start", &[mia(None), sign_in])?;
        let signed_in = mia(Some(&text(&grant, "token")?));
        Ok((at(&grant, "banner").clone(), signed_in))
    }

    /// What Mia does on the account's behalf, and what she can't.
    fn acting(&self, signed_in: &Value) -> Result<Vec<Shown>> {
        let invite = json!({"email": "eli@puma.example", "name": "Eli", "brands": ["puma"]});
        self.call("clients.invite-by-email", &[signed_in.clone(), invite])?;
        let other = json!({"email": "flo@nike.example", "brands": ["nike"]});
        match self.call("clients.invite-by-email", &[signed_in.clone(), other]) {
            Err(CallError::Refused { error, .. }) if at(&error, "denied").is_object() => {}
            other => bail!("Nike is out of reach, and the answer was {other:?}"),
        }
        self.step("She invites Eli to Puma; Nike is out of her reach")
    }

    fn step(&self, what: &str) -> Result<Vec<Shown>> {
        let account = self.call("accounts.get", &[caller(), json!(ACCOUNT)])?;
        let status = string(&account, "status");
        let badge = if status == "active" { "green" } else { "yellow" }.to_owned();
        let mut row = vec![
            Shown::Text(day(self.story.clock.now())),
            Shown::Text(what.to_owned()),
            Shown::Badge { status, badge },
        ];
        row.extend(self.story.charged()?);
        Ok(row)
    }

    /// What the log has of the sign-in, and of what was done under it.
    pub(super) fn acts(&self) -> Result<Rows> {
        let page = self.call("audit.read", &[caller(), json!(0), json!(200)])?;
        let mut rows = Vec::new();
        for entry in rows_of(&page, "entries")? {
            let (kind, actor) = (string(&entry, "kind"), at(&entry, "actor"));
            let is_for = at(at(actor, "operator"), "on-behalf-of") == ACCOUNT;
            if !is_for && !kind.starts_with("impersonation-") {
                continue;
            }
            rows.push(vec![
                Shown::Text(number(&entry, "number").to_string()),
                Shown::Text(day(number(&entry, "at"))),
                Shown::Strong(who(actor, &[])),
                Shown::Text(if is_for { NAME.to_owned() } else { String::new() }),
                Shown::Text(kind),
                Shown::Text(about(&entry)?),
            ]);
        }
        Ok(rows)
    }

    fn call(&self, function: &str, arguments: &[Value]) -> Result<Value, CallError> {
        self.story.call(function, arguments)
    }
}

/// A manager of the agency, with the token of a sign-in where there is one.
fn mia(token: Option<&str>) -> Value {
    let actor = json!({"id": "mia", "name": "Mia", "role": "manager"});
    json!({"agency": AGENCY, "actor": actor, "acting-as": token})
}
