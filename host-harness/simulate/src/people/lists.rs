//! Lists, filters, searches and counts: each client and each account where it belongs, once.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::arguments::email;
use super::check::same;
use super::model::{Client, Id, Standing, Stands};
use super::play::{Play, Wrong};
use crate::read::{list, text};

impl Play {
    /// Compares what lists say.
    pub(crate) fn check_lists(&self) -> Result<(), Wrong> {
        self.check_counts()?;
        let all = self.ids_of(|_| true);
        for sort in ["created", "name", "status", "last-log-in", "health"] {
            let order = json!({"sort": sort, "descending": false});
            self.lists_clients(&Value::Null, &order, &all)?;
        }
        let pending = self.ids_of(|one| matches!(one.stands, Stands::Pending { .. }));
        let revoked = self.ids_of(|one| one.stands == Stands::Revoked);
        self.lists_clients(&json!({"status": "pending"}), &Value::Null, &pending)?;
        self.lists_clients(&json!({"status": "revoked"}), &Value::Null, &revoked)?;
        for (brand, known) in &self.model.brands {
            if !known.archived {
                let those = self.ids_of(|one| one.grants.contains_key(brand));
                self.lists_clients(&json!({"brand": brand}), &Value::Null, &those)?;
            }
        }
        for (person, id) in &self.ids {
            let found = BTreeSet::from([id.as_str()]);
            self.lists_clients(&json!({"search": email(person)}), &Value::Null, &found)?;
            // A part of it is looked for where texts are, and not by the whole address.
            let part = format!("{person}@peop");
            self.lists_clients(&json!({"search": part}), &Value::Null, &found)?;
        }
        self.lists_clients(&json!({"search": "people.exam"}), &Value::Null, &all)?;
        self.check_accounts()
    }

    /// The ids of those clients.
    fn ids_of(&self, which: impl Fn(&Client) -> bool) -> BTreeSet<&str> {
        let those = self.model.clients.iter().filter(|(_, client)| which(client));
        those.filter_map(|(person, _)| self.ids.get(person).map(String::as_str)).collect()
    }

    fn lists_clients(
        &self,
        filter: &Value,
        order: &Value,
        expected: &BTreeSet<&str>,
    ) -> Result<(), Wrong> {
        let arguments = [self.rita(), filter.clone(), order.clone(), json!({"limit": 500})];
        let page = self.ask("clients.list", &arguments)?;
        let found = list(&page["clients"]);
        let mut ids: Vec<&str> = found.iter().map(|one| text(&one["id"])).collect();
        ids.sort_unstable();
        same(&format!("the list of {filter} by {order}"), &json!(ids), &json!(expected))
    }

    fn check_counts(&self) -> Result<(), Wrong> {
        let counts = self.ask("clients.counts", &[self.rita(), Value::Null])?;
        let joined: u64 = ["active", "at-risk", "churned"]
            .iter()
            .filter_map(|status| counts[status].as_u64())
            .sum();
        let count = |which: fn(&Client) -> bool| self.ids_of(which).len();
        for (name, found, expected) in [
            ("all", &counts["all"], count(|_| true)),
            (
                "pending",
                &counts["pending"],
                count(|one| matches!(one.stands, Stands::Pending { .. })),
            ),
            ("joined", &json!(joined), count(|one| one.stands == Stands::Joined)),
            ("revoked", &counts["revoked"], count(|one| one.stands == Stands::Revoked)),
        ] {
            same(&format!("the count of {name}"), found, &json!(expected))?;
        }
        let overview = self.ask("health.overview", &[self.rita()])?;
        let mut statuses = overview["statuses"].clone();
        let mut counts = counts;
        for shown in [&mut statuses, &mut counts] {
            shown.as_object_mut().map(|fields| fields.remove("within"));
        }
        same("the overview's counts", &statuses, &counts)
    }

    /// Compares what is known of the agency by now with what there is: all that tells whether something that
    /// wasn't answered was done.
    pub(crate) fn check_known(&mut self) -> Result<(), Wrong> {
        self.check_read()?;
        self.check_lists()?;
        let page = self.ask("brands.list", &[self.rita(), json!({"limit": 500})])?;
        let shown = list(&page["brands"]).iter();
        let found: BTreeMap<&str, Value> = shown
            .map(|one| (text(&one["id"]), json!([one["account"], !one["archived-at"].is_null()])))
            .collect();
        let brands = self.model.brands.iter();
        let expected: BTreeMap<&str, Value> =
            brands.map(|(id, one)| (*id, json!([one.account, one.archived]))).collect();
        same("the list of brands", &json!(found), &json!(expected))
    }

    /// Compares the brands, and how many clients each has: once jobs have counted whose access is over.
    pub(crate) fn check_brands(&self) -> Result<(), Wrong> {
        let page = self.ask("brands.list", &[self.rita(), json!({"limit": 500})])?;
        let shown = list(&page["brands"]).iter();
        let found: BTreeMap<&str, Value> = shown
            .map(|one| {
                let archived = !one["archived-at"].is_null();
                (text(&one["id"]), json!([one["account"], archived, one["clients"]]))
            })
            .collect();
        let clients = |brand: Id| {
            let has = |client: &&Client| client.grants.contains_key(brand);
            self.model.clients.values().filter(has).count()
        };
        let brands = self.model.brands.iter();
        let expected: BTreeMap<&str, Value> = brands
            .map(|(id, one)| (*id, json!([one.account, one.archived, clients(id)])))
            .collect();
        same("the list of brands", &json!(found), &json!(expected))
    }

    fn check_accounts(&self) -> Result<(), Wrong> {
        let counts = self.ask("accounts.counts", &[self.rita()])?;
        for word in ["setup", "trial", "active", "disabled", "deleted"] {
            let stands = |standing: Standing| standing.word() == word;
            let accounts = self.model.accounts.iter();
            let expected: BTreeSet<Id> =
                accounts.filter(|(_, one)| stands(one.standing)).map(|(id, _)| *id).collect();
            same(&format!("the count of {word}"), &counts[word], &json!(expected.len()))?;
            self.lists_accounts(&json!({"status": word}), &Value::Null, &expected)?;
        }
        let all: BTreeSet<Id> = self.model.accounts.keys().copied().collect();
        for sort in ["name", "created", "status"] {
            let order = json!({"sort": sort, "descending": true});
            self.lists_accounts(&Value::Null, &order, &all)?;
        }
        for (owner, platform) in [("agency", false), ("platform", true)] {
            let accounts = self.model.accounts.iter();
            let expected = accounts.filter(|(_, one)| one.platform == platform).map(|(id, _)| *id);
            let filter = json!({"billing-owner": owner});
            self.lists_accounts(&filter, &Value::Null, &expected.collect())?;
        }
        Ok(())
    }

    fn lists_accounts(
        &self,
        filter: &Value,
        order: &Value,
        expected: &BTreeSet<Id>,
    ) -> Result<(), Wrong> {
        let arguments = [self.rita(), filter.clone(), order.clone(), json!({"limit": 500})];
        let page = self.ask("accounts.list", &arguments)?;
        let mut ids: Vec<&str> =
            list(&page["accounts"]).iter().map(|one| text(&one["id"])).collect();
        ids.sort_unstable();
        same(&format!("the list of accounts {filter} by {order}"), &json!(ids), &json!(expected))
    }
}
