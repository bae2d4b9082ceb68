//! An agency's functions, called as one caller.

use clientdesk_host::{CallError, Host, HostBuilder};
use serde_json::{Value, json};

use super::agencies;
use super::answer::{at, rows_of, string};
use super::caller::CallerArgs;
use super::failure::Failure;
use super::refusal;
use super::sign_in_as::reminder;
use super::store::StoreArgs;

/// The most rows that a page may have.
pub(crate) const PAGE_ROWS_MAX: u32 = 500;

/// What is said where an agency is needed and none is named.
pub(crate) const NO_AGENCY: &str =
    "no agency: name it with `--agency <ID>`, or in CLIENTDESK_AGENCY";

/// An agency's functions: those of a host, or a test's.
pub(crate) trait AgencyApi {
    /// Calls a function of the contract; `arguments` are those after `call`.
    fn ask(&self, function: &str, arguments: &[Value]) -> Result<Value, CallError>;

    /// The agency's id, where it is known: refusals name it.
    fn agency(&self) -> Option<&str> {
        None
    }

    /// The same; a call that fails ends the command.
    fn get(&self, function: &str, arguments: &[Value]) -> Result<Value, Failure> {
        self.ask(function, arguments).map_err(|error| refusal::failed_in(error, self.agency()))
    }
}

/// A host with a store, called about one agency.
pub(crate) struct HostApi {
    host: Host,
    call: Value,
}

impl HostApi {
    /// The functions of the agency, in the store and for the caller that the options name.
    pub(crate) fn open(
        builder: HostBuilder,
        store: &StoreArgs,
        caller: &CallerArgs,
    ) -> Result<Self, Failure> {
        let call = call(caller)?;
        let api = Self::signed(store.open(builder)?.build()?, call, caller)?;
        reminder::show(&api);
        Ok(api)
    }

    /// The same in the caller's own name, also where the options say on whose behalf.
    pub(crate) fn open_in_own_name(
        builder: HostBuilder,
        store: &StoreArgs,
        caller: &CallerArgs,
    ) -> Result<Self, Failure> {
        let call = caller.call_in_own_name().ok_or_else(no_agency)?;
        Self::signed(store.open(builder)?.build()?, call, caller)
    }

    /// The same for a command that only looks.
    pub(crate) fn open_to_read(
        builder: HostBuilder,
        store: &StoreArgs,
        caller: &CallerArgs,
    ) -> Result<Self, Failure> {
        let call = call(caller)?;
        let api = Self::signed(store.open_to_read(builder)?.build()?, call, caller)?;
        reminder::show(&api);
        Ok(api)
    }

    fn signed(host: Host, mut call: Value, caller: &CallerArgs) -> Result<Self, Failure> {
        let agency = string(&call, "agency");
        // Where the host can't say, the command's own call says why.
        if matches!(host.call("agencies.get", &[json!(agency)]), Ok(Value::Null)) {
            return Err(agencies::missing(&agency, &host));
        }
        caller.sign(&mut call, &host);
        Ok(Self { host, call })
    }

    /// Whether it is called on an account's behalf.
    pub(crate) fn is_on_behalf(&self) -> bool {
        !at(&self.call, "acting-as").is_null()
    }

    /// The host, for functions that are no agency's.
    pub(crate) const fn host(&self) -> &Host {
        &self.host
    }

    /// The same functions, called with this key, where there is one.
    pub(crate) fn with_key(mut self, key: Option<&str>) -> Self {
        if let (Some(key), Some(call)) = (key, self.call.as_object_mut()) {
            call.insert("idempotency-key".to_owned(), json!(key));
        }
        self
    }

    /// The same functions, of whose calls nothing comes: see [`Host::rehearsal`].
    pub(crate) fn rehearsal(&self) -> Self {
        Self { host: self.host.rehearsal(), call: self.call.clone() }
    }
}

impl AgencyApi for HostApi {
    fn ask(&self, function: &str, arguments: &[Value]) -> Result<Value, CallError> {
        let mut all = vec![self.call.clone()];
        all.extend_from_slice(arguments);
        self.host.call(function, &all)
    }

