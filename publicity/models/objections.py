"""异议 (plan, part five, four): what citizens object to a site on a notice, and what is done with it."""

import datetime
from itertools import combinations
from typing import Self

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from accounts.deputies import acts_as, with_deputy
from accounts.models import User
from accounts.rules import is_inspector
from assessments.eligibility import is_barred
from assessments.models import Recusal
from audit.guards import append_only
from core.encrypted import EncryptedTextField, ErasedCharField, ErasedTextField
from core.http import record_address
from core.models import Worded
from documents.models import CODE_LETTERS, Document
from publicity.enums import LetterChannel, LetterKind, ObjectionDeed, ObjectionState
from publicity.objection_steps import IN_TURN, PARTS
from publicity.rules import handles_objections, knows_objections, reads_objections
from sites.models import Site

from .citizens_files import CitizensFile
from .notices import Notice


def new_receipt_code() -> str:
    return get_random_string(10, CODE_LETTERS)


def _kept_from(user: User) -> Q:
    """Letters nobody may know of whatever their role: about a site they are barred from."""
    return is_barred(user)


def _had_part(user: User, parts: tuple[str, ...]) -> Q:
    """Letters in which this person, or whoever they stand in for, has or once had one of these parts."""
    deeds = [deed for part in parts for deed in PARTS[part].deeds]
    did = Handling.objects.filter(acts_as(user, "by") | acts_as(user, "acted_for"), deed__in=deeds)
    had = Q(Exists(did.filter(objection=OuterRef("pk"))))
    return Q(had, *(acts_as(user, part) for part in parts), _connector=Q.OR)


class ObjectionQuerySet(models.QuerySet["Objection"]):
    def visible_to(self, user: User) -> Self:
        """For the office that handles them, the leading group that names, and whoever looks into one.

        Never for the unit complained of. Who wrote is for `handles_objections` alone.
        """
        seen = self.none()
        if reads_objections(user):
            seen = self
        elif is_inspector(user):
            seen = self.given_to(user)
        return seen.exclude(_kept_from(user))

    def given_to(self, user: User) -> Self:
        """Those this person is named to look into, or stands in today for whoever is.

        Nobody acts for somebody who stands aside from the site: then another one is to be named.
        """
        aside = Recusal.objects.filter(user=OuterRef("investigator"), site=OuterRef("site"))
        as_deputy = Q(~Exists(aside), investigator__in=user.stood_in_for())
        return self.filter(Q(investigator=user) | as_deputy)

    def known_to(self, user: User) -> Self:
        """That a letter is there, not what it says: the city's, since it keeps a site from being named."""
        known = self if knows_objections(user) else self.none()
        return known.exclude(_kept_from(user))

    def open(self) -> Self:
        return self.filter(state__in=ObjectionState.OPEN)

    def waiting_for(self, user: User) -> Self:
        """Those whose next step is this person's to take, by the table of steps."""
        turns = Q(pk__in=())
        for state, step in IN_TURN.items():
            if not step.roles:
                turns |= Q(~_had_part(user, step.never), state=state, pk__in=self.given_to(user).values("pk"))
            elif user.role in step.roles:
                turns |= Q(state=state) & ~_had_part(user, step.never)
        return self.visible_to(user).filter(turns)

    def to_erase(self, *, on: datetime.date) -> Self:
        """Those whose personal data has been kept long enough."""
        return self.filter(erase_on__lte=on, erased_at=None)

    def in_turn(self) -> Self:
        """Open ones first, the most urgent on top, then the answered ones, the newest first."""
        return self.order_by(F("replied_on").desc(nulls_first=True), "due_on", "pk")


def _nobody_twice(*fields: str) -> list[models.CheckConstraint]:
    """Of each two of these fields: where both are filled in, it is not with the same person."""
    return [
        models.CheckConstraint(
            condition=Q(**{one: None}) | Q(**{other: None}) | ~Q(**{one: F(other)}),
            name=f"objection_{one}_not_{other}",
        )
        for one, other in combinations(fields, 2)
    ]


