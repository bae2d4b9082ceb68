//! What can happen: a case for each event, in the past tense.
//!
//! A new event is a case here. Its name and its fields are what `audit.list` shows, in
//! kebab-case. Personal data doesn't stand here but in [`Draft::personal`](super::Draft):
//! it must be possible to erase it. Events are written, never read back: a reader takes
//! their fields as they come, so that it can show an event that it doesn't know.

use serde::Serialize;

use super::booked::{AccountStep, Booked, Closed};
use super::details::{Allocation, InDetails};
use super::impersonation::{
    ImpersonationEnded, ImpersonationRefused, ImpersonationStarted, ImpersonationUsed,
    SignInsChanged,
};
use super::standing::{IndexesRepaired, StandsSince};
use crate::domain::account::{BillingOwner, DisabledReason};
use crate::domain::billing::PayerId;
use crate::domain::billing::invoice::PaymentState;
use crate::domain::billing::terms_changes::Replaced;
use crate::domain::catalog::AccountFeature;
use crate::domain::id::{
    AccountId, AddOnId, AgencyId, BrandId, ClientId, IdentityId, MailId, PlanId, TemplateId,
};
use crate::domain::period::Interval;
use crate::domain::permissions::Permissions;
use crate::domain::time::{Timestamp, Until};

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case", rename_all_fields = "kebab-case")]
pub enum Event {
    /// The platform created the agency.
    AgencyCreated {
        /// Its id.
        agency: AgencyId,
    },
    /// The platform put the agency to rest: nobody signs in, and operators only read.
    AgencySuspended(StandsSince),
    /// The platform let the agency work again.
    AgencyResumed(StandsSince),
    /// The platform closed the agency: nothing is renewed any more.
    AgencyClosed(StandsSince),
    /// The platform undid a wrong jump ahead of the clock.
    ClockReset {
        /// The agency's latest time before.
        from: Timestamp,
        /// And after.
        to: Timestamp,
    },
    /// The platform had rows written anew that follow from others, and weren't as they should be.
    IndexesRepaired(IndexesRepaired),
    /// A brand was created.
    BrandCreated {
        /// Its id.
        brand: BrandId,
        /// Its name.
        name: String,
    },
    /// An account was created.
    AccountCreated {
        /// Its id.
        account: AccountId,
        /// The company's name.
        name: String,
    },
    /// Another client, or nobody, may choose an account's plan.
    AccountOwnerSet {
        /// The account.
        account: AccountId,
        /// Who; none: nobody.
        client: Option<ClientId>,
    },
    /// The platform is to bill somebody else for an account.
    BillingOwnerChanged {
        /// The account.
        account: AccountId,
        /// Whom.
        owner: BillingOwner,
    },
    /// An account left set-up.
    AccountActivated {
        /// The account.
        account: AccountId,
        /// With this plan.
        plan: PlanId,
    },
    /// The owner of an account chose its plan: the account pays itself from then on.
    PlanChosen {
        /// The account.
        account: AccountId,
        /// Who.
        client: ClientId,
        /// The plan.
        plan: PlanId,
    },
    /// An account got another plan.
    PlanChanged {
        /// The account.
        account: AccountId,
        /// The plan.
        plan: PlanId,
    },
    /// An account got an add-on.
    AddOnAdded {
        /// The account.
        account: AccountId,
        /// The add-on.
        add_on: AddOnId,
    },
    /// An account was put to rest, or its trial was over.
    AccountDisabled {
        /// The account.
        account: AccountId,
        /// Why.
        reason: DisabledReason,
    },
    /// The trial of an account began, or lasts longer.
    TrialSet {
        /// The account.
        account: AccountId,
        /// When it is over.
        ends_at: Timestamp,
    },
    /// A brand was moved into an account, or out of one.
    BrandMoved {
        /// The brand.
        brand: BrandId,
        /// Out of this one; none: it was the agency's own.
        from: Option<AccountId>,
        /// Into this one; none: it is the agency's own.
        to: Option<AccountId>,
    },
    /// An account was changed.
    AccountUpdated {
        /// The account.
        account: AccountId,
        /// These of its fields.
        changed: Vec<&'static str>,
    },
    /// An account got an allocation of its own, or has what its plan includes again.
    AccountResourcesSet {
        /// The account.
        account: AccountId,
        /// Its own; none: what its plan includes.
        resources: Option<Allocation>,
    },
    /// An account got features of its own, or has those of its plan and its add-ons again.
    AccountFeaturesSet {
        /// The account.
        account: AccountId,
        /// Its own; none: those of its plan and its add-ons.
        features: Option<Vec<AccountFeature>>,
    },
    /// Something of an account will be used up within a week.
    ResourceRunningOut {
        /// The account.
        account: AccountId,
        /// What: dashboards, users, API calls of a day.
        resource: &'static str,
        /// How many there may be.
        limit: u64,
        /// How many are in use.
        used: u64,
        /// When there will be nothing left.
        runs_out_at: Timestamp,
    },
    /// A template for accounts was made or changed.
    TemplateSet {
        /// Its id.
        template: TemplateId,
        /// What it is called.
        name: String,
    },
    /// A template for accounts was removed.
    TemplateRemoved {
        /// Its id.
        template: TemplateId,
    },
    /// An account's rest ended.
    AccountResumed {
        /// The account.
        account: AccountId,
    },
    /// An account was deleted.
    AccountDeleted {
        /// The account.
        account: AccountId,
    },
    /// An operator signed in on an account's behalf.
    ImpersonationStarted(ImpersonationStarted),
    /// An operator was refused to sign in on an account's behalf.
    ImpersonationRefused(ImpersonationRefused),
    /// A sign-in on an account's behalf ended.
    ImpersonationEnded(ImpersonationEnded),
    /// Somebody who is signed in on an account's behalf did something in the portal, or something else that
    /// leaves no other entry.
    ImpersonationUsed(ImpersonationUsed),
    /// The owner of an account changed what it allows to operators who would sign in on its behalf.
    SignInsChanged(SignInsChanged),
    /// Something is planned for an account.
    AccountChangePlanned(AccountStep),
    /// What was planned for an account happened.
    AccountChangeHappened(AccountStep),
    /// Something else was planned, or done, in place of what was planned for an account.
    AccountChangeReplaced(AccountStep),
    /// What was planned for an account won't happen.
    AccountChangeDropped(AccountStep),
    /// The agency's settings were changed.
    SettingsChanged {
        /// These of them.
        changed: Vec<&'static str>,
    },
    /// A brand got another name.
    BrandRenamed {
        /// The brand.
        brand: BrandId,
        /// Its new name.
        name: String,
    },
    /// A brand was taken out of use.
    BrandArchived {
        /// The brand.
        brand: BrandId,
        /// How many clients had it.
        clients: u32,
        /// How many of them lose their last brand.
        revoked: u32,
    },
    /// Somebody unknown to the agency was invited.
    ClientInvited {
        /// The new client.
        client: ClientId,
        /// To these brands.
        brands: Vec<BrandId>,
        /// Until when the invite can be accepted.
        until: Until,
        /// By mail or by link.
        channel: &'static str,
    },
    /// A client whose access was removed, or whose invite had expired, was invited again.
    ClientReinvited {
        /// The client.
        client: ClientId,
        /// To these brands.
        brands: Vec<BrandId>,
        /// Until when the invite can be accepted.
        until: Until,
        /// By mail or by link.
        channel: &'static str,
    },
    /// An open invite was renewed.
    InviteResent {
        /// The client.
        client: ClientId,
        /// Until when it can be accepted now.
        until: Until,
        /// By mail or by link.
        channel: &'static str,
    },
    /// The mail of an open invite was sent once more, since the person asked: link and end stay.
    InviteMailedAgain {
        /// The client.
        client: ClientId,
        /// Until when the invite can be accepted.
        until: Until,
    },
    /// Brands were added to an open invite, or given to a client that had joined; or how long
    /// they are given was changed.
    BrandAccessAdded {
        /// The client.
        client: ClientId,
        /// These brands.
        brands: Vec<BrandId>,
    },
    /// Brands were taken away from a client.
    BrandAccessRemoved {
        /// The client.
        client: ClientId,
        /// These brands.
        brands: Vec<BrandId>,
    },
    /// Access to brands was over by itself, or the brands were archived.
    BrandAccessEnded {
        /// The client.
        client: ClientId,
        /// These brands.
        brands: Vec<BrandId>,
    },
    /// What the agency wrote down about a client was changed.
    ClientUpdated {
        /// The client.
        client: ClientId,
        /// These fields.
        changed: Vec<&'static str>,
    },
    /// What a client may do was changed.
    PermissionsChanged {
        /// The client.
        client: ClientId,
        /// What it may do now.
        #[serde(serialize_with = "InDetails::serialize")]
        permissions: Permissions,
    },
    /// A client accepted its invite.
    ClientJoined {
        /// The client.
        client: ClientId,
        /// With this login.
        identity: IdentityId,
        /// Whether the login was made for it.
        new_login: bool,
        /// Whether the login's address is proved.
        verified: bool,
    },
    /// A link was used by somebody who is a client already: its brands are that client's.
    ClientMerged {
        /// The client that the link was, and that is no more.
        client: ClientId,
        /// The client that has its brands now.
        into: ClientId,
    },
    /// A client signed in.
    SignedIn {
        /// The client.
        client: ClientId,
        /// At this brand.
        brand: Option<BrandId>,
    },
    /// A session was used for the first time on a calendar day: the client was there, as if it
    /// had signed in.
    SessionContinued {
        /// The client.
        client: ClientId,
        /// At this brand.
        brand: Option<BrandId>,
    },
    /// A client signed out.
    SignedOut {
        /// The client.
        client: ClientId,
        /// At this brand.
        brand: Option<BrandId>,
    },
    /// A client turned at-risk by the passing of days.
    ClientAtRisk {
        /// The client.
        client: ClientId,
        /// When it turned: the entry's own time, unless a job ran late.
        since: Timestamp,
        /// Its latest log-in.
        last_log_in: Timestamp,
    },
    /// A client churned by the passing of days.
    ClientChurned {
        /// The client.
        client: ClientId,
        /// When it turned: the entry's own time, unless a job ran late.
        since: Timestamp,
        /// Its latest log-in.
        last_log_in: Timestamp,
    },
    /// What clients did in the portal is covered by this entry from here on.
    ActivitySealed {
        /// These clients.
        clients: Vec<ClientId>,
        /// How many page views and exports.
        events: u32,
        /// A keyed hash over them.
        hash: String,
    },
    /// The weekly summary was written.
    DigestSent {
        /// To so many.
        recipients: u32,
    },
    /// Somebody tried to sign in with a wrong password, an unknown address, or a client
    /// whose access was removed.
    SignInFailed {
        /// The client, where the address is one's.
        client: Option<ClientId>,
    },
    /// A client went to another brand.
    BrandSwitched {
        /// The client.
        client: ClientId,
        /// The brand that it looks at now.
        brand: BrandId,
    },
    /// A login's address was proved.
    EmailConfirmed {
        /// The client.
        client: ClientId,
        /// The login.
        identity: IdentityId,
    },
    /// A client asked for another address.
    EmailChangeAsked {
        /// The client.
        client: ClientId,
        /// The login.
        identity: IdentityId,
    },
    /// A login has another address.
    EmailChanged {
        /// The client.
        client: ClientId,
        /// The login.
        identity: IdentityId,
    },
    /// A link to choose a new password was mailed.
    PasswordResetSent {
        /// The client.
        client: ClientId,
        /// The login.
        identity: IdentityId,
    },
    /// A new password was chosen by such a link.
    PasswordReset {
        /// The client.
        client: ClientId,
        /// The login.
        identity: IdentityId,
    },
    /// A client changed its password.
    PasswordChanged {
        /// The client.
        client: ClientId,
        /// The login.
        identity: IdentityId,
    },
    /// All access of a client was removed.
    ClientRevoked {
        /// The client.
        client: ClientId,
        /// It had these brands.
        brands: Vec<BrandId>,
    },
    /// The personal data of a client was erased.
    ClientErased {
        /// The client.
        client: ClientId,
    },
    /// White-label of a brand started, with this charge.
    WhiteLabelStarted(Booked),
    /// White-label of a brand went on, with a charge for one or more new periods.
    WhiteLabelRenewed(Booked),
    /// White-label of a brand stopped, with this credit.
    WhiteLabelStopped(Booked),
    /// Something else than white-label was charged or credited.
    ItemBooked(Booked),
    /// An invoice was closed.
    InvoiceClosed(Closed),
    /// The host said what became of an invoice.
    PaymentReported {
        /// Who pays it.
        payer: PayerId,
        /// Its number.
        number: u64,
        /// What became of it.
        payment: PaymentState,
        /// What the host calls the payment.
        #[serde(skip_serializing_if = "Option::is_none")]
        reference: Option<String>,
    },
    /// The platform changed what holds for the agency besides the catalog.
    TermsChanged {
        /// These terms.
        changed: Vec<&'static str>,
        /// What was planned before, and isn't any more.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        replaced: Vec<Replaced>,
    },
    /// White-label will be billed by another interval.
    IntervalChangePlanned {
        /// By this one.
        interval: Interval,
        /// From then on.
        from: Timestamp,
    },
    /// White-label won't be billed by another interval after all.
    IntervalChangeDropped {
        /// By this one it would have been.
        interval: Interval,
    },
    /// A mail will not be tried again. The host's reason is among the personal data.
    MailFailed {
        /// The mail.
        mail: MailId,
        /// The client that it went to; none: the agency.
        client: Option<ClientId>,
    },
    /// A mail came back. The host's reason is among the personal data.
    MailBounced {
        /// The mail.
        mail: MailId,
        /// The client that it went to; none: the agency.
        client: Option<ClientId>,
    },
}
