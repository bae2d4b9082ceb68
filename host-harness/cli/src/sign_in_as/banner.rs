//! The banner of a sign-in: who acts for whom, until when, why, and the way out.

use serde_json::Value;

use crate::answer::{at, number, string};
use crate::show::Page;
use crate::times;

/// What is shown as long as somebody is signed in on an account's behalf.
pub(crate) struct Banner<'a> {
    /// The contract's `banner`.
    pub(crate) record: &'a Value,
    /// What to type to leave.
    pub(crate) way_out: String,
}

impl Banner<'_> {
    /// A box: teal for whoever looks, orange for whoever may change things.
    pub(crate) fn show(&self, page: &mut Page) {
        let colour = if at(self.record, "mode") == "full" { "orange" } else { "teal" };
        page.boxed(colour, &self.lines());
    }

    fn lines(&self) -> Vec<String> {
        let Banner { record, way_out } = self;
        let (start, end) = (number(record, "started-at"), number(record, "ends-at"));
        let minutes = end.saturating_sub(start) / 60_000;
        let back = at(record, "return-to").as_str();
        let lines = [
            Some(string(record, "words")),
            Some(format!("Until {}, {minutes} minutes in all", times::second(end))),
            Some(format!("Why: {}", string(record, "reason"))),
            Some(format!("{}: {way_out}", string(record, "way-out"))),
            back.map(|address| format!("From there back to {address}")),
        ];
        lines.into_iter().flatten().collect()
    }
}

/// The same in a line, for what stands above the answers to other commands.
pub(super) fn line(record: &Value) -> String {
    format!("{} Until {}.", string(record, "words"), times::second(number(record, "ends-at")))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_banner_says_who_acts_for_whom_until_when_and_how_to_leave() {
        let start = 1_788_264_000_000_u64;
        let mut record = json!({
            "account-name": "Nike Inc", "mode": "read-only", "reason": "Look around",
            "words": "Mia is signed in on behalf of Nike Inc, to look only.",
            "started-at": start, "ends-at": start + 1_800_000, "return-to": null,
            "way-out": "Leave Nike Inc",
        });
        let shown = |record: &Value| {
            let mut page = Page::plain();
            Banner { record, way_out: "clientdesk sign-in-as --stop".to_owned() }.show(&mut page);
            page.text().to_owned()
        };
        assert_eq!(
            shown(&record),
            "\
╭───────────────────────────────────────────────────────╮
│ Mia is signed in on behalf of Nike Inc, to look only. │
│ Until 2026-09-01T12:30:00Z, 30 minutes in all         │
│ Why: Look around                                      │
│ Leave Nike Inc: clientdesk sign-in-as --stop          │
╰───────────────────────────────────────────────────────╯
"
        );
        let told = "Mia is signed in on behalf of Nike Inc, to look only. Until \
                    2026-09-01T12:30:00Z.";
        assert_eq!(line(&record), told);
        record["return-to"] = json!("https://console.acme.example");
        assert!(shown(&record).contains("│ From there back to https://console.acme.example "));
    }
}
