"""To whom an enquiry may be handed, and who is told when it is their turn."""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_noop

from accounts.deputies import hands_of
from accounts.enums import OrganisationKind, Role
from accounts.models import Organisation, User
from accounts.rules import is_office
from accounts.services import notify
from assessments.models import Recusal, Tie
from publicity.enquiry_steps import IN_TURN
from publicity.enums import EnquiryKind
from publicity.models import Enquiry

# Who answers for a body that enquiries are handed to.
_ANSWERING = (Role.DISTRICT, Role.LIAISON)
_BODIES = (OrganisationKind.DISTRICT_OFFICE, *OrganisationKind.UNITS)


def bodies(enquiry: Enquiry, *, by: User) -> QuerySet[Organisation]:
    """To whom this person may hand it on: where somebody with an account answers.

    A district office hands on within its district. A complaint never goes to the unit complained of.
    """
    answering = User.objects.active().filter(organisation=OuterRef("pk"), role__in=_ANSWERING)
    if enquiry.site_id:
        answering = answering.exclude(_kept_out(enquiry))
    able = Organisation.objects.filter(Exists(answering), is_active=True, kind__in=_BODIES)
    if not is_office(by):
        able = able.filter(district=by.district_id)
    if enquiry.kind == EnquiryKind.COMPLAINT and enquiry.site:
        able = able.exclude(pk=enquiry.site.organisation_id)
    return able.exclude(pk__in=[enquiry.held_by_id, by.organisation_id]).order_by("code", "name")


def in_turn(enquiry: Enquiry) -> QuerySet[User]:
    """Whose turn it is, by the table of steps; nobody's once answered."""
    staff, step = User.objects.active(), IN_TURN.get(enquiry.state)
    if step is None:
        return staff.none()
    if step.by_another:
        able = staff.filter(role__in=Role.CITY_WIDE).exclude(hands_of([enquiry.drafted_by_id or 0]))
    elif step.of_holder and enquiry.held_by_id:
        able = staff.filter(role__in=_ANSWERING, organisation=enquiry.held_by_id)
    else:
        able = staff.filter(role=Role.OFFICE)
    return able.exclude(_kept_out(enquiry)) if enquiry.site_id else able


def _kept_out(enquiry: Enquiry) -> Q:
    """Who stood aside from its site; of a complaint also the unit's own people, and who is tied to it."""
    kept = Q(pk__in=Recusal.objects.filter(site=enquiry.site).values("user"))
    if enquiry.kind == EnquiryKind.COMPLAINT and enquiry.site:
        unit = enquiry.site.organisation_id
        kept |= Q(organisation=unit)
        kept |= Q(pk__in=Tie.objects.in_force().filter(organisation=unit).values("user"))
    return kept


def tell_next(enquiry: Enquiry) -> None:
    """Tell those whose turn it is now what there is to do."""
    _notify(enquiry, IN_TURN[enquiry.state].tells)


def tell_sent_back(enquiry: Enquiry) -> None:
    _notify(enquiry, gettext_noop("The answer to an enquiry was sent back; the reason stands with it."))


def _notify(enquiry: Enquiry, text: str) -> None:
    notify(in_turn(enquiry), text=text, about={}, url=enquiry.get_absolute_url(), site=enquiry.site)
