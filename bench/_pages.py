"""Pages of the portal as certain people of the demo ask for them, and marks as its liaisons send them."""

import itertools
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode

from bench._portal import set_up
from bench._serving import Page, Request

CSRF = "b" * 32


@dataclass(frozen=True)
class Kind:
    """A page by its name; `who` is a username of the demo or "" for anybody.

    `at_least` is its target beside the bare page, `at_most` that of many sites beside few.

    The address may name a `{site}` that is being rectified and a `{sheet}` that is being filled in. Public
    pages are kept or, with `keep` off, drawn anew.
    """

    name: str
    who: str
    address: str
    at_least: float = 0.13
    keep: str = "on"
    at_most: float = 1.3


@dataclass(frozen=True)
class Asked:
    """A page of one portal, and how many questions to its database an answer takes."""

    page: Page
    queries: int


@dataclass(frozen=True)
class Pen:
    """A liaison's session with the unit's own sheet, and the version of each mark on it."""

    session: str
    sheet: int
    versions: dict[int, int] = field(hash=False)

    def save(self, item: int) -> Request:
        """The item's next mark: in two the other one."""
        version = self.versions[item]
        self.versions[item] += 1
        mark = {"level": "met"} if version % 2 else {"level": "unmet", "reason": "示例原因"}
        headers = {
            "Cookie": f"sessionid={self.session}; csrftoken={CSRF}",
            "Content-Type": "application/x-www-form-urlencoded",
            "X-CSRFToken": CSRF,
            "HX-Request": "true",
        }
        address = f"/desk/sheets/{self.sheet}/items/{item}/"
        return "POST", address, urlencode(mark | {"version": version}), headers


def saves(pens: list[Pen]) -> Callable[[int, int], Request]:
    """Each client marks its sheet item by item, and begins again."""
    items = [itertools.cycle(pen.versions) for pen in pens]
    return lambda client, _number: pens[client].save(next(items[client]))


# -- in the portal's own process (`_portal.apart`) --------------------------------


def ask_for(home: str, kinds: tuple[Kind, ...], keep: str) -> dict[str, Asked]:
    """The page of each kind that has this `keep`; it was asked for before, so what can be kept is kept."""
    os.environ["PORTAL_KEEP_PAGES"] = keep
    set_up(home)
    from assessments.enums import SheetRole, SheetState  # noqa: PLC0415  # after set_up
    from assessments.models import Sheet  # noqa: PLC0415
    from sites.enums import Stage  # noqa: PLC0415
    from sites.models import Site  # noqa: PLC0415

    site = Site.objects.filter(stage=Stage.RECTIFYING).order_by("pk")[0]
    sheet = Sheet.objects.filter(role=SheetRole.SELF, state=SheetState.DRAFT).order_by("pk")[0]
    ours = [kind for kind in kinds if kind.keep == keep]
    sessions = {who: _session(who) for who in {kind.who for kind in ours}}
    pages = {
        kind.name: Page(kind.address.format(site=site.pk, sheet=sheet.pk), sessions[kind.who])
        for kind in ours
    }
    return {name: Asked(page, _queries(page(0, 0))) for name, page in pages.items()}


def pens_of(home: str, at_most: int) -> list[Pen]:
    """A pen for each unit's own sheet that is not handed in yet."""
    set_up(home)
    from accounts.enums import Role  # noqa: PLC0415  # after set_up
    from assessments.enums import SheetRole, SheetState  # noqa: PLC0415
    from assessments.marks import standard_items  # noqa: PLC0415
    from assessments.models import Sheet  # noqa: PLC0415

    sheets = Sheet.objects.filter(role=SheetRole.SELF, state=SheetState.DRAFT).order_by("pk")[:at_most]
    pens = []
    for sheet in sheets:
        liaison = sheet.assessment.site.organisation.people.filter(role=Role.LIAISON)[0]
        versions = dict.fromkeys((item.pk for item in standard_items(sheet)), 0)
        versions |= dict(sheet.scores.values_list("item", "version"))
        pens.append(Pen(_session(liaison.username), sheet.pk, versions))
    return pens


def queries_of_a_save(home: str, pen: Pen) -> int:
    """Of a second mark; the first one of a process finds nothing prepared."""
    set_up(home)
    item = next(iter(pen.versions))
    return [_queries(pen.save(item)) for _ in range(2)][-1]


def _session(who: str) -> str:
    from accounts.models import User  # noqa: PLC0415  # after set_up
    from bench._against import session_of  # noqa: PLC0415

    return session_of(User.objects.get(username=who)) if who else ""


def _queries(request: Request) -> int:
    """What the database is asked for an answer, without what only frames a transaction."""
    from django.db import connection  # noqa: PLC0415  # after set_up
    from django.test import Client  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    method, address, body, headers = request
    client = Client(headers={"host": "localhost"} | dict(headers))
    client.cookies.load(headers.get("Cookie", ""))
    asks = [method] if method == "POST" else [method] * 3
    for each in asks:
        with CaptureQueriesContext(connection) as captured:
            answer = client.generic(each, address, body, headers.get("Content-Type", ""))
        assert answer.status_code == 200, (address, answer.status_code)
    frame = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")
    return sum(not query["sql"].startswith(frame) for query in captured)
