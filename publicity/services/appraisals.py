"""社会评议: codes, answers, and the count (plan, part five, four: 实地检查、社会评议等形式)."""

import datetime
from collections.abc import Iterable, Sequence

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from accounts.rules import require_office
from accounts.services import notify
from assessments.models import AppraisalResult
from assessments.scoring import appraised
from assessments.services import acceptance
from core.locks import change_once
from publicity.models import Appraisal, AppraisalResponse, SecondEntry
from publicity.models.appraisal import MOST_LETTERS, QUESTIONS, STEPS, new_appraisal_code
from publicity.paper_marks import Typed, alike, how_many, same_minute
from sites.calendar import today
from sites.enums import Level, Stage
from sites.models import Programme, Site
from sites.services import filers, liaisons
from sites.workflow import InvalidTransition

# Of one appraisal; and at once: so many slips are made into one file while somebody waits for it.
MOST_CODES, MOST_AT_ONCE = 2000, 240
# More answers of one device than this, for one site, are marked: a counter's own computer serves many people.
FROM_ONE_DEVICE = 3
# Nobody reads five questions faster.
SECONDS_TO_READ = 8


@transaction.atomic
def open_window(*, site: Site, opens_on: datetime.date, closes_on: datetime.date, by: User) -> Appraisal:
    """Open the appraisal of one determined site; of a site one window at a time is not counted yet.

    The unit, and its district, are told where their poster is.
    """
    require_office(by)
    _check_days(opens_on, closes_on)
    # Locked, so that two people do not open two.
    seen = Site.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=site.pk).first()
    if seen is None:
        raise PermissionDenied
    if seen.stage not in Stage.LISTED:
        raise InvalidTransition(_("%(site)s: only a determined site is appraised.") % {"site": site})
    if waiting := site.appraisals.uncounted().first():
        _give_up(waiting)
    if site.appraisals.filter(opens_on=opens_on).exists():
        raise InvalidTransition(
            _("%(site)s has been appraised from that day on already; begin on another day.") % {"site": site}
        )
    rulebook = site.programme.rulebook_used
    appraisal = Appraisal.objects.create(
        site=site,
        opens_on=opens_on,
        closes_on=closes_on,
        papers_until=closes_on + datetime.timedelta(days=rulebook.paper_grace_days),
        closes_by=closes_on + datetime.timedelta(days=rulebook.appraisal_prolong_days),
        opened_by=by,
    )
    _tell_unit(appraisal)
    return appraisal


def _give_up(appraisal: Appraisal) -> None:
    """End one that can come to no result any more; as long as it can, no other one is opened beside it."""
    given = appraisal.responses.answered().count()
    if not appraisal.is_spent(today()) or given >= needed_answers(appraisal.site.programme):
        told = _("%(site)s has an appraisal that is not counted yet.")
        raise InvalidTransition(told % {"site": appraisal.site})
    appraisal.given_up_on = today()
    appraisal.save(update_fields=["given_up_on"])


def open_windows(
    *, sites: Iterable[Site], opens_on: datetime.date, closes_on: datetime.date, by: User
) -> tuple[list[Appraisal], list[str]]:
    """The same for several sites: those that were opened, and why the others were not, each in a sentence."""
    require_office(by)
    _check_days(opens_on, closes_on)
    opened, refused = list[Appraisal](), list[str]()
    for site in sites:
        try:
            opened.append(open_window(site=site, opens_on=opens_on, closes_on=closes_on, by=by))
        except InvalidTransition as why:
            refused.append(str(why))
    return opened, refused


