//! Certificates, good ones and wrong ones. `CLIENTDESK_POSTGRES` leads to `localhost`, whose certificate
//! `CLIENTDESK_POSTGRES_CA` names the authority of.

use super::*;

fn authority() -> String {
    std::env::var("CLIENTDESK_POSTGRES_CA").unwrap().replace('/', "%2F")
}

#[test]
#[ignore = "needs a server: .ci/postgres.sh"]
fn good_certificates_are_taken_and_wrong_ones_refused() {
    let schema = Fresh::new();
    drop(schema.open());
    let own = format!("sslmode=verify-full&sslrootcert={}", authority());
    for mode in ["sslmode=disable", "sslmode=prefer", "sslmode=require", &own] {
        let storage = PostgresStorage::open(&schema.with(mode)).unwrap();
        put(&storage, "k", mode);
        assert_eq!(row(&storage, "k").unwrap().value, mode);
    }

    let begun = Instant::now();
    let unknown =
        PostgresStorage::open(&schema.with("sslmode=verify-full")).unwrap_err().to_string();
    assert!(unknown.contains("invalid peer certificate: UnknownIssuer"), "{unknown}");
    assert!(unknown.ends_with("`sslrootcert=FILE` names whose certificates are good"), "{unknown}");

    let by_number = with(&through(&proxy(), &schema.address), &own);
    let other_name = PostgresStorage::open(&by_number).unwrap_err().to_string();
    assert!(other_name.contains("certificate not valid for name \"127.0.0.1\""), "{other_name}");
    assert!(
        begun.elapsed() < Duration::from_secs(3),
        "it isn't tried again: {:?}",
        begun.elapsed()
    );
}

#[test]
#[ignore = "needs a server: .ci/postgres.sh"]
fn encrypted_connections_are_encrypted() {
    let schema = Fresh::new();
    drop(schema.open());
    for (mode, encrypted) in [("disable", false), ("prefer", true), ("require", true)] {
        let options = PostgresOptions::read(&schema.with(&format!("sslmode={mode}"))).unwrap();
        let until = Instant::now() + Duration::from_secs(5);
        let mut link = Link::open(&options, Purpose::Care, until).unwrap();
        let asked = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
        let found: bool =
            link.run(until, async |client| client.query_one(asked, &[]).await?.try_get(0)).unwrap();
        assert_eq!(found, encrypted, "{mode}");
    }
}
