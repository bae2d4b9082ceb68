//! What addresses say: that of the server, of the sender, and of recipients.

use super::*;

const SENDER: &str = "no-reply@host.example";

#[test]
fn an_address_says_how() {
    for (address, shown, lacks) in [
        ("smtp://mail.example", "smtp://mail.example:25", false),
        ("smtp://mail.example/", "smtp://mail.example:25", false),
        ("smtp://desk@mail.example", "smtp://desk@mail.example:587", true),
        ("smtps://desk@mail.example", "smtps://desk@mail.example:465", true),
        ("smtp://desk:a%40b@mail.example:2525", "smtp://desk@mail.example:2525", false),
        (
            "smtp://desk%40host.example:s@mail.example",
            "smtp://desk@host.example@mail.example:587",
            false,
        ),
        ("smtp://[::1]:2525", "smtp://[::1]:2525", false),
        (
            "smtp://localhost?connections=50&deadline=300&hello=h.example",
            "smtp://localhost:25",
            false,
        ),
    ] {
        let options = SmtpOptions::read(address, SENDER).unwrap();
        assert_eq!((options.shown(), options.lacks_password()), (shown, lacks), "{address}");
        assert!(!format!("{options:?}").contains("a@b"));
    }
}

#[test]
fn what_is_wrong_is_named_and_a_password_isnt_repeated() {
    for (address, why) in [
        ("mail.example", "begins with `smtp://`"),
        ("http://mail.example", "begins with `smtp://`"),
        ("smtp://", "names no host"),
        ("smtp://u:secret@", "names no host"),
        ("smtp://u:secret@mail.example:0", "from 1 to 65535"),
        ("smtp://u:secret@mail.example:x", "from 1 to 65535"),
        ("smtp://:secret@mail.example", "no user before the `@`"),
        ("smtp://u:secret%0d@mail.example", "a line's end"),
        ("smtp://u:secret%ff@mail.example", "isn't UTF-8"),
        ("smtp://mail.example?tls=maybe", "`tls` is `required` or `off`, not `maybe`"),
        ("smtps://mail.example?tls=off", "`tls=off` is for `smtp://` only"),
        ("smtp://u:secret@mail.example?tls=off", "never sent without encryption"),
        ("smtp://localhost?ca=/no/such/file", "`ca` needs `tls=required`"),
        ("smtp://mail.example?ca=/no/such/file", "`ca=/no/such/file`: "),
        ("smtp://mail.example?bounces=nobody", "`bounces`: it isn't an address"),
        ("smtp://mail.example?connections=51", "from 1 to 50"),
        ("smtp://mail.example?deadline=0", "from 1 to 300"),
        ("smtp://mail.example?hello=a%20b", "`hello` is a name"),
        ("smtp://mail.example?password-file=/no/such/file", "`password-file=/no/such/file`: "),
        ("smtp://u:secret@mail.example?password-file=x", "one password too many"),
        ("smtp://mail.example?unsubscribe=nobody", "`unsubscribe` is an address, or a page"),
        (
            "smtp://mail.example?unsubscribe=http://x.example",
            "`unsubscribe` is an address, or a page",
        ),
        (
            "smtp://mail.example?unsubscribe=https://x.example/%3Ca%3E",
            "`unsubscribe` is an address",
        ),
        ("smtp://mail.example?tsl=off", "`tsl` isn't known"),
    ] {
        let error = SmtpOptions::read(address, SENDER).unwrap_err().to_string();
        assert!(error.contains(why), "{address}: {error}");
        assert!(!error.contains("secret"), "{error}");
    }
    for sender in ["", "nobody", "a@b@", "a b@host.example", "ä@host.example", "a@bücher.example"]
    {
        let error = SmtpOptions::read("smtp://mail.example", sender).unwrap_err().to_string();
        assert!(error.starts_with("mails can't come from"), "{error}");
    }
}

#[cfg(unix)]
#[test]
fn a_passwords_file_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("password");
    std::fs::write(&file, "a word\n").unwrap();
    let address = format!("smtp://u@localhost?password-file={}", file.display());
    let mode = |mode| {
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
        SmtpOptions::read(&address, SENDER)
    };
    let error = mode(0o644).unwrap_err().to_string();
    assert!(error.contains("(mode 644): chmod 600"), "{error}");
    assert_eq!(mode(0o600).unwrap().password.as_deref(), Some("a word"));
    std::fs::write(&file, "a\nb\n").unwrap();
    assert!(mode(0o600).unwrap_err().to_string().contains("a password is one line"));
}

#[test]
fn recipients_in_other_letters_are_told_to_servers_that_take_them() {
    let server = Server::start(&[]);
    let mut foreign = message("m1");
    foreign.to = "jürgen@client.example".into();
    assert_eq!(mail(&server).send(foreign.clone()), Handover::Accepted);
    let [arrived] = &server.mails()[..] else { panic!("one mail") };
    assert_eq!(arrived.to, "jürgen@client.example");
    assert!(arrived.told.contains("SMTPUTF8") && arrived.told.contains("BODY=8BITMIME"));
    assert!(arrived.bytes.contains("To: <jürgen@client.example>"));

    let plain = Server::start(&[(At::Hello, Does::Say("250 plain")); 4]);
    let mail = mail(&plain);
    let told = mail.send(foreign);
    assert!(never(&told).contains("letters beyond ASCII"), "{told:?}");
    assert!(!never(&told).contains("jürgen"));
    let mut answered = message("m2");
    answered.reply_to = Some("hilfe@bücher.example".into());
    assert_eq!(mail.send(answered), Handover::Accepted);
    let [arrived] = &plain.mails()[..] else { panic!("one mail") };
    assert!(arrived.bytes.is_ascii() && !arrived.told.contains("SMTPUTF8"));
}

#[test]
fn what_is_no_address_never_goes_out() {
    let server = Server::start(&[]);
    let mail = mail(&server);
    for to in ["", "ada", "a@b\r\nRCPT TO:<eve@evil.example>", "a@b> SIZE=1", "<a@b.example>"] {
        let mut wrong = message("m1");
        wrong.to = to.into();
        let told = mail.send(wrong);
        assert_eq!(never(&told), "the address isn't one that mails can be sent to", "{to}");
    }
    assert_eq!(server.connections(), 0);
}
