"""An enquiry as who asked follows it, and at the desk: what may be done with it, or else by whom."""

from collections.abc import Callable
from functools import cached_property

from django.forms import Form
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.rules import is_office
from core.forms import ReasonForm
from documents.models import Document
from publicity.enquiry_steps import IN_TURN, STEPS
from publicity.enums import EnquiryState, InformationResult
from publicity.forms import ApproveForm, DraftAnswerForm, HandOnForm
from publicity.models import Enquiry, EnquiryFile, EnquiryStep, Question
from publicity.rules import handles_enquiries, reads_all_enquiries
from publicity.services.answering import why_not

from .receipt import Step


def enquiry_progress(enquiry: Enquiry) -> list[Step]:
    """Received, taken up, answered; between them what is wanted of who asked."""
    shown = enquiry.public_state
    taken_up = shown != EnquiryState.RECEIVED
    being = "current" if shown == EnquiryState.ANSWERING else "done" if taken_up else "next"
    steps = [
        Step(_("Received"), "done" if taken_up else "current", enquiry.received_on),
        Step(_("Taken up by who answers it"), being, enquiry.accepted_on),
    ]
    if shown == EnquiryState.TO_COMPLETE:
        until = _("By %(date)s at the latest.") % {"date": date_format(enquiry.due_on)}
        steps.append(Step(_("To be completed by you"), "current", note=until))
    if enquiry.is_open:
        due = _("By %(date)s at the latest.") % {"date": date_format(enquiry.due_on)}
        return [*steps, Step(_("Answer"), "next", note=due if enquiry.is_running else "")]
    return [*steps, Step(_("Answer"), "done", enquiry.replied_on)]


class EnquiryPage:
    def __init__(self, enquiry: Enquiry, reader: User) -> None:
        self.enquiry = enquiry
        self.reader = reader

    @property
    def shows_writer(self) -> bool:
        """Who wrote, and the receipt code, which leads to the answer, are the office's alone."""
        return handles_enquiries(self.reader)

    @cached_property
    def files(self) -> list[EnquiryFile]:
        return list(self.enquiry.files.all())

    @cached_property
    def story(self) -> list[EnquiryStep]:
        """What was done, by whom and in which words, the oldest first."""
        return list(self.enquiry.steps.select_related("by", "body"))

    @cached_property
    def steps(self) -> set[str]:
        """The steps this reader may take now."""
        return {
            name
            for name, step in STEPS.items()
            if self.enquiry.state in step.sources
            and (self.enquiry.is_request or not step.of_information)
            and not (name == "extend" and (self.enquiry.extended_on or self.enquiry.is_late))
            and not (name == "close" and not self.enquiry.may_be_closed)
            and not (name == "hand_back" and self.enquiry.held_by_id is None)
            and not why_not(self.enquiry, step, self.reader)
        }

    @property
    def refusal(self) -> str:
        """Why the next step is not this reader's, and whose it is."""
        step = IN_TURN.get(self.enquiry.state)
        return why_not(self.enquiry, step, self.reader) if step else ""

    @property
    def has_draft(self) -> bool:
        return self.enquiry.state == EnquiryState.DRAFTED

    @property
    def shows_answer(self) -> bool:
        return self.has_draft or not self.enquiry.is_running

    @property
    def reads_all(self) -> bool:
        return reads_all_enquiries(self.reader)

    @property
    def issues_paper(self) -> bool:
        """Approving its answer issues a paper: the reply to a request that needs nothing more."""
        return self.enquiry.is_request and self.enquiry.result != InformationResult.COMPLETE

    @property
    def shows_paper(self) -> bool:
        return Document.objects.visible_to(self.reader).filter(enquiry=self.enquiry).exists()

    @cached_property
    def question(self) -> Question | None:
        """The frequent question it became, for who may read it."""
        standing = Question.objects.visible_to(self.reader).filter(withdrawn_on=None)
        return standing.filter(enquiry=self.enquiry).first()

    @property
    def may_become_question(self) -> bool:
        """It is answered, and who asked agreed."""
        agreed = self.enquiry.may_be_published and not self.enquiry.is_open
        return agreed and is_office(self.reader) and self.question is None

    @property
    def forms(self) -> dict[str, Form]:
        """Of the steps this reader may take."""
        enquiry, last = self.enquiry, self.story[-1].pk if self.story else 0
        drafted = {"result": enquiry.result, "reply": enquiry.reply}
        makers: dict[str, Callable[[], Form]] = {
            "hand_on": lambda: HandOnForm(enquiry=enquiry, by=self.reader),
            "hand_back": ReasonForm,
            "extend": ReasonForm,
            "draft": lambda: DraftAnswerForm(initial=drafted, enquiry=enquiry),
            "approve": lambda: ApproveForm(initial={"seen": last}),
            "send_back": ReasonForm,
            "take_back": ReasonForm,
            "close": ReasonForm,
        }
        return {f"{name}_form": makers[name]() for name in self.steps if name in makers}
