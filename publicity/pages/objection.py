"""One objection at the desk: what may be done with it by its reader, or else by whom."""

from collections.abc import Callable
from functools import cached_property

from django.forms import Form

from accounts.models import User
from core.forms import ReasonForm
from documents.models import Document
from publicity.enums import ObjectionState
from publicity.forms import (
    ApproveForm,
    ConcludeForm,
    DeclineForm,
    InvestigatorForm,
    ReportForm,
    SendBackForm,
)
from publicity.models import Handling, Objection, ObjectionFile
from publicity.objection_steps import IN_TURN, STEPS
from publicity.rules import handles_objections, reads_objections
from publicity.services.handling import why_not


class ObjectionPage:
    def __init__(self, objection: Objection, reader: User) -> None:
        self.objection = objection
        self.reader = reader

    @property
    def shows_writer(self) -> bool:
        """Name, telephone and receipt code, which leads to the reply, are the office's alone."""
        return handles_objections(self.reader)

    @property
    def leads_to_list(self) -> bool:
        return reads_objections(self.reader)

    @cached_property
    def files(self) -> list[ObjectionFile]:
        return list(self.objection.files.all())

    @cached_property
    def story(self) -> list[Handling]:
        """What was done, by whom and in which words, the oldest first."""
        return list(self.objection.handlings.select_related("by", "acted_for"))

    @cached_property
    def steps(self) -> set[str]:
        """The steps this reader may take now; both ways to approve and to send back by one name."""
        able = {
            name
            for name, step in STEPS.items()
            if self.objection.state in step.sources and not why_not(self.objection, step, self.reader)
        }
        return {name.removesuffix("_declining") for name in able}

    @property
    def refusal(self) -> str:
        """Why the next step is not this reader's, and whose it is."""
        step = IN_TURN.get(self.objection.state)
        return why_not(self.objection, step, self.reader) if step else ""

    @property
    def is_answered(self) -> bool:
        return not self.objection.is_open

    @property
    def shows_paper(self) -> bool:
        """To those it names as its readers; whoever looked into the letter has no part in the reply."""
        return Document.objects.visible_to(self.reader).filter(objection=self.objection).exists()

    @property
    def has_draft(self) -> bool:
        """An answer that nobody has approved yet; one that was sent back is being written anew."""
        return self.objection.state in ObjectionState.TO_APPROVE

    @property
    def forms(self) -> dict[str, Form]:
        """Of the steps this reader may take."""
        letter, last = self.objection, self.story[-1].pk if self.story else 0
        drafted = {
            "result": letter.proposed,
            "reply": letter.reply,
            "opinion": letter.opinion,
            "visit_anew": letter.visit_anew,
        }
        makers: dict[str, Callable[[], dict[str, Form]]] = {
            "accept": self._investigator,
            "reassign": self._investigator,
            "report": lambda: {"report_form": ReportForm(initial={"findings": letter.findings})},
            "decline": lambda: {"decline_form": DeclineForm()},
            "conclude": lambda: {"conclude_form": ConcludeForm(initial=drafted)},
            "approve": lambda: {"approve_form": ApproveForm(initial={"seen": last})},
            "send_back": lambda: {"send_back_form": SendBackForm()},
            "take_back": lambda: {"take_back_form": ReasonForm()},
        }
        return {name: form for step in self.steps for name, form in makers[step]().items()}

    def _investigator(self) -> dict[str, Form]:
        return {"investigator_form": InvestigatorForm(objection=self.objection, by=self.reader)}
