//! Which column holds what, found by the headers.

use thiserror::Error;

use crate::format::quoted;

/// What a column can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Email,
    Name,
    FirstName,
    LastName,
    Brand,
    /// Where no column is called after brands, one called after accounts names them.
    Account,
    Label,
    /// The agency's own words about a client.
    Note,
    /// The personal words in the invite mail.
    Message,
}

/// How headers are spelled, without case, spaces and punctuation. Where several columns fit
/// one field, the spelling that stands first here wins. Brands are in all columns that fit.
///
/// A `note` is the agency's own and never mailed: rosters have columns of that name with
/// words that aren't meant for the client.
#[rustfmt::skip]
const SPELLINGS: &[(Field, &[&str])] = &[
    (Field::Email, &[
        "email", "emailaddress", "mail", "mailaddress", "emailadresse", "mailadresse", "correo",
        "correoelectrónico", "correoelectronico", "courriel", "adresseemail", "adressemail",
        "adresseélectronique", "adresseelectronique", "indirizzoemail", "clientemail",
        "contactemail", "useremail", "primaryemail", "workemail", "businessemail",
    ]),
    (Field::Name, &[
        "name", "fullname", "contactname", "contact", "clientname", "client", "displayname",
        "kontakt", "ansprechpartner", "kunde", "kundenname", "nombre", "nombrecompleto", "nom",
        "nomcomplet",
    ]),
    (Field::FirstName, &[
        "firstname", "first", "givenname", "forename", "vorname", "prénom", "prenom",
    ]),
    (Field::LastName, &[
        "lastname", "last", "surname", "familyname", "nachname", "familienname", "apellidos",
        "apellido", "nomdefamille", "cognome",
    ]),
    (Field::Brand, &[
        "brands", "brand", "brandnames", "brandname", "brandids", "brandid", "marken", "marke",
        "marcas", "marca", "marques", "marque",
    ]),
    (Field::Account, &["accounts", "account", "accountnames", "accountname"]),
    (Field::Label, &["label", "bezeichnung", "etiqueta", "libellé", "libelle"]),
    (Field::Note, &[
        "note", "notes", "internalnote", "internalnotes", "comment", "comments", "remark",
        "remarks", "notiz", "notizen", "bemerkung", "bemerkungen", "nota", "notas", "remarque",
        "remarques",
    ]),
    (Field::Message, &[
        "message", "personalmessage", "personalnote", "invitemessage", "invitenote",
        "invitationmessage",
    ]),
];

/// Where each field stands in a row.
#[derive(Debug, PartialEq)]
pub(super) struct Columns {
    pub(super) email: usize,
    pub(super) name: Option<usize>,
    pub(super) first_name: Option<usize>,
    pub(super) last_name: Option<usize>,
    pub(super) brands: Vec<usize>,
    pub(super) label: Option<usize>,
    pub(super) note: Option<usize>,
    pub(super) message: Option<usize>,
}

/// Why the headers tell nothing.
#[derive(Debug, PartialEq, Error)]
pub(super) enum ColumnsError {
    /// There is nobody to invite.
    #[error(
        "no e-mail column: the headers are {seen}; one of them must be {accepted} \
         (case, spaces and punctuation don't matter)",
        seen = quoted(.headers.iter().map(String::as_str)),
        accepted = accepted(Field::Email)
    )]
    NoEmail {
        /// The headers.
        headers: Vec<String>,
    },
    /// The first line has an address where headers should be.
    #[error(
        "the first line isn't a header row: it has the address `{cell}`; add a line above it \
         that names the columns, such as `e-mail`, `name`, `brands`"
    )]
    NoHeaders {
        /// The cell with the address.
        cell: String,
    },
}

impl Columns {
    /// The columns that these headers name.
    pub(super) fn of(headers: &[String]) -> Result<Columns, ColumnsError> {
        let Some(email) = best(headers, Field::Email) else {
            return Err(match headers.iter().find(|header| header.contains('@')) {
                Some(cell) => ColumnsError::NoHeaders { cell: cell.clone() },
                None => ColumnsError::NoEmail { headers: headers.to_vec() },
            });
        };
        let brands = match all(headers, Field::Brand) {
            none if none.is_empty() => best(headers, Field::Account).into_iter().collect(),
            brands => brands,
        };
        Ok(Columns {
            email,
            name: best(headers, Field::Name),
            first_name: best(headers, Field::FirstName),
            last_name: best(headers, Field::LastName),
            brands,
            label: best(headers, Field::Label),
            note: best(headers, Field::Note),
            message: best(headers, Field::Message),
        })
    }

