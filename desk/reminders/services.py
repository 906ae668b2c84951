"""Reminders of what falls due: before the date, after it, and to those over whoever is late."""

import datetime
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.formats import date_format

from accounts.models import User
from accounts.rules import require_office
from accounts.services import notify
from desk.deadlines import Addressees, Deadline, open_rows, read
from desk.deadlines.kinds import kind_of
from desk.models import Reminder, ReminderRule
from sites.calendar import arrangements, today, working_days_after, working_days_between
from sites.deadlines import OPEN_DATES, OpenDate
from sites.enums import Rung
from sites.models import Holiday, Programme

from .texts import filled

# The office's words are no msgid: whatever they hold, they are told as they are.
LINE = "%(line)s"
# Nobody is reminded earlier.
MOST_AHEAD = 60
# Records that may be on a rung already: key, day, rung, lead time.
Told = Collection[tuple[str, datetime.date, str, int]]


@dataclass(frozen=True)
class Due:
    """A rung that a date has reached; `passed` are lead times that were missed on the way."""

    row: OpenDate
    rung: Rung
    days: int  # working days left before the date, overdue after it
    lead: int = 0
    passed: tuple[int, ...] = ()


def remind_all() -> int:
    """Tell whoever is to be told by now and was not; gives how many lines went out.

    Safe to run as often as one likes, and twice at once: each date and rung is told once. After an outage
    everything that was missed is told at the next run, of several lead times the last one. A date that was
    moved begins anew. Where nobody has an account, nothing goes on record: it is told once somebody has.
    """
    programme = Programme.objects.current()
    rules = ReminderRule.objects.filter(is_on=True).values_list("pk", flat=True)
    return sum(_remind(pk, programme) for pk in list(rules))


@transaction.atomic
def change_rule(*, rule: ReminderRule, values: Mapping[str, object], by: User) -> None:
    """What the office decides of one kind's reminders, from the next run on."""
    require_office(by)
    held = ReminderRule.objects.select_for_update().get(pk=rule.pk)
    for name, value in values.items():
        setattr(held, name, value)
    held.save(update_fields=list(values))


@transaction.atomic
def _remind(pk: int, programme: Programme | None) -> int:
    # Held, so that a second run waits and then finds everybody told.
    rule = ReminderRule.objects.select_for_update().get(pk=pk)
    kind, longest = kind_of(rule.kind), max(rule.lead_days, default=0)
    # A date on a day off after the last of these working days is as close as that one.
    near = Q(row_due_on__lt=working_days_after(today(), longest + 1).end)
    rows = OPEN_DATES.rows(open_rows(programme=programme, kinds=[kind], where=near))
    if not rows:
        return 0
    told = set(
        Reminder.objects.filter(by=None, kind=kind.key, due_on__gte=rows[0].due_on).values_list(
            "key", "due_on", "rung", "lead_days"
        )
    )
    arranged = arrangements(min(rows[0].due_on, today()), max(rows[-1].due_on, today()))
    return _tell(rule, [due for row in rows for due in _reached(rule, row, told, arranged)], programme)


def _reached(
    rule: ReminderRule, row: OpenDate, told: Told, arranged: Mapping[datetime.date, Holiday]
) -> Iterator[Due]:
    """The rungs a date has reached and nobody was told of."""
    if row.due_on >= today():
        left = working_days_between(today(), row.due_on, arranged)
        leads = sorted(lead for lead in rule.lead_days if left <= lead)
        new = [lead for lead in leads if (row.key, row.due_on, Rung.AHEAD, lead) not in told]
        if new and new[0] == leads[0]:
            yield Due(row, Rung.AHEAD, left, new[0], tuple(new[1:]))
        return
    over = working_days_between(row.due_on, today(), arranged)
    for rung in kind_of(row.kind).rungs:
        after = _after(rule, rung)
        if after is not None and over >= after and (row.key, row.due_on, rung, 0) not in told:
            yield Due(row, rung, over)


def _after(rule: ReminderRule, rung: Rung) -> int | None:
    """From how many working days overdue a rung is told; None: not at all."""
    return {
        Rung.LATE: 1,
        Rung.DISTRICT: rule.district_after,
        Rung.OFFICE: rule.office_after,
        Rung.LEADING_GROUP: rule.leading_group_after,
    }.get(rung)


def _tell(rule: ReminderRule, reached: list[Due], programme: Programme | None) -> int:
    """Put the lines on record and tell them, in one transaction with each other."""
    addressees = Addressees(due.row for due in reached)
    records: list[Reminder] = []
    with translation.override("zh-hans"):
        deadlines = read([due.row for due in reached], programme)
        for due, deadline in zip(reached, deadlines, strict=True):
            if people := addressees.of(due.row, due.rung):
                line = line_of(rule, due, deadline)
                records += _records(due, line, len(people))
                send(people, line, deadline, addressees)
    Reminder.objects.bulk_create(records)
    return sum(record.people > 0 for record in records)


def line_of(rule: ReminderRule, due: Due, deadline: Deadline) -> str:
    template = rule.text if due.rung == Rung.AHEAD else rule.late_text
    words = {"about": deadline.about, "what": deadline.what, "due": date_format(deadline.due_on)}
    return filled(template, {**words, "days": due.days})


def _records(due: Due, line: str, people: int) -> list[Reminder]:
    """The reminder, and the lead times it overtook."""
    row = due.row
    thing = {"kind": row.kind, "key": row.key, "due_on": row.due_on}
    about = {"site_id": row.site, "filing_id": row.filing, "rung": due.rung, "on": today()}
    passed = [Reminder(**thing, **about, lead_days=lead) for lead in due.passed]
    return [*passed, Reminder(**thing, **about, lead_days=due.lead, text=line, people=people)]


def send(people: list[User], line: str, deadline: Deadline, addressees: Addressees) -> None:
    """Each role is led to where it acts, or sees how things stand."""
    row = deadline.row
    for role in {one.role for one in people}:
        notify(
            [one for one in people if one.role == role],
            text=LINE,
            about={"line": line},
            url=deadline.url_for(role),
            site=addressees.sites[row.site] if row.site else None,
            filing=addressees.filings[row.filing] if row.filing else None,
        )
