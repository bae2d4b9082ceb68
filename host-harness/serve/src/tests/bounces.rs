//! `POST /v1/bounces`, as a mail provider sends it.

use clientdesk_host::adapters::mail::MailName;

use super::*;
use crate::webhooks::SigningSecret;

/// A mail that went out, and what is sent of it.
struct Sent {
    desk: Desk,
    message_id: String,
}

fn sent() -> Sent {
    let desk = Desk::open();
    let olga = json!({"id": "olga", "name": "Olga", "role": "owner"});
    let call = json!({"agency": "acme", "actor": olga});
    let host = desk.host();
    host.call("brands.create", &[call.clone(), json!({"id": "nike", "name": "Nike"})]).unwrap();
    let invite = json!({"email": "ann@nike.example", "brands": ["nike"]});
    host.call("clients.invite-by-email", &[call.clone(), invite]).unwrap();
    let outbox = host.call("jobs.outbox", &[call, json!({"limit": 10})]).unwrap();
    let mail = outbox["mails"][0]["id"].as_str().unwrap().to_owned();
    let message_id = MailName { agency: "acme".into(), mail }.message_id("desk.example");
    Sent { desk, message_id }
}

impl Sent {
    fn body(&self, kind: &str) -> String {
        let bounce =
            json!({"message-id": self.message_id, "kind": kind, "reason": "no such mailbox"});
        json!({"bounces": [bounce]}).to_string()
    }

    fn signature(&self, seconds: u64, body: &str) -> String {
        let keys = self.desk.host().secrets().keys().unwrap();
        SigningSecret::of(&keys[0], "bounces").sign("msg_1", seconds, body)
    }

    async fn post(&self, seconds: u64, signature: &str, body: &str) -> Answer {
        let request = Request::post("/v1/bounces")
            .header(header::HOST, "localhost")
            .header("webhook-id", "msg_1")
            .header("webhook-timestamp", seconds.to_string())
            .header("webhook-signature", signature);
        self.desk.send(request.body(body.to_owned().into()).unwrap()).await
    }

    fn delivery(&self) -> Value {
        let olga = json!({"id": "olga", "name": "Olga", "role": "owner"});
        let call = json!({"agency": "acme", "actor": olga});
        let outbox = self.desk.host().call("jobs.outbox", &[call, json!({"limit": 10})]).unwrap();
        outbox["mails"][0]["delivery"].clone()
    }
}

const SECONDS: u64 = NOW / 1_000;

#[tokio::test]
async fn a_bounce_that_is_signed_marks_its_mail() {
    let sent = sent();
    let soft = sent.body("soft");
    let answer = sent.post(SECONDS, &sent.signature(SECONDS, &soft), &soft).await;
    assert_eq!(answer.body, json!({"marked": 0, "unknown": 0, "soft": 1}));
    assert_eq!(sent.delivery(), json!("handed-over"));
    let body = sent.body("hard");
    for _ in 0..2 {
        let answer = sent.post(SECONDS, &sent.signature(SECONDS, &body), &body).await;
        assert_eq!(
            (answer.status, answer.body),
            (200, json!({"marked": 1, "unknown": 0, "soft": 0}))
        );
    }
    assert_eq!(sent.delivery(), json!({"bounced": "no such mailbox"}));
}

#[tokio::test]
async fn what_isnt_signed_or_is_old_does_nothing() {
    let sent = sent();
    let body = sent.body("hard");
    let good = sent.signature(SECONDS, &body);
    for (seconds, signature, body) in [
        (SECONDS, String::new(), body.clone()),
        (SECONDS, "v1,AAAA".into(), body.clone()),
        (SECONDS + 1, good.clone(), body.clone()),
        (SECONDS, good.clone(), body.replace("hard", "soft")),
        (SECONDS - 301, sent.signature(SECONDS - 301, &body), body.clone()),
        (SECONDS + 301, sent.signature(SECONDS + 301, &body), body.clone()),
        (u64::MAX, sent.signature(u64::MAX, &body), body.clone()),
    ] {
        let answer = sent.post(seconds, &signature, &body).await;
        assert_eq!(answer.status, 401, "{seconds} {signature}");
        assert_eq!(answer.body["type"], problem("unauthorized"));
    }
    let bare = Request::post("/v1/bounces").header(header::HOST, "localhost");
    assert_eq!(sent.desk.send(bare.body(body.into()).unwrap()).await.status, 401);
    assert_eq!(sent.delivery(), json!("handed-over"));
}

#[tokio::test]
async fn what_makes_no_sense_or_is_others_is_told() {
    let sent = sent();
    for (body, status) in [
        ("", 400),
        ("[]", 400),
        (r#"{"bounces": [{"kind": "hard"}]}"#, 400),
        (r#"{"bounces": [{"message-id": "x", "kind": "other"}]}"#, 400),
        (r#"{"bounces": [{"message-id": "x@y.example", "kind": "hard"}], "more": 1}"#, 200),
    ] {
        let answer = sent.post(SECONDS, &sent.signature(SECONDS, body), body).await;
        assert_eq!(answer.status, status, "{body}: {}", answer.body);
    }
    let one = json!({"message-id": sent.message_id.replace(".acme@", ".beta@"), "kind": "hard"});
    let body = json!({"bounces": [one]}).to_string();
    let answer = sent.post(SECONDS, &sent.signature(SECONDS, &body), &body).await;
    assert_eq!(answer.body, json!({"marked": 0, "unknown": 1, "soft": 0}));
    let many = json!({"bounces": vec![one.clone(); 501]}).to_string();
    let answer = sent.post(SECONDS, &sent.signature(SECONDS, &many), &many).await;
    assert_eq!(answer.status, 422);
    assert_eq!(sent.delivery(), json!("handed-over"));
}
