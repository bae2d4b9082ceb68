"""About the component itself, and its store as a whole. All of it is the platform's own."""

# Made by generate.py from the interface `core/system`: change that instead.

from __future__ import annotations

import builtins
from dataclasses import dataclass
from enum import Enum

from .._functions import Call as _Call, Function, Param
from .._shapes import BOOL, TEXT, U32, U64, Enumeration, List, Option, Record
from .types import (
    AGENCY_ID as AGENCY_ID,
    CURSOR as CURSOR,
    ERROR as ERROR,
    TIMESTAMP as TIMESTAMP,
    AgencyId as AgencyId,
    Busy as Busy,
    Conflict as Conflict,
    Corrupt as Corrupt,
    Cursor as Cursor,
    Denied as Denied,
    Error as Error,
    Exists as Exists,
    Expired as Expired,
    Invalid as Invalid,
    Limit as Limit,
    NotFound as NotFound,
    Other as Other,
    Timestamp as Timestamp,
    Unavailable as Unavailable,
)


@dataclass(slots=True)
class AtLeast:
    """A number that may be larger: counting ends somewhere."""

    number: int
    """So many were counted."""
    more: bool
    """Whether there may be more."""


AT_LEAST = Record(AtLeast, [("number", "number", U32), ("more", "more", BOOL)])


@dataclass(slots=True)
class DueJob:
    """Something that falls due."""

    agency: AgencyId
    """In which agency."""
    kind: str
    """What it is: `mail-retry`, `renewals` and so on, as docs/kinds.txt lists them."""
    subject: str
    """What it is about."""
    due_at: Timestamp
    """When it fell due."""
    failures: int
    """How often it failed since."""


DUE_JOB = Record(
    DueJob,
    [
        ("agency", "agency", AGENCY_ID),
        ("kind", "kind", TEXT),
        ("subject", "subject", TEXT),
        ("due-at", "due_at", TIMESTAMP),
        ("failures", "failures", U32),
    ],
)


@dataclass(slots=True, kw_only=True)
class SystemStatus:
    """How the component and its store are."""

    schema: int
    """The newest schema number of stored rows that this release reads and writes."""
    now: Timestamp
    """The host's time."""
    oldest_due: DueJob | None = None
    """What has been due for longest; none: nothing is due. Where it is older than a few minutes,
    nobody calls `jobs.run` often enough, or the job fails.
    """
    next_due: Timestamp | None = None
    """When the next thing falls due of what was looked at; none: nothing was."""
    due: AtLeast
    """How many things are due: at most 100 are counted in each of 64 parts of the index."""
    mails: AtLeast
    """How many mails wait to be handed over, counted in the same 100 of each part."""
    stuck: AtLeast
    """How many jobs were set aside since they failed 10 times, 1,000 at most: `jobs.stuck` lists
    them.
    """
    keys: list[str]
    """The ids of the keys that the host gives, the newest first."""


SYSTEM_STATUS = Record(
    SystemStatus,
    [
        ("schema", "schema", U32),
        ("now", "now", TIMESTAMP),
        ("oldest-due", "oldest_due", Option(DUE_JOB)),
        ("next-due", "next_due", Option(TIMESTAMP)),
        ("due", "due", AT_LEAST),
        ("mails", "mails", AT_LEAST),
        ("stuck", "stuck", AT_LEAST),
        ("keys", "keys", List(TEXT)),
    ],
)


class DifferenceKind(Enum):
    """In which way a row isn't as it should be."""

    MISSING = "missing"
    """It isn't there, though it follows from others that are."""
    SURPLUS = "surplus"
    """It is there, though nothing leads to it."""
    DIFFERENT = "different"
    """It says something else than what follows from others."""
    CONTRADICTION = "contradiction"
    """What is stored contradicts itself, and nothing tells which of it is right: a damaged row, a
    line that a ledger lacks, a client with an unknown brand. `repair` leaves it as it is: a
    backup may have what is lost.
    """


DIFFERENCE_KIND = Enumeration(DifferenceKind)


