"""Frequent questions: written by the office, read by another person before they go out (保密审查)."""

import re

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.rules import require_office
from accounts.services import secrecy
from core.locks import change_once
from publicity.enums import EnquiryState, EnquiryTopic, QuestionState
from publicity.models import Enquiry, Question
from sites.calendar import today
from sites.workflow import InvalidTransition
from tables.tidy import tidy_prose

# A telephone number, a number of an identity card, an address of e-mail.
_PERSONAL = re.compile(r"[0-9][0-9 \-]{5,}[0-9][0-9Xx]?|[^\s@，。；]+@[^\s@，。；]+")


def personal_in(question: Question) -> list[str]:
    """What may tell who somebody is, in question and answer: numbers, and the name who asked gave."""
    text = f"{question.question}\n{question.answer}"
    found = [match.strip() for match in _PERSONAL.findall(text)]
    name = question.enquiry.writer_name if question.enquiry else None
    return list(dict.fromkeys([*found, *([name] if name and name in text else [])]))


@transaction.atomic
def keep(
    *,
    question: Question | None,
    enquiry: Enquiry | None = None,
    asked: str,
    answer: str,
    topic: EnquiryTopic,
    by: User,
) -> Question:
    """A new question, or a draft written anew; of an enquiry one whose writer agreed, and it names nobody.

    Raises ValidationError by field: `asked`, `answer`.
    """
    require_office(by)
    question = Question.objects.select_for_update(of=("self",)).get(pk=question.pk) if question else None
    if question and question.state != QuestionState.DRAFT:
        raise InvalidTransition(_("What is published stays as it is: withdraw it, and write it anew."))
    if enquiry:
        _check_origin(enquiry)
    words = {"asked": tidy_prose(asked), "answer": tidy_prose(answer)}
    if empty := [name for name, text in words.items() if not text]:
        raise ValidationError(dict.fromkeys(empty, _("Fill this in.")))
    question = question or Question(enquiry=enquiry, written_on=today())
    question.question, question.answer, question.topic = words["asked"], words["answer"], topic
    question.save()
    question.writers.add(by)
    return question


def _check_origin(enquiry: Enquiry) -> None:
    enquiry = Enquiry.objects.select_for_update(of=("self",)).get(pk=enquiry.pk)
    if enquiry.state != EnquiryState.REPLIED or not enquiry.may_be_published:
        raise InvalidTransition(_("It is published only once it is answered, and if who asked agreed."))
    if enquiry.questions.filter(withdrawn_on=None).exists():
        raise InvalidTransition(_("It stands among the frequent questions already."))


@transaction.atomic
def publish(*, question: Question, looked_at: bool = False, by: User) -> None:
    """Put it before the public as another person has reviewed it.

    What looks like somebody's number or name is pointed out first, and goes out only once it was `looked_at`.
    """
    require_office(by)
    question = Question.objects.select_for_update(of=("self",)).get(pk=question.pk)
    if question.state != QuestionState.DRAFT:
        raise InvalidTransition(_("This question is no draft any more."))
    if (found := personal_in(question)) and not looked_at:
        told = _("This may tell who somebody is: %(what)s. Take it out, or say that it may stand.")
        raise ValidationError({"looked_at": told % {"what": _(", ").join(found)}})
    secrecy.check("question", question, by=by)
    question.published_on = today()
    question.save(update_fields=["published_on"])


@transaction.atomic
def withdraw(*, question: Question, by: User) -> None:
    """Take a question back at once, or a draft."""
    require_office(by)
    standing = Question.objects.filter(pk=question.pk, withdrawn_on=None)
    if not change_once(standing, withdrawn_on=today()):
        raise InvalidTransition(_("This question was withdrawn before."))
    secrecy.need_no_more(kind="question", record=question.pk)
