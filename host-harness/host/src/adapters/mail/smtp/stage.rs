//! How far a mail came, and what a server's answer means there.

use std::fmt;
use std::sync::{Mutex, PoisonError};

/// What is under way with a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Stage {
    /// All connections are in use.
    #[default]
    Waiting,
    Connecting,
    /// The server says who it is, and what it can.
    Greeting,
    Encrypting,
    LoggingIn,
    Sender,
    Recipient,
    /// The server says whether it wants the mail.
    Asking,
    /// The mail's bytes are on their way: it can't be taken before their end.
    Sending,
    /// All of it is sent.
    Taking,
}

/// Why it came no further.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Failure {
    /// The server said no.
    Refused(Refusal),
    /// The connection broke, or something was said that makes no sense.
    Broken(String),
    /// The mail can't go this way: for good.
    Unfit(&'static str),
}

/// What a server says when it says no.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    /// Three digits; the first is 4 or 5.
    pub(super) code: u16,
    /// What RFC 3463 adds: the subject, and the detail.
    pub(super) enhanced: Option<(u16, u16)>,
    /// Its words.
    pub(super) text: String,
}

/// What becomes of a mail that wasn't taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// It is tried again.
    Later,
    /// It never will be taken.
    Never,
}

impl Stage {
    /// Whether the failure has nothing to do with this mail: any other would fail, too.
    pub(super) const fn is_of_the_server(self) -> bool {
        match self {
            Self::Waiting
            | Self::Connecting
            | Self::Greeting
            | Self::Encrypting
            | Self::LoggingIn => true,
            Self::Sender | Self::Recipient | Self::Asking | Self::Sending | Self::Taking => false,
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Waiting => "waiting for a connection to the mail server",
            Self::Connecting => "connecting to the mail server",
            Self::Greeting => "being greeted by the mail server",
            Self::Encrypting => "encrypting the connection to the mail server",
            Self::LoggingIn => "logging in to the mail server",
            Self::Sender => "telling the mail server the sender",
            Self::Recipient => "telling the mail server the recipient",
            Self::Asking => "asking the mail server to take the mail",
            Self::Sending => "sending the mail",
            Self::Taking => "waiting until the mail server has taken the mail",
        })
    }
}

impl Refusal {
    /// What becomes of the mail that this was said of. Only what is the recipient's or the mail's own fault is for
    /// good: whoever operates the host can mend the rest.
    pub(super) fn fate(&self, stage: Stage) -> Fate {
        if self.code < 500 {
            return Fate::Later;
        }
        match stage {
            Stage::Waiting
            | Stage::Connecting
            | Stage::Greeting
            | Stage::Encrypting
            | Stage::LoggingIn
            | Stage::Sender
            | Stage::Asking => Fate::Later,
            Stage::Recipient | Stage::Sending | Stage::Taking => self.blames(),
        }
    }

    /// Whom a refusal for good is about: the recipient or the mail, or the sender and the host.
    const fn blames(&self) -> Fate {
        match self.enhanced {
            // An address: the sender's, or else the recipient's.
            Some((1, 7 | 8)) => Fate::Later,
            // A mailbox; a way there; what a mail may hold; one that is too large.
            Some((1 | 2 | 4 | 6, _) | (3, 4)) => Fate::Never,
            // The server itself; how it is talked to; who may send whom what, which mostly is about the sender.
            Some((3 | 5 | 7, _)) => Fate::Later,
            Some(_) | None => match self.code {
                // It doesn't understand, or wants somebody to log in first.
                500 | 502..=504 | 521 | 530..=538 => Fate::Later,
                _ => Fate::Never,
            },
        }
    }
}

impl Failure {
    /// What becomes of the mail.
    pub(super) fn fate(&self, stage: Stage) -> Fate {
        match self {
            Self::Refused(refusal) => refusal.fate(stage),
            Self::Broken(_) => Fate::Later,
            Self::Unfit(_) => Fate::Never,
        }
    }

