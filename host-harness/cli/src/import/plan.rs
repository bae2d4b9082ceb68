//! What an import does: decided in rehearsals, before anything is done.

use std::collections::HashSet;

use super::brands::Brands;
use super::choose::{Chosen, NO_BRAND, Wishes};
use super::people::{self, Known, Person};
use super::probe;
use super::row::{Outcome, Reason, Row, Settled};
use super::send;
use crate::agency_api::AgencyApi;
use crate::failure::Failure;

/// What is to be done, and what became of the other rows.
pub(super) struct Plan {
    pub(super) brands: Brands,
    pub(super) people: Vec<Person>,
    pub(super) settled: Vec<Settled>,
}

impl Plan {
    /// An invite for each person of the rows that the component would take. `rehearse` gives
    /// a new rehearsal each time.
    ///
    /// # Errors
    ///
    /// When the caller may not do this at all, and when a brand for everyone isn't there.
    pub(super) fn of<A: AgencyApi>(
        rehearse: &dyn Fn() -> A,
        rows: Vec<Row>,
        wishes: &Wishes,
    ) -> Result<Plan, Failure> {
        let rehearsal = rehearse();
        let mut brands = Brands::read(&rehearsal)?;
        let mut settled = Vec::new();
        let rows = probe::rows(&rehearsal, rows, &brands, &mut settled)?;
        let chosen = Chosen::of(&rehearsal, &rows, &mut brands, wishes)?;
        let everyones = everyones(&chosen, wishes)?;
        let chosen = rows.into_iter().map(|(row, person)| {
            let brands = chosen.brands(&row, &brands, &everyones);
            (row, person, brands)
        });
        let known = with_brands(chosen.collect(), &mut settled);
        let mut plan = Plan { brands, people: people::of(known), settled };
        plan.try_new_brands(&rehearse())?;
        Ok(plan)
    }

    /// Settles those who would be refused although they get new brands: no brand is made for
    /// somebody who doesn't get it.
    fn try_new_brands(&mut self, rehearsal: &impl AgencyApi) -> Result<(), Failure> {
        let is_new = |place: &usize| self.brands.id(*place).is_none();
        let (get_new, others): (Vec<Person>, Vec<Person>) = std::mem::take(&mut self.people)
            .into_iter()
            .partition(|person| person.brands.iter().any(is_new));
        let mut brands = self.brands.clone();
        let sent = send::send(rehearsal, &get_new, &mut brands, |_| {});
        if let Some((_, failure)) = sent.stopped {
            return Err(failure);
        }
        let refused = sent.settled.into_iter().filter(|row| row.outcome == Outcome::Refused);
        let refused: Vec<Settled> = refused.collect();
        let is_refused =
            |person: &Person| refused.iter().any(|row| row.source.line == person.line());
        self.people = others;
        self.people.extend(get_new.into_iter().filter(|person| !is_refused(person)));
        self.people.sort_by_key(Person::line);
        self.settled.extend(refused);
        Ok(())
    }
}

/// The rows whose brands are known, and those without any of people who have other rows; the
/// rest is added to `settled`.
fn with_brands(
    rows: Vec<(Row, String, Result<Vec<usize>, Reason>)>,
    settled: &mut Vec<Settled>,
) -> Vec<Known> {
    let have = rows.iter().filter(|(_, _, brands)| brands.is_ok());
    let have: HashSet<String> = have.map(|(_, person, _)| person.clone()).collect();
    let mut known = Vec::new();
    for (row, person, brands) in rows {
        match brands {
            Ok(brands) => known.push(Known { row, person, brands }),
            Err(reason) if reason.kind == NO_BRAND && have.contains(&person) => {
                known.push(Known { row, person, brands: Vec::new() });
            }
            Err(reason) => settled.push(row.settled(Outcome::Refused, reason)),
        }
    }
    known
}

/// What every row gets, from the options.
fn everyones(chosen: &Chosen, wishes: &Wishes) -> Result<Vec<usize>, Failure> {
    let find = |name: &String| chosen.brand(name.trim());
    let found = wishes.everyones.iter().map(find).collect::<Result<Vec<usize>, _>>();
    let mut found =
        found.map_err(|reason| Failure::Usage(format!("`--brand`: {}", reason.text)))?;
    let mut seen = Vec::new();
    found.retain(|place| {
        !seen.contains(place) && {
            seen.push(*place);
            true
        }
    });
    Ok(found)
}
