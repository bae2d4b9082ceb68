//! Who calls on the agency's side, and whether they may.

use super::error::Error;
use super::fields::Fields;
use super::functions::Function;
use crate::domain::actor::{Actor, Operator, Role};
use crate::domain::id::AgencyId;
use crate::domain::text::{Name, key_hash};

/// The `call` record as it arrives.
#[derive(Clone, Debug)]
pub struct Call {
    /// The agency.
    pub agency: String,
    /// The operator's id.
    pub actor_id: String,
    /// The operator's name.
    pub actor_name: String,
    /// The operator's role.
    pub role: Role,
    /// Makes a repetition safe.
    pub idempotency_key: Option<String>,
}

/// An operator of an agency who may call a function.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The agency.
    pub agency: AgencyId,
    /// Who calls.
    pub operator: Operator,
    /// The function.
    pub function: Function,
    /// What the idempotency record lies under, if the call has a key.
    pub idempotency: Option<String>,
}

const ID_CHARS_MAX: usize = 128;

impl Caller {
    /// The caller of `function`.
    ///
    /// # Errors
    ///
    /// When the call is malformed, or the role may not call the function. Neither needs the
    /// store, so that nobody learns anything from being refused.
    pub fn of(call: &Call, function: Function) -> Result<Caller, Error> {
        let mut fields = Fields::default();
        let agency = fields.take("call.agency", AgencyId::parse(&call.agency));
        let name = fields.take("call.actor.name", Name::parse(&call.actor_name));
        let id = bounded(&mut fields, "call.actor.id", &call.actor_id, |c| !c.is_control());
        let key = call.idempotency_key.as_deref();
        let key = key.map(|key| {
            bounded(&mut fields, "call.idempotency-key", key, |c| c == ' ' || c.is_ascii_graphic())
        });
        let built = (|| {
            let operator = Operator { id: id?, name: name?, role: call.role };
            let idempotency = match key {
                Some(key) => Some(key_hash(&key?)),
                None => None,
            };
            Some(Caller { agency: agency?, operator, function, idempotency })
        })();
        let caller = fields.finish(built)?;
        if caller.operator.role < function.least {
            let (role, least) = (caller.operator.role.name(), function.least.name());
            let message = format!("`{}` needs the role `{least}`, not `{role}`", function.name);
            return Err(Error::denied("role", message));
        }
        Ok(caller)
    }

    /// The caller as the log names them.
    pub fn actor(&self) -> Actor {
        Actor::Operator(self.operator.clone())
    }
}

fn bounded(
    fields: &mut Fields,
    field: &str,
    text: &str,
    allowed: fn(char) -> bool,
) -> Option<String> {
    match text.chars().count() {
        0 => fields.refuse(field, "empty", "must not be empty"),
        len if len > ID_CHARS_MAX => {
            let message = format!("must have at most {ID_CHARS_MAX} characters, has {len}");
            fields.refuse(field, "too-long", message);
        }
        _ if !text.chars().all(allowed) => {
            fields.refuse(
                field,
                "malformed",
                "contains characters that aren't allowed: use letters, digits and `-`",
            );
        }
        _ => return Some(text.to_owned()),
    }
    None
}
