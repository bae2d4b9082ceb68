//! The command line: one file a subcommand.
//!
//! | what they share | file |
//! | --- | --- |
//! | tables and sentences, as wide as the terminal | `show.rs` |
//! | JSON for programs | `output.rs` |
//! | errors, for both | `failure.rs`; the contract's in words: `refusal.rs` |
//! | people and brands by what they are called | `find.rs` |
//! | what is chosen, as the contract calls it | `choice.rs` |
//! | whose ledger and invoices | `payer.rs` |
//! | times, in and out; the contract's words | the crate `clientdesk-contract` |
//! | what must not reach a terminal | `terminal.rs` |
//!
//! Answers go to standard output, errors to standard error. The exit code is 0 for an
//! answer, 1 for a refusal or a failure, 2 for a command line that doesn't make sense;
//! `import` has more. `docs/command-line.md` describes all of it.

mod account;
mod account_query;
mod accounts;
mod agencies;
mod agency_api;
mod agency_file;
mod agency_move;
mod agency_standing;
mod agency_terms;
mod answer;
mod api_keys;
mod backup;
mod billing;
mod bounces;
mod brands;
mod call;
mod caller;
mod catalog;
mod check;
mod check_host;
mod choice;
mod clients;
mod demo;
mod failure;
mod find;
mod format;
mod functions;
mod fuzz;
mod health;
mod host;
mod import;
mod inspect;
mod invoice;
mod invoices;
mod jobs;
mod keys;
mod kinds;
mod ledger;
mod log;
mod mails;
mod manual;
mod money;
mod output;
mod payer;
mod refusal;
mod reset_clock;
mod run;
mod serve;
mod show;
mod sign_in_as;
mod simulate;
mod simulate_activity;
mod status;
mod stop;
mod store;
mod terminal;
mod top;
mod torture;
mod usage;
mod webhooks;

use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};

use clientdesk_contract::times;
use failure::Failure;
use host::ComponentArgs;
use output::Form;

/// Client management for agencies, as a WebAssembly component in a sandbox.
///
/// The component holds all the rules and does no I/O. This program gives it a store, a
/// folder for mails, a clock and keys, and calls its functions.
#[derive(Parser)]
#[command(name = "clientdesk", version, max_term_width = 100)]
struct Cli {
    #[command(flatten)]
    component: ComponentArgs,
    /// Prints JSON for programs instead of tables: lists as `items` and `next`, everything as
    /// `call` gives it, errors too
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Demo(demo::DemoArgs),
    Agencies(agencies::AgenciesArgs),
    ApiKeys(api_keys::ApiKeysArgs),
    Catalog(catalog::CatalogArgs),
    Brands(brands::BrandsArgs),
    Accounts(accounts::AccountsArgs),
    Account(account::AccountArgs),
    SignInAs(sign_in_as::SignInArgs),
    Clients(clients::ClientsArgs),
    Import(import::ImportArgs),
    Health(health::HealthArgs),
    Billing(billing::BillingArgs),
    Invoices(invoices::InvoicesArgs),
    Invoice(invoice::InvoiceArgs),
    Ledger(ledger::LedgerArgs),
    Log(log::LogArgs),
    Mails(mails::MailsArgs),
    Bounces(bounces::BouncesArgs),
    Jobs(jobs::JobsArgs),
    Status(status::StatusArgs),
    Call(call::CallArgs),
    Functions(functions::FunctionsArgs),
    Fuzz(fuzz::FuzzArgs),
    Inspect(inspect::InspectArgs),
    Run(run::RunArgs),
    Serve(serve::ServeArgs),
    Top(top::TopArgs),
    Simulate(simulate::SimulateArgs),
    SimulateActivity(simulate_activity::SimulateArgs),
    Check(check::CheckArgs),
    CheckHost(check_host::CheckHostArgs),
    Repair(check::RepairArgs),
    Torture(torture::TortureArgs),
    #[command(hide = true)]
    TortureWorker(torture::WorkerArgs),
    Backup(backup::BackupArgs),
    Restore(backup::RestoreArgs),
    Keys(keys::KeysArgs),
    ResetClock(reset_clock::ResetClockArgs),
    Webhooks(webhooks::WebhooksArgs),
    Completions(manual::CompletionsArgs),
    Man(manual::ManArgs),
}

/// Does what the command line says.
fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage::report(error),
    };
    let form = if cli.json { Form::Json } else { Form::Table };
    match done(&cli, form) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(form),
    }
}

fn done(cli: &Cli, form: Form) -> Result<(), Failure> {
    let Cli { component, command, .. } = cli;
    match command {
        Command::Demo(args) => demo::run(component, args, form),
        Command::Account(args) => account::run(component, args, form),
        Command::Accounts(args) => accounts::run(component, args, form),
        Command::Agencies(args) => agencies::run(component, args, form),
        Command::ApiKeys(args) => api_keys::run(component, args, form),
        Command::Backup(args) => backup::run(args, form),
        Command::Billing(args) => billing::run(component, args, form),
        Command::Bounces(args) => bounces::run(component, args, form),
        Command::Brands(args) => brands::run(component, args, form),
        Command::Call(args) => call::run(component, args, form),
        Command::Catalog(args) => catalog::run(component, args, form),
        Command::Check(args) => check::check(component, args, form),
        Command::CheckHost(args) => check_host::run(component, args, form),
        Command::Clients(args) => clients::run(component, args, form),
        Command::Completions(args) => manual::completions(Cli::command(), args),
        Command::Functions(args) => functions::run(component, args, form),
        Command::Fuzz(args) => fuzz::run(component, args, form),
        Command::Health(args) => health::run(component, args, form),
        Command::Import(args) => import::run(component, args, form),
        Command::Inspect(args) => inspect::run(component, args, form),
        Command::Invoice(args) => invoice::run(component, args, form),
        Command::Invoices(args) => invoices::run(component, args, form),
        Command::Jobs(args) => jobs::run(component, args, form),
        Command::Status(args) => status::run(component, args, form),
        Command::Keys(args) => keys::run(component, args, form),
        Command::Ledger(args) => ledger::run(component, args, form),
        Command::Log(args) => log::run(component, args, form),
        Command::Mails(args) => mails::run(component, args, form),
        Command::Man(args) => manual::man(Cli::command(), args),
        Command::Repair(args) => check::repair(component, args, form),
        Command::ResetClock(args) => reset_clock::run(component, args, form),
        Command::Restore(args) => backup::restore(args, form),
        Command::Run(args) => run::run(component, args, form),
        Command::Serve(args) => serve::run(component, args, form),
        Command::SignInAs(args) => sign_in_as::run(component, args, form),
        Command::Simulate(args) => simulate::run(component, args, form),
        Command::SimulateActivity(args) => simulate_activity::run(component, args, form),
        Command::Top(args) => top::run(args, form),
        Command::Torture(args) => torture::run(component, args, form),
        Command::TortureWorker(args) => torture::work(component, args),
        Command::Webhooks(args) => webhooks::run(component, args, form),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_options_of_all_commands_fit_together() {
        Cli::command().debug_assert();
    }
}
