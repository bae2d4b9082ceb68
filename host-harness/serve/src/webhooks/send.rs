//! One message, to its answer.

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::OnceLock;
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::body::Bytes;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::Full;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::dns::Name;
use hyper_util::rt::TokioExecutor;
use rustls::ClientConfig;
use serde_json::{Value, json};
use tower_service::Service;

use super::row::Refusal;
use super::sign::SigningSecret;
use super::target::{NOT_PUBLIC, Target, is_public};
use crate::trace::TRACEPARENT;

type Connector = HttpsConnector<HttpConnector<Resolver>>;
type HttpClient = Client<Connector, Full<Bytes>>;

/// What a message came to.
#[derive(Clone, Debug)]
pub struct Sent {
    /// What the receiver answered; none: nothing.
    pub status: Option<u16>,
    /// Why it wasn't taken; none: it was.
    pub problem: Option<String>,
    /// How long that took.
    pub took: Duration,
}

impl Sent {
    /// The same as the service shows it.
    pub fn in_json(&self) -> Value {
        json!({
            "delivered": self.problem.is_none(),
            "status": self.status,
            "problem": self.problem,
            "milliseconds": u64::try_from(self.took.as_millis()).unwrap_or(u64::MAX),
        })
    }
}

/// A message to send.
pub(crate) struct Message {
    /// The same whenever the message is sent again.
    pub(crate) id: String,
    pub(crate) body: String,
    /// The trace that brought it about, where it is one of W3C's trace context.
    pub(crate) traceparent: Option<String>,
}

/// What sends messages.
pub(crate) struct Sender {
    deadline: Duration,
    /// Which authorities are trusted; none: those that this machine names.
    tls: Option<ClientConfig>,
    /// To the internet only; and anywhere.
    clients: [OnceLock<Result<HttpClient, String>>; 2],
}

impl Sender {
    pub(crate) fn new(deadline: Duration) -> Sender {
        Sender { deadline, tls: None, clients: [OnceLock::new(), OnceLock::new()] }
    }

    #[cfg(test)]
    pub(crate) fn trusting(tls: ClientConfig, deadline: Duration) -> Sender {
        Sender { tls: Some(tls), ..Sender::new(deadline) }
    }

    /// Sends a message, and waits for the answer. Redirects aren't followed; what the answer says besides its
    /// status isn't read.
    pub(crate) async fn send(
        &self,
        target: &Target,
        anywhere: bool,
        message: &Message,
        secret: &SigningSecret,
    ) -> (Option<StatusCode>, Result<(), Refusal>) {
        let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let mut request = Request::builder();
        if let Some(traceparent) = &message.traceparent {
            request = request.header(TRACEPARENT, traceparent);
        }
        let request = request
            .method(Method::POST)
            .uri(target.uri())
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::USER_AGENT, concat!("clientdesk/", env!("CARGO_PKG_VERSION")))
            .header("webhook-id", &message.id)
            .header("webhook-timestamp", seconds.to_string())
            .header("webhook-signature", secret.sign(&message.id, seconds, &message.body))
            .body(Full::new(Bytes::from(message.body.clone())));
        let request = match request {
            Ok(request) => request,
            Err(error) => return (None, Err(refusal(format!("it can't be sent: {error}")))),
        };
        let client = match self.client(anywhere) {
            Ok(client) => client,
            Err(problem) => return (None, Err(refusal(problem.clone()))),
        };
        match tokio::time::timeout(self.deadline, client.request(request)).await {
            Ok(Ok(response)) => {
                let status = response.status();
                (Some(status), judged(status, response.headers()))
            }
            Ok(Err(error)) => (None, Err(refusal(problem_of(&error, anywhere)))),
            Err(_) => {
                let seconds = self.deadline.as_secs_f64();
                (None, Err(refusal(format!("no answer within {seconds} seconds"))))
            }
        }
    }

    fn client(&self, anywhere: bool) -> Result<&HttpClient, &String> {
        let [internet, everywhere] = &self.clients;
        let place = if anywhere { everywhere } else { internet };
        place.get_or_init(|| client(anywhere, self.tls.clone())).as_ref()
    }
}

fn client(anywhere: bool, tls: Option<ClientConfig>) -> Result<HttpClient, String> {
    let mut http = HttpConnector::new_with_resolver(Resolver { anywhere });
    http.enforce_http(false);
    let builder = HttpsConnectorBuilder::new();
    let builder = match tls {
        Some(tls) => builder.with_tls_config(tls),
        None => builder.with_native_roots().map_err(|error| {
            format!("this machine names no authorities for certificates: {error}")
        })?,
    };
    let connector = builder.https_or_http().enable_http1().wrap_connector(http);
    Ok(Client::builder(TokioExecutor::new()).pool_max_idle_per_host(0).build(connector))
}

/// Whether an answer says that the message was taken.
fn judged(status: StatusCode, headers: &HeaderMap) -> Result<(), Refusal> {
    if status.is_success() {
        return Ok(());
    }
    let code = status.as_u16();
    let problem = match status {
        status if status.is_redirection() => {
            format!("it answered {code}: redirects aren't followed")
        }
        StatusCode::GONE => format!("it answered {code}: it is gone"),
        _ => format!("it answered {code}"),
    };
    let wait = headers.get(header::RETRY_AFTER).and_then(|wait| wait.to_str().ok()?.parse().ok());
    let wait = wait.map(Duration::from_secs);
    Err(Refusal { problem, wait, is_gone: status == StatusCode::GONE })
}

fn refusal(problem: String) -> Refusal {
    Refusal { problem, wait: None, is_gone: false }
}

/// Why there was no answer, as far as whoever looks at the webhook can do something about it.
fn problem_of(error: &hyper_util::client::legacy::Error, anywhere: bool) -> String {
    let mut cause: Option<&(dyn Error + 'static)> = error.source();
    while let Some(error) = cause {
        if let Some(error) = said_by_tls(error) {
            return format!("there is no safe connection to it: {error}");
        }
        cause = error.source();
    }
    if error.is_connect() && !anywhere {
        // The same whether a name is unknown or leads into a network of its own: nobody looks around by that.
        format!("it can't be connected to: it {NOT_PUBLIC}")
    } else if error.is_connect() {
        "it can't be connected to".to_owned()
    } else {
        "the connection ended before it answered".to_owned()
    }
}

/// What TLS says: the inside of what reading or writing says, which isn't among the causes.
fn said_by_tls<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a rustls::Error> {
    match error.downcast_ref::<io::Error>() {
        Some(error) => said_by_tls(error.get_ref()?),
        None => error.downcast_ref(),
    }
}

/// Finds the addresses of a name: those of the internet, or all.
#[derive(Clone)]
struct Resolver {
    anywhere: bool,
}

/// A name has addresses, but none that an agency's webhook may go to.
#[derive(Debug)]
struct NotPublic;

impl fmt::Display for NotPublic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(NOT_PUBLIC)
    }
}

impl Error for NotPublic {}

type Found = Result<std::vec::IntoIter<SocketAddr>, Box<dyn Error + Send + Sync>>;

impl Service<Name> for Resolver {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = Box<dyn Error + Send + Sync>;
    type Future = Pin<Box<dyn Future<Output = Found> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let anywhere = self.anywhere;
        Box::pin(async move {
            let all: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            // What is checked here is what is connected to: the name isn't asked for again.
            let fit: Vec<SocketAddr> =
                all.iter().copied().filter(|at| anywhere || is_public(at.ip())).collect();
            if fit.is_empty() && !all.is_empty() {
                return Err(NotPublic.into());
            }
            Ok(fit.into_iter())
        })
    }
}
