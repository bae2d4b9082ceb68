//! The log as a stream.

use super::*;

#[tokio::test]
async fn a_stream_tells_what_is_logged_and_goes_on_where_it_was() {
    let desk = Desk::new(Options::default());
    let key = desk.agency_key("acme", Role::Owner);
    let follow = async |place: &str, last: Option<&str>| {
        let mut request = Request::get(place)
            .header(header::HOST, "localhost")
            .header(header::AUTHORIZATION, &key);
        if let Some(last) = last {
            request = request.header("last-event-id", last);
        }
        let response = desk.router.clone().oneshot(request.body(Body::empty()).unwrap()).await;
        response.unwrap()
    };
    let stream = follow("/v1/events?after=0", None).await;
    assert_eq!(stream.headers()[header::CONTENT_TYPE], "text/event-stream");
    let mut body = stream.into_body().into_data_stream();
    let first = next(&mut body).await;
    assert!(first.starts_with("id: 1\nevent: agency-created\ndata: {"), "{first}");
    assert!(
        first.contains("\"at\":\"2026-09-01T00:00:00Z\"") && first.ends_with("\n\n"),
        "{first}"
    );

    let nike = json!({"brand": {"id": "nike", "name": "Nike"}});
    desk.call(&key, "brands.create", &nike).await;
    let second = next(&mut body).await;
    assert!(second.starts_with("id: 2\nevent: brand-created\n"), "{second}");

    let again = follow("/v1/events", Some("1")).await;
    let mut body = again.into_body().into_data_stream();
    assert_eq!(next(&mut body).await, second, "the same entry, for who comes back");

    for (place, last, status) in [
        ("/v1/events?after=99", None, 422),
        ("/v1/events?after=x", None, 400),
        ("/v1/events?since=1", None, 400),
        ("/v1/events", Some("x"), 400),
    ] {
        assert_eq!(follow(place, last).await.status(), status, "{place} {last:?}");
    }
}

#[tokio::test]
async fn a_stream_ends_with_its_key() {
    let wanted = |expires_at| {
        let grant = Grant::Agency { agency: "acme".into(), role: Role::Viewer };
        NewKey { name: "Follower".into(), grant, expires_at }
    };
    for over in ["revoked", "revoked by request", "expired", "the first key"] {
        let desk = Desk::open();
        let (id, key) = if over == "the first key" {
            (String::new(), None)
        } else {
            let (key, secret) = desk.service.keys().create(wanted(Some(NOW + 1_000))).unwrap();
            (key.id, Some(format!("Bearer {}", secret.reveal())))
        };
        let mut request =
            Request::get("/v1/events?agency=acme&after=0").header(header::HOST, "localhost");
        if let Some(key) = &key {
            request = request.header(header::AUTHORIZATION, key);
        }
        let stream =
            desk.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let mut body = stream.into_body().into_data_stream();
        assert!(next(&mut body).await.starts_with("id: 1\n"), "{over}");
        let platform = desk.key(Grant::Platform);
        match over {
            "revoked" => assert!(desk.service.keys().revoke(&id).unwrap()),
            "revoked by request" => {
                let place = format!("/v1/api-keys/{id}");
                assert_eq!(desk.ask(&platform, "DELETE", &place, &Value::Null).await.status, 204);
            }
            "expired" => desk.clock.set(NOW + 1_000),
            _ => {}
        }
        desk.brand(&platform, "Nike").await;
        assert_eq!(rest(&mut body).await, "", "{over}: it is told no more, and the stream ends");
    }
}

#[tokio::test]
async fn a_stream_that_nobody_reads_ends() {
    let desk = Desk::new(Options {
        patience: std::time::Duration::from_millis(200),
        ..Options::default()
    });
    let key = desk.key(Grant::Platform);
    for name in ["Nike", "Puma", "Fila"] {
        desk.brand(&key, name).await;
    }
    let request = Request::get("/v1/events?agency=acme&after=0")
        .header(header::HOST, "localhost")
        .header(header::AUTHORIZATION, &key);
    let stream = desk.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let taken = || desk.service.shared().followers.taken();
    assert_eq!(taken(), 1);
    for _ in 0..200 {
        if taken() == 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(taken(), 0, "its place is free");
    drop(stream);
}

/// All that still comes, until it ends.
async fn rest(body: &mut axum::body::BodyDataStream) -> String {
    use futures_core::Stream as _;
    let mut body = std::pin::Pin::new(body);
    let mut told = String::new();
    let all = async {
        while let Some(bytes) =
            std::future::poll_fn(|context| body.as_mut().poll_next(context)).await
        {
            told.push_str(std::str::from_utf8(&bytes.unwrap()).unwrap());
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), all).await.expect("it ends");
    told
}

async fn next(body: &mut axum::body::BodyDataStream) -> String {
    use futures_core::Stream as _;
    let mut body = std::pin::Pin::new(body);
    let bytes = std::future::poll_fn(|context| body.as_mut().poll_next(context)).await;
    String::from_utf8(bytes.unwrap().unwrap().to_vec()).unwrap()
}
