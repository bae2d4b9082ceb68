//! What is another's: addresses that two claim, secrets of other agencies, tries without end.

use super::*;
use crate::tokens::agency_of;

#[tokio::test]
async fn an_address_that_two_agencies_claim_is_nobodys() {
    let site = Site::new();
    let mut browser = site.browser();
    assert!(browser.open("/log-in").await.has("ACME"));
    site.call("agencies.move-portal", &[json!("beta"), json!("https://CLIENTS.acme.example:443/")]);
    tokio::time::sleep(Duration::from_millis(60)).await;
    for path in ["/log-in", "/", "/invite", "/nowhere"] {
        let page = browser.open(path).await;
        assert!(page.status == 404 && page.has("There is no portal here"), "{path}: {}", page.html);
        assert!(
            !page.html.contains("ACME") && !page.html.contains("BETA"),
            "{path}: {}",
            page.html
        );
    }
    assert_eq!(browser.one("POST", "/log-in", Some("email=a")).await.status, 404);
    let page = browser.open("/log-in").await;
    let links = page.html.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    for path in links.filter(|link| link.starts_with('/') && link.contains('?')) {
        assert_eq!(browser.one("GET", path, None).await.status, 200, "{path}");
    }
    // Below the service's own names, each has its own all the same.
    let mut below = site.browser_at("localhost:8700", "/portal/acme");
    assert!(below.open("/log-in").await.has("ACME"));
    site.call("agencies.move-portal", &[json!("beta"), json!("https://beta.example")]);
    tokio::time::sleep(Duration::from_millis(60)).await;
    assert!(browser.open("/log-in").await.has("ACME"), "it is acme's again");
}

#[tokio::test]
async fn an_address_that_passes_to_another_agency_shows_that_one() {
    let site = Site::new();
    let mut browser = site.browser();
    assert!(browser.open("/log-in").await.has("ACME"));
    site.call("agencies.move-portal", &[json!("acme"), json!("https://new.acme.example")]);
    site.call("agencies.move-portal", &[json!("beta"), json!("https://clients.acme.example")]);
    tokio::time::sleep(Duration::from_millis(60)).await;
    let page = browser.open("/log-in").await;
    assert!(page.has("BETA") && !page.has("ACME"), "{}", page.html);
    site.call("agencies.move-portal", &[json!("beta"), json!("https://beta.example")]);
    tokio::time::sleep(Duration::from_millis(60)).await;
    assert_eq!(browser.open("/log-in").await.status, 421, "it is nobody's any more");
}

#[tokio::test]
async fn every_secret_of_the_contract_names_its_agency() {
    let site = Site::new();
    let id = site.invite("ann@nike.example", &["nike"])["client"].clone();
    let invite = site.link("ann@nike.example");
    let copied = site.as_olga("clients.copy-link", &[id])["token"].as_str().unwrap().to_owned();
    let ann = site.client("bob@nike.example", &["nike"]).await;
    let session = ann.cookie("portal-session").unwrap().to_owned();
    site.call("portal.forgot-password", &[json!("acme"), json!("bob@nike.example")]);
    site.jobs();
    let reset = site.link("bob@nike.example");
    let email = [json!(session), json!(PASSWORD), json!("new@nike.example"), Value::Null];
    site.call("portal.change-email", &email);
    site.jobs();
    let confirm = site.link("new@nike.example");
    let account =
        json!({"id": "nike-inc", "name": "Nike Inc", "billing-owner": "agency", "start": "setup"});
    site.as_olga("accounts.create", &[account]);
    site.as_olga("accounts.move-brand", &[json!("nike"), json!("nike-inc")]);
    let sign_in =
        json!({"account": "nike-inc", "reason": "Ticket", "mode": "full", "return-to": null});
    let acting = site.as_olga("impersonation.start", &[sign_in]);
    let acting = acting["token"].as_str().unwrap().to_owned();
    for (path, folder) in
        [(&invite, "/invite/"), (&reset, "/reset-password/"), (&confirm, "/confirm-email/")]
    {
        assert!(path.starts_with(folder), "{path}");
    }
    for secret in [invite, copied, session, reset, confirm, acting] {
        let token = secret.rsplit('/').next().unwrap();
        assert_eq!(agency_of(token).as_deref(), Some("acme"), "{secret}");
    }
}

