"""The contract, made from the WIT: a module for each interface."""

# Made by generate.py: change the WIT instead.

from .._functions import Call, Function
from . import (
    account_types as account_types,
    accounts as accounts,
    agencies as agencies,
    audit as audit,
    billing as billing,
    billing_types as billing_types,
    brands as brands,
    catalog as catalog,
    clients as clients,
    clock as clock,
    health as health,
    impersonation as impersonation,
    jobs as jobs,
    mail as mail,
    portal as portal,
    secrets as secrets,
    storage as storage,
    system as system,
    types as types,
)


class Exports:
    """What the component offers, by interface."""

    def __init__(self, call: Call) -> None:
        self.accounts = accounts.AccountsFunctions(call)
        """Client companies that the agency runs, and what each has: a plan with add-ons, and who
        pays for it.

        An account begins in set-up and costs nothing. Its plan is charged in advance from the
        moment that it is activated, month by month; `billing` says how. What is planned for the
        end of the payer's month stands in the account until then.

        An account may use so many dashboards, users and API calls a day: its allocation, which
        is its own (`set-resources`) or what its plan includes, and what its add-ons add. Until
        it is activated, the plan that it is to have (`intended-plan`) counts in the plan's
        place. While it has none of these, nothing is limited. Plans and add-ons give what the
        catalog says today. From the first plan on until the account is deleted, its allocation
        comes out of the agency's pool (`catalog.set-terms`); what add-ons add doesn't.

        Users are the clients with access to the account's brands, or with the offer of it: each
        counts once, from the invite on. An invite or a move by which an account would have more
        than it may is refused: `limit` (`users`). Accepting is refused so too, where the
        account got smaller since and as many have joined as it may have. Clients of brands
        without an account are never limited.
        """
        self.agencies = agencies.AgenciesFunctions(call)
        """The platform's customers, and their settings. `create`, `get`, `list`, `suspend`,
        `resume`, `close`, `reset-clock` and `move-portal` are the platform's own: they carry no
        `call`, so a host offers them to its own staff only.

        An agency that is suspended or closed lets nobody in:
        - Operators look at everything, and change nothing: each command of theirs is a
          `conflict` whose state is `suspended` or `closed`, a repeated one too. In one that is
          closed, clients can still be revoked and erased: people have a right to that. What
          they are signed in for on an account's behalf is over: `denied` with `acting-as`.
        - In the portal, sessions are over: `session-ended`, also once the agency is resumed.
          Whoever wants to get in by a link, a password or the host's word is `denied` with
          `agency`, whoever it is. `portal.theme` still tells what the portal looks like.
        - No mail goes out, to clients or to the agency. Those that wait are given up when their
          next try comes, with that reason; the weekly summary begins again once the agency is
          resumed.
        - Jobs go on: what ends by itself ends, what is due is booked, invoices close. The
          platform's own functions do, too.
        """
        self.audit = audit.AuditFunctions(call)
        """The log: everything that happened in an agency, in order, unchangeable."""
        self.billing = billing.BillingFunctions(call)
        """What the agency owes, and why. The component moves no money.

        White-label is charged for a brand while at least one client has a grant to it, from the
        first invite on: once, however many clients. It is charged in advance; a start within a
        period is charged for what is left of it, and a stop credits what is left, by the
        millisecond, rounded half up once per line. An invite that expires stops counting at
        that millisecond.
        """
        self.brands = brands.BrandsFunctions(call)
        """The sets of data that clients can be given access to."""
        self.catalog = catalog.CatalogFunctions(call)
        """What is sold, and for how much. The platform's own: none of these functions carries a
        `call`, so a host offers them to its own staff only.

        A store without a catalog has the default: US dollars; white-label 49.00 a month, or
        492.00 a year on annual billing; 10 % off account plans from the third on; shares by the
        millisecond; white-label from the first invite on.

        Prices are versioned. A new version counts at once for what starts, and for what runs
        from its next period on; nothing that was booked changes. What renews in the very
        millisecond in which a price, a discount or a trial is set goes first: by what there was
        before.

        Every price and amount is at most 1,000,000,000 minor units.
        """
        self.clients = clients.ClientsFunctions(call)
        """People who have access to an agency's brands: inviting, changing, revoking and reading
        about them.
        """
        self.health = health.HealthFunctions(call)
        """Who is doing well, and who is slipping away: engagement scores from 0 to 100, the
        reasons for them, and what would raise them.

        A client who has joined has a score over all its brands, and one for each brand. A score
        is made of four factors, each a whole number from 0 to 100: recency (weight 40),
        frequency (30), depth (20) and trend (10). It is the sum of weight × factor, divided by
        the sum of the weights, both without factors that are missing, rounded half up: anybody
        can recompute it.

        "The last N days" are today and the N − 1 calendar days before it, by the agency's own
        time. Nothing counts from before the client last accepted an invite.
        """
        self.impersonation = impersonation.ImpersonationFunctions(call)
        """Operators who sign in on an account's behalf: for a while, and with a reason.

        `start` gives a token. A call with it as `call.acting-as` sees and changes what is the
        account's, and nothing else:

        | of | it reaches |
        | --- | --- |
        | `accounts` | `get`, `detail` and `list` of the account; `update`, `change-plan`, `add-add-on`, `remove-add-on`, `set-resources`, `set-features`, `reserve`, `release`, `usage`, `forecast`, `allows` of it |
        | `brands` | the account's; a new one is created in it |
        | `clients` | those with one of its brands. Their other brands don't show; status, score and latest log-in are the client's, wherever it was. What is counted in `detail` and `report` is what was done at the account's brands, also of a client who had others' before, and the latest entries of `detail` are those that `audit.list` gives. Of a client with others' brands too, only access to the account's can change (`add-brands`, `remove-brands`), and `detail`, `report` and `copy-link` are `denied`; so are inviting the address of a client who has others' brands, or had only those, and giving a client who has others' more brands than a client may have |
        | `audit` | `list` and `export`: entries about the account or its brands, or written on its behalf, that are about nobody else's and on nobody else's behalf; `activity`: what was done at its brands |
        | `billing` | `items` that are its own, and its `summary`; `ledger`, `invoices`, `get-invoice` and `document` of the account as the payer; `preview` of what can be called on its behalf, as far as it costs for the account |
        | `health` | `explain` and `history` of clients that are the account's alone; `explain` goes by what was done at the account's brands |
        | `impersonation` | `current`, and `list` of the account |

        Any other function is `denied` (`scope`), whatever the token is: passwords, deletion,
        erasing, settings, and starting another sign-in. So are, in these functions, accounts
        and brands that are others'. A client who has none of the account's brands is as one
        that isn't there: `not-found`, or left out. Read-only refuses whatever needs a manager,
        with `denied` (`read-only`). The operator's role counts as ever.

        The token is looked up on every call of a function that it reaches. It is good for its
        operator alone, with the role of the start or a higher one: when anybody else comes with
        it, or the role was lowered, the sign-in ends. It is over by its time, by `stop` and by
        `left`, when the account is disabled or deleted, and when its owner does not allow it
        any more (`portal.set-sign-in-policy`, `portal.allow-sign-in`). Then it is `denied`
        (`acting-as`). It is stored nowhere, and no client's login or session knows of it: what
        is done under it is no client's activity.

        While one runs, whatever needs a manager is a `conflict` (`acting`) without the token,
        so that nothing is done in the agency's name by mistake.

        Every entry of the log that is written under it has the operator as the actor, with the
        account as `on-behalf-of`. Lists, counts and sums that are narrowed to the account say
        so as `within`. What leaves no entry otherwise is logged as `impersonation-used`:
        `clients.copy-link`, `accounts.reserve` and `release`, and what is done in the portal.
        """
        self.jobs = jobs.JobsFunctions(call)
        """Outgoing mails, and everything that falls due."""
        self.portal = portal.PortalFunctions(call)
        """What clients do, through the host's pages. These functions take no `call`: a token, a
        session or a password says who it is.

        `origin` is whatever tells the host where an attempt comes from, such as a hashed
        network address: opaque, at most 200 characters. Attempts without one count as coming
        from the same place.

        `me`, `switch-brand`, `view-page` and `export` take the token of `impersonation.start`
        in a session's place: an operator then looks at the portal of an account, all of it, in
        set-up too. What is done is logged as `impersonation-used`, of `me` only the first under
        a sign-in, and counts as nobody's activity. With any other function it is a session that
        has ended, and so it is once the sign-in is over. Nobody says here who comes with it:
        whoever left, or was demoted, is out of the portal once the host says so by
        `impersonation.left`, or calls with the token what it opens.
        """
        self.system = system.SystemFunctions(call)
        """About the component itself, and its store as a whole. All of it is the platform's own."""


EXPORTS: list[Function[object]] = [
    *accounts.FUNCTIONS,
    *agencies.FUNCTIONS,
    *audit.FUNCTIONS,
    *billing.FUNCTIONS,
    *brands.FUNCTIONS,
    *catalog.FUNCTIONS,
    *clients.FUNCTIONS,
    *health.FUNCTIONS,
    *impersonation.FUNCTIONS,
    *jobs.FUNCTIONS,
    *portal.FUNCTIONS,
    *system.FUNCTIONS,
]
IMPORTS: dict[str, list[Function[object]]] = {
    "clock": clock.FUNCTIONS,
    "mail": mail.FUNCTIONS,
    "secrets": secrets.FUNCTIONS,
    "storage": storage.FUNCTIONS,
}
