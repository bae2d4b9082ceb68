//! `clientdesk demo`: the product at work, in a minute.

mod account;
mod story;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use clap::Args;
use clientdesk_host::adapters::clock::ManualClock;
use clientdesk_host::adapters::mail::{FolderMail, Handover, Mail, Message, RecordingMail};
use clientdesk_host::adapters::secrets::SystemSecrets;
use clientdesk_host::adapters::storage::SqliteStorage;
use serde_json::json;

use super::failure::Failure;
use super::format::shell_word;
use super::host::{ComponentArgs, SENDER, beside};
use super::output::{self, Form};
use super::show::{Column, Page};
use super::sign_in_as::Banner;
use super::store::Place;
use account::AccountStory;
use story::Story;

/// What Mia would type to leave.
const WAY_OUT: &str = "clientdesk sign-in-as --stop --agency acme";

/// Tells a story in a new store: clients are invited, an agency is billed for each brand, and a
/// client company gets an account
///
/// It calls the component just as a platform would, on an SQLite file and with a clock of its
/// own, and shows what is charged, which mails go out, and the log. The file is kept, so that
/// you can look around in it with `clientdesk call`.
#[derive(Args)]
pub(crate) struct DemoArgs {
    /// The store to create: an SQLite file that doesn't exist yet; by default in the system's
    /// folder for temporary files
    #[arg(long, value_name = "FILE")]
    store: Option<PathBuf>,
}

const STORY: [Column; 4] = [
    Column::may_go("When", 1),
    Column::stays("What happens"),
    Column::stays("Booked"),
    Column::stays("Extra a month"),
];
const ACCOUNT: [Column; 5] = [
    Column::may_go("When", 1),
    Column::stays("What happens"),
    Column::stays("Status"),
    Column::stays("Booked"),
    Column::may_go("Extra a month", 2),
];
const LEDGER: [Column; 6] = [
    Column::stays("#"),
    Column::stays("From"),
    Column::stays("Brand"),
    Column::may_go("Why", 2),
    Column::stays("Amount"),
    Column::may_go("Pays for", 1),
];
const CLIENTS: [Column; 5] = [
    Column::stays("Client"),
    Column::stays("E-mail"),
    Column::stays("Status"),
    Column::may_go("Brands", 2),
    Column::may_go("Last log-in", 1),
];
const MAILS: [Column; 3] =
    [Column::stays("To"), Column::stays("Subject"), Column::may_go("State", 1)];
const ACTS: [Column; 6] = [
    Column::stays("#"),
    Column::may_go("When", 1),
    Column::stays("Who"),
    Column::stays("For whom"),
    Column::stays("What happened"),
    Column::may_go("About", 2),
];
const LOG: [Column; 5] = [
    Column::stays("#"),
    Column::stays("When"),
    Column::may_go("Who", 1),
    Column::stays("What happened"),
    Column::may_go("About", 2),
];

pub(crate) fn run(component: &ComponentArgs, args: &DemoArgs, form: Form) -> Result<(), Failure> {
    let store = fresh_store(args.store.as_deref())?;
    let mails = Arc::new(TwoMails {
        shown: RecordingMail::new(),
        kept: FolderMail::open(beside(&store, ".mails"), SENDER)?,
    });
    let clock = ManualClock::at(story::BEGIN);
    let host = component
        .host()?
        .storage(Arc::new(SqliteStorage::open(&store)?))
        .mail(Arc::clone(&mails) as Arc<dyn Mail>)
        .secrets(Arc::new(SystemSecrets::open(beside(&store, ".keys.json"))?))
        .clock(Arc::new(clock.clone()))
        .build()?;
    let story = Story::new(&host, &clock, &mails.shown);
    if form.is_json() {
        story.tell()?;
        AccountStory::new(&story).tell()?;
        let mails = mails.kept.folder();
        return Ok(output::json(
            &json!({"agency": story::AGENCY, "store": store, "mails": mails}),
        )?);
    }
    let mut page = Page::on_standard_output();
    page.heading("White-label billing: $49 a month for each brand that a client can see");
    page.table(&STORY, &story.tell()?);
    page.heading("The ledger: every amount, and the time that it pays for");
    page.table(&LEDGER, &story.ledger()?);
    page.heading("The clients");
    page.table(&CLIENTS, &story.clients()?);
    page.heading("The mails that went out");
    page.table(&MAILS, &story.mails()?);
    page.heading("The log: who did what, in a chain of hashes");
    page.table(&LOG, &story.log()?);
    page.line(&story.verified()?);
    page.heading("The first invoice: what was booked, how it was worked out, and what is to pay");
    page.line("");
    page.line(story.invoice()?.trim_end());
    let account = AccountStory::new(&story);
    page.heading("A client company gets an account: from set-up to active");
    let told = account.tell()?;
    page.table(&ACCOUNT, &told.rows);
    page.line("");
    page.line("What Mia sees while she is signed in on its behalf:");
    Banner { record: &told.banner, way_out: WAY_OUT.to_owned() }.show(&mut page);
    page.heading("What the log says of it: who acted, and for whom");
    page.table(&ACTS, &account.acts()?);
    page.heading("Look around");
    page.line(&look_around(&store, mails.kept.folder()));
    page.print()?;
    Ok(())
}

