//! Where an account stands, and where it may go from there.
//!
//! The whole table stands printed in `domain/account/status.txt`.

use serde::{Deserialize, Serialize};

use crate::domain::time::{DAY, Timestamp};

/// Where an account stands, as it is stored. What its time does to it, [`Standing::at`] says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// It is being built: its brands are hidden from clients.
    Setup,
    /// Its client tries it out.
    Trial(Trial),
    /// Its plan runs.
    Active,
    /// A rest: its clients can't get in.
    Disabled {
        /// Since when.
        since: Timestamp,
        /// Why.
        reason: DisabledReason,
        /// The trial in which it was, as long as that isn't over.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        trial: Option<Trial>,
        /// When it is deleted by itself, unless it is activated before; none: it isn't.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        deletes_at: Option<Timestamp>,
    },
    /// It is gone for good.
    Deleted {
        /// Since when.
        since: Timestamp,
    },
}

/// A trial. Its clock runs on while the account is disabled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Trial {
    /// Since when.
    pub began_at: Timestamp,
    /// When it is over.
    pub ends_at: Timestamp,
    /// How many days after its end the account is deleted, by the policy under which it began; none: it
    /// isn't. So mails can name the day, and no later policy makes them wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted_after_days: Option<u32>,
}

/// Why an account is disabled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DisabledReason {
    /// Somebody disabled it.
    ByHand,
    /// Its trial was over.
    TrialExpired,
}

/// Where an account stands, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It is being built.
    Setup,
    /// Its client tries it out.
    Trial,
    /// Its plan runs.
    Active,
    /// It is at rest.
    Disabled,
    /// It is gone for good.
    Deleted,
}

/// Something that moves an account from one status to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A trial begins.
    StartTrial,
    /// The trial lasts longer.
    ExtendTrial,
    /// It gets its first plan.
    Activate,
    /// It is disabled.
    Disable,
    /// It goes on where it was.
    Resume,
    /// It is deleted.
    Delete,
}

/// Why a step is refused: its status doesn't allow it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// As it is in this status.
    Status(Status),
    /// It was never active, and its trial is over or there was none: there is nothing to go on with.
    NothingToResume,
}

/// How long before the end of a trial a mail says so.
const REMINDED_BEFORE: u64 = 3 * DAY;

impl Trial {
    /// One of so many days from `now` on.
    pub const fn of(days: u32, now: Timestamp) -> Trial {
        Trial { began_at: now, ends_at: now.plus(days as u64 * DAY), deleted_after_days: None }
    }

    /// The same, where the account is deleted so many days after its end; none: it isn't.
    #[must_use]
    pub const fn deleted_after(self, deleted_after_days: Option<u32>) -> Trial {
        Trial { deleted_after_days, ..self }
    }

    /// When a mail says that it will be over.
    pub fn reminded_at(self) -> Option<Timestamp> {
        self.ends_at.minus(REMINDED_BEFORE)
    }

    /// When the account is deleted, if it isn't activated or disabled before; none: it isn't.
    pub fn deletes_at(self) -> Option<Timestamp> {
        self.deleted_after_days.map(|days| self.ends_at.plus(u64::from(days) * DAY))
    }

    /// The same, but longer by so many days.
    pub const fn longer(self, days: u32) -> Trial {
        Trial { ends_at: self.ends_at.plus(days as u64 * DAY), ..self }
    }

    /// How many days it has in all.
    pub fn days(self) -> u64 {
        self.ends_at.since(self.began_at).div_ceil(DAY)
    }

    fn is_over(self, now: Timestamp) -> bool {
        self.ends_at <= now
    }
}

impl Standing {
    /// What has become of it by `now`.
    pub fn at(self, now: Timestamp) -> Standing {
        match self {
            Standing::Trial(trial) if trial.is_over(now) => Standing::Disabled {
                since: trial.ends_at,
                reason: DisabledReason::TrialExpired,
                trial: None,
                deletes_at: trial.deletes_at(),
            },
            Standing::Disabled { since, reason, trial: Some(trial), deletes_at }
                if trial.is_over(now) =>
            {
                Standing::Disabled { since, reason, trial: None, deletes_at }
            }
            Standing::Setup
            | Standing::Trial(_)
            | Standing::Active
            | Standing::Disabled { .. }
            | Standing::Deleted { .. } => self,
        }
    }

    /// The same, as it is written down at `now`. Where that is more than a day after a trial's end, the days
    /// until the account is deleted count from now: the mail about it goes out no earlier.
    #[must_use]
    pub fn noted_at(self, now: Timestamp) -> Standing {
        match (self, self.at(now)) {
            (
                Standing::Trial(trial),
                Standing::Disabled { since, reason, trial: left, deletes_at },
            ) if now.since(trial.ends_at) > DAY => {
                let late = now.since(trial.ends_at);
                let deletes_at = deletes_at.map(|at| at.plus(late));
                Standing::Disabled { since, reason, trial: left, deletes_at }
            }
            (_, standing) => standing,
        }
    }

    /// When the account is deleted, if nothing is done before; none: it isn't. A trial that isn't over
    /// yet ends first.
    pub fn deletes_at(self) -> Option<Timestamp> {
        match self {
            Standing::Trial(trial) => trial.deletes_at(),
            Standing::Disabled { deletes_at, .. } => deletes_at,
            Standing::Setup | Standing::Active | Standing::Deleted { .. } => None,
        }
    }

    /// It in a word.
    pub const fn status(self) -> Status {
        match self {
            Standing::Setup => Status::Setup,
            Standing::Trial(_) => Status::Trial,
            Standing::Active => Status::Active,
            Standing::Disabled { .. } => Status::Disabled,
            Standing::Deleted { .. } => Status::Deleted,
        }
    }

