//! Which currencies there are, and how many digits their minor units have: ISO 4217.

/// The codes in use. Left out are those that are no money of anybody's (metals, drawing rights,
/// units of account) and those that others took the place of.
const CODES: &str = "\
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BOV BRL BSD BTN BWP \
    BYN BZD CAD CDF CHE CHF CHW CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN \
    ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK \
    JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD \
    MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP \
    PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP \
    SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD USN UYI UYU UYW UZS VED VES VND VUV \
    WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG";

/// Whether a currency with this code is in use.
pub fn is_in_use(code: &str) -> bool {
    CODES.split_ascii_whitespace().any(|known| known == code)
}

/// How many digits follow the point where an amount is written in major units: two but for
/// these.
pub const fn digits(code: [u8; 3]) -> u8 {
    match &code {
        b"BIF" | b"CLP" | b"DJF" | b"GNF" | b"ISK" | b"JPY" | b"KMF" | b"KRW" | b"PYG" | b"RWF"
        | b"UGX" | b"UYI" | b"VND" | b"VUV" | b"XAF" | b"XOF" | b"XPF" => 0,
        b"BHD" | b"IQD" | b"JOD" | b"KWD" | b"LYD" | b"OMR" | b"TND" => 3,
        b"CLF" | b"UYW" => 4,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use iso_currency::{Currency, IntoEnumIterator as _};

    use super::*;

    #[test]
    fn the_codes_and_their_digits_are_the_standards() {
        let mut in_use = 0;
        for currency in Currency::iter() {
            let code = currency.code();
            // Both codes of the bolívar are in use.
            let gone = currency.is_superseded().is_some() && code != "VES";
            let expected = !gone && !currency.is_special();
            assert_eq!(is_in_use(code), expected, "{code}");
            if expected {
                in_use += 1;
                let letters = code.as_bytes().try_into().unwrap();
                assert_eq!(Some(u16::from(digits(letters))), currency.exponent(), "{code}");
            }
        }
        assert_eq!(CODES.split_ascii_whitespace().count(), in_use);
        for code in ["", "US", "usd", "USD EUR", "XAU", "BGN", "ZZZ"] {
            assert!(!is_in_use(code), "{code}");
        }
    }
}
