//! `portal.record`

use super::activity;
use super::sessions::Opened;
use super::view_page::visible;
use crate::app::error::Error;
use crate::app::ports::Ports;
use crate::app::tx::Tx;
use crate::domain::activity::{ActivityEvent, ActivityKind, VIEW_AGE_MAX, VIEWS_MAX};
use crate::domain::time::Timestamp;

/// A page view that the host noticed, as it arrives.
#[derive(Clone, Debug)]
pub struct PageView {
    /// The feature's key.
    pub feature: String,
    /// When; none: now.
    pub at: Option<u64>,
}

/// Records page views, those that count together. Gives an outcome for each.
///
/// # Errors
///
/// When there are too many, or the session has ended.
pub fn record(
    ports: &Ports,
    session: &str,
    views: &[PageView],
) -> Result<Vec<Result<(), Error>>, Error> {
    if views.len() > VIEWS_MAX {
        let (allowed, asked) = (VIEWS_MAX as u64, views.len() as u64);
        return Err(Error::Limit { limit: "rows", allowed, asked, wait: None });
    }
    activity::record(ports, session, |tx, opened| {
        let mut events = Vec::with_capacity(views.len());
        let outcome = |(row, view)| event(tx, opened, row, view).map(|event| events.push(event));
        let outcomes = views.iter().enumerate().map(outcome).collect();
        Ok((events, outcomes))
    })
}

fn event(
    tx: &Tx<'_>,
    opened: &Opened,
    row: usize,
    view: &PageView,
) -> Result<ActivityEvent, Error> {
    let what = ActivityKind::View(visible(tx, opened, &view.feature)?);
    let now = tx.now();
    let Some(at) = view.at else { return Ok(ActivityEvent { at: now, what }) };
    let oldest = now.minus(VIEW_AGE_MAX).max(opened.client.joined_at);
    let at = Timestamp::from_millis(at).filter(|at| *at <= now && Some(*at) >= oldest);
    let message = "must be at most 7 days ago, not in the future, and not before the client joined";
    let field = || format!("views[{row}].at");
    at.map(|at| ActivityEvent { at, what })
        .ok_or_else(|| Error::invalid(&field(), "out-of-range", message))
}
