//! The exports without WebAssembly: the same conversions and use cases, compiled for the
//! machine. Tests run every scenario this way too, and benchmarks compare with it.

use core::cell::RefCell;
use std::rc::Rc;

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::Component;
use super::wit::exports::clientdesk::core as wit;
use crate::app::Ports;

thread_local! {
    static CURRENT: RefCell<Option<Rc<Ports>>> = const { RefCell::new(None) };
}

/// Runs `run` on the ports that [`call`] was given.
#[cfg_attr(target_family = "wasm", allow(dead_code))]
#[expect(clippy::expect_used, reason = "only a bug in this file gets here without ports")]
pub(super) fn with_current<T>(run: impl FnOnce(&Ports) -> T) -> T {
    let ports = CURRENT.with_borrow(Clone::clone);
    run(&ports.expect("exports run natively within `native::call` only"))
}

/// Calls an export by its name, such as `clients.revoke`. None where there is no such export.
///
/// Arguments and results have the form that `serde` gives the types of `wit-bindgen`: fields
/// in snake case, cases in Pascal case, `{"Ok": …}` and `{"Err": …}`.
///
/// # Errors
///
/// When the arguments don't have the form that the export takes.
pub fn call(
    ports: &Rc<Ports>,
    function: &str,
    arguments: Vec<Value>,
) -> Option<Result<Value, serde_json::Error>> {
    let (_, export) = EXPORTS.iter().find(|(name, _)| *name == function)?;
    ports.zones.forget();
    let before = CURRENT.replace(Some(Rc::clone(ports)));
    let answer = export(Arguments(arguments.into_iter()));
    CURRENT.set(before);
    Some(answer)
}

/// The names of all exports.
pub fn functions() -> impl Iterator<Item = &'static str> {
    EXPORTS.iter().map(|(name, _)| *name)
}

struct Arguments(std::vec::IntoIter<Value>);

impl Arguments {
    /// The next argument; a missing one is null, which an optional one takes.
    fn next<T: DeserializeOwned>(&mut self) -> Result<T, serde_json::Error> {
        serde_json::from_value(self.0.next().unwrap_or(Value::Null))
    }
}

type Export = fn(Arguments) -> Result<Value, serde_json::Error>;

/// One line for each export: its name, its function, a `_` for each argument.
macro_rules! exports {
    ($($name:literal $interface:ident :: $function:ident ($($argument:tt),*);)*) => {
        &[$(($name, |mut arguments| {
            let _ = &mut arguments;
            serde_json::to_value(<Component as wit::$interface::Guest>::$function(
                $(exports!(@next arguments $argument)),*
            ))
        })),*]
    };
    (@next $arguments:ident _) => { $arguments.next()? };
}

