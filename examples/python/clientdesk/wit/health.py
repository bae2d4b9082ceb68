"""Who is doing well, and who is slipping away: engagement scores from 0 to 100, the reasons for
them, and what would raise them.

A client who has joined has a score over all its brands, and one for each brand. A score is made
of four factors, each a whole number from 0 to 100: recency (weight 40), frequency (30), depth
(20) and trend (10). It is the sum of weight × factor, divided by the sum of the weights, both
without factors that are missing, rounded half up: anybody can recompute it.

"The last N days" are today and the N − 1 calendar days before it, by the agency's own time.
Nothing counts from before the client last accepted an invite.
"""

# Made by generate.py from the interface `core/health`: change that instead.

from __future__ import annotations

import builtins
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from .._functions import Call as _Call, Function, Param
from .._shapes import TEXT, U8, U16, U32, Enumeration, List, Option, Record, Variant
from .clients import CLIENT_COUNTS as CLIENT_COUNTS, ClientCounts as ClientCounts
from .types import (
    ACTIVITY_SUMMARY as ACTIVITY_SUMMARY,
    BAND as BAND,
    BRAND_ID as BRAND_ID,
    CALL as CALL,
    CLIENT_ID as CLIENT_ID,
    ERROR as ERROR,
    STATUS as STATUS,
    TIMESTAMP as TIMESTAMP,
    ActivitySummary as ActivitySummary,
    Band as Band,
    BrandId as BrandId,
    Busy as Busy,
    Call as Call,
    ClientId as ClientId,
    Conflict as Conflict,
    Corrupt as Corrupt,
    Denied as Denied,
    Error as Error,
    Exists as Exists,
    Expired as Expired,
    Invalid as Invalid,
    Limit as Limit,
    NotFound as NotFound,
    Other as Other,
    Status as Status,
    Timestamp as Timestamp,
    Unavailable as Unavailable,
)


class FactorKind(Enum):
    """What a score is made of."""

    RECENCY = "recency"
    """How long ago the latest log-in was: 100 right after it, 70 just before `at-risk-days`, 69 at
    `at-risk-days`, 0 at `churn-days`. Weight 40.
    """
    FREQUENCY = "frequency"
    """Log-ins in the last 30 days, compared with what is usual for this client. Weight 30."""
    DEPTH = "depth"
    """How many of the features that it sees it used in the last 30 days. Weight 20."""
    TREND = "trend"
    """Log-ins, page views and exports in the last 14 days, compared with the 14 before. Weight 10."""


FACTOR_KIND = Enumeration(FactorKind)


@dataclass(slots=True, kw_only=True)
class RecencyNumbers:
    """The numbers behind `recency`."""

    last_log_in: Timestamp | None = None
    """The latest log-in; none: never at this brand."""
    at_risk_days: int
    """After how many days without a log-in it is at risk."""
    churn_days: int
    """After how many days without a log-in it has churned."""


RECENCY_NUMBERS = Record(
    RecencyNumbers,
    [
        ("last-log-in", "last_log_in", Option(TIMESTAMP)),
        ("at-risk-days", "at_risk_days", U16),
        ("churn-days", "churn_days", U16),
    ],
)


@dataclass(slots=True)
class FrequencyNumbers:
    """The numbers behind `frequency`. The usual number of log-ins is `earlier-log-ins` × 30 ÷
    `earlier-days`.
    """

    log_ins: int
    """Log-ins in the last 30 days."""
    earlier_log_ins: int
    """Log-ins in the 90 days before those."""
    earlier_days: int
    """How many of those 90 days it had already joined; with fewer than 60 days in all, the factor
    is missing.
    """


FREQUENCY_NUMBERS = Record(
    FrequencyNumbers,
    [
        ("log-ins", "log_ins", U32),
        ("earlier-log-ins", "earlier_log_ins", U32),
        ("earlier-days", "earlier_days", U16),
    ],
)


@dataclass(slots=True)
class DepthNumbers:
    """The numbers behind `depth`."""

    used: int
    """How many of the features that it sees it used in the last 30 days."""
    visible: int
    """How many it sees; 0: the factor is missing."""


DEPTH_NUMBERS = Record(DepthNumbers, [("used", "used", U32), ("visible", "visible", U32)])


