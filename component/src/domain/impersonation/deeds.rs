//! What was done under a sign-in, as the account is told once it is over.

use crate::domain::id::BrandId;
use crate::domain::log::{Entry, Fields, Subject};

/// Something that was done, once or more often.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deed {
    /// What, in words: `Brand renamed`.
    pub what: &'static str,
    /// How often.
    pub times: u32,
    /// At which brands.
    pub brands: Vec<BrandId>,
}

/// What entries of the log tell, in the order in which it was first done: each thing once, so that an hour's
/// work fits into a mail.
#[derive(Debug, Default)]
pub struct Deeds(Vec<Deed>);

impl Deeds {
    /// Counts what an entry tells.
    pub fn count(&mut self, entry: &Entry<Fields>) {
        let Some(what) = words(entry) else { return };
        let place = self.0.iter().position(|deed| deed.what == what);
        let mut deed = match place {
            Some(place) => self.0.remove(place),
            None => Deed { what, times: 0, brands: Vec::new() },
        };
        deed.times = deed.times.saturating_add(1);
        for subject in &entry.about {
            match subject {
                Subject::Brand(brand) if !deed.brands.contains(brand) => {
                    deed.brands.push(brand.clone());
                }
                Subject::Brand(_) | Subject::Client(_) | Subject::Account(_) => (),
            }
        }
        self.0.insert(place.unwrap_or(self.0.len()), deed);
    }

    /// All of them.
    pub fn into_all(self) -> Vec<Deed> {
        self.0
    }
}

/// Kinds of entries, and what the account is told of them.
const TOLD: &[(&str, &str)] = &[
    ("account-change-dropped", "Planned change taken back"),
    ("account-change-planned", "Change planned for the end of the month"),
    ("account-features-set", "Features changed"),
    ("account-resources-set", "Resources changed"),
    ("account-updated", "Details of the account changed"),
    ("add-on-added", "Add-on added"),
    ("brand-access-added", "Access to brands given"),
    ("brand-access-removed", "Access to brands removed"),
    ("brand-archived", "Brand archived"),
    ("brand-created", "Brand created"),
    ("brand-renamed", "Brand renamed"),
    ("client-invited", "Person invited"),
    ("client-reinvited", "Person invited again"),
    ("client-revoked", "Person's access removed"),
    ("client-updated", "Details of a person changed"),
    ("invite-resent", "Invite renewed"),
    ("permissions-changed", "Permissions of a person changed"),
    ("plan-changed", "Plan changed"),
];

/// What is done without another entry, as its own has it, and what the account is told of it. Going from one brand to
/// another is on the way to something.
const TOLD_OF_USE: &[(&str, &str)] = &[
    ("copy-link", "Link of an invite copied"),
    ("export", "Page of the portal exported"),
    ("open-portal", "Portal opened"),
    ("release", "Dashboards or API calls given back"),
    ("reserve", "Dashboards or API calls reserved"),
    ("view-page", "Page of the portal viewed"),
];

/// What an entry tells; none: nothing. Bookings tell nothing: they follow from what was done, and may be the
/// agency's own costs.
fn words(entry: &Entry<Fields>) -> Option<&'static str> {
    let (told, word) = match entry.kind() {
        "impersonation-used" => {
            let what = entry.event.get("what")?;
            let word =
                what.as_str().or_else(|| what.as_object()?.keys().next().map(String::as_str));
            (TOLD_OF_USE, word?)
        }
        kind => (TOLD, kind),
    };
    told.iter().find(|(known, _)| *known == word).map(|(_, words)| *words)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::{Value, json};

    use super::*;
    use crate::domain::actor::Actor;
    use crate::domain::time::Timestamp;

    /// Kinds of entries that tell the account nothing: what follows from something that is told, what
    /// nobody does under a sign-in, and the sign-in itself.
    const NOT_TOLD: &str = "
        account-activated account-change-happened account-change-replaced account-created account-deleted
        account-disabled account-owner-set account-resumed activity-sealed agency-closed agency-created
        agency-resumed agency-suspended
        billing-owner-changed brand-access-ended brand-moved brand-switched client-at-risk client-churned
        client-erased client-joined client-merged clock-reset digest-sent email-change-asked
        email-changed email-confirmed impersonation-ended impersonation-refused impersonation-started
        indexes-repaired interval-change-dropped interval-change-planned invite-mailed-again invoice-closed item-booked
        mail-bounced mail-failed password-changed password-reset password-reset-sent payment-reported
        plan-chosen resource-running-out session-continued settings-changed sign-in-failed
        sign-ins-changed signed-in signed-out template-removed template-set terms-changed trial-set white-label-renewed
        white-label-started white-label-stopped";

    fn entry(event: Value, brands: &[&str]) -> Entry<Fields> {
        let Value::Object(event) = event else { panic!("{event} is no object") };
        Entry {
            number: 1,
            at: Timestamp::EPOCH,
            actor: Actor::Visitor,
            trace_id: None,
            about: brands.iter().map(|id| Subject::Brand(BrandId::parse(id).unwrap())).collect(),
            event,
            personal: Default::default(),
        }
    }

    #[test]
    fn each_kind_of_entry_is_told_or_not() {
        let wit = include_str!("../../../../wit/audit.wit");
        let rows = wit.lines().filter_map(|line| line.trim().strip_prefix("/// | `"));
        let kinds = rows.filter_map(|row| row.split_once(" | ")).flat_map(|(kinds, _)| {
            kinds.split(',').map(|kind| kind.trim().trim_matches('`')).collect::<Vec<_>>()
        });
        let known: BTreeSet<&str> = kinds.filter(|kind| *kind != "impersonation-used").collect();
        let told: BTreeSet<&str> = TOLD.iter().map(|(kind, _)| *kind).collect();
        let not_told: BTreeSet<&str> = NOT_TOLD.split_whitespace().collect();
        assert!(known.len() > 60 && told.is_disjoint(&not_told));
        assert_eq!(told.union(&not_told).copied().collect::<BTreeSet<_>>(), known);
    }

    #[test]
    fn each_thing_is_told_once_in_the_order_in_which_it_was_first_done() {
        let mut deeds = Deeds::default();
        for (event, brands) in [
            (json!({"kind": "client-invited"}), &["nike", "jordan"][..]),
            (json!({"kind": "item-booked"}), &["nike"]),
            (json!({"kind": "impersonation-used", "what": "switch-brand"}), &["nike"]),
            (
                json!({"kind": "impersonation-used", "what": {"view-page": {"feature": "dashboard"}}}),
                &["nike"],
            ),
            (json!({"kind": "client-invited"}), &["nike", "golf"]),
            (json!({"kind": "plan-changed"}), &[]),
        ] {
            deeds.count(&entry(event, brands));
        }
        let told = deeds.into_all().into_iter().map(|Deed { what, times, brands }| {
            let brands: Vec<&str> = brands.iter().map(BrandId::as_str).collect();
            format!("{times} {what}: {}", brands.join(" "))
        });
        let expected = [
            "2 Person invited: nike jordan golf",
            "1 Page of the portal viewed: nike",
            "1 Plan changed: ",
        ];
        assert_eq!(told.collect::<Vec<_>>(), expected);
    }
}
