//! Who calls on the agency's side, and whether they may.

use super::error::Error;
use super::fields::Fields;
use super::functions::Function;
use crate::domain::actor::{Actor, Operator, Role, Scope};
use crate::domain::billing::Quote;
use crate::domain::id::AgencyId;
use crate::domain::log::TraceId;
use crate::domain::spelling::{Hidden, composed};
use crate::domain::text::{Name, TextError, key_hash, printable};
use crate::domain::token::Token;

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
    /// What an operator was given who is signed in on an account's behalf.
    pub acting_as: Option<Token>,
    /// Makes a repetition safe.
    pub idempotency_key: Option<String>,
    /// What the host calls the request.
    pub trace_id: Option<String>,
    /// What a preview gave, for the command that it was made for.
    pub quote: Option<String>,
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
    /// The token of a sign-in on an account's behalf, which nobody has looked up yet: see
    /// [`Capacity`](super::acting::Capacity).
    pub acting: Option<Token>,
    /// What the idempotency record lies under, if the call has a key.
    pub idempotency: Option<String>,
    /// What the host calls the request.
    pub trace_id: Option<TraceId>,
    /// The quote that the command is to keep to.
    pub quote: Option<Quote>,
    /// Why the role may not call the function with the token that comes along. It is refused once the
    /// token was looked up: whoever was demoted ends the sign-in by coming with it.
    pub refused: Option<Error>,
}

/// Of an operator's id, and of an idempotency key.
const ID_CHARS_MAX: usize = 128;

impl Caller {
    /// The caller of `function`, in their own name.
    ///
    /// # Errors
    ///
    /// When the call is malformed, when the role may not call the function, and when it has a
    /// token. None of it needs the store, so that nobody learns anything from being refused.
    pub fn of(call: &Call, function: Function) -> Result<Caller, Error> {
        let caller = parse(call, function)?;
        may_call(&caller)?;
        if caller.acting.is_some() {
            return Err(own_name_only(function));
        }
        Ok(caller)
    }

    /// The caller of `function`, in their own name or on an account's behalf. Whoever takes a
    /// caller so keeps to what [`View::acting`](super::view::View::acting) says.
    ///
    /// # Errors
    ///
    /// When the call is malformed, when the role may not call the function, and when it has a
    /// token where nobody may act on an account's behalf.
    pub fn within(call: &Call, function: Function) -> Result<Caller, Error> {
        let caller = parse(call, function)?;
        let refused = may_call(&caller).err();
        match (&caller.acting, function.scope, refused) {
            (Some(_), Scope::Account, refused) => Ok(Caller { refused, ..caller }),
            (_, _, Some(refused)) => Err(refused),
            (None, _, None) => Ok(caller),
            (Some(_), Scope::Agency | Scope::Never, None) => Err(own_name_only(function)),
        }
    }

    /// The caller of `function` in their own name, and its arguments as `parse` reads them.
    ///
    /// # Errors
    ///
    /// As [`Caller::of`]; and when arguments are wrong, which are listed together with what is
    /// wrong with the call.
    pub fn with<T>(
        call: &Call,
        function: Function,
        parse: impl FnOnce(&mut Fields) -> Option<T>,
    ) -> Result<(Caller, T), Error> {
        with_arguments(Caller::of(call, function), parse)
    }

    /// The same for [`Caller::within`].
    ///
    /// # Errors
    ///
    /// As [`Caller::within`], and [`Caller::with`].
    pub fn within_with<T>(
        call: &Call,
        function: Function,
        parse: impl FnOnce(&mut Fields) -> Option<T>,
    ) -> Result<(Caller, T), Error> {
        with_arguments(Caller::within(call, function), parse)
    }

    /// The caller as the log names them, in their own name.
    pub fn actor(&self) -> Actor {
        Actor::Operator(self.operator.clone())
    }

    /// Whether the function changes something, or gives out a way in: those are the managers' and
    /// owners', and a read-only sign-in refuses them.
    pub fn changes_something(&self) -> bool {
        self.function.least > Role::Viewer
    }
}

fn with_arguments<T>(
    caller: Result<Caller, Error>,
    parse: impl FnOnce(&mut Fields) -> Option<T>,
) -> Result<(Caller, T), Error> {
    let (mut fields, caller) = noted(caller)?;
    let parsed = parse(&mut fields);
    fields.finish(caller.zip(parsed))
}

/// The caller, or what is wrong with the call.
#[inline(never)]
fn noted(caller: Result<Caller, Error>) -> Result<(Fields, Option<Caller>), Error> {
    let mut fields = Fields::default();
    let caller = fields.merge(caller)?;
    Ok((fields, caller))
}

fn may_call(caller: &Caller) -> Result<(), Error> {
    let function = caller.function;
    if caller.operator.role < function.least {
        let (role, least) = (caller.operator.role.name(), function.least.name());
        let message = format!("`{}` needs the role `{least}`, not `{role}`", function.name);
        return Err(Error::denied("role", message));
    }
    Ok(())
}

/// Refuses what isn't open to those who act on an account's behalf.
fn own_name_only(function: Function) -> Error {
    let why = match function.scope {
        Scope::Agency | Scope::Account => "is about the whole agency",
        Scope::Never => "must be called in one's own name",
    };
    Error::denied("scope", format!("`{}` {why}: leave `acting-as` out", function.name))
}

