//! Calls as a story in TOML, which `clientdesk run` plays.
//!
//! The calls are made once more in a world of their own, from an empty store on: what comes of each is
//! what the story expects. What was there before the first call is made first, as far as calls name it
//! (`setting.rs`). Ids and secrets are others then, so they are saved where they come from and named
//! where they are used (`names.rs`). At the end the story is played as `clientdesk run` would.

mod lines;
mod names;
mod setting;
mod teller;

use std::sync::Arc;

use clientdesk_host::Host;
use clientdesk_host::adapters::storage::MemoryStorage;
use clientdesk_scenario::{Scenario, World};
use serde_json::Value;

use crate::hearing::Heard;
use teller::Teller;

/// How many calls a story tells.
const CALLS_MAX: usize = 500;

/// The story of these calls about an agency.
pub(super) fn of_calls(host: &Host, agency: &str, calls: &[Heard]) -> Result<String, String> {
    let told: Vec<&Heard> = calls.iter().filter(|call| belongs(call, agency)).collect();
    let Some(first) = told.first() else {
        return Err("nothing was changed yet: make some calls, then save them".to_owned());
    };
    if told.len() > CALLS_MAX {
        return Err(format!(
            "a story tells {CALLS_MAX} calls at most, and these are {}",
            told.len()
        ));
    }
    let (host_of_story, world) = world(host)?;
    let mut teller = Teller::new(&host_of_story, &world, agency, first.at);
    setting::prepare(&mut teller, host, agency, &told)?;
    for call in told {
        teller.tell(call)?;
    }
    let text = teller.finish();
    match played(host, &text) {
        Ok(()) => Ok(text),
        Err(problem) => {
            let problem = problem.replace('\n', "\n# ");
            Ok(format!("# It doesn't play as it stands:\n# {problem}\n\n{text}"))
        }
    }
}

/// A world from an empty store on, and a host in it.
fn world(host: &Host) -> Result<(Host, World), String> {
    let world = World::new(Arc::new(MemoryStorage::new()));
    let builder = host.sharing().storage(world.storage.clone()).mail(world.mail.clone());
    let builder = builder.clock(Arc::new(world.clock.clone())).secrets(world.secrets.clone());
    let host = builder.build().map_err(|error| error.to_string())?;
    Ok((host, world))
}

/// Plays a story.
fn played(host: &Host, text: &str) -> Result<(), String> {
    let scenario = Scenario::parse("story.toml", text).map_err(|error| {
        let cause = std::error::Error::source(&error).map(ToString::to_string);
        format!("{error} {}", cause.unwrap_or_default())
    })?;
    let (host, world) = world(host)?;
    clientdesk_scenario::run(&scenario, &world, &host, &mut ())
        .map_err(|failure| failure.to_string())
}

/// Whether a call is told: it changed something of the agency, or was refused there, and met no fault.
fn belongs(call: &Heard, agency: &str) -> bool {
    let did = match &call.outcome {
        Ok(_) => call.traces.commits > 0,
        Err(error) => error.get("broken").is_none(),
    };
    did && call.traces.faults == 0 && of_agency(call, agency)
}

fn of_agency(call: &Heard, agency: &str) -> bool {
    let named = |path: &[&str]| {
        let mut value = call.arguments.get(*path.first()?)?;
        for part in path.get(1..)? {
            value = value.get(*part)?;
        }
        value.as_str()
    };
    let about = [&["call", "agency"][..], &["agency"], &["agency", "id"], &["id"]];
    match call.function.split_once('.') {
        Some(("catalog", "set")) => true,
        // What is said with a secret names no agency; nor do jobs.
        Some(("portal", _)) | Some(("jobs", "run")) if named(&["agency"]).is_none() => {
            call.traces.agencies.contains(agency)
        }
        Some(_) | None => about.iter().any(|path| named(path) == Some(agency)),
    }
}

/// The text of a value, if it is one.
fn text(value: Option<&Value>) -> Option<&str> {
    value.and_then(Value::as_str)
}
