//! `billing.invoices`, `billing.get-invoice`, `billing.report-payment`

use crate::app::acting::check_payer;
use crate::app::caller::{Call, Caller};
use crate::app::command::{Tenant, query, transact};
use crate::app::error::Error;
use crate::app::fields::Fields;
use crate::app::functions;
use crate::app::keys;
use crate::app::page::{List, Page, PageRequest};
use crate::app::ports::Ports;
use crate::app::record;
use crate::app::view;
use crate::domain::actor::Actor;
use crate::domain::billing::invoice::PaymentState;
use crate::domain::billing::{Invoice, PayerId};
use crate::domain::id::AgencyId;
use crate::domain::log::Event;
use crate::domain::text::printable;
use crate::domain::time::Timestamp;

/// Of what the host calls a payment.
const REFERENCE_CHARS_MAX: usize = 128;

/// A page of a payer's invoices, the latest first, and the time that they are looked at.
pub fn invoices(
    ports: &Ports,
    call: &Call,
    payer: impl FnOnce(&mut Fields) -> Option<PayerId>,
    request: &PageRequest,
) -> Result<(Page<Invoice>, Timestamp), Error> {
    let parse = |fields: &mut Fields| {
        let payer = payer(fields);
        let list = List::of("billing.invoices", &call.agency, &payer);
        let asked = request.numbered(fields, &list);
        Some((payer?, list, asked?))
    };
    let (caller, (payer, list, asked)) =
        Caller::within_with(call, functions::BILLING_INVOICES, parse)?;
    let view = query(ports, &caller, Vec::new())?;
    check_payer(&view, &payer)?;
    let range = keys::invoices(&caller.agency, &payer);
    // From this number down; the scan leaves its end out.
    let bound = asked
        .place
        .map(|number| keys::invoice(&caller.agency, &payer, number.saturating_add(1)).into_text());
    let rows = view::scan(ports, &range, bound, asked.limit + 1, true)?;
    let mut items = Vec::with_capacity(rows.len());
    for row in rows {
        items.push(record::decode::<Invoice>(&row.key, &row.value)?);
    }
    let beyond = if items.len() > asked.limit as usize { items.pop() } else { None };
    let next = beyond.map(|invoice| list.cursor(invoice.number));
    Ok((Page { items, next, within: view.within() }, view.now()))
}

/// An invoice and the time that it is looked at; none: there is none with this number.
pub fn invoice(
    ports: &Ports,
    call: &Call,
    payer: impl FnOnce(&mut Fields) -> Option<PayerId>,
    number: u64,
) -> Result<Option<(Invoice, Timestamp)>, Error> {
    let parse = |fields: &mut Fields| numbered(fields, payer, number);
    let (caller, (payer, number)) =
        Caller::within_with(call, functions::BILLING_GET_INVOICE, parse)?;
    let key = keys::invoice(&caller.agency, &payer, number);
    let mut view = query(ports, &caller, vec![key.text().to_owned()])?;
    check_payer(&view, &payer)?;
    let now = view.now();
    Ok(view.read(&key)?.map(|invoice| (invoice, now)))
}

/// A payer, and the number of an invoice.
pub(super) fn numbered(
    fields: &mut Fields,
    payer: impl FnOnce(&mut Fields) -> Option<PayerId>,
    number: u64,
) -> Option<(PayerId, u64)> {
    let payer = payer(fields);
    let number = fields.number("number", number, 1);
    payer.zip(number)
}

/// Notes what became of an invoice.
///
/// # Errors
///
/// When there is no such invoice, or nothing to pay.
pub fn report_payment(
    ports: &Ports,
    agency: &str,
    payer: impl FnOnce(&mut Fields) -> Option<PayerId>,
    number: u64,
    (payment, reference): (PaymentState, Option<String>),
) -> Result<(), Error> {
    let mut fields = Fields::default();
    let agency = fields.take("agency", AgencyId::parse(agency));
    let invoice = numbered(&mut fields, payer, number);
    let reference = fields.take_optional("reference", reference.as_deref(), |text| {
        printable(text, REFERENCE_CHARS_MAX).map(str::to_owned)
    });
    let built = (|| Some((agency?, invoice?, reference?)))();
    let (agency, (payer, number), reference) = fields.finish(built)?;
    let key = keys::invoice(&agency, &payer, number);
    let keys = [key.text().to_owned()];
    transact(ports, &Tenant::Existing(agency), Actor::Platform, &keys, |tx| {
        let invoice = tx.read(&key)?;
        let invoice: Invoice =
            invoice.ok_or_else(|| Error::not_found("invoice", &number.to_string()))?;
        if !invoice.is_payable() && payment != PaymentState::Open {
            let message = format!("there is nothing to pay on invoice {number}");
            let event = "report-payment";
            return Err(Error::Conflict { state: "nothing-due", event, message });
        }
        if invoice.payment == payment && invoice.reference == reference {
            return Ok(());
        }
        let (payer, reported) = (payer.clone(), reference.clone());
        tx.log(Event::PaymentReported { payer, number, payment, reference: reported })?;
        tx.write(key.clone(), &Invoice { payment, reference: reference.clone(), ..invoice })
    })
}
