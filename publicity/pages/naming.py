"""A naming as the desk reads it: its story, and what can be done next, by whom."""

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import cast

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from accounts.enums import Role, SecrecyState
from accounts.models import SecrecyReview, SecrecyReviewQuerySet, User
from accounts.rules import is_leading_group, is_office, sees_city
from publicity.enums import TrackingKind, not_rechecked
from publicity.models import (
    Naming,
    Objection,
    Recheck,
    Revocation,
    RevocationHearing,
    TrackingNote,
    Warned,
    WarningAnswer,
)
from publicity.pages.recheck_proposals import RegularRecheck, regular_recheck
from publicity.services.warned import (
    STEPS,
    answering_obstacle,
    hearing_obstacle,
    lifting_obstacle,
    review_kind,
    revocation_obstacle,
    warning_obstacle,
)
from sites.calendar import today
from sites.enums import Action, Stage
from sites.models import StageChange
from sites.rules import is_own_unit
from sites.workflow import available


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
        standing = self.naming.warnings.standing()
        return standing.select_related(
            "naming", "paper", "resolution__meeting", "hearing__opened_by", "hearing__stated_by"
        ).first()

    @cached_property
    def answers(self) -> list[WarningAnswer]:
        """What the unit answered to the warning that stands, in the order it came."""
        if self.warned is None:
            return []
        seen = self.warned.answers.visible_to(self.reader).select_related("by", "evidence")
        return list(seen.prefetch_related("evidence__files"))

    @cached_property
    def hearing(self) -> RevocationHearing | None:
        """The hearing of the warning that stands, or the one that the revocation rests on."""
        if self.revocation:
            return self.revocation.hearing
        return getattr(self.warned, "hearing", None)

    @property
    def reads_resolutions(self) -> bool:
        """Whether the reader may know how the leading group came to what it decided."""
        return sees_city(self.reader)

    @property
    def hearing_is_over(self) -> bool:
        return self.hearing is not None and self.hearing.is_over(today())

    @property
    def may_answer(self) -> bool:
        """Whether the reader is of the unit, and the warning waits for its answer."""
        return self.is_unit and self.warned is not None and not answering_obstacle(self.warned)

    @property
    def may_state(self) -> bool:
        """Whether the reader is of the unit, and it is being heard."""
        return self.is_unit and self.hearing is not None and not self.revocation and not self.hearing_is_over

    @cached_property
    def visits(self) -> list[TrackingNote]:
        """What rechecks found, the latest first."""
        return [note for note in self._notes if note.kind == TrackingKind.RECHECK]

    @cached_property
    def rechecks(self) -> list[Recheck]:
        """Those due, done, or overtaken by the revocation, the latest first."""
        seen = self.naming.rechecks.visible_to(self.reader).select_related("draw", "planned_by", "result")
        return list(seen.order_by("-pk"))

    @cached_property
    def regular(self) -> RegularRecheck | None:
        """By when the site is to be rechecked by the rulebook's months, for who is told of rechecks."""
        return regular_recheck(self.naming.site_id, self.reader)

    @property
    def is_unit(self) -> bool:
        """Whether the reader is of the unit: it answers a warning, and is heard before a revocation."""
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

    @cached_property
    def steps(self) -> dict[str, str]:
        """The steps that lie with the reader's role now, each with why it cannot be taken yet, or "".

        What the office alone prepares is shown to it beforehand; the leading group is shown what it can do.
        """
        found = {name: why_not() for name, why_not in self._offered()}
        decides = is_leading_group(self.reader)
        return {
            name: why_not
            for name, why_not in found.items()
            if not (why_not and decides and name in ("warn", "restore"))
        }

    @property
    def reviews(self) -> SecrecyReviewQuerySet:
        """Of what the next steps would say in public: the secrecy reviews not used yet, the newest first."""
        kinds = [review_kind(step) for step in STEPS if step in self.steps]
        seen = SecrecyReview.objects.visible_to(self.reader).select_related("reviewed_by")
        here = seen.filter(kind__in=kinds, subjects__record=self.naming.pk, put_out_on=None)
        return here.exclude(state=SecrecyState.TAKEN_BACK)

    def _offered(self) -> Iterator[tuple[str, Callable[[], str]]]:
        naming, reader, warned = self.naming, self.reader, self.warned
        possible = available(naming.site, reader)
        if Action.WARN in possible:
            yield "warn", lambda: warning_obstacle(naming, reader)
        if warned and Action.RESTORE in possible:
            yield "restore", lambda: lifting_obstacle(naming, reader)
        if warned and is_office(reader) and self.hearing is None:
            yield "hear", lambda: hearing_obstacle(warned)
        if warned and Action.REVOKE in possible:
            yield "revoke", lambda: revocation_obstacle(warned, reader)

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
        said = WarningAnswer.objects.visible_to(self.reader).filter(warned__naming=self.naming)
        answers = [
            StoryLine(one.at, one.on, _("Answer to the warning"), one.by, one.text)
            for one in said.select_related("by")
        ]
        lines = [*steps, *notes, *answers, *self._heard, *self._declined]
        return sorted(lines, key=lambda line: line.at, reverse=True)

    @property
    def _declined(self) -> Iterator[StoryLine]:
        """What was proposed to be rechecked and was not, with the reason."""
        for said in self.naming.recheck_declines.visible_to(self.reader).select_related("by"):
            yield StoryLine(said.at, said.on, not_rechecked(said.origin), said.by, said.text)

    @property
    def _heard(self) -> Iterator[StoryLine]:
        """The hearings of this naming, and what the unit said in them."""
        seen = RevocationHearing.objects.visible_to(self.reader).filter(warned__naming=self.naming)
        for hearing in seen.select_related("opened_by", "stated_by"):
            told = _("Revocation proposed; the unit is heard")
            yield StoryLine(hearing.at, hearing.opened_on, told, hearing.opened_by, hearing.grounds)
            if hearing.stated_at and hearing.stated_on and hearing.stated_by:
                told = _("The unit's view")
                yield StoryLine(
                    hearing.stated_at, hearing.stated_on, told, hearing.stated_by, hearing.statement
                )

    def _named(self) -> Iterator[Act]:
        yield self._recheck(
            or_else=_("plans the next recheck, or draws it; a complaint starts one by itself")
        )
        note = next((note for note in self._new if note.is_wanting), None)
        if note is None:
            told = _(
                "can warn the site once a complaint, or a recheck that found something not met, is on file"
            )
            yield Act(Role.OFFICE.label, told)
        else:
            facts = {"kind": note.get_kind_display(), "day": date_format(note.on)}
            yield Act(Role.OFFICE.label, _("can warn the site: the %(kind)s of %(day)s is on file") % facts)

    def _warned(self) -> Iterator[Act]:
        warned = cast("Warned", self.warned)  # no site is warned without one
        office, day = Role.OFFICE.label, {"day": date_format(warned.rectify_by)}
        newest = next((note for note in self._new if note.kind == TrackingKind.RECHECK), None)
        if answering_obstacle(warned):
            pass
        elif warned.rectify_by < today():
            yield Act(Role.LIAISON.label, _("can still answer; it had until %(day)s") % day)
        else:
            yield Act(Role.LIAISON.label, _("mends what was found, and answers by %(day)s") % day)
        if newest and not newest.is_wanting:
            told = _(
                "can lift the warning: a recheck since then found everything met; who recorded it cannot"
            )
            yield Act(office, told)
        else:
            yield self._recheck(or_else=_("rechecks the site"))
            yield Act(office, _("can lift the warning once a recheck since then found everything met"))
        yield from self._hearing_acts(warned)

    def _hearing_acts(self, warned: Warned) -> Iterator[Act]:
        hearing = self.hearing
        if hearing is None:
            why_not = hearing_obstacle(warned)
            yield Act(
                Role.OFFICE.label, why_not or _("can propose to revoke the naming, and hear the unit before")
            )
        elif not self.hearing_is_over:
            told = _("can state its view on the revocation until %(day)s")
            yield Act(Role.LIAISON.label, told % {"day": date_format(hearing.state_by)})
        else:
            why_not = revocation_obstacle(warned, self.reader)
            told = _("can revoke the naming: the unit was heard")
            yield Act(Role.LEADING_GROUP.label, why_not or told)

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
        seen = TrackingNote.objects.visible_to(self.reader).filter(naming=self.naming)
        return list(seen.select_related("by").prefetch_related("findings", "pictures", "visitors"))

    @property
    def _new(self) -> Iterator[TrackingNote]:
        """What was put on file since the last step, of the notes at hand, the newest first."""
        return (note for note in self._notes if note.at > self._steps[-1].at)
