//! `clients.export`

use super::filter::RawFilter;
use super::list::page;
use super::order::Order;
use crate::app::caller::Call;
use crate::app::clients::show::ClientView;
use crate::app::error::Error;
use crate::app::functions;
use crate::app::page::PageRequest;
use crate::app::ports::Ports;
use crate::domain::csv::{self, shown_as_text};
use crate::domain::health::Band;
use crate::domain::text::Name;
use crate::domain::time::Timestamp;

/// A part of a list as CSV.
pub struct CsvPart {
    /// Complete lines.
    pub text: String,
    /// Where to go on.
    pub next: Option<String>,
}

const HEADERS: [&str; 14] = [
    "name",
    "email",
    "label",
    "status",
    "health",
    "band",
    "last log-in",
    "brands",
    "invited",
    "expires",
    "delivery",
    "joined",
    "revoked",
    "id",
];

/// A page of the list as CSV; the first with headers.
pub fn export(
    ports: &Ports,
    call: &Call,
    filter: &RawFilter,
    order: Order,
    request: &PageRequest,
) -> Result<CsvPart, Error> {
    let page = page(ports, call, functions::CLIENTS_EXPORT, filter, order, request)?;
    let heading = request.cursor.is_none().then_some(HEADERS);
    let text = csv::lines(heading, page.clients.iter().map(cells)).map_err(Error::internal)?;
    Ok(CsvPart { text, next: page.next })
}

fn cells(view: &ClientView) -> [String; 14] {
    let client = &view.client;
    let text = |text: Option<&str>| shown_as_text(text.unwrap_or_default());
    let time = |at: Option<Timestamp>| at.map(|at| at.rfc3339()).unwrap_or_default();
    let brands: Vec<&str> = view.grants.iter().map(|grant| grant.brand_name.as_str()).collect();
    [
        text(client.name.as_ref().map(Name::as_str)),
        text(client.email.as_ref().map(|email| email.as_str())),
        text(client.label.as_ref().map(Name::as_str)),
        view.status.name().to_owned(),
        client.score.map(|score| score.to_string()).unwrap_or_default(),
        client.score.map(|score| Band::of(score).name().to_owned()).unwrap_or_default(),
        time(client.last_log_in),
        shown_as_text(&listed(&brands)),
        time(Some(client.invited_at)),
        time(view.expires_at),
        shown_as_text(&view.delivery.as_ref().map(ToString::to_string).unwrap_or_default()),
        time(client.joined_at),
        time(client.revoked_at()),
        client.id.to_string(),
    ]
}

/// Names in one cell, a semicolon between two. Where one holds what may stand between names,
/// each is in quotes: whoever reads the table can tell them apart.
fn listed(names: &[&str]) -> String {
    let is_ambiguous = |name: &&str| name.contains([';', ',', '|', '"']) || name.contains(":::");
    if !names.iter().any(is_ambiguous) {
        return names.join("; ");
    }
    let quoted = names.iter().map(|name| format!("\"{}\"", name.replace('"', "\"\"")));
    quoted.collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_a_cell_can_be_told_apart() {
        for (names, cell) in [
            (vec![], ""),
            (vec!["Nike"], "Nike"),
            (vec!["Nike", "A/B"], "Nike; A/B"),
            (vec!["e", "Puma; Fila"], "\"e\"; \"Puma; Fila\""),
            (vec!["Smith, Sons & Co"], "\"Smith, Sons & Co\""),
            (vec!["Nike|Puma"], "\"Nike|Puma\""),
            (vec!["Nike ::: Puma"], "\"Nike ::: Puma\""),
            (vec!["The \"Shop\"", "=1"], "\"The \"\"Shop\"\"\"; \"=1\""),
        ] {
            assert_eq!(listed(&names), cell);
        }
    }
}