    /// Whether clients of its brands get in.
    pub const fn lets_clients_in(self) -> bool {
        match self {
            Standing::Trial(_) | Standing::Active => true,
            Standing::Setup | Standing::Disabled { .. } | Standing::Deleted { .. } => false,
        }
    }

    /// Whether a step is allowed now; `was_active` if it was ever activated.
    ///
    /// # Errors
    ///
    /// When it isn't.
    pub fn check(self, step: Step, was_active: bool) -> Result<(), Refused> {
        let status = self.status();
        match (step, self) {
            (Step::StartTrial, Standing::Setup)
            | (Step::ExtendTrial, Standing::Trial(_))
            | (Step::Activate, Standing::Setup | Standing::Trial(_))
            | (
                Step::Disable,
                Standing::Setup | Standing::Trial(_) | Standing::Active | Standing::Disabled { .. },
            )
            | (Step::Resume, Standing::Disabled { trial: Some(_), .. })
            | (
                Step::Delete,
                Standing::Setup | Standing::Trial(_) | Standing::Active | Standing::Disabled { .. },
            ) => Ok(()),
            // What was active is resumed, with the plan that it has.
            (Step::Activate, Standing::Disabled { .. }) if !was_active => Ok(()),
            (Step::Resume, Standing::Disabled { .. }) if was_active => Ok(()),
            (Step::Resume, Standing::Disabled { .. }) => Err(Refused::NothingToResume),
            (
                Step::StartTrial
                | Step::ExtendTrial
                | Step::Activate
                | Step::Disable
                | Step::Resume
                | Step::Delete,
                _,
            ) => Err(Refused::Status(status)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(day: u64) -> Timestamp {
        Timestamp::EPOCH.plus(day * DAY)
    }

    const TRIAL: Trial = Trial::of(14, at(0));

    fn disabled(trial: Option<Trial>) -> Standing {
        Standing::Disabled { since: at(1), reason: DisabledReason::ByHand, trial, deletes_at: None }
    }

    fn expired(deletes_at: Option<Timestamp>) -> Standing {
        let reason = DisabledReason::TrialExpired;
        Standing::Disabled { since: at(14), reason, trial: None, deletes_at }
    }

    /// What an account can be, with whether it was ever active.
    fn all() -> [(&'static str, Standing, bool); 7] {
        [
            ("setup", Standing::Setup, false),
            ("trial", Standing::Trial(TRIAL), false),
            ("active", Standing::Active, true),
            ("disabled, was active", disabled(None), true),
            ("disabled, trial left", disabled(Some(TRIAL)), false),
            ("disabled, trial over or none", disabled(None), false),
            ("deleted", Standing::Deleted { since: at(1) }, true),
        ]
    }

    #[test]
    fn the_table_is_the_printed_one() {
        let steps = [
            ("start-trial", Step::StartTrial),
            ("extend-trial", Step::ExtendTrial),
            ("activate", Step::Activate),
            ("disable", Step::Disable),
            ("resume", Step::Resume),
            ("delete", Step::Delete),
        ];
        let mut table = format!("{:<30}", "");
        steps.iter().for_each(|(word, _)| table.push_str(&format!("{word:<14}")));
        for (word, standing, was_active) in all() {
            table = format!("{}\n{word:<30}", table.trim_end());
            for (_, step) in steps {
                let cell = if standing.check(step, was_active).is_ok() { "yes" } else { "-" };
                table.push_str(&format!("{cell:<14}"));
            }
        }
        let table = format!("{}\n", table.trim_end());
        assert_eq!(table, include_str!("status.txt"), "status.txt should hold:\n{table}");
    }

    #[test]
    fn a_trial_ends_by_itself() {
        let over = expired(None);
        for (standing, now, expected) in [
            (Standing::Trial(TRIAL), at(14).minus(1).unwrap(), Standing::Trial(TRIAL)),
            (Standing::Trial(TRIAL), at(14), over),
            (disabled(Some(TRIAL)), at(14).minus(1).unwrap(), disabled(Some(TRIAL))),
            (disabled(Some(TRIAL)), at(14), disabled(None)),
            (Standing::Active, at(14), Standing::Active),
            (Standing::Setup, at(14), Standing::Setup),
        ] {
            assert_eq!(standing.at(now), expected, "{standing:?} at {now}");
        }
    }

    #[test]
    fn an_extension_counts_from_the_end() {
        let trial = Trial::of(5, at(0)).deleted_after(Some(30)).longer(9);
        assert_eq!((trial.days(), trial.ends_at), (14, at(14)));
        assert_eq!(trial.deletes_at(), Some(at(44)));
    }

    #[test]
    fn an_account_is_deleted_so_many_days_after_its_trial() {
        let trial = Standing::Trial(TRIAL.deleted_after(Some(30)));
        let early = at(14).minus(1).unwrap();
        for (standing, now, noted, deletes_at) in [
            (trial, early, trial, Some(at(44))),
            (trial, at(14), expired(Some(at(44))), Some(at(44))),
            (trial, at(15), expired(Some(at(44))), Some(at(44))),
            // The mail about it goes out two days late, so everything is.
            (trial, at(16), expired(Some(at(46))), Some(at(46))),
            (expired(Some(at(44))), at(90), expired(Some(at(44))), Some(at(44))),
            (Standing::Trial(TRIAL), at(90), expired(None), None),
            // Somebody disabled it: that isn't for the platform to end.
            (disabled(Some(TRIAL.deleted_after(Some(30)))), at(90), disabled(None), None),
            (Standing::Active, at(90), Standing::Active, None),
        ] {
            let found = standing.noted_at(now);
            assert_eq!((found, found.deletes_at()), (noted, deletes_at), "{standing:?} at {now}");
        }
    }
}
