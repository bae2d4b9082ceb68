//! What the clients that entries are about are called: entries hold their ids.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::agency_api::{AgencyApi, each_page};
use crate::answer::{at, elements, rows_of, string};
use crate::failure::Failure;

/// How many clients are asked for one by one; for more, the whole list is read.
const SINGLE_MAX: usize = 100;

/// The clients that are known so far.
#[derive(Default)]
pub(super) struct Names {
    clients: BTreeMap<String, String>,
}

impl Names {
    /// Those of all clients that the entries are about.
    pub(super) fn of(api: &impl AgencyApi, entries: &[Value]) -> Result<Names, Failure> {
        let mut names = Names::default();
        names.learn(api, entries)?;
        Ok(names)
    }

    /// Asks for those that aren't known yet.
    pub(super) fn learn(&mut self, api: &impl AgencyApi, entries: &[Value]) -> Result<(), Failure> {
        let abouts = entries.iter().flat_map(|entry| elements(entry, "about"));
        let actors = entries.iter().map(|entry| at(entry, "actor"));
        let ids: BTreeSet<&str> = abouts
            .chain(actors)
            .filter_map(|one| at(one, "client").as_str())
            .filter(|id| !self.clients.contains_key(*id))
            .collect();
        if ids.len() > SINGLE_MAX {
            return each_page(api, "clients.list", &[Value::Null, Value::Null], None, |page| {
                rows_of(page, "clients")?.iter().for_each(|client| self.put(client));
                Ok(())
            });
        }
        for id in ids {
            self.put(&api.get("clients.get", &[json!(id)])?);
        }
        Ok(())
    }

    fn put(&mut self, client: &Value) {
        let called = ["email", "name", "label"];
        if let Some(name) = called.iter().find_map(|field| at(client, field).as_str()) {
            self.clients.insert(string(client, "id"), name.to_owned());
        }
    }

    /// The client's address, else its name; its id where it has neither.
    pub(super) fn client<'n>(&'n self, id: &'n str) -> &'n str {
        self.clients.get(id).map_or(id, String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use clientdesk_host::CallError;

    use super::*;

    #[test]
    fn few_are_asked_for_and_many_are_listed() {
        let asked = RefCell::new(Vec::new());
        let api = |function: &str, arguments: &[Value]| -> Result<Value, CallError> {
            asked.borrow_mut().push(function.to_owned());
            let client =
                |id: &Value| json!({"id": id, "email": format!("{id}@x").replace('"', "")});
            Ok(match function {
                // One who was erased has neither address nor name.
                "clients.get" if arguments[0] == "c0" => json!({"id": "c0"}),
                "clients.get" => client(&arguments[0]),
                _ => json!({"clients": [client(&json!("c7")), client(&json!("c8"))]}),
            })
        };
        let entry = |number: usize| {
            json!({"about": [{"client": format!("c{number}")}, {"brand": "b"}],
            "actor": {"client": "c7"}})
        };
        for (clients, function, calls) in [(3, "clients.get", 4), (101, "clients.list", 1)] {
            let entries: Vec<Value> = (0..clients).map(entry).collect();
            let mut names = Names::of(&api, &entries).unwrap();
            assert_eq!(asked.take(), vec![function; calls]);
            assert_eq!((names.client("c7"), names.client("c0")), ("c7@x", "c0"));
            names.learn(&api, &[json!({"actor": {"client": "c7"}})]).unwrap();
            assert_eq!(asked.take(), Vec::<String>::new(), "it is known");
        }
    }
}