const EXPORTS: &[(&str, Export)] = exports! {
    "accounts.activate" accounts::activate(_, _, _);
    "accounts.add-add-on" accounts::add_add_on(_, _, _);
    "accounts.allows" accounts::allows(_, _, _);
    "accounts.change-plan" accounts::change_plan(_, _, _);
    "accounts.counts" accounts::counts(_);
    "accounts.create" accounts::create(_, _);
    "accounts.delete" accounts::delete(_, _, _);
    "accounts.delete-many" accounts::delete_many(_, _);
    "accounts.detail" accounts::detail(_, _);
    "accounts.disable" accounts::disable(_, _);
    "accounts.extend-trial" accounts::extend_trial(_, _, _);
    "accounts.forecast" accounts::forecast(_, _);
    "accounts.get" accounts::get(_, _);
    "accounts.list" accounts::list(_, _, _, _);
    "accounts.move-brand" accounts::move_brand(_, _, _);
    "accounts.pool" accounts::pool(_);
    "accounts.release" accounts::release(_, _, _, _);
    "accounts.remove-add-on" accounts::remove_add_on(_, _, _);
    "accounts.remove-template" accounts::remove_template(_, _);
    "accounts.reserve" accounts::reserve(_, _, _, _);
    "accounts.reset-password" accounts::reset_password(_, _);
    "accounts.resume" accounts::resume(_, _);
    "accounts.set-billing-owner" accounts::set_billing_owner(_, _, _);
    "accounts.set-features" accounts::set_features(_, _, _);
    "accounts.set-owner" accounts::set_owner(_, _, _);
    "accounts.set-resources" accounts::set_resources(_, _, _);
    "accounts.set-template" accounts::set_template(_, _);
    "accounts.start-trial" accounts::start_trial(_, _, _);
    "accounts.templates" accounts::templates(_);
    "accounts.update" accounts::update(_, _, _);
    "accounts.usage" accounts::usage(_, _);
    "agencies.close" agencies::close(_, _);
    "agencies.create" agencies::create(_);
    "agencies.get" agencies::get(_);
    "agencies.list" agencies::list(_, _);
    "agencies.move-portal" agencies::move_portal(_, _);
    "agencies.reset-clock" agencies::reset_clock(_);
    "agencies.resume" agencies::resume(_, _);
    "agencies.set-interval" agencies::set_interval(_, _);
    "agencies.settings" agencies::settings(_);
    "agencies.suspend" agencies::suspend(_, _);
    "agencies.update" agencies::update(_, _);
    "audit.activity" audit::activity(_, _, _);
    "audit.export" audit::export(_, _, _);
    "audit.head" audit::head(_);
    "audit.list" audit::list(_, _, _, _);
    "audit.read" audit::read(_, _, _);
    "audit.verify" audit::verify(_, _, _, _);
    "billing.adjust" billing::adjust(_, _, _, _, _);
    "billing.document" billing::document(_, _, _, _);
    "billing.export-ledger" billing::export_ledger(_, _, _, _);
    "billing.forecast" billing::forecast(_);
    "billing.get-invoice" billing::get_invoice(_, _, _);
    "billing.invoices" billing::invoices(_, _, _);
    "billing.items" billing::items(_, _);
    "billing.ledger" billing::ledger(_, _, _);
    "billing.preview" billing::preview(_, _, _);
    "billing.preview-platform" billing::preview_platform(_, _, _);
    "billing.report-payment" billing::report_payment(_, _, _, _, _);
    "billing.summary" billing::summary(_);
    "brands.archive" brands::archive(_, _, _);
    "brands.create" brands::create(_, _);
    "brands.list" brands::list(_, _);
    "brands.rename" brands::rename(_, _, _);
    "catalog.get" catalog::get();
    "catalog.history" catalog::history(_);
    "catalog.set" catalog::set(_, _);
    "catalog.set-terms" catalog::set_terms(_, _);
    "catalog.terms" catalog::terms(_);
    "clients.add-brands" clients::add_brands(_, _, _, _);
    "clients.copy-link" clients::copy_link(_, _);
    "clients.counts" clients::counts(_, _);
    "clients.detail" clients::detail(_, _);
    "clients.erase" clients::erase(_, _);
    "clients.export" clients::export(_, _, _, _);
    "clients.get" clients::get(_, _);
    "clients.invite-by-email" clients::invite_by_email(_, _);
    "clients.invite-by-link" clients::invite_by_link(_, _);
    "clients.invite-many" clients::invite_many(_, _);
    "clients.list" clients::list(_, _, _, _);
    "clients.remove-brands" clients::remove_brands(_, _, _);
    "clients.report" clients::report(_, _, _, _);
    "clients.resend" clients::resend(_, _);
    "clients.reset-password" clients::reset_password(_, _);
    "clients.revoke" clients::revoke(_, _);
    "clients.set-permissions" clients::set_permissions(_, _, _);
    "clients.update" clients::update(_, _, _);
    "health.explain" health::explain(_, _);
    "health.history" health::history(_, _);
    "health.overview" health::overview(_);
    "impersonation.current" impersonation::current(_);
    "impersonation.left" impersonation::left(_, _);
    "impersonation.list" impersonation::list(_, _, _);
    "impersonation.start" impersonation::start(_, _);
    "impersonation.stop" impersonation::stop(_, _);
    "jobs.outbox" jobs::outbox(_, _);
    "jobs.report-bounce" jobs::report_bounce(_, _, _);
    "jobs.retry" jobs::retry(_, _, _, _);
    "jobs.run" jobs::run(_);
    "jobs.stuck" jobs::stuck(_);
    "portal.accept" portal::accept(_, _, _, _);
    "portal.admit" portal::admit(_, _, _, _);
    "portal.allow-sign-in" portal::allow_sign_in(_, _, _);
    "portal.change-email" portal::change_email(_, _, _, _);
    "portal.change-password" portal::change_password(_, _, _, _);
    "portal.choose-plan" portal::choose_plan(_, _, _);
    "portal.colleagues" portal::colleagues(_, _, _);
    "portal.confirm-email" portal::confirm_email(_);
    "portal.export" portal::export(_, _);
    "portal.forgot-password" portal::forgot_password(_, _);
    "portal.invite-colleague" portal::invite_colleague(_, _, _);
    "portal.log-in" portal::log_in(_, _, _, _);
    "portal.log-out" portal::log_out(_);
    "portal.me" portal::me(_);
    "portal.open" portal::open(_);
    "portal.plans" portal::plans(_, _);
    "portal.record" portal::record(_, _);
    "portal.reset-password" portal::reset_password(_, _);
    "portal.set-sign-in-policy" portal::set_sign_in_policy(_, _, _);
    "portal.set-sign-in-report" portal::set_sign_in_report(_, _, _);
    "portal.sign-ins" portal::sign_ins(_, _, _);
    "portal.sign-up" portal::sign_up(_, _, _, _, _);
    "portal.switch-brand" portal::switch_brand(_, _);
    "portal.theme" portal::theme(_);
    "portal.view-page" portal::view_page(_, _);
    "system.abort-import" system::abort_import(_);
    "system.check" system::check(_, _);
    "system.check-import" system::check_import(_, _, _);
    "system.export" system::export(_, _, _);
    "system.import" system::import(_, _, _);
    "system.key-uses" system::key_uses(_, _);
    "system.repair" system::repair(_, _);
    "system.schema" system::schema();
    "system.status" system::status();
};
