//! `clients.add-brands`

use super::super::caller::{Call, Caller, Function};
use super::super::command::command;
use super::super::error::Error;
use super::super::fields::Fields;
use super::super::keys;
use super::super::ports::Ports;
use super::load::{load, parse_id};
use super::offer::{self, Ids};
use crate::domain::actor::Role;
use crate::domain::inviting::{self, InviteError, Offer, Way};
use crate::domain::time::Until;

const FUNCTION: Function = Function { name: "clients.add-brands", least: Role::Manager };

/// Gives brands to a client that is pending or has joined, or changes how long it has them.
///
/// # Errors
///
/// When something is malformed or unknown, access was removed, the client would have too many
/// brands, or the store fails.
pub fn add_brands(
    ports: &Ports,
    call: &Call,
    id: &str,
    brands: &[String],
    ends_at: Option<u64>,
) -> Result<(), Error> {
    let caller = Caller::of(call, FUNCTION)?;
    let parsed = parse_id(id)?;
    offer::check_count(brands)?;
    let mut fields = Fields::default();
    let ids = offer::parse_brands(&mut fields, "brands", brands);
    let ids = fields.finish(Some(ids))?;
    let mut keys = offer::first_keys(&caller, &ids);
    keys.push(keys::client(&caller.agency, parsed).into_text());
    command(ports, &caller, &(id, brands, ends_at), keys, |tx| {
        let loaded = load(tx, parsed)?;
        let mut fields = Fields::default();
        let brands = offer::look_up(tx, &mut fields, "brands", &ids)?;
        let end = offer::parse_future(&mut fields, "ends-at", ends_at, tx.now());
        let offer = fields.finish(Some(Offer {
            email: None,
            name: None,
            label: None,
            brands,
            access: Some(end.unwrap_or(Until::FOREVER)),
            permissions: None,
            note: None,
            inviter: caller.operator.name.clone(),
            way: Way::Mail,
        }))?;
        let catalog = *tx.view().catalog();
        let decision = inviting::add_brands(&loaded.client, &offer, &catalog, tx.now());
        let decision = decision.map_err(|error| match error {
            InviteError::Refused(refusal) => Error::client(refusal, "add-brands"),
            other => other.into(),
        })?;
        let ids = Ids::fresh(tx)?;
        offer::carry_out(tx, Some(&loaded.stored), &ids, decision).map(|_| ())
    })
}
