//! Who calls: whose key a request bears, what that allows, and in whose name it calls.

use axum::http::{HeaderMap, header};
use clientdesk_contract::CALL;
use clientdesk_host::Function;
use serde_json::{Map, Value, json};

use crate::keys::{ApiKey, ApiKeys, Grant, Role};
use crate::known::trace_id;
use crate::names::is_this_machine;
use crate::problem::Problem;
use crate::rows::RowError;
use crate::tokens::{SECRETS, agency_of};
use crate::trace::TRACEPARENT;

/// The header that makes it safe to repeat a command.
const IDEMPOTENCY_KEY: &str = "idempotency-key";
/// The interface that clients' browsers use by way of the platform.
const PORTAL: &str = "portal.";
/// What the ids of operators begin with who are keys.
const OF_KEY: &str = "key:";
/// What lets somebody in without a password: the platform vouches for them.
const VOUCHING: &str = "portal.admit";

const NO_KEY: &str = "send a key, with the header `authorization: Bearer clientdesk_…`";
const NO_GOOD: &str = "the key isn't one of this service, is over, or was revoked: ask whoever runs the service for another";

const NOT_FROM_HERE: &str = "nobody has a key yet, and without one only this machine itself may call, by its own name and with no proxy \
                             between: make a key with `clientdesk api-keys create --name Platform`";

/// Headers that say that somebody passed a request on; those that begin with [`FORWARDED`] say so as well.
const PASSED_ON: [&str; 3] = ["forwarded", "via", "x-real-ip"];
/// What the others begin with.
const FORWARDED: &str = "x-forwarded-";

/// Whoever sent a request.
#[derive(Clone, Debug)]
pub(crate) enum Caller {
    /// Nobody has made a key yet, and only this machine can call.
    Development,
    /// The holder of a key.
    Key(ApiKey),
}

impl Caller {
    /// Whoever sent a request with these headers. `open`: without keys, anybody may call.
    pub(crate) fn of(headers: &HeaderMap, keys: &ApiKeys, open: bool) -> Result<Caller, Problem> {
        let Some(value) = headers.get(header::AUTHORIZATION) else {
            return match open && !keys.any().map_err(|error| Problem::row(&error))? {
                true if is_from_here(headers) => Ok(Caller::Development),
                true => Err(Problem::unauthorized(NOT_FROM_HERE)),
                false => Err(Problem::unauthorized(NO_KEY)),
            };
        };
        let text = value.to_str().ok().and_then(|text| text.split_once(' '));
        let Some((_, text)) = text.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        else {
            return Err(Problem::unauthorized(NO_KEY));
        };
        match keys.find(text.trim()) {
            Ok(Some(key)) => Ok(Caller::Key(key)),
            Ok(None) => Err(Problem::unauthorized(NO_GOOD)),
            Err(error) => Err(Problem::row(&error)),
        }
    }

    /// Whether it may still call, as it might when it came.
    pub(crate) fn is_still_good(&self, keys: &ApiKeys) -> Result<bool, RowError> {
        match self {
            // From the first key on, nobody calls without one.
            Caller::Development => keys.any().map(|any| !any),
            Caller::Key(key) => keys.is_good(&key.id),
        }
    }

    /// What is counted for it, against what it may call in a second.
    pub(crate) fn id(&self) -> &str {
        match self {
            Caller::Development => "development",
            Caller::Key(key) => &key.id,
        }
    }

    /// What it may do.
    pub(crate) fn grant(&self) -> &Grant {
        match self {
            Caller::Development => &Grant::Platform,
            Caller::Key(key) => &key.grant,
        }
    }

    /// The agency that it is of; none: it is the platform's.
    pub(crate) fn tenant(&self) -> Option<&str> {
        match self.grant() {
            Grant::Platform => None,
            Grant::Agency { agency, .. } => Some(agency),
        }
    }

    /// The agency that a request is about: the key's, or the one that is named.
    pub(crate) fn agency(&self, named: Option<&str>) -> Result<String, Problem> {
        match (self.grant(), named) {
            (Grant::Agency { agency, .. }, Some(named)) if named != agency => Err(others(agency)),
            (Grant::Agency { agency, .. }, _) => Ok(agency.clone()),
            (Grant::Platform, Some(named)) => Ok(named.to_owned()),
            (Grant::Platform, None) => Err(Problem::malformed(
                "a key of the platform is good for every agency: name the one that this is about",
            )),
        }
    }

