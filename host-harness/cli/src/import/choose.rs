//! Which brand a name in the file is, and which are to be made.

use std::collections::{HashMap, HashSet};

use clap::ValueEnum;
use clientdesk_host::CallError;
use serde_json::{Value, json};

use super::brands::{Brands, folded};
use super::names::{joined, names_in};
use super::row::{Reason, Row};
use crate::agency_api::AgencyApi;
use crate::failure::Failure;
use crate::format::{count, cut};
use crate::refusal::{self, sentence};

/// The kind of rows that name no brand at all.
pub(super) const NO_BRAND: &str = "no brand";

/// How many of a row's problems with brands are told.
const PROBLEMS_MAX: usize = 5;

/// What happens to rows with a name that is like another brand's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Similar {
    /// The rows are refused: somebody has to look at them.
    Refuse,
    /// The name is a brand of its own, and is created.
    Create,
    /// The name is a slip: the other brand is meant.
    Use,
}

/// What is asked about a name that is like another brand's.
#[derive(Debug, PartialEq)]
pub(super) struct Question<'q> {
    pub(super) name: &'q str,
    /// The brand that may be meant.
    pub(super) like: &'q str,
    /// How many rows have the name.
    pub(super) rows: usize,
}

/// What is to happen to unknown names.
pub(super) struct Wishes<'w> {
    /// The names of brands that everyone gets.
    pub(super) everyones: Vec<String>,
    /// True if the brands that are missing are to be made.
    pub(super) create: bool,
    /// What was said about similar names; none: `ask` knows.
    pub(super) similar: Option<Similar>,
    pub(super) ask: &'w dyn Fn(&Question) -> Similar,
}

/// What each name in the file is.
pub(super) struct Chosen {
    /// By folded names; which brand, or why none.
    by_name: HashMap<String, Result<usize, Reason>>,
    /// Folded names that the file or the agency knows by themselves.
    known: HashSet<String>,
}

impl Chosen {
    /// Decides about all names of the rows; of two that are like each other, the one that
    /// more rows have is right. New brands are made in the rehearsal, which tells whether
    /// they can be, and are added to `brands` as to be made.
    pub(super) fn of(
        rehearsal: &impl AgencyApi,
        rows: &[(Row, String)],
        brands: &mut Brands,
        wishes: &Wishes,
    ) -> Result<Chosen, Failure> {
        let known = rows.iter().flat_map(|(row, _)| &row.brands);
        let known = known.flat_map(|cell| names_in(cell, &|name| brands.find(name).is_some()));
        let known = known.map(|name| folded(&name)).collect();
        let mut chosen = Chosen { by_name: HashMap::new(), known };
        let mut counts: Vec<(String, usize)> = Vec::new();
        let mut places: HashMap<String, usize> = HashMap::new();
        let everyones =
            wishes.everyones.iter().map(|name| (name.trim().to_owned(), rows.len().max(1)));
        let named = rows.iter().flat_map(|(row, _)| chosen.names(row, brands));
        for (name, count) in everyones.chain(named.map(|name| (name, 1))) {
            let place = *places.entry(folded(&name)).or_insert(counts.len());
            match counts.get_mut(place) {
                Some((_, rows)) => *rows += count,
                None => counts.push((name, count)),
            }
        }
        counts.sort_by_key(|(_, rows)| std::cmp::Reverse(*rows));
        for (name, rows) in counts {
            let choice = choose(rehearsal, (&name, rows), brands, wishes)?;
            chosen.by_name.insert(folded(&name), choice);
        }
        Ok(chosen)
    }

    /// The names of a row's brands.
    fn names(&self, row: &Row, brands: &Brands) -> Vec<String> {
        let is_there = |name: &str| brands.find(name).is_some();
        let is_known = |name: &str| is_there(name) || self.known.contains(&folded(name));
        let names = row.brands.iter().flat_map(|cell| names_in(cell, &is_there));
        let parts = names.flat_map(|name| match is_there(&name) {
            true => vec![name],
            false => joined(&name, &is_known).unwrap_or_else(|| vec![name]),
        });
        parts.collect()
    }

