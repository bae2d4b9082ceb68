//! Who is meant by what, and what is said where nobody is.

use clientdesk_host::CallError;

use super::*;

const ANN: &str = "01890a5d-ac96-774b-bcce-b302099a8051";

/// An agency of four clients and four brands.
struct Agency;

impl AgencyApi for Agency {
    fn ask(&self, function: &str, arguments: &[Value]) -> Result<Value, CallError> {
        let client = |id: &str, name: &str, email: &str| json!({"id": id, "name": name, "email": email, "status": "active"});
        let clients = [
            client(ANN, "Ann Archer", "ann@nike.example"),
            client("c2", "Ann  archer", "ann@puma.example"),
            client("c3", "Ben Baker", "ben@nike.example"),
            client("c4", "Zoë Hann", "ann@nike.example.org"),
        ];
        let brand = |id: &str, name: &str, archived: bool| json!({"id": id, "name": name, "clients": 2, "archived-at": archived.then_some(1)});
        Ok(match function {
            "clients.get" => {
                let found = clients.into_iter().find(|client| client["id"] == arguments[0]);
                found.unwrap_or_default()
            }
            "clients.list" => {
                // Like the component's, it takes runs of white space for one space.
                let folded = |text: &str| {
                    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
                };
                let search = folded(arguments[0]["search"].as_str().unwrap());
                let has = |client: &Value| folded(&client.to_string()).contains(&search);
                json!({"clients": clients.into_iter().filter(has).collect::<Value>()})
            }
            "brands.list" => json!({"brands": [brand("nike", "Nike", false),
                brand("b2", "Puma", false), brand("b3", "Puma", true), brand("b4", "Fila", true)]}),
            other => panic!("{other}"),
        })
    }

    fn agency(&self) -> Option<&str> {
        Some("acme")
    }
}

#[test]
fn a_client_is_found_by_what_people_know() {
    for (text, id) in [
        (ANN, ANN),
        ("ann@nike.example", ANN),
        ("ANN@nike.example", ANN),
        ("ben  BAKER", "c3"),
        ("hann", "c4"),
        ("puma", "c2"),
    ] {
        assert_eq!(string(&client(&Agency, text).unwrap(), "id"), id, "{text}");
    }
}

#[test]
fn what_is_not_clear_is_said() {
    let unknown = "01890a5d-ac96-774b-bcce-b302099a8099";
    for (text, message) in [
        (unknown, format!("no client `{unknown}` in agency `acme`")),
        ("xyz", "no client `xyz` in agency `acme`".to_owned()),
        (
            "bne@nike.example",
            "no client `bne@nike.example` in agency `acme` (did you mean `ben@nike.example`?)"
                .to_owned(),
        ),
        (
            "ann archer",
            format!(
                "`ann archer` means 2 clients; say which by its id:\n  {ANN}  Ann Archer \
                 <ann@nike.example>, active\n  c2  Ann  archer <ann@puma.example>, active"
            ),
        ),
    ] {
        assert_eq!(client(&Agency, text).unwrap_err().to_string(), message);
    }
    for (text, message) in [
        ("Nikee", "no brand `Nikee` in agency `acme` (did you mean `Nike`?)"),
        ("x", "no brand `x` in agency `acme`"),
    ] {
        assert_eq!(brand(&Agency, text).unwrap_err().to_string(), message);
    }
}

#[test]
fn a_brand_in_use_comes_before_an_archived_one() {
    for (text, id) in
        [("nike", "nike"), ("NIKE", "nike"), ("puma", "b2"), ("b3", "b3"), ("fila", "b4")]
    {
        assert_eq!(string(&brand(&Agency, text).unwrap(), "id"), id, "{text}");
    }
}
