//! What an import says at its end.

use std::time::Duration;

use super::plan::Plan;
use super::roster::{Refused, Roster};
use super::send::Sent;
use crate::format::{count, quoted, thousands};
use crate::show::{Page, Shown};

/// The contract's outcomes for people, in the order of the summary.
const OUTCOMES: [(&str, &str); 5] = [
    ("invited", "invited"),
    ("brands-added", "brands added to an open invite"),
    ("granted", "brands granted to a client who has joined"),
    ("reinvited", "invited again"),
    ("already-there", "already there: nothing changed"),
];

/// What was understood of the file: which column is what, and what is left out.
pub(super) fn columns(page: &mut Page, file: &str, roster: &Roster) {
    let used: Vec<String> =
        roster.used.iter().map(|(what, header)| format!("{what} from `{header}`")).collect();
    let rows = count(roster.rows.len() + roster.refused.len(), "row");
    let unused = match roster.unused.as_slice() {
        [] => String::new(),
        unused => format!("; ignored: {}", quoted(unused.iter().map(String::as_str))),
    };
    page.line(&format!("{rows} in `{file}`: {}{unused}", used.join(", ")));
}

/// The brands that the import makes, or would make.
pub(super) fn new_brands(page: &mut Page, made: &[String], dry_run: bool) {
    if made.is_empty() {
        return;
    }
    let brands = count(made.len(), "brand");
    let verb = if dry_run { "would be created" } else { "created" };
    page.line(&format!("{brands} {verb}: {}", quoted(made.iter().map(String::as_str))));
}

/// What would be sent, row by row.
pub(super) fn dry_run(page: &mut Page, plan: &Plan) {
    let row = |invite: &super::plan::Invite| {
        let brands: Vec<&str> = invite.brands.iter().map(|brand| brand.name.as_str()).collect();
        vec![
            Shown::Count(thousands(invite.line)),
            Shown::Text(invite.email.clone()),
            Shown::Text(invite.name.clone().unwrap_or_default()),
            Shown::Text(brands.join(", ")),
        ]
    };
    if !plan.invites.is_empty() {
        page.heading("What would be sent");
        let rows: Vec<Vec<Shown>> = plan.invites.iter().map(row).collect();
        page.table(&["Line", "E-mail", "Name", "Brands"], &rows);
    }
    problems(page, "Rows that can't be sent", &plan.refused);
    page.line(&format!(
        "\nNothing was sent. Without --dry-run, {} would be sent and {} refused.",
        count(plan.invites.len(), "invite"),
        count(plan.refused.len(), "row")
    ));
}

/// What was done, in numbers, and the rows that weren't.
pub(super) fn summary(page: &mut Page, sent: &Sent, elapsed: Duration) {
    let known = OUTCOMES
        .iter()
        .map(|(outcome, words)| (*words, sent.outcomes.get(*outcome).copied().unwrap_or_default()));
    let is_new = |outcome: &&String| !OUTCOMES.iter().any(|(known, _)| known == outcome);
    let newer = sent.outcomes.iter().filter(|(outcome, _)| is_new(outcome));
    let newer = newer.map(|(outcome, count)| (outcome.as_str(), *count));
    let refused = [("refused", sent.refused.len())];
    let rows: Vec<Vec<Shown>> = known
        .chain(newer)
        .chain(refused)
        .map(|(words, count)| {
            vec![Shown::Text(words.to_owned()), Shown::Count(thousands(count as u64))]
        })
        .collect();
    page.heading("What happened to the rows");
    page.table(&["Outcome", "Rows"], &rows);
    problems(page, "Refused", &sent.refused);
    problems(page, "Incomplete", &sent.incomplete);
    page.line(&format!("\nIt took {:.1} seconds.", elapsed.as_secs_f64()));
}

fn problems(page: &mut Page, heading: &str, rows: &[Refused]) {
    if rows.is_empty() {
        return;
    }
    let row = |refused: &Refused| {
        vec![
            Shown::Count(thousands(refused.line)),
            Shown::Text(refused.email.clone()),
            Shown::Text(refused.reason.clone()),
        ]
    };
    page.heading(heading);
    page.table(&["Line", "E-mail", "Why"], &rows.iter().map(row).collect::<Vec<_>>());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::brands::Brand;
    use crate::import::plan::Invite;

    fn refused() -> Refused {
        Refused { line: 1_203, email: "bad@x".into(), reason: "e-mail: is bad".into() }
    }

    /// The page's lines without the space at their ends and the rules.
    fn lines(page: &Page) -> Vec<&str> {
        page.text().lines().map(str::trim).filter(|line| !line.contains('─')).collect()
    }

    #[test]
    fn a_summary_counts_every_outcome() {
        let mut page = Page::plain();
        let sent = Sent {
            outcomes: [("invited".into(), 9_999), ("later".into(), 1)].into(),
            refused: vec![refused()],
            ..Sent::default()
        };
        summary(&mut page, &sent, Duration::from_millis(12_345));
        let text = lines(&page).join("\n");
        let words: Vec<&str> = text.split_whitespace().collect();
        assert_eq!(
            words.join(" "),
            "What happened to the rows Outcome Rows invited 9,999 brands added to an open invite 0 \
             brands granted to a client who has joined 0 invited again 0 already there: nothing \
             changed 0 later 1 refused 1 Refused Line E-mail Why 1,203 bad@x e-mail: is bad \
             It took 12.3 seconds."
        );
    }

    #[test]
    fn a_dry_run_shows_each_row() {
        let mut page = Page::plain();
        let brands = vec![Brand { id: "b".into(), name: "Nike".into() }];
        let invite = Invite { line: 2, email: "a@x".into(), brands, ..Invite::default() };
        let plan = Plan { invites: vec![invite], refused: vec![refused()] };
        new_brands(&mut page, &["Nike".into()], true);
        dry_run(&mut page, &plan);
        let text = page.text().split_whitespace().collect::<Vec<_>>().join(" ");
        for part in [
            "1 brand would be created: `Nike`",
            "2 a@x Nike",
            "1,203 bad@x e-mail: is bad",
            "Without --dry-run, 1 invite would be sent and 1 row refused.",
        ] {
            assert!(text.contains(part), "no {part} in {text}");
        }
    }

    #[test]
    fn the_columns_are_told() {
        let mut page = Page::plain();
        let roster = Roster {
            rows: Vec::new(),
            refused: vec![refused()],
            used: vec![("e-mail", "Mail".into()), ("brands", "Brand".into())],
            unused: vec!["Phone".into()],
            names_brands: true,
        };
        columns(&mut page, "r.csv", &roster);
        assert_eq!(
            page.text(),
            "1 row in `r.csv`: e-mail from `Mail`, brands from `Brand`; ignored: `Phone`\n"
        );
    }
}
