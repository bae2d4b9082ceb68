//! What becomes of mails, over a server that fails as it is told to.

mod addresses;
mod faults;
mod server;

use std::time::{Duration, Instant};

use super::*;
use crate::adapters::mail::tests::message;
use server::{At, Does, Server};

/// Hands over to this server, with a second for each mail.
fn mail(server: &Server) -> SmtpMail {
    with(server, "deadline=1")
}

fn with(server: &Server, parameters: &str) -> SmtpMail {
    let address = format!("smtp://127.0.0.1:{}?{parameters}", server.port);
    SmtpOptions::read(&address, "no-reply@host.example").unwrap().open().unwrap()
}

fn later(handover: &Handover) -> &str {
    match handover {
        Handover::TryLater(why) => why,
        other => panic!("{other:?} isn't later"),
    }
}

fn never(handover: &Handover) -> &str {
    match handover {
        Handover::Never(why) => why,
        other => panic!("{other:?} isn't never"),
    }
}

#[test]
fn a_mail_arrives_as_it_is() {
    let server = Server::start(&[]);
    let mail = mail(&server);
    let mut long = message("m1");
    long.sender_name = "Käse & Söhne".into();
    long.subject = "Grüße,\r\nBcc: eve@evil.example".into();
    long.text = "a line\n.\n..dots\n".repeat(20_000);
    long.html = format!("<p>{}</p>", "ü".repeat(500_000));
    assert_eq!(mail.send(long), Handover::Accepted);
    let [arrived] = &server.mails()[..] else { panic!("one mail") };
    assert_eq!(arrived.from, "no-reply@host.example");
    assert_eq!(arrived.to, "ada@client.example");
    assert!(arrived.bytes.contains("Message-ID: <m1.acme@host.example>"));
    assert!(arrived.bytes.len() > 1_000_000);
    assert!(arrived.bytes.lines().all(|line| line.len() < 998));
    let head = arrived.bytes.split("\r\n\r\n").next().unwrap();
    assert!(!head.lines().any(|line| line.starts_with("Bcc")), "{head}");
}

#[test]
fn a_thousand_mails_go_over_few_connections() {
    let server = Server::start(&[]);
    let mail = with(&server, "connections=3&deadline=20");
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let mail = &mail;
            scope.spawn(move || {
                for number in 0..125 {
                    let message = message(&format!("m{thread}-{number}"));
                    assert_eq!(mail.send(message), Handover::Accepted);
                }
            });
        }
    });
    assert_eq!(server.mails().len(), 1_000);
    // The server may not have noticed yet that one has said goodbye.
    assert!(server.connections_at_once() <= 4, "{}", server.connections_at_once());
    assert!((20..=40).contains(&server.connections()), "{}", server.connections());
}

#[test]
fn a_mail_that_was_taken_isnt_sent_again() {
    let server = Server::start(&[]);
    let mail = mail(&server);
    for _ in 0..3 {
        assert_eq!(mail.send(message("m1")), Handover::Accepted);
    }
    assert_eq!(server.mails().len(), 1);
}

#[test]
fn a_server_that_is_away_isnt_waited_for_by_each_mail() {
    let server = Server::start(&[(At::Greeting, Does::Stall); 4]);
    let mail = mail(&server);
    let begun = Instant::now();
    for number in 0..20 {
        let told = mail.send(message(&format!("m{number}")));
        assert!(later(&told).contains("being greeted by the mail server failed"), "{told:?}");
    }
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
    assert_eq!(server.connections(), 1);
}

#[test]
fn nobody_listens() {
    let server = Server::start(&[]);
    let port = server.port;
    drop(server);
    std::thread::sleep(Duration::from_millis(100));
    let address = format!("smtp://127.0.0.1:{port}");
    let mail = SmtpOptions::read(&address, "no-reply@host.example").unwrap().open().unwrap();
    let told = mail.send(message("m1"));
    assert!(later(&told).starts_with("connecting to the mail server failed: "), "{told:?}");
    let error = mail.check().unwrap_err().to_string();
    assert!(
        error.starts_with(&format!("the mail server smtp://127.0.0.1:{port} can't")),
        "{error}"
    );
}

#[test]
fn a_connection_that_ended_meanwhile_is_replaced() {
    // The second mail on the first connection finds it ended, in each of the ways in which that happens.
    for does in [Does::Cut, Does::Say("421 4.4.2 idle for too long"), Does::Reset] {
        let server = Server::start(&[(At::SecondMail, does)]);
        let mail = mail(&server);
        for id in ["m1", "m2", "m3"] {
            assert_eq!(mail.send(message(id)), Handover::Accepted, "{does:?}");
        }
        assert_eq!((server.mails().len(), server.connections()), (3, 2), "{does:?}");
    }
}

#[test]
fn it_works_on_any_thread_of_any_runtime() {
    let server = Server::start(&[]);
    for runtime in [
        tokio::runtime::Builder::new_current_thread().build().unwrap(),
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).build().unwrap(),
    ] {
        runtime.block_on(async {
            let mail = mail(&server);
            assert_eq!(mail.send(message("m1")), Handover::Accepted);
        });
    }
    assert_eq!(server.mails().len(), 2);
}
