//! Files as people have them, and what is read from them.

use super::*;
use crate::import::spellings::FOLDED;

fn read(text: &str) -> Roster {
    Roster::read(text, &[]).unwrap()
}

/// `line e-mail name|brands` for each row.
fn rows(text: &str) -> Vec<String> {
    let show = |row: &Row| {
        let name = row.name.as_deref().unwrap_or("-");
        format!("{} {} {name}|{}", row.source.line, row.email, row.brands.join("|"))
    };
    read(text).rows.iter().map(show).collect()
}

/// `line-last e-mail: reason` for each row with this outcome.
fn settled(text: &str, outcome: &Outcome) -> Vec<String> {
    let show = |row: &Settled| {
        let Source { line, last, .. } = row.source;
        format!("{line}-{last} {}: {}", row.email, row.remarks.join("; "))
    };
    read(text).settled.iter().filter(|row| row.outcome == *outcome).map(show).collect()
}

#[test]
fn the_same_roster_is_read_however_it_is_written() {
    for text in [
        "e-mail,name,brands\nann@x.example,Ann B.,Nike\n",
        "e-mail;name;brands\r\nann@x.example;Ann B.;Nike\r\n",
        "e-mail\tname\tbrands\nann@x.example\tAnn B.\tNike",
        "e-mail|name|brands\nann@x.example|Ann B.|Nike",
        "sep=;\ne-mail;name;brands\nann@x.example;Ann B.;Nike\n",
        "\"sep=;\"\r\ne-mail;name;brands\r\nann@x.example;Ann B.;Nike\r\n",
        "sep=;\re-mail;name;brands\rann@x.example;Ann B.;Nike\r",
        "\n\ne-mail,name,brands\n\n\u{a0}ann@x.example\u{200b} , Ann  B. ,\" Nike \"\n",
        "\"Brand\",\"Name\",\"E-Mail\"\n\"Nike\",\"Ann\nB.\",\"ann@x.example\"\n",
        "e-mail;name, as printed;brands;name\nann@x.example;;Nike;Ann B.\n",
        "e-mail, name, brands\nann@x.example, \"Ann B.\", \"Nike\"\n",
        "\"e-mail,name,brands\"\n\"ann@x.example,\"\"Ann B.\"\",Nike\"\n",
        "e-mail,name,brands\n\"\"\"ann@x.example\"\"\",\"\"\"Ann B.\"\"\",Nike\n",
        "name,brands,e-mail\n,Nike,\"\"\"Ann B.\"\" <ann@x.example>\"\n",
    ] {
        let roster = read(text);
        let [row] = roster.rows.as_slice() else { panic!("{text:?} gives {roster:?}") };
        let name = row.name.as_deref().unwrap();
        assert_eq!((row.email.as_str(), name), ("ann@x.example", "Ann B."), "{text:?}");
        assert_eq!(row.brands, ["Nike"], "{text:?}");
    }
}

#[test]
fn rows_are_named_by_the_line_where_they_begin() {
    for end in ["\n", "\r\n", "\r"] {
        let text = [
            "e-mail,name,brands",
            "a@x.example,\"Ann",
            "B.\",Nike",
            "",
            ",,",
            "  ",
            "b@x.example,\"Ben \"\"the\"\" B.\",\"Nike, Puma\"",
            "c@x.example",
        ]
        .join(end);
        let expected = [
            "2 a@x.example Ann B.|Nike",
            "7 b@x.example Ben \"the\" B.|Nike, Puma",
            "8 c@x.example -|",
        ];
        assert_eq!(rows(&text), expected, "{end:?}");
        let empty = |line| format!("{line}-{line} : the row is empty");
        assert_eq!(settled(&text, &Outcome::Skipped), [4, 5, 6].map(empty));
        assert_eq!(settled(&text, &Outcome::Refused), [""; 0]);
    }
    assert_eq!(rows("sep=,\nmail\na@x.example"), ["3 a@x.example -|"]);
}

#[test]
fn notes_keep_their_lines_and_labels_have_one() {
    let row =
        read("mail,label,note,message\na@x.example,\"A\nB\",\" C\nD \",\"E\n\nF\"").rows.remove(0);
    assert_eq!(row.label.as_deref(), Some("A B"));
    assert_eq!(row.note.as_deref(), Some("C\nD"));
    assert_eq!(row.message.as_deref(), Some("E\n\nF"));
}

#[test]
fn a_bad_row_spoils_no_other() {
    let text = "mail,name\na@x.example,Lovelace, Ada\n,Nobody\nb@x.example,Ben,\n\
                f@x.example g@x.example,F\nc@x.example,\"Cleo\nd@x.example,D\n";
    assert_eq!(rows(text), ["4 b@x.example Ben|"]);
    let quote = "write a quote within a cell twice, and put quotes around the whole cell";
    assert_eq!(
        settled(text, &Outcome::Refused),
        [
            "2-2 a@x.example: 3 cells under 2 headers: put quotes around cells that contain `,`",
            "3-3 : e-mail: missing",
            "5-5 f@x.example g@x.example: e-mail: 2 addresses in one cell (f@x.example, \
             g@x.example): leave the one to invite, or give each a row",
            &format!(
                "6-7 c@x.example, d@x.example: a quote that opens in line 6 is never closed, so \
                 lines 6 to 7 can't be told apart: {quote}"
            ),
        ]
    );
}

