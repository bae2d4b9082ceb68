//! Which column holds what, found by the headers or said by the caller.

use std::collections::HashSet;
use std::str::FromStr;

use thiserror::Error;

use super::spellings::{
    Field, Named, folded, may_name_brands, named, puts_family_first, spellings,
};
use crate::format::{cut, quoted, some_quoted};

/// What a column can be said to hold, as the option spells it.
const CHOICES: [(&str, Field); 8] = [
    ("email", Field::Email),
    ("name", Field::Name),
    ("first-name", Field::FirstName),
    ("last-name", Field::LastName),
    ("brands", Field::Brand),
    ("label", Field::Label),
    ("note", Field::Note),
    ("message", Field::Message),
];

/// How many spellings an error shows.
const SHOWN: usize = 6;

/// `email=Work address`: which column holds a field. No column, if none is named.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Choice {
    field: Field,
    header: String,
}

impl FromStr for Choice {
    type Err = String;

    fn from_str(text: &str) -> Result<Choice, String> {
        let (name, header) = text.split_once('=').ok_or("expected FIELD=HEADER")?;
        let name = name.trim().to_lowercase();
        let name = if name == "brand" { "brands".to_owned() } else { name };
        let choice = CHOICES.iter().find(|(known, _)| *known == name);
        let (_, field) = choice.ok_or_else(|| {
            let known: Vec<&str> = CHOICES.iter().map(|(name, _)| *name).collect();
            format!("there is no field `{name}`; fields are {}", known.join(", "))
        })?;
        Ok(Choice { field: *field, header: header.trim().to_owned() })
    }
}

/// Where each field stands in a row.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Columns {
    /// Those of addresses: the first that isn't empty counts.
    pub(super) emails: Vec<usize>,
    pub(super) name: Option<usize>,
    pub(super) first_name: Option<usize>,
    pub(super) last_name: Option<usize>,
    /// Whether the last name stands before the first one.
    pub(super) family_first: bool,
    pub(super) brands: Vec<usize>,
    pub(super) label: Option<usize>,
    pub(super) note: Option<usize>,
    pub(super) message: Option<usize>,
    /// The headers of columns that may hold brands, where none is known to.
    pub(super) perhaps_brands: Vec<String>,
}

/// Why the headers tell nothing.
#[derive(Debug, PartialEq, Error)]
pub(super) enum ColumnsError {
    /// There is nobody to invite.
    #[error(
        "no e-mail column: the headers are {seen}; call one of them {accepted}, or name it with \
         `--column email=<HEADER>`",
        seen = some_quoted(.headers),
        accepted = quoted(spellings(Field::Email).take(SHOWN)),
    )]
    NoEmail {
        /// The headers.
        headers: Vec<String>,
    },
    /// The first line has an address where headers should be.
    #[error(
        "the first line isn't a header row: it has the address `{address}`; add a line above it \
         that names the columns, such as `e-mail`, `name`, `brands`",
        address = cut(.cell),
    )]
    NoHeaders {
        /// The cell with the address.
        cell: String,
    },
    /// A column that was named isn't there.
    #[error(
        "`--column`: there is no column `{header}`; the headers are {seen}",
        seen = some_quoted(.headers),
    )]
    UnknownColumn {
        /// What was named.
        header: String,
        /// The headers.
        headers: Vec<String>,
    },
}

