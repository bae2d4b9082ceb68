//! How often somebody may try, from where they are: every form that is sent counts, and those that let somebody in
//! more. The contract counts failed log-ins by e-mail address; here, whoever tries many addresses is slowed down.

use std::num::NonZeroU32;
use std::time::Duration;

use crate::rates::Rates;

/// The pages that somebody without a session sends a secret to, or an address.
const DOORS: [&str; 7] = [
    "/log-in",
    "/invite",
    "/accept",
    "/forgot-password",
    "/reset-password",
    "/confirm-email",
    "/profile",
];

const fn many(number: u32) -> NonZeroU32 {
    NonZeroU32::MIN.saturating_add(number - 1)
}

/// How often each address has tried of late.
pub(super) struct Tries {
    doors: Rates,
    forms: Rates,
}

impl Default for Tries {
    /// At a door, thirty at once and twenty a minute; of all forms, a hundred and then two a second.
    fn default() -> Tries {
        Tries {
            doors: Rates::at_once(many(30), many(20)),
            forms: Rates::at_once(many(100), many(120)),
        }
    }
}

impl Tries {
    /// How long whoever sends a form to this page has to wait; none: they don't.
    pub(super) fn wait(&self, from: &str, page: &str) -> Option<Duration> {
        let is_at = |door: &str| {
            page.strip_prefix(door).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let door = DOORS.into_iter().any(is_at).then(|| self.doors.wait(from)).flatten();
        door.or_else(|| self.forms.wait(from))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_tries_often_waits_and_nobody_else() {
        let tries = Tries::default();
        let free = (0..100).take_while(|_| tries.wait("here", "/log-in").is_none()).count();
        assert!((30..40).contains(&free), "{free}");
        let wait = tries.wait("here", "/invite").unwrap();
        assert!(wait <= Duration::from_secs(3), "every door counts the same: {wait:?}");
        assert_eq!(tries.wait("here", "/brand"), None, "whoever is in goes on");
        assert_eq!(tries.wait("there", "/log-in"), None);
        let forms = (0..300).take_while(|_| tries.wait("there", "/export").is_none()).count();
        assert!((99..120).contains(&forms), "{forms}");
    }
}
