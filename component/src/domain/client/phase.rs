//! Where a client stands as far as rules care, and what may happen to it then.

use thiserror::Error;

/// Where a client stands, as far as rules care.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Invited, and may accept.
    Pending,
    /// Invited, and too late to accept.
    Expired,
    /// Accepted.
    Joined,
    /// Access was removed.
    Revoked,
}

/// What may happen to a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The agency invites it, for the first time or again.
    Invite,
    /// The agency sends the open invite again.
    Resend,
    /// The agency mends the address that the open invite goes to.
    MendAddress,
    /// The person accepts the invite.
    Accept,
    /// The person logs in.
    LogIn,
    /// The agency gives or takes single brands.
    ChangeBrands,
    /// The agency sends a link to choose a new password.
    ResetPassword,
    /// The agency removes all access.
    Revoke,
    /// The agency erases the personal data.
    Erase,
}

/// Why something can't happen to a client now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Refusal {
    /// The invite's time is over.
    #[error("the invite has expired")]
    Expired,
    /// The invite was accepted before.
    #[error("the invite has already been accepted")]
    Used,
    /// The client hasn't accepted yet.
    #[error("the invite hasn't been accepted yet")]
    NotJoined,
    /// Access was removed.
    #[error("the client's access was removed")]
    Revoked,
    /// Access wasn't removed.
    #[error("the client still has access; revoke it first")]
    NotRevoked,
}

impl Phase {
    /// The phase that `event` leads to.
    ///
    /// # Errors
    ///
    /// When it can't happen in this phase.
    pub const fn next(self, event: Event) -> Result<Phase, Refusal> {
        use {Event as E, Phase as P, Refusal as R};
        match (self, event) {
            (P::Pending | P::Expired | P::Revoked, E::Invite) => Ok(P::Pending),
            (P::Pending | P::Expired, E::Resend | E::MendAddress) => Ok(P::Pending),
            (P::Pending | P::Expired | P::Joined, E::ChangeBrands) => Ok(self),
            (P::Joined, E::LogIn | E::Invite | E::ResetPassword) => Ok(P::Joined),
            (P::Pending, E::Accept) => Ok(P::Joined),
            (P::Pending | P::Expired | P::Joined, E::Revoke) => Ok(P::Revoked),
            (P::Revoked, E::Erase) => Ok(P::Revoked),
            (P::Expired, E::Accept) => Err(R::Expired),
            (P::Joined, E::Accept | E::Resend | E::MendAddress) => Err(R::Used),
            (P::Pending | P::Expired, E::LogIn | E::ResetPassword) => Err(R::NotJoined),
            (P::Pending | P::Expired | P::Joined, E::Erase) => Err(R::NotRevoked),
            (
                P::Revoked,
                E::Accept
                | E::LogIn
                | E::Revoke
                | E::Resend
                | E::MendAddress
                | E::ChangeBrands
                | E::ResetPassword,
            ) => Err(R::Revoked),
        }
    }
}
