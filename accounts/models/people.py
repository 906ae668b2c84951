"""Organisations, and the people who act for them."""

from typing import Any, ClassVar, Self

from allauth.mfa.models import Authenticator
from auditlog.registry import auditlog
from django.conf import settings
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, make_password
from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.db.models import BigIntegerField, Case, CharField, Count, Exists, F, OuterRef, Q, When
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.enums import OrganisationKind, PersonState, Role
from core.encrypted import EncryptedCharField
from core.http import record_address
from core.models import Worded
from core.mongolian import only_mongolian


def lies_in(field: str = "pk", *, body: str = "") -> Case:
    """The district that a body of the city lies in, or is, by a field of it; null of the city's own.

    `body` is the path to the organisation, with its `__`.
    """
    return Case(
        When(**{f"{body}kind": OrganisationKind.DISTRICT_GOVERNMENT}, then=F(f"{body}{field}")),
        default=F(f"{body}district__{field}"),
        output_field=BigIntegerField() if field == "pk" else CharField(),
    )


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def visible_to(self, user: "User") -> Self:
        """City-wide roles and administrators see all; a district its own units; the others their own."""
        if user.role in (*Role.CITY_WIDE, Role.SYSTEM, Role.SECURITY):
            return self
        if user.role == Role.DISTRICT:
            return self.filter(district_id=user.district_id)
        return self.filter(pk=user.organisation_id)

    def districts(self) -> Self:
        return self.filter(kind=OrganisationKind.DISTRICT_GOVERNMENT)

    def in_district(self, district: "Organisation") -> Self:
        """The district's own record and everything that lies in it."""
        return self.filter(Q(pk=district.pk) | Q(district=district))

    def with_people(self) -> Self:
        """Each with `people_count`: its people who can sign in, or were invited to."""
        return self.annotate(people_count=Count("people", filter=Q(people__is_active=True)))

    def selectable_by_district(self, district: "Organisation") -> Self:
        """The units of a district that it may put forward (plan, part three)."""
        return self.filter(district=district, kind__in=OrganisationKind.DISTRICT_CHOICE, is_active=True)


class Organisation(Worded):
    """A body of the city. A district is the record of its district government."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    short_name = models.CharField(_("short name"), max_length=40)
    mongolian_name = models.CharField(
        _("name in Mongolian"), max_length=200, blank=True, validators=[only_mongolian]
    )
    code = models.CharField(_("code"), max_length=20, unique=True)
    aliases = models.JSONField(_("other names"), default=list, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=OrganisationKind)
    district = models.ForeignKey(
        "self",
        verbose_name=_("district"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="units",
        help_text=_("The district it belongs to; empty for the city's own bodies and for districts."),
    )
    is_active = models.BooleanField(
        _("exists"), default=True, help_text=_("Off once it is dissolved or merged; its past stays.")
    )
    is_sample = models.BooleanField(_("sample"), default=False)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["code"]
        indexes = [models.Index(fields=["kind"])]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return record_address("people:organisation", self.pk)


def second_factors() -> models.QuerySet[Authenticator]:
    """Those of the person at hand, for a subquery; recovery codes stand in for one, and are none."""
    kinds = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    found: models.QuerySet[Authenticator] = Authenticator.objects.filter(user=OuterRef("pk"), type__in=kinds)
    return found


class PersonQuerySet(models.QuerySet["User"]):
    def visible_to(self, user: "User") -> Self:
        """The office and administrators see everybody; a district its units' liaisons and its own people."""
        if user.role in (Role.OFFICE, Role.SYSTEM, Role.SECURITY):
            return self
        if user.role == Role.DISTRICT:
            return self.filter(
                Q(organisation=user.organisation_id)
                | Q(role=Role.LIAISON, organisation__district=user.district_id)
            )
        return self.none()

    def active(self) -> Self:
        return self.filter(is_active=True)

    def in_state(self, state: str) -> Self:
        invited = Q(password__startswith=UNUSABLE_PASSWORD_PREFIX)
        return {
            PersonState.ACTIVE: self.active().exclude(invited),
            PersonState.INVITED: self.active().filter(invited),
            PersonState.OFF: self.filter(is_active=False),
        }[PersonState(state)]

    def with_second_factor(self) -> Self:
        """Each with `has_second_factor`: signs in with an app's code or a passkey as well."""
        return self.annotate(has_second_factor=Exists(second_factors()))

    def lacking_second_factor(self) -> Self:
        """Those whose role asks for one (`rules.needs_second_factor`), and who have none."""
        asked = self.filter(role__in=settings.PORTAL_SECOND_FACTOR)
        return asked.with_second_factor().filter(has_second_factor=False)


