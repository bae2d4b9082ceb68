//! What the interface `mail` promises.

use crate::check::{Check, Test};
use crate::judge::{Broken, Kept, ensure};
use crate::ports::{Handover, Mail, Message};

pub(crate) const CHECKS: &[Check] = &[
    Check {
        name: "mail-is-answered",
        promise: "a mail is taken, or the answer says why not; with and without an address for replies, in any alphabet",
        advice: "Put the mail server's answer, or what went wrong, into `try-later` or `never`: the outbox shows it to whoever looks after the agency.",
        test: Test::Mail(is_answered),
    },
    Check {
        name: "mail-comes-again",
        promise: "a mail that was taken may come again with the same id, and is taken again",
        advice: "Remember the ids of mails that were taken, drop the repetition, and answer `accepted`: the component asks again when it didn't hear the answer.",
        test: Test::Mail(comes_again),
    },
    Check {
        name: "mail-forgets-unknown",
        promise: "forgetting mails that nobody knows, or none at all, succeeds",
        advice: "A host that keeps no mails has nothing to do; one that does deletes what it finds, and doesn't mind what it doesn't.",
        test: Test::Mail(forgets_unknown),
    },
    Check {
        name: "mail-forgets-again",
        promise: "mails can be forgotten once they were handed over, and again",
        advice: "What is deleted already is no error: the component asks for all of a client's mails again until it heard that they are gone.",
        test: Test::Mail(forgets_again),
    },
];

/// A name that is reserved: nobody has an address there.
const TO: &str = "nobody@check-host.invalid";

/// The ids are the same each time, so that what is kept of them can be found.
fn message(id: &str) -> Message {
    Message {
        id: format!("check-host-{id}"),
        agency: "check-host".into(),
        sender_name: "Check of the host".into(),
        reply_to: Some(TO.into()),
        to: TO.into(),
        subject: "A check of the host: nothing is to be done".into(),
        text: "This mail was made by a check.\nNobody has its address.\n".into(),
        html: "<p>This mail was made by a check.<br>Nobody has its address.</p>".into(),
        kind: "invite".into(),
    }
}

/// Sends mails, looks at the answers, and leaves nothing of them.
fn with(mail: &dyn Mail, messages: &[Message], test: impl FnOnce(&[Handover]) -> Kept) -> Kept {
    let answers: Vec<Handover> =
        messages.iter().map(|message| mail.send(message.clone())).collect();
    let kept = test(&answers);
    let forgotten = forget(mail, messages);
    kept.and(forgotten)
}

fn forget(mail: &dyn Mail, messages: &[Message]) -> Kept {
    let ids: Vec<String> = messages.iter().map(|message| message.id.clone()).collect();
    let forgotten = mail.forget(&ids);
    forgotten.map_err(|why| Broken::new(format!("`mail.forget` of {ids:?} to succeed"), why))
}

fn says_why(answer: &Handover) -> Kept {
    match answer {
        Handover::Accepted => Ok(()),
        Handover::TryLater(why) | Handover::Never(why) => ensure(
            !why.trim().is_empty(),
            || "`accepted`, or a reason why not".to_owned(),
            || format!("{answer:?}"),
        ),
    }
}

fn is_answered(mail: &dyn Mail) -> Kept {
    let plain = message("plain");
    let wide = Message {
        reply_to: None,
        sender_name: "Zoë & Søn 株式会社".into(),
        subject: "Ça va? 😀 – מה שלומך".into(),
        text: "Ein Satz, der länger ist, als Zeilen in Mails es sein dürfen: ".repeat(40),
        html: "<p>&lt;b&gt; &amp; 😀</p>".into(),
        ..message("wide")
    };
    with(mail, &[plain, wide], |answers| answers.iter().try_for_each(says_why))
}

fn comes_again(mail: &dyn Mail) -> Kept {
    let again = message("again");
    with(mail, &[again.clone(), again.clone(), again], |answers| {
        answers.iter().try_for_each(says_why)?;
        let mut after = answers.iter().skip_while(|answer| **answer != Handover::Accepted);
        match after.find(|answer| **answer != Handover::Accepted) {
            None => Ok(()),
            Some(other) => Err(Broken::new(
                "`accepted` for a mail that was accepted before",
                format!("{other:?}"),
            )),
        }
    })
}

fn forgets_unknown(mail: &dyn Mail) -> Kept {
    forget(mail, &[])?;
    forget(mail, &[message("unknown"), message("unknown-too")])
}

fn forgets_again(mail: &dyn Mail) -> Kept {
    let gone = message("gone");
    with(mail, core::slice::from_ref(&gone), |_| {
        forget(mail, &[message("unknown"), gone.clone()])?;
        forget(mail, core::slice::from_ref(&gone))
    })
}
