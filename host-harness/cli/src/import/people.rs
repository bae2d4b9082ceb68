//! People: what several rows say about one is one invite.

use std::collections::HashMap;

use super::brands::Brands;
use super::row::{Outcome, Row, Settled, Source};

/// Whom to invite, and what all of the person's rows say.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Person {
    pub(super) email: String,
    pub(super) name: Option<String>,
    /// The places of the brands, each once.
    pub(super) brands: Vec<usize>,
    pub(super) message: Option<String>,
    pub(super) label: Option<String>,
    pub(super) note: Option<String>,
    /// Its rows, in the order of the file.
    pub(super) rows: Vec<PersonRow>,
}

/// One of a person's rows.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct PersonRow {
    pub(super) source: Source,
    /// The address as it stands there.
    pub(super) email: String,
    pub(super) remarks: Vec<String>,
}

impl Person {
    /// The line where its first row begins.
    pub(super) fn line(&self) -> u64 {
        self.rows.first().map_or(0, |row| row.source.line)
    }

    /// Takes over what another of its rows says. What earlier rows say counts.
    fn add(&mut self, row: Row, brands: &[usize]) {
        let Row { source, email, name, label, note, message, mut remarks, .. } = row;
        let said = [("name", name, &mut self.name), ("label", label, &mut self.label)];
        let texts = [("note", note, &mut self.note), ("message", message, &mut self.message)];
        for (what, new, old) in said.into_iter().chain(texts) {
            match (&old, new) {
                (None, new) => *old = new,
                (Some(old), Some(new)) if *old != new => {
                    remarks.push(format!("another {what} than in rows before it, which counts"));
                }
                (Some(_), _) => {}
            }
        }
        for brand in brands {
            if !self.brands.contains(brand) {
                self.brands.push(*brand);
            }
        }
        self.rows.push(PersonRow { source, email, remarks });
    }

    /// What became of its rows. The first stands for the invite; if that isn't made, nothing
    /// was done about any of them.
    pub(super) fn settled(
        &self,
        brands: &Brands,
        outcome: &Outcome,
        kind: Option<&'static str>,
        remarks: &[String],
    ) -> Vec<Settled> {
        let line = self.line();
        let is_together = matches!(outcome, Outcome::Refused | Outcome::NotReached);
        let names: Vec<String> =
            self.brands.iter().map(|place| brands.name(*place).to_owned()).collect();
        let row = |(index, row): (usize, &PersonRow)| {
            let is_repeated = index > 0 && !is_together;
            let mut said = if is_repeated {
                vec![format!("one invite with line {line}")]
            } else {
                remarks.to_vec()
            };
            said.extend_from_slice(&row.remarks);
            Settled {
                source: row.source.clone(),
                email: row.email.clone(),
                name: self.name.clone(),
                brands: names.clone(),
                outcome: if is_repeated { Outcome::Skipped } else { outcome.clone() },
                kind: if is_repeated { Some("the same person again") } else { kind },
                remarks: said,
            }
        };
        self.rows.iter().enumerate().map(row).collect()
    }
}

/// A row, whose it is, and the places of its brands.
pub(super) struct Known {
    pub(super) row: Row,
    /// The same for all rows of a person.
    pub(super) person: String,
    pub(super) brands: Vec<usize>,
}

/// The people of these rows, in the order of their first ones.
pub(super) fn of(rows: Vec<Known>) -> Vec<Person> {
    let mut people: Vec<Person> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for Known { row, person, brands } in rows {
        let place = *places.entry(person).or_insert(people.len());
        if place == people.len() {
            people.push(Person { email: row.email.clone(), ..Person::default() });
        }
        if let Some(person) = people.get_mut(place) {
            person.add(row, &brands);
        }
    }
    people
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(line: u64, person: &str, brands: &[usize], name: Option<&str>) -> Known {
        let source = Source { line, last: line, rows: 1, cells: Vec::new() };
        let name = name.map(str::to_owned);
        let row = Row { source, email: format!("{person}{line}"), name, ..Row::default() };
        Known { row, person: person.into(), brands: brands.to_vec() }
    }

    #[test]
    fn several_rows_are_one_person() {
        let rows = vec![
            known(2, "ann", &[0, 1], None),
            known(3, "ben", &[0], Some("Ben")),
            known(4, "ann", &[1, 2], Some("Ann")),
            known(5, "ann", &[0], Some("Anna")),
        ];
        let people = of(rows);
        let [ann, ben] = people.as_slice() else { panic!("{people:?}") };
        assert_eq!((ann.email.as_str(), ann.name.as_deref()), ("ann2", Some("Ann")));
        assert_eq!(
            (ann.brands.as_slice(), ben.brands.as_slice()),
            ([0, 1, 2].as_slice(), [0].as_slice())
        );
        let shown = |outcome: Outcome| -> Vec<(u64, Outcome, String)> {
            let settled = ann.settled(&Brands::default(), &outcome, None, &["why".into()]);
            let row = |row: Settled| (row.source.line, row.outcome, row.remarks.join("; "));
            settled.into_iter().map(row).collect()
        };
        let repeated = |more: &str| format!("one invite with line 2{more}");
        assert_eq!(
            shown(Outcome::Invited),
            [
                (2, Outcome::Invited, "why".into()),
                (4, Outcome::Skipped, repeated("")),
                (
                    5,
                    Outcome::Skipped,
                    repeated("; another name than in rows before it, which counts")
                ),
            ]
        );
        assert!(shown(Outcome::Refused).iter().all(|(_, outcome, _)| *outcome == Outcome::Refused));
    }
}
