//! What the interface `secrets` promises. Nothing that is said shows a key.

use std::collections::BTreeSet;

use crate::check::{Check, Test};
use crate::judge::{Broken, Kept, ensure, expect};
use crate::ports::{Key, Secrets};

pub(crate) const CHECKS: &[Check] = &[
    Check {
        name: "random-is-as-long-as-asked",
        promise: "random gives as many bytes as were asked for, from 0 to 64",
        advice: "Bytes, not hexadecimal digits or base64; and none at all where none are asked for.",
        test: Test::Secrets(is_as_long_as_asked),
    },
    Check {
        name: "random-is-random",
        promise: "random bytes are others each time, and of all values",
        advice: "Ask the system's cryptographic generator each time; a seed, or a generator for statistics, makes links that can be guessed.",
        test: Test::Secrets(is_random),
    },
    Check {
        name: "keys-are-there",
        promise: "there is a key",
        advice: "Make a ring for a new store, once, and keep it outside the store; beside a store that has rows, put the ring back that it was made with.",
        test: Test::Secrets(are_there),
    },
    Check {
        name: "keys-have-names",
        promise: "a key's id is 1 to 16 letters, digits, `-` or `_`, and no two keys have the same",
        advice: "Give each key a short name when it is made, such as `k-1a2b3c4d`; it stays with it for good, and is never given to another.",
        test: Test::Secrets(have_names),
    },
    Check {
        name: "keys-have-32-bytes",
        promise: "a key is 32 random bytes, and no two are the same",
        advice: "Decode what the file or the variable holds: 64 hexadecimal digits or 44 characters of base64 are 32 bytes. A passphrase is no key.",
        test: Test::Secrets(have_32_bytes),
    },
    Check {
        name: "keys-stay",
        promise: "the key ring is the same each time, in the same order",
        advice: "Read it from where it lasts: a ring that is made at the start, or sorted anew, logs everybody out.",
        test: Test::Secrets(stay),
    },
];

fn is_as_long_as_asked(secrets: &dyn Secrets) -> Kept {
    for len in 0..=64_u32 {
        let found = u32::try_from(secrets.random(len).len());
        expect("how many bytes came", found, Ok(len))?;
    }
    Ok(())
}

/// How many bytes are drawn to see whether all values come: 16,384 miss one of 256 in fewer
/// than one of 10^25 tries.
const DRAWS: usize = 256;

fn is_random(secrets: &dyn Secrets) -> Kept {
    let draws: Vec<Vec<u8>> = (0..DRAWS).map(|_| secrets.random(64)).collect();
    let different: BTreeSet<&[u8]> = draws.iter().flat_map(|draw| draw.chunks(16)).collect();
    expect("how many of 1,024 times 16 bytes differ", different.len(), DRAWS * 4)?;
    let values: BTreeSet<u8> = draws.iter().flatten().copied().collect();
    expect("how many values bytes have", values.len(), 256)
}

fn ring(secrets: &dyn Secrets) -> Result<Vec<Key>, Broken> {
    secrets.keys().map_err(|why| Broken::new("the key ring", format!("an error: {why}")))
}

fn are_there(secrets: &dyn Secrets) -> Kept {
    let keys = ring(secrets)?.len();
    ensure(keys > 0, || "1 key or more".to_owned(), || "an empty ring".to_owned())
}

fn have_names(secrets: &dyn Secrets) -> Kept {
    let mut seen = BTreeSet::new();
    for Key { id, .. } in ring(secrets)? {
        let is_name = |letter: char| letter.is_ascii_alphanumeric() || "-_".contains(letter);
        ensure(
            (1..=16).contains(&id.len()) && id.chars().all(is_name),
            || "ids of 1 to 16 letters, digits, `-` or `_`".to_owned(),
            || format!("{id:?}"),
        )?;
        ensure(
            seen.insert(id.clone()),
            || "ids that differ".to_owned(),
            || format!("{id:?} twice"),
        )?;
    }
    Ok(())
}

fn have_32_bytes(secrets: &dyn Secrets) -> Kept {
    let mut seen = BTreeSet::new();
    for Key { id, bytes } in ring(secrets)? {
        expect(&format!("how many bytes the key {id:?} has"), bytes.len(), 32)?;
        let different: BTreeSet<u8> = bytes.iter().copied().collect();
        ensure(
            different.len() >= 8,
            || format!("random bytes in the key {id:?}"),
            || format!("bytes of {} different values", different.len()),
        )?;
        ensure(
            seen.insert(bytes),
            || "keys that differ".to_owned(),
            || format!("the bytes of {id:?} under another id, too"),
        )?;
    }
    Ok(())
}

fn stay(secrets: &dyn Secrets) -> Kept {
    let first = ring(secrets)?;
    let second = ring(secrets)?;
    let ids = |ring: &[Key]| ring.iter().map(|key| key.id.clone()).collect::<Vec<_>>();
    expect("the ids of the ring, again", ids(&second), ids(&first))?;
    ensure(
        first == second,
        || "the same keys again".to_owned(),
        || "the same ids with other bytes".to_owned(),
    )
}
