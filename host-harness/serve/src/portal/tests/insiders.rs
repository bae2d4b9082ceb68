//! Clients who are in: features, exports, their profile.

use super::*;

#[tokio::test]
async fn a_page_of_a_feature_is_a_view_and_nobody_sees_what_is_off() {
    let site = Site::new();
    let mut ann = site.client("ann@nike.example", &["nike"]).await;
    let page = ann.open("/pages/citations").await;
    assert!(page.status == 200 && page.has("<h1>Citations</h1>"), "{}", page.html);
    assert!(page.has("href=\"/pages/citations\" aria-current=\"page\""), "{}", page.html);
    for (path, status) in [("/pages/hidden", 403), ("/pages/none", 403), ("/nowhere", 404)] {
        let page = ann.open(path).await;
        assert!(page.status == status && page.has("<h1>"), "{path}: {}", page.html);
    }
    // An export comes back to the page that somebody looks at already.
    let back = [("format", "pdf"), ("back", "/pages/citations")];
    let page = ann.send("/export", &back).await;
    assert!(page.has("<h1>Citations</h1>") && page.has("The PDF export is recorded"));
    let list = site.as_olga("clients.list", &[Value::Null, Value::Null, json!({"limit": 10})]);
    let detail = site.as_olga("clients.detail", &[list["clients"][0]["id"].clone()]);
    assert_eq!(detail["activity"]["page-views"], 1, "{detail}");
}

#[tokio::test]
async fn an_export_is_recorded_or_denied() {
    let site = Site::new();
    let mut ann = site.client("ann@nike.example", &["nike"]).await;
    let page = ann.send("/export", &[("format", "pdf")]).await;
    assert!(page.status == 200 && page.has("The PDF export is recorded"), "{}", page.html);
    assert!(!ann.open("/").await.has("is recorded"), "it is said once");
    let open = ann.open("/pages/dashboard").await;
    let list = site.as_olga("clients.list", &[Value::Null, Value::Null, json!({"limit": 10})]);
    let id = list["clients"][0]["id"].clone();
    let none = json!({"can-export": false, "read-only": true, "features": null});
    site.as_olga("clients.set-permissions", &[id, none]);
    // The page still lies open in the browser.
    let page = ann.send_from(&open, "/export", &[("format", "csv")]).await;
    assert_eq!(page.status, 403);
    assert!(
        page.has("role=\"alert\">You may look at everything here, but not export it."),
        "{}",
        page.html
    );
    assert!(page.has("<h1>Dashboard</h1>") && page.has("Exports are turned off for you"));
    assert!(ann.open("/").await.has("You may look at everything here, and change nothing."));
}

#[tokio::test]
async fn a_profile_changes_address_and_password() {
    let site = Site::new();
    let mut ann = site.client("ann@nike.example", &["nike"]).await;
    let page =
        ann.send("/profile/email", &[("email", "ann@new.example"), ("check", "wrong")]).await;
    assert!(
        page.status == 403 && page.has("id=\"e-check\">That isn&#39;t your password."),
        "{}",
        page.html
    );
    assert!(page.has("value=\"ann@new.example\""), "what was typed is kept");
    let page = ann.send("/profile/email", &[("email", "ann"), ("check", PASSWORD)]).await;
    assert!(page.status == 422 && page.has("id=\"e-email\""), "{}", page.html);
    let page =
        ann.send("/profile/email", &[("email", "ann@new.example"), ("check", PASSWORD)]).await;
    assert!(page.path == "/profile" && page.has("Look into the new address"), "{}", page.html);
    ann.open(&site.link("ann@new.example")).await;
    let page = ann.send("/confirm-email", &[]).await;
    assert!(page.has("your e-mail address is confirmed"), "{}", page.html);
    assert!(ann.open("/profile").await.has("ann@new.example"));

    let new = "a new one altogether";
    let page = ann.send("/profile/password", &[("current", "wrong"), ("password", new)]).await;
    assert!(page.status == 403 && page.has("id=\"e-current\""), "{}", page.html);
    let page = ann.send("/profile/password", &[("current", PASSWORD), ("password", "short")]).await;
    assert!(page.status == 422 && page.has("id=\"e-password\""), "{}", page.html);
    let page = ann.send("/profile/password", &[("current", PASSWORD), ("password", new)]).await;
    assert!(page.path == "/profile" && page.has("Your password was changed"), "{}", page.html);
    ann.send("/log-out", &[]).await;
    let page = ann.send("/log-in", &[("email", "ann@new.example"), ("password", new)]).await;
    assert_eq!(page.path, "/");
}

#[tokio::test]
async fn a_welcome_is_for_the_first_session() {
    let site = Site::new();
    let branding = json!({"branding": {
        "portal-name": "Acme <Clients>", "logo-address": null, "accent-color": "#facc15",
        "background-color": "#0f172a", "support-email": "help@acme.example", "welcome-message": "Hello\n<b>you</b>",
    }});
    site.as_olga("agencies.update", &[branding]);
    let mut ann = site.client("ann@nike.example", &["nike"]).await;
    let page = ann.open("/").await;
    assert!(
        page.has("Welcome, Ann") && page.has("Hello\n&#60;b&#62;you&#60;/b&#62;"),
        "{}",
        page.html
    );
    assert!(
        page.has("Acme &#60;Clients&#62;") && page.has("mailto:help%40acme.example"),
        "{}",
        page.html
    );
    ann.send("/log-out", &[]).await;
    ann.send("/log-in", &[("email", "ann@nike.example"), ("password", PASSWORD)]).await;
    assert!(!ann.open("/").await.has("Welcome, Ann"));
    let colors = ann.open("/colors.css").await;
    assert_eq!(colors.header("content-type"), "text/css; charset=utf-8");
    assert!(colors.has("--button:#facc15;--on-button:#111827;"), "{}", colors.html);
    assert!(colors.has("--ground:#0f172a;--on-ground:#ffffff;"), "{}", colors.html);
    let icon = ann.open("/icon.svg").await;
    assert!(icon.has("fill=\"#facc15\"") && icon.has(">A</text>"), "{}", icon.html);
}

#[tokio::test]
async fn whoever_lost_access_is_out_and_told() {
    let site = Site::new();
    let mut ann = site.client("ann@nike.example", &["nike"]).await;
    let list = site.as_olga("clients.list", &[Value::Null, Value::Null, json!({"limit": 10})]);
    site.as_olga("clients.revoke", &[list["clients"][0]["id"].clone()]);
    let page = ann.open("/profile").await;
    assert!(page.path == "/log-in" && page.has("Your session has ended"), "{}", page.html);
    assert!(ann.cookie("portal-session").is_none());
    let page = ann.send("/log-in", &[("email", "ann@nike.example"), ("password", PASSWORD)]).await;
    assert!(
        page.status == 403 && page.has("Your access to this portal was removed."),
        "{}",
        page.html
    );
}
