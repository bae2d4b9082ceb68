//! Who may call what, and who sees to keys.

use super::*;

#[tokio::test]
async fn without_keys_anybody_may_call_and_with_the_first_nobody_else() {
    let desk = Desk::open();
    let call = json!({"call": {"agency": "acme"}, "brand": {"id": "nike", "name": "Nike"}});
    let answer = desk.call_with(&[], "brands.create", &call).await;
    assert_eq!((answer.status, &answer.body), (200, &json!("nike")));
    assert_eq!(desk.newest("acme")["actor"]["operator"]["name"], "Development");
    let first = Request::post("/v1/api-keys")
        .header(header::HOST, "localhost")
        .header(header::CONTENT_TYPE, "application/json")
        .body(json!({"name": "CRM", "agency": "acme", "role": "owner"}).to_string().into());
    let refused = desk.send(first.unwrap()).await;
    assert_eq!(refused.body["error"]["invalid"][0]["field"], "agency", "it could make no other");
    assert!(!desk.service.keys().any().unwrap());
    let key = desk.key(Grant::Platform);
    let before = desk.newest("acme");
    for headers in [
        vec![],
        vec![("authorization", "Bearer clientdesk_abcdefghijkl.xyz")],
        vec![("authorization", "Basic YTpi")],
        vec![("authorization", "clientdesk")],
    ] {
        let refused = desk.call_with(&headers, "brands.archive", &call).await;
        assert_eq!(refused.status, 401, "{headers:?}");
        assert_eq!(refused.body["type"], problem("unauthorized"));
        assert_eq!(refused.headers[header::WWW_AUTHENTICATE], "Bearer");
    }
    assert_eq!(desk.newest("acme"), before, "nothing was logged");
    assert_eq!(desk.call(&key, "system.schema", &json!({})).await.status, 200);
}

#[tokio::test]
async fn without_keys_nobody_calls_through_a_proxy_or_by_another_name() {
    let names = vec!["desk.example".to_owned()];
    let desk = Desk::new(Options { open_without_keys: true, names, ..Options::default() });
    let ask = async |headers: &[(&str, &str)]| {
        let host = headers.iter().find(|(name, _)| *name == "host").map_or("localhost", |it| it.1);
        let mut request = Request::post("/v1/call/agencies.list").header(header::HOST, host);
        for (name, value) in headers.iter().filter(|(name, _)| *name != "host") {
            request = request.header(*name, *value);
        }
        let body = json!({"page": {"limit": 1}}).to_string();
        let request = request.header(header::CONTENT_TYPE, "application/json");
        desk.send(request.body(body.into()).unwrap()).await
    };
    for host in ["localhost", "localhost:8700", "127.0.0.1:8700", "[::1]:8700"] {
        assert_eq!(ask(&[("host", host)]).await.status, 200, "{host}");
    }
    for headers in [
        ("host", "desk.example"),
        ("forwarded", "for=192.0.2.1"),
        ("via", "1.1 proxy"),
        ("x-real-ip", "192.0.2.1"),
        ("x-forwarded-for", "192.0.2.1"),
        ("x-forwarded-host", "desk.example"),
        ("x-forwarded-proto", "https"),
    ] {
        let refused = ask(&[headers]).await;
        assert_eq!(refused.status, 401, "{headers:?}");
        assert!(refused.body["detail"].as_str().unwrap().contains("nobody has a key yet"));
    }
}

#[tokio::test]
async fn where_others_can_call_a_key_is_needed_from_the_beginning() {
    let desk = Desk::new(Options::default());
    assert_eq!(desk.call_with(&[], "system.schema", &json!({})).await.status, 401);
}

