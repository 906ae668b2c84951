"""What waits at each site and for whom: kept, so that a to-do list is read and not worked out each time.

No page names these records or their fields: they have no names for people.
"""

import datetime
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.enums import Role
from accounts.models import Organisation, User
from accounts.rules import is_liaison
from assessments.eligibility import is_barred
from assessments.models import Team
from core.models import Worded
from publicity.rules import knows_objections
from sites.enums import Action, Stage
from sites.models import Filing, Programme, Site

# Where nothing is due: after every date, as the most urgent stand first.
NEVER = datetime.date.max


class OpenStepQuerySet(models.QuerySet["OpenStep"]):
    def visible_to(self, user: User) -> Self:
        """The steps of the sites this person sees, and of the lists on which one of them stands."""
        sites = Site.objects.visible_to(user).order_by()
        on_list = sites.filter(filing=OuterRef("filing"), stage__in=Stage.WITH_LIST)
        of_list = Q(site__stage__in=Stage.WITH_LIST) & Q(Exists(on_list))
        seen = Q(Exists(sites.filter(pk=OuterRef("site")))) | of_list
        return self._near(user).filter(seen, self._as_far_as_known(user))

    def _as_far_as_known(self, user: User) -> Q:
        """That there is a letter is not for all who see the site: for the others it goes on without."""
        if not knows_objections(user):
            return Q(knows_letter=None) | Q(knows_letter=False)
        barred = is_barred(user)
        return Q(knows_letter=None) | Q(~barred, knows_letter=True) | Q(barred, knows_letter=False)

    def _near(self, user: User) -> Self:
        """A liaison's few are found by key, instead of being looked for among everybody's."""
        return self.filter(unit=user.organisation_id) if is_liaison(user) else self


class OpenStep(Worded):
    """A step that somebody can take, or that only takes time: of a site, or of the list it stands on.

    `desk.open_steps` writes these from what `desk.next_step` says and nobody else; they are right of the day
    in `StepsDay`, but for what is `Touched`. What is to be done is kept as its msgid, and for whom as the
    records whose names are read anew. What is tied to a phase is due with it, or on its `own_due` if that is
    later. A list moves as a whole: one site speaks for it.
    """

    is_derived = True  # worked out from other records, as pages are drawn

    site = models.ForeignKey(Site, on_delete=models.CASCADE, related_name="open_steps")
    filing = models.ForeignKey(Filing, on_delete=models.CASCADE, related_name="open_steps")
    unit = models.ForeignKey(Organisation, null=True, on_delete=models.CASCADE, related_name="+")
    team = models.ForeignKey(Team, null=True, on_delete=models.SET_NULL, related_name="+")
    role = models.CharField(max_length=20, choices=Role, blank=True)
    # For certain people alone, whose own room tells them.
    named = models.BooleanField(default=False)
    what = models.CharField(max_length=200)
    url = models.CharField(max_length=200)
    since = models.DateField(null=True)
    due = models.DateField(default=NEVER)
    by = models.CharField(max_length=30, choices=Action, blank=True)
    own_due = models.DateField(null=True)
    # None: for all who see the site; else for those alone who may know of its open letter, or may not.
    knows_letter = models.BooleanField(null=True)
    right_until = models.DateField(null=True)

    objects = OpenStepQuerySet.as_manager()

    class Meta:
        ordering = ["due", "since", "pk"]
        indexes = [
            models.Index(fields=["due", "since", "id"], name="open_step_urgency"),
            models.Index(fields=["role", "due", "since", "id"], name="open_step_of_role"),
            models.Index(fields=["right_until"], name="open_step_right_until"),
        ]

    def __str__(self) -> str:
        return f"{self.what}: {self.site}"


class Touched(models.Model):
    """A site whose open steps are to be worked out anew; or a programme, of which only dates have moved.

    The database's triggers write these (`desk.open_steps.touches`), in the transaction of the change.
    """

    is_derived = True  # worked out from other records, as pages are drawn

    site = models.ForeignKey(
        Site,
        null=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    programme = models.ForeignKey(
        Programme,
        null=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.site_id or self.programme_id)


class StepsDay(models.Model):
    """The day of which the open steps are right. Its one row is the lock of whoever works them out."""

    is_derived = True  # worked out from other records, as pages are drawn

    day = models.DateField(null=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.day)
