"""April and May of the demo: the public appraises the sites to be accepted; two windows still wait."""

import datetime
from collections.abc import Sequence

from django.utils import timezone

from publicity.models import Appraisal, AppraisalResponse
from publicity.models.appraisal import QUESTIONS
from publicity.services import appraisals, paper_answers
from sites.calendar import pinned
from sites.models import Site

from .cast import SAMPLE, Cast
from .lists import on

WORDS = (
    "办事指南写得清楚，窗口态度好。",
    "公开栏的字再大一些就好了，老人看不清。",
    "材料一次说清了，没有跑第二趟。",
    "中午没有人值班，等了很久。",
)
# Two in a hurry, two who write, four on paper, of six forms printed; all others cross and go.
HURRIED, WRITING, ON_PAPER, PRINTED = 2, 2, 4, 6


def count(site: Site, cast: Cast) -> None:
    """6 May: what between 36 and 55 people said since 23 April."""
    opened = appraise(site, cast, opens="2008-04-23", closes="2008-05-05", people=36 + site.pk % 20)
    check(opened, cast, on("2008-05-06"))
    with pinned(on("2008-05-06")):
        appraisals.count(appraisal=opened, by=cast.office)


def leave_open(sites: Sequence[Site], cast: Cast) -> None:
    """On 20 May the first one's window runs until the 30th; the second one's has closed, too few answered.

    Of the latter a form is drawn, and waits for the colleague to enter it again.
    """
    running, short = sites
    appraise(running, cast, opens="2008-05-12", closes="2008-05-30", people=18)
    closed = appraise(short, cast, opens="2008-05-05", closes="2008-05-16", people=11)
    with pinned(on("2008-05-19")):
        paper_answers.draw(appraisal=closed, by=cast.office)


def appraise(site: Site, cast: Cast, *, opens: str, closes: str, people: int) -> Appraisal:
    """So many people answer on the first day, most of them well content."""
    with pinned(on(opens)):
        opened = appraisals.open_window(site=site, opens_on=on(opens), closes_on=on(closes), by=cast.office)
        codes = appraisals.make_codes(appraisal=opened, number=120, by=cast.office)[:people]
        for person, response in enumerate(codes[: HURRIED + WRITING]):
            appraisals.answer(
                response=response,
                answers=_crosses(person),
                text=f"{WORDS[(site.pk + person) % len(WORDS)]}{SAMPLE}" if person >= HURRIED else "",
                device=f"sample {person}",
                seconds=5 if person < HURRIED else 60,
            )
        _cross(codes[HURRIED + WRITING : people - ON_PAPER], on(opens))
        _enter(opened, cast)
    return opened


def check(appraisal: Appraisal, cast: Cast, day: datetime.date) -> None:
    """A colleague enters the drawn form again; what was mistyped in one question is settled by the paper."""
    with pinned(day):
        draw = paper_answers.draw(appraisal=appraisal, by=cast.office)
        for entry in draw.second_entries.all():
            right = entry.first_answers
            typed = [right[0] - 1, *right[1:]]
            again = paper_answers.enter_again(
                appraisal=appraisal, code=entry.response.code, answers=typed, text="", by=cast.colleague
            )
            paper_answers.settle(
                entry=again, says={field: right[field] for field in again.differing}, by=cast.colleague
            )


def _enter(appraisal: Appraisal, cast: Cast) -> None:
    """Six forms are printed, four come back; they are typed with some minutes between them."""
    run = paper_answers.print_forms(appraisal=appraisal, number=PRINTED, by=cast.office)
    for person, form in enumerate(run.responses.all()[:ON_PAPER]):
        entered = paper_answers.enter(
            appraisal=appraisal, code=form.code, answers=_crosses(person), text="", by=cast.office
        )
        # Entered within a second they would all be marked, as they should be anywhere else.
        AppraisalResponse.objects.filter(pk=entered.pk).update(
            answered_at=timezone.now() - (ON_PAPER - person) * datetime.timedelta(minutes=3)
        )


def _cross(codes: list[AppraisalResponse], day: datetime.date) -> None:
    """The many at one stroke: one by one they would take a fifth of the demo's time."""
    for person, response in enumerate(codes):
        response.answers, response.answered_on, response.answered_at = _crosses(person), day, timezone.now()
    AppraisalResponse.objects.bulk_update(codes, ["answers", "answered_on", "answered_at"])


def _crosses(person: int) -> list[int]:
    return [3 - (person + question) % 7 // 5 for question in range(len(QUESTIONS))]