#[tokio::test]
async fn a_key_of_an_agency_calls_in_its_own_name_and_in_that_of_staff() {
    let desk = Desk::new(Options::default());
    let key = desk.agency_key("acme", Role::Manager);
    let nike = json!({"brand": {"id": "nike", "name": "Nike"}});
    assert_eq!(desk.call(&key, "brands.create", &nike).await.body, "nike");
    let actor = desk.newest("acme")["actor"]["operator"].clone();
    assert_eq!((&actor["name"], &actor["role"]), (&json!("CRM sync"), &json!("manager")));
    assert!(actor["id"].as_str().unwrap().starts_with("key:"));

    let puma = json!({
        "call": {"actor": {"id": "mia", "name": "Mia"}}, "brand": {"id": "puma", "name": "Puma"},
    });
    assert_eq!(desk.call(&key, "brands.create", &puma).await.body, "puma");
    let actor = desk.newest("acme")["actor"]["operator"].clone();
    assert_eq!((&actor["id"], &actor["role"]), (&json!("mia"), &json!("manager")));

    let before = desk.newest("acme");
    let fila = |actor: Value| json!({"call": {"actor": actor}, "brand": {"name": "Fila"}});
    let owner = fila(json!({"id": "mia", "name": "Mia", "role": "owner"}));
    let refused = desk.call(&key, "brands.create", &owner).await;
    assert_eq!((refused.status, &refused.body["type"]), (403, &json!(problem("key"))));
    let viewer = fila(json!({"id": "eve", "name": "Eve", "role": "viewer"}));
    let refused = desk.call(&key, "brands.create", &viewer).await;
    assert_eq!(refused.body["error"]["denied"]["code"], "role", "less is fine, and counts");
    assert_eq!(desk.newest("acme"), before);
}

#[tokio::test]
async fn a_key_learns_nothing_of_other_agencies() {
    let desk = Desk::new(Options::default());
    let key = desk.agency_key("acme", Role::Owner);
    for (name, arguments) in [
        ("brands.create", json!({"call": {"agency": "AGENCY"}, "brand": {"name": "Nike"}})),
        ("portal.theme", json!({"agency": "AGENCY"})),
        ("portal.admit", json!({"agency": "AGENCY", "email": "ann@nike.example"})),
        ("agencies.get", json!({"id": "AGENCY"})),
        ("system.export", json!({"agency": "AGENCY", "limit": 10})),
    ] {
        // One that is there, and one that isn't.
        let ask = async |agency: &str| {
            let arguments = arguments.to_string().replace("AGENCY", agency);
            let answer = desk.call(&key, name, &arguments.parse().unwrap()).await;
            (answer.status, answer.body.to_string())
        };
        let told = ask("beta").await;
        assert_eq!(told.0, 403, "{name}: {}", told.1);
        assert_eq!(told, ask("nobody").await, "{name}");
    }
    let events = desk.get(Some(&key), "/v1/events?agency=beta").await;
    let none = desk.get(Some(&key), "/v1/events?agency=nobody").await;
    assert_eq!((events.status, events.body), (403, none.body));
}

/// For every function, what keys of each kind get past: the service's own rules stand in front of the
/// component's.
#[tokio::test]
async fn each_function_takes_the_keys_that_it_should() {
    let desk = Desk::new(Options { calls_a_second: NonZeroU32::MAX, ..Options::default() });
    let roles = [Role::Viewer, Role::Manager, Role::Owner];
    let keys = roles.map(|role| desk.agency_key("acme", role));
    let platform = desk.key(Grant::Platform);
    let names: Vec<(String, bool)> = desk
        .host()
        .functions()
        .map(|function| {
            let takes_call = function.params().iter().any(|param| param.name == "call");
            (function.name().to_owned(), takes_call)
        })
        .collect();
    assert!(names.len() > 100);
    for (name, takes_call) in names {
        let mut let_in = Vec::new();
        for (role, key) in roles.into_iter().zip(&keys) {
            // An argument that nothing takes: whoever gets so far wasn't kept out by the key.
            let answer = desk.call(key, &name, &json!({"no-such-argument": 1})).await;
            let kept_out = answer.body["type"] == problem("key");
            assert!(kept_out || answer.status == 422, "{name}: {}", answer.body);
            if !kept_out {
                let_in.push(role);
            }
        }
        let expected: &[Role] = match name.as_str() {
            _ if takes_call => &roles,
            "portal.admit" => &[Role::Owner],
            name if name.starts_with("portal.") => &[Role::Manager, Role::Owner],
            _ => &[],
        };
        assert_eq!(let_in, expected, "{name}");
        let answer = desk.call(&platform, &name, &json!({"no-such-argument": 1})).await;
        assert_eq!(answer.status, 422, "{name}: {}", answer.body);
    }
}

