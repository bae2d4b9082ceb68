//! What nobody gets past: other sites' forms, other agencies' secrets, other hosts.

use super::*;

#[tokio::test]
async fn every_page_is_sent_with_the_headers_that_keep_it_safe() {
    let site = Site::new();
    let mut ann = site.client("ann@nike.example", &["nike"]).await;
    for path in
        ["/", "/log-in", "/forgot-password", "/profile", "/pages/dashboard", "/nowhere", "/invite"]
    {
        let page = ann.open(path).await;
        let policy = page.header("content-security-policy");
        assert_eq!(
            policy,
            "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; \
             frame-ancestors 'none'",
            "{path}"
        );
        for (name, value) in [
            ("cache-control", "no-store"),
            ("referrer-policy", "same-origin"),
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("content-type", "text/html; charset=utf-8"),
        ] {
            assert_eq!(page.header(name), value, "{path} {name}");
        }
        for bad in
            ["<script", " style=", "<style", " onclick", "javascript:", "http://", "clientdesk"]
        {
            assert!(!page.html.to_lowercase().contains(bad), "{path} has {bad}: {}", page.html);
        }
    }
    let framed = Site::with(PortalOptions { framed: true, ..PortalOptions::default() });
    let page = framed.browser().open("/log-in").await;
    assert!(page.header("content-security-policy").ends_with("frame-ancestors 'self'"));
    assert_eq!(page.header("x-frame-options"), "SAMEORIGIN");
}

#[tokio::test]
async fn a_secret_of_a_link_leaves_the_address_at_once() {
    let site = Site::new();
    site.invite("ann@nike.example", &["nike"]);
    let link = site.link("ann@nike.example");
    for path in [link.as_str(), "/reset-password/abc", "/confirm-email/abc", "/on-behalf/abc"] {
        let mut browser = site.browser();
        let page = browser.one("GET", path, None).await;
        assert_eq!(page.status, 303, "{path}");
        let token = path.rsplit('/').next().unwrap();
        assert!(!page.header("location").contains(token), "{path}");
        assert!(page.html.is_empty(), "no page is shown at that address");
        let cookie = page.header("set-cookie");
        assert!(cookie.starts_with("__Host-portal-"), "{cookie}");
        assert!(
            cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=3600"),
            "{cookie}"
        );
    }
}

#[tokio::test]
async fn a_form_of_another_site_does_nothing() {
    let site = Site::new();
    let mut ann = site.client("ann@nike.example", &["nike"]).await;
    let page = ann.open("/").await;
    let before = site.log_length();
    for headers in [
        vec![("origin", "https://evil.example")],
        vec![("origin", "null")],
        vec![("origin", "http://clients.acme.example")],
        vec![("origin", "https://clients.acme.example:444")],
        vec![("sec-fetch-site", "cross-site")],
        vec![("sec-fetch-site", "same-site")],
    ] {
        let told = format!("{headers:?}");
        ann.headers =
            headers.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        let answer = ann.send_from(&page, "/export", &[("format", "pdf")]).await;
        assert_eq!(answer.status, 403, "{told}");
    }
    ann.headers.clear();
    for token in ["", "abc", &page.hidden("form").unwrap().replace(|c: char| c.is_lowercase(), "a")]
    {
        let answer = ann.send_from(&page, "/export", &[("format", "pdf"), ("form", token)]).await;
        assert!(answer.status == 403 && answer.has("This form is too old"), "{token}");
    }
    assert_eq!(site.log_length(), before, "nothing of it was done");
    for good in [("origin", "https://clients.acme.example"), ("sec-fetch-site", "same-origin")] {
        ann.headers = vec![(good.0.into(), good.1.into())];
        let answer = ann.send_from(&page, "/export", &[("format", "pdf")]).await;
        assert_eq!(answer.status, 303, "{good:?}");
    }
}

#[tokio::test]
async fn a_form_from_before_a_log_in_is_good_for_nothing_after_it() {
    let site = Site::new();
    let mut ann = site.client("ann@nike.example", &["nike"]).await;
    ann.send("/log-out", &[]).await;
    let before = ann.open("/log-in").await;
    let fields = [("email", "ann@nike.example"), ("password", PASSWORD)];
    ann.send_from(&before, "/log-in", &fields).await;
    let answer = ann.send_from(&before, "/export", &[("format", "pdf")]).await;
    assert_eq!(answer.status, 403, "whoever planted that cookie knew its token");
    // A log-in needs a token, too: nobody is logged in as somebody else by another site.
    let mut stranger = site.browser();
    let answer = stranger.one("POST", "/log-in", Some("email=ann%40nike.example&password=x")).await;
    assert_eq!(answer.status, 403);
}

