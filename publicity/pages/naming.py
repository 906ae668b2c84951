"""A naming as the desk reads it: its story, and what can be done next, by whom."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import cast

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from accounts.enums import Role
from accounts.models import User
from publicity.enums import TrackingKind
from publicity.models import Naming, Objection, Recheck, Revocation, TrackingNote, Warned
from publicity.services.tracking import may_be_revoked
from sites.calendar import today
from sites.enums import Stage
from sites.models import StageChange
from sites.rules import is_own_unit


@dataclass(frozen=True)
class Act:
    """Something that can be done, or that somebody waits for, and who is to do it."""

    who: StrOrPromise
    what: str


@dataclass(frozen=True)
class StoryLine:
    """One line of the story, in the words of components/history.html."""

    at: datetime.datetime
    on: datetime.date
    what: str
    by: User
    note: str = ""
    from_label: str = ""
    to_label: str = ""


class NamingPage:
    """What a reader is told of a naming: as much as the reader's role may know."""

    def __init__(self, naming: Naming, reader: User) -> None:
        self.naming, self.reader = naming, reader

    @cached_property
    def warned(self) -> Warned | None:
        """The warning that stands; None where none does."""
        return self.naming.warnings.standing().select_related("paper").first()

    @cached_property
    def rechecks(self) -> list[Recheck]:
        """Those due, done, or overtaken by the revocation, the latest first."""
        seen = self.naming.rechecks.visible_to(self.reader).select_related("draw", "planned_by", "result")
        return list(seen.order_by("-pk"))

    @property
    def is_unit(self) -> bool:
        """Whether the reader is of the unit: it files what shows that a warning is mended."""
        return is_own_unit(self.reader, self.naming.site)

    @property
    def waiting(self) -> Recheck | None:
        return next((recheck for recheck in self.rechecks if recheck.result is None), None)

    @cached_property
    def objections(self) -> list[Objection]:
        """The letters about this site that its reader may read; nothing of who wrote."""
        letters = Objection.objects.visible_to(self.reader).filter(site=self.naming.site_id)
        return list(letters.defer("objector_name", "objector_phone", "text").in_turn())

    @property
    def revocation(self) -> Revocation | None:
        return getattr(self.naming, "revocation", None)

    @property
    def acts(self) -> list[Act]:
        told = {Stage.NAMED: self._named, Stage.WARNED: self._warned, Stage.REVOKED: self._revoked}
        return list(told[Stage(self.naming.site.stage)]())

    @property
    def story(self) -> list[StoryLine]:
        """Everything that happened since the naming, newest first."""
        steps = [
            StoryLine(
                step.at,
                step.on,
                step.get_action_display(),
                step.by,
                step.note,
                step.get_from_stage_display(),
                step.get_to_stage_display(),
            )
            for step in self._steps
        ]
        notes = [
            StoryLine(note.at, note.on, note.get_kind_display(), note.by, note.text) for note in self._notes
        ]
        return sorted([*steps, *notes], key=lambda line: line.at, reverse=True)

    def _named(self) -> Iterator[Act]:
        yield self._recheck(
            or_else=_("plans the next recheck, or draws it; a complaint starts one by itself")
        )
        note = next(self._new, None)
        if note is None:
            yield Act(Role.OFFICE.label, _("can warn the site once a recheck or a complaint is on file"))
        else:
            facts = {"kind": note.get_kind_display(), "day": date_format(note.on)}
            yield Act(Role.OFFICE.label, _("can warn the site: the %(kind)s of %(day)s is on file") % facts)

    def _warned(self) -> Iterator[Act]:
        warned = cast("Warned", self.warned)  # no site is warned without one
        over, day = warned.rectify_by < today(), {"day": date_format(warned.rectify_by)}
        if not over:
            yield Act(Role.LIAISON.label, _("mends what was found by %(day)s") % day)
        if any(note.kind == TrackingKind.RECHECK for note in self._new):
            yield Act(Role.OFFICE.label, _("can lift the warning: a recheck since then is on file"))
        else:
            yield self._recheck(or_else=_("rechecks the site"))
            yield Act(Role.OFFICE.label, _("can lift the warning once a recheck since then is on file"))
        if over:
            yield Act(Role.LEADING_GROUP.label, _("can revoke the naming: the time to mend is over"))
        elif may_be_revoked(warned):
            told = _("can revoke the naming: something new is on file since the warning")
            yield Act(Role.LEADING_GROUP.label, told)
        else:
            told = _(
                "can revoke the naming after %(day)s; sooner only upon a recheck or complaint put on file "
                "since the warning"
            )
            yield Act(Role.LEADING_GROUP.label, told % day)

    def _revoked(self) -> Iterator[Act]:
        if self.revocation and self.naming.plaque_handed_on and not self.revocation.plaque_returned_on:
            yield Act(Role.OFFICE.label, _("takes the plaque back and records the day"))

    def _recheck(self, *, or_else: str) -> Act:
        if self.waiting is None:
            return Act(Role.OFFICE.label, or_else)
        told = _("rechecks the site by %(day)s and puts on file what it found")
        return Act(Role.OFFICE.label, told % {"day": date_format(self.waiting.due_on)})

    @cached_property
    def _steps(self) -> list[StageChange]:
        after = (Stage.NAMED, Stage.WARNED, Stage.REVOKED)
        return list(self.naming.site.history.filter(to_stage__in=after).select_related("by"))

    @cached_property
    def _notes(self) -> list[TrackingNote]:
        return list(
            TrackingNote.objects.visible_to(self.reader).filter(naming=self.naming).select_related("by")
        )

    @property
    def _new(self) -> Iterator[TrackingNote]:
        """What was put on file since the last step, of the notes at hand, the newest first."""
        return (note for note in self._notes if note.at > self._steps[-1].at)
