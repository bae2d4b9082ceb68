//! Records that say which one they are: each lies under its own id, and nowhere else.

use core::fmt::{self, Display, Write};

use serde_json::value::RawValue;

use super::{LedgerBlock, Record};
use crate::app::upgrade;
use crate::domain::account::{Account, Template};
use crate::domain::agency::Agency;
use crate::domain::billing::Invoice;
use crate::domain::brand::Brand;
use crate::domain::client::Client;
use crate::domain::identity::Identity;
use crate::domain::mail::OutboxMail;

impl Record for Agency {
    fn upgrade(from: u32, data: Box<RawValue>) -> Option<Box<RawValue>> {
        upgrade::agency(from, &data)
    }

    fn lies_under(&self, key: &str) -> bool {
        begins_with(key, self.id.as_str())
    }
}

impl Record for Brand {
    fn upgrade(from: u32, data: Box<RawValue>) -> Option<Box<RawValue>> {
        upgrade::brand(from, &data)
    }

    fn lies_under(&self, key: &str) -> bool {
        ends_with(key, &self.id)
    }
}

impl Record for Client {
    fn upgrade(from: u32, data: Box<RawValue>) -> Option<Box<RawValue>> {
        upgrade::client(from, &data)
    }

    fn lies_under(&self, key: &str) -> bool {
        ends_with(key, &self.id)
    }
}

impl Record for Identity {
    fn lies_under(&self, key: &str) -> bool {
        ends_with(key, &self.id)
    }
}

impl Record for OutboxMail {
    fn lies_under(&self, key: &str) -> bool {
        ends_with(key, &self.id)
    }
}

impl Record for Account {
    fn lies_under(&self, key: &str) -> bool {
        ends_with(key, &self.id)
    }
}

impl Record for Template {
    fn lies_under(&self, key: &str) -> bool {
        ends_with(key, &self.id)
    }
}

impl Record for Invoice {
    fn lies_under(&self, key: &str) -> bool {
        ends_with(key, &format_args!("{:015}", self.number))
    }
}

impl Record for LedgerBlock {
    fn upgrade(from: u32, data: Box<RawValue>) -> Option<Box<RawValue>> {
        upgrade::ledger_block(from, &data)
    }

    fn lies_under(&self, key: &str) -> bool {
        counts_from(key, self.lines.iter().map(|line| line.number))
    }
}

/// Whether there are numbers, and they count on from the one that a key ends with.
fn counts_from(key: &str, mut numbers: impl Iterator<Item = u64>) -> bool {
    let Some((_, first)) = key.rsplit_once('/') else { return true };
    let Ok(first) = first.parse::<u64>() else { return false };
    let follows = |last: u64, next| (last.checked_add(1) == Some(next)).then_some(next);
    numbers.next() == Some(first) && numbers.try_fold(first, follows).is_some()
}

/// Whether a key is one of this agency's.
fn begins_with(key: &str, agency: &str) -> bool {
    let of = key.strip_prefix("a/").and_then(|rest| rest.split('/').next());
    of.is_none_or(|of| of == agency)
}

/// Whether the id is what a key ends with. Outside of a store, rows are read by their kind, which is
/// no key.
fn ends_with(key: &str, id: &dyn Display) -> bool {
    let Some((_, last)) = key.rsplit_once('/') else { return true };
    let mut rest = Rest(last);
    write!(rest, "{id}").is_ok() && rest.0.is_empty()
}

/// What is left of a text after what is written: nothing is put together to compare it.
struct Rest<'t>(&'t str);

impl Write for Rest<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0 = self.0.strip_prefix(text).ok_or(fmt::Error)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_ends_with_an_id_and_nothing_else() {
        for (key, id, is_its) in [
            ("a/acme/brand/nike", "nike", true),
            ("a/acme/brand/nike", "nik", false),
            ("a/acme/brand/nik", "nike", false),
            ("a/acme/brand/nike", "puma", false),
            ("a/acme/brand/", "nike", false),
            ("brand", "nike", true),
        ] {
            assert_eq!(ends_with(key, &id), is_its, "{key} {id}");
        }
    }

    #[test]
    fn lines_count_on_from_the_first() {
        let key = "a/acme/ledger/agency/000000000000003";
        for (key, numbers, is_its) in [
            (key, vec![3], true),
            (key, vec![3, 4, 5], true),
            (key, vec![3, 3], false),
            (key, vec![3, 5], false),
            (key, vec![4], false),
            (key, vec![], false),
            ("a/acme/ledger/agency/x", vec![3], false),
            ("ledger", vec![7], true),
        ] {
            assert_eq!(counts_from(key, numbers.iter().copied()), is_its, "{key} {numbers:?}");
        }
    }

    #[test]
    fn an_agency_is_the_one_that_its_keys_begin_with() {
        for (key, is_its) in [
            ("a/acme/agency", true),
            ("a/acme/import-agency", true),
            ("a/beta/agency", false),
            ("a/acmes/agency", false),
            ("agency", true),
        ] {
            assert_eq!(begins_with(key, "acme"), is_its, "{key}");
        }
    }
}
