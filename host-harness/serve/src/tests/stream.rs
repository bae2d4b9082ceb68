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

async fn next(body: &mut axum::body::BodyDataStream) -> String {
    use futures_core::Stream as _;
    let mut body = std::pin::Pin::new(body);
    let bytes = std::future::poll_fn(|context| body.as_mut().poll_next(context)).await;
    String::from_utf8(bytes.unwrap().unwrap().to_vec()).unwrap()
}
