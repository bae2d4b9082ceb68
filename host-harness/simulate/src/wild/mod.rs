//! An agency that nobody has a reference of: every function with all kinds of arguments, good, bad and
//! hostile. What holds whatever happens is checked: nothing traps, a refusal leaves nothing behind, and the
//! invariants.

mod draw;
mod texts;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use clientdesk_scenario::{Target, token};

pub use draw::{Asked, call};

use crate::pages;
use crate::people::play::{Answer, Trouble, Wrong, called};
use crate::read::{list, number, text};
use crate::world::World;

/// The agency's id.
pub const AGENCY: &str = "wild";

/// A call of any function. Where an argument is `{"@": "client", "n": 3}`, the third client of those that
/// are known is meant.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct WildCall {
    /// The function.
    pub function: String,
    /// Its arguments.
    pub arguments: Vec<Value>,
    /// How often it is called, one time after the other.
    pub times: u32,
}

/// What is known of the agency, by kinds: clients, sessions, tokens, sign-ins, mails, keys.
#[derive(Clone, Debug, Default)]
pub struct Wild {
    known: std::collections::BTreeMap<&'static str, Vec<Value>>,
    /// The last entry that was looked at.
    seen: u64,
    /// How many mails were looked at.
    mails: usize,
    /// The kinds of the entries that were looked at since somebody took these.
    pub kinds: Vec<String>,
}

/// How many of each kind are remembered.
const KNOWN_MAX: usize = 12;

/// Functions whose refusals are counted or written down.
const COUNT_REFUSALS: [&str; 9] = [
    "portal.log-in",
    "portal.sign-up",
    "portal.accept",
    "portal.admit",
    "portal.change-password",
    "portal.change-email",
    "portal.reset-password",
    "portal.forgot-password",
    "impersonation.start",
];

impl Wild {
    /// Creates the agency.
    pub fn new(target: &dyn Target) -> Result<Wild, Wrong> {
        let new = json!({
            "id": AGENCY, "name": "Wild", "notification-email": "office@wild.example",
            "billing-interval": "annual", "portal-address": "https://wild.example",
        });
        let created = called(target, "agencies.create", &[new])?;
        created.map_err(|refused| format!("agencies.create is refused: {refused}"))?;
        let mut wild = Wild::default();
        wild.look(target)?;
        Ok(wild)
    }

    /// The arguments, with the known things in their places.
    pub fn arguments(&self, call: &WildCall) -> Vec<Value> {
        call.arguments.iter().map(|argument| self.filled(argument)).collect()
    }

    fn filled(&self, value: &Value) -> Value {
        match value {
            Value::Array(items) => items.iter().map(|item| self.filled(item)).collect(),
            Value::Object(fields) => match fields.get("@").and_then(Value::as_str) {
                Some(kind) => self.thing(kind, number(&value["n"])),
                None => {
                    let filled =
                        |(name, value): (&String, &Value)| (name.clone(), self.filled(value));
                    Value::Object(fields.iter().map(filled).collect())
                }
            },
            other => other.clone(),
        }
    }

    fn thing(&self, kind: &str, place: u64) -> Value {
        let known = self.known.get(kind).map(Vec::as_slice).unwrap_or_default();
        let place = usize::try_from(place).unwrap_or(0) % known.len().max(1);
        known.get(place).cloned().unwrap_or_else(|| json!("none"))
    }

    fn learn(&mut self, kind: &'static str, thing: &Value) {
        // A record that is called like an id isn't one.
        if !thing.is_string() {
            return;
        }
        let known = self.known.entry(kind).or_default();
        if !known.contains(thing) {
            known.insert(0, thing.clone());
            known.truncate(KNOWN_MAX);
        }
    }

    /// Looks at what became of a call.
    pub fn take(
        &mut self,
        world: &World,
        call: &WildCall,
        answer: &Answer,
        trouble: Trouble,
    ) -> Result<(), Wrong> {
        for argument in &call.arguments {
            if let Some(password) = argument.as_str().filter(|text| texts::is_password(text)) {
                world.issued.note(password);
            }
        }
        if let Ok(answer) = answer {
            self.learn_from(&call.function, answer);
        }
        for message in world.post.after(self.mails) {
            self.mails += 1;
            if let Some(token) = token(&message.text) {
                world.issued.note(token);
                if message.agency == AGENCY {
                    self.learn("token", &json!(token));
                }
            }
            if message.agency == AGENCY {
                self.learn("mail", &json!(message.id));
            }
        }
        let made = self.look(&world.door())?;
        let counts = COUNT_REFUSALS.contains(&call.function.as_str());
        match (answer, made) {
            (Err(error), Some(entry)) if !counts && !trouble.failed => {
                Err(format!("{} is refused: {error}, and left {entry}", call.function))
            }
            _ => Ok(()),
        }
    }

    fn learn_from(&mut self, function: &str, answer: &Value) {
        self.learn("client", &answer["client"]);
        for row in list(answer) {
            self.learn("client", &row["done"]["client"]);
        }
        for client in list(&answer["clients"]) {
            self.learn("client", &client["id"]);
        }
        self.learn("session", &answer["session"]);
        match function {
            "clients.invite-by-link" | "clients.copy-link" => self.learn("token", &answer["token"]),
            "impersonation.start" => {
                self.learn("acting", &answer["token"]);
                self.learn("session", &answer["token"]);
                self.learn("sign-in", &answer["banner"]["id"]);
            }
            "billing.preview" => self.learn("quote", &answer["quote"]),
            _ => {}
        }
        if answer["next"].is_string() {
            self.learn("cursor", &answer["next"]);
        }
    }

    /// Looks at new entries of the log, and gives one that somebody made.
    fn look(&mut self, target: &dyn Target) -> Result<Option<String>, Wrong> {
        let caller =
            json!({"agency": AGENCY, "actor": {"id": "rita", "name": "Rita", "role": "viewer"}});
        let (entries, _) = pages::entries(self.seen, |[after, limit]| {
            let feed = called(target, "audit.read", &[caller.clone(), after, limit])?;
            feed.map_err(|refused| format!("audit.read is refused: {refused}"))
        })?;
        let mut made = None;
        for entry in entries {
            self.seen += 1;
            if entry["number"] != self.seen {
                return Err(format!("entry {} has another number: {entry}", self.seen));
            }
            self.kinds.push(text(&entry["kind"]).to_owned());
            if entry["actor"] != "system" && entry["kind"] != "impersonation-ended" {
                made = made.or_else(|| Some(entry.to_string()));
            }
        }
        Ok(made)
    }

    /// What was written meanwhile, by jobs and others.
    pub fn catch_up(&mut self, target: &dyn Target) -> Result<(), Wrong> {
        self.look(target).map(drop)
    }
}
