//! Addresses, schemas that are made, and those that are refused.

use std::sync::Barrier;
use std::thread;

use super::*;

fn refused(address: &str) -> String {
    PostgresStorage::open(address).unwrap_err().to_string()
}

/// What reading addresses says of them. It needs no server.
#[test]
fn addresses_are_refused_by_what_is_wrong_and_never_repeat_the_password() {
    for (address, why) in [
        ("store.sqlite", "it begins with `postgres://`"),
        ("postgres:///db", "it names no host"),
        ("postgres://host/db", "it names no user: `postgres://user@…`"),
        (
            "postgres://u:secret@h/d?sslmode=sure",
            "`sslmode` is `disable`, `prefer`, `require` or `verify-full`, not `sure`",
        ),
        ("postgres://u:secret@h/d?sslrootcert=ca.pem", "`sslrootcert` needs `sslmode=verify-full`"),
        (
            "postgres://u:secret@h/d?deadline=0",
            "`deadline` is a whole number from 1 to 60, not `0`",
        ),
        (
            "postgres://u:secret@h/d?connections=many",
            "`connections` is a whole number from 1 to 200, not `many`",
        ),
        ("postgres://u:secret@h/d?schema=", "`schema` is a name of 1 to 63 bytes"),
        ("postgres://u:secret@h/d?secret=secret", "the driver can't read it"),
        ("postgres://u:secret@h:secret/d", "the driver can't read it"),
    ] {
        let error = PostgresOptions::read(address).unwrap_err().to_string();
        let start = format!("not the address of a PostgreSQL database: {why}");
        assert!(error.starts_with(&start), "{address}: {error}");
        assert!(!error.contains("secret"), "{error}");
    }
    let missing = "postgres://u:secret@h/d?sslmode=verify-full&sslrootcert=/no/such.pem";
    let error = PostgresOptions::read(missing).unwrap_err().to_string();
    assert!(error.contains("`sslrootcert=/no/such.pem`: "), "{error}");
    let good =
        PostgresOptions::read("postgres://u:secret@h:6000,i/d?schema=s&connect_timeout=3").unwrap();
    assert_eq!(good.shown(), "postgres://u@h:6000,i/d?schema=s");
    assert_eq!(
        format!("{good:?}"),
        "PostgresOptions { store: \"postgres://u@h:6000,i/d?schema=s\", .. }"
    );
}

#[test]
#[ignore = "needs a server: .ci/postgres.sh"]
fn hosts_that_begin_at_once_make_the_tables_once() {
    let schema = Fresh::new();
    let barrier = Barrier::new(8);
    thread::scope(|scope| {
        for number in 0..8 {
            let (schema, barrier) = (&schema, &barrier);
            scope.spawn(move || {
                barrier.wait();
                put(&schema.open(), &format!("k{number}"), "{}");
            });
        }
    });
    assert_eq!(schema.open().dump().unwrap().len(), 8);
}

#[test]
#[ignore = "needs a server: .ci/postgres.sh"]
fn nothing_is_made_where_a_store_has_to_be_there() {
    let schema = Fresh::new();
    for _ in 0..2 {
        let error = PostgresStorage::open_existing(&schema.address).unwrap_err();
        assert!(matches!(error, PostgresStorageError::Missing { .. }), "{error}");
    }
    drop(schema.open());
    PostgresStorage::open_existing(&schema.address).unwrap();
}

#[test]
#[ignore = "needs a server: .ci/postgres.sh"]
fn newer_layouts_and_other_tables_are_refused() {
    let schema = Fresh::new();
    drop(schema.open());
    run(&schema.address, "INSERT INTO layout (version) VALUES (2)");
    let error = refused(&schema.address);
    assert!(
        error.ends_with("has layout 2; this release reads up to 1; use a newer one"),
        "{error}"
    );

    for (made, found) in [
        ("CREATE TABLE {}.entries (id integer)", "another program made its table `entries`"),
        ("CREATE TABLE {}.layout (id integer)", "another program made its table `layout`"),
        (
            "CREATE TABLE {0}.layout (version integer, made timestamptz)",
            "its table `layout` is empty",
        ),
    ] {
        let foreign = Fresh::new();
        let name = options::quoted(&PostgresOptions::read(&foreign.address).unwrap().schema);
        run(&foreign.address, &format!("CREATE SCHEMA {name}"));
        run(&foreign.address, &made.replace("{}", &name).replace("{0}", &name));
        let error = refused(&foreign.address);
        assert!(
            error.contains(&format!("isn't a Clientdesk store: {found}; name another")),
            "{error}"
        );
    }
}

