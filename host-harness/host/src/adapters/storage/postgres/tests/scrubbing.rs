//! What is left of what was deleted.

use super::*;

#[test]
#[ignore = "needs a server: .ci/postgres.sh"]
fn what_was_deleted_is_gone_from_the_tables_file() {
    let schema = Fresh::new();
    let storage = schema.open();
    let text = format!("\"{}\"", "erased".repeat(20));
    for number in 0..50 {
        put(&storage, &format!("k{number}"), &text);
    }
    let left = || {
        let options = PostgresOptions::read(&schema.address).unwrap();
        let until = Instant::now() + Duration::from_secs(10);
        let mut link = Link::open(&options, Purpose::Care, until).unwrap();
        let size = "SELECT pg_relation_size('entries')";
        link.run(until, async |client| client.query_one(size, &[]).await?.try_get::<_, i64>(0))
            .unwrap()
    };
    let full = left();
    let gone = (0..50).map(|number| Write { key: format!("k{number}"), value: None }).collect();
    storage.commit(vec![], gone).unwrap();
    assert_eq!(left(), full, "deleted rows stay in the file");
    storage.scrub().unwrap();
    drop(storage);
    assert_eq!(left(), 8_192, "the file was written anew; it has the row that asked for it");
    assert!(schema.open().dump().unwrap().is_empty(), "and that was deleted");
}

/// A process that ended before it cleaned leaves it to the next one.
#[test]
#[ignore = "needs a server: .ci/postgres.sh"]
fn what_wasnt_cleaned_is_by_the_next_who_opens_it() {
    let schema = Fresh::new();
    let storage = schema.open();
    put(&storage, "k", "{}");
    storage.commit(vec![], vec![remote::wish()]).unwrap();
    drop(storage);
    drop(schema.open());
    let rows = schema.open().dump().unwrap();
    assert_eq!(rows.into_keys().collect::<Vec<_>>(), ["k"]);
}