#[test]
fn a_stray_quote_swallows_nobody() {
    let text = "mail,name\na@x.example,5\" Ann\nb@x.example,Ben\n";
    assert_eq!(rows(text), ["2 a@x.example 5\" Ann|", "3 b@x.example Ben|"]);
    let text = "mail,name\na@x.example,\"El\" Rey\nb@x.example,Ben\n";
    assert_eq!(rows(text), ["3 b@x.example Ben|"]);
    let refused = settled(text, &Outcome::Refused).remove(0);
    assert!(refused.starts_with("2-2 a@x.example: a quote that opens in line 2 closes in line 2"));
    let counted: Vec<u64> = read("mail,name\na@x.example,\"A\nb@x.example,\"B\nc@x.example,C\n")
        .settled
        .iter()
        .map(|row| row.source.rows)
        .collect();
    assert_eq!(counted, [2], "each of its lines");
}

#[test]
fn columns_are_told() {
    let roster = read("Phone;E-Mail;;Brand\n1;a@x.example;2;Nike\n");
    assert_eq!(roster.used, [("e-mail", "E-Mail".to_owned()), ("brands", "Brand".to_owned())]);
    assert_eq!(roster.unused, ["Phone"]);
    assert!(roster.names_brands);
    let roster = read("mail,Company\na@x.example,Nike\n");
    assert!(!roster.names_brands);
    assert_eq!(roster.perhaps_brands, ["Company"]);
    let second = read("Email,E-mail 2 Address\n,b@x.example\na@x.example,c@x.example\n").rows;
    let emails: Vec<&str> = second.iter().map(|row| row.email.as_str()).collect();
    assert_eq!(emails, ["b@x.example", "a@x.example"]);
}

#[test]
fn what_has_ended_in_an_export_stays_so() {
    let text = "name,email,label,status,health,band,last log-in,brands,invited,expires,joined,revoked,id\n\
                Ann,ann@x.example,,pending,,,,Nike,1,2,,,c1\n\
                Ben,ben@x.example,,revoked,,,,,1,,,3,c2\n\
                ,,Link,link-invite,,,,Nike,1,2,,,c3\n";
    let roster = read(text);
    assert_eq!(roster.rows[0].client.as_deref(), Some("c1"));
    assert_eq!(rows(text), ["2 ann@x.example Ann|Nike"]);
    let kinds: Vec<_> = roster.settled.iter().filter_map(|row| row.kind).collect();
    assert_eq!(kinds, ["a revoked client", "a client without an address"]);
    assert_eq!(settled(text, &Outcome::Skipped).len(), 2);
}

#[test]
fn a_file_without_people_says_why() {
    for (text, why) in [
        ("", "the file is empty"),
        ("\n\n", "the file is empty"),
        ("mail,name\n", "a header row and no rows under it"),
        ("mail,name\n,\n\n", "a header row and no rows under it"),
        ("phone,city\n1,2\n", "no e-mail column"),
        ("a@x.example,Ann\n", "isn't a header row"),
        (
            "mail,\"name\na@x.example,Ann\n",
            "the header row has a quote in the wrong place (line 1)",
        ),
    ] {
        let error = Roster::read(text, &[]).unwrap_err().to_string();
        assert!(error.contains(why), "{text:?}: {error}");
    }
}

/// Sheets have thousands of columns: each header is looked at a few times, however many others there are, and
/// however many spellings.
#[test]
fn work_grows_with_the_headers_alone() {
    let folded = |columns: usize| {
        let more = ";SMS;Brand".repeat(columns / 2);
        let text = format!("E-mail;Name{more}\nann@x.example;Ann;;Nike\n");
        let before = FOLDED.get();
        assert_eq!(read(&text).rows.len(), 1);
        FOLDED.get() - before
    };
    // The spellings themselves are folded once.
    folded(2);
    let (some, many) = (folded(1_000), folded(8_000));
    assert!(some <= 5 * 1_000 + 100, "{some}");
    assert!(many <= 8 * some, "{some}, {many}");
}

/// As lines without any delimiter have them.
#[test]
fn headers_are_repeated_in_part() {
    let refused = |text: &str| Roster::read(text, &[]).unwrap_err().to_string();
    let error = refused(&format!("{}\nx\n", "{\"a\":1}".repeat(1_000)));
    assert!(error.contains("…`; call one of them"), "{error}");
    let error = refused(&format!("phone{}\nx\n", ",phone".repeat(1_000)));
    assert!(error.contains("`phone` and 981 more; call one of them"), "{error}");
    let error = refused(&format!("{}@x.example,Ann\n", "a".repeat(10_000)));
    assert!(error.contains("a…`; add a line above"), "{error}");
}
