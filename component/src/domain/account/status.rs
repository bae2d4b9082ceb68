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

impl Trial {
    /// One of so many days from `now` on.
    pub const fn of(days: u32, now: Timestamp) -> Trial {
        Trial { began_at: now, ends_at: now.plus(days as u64 * DAY) }
    }

    /// The same, but longer by so many days.
    pub const fn longer(self, days: u32) -> Trial {
        Trial { began_at: self.began_at, ends_at: self.ends_at.plus(days as u64 * DAY) }
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
            },
            Standing::Disabled { since, reason, trial: Some(trial) } if trial.is_over(now) => {
                Standing::Disabled { since, reason, trial: None }
            }
            Standing::Setup
            | Standing::Trial(_)
            | Standing::Active
            | Standing::Disabled { .. }
            | Standing::Deleted { .. } => self,
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
        Standing::Disabled { since: at(1), reason: DisabledReason::ByHand, trial }
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
        let over =
            Standing::Disabled { since: at(14), reason: DisabledReason::TrialExpired, trial: None };
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
        let trial = Trial::of(5, at(0)).longer(9);
        assert_eq!((trial.days(), trial.ends_at), (14, at(14)));
    }
}
