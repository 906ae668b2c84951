"""批示: written on a paper, taken to those who must act, answered by them (part six, one: 组织、协调)."""

import datetime
from collections.abc import Collection, Iterable

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.deputies import acts_as, named_or_deputy
from accounts.enums import OrganisationKind
from accounts.models import Organisation, User
from accounts.rules import is_office
from accounts.services import notify
from core.acting import Refusal
from documents.models import Document, Instruction, InstructionAnswer
from documents.rules import ANSWERING, instructs
from sites.calendar import today
from tables.tidy import tidy_prose

MAX_TEXT = 2000
_TO_ACT = (OrganisationKind.OFFICE, OrganisationKind.DISTRICT_OFFICE, *OrganisationKind.UNITS)


def can_be_told() -> QuerySet[Organisation]:
    """Offices, districts and units of which somebody can answer at a desk."""
    people = User.objects.active().filter(organisation=OuterRef("pk"), role__in=ANSWERING)
    return Organisation.objects.filter(Exists(people), kind__in=_TO_ACT, is_active=True)


def answerers(answer: InstructionAnswer) -> QuerySet[User]:
    """Who of the organisation can answer: with an account in use, and aside from none of the sites."""
    people = User.objects.active().filter(organisation=answer.organisation_id, role__in=ANSWERING)
    return people.exclude(recusals__site__documents=answer.instruction.document_id)


def may_answer(answer: InstructionAnswer, by: User) -> bool:
    """One of them; the office for an organisation of which nobody is left who can."""
    this = InstructionAnswer.objects.filter(pk=answer.pk)
    if this.addressed_to(by).exists():
        return True
    return is_office(by) and this.visible_to(by).exists() and not answerers(answer).exists()


def may_instruct(document: Document, by: User) -> bool:
    """A member who reads the paper. A closed paper carries none: its very title is for its readers."""
    if not instructs(by) or document.is_closed or document.withdrawn_on:
        return False
    # What everybody reads is still about a site: whoever stood aside from it says nothing on it.
    shut = Document.sites.through.objects.filter(document=document, site__in=by.recused_sites())
    return Document.objects.visible_to(by).filter(pk=document.pk).exists() and not shut.exists()


def may_change(instruction: Instruction, by: User) -> bool:
    """Who gave it, or stands in for them, until somebody has answered."""
    mine = Instruction.objects.visible_to(by).standing().filter(acts_as(by, "given_by"), pk=instruction.pk)
    return instructs(by) and mine.exists() and not _answered(instruction)


@transaction.atomic
def give(
    *, document: Document, text: str, to: Collection[Organisation], due_on: datetime.date | None, by: User
) -> Instruction:
    """Write an instruction on a paper; each organisation it names has it in its to-do list and is told.

    Raises PermissionDenied, and ValidationError by field: text, to, due_on.
    """
    # Held, so that it is not withdrawn meanwhile.
    held = Document.objects.order_by("pk").select_for_update(of=("self",)).get(pk=document.pk)
    if not may_instruct(held, by):
        raise PermissionDenied
    instruction = Instruction(document=held, given_by=by, given_on=today())
    _write(instruction, text, due_on)
    _name(instruction, to)
    return instruction


@transaction.atomic
def revise(
    *,
    instruction: Instruction,
    text: str,
    to: Collection[Organisation],
    due_on: datetime.date | None,
    by: User,
) -> None:
    """Change it until somebody has answered. Who is named is told, and who is named no more."""
    held = _held_for_change(instruction, by)
    _write(held, text, due_on)
    staying = list(held.answers.filter(organisation__in=to).select_related("instruction__document"))
    _name(held, to)
    for one in staying:
        _tell(one, gettext_noop("The instruction on %(paper)s was changed: read it again."))


@transaction.atomic
def take_back(*, instruction: Instruction, by: User) -> None:
    """It waits for nobody any more, and stays on record. Not once somebody has answered."""
    held = _held_for_change(instruction, by)
    held.taken_back_on = today()
    held.save(update_fields=["taken_back_on"])
    _tell_no_more(held.answers.select_related("instruction__document"))