#[tokio::test]
async fn a_session_is_new_with_each_log_in_and_the_old_one_is_over() {
    let site = Site::new();
    let mut ann = site.client("ann@nike.example", &["nike"]).await;
    let first = ann.cookie("portal-session").unwrap().to_owned();
    let fields = [("email", "ann@nike.example"), ("password", PASSWORD)];
    ann.send("/log-in", &fields).await;
    let second = ann.cookie("portal-session").unwrap().to_owned();
    assert_ne!(first, second);
    assert!(site.host.call("portal.me", &[json!(first)]).is_err());
    // One that somebody planted isn't taken over.
    let mut victim = site.browser();
    victim.cookies.insert("__Host-portal-session".into(), "planted".into());
    victim.send("/log-in", &fields).await;
    assert_ne!(victim.cookie("portal-session"), Some("planted"));
}

#[tokio::test]
async fn a_portal_takes_its_own_agencys_secrets_alone() {
    let site = Site::new();
    site.invite("ann@nike.example", &["nike"]);
    let link = site.link("ann@nike.example");
    let mut beta = site.browser_at("localhost:8700", "/portal/beta");
    let page = beta.open(&link).await;
    assert_eq!(page.status, 404, "an invite of another agency: {}", page.html);
    let ann = site.client("bob@nike.example", &["nike"]).await;
    let session = ann.cookie("portal-session").unwrap().to_owned();
    beta.cookies.insert("portal-session".into(), session.clone());
    let page = beta.open("/").await;
    assert_eq!(page.path, "/portal/beta/log-in", "a session of another agency");
    assert!(site.host.call("portal.me", &[json!(session)]).is_ok(), "which stays good where it is");
}

#[tokio::test]
async fn a_portal_is_where_its_address_says_and_below_the_services_own_names() {
    let site = Site::new();
    for (host, path, status, cookie) in [
        (
            "clients.acme.example",
            "/log-in",
            200,
            "__Host-portal-form=; Path=/; HttpOnly; SameSite=Lax; Secure",
        ),
        (
            "localhost:8700",
            "/portal/acme/log-in",
            200,
            "portal-form=; Path=/portal/acme; HttpOnly; SameSite=Lax",
        ),
        (
            "127.0.0.1",
            "/portal/beta/log-in",
            200,
            "portal-form=; Path=/portal/beta; HttpOnly; SameSite=Lax",
        ),
        (
            "localhost",
            "/portal/none/log-in",
            404,
            "portal-form=; Path=/portal/none; HttpOnly; SameSite=Lax",
        ),
        (
            "clients.acme.example",
            "/v1/call/system.schema",
            404,
            "__Host-portal-form=; Path=/; HttpOnly; SameSite=Lax; Secure",
        ),
        (
            "clients.acme.example",
            "/healthz",
            404,
            "__Host-portal-form=; Path=/; HttpOnly; SameSite=Lax; Secure",
        ),
        ("localhost", "/healthz", 200, ""),
        ("localhost", "/portal/", 404, ""),
        ("evil.example", "/portal/acme/log-in", 421, ""),
        ("evil.example", "/log-in", 421, ""),
    ] {
        let mut browser = site.browser_at(host, "");
        let page = browser.one("GET", path, None).await;
        assert_eq!(page.status, status, "{host}{path}: {}", page.html);
        let told = page.header("set-cookie");
        let told = told.split_once('=').map(|(name, rest)| {
            format!("{name}={}", rest.find(';').map_or("", |at| rest.split_at(at).1))
        });
        assert_eq!(told.unwrap_or_default(), cookie, "{host}{path}");
    }
    // Where an agency's portal moves, it is found.
    site.call("agencies.move-portal", &[json!("beta"), json!("https://new.beta.example/in")]);
    let mut browser = site.browser_at("new.beta.example", "/in");
    browser.open("/").await;
    tokio::time::sleep(Duration::from_millis(60)).await;
    assert_eq!(browser.open("/").await.path, "/in/log-in");
}

#[tokio::test]
async fn a_logo_of_the_agency_is_the_only_thing_from_elsewhere() {
    let site = Site::new();
    let branding = |logo: &str| json!({"branding": {"accent-color": "#1f2937", "background-color": "#f3f4f6", "logo-address": logo}});
    site.as_olga("agencies.update", &[branding("https://cdn.acme.example/logo.svg?a=1&b=2")]);
    let page = site.browser().open("/log-in").await;
    let policy = page.header("content-security-policy");
    assert!(policy.contains("img-src 'self' https://cdn.acme.example;"), "{policy}");
    assert!(
        page.has("src=\"https://cdn.acme.example/logo.svg?a=1&#38;b=2\" alt=\"ACME\""),
        "{}",
        page.html
    );
    assert!(page.has("referrerpolicy=\"no-referrer\""));
}

#[tokio::test]
async fn a_form_may_be_too_large_or_of_another_kind() {
    let site = Site::new();
    let mut browser = site.browser();
    let long = format!("email={}", "a".repeat(70_000));
    assert_eq!(browser.one("POST", "/log-in", Some(&long)).await.status, 413);
    browser.headers = vec![("content-type".into(), "application/json".into())];
    assert_eq!(browser.one("POST", "/log-in", None).await.status, 415);
    browser.headers.clear();
    assert_eq!(browser.one("DELETE", "/log-in", None).await.status, 405);
}
