//! Connections over a real socket: slow ones, too many, and those that are open as the service stops.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::*;

const HEALTH: &[u8] = b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n";

/// A service that runs.
struct Running {
    port: u16,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<()>,
}

impl Running {
    async fn start(options: Options) -> Running {
        let Desk { service, .. } = Desk::new(Options { jobs_every: None, ..options });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (stop, stopped) = oneshot::channel();
        let serving = tokio::spawn(async move {
            let stopped = async { stopped.await.unwrap() };
            service.run(listener, stopped).await.unwrap();
        });
        Running { port, stop, serving }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(("127.0.0.1", self.port)).await.unwrap()
    }

    async fn stop(self) {
        self.stop.send(()).unwrap();
        self.serving.await.unwrap();
    }
}

/// The first line of an answer.
async fn status(stream: &mut TcpStream) -> String {
    let mut answer = vec![0; 4_096];
    let length = stream.read(&mut answer).await.unwrap();
    String::from_utf8_lossy(&answer[..length]).lines().next().unwrap_or_default().to_owned()
}

fn hasty() -> Options {
    Options { patience: Duration::from_millis(300), ..Options::default() }
}

#[tokio::test]
async fn who_asks_too_slowly_is_let_go() {
    let running = Running::start(hasty()).await;
    for begun in [&b""[..], b"GET /healthz HTTP/1.1\r\nhost: local"] {
        let mut slow = running.connect().await;
        slow.write_all(begun).await.unwrap();
        let mut rest = Vec::new();
        let ended = tokio::time::timeout(Duration::from_secs(20), slow.read_to_end(&mut rest));
        ended.await.expect("the connection ends").unwrap();
        assert!(!rest.starts_with(b"HTTP/1.1 200"), "{rest:?}");
    }
    // One that was answered may stay as long as it asks.
    let mut busy = running.connect().await;
    for _ in 0..3 {
        busy.write_all(HEALTH).await.unwrap();
        assert_eq!(status(&mut busy).await, "HTTP/1.1 200 OK");
        tokio::time::sleep(Duration::from_millis(150)).await;
    }
    running.stop().await;
}

#[tokio::test]
async fn who_doesnt_read_is_let_go() {
    let running = Running::start(hasty()).await;
    let mut deaf = running.connect().await;
    let many = b"GET /openapi.json HTTP/1.1\r\nhost: localhost\r\n\r\n".repeat(200);
    // The service stops reading, too, once nobody takes its answers.
    let asked = async {
        loop {
            if deaf.write_all(&many).await.is_err() {
                break;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(20), asked).await.expect("the connection ends");
    running.stop().await;
}

#[tokio::test]
async fn who_comes_when_all_places_are_taken_waits_for_one() {
    let running = Running::start(Options { connections: 2, ..Options::default() }).await;
    let mut first = running.connect().await;
    let second = running.connect().await;
    first.write_all(HEALTH).await.unwrap();
    assert_eq!(status(&mut first).await, "HTTP/1.1 200 OK");
    let mut third = running.connect().await;
    third.write_all(HEALTH).await.unwrap();
    let early = tokio::time::timeout(Duration::from_millis(300), status(&mut third)).await;
    assert!(early.is_err(), "both places are taken");
    drop(second);
    assert_eq!(status(&mut third).await, "HTTP/1.1 200 OK");
    running.stop().await;
}

#[tokio::test]
async fn connections_that_ask_nothing_dont_keep_a_service_from_stopping() {
    let running = Running::start(Options::default()).await;
    let mut idle = running.connect().await;
    idle.write_all(HEALTH).await.unwrap();
    assert_eq!(status(&mut idle).await, "HTTP/1.1 200 OK");
    let begun = Instant::now();
    running.stop().await;
    assert!(begun.elapsed() < Options::default().grace, "it waited for it");
    assert_eq!(idle.read(&mut [0]).await.unwrap(), 0, "the connection is closed");
}
