//! `clientdesk agencies terms`, `set-terms`: what holds for one agency besides the catalog.

use clap::{Args, ValueEnum};
use clientdesk_host::Host;
use serde_json::{Value, json};

use super::answer::{at, elements, number, string, time};
use super::billing::preview;
use super::catalog;
use super::failure::Failure;
use super::format::{cut, thousands};
use super::money::{self, decimal, written};
use super::output::{self, Form};
use super::refusal;
use super::show::{Page, Shown};
use super::times;

/// What to change for an agency. What isn't given stays as it is
#[derive(Args)]
pub(crate) struct TermsArgs {
    /// The agency's id
    #[arg(value_name = "ID", env = "CLIENTDESK_AGENCY")]
    agency: String,
    /// What a brand costs it a month, such as 39 or 39.50, instead of what the catalog says
    #[arg(long, value_name = "AMOUNT", requires = "reason")]
    price: Option<String>,
    /// What a brand costs it a year on annual billing
    #[arg(long, value_name = "AMOUNT", requires = "reason")]
    annual_price: Option<String>,
    /// Gives it the catalog's prices again
    #[arg(long, conflicts_with_all = ["price", "annual_price"], requires = "reason")]
    catalog_price: bool,
    /// Why it has this price
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// A discount of so many percent on what it pays
    #[arg(long, value_name = "PERCENT", requires_all = ["name", "months"])]
    percent_off: Option<String>,
    /// A discount of this amount a month
    #[arg(long, value_name = "AMOUNT", conflicts_with = "percent_off",
        requires_all = ["name", "months"])]
    amount_off: Option<String>,
    /// For how many months the discount holds
    #[arg(long, value_name = "N")]
    months: Option<u32>,
    /// What the discount is called on invoices
    #[arg(long, value_name = "TEXT")]
    name: Option<String>,
    /// From when on the price or the discount holds; without it, from now on. A discount begins
    /// with the agency's next month
    #[arg(long, value_name = "TIME", value_parser = times::parse)]
    since: Option<u64>,
    /// Until when nothing is charged
    #[arg(long, value_name = "TIME", value_parser = times::parse)]
    trial_until: Option<u64>,
    /// Whether it gets the catalog's discount on several plans
    #[arg(long, value_name = "YES|NO")]
    volume_discount: Option<YesNo>,
    /// A tax on its invoices: its name, and hundredths of a percent, or percent with the sign:
    /// `VAT 19 %=1900`, `VAT=19%`. Several, one after the other, take the place of all
    #[arg(long, value_name = "NAME=RATE")]
    tax: Vec<String>,
    /// Takes all taxes off its invoices
    #[arg(long, conflicts_with = "tax")]
    no_taxes: bool,
    /// Only says what that would change: the next invoices, and the price of a month
    #[arg(long)]
    preview: bool,
    /// A line of its address on invoices; several, one after the other, are its lines. An empty
    /// one takes the address away
    #[arg(long, value_name = "LINE")]
    billing_address: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum YesNo {
    /// It does
    Yes,
    /// It doesn't
    No,
}

/// Shows what holds for an agency.
pub(crate) fn show(host: &Host, agency: &str, form: Form) -> Result<(), Failure> {
    let terms = host.call("catalog.terms", &[json!(agency)]).map_err(refusal::failed)?;
    print(host, terms, form)
}

/// Changes what holds for an agency, and shows it.
pub(crate) fn set(host: &Host, args: &TermsArgs, form: Form) -> Result<(), Failure> {
    let changes = args.changes(&currency(host)?).map_err(Failure::Usage)?;
    if args.preview {
        let change = json!({"set-terms": changes});
        return preview::platforms(host, &args.agency, &change, None, form);
    }
    let terms = host.call("catalog.set-terms", &[json!(args.agency), changes]);
    print(host, terms.map_err(refusal::failed)?, form)
}

fn currency(host: &Host) -> Result<String, Failure> {
    Ok(string(at(&catalog::get(host)?, "catalog"), "currency"))
}

fn print(host: &Host, terms: Value, form: Form) -> Result<(), Failure> {
    if form.is_json() {
        return Ok(output::answer(terms)?);
    }
    let mut page = Page::on_standard_output();
    fill(&mut page, &terms, &currency(host)?);
    Ok(page.print()?)
}

impl TermsArgs {
    /// Whether nothing is to be changed.
    pub(crate) const fn only_looks(&self) -> bool {
        self.preview
    }

