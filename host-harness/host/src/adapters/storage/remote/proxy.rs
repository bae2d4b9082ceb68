//! What stands between a host and its server, and fails as it is told.

use std::io::{Read, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// What becomes of the bytes on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::adapters::storage) enum Fault {
    None,
    /// Connections are closed as soon as they are made.
    Refuses,
    /// After so many bytes more from the host, those connections end; new ones don't.
    CutsUp(usize),
    /// After so many bytes more from the server.
    CutsDown(usize),
    /// The same as `CutsUp`, and `Refuses` from then on.
    CutsUpForGood(usize),
    /// Nothing goes on, but nothing ends.
    Stalls,
    /// What the host sends on connections that are there is held back; new ones work.
    Holds,
}

pub(in crate::adapters::storage) struct Proxy {
    port: u16,
    state: Arc<Mutex<State>>,
}

struct State {
    fault: Fault,
    /// Connections since the fault began aren't cut or held.
    connections: usize,
    first_sound: usize,
}

#[derive(Clone, Copy, PartialEq)]
enum Way {
    Up,
    Down,
}

/// What to do with some bytes.
enum Verdict {
    Pass,
    Wait,
    /// So many of them pass, then it ends.
    Cut(usize),
}

impl Proxy {
    /// A proxy of the server at `place` (`host:port`).
    pub(in crate::adapters::storage) fn start(place: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let state =
            Arc::new(Mutex::new(State { fault: Fault::None, connections: 0, first_sound: 0 }));
        let (shared, place) = (Arc::clone(&state), place.to_owned());
        thread::spawn(move || {
            for client in listener.incoming() {
                serve(client.unwrap(), &place, &shared);
            }
        });
        Self { port, state }
    }

    /// Where it listens.
    pub(in crate::adapters::storage) fn place(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    pub(in crate::adapters::storage) fn set(&self, fault: Fault) {
        let mut state = self.state.lock().unwrap();
        state.fault = fault;
        state.first_sound = state.connections;
    }

    pub(in crate::adapters::storage) fn fault(&self) -> Fault {
        self.state.lock().unwrap().fault
    }
}

fn serve(client: TcpStream, place: &str, shared: &Arc<Mutex<State>>) {
    let number = {
        let mut state = shared.lock().unwrap();
        if state.fault == Fault::Refuses {
            return;
        }
        state.connections += 1;
        state.connections - 1
    };
    let server = TcpStream::connect(place).unwrap();
    for stream in [&client, &server] {
        stream.set_nodelay(true).unwrap();
    }
    for (from, to, way) in [
        (client.try_clone().unwrap(), server.try_clone().unwrap(), Way::Up),
        (server, client, Way::Down),
    ] {
        let shared = Arc::clone(shared);
        thread::spawn(move || carry(from, to, way, number, &shared));
    }
}

fn carry(mut from: TcpStream, mut to: TcpStream, way: Way, number: usize, shared: &Mutex<State>) {
    let mut bytes = vec![0; 64 * 1024];
    'all: while let Ok(count @ 1..) = from.read(&mut bytes) {
        loop {
            let verdict = shared.lock().unwrap().judge(way, number, count);
            match verdict {
                Verdict::Pass => break,
                Verdict::Wait => thread::sleep(Duration::from_millis(2)),
                Verdict::Cut(passing) => {
                    let _ = to.write_all(&bytes[..passing]);
                    break 'all;
                }
            }
        }
        if to.write_all(&bytes[..count]).is_err() {
            break;
        }
    }
    // What was held back is passed on before the end is.
    let _ = to.shutdown(Shutdown::Write);
    if way == Way::Down || shared.lock().unwrap().fault == Fault::Refuses {
        let _ = from.shutdown(Shutdown::Both);
        let _ = to.shutdown(Shutdown::Both);
    }
}

impl State {
    fn judge(&mut self, way: Way, number: usize, count: usize) -> Verdict {
        let old = number < self.first_sound;
        match (&mut self.fault, way) {
            (Fault::Stalls, _) => Verdict::Wait,
            (Fault::Holds, Way::Up) if old => Verdict::Wait,
            (Fault::CutsUp(left), Way::Up) | (Fault::CutsDown(left), Way::Down) if old => {
                let passing = (*left).min(count);
                *left -= passing;
                if passing < count { Verdict::Cut(passing) } else { Verdict::Pass }
            }
            (Fault::CutsUpForGood(left), Way::Up) if old => {
                let passing = (*left).min(count);
                *left -= passing;
                if passing < count {
                    self.fault = Fault::Refuses;
                    return Verdict::Cut(passing);
                }
                Verdict::Pass
            }
            _ => Verdict::Pass,
        }
    }
}
