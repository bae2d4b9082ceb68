//! `clientdesk serve`: a store as an HTTP service.

mod lines;
mod listen;
mod log;
mod sample;

use std::io::IsTerminal as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use clientdesk_host::{Host, HostBuilder};
use clientdesk_serve::keys::ApiKeys;
use clientdesk_serve::workbench::{Adapters, Workbench};
use clientdesk_serve::{Options, PortalOptions, Service};
use serde_json::json;

use self::listen::Listening;
use self::log::{LogDetail, LogForm};
use self::sample::SampleClock;
use super::failure::Failure;
use super::host::ComponentArgs;
use super::output::{self, Form};
use super::show::Page;
use super::stop;
use super::store::{Post, StoreFile, StoreParts};

const EXAMPLES: &str = "\
Examples:
  clientdesk serve
      serves the user's own store at http://127.0.0.1:8700, for this machine alone; where there is none yet,
      it makes one, with an agency to try things with
  clientdesk serve --workbench
      the same with a page to look at everything, to move the clock and to break things: /workbench/
  clientdesk serve --no-sample --store clients.sqlite
      the same for a store that begins empty
  clientdesk serve --listen 0.0.0.0:8700 --name desk.example --store live.sqlite
      serves others, who call it desk.example; the platform's key must be there first
  clientdesk serve --smtp smtp://mail.example --mail-from no-reply@desk.example
      serves this machine alone, with mails that go out by a mail server of yours";

/// Serves the store over HTTP: calls, events, keys, webhooks, health and figures
///
/// Every function of the contract is `POST /v1/call/{interface}.{function}` with its arguments as JSON;
/// `docs/http.md` describes it, and `/openapi.json` is the whole contract as an OpenAPI document. Due jobs are run
/// every few seconds. Ctrl-C or SIGTERM stops it: requests that run are answered first.
///
/// As long as nobody has made a key, anybody on this machine may call, and it serves this machine alone: without
/// `--listen` elsewhere, `--name` and `--behind-proxy`.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ServeArgs {
    /// Where to listen, such as `127.0.0.1:8700` or `[::]:8700`; by default on this machine alone, at the first
    /// port from 8700 on that is free
    #[arg(long, value_name = "ADDRESS:PORT", value_parser = listen::parse)]
    listen: Option<SocketAddr>,
    /// A name that it may be called by, without a port, besides those of this machine itself; can be repeated
    #[arg(long = "name", value_name = "HOST")]
    names: Vec<String>,
    /// A proxy of yours stands in front: who came, and whether by https, stands in its `X-Forwarded-For` and
    /// `X-Forwarded-Proto`
    #[arg(long)]
    behind_proxy: bool,
    /// Makes no sample agency in a store that is new
    #[arg(long)]
    no_sample: bool,
    /// Also serves the workbench at /workbench/: a page for people who try, demonstrate and debug. It moves the
    /// clock, breaks the store and shows mails, so it is for this machine alone, and never for production
    #[arg(long)]
    workbench: bool,
    /// Reads mail servers' reports of what couldn't be delivered in this file, folder or Maildir, as they come: see
    /// `clientdesk bounces`
    #[arg(long, value_name = "PLACE")]
    bounces: Option<PathBuf>,
    /// How what happens is told on standard error; it has no personal data
    #[arg(long, value_name = "FORM", value_enum, default_value_t)]
    log: LogForm,
    /// How much of it is told
    #[arg(long, value_name = "DETAIL", value_enum, default_value_t)]
    log_detail: LogDetail,
    #[command(flatten)]
    store: StoreFile,
}

pub(crate) fn run(component: &ComponentArgs, args: &ServeArgs, form: Form) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    // Before anything is written: two services don't begin beside each other.
    let listening = runtime.block_on(Listening::at(args.listen))?;
    let is_new = !args.store.place()?.is_there()?;
    let is_open = args.is_for_nobody_else(&listening);
    if is_new && !is_open {
        return Err(no_key(&listening, &args.store));
    }
    let clock = SampleClock::new();
    if args.workbench && !is_open {
        let (why, instead) = reached(&listening);
        return Err(Failure::failed(format!(
            "the workbench moves the clock and shows mails, so it is for this machine alone, and {why}: {instead}, or leave \
             --workbench out"
        )));
    }
    if args.workbench && args.store.mail.go_out() {
        return Err(Failure::failed(
            "the workbench moves the clock, so it is for mails that nobody gets: leave --smtp out, or --workbench"
                .to_owned(),
        ));
    }
    let (builder, workbench, post) = args.equip(component.host()?, is_new, &clock)?;
    let host = builder.build()?;
    let has_keys = ApiKeys::new(Arc::clone(host.storage()), Arc::clone(host.clock())).any()?;
    if !has_keys && !is_open {
        return Err(no_key(&listening, &args.store));
    }
    let has_sample = is_new && !args.no_sample;
    if has_sample {
        if !form.is_json() && std::io::stderr().is_terminal() {
            eprintln!("Making a store with an agency to try things with …");
        }
        sample::make(&host, &clock, &listening.address())?;
    }
    log::begin(args.log, args.log_detail);
    let served = Served { args, listening: &listening, has_keys, has_sample, mails: post.shown() };
    served.tell(form)?;
    if let Post::Server(server) = post {
        // What it says is no reason not to serve: mails wait, and it may come back.
        std::thread::spawn(move || match server.check() {
            Ok(()) => tracing::info!(server = server.shown(), "the mail server lets us in"),
            Err(error) => tracing::error!(error = error.to_string(), "mails wait"),
        });
    }
    let names = args.names.iter().cloned().chain(listening.own_name()).collect();
    let portal =
        Some(PortalOptions { behind_proxy: args.behind_proxy, ..PortalOptions::default() });
    let options = Options {
        names,
        open_without_keys: is_open,
        portal,
        workbench,
        bounces: args.bounces.clone(),
        ..Options::default()
    };
    serve(&runtime, host, listening, options)
}