class Objection(Worded):
    """One citizen's objection against one site of a notice.

    Name, telephone and letter are encrypted at rest, and None once they are erased. `proposed`, `reply` and
    `opinion` are a draft while it is open: nobody outside reads them before somebody else approved them
    (`publicity.objection_steps`).
    """

    notice = models.ForeignKey(
        Notice, verbose_name=_("notice"), on_delete=models.PROTECT, related_name="objections"
    )
    site = models.ForeignKey(
        Site, verbose_name=_("site"), on_delete=models.PROTECT, related_name="objections"
    )
    receipt_code = models.CharField(
        _("receipt code"), max_length=10, unique=True, default=new_receipt_code, editable=False
    )
    objector_name = ErasedCharField(_("real name"), max_length=40, null=True)
    objector_phone = ErasedCharField(_("telephone"), max_length=100, null=True)
    text = ErasedTextField(_("objection"), null=True)
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
    state = models.CharField(
        _("state"), max_length=12, choices=ObjectionState, default=ObjectionState.RECEIVED
    )
    due_on = models.DateField(_("reply due on"), null=True, blank=True)
    counted = models.TextField(_("how it was counted"), blank=True)
    taken_up_on = models.DateField(_("taken up on"), null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("taken up by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    investigator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("looked into by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    findings = models.TextField(_("what the inquiry found"), blank=True)
    proposed = models.CharField(
        _("proposed result"),
        max_length=12,
        blank=True,
        choices=[(state, ObjectionState(state).label) for state in ObjectionState.ANSWERED],
    )
    reply = models.TextField(_("written reply"), blank=True)
    opinion = models.TextField(_("what the unit has to mend"), blank=True)
    visit_anew = models.BooleanField(_("a team visits the site anew"), default=False)
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
    replied_on = models.DateField(_("replied on"), null=True)
    document = models.OneToOneField(
        Document,
        verbose_name=_("paper"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="objection",
    )

    erase_on = models.DateField(_("personal data kept until"), null=True, blank=True)
    erased_at = models.DateTimeField(_("personal data erased at"), null=True, blank=True)

    objects = ObjectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("objection")
        ordering = ["-received_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ObjectionState.OPEN) | ~Q(reply=""), name="objection_result_has_reply"
            ),
            models.CheckConstraint(
                condition=Q(channel=LetterChannel.ONLINE, recorded_by=None)
                | Q(channel__in=LetterChannel.RECORDED, recorded_by__isnull=False),
                name="objection_not_sent_online_was_taken_down",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("received", "declining", "declined"))
                | Q(accepted_by__isnull=False, investigator__isnull=False),
                name="objection_taken_up_names_its_people",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("looked_into", "drafted", *ObjectionState.CONCLUDED))
                | ~Q(findings=""),
                name="objection_concluded_was_looked_into",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=(*ObjectionState.TO_APPROVE, *ObjectionState.ANSWERED))
                | (~Q(proposed="") & Q(drafted_by__isnull=False)),
                name="objection_answer_was_drafted",
            ),
            models.CheckConstraint(
                condition=Q(state__in=ObjectionState.OPEN, approved_by=None)
                | Q(state__in=ObjectionState.ANSWERED, approved_by__isnull=False, proposed=F("state")),
                name="objection_answer_was_approved",
            ),
            *_nobody_twice("accepted_by", "investigator", "drafted_by", "approved_by"),
        ]
        indexes = [models.Index(fields=["state"])]

    def __str__(self) -> str:
        """Without the receipt code: who knows it reads the reply."""
        return f"{self.site} {self.received_on}"

    def get_absolute_url(self) -> str:
        return record_address("publicity_desk:objection", self.pk)

    @property
    def is_open(self) -> bool:
        return self.state in ObjectionState.OPEN

    @property
    def is_erased(self) -> bool:
        """Whether nobody reads it any more: it was erased, or the key of its year is destroyed."""
        return bool(self.erased_at) or self.objector_name is None

    @property
    def public_state(self) -> ObjectionState:
        return ObjectionState(self.state).in_public


