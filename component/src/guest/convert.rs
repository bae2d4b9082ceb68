//! Types that all interfaces share, from and into those of the app and domain layers.

use super::enums::same_cases;
use super::wit::exports::clientdesk::core::types as wit;
use crate::app::caller::Call;
use crate::app::clients::arguments::RawPermissions;
use crate::app::error::{Error, FieldError};
use crate::app::page::PageRequest;
use crate::domain::activity::Format;
use crate::domain::actor::Role;
use crate::domain::id::FeatureKey;
use crate::domain::money::Money;
use crate::domain::permissions::Permissions;
use crate::domain::token::Token;

impl From<wit::Call> for Call {
    fn from(call: wit::Call) -> Call {
        let wit::Call { agency, actor, acting_as, idempotency_key, trace_id, quote } = call;
        let wit::Operator { id: actor_id, name: actor_name, role } = actor;
        let (role, acting_as) = (role.into(), acting_as.map(Token::from_outside));
        Call { agency, actor_id, actor_name, role, acting_as, idempotency_key, trace_id, quote }
    }
}

impl From<wit::PageRequest> for PageRequest {
    fn from(page: wit::PageRequest) -> PageRequest {
        let wit::PageRequest { limit, cursor } = page;
        PageRequest { limit, cursor }
    }
}

impl From<Money> for wit::Money {
    fn from(money: Money) -> wit::Money {
        wit::Money { amount: money.amount, currency: money.currency.code().to_owned() }
    }
}

impl From<Permissions> for wit::Permissions {
    fn from(permissions: Permissions) -> wit::Permissions {
        let Permissions { can_export, read_only, features } = permissions;
        let text = |keys: Vec<FeatureKey>| keys.iter().map(FeatureKey::to_string).collect();
        wit::Permissions { can_export, read_only, features: features.map(text) }
    }
}

impl From<wit::Permissions> for RawPermissions {
    fn from(permissions: wit::Permissions) -> RawPermissions {
        let wit::Permissions { can_export, read_only, features } = permissions;
        RawPermissions { can_export, read_only, features }
    }
}

impl From<Error> for wit::Error {
    fn from(error: Error) -> wit::Error {
        match error {
            Error::Invalid(fields) => {
                wit::Error::Invalid(fields.into_iter().map(wit::FieldError::from).collect())
            }
            Error::NotFound(what) => wit::Error::NotFound(what),
            Error::Denied { code, message } => {
                wit::Error::Denied(wit::Refusal { code: code.to_owned(), message })
            }
            Error::Conflict { state, event, message } => {
                let (state, event) = (state.to_owned(), event.to_owned());
                wit::Error::Conflict(wit::StateConflict { state, event, message })
            }
            Error::Exists(what) => wit::Error::Exists(what),
            Error::Expired(at) => wit::Error::Expired(at.millis()),
            Error::Limit { limit, allowed, asked, wait } => {
                let limit = limit.to_owned();
                wit::Error::Limit(wit::LimitReached { limit, allowed, asked, wait })
            }
            Error::Busy => wit::Error::Busy,
            Error::Unavailable(why) => wit::Error::Unavailable(why),
            Error::Corrupt(why) => wit::Error::Corrupt(why),
            Error::Other { code, message } => {
                wit::Error::Other(wit::OtherError { code: code.to_owned(), message })
            }
        }
    }
}

impl From<FieldError> for wit::FieldError {
    fn from(error: FieldError) -> wit::FieldError {
        let FieldError { field, code, message } = error;
        wit::FieldError { field, code: code.to_owned(), message }
    }
}

same_cases! {
    wit::Role = Role: Owner Manager Viewer;
    wit::ExportFormat = Format: Pdf Csv;
}
