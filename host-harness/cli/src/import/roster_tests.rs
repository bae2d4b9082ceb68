//! Files as people have them, and what is read from them.

use super::*;

fn read(text: &str) -> Roster {
    Roster::read(text).unwrap()
}

/// `line e-mail name|brands` for each row.
fn rows(text: &str) -> Vec<String> {
    let show = |row: &Row| {
        let name = row.name.as_deref().unwrap_or("-");
        format!("{} {} {name}|{}", row.line, row.email, row.brands.join("|"))
    };
    read(text).rows.iter().map(show).collect()
}

/// `line e-mail: reason` for each refused row.
fn refused(text: &str) -> Vec<String> {
    let show = |row: &Refused| format!("{} {}: {}", row.line, row.email, row.reason);
    read(text).refused.iter().map(show).collect()
}

#[test]
fn the_same_roster_is_read_however_it_is_written() {
    for text in [
        "e-mail,name,brands\nann@x.example,Ann B.,Nike\n",
        "e-mail;name;brands\r\nann@x.example;Ann B.;Nike\r\n",
        "e-mail\tname\tbrands\nann@x.example\tAnn B.\tNike",
        "sep=;\ne-mail;name;brands\nann@x.example;Ann B.;Nike\n",
        "\"sep=;\"\r\ne-mail;name;brands\r\nann@x.example;Ann B.;Nike\r\n",
        "\n\ne-mail,name,brands\n\n\u{a0}ann@x.example\u{200b} , Ann  B. ,\" Nike \"\n",
        "\"Brand\",\"Name\",\"E-Mail\"\n\"Nike\",\"Ann\nB.\",\"ann@x.example\"\n",
        "e-mail;name, as printed;brands;name\nann@x.example;;Nike;Ann B.\n",
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
        assert!(refused(&text).is_empty());
    }
    assert_eq!(rows("sep=,\nmail\na@x.example"), ["3 a@x.example -|"]);
}

#[test]
fn names_are_put_together() {
    for (headers, row, name) in [
        ("name", "Ann B.", Some("Ann B.")),
        ("first name,last name", "Ann,B.", Some("Ann B.")),
        ("first name,last name", ",B.", Some("B.")),
        ("first name,last name", "Ann,", Some("Ann")),
        ("first name,last name", ",", None),
        ("name,first name", "Ann B.,Ann", Some("Ann B.")),
        ("nom,prénom", "B.,Ann", Some("Ann B.")),
        ("nombre,apellidos", "Ann,B.", Some("Ann B.")),
        ("client,first name,last name", "Nike Inc.,Ann,B.", Some("Ann B.")),
    ] {
        let roster = read(&format!("mail,{headers}\na@x.example,{row}"));
        assert_eq!(roster.rows[0].name.as_deref(), name, "{headers}: {row}");
    }
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
                c@x.example,\"Cleo\nd@x.example,D\n";
    assert_eq!(rows(text), ["4 b@x.example Ben|"]);
    assert_eq!(
        refused(text),
        [
            "2 a@x.example: 3 cells under 2 headers: put quotes around cells that contain `,`",
            "3 : e-mail: missing",
            "5 c@x.example: a cell begins with a quote that is never closed",
        ]
    );
}

#[test]
fn a_stray_quote_within_a_line_is_text() {
    let text = "mail,name\na@x.example,5\" Ann\nb@x.example,Ben\n";
    assert_eq!(rows(text), ["2 a@x.example 5\" Ann|", "3 b@x.example Ben|"]);
}

#[test]
fn columns_are_told() {
    let roster = read("Phone;E-Mail;;Brand\n1;a@x.example;2;Nike\n");
    assert_eq!(roster.used, [("e-mail", "E-Mail".to_owned()), ("brands", "Brand".to_owned())]);
    assert_eq!(roster.unused, ["Phone"]);
    assert!(roster.names_brands);
    assert!(!read("mail\n").names_brands);
}

#[test]
fn a_file_without_people_says_why() {
    for (text, why) in [
        ("", "the file is empty"),
        ("\n\n", "the file is empty"),
        ("phone,city\n1,2\n", "no column of e-mail addresses"),
        ("a@x.example,Ann\n", "isn't a header row"),
    ] {
        let error = Roster::read(text).unwrap_err().to_string();
        assert!(error.contains(why), "{text:?}: {error}");
    }
}