    /// The contract's `terms-changes`, with amounts of this currency.
    ///
    /// # Errors
    ///
    /// What makes no sense.
    fn changes(&self, currency: &str) -> Result<Value, String> {
        let off = match (&self.percent_off, &self.amount_off) {
            (Some(percent), _) => {
                Some(json!({"basis-points": basis_points("--percent-off", percent)?}))
            }
            (None, Some(amount)) => {
                Some(json!({"amount": option("--amount-off", money::parse(amount, currency))?}))
            }
            (None, None) => None,
        };
        // A time in the past counts as now.
        let since = self.since.unwrap_or_default();
        let amount = |name, text: &Option<String>| match text {
            Some(text) => option(name, money::parse(text, currency)).map(Some),
            None => Ok(None),
        };
        let (monthly, annual) =
            (amount("--price", &self.price)?, amount("--annual-price", &self.annual_price)?);
        let has_price = monthly.is_some() || annual.is_some() || self.catalog_price;
        for (is_given, name, needs) in [
            (self.reason.is_some() && !has_price, "--reason", "--price"),
            (self.months.is_some() && off.is_none(), "--months", "--percent-off"),
            (self.name.is_some() && off.is_none(), "--name", "--percent-off"),
            (self.since.is_some() && off.is_none() && !has_price, "--since", "--price"),
        ] {
            if is_given {
                return Err(format!(
                    "`{name}` says nothing without another option such as `{needs}`"
                ));
            }
        }
        let price = json!({"monthly": monthly, "annual": annual, "since": since,
            "reason": self.reason});
        let discount = off.map(
            |off| json!({"name": self.name, "off": off, "since": since, "months": self.months}),
        );
        let taxes: Vec<Value> = self.tax.iter().map(|text| tax(text)).collect::<Result<_, _>>()?;
        let address = self.billing_address.join("\n");
        let changes = json!({
            "price": has_price.then_some(price),
            "discount": discount,
            "trial-ends-at": self.trial_until,
            "volume-discount": self.volume_discount.map(|answer| answer == YesNo::Yes),
            "taxes": (self.no_taxes || !taxes.is_empty()).then_some(taxes),
            "billing-address": (!self.billing_address.is_empty()).then_some(address),
        });
        let says_nothing = |changes: &Value| {
            changes.as_object().is_some_and(|changes| changes.values().all(Value::is_null))
        };
        if says_nothing(&changes) {
            let help = "`clientdesk agencies set-terms --help` lists what can be changed";
            return Err(format!("nothing to change\n{help}"));
        }
        Ok(changes)
    }
}

/// What is wrong with an option, with its name.
fn option<T>(name: &str, parsed: Result<T, String>) -> Result<T, String> {
    parsed.map_err(|why| format!("`{name}`: {why}"))
}

/// Hundredths of a percent of a percentage.
fn basis_points(name: &str, percent: &str) -> Result<u64, String> {
    let number = percent.strip_suffix('%').unwrap_or(percent).trim_end();
    let why = || format!("expected a percentage such as 20 or 12.5, is `{}`", cut(percent));
    option(name, decimal(number, 2).ok_or_else(why))
}

/// A tax: what stands before the last `=` is its name.
fn tax(text: &str) -> Result<Value, String> {
    let why = || format!("`--tax`: expected NAME=RATE such as `VAT 19 %=1900`, is `{}`", cut(text));
    let (name, rate) = text.rsplit_once('=').ok_or_else(why)?;
    let rate = rate.trim();
    let points = match rate.strip_suffix('%') {
        Some(_) => basis_points("--tax", rate)?,
        None => decimal(rate, 0).ok_or_else(why)?,
    };
    Ok(json!({"name": name.trim(), "basis-points": points}))
}

