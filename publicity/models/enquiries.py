"""咨询、投诉、建议、找错、依申请公开: what people write to the office, and what is done with it."""

import datetime
from typing import Self

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.deputies import acts_as
from accounts.models import Organisation, User
from accounts.rules import is_office
from audit.guards import append_only
from core.encrypted import ErasedCharField, ErasedTextField
from core.http import record_address
from core.models import Worded
from documents.models import Document
from publicity.enquiry_steps import IN_TURN
from publicity.enums import (
    EnquiryDeed,
    EnquiryKind,
    EnquiryState,
    EnquiryTopic,
    InformationResult,
    LetterChannel,
    Satisfaction,
    WantedForm,
)
from publicity.rules import knows_enquiries, reads_all_enquiries
from sites.calendar import today
from sites.models import Programme, Site

from .citizens_files import CitizensFile
from .naming import TrackingNote
from .objections import new_receipt_code


def kept_from(user: User) -> Q:
    """Enquiries nobody may know of whatever their role: of a site they stand aside from; a complaint about
    their own unit, or one they are tied to.
    """
    own = Q(site__organisation=user.organisation_id)
    tied = Q(site__organisation__in=user.ties.in_force().values("organisation"))
    return Q(site__in=user.recused_sites()) | Q(own | tied, kind=EnquiryKind.COMPLAINT)


class EnquiryQuerySet(models.QuerySet["Enquiry"]):
    def visible_to(self, user: User) -> Self:
        """The city all; a body those that lie with it, a district office those of its district's bodies too.

        Who wrote is for `handles_enquiries` alone.
        """
        if not knows_enquiries(user):
            return self.none()
        seen = self if reads_all_enquiries(user) else self.filter(_lies_with(user))
        return seen.exclude(kept_from(user))

    def held_by(self, user: User) -> Self:
        """Those that lie with this person's body."""
        return self.filter(_held_by(user))

    def waiting_for(self, user: User) -> Self:
        """Those whose next step is this person's to take, by the table of steps."""
        turns = Q(pk__in=())
        for state, step in IN_TURN.items():
            if step.who(user):
                whose = _held_by(user) if step.of_holder else Q()
                turns |= Q(whose, ~acts_as(user, "drafted_by") if step.by_another else Q(), state=state)
        return self.visible_to(user).filter(turns)

    def running(self) -> Self:
        """Their answer is due."""
        return self.filter(state__in=EnquiryState.RUNNING)

    def not_completed(self, *, on: datetime.date) -> Self:
        """Requests that were to be completed by now."""
        return self.filter(state=EnquiryState.TO_COMPLETE, due_on__lt=on)

    def to_erase(self, *, on: datetime.date) -> Self:
        """Those whose personal data has been kept long enough."""
        return self.filter(erase_on__lte=on, erased_at=None)

    def in_turn(self) -> Self:
        """Open ones first, the most urgent on top, then the answered ones, the newest first."""
        return self.order_by(F("replied_on").desc(nulls_first=True), "due_on", "pk")


def _held_by(user: User) -> Q:
    """It lies with this person's body; None is the office."""
    return Q(held_by=None) if is_office(user) else Q(held_by=user.organisation_id, held_by__isnull=False)


def _lies_with(user: User) -> Q:
    """The same, or with a body of the district that this person's office looks after."""
    district = user.district_id
    return _held_by(user) | Q(held_by__district=district) if district else _held_by(user)