@dataclass(slots=True)
class Difference:
    """A row that isn't as it should be."""

    kind: DifferenceKind
    """In which way."""
    key: str
    """Its key in the store."""
    belongs_to: str
    """What it belongs to: `client` and its id, `brand nike`, `agency acme` and so on, with the id
    between backticks. New words come with new releases.
    """
    message: str
    """The same as a sentence, for people."""


DIFFERENCE = Record(
    Difference,
    [
        ("kind", "kind", DIFFERENCE_KIND),
        ("key", "key", TEXT),
        ("belongs-to", "belongs_to", TEXT),
        ("message", "message", TEXT),
    ],
)


@dataclass(slots=True, kw_only=True)
class CheckPage:
    """A part of what a look at a store's rows came to."""

    looked_at: int
    """How many rows were looked at."""
    differences: list[Difference]
    """Those that aren't as they should be; none where all are."""
    next: Cursor | None = None
    """The cursor to go on with; none: all were looked at."""


CHECK_PAGE = Record(
    CheckPage,
    [
        ("looked-at", "looked_at", U32),
        ("differences", "differences", List(DIFFERENCE)),
        ("next", "next", Option(CURSOR)),
    ],
)


class KeyUseKind(Enum):
    """What is made with a key of the host's ring, and what becomes of it once the ring lacks the
    key.
    """

    PASSWORD = "password"
    """The password of a login. It isn't known any more: its owner needs `portal.forgot-password`.
    Each log-in hashes the password under the newest key, so those that are left are of people
    who didn't log in since.
    """
    PASSWORD_LINK = "password-link"
    """A mailed link to choose a new password. It leads nowhere any more: ask for another."""
    CONFIRMATION_LINK = "confirmation-link"
    """A mailed link to prove an address. It leads nowhere any more, and the address isn't proved."""
    INVITE = "invite"
    """An open invite. Its links lead nowhere any more: `clients.resend`, or `clients.copy-link`
    once more.
    """
    SESSION = "session"
    """Somebody who is logged in to a portal. They log in again."""
    SIGN_IN = "sign-in"
    """An operator who is signed in on an account's behalf. They sign in again; the old one ends by
    its time.
    """
    ANSWER = "answer"
    """What a command with an idempotency key answered, kept for 24 hours. Its repetition is
    `unavailable` until then.
    """
    LOG_ENTRY = "log-entry"
    """An entry of the log. `audit.verify` ends there with `unknown-key`, and the agency can't be
    imported elsewhere. Entries are never hashed anew, so this lasts as long as the log.
    """
    ACTIVITY = "activity"
    """What clients did in their portals, covered by an entry of the log: as for the entry."""
    IMPORT = "import"
    """An import that is under way. It can't be finished: give it up with `abort-import`."""


KEY_USE_KIND = Enumeration(KeyUseKind)


@dataclass(slots=True)
class KeyUse:
    """What hangs on a key."""

    key: str
    """The key's id."""
    kind: KeyUseKind
    """What was made with it."""
    count: int
    """How many of them are among the rows of this answer; at least 1."""
    some: list[str]
    """Some of them by name, 5 at most: a login's address; what a client is called, or its id; an
    operator's id and the account's; an agency's id for an import. None for answers and the log.
    """


KEY_USE = Record(
    KeyUse,
    [
        ("key", "key", TEXT),
        ("kind", "kind", KEY_USE_KIND),
        ("count", "count", U32),
        ("some", "some", List(TEXT)),
    ],
)


@dataclass(slots=True, kw_only=True)
class KeyUsesPage:
    """What a part of the store's rows hangs on."""

    looked_at: int
    """How many rows were looked at."""
    keys: list[str]
    """The ids of the keys that the host gives, the newest first."""
    uses: list[KeyUse]
    """What hangs on each key, in the order of `keys`, then keys that the host lacks: what hangs on
    those is broken already. A key that isn't among them has no use in these rows.
    """
    next: Cursor | None = None
    """The cursor to go on with; none: all were looked at."""


