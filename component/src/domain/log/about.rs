//! What each event is about.

use core::slice;

use super::booked;
use super::event::Event;
use super::impersonation::{
    ImpersonationEnded, ImpersonationRefused, ImpersonationStarted, SignInsChanged,
};
use super::subject::{Subject, subjects};
use crate::domain::id::{AccountId, ClientId};

impl Event {
    /// What it is about: the clients and brands that a person would look for it under.
    ///
    /// A sealing names clients, and yet isn't about them: it says nothing of any one of them,
    /// and would bury what does.
    pub fn about(&self) -> Vec<Subject> {
        use Event as E;
        match self {
            E::AgencyCreated { .. }
            | E::AgencySuspended(_)
            | E::AgencyResumed(_)
            | E::AgencyClosed(_)
            | E::SettingsChanged { .. }
            | E::ClockReset { .. }
            | E::IndexesRepaired(_)
            // Rows of the index for all who did something would cost as much as what they did.
            | E::ActivitySealed { .. }
            | E::DigestSent { .. }
            | E::TermsChanged { .. }
            | E::TemplateSet { .. }
            | E::TemplateRemoved { .. }
            | E::IntervalChangePlanned { .. }
            | E::IntervalChangeDropped { .. } => Vec::new(),
            E::BrandCreated { brand, .. }
            | E::BrandRenamed { brand, .. }
            | E::BrandArchived { brand, .. } => subjects(&[], slice::from_ref(brand)),
            E::WhiteLabelStarted(booked)
            | E::WhiteLabelRenewed(booked)
            | E::WhiteLabelStopped(booked)
            | E::ItemBooked(booked) => booked.about(),
            E::AccountCreated { account, .. }
            | E::BillingOwnerChanged { account, .. }
            | E::AccountActivated { account, .. }
            | E::PlanChanged { account, .. }
            | E::AddOnAdded { account, .. }
            | E::AccountDisabled { account, .. }
            | E::TrialSet { account, .. }
            | E::AccountUpdated { account, .. }
            | E::AccountResourcesSet { account, .. }
            | E::AccountFeaturesSet { account, .. }
            | E::ResourceRunningOut { account, .. }
            | E::AccountResumed { account }
            | E::AccountDeleted { account } => vec![Subject::Account(account.clone())],
            E::ImpersonationStarted(ImpersonationStarted { account, .. })
            | E::ImpersonationRefused(ImpersonationRefused { account, .. })
            | E::ImpersonationEnded(ImpersonationEnded { account, .. }) => {
                vec![Subject::Account(account.clone())]
            }
            E::ImpersonationUsed(used) => used.about(),
            E::BrandMoved { brand, from, to } => {
                let accounts = from.iter().chain(to).cloned().map(Subject::Account);
                [Subject::Brand(brand.clone())].into_iter().chain(accounts).collect()
            }
            E::AccountOwnerSet { account, client } => about_account(account, *client),
            E::PlanChosen { account, client, .. } | E::SignInsChanged(SignInsChanged { account, client, .. }) => about_account(account, Some(*client)),
            E::AccountChangePlanned(step)
            | E::AccountChangeHappened(step)
            | E::AccountChangeReplaced(step)
            | E::AccountChangeDropped(step) => vec![Subject::Account(step.account.clone())],
            E::InvoiceClosed(closed) => closed.about(),
            E::PaymentReported { payer, .. } => booked::payer(payer).into_iter().collect(),
            E::SignInFailed { client }
            | E::MailFailed { client, .. }
            | E::MailBounced { client, .. } => subjects(client.as_slice(), &[]),
            E::ClientMerged { client, into } => subjects(&[*client, *into], &[]),
            E::ClientInvited { client, brands, .. }
            | E::ClientReinvited { client, brands, .. }
            | E::BrandAccessAdded { client, brands }
            | E::BrandAccessRemoved { client, brands }
            | E::BrandAccessEnded { client, brands }
            | E::ClientRevoked { client, brands } => subjects(&[*client], brands),
            E::SignedIn { client, brand }
            | E::SessionContinued { client, brand }
            | E::SignedOut { client, brand } => subjects(&[*client], brand.as_slice()),
            E::BrandSwitched { client, brand } => subjects(&[*client], slice::from_ref(brand)),
            E::InviteResent { client, .. }
            | E::InviteMailedAgain { client, .. }
            | E::ClientUpdated { client, .. }
            | E::PermissionsChanged { client, .. }
            | E::ClientJoined { client, .. }
            | E::ClientAtRisk { client, .. }
            | E::ClientChurned { client, .. }
            | E::EmailConfirmed { client, .. }
            | E::EmailChangeAsked { client, .. }
            | E::EmailChanged { client, .. }
            | E::PasswordResetSent { client, .. }
            | E::PasswordReset { client, .. }
            | E::PasswordChanged { client, .. }
            | E::ClientErased { client } => subjects(&[*client], &[]),
        }
    }
}

/// A client first, as everywhere.
fn about_account(account: &AccountId, client: Option<ClientId>) -> Vec<Subject> {
    let client = client.map(Subject::Client);
    client.into_iter().chain([Subject::Account(account.clone())]).collect()
}

#[cfg(test)]
#[path = "about_tests.rs"]
mod tests;
