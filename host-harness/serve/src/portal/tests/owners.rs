//! What an account's owner sees to: plans, colleagues, sign-ins on its behalf.

use super::*;

impl Site {
    /// An account with the brand Nike that the platform bills, on trial; its owner is in.
    async fn owner(&self) -> Browser<'_> {
        let version = self.call("catalog.get", &[]);
        let mut catalog = version["catalog"].clone();
        let plan = |id: &str, name: &str, monthly: u64, dashboards: u64| {
            json!({
                "id": id, "name": name, "monthly": monthly,
                "resources": {"dashboards": {"at-most": dashboards}, "users": "unlimited", "api-calls": {"at-most": 0}},
                "features": ["download-reports"],
            })
        };
        catalog["plans"] =
            json!([plan("studio", "Studio", 2_900, 5), plan("empty", "Empty", 900, 0)]);
        self.call("catalog.set", &[catalog, version["version"].clone()]);
        let account = json!({
            "id": "nike-inc", "name": "Nike Inc", "email": "dora@nike.example",
            "billing-owner": "platform", "start": "setup",
        });
        self.as_olga("accounts.create", &[account]);
        self.as_olga("accounts.move-brand", &[json!("nike"), json!("nike-inc")]);
        self.as_olga("accounts.start-trial", &[json!("nike-inc"), json!(14)]);
        let mut browser = self.browser();
        browser.open(&self.link("dora@nike.example")).await;
        let page = browser.send("/invite", &[("name", "Dora Door"), ("password", PASSWORD)]).await;
        assert_eq!((page.status, page.path.as_str()), (200, "/plans/nike-inc"), "{}", page.html);
        browser
    }
}

#[tokio::test]
async fn a_plan_that_is_due_is_chosen() {
    let site = Site::new();
    let mut dora = site.owner().await;
    let page = dora.open("/").await;
    assert!(page.path == "/" && page.has("Nike Inc needs a plan."), "{}", page.html);
    let page = dora.open("/plans/nike-inc").await;
    for text in ["Choose Studio", "$29", "5 dashboards", "Unlimited users", "Reports to download"] {
        assert!(page.has(text), "{text}: {}", page.html);
    }
    assert!(!page.has("Choose Empty"), "what can't be chosen has no button: {}", page.html);
    let wrong = dora.send("/plans/nike-inc", &[("plan", "gone")]).await;
    assert!(wrong.status == 422 && wrong.has("role=\"alert\""), "{}", wrong.html);
    let page = dora.send("/plans/nike-inc", &[("plan", "studio")]).await;
    assert!(page.path == "/" && page.has("Your plan runs from now on."), "{}", page.html);
    assert!(!page.has("needs a plan"));
    let account = site.as_olga("accounts.get", &[json!("nike-inc")]);
    assert_eq!((&account["status"], &account["pays-itself"]), (&json!("active"), &json!(true)));
    let page = dora.open("/plans/nike-inc").await;
    assert!(page.status == 409 && page.has("A plan was chosen already."), "{}", page.html);
}

#[tokio::test]
async fn a_plan_is_asked_for_at_log_in() {
    let site = Site::new();
    let mut dora = site.owner().await;
    dora.send("/log-out", &[]).await;
    let page =
        dora.send("/log-in", &[("email", "dora@nike.example"), ("password", PASSWORD)]).await;
    assert_eq!(page.path, "/plans/nike-inc");
    assert_eq!(dora.open("/").await.path, "/", "but once");
}

#[tokio::test]
async fn an_owner_sees_colleagues_and_invites_more() {
    let site = Site::new();
    let mut dora = site.owner().await;
    let page = dora.open("/profile").await;
    assert!(page.has("/colleagues/nike-inc") && page.has("/sign-ins/nike-inc"), "{}", page.html);
    let page = dora.open("/colleagues/nike-inc").await;
    assert!(page.has("Dora Door") && page.has("Owner"), "{}", page.html);
    let path = "/colleagues/nike-inc";
    let page = dora.send(path, &[("email", "eve"), ("name", "Eve"), ("brands", "nike")]).await;
    assert!(
        page.status == 422 && page.has("id=\"e-email\"") && page.has("value=\"Eve\""),
        "{}",
        page.html
    );
    let page = dora.send(path, &[("email", "eve@nike.example"), ("name", "")]).await;
    assert!(page.status == 422 && page.has("Choose at least one brand."), "{}", page.html);
    let page =
        dora.send(path, &[("email", "eve@nike.example"), ("name", ""), ("brands", "nike")]).await;
    assert!(page.path == path && page.has("The invitation is on its way."), "{}", page.html);
    assert!(page.has("eve@nike.example") && page.has("Invited"), "{}", page.html);
    assert!(site.link("eve@nike.example").starts_with("/invite/"));
}

#[tokio::test]
async fn nobody_sees_to_an_account_that_isnt_theirs() {
    let site = Site::new();
    site.owner().await;
    let mut ann = site.client("ann@nike.example", &["nike"]).await;
    assert!(!ann.open("/profile").await.has("/colleagues/"));
    for path in ["/plans/nike-inc", "/colleagues/nike-inc", "/sign-ins/nike-inc", "/plans/none"] {
        let page = ann.open(path).await;
        assert!(page.status == 403 && page.has("Only the owner"), "{path}: {}", page.html);
    }
    assert_eq!(ann.open("/plans/a%2Fb").await.status, 404);
}

#[tokio::test]
async fn an_owner_says_what_operators_may_do() {
    let site = Site::new();
    let mut dora = site.owner().await;
    let path = "/sign-ins/nike-inc";
    let page = dora.open(path).await;
    assert!(
        page.has("value=\"always\" checked") && page.has("Nobody has signed in"),
        "{}",
        page.html
    );
    let page = dora.send(path, &[("policy", "when-allowed")]).await;
    assert!(
        page.has("value=\"when-allowed\" checked") && page.has("That is kept."),
        "{}",
        page.html
    );
    let page = dora.send(path, &[("minutes", "60")]).await;
    assert!(page.has("Everything is allowed until 1 September 2026, 01:00 UTC."), "{}", page.html);
    let page = dora.send(path, &[("report", "yes")]).await;
    assert!(page.has("you get an e-mail that says what was done"), "{}", page.html);
    let sign_in = json!({"account": "nike-inc", "reason": "Ticket 4711", "mode": "full"});
    site.as_olga("impersonation.start", &[sign_in]);
    let page = dora.open(path).await;
    assert!(page.has("Olga") && page.has("Look and change") && page.has(">Now<"), "{}", page.html);
}
