//! `POST /v1/bounces`: mails that came back, as a mail provider reports them. And a mailbox that reports come into.
//!
//! The provider has no key: what it sends is signed by the conventions of Standard Webhooks, with a secret that is
//! derived from the key ring.

use std::path::PathBuf;
use std::time::Duration;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::HeaderMap;
use clientdesk_host::Returned;
use clientdesk_host::adapters::mail::MailName;
use clientdesk_host::adapters::mail::bounces::{Bounce, Mailbox};
use clientdesk_host::adapters::secrets::{Secrets, SecretsError};
use serde::{Deserialize, Serialize};

use crate::problem::Problem;
use crate::shared::Shared;
use crate::webhooks::SigningSecret;

/// What the secret is for: no webhook has this id.
const SECRET_OF: &str = "bounces";
/// How far a message's time may be from ours: older ones could be repetitions of somebody who listened.
const OFF_BY_MAX: u64 = 5 * 60;
/// How many mails one message reports.
const AT_ONCE_MAX: usize = 500;
/// How often a mailbox is looked at.
const LOOKS_EVERY: Duration = Duration::from_secs(10);

/// What is reported.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Reported {
    bounces: Vec<One>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct One {
    /// The mail's, as it went out.
    message_id: String,
    kind: Kind,
    /// Why it came back.
    #[serde(default)]
    reason: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    /// For good.
    Hard,
    /// It may still arrive.
    Soft,
}

/// What came of it.
#[derive(Default, Serialize)]
pub(crate) struct Answer {
    /// How many mails are marked.
    marked: usize,
    /// How many aren't there.
    unknown: usize,
    /// How many may still arrive.
    soft: usize,
}

/// The secret that reports of bounces are signed with: whoever sends them is given it. It follows from the newest key;
/// while an older one is in the ring, what is signed with the secret of that is taken, too.
///
/// # Errors
///
/// When there are no keys now.
pub fn bounces_secret(secrets: &dyn Secrets) -> Result<String, SecretsError> {
    let keys = secrets.keys()?;
    let key = keys.first().ok_or_else(|| SecretsError("there is no key".into()))?;
    Ok(SigningSecret::of(key, SECRET_OF).reveal())
}

/// `POST /v1/bounces`.
pub(crate) async fn receive(
    State(shared): State<Shared>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<Answer>, Problem> {
    let body = body.map_err(|refused| {
        Problem::unread(refused.status(), &refused.body_text(), shared.body_bytes)
    })?;
    let own = shared.clone();
    let signed = shared.seats.check(move || is_signed(&own, &headers, &body).map(|()| body));
    let reported: Reported = serde_json::from_slice(&signed.await??)
        .map_err(|error| Problem::malformed(format!("the body isn't as it should be: {error}")))?;
    if reported.bounces.len() > AT_ONCE_MAX {
        let message = format!("has at most {AT_ONCE_MAX} mails: send the others after them");
        return Err(Problem::field("bounces", &message));
    }
    note(&shared, reported).await
}

async fn note(shared: &Shared, reported: Reported) -> Result<Json<Answer>, Problem> {
    let host = shared.host.clone();
    let noted = shared.seats.run(None, move || {
        let mut answer = Answer::default();
        for one in reported.bounces {
            if one.kind == Kind::Soft {
                answer.soft += 1;
                continue;
            }
            let known = match MailName::of(&one.message_id) {
                Some(mail) => host.report_bounce(&Bounce { mail, reason: one.reason })?,
                None => false,
            };
            *if known { &mut answer.marked } else { &mut answer.unknown } += 1;
        }
        Ok(answer)
    });
    let answer: Answer = noted.await?.map_err(|error| Problem::call(&error))?;
    shared.news.tell();
    tracing::info!(
        marked = answer.marked,
        unknown = answer.unknown,
        soft = answer.soft,
        "bounces were reported"
    );
    Ok(Json(answer))
}

/// Whether the message is signed, and new.
fn is_signed(shared: &Shared, headers: &HeaderMap, body: &[u8]) -> Result<(), Problem> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let named = ["webhook-id", "webhook-timestamp", "webhook-signature"].map(text);
    let [Some(id), Some(time), Some(signed)] = named else {
        return Err(Problem::unauthorized(
            "reports are signed: send `webhook-id`, `webhook-timestamp` and `webhook-signature`",
        ));
    };
    let wrong =
        || Problem::unauthorized("the signature isn't that of this message, or its time is over");
    let seconds: u64 = time.parse().map_err(|_| wrong())?;
    let now = shared.host.clock().now() / 1_000;
    if now.abs_diff(seconds) > OFF_BY_MAX {
        return Err(wrong());
    }
    let keys = shared.host.secrets().keys().map_err(|error| Problem::failed(&error))?;
    let is = keys
        .iter()
        .any(|key| SigningSecret::of(key, SECRET_OF).verifies(id, seconds, body, signed));
    if is { Ok(()) } else { Err(wrong()) }
}

/// Reads a mailbox, again and again until the service stops.
pub(crate) async fn watch(shared: Shared, place: PathBuf) {
    let (mut stops, mut mailbox) = (shared.stops.clone(), Mailbox::at(&place));
    let mut is_away = false;
    loop {
        let own = shared.clone();
        let looked = tokio::task::spawn_blocking(move || {
            let read = own.host.read_bounces(&mut mailbox, |_, returned| told(&own, returned));
            (mailbox, read)
        });
        let Ok((back, read)) = looked.await else {
            tracing::error!("reading bounces panicked");
            return;
        };
        mailbox = back;
        match read {
            Ok(()) => is_away = false,
            // Once, until it is back.
            Err(error) if !is_away => {
                is_away = true;
                tracing::error!(place = %place.display(), %error, "bounces can't be read");
            }
            Err(_) => {}
        }
        tokio::select! {
            () = tokio::time::sleep(LOOKS_EVERY) => {}
            _ = stops.wait_for(|stops| *stops) => return,
        }
    }
}

fn told(shared: &Shared, returned: Returned) {
    match returned {
        Returned::Noted(bounce) => {
            shared.news.tell();
            tracing::info!(
                agency = bounce.mail.agency,
                mail = bounce.mail.mail,
                "a mail came back"
            );
        }
        Returned::Unknown(bounce) => {
            tracing::info!(mail = bounce.mail.mail, "a mail came back that isn't known");
        }
        Returned::Nothing(why) => tracing::info!(%why, "a mail reports no bounce"),
        Returned::Failed(_, error) => tracing::error!(%error, "a bounce can't be noted now"),
    }
}
