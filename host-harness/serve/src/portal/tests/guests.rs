//! Those who aren't in yet: invites, log-in, forgotten passwords, addresses to confirm.

use super::*;

#[tokio::test]
async fn looking_at_a_link_changes_nothing_however_often() {
    let site = Site::new();
    let invited = site.invite("ann@nike.example", &["nike"]);
    let before = site.log_length();
    let link = site.link("ann@nike.example");
    for _ in 0..3 {
        let mut scanner = site.browser();
        assert_eq!(scanner.open(&link).await.status, 200);
        assert_eq!(scanner.open("/accept").await.status, 200);
    }
    assert_eq!(site.log_length(), before);
    let client = site.as_olga("clients.get", &[invited["client"].clone()]);
    assert_eq!(client["status"], "pending");
}

#[tokio::test]
async fn a_sign_up_that_is_refused_says_why_beside_its_field_and_keeps_what_was_typed() {
    let site = Site::new();
    site.invite("ann@nike.example", &["nike"]);
    let mut browser = site.browser();
    browser.open(&site.link("ann@nike.example")).await;
    for (name, password, field, sentence) in [
        ("Ann <b>", "short", "password", "The password must have at least 8 characters."),
        ("", PASSWORD, "name", "The name is missing."),
        ("Ann", "ann@nike.example", "password", "The password must not be the e-mail address."),
        (
            "Ann",
            "password",
            "password",
            "The password is among the most common passwords. Choose another.",
        ),
    ] {
        let page = browser.send("/invite", &[("name", name), ("password", password)]).await;
        assert_eq!(page.status, 422, "{sentence}");
        let error = format!("<p class=\"error\" id=\"e-{field}\">{sentence}</p>");
        assert!(page.has(&error), "{sentence}: {}", page.html);
        assert!(page.has(&format!("aria-describedby=\"e-{field}")), "{}", page.html);
        assert!(page.has("<title>Error: Sign up"), "{}", page.html);
        assert!(!page.has(&format!("value=\"{password}\"")) || password.contains('@'));
        if !name.is_empty() {
            assert!(page.has(&format!("value=\"{}\"", name.replace("<b>", "&#60;b&#62;"))));
        }
    }
    let page = browser.send("/invite", &[("name", "Ann"), ("password", PASSWORD)]).await;
    assert_eq!(page.path, "/");
}

#[tokio::test]
async fn a_link_that_is_over_says_what_became_of_it() {
    let site = Site::new();
    let invited = site.invite("ann@nike.example", &["nike"]);
    let first = site.link("ann@nike.example");
    site.as_olga("clients.resend", &[invited["client"].clone()]);
    let second = site.link("ann@nike.example");
    let page = site.browser().open(&first).await;
    assert!(page.status == 404 && page.has("There is a newer link"), "{}", page.html);
    site.clock.advance(Duration::from_secs(15 * 86_400));
    let page = site.browser().open(&second).await;
    assert!(page.status == 410 && page.has("This invitation has expired"), "{}", page.html);
    site.as_olga("clients.revoke", &[invited["client"].clone()]);
    let page = site.browser().open(&second).await;
    assert!(page.status == 404 && page.has("was withdrawn"), "{}", page.html);
    for nonsense in ["/invite/nonsense", "/invite/a%20b", "/invite/%00", "/invite/<script>"] {
        let nonsense = nonsense.replace('<', "%3C").replace('>', "%3E");
        assert_eq!(site.browser().open(&nonsense).await.status, 404, "{nonsense}");
    }
    assert_eq!(site.browser().open("/invite").await.status, 404);
    let mut ann = site.client("bob@nike.example", &["nike"]).await;
    let used = site.link("bob@nike.example");
    let page = ann.open(&used).await;
    assert!(page.has("was used already") && page.has("/log-in"), "{}", page.html);
}

#[tokio::test]
async fn a_link_for_a_domain_takes_its_addresses_and_says_so() {
    let site = Site::new();
    let invite = json!({"brands": ["nike"], "domain": "nike.example"});
    let link = site.as_olga("clients.invite-by-link", &[invite]);
    let mut browser = site.browser();
    let page = browser.open(&format!("/invite/{}", link["token"].as_str().unwrap())).await;
    assert!(page.has("The address must end with @nike.example"), "{}", page.html);
    let fields = |email| [("name", "Cleo"), ("email", email), ("password", PASSWORD)];
    let page = browser.send("/invite", &fields("cleo@adidas.example")).await;
    assert_eq!(page.status, 403);
    assert!(
        page.has("id=\"e-email\"") && page.has("value=\"cleo@adidas.example\""),
        "{}",
        page.html
    );
    let page = browser.send("/invite", &fields("cleo")).await;
    assert!(page.has("Type an e-mail address, such as ann@nike.example."), "{}", page.html);
    let page = browser.send("/invite", &fields("cleo@nike.example")).await;
    assert!(page.path == "/" && page.has("isn't confirmed yet"), "{}", page.html);
    let confirm = site.link("cleo@nike.example");
    assert!(confirm.starts_with("/confirm-email/"), "{confirm}");
    let page = browser.open(&confirm).await;
    assert_eq!(page.path, "/confirm-email");
    let before = site.log_length();
    let page = browser.send("/confirm-email", &[]).await;
    assert!(page.path == "/" && page.has("your e-mail address is confirmed"), "{}", page.html);
    assert!(!page.has("isn't confirmed yet") && site.log_length() > before);
    browser.open(&confirm).await;
    let again = browser.send("/confirm-email", &[]).await;
    assert!(again.status == 404 && again.has("isn&#39;t confirmed"), "{}", again.html);
}

