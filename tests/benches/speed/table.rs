//! The table at the end.

use std::fs;

use comfy_table::{CellAlignment, Table, presets};

/// A row: a figure, its yardstick, its goal.
pub struct Row {
    what: String,
    figure: Option<String>,
    yardstick: String,
    ratio: String,
    goal: String,
    met: Option<bool>,
}

/// What a row should reach.
pub enum Goal {
    /// At most so many nanoseconds.
    Nanos(f64),
    /// At most so many times the yardstick.
    Ratio(f64),
    /// Shown only.
    None,
}

impl Row {
    /// A row of two benchmarks by their names in criterion.
    pub fn new(what: &str, figure: &str, yardstick: (&str, &str), goal: Goal) -> Row {
        let (label, name) = yardstick;
        Row::of(what, median(figure), label, median(name), goal)
    }

    /// A row of two figures in nanoseconds.
    pub fn of(
        what: &str,
        figure: Option<f64>,
        label: &str,
        yardstick: Option<f64>,
        goal: Goal,
    ) -> Row {
        let ratio = figure.zip(yardstick).map(|(figure, yardstick)| figure / yardstick);
        let (goal, met) = match goal {
            Goal::Nanos(most) => (format!("≤ {}", time(most)), figure.map(|figure| figure <= most)),
            Goal::Ratio(most) => (format!("≤ {most} ×"), ratio.map(|ratio| ratio <= most)),
            Goal::None => (String::new(), None),
        };
        Row {
            what: what.to_owned(),
            figure: figure.map(time),
            yardstick: match (label, yardstick) {
                ("", _) => String::new(),
                _ => format!("{} ({label})", yardstick.map(time).unwrap_or_default()),
            },
            ratio: ratio.map(|ratio| format!("{ratio:.2} ×")).unwrap_or_default(),
            goal,
            met,
        }
    }

    /// A row of how many of something are done in a second, and how many are by the yardstick;
    /// `least` is the goal for their ratio.
    pub fn rate(what: &str, figure: f64, yardstick: f64, least: f64) -> Row {
        let ratio = figure / yardstick;
        Row {
            what: what.to_owned(),
            figure: Some(format!("{figure:.0} /s")),
            yardstick: format!("{yardstick:.0} /s (the same reads and writes, raw)"),
            ratio: format!("{ratio:.2} ×"),
            goal: format!("≥ {least:.2} ×"),
            met: Some(ratio >= least),
        }
    }

    /// A row of a size in bytes.
    pub fn size(what: &str, bytes: usize, most: usize) -> Row {
        let kib = |bytes: usize| format!("{} KiB", bytes / 1024);
        Row {
            what: what.to_owned(),
            figure: Some(kib(bytes)),
            yardstick: String::new(),
            ratio: String::new(),
            goal: format!("≤ {}", kib(most)),
            met: Some(bytes <= most),
        }
    }
}

/// The median that criterion measured, in nanoseconds; none when the benchmark was left out.
fn median(name: &str) -> Option<f64> {
    let file = format!("{}/{name}/new/estimates.json", super::FIGURES);
    let estimates: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(file).ok()?).ok()?;
    estimates["median"]["point_estimate"].as_f64()
}

/// Prints the rows.
pub fn print(rows: &[Row]) {
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED);
    table.set_header(["what", "figure", "yardstick, in the same run", "ratio", "goal", "met"]);
    for row in rows {
        let Some(figure) = &row.figure else { continue };
        let met = match row.met {
            Some(true) => "yes",
            Some(false) => "no",
            None => "",
        };
        table.add_row([&row.what, figure, &row.yardstick, &row.ratio, &row.goal, met]);
    }
    for column in [1, 3] {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    println!("\n{table}\nMedians; of what is counted in a second, one run.");
}

fn time(nanos: f64) -> String {
    match nanos {
        ..1_000.0 => format!("{nanos:.0} ns"),
        ..100_000.0 => format!("{:.1} µs", nanos / 1_000.0),
        ..1_000_000.0 => format!("{:.0} µs", nanos / 1_000.0),
        _ => format!("{:.1} ms", nanos / 1_000_000.0),
    }
}