    /// Whether another connection may do better at once, and the mail can't have been taken over this one. `reused`:
    /// the connection was there before, and may have been over without our knowing.
    pub(super) fn is_worth_another_try(&self, stage: Stage, reused: bool) -> bool {
        match self {
            Self::Refused(refusal) => refusal.code == 421 && reused,
            Self::Broken(_) => match stage {
                Stage::Greeting
                | Stage::Sender
                | Stage::Recipient
                | Stage::Asking
                | Stage::Sending => true,
                // Nobody answers, the certificate is wrong, or the password is; or it may have been taken.
                Stage::Waiting
                | Stage::Connecting
                | Stage::Encrypting
                | Stage::LoggingIn
                | Stage::Taking => false,
            },
            Self::Unfit(_) => false,
        }
    }

    /// Whether the connection is as good as before.
    pub(super) const fn leaves_connection(&self) -> bool {
        match self {
            Self::Refused(refusal) => refusal.code != 421,
            Self::Broken(_) => false,
            Self::Unfit(_) => true,
        }
    }
}

/// How far it came, for whoever finds it stopped.
#[derive(Debug, Default)]
pub(super) struct Progress(Mutex<Stage>);

impl Progress {
    pub(super) fn set(&self, stage: Stage) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = stage;
    }

    pub(super) fn stage(&self) -> Stage {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Stage; 10] = [
        Stage::Waiting,
        Stage::Connecting,
        Stage::Greeting,
        Stage::Encrypting,
        Stage::LoggingIn,
        Stage::Sender,
        Stage::Recipient,
        Stage::Asking,
        Stage::Sending,
        Stage::Taking,
    ];

    fn fate(stage: Stage, code: u16, enhanced: Option<(u16, u16)>) -> Fate {
        Refusal { code, enhanced, text: String::new() }.fate(stage)
    }

    #[test]
    fn for_a_while_is_later_at_each_stage_and_for_good_never_where_it_is_about_the_mail() {
        for stage in ALL {
            for code in [421, 450, 451, 452, 454] {
                assert_eq!(fate(stage, code, Some((1, 1))), Fate::Later, "{code} at {stage}");
            }
            let about_the_mail = matches!(stage, Stage::Recipient | Stage::Sending | Stage::Taking);
            let expected = if about_the_mail { Fate::Never } else { Fate::Later };
            for code in [550, 551, 552, 553, 554, 501] {
                assert_eq!(fate(stage, code, None), expected, "{code} at {stage}");
            }
            for code in [500, 502, 503, 504, 521, 530, 535] {
                assert_eq!(fate(stage, code, None), Fate::Later, "{code} at {stage}");
            }
        }
    }

    #[test]
    fn what_a_refusal_says_more_exactly_counts() {
        for (code, enhanced, expected) in [
            (550, (1, 1), Fate::Never),
            (550, (1, 7), Fate::Later),
            (553, (1, 8), Fate::Later),
            (552, (2, 2), Fate::Never),
            (552, (3, 4), Fate::Never),
            (554, (3, 0), Fate::Later),
            (550, (4, 1), Fate::Never),
            (503, (5, 1), Fate::Later),
            (554, (6, 0), Fate::Never),
            (554, (7, 1), Fate::Later),
            (530, (7, 0), Fate::Later),
            (550, (9, 9), Fate::Never),
        ] {
            for stage in [Stage::Recipient, Stage::Taking] {
                assert_eq!(fate(stage, code, Some(enhanced)), expected, "{code} {enhanced:?}");
            }
        }
    }

    #[test]
    fn only_what_cant_have_been_taken_is_tried_at_once_again() {
        let broken = Failure::Broken("cut".into());
        let again: Vec<Stage> =
            ALL.into_iter().filter(|stage| broken.is_worth_another_try(*stage, false)).collect();
        assert_eq!(
            again,
            [Stage::Greeting, Stage::Sender, Stage::Recipient, Stage::Asking, Stage::Sending]
        );
        for (code, reused, expected) in [(421, true, true), (421, false, false), (450, true, false)]
        {
            let refusal = Failure::Refused(Refusal { code, enhanced: None, text: String::new() });
            assert_eq!(refusal.is_worth_another_try(Stage::Sender, reused), expected, "{code}");
        }
    }
}
