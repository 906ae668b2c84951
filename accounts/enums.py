"""Who is who: roles of people, kinds of organisations."""

from enum import nonmember

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Role(models.TextChoices):
    """What a person does, in the campaign or for the portal: one role an account."""

    LEADING_GROUP = "leading_group", _("leading group")
    OFFICE = "office", _("municipal office")
    DISTRICT = "district", _("district office")
    INSPECTOR = "inspector", _("inspector")
    LIAISON = "liaison", _("liaison")
    SYSTEM = "system_admin", _("system administrator")
    SECURITY = "security_admin", _("security administrator")
    AUDITOR = "auditor", _("auditor")

    # Roles that see the whole city.
    CITY_WIDE = nonmember(("leading_group", "office"))
    # 三员: one runs the portal, one gives the rights, one looks into what was done.
    ADMINISTRATORS = nonmember(("system_admin", "security_admin", "auditor"))
    # Whose accounts are not the office's: they decide over it, give its rights, or look into what it does.
    OVER_THE_OFFICE = nonmember(("leading_group", "system_admin", "security_admin", "auditor"))
    # Count as a second person across the city, so that two people give them (`user.appoint`).
    GIVEN_BY_TWO = nonmember(("leading_group", "office", "inspector"))


class OrganisationKind(models.TextChoices):
    LEADING_GROUP = "leading_group", _("leading group")
    OFFICE = "office", _("municipal office")
    DISTRICT_OFFICE = "district_office", _("district office")
    DISTRICT_GOVERNMENT = "district_government", _("district government")
    DEPARTMENT = "department", _("department")
    UTILITY = "utility", _("public utility or institution")
    TOWN = "town", _("town")
    SUBDISTRICT = "subdistrict", _("subdistrict office")
    OTHER = "other", _("other")

    # What a district may choose as a site: 部门（公用事业单位）或镇、街道办事处 (plan, part three).
    DISTRICT_CHOICE = nonmember(("department", "utility", "town", "subdistrict"))

    # Where somebody can be a demonstration site's liaison: such a unit, or a district the plan designates.
    UNITS = nonmember(("department", "utility", "town", "subdistrict", "district_government", "other"))
    # What lies in a district, and what never does.
    OF_DISTRICT = nonmember(("district_office", "town", "subdistrict"))
    OF_CITY = nonmember(("leading_group", "office", "district_government"))


class PersonState(models.TextChoices):
    """Whether a person can sign in."""

    ACTIVE = "active", _("active")
    INVITED = "invited", _("invited, not yet signed in")
    OFF = "off", _("switched off")


class PasswordEnds(models.TextChoices):
    """Why a new password is asked for."""

    NOT_OWN = "not_own", _("set by somebody else")
    OLD = "old", _("too old")


# The kinds of organisation a role acts for; a role that is not named may act for any.
HOMES: dict[str, tuple[str, ...]] = {
    Role.LEADING_GROUP: (OrganisationKind.LEADING_GROUP,),
    Role.OFFICE: (OrganisationKind.OFFICE,),
    Role.DISTRICT: (OrganisationKind.DISTRICT_OFFICE,),
    Role.LIAISON: OrganisationKind.UNITS,
}


class MessageState(models.TextChoices):
    """The life of a message on its way out of the portal."""

    HELD = "to_release", _("held for release")
    QUEUED = "queued", _("waiting to be sent")
    SENDING = "sending", _("being sent")
    SENT = "sent", _("sent")
    FAILED = "failed", _("not delivered")
    DISCARDED = "discarded", _("discarded unsent")

    # With the worker.
    PENDING = nonmember(("queued", "sending"))
    # Nothing of these is on its way.
    AT_REST = nonmember(("to_release", "discarded"))
    # What became of these stands.
    OVER = nonmember(("sent", "discarded"))
    # What a person can still stop.
    STOPPABLE = nonmember(("to_release", "queued", "failed"))


class MotionState(models.TextChoices):
    """What became of what one person moved and another one decides."""

    OPEN = "open", _("waits for another person")
    AGREED = "agreed", _("agreed")
    DECLINED = "declined", _("declined")
    TAKEN_BACK = "taken_back", _("taken back")


class MeetingState(models.TextChoices):
    """How far a meeting of the leading group is: its minutes are issued once they are confirmed."""

    PLANNED = "planned", _("planned")
    HELD = "held", _("held, minutes not confirmed")
    CONFIRMED = "confirmed", _("minutes confirmed")


class ResolutionKind(models.TextChoices):
    """What is put before the leading group (plan, part six, one: 组织、协调和审定)."""

    DESIGNATION = "designation", _("preliminary designation")
    DETERMINATION = "determination", _("determination of sites")
    ACCEPTANCE = "acceptance", _("acceptance")
    NAMING = "naming", _("naming")
    COMMENDATION = "commendation", pgettext_lazy("decision", "commendation")
    WARNING = "warning", _("warning")
    RESTORATION = "restoration", _("lifting of a warning")
    REVOCATION = "revocation", _("revocation of a naming")
    RULES = "rules", _("standard or rulebook")
    OTHER = "other", _("other matter")

    # Of these one resolution carries as many decisions as it names; of all others one.
    CARRIES_MANY = nonmember(("designation", "acceptance", "other"))
    # What holds for every campaign.
    OF_NO_CAMPAIGN = nonmember(("rules",))


class ResolutionState(models.TextChoices):
    """What became of an item that was put before the leading group."""

    OPEN = "open", _("before the leading group")
    DECIDED = "decided", _("decided")
    REFUSED = "refused", _("not agreed to")
    TAKEN_BACK = "taken_back", _("taken back")

    SAID = nonmember(("decided", "refused"))


class SlipAnswer(models.TextChoices):
    """What a member says to what is circulated: 同意, 不同意, 已阅."""

    AGREE = "agree", _("agrees")
    OBJECT = "object", _("objects")
    NOTE = "note", _("takes note")


class SecrecyState(models.TextChoices):
    """What a secrecy review said."""

    WAITING = "waiting", _("waits for the review")
    CLEARED = "cleared", _("may go out")
    PARTLY = "partly", _("may go out without the parts held back")
    REFUSED = "refused", _("must not go out")
    TAKEN_BACK = "taken_back", _("taken back")

    # What a reviewer may say.
    SAID = nonmember(("cleared", "partly", "refused"))


class SecrecyGround(models.TextChoices):
    """Why something may be made public or not: articles 8 and 14 of the regulation of 2008-05-01."""

    NOTHING = "nothing", _("touches no state secret, no trade secret and no private matter")
    CONSENT = "consent", _("touches a trade secret or a private matter; whose it is agrees")
    INTEREST = "interest", _("touches a trade secret or a private matter; silence would harm the public")
    STATE = "state", _("touches a state secret")
    TRADE = "trade", _("touches a trade secret")
    PRIVATE = "private", _("touches a private matter")
    SAFETY = "safety", _("could endanger public safety, the economy or social stability")
    UNSURE = "unsure", _("cannot be decided here; put before the secrecy authority")

    FOR_IT = nonmember(("nothing", "consent", "interest"))
    AGAINST_IT = nonmember(("state", "trade", "private", "safety", "unsure"))


class SessionEnd(models.TextChoices):
    """Why a sign-in is over, as its window and the trail say."""

    IDLE = "idle", _("nothing was done for a while")
    AGE = "age", _("no sign-in lasts longer")
    MANY = "many", _("too many sign-ins at once; this was the oldest")
    OWNER = "owner", _("ended by its owner from elsewhere")
    ACCOUNT = "account", _("the password or the account was changed")
    DEVICE = "device", _("used from another device")
