//! A connection to one server, which the thread that uses it drives itself.

use std::future::Future;
use std::pin::Pin;
use std::time::Instant;

use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1::{self, SendRequest};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout_at;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;

use super::cause::{Failed, Loss};
use super::options::{Endpoint, EtcdOptions};
use crate::adapters::storage::remote::blocking::{Waiting, driven};

/// More than the greatest answer to what is asked has.
const ANSWER_BYTES_MAX: usize = 256 * 1024 * 1024;

/// Has a server that knows no leader say so at once.
const HAS_LEADER: &str = "grpc-metadata-hasleader";

type Wire = dyn Future<Output = hyper::Result<()>> + Send;

/// A connection. Whoever gets something else than an answer from it drops it.
pub(super) struct Link {
    waiting: Waiting,
    sender: SendRequest<Full<Bytes>>,
    wire: Option<Pin<Box<Wire>>>,
    /// Which server of the address it is to.
    pub(super) endpoint: usize,
    host: String,
}

/// What the server answered.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) body: Bytes,
}

impl Link {
    /// A connection to this server.
    pub(super) fn open(
        options: &EtcdOptions,
        number: usize,
        endpoint: &Endpoint,
        until: Instant,
    ) -> Result<Self, Failed> {
        let unmade = |why: String| Failed::Lost(Loss::unmade(format!("{endpoint}: {why}")));
        let waiting = Waiting::new().map_err(|error| unmade(format!("no runtime: {error}")))?;
        let connecting = async {
            match timeout_at(until.into(), connect(options, endpoint)).await {
                Ok(connected) => connected,
                Err(_) => Err("no connection in time".into()),
            }
        };
        let connected = waiting.block_on(connecting).unwrap_or_else(|| Err("closed".into()));
        let (sender, wire) = connected.map_err(unmade)?;
        Ok(Self { waiting, sender, wire: Some(wire), endpoint: number, host: endpoint.to_string() })
    }

    /// Asks, and waits for the answer.
    pub(super) fn call(
        &mut self,
        path: &str,
        body: Bytes,
        token: Option<&str>,
        until: Instant,
    ) -> Result<Answer, Failed> {
        let Self { waiting, sender, wire, host, .. } = self;
        let mut request = Request::post(path)
            .header(HOST, &*host)
            .header(CONTENT_TYPE, "application/json")
            .header(HAS_LEADER, "true");
        if let Some(token) = token {
            request = request.header(AUTHORIZATION, token);
        }
        let lost = |why: String| Failed::Lost(Loss { why: format!("{host}: {why}"), ..loss() });
        let request = request.body(Full::new(body)).map_err(|error| lost(error.to_string()))?;
        let work = async {
            // Where the server closed it meanwhile, nothing is sent.
            sender.ready().await.map_err(|error| (error, true))?;
            let response = sender.send_request(request).await.map_err(|error| (error, false))?;
            Ok::<_, (hyper::Error, bool)>(read(response).await)
        };
        let timed = async { timeout_at(until.into(), driven(wire, drop, work)).await };
        match waiting.block_on(timed) {
            None => Err(lost("closed".into())),
            Some(Err(_)) => Err(Failed::Late(format!("{host}: no answer in time"))),
            Some(Ok(Err((error, unsent)))) => {
                let Loss { why, lasts, .. } = Loss::of(&error);
                Err(Failed::Lost(Loss { why: format!("{host}: {why}"), lasts, unsent }))
            }
            Some(Ok(Ok(answer))) => answer.map_err(lost),
        }
    }
}

const fn loss() -> Loss {
    Loss { why: String::new(), lasts: false, unsent: false }
}

async fn read(response: Response<hyper::body::Incoming>) -> Result<Answer, String> {
    let status = response.status();
    let body = Limited::new(response.into_body(), ANSWER_BYTES_MAX).collect().await;
    let body = body.map_err(|error| format!("the answer ended early: {error}"))?.to_bytes();
    Ok(Answer { status, body })
}

type Connected = (SendRequest<Full<Bytes>>, Pin<Box<Wire>>);

async fn connect(options: &EtcdOptions, endpoint: &Endpoint) -> Result<Connected, String> {
    let address = (endpoint.host.as_str(), endpoint.port);
    let stream = TcpStream::connect(address).await.map_err(|error| error.to_string())?;
    stream.set_nodelay(true).map_err(|error| error.to_string())?;
    let Some(tls) = &options.tls else { return begin(stream).await };
    let name = ServerName::try_from(endpoint.host.clone()).map_err(|error| error.to_string())?;
    let encrypted = TlsConnector::from(tls.clone()).connect(name, stream).await;
    begin(encrypted.map_err(|error| error.to_string())?).await
}

async fn begin<S>(stream: S) -> Result<Connected, String>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let begun = http1::handshake(TokioIo::new(stream)).await;
    let (sender, wire) = begun.map_err(|error| error.to_string())?;
    Ok((sender, Box::pin(wire)))
}
