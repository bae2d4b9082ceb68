//! What is refused, and in which words.

use super::*;

#[tokio::test]
async fn whatever_goes_wrong_is_a_problem_document() {
    let desk = Desk::new(Options { body_bytes: 1_000, ..Options::default() });
    let key = desk.agency_key("acme", Role::Owner);
    let post = |place: &str, kind: Option<&str>, body: &str| {
        let mut request = Request::post(place)
            .header(header::HOST, "localhost")
            .header(header::AUTHORIZATION, &key);
        if let Some(kind) = kind {
            request = request.header(header::CONTENT_TYPE, kind);
        }
        request.body(Body::from(body.to_owned())).unwrap()
    };
    let json = Some("application/json");
    let list = "/v1/call/brands.list";
    for (request, status, kind) in [
        (post(list, json, "{"), 400, "malformed"),
        (post(list, json, "[]"), 400, "malformed"),
        (post(list, json, "{\"call\": 1}"), 400, "malformed"),
        (post(list, Some("text/plain"), "{}"), 415, "media-type"),
        (post(list, None, "{}"), 415, "media-type"),
        (post(list, json, ""), 422, "invalid"),
        (post(list, None, ""), 422, "invalid"),
        (post(list, json, "{\"page\": {\"limit\": -1}}"), 422, "invalid"),
        (post(list, json, "{\"page\": {\"limit\": 0}}"), 422, "invalid"),
        (post(list, json, "{\"pages\": {}}"), 422, "invalid"),
        (post(list, json, &" ".repeat(1_001)), 413, "too-large"),
        (post("/v1/call/brands.lists", json, "{}"), 404, "not-found"),
        (post("/v1/call/", json, "{}"), 404, "not-found"),
        (post("/v1/elsewhere", json, "{}"), 404, "not-found"),
        (post("/healthz", json, "{}"), 405, "method"),
        (post("/v1/api-keys", json, "{"), 400, "malformed"),
        (post("/v1/api-keys", json, "{\"name\": \"x\", \"more\": 1}"), 400, "malformed"),
    ] {
        let shown = format!("{request:?}");
        let answer = desk.send(request).await;
        assert_eq!(answer.status, status, "{shown}: {}", answer.body);
        assert_eq!(answer.body["type"], problem(kind), "{shown}");
        assert_eq!(answer.body["status"], status);
        assert_eq!(answer.headers[header::CONTENT_TYPE], "application/problem+json", "{shown}");
        assert!(!answer.body["detail"].as_str().unwrap().is_empty());
    }
    let close = desk.send(post("/v1/call/brands.lists", json, "{}")).await;
    assert!(close.body["detail"].as_str().unwrap().contains("brands.list"), "{}", close.body);
}

#[tokio::test]
async fn only_requests_that_are_meant_for_it_are_answered() {
    let desk = Desk::new(Options { names: vec!["desk.example".into()], ..Options::default() });
    for (host, origin, status) in [
        ("localhost", None, 200),
        ("localhost:8700", Some("http://localhost:8700"), 200),
        ("desk.example", Some("https://desk.example"), 200),
        ("evil.example", None, 421),
        ("evil.example:8700", None, 421),
        ("localhost", Some("https://evil.example"), 421),
        ("localhost", Some("null"), 421),
        ("localhost", Some("https://localhost.evil.example"), 421),
        ("localhost:8700", Some("http://localhost:8990"), 421),
        ("localhost:8700", Some("http://127.0.0.1:8700"), 421),
        ("localhost:8700", Some("http://localhost"), 421),
        ("desk.example", Some("https://desk.example:443"), 200),
        ("desk.example", Some("https://desk.example:8443"), 421),
    ] {
        let mut request = Request::get("/healthz").header(header::HOST, host);
        if let Some(origin) = origin {
            request = request.header(header::ORIGIN, origin);
        }
        let answer = desk.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, status, "{host} {origin:?}");
    }
    // A call without arguments asks nobody first, so it must say where it comes from.
    let key = desk.key(Grant::Platform);
    for (site, status) in
        [("same-origin", 200), ("none", 200), ("same-site", 421), ("cross-site", 421)]
    {
        let headers = [("authorization", key.as_str()), ("sec-fetch-site", site)];
        let answer = desk.call_with(&headers, "system.schema", &json!({})).await;
        assert_eq!(answer.status, status, "{site}");
    }
    let nameless = desk.send(Request::get("/healthz").body(Body::empty()).unwrap()).await;
    assert_eq!(nameless.status, 421);
}

#[tokio::test]
async fn a_request_that_names_two_hosts_is_refused() {
    let desk = Desk::new(Options { names: vec!["desk.example".into()], ..Options::default() });
    for (target, hosts, status) in [
        ("/healthz", &["localhost"][..], 200),
        ("/healthz", &["localhost", "localhost"], 400),
        ("/healthz", &["localhost", "desk.example"], 400),
        ("http://localhost:8700/healthz", &["localhost:8700"], 200),
        ("http://localhost:8700/healthz", &["LOCALHOST:8700"], 200),
        ("http://desk.example/healthz", &["localhost"], 400),
        ("http://evil.example/healthz", &["localhost"], 400),
        ("http://localhost/portal/acme/log-in", &["desk.example"], 400),
    ] {
        let mut request = Request::get(target);
        for host in hosts {
            request = request.header(header::HOST, *host);
        }
        let answer = desk.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, status, "{target} {hosts:?}: {}", answer.body);
    }
}

#[tokio::test]
async fn an_address_that_cant_be_read_is_refused_by_a_problem_document() {
    let desk = Desk::new(Options::default());
    let key = desk.key(Grant::Platform);
    for (method, place) in [
        ("POST", "/v1/call/%ff"),
        ("DELETE", "/v1/api-keys/%ff"),
        ("GET", "/v1/webhooks/%ff"),
        ("DELETE", "/v1/webhooks/%ff"),
        ("POST", "/v1/webhooks/%ff/test"),
        ("POST", "/v1/webhooks/%ff/resume"),
        ("GET", "/v1/api-keys?limit=x"),
        ("GET", "/v1/webhooks?more=1"),
        ("GET", "/v1/events?after=x"),
    ] {
        let refused = desk.ask(&key, method, place, &Value::Null).await;
        assert_eq!(refused.status, 400, "{method} {place}: {}", refused.body);
        assert_eq!(refused.body["type"], problem("malformed"), "{method} {place}");
    }
}

#[tokio::test]
async fn a_key_that_calls_too_often_has_to_wait_and_others_dont() {
    let few = NonZeroU32::MIN;
    let desk = Desk::new(Options { calls_a_second: few, ..Options::default() });
    let (one, other) = (desk.key(Grant::Platform), desk.key(Grant::Platform));
    let mut statuses = Vec::new();
    for _ in 0..6 {
        let answer = desk.call(&one, "system.schema", &json!({})).await;
        if answer.status == 429 {
            assert_eq!(answer.headers[header::RETRY_AFTER], "1");
        }
        statuses.push(answer.status);
    }
    assert!(statuses.contains(&429) && statuses[0] == 200, "{statuses:?}");
    assert_eq!(desk.call(&other, "system.schema", &json!({})).await.status, 200);
}
