"""The sets of data that clients can be given access to."""

# Made by generate.py from the interface `core/brands`: change that instead.

from __future__ import annotations

from dataclasses import dataclass

from .._functions import Call as _Call, Function, Param
from .._shapes import BOOL, TEXT, U32, List, Option, Record
from .types import (
    ACCOUNT_ID as ACCOUNT_ID,
    BRAND_ID as BRAND_ID,
    CALL as CALL,
    CURSOR as CURSOR,
    ERROR as ERROR,
    PAGE_REQUEST as PAGE_REQUEST,
    TIMESTAMP as TIMESTAMP,
    AccountId as AccountId,
    BrandId as BrandId,
    Busy as Busy,
    Call as Call,
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
    PageRequest as PageRequest,
    Timestamp as Timestamp,
    Unavailable as Unavailable,
)


@dataclass(slots=True, kw_only=True)
class NewBrand:
    """A brand to create."""

    id: BrandId | None = None
    """The host's own id for the brand; none: an id is generated."""
    name: str
    """The brand's name, 1 to 200 characters, unique within the agency, ignoring case and how its
    accents were typed.
    """
    account: AccountId | None = None
    """The account that it belongs to; none: the agency's own."""


NEW_BRAND = Record(
    NewBrand,
    [
        ("id", "id", Option(BRAND_ID)),
        ("name", "name", TEXT),
        ("account", "account", Option(ACCOUNT_ID)),
    ],
)


@dataclass(slots=True, kw_only=True)
class Brand:
    """A brand."""

    id: BrandId
    """Its id."""
    name: str
    """Its name."""
    created_at: Timestamp
    """When it was created."""
    clients: int
    """How many clients have access to it, including those who haven't accepted their invite yet; 0
    once archived. Access that ends by itself counts until a job has written that down.
    """
    white_label_since: Timestamp | None = None
    """Since when white-label has been charged for it; none while nobody has access."""
    account: AccountId | None = None
    """The account that it belongs to; none: the agency's own."""
    archived_at: Timestamp | None = None
    """When it was archived; none: it is in use."""


BRAND = Record(
    Brand,
    [
        ("id", "id", BRAND_ID),
        ("name", "name", TEXT),
        ("created-at", "created_at", TIMESTAMP),
        ("clients", "clients", U32),
        ("white-label-since", "white_label_since", Option(TIMESTAMP)),
        ("account", "account", Option(ACCOUNT_ID)),
        ("archived-at", "archived_at", Option(TIMESTAMP)),
    ],
)


@dataclass(slots=True, kw_only=True)
class BrandPage:
    """A page of brands."""

    brands: list[Brand]
    """The brands, in the order of their ids."""
    next: Cursor | None = None
    """The cursor of the next page; none: this is the last."""
    within: AccountId | None = None
    """The account on whose behalf it was asked for, and which it was narrowed to; none: to
    nothing.
    """


BRAND_PAGE = Record(
    BrandPage,
    [
        ("brands", "brands", List(BRAND)),
        ("next", "next", Option(CURSOR)),
        ("within", "within", Option(ACCOUNT_ID)),
    ],
)


class BrandsFunctions:
    """The functions of `brands`."""

    def __init__(self, call: _Call) -> None:
        self._call = call

    def create(self, call: Call, brand: NewBrand) -> BrandId:
        """Creates a brand. `exists` when its id or its name is taken; for its account, the errors
        of `accounts.move-brand`. Needs a manager.
        """
        return self._call(_CREATE, call, brand)

    def rename(self, call: Call, id: BrandId, name: str) -> None:
        """Renames a brand. `exists` when another brand has that name. Giving it the name that it
        has already does nothing. Needs a manager.
        """
        return self._call(_RENAME, call, id, name)

    def archive(self, call: Call, id: BrandId, revoke_last: bool) -> None:
        """Takes a brand out of use: from this moment on, nobody has access to it or can be given
        access, and white-label stops. Its name can be used again; the log and the ledger keep
        what they say about it.

        `conflict` while there are clients who have no other brand, open invites included; its
        message says how many. With `revoke-last`, those clients are revoked instead. Archiving
        a brand again does nothing. Needs a manager.
        """
        return self._call(_ARCHIVE, call, id, revoke_last)

    def list(self, call: Call, page: PageRequest) -> BrandPage:
        """The agency's brands, including archived ones."""
        return self._call(_LIST, call, page)


_CREATE: Function[BrandId] = Function(
    "clientdesk:core/brands@0.1.0",
    "create",
    [Param("call", "call", CALL), Param("brand", "brand", NEW_BRAND)],
    BRAND_ID,
    fails=ERROR,
)
_RENAME: Function[None] = Function(
    "clientdesk:core/brands@0.1.0",
    "rename",
    [Param("call", "call", CALL), Param("id", "id", BRAND_ID), Param("name", "name", TEXT)],
    None,
    fails=ERROR,
)
_ARCHIVE: Function[None] = Function(
    "clientdesk:core/brands@0.1.0",
    "archive",
    [
        Param("call", "call", CALL),
        Param("id", "id", BRAND_ID),
        Param("revoke-last", "revoke_last", BOOL),
    ],
    None,
    fails=ERROR,
)
_LIST: Function[BrandPage] = Function(
    "clientdesk:core/brands@0.1.0",
    "list",
    [Param("call", "call", CALL), Param("page", "page", PAGE_REQUEST)],
    BRAND_PAGE,
    fails=ERROR,
)
FUNCTIONS: list[Function[object]] = [_CREATE, _RENAME, _ARCHIVE, _LIST]
