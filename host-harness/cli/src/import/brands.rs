//! The agency's brands, found by what people call them, and those that an import makes.

use std::collections::{HashMap, HashSet};

use clientdesk_host::suggest::{close_names, did_you_mean};
use serde_json::{Value, json};
use unicode_normalization::UnicodeNormalization as _;

use super::near::is_near;
use crate::agency_api::{AgencyApi, each_page};
use crate::answer::{at, rows_of, string};
use crate::failure::Failure;
use crate::format::cut;

/// The agency's brands.
#[derive(Debug, Clone, Default)]
pub(super) struct Brands {
    /// Those in use, and those to be made.
    brands: Vec<Brand>,
    by_id: HashMap<String, usize>,
    /// By [`folded`] names.
    by_name: HashMap<String, usize>,
    /// The ids that those to be made have in a rehearsal.
    rehearsed: HashMap<usize, String>,
    archived_ids: HashSet<String>,
    /// By [`folded`] names.
    archived_names: HashSet<String>,
}

/// A brand that rows can be about.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Brand {
    /// Its id; none until it is made.
    pub(super) id: Option<String>,
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
            self.add(Some(id), name);
        } else {
            self.archived_ids.insert(id);
            self.archived_names.insert(folded(&name));
        }
    }

    /// From now on there is this brand; gives its place.
    fn add(&mut self, id: Option<String>, name: String) -> usize {
        let place = self.brands.len();
        self.by_id.extend(id.iter().map(|id| (id.clone(), place)));
        self.by_name.insert(folded(&name), place);
        self.brands.push(Brand { id, name });
        place
    }

    /// From now on there is this brand, which isn't made yet; a rehearsal gave it this id.
    pub(super) fn add_new(&mut self, rehearsed: String, name: String) -> usize {
        let place = self.add(None, name);
        self.rehearsed.insert(place, rehearsed);
        place
    }

    /// From now on this name is another's brand.
    pub(super) fn call(&mut self, name: &str, place: usize) {
        self.by_name.insert(folded(name), place);
    }

    /// The brand with this id, else the one of this name, whatever its case.
    pub(super) fn find(&self, text: &str) -> Option<usize> {
        self.by_id.get(text).or_else(|| self.by_name.get(&folded(text))).copied()
    }

    /// The name of the brand at this place.
    pub(super) fn name(&self, place: usize) -> &str {
        self.brands.get(place).map_or("", |brand| brand.name.as_str())
    }

    /// The id of the brand at this place; none until it is made.
    pub(super) fn id(&self, place: usize) -> Option<&str> {
        self.brands.get(place).and_then(|brand| brand.id.as_deref())
    }

    /// The id that a rehearsal knows it by.
    pub(super) fn rehearsed_id(&self, place: usize) -> Option<&str> {
        self.id(place).or_else(|| self.rehearsed.get(&place).map(String::as_str))
    }

    /// Any brand that is there.
    pub(super) fn any_id(&self) -> Option<&str> {
        self.brands.iter().find_map(|brand| brand.id.as_deref())
    }

    /// Makes the brand at this place, unless it is there.
    pub(super) fn make(&mut self, api: &impl AgencyApi, place: usize) -> Result<(), Failure> {
        let Some(brand) = self.brands.get_mut(place).filter(|brand| brand.id.is_none()) else {
            return Ok(());
        };
        let made = api.ask("brands.create", &[json!({"name": brand.name})]);
        let made = made.map_err(crate::refusal::failed)?;
        let id = made.as_str().unwrap_or_default().to_owned();
        self.by_id.insert(id.clone(), place);
        brand.id = Some(id);
        Ok(())
    }

    /// True for the id or the name of a brand that is archived. Its name can be used again.
    pub(super) fn is_archived(&self, text: &str) -> bool {
        self.is_archived_id(text) || self.archived_names.contains(&folded(text))
    }

    /// True for the id of a brand that is archived: it is no name for another.
    pub(super) fn is_archived_id(&self, text: &str) -> bool {
        self.archived_ids.contains(text)
    }

    /// The brand whose name is so like this one that it is probably meant.
    pub(super) fn near(&self, name: &str) -> Option<usize> {
        self.brands.iter().position(|brand| is_near(&brand.name, name))
    }

    /// The places of all brands, those with the likest names first.
    pub(super) fn by_likeness(&self, name: &str) -> Vec<usize> {
        let likeness = |place: usize| (strsim::jaro_winkler(self.name(place), name), place);
        let mut places: Vec<(f64, usize)> = (0..self.brands.len()).map(likeness).collect();
        places.sort_by(|(one, _), (other, _)| other.total_cmp(one));
        places.into_iter().map(|(_, place)| place).collect()
    }

    /// Why there is no such brand, with names that are close.
    pub(super) fn why_not(&self, text: &str) -> String {
        let shown = cut(text);
        if self.is_archived(text) {
            return format!("`{shown}` is archived");
        }
        let close = close_names(&folded(text), self.by_name.keys().map(String::as_str));
        let close = close.iter().filter_map(|name| self.find(name));
        let mut names: Vec<String> = close.map(|place| self.name(place).to_owned()).collect();
        names.dedup();
        format!("there is no brand `{shown}`{}", did_you_mean(&names))
    }
}

/// The same for every spelling that the component takes for the same name, as far as can be
/// told from here: how it is composed, case and the width of white space don't matter.
pub(super) fn folded(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").nfc().collect::<String>().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn brands() -> Brands {
        let api = |_: &str, _: &[Value]| {
            Ok(json!({"brands": [
                {"id": "nike", "name": "Nike"},
                {"id": "b2", "name": "Société  Générale"},
                {"id": "old", "name": "Old One", "archived-at": 1},
            ]}))
        };
        Brands::read(&api).unwrap()
    }

    #[test]
    fn brands_are_found_by_id_and_name() {
        let brands = brands();
        for (text, id) in [
            ("nike", Some("nike")),
            ("NIKE", Some("nike")),
            ("b2", Some("b2")),
            ("socie\u{301}te\u{301} ge\u{301}ne\u{301}rale", Some("b2")),
            ("B2", None),
            ("Old One", None),
        ] {
            assert_eq!(brands.find(text).and_then(|place| brands.id(place)), id, "{text}");
        }
        for (text, why) in [
            ("Nikee", "there is no brand `Nikee` (did you mean `Nike`?)"),
            ("Fila", "there is no brand `Fila`"),
            ("old one", "`old one` is archived"),
            ("old", "`old` is archived"),
        ] {
            assert_eq!(brands.why_not(text), why);
        }
        assert!(brands.is_archived_id("old") && !brands.is_archived_id("Old One"));
        assert_eq!(brands.near("Nikee").map(|place| brands.name(place)), Some("Nike"));
        assert_eq!(brands.near("Fila"), None);
    }

    #[test]
    fn a_brand_is_made_once() {
        let mut brands = brands();
        let place = brands.add_new("b8".into(), "Fila".into());
        assert_eq!((brands.find("FILA"), brands.id(place)), (Some(place), None));
        let calls = std::cell::Cell::new(0);
        let api = |function: &str, arguments: &[Value]| {
            calls.set(calls.get() + 1);
            assert_eq!((function, &arguments[0]), ("brands.create", &json!({"name": "Fila"})));
            Ok(json!("b9"))
        };
        brands.make(&api, place).unwrap();
        brands.make(&api, place).unwrap();
        assert_eq!(
            (brands.id(place), brands.find("b9"), calls.get()),
            (Some("b9"), Some(place), 1)
        );
    }
}
