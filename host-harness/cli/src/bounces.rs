//! `clientdesk bounces`: mails that came back.

use std::collections::HashSet;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, anyhow};
use clap::Args;
use clientdesk_host::adapters::mail::bounces::{Bounce, Mailbox, NoBounce};
use clientdesk_host::{Host, Returned};
use serde_json::{Value, json};

use super::failure::Failure;
use super::host::ComponentArgs;
use super::output::{self, Form};
use super::show::{Column, Page, Shown};
use super::store::StoreArgs;
use super::terminal;

/// How much of a mail is read from standard input: its beginning says all.
const READ_MAX: u64 = 256 * 1024;

const EXAMPLES: &str = "\
Examples:
  clientdesk bounces bounces.mbox
      reads the reports of mail servers in a mailbox, and marks the mails that came back for good
  clientdesk bounces --watch bounces.d
      the same for a folder or a Maildir, again and again
  clientdesk bounces -
      reads one report from standard input, as a mail server's alias pipes it
  clientdesk bounces --secret
      prints what a mail provider signs its reports with, for POST /v1/bounces of `clientdesk serve`";

/// Reads mail servers' reports of what couldn't be delivered, and marks those mails
///
/// The clients whose invites came back show it, and so does `clientdesk mails`. A report (RFC 3464) names a mail by
/// its Message-ID. Only what was given up counts: a mail that is late may still arrive.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct BouncesArgs {
    /// A file with mails (one, or an mbox with many), a folder with a file of each, or a Maildir; `-` is one mail from
    /// standard input
    #[arg(value_name = "PLACE", required_unless_present = "secret")]
    places: Vec<PathBuf>,
    /// Keeps looking until it is stopped
    #[arg(long, conflicts_with = "secret")]
    watch: bool,
    /// How many seconds to wait between two looks
    #[arg(long, value_name = "SECONDS", default_value_t = 10, requires = "watch",
        value_parser = clap::value_parser!(u64).range(1..=86_400))]
    every: u64,
    /// Prints the secret that reports to `POST /v1/bounces` are signed with
    #[arg(long, conflicts_with = "places")]
    secret: bool,
    #[command(flatten)]
    store: StoreArgs,
}

const COLUMNS: [Column; 4] = [
    Column::may_go("File", 1),
    Column::may_go("Agency", 2),
    Column::stays("Mail"),
    Column::stays("What came of it"),
];

/// What came of a mail that was read.
struct Read {
    file: PathBuf,
    returned: Returned,
}

pub(crate) fn run(
    component: &ComponentArgs,
    args: &BouncesArgs,
    form: Form,
) -> Result<(), Failure> {
    let host = args.store.open(component.host()?)?.build()?;
    if args.secret {
        return secret(&host, form);
    }
    if args.watch {
        return watch(&host, args, form);
    }
    let mut read = Vec::new();
    for place in &args.places {
        if place == Path::new("-") {
            let mut mail = Vec::new();
            std::io::stdin().lock().take(READ_MAX).read_to_end(&mut mail)?;
            read.push(Read { file: place.clone(), returned: host.read_bounce(&mail) });
            continue;
        }
        let told = |file: &Path, returned| read.push(Read { file: file.to_owned(), returned });
        look(&host, &mut Mailbox::at(place), place, told)?;
    }
    show(&read, form)?;
    let failed = read.iter().filter(|one| matches!(one.returned, Returned::Failed(..))).count();
    match failed {
        0 => Ok(()),
        failed => Err(anyhow!("{failed} of them couldn't be noted now: read them again").into()),
    }
}

fn secret(host: &Host, form: Form) -> Result<(), Failure> {
    let secret = clientdesk_serve::bounces_secret(&**host.secrets())?;
    if form.is_json() {
        return Ok(output::json(&json!({"secret": secret}))?);
    }
    let mut page = Page::on_standard_output();
    page.line(&secret);
    Ok(page.print()?)
}