KEY_USES_PAGE = Record(
    KeyUsesPage,
    [
        ("looked-at", "looked_at", U32),
        ("keys", "keys", List(TEXT)),
        ("uses", "uses", List(KEY_USE)),
        ("next", "next", Option(CURSOR)),
    ],
)


@dataclass(slots=True, kw_only=True)
class ExportPage:
    """Some lines of an exported agency."""

    lines: list[str]
    """The lines, each without its end, each JSON; there may be none, and still others later."""
    next: Cursor | None = None
    """The cursor of the next page; none: these were the last."""


EXPORT_PAGE = Record(ExportPage, [("lines", "lines", List(TEXT)), ("next", "next", Option(CURSOR))])


class FindingKind(Enum):
    """What becomes otherwise by an import."""

    LOGIN_TAKEN = "login-taken"
    """Somebody has a login with a client's address already. It stays as it is, password and all,
    and doesn't reach this agency: the client has no login until that one's owner opens a link
    that `portal.forgot-password` or `clients.reset-password` mails to the address. The subject
    is the address.
    """
    LOGIN_RENUMBERED = "login-renumbered"
    """Another login has the id of this one, which gets a new one. The subject is its address."""
    PASSWORD_UNREADABLE = "password-unreadable"
    """The host lacks the key that a password was hashed with: its owner needs
    `portal.forgot-password`. The subject is the address.
    """
    KEY_MISSING = "key-missing"
    """The host lacks a key that something was made with: the log doesn't verify here. The subject
    is the key's id.
    """
    CATALOG_DIFFERS = "catalog-differs"
    """Other things are sold here than where the agency was as it was exported, or at other prices:
    what is due after the import is charged by the catalog here. The subject is `catalog`.
    """
    NOT_SOLD = "not-sold"
    """The plan of an account isn't sold here. The subject is the plan's id."""
    RENAMED = "renamed"
    """The agency gets another id: links in mails that are out lead nowhere. The subject is the id
    that it had.
    """


FINDING_KIND = Enumeration(FindingKind)


@dataclass(slots=True)
class ImportFinding:
    """Something that becomes otherwise."""

    kind: FindingKind
    """What."""
    subject: str
    """Of what."""
    message: str
    """The same as a sentence, with what to do."""


IMPORT_FINDING = Record(
    ImportFinding,
    [("kind", "kind", FINDING_KIND), ("subject", "subject", TEXT), ("message", "message", TEXT)],
)


@dataclass(slots=True)
class ImportProgress:
    """How far lines have come on their way into a store."""

    agency: AgencyId
    """The id of the agency that they become."""
    ticket: str
    """What to go on with, in the next call."""
    lines: int
    """How many lines were read."""
    complete: bool
    """Whether the last one was among them. A file without it was cut short."""
    done: bool
    """Whether the agency is there, and nothing is left to do; never so of `check-import`."""
    findings: list[ImportFinding]
    """What becomes otherwise by the lines of this call."""


IMPORT_PROGRESS = Record(
    ImportProgress,
    [
        ("agency", "agency", AGENCY_ID),
        ("ticket", "ticket", TEXT),
        ("lines", "lines", U64),
        ("complete", "complete", BOOL),
        ("done", "done", BOOL),
        ("findings", "findings", List(IMPORT_FINDING)),
    ],
)


