//! A quote: a promise of what a command comes to.

use thiserror::Error;

use crate::domain::keyring::{KeyRing, Mac, Purpose, base64url, from_base64url};
use crate::domain::time::{MINUTE, Timestamp};

/// How long a quote holds: up to that millisecond, as invites do.
const VALID_MILLIS: u64 = 15 * MINUTE;

/// A text that is no quote.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("must be the `quote` of a `billing.preview`")]
pub struct QuoteError;

/// A quote as a caller brings it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quote {
    /// The instant that it is priced at.
    pub as_of: Timestamp,
    mac: Mac,
}

impl Quote {
    /// The quote that `text` spells.
    ///
    /// # Errors
    ///
    /// When it spells none.
    pub fn parse(text: &str) -> Result<Quote, QuoteError> {
        let parsed = (|| {
            let text = String::from_utf8(from_base64url(text)?).ok()?;
            let (as_of, mac) = text.split_once(' ')?;
            let as_of = Timestamp::from_millis(as_of.parse().ok()?)?;
            Some(Quote { as_of, mac: Mac::parse(mac)? })
        })();
        parsed.ok_or(QuoteError)
    }

    /// The quote for what a command came to at `as_of`.
    pub fn of(basis: &str, as_of: Timestamp, ring: &KeyRing) -> Quote {
        Quote { as_of, mac: ring.sign(Purpose::Quote, &parts(basis, &as_of.millis().to_string())) }
    }

    /// The text that a caller brings back.
    pub fn text(&self) -> String {
        base64url(format!("{} {}", self.as_of.millis(), self.mac).as_bytes())
    }

    /// Whether it is too old at `now`, or of a time that hasn't come.
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.as_of > now || now.since(self.as_of) >= VALID_MILLIS
    }

    /// Whether it was made for this.
    pub fn holds(&self, basis: &str, ring: &KeyRing) -> bool {
        let at = self.as_of.millis().to_string();
        ring.verify(&self.mac, Purpose::Quote, &parts(basis, &at)).is_ok()
    }
}

fn parts<'a>(basis: &'a str, as_of: &'a str) -> [&'a [u8]; 2] {
    [as_of.as_bytes(), basis.as_bytes()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::keyring::tests::ring;

    #[test]
    fn a_quote_holds_for_what_it_was_made_for_only() {
        let (ring, other) = (ring(&["a"]), ring(&["b"]));
        let at = |millis| Timestamp::from_millis(millis).unwrap();
        let quote = Quote::of("revoke ann", at(7), &ring);
        let read = Quote::parse(&quote.text()).unwrap();
        assert_eq!(read, quote);
        assert!(read.holds("revoke ann", &ring));
        assert!(!read.holds("revoke ben", &ring));
        assert!(!read.holds("revoke ann", &other), "of other keys");
        let later = Quote { as_of: at(8), ..read };
        assert!(!later.holds("revoke ann", &ring), "the instant is part of it");
    }

    #[test]
    fn it_holds_for_fifteen_minutes() {
        let start = Timestamp::from_millis(1_000).unwrap();
        let quote = Quote::of("revoke ann", start, &ring(&["a"]));
        let minutes = |minutes: u64| start.plus(minutes * MINUTE);
        for (now, over) in [
            (start.minus(1).unwrap(), true),
            (start, false),
            (minutes(15).minus(1).unwrap(), false),
            (minutes(15), true),
        ] {
            assert_eq!(quote.is_over(now), over, "{now:?}");
        }
    }

    #[test]
    fn what_is_no_quote_is_said_to_be_none() {
        let no_time = base64url(b"x a:AAAA");
        let no_hash = base64url(b"7 a:AAAA");
        for text in ["", "quote", "AAAA", no_time.as_str(), no_hash.as_str()] {
            assert_eq!(Quote::parse(text), Err(QuoteError), "{text:?}");
        }
    }
}
