//! What must be there after what was acknowledged: the clients of a thread, which nobody else
//! changes.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use super::diary::Asked;
use crate::answer::{at, elements, string, text};

/// A client as it must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Person {
    pub(super) agency: String,
    pub(super) id: String,
    /// Where it was invited by mail.
    pub(super) email: Option<String>,
    /// As the agency calls it; none: whatever it calls itself.
    pub(super) name: Option<String>,
    pub(super) brands: BTreeSet<String>,
    pub(super) is_read_only: bool,
    pub(super) is_revoked: bool,
    /// Of a link that nobody has used.
    pub(super) token: Option<String>,
    pub(super) session: Option<String>,
}

impl Person {
    /// Nothing, if the client is as it must be; else what isn't.
    pub(super) fn differs_from(&self, client: &Value) -> Option<String> {
        let brands: BTreeSet<String> =
            elements(client, "grants").iter().map(|grant| string(grant, "brand")).collect();
        let is_revoked = string(client, "status") == "revoked";
        let is_read_only = at(at(client, "permissions"), "read-only") == true;
        let name = at(client, "name").as_str();
        let said = [
            (at(client, "id").as_str() != Some(&self.id), "its id"),
            (brands != self.brands, "its brands"),
            (is_revoked != self.is_revoked, "its status"),
            (is_read_only != self.is_read_only, "its permissions"),
            (self.name.is_some() && name != self.name.as_deref(), "its name"),
        ];
        let differs: Vec<&str> =
            said.into_iter().filter(|(differs, _)| *differs).map(|(_, what)| what).collect();
        if differs.is_empty() {
            return None;
        }
        let what = differs.join(", ");
        Some(format!("{what} isn't as acknowledged: {client} instead of {self:?}"))
    }
}

/// What a thread has made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct People {
    pub(super) people: Vec<Person>,
    /// The brands and accounts, each with its agency.
    pub(super) brands: Vec<(String, String)>,
    pub(super) accounts: Vec<(String, String)>,
}

impl People {
    /// What has to be after a call that was answered.
    pub(super) fn learn(&mut self, asked: &Asked, answer: &Value) -> Result<()> {
        let agency = asked.agency.clone();
        match asked.function.as_str() {
            "clients.invite-by-email" | "clients.invite-by-link" => {
                self.people.push(invited(asked, answer)?);
            }
            "brands.create" => self.brands.push((agency, string(asked.rest(0), "id"))),
            "accounts.create" => self.accounts.push((agency, string(asked.rest(0), "id"))),
            "portal.sign-up" => {
                let token = asked.arguments.first().and_then(Value::as_str);
                let theirs = |person: &&mut Person| person.token.as_deref() == token;
                let person = self.people.iter_mut().find(theirs).context("a token of nobody")?;
                person.token = None;
                person.name = None;
                person.session = Some(text(answer, "session")?);
            }
            "jobs.run" => {}
            function => {
                let id = asked.rest(0).as_str().unwrap_or_default();
                let theirs = |person: &&mut Person| person.id == id;
                let person = self.people.iter_mut().find(theirs).context("a client of nobody")?;
                change(person, function, asked.rest(1))?;
            }
        }
        Ok(())
    }

    /// The client that a call is about, if it is about one that is there before it.
    pub(super) fn about(&self, asked: &Asked) -> Option<&Person> {
        let first = asked.arguments.first().and_then(Value::as_str);
        let id = asked.rest(0).as_str();
        self.people.iter().find(|person| match asked.function.as_str() {
            "portal.sign-up" => person.token.as_deref() == first,
            _ => Some(person.id.as_str()) == id,
        })
    }
}

fn invited(asked: &Asked, answer: &Value) -> Result<Person> {
    let invite = asked.rest(0);
    Ok(Person {
        agency: asked.agency.clone(),
        id: text(answer, "client")?,
        email: at(invite, "email").as_str().map(str::to_owned),
        name: at(invite, "name").as_str().map(str::to_owned),
        brands: words(at(invite, "brands")),
        is_read_only: false,
        is_revoked: false,
        token: at(answer, "token").as_str().map(str::to_owned),
        session: None,
    })
}

fn change(person: &mut Person, function: &str, what: &Value) -> Result<()> {
    match function {
        "clients.add-brands" => person.brands.extend(words(what)),
        "clients.remove-brands" => {
            let gone = words(what);
            person.brands.retain(|brand| !gone.contains(brand));
        }
        "clients.revoke" => {
            person.is_revoked = true;
            person.brands.clear();
            (person.token, person.session) = (None, None);
        }
        "clients.update" => person.name = at(what, "name").as_str().map(str::to_owned),
        "clients.set-permissions" => person.is_read_only = at(what, "read-only") == true,
        other => bail!("nobody knows what comes of `{other}`"),
    }
    Ok(())
}

fn words(list: &Value) -> BTreeSet<String> {
    let words = list.as_array().into_iter().flatten();
    words.filter_map(Value::as_str).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn asked(function: &str, rest: &[Value]) -> Asked {
        let arguments = [&[json!({"agency": "a"})], rest].concat();
        Asked { agency: "a".into(), function: function.into(), arguments }
    }

    #[test]
    fn what_was_acknowledged_adds_up() {
        let mut people = People::default();
        let invite = json!({"email": "ann@x.example", "name": "Ann", "brands": ["b1", "b2"]});
        people
            .learn(&asked("clients.invite-by-email", &[invite]), &json!({"client": "c1"}))
            .unwrap();
        let done = Value::Null;
        for (function, what) in [
            ("clients.add-brands", json!(["b3"])),
            ("clients.remove-brands", json!(["b1"])),
            ("clients.update", json!({"name": "Anna"})),
            ("clients.set-permissions", json!({"can-export": true, "read-only": true})),
        ] {
            people.learn(&asked(function, &[json!("c1"), what]), &done).unwrap();
        }
        let client = json!({
            "id": "c1", "name": "Anna", "status": "pending", "permissions": {"read-only": true},
            "grants": [{"brand": "b2"}, {"brand": "b3"}],
        });
        assert_eq!(people.people[0].differs_from(&client), None);
        let mut half = client.clone();
        half["grants"] = json!([{"brand": "b3"}]);
        half["name"] = json!("Ann");
        let said = people.people[0].differs_from(&half).unwrap();
        assert!(said.starts_with("its brands, its name isn't as acknowledged"), "{said}");
        people.learn(&asked("clients.revoke", &[json!("c1")]), &done).unwrap();
        assert!(people.people[0].differs_from(&client).unwrap().contains("its status"));
        assert!(people.learn(&asked("clients.revoke", &[json!("c2")]), &done).is_err());
        assert!(people.learn(&asked("clients.erase", &[json!("c1")]), &done).is_err());
    }
}