class SystemFunctions:
    """The functions of `system`."""

    def __init__(self, call: _Call) -> None:
        self._call = call

    def schema(self) -> int:
        """The newest schema number of stored rows that this release reads and writes. Asks nothing
        of the host.
        """
        return self._call(_SCHEMA)

    def status(self) -> SystemStatus:
        """How the component and its store are: something to look at every minute. It reads the due
        index, and no agency's rows, so it costs the same however much is stored.
        """
        return self._call(_STATUS)

    def check(self, *, agency: AgencyId | None = None, cursor: Cursor | None = None) -> CheckPage:
        """Works out anew what follows from an agency's clients, accounts, brands, mails, sessions,
        log and ledgers: its indexes, its counters, what falls due. Says what is there instead,
        and changes nothing. None for `agency`: what is no agency's own, such as log-ins and
        their addresses. Each call looks at some hundred rows; go on with `next` as the next
        call's `cursor` until there is none. Others may go on with their work meanwhile: what
        they change isn't taken for a difference. A counter that they never let rest is passed
        over: call again when there is less to do. What is kept for some hours only (counted
        attempts, answers for repeated calls) isn't looked at, and an entry for a time that has
        come counts as done. `not-found` for an unknown agency; `corrupt` when its own row or
        its log's head can't be read: nothing works then; `invalid` for a cursor that isn't from
        an answer about the same agency; `busy` when others change the very same rows again and
        again.
        """
        return self._call(_CHECK, agency, cursor)

    def repair(self, *, agency: AgencyId | None = None, cursor: Cursor | None = None) -> CheckPage:
        """The same, and writes what follows in place of what is there: of the kinds `missing`,
        `surplus` and `different` nothing is left. What others follow from is never touched,
        contradictions stay. Each call is one commit, and logs `indexes-repaired`, if it mended
        anything. Calling it again does nothing. Errors as with `check`.
        """
        return self._call(_REPAIR, agency, cursor)

    def key_uses(
        self, *, agency: AgencyId | None = None, cursor: Cursor | None = None
    ) -> KeyUsesPage:
        """What hangs on the host's keys: what would break if a key were removed, before it is.
        Looks at an agency's rows; none for `agency`: at what is no agency's own, which is
        logins (passwords and mailed links) and imports that are under way. Each call looks at
        some hundred rows, and writes nothing; go on with `next` as the next call's `cursor`
        until there is none, and add the counts up. Ask for no agency and for each of
        `agencies.list` to know all of a store.

        Only what is still worth something is counted: no session that has ended, and no link
        that was used or replaced or has expired. What a release made that didn't note the key
        yet counts for each key of the ring, and so does a link whose key is gone, since it may
        have been mailed or copied again. Not stored, and so not counted, are quotes: they last
        15 minutes, and are asked for again. Rows that can't be read are passed over: `check`
        names them.

        `not-found` for an unknown agency; `corrupt` when its own row or its log's head can't be
        read; `invalid` for a cursor that isn't from an answer about the same agency;
        `unavailable` when the host has no keys. The platform's own.
        """
        return self._call(_KEY_USES, agency, cursor)

    def export(self, agency: AgencyId, *, cursor: Cursor | None = None, limit: int) -> ExportPage:
        """An agency as lines of JSON, for `import` in another store: backup, move, test data. The
        first says what it is, each of the others is one row, and the last is a hash over all of
        them. At most `limit` lines a page (1 to 500; anything else is `invalid`). Everything of
        the agency is among them, with its clients' logins as far as they are this agency's and
        their passwords as hashes; but for sessions: clients log in again. What the host kept of
        mails isn't. Keep the lines as you keep the store: they have all that is known of
        people, but for the keys.

        The lines are the agency as it was at one moment: they are only complete when nothing
        changed while they were read, otherwise it is a `conflict` (`changed`). Begin anew then;
        an agency in which much is done is exported from a copy of its store. `not-found` for an
        unknown agency. The platform's own.
        """
        return self._call(_EXPORT, agency, cursor, limit)

    def check_import(
        self,
        lines: builtins.list[str],
        *,
        name_as: AgencyId | None = None,
        ticket: str | None = None,
    ) -> ImportProgress:
        """Looks at the lines of an exported agency as `import` does, and writes nothing: a dry
        run. At most 500 lines a call, in their order; the first call has no ticket, and each
        other that of the one before. `name-as` in the first call is the id that the agency is
        to have; none: its own. What is wrong with a line is `invalid` and names its number.
        `exists` when there is an agency with the id; `conflict` (`in-use`) when the catalog's
        currency or `white-label-start` isn't that of the lines. Whether the log verifies is
        only seen as it is imported. The platform's own.
        """
        return self._call(_CHECK_IMPORT, lines, name_as, ticket)

    def import_(
        self,
        lines: builtins.list[str],
        *,
        name_as: AgencyId | None = None,
        ticket: str | None = None,
    ) -> ImportProgress:
        """Takes the lines of an exported agency into this store, where there is none with its id.
        At most 500 lines a call, in their order; the first call has no ticket, and each other
        that of the one before. `name-as` in the first call is the id that the agency is to
        have; none: its own. After the last line, go on without lines until it is `done`.

        Nobody sees anything of the agency before all of it is there; a file that was cut or
        damaged imports nothing. Its log and its ledgers go on as they were: nothing is logged,
        mailed or charged for the import, and what is due comes at its time. An import never
        changes a login that is there.

        Every call may be repeated: lines that have come already are passed over. What is wrong
        with a line is `invalid` and names its number, and nothing of the call's lines is taken.
        `exists` when there is an agency with the id; `conflict` (`importing`) when another file
        is being imported under the id, or other lines come next; `conflict` (`in-use`) as with
        `check-import`; `not-found` for a ticket whose import was given up; `busy` when another
        call goes on with the same import. The platform's own.
        """
        return self._call(_IMPORT, lines, name_as, ticket)

    def abort_import(self, agency: AgencyId) -> bool:
        """Gives up an import that isn't done, and deletes what came of it. Gives whether there is
        more to delete: then call it again. `not-found` when none is under way, also when it is
        done. The platform's own.
        """
        return self._call(_ABORT_IMPORT, agency)


