//! `clientdesk top`: what a running service does, as it does it.

mod scraped;
mod screen;
mod show;
mod view;

use std::io::{self, IsTerminal as _};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use clap::Args;
use clientdesk_serve::Scraper;
use serde_json::{Value, json};

use super::failure::Failure;
use super::output::{self, Form};
use super::show::Page;
use super::stop;
use scraped::Scraped;
use screen::Screen;
use view::View;

const EXAMPLES: &str = "\
Examples:
  clientdesk top
      shows what the service on this machine does, each second, until Ctrl-C
  clientdesk top https://desk.example
      the same of another; the key of the platform stands in CLIENTDESK_KEY
  clientdesk top https://desk.example --once
      one look, as text
  clientdesk top --json --every 10
      a line each ten seconds, for programs";

/// Shows what a running service does: calls, conflicts, store, outbox, jobs
///
/// It reads `/metrics` again and again, and shows what became of the figures in between. Where the service goes away,
/// it says so, and goes on once it is back. On a terminal it has a screen of its own; elsewhere, one view follows the
/// other.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct TopArgs {
    /// The service
    #[arg(value_name = "URL", default_value = "http://127.0.0.1:8700")]
    address: String,
    /// A key of the platform; other users of this machine may see it here, and not in the environment
    #[arg(long, value_name = "KEY", env = "CLIENTDESK_KEY", hide_env_values = true)]
    key: Option<String>,
    /// How often it looks
    #[arg(long, value_name = "SECONDS", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..))]
    every: u16,
    /// Shows one view, and ends
    #[arg(long)]
    once: bool,
}

pub(crate) fn run(args: &TopArgs, form: Form) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    // An empty one is none, so that a shell may set it so.
    let key = args.key.as_deref().filter(|key| !key.is_empty());
    let done = runtime.block_on(watch(args, key, form));
    // A name that is still being looked up keeps nobody waiting.
    runtime.shutdown_background();
    done
}

/// Looks, and shows what became of the figures, until it is told to stop.
async fn watch(args: &TopArgs, key: Option<&str>, form: Form) -> Result<(), Failure> {
    let scraper = Scraper::new(&args.address, key).map_err(anyhow::Error::from)?;
    let mut watch = Watch { scraper, every: Duration::from_secs(args.every.into()), last: None };
    if args.once {
        return watch.once(form).await;
    }
    let mut stop = std::pin::pin!(stop::stop()?);
    let out = Out::begin(form)?;
    loop {
        let looked = tokio::select! {
            () = &mut stop => return Ok(()),
            looked = watch.look() => looked,
        };
        out.tell(watch.scraper.address(), &looked)?;
        tokio::select! {
            () = &mut stop => return Ok(()),
            () = tokio::time::sleep(watch.every) => {}
        }
    }
}

/// What a look came to.
enum Looked {
    /// It is the first one: there is nothing to compare it with.
    First,
    View(Box<View>),
    /// There are no figures, and why.
    Away(String),
}

/// Looks at a service again and again.
struct Watch {
    scraper: Scraper,
    every: Duration,
    last: Option<Scraped>,
}

impl Watch {
    async fn look(&mut self) -> Looked {
        let text = match self.scraper.read().await {
            Ok(text) => text,
            Err(error) => return self.away(with_causes(&error)),
        };
        let new = Scraped::read(&text, Instant::now());
        if !new.is_ours() {
            let address = self.scraper.address();
            return self.away(format!("what answers at {address} isn't Clientdesk"));
        }
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let view = self.last.as_ref().and_then(|old| view::between(old, &new, now));
        self.last = Some(new);
        view.map_or(Looked::First, |view| Looked::View(Box::new(view)))
    }

    /// What was seen before is of no use any more: it may have been started anew.
    fn away(&mut self, why: String) -> Looked {
        self.last = None;
        Looked::Away(why)
    }

    /// Shows one view.
    async fn once(&mut self, form: Form) -> Result<(), Failure> {
        let failed = |why: String| Err(Failure::failed(why));
        match self.look().await {
            Looked::Away(why) => return failed(why),
            Looked::First | Looked::View(_) => tokio::time::sleep(self.every).await,
        }
        let view = match self.look().await {
            Looked::View(view) => view,
            Looked::Away(why) => return failed(why),
            Looked::First => return failed("the service was started anew meanwhile".to_owned()),
        };
        if form.is_json() {
            return Ok(output::answer_line(line(Some(&view), None))?);
        }
        let mut page = Page::on_standard_output();
        show::put(&mut page, self.scraper.address(), &view, None);
        Ok(page.print()?)
    }
}

/// Where views go.
enum Out {
    /// On a screen of their own.
    Screen(Screen),
    /// One below the other.
    Text,
    /// A line each, for programs.
    Json,
}

impl Out {
    fn begin(form: Form) -> Result<Out, Failure> {
        Ok(match form {
            Form::Json => Out::Json,
            Form::Table if io::stdout().is_terminal() => Out::Screen(Screen::begin()?),
            Form::Table => Out::Text,
        })
    }

    fn tell(&self, address: &str, looked: &Looked) -> Result<(), Failure> {
        let page = || {
            let mut page = Page::on_standard_output();
            let lines = matches!(self, Out::Screen(_)).then(screen::height);
            match looked {
                Looked::First => page.line(&format!("Looking at {address} …")),
                Looked::View(view) => show::put(&mut page, address, view, lines),
                Looked::Away(why) => {
                    page.coloured("red", &format!("There are no figures: {why}"));
                    page.line("It is tried again; Ctrl-C ends this.");
                }
            }
            page
        };
        match (self, looked) {
            (Out::Screen(screen), _) => screen.show(page().text())?,
            (Out::Text, _) => output::print(&format!("{}\n", page().text()))?,
            (Out::Json, Looked::First) => {}
            (Out::Json, Looked::View(view)) => output::answer_line(line(Some(view), None))?,
            (Out::Json, Looked::Away(why)) => output::answer_line(line(None, Some(why)))?,
        }
        Ok(())
    }
}

/// A view as a line for programs; `problem`: why there is none.
fn line(view: Option<&View>, problem: Option<&str>) -> Value {
    let at = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    json!({
        "at": u64::try_from(at).unwrap_or(u64::MAX),
        "view": view.map(View::in_json),
        "problem": problem,
    })
}

/// An error and the innermost cause of it.
fn with_causes(error: &(dyn std::error::Error + 'static)) -> String {
    let mut inner = error;
    while let Some(cause) = inner.source() {
        inner = cause;
    }
    let (outside, inside) = (error.to_string(), inner.to_string());
    if outside == inside { outside } else { format!("{outside}: {inside}") }
}