class Enquiry(Worded):
    """One question, complaint, suggestion, pointed-out error or request for information, with its answer.

    Who wrote, how to reach them and what they wrote are encrypted at rest, and None once they are erased; the
    first two and `writer_identity` are empty where nobody gave them. `held_by` is the body responsible, None:
    the office. `result` and `reply` are a draft before somebody else approved them. While a request is to be
    completed, `due_on` is the last day for that.
    """

    programme = models.ForeignKey(
        Programme, verbose_name=_("programme"), on_delete=models.PROTECT, related_name="enquiries"
    )
    kind = models.CharField(_("kind"), max_length=12, choices=EnquiryKind)
    topic = models.CharField(_("topic"), max_length=12, choices=EnquiryTopic)
    site = models.ForeignKey(
        Site,
        verbose_name=_("site"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="enquiries",
    )
    page = ErasedCharField(_("page it is about"), max_length=200, null=True, blank=True)
    receipt_code = models.CharField(
        _("receipt code"), max_length=10, unique=True, default=new_receipt_code, editable=False
    )
    writer_name = ErasedCharField(_("name"), max_length=60, null=True, blank=True)
    writer_contact = ErasedCharField(_("telephone or address"), max_length=100, null=True, blank=True)
    writer_identity = ErasedCharField(_("identity document"), max_length=60, null=True, blank=True)
    text = ErasedTextField(_("what is asked"), null=True)
    is_body = models.BooleanField(_("asked by a body"), default=False)
    wanted_as = models.CharField(_("wanted form"), max_length=6, choices=WantedForm, blank=True)
    may_be_published = models.BooleanField(_("may be published without the name"), default=False)
    channel = models.CharField(
        _("how it came in"), max_length=10, choices=LetterChannel, default=LetterChannel.ONLINE
    )
    received_on = models.DateField(_("received on"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("taken down by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    state = models.CharField(_("state"), max_length=12, choices=EnquiryState, default=EnquiryState.RECEIVED)
    held_by = models.ForeignKey(
        Organisation,
        verbose_name=_("lies with"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    due_on = models.DateField(_("due on"))
    counted = models.TextField(_("how it was counted"))
    extended_on = models.DateField(_("time prolonged on"), null=True, blank=True)
    accepted_on = models.DateField(_("taken up on"), null=True, blank=True)
    complaint = models.OneToOneField(
        TrackingNote,
        verbose_name=_("complaint on the naming's record"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="enquiry",
    )
    result = models.CharField(_("result"), max_length=10, choices=InformationResult, blank=True)
    reply = models.TextField(_("answer"), blank=True)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("answer drafted by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("answer approved by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    replied_on = models.DateField(_("answered on"), null=True, blank=True)
    document = models.OneToOneField(
        Document,
        verbose_name=_("paper"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="enquiry",
    )
    satisfaction = models.CharField(_("satisfied"), max_length=10, choices=Satisfaction, blank=True)
    erase_on = models.DateField(_("personal data kept until"), null=True, blank=True)
    erased_at = models.DateTimeField(_("personal data erased at"), null=True, blank=True)

    objects = EnquiryQuerySet.as_manager()

    class Meta:
        verbose_name = _("enquiry")
        ordering = ["-received_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(channel=LetterChannel.ONLINE, recorded_by=None)
                | Q(channel__in=LetterChannel.RECORDED, recorded_by__isnull=False),
                name="enquiry_not_sent_online_was_taken_down",
            ),
            models.CheckConstraint(
                condition=Q(state=EnquiryState.RECEIVED, accepted_on=None)
                | ~Q(state=EnquiryState.RECEIVED) & Q(accepted_on__isnull=False),
                name="enquiry_was_taken_up",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("drafted", "to_complete", "replied"))
                | Q(drafted_by__isnull=False) & ~Q(reply=""),
                name="enquiry_answer_was_drafted",
            ),
            models.CheckConstraint(
                condition=Q(state__in=EnquiryState.RUNNING, approved_by=None, replied_on=None)
                | Q(state="to_complete", approved_by__isnull=False, replied_on=None)
                | Q(state="replied", approved_by__isnull=False, replied_on__isnull=False),
                name="enquiry_answer_was_approved",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("drafted_by")),
                name="enquiry_approved_not_drafted",
            ),
            models.CheckConstraint(
                condition=~Q(kind=EnquiryKind.INFORMATION) & Q(result="", wanted_as="", extended_on=None)
                | Q(kind=EnquiryKind.INFORMATION) & ~Q(wanted_as=""),
                name="enquiry_result_of_a_request",
            ),
            models.CheckConstraint(
                condition=~Q(kind=EnquiryKind.INFORMATION, state__in=("to_complete", "replied"))
                | ~Q(result=""),
                name="enquiry_request_ends_with_a_result",
            ),
            models.CheckConstraint(
                condition=Q(satisfaction="") | Q(state=EnquiryState.REPLIED), name="enquiry_rated_answer"
            ),
        ]
        indexes = [models.Index(fields=["state"])]

    def __str__(self) -> str:
        """Without the receipt code: who knows it reads the answer."""
        return f"{self.get_kind_display()} {self.received_on}"

    def get_absolute_url(self) -> str:
        return record_address("publicity_desk:enquiry", self.pk)

    @property
    def is_open(self) -> bool:
        return self.state in EnquiryState.OPEN

    @property
    def is_running(self) -> bool:
        return self.state in EnquiryState.RUNNING

    @property
    def is_request(self) -> bool:
        return self.kind == EnquiryKind.INFORMATION

    @property
    def may_be_closed(self) -> bool:
        """The time who asked was given to complete it is over."""
        return self.state == EnquiryState.TO_COMPLETE and self.due_on < today()

    @property
    def is_late(self) -> bool:
        return self.is_running and self.due_on < today()

    @property
    def is_erased(self) -> bool:
        """Whether nobody reads it any more: it was erased, or the key of its year is destroyed."""
        return bool(self.erased_at) or self.text is None

    @property
    def public_state(self) -> EnquiryState:
        return EnquiryState(self.state).in_public


class EnquiryStepQuerySet(models.QuerySet["EnquiryStep"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(enquiry__in=Enquiry.objects.visible_to(user))


class EnquiryStep(Worded):
    """What one person did with an enquiry, on a day; written once. `by` is None where who asked did it.

    `note` keeps the words of that day; `body` is with whom it lies since.
    """

    enquiry = models.ForeignKey(
        Enquiry, verbose_name=_("enquiry"), on_delete=models.PROTECT, related_name="steps"
    )
    deed = models.CharField(_("what was done"), max_length=10, choices=EnquiryDeed)
    state = models.CharField(_("state after it"), max_length=12, choices=EnquiryState)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    body = models.ForeignKey(
        Organisation,
        verbose_name=_("lies with"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    on = models.DateField(_("on"))
    at = models.DateTimeField(_("at"), auto_now_add=True)
    note = models.TextField(_("in these words"), blank=True)

    objects = EnquiryStepQuerySet.as_manager()

    class Meta:
        verbose_name = _("step of an enquiry")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(by=None, deed__in=EnquiryDeed.OF_WRITER)
                | Q(by__isnull=False) & ~Q(deed__in=EnquiryDeed.OF_WRITER),
                name="enquiry_step_is_somebodys",
            )
        ]

    def __str__(self) -> str:
        return f"{self.enquiry} {self.get_deed_display()}"


class EnquiryFileQuerySet(models.QuerySet["EnquiryFile"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(enquiry__in=Enquiry.objects.visible_to(user))


class EnquiryFile(CitizensFile):
    """An attachment of an enquiry."""

    enquiry = models.ForeignKey(
        Enquiry, verbose_name=_("enquiry"), on_delete=models.PROTECT, related_name="files"
    )

    objects = EnquiryFileQuerySet.as_manager()

    class Meta(CitizensFile.Meta):
        verbose_name = _("attachment of an enquiry")
        constraints = [
            models.UniqueConstraint(fields=["enquiry", "sha256"], name="enquiry_holds_a_file_once")
        ]

    def __str__(self) -> str:
        """Without its name, which goes with the personal data: the trail keeps this for good."""
        return str(self.enquiry)


auditlog.register(EnquiryFile, exclude_fields=["name"])
auditlog.register(
    Enquiry,
    exclude_fields=[
        "page",
        "receipt_code",
        "writer_name",
        "writer_contact",
        "writer_identity",
        "text",
        "reply",
    ],
)
auditlog.register(EnquiryStep, exclude_fields=["note"])
append_only(EnquiryStep)