#[tokio::test]
async fn whoever_has_a_login_accepts_with_it() {
    let site = Site::new();
    let mut ann = site.client("ann@nike.example", &["nike"]).await;
    ann.send("/log-out", &[]).await;
    // An address with a login can't sign up by a link that is for anybody; it accepts.
    let link = site.as_olga("clients.invite-by-link", &[json!({"brands": ["adidas"]})]);
    ann.open(&format!("/invite/{}", link["token"].as_str().unwrap())).await;
    let fields = [("name", "Ann"), ("email", "ann@nike.example"), ("password", PASSWORD)];
    let page = ann.send("/invite", &fields).await;
    assert_eq!(page.status, 409);
    assert!(page.has("has a log-in already") && page.has("action=\"/accept\""), "{}", page.html);
    assert!(page.has("value=\"ann@nike.example\""), "{}", page.html);
    let wrong = [("email", "ann@nike.example"), ("password", "not at all")];
    let page = ann.send("/accept", &wrong).await;
    assert!(page.status == 403 && page.has("id=\"e-password\""), "{}", page.html);
    let page = ann.send("/accept", &[("email", "ann@nike.example"), ("password", PASSWORD)]).await;
    assert!(page.path == "/" && page.has("Adidas"), "{}", page.html);
}

#[tokio::test]
async fn an_invite_of_a_login_asks_for_its_password_at_once() {
    let site = Site::new();
    let mut ann = site.client("ann@nike.example", &["nike"]).await;
    let who = site.as_olga("clients.list", &[Value::Null, Value::Null, json!({"limit": 10})]);
    let client = who["clients"][0]["id"].clone();
    site.as_olga("clients.revoke", &[client]);
    site.invite("ann@nike.example", &["adidas"]);
    let page = ann.open(&site.link("ann@nike.example")).await;
    assert!(page.has("Accept with your log-in") && !page.has("Choose a password"), "{}", page.html);
    let page = ann
        .send_from(&page, "/accept", &[("email", "ann@nike.example"), ("password", PASSWORD)])
        .await;
    assert_eq!(page.status, 303);
}

#[tokio::test]
async fn a_wrong_password_is_told_until_it_is_too_often() {
    let site = Site::new();
    let mut ann = site.client("ann@nike.example", &["nike"]).await;
    ann.send("/log-out", &[]).await;
    let fields = [("email", "ann@nike.example"), ("password", "not at all")];
    for _ in 0..5 {
        let page = ann.send("/log-in", &fields).await;
        assert_eq!(page.status, 403);
        assert!(page.has("The e-mail address or the password isn&#39;t right."), "{}", page.html);
        assert!(page.has("value=\"ann@nike.example\"") && !page.has("not at all"));
    }
    let page = ann.send("/log-in", &fields).await;
    assert_eq!((page.status, page.header("retry-after")), (429, "900"));
    assert!(page.has("Please try again in 15 minutes."), "{}", page.html);
    site.clock.advance(Duration::from_secs(901));
    let page = ann.send("/log-in", &[("email", "ann@nike.example"), ("password", PASSWORD)]).await;
    assert_eq!(page.path, "/");
}

#[tokio::test]
async fn a_forgotten_password_is_chosen_anew_by_a_link() {
    let site = Site::new();
    let mut ann = site.client("ann@nike.example", &["nike"]).await;
    let mut elsewhere = site.browser();
    for email in ["ann@nike.example", "nobody@nike.example"] {
        let page = elsewhere.send("/forgot-password", &[("email", email)]).await;
        assert!(page.status == 200 && page.has("Look into your inbox"), "{}", page.html);
    }
    site.jobs();
    let link = site.link("ann@nike.example");
    assert!(link.starts_with("/reset-password/"), "{link}");
    let page = elsewhere.open(&link).await;
    assert!(page.path == "/reset-password" && page.has("autocomplete=\"new-password\""));
    let page = elsewhere.send("/reset-password", &[("password", "short")]).await;
    assert!(page.status == 422 && page.has("id=\"e-password\""), "{}", page.html);
    let page = elsewhere.send("/reset-password", &[("password", "another one altogether")]).await;
    assert!(page.path == "/log-in" && page.has("Log in with the new one"), "{}", page.html);
    assert!(elsewhere.cookie("portal-reset").is_none());
    let page = ann.open("/").await;
    assert!(page.path == "/log-in" && page.has("Your session has ended"), "{}", page.html);
    elsewhere.open(&link).await;
    let page = elsewhere.send("/reset-password", &[("password", "another one again")]).await;
    assert!(page.status == 404 && page.has("/forgot-password"), "{}", page.html);
    let fields = [("email", "ann@nike.example"), ("password", "another one altogether")];
    assert_eq!(elsewhere.send("/log-in", &fields).await.path, "/");
}

#[tokio::test]
async fn whoever_has_to_log_in_first_goes_on_where_they_wanted_to() {
    let site = Site::new();
    let mut ann = site.client("ann@nike.example", &["nike"]).await;
    ann.send("/log-out", &[]).await;
    let page = ann.open("/pages/citations").await;
    assert_eq!(page.path, "/log-in?next=/pages/citations");
    assert_eq!(page.hidden("next"), Some("/pages/citations"));
    let fields = [("email", "ann@nike.example"), ("password", PASSWORD)];
    let page = ann.send_from(&page, "/log-in", &fields).await;
    assert_eq!(page.header("location"), "/pages/citations");
    for evil in ["https://evil.example", "//evil.example", "/\\evil.example", "/log-out"] {
        let page = ann.open(&format!("/log-in?next={evil}")).await;
        assert_eq!(page.hidden("next"), Some("/"), "{evil}");
        let with_next = [fields[0], fields[1], ("next", evil)];
        let page = ann.send_from(&page, "/log-in", &with_next).await;
        assert_eq!(page.header("location"), "/", "{evil}");
    }
}
