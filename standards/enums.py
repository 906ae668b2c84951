"""Kinds of disclosure and the life of a version."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """The plan's two kinds of site, each with its own standard (plan, part four)."""

    GOVERNMENT_AFFAIRS = "government_affairs", _("government-affairs disclosure")
    SERVICE = "service", _("service disclosure")

    @property
    def prefix(self) -> str:
        """What the codes of its items begin with: 政务公开 ZW, 办事公开 BS."""
        return "ZW" if self == Kind.GOVERNMENT_AFFAIRS else "BS"


class VersionState(models.TextChoices):
    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("in force")
    RETIRED = "retired", _("retired")


class DayUnit(models.TextChoices):
    """Which days a period counts, such as a public notice's."""

    WORKING_DAYS = "working_days", _("working days")
    CALENDAR_DAYS = "calendar_days", _("calendar days")


class Difference(models.TextChoices):
    """What became of an item from one version to the other."""

    NEW = "new", _("new")
    CHANGED = "changed", _("changed")
    DROPPED = "dropped", _("dropped")


class Stance(models.TextChoices):
    """What an organisation says to a draft it was asked about."""

    AGREES = "agrees", _("agrees")
    PROPOSES = "proposes", _("proposes changes")


class Taken(models.TextChoices):
    """What the office did with a proposal."""

    TAKEN = "taken", _("adopted")
    PARTLY = "partly", _("adopted in part")
    NOT = "not", _("not adopted")


class GroundState(models.TextChoices):
    """How a law, opinion or notice stands on a day."""

    NOT_YET = "not_yet", _("not in force yet")
    IN_FORCE = "in_force", _("in force")
    REPLACED = "replaced", _("replaced")
    ENDED = "ended_law", _("no longer in force")
