//! A form that one of our pages sent.

use axum::body::Bytes;
use axum::extract::{self, FromRequest, FromRequestParts, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;

use super::ask::Portal;
use super::form::{Fields, TOKEN};
use super::frame::Instead;
use super::notice::{nothing, notice};
use super::visit::Visit;

/// A form that one of our pages sent, and nobody else's.
pub(super) struct Posted(pub(super) Fields);

/// A form that another site may have sent: nothing may come of it.
pub(super) struct Foreign(pub(super) Fields);

/// What an address says in one place; what can't be read leads nowhere.
pub(super) struct Path(pub(super) String);

impl FromRequestParts<Portal> for Path {
    type Rejection = Instead;

    async fn from_request_parts(parts: &mut Parts, portal: &Portal) -> Result<Path, Instead> {
        match extract::Path::from_request_parts(parts, portal).await {
            Ok(extract::Path(text)) => Ok(Path(text)),
            Err(_) => {
                let visit = Visit::from_request_parts(parts, portal).await?;
                Err(nothing(&visit).into())
            }
        }
    }
}

impl FromRequestParts<Portal> for Visit {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &Portal) -> Result<Visit, StatusCode> {
        parts.extensions.get::<Visit>().cloned().ok_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

impl FromRequest<Portal> for Posted {
    type Rejection = Instead;

    async fn from_request(request: Request, portal: &Portal) -> Result<Posted, Instead> {
        let (visit, Foreign(fields)) = read(request, portal).await?;
        if !visit.is_own_form(fields.text(TOKEN)) {
            return Err(too_old(&visit));
        }
        Ok(Posted(fields))
    }
}

impl FromRequest<Portal> for Foreign {
    type Rejection = Instead;

    async fn from_request(request: Request, portal: &Portal) -> Result<Foreign, Instead> {
        Ok(read(request, portal).await?.1)
    }
}

async fn read(request: Request, portal: &Portal) -> Result<(Visit, Foreign), Instead> {
    let Some(visit) = request.extensions().get::<Visit>().cloned() else {
        return Err(Instead::from(StatusCode::INTERNAL_SERVER_ERROR));
    };
    let headers = request.headers().clone();
    let Ok(body) = Bytes::from_request(request, portal).await else {
        let sentence = "What you sent is too long. Please go back, and shorten it.";
        let status = StatusCode::PAYLOAD_TOO_LARGE;
        return Err(notice(&visit, status, "That is too long", sentence).into());
    };
    match Fields::read(&headers, &body) {
        Some(fields) => Ok((visit, Foreign(fields))),
        None => {
            let (status, title) = (StatusCode::UNSUPPORTED_MEDIA_TYPE, "This isn't a form");
            let sentence = "Please go back, and send the form again.";
            Err(notice(&visit, status, title, sentence).into())
        }
    }
}

/// Either a form lay open while somebody logged in or out, or the browser takes no cookies, or it isn't ours.
fn too_old(visit: &Visit) -> Instead {
    let sentence = "Nothing was changed. Please go back, load the page anew, and send it again. \
                    Your browser must take this site's cookies.";
    notice(visit, StatusCode::FORBIDDEN, "This form is too old", sentence).into()
}
