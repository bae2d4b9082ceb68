//! Letters of any alphabet as ASCII, for domains (RFC 3492).

const BASE: u32 = 36;
const FIRST: u32 = 128;
const FIRST_BIAS: u32 = 72;

/// A label's letters in ASCII, without the `xn--`. None for one too long to count in.
#[inline(never)]
pub fn encode(label: &str) -> Option<String> {
    let mut code: String = label.chars().filter(char::is_ascii).collect();
    let plain = u32::try_from(code.len()).ok()?;
    let all = u32::try_from(label.chars().count()).ok()?;
    if plain > 0 {
        code.push('-');
    }
    let (mut reached, mut delta, mut bias, mut done) = (FIRST, 0_u32, FIRST_BIAS, plain);
    while done < all {
        let least = label.chars().map(u32::from).filter(|c| *c >= reached).min()?;
        let steps = (least - reached).checked_mul(done.checked_add(1)?)?;
        delta = delta.checked_add(steps)?;
        reached = least;
        for c in label.chars().map(u32::from) {
            if c < reached {
                delta = delta.checked_add(1)?;
            }
            if c == reached {
                write(&mut code, delta, bias)?;
                bias = adapted(delta, done + 1, done == plain);
                delta = 0;
                done += 1;
            }
        }
        delta = delta.checked_add(1)?;
        reached += 1;
    }
    Some(code)
}

/// Writes one number in digits of growing worth.
fn write(code: &mut String, mut number: u32, bias: u32) -> Option<()> {
    for place in 1_u32.. {
        let least = threshold(place, bias);
        if number < least {
            break;
        }
        code.push(digit(least + (number - least) % (BASE - least))?);
        number = (number - least) / (BASE - least);
    }
    code.push(digit(number)?);
    Some(())
}

/// The label that `code` stands for; none when it stands for none.
#[inline(never)]
pub fn decode(code: &str) -> Option<String> {
    let (plain, digits) = code.rsplit_once('-').unwrap_or(("", code));
    let mut label: Vec<char> = plain.chars().collect();
    let (mut reached, mut at, mut bias) = (FIRST, 0_u32, FIRST_BIAS);
    let mut digits = digits.chars().peekable();
    while digits.peek().is_some() {
        let (before, mut worth) = (at, 1_u32);
        for place in 1_u32.. {
            let value = value(digits.next()?)?;
            at = at.checked_add(value.checked_mul(worth)?)?;
            let least = threshold(place, bias);
            if value < least {
                break;
            }
            worth = worth.checked_mul(BASE - least)?;
        }
        let letters = u32::try_from(label.len()).ok()?.checked_add(1)?;
        bias = adapted(at - before, letters, before == 0);
        reached = reached.checked_add(at / letters)?;
        at %= letters;
        label.insert(usize::try_from(at).ok()?, char::from_u32(reached)?);
        at += 1;
    }
    Some(label.into_iter().collect())
}

/// How large a digit must at least be, for another to follow it.
fn threshold(place: u32, bias: u32) -> u32 {
    place.saturating_mul(BASE).saturating_sub(bias).clamp(1, 26)
}

fn adapted(delta: u32, letters: u32, first: bool) -> u32 {
    let mut delta = if first { delta / 700 } else { delta / 2 };
    delta += delta / letters;
    let mut bias = 0;
    while delta > 455 {
        delta /= BASE - 1;
        bias += BASE;
    }
    bias + BASE * delta / (delta + 38)
}

fn digit(value: u32) -> Option<char> {
    char::from_digit(if value < 26 { value + 10 } else { value - 26 }, BASE)
}

/// `a` is 0, `z` 25, `0` 26: the other way round than in other numbers.
fn value(digit: char) -> Option<u32> {
    let value = digit.to_digit(BASE)?;
    Some(if value < 10 { value + 26 } else { value - 10 })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn letters_have_their_known_codes() {
        for (label, code) in [
            ("käse", "kse-qla"),
            ("bücher", "bcher-kva"),
            ("münchen-ost", "mnchen-ost-9db"),
            ("ελλάδα", "hxakic4aa"),
            ("例え", "r8jz45g"),
            ("他们为什么不说中文", "ihqwcrb4cv8a8dqg056pqjye"),
            ("правда", "80aafi6cg"),
            ("3年b組金八先生", "3b-ww4c5e180e575a65lsy2b"),
        ] {
            assert_eq!(encode(label).as_deref(), Some(code), "{label}");
            assert_eq!(decode(code).as_deref(), Some(label), "{code}");
        }
    }

    #[test]
    fn nonsense_stands_for_nothing() {
        for code in ["kse-q!a", "99999999", "kse-q", "ß"] {
            assert_eq!(decode(code), None, "{code}");
        }
    }

    proptest! {
        #[test]
        fn a_code_leads_back(label in "[a-z0-9\u{80}-\u{10ffff}]{1,60}") {
            let code = encode(&label).unwrap();
            prop_assert!(code.is_ascii());
            prop_assert_eq!(decode(&code), Some(label));
        }

        #[test]
        fn no_code_breaks_anything(code in "[a-z0-9-]{0,80}") {
            let _ = decode(&code);
        }
    }
}