    /// What is read from which column, for people.
    pub(super) fn used(&self) -> Vec<(&'static str, usize)> {
        let brands = self.brands.iter().map(|index| ("brands", Some(*index)));
        [
            ("e-mail", Some(self.email)),
            ("name", self.name),
            ("first name", self.first_name),
            ("last name", self.last_name),
        ]
        .into_iter()
        .chain(brands)
        .chain([("label", self.label), ("own note", self.note), ("message", self.message)])
        .filter_map(|(what, index)| index.map(|index| (what, index)))
        .collect()
    }
}

/// How many of the headers name a field.
pub(super) fn known(headers: &[String]) -> usize {
    let is_known =
        |header: &&String| SPELLINGS.iter().any(|(field, _)| rank(header, *field).is_some());
    headers.iter().filter(is_known).count()
}

/// The column that fits the field best; of equals, the first.
fn best(headers: &[String], field: Field) -> Option<usize> {
    let ranked = headers.iter().enumerate();
    ranked
        .filter_map(|(index, header)| rank(header, field).map(|rank| (rank, index)))
        .min()
        .map(|(_, index)| index)
}

/// All columns that fit the field.
fn all(headers: &[String], field: Field) -> Vec<usize> {
    let fits = |(_, header): &(usize, &String)| rank(header, field).is_some();
    headers.iter().enumerate().filter(fits).map(|(index, _)| index).collect()
}

/// The place of the header among the field's spellings; none if it is none of them.
fn rank(header: &str, field: Field) -> Option<usize> {
    let mut name: String =
        header.to_lowercase().chars().filter(|letter| letter.is_alphanumeric()).collect();
    if field == Field::Brand {
        // `Brand 1`, `Brand 2`, …
        name.truncate(name.trim_end_matches(|letter: char| letter.is_ascii_digit()).len());
    }
    spellings(field).position(|spelling| spelling == name)
}

fn spellings(field: Field) -> impl Iterator<Item = &'static str> {
    let rows = SPELLINGS.iter().filter(move |(found, _)| *found == field);
    rows.flat_map(|(_, spellings)| spellings.iter().copied())
}

fn accepted(field: Field) -> String {
    quoted(spellings(field))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(line: &str) -> Result<Columns, ColumnsError> {
        let headers: Vec<String> = line.split(',').map(str::to_owned).collect();
        Columns::of(&headers)
    }

    /// What is found, as `field=column`.
    fn found(line: &str) -> String {
        let used = of(line).unwrap().used();
        let used: Vec<String> =
            used.iter().map(|(what, index)| format!("{what}={index}")).collect();
        used.join(" ")
    }

    #[test]
    fn columns_are_found_by_common_spellings() {
        for (line, columns) in [
            ("email", "e-mail=0"),
            ("Name,E-Mail,Brands", "e-mail=1 name=0 brands=2"),
            (" E_MAIL ADDRESS* ,Full name,Brand(s)", "e-mail=0 name=1 brands=2"),
            ("Vorname,Nachname,E-Mail-Adresse,Marke", "e-mail=2 first name=0 last name=1 brands=3"),
            ("Nombre,Apellidos,Correo electrónico,Marcas", "e-mail=2 name=0 last name=1 brands=3"),
            ("Nom,Prénom,Courriel,Marque", "e-mail=2 name=0 first name=1 brands=3"),
            ("Client,Contact,Mail,Account", "e-mail=2 name=1 brands=3"),
            ("Email,Account,Brand 1,Brand 2", "e-mail=0 brands=2 brands=3"),
            ("Work email,Email,email", "e-mail=1"),
            ("mail,label,Notes,Personal message", "e-mail=0 label=1 own note=2 message=3"),
            ("mail,phone,city", "e-mail=0"),
        ] {
            assert_eq!(found(line), columns, "{line}");
        }
    }

    #[test]
    fn without_addresses_the_headers_are_shown() {
        let error = of("Phone,City").unwrap_err().to_string();
        for part in ["the headers are `Phone`, `City`;", "must be `email`, `emailaddress`, `mail`"]
        {
            assert!(error.contains(part), "{error}");
        }
        let error = of("Ann,ann@nike.example").unwrap_err().to_string();
        assert!(error.contains("has the address `ann@nike.example`"), "{error}");
    }

    #[test]
    fn spellings_are_written_as_they_are_compared_and_only_once() {
        let mut all: Vec<&str> =
            SPELLINGS.iter().flat_map(|(_, names)| names.iter().copied()).collect();
        for name in &all {
            let is_compared =
                name.chars().all(|c| c.is_alphanumeric()) && name.to_lowercase() == *name;
            assert!(is_compared, "{name}");
        }
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
    }
}
