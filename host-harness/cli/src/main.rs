//! The command line: one file a subcommand.
//!
//! Answers go to standard output, errors to standard error. The exit code is 0 for an
//! answer, 1 for a refusal or a failure, 2 for a command line that doesn't make sense;
//! `import` has more.

mod agency_api;
mod answer;
mod backup;
mod call;
mod caller;
mod clients;
mod demo;
mod failure;
mod format;
mod health;
mod host;
mod import;
mod inspect;
mod jobs;
mod keys;
mod mails;
mod output;
mod refusal;
mod reset_clock;
mod run;
mod show;
mod simulate;
mod store;
mod terminal;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use host::ComponentArgs;

/// Client management for agencies, as a WebAssembly component in a sandbox.
///
/// The component holds all the rules and does no I/O. This program gives it a store, a
/// folder for mails, a clock and keys, and calls its functions.
#[derive(Parser)]
#[command(name = "clientdesk", version, max_term_width = 100)]
struct Cli {
    #[command(flatten)]
    component: ComponentArgs,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Demo(demo::DemoArgs),
    Backup(backup::BackupArgs),
    Call(call::CallArgs),
    Clients(clients::ClientsArgs),
    Health(health::HealthArgs),
    Import(import::ImportArgs),
    Inspect(inspect::InspectArgs),
    Jobs(jobs::JobsArgs),
    Keys(keys::KeysArgs),
    Mails(mails::MailsArgs),
    ResetClock(reset_clock::ResetClockArgs),
    Restore(backup::RestoreArgs),
    Run(run::RunArgs),
    SimulateActivity(simulate::SimulateArgs),
}

/// Does what the command line says.
fn main() -> ExitCode {
    let Cli { component, command } = Cli::parse();
    let done = match command {
        Command::Demo(args) => demo::run(&component, &args),
        Command::Backup(args) => backup::run(&args),
        Command::Call(args) => call::run(&component, &args),
        Command::Clients(args) => clients::run(&component, &args),
        Command::Health(args) => health::run(&component, &args),
        Command::Import(args) => import::run(&component, &args),
        Command::Inspect(args) => inspect::run(&component, &args),
        Command::Jobs(args) => jobs::run(&component, &args),
        Command::Keys(args) => keys::run(&args),
        Command::Mails(args) => mails::run(&component, &args),
        Command::ResetClock(args) => reset_clock::run(&component, &args),
        Command::Restore(args) => backup::restore(&args),
        Command::Run(args) => run::run(&component, &args),
        Command::SimulateActivity(args) => simulate::run(&component, &args),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
