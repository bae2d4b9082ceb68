//! `brands.archive`

use super::{parse_id, unknown};
use crate::app::acting::check_brand;
use crate::app::booking::{book_white_label, brand_terms, keep_up};
use crate::app::caller::{Call, Caller};
use crate::app::clients::tidy;
use crate::app::command::{Tenant, command, transact};
use crate::app::error::Error;
use crate::app::functions;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::app::tx::Tx;
use crate::app::view;
use crate::domain::actor::Actor;
use crate::domain::agency::{Agency, Archived};
use crate::domain::brand::Brand;
use crate::domain::due::Due;
use crate::domain::health::sentences::counted;
use crate::domain::id::{AgencyId, BrandId, ClientId};
use crate::domain::log::Event;

/// How many clients are tidied up at once; a job does the rest.
const TIDIED_AT_ONCE: u32 = 50;

/// Takes a brand out of use.
///
/// That is one write on the brand and the agency, however many clients have it: everybody who
/// reads a client passes over archived brands. The clients are written down as a second
/// step, some of them here, the rest by a job.
///
/// # Errors
///
/// When clients would lose their last brand.
pub fn archive(ports: &Ports, call: &Call, id: &str, revoke_last: bool) -> Result<(), Error> {
    let caller = Caller::within(call, functions::BRANDS_ARCHIVE)?;
    let brand = parse_id(id)?;
    let agency = &caller.agency;
    let keys = [
        keys::brand(agency, &brand).into_text(),
        keys::agency_totals(agency).into_text(),
        keys::catalog().into_text(),
    ];
    command(ports, &caller, &(id, revoke_last), keys.to_vec(), |tx| {
        let stored = tx.view().read(&keys::brand(agency, &brand))?;
        let stored: Brand = stored.ok_or_else(|| unknown(id))?;
        check_brand(tx.view(), &stored)?;
        if stored.archived_at.is_some() {
            return Ok(());
        }
        let acting = tx.view().acting();
        let shown = |brand: &BrandId| acting.as_ref().is_none_or(|a| a.reach.has(brand));
        check(&stored, &tx.agency().archived, shown, revoke_last)?;
        mark(tx, stored)
    })?;
    // It is archived. Whatever goes wrong from here on, the job that the commit made does the
    // rest.
    let _ = tidy_some(ports, agency, &brand);
    Ok(())
}

/// `shown` says which brands may be named to the caller.
fn check(
    brand: &Brand,
    archived: &[Archived],
    shown: impl Fn(&BrandId) -> bool,
    revoke_last: bool,
) -> Result<(), Error> {
    // While clients of another brand aren't written down yet, it isn't known for whom this
    // one is the last.
    if let (Some(other), false) = (archived.first(), revoke_last) {
        let other = match &other.brand {
            other if shown(other) => format!("brand `{other}`"),
            _ => "another brand".to_owned(),
        };
        let message =
            format!("{other} is still being archived: let `jobs.run` finish, then try again");
        return Err(Error::Conflict { state: "archiving", event: "archive", message });
    }
    if brand.sole_brand_clients > 0 && !revoke_last {
        let (name, clients) = (&brand.name, counted(brand.sole_brand_clients, "client"));
        let message = format!(
            "`{name}` is the only brand of {clients}: revoke access first, or pass `revoke-last`"
        );
        return Err(Error::Conflict { state: "last-brand", event: "archive", message });
    }
    Ok(())
}

/// Takes a brand out of use that belongs to an account which is deleted.
pub fn take_out_of_use(tx: &mut Tx<'_>, id: &BrandId) -> Result<(), Error> {
    let key = keys::brand(&tx.agency().id.clone(), id);
    // One that was archived stays so: a commit needn't check it, however many there are.
    if tx.peek(&key)?.is_some_and(|brand: Brand| brand.archived_at.is_some()) {
        return Ok(());
    }
    let brand = tx.expect(&key)?;
    mark(tx, brand)
}

fn mark(tx: &mut Tx<'_>, mut brand: Brand) -> Result<(), Error> {
    keep_up(tx, &[&brand.id])?;
    let (now, priced_at) = (tx.now(), tx.priced_at());
    let terms = brand_terms(tx, &brand, priced_at)?;
    // As this command leaves it: it may archive others too.
    let mut agency: Agency = tx.expect(&keys::agency(&tx.agency().id.clone()))?;
    let postings = brand.archive(&terms, now, priced_at)?;
    let (id, clients, revoked) = (brand.id.clone(), brand.clients, brand.sole_brand_clients);
    tx.log(Event::BrandArchived { brand: id.clone(), clients, revoked })?;
    book_white_label(tx, &id, &postings)?;
    tx.delete(keys::brand_name(&agency.id, &brand.name));
    tx.write(keys::brand(&agency.id, &id), &brand)?;
    if clients > 0 {
        tx.schedule(now, Due::BrandTidy(id.clone()))?;
        agency.archived.push(Archived { brand: id, at: now });
        tx.write(keys::agency(&agency.id.clone()), &agency)?;
    }
    Ok(())
}

/// Writes down for some clients of an archived brand that they don't have it any more, each
/// in a commit of its own. Gives whether all is done.
///
/// # Errors
///
/// When a client's row is damaged, after all others were written down: the brand stays one that
/// is being archived, so that the client doesn't get it back once its row was mended.
pub fn tidy_some(ports: &Ports, agency: &AgencyId, brand: &BrandId) -> Result<bool, Error> {
    let range = keys::accesses(agency, brand);
    let (mut bound, mut damage) = (None, None);
    loop {
        let rows = view::scan(ports, &range, bound, TIDIED_AT_ONCE, false)?;
        let mut any_tidied = false;
        for (_, client) in rows.iter().filter_map(|row| keys::parse_access(range.suffix(&row.key)))
        {
            match tidy_one(ports, agency, client) {
                Ok(()) => any_tidied = true,
                Err(error @ Error::Corrupt(_)) => damage = damage.or(Some(error)),
                Err(error) => return Err(error),
            }
        }
        match rows.last().filter(|_| rows.len() == TIDIED_AT_ONCE as usize) {
            Some(_) if any_tidied => return Ok(false),
            Some(last) => bound = Some(format!("{}!", last.key)),
            None => break,
        }
    }
    if let Some(error) = damage {
        return Err(error);
    }
    let tenant = Tenant::Existing(agency.clone());
    transact(ports, &tenant, Actor::System, &[], |tx| finish(tx, brand)).map(|()| true)
}

fn tidy_one(ports: &Ports, agency: &AgencyId, client: ClientId) -> Result<(), Error> {
    let keys = [
        keys::client(agency, client).into_text(),
        keys::agency_totals(agency).into_text(),
        keys::catalog().into_text(),
    ];
    let tenant = Tenant::Existing(agency.clone());
    transact(ports, &tenant, Actor::System, &keys, |tx| tidy(tx, client))
}

/// All clients are written down: the agency forgets that the brand was being archived.
fn finish(tx: &mut Tx<'_>, brand: &BrandId) -> Result<(), Error> {
    let mut agency = tx.agency().clone();
    let found = agency.archived.iter().position(|archived| archived.brand == *brand);
    let Some(index) = found else { return Ok(()) };
    let Archived { at, .. } = agency.archived.remove(index);
    tx.unschedule(at, Due::BrandTidy(brand.clone()));
    tx.write(keys::agency(&agency.id.clone()), &agency)
}