impl Columns {
    /// The columns that these headers name, and those that were chosen.
    pub(super) fn of(headers: &[String], choices: &[Choice]) -> Result<Columns, ColumnsError> {
        let chosen = Chosen::of(headers, choices)?;
        let names: Vec<Option<Named>> = headers.iter().map(|header| named(header)).collect();
        let emails = chosen.all(Field::Email).unwrap_or_else(|| ranked(&names, Field::Email));
        if emails.is_empty() {
            return Err(match headers.iter().find(|header| header.contains('@')) {
                Some(cell) => ColumnsError::NoHeaders { cell: cell.clone() },
                None => ColumnsError::NoEmail { headers: headers.to_vec() },
            });
        }
        let is_free = |index: &usize| !chosen.0.iter().any(|(_, taken)| *taken == Some(*index));
        let one = |field: Field| match chosen.all(field) {
            Some(columns) => columns.first().copied(),
            None => ranked(&names, field).into_iter().find(is_free),
        };
        // A name that was chosen is the whole name.
        let is_whole = chosen.all(Field::Name).is_some();
        let part = |field| if is_whole && chosen.all(field).is_none() { None } else { one(field) };
        let last_name = part(Field::LastName);
        let header = last_name.and_then(|index| headers.get(index));
        let brands = chosen.all(Field::Brand).unwrap_or_else(|| brands(&names));
        let perhaps = headers.iter().filter(|header| may_name_brands(header)).cloned();
        let taken: HashSet<usize> = emails.iter().copied().collect();
        Ok(Columns {
            name: one(Field::Name),
            first_name: part(Field::FirstName),
            last_name,
            family_first: header.is_some_and(|header| puts_family_first(header)),
            perhaps_brands: if brands.is_empty() { perhaps.collect() } else { Vec::new() },
            brands: brands.into_iter().filter(|index| !taken.contains(index)).collect(),
            label: one(Field::Label),
            note: one(Field::Note),
            message: one(Field::Message),
            emails,
        })
    }

    /// What is read from which column, for people.
    pub(super) fn used(&self) -> Vec<(&'static str, usize)> {
        let one = |what, column: Option<usize>| column.map(|index| (what, index));
        let all = |what, columns: &[usize]| -> Vec<_> {
            columns.iter().map(|index| (what, *index)).collect()
        };
        let names = [
            one("name", self.name),
            one("first name", self.first_name),
            one("last name", self.last_name),
        ];
        let texts =
            [one("label", self.label), one("own note", self.note), one("message", self.message)];
        all("e-mail", &self.emails)
            .into_iter()
            .chain(names.into_iter().flatten())
            .chain(all("brands", &self.brands))
            .chain(texts.into_iter().flatten())
            .collect()
    }
}

/// The columns that were chosen; none for a field that no column is to be read for.
struct Chosen(Vec<(Field, Option<usize>)>);

impl Chosen {
    fn of(headers: &[String], choices: &[Choice]) -> Result<Chosen, ColumnsError> {
        let find = |choice: &Choice| {
            if choice.header.is_empty() {
                return Ok((choice.field, None));
            }
            let exact = headers.iter().position(|header| *header == choice.header);
            let loosely = || {
                let name = folded(&choice.header);
                headers.iter().position(|header| !name.is_empty() && folded(header) == name)
            };
            match exact.or_else(loosely) {
                Some(index) => Ok((choice.field, Some(index))),
                None => Err(ColumnsError::UnknownColumn {
                    header: choice.header.clone(),
                    headers: headers.to_vec(),
                }),
            }
        };
        choices.iter().map(find).collect::<Result<_, _>>().map(Chosen)
    }

    /// The field's columns; none if nothing was said about it.
    fn all(&self, field: Field) -> Option<Vec<usize>> {
        let mut said = self.0.iter().filter(|(chosen, _)| *chosen == field).peekable();
        said.peek()?;
        Some(said.filter_map(|(_, index)| *index).collect())
    }
}

fn brands(names: &[Option<Named>]) -> Vec<usize> {
    let mut brands = ranked(names, Field::Brand);
    brands.sort_unstable();
    match brands.is_empty() {
        true => ranked(names, Field::Account).into_iter().take(1).collect(),
        false => brands,
    }
}

/// The columns that fit the field, the best first; of equals, the first.
fn ranked(names: &[Option<Named>], field: Field) -> Vec<usize> {
    let fits = |(index, name): (usize, &Option<Named>)| {
        name.filter(|(found, _)| *found == field).map(|(_, rank)| (rank, index))
    };
    let mut ranks: Vec<(usize, usize)> = names.iter().enumerate().filter_map(fits).collect();
    ranks.sort_unstable();
    ranks.into_iter().map(|(_, index)| index).collect()
}

#[cfg(test)]
#[path = "columns_tests.rs"]
mod tests;