    /// The brand of a name.
    pub(super) fn brand(&self, name: &str) -> Result<usize, Reason> {
        let missing = || Err(Reason::new(NO_BRAND, "brands: missing"));
        self.by_name.get(&folded(name)).cloned().unwrap_or_else(missing)
    }

    /// A row's brands, each once. The contract would take a repeated one for a mistake; in a
    /// roster it is the same brand by its id and by its name.
    pub(super) fn brands(
        &self,
        row: &Row,
        brands: &Brands,
        everyones: &[usize],
    ) -> Result<Vec<usize>, Reason> {
        let mut found: Vec<usize> = Vec::new();
        let mut problems: Vec<Reason> = Vec::new();
        for name in self.names(row, brands) {
            match self.brand(&name) {
                Ok(brand) if found.contains(&brand) => {}
                Ok(brand) => found.push(brand),
                Err(problem) if problems.contains(&problem) => {}
                Err(problem) => problems.push(problem),
            }
        }
        if let Some(first) = problems.first() {
            let texts = problems.iter().take(PROBLEMS_MAX).map(|problem| problem.text.clone());
            let mut texts: Vec<String> = texts.collect();
            match problems.len().saturating_sub(PROBLEMS_MAX) {
                0 => {}
                more => texts.push(format!("and {} of the kind more", count(more, "name"))),
            }
            return Err(Reason::new(first.kind, format!("brands: {}", texts.join("; "))));
        }
        let others = everyones.iter().filter(|brand| !found.contains(brand));
        let others: Vec<usize> = others.copied().collect();
        found.extend(others);
        if found.is_empty() {
            return Err(Reason::new(NO_BRAND, "brands: missing"));
        }
        Ok(found)
    }
}

/// Which brand a name is that so many rows have, or why none.
fn choose(
    rehearsal: &impl AgencyApi,
    (name, rows): (&str, usize),
    brands: &mut Brands,
    wishes: &Wishes,
) -> Result<Result<usize, Reason>, Failure> {
    if let Some(place) = brands.find(name) {
        return Ok(Ok(place));
    }
    let unknown = |brands: &Brands| {
        let hint = if wishes.create || brands.is_archived_id(name) {
            ""
        } else {
            "; `--create-brands` creates missing brands"
        };
        Ok(Err(Reason::new("an unknown brand", format!("{}{hint}", brands.why_not(name)))))
    };
    if brands.is_archived_id(name) {
        return unknown(brands);
    }
    // Which names are the same is the component's to say.
    let mut id = String::new();
    match rehearsal.ask("brands.create", &[json!({"name": name})]) {
        Ok(made) => id = made.as_str().unwrap_or_default().to_owned(),
        Err(CallError::Refused { error, .. }) if error.get("exists").is_some() => {
            if let Some(place) = same(rehearsal, name, brands) {
                brands.call(name, place);
                return Ok(Ok(place));
            }
        }
        Err(CallError::Refused { error, .. }) if error.get("denied").is_none() => {
            return if wishes.create { Ok(Err(refused(name, &error))) } else { unknown(brands) };
        }
        Err(error) => return Err(refusal::failed(error)),
    }
    let near = brands.near(name);
    if let (Some(place), true) = (near, wishes.create || wishes.similar == Some(Similar::Use)) {
        let like = brands.name(place);
        match wishes.similar.unwrap_or_else(|| (wishes.ask)(&Question { name, like, rows })) {
            Similar::Create => {}
            Similar::Use => {
                brands.call(name, place);
                return Ok(Ok(place));
            }
            Similar::Refuse => return Ok(Err(too_similar(name, like))),
        }
    }
    match wishes.create {
        true => Ok(Ok(brands.add_new(id, name.to_owned()))),
        false => unknown(brands),
    }
}

