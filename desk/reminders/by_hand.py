"""催办 by hand: whoever looks after others reminds them of what is late or close, where it is shown."""

import datetime
from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import TypeVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from desk.deadlines import Addressees, open_rows, read
from desk.deadlines.lines import DeadlineLine
from desk.lights import lights_of
from desk.models import Reminder, ReminderRule
from desk.rules import reminds
from desk.todo.items import Missing
from sites.calendar import arrangements, today, working_days_between
from sites.deadlines import OPEN_DATES, OpenDate
from sites.enums import Rung
from sites.models import Holiday, Programme

from .services import Due, line_of, send

# A thing that is shown as late, as a button names it: its kind and key, or the site or list, and the day.
Thing = tuple[str, str, str]
Shown = TypeVar("Shown", DeadlineLine, Missing)


def things_of(dated: OpenDate | Reminder) -> set[Thing]:
    """The names under which a page may show an open date, or what was reminded of it."""
    day = dated.due_on.isoformat()
    if isinstance(dated, Reminder):
        site, filing = dated.site_id, dated.filing_id
    else:
        site, filing = dated.site, dated.filing
    whose = ("site", str(site), day) if site else ("filing", str(filing), day)
    return {(dated.kind, dated.key, day), whose}


@transaction.atomic
def remind(*, things: Collection[Thing], programme: Programme | None, by: User) -> int:
    """Tell those who have to act on these things; gives how many things somebody was told of.

    Each is told once a day, and only where it is late or close and this person may know of it. Raises
    ValidationError where nobody is left to tell.
    """
    if not reminds(by):
        raise PermissionDenied
    rows = [row for row in _near(things, programme, by) if things_of(row) & set(things)]
    kinds = {row.kind for row in rows}
    # Held, so that of two who press at once the second finds everybody reminded.
    rules = {rule.kind: rule for rule in ReminderRule.objects.select_for_update().filter(kind__in=kinds)}
    today_s = Reminder.objects.filter(by__isnull=False, on=today(), key__in={row.key for row in rows})
    told_today = set(today_s.values_list("kind", "key", "due_on"))
    waiting = [row for row in rows if (row.kind, row.key, row.due_on) not in told_today]
    if not (told := _tell(waiting, rules, programme, by)):
        raise ValidationError(
            _("Reminded today already; the next reminder can go out tomorrow.")
            if told_today
            else _("Nobody who has to act on it has an account that is in use.")
        )
    return told


def last_reminded(things: Collection[Thing]) -> dict[Thing, Reminder]:
    """Thing → the last reminder of it that went out, by the portal or by hand. One query."""
    sent = Reminder.objects.sent().filter(rung__in=(Rung.AHEAD, Rung.LATE)).select_related("by")
    found: dict[Thing, Reminder] = {}
    for reminder in sent.filter(_named(things, "due_on", "key", "site", "filing")).order_by("pk"):
        found |= dict.fromkeys(things_of(reminder), reminder)
    return found


def shown_with_reminders(shown: Iterable[Shown], reader: User) -> list[Shown]:
    """What a list shows, each late or close thing with the last reminder of it, for who may remind."""
    shown = list(shown)
    names = {each.thing: thing_of(each.thing) for each in shown if each.is_near}
    if not names or not reminds(reader):
        return shown
    found = last_reminded(names.values())
    return [replace(each, reminded=found.get(names.get(each.thing, ("", "", "")))) for each in shown]


def thing_of(name: str) -> Thing:
    """A thing by its name on a page: kind:key:day."""
    kind, key, day = name.split(":")
    return kind, key, day


def _near(things: Collection[Thing], programme: Programme | None, reader: User) -> list[OpenDate]:
    """Those of the things that are late or close, and this person may know of."""
    named = _named(things, "row_due_on", "row_key", "row_site", "row_filing")
    near = named & Q(row_due_on__lte=lights_of(programme).soon_until)
    return list(OPEN_DATES.rows(open_rows(programme=programme, reader=reader, where=near)))


def _named(things: Collection[Thing], due_on: str, key: str, site: str, filing: str) -> Q:
    """What these names may be of, by columns; `things_of` tells exactly."""
    keys = {kind: {of for whose, of, _day in things if whose == kind} for kind in ("site", "filing")}
    others = {of for whose, of, _day in things if whose not in keys}
    whose = Q(**{f"{key}__in": others}) | Q(**{f"{site}__in": keys["site"]})
    return Q(**{f"{due_on}__in": {day for *_of, day in things}}) & (
        whose | Q(**{f"{filing}__in": keys["filing"]})
    )


def _tell(rows: list[OpenDate], rules: dict[str, ReminderRule], programme: Programme | None, by: User) -> int:
    if not rows:
        return 0
    addressees, records = Addressees(rows), list[Reminder]()
    days = [row.due_on for row in rows]
    arranged = arrangements(min([today(), *days]), max([today(), *days]))
    with translation.override("zh-hans"):
        for row, deadline in zip(rows, read(rows, programme), strict=True):
            due = _due(row, arranged)
            people = [one for one in addressees.of(row, due.rung) if one != by]
            if not people:
                continue
            line = line_of(rules[row.kind], due, deadline)
            send(people, line, deadline, addressees)
            about = {"site_id": row.site, "filing_id": row.filing, "rung": due.rung, "on": today()}
            thing = {"kind": row.kind, "key": row.key, "due_on": row.due_on}
            records.append(Reminder(**thing, **about, text=line, people=len(people), by=by))
    Reminder.objects.bulk_create(records)
    return len(records)


def _due(row: OpenDate, arranged: dict[datetime.date, Holiday]) -> Due:
    if row.due_on < today():
        return Due(row, Rung.LATE, working_days_between(row.due_on, today(), arranged))
    return Due(row, Rung.AHEAD, working_days_between(today(), row.due_on, arranged))
