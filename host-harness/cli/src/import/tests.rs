//! An import as a whole: the real component, with everything in memory.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use clap::Parser;
use clientdesk_host::Host;
use clientdesk_host::adapters::clock::ManualClock;
use clientdesk_host::adapters::mail::RecordingMail;
use clientdesk_host::adapters::secrets::SystemSecrets;
use clientdesk_host::adapters::storage::MemoryStorage;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::agency_api::AgencyApi as _;

/// Compiled once.
static HOST: LazyLock<Host> = LazyLock::new(|| Host::builder().build().unwrap());

/// 1 September 2026, in milliseconds.
const NOW: u64 = 1_788_220_800_000;
const DAY: Duration = Duration::from_secs(86_400);

#[derive(Parser)]
struct Options {
    #[command(flatten)]
    import: ImportArgs,
}

/// An agency with nothing in it, and what can be seen of it.
pub(super) struct Desk {
    pub(super) api: HostApi,
    store: Arc<MemoryStorage>,
    mail: Arc<RecordingMail>,
    clock: ManualClock,
}

impl Desk {
    /// An agency with these brands.
    pub(super) fn with(brands: &[&str]) -> Desk {
        let (store, mail) = (Arc::new(MemoryStorage::new()), Arc::new(RecordingMail::new()));
        let clock = ManualClock::at(NOW);
        let host = HOST
            .sharing()
            .storage(store.clone())
            .mail(mail.clone())
            .clock(Arc::new(clock.clone()))
            .secrets(Arc::new(SystemSecrets::ephemeral().unwrap()))
            .build()
            .unwrap();
        let agency = json!({
            "id": "acme", "name": "Acme", "notification-email": "office@acme.example",
            "billing-interval": "monthly", "portal-address": "https://clients.acme.example",
        });
        host.call("agencies.create", &[agency]).unwrap();
        let desk = Desk { api: HostApi::of(host, "acme"), store, mail, clock };
        for name in brands {
            desk.ask("brands.create", &[json!({"name": name})]);
        }
        desk
    }

    pub(super) fn ask(&self, function: &str, arguments: &[Value]) -> Value {
        self.api.ask(function, arguments).unwrap()
    }

    /// Imports the file with these options; what is similar is refused, unless they say so.
    pub(super) fn import(&self, file: &Path, words: &[&str]) -> Result<Report, Failure> {
        let file = file.to_str().unwrap();
        let args = Options::parse_from(["test", file].iter().chain(words)).import;
        import(&self.api, read(&args)?, &args, &|_| Similar::Refuse, Form::Json)
    }

    /// The same with a text in place of a file.
    fn text(&self, text: &str, words: &[&str]) -> Report {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("roster.csv");
        fs::write(&file, text).unwrap();
        self.import(&file, words).unwrap()
    }

    fn rows(&self) -> BTreeMap<String, String> {
        self.store.dump()
    }

    fn client(&self, email: &str) -> Value {
        let page = json!({"limit": 10, "cursor": null});
        let found = self.ask("clients.list", &[json!({"search": email}), Value::Null, page]);
        found["clients"][0].clone()
    }
}

/// `line outcome` for each row.
fn outcomes(report: &Report) -> Vec<String> {
    let shown =
        |row: &report::RowReport| format!("{} {}", row.line, json!(row.outcome).as_str().unwrap());
    report.rows.iter().map(shown).collect()
}

#[test]
fn a_dry_run_says_what_the_run_does_and_does_nothing() {
    let text = "email,name,brand\nann@x.example,Ann,Nike\nANN@X.EXAMPLE,Ann,Puma\n\
                ben@x,Ben,Fila\ncleo@x.example,Cleo,Nikee\n,,\n";
    let desk = Desk::with(&["Nike"]);
    let before = desk.rows();
    let words = ["--create-brands", "--dry-run"];
    let dry = desk.text(text, &words);
    assert_eq!(desk.rows(), before);
    assert_eq!(desk.mail.attempts(), 0);
    let run = desk.text(text, &words[..1]);
    assert_eq!(outcomes(&run), ["2 invited", "3 skipped", "4 refused", "5 refused", "6 skipped"]);
    assert_eq!((&dry.rows, &dry.new_brands), (&run.rows, &run.new_brands));
    assert_eq!(run.new_brands, ["Puma"], "nobody else's");
    assert_eq!(desk.mail.messages().len(), 1, "one invite for both brands");
    let text = &desk.mail.messages()[0].text;
    assert!(text.contains("Nike") && text.contains("Puma"), "{text}");
}

#[test]
fn a_missing_name_is_filled_in_and_another_is_kept() {
    let desk = Desk::with(&["Nike"]);
    let named = |name: &str| format!("email,brand,name,note\nann@x.example,Nike,{name},tea\n");
    desk.text("email,brand\nann@x.example,Nike\n", &[]);
    let filled = desk.text(&named("Ann Lee"), &[]);
    assert_eq!(outcomes(&filled), ["2 filled-in"]);
    let client = desk.client("ann@x.example");
    assert_eq!((&client["name"], &client["note"]), (&json!("Ann Lee"), &json!("tea")));
    let kept = desk.text(&named("Anna"), &[]);
    assert_eq!(outcomes(&kept), ["2 already-there"]);
    assert_eq!(kept.rows[0].remarks, ["the name that is there is kept: `Ann Lee`"]);
    assert_eq!(desk.client("ann@x.example")["name"], "Ann Lee");
}