/// The brand that has this name in another spelling: the one that can be renamed to it.
fn same(rehearsal: &impl AgencyApi, name: &str, brands: &Brands) -> Option<usize> {
    let can_be_called = |place: &usize| {
        let id = brands.rehearsed_id(*place);
        id.is_some_and(|id| rehearsal.ask("brands.rename", &[json!(id), json!(name)]).is_ok())
    };
    brands.by_likeness(name).into_iter().find(can_be_called)
}

fn refused(name: &str, error: &Value) -> Reason {
    let why = sentence(error, |_| "name".to_owned());
    Reason::new("a brand that can't be created", format!("can't create `{}`: {why}", cut(name)))
}

fn too_similar(name: &str, like: &str) -> Reason {
    let name = cut(name);
    let text = format!(
        "`{name}` is much like the brand `{like}`: correct it, or say `--similar-brands use` if \
         `{like}` is meant, `--similar-brands create` if not"
    );
    Reason::new("a brand much like another", text)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two brands, of which the second is also called what has an `x` in front.
    fn rehearsal(function: &str, arguments: &[Value]) -> Result<Value, CallError> {
        let exists = || {
            let error = json!({"exists": "there is one"});
            Err(CallError::Refused { function: function.to_owned(), error })
        };
        match function {
            "brands.list" => {
                Ok(json!({"brands": [{"id": "b1", "name": "Nike"}, {"id": "b2", "name": "Puma"}]}))
            }
            "brands.create" if arguments[0]["name"] == "xPuma" => exists(),
            "brands.create" => Ok(json!("new")),
            "brands.rename" if arguments[0] == "b2" => Ok(Value::Null),
            "brands.rename" => exists(),
            other => panic!("{other}"),
        }
    }

    fn chosen(cell: &str, create: bool, similar: Option<Similar>) -> Result<Vec<String>, String> {
        let mut brands = Brands::read(&rehearsal).unwrap();
        let ask = |question: &Question| {
            assert_eq!(*question, Question { name: "Nikee", like: "Nike", rows: 1 });
            Similar::Refuse
        };
        let wishes = Wishes { everyones: Vec::new(), create, similar, ask: &ask };
        let rows = vec![(Row { brands: vec![cell.to_owned()], ..Row::default() }, String::new())];
        let chosen = Chosen::of(&rehearsal, &rows, &mut brands, &wishes).unwrap();
        let found = chosen.brands(&rows[0].0, &brands, &[]).map_err(|reason| reason.text)?;
        Ok(found.into_iter().map(|place| brands.name(place).to_owned()).collect())
    }

    #[test]
    fn names_are_brands_that_are_there_or_are_made() {
        let hint = "`--create-brands` creates missing brands";
        for (cell, create, similar, names) in [
            ("nike, b2, NIKE", false, None, Ok(vec!["Nike", "Puma"])),
            ("xPuma", false, None, Ok(vec!["Puma"])),
            ("xPuma; Puma", true, None, Ok(vec!["Puma"])),
            ("Fila", true, None, Ok(vec!["Fila"])),
            ("Fila", false, None, Err(format!("brands: there is no brand `Fila`; {hint}"))),
            ("Nikee", true, Some(Similar::Use), Ok(vec!["Nike"])),
            ("Nikee", false, Some(Similar::Use), Ok(vec!["Nike"])),
            ("Nikee", true, Some(Similar::Create), Ok(vec!["Nikee"])),
            (
                "Nikee",
                true,
                None,
                Err("brands: `Nikee` is much like the brand `Nike`: correct it, or say \
                     `--similar-brands use` if `Nike` is meant, `--similar-brands create` if not"
                    .into()),
            ),
            (
                "Nikee",
                false,
                Some(Similar::Create),
                Err(format!("brands: there is no brand `Nikee` (did you mean `Nike`?); {hint}")),
            ),
            (" ; ", true, None, Err("brands: missing".into())),
        ] {
            let names = names.map(|names| names.into_iter().map(str::to_owned).collect());
            assert_eq!(chosen(cell, create, similar), names, "{cell} {create} {similar:?}");
        }
    }
}