    /// What makes it safe to repeat a wish, where a request has it.
    pub(crate) fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
        const MAX: usize = 128;
        let key = text_of(headers, IDEMPOTENCY_KEY)?;
        let fits = |key: &String| (1..=MAX).contains(&key.len()) && !key.contains(' ');
        match key {
            Some(key) if !fits(&key) => Err(Problem::malformed(format!(
                "the header `{IDEMPOTENCY_KEY}` must be 1 to {MAX} printable characters without spaces"
            ))),
            key => Ok(key),
        }
    }

    /// The operator in whose name the key calls by itself.
    pub(crate) fn operator(&self) -> Value {
        match self {
            Caller::Development => {
                json!({"id": "development", "name": "Development", "role": "owner"})
            }
            Caller::Key(key) => {
                let role = match &key.grant {
                    Grant::Platform => Role::Owner,
                    Grant::Agency { role, .. } => *role,
                };
                json!({"id": format!("{OF_KEY}{}", key.id), "name": key.name, "role": role.name()})
            }
        }
    }

    /// Refuses what isn't the key's to call, and puts into the arguments what the key says.
    pub(crate) fn complete(
        &self,
        function: &Function,
        arguments: &mut Map<String, Value>,
        headers: &HeaderMap,
    ) -> Result<(), Problem> {
        let name = function.name();
        let takes = |param: &str| function.params().iter().any(|known| known.name == param);
        if takes(CALL) {
            let call = self.call(arguments.remove(CALL), headers)?;
            arguments.insert(CALL.to_owned(), call);
            return Ok(());
        }
        if headers.contains_key(IDEMPOTENCY_KEY) {
            let detail = format!(
                "`{name}` takes no idempotency key: leave the header `{IDEMPOTENCY_KEY}` out"
            );
            return Err(Problem::malformed(detail));
        }
        let Grant::Agency { role, .. } = self.grant() else { return Ok(()) };
        if !name.starts_with(PORTAL) {
            let detail = format!("`{name}` is the platform's: it takes a key of the platform");
            return Err(Problem::forbidden(detail));
        }
        let least = if name == VOUCHING { Role::Owner } else { Role::Manager };
        if *role < least {
            let least = least.name();
            let detail = format!("`{name}` takes a key with the role `{least}` at least");
            return Err(Problem::forbidden(detail));
        }
        for secret in SECRETS.iter().filter_map(|name| arguments.get(*name)?.as_str()) {
            // Another agency's is refused before anything comes of it.
            self.agency(agency_of(secret).as_deref())?;
        }
        if takes("agency") {
            let named = arguments.get("agency").and_then(Value::as_str);
            let agency = self.agency(named)?;
            arguments.entry("agency").or_insert_with(|| agency.into());
        }
        Ok(())
    }

    /// Refuses the id of another key: the log would name that one.
    fn check_id(&self, actor: Option<&Value>) -> Result<(), Problem> {
        let id = actor.and_then(|actor| actor.get("id")?.as_str()).unwrap_or_default();
        let of_key = id.trim_start().get(..OF_KEY.len());
        if !of_key.is_some_and(|start| start.eq_ignore_ascii_case(OF_KEY)) {
            return Ok(());
        }
        let own = matches!(self, Caller::Key(key) if id.strip_prefix(OF_KEY) == Some(&key.id));
        let problem = "may begin with `key:` only where it is that of the key that calls";
        if own { Ok(()) } else { Err(Problem::field("call.actor.id", problem)) }
    }

    /// The record `call`: as it was given, with what the key and the headers say.
    fn call(&self, given: Option<Value>, headers: &HeaderMap) -> Result<Value, Problem> {
        let mut call = match given {
            None | Some(Value::Null) => Map::new(),
            Some(Value::Object(fields)) => fields,
            Some(_) => return Err(Problem::malformed("`call` must be an object")),
        };
        if let Grant::Agency { role, .. } = self.grant() {
            let agency = self.agency(call.get("agency").and_then(Value::as_str))?;
            call.entry("agency").or_insert_with(|| agency.into());
            let mut operator = self.operator();
            match call.remove("actor") {
                None | Some(Value::Null) => {}
                Some(Value::Object(named)) => {
                    check_role(&named, *role)?;
                    if let Some(fields) = operator.as_object_mut() {
                        fields.extend(named);
                    }
                }
                Some(_) => {
                    let expected = "must be an object with `id`, `name` and `role`";
                    return Err(Problem::field("call.actor", expected));
                }
            }
            call.insert("actor".to_owned(), operator);
        } else if matches!(self, Caller::Development) {
            call.entry("actor").or_insert_with(|| self.operator());
        }
        self.check_id(call.get("actor"))?;
        for (field, header, value) in [
            ("idempotency-key", IDEMPOTENCY_KEY, text_of(headers, IDEMPOTENCY_KEY)?),
            ("trace-id", TRACEPARENT, trace_id()),
        ] {
            let Some(value) = value else { continue };
            let known = call.entry(field).or_insert_with(|| value.clone().into());
            if *known != value && field == "idempotency-key" {
                let detail =
                    format!("`call.{field}` and the header `{header}` say different things");
                return Err(Problem::malformed(detail));
            }
        }
        Ok(call.into())
    }
}

/// Whether a request came from this machine itself, by its own name and passed on by nobody: a proxy that stands
/// on this machine brings everybody's.
fn is_from_here(headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let passed_on = headers
        .keys()
        .any(|name| PASSED_ON.contains(&name.as_str()) || name.as_str().starts_with(FORWARDED));
    host.is_some_and(is_this_machine) && !passed_on
}

/// Whoever is named as the caller has no more rights than the key.
fn check_role(named: &Map<String, Value>, most: Role) -> Result<(), Problem> {
    let role = named.get("role").and_then(Value::as_str).and_then(|role| role.parse::<Role>().ok());
    match role {
        Some(role) if role > most => {
            let (role, most) = (role.name(), most.name());
            Err(Problem::forbidden(format!("the key has the role `{most}`, not `{role}`")))
        }
        Some(_) | None => Ok(()),
    }
}

fn others(agency: &str) -> Problem {
    Problem::forbidden(format!("the key is good for the agency `{agency}` only"))
}

fn text_of(headers: &HeaderMap, name: &str) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get(name) else { return Ok(None) };
    let text = value
        .to_str()
        .map_err(|_| Problem::malformed(format!("the header `{name}` must be printable ASCII")))?;
    Ok(Some(text.to_owned()))
}