class PersonManager(UserManager["User"]):
    """Makes accounts, none of which may do everything; queries are handed on by name and keep their types."""

    use_in_migrations = False

    def get_queryset(self) -> PersonQuerySet:
        return PersonQuerySet(self.model, using=self._db)

    def create_user(
        self, username: str, email: str | None = None, password: str | None = None, **facts: Any
    ) -> "User":
        known = {"username": User.normalize_username(username), "email": self.normalize_email(email)}
        # Not by `set_password`, which forgets that its owner chose it.
        person = User(**known, password=make_password(password), **facts)
        person.save(using=self._db)
        return person

    def visible_to(self, user: "User") -> PersonQuerySet:
        return self.get_queryset().visible_to(user)

    def active(self) -> PersonQuerySet:
        return self.get_queryset().active()

    def with_second_factor(self) -> PersonQuerySet:
        return self.get_queryset().with_second_factor()


class User(Worded, AbstractUser):
    """A person with exactly one role, acting for exactly one organisation."""

    first_name = None  # type: ignore[assignment]  # a Chinese name is one field
    last_name = None  # type: ignore[assignment]  # the same
    is_superuser = False  # no column: nobody may do everything; rights come from the role alone
    name = models.CharField(pgettext_lazy("of a person", "name"), max_length=40)
    role = models.CharField(
        _("role"),
        max_length=20,
        choices=Role,
        blank=True,
        help_text=_("Empty: the account has no rights yet."),
    )
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("organisation"),
        null=True,
        on_delete=models.PROTECT,
        related_name="people",
    )
    phone = EncryptedCharField(_("telephone"), max_length=40, blank=True)
    is_head = models.BooleanField(
        _("heads the office"),
        default=False,
        help_text=_("Determines the district's sites; its list is prepared by somebody else."),
    )
    wants_mail = models.BooleanField(
        _("daily mail digest"), default=True, help_text=_("What a person has not read yet, by e-mail.")
    )
    password_set_at = models.DateTimeField(
        _("password chosen at"),
        null=True,
        editable=False,
        help_text=_("By its owner; empty if somebody else has set it."),
    )
    strange_tries = models.PositiveIntegerField(
        _("wrong passwords since the last sign-in"),
        default=0,
        editable=False,
        help_text=_("From where the account was never used; its owner is told at the next sign-in."),
    )
    link_made_at = models.DateTimeField(
        _("link to set a password made at"), null=True, editable=False, help_text=_("Empty once it was used.")
    )
    link_made_by = models.ForeignKey(
        "self",
        verbose_name=_("link to set a password made by"),
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("The last one, used or not."),
    )
    link_made_on = models.DateField(_("last link to set a password made on"), null=True, editable=False)
    off_since = models.DateField(_("switched off on"), null=True, editable=False)
    off_reason = models.CharField(_("reason for switching off"), max_length=300, blank=True, editable=False)

    objects: ClassVar[PersonManager] = PersonManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["username"]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_head=False) | Q(role=Role.DISTRICT), name="user_heads_a_district_office"
            ),
            models.CheckConstraint(condition=Q(role__in=("", *Role.values)), name="user_has_one_known_role"),
        ]

    def __str__(self) -> str:
        return self.name or self.username

    def get_absolute_url(self) -> str:
        return record_address("people:person", self.pk)

    def get_full_name(self) -> str:
        return self.name

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Django ends every session whose person has another one by now: whoever changed what, and how."""
        told = f"{self.password} {self.role} {self.organisation_id}"
        salt = "accounts.User.get_session_auth_hash"
        return salted_hmac(salt, told, secret=secret, algorithm="sha256").hexdigest()

    def set_password(self, raw_password: str | None) -> None:
        """It counts as somebody else's; where it is the owner's, `accounts.services.set_password` says so."""
        super().set_password(raw_password)
        if self.pk:
            self.password_set_at = None

    @property
    def is_staff(self) -> bool:  # type: ignore[override]  # Django's is a column
        """Enters Django's administration, which shows each what the role may do there."""
        return self.role in (Role.SYSTEM, Role.SECURITY)

    @property
    def state(self) -> PersonState:
        if not self.is_active:
            return PersonState.OFF
        return PersonState.ACTIVE if self.has_usable_password() else PersonState.INVITED

    @property
    def district_id(self) -> int | None:
        """The district a district office acts for; None for everybody else."""
        return self.organisation.district_id if self.role == Role.DISTRICT and self.organisation else None

    def stood_in_for(self) -> models.QuerySet[Any, Any]:
        """代理: the keys of the people whom this person stands in for today, for a subquery."""
        return self.deputising.running().values("person")

    def recused_sites(self) -> models.QuerySet[Any, Any]:
        """回避: the keys of the sites this person has stood aside from, for a subquery.

        A hard deny: every `visible_to` over what may be about a site subtracts them last, whatever the
        role. Recusals live in a room above; their reverse name is its contract.
        """
        return self.recusals.values("site")

    def recused_lists(self) -> models.QuerySet[Any, Any]:
        """The keys of the lists with such a site on them: a list names every site, and is shut as a whole."""
        return self.recusals.values("site__filing")


auditlog.register(Organisation)
auditlog.register(
    User, exclude_fields=["strange_tries", "last_login", "password"], mask_fields=["phone", "email"]
)
