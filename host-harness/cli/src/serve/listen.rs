//! Where it listens.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use tokio::net::TcpListener;
use tokio::sync::Notify;

/// The first port that is tried where none is named.
const PORT: u16 = 8_700;
/// How many are tried.
const PORTS: u16 = 20;

/// An address with a port.
pub(super) fn parse(text: &str) -> Result<SocketAddr, String> {
    let expected =
        "expected an address and a port, such as 127.0.0.1:8700, 0.0.0.0:8700 or [::1]:8700";
    text.parse().map_err(|_| expected.to_owned())
}

/// A port that is taken.
pub(super) struct Listening {
    listener: TcpListener,
    at: SocketAddr,
}

impl Listening {
    /// At this address; none: on this machine, at the first port that is free.
    pub(super) async fn at(wanted: Option<SocketAddr>) -> Result<Listening> {
        let listener = match wanted {
            Some(wanted) => TcpListener::bind(wanted)
                .await
                .with_context(|| format!("can't listen at {wanted}"))?,
            None => first_free().await?,
        };
        let at = listener.local_addr()?;
        Ok(Listening { listener, at })
    }

    /// Whether nobody but this machine can call.
    pub(super) fn is_for_this_machine(&self) -> bool {
        self.at.ip().is_loopback()
    }

    /// The name that an address is, for whoever calls by it.
    pub(super) fn own_name(&self) -> Option<String> {
        match self.at {
            at if at.ip().is_unspecified() => None,
            SocketAddr::V4(at) => Some(at.ip().to_string()),
            SocketAddr::V6(at) => Some(format!("[{}]", at.ip())),
        }
    }

    /// Whether it listens for others, who have no name for it.
    pub(super) fn is_nameless(&self, names: &[String]) -> bool {
        names.is_empty() && self.own_name().is_none()
    }

    /// The address and the port.
    pub(super) fn place(&self) -> SocketAddr {
        self.at
    }

    /// What to call it by, on this machine.
    pub(super) fn address(&self) -> String {
        match self.own_name() {
            Some(name) => format!("http://{name}:{}", self.at.port()),
            None => format!("http://127.0.0.1:{}", self.at.port()),
        }
    }

    pub(super) fn into_listener(self) -> TcpListener {
        self.listener
    }
}

async fn first_free() -> Result<TcpListener> {
    for port in PORT..PORT + PORTS {
        match TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {}
            bound => return bound.with_context(|| format!("can't listen at 127.0.0.1:{port}")),
        }
    }
    let last = PORT + PORTS - 1;
    bail!("the ports {PORT} to {last} of this machine are taken; name another with --listen")
}

/// Tells each time that SIGHUP comes.
pub(super) fn hang_ups(told: Arc<Notify>) -> io::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut hung_up = signal(SignalKind::hangup())?;
        tokio::spawn(async move {
            while hung_up.recv().await.is_some() {
                told.notify_one();
            }
        });
    }
    #[cfg(not(unix))]
    drop(told);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(wanted: &str) -> Listening {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().unwrap();
        runtime.block_on(Listening::at(Some(wanted.parse().unwrap()))).unwrap()
    }

    #[test]
    fn who_can_call_and_by_which_name() {
        let here = at("127.0.0.1:0");
        assert!(here.is_for_this_machine() && !here.is_nameless(&[]));
        assert_eq!(here.address(), format!("http://127.0.0.1:{}", here.place().port()));
        let everywhere = at("0.0.0.0:0");
        assert!(!everywhere.is_for_this_machine() && everywhere.is_nameless(&[]));
        assert!(!everywhere.is_nameless(&["desk.example".into()]));
        assert!(everywhere.address().starts_with("http://127.0.0.1:"));
        for wrong in ["8700", "localhost:8700", "127.0.0.1", "desk.example"] {
            assert!(parse(wrong).unwrap_err().starts_with("expected"), "{wrong}");
        }
    }
}