#[test]
fn similar_names_are_decided_on_once() {
    let text = "email,brand\na@x.example,Nike\nb@x.example,Nikee\nc@x.example,Nikee;Fila\n\
                d@x.example,nike\ne@x.example,NIKE\n";
    for (words, made, refused) in [
        (["--create-brands"].as_slice(), vec!["Nike"], 2),
        (&["--create-brands", "--similar-brands", "use"], vec!["Nike", "Fila"], 0),
        (&["--create-brands", "--similar-brands", "create"], vec!["Nike", "Nikee", "Fila"], 0),
        (&[], vec![], 5),
    ] {
        let report = Desk::with(&[]).text(text, words);
        assert_eq!(report.new_brands, made, "{words:?}");
        assert_eq!(report.count(&Outcome::Refused), refused, "{words:?}");
    }
    let report = Desk::with(&["Nike"]).text(text, &["--similar-brands", "use"]);
    assert_eq!(report.count(&Outcome::Refused), 1, "there is no `Fila`");
}

#[test]
fn no_brand_is_made_for_somebody_who_doesnt_get_it() {
    let desk = Desk::with(&[]);
    let brands: Vec<String> = (0..200).map(|n| format!("Number {n}")).collect();
    let all = format!("email,brand\nann@x.example,\"{}\"\n", brands.join(";"));
    assert_eq!(outcomes(&desk.text(&all, &["--create-brands"])), ["2 invited"]);
    let before = desk.rows();
    let more = "email,brand\nann@x.example,Fila\nben@x.example,\nx@x.example,y\u{1}z\n";
    let report = desk.text(more, &["--create-brands"]);
    assert_eq!(outcomes(&report), ["2 refused", "3 refused", "4 refused"]);
    assert!(report.rows[0].remarks[0].contains("brands-per-client"), "{:?}", report.rows[0]);
    assert!(report.new_brands.is_empty());
    assert_eq!(desk.rows(), before);
}

#[test]
fn a_text_that_is_refused_refuses_its_row() {
    let desk = Desk::with(&["Nike"]);
    let (before, long) = (desk.rows(), "x".repeat(201));
    for (header, why) in [("label", "label: must"), ("name", "name: must")] {
        let report = desk.text(&format!("email,brand,{header}\nann@x.example,Nike,{long}\n"), &[]);
        assert_eq!(outcomes(&report), ["2 refused"]);
        assert!(report.rows[0].remarks[0].starts_with(why), "{:?}", report.rows[0]);
    }
    assert_eq!(desk.rows(), before);
    assert_eq!(desk.mail.attempts(), 0);
}

#[test]
fn our_own_export_is_nothing_new() {
    let desk = Desk::with(&["Nike", "=1+1", "Puma, Inc; EU"]);
    let text = "email,name,brand,label\n=ann@x.example,=1+1,Nike,-x\nben@x.example,,\"Puma, Inc; EU\",\n\
                cleo@x.example,'tis,=1+1,\"\"\"A\"\"\"\ndan@x.example,Dan,Nike,\n";
    assert_eq!(desk.text(text, &[]).count(&Outcome::Invited), 4);
    desk.clock.advance(10 * DAY);
    desk.text("email,brand\neve@x.example,Nike\nfay@x.example,Nike;=1+1\n", &[]);
    let dan = desk.client("dan@x.example");
    desk.ask("clients.revoke", &[dan["id"].clone()]);
    desk.ask(
        "clients.invite-by-link",
        &[json!({"brands": [dan["grants"][0]["brand"]], "label": "L"})],
    );
    // The invites of the first four end meanwhile.
    desk.clock.advance(10 * DAY);
    let page = json!({"limit": 100, "cursor": null});
    let export = desk.ask("clients.export", &[Value::Null, Value::Null, page]);
    let (before, mails) = (desk.rows(), desk.mail.attempts());
    for words in [[].as_slice(), &["--create-brands", "--similar-brands", "create"]] {
        let report = desk.text(export["text"].as_str().unwrap(), words);
        let counts = json!({"already-there": 5, "skipped": 2});
        assert_eq!(json!(report.counts), counts, "{:?}", report.rows);
    }
    assert_eq!((desk.rows(), desk.mail.attempts()), (before, mails));
}

#[test]
fn refused_rows_can_be_corrected_and_imported() {
    let desk = Desk::with(&["Nike"]);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("refused.csv");
    let words = ["--refused", path.to_str().unwrap()];
    desk.text("brand;email\nNike;ann@x.example\nNike;ben@x\nFila;cleo@x.example\n", &words);
    let refused = fs::read_to_string(&path).unwrap();
    assert!(
        refused.starts_with("brand,email,refused line,refused because\nNike,ben@x,3,"),
        "{refused}"
    );
    let corrected = refused.replace("ben@x,", "ben@x.example,").replace("Fila", "Nike");
    assert_eq!(outcomes(&desk.text(&corrected, &[])), ["2 invited", "3 invited"]);
}