    fn agency(&self) -> Option<&str> {
        at(&self.call, "agency").as_str()
    }
}

fn call(caller: &CallerArgs) -> Result<Value, Failure> {
    caller.call().ok_or_else(no_agency)
}

fn no_agency() -> Failure {
    Failure::Usage(NO_AGENCY.into())
}

/// Asks for one page after the other, from `cursor` to the last, and shows each to `see`.
/// The page request comes behind `arguments`.
pub(crate) fn each_page(
    api: &impl AgencyApi,
    function: &str,
    arguments: &[Value],
    cursor: Option<&str>,
    mut see: impl FnMut(&Value) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut cursor = cursor.map(str::to_owned);
    loop {
        let mut all = arguments.to_vec();
        all.push(json!({"limit": PAGE_ROWS_MAX, "cursor": cursor}));
        let page = api.get(function, &all)?;
        see(&page)?;
        match at(&page, "next").as_str() {
            Some(next) => cursor = Some(next.to_owned()),
            None => return Ok(()),
        }
    }
}

/// The part of a list that is wanted.
pub(crate) struct Part<'a> {
    /// The page to go on behind.
    pub(crate) cursor: Option<&'a str>,
    /// The most rows; none: all.
    pub(crate) limit: Option<u32>,
}

/// Those of a list's rows that `keep` wants, and the cursor behind them. A page may be shorter
/// than asked for and still have a next.
pub(crate) fn some_rows(
    api: &impl AgencyApi,
    (function, field): (&str, &str),
    arguments: &[Value],
    part: &Part<'_>,
    keep: impl Fn(&Value) -> bool,
) -> Result<(Vec<Value>, Option<String>), Failure> {
    let wanted = part.limit.map_or(usize::MAX, |limit| limit as usize);
    let mut rows: Vec<Value> = Vec::new();
    let mut cursor = part.cursor.map(str::to_owned);
    loop {
        // Never more than are wanted, so that no row is between the last and the cursor.
        let limit = (wanted - rows.len()).min(PAGE_ROWS_MAX as usize);
        let mut all = arguments.to_vec();
        all.push(json!({"limit": limit, "cursor": cursor}));
        let page = api.get(function, &all)?;
        rows.extend(rows_of(&page, field)?.into_iter().filter(&keep));
        cursor = at(&page, "next").as_str().map(str::to_owned);
        if cursor.is_none() || rows.len() >= wanted {
            return Ok((rows, cursor));
        }
    }
}

impl HostApi {
    /// The functions of a host, called by an owner of the agency: for tests and fuzzing.
    pub(crate) fn of(host: Host, agency: &str) -> Self {
        let actor = json!({"id": "test", "name": "Test", "role": "owner"});
        Self { host, call: json!({"agency": agency, "actor": actor}) }
    }
}

#[cfg(test)]
impl<F: Fn(&str, &[Value]) -> Result<Value, CallError>> AgencyApi for F {
    fn ask(&self, function: &str, arguments: &[Value]) -> Result<Value, CallError> {
        self(function, arguments)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    #[test]
    fn pages_are_read_to_the_last() {
        let seen = RefCell::new(Vec::new());
        let api = |function: &str, arguments: &[Value]| {
            assert_eq!(function, "brands.list");
            let cursor = arguments[1]["cursor"].as_str().unwrap_or("start").to_owned();
            assert_eq!(arguments[0], "first");
            Ok(match cursor.as_str() {
                "b" => json!({"rows": "b"}),
                _ => json!({"rows": cursor, "next": "b"}),
            })
        };
        for (from, rows) in [(None, vec!["start", "b"]), (Some("b"), vec!["b"])] {
            each_page(&api, "brands.list", &[json!("first")], from, |page| {
                seen.borrow_mut().push(page["rows"].as_str().unwrap().to_owned());
                Ok(())
            })
            .unwrap();
            assert_eq!(seen.take(), rows);
        }
    }
}
