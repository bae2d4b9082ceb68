//! What `/metrics` says, as numbers by name and labels.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

/// The figures of a service at a moment.
#[derive(Clone, Debug)]
pub(super) struct Scraped {
    pub(super) at: Instant,
    series: BTreeMap<String, Vec<Sample>>,
}

#[derive(Clone, Debug, PartialEq)]
struct Sample {
    labels: Vec<(String, String)>,
    value: f64,
}

impl Sample {
    fn has(&self, wanted: &[(&str, &str)]) -> bool {
        wanted.iter().all(|(name, value)| self.label(name) == Some(value))
    }

    fn label(&self, name: &str) -> Option<&str> {
        self.labels.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

impl Scraped {
    /// Reads a page of OpenMetrics; what can't be read is passed over.
    pub(super) fn read(text: &str, at: Instant) -> Scraped {
        let mut series: BTreeMap<String, Vec<Sample>> = BTreeMap::new();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            if let Some((name, sample)) = sample(line) {
                series.entry(name.to_owned()).or_default().push(sample);
            }
        }
        Scraped { at, series }
    }

    /// Whether these are figures of Clientdesk.
    pub(super) fn is_ours(&self) -> bool {
        self.series.contains_key("clientdesk_build_info")
    }

    /// The sum of all samples with this name and these labels, without the program's name in front.
    pub(super) fn sum(&self, name: &str, labels: &[(&str, &str)]) -> f64 {
        let found = self.samples(name).filter(|sample| sample.has(labels));
        // Nothing adds up to 0, not to -0 as `sum` has it.
        found.fold(0.0, |sum, sample| sum + sample.value)
    }

    /// All values that a label has.
    pub(super) fn values(&self, name: &str, label: &str) -> BTreeSet<&str> {
        self.samples(name).filter_map(|sample| sample.label(label)).collect()
    }

    /// The names that begin so, without the program's name in front.
    pub(super) fn names(&self, start: &str) -> Vec<String> {
        let names = self.series.keys().filter_map(|name| name.strip_prefix("clientdesk_"));
        names.filter(|name| name.starts_with(start)).map(str::to_owned).collect()
    }

    /// How many were counted up to each bound, of all histograms with this name and these labels together.
    pub(super) fn buckets(&self, name: &str, labels: &[(&str, &str)]) -> Vec<(f64, f64)> {
        let mut all: Vec<(f64, f64)> = Vec::new();
        for sample in self.samples(&format!("{name}_bucket")).filter(|sample| sample.has(labels)) {
            let Some(bound) = sample.label("le").and_then(number) else { continue };
            match all.iter_mut().find(|(known, _)| known.total_cmp(&bound).is_eq()) {
                Some((_, count)) => *count += sample.value,
                None => all.push((bound, sample.value)),
            }
        }
        all.sort_by(|(one, _), (other, _)| one.total_cmp(other));
        all
    }

    fn samples(&self, name: &str) -> impl Iterator<Item = &Sample> {
        self.series.get(&format!("clientdesk_{name}")).into_iter().flatten()
    }
}

/// `name{label="value",…} number`
fn sample(line: &str) -> Option<(&str, Sample)> {
    let (head, value) = line.rsplit_once(' ')?;
    let (name, labels) = match head.split_once('{') {
        Some((name, labels)) => (name, labels.strip_suffix('}')?),
        None => (head, ""),
    };
    Some((name, Sample { labels: labels_in(labels)?, value: number(value)? }))
}

/// Values hold no quotes here: they are names of functions, words and numbers.
fn labels_in(text: &str) -> Option<Vec<(String, String)>> {
    let mut labels = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (name, more) = rest.split_once("=\"")?;
        let (value, more) = more.split_once('"')?;
        labels.push((name.to_owned(), value.to_owned()));
        rest = more.strip_prefix(',').unwrap_or(more);
    }
    Some(labels)
}

fn number(text: &str) -> Option<f64> {
    match text {
        "+Inf" => Some(f64::INFINITY),
        text => text.parse().ok(),
    }
}

/// The bound below which so many of what was counted lie, from 0 to 1, as if they lay evenly between two bounds;
/// none: nothing was counted.
pub(super) fn quantile(part: f64, buckets: &[(f64, f64)]) -> Option<f64> {
    let all = buckets.last().map(|(_, count)| *count).filter(|count| *count > 0.0)?;
    let wanted = all * part;
    let (mut below, mut from) = (0.0, 0.0);
    for (bound, count) in buckets {
        if *count >= wanted && *count > below {
            // Nothing is known of what lies above the last bound.
            let width = if bound.is_finite() { bound - from } else { 0.0 };
            return Some(from + width * (wanted - below) / (count - below));
        }
        (below, from) = (*count, *bound);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_read_and_what_is_no_figure_passed_over() {
        let text = "# HELP clientdesk_calls Calls\n\
            clientdesk_build_info{version=\"0.1.0\",store=\"sqlite\"} 1\n\
            clientdesk_calls_total{function=\"a.b\",outcome=\"done\",error=\"\"} 3\n\
            clientdesk_calls_total{function=\"a.c\",outcome=\"done\",error=\"\"} 4\n\
            clientdesk_calls_total{function=\"a.c\",outcome=\"failed\",error=\"trap\"} 1\n\
            clientdesk_took_bucket{le=\"0.5\",function=\"a.b\"} 2\n\
            clientdesk_took_bucket{le=\"+Inf\",function=\"a.b\"} 4\n\
            nonsense\nclientdesk_broken{a=\"b 1\n# EOF\n";
        let scraped = Scraped::read(text, Instant::now());
        assert!(scraped.is_ours());
        let sum = |labels: &[(&str, &str)]| scraped.sum("calls_total", labels).to_string();
        assert_eq!([sum(&[]), sum(&[("function", "a.c")])], ["8", "5"]);
        assert_eq!(sum(&[("function", "a.c"), ("outcome", "failed")]), "1");
        assert_eq!(scraped.values("calls_total", "function"), BTreeSet::from(["a.b", "a.c"]));
        assert_eq!(scraped.values("build_info", "store"), BTreeSet::from(["sqlite"]));
        assert_eq!(scraped.buckets("took", &[]), [(0.5, 2.0), (f64::INFINITY, 4.0)]);
        assert_eq!(scraped.sum("nothing", &[]).to_string(), "0");
        assert!(!Scraped::read("<html>", Instant::now()).is_ours());
    }

    #[test]
    fn a_quantile_lies_between_the_bounds_of_its_bucket() {
        let buckets = [(1.0, 50.0), (2.0, 90.0), (4.0, 100.0), (f64::INFINITY, 100.0)];
        let at = |part: f64| quantile(part, &buckets).map(|found| (found * 100.0).round() / 100.0);
        assert_eq!([at(0.5), at(0.7), at(0.99)], [Some(1.0), Some(1.5), Some(3.8)]);
        assert_eq!(quantile(0.5, &[(1.0, 0.0), (f64::INFINITY, 5.0)]), Some(1.0));
        assert_eq!(quantile(0.5, &[(1.0, 0.0)]), None);
        assert_eq!(quantile(0.5, &[]), None);
    }
}