#[test]
fn the_end_has_its_exit_code() {
    let desk = Desk::with(&["Nike"]);
    let code = |text: &str, words: &[&str]| {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("roster.csv");
        fs::write(&file, text).unwrap();
        match desk.import(&file, words).and_then(|report| verdict(&report)) {
            Ok(()) => (0, String::new()),
            Err(Failure::Exit { code, text }) => (code, text),
            Err(Failure::Usage(text)) => (2, text),
            Err(failure) => (1, failure.to_string()),
        }
    };
    for (text, words, exit, says) in [
        ("email,brand\na@x.example,Nike\n,\n", [].as_slice(), 0, ""),
        ("email,brand\na@x.example,Nike\nb@x,Nike\n", &[], 3, "1 of 2 rows can't be imported"),
        ("email,brand\n", &[], 4, "a header row and no rows"),
        ("phone\n1\n", &[], 4, "no e-mail column"),
        ("PK\u{3}\u{4}", &[], 4, "a workbook"),
        ("email,Tags\na@x.example,Nike\n", &[], 2, "`--column brands=<HEADER>` (perhaps `Tags`)"),
        ("email\na@x.example\n", &["--brand", "Nikes"], 2, "`--brand`: there is no brand `Nikes`"),
        ("email,brand\na@x.example,Nike\n", &["--column", "email=Mail"], 4, "no column `Mail`"),
    ] {
        let (code, text) = code(text, words);
        assert_eq!(code, exit, "{text}");
        assert!(text.contains(says), "{text}");
    }
    let stopped = Some(Stop { line: 402, because: "the disk is full".into() });
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("roster.csv");
    fs::write(&file, "email,brand\nz@x.example,Nike\n").unwrap();
    let report = Report { stopped, ..desk.import(&file, &[]).unwrap() };
    let said = verdict(&report).unwrap_err().to_string();
    assert!(said.starts_with("stopped before line 402: the disk is full; import the file again"));
}

/// A cell that people write into a column of addresses, of names, or of brands.
fn cell(pool: &'static [&'static str]) -> impl Strategy<Value = String> {
    proptest::sample::select(pool).prop_map(str::to_owned)
}

fn line() -> impl Strategy<Value = String> {
    let emails = cell(&[
        "a@x.example",
        "A@X.example",
        "Ann <a@x.example>",
        "mailto:b@x.example",
        "b@x.example.",
        "c@x.example",
        "c@x.example; d@x.example",
        "e@x",
        "f @x.example",
        "",
        "g@x..example",
        "h@x.example ::: i@x.example",
        "j@x.example",
        "'k@x.example'",
    ]);
    let names =
        cell(&["Ann", "Ben B.", "", "\"Cleo, C.\"", "\"Dan\nD.\"", "\"Eve", "5\" F", "\"G\" H"]);
    let brands = cell(&[
        "Nike",
        "nike",
        "Nikee",
        "Puma",
        "\"Nike, Puma\"",
        "Nike / Puma",
        "Nike & Fila",
        "Fila;Nike",
        "",
        "Socie\u{301}te\u{301}",
        "Société",
        "Odd, cells",
        "\"\"\"Nike\"\",\"\"Adidas\"\"\"",
    ]);
    let row =
        (emails, names, brands).prop_map(|(email, name, brand)| format!("{email},{name},{brand}"));
    prop_oneof![9 => row, 1 => Just(String::new()), 1 => Just(",,".to_owned())]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_messy_roster_is_accounted_for(
        lines in proptest::collection::vec(line(), 1..25),
        create in any::<bool>(),
    ) {
        let text = format!("email,name,brand\nz@x.example,Zoe,Nike\n{}\n", lines.join("\n"));
        let desk = Desk::with(&["Nike"]);
        let words: &[&str] = if create { &["--create-brands"] } else { &[] };
        let before = desk.rows();
        let dry = desk.text(&text, &[words, &["--dry-run"]].concat());
        prop_assert!(desk.rows() == before && desk.mail.attempts() == 0);

        let run = desk.text(&text, words);
        prop_assert_eq!((&dry.rows, &dry.new_brands), (&run.rows, &run.new_brands));
        prop_assert_eq!(run.counts.values().sum::<u64>(), run.read);
        let mut next = 2;
        for row in &run.rows {
            prop_assert_eq!(row.line, next, "{:?}", run.rows);
            next = row.last_line + 1;
        }
        prop_assert_eq!(next, 2 + text.lines().count() as u64 - 1);
        prop_assert_eq!(desk.mail.messages().len() as u64, run.count(&Outcome::Invited));

        let after = desk.rows();
        let again = desk.text(&text, words);
        let changed = [Outcome::Invited, Outcome::BrandsAdded, Outcome::FilledIn];
        prop_assert!(changed.iter().all(|outcome| again.count(outcome) == 0), "{:?}", again.rows);
        prop_assert!(again.new_brands.is_empty() && desk.rows() == after);
    }
}
