//! `brands.list`

use crate::app::caller::{Call, Caller};
use crate::app::command::query;
use crate::app::error::Error;
use crate::app::fields::Fields;
use crate::app::functions;
use crate::app::keys;
use crate::app::page::{self, Asked, List, Page, PageRequest};
use crate::app::ports::{Ports, Stored};
use crate::app::record;
use crate::app::view::View;
use crate::domain::brand::Brand;
use crate::domain::impersonation::Acting;

/// A page of the agency's brands. What is due counts, booked or not; a brand whose row is
/// damaged doesn't hide the others.
pub fn list(ports: &Ports, call: &Call, request: &PageRequest) -> Result<Page<Brand>, Error> {
    let list = List::of("brands.list", &call.agency, &());
    let page = |fields: &mut Fields| request.parse(fields, &list);
    let (caller, asked) = Caller::within_with(call, functions::BRANDS_LIST, page)?;
    let view = query(ports, &caller, Vec::new())?;
    let rows = match view.acting() {
        None => page::read(ports, &list, &keys::brands(&caller.agency), &asked)?,
        Some(acting) => own(&view, &acting, &list, &asked)?,
    };
    rows.try_map(|row| {
        let Some(brand) = record::decode_whole::<Brand>(&row)? else { return Ok(None) };
        let goes_on = view.agency().standing.closed_at().is_none();
        let white_label = brand.white_label.filter(|item| goes_on && item.runs_at(view.now()));
        let clients = if brand.archived_at.is_some() { 0 } else { brand.clients };
        Ok(Some(Brand { white_label, clients, ..brand }))
    })
}

/// A page of an account's brands: nothing tells whoever sees it which others there are.
fn own(
    view: &View<'_>,
    acting: &Acting,
    list: &List,
    asked: &Asked,
) -> Result<Page<Stored>, Error> {
    let agency = &view.agency().id;
    let from = asked.place.as_deref().unwrap_or_default();
    let mut ids = acting.reach.brands.iter().filter(|id| id.as_str() >= from);
    let page = ids.by_ref().take(asked.limit as usize);
    let keys = page.map(|id| keys::brand(agency, id).into_text()).collect::<Vec<_>>();
    let next = ids.next().map(|id| list.cursor(id.as_str()));
    let rows = view.ports().storage.get(&keys)?;
    let items = rows.into_iter().flatten().collect();
    Ok(Page { items, next, within: view.within() })
}
