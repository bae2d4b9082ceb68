//! `brands.list`

use crate::app::caller::{Call, Caller};
use crate::app::command::query;
use crate::app::error::Error;
use crate::app::fields::Fields;
use crate::app::functions;
use crate::app::keys;
use crate::app::page::{self, List, Page, PageRequest};
use crate::app::ports::Ports;
use crate::app::record;
use crate::domain::brand::Brand;

/// A page of the agency's brands. What is due counts, booked or not; a brand whose row is
/// damaged doesn't hide the others.
pub fn list(ports: &Ports, call: &Call, request: &PageRequest) -> Result<Page<Brand>, Error> {
    let list = List::of("brands.list", &call.agency, &());
    let page = |fields: &mut Fields| request.parse(fields, &list);
    let (caller, asked) = Caller::within_with(call, functions::BRANDS_LIST, page)?;
    let view = query(ports, &caller, Vec::new())?;
    let acting = view.acting();
    page::read(ports, &list, &keys::brands(&caller.agency), &asked)?.try_map(|row| {
        let Some(brand) = record::decode_whole::<Brand>(&row)? else { return Ok(None) };
        if acting.as_ref().is_some_and(|acting| !acting.reach.owns(&brand)) {
            return Ok(None);
        }
        let white_label = brand.white_label.filter(|item| item.runs_at(view.now()));
        let clients = if brand.archived_at.is_some() { 0 } else { brand.clients };
        Ok(Some(Brand { white_label, clients, ..brand }))
    })
}
