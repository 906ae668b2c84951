"""Who may write on a score sheet, who belongs to the team at a site, who declares a recusal for whom."""

from django.db.models import QuerySet

from accounts.enums import Role
from accounts.models import User
from accounts.rules import is_office
from sites.rules import is_own_unit

from .enums import SheetRole
from .models import Assessment, Sheet
from .queries import lead_of, standing_members


def writers(sheet: Sheet) -> QuerySet[User]:
    """A liaison the self sheet of its unit; an inspector its own; whoever leads the team the final one."""
    assessment = sheet.assessment
    if sheet.role == SheetRole.SELF:
        return User.objects.filter(role=Role.LIAISON, organisation=assessment.site.organisation_id)
    members = standing_members(assessment)
    if sheet.role == SheetRole.INSPECTOR:
        return User.objects.filter(pk__in=members.filter(user=sheet.author_id).values("user"))
    return User.objects.filter(pk__in=members.values("user")[:1])


def may_write(sheet: Sheet, user: User) -> bool:
    if sheet.role == SheetRole.SELF:
        return sheet.is_draft and is_own_unit(user, sheet.assessment.site)
    return sheet.is_draft and writers(sheet).filter(pk=user.pk).exists()


def is_assigned(assessment: Assessment, user: User) -> bool:
    """A member of the assigned team who has not stood aside."""
    return standing_members(assessment).filter(user=user).exists()


def may_declare_for(user: User, by: User) -> bool:
    """Whether `by` may declare a recusal or a tie of `user`: one's own, and the office those of others.

    Not of those who stand over the office, though: nobody shuts the auditor out. Nor of a liaison at all,
    who judges nothing and speaks for the unit: shut out for good, nobody would answer for it.
    """
    if user.role == Role.LIAISON:
        return False
    return by == user or (is_office(by) and user.role not in Role.OVER_THE_OFFICE)


def leads(assessment: Assessment, user: User) -> bool:
    return lead_of(assessment) == user
