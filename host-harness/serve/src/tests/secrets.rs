//! What a key does with what isn't its own: other agencies' secrets, other keys' names.

use super::*;

#[tokio::test]
async fn an_agencys_key_does_nothing_with_another_agencys_secrets() {
    let desk = Desk::new(Options::default());
    let (platform, manager) = (desk.key(Grant::Platform), desk.agency_key("acme", Role::Manager));
    let olga = json!({"id": "olga", "name": "Olga", "role": "owner"});
    let call = json!({"agency": "beta", "actor": olga});
    let made = async |name: &str, rest: Value| {
        let mut arguments = json!({"call": call});
        arguments.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        let answer = desk.call(&platform, name, &arguments).await;
        assert!(answer.status < 300, "{name}: {}", answer.body);
        answer.body
    };
    made("brands.create", json!({"brand": {"id": "nike", "name": "Nike"}})).await;
    let invite = json!({"invite": {"email": "ann@nike.example", "brands": ["nike"]}});
    let client = made("clients.invite-by-email", invite).await["client"].clone();
    let token = made("clients.copy-link", json!({"id": client})).await["token"].clone();
    let secret = "correct horse battery";
    let sign_up = json!({"token": token, "name": "Ann", "password": secret});
    let before = desk.newest("beta");
    for (name, arguments) in
        [("portal.open", json!({"token": token})), ("portal.sign-up", sign_up.clone())]
    {
        let refused = desk.call(&manager, name, &arguments).await;
        assert_eq!(
            (refused.status, &refused.body["type"]),
            (403, &json!(problem("key"))),
            "{name}"
        );
    }
    assert_eq!(desk.newest("beta"), before, "nobody has joined");
    let session = desk.call(&platform, "portal.sign-up", &sign_up).await.body["session"].clone();
    let before = desk.newest("beta");
    for (name, arguments) in [
        ("portal.me", json!({"session": session})),
        ("portal.switch-brand", json!({"session": session, "brand": "nike"})),
        ("portal.export", json!({"session": session, "format": "csv"})),
        ("portal.log-out", json!({"session": session})),
    ] {
        let refused = desk.call(&manager, name, &arguments).await;
        assert_eq!(
            (refused.status, &refused.body["type"]),
            (403, &json!(problem("key"))),
            "{name}"
        );
    }
    assert_eq!(desk.newest("beta"), before);
    let own = desk.agency_key("beta", Role::Manager);
    for key in [&platform, &own] {
        assert_eq!(desk.call(key, "portal.me", &json!({"session": session})).await.status, 200);
    }
}

#[tokio::test]
async fn nobody_calls_in_the_name_of_another_key() {
    let desk = Desk::new(Options::default());
    let grant = Grant::Agency { agency: "acme".into(), role: Role::Manager };
    let new = NewKey { name: "CRM sync".into(), grant, expires_at: None };
    let (key, secret) = desk.service.keys().create(new).unwrap();
    let own = format!("Bearer {}", secret.reveal());
    let platform = desk.key(Grant::Platform);
    let brand = |actor: Value| json!({"call": {"agency": "acme", "actor": actor}, "brand": {"name": "Nike"}});
    let before = desk.newest("acme");
    for caller in [&own, &platform] {
        for id in ["key:abcdefghijkl", "KEY:x", " key:x", "key:"] {
            let actor = json!({"id": id, "name": "Platform", "role": "viewer"});
            let refused = desk.call(caller, "brands.create", &brand(actor)).await;
            assert_eq!(refused.status, 422, "{id}: {}", refused.body);
            assert_eq!(refused.body["error"]["invalid"][0]["field"], "call.actor.id", "{id}");
        }
    }
    for wrong in [json!("olga"), json!(1), json!(["olga"]), json!(false)] {
        let refused = desk.call(&own, "brands.create", &brand(wrong.clone())).await;
        assert_eq!(refused.status, 422, "{wrong}: {}", refused.body);
        assert_eq!(refused.body["error"]["invalid"][0]["field"], "call.actor", "{wrong}");
    }
    assert_eq!(desk.newest("acme"), before, "nothing was logged");
    let actor = json!({"id": format!("key:{}", key.id), "name": "CRM sync"});
    assert_eq!(desk.call(&own, "brands.create", &brand(actor)).await.status, 200);
}

#[tokio::test]
async fn figures_of_all_agencies_are_the_platforms() {
    let desk = Desk::new(Options::default());
    for role in [Role::Viewer, Role::Manager, Role::Owner] {
        let refused = desk.get(Some(&desk.agency_key("acme", role)), "/metrics").await;
        assert_eq!((refused.status, &refused.body["type"]), (403, &json!(problem("key"))));
    }
    assert_eq!(desk.get(Some(&desk.key(Grant::Platform)), "/metrics").await.status, 200);
}

#[tokio::test]
async fn a_key_is_named_as_an_operator_may_be() {
    let desk = Desk::new(Options::default());
    let platform = desk.key(Grant::Platform);
    for name in ["Zero\u{200b}width", "\u{202e}drowkcab", "\u{200b}"] {
        let refused = desk.ask(&platform, "POST", "/v1/api-keys", &json!({"name": name})).await;
        assert_eq!(refused.status, 422, "{name:?}");
        assert_eq!(refused.body["error"]["invalid"][0]["field"], "name", "{name:?}");
    }
    let made = desk.ask(&platform, "POST", "/v1/api-keys", &json!({"name": "Küche 2"})).await;
    assert_eq!(made.status, 201, "{}", made.body);
}
