//! The functions on the agency's side, and who may call them: one line each.

use crate::domain::actor::{Role, Scope};

/// A function of the contract, as far as permission goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Function {
    /// Its name: `clients.revoke`.
    pub name: &'static str,
    /// The least that may call it.
    pub least: Role,
    /// What it is about, for operators who act on an account's behalf.
    pub scope: Scope,
}

impl Function {
    /// Its name within its interface: `revoke`.
    pub fn own_name(&self) -> &'static str {
        self.name.split_once('.').map_or(self.name, |(_, name)| name)
    }
}

macro_rules! functions {
    ($($constant:ident = $name:literal $least:ident $scope:ident;)*) => {
        $(
            #[doc = concat!("`", $name, "`")]
            pub const $constant: Function =
                Function { name: $name, least: Role::$least, scope: Scope::$scope };
        )*

        /// All of them, by name.
        pub const ALL: &[Function] = &[$($constant),*];
    };
}

functions! {
    ACCOUNTS_ACTIVATE = "accounts.activate" Manager Never;
    ACCOUNTS_ADD_ADD_ON = "accounts.add-add-on" Manager Account;
    ACCOUNTS_ALLOWS = "accounts.allows" Viewer Account;
    ACCOUNTS_CHANGE_PLAN = "accounts.change-plan" Manager Account;
    ACCOUNTS_COUNTS = "accounts.counts" Viewer Agency;
    ACCOUNTS_CREATE = "accounts.create" Manager Agency;
    ACCOUNTS_DELETE = "accounts.delete" Owner Never;
    ACCOUNTS_DELETE_MANY = "accounts.delete-many" Owner Never;
    ACCOUNTS_DETAIL = "accounts.detail" Viewer Account;
    ACCOUNTS_DISABLE = "accounts.disable" Manager Never;
    ACCOUNTS_EXTEND_TRIAL = "accounts.extend-trial" Manager Never;
    ACCOUNTS_FORECAST = "accounts.forecast" Viewer Account;
    ACCOUNTS_GET = "accounts.get" Viewer Account;
    ACCOUNTS_LIST = "accounts.list" Viewer Account;
    ACCOUNTS_MOVE_BRAND = "accounts.move-brand" Manager Never;
    ACCOUNTS_POOL = "accounts.pool" Viewer Agency;
    ACCOUNTS_RELEASE = "accounts.release" Manager Account;
    ACCOUNTS_REMOVE_ADD_ON = "accounts.remove-add-on" Manager Account;
    ACCOUNTS_REMOVE_TEMPLATE = "accounts.remove-template" Manager Never;
    ACCOUNTS_RESERVE = "accounts.reserve" Manager Account;
    ACCOUNTS_RESET_PASSWORD = "accounts.reset-password" Manager Never;
    ACCOUNTS_RESUME = "accounts.resume" Manager Never;
    ACCOUNTS_SET_BILLING_OWNER = "accounts.set-billing-owner" Manager Never;
    ACCOUNTS_SET_FEATURES = "accounts.set-features" Manager Account;
    ACCOUNTS_SET_OWNER = "accounts.set-owner" Manager Never;
    ACCOUNTS_SET_RESOURCES = "accounts.set-resources" Manager Account;
    ACCOUNTS_SET_TEMPLATE = "accounts.set-template" Manager Never;
    ACCOUNTS_START_TRIAL = "accounts.start-trial" Manager Never;
    ACCOUNTS_TEMPLATES = "accounts.templates" Viewer Agency;
    ACCOUNTS_UPDATE = "accounts.update" Manager Account;
    ACCOUNTS_USAGE = "accounts.usage" Viewer Account;
    AGENCIES_SET_INTERVAL = "agencies.set-interval" Owner Never;
    AGENCIES_SETTINGS = "agencies.settings" Viewer Agency;
    AGENCIES_UPDATE = "agencies.update" Manager Never;
    AUDIT_ACTIVITY = "audit.activity" Viewer Account;
    AUDIT_EXPORT = "audit.export" Viewer Account;
    AUDIT_HEAD = "audit.head" Viewer Agency;
    AUDIT_LIST = "audit.list" Viewer Account;
    AUDIT_READ = "audit.read" Viewer Agency;
    AUDIT_VERIFY = "audit.verify" Viewer Agency;
    BILLING_DOCUMENT = "billing.document" Viewer Account;
    BILLING_EXPORT_LEDGER = "billing.export-ledger" Viewer Agency;
    BILLING_FORECAST = "billing.forecast" Viewer Agency;
    BILLING_GET_INVOICE = "billing.get-invoice" Viewer Account;
    BILLING_INVOICES = "billing.invoices" Viewer Account;
    BILLING_ITEMS = "billing.items" Viewer Account;
    BILLING_LEDGER = "billing.ledger" Viewer Account;
    BILLING_PREVIEW = "billing.preview" Viewer Account;
    BILLING_SUMMARY = "billing.summary" Viewer Account;
    BRANDS_ARCHIVE = "brands.archive" Manager Account;
    BRANDS_CREATE = "brands.create" Manager Account;
    BRANDS_LIST = "brands.list" Viewer Account;
    BRANDS_RENAME = "brands.rename" Manager Account;
    CLIENTS_ADD_BRANDS = "clients.add-brands" Manager Account;
    CLIENTS_COPY_LINK = "clients.copy-link" Manager Account;
    CLIENTS_COUNTS = "clients.counts" Viewer Account;
    CLIENTS_DETAIL = "clients.detail" Viewer Account;
    CLIENTS_ERASE = "clients.erase" Owner Never;
    CLIENTS_EXPORT = "clients.export" Viewer Account;
    CLIENTS_GET = "clients.get" Viewer Account;
    CLIENTS_INVITE_BY_EMAIL = "clients.invite-by-email" Manager Account;
    CLIENTS_INVITE_BY_LINK = "clients.invite-by-link" Manager Account;
    CLIENTS_INVITE_MANY = "clients.invite-many" Manager Account;
    CLIENTS_LIST = "clients.list" Viewer Account;
    CLIENTS_REMOVE_BRANDS = "clients.remove-brands" Manager Account;
    CLIENTS_REPORT = "clients.report" Viewer Account;
    CLIENTS_RESEND = "clients.resend" Manager Account;
    CLIENTS_RESET_PASSWORD = "clients.reset-password" Manager Never;
    CLIENTS_REVOKE = "clients.revoke" Manager Account;
    CLIENTS_SET_PERMISSIONS = "clients.set-permissions" Manager Account;
    CLIENTS_UPDATE = "clients.update" Manager Account;
    HEALTH_EXPLAIN = "health.explain" Viewer Account;
    HEALTH_HISTORY = "health.history" Viewer Account;
    HEALTH_OVERVIEW = "health.overview" Viewer Agency;
    IMPERSONATION_CURRENT = "impersonation.current" Viewer Account;
    IMPERSONATION_LIST = "impersonation.list" Viewer Account;
    IMPERSONATION_START = "impersonation.start" Viewer Never;
    IMPERSONATION_STOP = "impersonation.stop" Viewer Never;
    JOBS_OUTBOX = "jobs.outbox" Viewer Agency;
}