@transaction.atomic
def prolong(*, appraisal: Appraisal, closes_on: datetime.date, by: User) -> None:
    """Give the public more days: later than now, and not once the answers are counted.

    Paper forms are entered for as many days after the new last one as after the old. It goes on to the day
    that the rulebook set when it was opened, and no further.
    """
    appraisal = hold(appraisal, by)
    latest = max(appraisal.closes_on, today())
    if closes_on > appraisal.closes_by:
        told = _("It is prolonged until %(day)s at most.")
        raise ValidationError({"closes_on": told % {"day": date_format(appraisal.closes_by)}})
    if closes_on <= latest:
        raise ValidationError({"closes_on": _("Choose a day after %(day)s.") % {"day": date_format(latest)}})
    appraisal.papers_until += closes_on - appraisal.closes_on
    appraisal.closes_on = closes_on
    appraisal.save(update_fields=["closes_on", "papers_until"])
    _tell_unit(appraisal)


@transaction.atomic
def make_codes(*, appraisal: Appraisal, number: int, by: User) -> list[AppraisalResponse]:
    """Fresh codes for slips, each good for one answer."""
    appraisal = hold(appraisal, by)
    if today() > appraisal.closes_on:
        raise InvalidTransition(_("This appraisal has ended: prolong its window before you make more codes."))
    free = min(MOST_AT_ONCE, MOST_CODES - appraisal.codes_made)
    if free < 1:
        raise InvalidTransition(_("There are %(most)d codes; no more are made.") % {"most": MOST_CODES})
    if not 1 <= number <= free:
        raise ValidationError({"number": _("From 1 to %(most)d codes at once.") % {"most": free}})
    appraisal.codes_made += number
    appraisal.save(update_fields=["codes_made"])  # and so the trail tells who made how many
    now = timezone.now()
    return AppraisalResponse.objects.bulk_create(
        AppraisalResponse(appraisal=appraisal, code=new_appraisal_code(), made_at=now) for _n in range(number)
    )


@transaction.atomic
def answer(
    *, response: AppraisalResponse, answers: Sequence[int], text: str, device: str, seconds: float
) -> None:
    """Take in a citizen's answer, once a code, within the window. A doubtful one is marked and counted.

    `device` is a keyed digest of address and browser, `seconds` how long the page was open.
    """
    # Locked: it is not counted meanwhile, and one device's answers are told apart one after the other.
    appraisal = Appraisal.objects.select_for_update(of=("self",)).get(pk=response.appraisal_id)
    if not appraisal.is_open(today()):
        raise InvalidTransition(_("This appraisal is not open today."))
    write(response, answers, text, device=device, doubts=_doubts(appraisal, device, seconds))


@transaction.atomic
def count(*, appraisal: Appraisal, by: User) -> AppraisalResult:
    """Count a closed window and put the result on file with the acceptance; what tells devices apart goes.

    Too few answers are no result: 样本不足, the window is prolonged or forms are entered. Nor is there one
    before the check of the forms entered from paper is over.
    """
    appraisal = hold(appraisal, by)
    if today() <= appraisal.closes_on:
        raise InvalidTransition(
            _("The window runs until the end of %(day)s.") % {"day": date_format(appraisal.closes_on)}
        )
    given = list(appraisal.responses.answered().select_related("second_entry"))
    needed = needed_answers(appraisal.site.programme)
    if len(given) < needed:
        raise ValidationError(
            _("The sample is too small to count: %(n)d people answered, at least %(minimum)d are needed.")
            % {"n": len(given), "minimum": needed}
        )
    _require_check(appraisal)
    appraisal.counted_on = today()
    appraisal.save(update_fields=["counted_on"])
    firm = [each.steps for each in given if not each.is_doubtful]
    typed = typed_from_paper(given)
    appraisal.responses.exclude(device="").update(device="")
    return acceptance.put_on_file(
        site=appraisal.site,
        answered=acceptance.Answered(
            opened_on=appraisal.opens_on,
            closed_on=appraisal.closes_on,
            all=appraised([each.steps for each in given]),
            on_paper=len(typed),
            alike=how_many(alike(typed)),
            same_minute=how_many(same_minute(typed)),
            doubtful=len(given) - len(firm),
            firm_score=appraised(firm).score if firm else None,
        ),
        by=by,
    )


