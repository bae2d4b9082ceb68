//! What happens to the accounts of a history, and what the reference is told of it.

use clientdesk_tests::billing_reference::history::{Payer, What};
use serde_json::{Value, json};

use super::play::{Play, olga, place};

/// The accounts that there may be.
const ACCOUNTS: [&str; 5] = ["adidas-inc", "nike-inc", "puma-inc", "umbro-inc", "vans-inc"];
/// The plans that catalogs may have.
pub const PLANS: [&str; 4] = ["large", "medium", "small", "tiny"];
/// The add-ons that they may have.
pub const ADD_ONS: [&str; 2] = ["calls", "users"];

impl Play {
    /// Does something with an account.
    pub fn account_command(&mut self) {
        let account = ACCOUNTS[place(self.dice.below(5))];
        let Ok(before) = self.try_to("accounts.get", &[olga(), json!(account)]) else {
            return self.create_account(account);
        };
        match self.dice.below(20) {
            0..5 => self.activate_or_resume(account, &before),
            5..9 => {
                let plan = self.a_plan();
                if self.of_account("accounts.change-plan", account, &[json!(plan)]) {
                    let (account, plan) = (account.to_owned(), plan.to_owned());
                    self.tell(What::ChangePlan { account, plan });
                }
            }
            9..12 => self.add_add_on(account, &before),
            12..14 => {
                let add_on = ADD_ONS[place(self.dice.below(2))];
                if self.of_account("accounts.remove-add-on", account, &[json!(add_on)]) {
                    let (account, add_on) = (account.to_owned(), add_on.to_owned());
                    self.tell(What::RemoveAddOn { account, add_on });
                }
            }
            14 | 15 => {
                let disabled = self.of_account("accounts.disable", account, &[]);
                if disabled && before["status"] == "active" {
                    self.tell(What::Disable(account.to_owned()));
                }
            }
            16 | 17 => self.let_owner_choose(account, &before),
            18 => self.take_over(account, &before),
            _ if self.dice.below(4) == 0 => {
                let deleted = self.of_account("accounts.delete", account, &[json!(account)]);
                if deleted && !before["plan"].is_null() {
                    self.tell(What::Delete(account.to_owned()));
                }
            }
            _ => {}
        }
    }

    /// A command on an account, its arguments, and the change by which it is previewed; none: it
    /// wasn't there, and is now.
    pub fn an_account_move(&mut self) -> Option<(&'static str, &'static str, Vec<Value>, Value)> {
        let account = ACCOUNTS[place(self.dice.below(5))];
        if self.try_to("accounts.get", &[olga(), json!(account)]).is_err() {
            self.create_account(account);
            return None;
        }
        let (plan, add_on) = (self.a_plan(), ADD_ONS[place(self.dice.below(2))]);
        let of_plan = json!({"account": account, "plan": plan});
        let of_add_on = json!({"account": account, "add-on": add_on});
        let (function, rest, change) = match self.dice.below(12) {
            0..3 => ("accounts.activate", json!(plan), json!({"activate-account": of_plan})),
            3..6 => ("accounts.change-plan", json!(plan), json!({"change-plan": of_plan})),
            6 => ("accounts.add-add-on", json!(add_on), json!({"add-add-on": of_add_on})),
            7 => ("accounts.remove-add-on", json!(add_on), json!({"remove-add-on": of_add_on})),
            8 => ("accounts.disable", Value::Null, json!({"disable-account": account})),
            9 => ("accounts.resume", Value::Null, json!({"resume-account": account})),
            10 => {
                let owner = ["agency", "platform"][place(self.dice.below(2))];
                let change = json!({"account": account, "owner": owner});
                let change = json!({"set-billing-owner": change});
                ("accounts.set-billing-owner", json!(owner), change)
            }
            _ => ("accounts.delete", json!(account), json!({"delete-account": account})),
        };
        let mut arguments = vec![olga(), json!(account)];
        arguments.extend(Some(rest).filter(|rest| !rest.is_null()));
        Some((function, account, arguments, change))
    }

    fn create_account(&mut self, account: &str) {
        let owner = if self.dice.below(4) == 0 { "platform" } else { "agency" };
        let new = json!({"id": account, "name": account, "billing-owner": owner, "start": "setup"});
        self.ask("accounts.create", &[olga(), new]);
    }

    pub fn a_plan(&mut self) -> &'static str {
        PLANS[place(self.dice.below(4))]
    }

    /// Whether a command on an account was accepted.
    fn of_account(&mut self, function: &str, account: &str, rest: &[Value]) -> bool {
        let mut arguments = vec![olga(), json!(account)];
        arguments.extend_from_slice(rest);
        self.try_to(function, &arguments).is_ok()
    }

    fn activate_or_resume(&mut self, account: &str, before: &Value) {
        if before["status"] == "disabled" && self.of_account("accounts.resume", account, &[]) {
            self.tell(What::Resume(account.to_owned()));
            return;
        }
        let plan = self.a_plan();
        if self.of_account("accounts.activate", account, &[json!(plan)]) {
            let (account, plan) = (account.to_owned(), plan.to_owned());
            self.tell(What::Activate { account, plan, payer: Payer::Agency });
        }
    }

    /// To add what runs and stays changes nothing.
    fn add_add_on(&mut self, account: &str, before: &Value) {
        let add_on = ADD_ONS[place(self.dice.below(2))];
        let has = before["add-ons"].as_array().unwrap().iter().any(|one| one["id"] == add_on);
        let planned = before["planned"].as_array().unwrap();
        let goes = planned.iter().any(|change| change["what"]["removal"] == add_on);
        if self.of_account("accounts.add-add-on", account, &[json!(add_on)]) && (!has || goes) {
            let (account, add_on) = (account.to_owned(), add_on.to_owned());
            self.tell(What::AddAddOn { account, add_on });
        }
    }

    /// The account's owner chooses a plan, if the platform bills it.
    fn let_owner_choose(&mut self, account: &str, before: &Value) {
        let owner = json!("platform");
        self.of_account("accounts.set-billing-owner", account, &[owner]);
        let Some(client) = self.a_client() else { return };
        let shown = self.ask("clients.get", &[olga(), json!(client)]);
        // Somebody who was invited by a link may have none.
        if shown["email"].is_null() {
            return;
        }
        let who = [json!("acme"), shown["email"].clone(), Value::Null, Value::Null];
        let admitted = self.try_to("portal.admit", &who);
        for client in self.known.keys().cloned().collect::<Vec<_>>() {
            self.tell_of(&client);
        }
        let Ok(admitted) = admitted else { return };
        let Some(session) = admitted["session"].as_str() else { return };
        self.of_account("accounts.set-owner", account, &[admitted["client"].clone()]);
        let plan = self.a_plan();
        let choice = [json!(session), json!(account), json!(plan)];
        if self.try_to("portal.choose-plan", &choice).is_ok() {
            let (account, plan) = (account.to_owned(), plan.to_owned());
            let payer = Payer::Account(account.clone());
            self.tell(if before["plan"].is_null() {
                What::Activate { account, plan, payer }
            } else {
                What::Switch { account, payer, plan: Some(plan) }
            });
        }
    }

    /// The agency takes over what an account pays itself.
    fn take_over(&mut self, account: &str, before: &Value) {
        let owner = json!("agency");
        if self.of_account("accounts.set-billing-owner", account, &[owner])
            && before["pays-itself"] == true
        {
            let (account, payer) = (account.to_owned(), Payer::Agency);
            self.tell(What::Switch { account, payer, plan: None });
        }
    }
}
