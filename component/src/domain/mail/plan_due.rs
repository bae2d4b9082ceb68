//! What a mail says of an account's plan that is to be chosen: the same to its owner, to the
//! address of the account, and to the agency.

use super::in_subject;
use super::letter::{Action, Letter};
use crate::domain::agency::Agency;
use crate::domain::calendar::Calendar;
use crate::domain::text::Name;
use crate::domain::time::Timestamp;

/// An account whose plan is due.
pub(super) struct PlanDue<'d> {
    /// What it is called.
    pub account: &'d Name,
    /// When its trial is over; none: it isn't on trial.
    pub trial_ends_at: Option<Timestamp>,
    /// Whether anybody is its owner, who alone can choose.
    pub has_owner: bool,
}

impl PlanDue<'_> {
    /// The letter; `reason` says why whoever reads it gets it.
    pub fn letter<'a>(
        &self,
        agency: &Agency,
        calendar: &Calendar<'_>,
        reason: String,
    ) -> Letter<'a> {
        let (account, portal) = (self.account, agency.portal_name());
        let until = self.trial_ends_at.map(|at| calendar.moment(at));
        let who = if self.has_owner {
            format!(
                "{account} needs a plan, and its owner chooses it: log in to {portal}, and choose one there. {account} pays for it from then on."
            )
        } else {
            format!(
                "{account} needs a plan, which its owner chooses at {portal}. Nobody is its owner yet: {} says who is.",
                agency.name
            )
        };
        let then = match &until {
            Some(until) => format!(
                "Its trial lasts until {until}. Without a plan by then, the account is disabled: nobody gets in, and nothing of it is lost."
            ),
            None => "Until then, everything goes on as it is.".to_owned(),
        };
        let preview = match until {
            Some(until) => format!("Its trial lasts until {until}."),
            None => "Until then, everything goes on as it is.".to_owned(),
        };
        let link = agency.portal_address.as_str().to_owned();
        let (sentence, label) = ("To choose the plan, log in as usual:", "Open the portal");
        Letter {
            subject: if self.has_owner {
                format!("Choose a plan for {}", in_subject(account))
            } else {
                format!("{} needs a plan, and an owner who chooses it", in_subject(account))
            },
            preview,
            lead: vec![who, then],
            note: None,
            sections: Vec::new(),
            action: self.has_owner.then_some(Action { sentence, label, link }),
            remarks: Vec::new(),
            reason,
        }
    }
}