@transaction.atomic
def answer(*, answer: InstructionAnswer, text: str, paper: Document | None, by: User) -> None:
    """Say once what the organisation has done, and which paper shows it; who gave the instruction is told.

    Whoever comes second of the same organisation is told who was first. Raises PermissionDenied, Refusal, and
    ValidationError by field: text, paper.
    """
    instruction = _held(answer.instruction)
    current = InstructionAnswer.objects.select_related("organisation", "answered_by").get(pk=answer.pk)
    if not may_answer(current, by):
        raise PermissionDenied
    if instruction.taken_back_on:
        raise Refusal(_("This instruction was taken back on %(day)s.") % _day(instruction.taken_back_on))
    if current.answered_on:
        told = _("%(who)s answered this already, on %(day)s.")
        raise Refusal(told % {"who": current.answered_by, **_day(current.answered_on)})
    if paper and not may_be_shown(instruction, by).filter(pk=paper.pk).exists():
        raise ValidationError({"paper": _("Choose one of the papers you can read.")})
    current.text, current.paper = _prose(text, _("Write what has been done.")), paper
    current.answered_by, current.answered_on = by, today()
    current.save()
    given_by = Instruction.objects.filter(pk=instruction.pk).values("given_by")
    notify(
        _not_aside(named_or_deputy(given_by, among=User.objects.active()), instruction),
        text=gettext_noop("%(organisation)s has answered your instruction on %(paper)s."),
        about={"organisation": current.organisation, "paper": instruction.document.full_number},
        url=instruction.get_absolute_url(),
    )


def may_be_shown(instruction: Instruction, by: User) -> QuerySet[Document]:
    """The papers that can go with an answer: of the same programme, and read by who answers."""
    papers = Document.objects.visible_to(by).standing().filter(programme=instruction.document.programme_id)
    return papers.exclude(pk=instruction.document_id).order_by("-issued_on", "-pk")


def _write(instruction: Instruction, text: str, due_on: datetime.date | None) -> None:
    instruction.text = _prose(text, _("Write what is to be done."))
    if due_on and due_on < today() and due_on != instruction.due_on:
        raise ValidationError({"due_on": _("Today or later: nobody can act in the past.")})
    instruction.due_on = due_on
    instruction.save()


def _prose(text: str, missing: str) -> str:
    text = tidy_prose(text)
    if not text:
        raise ValidationError({"text": missing})
    if len(text) > MAX_TEXT:
        raise ValidationError({"text": _("At most %(n)d characters.") % {"n": MAX_TEXT}})
    return text


def _name(instruction: Instruction, to: Collection[Organisation]) -> None:
    """These organisations and no others have to answer."""
    keys = {organisation.pk for organisation in to}
    named = {one.organisation_id: one for one in instruction.answers.select_related("organisation")}
    if not keys:
        raise ValidationError({"to": _("Choose who has to act.")})
    if can_be_told().filter(pk__in=keys - set(named)).count() != len(keys - set(named)):
        raise ValidationError({"to": _("Of one of these nobody can answer at a desk.")})
    gone = instruction.answers.exclude(organisation__in=keys).select_related("instruction__document")
    _tell_no_more(gone)
    for one in gone:
        one.delete()
    for organisation in to:
        if organisation.pk not in named:
            made = InstructionAnswer.objects.create(instruction=instruction, organisation=organisation)
            _tell(
                made,
                gettext_noop("A member of the leading group wrote an instruction on %(paper)s: act on it."),
            )


def _tell_no_more(answers: Iterable[InstructionAnswer]) -> None:
    for one in answers:
        _tell(one, gettext_noop("The instruction on %(paper)s waits for your organisation no more."))


def _tell(answer: InstructionAnswer, text: str) -> None:
    document, url = answer.instruction.document, answer.instruction.get_absolute_url()
    notify(answerers(answer), text=text, about={"paper": document.full_number}, url=url)


def _held(instruction: Instruction) -> Instruction:
    """Locked, so that it is answered once, and not while it is changed or taken back."""
    rows: QuerySet[Instruction] = Instruction.objects.order_by("pk").select_for_update(of=("self",))
    return rows.select_related("document").get(pk=instruction.pk)


def _held_for_change(instruction: Instruction, by: User) -> Instruction:
    held = _held(instruction)
    mine = Instruction.objects.visible_to(by).filter(acts_as(by, "given_by"), pk=held.pk)
    if not instructs(by) or not mine.exists():
        raise PermissionDenied
    if held.taken_back_on:
        raise Refusal(_("This instruction was taken back on %(day)s.") % _day(held.taken_back_on))
    if first := _answered(held):
        told = _("%(organisation)s has answered it: it can be changed and taken back no more.")
        raise Refusal(told % {"organisation": first.organisation})
    return held


def _answered(instruction: Instruction) -> InstructionAnswer | None:
    given = instruction.answers.filter(answered_on__isnull=False)
    return given.select_related("organisation").order_by("answered_on", "pk").first()


def _not_aside(people: QuerySet[User], instruction: Instruction) -> QuerySet[User]:
    return people.exclude(recusals__site__documents=instruction.document_id)


def _day(day: datetime.date) -> dict[str, str]:
    return {"day": date_format(day)}
