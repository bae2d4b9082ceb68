//! What the log says of what was done, and in whose name.

use serde_json::{Value, json};

use super::acts::{Act, Start};
use super::check::same;
use super::model::Model;
use super::play::{Planned, Play, Wrong};
use crate::pages;
use crate::read::{number, text};

impl Play {
    /// The entries that weren't looked at yet, and the number of the last.
    pub(crate) fn entries(&self) -> Result<(Vec<Value>, u64), Wrong> {
        pages::entries(self.seen, |[after, limit]| {
            self.ask("audit.read", &[self.rita(), after, limit])
        })
    }

    /// Whatever is written says who did it: under a sign-in, for whom too, and nothing else does.
    /// Several things may have been done, at the same time.
    pub(crate) fn check_log(&mut self, done: &[&Planned]) -> Result<(), Wrong> {
        let (entries, after) = self.entries()?;
        for (place, entry) in entries.iter().enumerate() {
            let due = self.seen + place as u64 + 1;
            same("the number of an entry", &entry["number"], &json!(due))?;
            if entry["at"] != self.model.now {
                return Err(format!("an entry of another time: {entry}"));
            }
            self.kinds.push(text(&entry["kind"]).to_owned());
            if entry["actor"] == "system" {
                continue;
            }
            let mut wrong = Err(format!("an entry that nobody made: {entry}"));
            for planned in done {
                wrong = self.is_of(entry, planned);
                if wrong.is_ok() {
                    break;
                }
            }
            wrong?;
        }
        self.seen = after;
        // Jobs remember the time without an entry, too.
        if !entries.is_empty() || self.latest()? == self.model.now {
            self.settle_time();
        }
        if let ([planned], "done") = (done, self.went.as_str()) {
            self.leaves(planned, &entries)?;
        }
        Ok(())
    }

    /// The latest time that the agency remembers.
    pub(super) fn latest(&self) -> Result<u64, Wrong> {
        let shown = self.ask("agencies.get", &[json!(self.agency)])?;
        Ok(number(&shown["latest-time"]))
    }

    /// Whether an entry was made by this step.
    fn is_of(&self, entry: &Value, planned: &Planned) -> Result<(), Wrong> {
        let (actor, step, before) = (&entry["actor"], &planned.step, &planned.before);
        let wrong = |why: &str| Err(format!("{why}: {entry}"));
        let right = match (&step.act, actor["operator"]["id"].as_str()) {
            (Act::LookAs(whose, _), Some(id)) => id == *whose,
            (act, Some(id)) => act.is_operators() && id == step.by.0,
            (Act::Pool(_) | Act::Left(_), None) => *actor == "platform",
            (act, None) => {
                let person = act.person().and_then(|person| self.ids.get(person));
                person.is_some_and(|id| actor["client"] == *id)
            }
        };
        if !right {
            return wrong("an entry in somebody else's name");
        }
        let whose = match (&step.act, step.under) {
            (Act::LookAs(whose, _), _) => Some(*whose),
            (_, under) => under,
        };
        let running = whose.and_then(|whose| before.running(whose));
        let sign_in = running.and_then(|place| before.sign_ins.get(place));
        // Who may not come with a token ends it, in their own name.
        let sign_in = sign_in.filter(|_| entry["kind"] != "impersonation-ended");
        let behalf = &actor["operator"]["on-behalf-of"];
        let expected = json!(sign_in.map(|one| one.account));
        same(&format!("on whose behalf {entry} is"), behalf, &expected)?;
        if sign_in.is_some_and(|one| !one.full && entry["kind"] != "impersonation-used") {
            return wrong("something was changed under a sign-in to look only");
        }
        Ok(())
    }

    /// What changed something left an entry that says so.
    fn leaves(&self, planned: &Planned, entries: &[Value]) -> Result<(), Wrong> {
        let kinds = kinds(&planned.step.act);
        // That a session was used is noted beside the log.
        let without_uses = |model: &Model| {
            let mut model = model.clone();
            model.sessions.iter_mut().for_each(|one| (one.used, one.rested) = (0, false));
            model
        };
        let changed = without_uses(&planned.before) != without_uses(&self.model);
        let said = |entry: &Value| kinds.contains(&text(&entry["kind"]));
        if kinds.is_empty() || !changed || entries.iter().any(said) {
            return Ok(());
        }
        let found: Vec<&str> = entries.iter().map(|entry| text(&entry["kind"])).collect();
        Err(format!("the log lacks one of {kinds:?}, it has {found:?}"))
    }
}

/// What an act that changes something is called in the log: one of these.
fn kinds(act: &Act) -> &'static [&'static str] {
    match act {
        Act::Create { start: Start::Setup | Start::Trial(_), .. } => &["account-created"],
        Act::Create { start: Start::Active(_), .. } => &["account-activated"],
        Act::StartTrial(..) | Act::ExtendTrial(..) => &["trial-set"],
        Act::Activate(..) => &["account-activated"],
        Act::Disable(_) => &["account-disabled"],
        Act::Resume(_) => &["account-resumed", "trial-set"],
        Act::Delete(_) => &["account-deleted"],
        Act::ChangePlan(..) => &[
            "plan-changed",
            "account-change-planned",
            "account-change-dropped",
            "account-change-replaced",
        ],
        Act::AddAddOn(..) => &["add-on-added", "account-change-dropped"],
        Act::RemoveAddOn(..) => &["account-change-planned"],
        Act::BillBy(..) => &["billing-owner-changed"],
        Act::SetOwner(..) => &["account-owner-set"],
        Act::Address(..) => &["account-updated"],
        Act::Allocate(..) => &["account-resources-set"],
        Act::NewBrand(..) => &["brand-created"],
        Act::MoveBrand(..) => &["brand-moved"],
        Act::Archive(_) => &["brand-archived"],
        Act::Invite(..) => &["client-invited", "client-reinvited", "brand-access-added"],
        Act::AddBrands(..) => &["brand-access-added"],
        Act::RemoveBrands(..) => &["brand-access-removed"],
        Act::Resend(_) => &["invite-resent"],
        Act::Revoke(_) => &["client-revoked"],
        Act::SignIn(..) => &["impersonation-started"],
        Act::Stop(_) | Act::Left(_) => &["impersonation-ended"],
        Act::Pool(_) => &["terms-changed"],
        Act::Enter(_) => &["client-joined", "signed-in"],
        Act::Choose(..) => &["plan-chosen"],
        Act::Allow(..) | Act::SetPolicy(..) => &["sign-ins-changed"],
        Act::Reserve(..)
        | Act::Release(..)
        | Act::Jobs(_)
        | Act::LeavePortal(_)
        | Act::Look(..)
        | Act::LookAs(..) => &[],
    }
}
