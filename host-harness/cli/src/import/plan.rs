//! What an import sends: decided from the rows and the brands, before anything is sent.

use super::brands::{Brand, Brands};
use super::roster::{Refused, Row};

/// What goes to the component, and what can't.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Plan {
    pub(super) invites: Vec<Invite>,
    pub(super) refused: Vec<Refused>,
}

/// A row that can be sent.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Invite {
    /// The line of the file where it begins.
    pub(super) line: u64,
    pub(super) email: String,
    pub(super) name: Option<String>,
    pub(super) brands: Vec<Brand>,
    /// The personal words in the mail.
    pub(super) message: Option<String>,
    /// What the agency calls the client.
    pub(super) label: Option<String>,
    /// The agency's own note about the client.
    pub(super) note: Option<String>,
}

/// What every row of the file gets.
#[derive(Debug, Default)]
pub(super) struct Defaults {
    /// Brands, besides those of the row.
    pub(super) brands: Vec<Brand>,
    /// The message, where the row has none.
    pub(super) message: Option<String>,
}

impl Plan {
    /// An invite for each row whose brands are known.
    pub(super) fn of(rows: Vec<Row>, brands: &Brands, defaults: &Defaults) -> Plan {
        let mut plan = Plan::default();
        for row in rows {
            match brands_of(&row, brands, defaults) {
                Ok(brands) => plan.invites.push(invite(row, brands, defaults)),
                Err(reason) => {
                    plan.refused.push(Refused { line: row.line, email: row.email, reason });
                }
            }
        }
        plan
    }
}

fn invite(row: Row, brands: Vec<Brand>, defaults: &Defaults) -> Invite {
    let Row { line, email, name, brands: _, label, note, message } = row;
    let message = message.or_else(|| defaults.message.clone());
    Invite { line, email, name, brands, message, label, note }
}

/// The row's brands, each once. The contract would take a repeated one for a mistake; in a
/// roster it is the same brand by its id and by its name.
fn brands_of(row: &Row, brands: &Brands, defaults: &Defaults) -> Result<Vec<Brand>, String> {
    let mut found: Vec<Brand> = Vec::new();
    let mut problems: Vec<String> = Vec::new();
    for name in row.brands.iter().flat_map(|cell| brands.names_in(cell)) {
        match brands.find(name) {
            Ok(brand) if found.contains(brand) => {}
            Ok(brand) => found.push(brand.clone()),
            Err(problem) if problems.contains(&problem) => {}
            Err(problem) => problems.push(problem),
        }
    }
    if !problems.is_empty() {
        return Err(format!("brands: {}", problems.join("; ")));
    }
    for brand in &defaults.brands {
        if !found.contains(brand) {
            found.push(brand.clone());
        }
    }
    if found.is_empty() {
        return Err("brands: missing".into());
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn brand(id: &str, name: &str) -> Brand {
        Brand { id: id.into(), name: name.into() }
    }

    fn brands() -> Brands {
        let mut brands = Brands::default();
        brands.add(brand("nike", "Nike"));
        brands.add(brand("b2", "Puma"));
        brands
    }

    fn row(cells: &[&str]) -> Row {
        let brands = cells.iter().map(|cell| (*cell).to_owned()).collect();
        Row { line: 2, email: "a@x.example".into(), brands, ..Row::default() }
    }

    /// The ids of the row's brands, or why it is refused.
    fn planned(cells: &[&str], everyones: &[Brand]) -> Result<Vec<String>, String> {
        let defaults = Defaults { brands: everyones.to_vec(), message: None };
        let mut plan = Plan::of(vec![row(cells)], &brands(), &defaults);
        match (plan.invites.pop(), plan.refused.pop()) {
            (Some(invite), None) => Ok(invite.brands.into_iter().map(|brand| brand.id).collect()),
            (None, Some(refused)) => Err(refused.reason),
            both => panic!("one of them: {both:?}"),
        }
    }

    #[test]
    fn a_row_has_its_own_brands_and_everyones() {
        let puma = [brand("b2", "Puma")];
        for (cells, everyones, ids) in [
            (["Nike"].as_slice(), [].as_slice(), Ok(vec!["nike"])),
            (&["nike, puma", "PUMA;Nike"], &[], Ok(vec!["nike", "b2"])),
            (&["Nike"], &puma, Ok(vec!["nike", "b2"])),
            (&["Puma"], &puma, Ok(vec!["b2"])),
            (&[], &puma, Ok(vec!["b2"])),
            (&[], &[], Err("brands: missing")),
            (&[" , "], &[], Err("brands: missing")),
            (
                &["Nikee, Nike", "Fila, Fila"],
                &puma,
                Err("brands: there is no `Nikee` (did you mean `Nike`?); there is no `Fila`"),
            ),
        ] {
            let ids = ids.map(|ids| ids.into_iter().map(str::to_owned).collect());
            assert_eq!(planned(cells, everyones), ids.map_err(str::to_owned), "{cells:?}");
        }
    }

    #[test]
    fn a_rows_own_message_wins() {
        let defaults = Defaults { brands: vec![brand("b2", "Puma")], message: Some("all".into()) };
        let own = Row { message: Some("own".into()), ..row(&[]) };
        let plan = Plan::of(vec![own, row(&[])], &brands(), &defaults);
        let messages: Vec<_> =
            plan.invites.iter().map(|invite| invite.message.as_deref().unwrap()).collect();
        assert_eq!(messages, ["own", "all"]);
    }
}
