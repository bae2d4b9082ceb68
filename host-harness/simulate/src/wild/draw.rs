//! A call of any function, with arguments of its types.

use clientdesk_host::Host;
use serde_json::{Map, Value, json};
use wasmtime::component::Type;

use super::texts;
use super::{AGENCY, WildCall};
use crate::dice::Dice;

/// The functions that can be called, with their parameters.
pub struct Asked {
    functions: Vec<(String, Vec<(String, Type)>)>,
}

/// Functions that hash a password, and take as long as a hundred others.
const SLOW: [&str; 6] = [
    "portal.accept",
    "portal.change-email",
    "portal.change-password",
    "portal.log-in",
    "portal.reset-password",
    "portal.sign-up",
];

/// What an agency begins with: more of it makes more possible.
const OFTEN: [&str; 12] = [
    "accounts.activate",
    "accounts.create",
    "brands.create",
    "clients.invite-by-email",
    "clients.invite-by-link",
    "clients.invite-many",
    "clients.revoke",
    "clients.erase",
    "impersonation.start",
    "jobs.run",
    "portal.admit",
    "portal.view-page",
];

impl Asked {
    /// All that the component exports.
    pub fn of(host: &Host) -> Asked {
        let function = |function: &clientdesk_host::Function| {
            let params = function.params().iter();
            let params = params.map(|param| (param.name.clone(), param.ty.clone()));
            (function.name().to_owned(), params.collect())
        };
        Asked { functions: host.functions().map(function).collect() }
    }

    fn of_name(&self, name: &str) -> Option<&(String, Vec<(String, Type)>)> {
        self.functions.iter().find(|(known, _)| known == name)
    }
}

/// A call at random.
pub fn call(asked: &Asked, now: u64, dice: &mut Dice) -> WildCall {
    let mut chosen = match dice.below(3) {
        0 => dice.pick(&OFTEN).and_then(|name| asked.of_name(name)),
        _ => dice.pick(&asked.functions),
    };
    if chosen.is_some_and(|(name, _)| SLOW.contains(&name.as_str())) && !dice.once_in(4) {
        chosen = asked.of_name("portal.me");
    }
    let Some((function, params)) = chosen else {
        return WildCall { function: "system.schema".to_owned(), arguments: Vec::new(), times: 1 };
    };
    let arguments = params.iter().map(|(name, ty)| {
        let mut drawing = Drawing { function, now, dice: &mut *dice };
        drawing.argument(name, ty)
    });
    // Some things may be done only so often.
    let arguments = arguments.collect();
    let times = if dice.once_in(50) { 12 } else { 1 };
    WildCall { function: function.clone(), arguments, times }
}

struct Drawing<'a> {
    function: &'a str,
    now: u64,
    dice: &'a mut Dice,
}

impl Drawing<'_> {
    fn argument(&mut self, name: &str, ty: &Type) -> Value {
        match (self.function, name) {
            (_, "call") => self.caller(),
            ("catalog.set", "catalog") => crate::people::catalog::with_products(json!({
                "currency": "USD",
                "white-label": {"monthly": 4900, "annual": 49200, "mode": "volume", "tiers": []},
                "plan-discounts": [], "seller": {"name": "", "address": ""},
                "policies": {
                    "proration": "millisecond", "white-label-start": "invite", "trial-days-max": 14,
                    "payment-days": 30, "delete-expired-trials-after-days": null,
                },
            })),
            ("agencies.create", "agency") => json!({
                "id": AGENCY, "name": "Again", "notification-email": "office@wild.example",
                "billing-interval": "monthly", "portal-address": "https://wild.example",
            }),
            _ => self.value(name, ty),
        }
    }

    fn caller(&mut self) -> Value {
        let roles = ["owner", "owner", "owner", "manager", "viewer"];
        let (id, role) = match self.dice.below(4) {
            0 => ("vlad", self.dice.pick(&roles)),
            _ => ("una", Some(&"owner")),
        };
        let mut caller = json!({"agency": AGENCY, "actor": {"id": id, "name": id, "role": role}});
        for (field, once_in) in
            [("acting-as", 12), ("idempotency-key", 12), ("trace-id", 12), ("quote", 25)]
        {
            if self.dice.once_in(once_in) {
                let value = texts::text(self.function, field, self.dice);
                crate::people::arguments::set(&mut caller, field, value);
            }
        }
        caller
    }

    fn value(&mut self, name: &str, ty: &Type) -> Value {
        match ty {
            Type::Bool => json!(self.dice.once_in(2)),
            Type::String => texts::text(self.function, name, self.dice),
            Type::U8 | Type::U16 | Type::U32 => {
                let max = if matches!(ty, Type::U32) { u64::from(u32::MAX) } else { 200 };
                json!(texts::natural(name, self.now, self.dice).min(max))
            }
            Type::U64 => json!(texts::natural(name, self.now, self.dice)),
            Type::S8 | Type::S16 | Type::S32 | Type::S64 => {
                let number = i64::try_from(self.dice.below(2_000)).unwrap_or(0) - 900;
                json!(number)
            }
            Type::List(list) => {
                let count = match self.dice.below(60) {
                    0 => 0,
                    1 | 2 => 7,
                    3 if matches!(name, "invites" | "views" | "accounts") => {
                        // More than there may be at once.
                        let item = self.value(name, &list.ty());
                        return json!(vec![item; 1_001]);
                    }
                    _ => self.dice.below(2) + 1,
                };
                let mut items: Vec<Value> = Vec::new();
                for _ in 0..count {
                    let item = self.value(name, &list.ty());
                    if !items.contains(&item) || self.dice.once_in(20) {
                        items.push(item);
                    }
                }
                json!(items)
            }
            Type::Record(record) => {
                let fields = record.fields();
                let drawn = fields.map(|field| {
                    let value = self.value(field.name, &field.ty);
                    (field.name.to_owned(), value)
                });
                Value::Object(drawn.collect::<Map<_, _>>())
            }
            Type::Variant(variant) => {
                let cases: Vec<_> = variant.cases().collect();
                match self.dice.pick(&cases) {
                    Some(case) => match &case.ty {
                        Some(ty) => json!({ case.name: self.value(case.name, ty) }),
                        None => json!(case.name),
                    },
                    None => Value::Null,
                }
            }
            Type::Enum(names) => json!(self.dice.pick(&names.names().collect::<Vec<_>>())),
            Type::Option(option) => match self.dice.below(3) {
                0 => self.value(name, &option.ty()),
                _ => Value::Null,
            },
            _ => Value::Null,
        }
    }
}
