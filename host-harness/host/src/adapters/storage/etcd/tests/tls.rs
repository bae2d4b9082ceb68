//! Certificates, good ones and wrong ones. `CLIENTDESK_ETCD_TLS` leads to `localhost`, whose certificate
//! `CLIENTDESK_ETCD_CA` names the authority of; it asks for the host's own, which `CLIENTDESK_ETCD_CERT` and
//! `CLIENTDESK_ETCD_KEY` name.

use super::*;

fn variable(name: &str) -> String {
    std::env::var(name).expect("`.ci/etcd.sh` names it").replace('/', "%2F")
}

fn refused(address: &str) -> String {
    EtcdStorage::open(address).unwrap_err().to_string()
}

#[test]
#[ignore = "needs a server: .ci/etcd.sh"]
fn good_certificates_are_taken_and_wrong_ones_refused() {
    let server = std::env::var("CLIENTDESK_ETCD_TLS").unwrap();
    let place = format!("{server}/test-{}", std::process::id());
    let authority = format!("cacert={}", variable("CLIENTDESK_ETCD_CA"));
    let own = format!(
        "cert={}&key={}",
        variable("CLIENTDESK_ETCD_CERT"),
        variable("CLIENTDESK_ETCD_KEY")
    );

    let storage = EtcdStorage::open(&format!("{place}?{authority}&{own}")).unwrap();
    put(&storage, "k", "1");
    assert_eq!(row(&storage, "k").unwrap().value, "1");
    drop(storage);

    let begun = Instant::now();
    let unknown = refused(&format!("{place}?{own}"));
    assert!(unknown.contains("invalid peer certificate: UnknownIssuer"), "{unknown}");
    assert!(unknown.ends_with("`cacert=FILE` names whose certificates are good"), "{unknown}");

    let by_number =
        refused(&format!("{}?{authority}&{own}", place.replace("localhost", "127.0.0.1")));
    assert!(by_number.contains("certificate not valid for name \"127.0.0.1\""), "{by_number}");

    let nobody = refused(&format!("{place}?{authority}"));
    assert!(nobody.contains("`cert=FILE&key=FILE` name the host's own certificate"), "{nobody}");

    assert!(
        begun.elapsed() < Duration::from_secs(3),
        "it isn't tried again: {:?}",
        begun.elapsed()
    );

    let plain = refused(&format!("{}?deadline=1", place.replace("etcds://", "etcd://")));
    assert!(plain.contains("connection closed before message completed"), "{plain}");

    let bare = refused(&super::server().replace("etcd://127.0.0.1", "etcds://localhost"));
    assert!(bare.contains("perhaps the server speaks without TLS: `etcd://`"), "{bare}");
}
