//! The rules of signing in on an account's behalf.

use super::acts::{Act, OWNER, Step, VIEWER, Verdict};
use super::model::{Id, MINUTE, Model, SignIn, Standing, Time};
use super::people_rules::is_always_allowed;

impl Model {
    pub fn act_on_sign_ins(&mut self, step: &Step, verdict: &mut Verdict) {
        match &step.act {
            Act::SignIn(account, full, minutes) => {
                self.sign_in(step.by, account, (*full, *minutes), verdict);
            }
            Act::Stop(whose) => {
                let Some(place) = self.latest(whose) else { return verdict.refuse("not-found") };
                let (operator, role) = step.by;
                let now = self.now;
                let Some(sign_in) = self.sign_ins.get_mut(place) else { return };
                let may = operator == sign_in.operator || role == OWNER;
                verdict.refuse_if(!may, "starter");
                sign_in.ended = sign_in.ended.or(Some((now, "stopped")));
            }
            Act::Left(whose) => self.end_sign_ins("left", |one| one.operator == *whose),
            Act::LookAs(whose, brand) => self.look_as(whose, brand, verdict),
            _ => {}
        }
    }

    fn sign_in(
        &mut self,
        (operator, role): (Id, u8),
        id: Id,
        (full, minutes): (bool, u32),
        verdict: &mut Verdict,
    ) {
        let (now, account) = (self.now, &self.accounts[id]);
        if let Standing::Disabled { .. } | Standing::Deleted = account.standing {
            verdict.refuse(account.standing.word());
        }
        verdict.refuse_if(full && role == VIEWER, "role");
        verdict.refuse_if(self.running(operator).is_some(), "acting");
        let mut ends = now + Time::from(minutes) * MINUTE;
        if !is_always_allowed(account.policy, full) {
            match account.allowed_until.filter(|until| *until > now) {
                Some(until) => ends = ends.min(until),
                None => verdict.refuse("policy"),
            }
        }
        let account = id;
        let (ended, lost) = (None, false);
        self.sign_ins.push(SignIn { operator, role, account, full, ends, ended, lost });
    }

    /// An operator goes to a brand in the portal.
    fn look_as(&mut self, whose: Id, brand: Id, verdict: &mut Verdict) {
        let sign_in = self.latest(whose).and_then(|place| self.sign_ins.get(place));
        let Some(sign_in) = sign_in.filter(|one| one.ended.is_none() && !one.lost) else {
            return verdict.refuse("session-ended");
        };
        let own = self.brands_of(sign_in.account);
        let is_own = own.contains(brand) && !self.brands[brand].archived;
        verdict.refuse_if(!is_own, "brand");
    }
}