@dataclass(slots=True)
class TrendNumbers:
    """The numbers behind `trend`."""

    recent: int
    """Log-ins, page views and exports in the last 14 days."""
    earlier: int
    """The same in the 14 days before."""


TREND_NUMBERS = Record(TrendNumbers, [("recent", "recent", U32), ("earlier", "earlier", U32)])


@dataclass(frozen=True, slots=True)
class NumbersRecency:
    """Those behind `recency`."""

    value: RecencyNumbers


@dataclass(frozen=True, slots=True)
class NumbersFrequency:
    """Those behind `frequency`."""

    value: FrequencyNumbers


@dataclass(frozen=True, slots=True)
class NumbersDepth:
    """Those behind `depth`."""

    value: DepthNumbers


@dataclass(frozen=True, slots=True)
class NumbersTrend:
    """Those behind `trend`."""

    value: TrendNumbers


Numbers: TypeAlias = NumbersRecency | NumbersFrequency | NumbersDepth | NumbersTrend
"""The numbers behind one of the factors."""

NUMBERS = Variant(
    [
        ("recency", NumbersRecency, RECENCY_NUMBERS),
        ("frequency", NumbersFrequency, FREQUENCY_NUMBERS),
        ("depth", NumbersDepth, DEPTH_NUMBERS),
        ("trend", NumbersTrend, TREND_NUMBERS),
    ]
)


@dataclass(slots=True, kw_only=True)
class Factor:
    """One factor of a score."""

    kind: FactorKind
    """Which one."""
    weight: int
    """How much it counts."""
    value: int | None = None
    """0 to 100; none: missing, and left out of the score."""
    numbers: Numbers
    """The numbers that it follows from."""
    sentence: str
    """The reason for it, and what would raise it, in one plain sentence."""


FACTOR = Record(
    Factor,
    [
        ("kind", "kind", FACTOR_KIND),
        ("weight", "weight", U32),
        ("value", "value", Option(U8)),
        ("numbers", "numbers", NUMBERS),
        ("sentence", "sentence", TEXT),
    ],
)


class Signal(Enum):
    """Something worth noticing, whatever the score."""

    SINGLE_FEATURE = "single-feature"
    """It sees several features, and used only one in the last 30 days."""
    NO_RECENT_EXPORT = "no-recent-export"
    """It may export and joined at least 30 days ago, but exported nothing in the last 30 days."""
    LOG_INS_FALLING = "log-ins-falling"
    """Its log-ins in the last 30 days are more than 20 % below what is usual for it."""
    STATUS_AND_BAND_DIFFER = "status-and-band-differ"
    """Its status says one thing and its band another."""


SIGNAL = Enumeration(Signal)


@dataclass(slots=True)
class Score:
    """A score, with everything that it follows from."""

    score: int
    """0 to 100."""
    band: Band
    """What that means."""
    factors: list[Factor]
    """The four factors, in the order of their weights."""
    signals: list[Signal]
    """What is worth noticing."""


SCORE = Record(
    Score,
    [
        ("score", "score", U8),
        ("band", "band", BAND),
        ("factors", "factors", List(FACTOR)),
        ("signals", "signals", List(SIGNAL)),
    ],
)


@dataclass(slots=True, kw_only=True)
class BrandScore:
    """The score of a client at one brand."""

    brand: BrandId
    """The brand."""
    brand_name: str
    """Its name."""
    score: Score | None = None
    """Its score there; none unless joined."""
    activity: ActivitySummary
    """What the client has done there."""


BRAND_SCORE = Record(
    BrandScore,
    [
        ("brand", "brand", BRAND_ID),
        ("brand-name", "brand_name", TEXT),
        ("score", "score", Option(SCORE)),
        ("activity", "activity", ACTIVITY_SUMMARY),
    ],
)


@dataclass(slots=True, kw_only=True)
class Explanation:
    """The reasons for a client's score."""

    client: ClientId
    """The client."""
    status: Status
    """Where it stands."""
    score: Score | None = None
    """The score over all brands, right now; none unless joined."""
    activity: ActivitySummary
    """What the client has done."""
    brands: list[BrandScore]
    """The same for each of its brands."""
    as_of: Timestamp
    """The time that all of this is true at."""


