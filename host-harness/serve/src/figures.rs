//! What the host tells of itself, as OpenMetrics has it.

use std::fmt::Error;
use std::sync::Arc;

use clientdesk_host::{CALL_SECONDS, Figures, Host};
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric as _, NoLabelSet};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;

/// Asks the host whenever somebody looks.
#[derive(Debug)]
pub(crate) struct HostCollector(pub(crate) Arc<Host>);

impl Collector for HostCollector {
    fn encode(&self, mut encoder: DescriptorEncoder) -> Result<(), Error> {
        let figures = self.0.figures();
        calls(&figures, &mut encoder)?;
        host_calls(&figures, &mut encoder)?;
        numbers(&figures, &mut encoder)?;
        mails(&figures, &mut encoder)?;
        store(&figures, &mut encoder)
    }
}

fn calls(figures: &Figures, encoder: &mut DescriptorEncoder) -> Result<(), Error> {
    let help = "Calls of the component by function, outcome (done, refused, failed) and error";
    let mut calls = encoder.encode_descriptor("calls", help, None, MetricType::Counter)?;
    for one in &figures.calls {
        for counted in &one.outcomes {
            let labels = [
                ("function", one.function.as_str()),
                ("outcome", counted.outcome.word()),
                ("error", counted.outcome.error().unwrap_or_default()),
            ];
            ConstCounter::new(counted.calls).encode(calls.encode_family(&labels)?)?;
        }
    }
    let help = "How long calls of the component took, by function";
    let mut took = encoder.encode_descriptor("call_seconds", help, None, MetricType::Histogram)?;
    let bounds = || CALL_SECONDS.into_iter().chain([f64::INFINITY]);
    for one in &figures.calls {
        let buckets: Vec<(f64, u64)> = bounds().zip(one.took.buckets).collect();
        let (sum, count) = (one.took.sum.as_secs_f64(), one.took.buckets.iter().sum());
        let labels = [("function", one.function.as_str())];
        let mut one = took.encode_family(&labels)?;
        one.encode_histogram::<NoLabelSet>(sum, count, &buckets, None)?;
    }
    Ok(())
}

fn host_calls(figures: &Figures, encoder: &mut DescriptorEncoder) -> Result<(), Error> {
    let help = "Calls of store, mails, clock and secrets by the component";
    let mut calls = encoder.encode_descriptor("host_calls", help, None, MetricType::Counter)?;
    for one in &figures.host_calls {
        let labels = [("function", one.function.name())];
        ConstCounter::new(one.calls).encode(calls.encode_family(&labels)?)?;
    }
    let help = "How long store, mails and secrets took in all";
    let name = "host_call_seconds";
    let mut took = encoder.encode_descriptor(name, help, None, MetricType::Counter)?;
    for one in figures.host_calls.iter().filter(|one| one.function.may_wait()) {
        let labels = [("function", one.function.name())];
        ConstCounter::new(one.took.as_secs_f64()).encode(took.encode_family(&labels)?)?;
    }
    Ok(())
}

fn numbers(figures: &Figures, encoder: &mut DescriptorEncoder) -> Result<(), Error> {
    let instances = figures.instances;
    for (name, help, value) in [
        ("rows_read", "Rows that were read from the store", figures.rows_read),
        ("rows_written", "Rows that were written to the store, or deleted", figures.rows_written),
        ("host_bytes", "Bytes of keys, values and mails between component and host", figures.bytes),
        (
            "conflicts",
            "Commits that weren't made since others were quicker, and were tried again",
            figures.conflicts,
        ),
        ("host_failures", "How often store, mails or keys failed", figures.failures),
        ("instances_made", "Instances of the component that were made", instances.made),
        ("instances_ended", "Instances of the component that are gone", instances.ended),
    ] {
        counter(encoder, name, help, value)?;
    }
    gauge(encoder, "instances", "Instances of the component that there are", instances.live())?;
    gauge(encoder, "instances_idle", "Instances that wait for a call", instances.idle)
}

fn mails(figures: &Figures, encoder: &mut DescriptorEncoder) -> Result<(), Error> {
    let help = "Mails that were handed over, by what was said (accepted, later, never)";
    let mut mails = encoder.encode_descriptor("mails", help, None, MetricType::Counter)?;
    let told = figures.mails;
    for (outcome, number) in
        [("accepted", told.accepted), ("later", told.later), ("never", told.never)]
    {
        ConstCounter::new(number).encode(mails.encode_family(&[("outcome", outcome)])?)?;
    }
    Ok(())
}

fn store(figures: &Figures, encoder: &mut DescriptorEncoder) -> Result<(), Error> {
    for figure in &figures.store.figures {
        let name = format!("store_{}", figure.name);
        if figure.grows {
            counter(encoder, &name, figure.help, figure.value)?;
        } else {
            gauge(encoder, &name, figure.help, figure.value)?;
        }
    }
    Ok(())
}

fn counter(
    encoder: &mut DescriptorEncoder,
    name: &str,
    help: &str,
    value: u64,
) -> Result<(), Error> {
    let encoder = encoder.encode_descriptor(name, help, None, MetricType::Counter)?;
    ConstCounter::new(value).encode(encoder)
}

fn gauge(encoder: &mut DescriptorEncoder, name: &str, help: &str, value: u64) -> Result<(), Error> {
    let encoder = encoder.encode_descriptor(name, help, None, MetricType::Gauge)?;
    ConstGauge::new(value).encode(encoder)
}
