"""Sites, their liaisons and the steps they took."""

from typing import Self, TypeAlias, TypedDict

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, When
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_stubs_ext import WithAnnotations

from accounts.deputies import with_deputy
from accounts.enums import Role
from accounts.models import Organisation, User
from accounts.models.people import lies_in
from audit.guards import append_only
from core.encrypted import EncryptedCharField
from core.http import record_address
from core.models import Worded
from core.mongolian import only_mongolian
from sites.enums import Action, Level, Stage
from sites.models.lists import Filing, sees_list
from sites.models.programme import Programme
from standards.enums import Kind


class InDistrict(TypedDict):
    """What `with_district` tells of each site; all None of the city's own."""

    district_key: int | None
    district_name: str | None
    district_short_name: str | None


SiteInDistrict: TypeAlias = "WithAnnotations[Site, InDistrict]"


def district_of(field: str = "pk", *, site: str = "") -> Case:
    """The one answer to which district a site lies in, by a field of the district.

    It is the one that lists it; else the one in which its unit lies, or which its unit is. The city's own lie
    in none. `site` is the path to the site, with its `__`.
    """
    of_unit = lies_in(field, body=f"{site}organisation__")
    lists_it = When(**{f"{site}level": Level.DISTRICT}, then=F(f"{site}filing__organisation__{field}"))
    return Case(lists_it, default=of_unit, output_field=of_unit.output_field)


def sees_site(user: User, site: str = "") -> Q:
    """The condition that a person sees the site at this path, which has its `__`; of no site it never holds.

    Whole city, own district and its government, own unit, or what one's team was assigned. A recusal is a
    hard deny: it takes the site away whatever else would give it. As a condition on the record itself it
    costs the same at any number of sites; `site__in` would first look for all that the person sees.
    """
    there = Q(**{f"{site}pk__isnull": False}) if site else Q()
    return there & _is_of_role(user, site) & ~Q(**{f"{site}pk__in": user.recused_sites()})


def _is_of_role(user: User, site: str) -> Q:
    """Teams live in a room above; their reverse names are its contract."""
    if user.role in Role.CITY_WIDE:
        return Q()
    if user.role == Role.DISTRICT:
        return _on_own_list(user, site) | _of_own_government(user, site)
    if user.role == Role.LIAISON:
        return Q(**{f"{site}organisation_id": user.organisation_id})
    if user.role == Role.INSPECTOR:
        assigned = Site.objects.filter(assessments__assignment__team__members__user=user)
        return Q(**{f"{site}pk__in": assigned.values("pk")})
    return Q(pk__in=[])


def _on_own_list(user: User, site: str = "") -> Q:
    return Q(**{f"{site}level": Level.DISTRICT, f"{site}filing__organisation_id": user.district_id})


def _of_own_government(user: User, site: str) -> Q:
    """The city's site that is the district's own government (plan, part three: 抓好本级政府政务公开工作)."""
    return Q(**{f"{site}level": Level.CITY, f"{site}organisation_id": user.district_id})


class SiteQuerySet(models.QuerySet["Site"]):
    def visible_to(self, user: User) -> Self:
        """As `sees_site` says."""
        return self.filter(sees_site(user))

    def in_charge_of(self, user: User) -> Self:
        """Those one sees and looks after: a district's office reads its own government's site, no more."""
        seen = self.visible_to(user)
        return seen.filter(_on_own_list(user)) if user.role == Role.DISTRICT else seen

    def with_account(self) -> Self:
        """Each with `has_account`: somebody of its unit can sign in and file what the site must file."""
        liaisons = User.objects.filter(
            role=Role.LIAISON, is_active=True, organisation=OuterRef("organisation")
        )
        return self.annotate(has_account=Exists(liaisons))

    def by_list(self) -> Self:
        """List by list, in the order in which lists and rows were begun: it costs the same at any number."""
        return self.order_by("level", "filing_id", "pk")

    def in_district(self, district: int) -> Self:
        """On the district's own list, or the city's windows in the district and its units."""
        return self.alias(lies_in=district_of()).filter(lies_in=district)

    def with_district(self) -> Self:
        """Each with what `InDistrict` says."""
        return self.annotate(
            district_key=district_of(),
            district_name=district_of("name"),
            district_short_name=district_of("short_name"),
        )

    def on_list(self) -> Self:
        """Those that count for their list: all but the ones taken off it after it was filed."""
        return self.exclude(stage=Stage.WITHDRAWN)

    def undetermined(self) -> Self:
        """Those of a list that move with it: the others are determined already, or taken off it."""
        return self.on_list().exclude(stage__in=Stage.LISTED)

    def listed(self) -> Self:
        """Those the public may know of: on a determined list, or further."""
        return self.filter(stage__in=Stage.LISTED)