#[tokio::test]
async fn nothing_is_done_with_another_agencys_secrets() {
    let site = Site::new();
    site.invite("ann@nike.example", &["nike"]);
    let link = site.link("ann@nike.example");
    let token = link.rsplit('/').next().unwrap();
    let mut beta = site.browser_at("localhost:8700", "/portal/beta");
    let before = site.log_length();
    let page = beta.open("/log-in").await;
    let form = page.hidden("form").unwrap().to_owned();
    let signs_up =
        [("form", form.as_str()), ("link", token), ("name", "Ann"), ("password", PASSWORD)];
    for path in ["/invite", "/accept", "/reset-password", "/confirm-email", "/on-behalf"] {
        let answer = beta.send_from(&page, path, &signs_up).await;
        assert!(answer.status >= 400, "{path}: {} {}", answer.status, answer.html);
        assert!(beta.cookie("portal-session").is_none(), "{path}");
    }
    assert_eq!(site.log_length(), before, "nobody has joined");
    let ann = site.client("bob@nike.example", &["nike", "adidas"]).await;
    let session = ann.cookie("portal-session").unwrap().to_owned();
    let brand = site.call("portal.me", &[json!(session)])["current-brand"].clone();
    beta.cookies.insert("portal-session".into(), session.clone());
    let page = beta.open("/log-in").await;
    for (path, field) in
        [("/brand", ("brand", "adidas")), ("/export", ("format", "csv")), ("/log-out", ("x", ""))]
    {
        beta.cookies.insert("portal-session".into(), session.clone());
        let before = site.log_length();
        beta.send_from(&page, path, &[field]).await;
        assert_eq!(site.log_length(), before, "{path}");
        let me = site.call("portal.me", &[json!(session)]);
        assert_eq!(me["current-brand"], brand, "{path}: it is where it was, and good still");
    }
}

#[tokio::test]
async fn a_sign_in_is_no_session_wherever_its_token_stands() {
    let site = Site::new();
    let account =
        json!({"id": "nike-inc", "name": "Nike Inc", "billing-owner": "agency", "start": "setup"});
    site.as_olga("accounts.create", &[account]);
    site.as_olga("accounts.move-brand", &[json!("nike"), json!("nike-inc")]);
    let sign_in =
        json!({"account": "nike-inc", "reason": "Ticket", "mode": "full", "return-to": null});
    let acting = site.as_olga("impersonation.start", &[sign_in])["token"].clone();
    let mut olga = site.browser();
    for path in ["/", "/profile", "/plans/nike-inc", "/colleagues/nike-inc", "/sign-ins/nike-inc"] {
        olga.cookies.insert("__Host-portal-session".into(), acting.as_str().unwrap().into());
        let page = olga.open(path).await;
        assert_eq!(page.path, "/log-in", "{path}: {}", page.html);
        assert!(olga.cookie("portal-session").is_none(), "{path}: it is forgotten");
    }
}

#[tokio::test]
async fn whoever_sends_too_much_has_to_wait_and_others_dont() {
    let site = Site::with(PortalOptions { behind_proxy: true, ..PortalOptions::default() });
    let mut browser = site.browser();
    let from = |at: &str| vec![("x-forwarded-for".to_owned(), at.to_owned())];
    browser.headers = from("192.0.2.1");
    let page = browser.open("/log-in").await;
    let mut statuses = Vec::new();
    for number in 0..60 {
        let email = format!("somebody{number}@nike.example");
        let answer = browser.send_from(&page, "/forgot-password", &[("email", &email)]).await;
        if answer.status == 429 {
            assert!(answer.has("Please wait a moment"), "{}", answer.html);
            assert!(!answer.has("ACME"), "nothing is asked for them");
            assert!(matches!(answer.header("retry-after"), "1" | "2" | "3"));
        }
        statuses.push(answer.status);
    }
    let free = statuses.iter().filter(|status| **status == 200).count();
    assert!((30..50).contains(&free) && statuses.contains(&429), "{statuses:?}");
    assert_eq!(browser.open("/log-in").await.status, 200, "looking is free");
    browser.headers = from("192.0.2.2");
    let answer = browser.send_from(&page, "/forgot-password", &[("email", "a@nike.example")]).await;
    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn asking_for_the_head_of_a_page_records_no_view() {
    let site = Site::new();
    let mut ann = site.client("ann@nike.example", &["nike"]).await;
    let rows =
        || format!("{:?}", site.host.storage().scan("", "\u{7f}", 500, false).unwrap().entries);
    let before = rows();
    assert_eq!(ann.one("HEAD", "/pages/dashboard", None).await.status, 200);
    assert_eq!(rows(), before);
    assert_eq!(ann.one("GET", "/pages/dashboard", None).await.status, 200);
    assert_ne!(rows(), before, "whoever looks is noted");
}

#[tokio::test]
async fn a_path_that_cant_be_read_is_a_page() {
    let site = Site::new();
    let mut ann = site.client("ann@nike.example", &["nike"]).await;
    for path in [
        "/invite/%ff",
        "/reset-password/%ff",
        "/confirm-email/%ff",
        "/on-behalf/%ff",
        "/pages/%ff",
        "/plans/%ff",
        "/colleagues/%ff",
        "/sign-ins/%ff",
    ] {
        let page = ann.one("GET", path, None).await;
        assert!(page.status == 404 && page.has("There is nothing here"), "{path}: {}", page.html);
    }
}

#[tokio::test]
async fn browsers_keep_to_https_where_a_proxy_says_that_it_is() {
    for (behind_proxy, told, lasts) in
        [(true, "https", "max-age=31536000"), (true, "http", ""), (false, "https", "")]
    {
        let site = Site::with(PortalOptions { behind_proxy, ..PortalOptions::default() });
        let mut browser = site.browser();
        browser.headers = vec![("x-forwarded-proto".into(), told.into())];
        let page = browser.open("/log-in").await;
        assert_eq!(page.header("strict-transport-security"), lasts, "{behind_proxy} {told}");
    }
}