fn look(
    host: &Host,
    mailbox: &mut Mailbox,
    place: &Path,
    mut told: impl FnMut(&Path, Returned),
) -> Result<(), Failure> {
    let read = host.read_bounces(mailbox, |file, returned| told(file, returned));
    Ok(read.with_context(|| format!("can't read `{}`", place.display()))?)
}

fn watch(host: &Host, args: &BouncesArgs, form: Form) -> Result<(), Failure> {
    let mut mailboxes: Vec<_> =
        args.places.iter().map(|place| (place, Mailbox::at(place))).collect();
    if !form.is_json() {
        let mut page = Page::on_standard_output();
        page.line("Watching for mails that come back. Press Ctrl-C to stop.");
        page.print()?;
    }
    // A place that can't be read is told of once: it may come back.
    let mut away = HashSet::new();
    loop {
        for (place, mailbox) in &mut mailboxes {
            let mut read = Vec::new();
            let told = |file: &Path, returned| read.push(Read { file: file.to_owned(), returned });
            match look(host, mailbox, place, told) {
                Ok(()) => {
                    away.remove(place.as_path());
                }
                Err(error) if away.insert(place.as_path()) => {
                    eprintln!("{}", terminal::shown(&format!("error: {error}")));
                }
                Err(_) => {}
            }
            for one in &read {
                if form.is_json() {
                    output::answer_line(in_json(one))?;
                } else {
                    let mut page = Page::on_standard_output();
                    let [_, agency, mail, outcome] = words(one);
                    page.line(&format!("{agency} {mail}: {outcome}"));
                    page.print()?;
                }
            }
        }
        thread::sleep(Duration::from_secs(args.every));
    }
}

fn show(read: &[Read], form: Form) -> Result<(), Failure> {
    if form.is_json() {
        return Ok(output::json(&output::list(
            read.iter().map(in_json).collect::<Vec<_>>(),
            None,
        ))?);
    }
    let mut page = Page::on_standard_output();
    if read.is_empty() {
        page.line("No mails are there that haven't been read.");
        return Ok(page.print()?);
    }
    let row = |one: &Read| Vec::from(words(one).map(Shown::Text));
    page.table(&COLUMNS, &read.iter().map(row).collect::<Vec<_>>());
    Ok(page.print()?)
}

fn words(one: &Read) -> [String; 4] {
    let (bounce, outcome) = outcome(&one.returned);
    let name = |part: fn(&Bounce) -> &String| bounce.map(part).cloned().unwrap_or_default();
    let outcome = match &one.returned {
        Returned::Noted(bounce) => format!("marked: {}", bounce.reason),
        Returned::Unknown(_) => "no such mail is in the outbox".into(),
        Returned::Nothing(why) => why.to_string(),
        Returned::Failed(_, error) => format!("{outcome}: {error}"),
    };
    let file = one.file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    [file, name(|bounce| &bounce.mail.agency), name(|bounce| &bounce.mail.mail), outcome]
}

fn in_json(one: &Read) -> Value {
    let (bounce, outcome) = outcome(&one.returned);
    json!({
        "file": one.file, "outcome": outcome, "agency": bounce.map(|bounce| &bounce.mail.agency),
        "mail": bounce.map(|bounce| &bounce.mail.mail), "reason": bounce.map(|bounce| &bounce.reason),
    })
}

/// The bounce, and a word for what came of it.
fn outcome(returned: &Returned) -> (Option<&Bounce>, &'static str) {
    match returned {
        Returned::Noted(bounce) => (Some(bounce), "marked"),
        Returned::Unknown(bounce) => (Some(bounce), "unknown"),
        Returned::Failed(bounce, _) => (Some(bounce), "failed"),
        Returned::Nothing(NoBounce::NoReport) => (None, "no-report"),
        Returned::Nothing(NoBounce::NotFailed) => (None, "not-failed"),
        Returned::Nothing(NoBounce::NotOurs) => (None, "not-ours"),
        Returned::Nothing(NoBounce::Nested) => (None, "nested"),
    }
}
