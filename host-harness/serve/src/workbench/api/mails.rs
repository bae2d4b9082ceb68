//! The outbox: each mail with what it says, and what is said to it.

use std::fs;

use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use clientdesk_host::Host;
use serde::Deserialize;
use serde_json::{Value, json};

use super::state::{read, saying};
use super::{spelled, with_host};
use crate::asked::{Path, Query};
use crate::problem::Problem;
use crate::shared::Shared;
use crate::workbench::bench::Workbench;
use crate::workbench::mails::Saying;
use crate::workbench::trial::ask;

/// How many mails are read at once.
const PAGE: u32 = 200;
/// How many are listed, the newest of them.
const LISTED_MAX: usize = 500;
/// A mail may look as it likes, and do nothing, nor tell anybody that it was looked at.
const CSP: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox allow-popups \
                   allow-popups-to-escape-sandbox; frame-ancestors 'self'";

/// Of which agency.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Of {
    agency: String,
}

/// `GET mails`: the newest first, with their subjects where they are known.
pub(super) async fn list(
    State(shared): State<Shared>,
    Extension(bench): Extension<Workbench>,
    Query(of): Query<Of>,
) -> Result<Json<Value>, Problem> {
    let mails = with_host(&shared, &bench, move |bench, host| {
        let mut mails = outbox(host, &of.agency);
        let subjects = bench.mail().subjects();
        for mail in &mut mails {
            let id = mail.get("id").and_then(Value::as_str).unwrap_or_default();
            let subject = subjects.get(id).cloned().or_else(|| subject_in_file(bench, id));
            if let Some(fields) = mail.as_object_mut() {
                fields.insert("subject".to_owned(), json!(subject));
            }
        }
        Ok(json!({"mails": mails}))
    });
    Ok(spelled(mails.await?))
}

/// The newest mails of an agency.
fn outbox(host: &Host, agency: &str) -> Vec<Value> {
    let (mut all, mut cursor) = (Vec::new(), Value::Null);
    while let Some(mut page) =
        ask(host, "jobs.outbox", agency, &[json!({"limit": PAGE, "cursor": cursor})])
    {
        if let Some(Value::Array(mails)) = page.get_mut("mails").map(Value::take) {
            all.extend(mails);
        }
        cursor = page.get("next").cloned().unwrap_or_default();
        if cursor.is_null() {
            break;
        }
    }
    all.reverse();
    all.truncate(LISTED_MAX);
    all
}

/// `GET mails/{agency}/{id}`: what it says.
pub(super) async fn show(
    State(shared): State<Shared>,
    Extension(bench): Extension<Workbench>,
    Path((_, id)): Path<(String, String)>,
) -> Result<Json<Value>, Problem> {
    let found = with_host(&shared, &bench, move |bench, _| {
        let source = file(bench, &id, "eml");
        let mail = bench.mail().message(&id);
        if mail.is_none() && source.is_none() {
            return Ok(None);
        }
        let subject = mail.as_ref().map(|mail| mail.subject.clone());
        let frame = format!("/workbench/frames/{}/{id}", bench.frames());
        Ok(Some(json!({
            "id": id,
            "subject": subject.or_else(|| subject_in_file(bench, &id)),
            "sender-name": mail.as_ref().map(|mail| &mail.sender_name),
            "reply-to": mail.as_ref().and_then(|mail| mail.reply_to.as_ref()),
            "text": mail.as_ref().map(|mail| &mail.text),
            "html": mail.as_ref().map(|mail| &mail.html),
            "frame": frame,
            "source": source,
        })))
    });
    let none = "what this mail said isn't kept any more";
    found.await?.map(Json).ok_or_else(|| Problem::no_such_place(none))
}

/// `/workbench/frames/{secret}/{id}`: its HTML alone, for a frame.
pub(super) async fn frame(
    Extension(bench): Extension<Workbench>,
    Path((secret, id)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let none = || Problem::no_such_place("there is no such mail");
    if secret != bench.frames() {
        return Err(none());
    }
    let kept = bench.mail().message(&id).map(|mail| mail.html);
    let html = kept.or_else(|| file(&bench, &id, "html")).ok_or_else(none)?;
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, CSP),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, html).into_response())
}

/// What is said to a mail.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Said {
    /// `bounce`, or what is said at the next try.
    say: String,
    /// Why it came back.
    reason: Option<String>,
}

/// `POST mails/{agency}/{id}`: it came back, or this is said to it the next time.
pub(super) async fn say(
    State(shared): State<Shared>,
    Extension(bench): Extension<Workbench>,
    Path((agency, id)): Path<(String, String)>,
    body: Result<Json<Said>, JsonRejection>,
) -> Result<Json<Value>, Problem> {
    let Said { say, reason } = read(&shared, body)?;
    let said = if say == "bounce" { None } else { Some(saying(&say)?) };
    let done = with_host(&shared, &bench, move |bench, host| match said {
        None => {
            let reason = reason.unwrap_or_else(|| "mailbox is gone".to_owned());
            let arguments = [json!(agency), json!(id), json!(reason)];
            let by_name = ["agency", "mail", "reason"].map(str::to_owned).into_iter();
            let by_name = by_name.zip(arguments.iter().cloned()).collect();
            let report = || host.call("jobs.report-bounce", &arguments);
            bench
                .hearing()
                .hear(bench.now(), "jobs.report-bounce", by_name, report, Value::clone)
                .map_err(|error| error.to_string())
        }
        Some(saying) => {
            bench.mail().say_to(&id, saying);
            Ok(json!({"next": Saying::word(saying)}))
        }
    });
    let done = done.await?;
    shared.news.tell();
    Ok(Json(done))
}

/// The file of a mail from before, where mails go to a folder.
fn file(bench: &Workbench, id: &str, ending: &str) -> Option<String> {
    let is_plain = id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let folder = bench.mail_folder().filter(|_| is_plain && !id.is_empty())?;
    fs::read_to_string(folder.join(format!("{id}.{ending}"))).ok()
}

/// A subject that needed no encoding.
fn subject_in_file(bench: &Workbench, id: &str) -> Option<String> {
    let source = file(bench, id, "eml")?;
    let subject = source.lines().find_map(|line| line.strip_prefix("Subject: "))?;
    Some(subject.trim().to_owned())
}
