//! Items for the next invoice that another program makes: one for each line, negative ones too.
//! That program carries what is below zero by itself.

use super::{ExportError, Numbered, Part, exact};
use crate::domain::billing::ledger::Line;
use crate::domain::csv;
use crate::domain::money::{Money, MoneyError};
use crate::domain::time::SECOND;

const HEADING: [&str; 11] = [
    "customer",
    "currency",
    "amount",
    "description",
    "period[start]",
    "period[end]",
    "discountable",
    "metadata[ledger_line]",
    "metadata[at]",
    "metadata[invoice]",
    "metadata[invoiced_at]",
];

pub(super) fn written(part: &Part<'_>, lines: &[Numbered]) -> Result<String, ExportError> {
    let rows: Result<Vec<_>, MoneyError> =
        lines.iter().map(|(line, invoice)| row(part, line, *invoice)).collect();
    Ok(csv::lines(part.heading(HEADING), rows?)?)
}

fn row(part: &Part<'_>, line: &Line, invoice: Option<u64>) -> Result<[String; 11], MoneyError> {
    let seconds = |millis: u64| (millis / SECOND).to_string();
    Ok([
        part.customer(&line.payer),
        line.amount.currency.code().to_ascii_lowercase(),
        units(line.amount)?.to_string(),
        part.sentence(line),
        seconds(line.covers.start.millis()),
        seconds(line.covers.end.millis()),
        // What is taken off stands in lines of its own.
        "false".to_owned(),
        format!("{}/{}", part.customer(&line.payer), line.number),
        exact(line.at),
        invoice.map(|number| number.to_string()).unwrap_or_default(),
        line.invoiced_at.map(exact).unwrap_or_default(),
    ])
}

/// An amount in the units that the other program counts in: minor ones, but for two currencies
/// that have none any more, of which it takes hundredths as it did before.
fn units(money: Money) -> Result<i64, MoneyError> {
    match money.currency.code() {
        "ISK" | "UGX" => Ok(money.times(100)?.amount),
        _ => Ok(money.amount),
    }
}
