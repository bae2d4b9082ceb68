//! Receives webhooks: refuses what isn't the service's or is old, and passes over what was seen.

use std::collections::BTreeSet;
use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::Value;
use sha2::Sha256;

struct Receiver {
    secret: Vec<u8>,
    seen: Mutex<BTreeSet<String>>, // keep it in your database
}

impl Receiver {
    /// The id of a message that is the service's, and not old.
    fn genuine<'a>(&self, headers: &'a HeaderMap, body: &[u8]) -> Option<&'a str> {
        let text = |name| headers.get(name)?.to_str().ok();
        let (id, at) = (text("webhook-id")?, text("webhook-timestamp")?);
        let now = SystemTime::now().duration_since(UNIX_EPOCH).ok()?.as_secs();
        if now.abs_diff(at.parse().ok()?) > 300 {
            return None;
        }
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.secret).ok()?;
        mac.update(format!("{id}.{at}.").as_bytes());
        mac.update(body);
        let is_signed = text("webhook-signature")?.split(' ').any(|signature| {
            let found = signature.strip_prefix("v1,").map(|text| BASE64_STANDARD.decode(text));
            // Compares in the same time, however much of it is right.
            matches!(found, Some(Ok(found)) if mac.clone().verify_slice(&found).is_ok())
        });
        is_signed.then_some(id)
    }
}

async fn receive(
    State(receiver): State<Arc<Receiver>>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let Some(id) = receiver.genuine(&headers, &body) else { return StatusCode::UNAUTHORIZED };
    let is_new = receiver.seen.lock().unwrap_or_else(PoisonError::into_inner).insert(id.to_owned());
    if is_new {
        let message: Value = serde_json::from_slice(&body).unwrap_or_default();
        let kind = message.get("type").and_then(Value::as_str);
        println!("rust: {}", kind.unwrap_or_default());
    }
    StatusCode::NO_CONTENT
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let secret = std::env::var("WEBHOOK_SECRET")?;
    let secret = BASE64_STANDARD.decode(secret.trim_start_matches("whsec_"))?;
    let receiver = Receiver { secret, seen: Mutex::default() };
    let router = Router::new().route("/", post(receive)).with_state(Arc::new(receiver));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8800").await?;
    axum::serve(listener, router).await?;
    Ok(())
}
