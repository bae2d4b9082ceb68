//! `health`

use super::enums::same_cases;
use super::wit::exports::clientdesk::core::{clients, health as wit};
use super::{Component, with_ports};
use crate::app::health;
use crate::app::health::{BrandScore, Explanation, FactorView, MoverView, Overview, ScoreView};
use crate::domain::health::{Band, Numbers, Signal};
use crate::domain::time::Timestamp;

impl wit::Guest for Component {
    fn explain(
        call: wit::Call,
        client: wit::ClientId,
    ) -> Result<Option<wit::Explanation>, wit::Error> {
        let explained = with_ports(|ports| health::explain(ports, &call.into(), &client))?;
        Ok(explained.map(Into::into))
    }

    fn overview(call: wit::Call) -> Result<wit::AgencyHealth, wit::Error> {
        Ok(with_ports(|ports| health::overview(ports, &call.into()))?.into())
    }

    fn history(call: wit::Call, client: wit::ClientId) -> Result<Vec<wit::Week>, wit::Error> {
        let weeks = with_ports(|ports| health::history(ports, &call.into(), &client))?;
        let week = |(at, score): (Timestamp, _)| wit::Week { starts_at: at.millis(), score };
        Ok(weeks.into_iter().map(week).collect())
    }
}

impl From<Explanation> for wit::Explanation {
    fn from(explanation: Explanation) -> wit::Explanation {
        let Explanation { client, status, score, activity, brands, as_of } = explanation;
        wit::Explanation {
            client: client.to_string(),
            status: status.into(),
            score: score.map(Into::into),
            activity: activity.into(),
            brands: brands.into_iter().map(Into::into).collect(),
            as_of: as_of.millis(),
        }
    }
}

impl From<BrandScore> for wit::BrandScore {
    fn from(at_brand: BrandScore) -> wit::BrandScore {
        let BrandScore { brand, name, score, activity } = at_brand;
        wit::BrandScore {
            brand: brand.to_string(),
            brand_name: name.to_string(),
            score: score.map(Into::into),
            activity: activity.into(),
        }
    }
}

impl From<ScoreView> for wit::Score {
    fn from(view: ScoreView) -> wit::Score {
        let ScoreView { score, factors, signals } = view;
        wit::Score {
            score: score.value,
            band: score.band().into(),
            factors: factors.into_iter().map(Into::into).collect(),
            signals: signals.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<FactorView> for wit::Factor {
    fn from(view: FactorView) -> wit::Factor {
        let FactorView { factor, sentence } = view;
        let (weight, value) = (factor.weight(), factor.value());
        let (kind, numbers) = match factor.numbers {
            Numbers::Recency(numbers) => {
                let (at_risk_days, churn_days) = numbers.thresholds.days();
                let last_log_in = numbers.last_log_in.map(Timestamp::millis);
                let numbers = wit::RecencyNumbers { last_log_in, at_risk_days, churn_days };
                (wit::FactorKind::Recency, wit::Numbers::Recency(numbers))
            }
            Numbers::Frequency(numbers) => {
                let numbers = wit::FrequencyNumbers {
                    log_ins: numbers.log_ins,
                    earlier_log_ins: numbers.earlier,
                    earlier_days: numbers.earlier_days,
                };
                (wit::FactorKind::Frequency, wit::Numbers::Frequency(numbers))
            }
            Numbers::Depth(numbers) => {
                let (used, visible) = (numbers.used, numbers.visible);
                let numbers = wit::DepthNumbers { used, visible };
                (wit::FactorKind::Depth, wit::Numbers::Depth(numbers))
            }
            Numbers::Trend(numbers) => {
                let (recent, earlier) = (numbers.recent, numbers.earlier);
                let numbers = wit::TrendNumbers { recent, earlier };
                (wit::FactorKind::Trend, wit::Numbers::Trend(numbers))
            }
        };
        wit::Factor { kind, weight, value, numbers, sentence }
    }
}

impl From<Overview> for wit::AgencyHealth {
    fn from(overview: Overview) -> wit::AgencyHealth {
        let Overview { scores, statuses, falls, rises, scored_at, as_of } = overview;
        let (active, at_risk, churned) = (scores.active, scores.at_risk, scores.churned);
        wit::AgencyHealth {
            bands: wit::BandCounts { active, at_risk, churned },
            average: scores.average(),
            statuses: statuses.into(),
            falls: falls.into_iter().map(Into::into).collect(),
            rises: rises.into_iter().map(Into::into).collect(),
            scored_at: scored_at.map(Timestamp::millis),
            as_of: as_of.millis(),
        }
    }
}

impl From<MoverView> for wit::Mover {
    fn from(view: MoverView) -> wit::Mover {
        let MoverView { mover, title } = view;
        let (before, after) = (mover.before, mover.after);
        wit::Mover { client: mover.client.to_string(), title, before, after }
    }
}

same_cases! {
    wit::Signal = Signal: SingleFeature NoRecentExport LogInsFalling StatusAndBandDiffer;
    clients::Band = Band: Active AtRisk Churned;
}
