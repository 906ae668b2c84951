"""What enquiries come to in numbers: for the public, and for the yearly report (依申请公开)."""

import datetime
from dataclasses import dataclass

from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, Q
from django.utils.translation import gettext as _

from publicity.enums import EnquiryKind, EnquiryState, InformationResult, Satisfaction
from publicity.models.enquiries import EnquiryQuerySet


@dataclass(frozen=True)
class Figures:
    """How enquiries of one kind were answered, without anything of theirs."""

    kind: EnquiryKind
    received: int
    answered: int
    in_time: int
    days: float | None


def enquiry_figures(enquiries: EnquiryQuerySet) -> list[Figures]:
    """By kind: how many came, were answered, in time, and in how many days on average (one query)."""
    took = ExpressionWrapper(F("replied_on") - F("received_on"), output_field=DurationField())
    answered = Q(state=EnquiryState.REPLIED)
    rows = (
        enquiries.order_by()
        .values("kind")
        .annotate(
            received=Count("pk"),
            answered=Count("pk", filter=answered),
            in_time=Count("pk", filter=answered & Q(replied_on__lte=F("due_on"))),
            took=Avg(took, filter=answered),
        )
    )
    found = {row["kind"]: row for row in rows}
    return [
        Figures(kind, row["received"], row["answered"], row["in_time"], _days(row["took"]))
        for kind in EnquiryKind
        if (row := found.get(kind))
    ]


def _days(took: datetime.timedelta | None) -> float | None:
    return None if took is None else round(took / datetime.timedelta(days=1), 1)


def satisfaction(enquiries: EnquiryQuerySet) -> list[tuple[Satisfaction, int]]:
    """How many of who asked said what of their answer (one query); empty where nobody did."""
    counted = dict(
        enquiries.exclude(satisfaction="").order_by().values_list("satisfaction").annotate(Count("pk"))
    )
    return [(each, counted.get(each, 0)) for each in Satisfaction] if counted else []


@dataclass(frozen=True)
class YearLine:
    """A line of the yearly report's table: how many, of people and of bodies."""

    label: str
    people: int
    bodies: int

    @property
    def both(self) -> int:
        return self.people + self.bodies


def information_year(enquiries: EnquiryQuerySet, year: int) -> list[YearLine]:
    """收到和处理政府信息公开申请情况 of a year, line by line: received, carried over, each result, open."""
    requests = enquiries.filter(kind=EnquiryKind.INFORMATION)
    received = requests.filter(received_on__year=year)
    earlier = requests.filter(received_on__year__lt=year)
    first, last = datetime.date(year, 1, 1), datetime.date(year, 12, 31)
    carried_over = earlier.filter(Q(replied_on=None) | Q(replied_on__gte=first))
    ended = requests.filter(replied_on__year=year)
    still_open = requests.filter(received_on__lte=last).filter(Q(replied_on=None) | Q(replied_on__gt=last))
    lines = [
        _year_line(_("Received this year"), received),
        _year_line(_("Carried over from the year before"), carried_over),
    ]
    lines += [
        _year_line(str(result.label), ended.filter(result=result))
        for result in InformationResult
        if result != InformationResult.COMPLETE
    ]
    return [*lines, _year_line(_("Answered in all"), ended), _year_line(_("Carried on"), still_open)]


def _year_line(label: str, requests: EnquiryQuerySet) -> YearLine:
    counted = requests.aggregate(people=Count("pk", filter=Q(is_body=False)), all=Count("pk"))
    return YearLine(label, counted["people"], counted["all"] - counted["people"])
