//! Every kind of row of an agency, and how it gets into another store.

use crate::app::error::Error;
use crate::app::record::{
    Answered, LedgerBlock, Marker, PasswordRequest, Record, RenewalProgress, Rescoring, Running,
    Scored, decode,
};
use crate::domain::account::{Account, Template, Usage};
use crate::domain::activity::{Activity, ActivityBatch};
use crate::domain::agency::Agency;
use crate::domain::billing::{Invoice, LedgerTotals, Opening};
use crate::domain::brand::Brand;
use crate::domain::client::Client;
use crate::domain::crossing::CrossingProgress;
use crate::domain::digest::Schedule;
use crate::domain::due::Due;
use crate::domain::health::trail::Trail;
use crate::domain::impersonation::Impersonation;
use crate::domain::log::{Block, Head};
use crate::domain::mail::OutboxMail;
use crate::domain::tally::Tally;

/// A kind of row: those whose keys begin with `a/{agency}/{word}`.
pub struct Kind {
    /// What stands after the agency in its key.
    pub word: &'static str,
    /// Whether there is one of them, and its key ends there.
    pub is_single: bool,
    /// How it gets into another store.
    pub moves: Moves,
}

/// How a row gets into another store.
#[derive(Clone, Copy)]
pub enum Moves {
    /// As it is. This reads it, to see that it is whole.
    AsItIs(fn(&str, &str) -> Result<(), Error>),
    /// Not at all: it is worked out anew, by what commands use, from this.
    Follows(&'static str),
    /// Not at all, for this reason.
    Stays(&'static str),
}

/// What commits at once know each other by: rows are read by all of their type.
fn whole<R: Record>(key: &str, value: &str) -> Result<(), Error> {
    decode::<R>(key, value).map(drop)
}

macro_rules! kinds {
    (
        single { $($one:literal: $one_record:ty,)* }
        as they are { $($word:literal: $record:ty,)* }
        follow { $($following:literal from $source:literal,)* }
        stay { $($staying:literal since $why:literal,)* }
    ) => {
        /// All kinds. Those that are taken along come first, in the order in which they stand in a file.
        pub const KINDS: &[Kind] = &[
            $(Kind { word: $one, is_single: true, moves: Moves::AsItIs(whole::<$one_record>) },)*
            $(Kind { word: $word, is_single: false, moves: Moves::AsItIs(whole::<$record>) },)*
            $(Kind { word: $following, is_single: false, moves: Moves::Follows($source) },)*
            $(Kind { word: $staying, is_single: false, moves: Moves::Stays($why) },)*
        ];
    };
}

kinds! {
    // The agency and its head are first: the others are read with them.
    single {
        "agency": Agency,
        "head": Head,
        "tally": Tally,
        "digest": Schedule,
        "renewals": RenewalProgress,
        "rescoring": Rescoring,
        "scored": Scored,
        "crossings": CrossingProgress,
        "slipping": CrossingProgress,
    }
    as they are {
        "log": Block,
        // Erasing takes rows of these two away: what is left can't be told from the log and the mails.
        "about": Marker,
        "mail-of": Marker,
        "account": Account,
        "account-template": Template,
        "use": Usage,
        "brand": Brand,
        "client": Client,
        "activity": Activity,
        "brand-activity": Activity,
        "trail": Trail,
        "unsealed": ActivityBatch,
        "sealed": ActivityBatch,
        "mail": OutboxMail,
        "password-request": PasswordRequest,
        "payer": LedgerTotals,
        "ledger": LedgerBlock,
        "opening": Opening,
        "invoice": Invoice,
        // The log says that they run: they end where the agency is, and the account is told.
        "acting": Impersonation,
        "acting-of": Running,
        // A command that is repeated after the move is still the same command.
        "idempotency": Answered,
    }
    follow {
        "access" from "client",
        "by-end" from "client",
        "by-expiry" from "client",
        "by-health" from "client",
        "by-login" from "client",
        "by-name" from "client",
        "by-status" from "client",
        "client-email" from "client",
        "search" from "client",
        "undelivered" from "client",
        "account-billed" from "account",
        "account-by-created" from "account",
        "account-by-name" from "account",
        "account-by-status" from "account",
        "account-counted" from "account",
        "account-owned" from "account",
        "account-plan" from "account",
        "account-plan-due" from "account",
        "account-brand" from "brand",
        "brand-name" from "brand",
        "acting-for" from "acting",
    }
    stay {
        "session" since "clients log in again: one session isn't to be good in two places",
        "attempts" since "guesses are counted where they are made",
        "import" since "it is about the store, not about the agency",
        "import-agency" since "it is about the store, not about the agency",
        "import-due" since "it is about the store, not about the agency",
        "import-login" since "it is about the store, not about the agency",
    }
}

/// How an entry of the due index gets into another store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DueMoves {
    /// Not at all: rows that move tell it, also when it is late.
    Follows,
    /// Rows tell it while it is ahead. They don't tell whether a late one was done: one that is late
    /// moves as it is.
    FollowsAhead,
    /// As it is. It falls due at once, so there is none ahead, or what brings it on moves.
    AsItIs,
    /// Not at all, as what it would tidy up.
    Stays,
}

/// How an entry of the due index gets into another store.
pub const fn due_moves(due: &Due) -> DueMoves {
    match due {
        Due::MailRetry(_)
        | Due::IdempotencyEnd(_)
        | Due::AccessEnd(_)
        | Due::AccountRenewals(_)
        | Due::TrialEnd(_)
        | Due::TrialDeletion(_)
        | Due::ImpersonationEnd(_)
        | Due::Rescoring
        | Due::Renewals
        | Due::Digest
        | Due::Sealing => DueMoves::Follows,
        Due::InviteExpiry(_) | Due::TrialEnding(_) => DueMoves::FollowsAhead,
        Due::BrandTidy(_)
        | Due::BrandRenewals(_)
        | Due::SignInReport(_)
        | Due::PasswordRequest(_)
        | Due::AddressChange(_)
        | Due::Erasure(_)
        | Due::Backlog(_)
        // Those of later today are found by the day's scoring, which follows at once.
        | Due::Crossing => DueMoves::AsItIs,
        Due::SessionEnd(_) | Due::AttemptsEnd(_) => DueMoves::Stays,
    }
}

/// The kind with this word, and its place in the list, if its rows are taken along.
pub fn taken_along(word: &str) -> Option<(usize, &'static Kind)> {
    let is = |(_, kind): &(usize, &Kind)| kind.word == word;
    KINDS.iter().enumerate().find(is).filter(|(_, kind)| matches!(kind.moves, Moves::AsItIs(_)))
}

/// The place after all kinds that are taken along: that of logins.
pub fn logins_stage() -> usize {
    KINDS.iter().filter(|kind| matches!(kind.moves, Moves::AsItIs(_))).count()
}

pub use crate::app::system::keyed::LOGIN;

/// The word of a line that is an entry of the due index.
pub const DUE: &str = "due";

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_word_stands_once_and_those_that_move_come_first() {
        let words: BTreeSet<&str> = KINDS.iter().map(|kind| kind.word).collect();
        assert_eq!(words.len(), KINDS.len());
        assert!(!words.contains(LOGIN) && !words.contains(DUE));
        let (moving, others) = KINDS.split_at(logins_stage());
        assert!(moving.iter().all(|kind| matches!(kind.moves, Moves::AsItIs(_))));
        for kind in others {
            match kind.moves {
                Moves::AsItIs(_) => panic!("{} comes late", kind.word),
                Moves::Follows(source) => assert!(taken_along(source).is_some(), "{source}"),
                Moves::Stays(why) => assert!(why.len() > 20, "{why}"),
            }
        }
        assert_eq!((KINDS[0].word, KINDS[1].word), ("agency", "head"));
    }
}
