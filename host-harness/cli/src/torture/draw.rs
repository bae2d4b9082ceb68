//! What a thread does next: commands drawn from a seed, fit for what it has made so far.

use fastrand::Rng;
use serde_json::{Value, json};

use super::diary::Asked;
use super::people::{People, Person};

/// The brands that every agency has from the start.
pub(super) const BRANDS: [&str; 3] = ["nike", "adidas", "puma"];

/// The plan that accounts are activated with.
pub(super) const PLAN: &str = "studio";

/// The password of everybody who signs up.
const PASSWORD: &str = "correct horse battery";

/// A thread that draws, and how far it is.
pub(super) struct Drawer {
    rng: Rng,
    /// What no other thread, process or run calls its things.
    stamp: String,
    agencies: [String; 2],
    number: u64,
}

impl Drawer {
    /// One that works in an agency of its own, and in one that it shares with all others.
    pub(super) fn new(seed: u64, stamp: String, own: String, shared: String) -> Self {
        Self { rng: Rng::with_seed(seed), stamp, agencies: [own, shared], number: 0 }
    }

    /// The next command.
    pub(super) fn next(&mut self, people: &People) -> Asked {
        self.number += 1;
        let percent = self.rng.u32(0..100);
        let drawn = match percent {
            0..40 => None,
            40..48 => Some(self.invite_by_link(people)),
            48..62 => self.add_brand(people),
            62..72 => self.remove_brand(people),
            72..78 => self.about(people, "clients.revoke", Vec::new()),
            78..84 => {
                let changes = json!({"name": format!("Ann {}", self.number)});
                self.about(people, "clients.update", vec![changes])
            }
            84..90 => {
                let permissions = json!({"can-export": true, "read-only": self.rng.bool()});
                self.about(people, "clients.set-permissions", vec![permissions])
            }
            90..94 => Some(self.brand()),
            94..96 => Some(self.account()),
            96..98 => self.sign_up(people),
            _ => Some(self.jobs()),
        };
        drawn.unwrap_or_else(|| self.invite_by_email(people))
    }

    fn agency(&mut self) -> String {
        let [own, shared] = &self.agencies;
        // Most of what is done in the shared one meets somebody else.
        if self.rng.u32(0..3) == 0 { shared.clone() } else { own.clone() }
    }

    fn key(&self) -> String {
        format!("{}-{}", self.stamp, self.number)
    }

    fn command(&self, agency: String, function: &str, rest: Vec<Value>) -> Asked {
        let actor = json!({"id": "olga", "name": "Olga", "role": "owner"});
        let call = json!({"agency": agency, "actor": actor, "idempotency-key": self.key()});
        let arguments = [vec![call], rest].concat();
        Asked { agency, function: function.to_owned(), arguments }
    }

    fn invite_by_email(&mut self, people: &People) -> Asked {
        let agency = self.agency();
        let invite = json!({
            "email": format!("{}@clients.example", self.key()),
            "name": format!("Ben {}", self.number),
            "brands": self.some_brands(people, &agency),
        });
        self.command(agency, "clients.invite-by-email", vec![invite])
    }

    fn invite_by_link(&mut self, people: &People) -> Asked {
        let agency = self.agency();
        let brands = self.some_brands(people, &agency);
        let invite = json!({"brands": brands, "label": self.key()});
        self.command(agency, "clients.invite-by-link", vec![invite])
    }

    fn add_brand(&mut self, people: &People) -> Option<Asked> {
        let person = self.somebody(people)?;
        let brands = self.some_brands(people, &person.agency);
        let rest = vec![json!(person.id), json!(brands)];
        Some(self.command(person.agency.clone(), "clients.add-brands", rest))
    }

    /// The last one stays: without any, it would be a revocation.
    fn remove_brand(&mut self, people: &People) -> Option<Asked> {
        let person = self.somebody(people).filter(|person| person.brands.len() > 1)?;
        let brand = self.rng.choice(&person.brands)?;
        let rest = vec![json!(person.id), json!([brand])];
        Some(self.command(person.agency.clone(), "clients.remove-brands", rest))
    }

    fn about(&mut self, people: &People, function: &str, rest: Vec<Value>) -> Option<Asked> {
        let person = self.somebody(people)?;
        let rest = [vec![json!(person.id)], rest].concat();
        Some(self.command(person.agency.clone(), function, rest))
    }

    fn brand(&mut self) -> Asked {
        let agency = self.agency();
        let brand = json!({"id": self.key(), "name": format!("Brand {}", self.key())});
        self.command(agency, "brands.create", vec![brand])
    }

    fn account(&mut self) -> Asked {
        let agency = self.agency();
        let account = json!({
            "id": self.key(), "name": format!("Company {}", self.number),
            "billing-owner": "agency", "start": {"active": PLAN},
        });
        self.command(agency, "accounts.create", vec![account])
    }

    /// Takes a while: a password is hashed.
    fn sign_up(&mut self, people: &People) -> Option<Asked> {
        let with_link: Vec<&Person> =
            people.people.iter().filter(|person| person.token.is_some()).collect();
        let person = *self.rng.choice(&with_link)?;
        let email = format!("{}@clients.example", self.key());
        let arguments =
            vec![json!(person.token), json!("Zoe"), json!(PASSWORD), json!(email), Value::Null];
        let function = "portal.sign-up".to_owned();
        Some(Asked { agency: person.agency.clone(), function, arguments })
    }

    fn jobs(&self) -> Asked {
        let [own, _] = &self.agencies;
        let arguments = vec![json!(20)];
        Asked { agency: own.clone(), function: "jobs.run".to_owned(), arguments }
    }

    /// A client who has access.
    fn somebody<'p>(&mut self, people: &'p People) -> Option<&'p Person> {
        let person = self.rng.choice(&people.people)?;
        Some(person).filter(|person| !person.is_revoked)
    }

    /// One to three brands of an agency.
    fn some_brands(&mut self, people: &People, agency: &str) -> Vec<String> {
        let made = people.brands.iter().filter(|(of, _)| of == agency).map(|(_, id)| id.clone());
        let all: Vec<String> = BRANDS.into_iter().map(str::to_owned).chain(made).collect();
        let count = self.rng.usize(1..=3);
        self.rng.choose_multiple(all, count)
    }
}
