"""The deliberation as a person sees it: each disputed item, what was said of it, and what to do next."""

from dataclasses import dataclass, field
from typing import Any

from django.forms import Form

from accounts.models import User
from assessments.forms import ArgumentForm, ConsentForm, ProposalForm
from assessments.mark_comparison import ItemMarks, Voice, lines, marks_shown, voices
from assessments.models import Deliberation, Proposal, Score, Sheet
from assessments.rules import leads


@dataclass
class Case:
    """One disputed item; `forms` has a form for each act this person may do now, by the act's name.

    `waiting` names those who have not answered the latest proposal. `wants_proposal` says that there is
    none, or that somebody refused it: then only a new one leads on.
    """

    deliberation: Deliberation
    line: ItemMarks
    waiting: list[str]
    wants_proposal: bool
    forms: dict[str, Form] = field(default_factory=dict)

    @property
    def proposals(self) -> list[Proposal]:
        """The latest first: only that one counts."""
        return list(self.deliberation.proposals.all())[::-1]


@dataclass(frozen=True)
class DeliberationPage:
    """All disputed items of a final sheet in the standard's order."""

    sheet: Sheet
    voices: tuple[Voice, ...]
    cases: tuple[Case, ...]
    is_lead: bool

    @property
    def open_cases(self) -> list[Case]:
        return [case for case in self.cases if case.deliberation.is_open]

    @property
    def mine(self) -> list[Case]:
        """The cases that wait for this person: to answer a proposal or, if they lead, to make one."""
        return [
            case
            for case in self.open_cases
            if "answer" in case.forms or (self.is_lead and case.wants_proposal)
        ]


def deliberation_page(sheet: Sheet, user: User) -> DeliberationPage:
    """The page as this person sees it. At most eight queries, whatever the number of items."""
    spoken = voices(sheet, user)
    found = list(sheet.deliberations.with_words())
    items = [each.item for each in found]
    scores = Score.objects.filter(marks_shown(sheet, spoken), item__in=items).select_related("sheet")
    by_item = lines(sheet, items, spoken, scores, found)
    is_lead = sheet.is_draft and leads(sheet.assessment, user)
    cases = tuple(_case(each, by_item[each.item_id], spoken, user, is_lead=is_lead) for each in found)
    return DeliberationPage(sheet, spoken, cases, is_lead)


def act_form(name: str, deliberation: Deliberation, data: Any = None) -> Form:
    """The form of an act; its field ids are unique, since many such forms stand on one page."""
    ids = f"{name}-{deliberation.pk}-%s"
    if name == "propose":
        return ProposalForm(data, item=deliberation.item, auto_id=ids)
    return {"argue": ArgumentForm, "answer": ConsentForm}[name](data, auto_id=ids)


def _case(
    deliberation: Deliberation, line: ItemMarks, spoken: tuple[Voice, ...], user: User, *, is_lead: bool
) -> Case:
    latest = next(iter(list(deliberation.proposals.all())[::-1]), None)
    standing = [voice.member for voice in spoken if voice.counts]
    said = {answer.by_id: answer.agrees for answer in latest.answers.all()} if latest else {}
    given = {person: said[person.pk] for person in standing if person.pk in said}
    acts = []
    if deliberation.sheet.is_draft and user in standing:
        if latest and deliberation.is_open and user not in given:
            acts.append("answer")
        acts.append("argue")
    if is_lead:
        acts.append("propose")
    return Case(
        deliberation=deliberation,
        line=line,
        waiting=[str(person) for person in standing if person not in given] if latest else [],
        wants_proposal=latest is None or not all(given.values()),
        forms={name: act_form(name, deliberation) for name in acts},
    )
