//! `clients`: the functions. What they take and give is converted in `client_types`.

use super::wit::exports::clientdesk::core::clients as wit;
use super::{Component, with_ports};
use crate::app::clients;
use crate::app::clients::listing;
use crate::app::clients::listing::{Order, RawFilter};
use crate::domain::time::Timestamp;

impl wit::Guest for Component {
    fn invite_by_email(
        call: wit::Call,
        invite: wit::EmailInvite,
    ) -> Result<wit::Invited, wit::Error> {
        let invite = invite.into();
        Ok(with_ports(|ports| clients::invite(ports, &call.into(), &invite))?.into())
    }

    fn invite_many(
        call: wit::Call,
        invites: Vec<wit::EmailInvite>,
    ) -> Result<Vec<wit::RowOutcome>, wit::Error> {
        let invites: Vec<_> = invites.into_iter().map(clients::Invite::from).collect();
        let rows = with_ports(|ports| clients::invite_many(ports, &call.into(), &invites))?;
        let outcome = |row| match row {
            Ok(invited) => wit::RowOutcome::Done(wit::Invited::from(invited)),
            Err(error) => wit::RowOutcome::Refused(wit::Error::from(error)),
        };
        Ok(rows.into_iter().map(outcome).collect())
    }

    fn invite_by_link(call: wit::Call, invite: wit::LinkInvite) -> Result<wit::Link, wit::Error> {
        let invite = invite.into();
        Ok(with_ports(|ports| clients::invite_by_link(ports, &call.into(), &invite))?.into())
    }

    fn report(
        call: wit::Call,
        id: wit::ClientId,
        first_day: wit::Timestamp,
        last_day: wit::Timestamp,
    ) -> Result<Option<wit::Engagement>, wit::Error> {
        let report =
            with_ports(|ports| clients::report(ports, &call.into(), &id, first_day, last_day))?;
        Ok(report.map(Into::into))
    }

    fn resend(call: wit::Call, id: wit::ClientId) -> Result<wit::Resent, wit::Error> {
        Ok(with_ports(|ports| clients::resend(ports, &call.into(), &id))?.into())
    }

    fn copy_link(call: wit::Call, id: wit::ClientId) -> Result<wit::Link, wit::Error> {
        Ok(with_ports(|ports| clients::copy_link(ports, &call.into(), &id))?.into())
    }

    fn update(
        call: wit::Call,
        id: wit::ClientId,
        changes: wit::ClientChanges,
    ) -> Result<(), wit::Error> {
        let wit::ClientChanges { name, label, note, email } = changes;
        let changes = clients::Changes { name, label, note, email };
        Ok(with_ports(|ports| clients::update(ports, &call.into(), &id, &changes))?)
    }

    fn add_brands(
        call: wit::Call,
        id: wit::ClientId,
        brands: Vec<wit::BrandId>,
        ends_at: Option<wit::Timestamp>,
    ) -> Result<(), wit::Error> {
        let call = call.into();
        Ok(with_ports(|ports| clients::add_brands(ports, &call, &id, &brands, ends_at))?)
    }

    fn remove_brands(
        call: wit::Call,
        id: wit::ClientId,
        brands: Vec<wit::BrandId>,
    ) -> Result<(), wit::Error> {
        Ok(with_ports(|ports| clients::remove_brands(ports, &call.into(), &id, &brands))?)
    }

    fn set_permissions(
        call: wit::Call,
        id: wit::ClientId,
        permissions: wit::Permissions,
    ) -> Result<(), wit::Error> {
        let permissions = permissions.into();
        Ok(with_ports(|ports| clients::set_permissions(ports, &call.into(), &id, &permissions))?)
    }

    fn reset_password(call: wit::Call, id: wit::ClientId) -> Result<(), wit::Error> {
        Ok(with_ports(|ports| clients::reset_password(ports, &call.into(), &id))?)
    }

    fn revoke(call: wit::Call, id: wit::ClientId) -> Result<(), wit::Error> {
        Ok(with_ports(|ports| clients::revoke(ports, &call.into(), &id))?)
    }

    fn erase(call: wit::Call, id: wit::ClientId) -> Result<(), wit::Error> {
        Ok(with_ports(|ports| clients::erase(ports, &call.into(), &id))?)
    }

    fn get(call: wit::Call, id: wit::ClientId) -> Result<Option<wit::Client>, wit::Error> {
        let view = with_ports(|ports| clients::get(ports, &call.into(), &id))?;
        Ok(view.map(wit::Client::from))
    }

    fn detail(call: wit::Call, id: wit::ClientId) -> Result<Option<wit::ClientDetail>, wit::Error> {
        let detail = with_ports(|ports| clients::detail(ports, &call.into(), &id))?;
        Ok(detail.map(wit::ClientDetail::from))
    }

    fn list(
        call: wit::Call,
        filter: Option<wit::ClientFilter>,
        order: Option<wit::ClientOrder>,
        page: wit::PageRequest,
    ) -> Result<wit::ClientPage, wit::Error> {
        let (call, filter, order) = (call.into(), asked(filter), ordered(order));
        let page = with_ports(|ports| listing::list(ports, &call, &filter, order, &page.into()))?;
        let clients = page.clients.into_iter().map(wit::Client::from).collect();
        let scored_at = page.scored_at.map(Timestamp::millis);
        let within = page.within.map(|account| account.to_string());
        let (next, as_of) = (page.next, page.as_of.millis());
        Ok(wit::ClientPage { clients, next, as_of, scored_at, within })
    }

    fn counts(
        call: wit::Call,
        filter: Option<wit::ClientFilter>,
    ) -> Result<wit::ClientCounts, wit::Error> {
        let filter = asked(filter);
        Ok(with_ports(|ports| listing::counts(ports, &call.into(), &filter))?.into())
    }

    fn export(
        call: wit::Call,
        filter: Option<wit::ClientFilter>,
        order: Option<wit::ClientOrder>,
        page: wit::PageRequest,
    ) -> Result<wit::CsvPart, wit::Error> {
        let (call, filter, order) = (call.into(), asked(filter), ordered(order));
        let part = with_ports(|ports| listing::export(ports, &call, &filter, order, &page.into()))?;
        Ok(wit::CsvPart { text: part.text, next: part.next })
    }
}

fn asked(filter: Option<wit::ClientFilter>) -> RawFilter {
    filter.map(RawFilter::from).unwrap_or_default()
}

fn ordered(order: Option<wit::ClientOrder>) -> Order {
    order.map(Order::from).unwrap_or_default()
}