#[tokio::test]
async fn keys_are_made_listed_and_revoked_by_those_who_may() {
    let desk = Desk::new(Options::default());
    let (platform, owner) = (desk.key(Grant::Platform), desk.agency_key("acme", Role::Owner));
    let (manager, beta) =
        (desk.agency_key("acme", Role::Manager), desk.agency_key("beta", Role::Owner));
    let make = async |key: &str, wanted: &Value| {
        let request = Request::post("/v1/api-keys")
            .header(header::HOST, "localhost")
            .header(header::AUTHORIZATION, key)
            .header(header::CONTENT_TYPE, "application/json");
        desk.send(request.body(wanted.to_string().into()).unwrap()).await
    };
    let count = desk.service.keys().list().unwrap().whole.len();
    for (key, wanted, status) in [
        (&platform, json!({"name": ""}), 422),
        (&platform, json!({"name": "x", "role": "owner"}), 422),
        (&platform, json!({"name": "x", "agency": "acme"}), 422),
        (&platform, json!({"name": "x", "agency": "nobody", "role": "owner"}), 422),
        (&platform, json!({"name": "x", "expires-at": "2020-01-01"}), 422),
        (&platform, json!({"name": "x", "expires-at": "soon"}), 422),
        (&owner, json!({"name": "x", "agency": "beta", "role": "viewer"}), 403),
        (&owner, json!({"name": "x"}), 422),
        (&manager, json!({"name": "x", "role": "viewer"}), 403),
    ] {
        let refused = make(key, &wanted).await;
        assert_eq!(refused.status, status, "{wanted}: {}", refused.body);
    }
    assert_eq!(desk.service.keys().list().unwrap().whole.len(), count, "nothing was made");

    let wanted = json!({"name": "Reports", "role": "viewer", "expires-at": "2026-10-01"});
    let made = make(&owner, &wanted).await;
    assert_eq!(made.status, 201, "{}", made.body);
    assert_eq!(made.body["agency"], "acme");
    assert_eq!(made.body["expires-at"], "2026-10-01T00:00:00Z");
    let fresh = format!("Bearer {}", made.body["key"].as_str().unwrap());
    let page = json!({"page": {"limit": 10}});
    assert_eq!(desk.call(&fresh, "brands.list", &page).await.status, 200);

    let seen = async |key: &str| {
        let list = desk.get(Some(key), "/v1/api-keys").await;
        list.body["keys"].as_array().map(Vec::len)
    };
    assert_eq!(seen(&platform).await, Some(5));
    assert_eq!(seen(&owner).await, Some(3));
    assert_eq!(seen(&beta).await, Some(1));
    assert_eq!(seen(&manager).await, None);
    let listed = desk.get(Some(&owner), "/v1/api-keys").await.body.to_string();
    assert!(!listed.contains(made.body["key"].as_str().unwrap()) && !listed.contains("hash"));

    let revoke = async |key: &str| {
        let place = format!("/v1/api-keys/{}", made.body["id"].as_str().unwrap());
        let request = Request::delete(place)
            .header(header::HOST, "localhost")
            .header(header::AUTHORIZATION, key);
        desk.send(request.body(Body::empty()).unwrap()).await.status
    };
    assert_eq!(revoke(&beta).await, 404);
    assert_eq!(revoke(&manager).await, 403);
    assert_eq!(revoke(&owner).await, 204);
    assert_eq!(desk.call(&fresh, "brands.list", &page).await.status, 401);
    assert_eq!(revoke(&owner).await, 404);
}