impl ServeArgs {
    /// Whether nobody calls but this machine: a proxy on it, or a name, is for others.
    fn is_for_nobody_else(&self, listening: &Listening) -> bool {
        listening.is_for_this_machine() && !self.behind_proxy && self.names.is_empty()
    }

    /// Gives the host its store and its clock, by way of a workbench where one is asked for.
    fn equip(
        &self,
        builder: HostBuilder,
        is_new: bool,
        clock: &SampleClock,
    ) -> Result<(HostBuilder, Option<Workbench>, Post), Failure> {
        let StoreParts { storage, post, secrets, ring } = self.store.parts(is_new)?;
        let mail = post.mail();
        let clock = Arc::new(clock.clone());
        if !self.workbench {
            let builder = builder.storage(storage).mail(mail).secrets(secrets).clock(clock);
            return Ok((builder, None, post));
        }
        let mail_folder = post.folder();
        let key_ring = ring.path().map(Path::to_owned);
        let workbench = Workbench::new(Adapters { storage, mail, clock, key_ring, mail_folder })?;
        Ok((workbench.equip(builder), Some(workbench), post))
    }
}

fn serve(
    runtime: &tokio::runtime::Runtime,
    host: Host,
    listening: Listening,
    options: Options,
) -> Result<(), Failure> {
    let reread_keys = Arc::clone(&options.reread_keys);
    let service = Service::new(Arc::new(host), options);
    Ok(runtime.block_on(async {
        let stop = stop::stop()?;
        listen::hang_ups(reread_keys)?;
        service.run(listening.into_listener(), stop).await.map_err(anyhow::Error::from)
    })?)
}

/// How others reach it, and how none do.
fn reached(listening: &Listening) -> (String, &'static str) {
    if listening.is_for_this_machine() {
        ("with --name or --behind-proxy it is for others".to_owned(), "leave those out")
    } else {
        let why = format!("{} can be reached from other machines", listening.place());
        (why, "listen on this machine alone, without --listen")
    }
}

/// That others would get in without a key.
fn no_key(listening: &Listening, store: &StoreFile) -> Failure {
    let ((why, instead), option) = (reached(listening), store.option());
    Failure::failed(format!(
        "{why}, and nobody has a key yet: anybody could call. Make the platform's first: clientdesk api-keys create \
         --name Platform{option}; or {instead}"
    ))
}

/// What is served, for whoever started it.
struct Served<'a> {
    args: &'a ServeArgs,
    listening: &'a Listening,
    has_keys: bool,
    has_sample: bool,
    /// Where mails go.
    mails: String,
}

impl Served<'_> {
    fn tell(&self, form: Form) -> Result<(), Failure> {
        let (address, mails) = (self.listening.address(), &self.mails);
        let store = self.args.store.place()?.shown();
        if form.is_json() {
            let sample = self.has_sample.then_some(sample::AGENCY);
            return Ok(output::answer_line(json!({
                "address": address, "docs": format!("{address}/docs"), "mails": mails, "sample": sample, "store": store,
                "without-keys": !self.has_keys,
                "workbench": self.args.workbench.then(|| format!("{address}/workbench/")),
            }))?);
        }
        let mut page = Page::on_standard_output();
        page.line(&format!("Serving `{store}` at {address}"));
        if self.has_keys {
            page.line("Each call needs a key: `clientdesk api-keys` lists them, and makes others.");
        } else {
            page.line(
                "Nobody has a key yet: it is in development mode, in which anybody on this machine may call. From \
                 the first key on, each call needs one.",
            );
        }
        page.heading("Try it");
        let call = format!("curl {address}/v1/call");
        if self.has_keys {
            page.line(&format!(
                "  {call}/system.status -X POST -H 'authorization: Bearer clientdesk_…'"
            ));
        } else if self.has_sample {
            let agency = sample::AGENCY;
            page.line(&format!(
                "  {call}/clients.counts --json '{{\"call\": {{\"agency\": \"{agency}\"}}}}'"
            ));
            page.line(&format!("  curl -N '{address}/v1/events?agency={agency}&after=0'"));
            page.line(&format!("  curl {address}/v1/api-keys --json '{{\"name\": \"Platform\"}}'"));
            let (email, password) = (sample::EMAIL, sample::PASSWORD);
            page.line(&format!("The portal of its clients: {address}/portal/{agency}"));
            page.line(&format!("A client to log in as: {email}, with the password “{password}”"));
        } else {
            page.line(&format!("  {call}/system.status -X POST"));
            page.line(&format!("  curl {address}/v1/api-keys --json '{{\"name\": \"Platform\"}}'"));
        }
        page.line("");
        page.line(&format!("The documentation: {address}/docs"));
        if self.args.workbench {
            page.line(&format!("The workbench: {address}/workbench/"));
        }
        page.line(&format!("The contract: {address}/openapi.json"));
        page.line(&match self.args.store.mail.go_out() {
            true => format!("Mails go to the mail server {mails}"),
            false => format!("Mails go into the folder {mails}"),
        });
        if self.listening.is_nameless(&self.args.names) {
            page.line(
                "It answers by the names of this machine itself only: add others with --name.",
            );
        }
        page.line("Stop it with Ctrl-C.");
        Ok(page.print()?)
    }
}
