//! Operators on a client's behalf: how they come in, what they see, and the way out.

use super::*;

impl Site {
    /// The token of an operator on behalf of an account with Nike.
    fn sign_in(&self, return_to: Option<&str>) -> String {
        let account = json!({
            "id": "nike-inc", "name": "Nike Inc", "billing-owner": "agency", "start": "setup",
        });
        self.as_olga("accounts.create", &[account]);
        self.as_olga("accounts.move-brand", &[json!("nike"), json!("nike-inc")]);
        let sign_in = json!({
            "account": "nike-inc", "reason": "Ticket 4711", "mode": "full", "return-to": return_to,
        });
        let grant = self.as_olga("impersonation.start", &[sign_in]);
        grant["token"].as_str().unwrap().to_owned()
    }
}

#[tokio::test]
async fn an_operator_comes_in_sees_the_banner_and_leaves() {
    let site = Site::new();
    let token = site.sign_in(Some("https://console.acme.example/accounts/nike-inc?tab=1"));
    let before = site.log_length();
    let mut olga = site.browser();
    let page = olga.open(&format!("/on-behalf/{token}")).await;
    assert!(page.path == "/on-behalf" && page.has("On a client&#39;s behalf"), "{}", page.html);
    assert_eq!(site.log_length(), before, "nothing has happened yet");
    let page = olga.send("/on-behalf", &[]).await;
    assert_eq!(page.path, "/", "{}", page.html);
    for text in ["Olga is signed in on behalf of Nike Inc", "Leave Nike Inc", "<h1>Nike</h1>"] {
        assert!(page.has(text), "{text}: {}", page.html);
    }
    assert!(!page.has("Your menu") && olga.cookie("portal-arriving").is_none());
    let policy = page.header("content-security-policy");
    assert!(policy.contains("form-action 'self' https://console.acme.example;"), "{policy}");
    let page = olga.open("/pages/dashboard").await;
    assert!(page.has("Leave Nike Inc"), "the banner is on every page: {}", page.html);
    for path in ["/profile", "/plans/nike-inc", "/colleagues/nike-inc", "/sign-ins/nike-inc"] {
        let page = olga.open(path).await;
        assert!(
            page.status == 403 && page.has("This is the client&#39;s own"),
            "{path}: {}",
            page.html
        );
        assert!(page.has("/on-behalf/leave"), "the way out is there, too: {}", page.html);
    }
    let page = olga.send("/on-behalf/leave", &[]).await;
    assert_eq!(page.status, 303);
    assert_eq!(page.header("location"), "https://console.acme.example/accounts/nike-inc?tab=1");
    assert!(olga.cookie("portal-acting").is_none());
    let list = site.as_olga("impersonation.list", &[json!("nike-inc"), json!({"limit": 1})]);
    assert_eq!(list["sign-ins"][0]["ended"]["how"], "stopped", "{list}");
}

#[tokio::test]
async fn the_token_may_come_in_a_form_of_another_site_and_nothing_happens_by_that() {
    let site = Site::new();
    let token = site.sign_in(None);
    let before = site.log_length();
    let mut olga = site.browser();
    olga.headers = vec![
        ("origin".into(), "https://console.acme.example".into()),
        ("sec-fetch-site".into(), "cross-site".into()),
    ];
    let body = format!("token={token}");
    let page = olga.one("POST", "/on-behalf/arrive", Some(&body)).await;
    assert_eq!((page.status, page.header("location")), (303, "/on-behalf"));
    assert_eq!(site.log_length(), before);
    assert!(olga.cookie("portal-acting").is_none());
    let form = olga.open("/on-behalf").await;
    let page = olga.send_from(&form, "/on-behalf", &[]).await;
    assert_eq!(page.status, 403, "the button must be pressed here");
    olga.headers.clear();
    let page = olga.send_from(&form, "/on-behalf", &[]).await;
    assert_eq!(page.status, 303);
    let page = olga.send("/on-behalf/leave", &[]).await;
    assert!(page.path == "/log-in" && page.has("is over"), "no way back was named: {}", page.html);
}

#[tokio::test]
async fn a_clients_own_session_stays_beside_that_of_an_operator() {
    let site = Site::new();
    let mut ann = site.client("ann@nike.example", &["adidas"]).await;
    let token = site.sign_in(None);
    ann.open(&format!("/on-behalf/{token}")).await;
    assert!(ann.send("/on-behalf", &[]).await.has("Leave Nike Inc"));
    ann.send("/on-behalf/leave", &[]).await;
    let page = ann.open("/").await;
    assert!(page.has("Adidas") && !page.has("Leave Nike Inc"), "{}", page.html);
}

#[tokio::test]
async fn a_sign_in_that_is_over_leads_out() {
    let site = Site::new();
    let token = site.sign_in(None);
    let mut olga = site.browser();
    let link = format!("/on-behalf/{token}");
    olga.open(&link).await;
    olga.send("/on-behalf", &[]).await;
    site.clock.advance(Duration::from_secs(31 * 60));
    let page = olga.open("/").await;
    assert!(page.path == "/log-in" && page.has("is over"), "{}", page.html);
    assert!(olga.cookie("portal-acting").is_none());
    olga.open(&link).await;
    let page = olga.send("/on-behalf", &[]).await;
    assert!(page.status == 403 && page.has("This sign-in is over"), "{}", page.html);
    // A client's session opens nothing here.
    let mut ann = site.client("ann@nike.example", &["adidas"]).await;
    let session = ann.cookie("portal-session").unwrap().to_owned();
    ann.open(&format!("/on-behalf/{session}")).await;
    let page = ann.send("/on-behalf", &[]).await;
    assert!(page.status == 403 && ann.cookie("portal-acting").is_none(), "{}", page.html);
}