def _require_check(appraisal: Appraisal) -> None:
    entries = SecondEntry.objects.filter(response__appraisal=appraisal)
    waits = (
        appraisal.responses.undrawn().count(),
        entries.waiting().count(),
        entries.differing().count(),
    )
    if any(waits):
        told = _(
            "The forms entered from paper are not checked yet: %(undrawn)d that nothing was drawn from, "
            "%(waiting)d to be entered again, %(differing)d with differences to be settled."
        )
        raise InvalidTransition(told % dict(zip(("undrawn", "waiting", "differing"), waits, strict=True)))


def typed_from_paper(answers: Iterable[AppraisalResponse]) -> list[Typed]:
    """The answers that were entered from paper, each as it was first typed."""
    return [
        Typed(each.entered_by_id, each.answered_at, each.first_typed)
        for each in answers
        if each.entered_by_id and each.answered_at
    ]


def needed_answers(programme: Programme) -> int:
    """How many answers make a sample that counts; without one there is nothing to count."""
    return max(1, programme.rulebook_used.minimum_appraisal_sample)


def _check_days(opens_on: datetime.date, closes_on: datetime.date) -> None:
    if opens_on < today():
        raise ValidationError({"opens_on": _("The window begins today or later.")})
    if closes_on < opens_on:
        raise ValidationError({"closes_on": _("The window does not end before it begins.")})


def hold(appraisal: Appraisal, by: User) -> Appraisal:
    """Locked for a change by the office; not for whoever has stood aside, and not once it is counted."""
    require_office(by)
    seen = Appraisal.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=appraisal.pk)
    held = seen.select_related("site__programme").first()
    if held is None:
        raise PermissionDenied
    if held.counted_on:
        raise InvalidTransition(_("This appraisal has been counted already."))
    if held.given_up_on:
        raise InvalidTransition(_("This appraisal was given up: its sample was insufficient."))
    return held


def _tell_unit(appraisal: Appraisal) -> None:
    site = appraisal.site
    told = list(liaisons(site))
    if site.level == Level.DISTRICT:
        told += filers(site.filing)
    notify(
        told,
        text=gettext_noop(
            "%(site)s: the public appraisal runs from %(start)s to %(end)s. Print the poster and hang it up."
        ),
        about={"site": site, "start": appraisal.opens_on, "end": appraisal.closes_on},
        url=reverse("publicity_desk:appraisal_poster", args=[appraisal.pk]),
    )


def write(
    response: AppraisalResponse,
    answers: Sequence[int],
    text: str,
    *,
    device: str = "",
    doubts: str = "",
    entered_by: User | None = None,
) -> None:
    """Put an answer to its code, which must not be used yet."""
    check_answers(answers, text)
    if not change_once(
        AppraisalResponse.objects.unused().filter(pk=response.pk),
        answers=list(answers),
        text=text.strip(),
        device=device,
        doubts=doubts,
        entered_by=entered_by,
        answered_on=today(),
        answered_at=timezone.now(),
    ):
        raise InvalidTransition(_("This code has been used already; each is good for one answer."))


def check_answers(answers: Sequence[int], text: str) -> None:
    """ValidationError unless each question has one of the steps and the remark is not too long."""
    if len(answers) != len(QUESTIONS) or not all(0 <= step < len(STEPS) for step in answers):
        raise ValidationError(_("Answer all of the questions."))
    if len(text) > MOST_LETTERS:
        raise ValidationError({"text": _("At most %(n)d characters.") % {"n": MOST_LETTERS}})


def _doubts(appraisal: Appraisal, device: str, seconds: float) -> str:
    """Why an answer is doubtful, in Chinese as records are; nothing where it is not."""
    doubts = []
    before = appraisal.responses.answered().filter(device=device).count()
    if before >= FROM_ONE_DEVICE:
        doubts.append(f"同一设备的第{before + 1}份")
    if seconds < SECONDS_TO_READ:
        doubts.append(f"{seconds:.0f}秒内完成")
    return "；".join(doubts)