class Site(Worded):
    """A demonstration site: one window unit, one kind, one stage."""

    programme = models.ForeignKey(
        Programme, verbose_name=_("programme"), on_delete=models.PROTECT, related_name="sites"
    )
    filing = models.ForeignKey(Filing, verbose_name=_("list"), on_delete=models.PROTECT, related_name="sites")
    level = models.CharField(_("level"), max_length=10, choices=Level)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    organisation = models.ForeignKey(
        Organisation, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="sites"
    )
    window_name = models.CharField(_("window"), max_length=100)
    mongolian_name = models.CharField(
        _("name in Mongolian"), max_length=200, blank=True, validators=[only_mongolian]
    )
    address = models.CharField(_("address"), max_length=200, blank=True)
    latitude = models.DecimalField(_("latitude"), max_digits=8, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=9, decimal_places=6, null=True, blank=True)
    reason = models.TextField(_("why this one"), blank=True)
    working_body = models.CharField(_("working body"), max_length=100, blank=True)
    stage = models.CharField(_("stage"), max_length=20, choices=Stage, default=Stage.DRAFT, editable=False)
    stage_since = models.DateField(_("in this stage since"), null=True, editable=False)
    is_sample = models.BooleanField(_("sample"), default=False)

    objects = SiteQuerySet.as_manager()

    class Meta:
        verbose_name = _("site")
        verbose_name_plural = _("sites")
        ordering = ["level", "filing__organisation__code", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "organisation", "window_name"],
                condition=~Q(stage="withdrawn"),
                name="site_once",
                violation_error_message=_("This window of the unit stands on a list already."),
            ),
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="site_stage_known"),
            models.CheckConstraint(
                condition=Q(latitude=None, longitude=None)
                | Q(latitude__isnull=False, longitude__isnull=False)
                & Q(latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180),
                name="site_place_on_earth",
            ),
        ]
        indexes = [
            models.Index(fields=["programme", "stage"]),
            # `by_list`: a page of any number of sites is read without sorting them.
            models.Index(fields=["programme", "level", "filing", "id"]),
            # What a search looks into, in the order in which it shows sites.
            models.Index(fields=["window_name", "id", "address", "organisation"]),
        ]

    def __str__(self) -> str:
        return self.window_name

    def get_absolute_url(self) -> str:
        return record_address("desk:site", self.pk)

    @property
    def site_key(self) -> int:
        """How `notify` knows which site a line is about."""
        return self.pk

    @property
    def is_row_editable(self) -> bool:
        """Its row can be changed: it was never filed, or came back."""
        return self.stage in Stage.EDITABLE


# A post belongs to a site, or to a district, which its list stands for (plan, part six, one).
_ONE_POST = Q(site__isnull=False, filing__isnull=True) | Q(site__isnull=True, filing__isnull=False)


class LiaisonQuerySet(models.QuerySet["Liaison"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(sees_site(user, "site__") | sees_list(user, "filing__"))


class Liaison(models.Model):
    """联络员 of a site or a district now: a name and a telephone; with an account where there is one."""

    site = models.ForeignKey(
        Site, verbose_name=_("site"), null=True, blank=True, on_delete=models.CASCADE, related_name="liaisons"
    )
    filing = models.ForeignKey(
        Filing,
        verbose_name=_("list"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="liaisons",
    )
    name = models.CharField(pgettext_lazy("of a person", "name"), max_length=40)
    phone = EncryptedCharField(_("telephone"), max_length=40)
    since = models.DateField(_("liaison since"), null=True, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("account"), null=True, blank=True, on_delete=models.SET_NULL
    )

    objects = LiaisonQuerySet.as_manager()

    class Meta:
        verbose_name = _("liaison")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["site", "name"], name="liaison_once_per_site"),
            models.UniqueConstraint(fields=["filing", "name"], name="liaison_once_per_district"),
            models.CheckConstraint(condition=_ONE_POST, name="liaison_has_one_post"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def owner(self) -> Site | Filing:
        """Whose liaison it is."""
        owner = self.site or self.filing
        assert owner is not None  # noqa: S101  # a constraint sees to it
        return owner


class HandOver(models.Model):
    """A post that went from one person to another: who held it before stays readable."""

    site = models.ForeignKey(
        Site,
        verbose_name=_("site"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="hand_overs",
    )
    filing = models.ForeignKey(
        Filing,
        verbose_name=_("list"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="hand_overs",
    )
    from_name = models.CharField(pgettext_lazy("of a hand-over", "from"), max_length=40)
    from_phone = EncryptedCharField(_("telephone before"), max_length=40, blank=True)
    to_name = models.CharField(pgettext_lazy("of a hand-over", "to"), max_length=40)
    to_phone = EncryptedCharField(_("telephone"), max_length=40)
    reason = models.CharField(_("reason"), max_length=300)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+"
    )
    on = models.DateField(_("on"))

    class Meta:
        verbose_name = _("hand-over")
        ordering = ["-on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=_ONE_POST, name="hand_over_of_one_post"),
            models.CheckConstraint(condition=~Q(reason=""), name="hand_over_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.from_name} → {self.to_name}"


class StageChange(Worded):
    """One step of one site: append-only, written with the step itself."""

    site = models.ForeignKey(Site, verbose_name=_("site"), on_delete=models.PROTECT, related_name="history")
    action = models.CharField(_("action"), max_length=30, choices=Action)
    from_stage = models.CharField(_("from"), max_length=20, choices=Stage)
    to_stage = models.CharField(_("to"), max_length=20, choices=Stage)
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
    on = models.DateField(_("on"), help_text=_("The business date."))
    at = models.DateTimeField(_("written at"), auto_now_add=True)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("step")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.site}：{self.get_from_stage_display()} → {self.get_to_stage_display()}"

    @property
    def doer(self) -> str:
        """Who took it, and for whom where a deputy did."""
        return with_deputy(self.by, self.acted_for)


auditlog.register(Site)
auditlog.register(Liaison, mask_fields=["phone"])
auditlog.register(HandOver, mask_fields=["from_phone", "to_phone"])
auditlog.register(StageChange)
append_only(StageChange)
