//! The agency's brands, found by what people call them.

use std::collections::{HashMap, HashSet};

use clientdesk_host::suggest::{close_names, did_you_mean};
use serde_json::Value;

use super::roster::Row;
use crate::agency_api::{AgencyApi, each_page};
use crate::answer::{at, rows_of, string};
use crate::failure::Failure;

/// What stands between brands of one cell, from what is in no name to what is in some.
const SEPARATORS: [&[char]; 4] = [&['\n', '\r'], &['|'], &[';'], &[',']];

/// The agency's brands.
#[derive(Debug, Default)]
pub(super) struct Brands {
    /// Those in use.
    brands: Vec<Brand>,
    by_id: HashMap<String, usize>,
    /// By [`folded`] names.
    by_name: HashMap<String, usize>,
    /// The ids and folded names of archived ones.
    archived: HashSet<String>,
    /// Folded names that no brand could be made for, and why.
    refused: HashMap<String, String>,
}

/// A brand in use.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Brand {
    pub(super) id: String,
    pub(super) name: String,
}

impl Brands {
    /// All that the agency has.
    pub(super) fn read(api: &impl AgencyApi) -> Result<Brands, Failure> {
        let mut brands = Brands::default();
        each_page(api, "brands.list", &[], None, |page| {
            for brand in &rows_of(page, "brands")? {
                brands.note(brand);
            }
            Ok(())
        })?;
        Ok(brands)
    }

    fn note(&mut self, brand: &Value) {
        let (id, name) = (string(brand, "id"), string(brand, "name"));
        if at(brand, "archived-at").is_null() {
            self.add(Brand { id, name });
        } else {
            self.archived.extend([id, folded(&name)]);
        }
    }

    /// From now on there is this brand.
    pub(super) fn add(&mut self, brand: Brand) {
        self.by_id.insert(brand.id.clone(), self.brands.len());
        self.by_name.insert(folded(&brand.name), self.brands.len());
        self.brands.push(brand);
    }

    /// From now on it is known why there is no such brand.
    pub(super) fn refuse(&mut self, name: &str, reason: String) {
        self.refused.insert(folded(name), reason);
    }

    /// The brand with this id, else the one of this name, whatever its case.
    ///
    /// # Errors
    ///
    /// Why there is none, with names that are close.
    pub(super) fn find(&self, text: &str) -> Result<&Brand, String> {
        let name = folded(text);
        if let Some(brand) = self.lookup(text) {
            return Ok(brand);
        }
        if let Some(reason) = self.refused.get(&name) {
            return Err(format!("can't create `{text}`: {reason}"));
        }
        if self.archived.contains(text) || self.archived.contains(&name) {
            return Err(format!("`{text}` is archived"));
        }
        let close = close_names(&name, self.by_name.keys().map(String::as_str));
        let close = close.iter().filter_map(|name| self.lookup(name));
        let close: Vec<String> = close.map(|brand| brand.name.clone()).collect();
        Err(format!("there is no `{text}`{}", did_you_mean(&close)))
    }

    fn lookup(&self, text: &str) -> Option<&Brand> {
        let index = self.by_id.get(text).or_else(|| self.by_name.get(&folded(text)))?;
        self.brands.get(*index)
    }

    /// The texts of a cell that name a brand each. What is a brand as it stands isn't taken
    /// apart, so that names may have commas.
    pub(super) fn names_in<'c>(&self, cell: &'c str) -> Vec<&'c str> {
        self.split(cell, &SEPARATORS)
    }

    fn split<'c>(&self, text: &'c str, separators: &[&[char]]) -> Vec<&'c str> {
        let text = text.trim();
        if text.is_empty() {
            return Vec::new();
        }
        match separators.split_first() {
            Some((separator, finer)) if self.lookup(text).is_none() => {
                text.split(*separator).flat_map(|part| self.split(part, finer)).collect()
            }
            _ => vec![text],
        }
    }

    /// The brands that rows name and the agency doesn't have, each once, in their order.
    /// Archived ones that are named by their id aren't among them: the id stays theirs.
    pub(super) fn missing(&self, rows: &[Row], everyones: &[String]) -> Vec<String> {
        let named = rows.iter().flat_map(|row| &row.brands).flat_map(|cell| self.names_in(cell));
        let mut seen = HashSet::new();
        named
            .chain(everyones.iter().map(|name| name.trim()))
            .filter(|name| self.lookup(name).is_none() && !self.archived.contains(*name))
            .filter(|name| seen.insert(folded(name)))
            .map(str::to_owned)
            .collect()
    }
}

/// The same for every spelling of a name: case and the width of white space don't matter.
fn folded(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn brands() -> Brands {
        let api = |_: &str, _: &[Value]| {
            Ok(json!({"brands": [
                {"id": "nike", "name": "Nike"},
                {"id": "b2", "name": "Johnson, Sons; Co"},
                {"id": "b3", "name": "Émile"},
                {"id": "Émile", "name": "Other"},
                {"id": "old", "name": "Old One", "archived-at": 1},
                {"id": "older", "name": "Nike", "archived-at": 1},
            ]}))
        };
        Brands::read(&api).unwrap()
    }

    #[test]
    fn brands_are_found_by_id_or_name() {
        let mut brands = brands();
        brands.refuse("Too long", "must be shorter".into());
        for (text, found) in [
            ("nike", Ok("nike")),
            ("NIKE", Ok("nike")),
            ("johnson,  sons; co", Ok("b2")),
            ("Émile", Ok("Émile")),
            ("émile", Ok("b3")),
            ("b2", Ok("b2")),
            ("Nikee", Err("there is no `Nikee` (did you mean `Nike`?)")),
            ("Puma", Err("there is no `Puma`")),
            ("old", Err("`old` is archived")),
            ("OLD ONE", Err("`OLD ONE` is archived")),
            ("too long", Err("can't create `too long`: must be shorter")),
        ] {
            let brand = brands.find(text).map(|brand| brand.id.as_str());
            assert_eq!(brand, found.map_err(str::to_owned), "{text}");
        }
    }

    #[test]
    fn cells_name_several_brands() {
        let brands = brands();
        for (cell, names) in [
            ("Nike", vec!["Nike"]),
            ("Nike, Puma", vec!["Nike", "Puma"]),
            ("Nike;Puma ; ", vec!["Nike", "Puma"]),
            ("Nike | Puma\nFila", vec!["Nike", "Puma", "Fila"]),
            ("Johnson, Sons; Co", vec!["Johnson, Sons; Co"]),
            ("Nike|Johnson, Sons; Co", vec!["Nike", "Johnson, Sons; Co"]),
            ("Puma, Inc", vec!["Puma", "Inc"]),
            (" ,;", vec![]),
        ] {
            assert_eq!(brands.names_in(cell), names, "{cell:?}");
        }
    }

    #[test]
    fn what_is_missing_is_named_once() {
        let row = |cell: &str| Row { brands: vec![cell.into()], ..Row::default() };
        let rows = [row("Puma, nike"), row("PUMA"), row("Old One"), row("old")];
        let missing = brands().missing(&rows, &[" Fila".into(), "puma".into()]);
        assert_eq!(missing, ["Puma", "Old One", "Fila"]);
    }
}