fn fresh_store(wanted: Option<&Path>) -> Result<PathBuf> {
    if let Some(store) = wanted {
        if Place::is_address(store) {
            bail!("the demo makes a file of its own: name one that isn't there yet");
        }
        if store.exists() {
            bail!("`{}` already exists; the demo needs a store of its own", store.display());
        }
        return Ok(store.to_owned());
    }
    let folder = std::env::temp_dir().join(format!("clientdesk-demo-{}", std::process::id()));
    fs::create_dir_all(&folder)
        .with_context(|| format!("can't create the folder `{}`", folder.display()))?;
    let store = folder.join("demo.sqlite");
    if store.exists() {
        bail!("`{}` is left over from an earlier demo; delete it first", store.display());
    }
    Ok(store)
}

fn look_around(store: &Path, mails: &Path) -> String {
    let program = std::env::args_os().next().map(PathBuf::from);
    let program = program.unwrap_or_else(|| "clientdesk".into());
    let [program, store] =
        [program.as_path(), store].map(|path| shell_word(&path.display().to_string()));
    let mails = mails.display();
    format!(
        "  {program} clients --store {store} --agency acme\n  \
         {program} account {account} --store {store} --agency acme\n  {program} functions\n\
         The mails, to open in a mail program: {mails}\n\
         The invoice as a page, to open in a browser and print:\n  \
         {program} invoice {number} --store {store} --agency acme --html invoice.html",
        account = account::ACCOUNT,
        number = story::INVOICE
    )
}

/// Mails that are shown, and kept as files to open.
struct TwoMails {
    shown: RecordingMail,
    kept: FolderMail,
}

impl Mail for TwoMails {
    fn send(&self, message: Message) -> Handover {
        match self.kept.send(message.clone()) {
            Handover::Accepted => self.shown.send(message),
            refused => refused,
        }
    }

    fn forget(&self, ids: &[String]) -> Result<(), String> {
        self.kept.forget(ids)
    }
}

#[cfg(test)]
mod tests {
    use clientdesk_host::Host;
    use clientdesk_host::adapters::secrets::SeededSecrets;
    use clientdesk_host::adapters::storage::MemoryStorage;

    use super::*;
    use crate::answer::string;
    use crate::show::Shown;

    /// What the log says of the sign-in, but for numbers and days.
    const ACTS_TOLD: [&str; 3] = [
        "Mia, , impersonation-started, ",
        "Mia, Puma Inc, client-invited, eli@puma.example",
        "Mia, , impersonation-ended, ",
    ];

    fn words(row: &[Shown]) -> String {
        let text = |shown: &Shown| match shown {
            Shown::Text(text) | Shown::Strong(text) => text.clone(),
            _ => panic!("no other kind of cell"),
        };
        row.iter().skip(2).map(text).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn the_demo_tells_its_story_to_the_end() {
        let (mails, clock) = (Arc::new(RecordingMail::new()), ManualClock::at(story::BEGIN));
        let host = Host::builder()
            .storage(Arc::new(MemoryStorage::new()))
            .mail(Arc::clone(&mails) as Arc<dyn Mail>)
            .secrets(Arc::new(SeededSecrets::new(1)))
            .clock(Arc::new(clock.clone()))
            .build()
            .unwrap();
        let story = Story::new(&host, &clock, &mails);
        let told = story.tell().unwrap();
        let counts = [story.ledger(), story.clients(), story.mails(), story.log()];
        let counts = counts.map(|rows| rows.unwrap().len());
        assert_eq!((told.len(), counts), (8, [5, 3, 3, 19]), "rows of each table");
        assert!(story.verified().unwrap().starts_with("Verified: all 19 entries"));
        let invoice = story.invoice().unwrap();
        for told in ["−$16.33", "$8.17", "$73.50", "$49.00 × 15 of 30 days", "$81.67"] {
            assert!(invoice.contains(told), "{told}: {invoice}");
        }
        let account = AccountStory::new(&story);
        let told = account.tell().unwrap();
        assert_eq!(told.rows.len(), 8, "rows of the account's table");
        assert_eq!(string(&told.banner, "words"), "Mia is signed in on behalf of Puma Inc.");
        let acts: Vec<String> = account.acts().unwrap().iter().map(|row| words(row)).collect();
        assert_eq!(acts, ACTS_TOLD);
    }
}