class HandlingQuerySet(models.QuerySet["Handling"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(objection__in=Objection.objects.visible_to(user))

    def known_to(self, user: User) -> Self:
        """That it was done, and by whom, not its words."""
        return self.filter(objection__in=Objection.objects.known_to(user))


class Handling(Worded):
    """What one person did with an objection, on a day; written once.

    `note` keeps the words of that day: the findings, the draft, why it was sent back. A later version
    replaces none of them.
    """

    objection = models.ForeignKey(
        Objection, verbose_name=_("objection"), on_delete=models.PROTECT, related_name="handlings"
    )
    deed = models.CharField(_("what was done"), max_length=10, choices=ObjectionDeed)
    state = models.CharField(_("state after it"), max_length=12, choices=ObjectionState)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )
    acted_for = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("as deputy for"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    on = models.DateField(_("on"))
    at = models.DateTimeField(_("at"), auto_now_add=True)
    note = models.TextField(_("in these words"), blank=True)

    objects = HandlingQuerySet.as_manager()

    class Meta:
        verbose_name = _("step of an objection")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(acted_for=None) | ~Q(acted_for=F("by")), name="handling_for_somebody_else"
            )
        ]

    def __str__(self) -> str:
        return f"{self.objection} {self.get_deed_display()}"

    @property
    def doer(self) -> str:
        """Who did it, and for whom where a deputy did."""
        return with_deputy(self.by, self.acted_for)


class ObjectionFileQuerySet(models.QuerySet["ObjectionFile"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(objection__in=Objection.objects.visible_to(user))


class ObjectionFile(CitizensFile):
    """An attachment of an objection."""

    objection = models.ForeignKey(
        Objection, verbose_name=_("objection"), on_delete=models.PROTECT, related_name="files"
    )

    objects = ObjectionFileQuerySet.as_manager()

    class Meta(CitizensFile.Meta):
        verbose_name = _("attachment of an objection")
        constraints = [
            models.UniqueConstraint(fields=["objection", "sha256"], name="objection_holds_a_file_once")
        ]

    def __str__(self) -> str:
        """Without its name, which goes with the personal data: the trail keeps this for good."""
        return str(self.objection)


class LoggedLetterQuerySet(models.QuerySet["LoggedLetter"]):
    def visible_to(self, user: User) -> Self:
        logged = self if handles_objections(user) else self.none()
        return logged.exclude(_kept_from(user))


class LoggedLetter(Worded):
    """A letter that came late or without a name: no objection in form, kept on record all the same."""

    notice = models.ForeignKey(
        Notice, verbose_name=_("notice"), on_delete=models.PROTECT, related_name="letters"
    )
    site = models.ForeignKey(
        Site, verbose_name=_("site"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField(_("kind"), max_length=10, choices=LetterKind)
    received_on = models.DateField(_("received on"))
    text = EncryptedTextField(_("what it says"))
    dealt_with = models.CharField(_("how it was dealt with"), max_length=300)
    logged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("logged by"), on_delete=models.PROTECT, related_name="+"
    )

    objects = LoggedLetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter on record")
        ordering = ["-received_on", "-pk"]
        constraints = [models.CheckConstraint(condition=~Q(dealt_with=""), name="letter_was_dealt_with")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.received_on}"

    def get_absolute_url(self) -> str:
        return record_address("publicity_desk:letter", self.pk)


auditlog.register(LoggedLetter, exclude_fields=["text"])
auditlog.register(ObjectionFile, exclude_fields=["name"])
auditlog.register(
    Objection,
    exclude_fields=[
        "receipt_code",
        "objector_name",
        "objector_phone",
        "text",
        "findings",
        "reply",
        "opinion",
    ],
)
auditlog.register(Handling, exclude_fields=["note"])
append_only(Handling)
