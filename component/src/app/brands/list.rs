//! `brands.list`

use super::super::billing::settled;
use super::super::caller::{Call, Caller, Function};
use super::super::command::query;
use super::super::error::Error;
use super::super::keys;
use super::super::page::{self, Page, PageRequest};
use super::super::ports::Ports;
use super::super::record;
use crate::domain::actor::Role;
use crate::domain::brand::Brand;

const FUNCTION: Function = Function { name: "brands.list", least: Role::Viewer };

/// A page of the agency's brands. What is due counts, booked or not.
///
/// # Errors
///
/// When the request is malformed, or the store fails.
pub fn list(ports: &Ports, call: &Call, request: &PageRequest) -> Result<Page<Brand>, Error> {
    let caller = Caller::of(call, FUNCTION)?;
    let view = query(ports, &caller.agency, Vec::new())?;
    page::read(ports, "brands", &keys::brands(&caller.agency), request)?.try_map(|row| {
        let brand: Brand = record::decode(&row.key, &row.value)?;
        let (white_label, _) = settled(&view, brand.white_label)?;
        let clients = if brand.archived_at.is_some() { 0 } else { brand.clients };
        Ok(Brand { white_label, clients, ..brand })
    })
}
