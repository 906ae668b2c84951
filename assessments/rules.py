"""Who runs rounds, marks, recommends and decides; who stands aside, and who declares it for whom."""

from django.db.models import QuerySet

from accounts.enums import Role
from accounts.models import User
from accounts.rules import (
    is_auditor,
    is_district_office,
    is_inspector,
    is_leading_group,
    is_liaison,
    is_office,
    is_over_the_office,
    oversees,
    sees_city,
    takes_part,
)
from core.prepared import prepared
from sites.rules import is_own_unit

from .enums import SheetRole
from .models import Assessment, OwnCheck, Sheet, TeamMember
from .queries import leading, standing_members


def writers(sheet: Sheet) -> QuerySet[User]:
    """A liaison the self sheet of its unit; an inspector its own; whoever leads the team the final one."""
    assessment = sheet.assessment
    if sheet.role == SheetRole.SELF:
        return User.objects.filter(role=Role.LIAISON, organisation=assessment.site.organisation_id)
    members = standing_members(assessment)
    if sheet.role == SheetRole.INSPECTOR:
        return User.objects.filter(pk__in=members.filter(user=sheet.author_id).values("user"))
    return leading(assessment)


def may_write(sheet: Sheet, user: User) -> bool:
    if not sheet.is_draft:
        return False
    if sheet.role == SheetRole.SELF:
        return is_own_unit(user, sheet.assessment.site)
    if sheet.role == SheetRole.INSPECTOR:
        return sheet.author_id == user.pk and is_assigned(sheet.assessment, user)
    return writers(sheet).filter(pk=user.pk).exists()


def is_assigned(assessment: Assessment, user: User) -> bool:
    """A member of the assigned team who has not stood aside."""
    return bool(_places(assessment.pk, assessment.site_id, user.pk)[:1])


@prepared
def _places(assessment: int, of_site: int, user: int) -> QuerySet[TeamMember, int]:
    members = standing_members(Assessment(pk=assessment, site_id=of_site))
    return members.filter(user=user).values_list("pk", flat=True)


def may_declare_for(user: User, by: User) -> bool:
    """Whether `by` may declare a recusal or a tie of `user`: one's own, and the office those of others.

    Not of those who stand over the office, though: nobody shuts the auditor out. Nor of a liaison at all,
    who judges nothing and speaks for the unit: shut out for good, nobody would answer for it. Nor of
    whoever has no part in the campaign.
    """
    if is_liaison(user) or not takes_part(user):
        return False
    return by == user or (is_office(by) and not is_over_the_office(user.role))


def may_stand_aside(user: User) -> bool:
    """回避: whoever judges sites or guides them; a liaison does neither, and speaks for the unit."""
    return oversees(user) or is_inspector(user)


def reads_recusals(user: User) -> bool:
    """Who stands aside from what, and whom a tie bars: the city's, which sends others instead."""
    return sees_city(user)


def leads(assessment: Assessment, user: User) -> bool:
    """Whoever leads the team at this site, or their deputy of the same team."""
    return leading(assessment).filter(pk=user.pk).exists()


def runs_rounds(user: User) -> bool:
    """Opens a round, sends teams, settles draws (plan, part five, three: 市…办公室联合有关部门组成督查组)."""
    return is_office(user)


def follows_rounds(user: User) -> bool:
    """Sees how far every site is, who has not begun, and what other versions would come to."""
    return sees_city(user)


def reads_draws(user: User) -> bool:
    """The city, which draws, and the auditors, who look whether it was drawn fairly (`Draw.visible_to`)."""
    return sees_city(user) or is_auditor(user)


def has_sheets(user: User) -> bool:
    """Marks: a liaison its unit's self-assessment, an inspector what the team is sent to."""
    return is_inspector(user) or is_liaison(user)


def consents(user: User) -> bool:
    """Says whether an item does not apply to a site: the office, for the inspectors' final sheet."""
    return is_office(user)


def unlocks(user: User) -> bool:
    """Opens a signed final sheet again, with a reason, as long as the unit has not answered: the office."""
    return is_office(user)


def looks_for_copies(user: User) -> bool:
    """Compares pictures of different sites: those who judge them, never a unit or its district."""
    return sees_city(user) or is_inspector(user)


def knows_strangers(user: User) -> bool:
    """Learns of which site a copy is even where it does not see that site: inspectors are to find it out."""
    return is_inspector(user)


def sees_camera_data(user: User) -> bool:
    """The original of a picture, with place and device: the office; everybody else gets a copy without."""
    return is_office(user)


def checks_rectification(user: User) -> bool:
    """Issues the notice, verifies answers or sends them back (plan, part five, three)."""
    return is_office(user)


def reads_acceptances(user: User) -> bool:
    """验收 and its reports, before anything is public (plan, part five, four)."""
    return sees_city(user)


def recommends(user: User) -> bool:
    """Puts the marks together, recommends a result, reopens what failed (plan, part six, one: 评估和初审)."""
    return is_office(user)


def decides(user: User) -> bool:
    """Passes or fails a site on the office's recommendation (plan, part six, one: 审定)."""
    return is_leading_group(user)


def drafts_own_check(user: User, check: OwnCheck) -> bool:
    """Writes the self-check of a district's government (plan, part three): anybody of its office."""
    return is_district_office(user) and user.district_id == check.district_id


def files_own_check(user: User, check: OwnCheck) -> bool:
    """Confirms and files it: who heads that office; never whoever drafted it (`own_checks.may_file`)."""
    return user.is_head and drafts_own_check(user, check)