/// Who may make no schema is told who has to, and a schema that was made for it will do.
#[test]
#[ignore = "needs a server: .ci/postgres.sh"]
fn a_role_that_may_make_nothing_is_told_what_to_do() {
    let admin = std::env::var("CLIENTDESK_POSTGRES_ADMIN").unwrap();
    let role = format!("limited_{}", std::process::id());
    run(&admin, &format!("CREATE ROLE {role} LOGIN PASSWORD 'secret'"));
    let own = server();
    let (_, place) = own.split_once('@').unwrap();
    let address = with(&format!("postgres://{role}:secret@{place}"), &format!("schema={role}"));
    let error = refused(&address);
    let advice = format!(
        "somebody who may has to run `CREATE SCHEMA \"{role}\" AUTHORIZATION \"{role}\"` once"
    );
    assert!(error.ends_with(&advice) && !error.contains("secret"), "{error}");
    run(&admin, &format!("CREATE SCHEMA {role} AUTHORIZATION {role}"));
    put(&PostgresStorage::open(&address).unwrap(), "k", "{}");

    run(&admin, &format!("REVOKE ALL ON {role}.entries FROM {role}"));
    let storage = PostgresStorage::open(&address).unwrap();
    let Err(Error::Unavailable(why)) = storage.get(vec!["k".into()]) else { panic!("it may not") };
    assert_eq!(
        why,
        "PostgreSQL: permission denied for table entries (42501); the role lacks a right"
    );
    drop(storage);
    run(&admin, &format!("DROP SCHEMA {role} CASCADE; DROP ROLE {role}"));
}

#[test]
#[ignore = "needs a server: .ci/postgres.sh"]
fn who_isnt_let_in_is_told_why_at_once() {
    let own = server();
    let (_, place) = own.split_once('@').unwrap();
    let begun = Instant::now();
    let error = refused(&format!("postgres://clientdesk:secret@{place}"));
    assert!(
        error.contains("password authentication failed") && !error.contains("secret"),
        "{error}"
    );
    let error = refused(&format!("{}_of_others", own));
    assert!(error.contains("database \"clientdesk_of_others\" does not exist"), "{error}");
    assert!(begun.elapsed() < Duration::from_secs(4), "{:?}", begun.elapsed());
}

/// A standby can't be written to; neither can a database that was made read-only.
#[test]
#[ignore = "needs a server: .ci/postgres.sh"]
fn a_server_that_only_reads_is_refused() {
    let schema = Fresh::new();
    let storage = schema.open();
    put(&storage, "k", "1");
    let read_only = schema.with("options=-c%20default_transaction_read_only%3Don&deadline=1");
    let error = refused(&read_only);
    assert!(error.ends_with("the server is a standby or was made read-only"), "{error}");
}

#[test]
#[ignore = "needs a server: .ci/postgres.sh"]
fn a_database_of_another_encoding_is_refused() {
    let admin = std::env::var("CLIENTDESK_POSTGRES_ADMIN").unwrap();
    let name = format!("latin_{}", std::process::id());
    let made = format!(
        "CREATE DATABASE {name} ENCODING 'LATIN1' LOCALE 'C' LOCALE_PROVIDER libc TEMPLATE template0"
    );
    run(&admin, &made);
    let (place, _) = admin.rsplit_once('/').unwrap();
    let error = refused(&format!("{place}/{name}"));
    assert!(
        error.ends_with("has the encoding LATIN1; a store needs one with the encoding UTF8"),
        "{error}"
    );
    run(&admin, &format!("DROP DATABASE {name}"));
}