_SCHEMA: Function[int] = Function("clientdesk:core/system@0.1.0", "schema", [], U32)
_STATUS: Function[SystemStatus] = Function(
    "clientdesk:core/system@0.1.0", "status", [], SYSTEM_STATUS, fails=ERROR
)
_CHECK: Function[CheckPage] = Function(
    "clientdesk:core/system@0.1.0",
    "check",
    [Param("agency", "agency", Option(AGENCY_ID)), Param("cursor", "cursor", Option(CURSOR))],
    CHECK_PAGE,
    fails=ERROR,
)
_REPAIR: Function[CheckPage] = Function(
    "clientdesk:core/system@0.1.0",
    "repair",
    [Param("agency", "agency", Option(AGENCY_ID)), Param("cursor", "cursor", Option(CURSOR))],
    CHECK_PAGE,
    fails=ERROR,
)
_KEY_USES: Function[KeyUsesPage] = Function(
    "clientdesk:core/system@0.1.0",
    "key-uses",
    [Param("agency", "agency", Option(AGENCY_ID)), Param("cursor", "cursor", Option(CURSOR))],
    KEY_USES_PAGE,
    fails=ERROR,
)
_EXPORT: Function[ExportPage] = Function(
    "clientdesk:core/system@0.1.0",
    "export",
    [
        Param("agency", "agency", AGENCY_ID),
        Param("cursor", "cursor", Option(CURSOR)),
        Param("limit", "limit", U32),
    ],
    EXPORT_PAGE,
    fails=ERROR,
)
_CHECK_IMPORT: Function[ImportProgress] = Function(
    "clientdesk:core/system@0.1.0",
    "check-import",
    [
        Param("lines", "lines", List(TEXT)),
        Param("name-as", "name_as", Option(AGENCY_ID)),
        Param("ticket", "ticket", Option(TEXT)),
    ],
    IMPORT_PROGRESS,
    fails=ERROR,
)
_IMPORT: Function[ImportProgress] = Function(
    "clientdesk:core/system@0.1.0",
    "import",
    [
        Param("lines", "lines", List(TEXT)),
        Param("name-as", "name_as", Option(AGENCY_ID)),
        Param("ticket", "ticket", Option(TEXT)),
    ],
    IMPORT_PROGRESS,
    fails=ERROR,
)
_ABORT_IMPORT: Function[bool] = Function(
    "clientdesk:core/system@0.1.0",
    "abort-import",
    [Param("agency", "agency", AGENCY_ID)],
    BOOL,
    fails=ERROR,
)
FUNCTIONS: list[Function[object]] = [
    _SCHEMA,
    _STATUS,
    _CHECK,
    _REPAIR,
    _KEY_USES,
    _EXPORT,
    _CHECK_IMPORT,
    _IMPORT,
    _ABORT_IMPORT,
]
