//! A mail server that fails as it is told to.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// Where it fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum At {
    Greeting,
    Hello,
    Sender,
    /// The second mail on a connection.
    SecondMail,
    Rcpt,
    Data,
    /// Within the mail.
    Middle,
    /// All of the mail was read.
    End,
    /// The same, and it was taken.
    TakenThen,
}

/// How.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Does {
    Say(&'static str),
    /// Nothing more comes.
    Stall,
    /// The answer comes, a byte in each fifth of a second.
    Drip,
    Cut,
    /// As a machine does that was switched off meanwhile.
    Reset,
    /// An answer without a line's end.
    Flood,
    /// It refuses the mail, and repeats all of it.
    Echo,
}

#[derive(Debug, Clone)]
pub(super) struct Arrived {
    pub(super) from: String,
    pub(super) to: String,
    /// The whole line about the sender.
    pub(super) told: String,
    pub(super) bytes: String,
}

#[derive(Default)]
struct State {
    /// What is done still, each once, in this order.
    plan: Vec<(At, Does)>,
    mails: Vec<Arrived>,
    connections: usize,
    open: usize,
    most_open: usize,
}

pub(super) struct Server {
    pub(super) port: u16,
    state: Arc<Mutex<State>>,
    listener: TcpListener,
}

impl Server {
    pub(super) fn start(plan: &[(At, Does)]) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(Mutex::new(State { plan: plan.to_vec(), ..State::default() }));
        let (accepts, shared) = (listener.try_clone().unwrap(), Arc::clone(&state));
        thread::spawn(move || {
            while let Ok((stream, _)) = accepts.accept() {
                let state = Arc::clone(&shared);
                {
                    let mut state = state.lock().unwrap();
                    state.connections += 1;
                    state.open += 1;
                    state.most_open = state.most_open.max(state.open);
                }
                thread::spawn(move || {
                    let _ = Talk::new(stream, &state).talk();
                    state.lock().unwrap().open -= 1;
                });
            }
        });
        Server { port, state, listener }
    }

    pub(super) fn mails(&self) -> Vec<Arrived> {
        self.state.lock().unwrap().mails.clone()
    }

    pub(super) fn connections(&self) -> usize {
        self.state.lock().unwrap().connections
    }

    pub(super) fn connections_at_once(&self) -> usize {
        self.state.lock().unwrap().most_open
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The thread that accepts ends with an error, once somebody calls it.
        self.listener.set_nonblocking(true).unwrap();
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

struct Talk<'a> {
    stream: TcpStream,
    reader: BufReader<TcpStream>,
    state: &'a Mutex<State>,
}

/// The connection is over.
struct Over;

impl From<std::io::Error> for Over {
    fn from(_: std::io::Error) -> Over {
        Over
    }
}

impl Talk<'_> {
    fn new(stream: TcpStream, state: &Mutex<State>) -> Talk<'_> {
        let reader = BufReader::new(stream.try_clone().unwrap());
        Talk { stream, reader, state }
    }

    fn talk(&mut self) -> Result<(), Over> {
        self.answer(&[At::Greeting], "220 here")?;
        let (mut from, mut told, mut to, mut mails) =
            (String::new(), String::new(), String::new(), 0);
        loop {
            let line = self.line()?;
            let word = line.get(..4).unwrap_or_default().to_ascii_uppercase();
            let within = || line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
            match word.as_str() {
                "EHLO" => self.answer(&[At::Hello], "250-here\r\n250-8BITMIME\r\n250 SMTPUTF8")?,
                "MAIL" => {
                    (from, told) = (within(), line.clone());
                    mails += 1;
                    let at: &[At] =
                        if mails == 2 { &[At::Sender, At::SecondMail] } else { &[At::Sender] };
                    self.answer(at, "250 ok")?;
                }
                "RCPT" => {
                    to = within();
                    self.answer(&[At::Rcpt], "250 ok")?;
                }
                "DATA" => {
                    if !self.answer_with(&[At::Data], "354 go on", "")? {
                        continue;
                    }
                    let bytes = self.mail()?;
                    let does = self.does(&[At::End]);
                    if let Some(does) = does {
                        self.fail(does, &bytes)?;
                        continue;
                    }
                    let arrived =
                        Arrived { from: from.clone(), to: to.clone(), told: told.clone(), bytes };
                    self.state.lock().unwrap().mails.push(arrived);
                    self.answer(&[At::TakenThen], "250 taken")?;
                }
                "QUIT" => {
                    self.say("221 bye")?;
                    return Err(Over);
                }
                _ => self.say("250 ok")?,
            }
        }
    }

    fn mail(&mut self) -> Result<String, Over> {
        if let Some(does) = self.does(&[At::Middle]) {
            self.reader.read_exact(&mut [0; 100_000])?;
            self.fail(does, "")?;
        }
        let mut mail = String::new();
        loop {
            let line = self.line()?;
            match line.strip_prefix('.') {
                Some("\r\n") => return Ok(mail),
                Some(dotted) => mail.push_str(dotted),
                None => mail.push_str(&line),
            }
        }
    }

    fn line(&mut self) -> Result<String, Over> {
        let mut line = String::new();
        if self.reader.read_line(&mut line)? == 0 { Err(Over) } else { Ok(line) }
    }

    fn does(&self, at: &[At]) -> Option<Does> {
        let mut state = self.state.lock().unwrap();
        let place = state.plan.iter().position(|(planned, _)| at.contains(planned))?;
        Some(state.plan.remove(place).1)
    }

    fn answer(&mut self, at: &[At], usually: &str) -> Result<(), Over> {
        self.answer_with(at, usually, "").map(drop)
    }

    /// Whether it answered as usual.
    fn answer_with(&mut self, at: &[At], usually: &str, bytes: &str) -> Result<bool, Over> {
        match self.does(at) {
            None => self.say(usually).map(|()| true),
            Some(does) => self.fail(does, bytes).map(|()| false),
        }
    }

    fn say(&mut self, text: &str) -> Result<(), Over> {
        Ok(self.stream.write_all(format!("{text}\r\n").as_bytes())?)
    }

    fn fail(&mut self, does: Does, bytes: &str) -> Result<(), Over> {
        match does {
            Does::Say(text) => return self.say(text),
            Does::Stall => thread::sleep(Duration::from_secs(4)),
            Does::Drip => {
                for byte in b"250-go on and on and on and on and on".iter() {
                    self.stream.write_all(&[*byte])?;
                    thread::sleep(Duration::from_millis(200));
                }
            }
            Does::Cut => self.stream.shutdown(Shutdown::Both)?,
            // What was sent and isn't read makes the system reset the connection, once it is dropped.
            Does::Reset => {}
            Does::Flood => loop {
                self.stream.write_all(&[b'2'; 65_536])?;
            },
            Does::Echo => {
                let said = bytes.replace("\r\n", " ");
                let said: String = said.chars().take(900).collect();
                return self.say(&format!("550 5.6.0 {said}"));
            }
        }
        Err(Over)
    }
}
