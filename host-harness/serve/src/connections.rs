//! Connections: how many there are, and how slow they may be. Whoever opens many and says nothing, or asks and
//! doesn't read, keeps nobody else waiting for long.

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio_io_timeout::TimeoutStream;
use tower::ServiceExt as _;

/// What connections may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    /// How many there are at once; who comes then waits until one ends.
    pub(crate) connections: usize,
    /// How long a request's head may take, a connection stay without a request, and a client read nothing.
    pub(crate) patience: Duration,
}

/// Serves whoever connects until `stops`, and then until what runs is answered.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    bounds: Bounds,
    mut stops: watch::Receiver<bool>,
) {
    let places = Arc::new(Semaphore::new(bounds.connections));
    let running = GracefulShutdown::new();
    let mut stopped = pin!(stops.wait_for(|stops| *stops));
    loop {
        let next = async {
            // Never closed.
            let place = Arc::clone(&places).acquire_owned().await.ok()?;
            Some((place, listener.accept().await))
        };
        let accepted = tokio::select! {
            accepted = next => accepted,
            _ = stopped.as_mut() => break,
        };
        match accepted {
            Some((place, Ok((stream, from)))) => {
                let connection =
                    connection(stream, from, router.clone(), bounds, running.watcher());
                tokio::spawn(async move {
                    connection.await;
                    drop(place);
                });
            }
            // Too many files are open, or the client has gone already: the next may fare better.
            Some((_, Err(error))) => {
                tracing::warn!(%error, "can't take a connection");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            None => break,
        }
    }
    drop(listener);
    running.shutdown().await;
}

async fn connection(
    stream: TcpStream,
    from: SocketAddr,
    router: Router,
    bounds: Bounds,
    watcher: Watcher,
) {
    // Answers are written whole: waiting for more would only delay them.
    let _ = stream.set_nodelay(true);
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(bounds.patience));
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let mut request: Request = request.map(axum::body::Body::new);
        request.extensions_mut().insert(ConnectInfo(from));
        let router = router.clone();
        async move { router.oneshot(request).await as Result<Response, _> }
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(bounds.patience)
        .serve_connection(TokioIo::new(Box::pin(stream)), service);
    // Whoever went away, was too slow, or spoke no HTTP: nobody is there to be told.
    let _ = watcher.watch(served).await;
}
