"""Opinions on a rulebook's draft: asked for by the office, given by districts and units, answered one by one.

All of it happens while the draft is one: its row is held, so that nothing is said to a text that comes into
force at the same moment.
"""

import datetime
from collections.abc import Iterable, Sequence

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.enums import Role
from accounts.models import Motion, Organisation, User
from accounts.rules import require_office
from accounts.services import notify
from core.acting import Refusal
from core.clock import today
from core.http import record_address
from core.locks import change_once
from standards import fingerprints
from standards.enums import Stance, Taken
from standards.models import Article, Consultation, Opinion, Proposal, Rulebook
from standards.rules import answers_for_organisation
from standards.wording import readings
from tables.tidy import tidy_prose

from .drafts import locked

ANSWERING = (Role.DISTRICT, Role.LIAISON)


def can_be_asked() -> QuerySet[Organisation]:
    """Districts' offices and units that have somebody who can answer."""
    people = User.objects.active().filter(role__in=ANSWERING).order_by()
    return Organisation.objects.filter(pk__in=people.values("organisation")).order_by("code")


@transaction.atomic
def ask(
    *, draft: Rulebook, organisations: Iterable[Organisation], letter: str, answer_by: datetime.date, by: User
) -> Consultation:
    """Send a draft to these for their opinions, by a day; once for each draft."""
    require_office(by)
    held = locked(draft)
    if Consultation.objects.filter(rulebook=held).exists():
        raise Refusal(_("Opinions on this draft have been asked for already."))
    if Motion.objects.about(held).open().exists():
        raise Refusal(_("This draft lies before the leading group: take the proposal back first."))
    if answer_by <= today():
        raise ValidationError({"answer_by": _("A day after today.")})
    asked = list(organisations)
    if not asked:
        raise ValidationError({"organisations": _("Choose who is asked.")})
    made = Consultation.objects.create(
        rulebook=held,
        letter=tidy_prose(letter),
        answer_by=answer_by,
        sent_on=today(),
        sent_by=by,
        seen=fingerprints.of_reading(held),
    )
    for organisation in asked:
        opinion = Opinion.objects.create(consultation=made, organisation=organisation)
        _tell(opinion, gettext_noop("The office asks for your opinion on %(version)s."))
    return made


@transaction.atomic
def give(*, opinion: Opinion, stance: str, proposals: Sequence[tuple[Article | None, str]], by: User) -> None:
    """An organisation's answer, once: it agrees, or proposes changes to articles or to the whole (None)."""
    if not (answers_for_organisation(by) and by.organisation_id == opinion.organisation_id):
        raise PermissionDenied
    draft = locked(opinion.consultation.rulebook)
    if stance == Stance.PROPOSES and not proposals:
        raise ValidationError({"stance": _("Write what you propose, at an article or to the whole draft.")})
    if stance == Stance.AGREES and proposals:
        raise ValidationError(
            {"stance": _("You propose changes below: choose that, or take the proposals out.")}
        )
    waiting = Opinion.objects.waiting().filter(pk=opinion.pk)
    if not change_once(waiting, stance=stance, answered_on=today(), answered_by=by):
        raise Refusal(_("Your organisation has given its opinion already."))
    numbers = readings(draft)
    for article, text in proposals:
        about = numbers[article.key].number if article else ""
        Proposal.objects.create(opinion=opinion, article=article, about=about, text=tidy_prose(text))
    notify(
        User.objects.active().filter(role=Role.OFFICE),
        text=gettext_noop("%(organisation)s has given its opinion on %(version)s."),
        about={"organisation": opinion.organisation, "version": draft},
        url=record_address("standards:opinions", draft.pk),
    )


@transaction.atomic
def reply(*, proposal: Proposal, taken: str, reason: str, by: User) -> None:
    """The office's answer to a proposal, with its reason; as long as the draft is one it can be mended."""
    require_office(by)
    locked(proposal.opinion.consultation.rulebook)
    if taken not in Taken.values:
        raise ValidationError({"taken": _("Choose what became of it.")})
    reason = tidy_prose(reason)
    if not reason:
        raise ValidationError({"reason": _("Give a reason: who proposed it reads it.")})
    same = Proposal.objects.filter(pk=proposal.pk)
    change_once(same, taken=taken, reason=reason, replied_on=today(), replied_by=by)
    _tell(proposal.opinion, gettext_noop("The office has answered your proposal on %(version)s."))


def _tell(opinion: Opinion, text: str) -> None:
    people = User.objects.active().filter(role__in=ANSWERING, organisation=opinion.organisation_id)
    notify(
        people, text=text, about={"version": opinion.consultation.rulebook}, url=opinion.get_absolute_url()
    )