fn fill(page: &mut Page, terms: &Value, currency: &str) {
    let ends = time(terms, "trial-ends-at");
    let yes = at(terms, "volume-discount") == true;
    let address = string(terms, "billing-address");
    let none = |text: String| if text.is_empty() { "–".to_owned() } else { text };
    let field = |name: &str, value: String| vec![Shown::Text(name.to_owned()), Shown::Text(value)];
    page.heading("Terms");
    page.table(
        &["Field", "Value"],
        &[
            field("Trial ends", none(ends)),
            field("Volume discount on plans", if yes { "yes" } else { "no" }.to_owned()),
            field("Address on invoices", none(address.replace('\n', ", "))),
        ],
    );
    let mut section =
        |title: &str, header: &[&'static str], field: &str, row: &dyn Fn(&Value) -> Vec<Shown>| {
            let rows: Vec<Vec<Shown>> = elements(terms, field).iter().map(row).collect();
            if !rows.is_empty() {
                page.heading(title);
                page.table(header, &rows);
            }
        };
    let price = |of: &Value, field| {
        let price = at(of, field).as_u64().map(|amount| written(amount, currency));
        Shown::Count(price.unwrap_or_else(|| "as the catalog".to_owned()))
    };
    section("Prices of its own", &["From", "A month", "A year", "Why"], "prices", &|own| {
        let (from, why) = (Shown::Text(time(own, "since")), Shown::Text(string(own, "reason")));
        vec![from, price(own, "monthly"), price(own, "annual"), why]
    });
    section("Discounts", &["Name", "Off", "From", "Months"], "discounts", &|discount| {
        let off = at(discount, "off");
        let off = match at(off, "amount").as_u64() {
            Some(amount) => format!("{} a month", written(amount, currency)),
            None => catalog::percent(number(off, "basis-points")),
        };
        vec![
            Shown::Strong(string(discount, "name")),
            Shown::Count(off),
            Shown::Text(time(discount, "since")),
            Shown::Count(thousands(number(discount, "months"))),
        ]
    });
    section("Taxes", &["Name", "Rate"], "taxes", &|tax| {
        let rate = catalog::percent(number(tax, "basis-points"));
        vec![Shown::Text(string(tax, "name")), Shown::Count(rate)]
    });
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Options {
        #[command(flatten)]
        terms: TermsArgs,
    }

    fn changes(words: &[&str]) -> Result<Value, String> {
        let words = ["set-terms", "acme"].iter().chain(words);
        let options = Options::try_parse_from(words).map_err(|error| error.to_string())?;
        options.terms.changes("USD")
    }

    #[test]
    fn options_become_changes() {
        for (words, field, expected) in [
            (
                &["--price", "39", "--annual-price", "396.50", "--reason", "Loyal"][..],
                "price",
                json!({"monthly": 3_900, "annual": 39_650, "since": 0, "reason": "Loyal"}),
            ),
            (
                &["--catalog-price", "--reason", "Over", "--since", "2026-09-01T12:00:00Z"],
                "price",
                json!({"monthly": null, "annual": null, "since": 1_788_264_000_000_u64,
                    "reason": "Over"}),
            ),
            (
                &["--percent-off", "12.5", "--months", "3", "--name", "Welcome"],
                "discount",
                json!({"name": "Welcome", "off": {"basis-points": 1_250}, "since": 0, "months": 3}),
            ),
            (
                &["--amount-off", "10", "--months", "1", "--name", "Sorry"],
                "discount",
                json!({"name": "Sorry", "off": {"amount": 1_000}, "since": 0, "months": 1}),
            ),
            (
                &["--trial-until", "2026-09-01T12:00:00Z"],
                "trial-ends-at",
                json!(1_788_264_000_000_u64),
            ),
            (&["--volume-discount", "yes"], "volume-discount", json!(true)),
            (&["--volume-discount", "no"], "volume-discount", json!(false)),
            (
                &["--tax", "VAT 19 %=1900", "--tax", "City = 1.5%"],
                "taxes",
                json!([{"name": "VAT 19 %", "basis-points": 1_900},
                    {"name": "City", "basis-points": 150}]),
            ),
            (&["--no-taxes"], "taxes", json!([])),
            (
                &["--billing-address", "Weg 1", "--billing-address", "1234 Ort"],
                "billing-address",
                json!("Weg 1\n1234 Ort"),
            ),
            (&["--billing-address", ""], "billing-address", json!("")),
        ] {
            let changes = changes(words).unwrap();
            assert_eq!(changes[field], expected, "{words:?}");
            let others = changes.as_object().unwrap().values().filter(|value| !value.is_null());
            assert_eq!(others.count(), 1, "{words:?}: {changes}");
        }
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for (words, why) in [
            (&[][..], "nothing to change"),
            (&["--price", "39"], "--reason"),
            (&["--reason", "Loyal"], "`--reason` says nothing without"),
            (&["--price", "39,50", "--reason", "x"], "`--price`: expected an amount of USD"),
            (&["--percent-off", "10"], "--name"),
            (&["--percent-off", "x", "--name", "W", "--months", "1"], "`--percent-off`: expected"),
            (&["--since", "2026-09-01"], "`--since` says nothing without"),
            (&["--tax", "VAT"], "`--tax`: expected NAME=RATE"),
            (&["--tax", "VAT=19.5"], "`--tax`: expected NAME=RATE"),
            (&["--tax", "VAT=1", "--no-taxes"], "cannot be used with"),
        ] {
            let error = changes(words).unwrap_err();
            assert!(error.contains(why), "{words:?}: {error}");
        }
    }

    #[test]
    fn terms_are_told_in_tables() {
        let terms = json!({
            "prices": [{"monthly": 3_900, "annual": null, "since": 1_788_264_000_000_u64,
                "reason": "Loyal"}],
            "discounts": [
                {"name": "Welcome", "off": {"basis-points": 2_000}, "since": 0, "months": 3},
                {"name": "Sorry", "off": {"amount": 1_000}, "since": 0, "months": 1}],
            "trial-ends-at": null, "volume-discount": true,
            "taxes": [{"name": "VAT", "basis-points": 1_900}], "billing-address": "Weg 1\nOrt"});
        let mut page = Page::plain();
        fill(&mut page, &terms, "USD");
        for shown in
            ["$39.00", "as the catalog", "20 %", "$10.00 a month", "19 %", "Weg 1, Ort", "yes"]
        {
            assert!(page.text().contains(shown), "{shown} isn't in\n{}", page.text());
        }
        let mut page = Page::plain();
        fill(&mut page, &json!({}), "USD");
        assert!(!page.text().contains("Prices"), "{}", page.text());
    }
}
