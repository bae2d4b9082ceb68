//! Running the program in a folder of its own.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::Value;

/// A folder with a store in it, and a user whose home it is.
pub struct Desk {
    folder: tempfile::TempDir,
}

/// What a command said.
#[derive(Debug, Default)]
pub struct Said {
    pub code: Option<i32>,
    pub out: String,
    pub error: String,
}

pub const AGENCY: &str = r#"{"id": "acme", "name": "Acme", "notification-email": "office@acme.example",
    "billing-interval": "monthly", "portal-address": "https://clients.acme.example"}"#;
pub const PASSWORD: &str = "correct horse battery";

impl Desk {
    /// One with nothing in it.
    pub fn empty() -> Desk {
        Desk { folder: tempfile::tempdir().unwrap() }
    }

    /// One with the agency `acme`, and nothing else.
    pub fn with_agency() -> Desk {
        let desk = Desk::empty();
        desk.call(&["agencies.create", AGENCY]);
        desk
    }

    /// One with the agency `acme`, its brand `nike`, and no client.
    pub fn new() -> Desk {
        let desk = Desk::with_agency();
        desk.call(&["brands.create", r#"{"id": "nike", "name": "Nike"}"#]);
        desk
    }

    /// The same, 40 days after its first invite: a month's invoice is closed.
    pub fn invoiced() -> Desk {
        let desk = Desk::empty();
        let begin = SystemTime::now() - Duration::from_secs(40 * 24 * 60 * 60);
        let begin = begin.duration_since(UNIX_EPOCH).unwrap().as_millis().to_string();
        let invite = r#"{"email": "zoe@nike.example", "name": "Zoe", "brands": ["nike"]}"#;
        for call in [
            ["agencies.create", AGENCY],
            ["brands.create", r#"{"id": "nike", "name": "Nike"}"#],
            ["clients.invite-by-email", invite],
        ] {
            desk.call(&[&call[..], &["--now", &begin]].concat());
        }
        desk.on_store(&["jobs"]);
        desk
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The names of all files and folders, those within folders too.
    pub fn names(&self) -> Vec<String> {
        let mut names = Vec::new();
        let mut folders = vec![self.folder().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                let name = path.strip_prefix(self.folder()).unwrap();
                names.push(name.to_str().unwrap().to_owned());
                if path.is_dir() {
                    folders.push(path);
                }
            }
        }
        names.sort();
        names
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new("sh");
        let program = env!("CARGO_BIN_EXE_clientdesk");
        // The usual umask lets everybody read what is made.
        command.args(["-c", r#"umask 022; exec "$0" "$@""#, program]).args(args);
        self.prepare(&mut command);
        command
    }

    fn prepare(&self, command: &mut Command) {
        command.current_dir(self.folder());
        for name in [
            "CLIENTDESK_STORE",
            "CLIENTDESK_AGENCY",
            "CLIENTDESK_COMPONENT",
            "CLIENTDESK_AS",
            "CLIENTDESK_ACTING_AS",
            "COLUMNS",
        ] {
            command.env_remove(name);
        }
        command.env("HOME", self.path("home"));
        command.env("XDG_DATA_HOME", self.path("home"));
        command.env("XDG_CACHE_HOME", Path::new(env!("CARGO_TARGET_TMPDIR")).join("cache"));
        command.stdin(Stdio::null());
    }

    /// Runs the program with these arguments, in the folder.
    pub fn run(&self, args: &[&str]) -> Said {
        said(self.command(args).output().unwrap())
    }

    /// The same on a terminal with lines of so many characters.
    pub fn run_at(&self, width: usize, args: &[&str]) -> Said {
        said(self.command(args).env("COLUMNS", width.to_string()).output().unwrap())
    }

    /// The same with something on its standard input.
    pub fn run_with(&self, input: &str, args: &[&str]) -> Said {
        said_to(input, &mut self.command(args))
    }

    /// Runs a script for the shell, in which `clientdesk` is the program.
    pub fn script(&self, script: &str, input: &str) -> Said {
        let folder = Path::new(env!("CARGO_BIN_EXE_clientdesk")).parent().unwrap().to_owned();
        let path = std::env::var_os("PATH").unwrap_or_default();
        let folders = [folder].into_iter().chain(std::env::split_paths(&path));
        let mut command = Command::new("sh");
        self.prepare(&mut command);
        command.env("PATH", std::env::join_paths(folders).unwrap());
        said_to(input, command.args(["-e", "-c", script]))
    }

    /// Starts the program and lets it run.
    pub fn start(&self, args: &[&str]) -> Running {
        Running(self.command(args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap())
    }

    /// The same, with what it says to be read.
    pub fn spawn(&self, args: &[&str]) -> Child {
        self.spawn_writing(args, Stdio::piped())
    }

    /// The same, with its errors written elsewhere.
    pub fn spawn_writing(&self, args: &[&str], errors: Stdio) -> Child {
        self.command(args).stdout(Stdio::piped()).stderr(errors).spawn().unwrap()
    }

    /// Runs a command that must do well on the store `s.db`. Gives what it said.
    pub fn on_store(&self, args: &[&str]) -> String {
        let said = self.run(&[args, &["--store", "s.db"]].concat());
        assert_eq!((said.code, said.error.as_str()), (Some(0), ""), "{args:?}");
        said.out
    }

    /// Calls a function for the agency `acme` on the store `s.db`. Gives its answer.
    pub fn call(&self, call: &[&str]) -> Value {
        let out = self.on_store(&[&["call", "--agency", "acme"], call].concat());
        serde_json::from_str(&out).unwrap()
    }

    /// Somebody is invited and signs up. Gives the client's id.
    pub fn join(&self, email: &str, name: &str) -> String {
        let invite = format!(r#"{{"email": "{email}", "name": "{name}", "brands": ["nike"]}}"#);
        let client = self.call(&["clients.invite-by-email", &invite])["client"].clone();
        self.call(&["portal.sign-up", &self.latest_token(), name, PASSWORD]);
        client.as_str().unwrap().to_owned()
    }

    /// The account `nike-inc` is built for the brand `nike`, in set-up.
    pub fn build_account(&self) {
        let account = r#"{"id": "nike-inc", "name": "Nike Inc", "billing-owner": "agency",
            "start": "setup"}"#;
        self.call(&["accounts.create", account]);
        self.call(&["accounts.move-brand", "nike", "nike-inc"]);
    }

    /// The token of the invite that was mailed last.
    pub fn latest_token(&self) -> String {
        let page = self.latest_mail();
        page.split("/invite/").nth(1).unwrap().split('"').next().unwrap().to_owned()
    }

    /// The page of the mail that was written last.
    pub fn latest_mail(&self) -> String {
        let names = self.names();
        let mut pages = names.iter().filter(|name| name.ends_with(".html"));
        fs::read_to_string(self.path(pages.next_back().unwrap())).unwrap()
    }

    /// Whether somebody can log in with the password.
    pub fn can_log_in(&self, email: &str) -> bool {
        self.call(&["portal.log-in", "acme", email, PASSWORD])["session"].is_string()
    }

    /// The id of the key that signs.
    pub fn key(&self) -> String {
        let text = fs::read_to_string(self.path("s.db.keys.json")).unwrap();
        let ring: Value = serde_json::from_str(&text).unwrap();
        ring["keys"][0]["id"].as_str().unwrap().to_owned()
    }

    /// Puts a scenario into a file, with what it begins with.
    pub fn story(&self, name: &str) {
        let stories = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/scenarios");
        let (story, given) = (self.path(name), stories.join("given"));
        let own = story.parent().unwrap().join("given");
        fs::create_dir_all(&own).unwrap();
        for entry in fs::read_dir(given).unwrap() {
            let entry = entry.unwrap();
            fs::copy(entry.path(), own.join(entry.file_name())).unwrap();
        }
        fs::copy(stories.join("billing/monthly.toml"), story).unwrap();
    }

    /// All bytes of a file.
    pub fn bytes(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap()
    }
}

/// Runs a command with something on its standard input, which it needn't read.
fn said_to(input: &str, command: &mut Command) -> Said {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    said(child.wait_with_output().unwrap())
}

fn said(output: Output) -> Said {
    let Output { status, stdout, stderr } = output;
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Said { code: status.code(), out: text(stdout), error: text(stderr) }
}

impl Said {
    /// That it was refused with this exit code, said all of this, and nothing else happened.
    #[track_caller]
    pub fn refused(&self, code: i32, parts: &[&str]) {
        assert_eq!(self.code, Some(code), "{self:?}");
        assert_eq!(self.out, "", "{self:?}");
        for part in parts {
            assert!(self.error.contains(part), "no `{part}` in {}", self.error);
        }
    }
}

/// A program that runs until this goes.
pub struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
