//! Each fault at each stage: what becomes of the mail, and how often it arrived.

use super::*;

/// What a mail comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comes {
    Accepted,
    Later,
    Never,
}

fn comes(handover: &Handover) -> Comes {
    match handover {
        Handover::Accepted => Comes::Accepted,
        Handover::TryLater(_) => Comes::Later,
        Handover::Never(_) => Comes::Never,
    }
}

use At::*;
use Comes::*;

const STAGES: [At; 6] = [Greeting, Hello, Sender, Rcpt, Data, End];

/// Each row: what the server does, and what that comes to at each of the stages.
const TABLE: [(Does, [Comes; 6]); 9] = [
    (Does::Say("421 4.3.2 closing"), [Later; 6]),
    (Does::Say("450 4.2.0 try again"), [Later; 6]),
    (Does::Say("452 4.3.1 no room"), [Later; 6]),
    (Does::Say("550 no"), [Later, Later, Later, Never, Later, Never]),
    (Does::Say("550 5.1.1 no such user"), [Later, Later, Later, Never, Later, Never]),
    (Does::Say("554 5.7.1 not from you"), [Later; 6]),
    (Does::Stall, [Later; 6]),
    (Does::Drip, [Later; 6]),
    (Does::Say("rubbish"), [Accepted, Accepted, Accepted, Accepted, Accepted, Later]),
];

#[test]
fn each_refusal_at_each_stage_comes_to_what_it_should_and_no_mail_arrives() {
    std::thread::scope(|scope| {
        for (does, expected) in TABLE {
            for (at, expected) in STAGES.into_iter().zip(expected) {
                scope.spawn(move || {
                    let server = Server::start(&[(at, does)]);
                    let begun = Instant::now();
                    let told = mail(&server).send(message("m1"));
                    assert_eq!(comes(&told), expected, "{does:?} at {at:?}: {told:?}");
                    let copies = usize::from(expected == Accepted);
                    assert_eq!(server.mails().len(), copies, "{does:?} at {at:?}");
                    assert!(begun.elapsed() < Duration::from_millis(2_500), "{does:?} at {at:?}");
                    for said in ["ada", "client.example", "secret-link", "invited"] {
                        assert!(!format!("{told:?}").contains(said), "{told:?}");
                    }
                });
            }
        }
    });
}

#[test]
fn a_cut_before_the_end_is_made_good_over_another_connection() {
    for at in STAGES {
        let server = Server::start(&[(at, Does::Cut)]);
        let told = mail(&server).send(message("m1"));
        if at == End {
            assert!(later(&told).contains("it may have been taken"), "{told:?}");
            assert_eq!((server.mails().len(), server.connections()), (0, 1));
        } else {
            assert_eq!(told, Handover::Accepted, "{at:?}");
            assert_eq!((server.mails().len(), server.connections()), (1, 2), "{at:?}");
        }
        // Twice is enough.
        let server = Server::start(&[(at, Does::Cut); 3]);
        let told = mail(&server).send(message("m1"));
        assert_eq!(comes(&told), Later, "{at:?}");
        let connections = if at == End { 1 } else { 2 };
        assert_eq!((server.mails().len(), server.connections()), (0, connections), "{at:?}");
    }
}

#[test]
fn an_answer_that_is_lost_may_mean_two_copies_of_one_message_id() {
    let server = Server::start(&[(TakenThen, Does::Cut)]);
    let mail = mail(&server);
    let told = mail.send(message("m1"));
    assert!(later(&told).contains("the same Message-ID"), "{told:?}");
    assert_eq!(mail.send(message("m1")), Handover::Accepted);
    assert_eq!(mail.send(message("m1")), Handover::Accepted);
    let mails = server.mails();
    assert_eq!(mails.len(), 2, "at least once");
    let id = |at: usize| -> String {
        let line = mails[at].bytes.lines().find(|line| line.starts_with("Message-ID"));
        line.unwrap().to_owned()
    };
    assert_eq!(id(0), id(1));
}

#[test]
fn a_cut_while_the_mail_is_sent_is_made_good_for_its_end_was_not_sent() {
    let server = Server::start(&[(Middle, Does::Reset)]);
    let mail = with(&server, "deadline=10");
    let mut large = message("m1");
    large.text = "so much to say ".repeat(2_000_000);
    assert_eq!(mail.send(large), Handover::Accepted);
    assert_eq!((server.mails().len(), server.connections()), (1, 2));
}

#[test]
fn a_refusal_leaves_the_connection_to_the_next_mail() {
    let server = Server::start(&[(Rcpt, Does::Say("550 5.1.1 <ada@client.example> unknown"))]);
    let mail = mail(&server);
    let told = mail.send(message("m1"));
    assert_eq!(
        never(&told),
        "telling the mail server the recipient failed: it said 550 5.1.1 … unknown"
    );
    std::thread::sleep(Duration::from_millis(200));
    assert_eq!(mail.send(message("m2")), Handover::Accepted);
    assert_eq!((server.mails().len(), server.connections()), (1, 1));
}

#[test]
fn an_answer_without_end_is_cut_off() {
    let server = Server::start(&[(Rcpt, Does::Flood), (Rcpt, Does::Flood)]);
    let begun = Instant::now();
    let told = with(&server, "deadline=20").send(message("m1"));
    assert!(later(&told).contains("its answer"), "{told:?}");
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
}

#[test]
fn what_a_server_repeats_of_a_mail_is_told_nobody() {
    let server = Server::start(&[(End, Does::Echo)]);
    let told = format!("{:?}", mail(&server).send(message("m1")));
    assert!(told.contains("550 5.6.0"), "{told}");
    for said in ["ada", "client.example", "://", "invited", "help@acme.example"] {
        assert!(!told.contains(said), "{said}: {told}");
    }
}
