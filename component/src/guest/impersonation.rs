//! `impersonation`

use super::enums::same_cases;
use super::wit::exports::clientdesk::core::impersonation as wit;
use super::{Component, with_ports};
use crate::app::acting::Running;
use crate::app::impersonation::{self, NewImpersonation, PastImpersonation, SignInsView, Started};
use crate::domain::account::sign_ins::SignInPolicy;
use crate::domain::impersonation::{Ended, How, Impersonation, Mode};
use crate::domain::settings::WebAddress;
use crate::domain::time::Timestamp;

impl wit::Guest for Component {
    fn start(call: wit::Call, sign_in: wit::NewSignIn) -> Result<wit::Grant, wit::Error> {
        let wit::NewSignIn { account, reason, mode, minutes, return_to } = sign_in;
        let mode = mode.map(Mode::from);
        let new = NewImpersonation { account, reason, mode, minutes, return_to };
        let started = with_ports(|ports| impersonation::start(ports, &call.into(), &new))?;
        let Started { token, running } = started;
        Ok(wit::Grant { token: token.reveal().to_owned(), banner: running.into() })
    }

    fn stop(call: wit::Call, id: wit::SignInId) -> Result<Option<String>, wit::Error> {
        let return_to = with_ports(|ports| impersonation::stop(ports, &call.into(), &id))?;
        Ok(address(return_to.as_ref()))
    }

    fn current(call: wit::Call) -> Result<Option<wit::Banner>, wit::Error> {
        let running = with_ports(|ports| impersonation::current(ports, &call.into()))?;
        Ok(running.map(wit::Banner::from))
    }

    fn list(
        call: wit::Call,
        account: wit::AccountId,
        page: wit::PageRequest,
    ) -> Result<wit::SignInPage, wit::Error> {
        let view =
            with_ports(|ports| impersonation::list(ports, &call.into(), &account, &page.into()))?;
        let SignInsView { sign_ins, now, page } = view;
        Ok(wit::SignInPage {
            policy: sign_ins.policy.into(),
            allowed_until: sign_ins.allowed(now).map(Timestamp::millis),
            report: sign_ins.report,
            sign_ins: page.items.into_iter().map(wit::SignIn::from).collect(),
            next: page.next,
        })
    }

    fn left(agency: wit::AgencyId, operator: String) -> Result<(), wit::Error> {
        Ok(with_ports(|ports| impersonation::left(ports, &agency, &operator))?)
    }
}

fn address(address: Option<&WebAddress>) -> Option<String> {
    address.map(|address| address.as_str().to_owned())
}

impl From<Running> for wit::Banner {
    fn from(running: Running) -> wit::Banner {
        let Running { id, impersonation, account_name } = running;
        wit::Banner {
            id,
            words: impersonation.words(&account_name),
            way_out: Impersonation::way_out(&account_name),
            account: impersonation.account.to_string(),
            account_name: account_name.to_string(),
            operator_name: impersonation.operator_name.to_string(),
            mode: impersonation.mode.into(),
            reason: impersonation.reason.to_string(),
            started_at: impersonation.started_at.millis(),
            ends_at: impersonation.ends_at.millis(),
            return_to: address(impersonation.return_to.as_ref()),
            operator: impersonation.operator,
        }
    }
}

impl From<PastImpersonation> for wit::SignIn {
    fn from(past: PastImpersonation) -> wit::SignIn {
        let PastImpersonation { id, impersonation, ended } = past;
        wit::SignIn {
            id,
            operator_name: impersonation.operator_name.to_string(),
            role: impersonation.role.into(),
            mode: impersonation.mode.into(),
            reason: impersonation.reason.to_string(),
            started_at: impersonation.started_at.millis(),
            ends_at: impersonation.ends_at.millis(),
            ended: ended.map(wit::End::from),
            operator: impersonation.operator,
        }
    }
}

impl From<Ended> for wit::End {
    fn from(ended: Ended) -> wit::End {
        wit::End { at: ended.at.millis(), how: ended.how.into() }
    }
}

same_cases! {
    wit::Mode = Mode: ReadOnly Full;
    wit::How = How: Stopped Time Account Role Actor Left Policy;
    wit::Policy = SignInPolicy: Always ReadOnly WhenAllowed;
}
