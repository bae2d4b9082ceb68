//! Ways to break a store by hand.

use clientdesk_component::app::keys;
use clientdesk_component::domain::due::{Due, DueEntry};
use clientdesk_scenario::world::Rows;
use serde_json::{Value, json};

use super::DERIVED;

/// Something that somebody did to a store.
pub struct Breakage {
    /// To which kind of row, and what.
    pub what: String,
    /// Key by key.
    pub changes: Vec<(String, Option<String>)>,
    /// Whether mending brings back the very rows that were there.
    pub comes_back: bool,
}

/// Whether a look that names this row names that one: what may be due at any time is expected at
/// another, if its entry is gone.
pub fn is_named(key: &str, named: &str) -> bool {
    let some_time = |key: &str| {
        let entry = keys::due_entry(key).filter(|entry| due_comes_back(entry) == Some(false));
        entry.map(|entry| (entry.agency, entry.due))
    };
    key == named || some_time(key).is_some_and(|entry| some_time(named) == Some(entry))
}

/// What kind of row this is: the due index has many.
pub fn kind(key: &str) -> String {
    match keys::due_entry(key) {
        Some(entry) => format!("due of {}", entry.due.kind()),
        None => keys::kind_of(key).to_owned(),
    }
}

/// All that is done to a row, if it follows from others, or counts them.
pub fn breakages(key: &str, value: &str, rows: &Rows) -> Vec<Breakage> {
    let kind = kind(key);
    let one = |what: &str, key: &str, value: Option<String>, comes_back: bool| Breakage {
        what: format!("{kind}: {what}"),
        changes: vec![(key.to_owned(), value)],
        comes_back,
    };
    let altered = |what: &str, change: &dyn Fn(&mut Value)| {
        let mut row: Value = serde_json::from_str(value).unwrap();
        change(&mut row["data"]);
        let text = format!(r#"{{"schema":{},"data":{}}}"#, row["schema"], row["data"]);
        let before: Value = serde_json::from_str(value).unwrap();
        (row != before).then(|| one(what, key, Some(text), true))
    };
    let mut all = Vec::new();
    match keys::kind_of(key) {
        "brand" => {
            for counter in ["clients", "open_ended_clients", "sole_brand_clients"] {
                all.extend(altered(counter, &|data| {
                    data[counter] = json!(data[counter].as_u64().unwrap_or_default() + 1);
                }));
            }
            all.extend(altered("joined", &|data| {
                data["joined"] = json!({"clients": 77, "open_ended": 7});
            }));
        }
        "agency" => {
            for flag in ["has_account_brands", "has_owners"] {
                all.extend(altered(flag, &|data| {
                    data.as_object_mut().unwrap().remove(flag);
                }));
            }
            // They say that there ever was such a thing; it may be gone.
            all.retain(|breakage| needs(key, &breakage.what, rows));
        }
        "identity" => all.extend(altered("a membership more", &|data| {
            data["memberships"]
                .as_array_mut()
                .unwrap()
                .push(json!({"agency": "acme", "client": "00000000-0000-7000-8000-000000000000"}));
        })),
        "tally" => {
            all.extend(altered("pending", &|data| data["pending"] = json!(1_000)));
            all.extend(altered("revoked", &|data| data["revoked"] = json!(1_000)));
            all.extend(altered("log-ins", &|data| data["log_ins"]["7"] = json!(1)));
            all.extend(altered("scores", &|data| data["scores"]["sum"] = json!(7)));
            let nobody = value.contains(r#""search_slots":0,"#);
            all.extend((!nobody).then(|| one("broken", key, Some("{".into()), false)));
            all.extend((!nobody).then(|| one("gone", key, None, false)));
        }
        "payer" => {
            let more = |data: &mut Value| *data = json!(data.as_i64().unwrap() + 1);
            all.extend(altered("lines", &|data| more(&mut data["lines"])));
            all.extend(altered("total", &|data| more(&mut data["total"]["amount"])));
            all.extend(altered("invoices", &|data| {
                data["invoices"] = json!(data["invoices"].as_u64().unwrap_or_default() + 1);
            }));
            all.extend(altered("carried", &|data| data["carried"] = json!(-1_000_000)));
            // A row without any has no such field.
            all.extend(altered("open", &|data| {
                if let Some(open) = data.get_mut("open") {
                    *open = json!([]);
                }
            }));
            all.push(one("broken", key, Some("{".into()), false));
            all.push(one("gone", key, None, false));
        }
        "search" => {
            let is_empty = value.ends_with(r#""data":""}"#);
            all.extend((!is_empty).then(|| one("gone", key, None, true)));
            all.push(one("broken", key, Some("{".into()), false));
            let more = "00000000-0000-7000-8000-000000000000 nobody|";
            all.extend(altered("somebody more", &|data| {
                *data = json!(format!("{more}{}", data.as_str().unwrap()));
            }));
            all.extend(altered("other texts", &|data| {
                *data = json!(data.as_str().unwrap().replace('e', "é"));
            }));
        }
        "due" => {
            let entry = keys::due_entry(key).filter(|entry| !is_stale(entry, rows));
            let comes_back = entry.and_then(|entry| due_comes_back(&entry));
            all.extend(comes_back.map(|comes_back| one("gone", key, None, comes_back)));
        }
        kind if DERIVED.contains(&kind) => {
            // Whoever was erased is led nowhere from a mail to the agency.
            all.push(one("gone", key, None, true));
            all.push(one("altered", key, Some(r#"{"schema":2,"data":{"x":1}}"#.into()), true));
            all.push(one("broken", key, Some("{".into()), true));
            let beside = beside(key);
            if !rows.contains_key(&beside) {
                all.push(one("a false one", &beside, Some(value.to_owned()), true));
            }
        }
        _ => (),
    }
    all
}

/// A key of the same kind that nothing leads to.
fn beside(key: &str) -> String {
    let (start, last) = key.rsplit_once('/').unwrap();
    let is_number = last.len() == 15 && last.bytes().all(|b| b.is_ascii_digit());
    let mut last = last.to_owned();
    if is_number {
        last.replace_range(0..1, "7");
    } else {
        let end = last.pop().unwrap();
        last.push(if end == '0' { '1' } else { '0' });
    }
    format!("{start}/{last}")
}

/// Whether an entry of the due index is one that a job will pass over: what it was made for came
/// otherwise since.
fn is_stale(entry: &DueEntry, rows: &Rows) -> bool {
    let agency = &entry.agency;
    let row = |kind: &str| rows.get(&format!("a/{agency}/{kind}"));
    match &entry.due {
        Due::TrialEnd(id) | Due::TrialDeletion(id) => {
            let ends = [r#""ends_at":"#, r#""deletes_at":"#]
                .map(|end| format!("{end}{}", entry.at.millis()));
            let account = row(&format!("account/{id}"));
            !account.is_some_and(|account| ends.iter().any(|end| account.contains(end)))
        }
        Due::Sealing => {
            let all = format!("a/{agency}/unsealed/")..format!("a/{agency}/unsealed0");
            rows.range(all).next().is_none() || falls_due_again(entry, rows)
        }
        Due::Rescoring => {
            let nobody = row("tally").is_none_or(|tally| tally.contains(r#""log_ins":{}"#));
            nobody || falls_due_again(entry, rows)
        }
        _ => false,
    }
}

/// Whether the same falls due at another time as well.
fn falls_due_again(entry: &DueEntry, rows: &Rows) -> bool {
    let others = rows.keys().filter_map(|key| keys::due_entry(key));
    others.into_iter().any(|other| other != *entry && DueEntry { at: entry.at, ..other } == *entry)
}

/// Whether an entry of the due index follows from something, and whether it comes back at its own
/// time; none: it isn't looked at, or its time may have come.
fn due_comes_back(entry: &DueEntry) -> Option<bool> {
    match entry.due {
        Due::MailRetry(_)
        | Due::SessionEnd(_)
        | Due::BrandTidy(_)
        | Due::TrialEnd(_)
        | Due::TrialDeletion(_)
        | Due::ImpersonationEnd(_)
        | Due::Digest => Some(true),
        Due::Rescoring | Due::Sealing | Due::PasswordRequest(_) => Some(false),
        Due::InviteExpiry(_)
        | Due::AccessEnd(_)
        | Due::TrialEnding(_)
        | Due::Renewals
        | Due::BrandRenewals(_)
        | Due::AccountRenewals(_)
        | Due::IdempotencyEnd(_)
        | Due::AttemptsEnd(_)
        | Due::SignInReport(_)
        | Due::AddressChange(_)
        | Due::Erasure(_)
        | Due::Backlog(_)
        | Due::Crossing => None,
    }
}

/// Whether there is what the flag of an agency stands for.
fn needs(key: &str, what: &str, rows: &Rows) -> bool {
    let own = key.strip_suffix("agency").unwrap();
    let any = |kind: &str, has: &str| {
        let of = rows.range(format!("{own}{kind}/")..format!("{own}{kind}0"));
        of.into_iter().any(|(_, value)| value.contains(has))
    };
    if what.ends_with("has_owners") {
        any("account", r#""owner":""#)
    } else {
        any("brand", r#""account":""#)
    }
}

/// What is done to a row that then contradicts others: something else is charged for than there is access to.
pub fn contradictions(key: &str, value: &str) -> Vec<String> {
    let row: Value = serde_json::from_str(value).unwrap();
    if keys::kind_of(key) != "brand" {
        return Vec::new();
    }
    let with = |item: Value| {
        let mut row = row.clone();
        row["data"]["white_label"] = item;
        format!(r#"{{"schema":{},"data":{}}}"#, row["schema"], row["data"])
    };
    let mut item = row["data"]["white_label"].clone();
    if item.is_null() {
        item = json!({
            "since": 0, "until": null, "debited": {"amount": 0, "currency": "USD"},
            "covers": {"start": 0, "end": 4_000_000_000_000_u64},
        });
    }
    item["until"] = json!(1);
    vec![with(item)]
}

/// What is done to a row that others follow from: broken, and gone.
pub fn damages(_key: &str, value: &str) -> Vec<Option<String>> {
    let half = value.get(..value.len() / 2).unwrap_or_default().to_owned();
    vec![Some(half), Some("{}".to_owned()), None]
}