fn parse(call: &Call, function: Function) -> Result<Caller, Error> {
    let mut fields = Fields::default();
    let agency = fields.take("call.agency", AgencyId::parse(&call.agency));
    let name = fields.take("call.actor.name", Name::parse(&call.actor_name));
    let id = fields.take("call.actor.id", operator_id(&call.actor_id));
    let key = call.idempotency_key.as_deref();
    let key = fields.take_optional("call.idempotency-key", key, |key| printable(key, ID_CHARS_MAX));
    let trace_id = call.trace_id.as_deref();
    let trace_id = fields.take_optional("call.trace-id", trace_id, TraceId::parse);
    let quote = fields.take_optional("call.quote", call.quote.as_deref(), Quote::parse);
    let built = (|| {
        // For whom they act, if they do, the sign-in's row says.
        let operator = Operator { id: id?, name: name?, role: call.role, on_behalf_of: None };
        let idempotency = key?.map(key_hash);
        let (trace_id, quote) = (trace_id?, quote?);
        let acting = call.acting_as.clone();
        Some(Caller {
            agency: agency?,
            operator,
            function,
            acting,
            idempotency,
            trace_id,
            quote,
            refused: None,
        })
    })();
    fields.finish(built)
}

/// The host's id of a person: whatever it calls them, but on one line.
fn operator_id(text: &str) -> Result<String, TextError> {
    let id = composed(text);
    if let Some(hidden) = Hidden::find(&id) {
        return Err(TextError::Hidden(hidden));
    }
    if let Some(control) = id.chars().find(|c| c.is_control()) {
        return Err(TextError::Control(control));
    }
    match id.chars().count() {
        0 => Err(TextError::Empty),
        len if len > ID_CHARS_MAX => Err(TextError::TooLong { max: ID_CHARS_MAX, len }),
        _ => Ok(id),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::functions;

    fn call() -> Call {
        Call {
            agency: "acme".to_owned(),
            actor_id: "olga".to_owned(),
            actor_name: "Olga".to_owned(),
            role: Role::Owner,
            acting_as: None,
            idempotency_key: None,
            trace_id: None,
            quote: None,
        }
    }

    #[test]
    fn a_token_opens_what_is_an_accounts_and_nothing_else() {
        let token = Some(Token::from_outside("secret-of-olga".to_owned()));
        let acting = Call { acting_as: token, ..call() };
        let is_refused = |refused: Result<Caller, Error>, name: &str| {
            let Err(Error::Denied { code, message }) = refused else { return false };
            assert_eq!(code, "scope", "{name}");
            assert!(!message.contains("secret-of-olga"));
            true
        };
        for function in functions::ALL {
            let name = function.name;
            assert!(Caller::of(&call(), *function).is_ok(), "{name}");
            assert!(Caller::within(&call(), *function).is_ok(), "{name}");
            assert!(is_refused(Caller::of(&acting, *function), name), "{name}");
            let expected = function.scope != Scope::Account;
            assert_eq!(is_refused(Caller::within(&acting, *function), name), expected, "{name}");
        }
    }

    #[test]
    fn the_role_comes_before_what_acting_allows() {
        let acting_as = Some(Token::from_outside("t".to_owned()));
        let refused =
            Caller::of(&Call { role: Role::Viewer, acting_as, ..call() }, functions::CLIENTS_ERASE);
        assert!(matches!(refused, Err(Error::Denied { code: "role", .. })));
    }

    #[test]
    fn the_token_shows_itself_to_nobody() {
        let acting_as = Some(Token::from_outside("secret-of-olga".to_owned()));
        let shown = format!("{:?}", Call { acting_as, ..call() });
        assert!(!shown.contains("secret-of-olga"), "{shown}");
    }

    #[test]
    fn whatever_is_malformed_is_named() {
        let (longest, long) = ("x".repeat(128), "x".repeat(129));
        let with = |change: fn(&mut Call, &str), text: &str| {
            let mut call = call();
            change(&mut call, text);
            match Caller::of(&call, functions::BRANDS_LIST) {
                Ok(_) => None,
                Err(Error::Invalid(errors)) => {
                    errors.into_iter().next().map(|error| (error.field, error.code))
                }
                Err(other) => panic!("{other}"),
            }
        };
        let id = |call: &mut Call, text: &str| call.actor_id = text.to_owned();
        let key = |call: &mut Call, text: &str| call.idempotency_key = Some(text.to_owned());
        let trace = |call: &mut Call, text: &str| call.trace_id = Some(text.to_owned());
        for (field, change) in [
            ("call.actor.id", id as fn(&mut Call, &str)),
            ("call.idempotency-key", key),
            ("call.trace-id", trace),
        ] {
            for (text, code) in [
                ("req-1 of 2", None),
                (&longest, None),
                ("", Some("empty")),
                (&long, Some("too-long")),
                ("a\nb", Some("malformed")),
            ] {
                let expected = code.map(|code| (field.to_owned(), code));
                assert_eq!(with(change, text), expected, "{field} {text:?}");
            }
        }
        assert_eq!(with(id, "ölga"), None);
        assert_eq!(with(trace, "ö"), Some(("call.trace-id".to_owned(), "malformed")));
    }
}
