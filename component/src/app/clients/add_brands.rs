//! `clients.add-brands`

use super::arguments;
use super::load::{load_part_for_change, parse_id, refusal};
use super::new_invite::{self, Ids};
use crate::app::caller::{Call, Caller};
use crate::app::command::command;
use crate::app::error::Error;
use crate::app::fields::Fields;
use crate::app::functions;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::domain::invite::Channel;
use crate::domain::inviting::{self, NewInvite};
use crate::domain::time::Until;

/// Gives brands to a client that is pending or has joined, or changes how long it has them.
///
/// # Errors
///
/// When access was removed, or the client would have too many brands.
pub fn add_brands(
    ports: &Ports,
    call: &Call,
    id: &str,
    brands: &[String],
    ends_at: Option<u64>,
) -> Result<(), Error> {
    let (caller, ids) = Caller::within_with(call, functions::CLIENTS_ADD_BRANDS, |fields| {
        arguments::check_future(ports, fields, "ends-at", ends_at);
        Some(arguments::parse_brands(fields, "brands", brands))
    })?;
    let parsed = parse_id(id)?;
    let mut keys = new_invite::first_keys(&caller, &ids);
    keys.push(keys::client(&caller.agency, parsed).into_text());
    command(ports, &caller, &(id, brands, ends_at), keys, |tx| {
        let loaded = load_part_for_change(tx, parsed)?;
        let mut fields = Fields::default();
        let brands = arguments::look_up(tx, &mut fields, "brands", &ids)?;
        let end = arguments::parse_future(&mut fields, "ends-at", ends_at, tx.now());
        let offer = fields.finish(Some(NewInvite {
            email: None,
            name: None,
            renames: false,
            label: None,
            brands,
            access: Some(end.unwrap_or(Until::FOREVER)),
            permissions: None,
            note: None,
            inviter: caller.operator.name.clone(),
            channel: Channel::Mail,
            domain: None,
            until: None,
        }))?;
        let limits = *tx.view().limits();
        let decision = inviting::add_brands(&loaded.client, &offer, &limits, tx.now());
        let decision =
            decision.map_err(|error| refusal(tx, &loaded.client, error, "add-brands"))?;
        let ids = Ids::fresh(tx)?;
        new_invite::carry_out(tx, Some(&loaded.stored), &ids, decision).map(|_| ())
    })
}
