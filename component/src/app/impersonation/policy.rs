//! The account's own say: what it allows to operators who would sign in on its behalf.

use super::end::end_where;
use crate::app::error::Error;
use crate::app::tx::Tx;
use crate::domain::account::Account;
use crate::domain::account::sign_ins::SignIns;
use crate::domain::id::ClientId;
use crate::domain::impersonation::{Allowance, Ended, How, allowance};
use crate::domain::log::Event;
use crate::domain::log::impersonation::SignInsChanged;

/// Changes what an account allows, as its owner says. What runs, and isn't allowed until its own end
/// any more, ends.
pub fn set_sign_ins(
    tx: &mut Tx<'_>,
    account: Account,
    owner: ClientId,
    sign_ins: SignIns,
) -> Result<(), Error> {
    if account.sign_ins == sign_ins {
        return Ok(());
    }
    tx.log(Event::SignInsChanged(SignInsChanged {
        account: account.id.clone(),
        client: owner,
        policy: sign_ins.policy.name(),
        allowed_until: sign_ins.allowed_until,
        report: sign_ins.report,
    }))?;
    let account = Account { sign_ins, ..account };
    tx.save_account(&account)?;
    let now = tx.now();
    let ended = Ended { at: now, how: How::Policy };
    end_where(tx, &account.id, ended, |running| match allowance(&sign_ins, running.mode, now) {
        Allowance::Always => false,
        Allowance::Until(until) => until < running.ends_at,
        Allowance::Nothing => true,
    })
}
