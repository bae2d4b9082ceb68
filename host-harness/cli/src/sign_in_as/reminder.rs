//! A reminder above what is done on an account's behalf: nobody should overlook it.

use std::io::{self, IsTerminal as _};

use super::banner;
use crate::agency_api::{AgencyApi as _, HostApi};
use crate::terminal::shown;

/// Says so to whoever sits at a terminal. Programs, which read standard error too, know the
/// token that they gave.
pub(crate) fn show(api: &HostApi) {
    if !api.is_on_behalf() || !io::stderr().is_terminal() {
        return;
    }
    // Where the token isn't good any more, the command itself says why.
    if let Ok(record) = api.ask("impersonation.current", &[])
        && !record.is_null()
    {
        eprintln!("{}", shown(&banner::line(&record)));
    }
}