EXPLANATION = Record(
    Explanation,
    [
        ("client", "client", CLIENT_ID),
        ("status", "status", STATUS),
        ("score", "score", Option(SCORE)),
        ("activity", "activity", ACTIVITY_SUMMARY),
        ("brands", "brands", List(BRAND_SCORE)),
        ("as-of", "as_of", TIMESTAMP),
    ],
)


@dataclass(slots=True)
class BandCounts:
    """How many clients are in each band."""

    active: int
    """70 to 100."""
    at_risk: int
    """40 to 69."""
    churned: int
    """0 to 39."""


BAND_COUNTS = Record(
    BandCounts,
    [("active", "active", U32), ("at-risk", "at_risk", U32), ("churned", "churned", U32)],
)


@dataclass(slots=True)
class Mover:
    """A client whose score has changed a lot."""

    client: ClientId
    """The client."""
    title: str
    """What the client is called: the name, the label or the e-mail address."""
    before: int
    """The score 7 days earlier."""
    after: int
    """The score at `scored-at`."""


MOVER = Record(
    Mover,
    [
        ("client", "client", CLIENT_ID),
        ("title", "title", TEXT),
        ("before", "before", U8),
        ("after", "after", U8),
    ],
)


@dataclass(slots=True, kw_only=True)
class AgencyHealth:
    """How an agency's clients are doing."""

    bands: BandCounts
    """How many clients are in each band, by the scores that lists show."""
    average: int | None = None
    """Their average score, rounded half up; none: nobody has a score."""
    statuses: ClientCounts
    """How many clients are in each status."""
    falls: list[Mover]
    """The biggest falls within 7 days, biggest first; 10 at most."""
    rises: list[Mover]
    """The biggest rises within 7 days, biggest first; 10 at most."""
    scored_at: Timestamp | None = None
    """When `jobs.run` last computed all scores, which it does once a day; none: not yet. Falls and
    rises are as of then, while a log-in updates its client's score at once.
    """
    as_of: Timestamp
    """The time that statuses were derived for."""


AGENCY_HEALTH = Record(
    AgencyHealth,
    [
        ("bands", "bands", BAND_COUNTS),
        ("average", "average", Option(U8)),
        ("statuses", "statuses", CLIENT_COUNTS),
        ("falls", "falls", List(MOVER)),
        ("rises", "rises", List(MOVER)),
        ("scored-at", "scored_at", Option(TIMESTAMP)),
        ("as-of", "as_of", TIMESTAMP),
    ],
)


@dataclass(slots=True, kw_only=True)
class Week:
    """A week of a client's history."""

    starts_at: Timestamp
    """The first millisecond of the week's Monday, by the agency's clocks."""
    score: int | None = None
    """The last score of that week; none: it had none."""


WEEK = Record(Week, [("starts-at", "starts_at", TIMESTAMP), ("score", "score", Option(U8))])


class HealthFunctions:
    """The functions of `health`."""

    def __init__(self, call: _Call) -> None:
        self._call = call

    def explain(self, call: Call, client: ClientId) -> Explanation | None:
        """The reasons for a client's score, over all its brands and for each of them; none: the
        agency has no such client.
        """
        return self._call(_EXPLAIN, call, client)

    def overview(self, call: Call) -> AgencyHealth:
        """How the agency's clients are doing."""
        return self._call(_OVERVIEW, call)

    def history(self, call: Call, client: ClientId) -> builtins.list[Week]:
        """A client's scores of the last 26 weeks, oldest first and the current one last; empty if
        the agency has no such client.
        """
        return self._call(_HISTORY, call, client)


_EXPLAIN: Function[Explanation | None] = Function(
    "clientdesk:core/health@0.1.0",
    "explain",
    [Param("call", "call", CALL), Param("client", "client", CLIENT_ID)],
    Option(EXPLANATION),
    fails=ERROR,
)
_OVERVIEW: Function[AgencyHealth] = Function(
    "clientdesk:core/health@0.1.0",
    "overview",
    [Param("call", "call", CALL)],
    AGENCY_HEALTH,
    fails=ERROR,
)
_HISTORY: Function[list[Week]] = Function(
    "clientdesk:core/health@0.1.0",
    "history",
    [Param("call", "call", CALL), Param("client", "client", CLIENT_ID)],
    List(WEEK),
    fails=ERROR,
)
FUNCTIONS: list[Function[object]] = [_EXPLAIN, _OVERVIEW, _HISTORY]
