//! `health.overview`

use crate::app::caller::{Call, Caller};
use crate::app::clients::listing::Counts;
use crate::app::clients::listing::counts;
use crate::app::command::query;
use crate::app::error::Error;
use crate::app::functions;
use crate::app::keys;
use crate::app::ports::Ports;
use crate::app::view::View;
use crate::domain::client::Client;
use crate::domain::health::movers::Mover;
use crate::domain::tally::Scores;
use crate::domain::time::Timestamp;

/// How an agency's clients are.
pub struct Overview {
    /// How many are in each band, and their average.
    pub scores: Scores,
    /// How many are in each status.
    pub statuses: Counts,
    /// Who fell most.
    pub falls: Vec<MoverView>,
    /// Who rose most.
    pub rises: Vec<MoverView>,
    /// When everybody was last scored anew.
    pub scored_at: Option<Timestamp>,
    /// When.
    pub as_of: Timestamp,
}

/// A client whose score changed, and what it is called.
pub struct MoverView {
    /// The change.
    pub mover: Mover,
    /// The name.
    pub title: String,
}

/// How the agency's clients are doing: what counters and the last scoring say, so that it costs the
/// same for any number of them.
pub fn overview(ports: &Ports, call: &Call) -> Result<Overview, Error> {
    let caller = Caller::of(call, functions::HEALTH_OVERVIEW)?;
    let agency = &caller.agency;
    let (scored, tally) = (keys::scored(agency), keys::tally(agency));
    let keys = vec![scored.text().to_owned(), tally.text().to_owned()];
    let mut view = query(ports, &caller, keys)?;
    let tally = view.read(&tally)?.unwrap_or_default();
    let (statuses, scores) = counts::of_all(&view, &tally)?;
    let scored = view.read(&scored)?;
    let scored_at = scored.as_ref().map(|scored| scored.at);
    let movers = scored.map(|scored| scored.movers).unwrap_or_default();
    let named = movers.falls.iter().chain(&movers.rises);
    let clients = named.map(|mover| keys::client(agency, mover.client).into_text());
    view.fetch(clients.collect::<Vec<_>>())?;
    Ok(Overview {
        scores,
        statuses,
        falls: named_movers(&mut view, movers.falls)?,
        rises: named_movers(&mut view, movers.rises)?,
        scored_at,
        as_of: view.now(),
    })
}

/// Those of the movers who still have a score: whose access was removed isn't shown.
fn named_movers(view: &mut View<'_>, movers: Vec<Mover>) -> Result<Vec<MoverView>, Error> {
    let agency = view.agency().id.clone();
    let mut named = Vec::with_capacity(movers.len());
    for mover in movers {
        let client: Option<Client> = view.read(&keys::client(&agency, mover.client))?;
        let client = client.map(|client| client.current(view.now(), &view.agency().archived));
        if let Some(client) = client.filter(|client| client.score.is_some()) {
            named.push(MoverView { mover, title: client.title().to_owned() });
        }
    }
    Ok(named)
}
