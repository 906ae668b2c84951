"""社会评议 on paper: forms are printed with codes, entered by their day, some of them twice, and settled."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any, cast

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.deputies import is_another
from accounts.models import User
from assessments.services.storing import files_with_rows, store_taken
from core.codes import is_checked
from core.kept_files import as_kept
from core.locks import change_once
from core.uploads import PAPER_ANSWERS, NewFiles, Taken, take_in
from documents.models import CODE_LETTERS
from publicity.models import (
    Appraisal,
    AppraisalResponse,
    AppraisalScan,
    FormRun,
    PaperDraw,
    SecondEntry,
    Settlement,
)
from publicity.models.appraisal import new_form_code
from publicity.models.paper_answers import REMARK
from sites.calendar import today
from sites.workflow import InvalidTransition

from .appraisals import MOST_AT_ONCE, check_answers, hold, write

# Of one appraisal.
MOST_FORMS, MOST_SCANS = 2000, 50


@transaction.atomic
def print_forms(*, appraisal: Appraisal, number: int, by: User) -> FormRun:
    """A run of forms, each with a fresh code that is good for one entry."""
    appraisal = hold(appraisal, by)
    if today() > appraisal.closes_on:
        raise InvalidTransition(
            _("This appraisal has ended: prolong its window before you print more forms.")
        )
    free = min(MOST_AT_ONCE, MOST_FORMS - appraisal.responses.on_forms().count())
    if free < 1:
        raise InvalidTransition(_("There are %(most)d forms; no more are printed.") % {"most": MOST_FORMS})
    if not 1 <= number <= free:
        raise ValidationError({"number": _("From 1 to %(most)d forms at once.") % {"most": free}})
    run = FormRun.objects.create(appraisal=appraisal, printed_by=by, printed_on=today())
    now = timezone.now()
    AppraisalResponse.objects.bulk_create(
        AppraisalResponse(appraisal=appraisal, run=run, code=new_form_code(), made_at=now)
        for _n in range(number)
    )
    return run


@transaction.atomic
def enter(
    *, appraisal: Appraisal, code: str, answers: Sequence[int], text: str, by: User
) -> AppraisalResponse:
    """Enter a form that was filled in on paper, once, by its code; until the day that was set for it."""
    appraisal = hold(appraisal, by)
    if today() < appraisal.opens_on:
        raise InvalidTransition(_("This appraisal is not open yet."))
    if today() > appraisal.papers_until:
        told = _("Paper forms could be entered until %(day)s; nothing is entered any more.")
        raise InvalidTransition(told % {"day": date_format(appraisal.papers_until)})
    form = _form(appraisal, code)
    if form.answered_on:
        told = _("The form with this code was entered on %(day)s by %(name)s; each is entered once.")
        about = {"day": date_format(form.answered_on), "name": form.entered_by}
        raise ValidationError({"code": told % about})
    write(form, answers, text, entered_by=by)
    return form


@transaction.atomic
def draw(*, appraisal: Appraisal, by: User) -> PaperDraw:
    """Draw, of the forms entered since the last draw, those that somebody else enters again.

    The seed is made here and now and on record with the pool before anybody sees what comes out; it stands.
    """
    appraisal = hold(appraisal, by)
    pool = {form.code: form for form in appraisal.responses.undrawn()}
    if not pool:
        raise InvalidTransition(_("There is nothing to draw from: no form was entered since the last draw."))
    made = PaperDraw.objects.create(
        appraisal=appraisal,
        seed=secrets.token_hex(8),
        pool=list(pool),
        percent=appraisal.site.programme.rulebook_used.paper_check_percent,
        drawn_by=by,
        drawn_on=today(),
    )
    appraisal.responses.undrawn().update(draw=made)
    for code in made.codes:
        form = pool[code]
        SecondEntry.objects.create(
            response=form,
            draw=made,
            first_by_id=cast("int", form.entered_by_id),
            first_answers=form.steps,
            first_text=form.text,
        )
    return made


@transaction.atomic
def enter_again(
    *, appraisal: Appraisal, code: str, answers: Sequence[int], text: str, by: User
) -> SecondEntry:
    """Enter a drawn form again, as another person than the first; what is alike is settled at once."""
    appraisal = hold(appraisal, by)
    entry = SecondEntry.objects.filter(response=_form(appraisal, code)).first()
    if entry is None:
        raise ValidationError({"code": _("The form with this code was not drawn to be entered again.")})
    if not is_another(by, entry.first_by_id):
        raise ValidationError({"code": _("You entered this form first: another person enters it again.")})
    if entry.entered_on:
        told = _("The form with this code was entered again on %(day)s by %(name)s.")
        about = {"day": date_format(entry.entered_on), "name": entry.entered_by}
        raise ValidationError({"code": told % about})
    check_answers(answers, text)
    entry.answers, entry.text = list(answers), text.strip()
    change_once(
        SecondEntry.objects.waiting().filter(pk=entry.pk),
        answers=entry.answers,
        text=entry.text,
        entered_by=by,
        entered_on=today(),
        settled_on=None if entry.differing else today(),
    )
    return entry


@transaction.atomic
def settle(*, entry: SecondEntry, says: Mapping[int, Any], by: User) -> None:
    """Record what the paper says in each field in which the two entries differ; that is what counts.

    Whoever entered the form first does not judge it.
    """
    hold(entry.response.appraisal, by)
    held = SecondEntry.objects.differing().filter(pk=entry.pk).select_related("response").first()
    if held is None:
        raise InvalidTransition(_("There is no difference to be settled any more."))
    if not is_another(by, held.first_by_id):
        raise PermissionDenied(_("You entered this form first: another person settles the differences."))
    _check_settled(held, says)
    form = held.response
    answers = [says.get(place, step) for place, step in enumerate(form.steps)]
    text = says.get(REMARK, form.text)
    check_answers(answers, text)
    for field in held.differing:
        Settlement.objects.create(second_entry=held, field=field, value=says[field], by=by, on=today())
    change_once(AppraisalResponse.objects.filter(pk=form.pk), answers=answers, text=text)
    change_once(SecondEntry.objects.differing().filter(pk=held.pk), settled_on=today())


@files_with_rows()
def attach_scans(*, appraisal: Appraisal, files: NewFiles, by: User) -> list[AppraisalScan]:
    """Keep scans of the paper forms; one that is on file already is not kept twice."""
    appraisal = hold(appraisal, by)
    on_file = set(appraisal.scans.values_list("sha256", flat=True))
    new = [taken for taken in take_in(files, PAPER_ANSWERS) if taken.sha256 not in on_file]
    if len(on_file) + len(new) > MOST_SCANS:
        raise ValidationError({"files": _("At most %(n)d files.") % {"n": MOST_SCANS}})
    return [_keep(appraisal, taken, by) for taken in new]


def _keep(appraisal: Appraisal, taken: Taken, by: User) -> AppraisalScan:
    scan = AppraisalScan(
        appraisal=appraisal,
        name=taken.name,
        content_type=taken.content_type,
        size=taken.size,
        sha256=taken.sha256,
        flags=as_kept(taken.flags),
        added_by=by,
        added_on=today(),
    )
    store_taken(scan.file, taken)
    scan.save()
    return scan


def _form(appraisal: Appraisal, code: str) -> AppraisalResponse:
    """The printed form of this appraisal with this code; else the field says in words what is wrong."""
    found = appraisal.responses.on_forms().select_related("entered_by").filter(code=code).first()
    if found:
        return found
    if is_checked(code, CODE_LETTERS):
        raise ValidationError({"code": _("No form with this code was printed for this appraisal.")})
    told = _("This code is not copied right: its last character does not fit. Look at the form once more.")
    raise ValidationError({"code": told})


def _check_settled(entry: SecondEntry, says: Mapping[int, Any]) -> None:
    """Each difference is settled; of the remark by what one of the two has typed."""
    if set(says) != set(entry.differing):
        raise ValidationError(_("Say of each difference what stands on the paper."))
    if REMARK in says and says[REMARK] not in (entry.first_text, entry.text):
        raise ValidationError(_("Choose one of the two remarks."))
