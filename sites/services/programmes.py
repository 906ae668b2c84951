"""Programmes: made from an earlier one, and put right before they begin."""

import datetime
from collections.abc import Collection, Mapping, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.rules import require_office
from sites.calendar import today
from sites.enums import FilingState, ProgrammeState
from sites.models import DesignatedUnit, Phase, Programme
from sites.schedule import PlannedPhase, order_problems, planned
from sites.workflow import WorkflowError
from standards.enums import Kind, VersionState
from standards.models import Rulebook, Standard

# What is planned of a phase before it begins.
PLANNED = ("name", "starts_on", "ends_on", "tasks")
QUOTAS = ("district_minimum", "district_maximum", "designated_quota")


def locked_facts(programme: Programme) -> tuple[str, ...]:
    """What can no longer be written: quotas once a list is filed, the plan's text once its time has begun."""
    locked: tuple[str, ...] = ()
    if programme.filings.exclude(state__in=FilingState.EDITABLE).exists():
        locked += QUOTAS
    if programme.text and has_begun(programme, programme.first_day):
        locked += ("text",)
    return locked


def has_begun(programme: Programme, first_day: datetime.date | None) -> bool:
    """A day of a programme that is only in preparation has not come, whatever the calendar says."""
    begun = first_day is not None and first_day <= today()
    return begun and programme.state != ProgrammeState.PLANNED


def is_open(phase: Phase) -> bool:
    """Whether its name, dates and tasks can still be changed; later it can only be prolonged."""
    return not (phase.extended_to or has_begun(phase.programme, phase.starts_on))


@transaction.atomic
def edit_programme(
    *,
    programme: Programme,
    facts: Mapping[str, object],
    standards: Collection[Standard],
    rulebook: Rulebook,
    by: User,
) -> None:
    """Change what the programme says, and the versions its next rounds are opened with."""
    require_office(by)
    programme = _locked(programme)
    changed = [name for name, value in facts.items() if getattr(programme, name) != value]
    if too_late := set(changed).intersection(locked_facts(programme)):
        raise ValidationError(
            dict.fromkeys(too_late, _("This is fixed by now: the programme has begun or a list is filed."))
        )
    _write(programme, facts, standards, rulebook)
    programme.save(update_fields=[*changed, "rulebook"])
    programme.standards.set(standards)


@transaction.atomic
def edit_phases(*, programme: Programme, phases: Sequence[PlannedPhase], by: User) -> None:
    """Change the phases that have not begun; the others only take part in the order (errors by field)."""
    require_office(by)
    programme = _locked(programme)
    wanted = {phase.ordinal: phase for phase in phases}
    kept = [wanted.get(phase.ordinal, phase) for phase in planned(programme)]
    _check_order(kept)
    for phase, new in zip(programme.phases.order_by("ordinal").select_for_update(), kept, strict=True):
        if new.ordinal not in wanted:
            continue
        phase.programme = programme
        if not is_open(phase):
            raise WorkflowError(
                _("“%(phase)s” began on %(start)s or was prolonged; now it can only be prolonged.")
                % {"phase": phase, "start": date_format(phase.starts_on)}
            )
        _write_phase(phase, new)


@transaction.atomic
def new_programme(
    *,
    source: Programme,
    facts: Mapping[str, object],
    phases: Sequence[PlannedPhase],
    units: Collection[DesignatedUnit],
    standards: Collection[Standard],
    rulebook: Rulebook,
    by: User,
) -> Programme:
    """A programme in preparation, made from `source`, in which nothing moves.

    It has the phases as dated, and of the designated units those that stay, in the plan's order.
    """
    require_office(by)
    _check_order(phases)
    # Held, so that a double click makes one: the second finds the document number taken.
    source = Programme.objects.select_for_update().get(pk=source.pk)
    made = Programme(is_current=False, based_on=source)
    _write(made, facts, standards, rulebook)
    made.save()
    made.standards.set(standards)
    for phase in phases:
        _write_phase(Phase(programme=made, ordinal=phase.ordinal), phase)
    staying = source.designated_units.filter(pk__in=[unit.pk for unit in units])
    for ordinal, unit in enumerate(staying, start=1):
        DesignatedUnit.objects.create(
            programme=made,
            ordinal=ordinal,
            organisation_id=unit.organisation_id,
            name_in_plan=unit.name_in_plan,
        )
    return made


def _locked(programme: Programme) -> Programme:
    """The programme, held; one that is over stays as it is."""
    programme = Programme.objects.select_for_update().get(pk=programme.pk)
    if programme.state == ProgrammeState.ENDED:
        raise WorkflowError(_("This programme is over; what it says stays as it is."))
    return programme


def _write(
    programme: Programme, facts: Mapping[str, object], standards: Collection[Standard], rulebook: Rulebook
) -> None:
    """Put the facts in, checked as the database would check them; saved by the caller."""
    if sorted(standard.kind for standard in standards) != sorted(Kind.values):
        raise ValidationError(_("A programme has one standard of each kind."))
    if VersionState.DRAFT in {rulebook.state, *(standard.state for standard in standards)}:
        raise ValidationError(_("A draft cannot be scored by; publish it first."))
    for name, value in facts.items():
        setattr(programme, name, value)
    programme.rulebook = rulebook
    if programme.district_minimum > programme.district_maximum:
        raise ValidationError({"district_maximum": _("The most must not be fewer than the least.")})
    namesakes = Programme.objects.filter(document_number=programme.document_number)
    if namesakes.exclude(pk=programme.pk).exists():
        raise ValidationError({"document_number": _("Another programme bears this number already.")})
    programme.full_clean(exclude=["text"])  # the plan may be written before its text is


def _write_phase(phase: Phase, planned_phase: PlannedPhase) -> None:
    for name in PLANNED:
        setattr(phase, name, getattr(planned_phase, name))
    try:
        phase.full_clean()
    except ValidationError as error:
        raise ValidationError(
            {f"{name}_{phase.ordinal}": errors for name, errors in error.error_dict.items()}
        ) from error
    phase.save()


def _check_order(phases: Sequence[PlannedPhase]) -> None:
    if problems := order_problems(phases):
        raise ValidationError(problems)
