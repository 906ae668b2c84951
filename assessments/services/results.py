"""结果运用: who uses results, and the sheets of the units, one after another or all at once."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from accounts.rules import require_city, require_office
from assessments.enums import ResultUse
from assessments.models import Acceptance, ResultOffice
from assessments.papers import results as papers
from assessments.papers.programme import standing
from documents.models import Document, DocumentQuerySet
from documents.papers import DocumentKind
from documents.services import withdraw
from sites.enums import Stage
from sites.models import Programme, Site
from sites.workflow import InvalidTransition

# The act that two people decide (assessments.offers.decisions).
RESULT_SHEETS = "programme.result_sheets"


@dataclass(frozen=True)
class UnitResult:
    """A unit with a decision on each of its sites, its sheet that counts, and what one of today would say."""

    unit: Organisation
    results: Sequence[Acceptance]
    sheet: Document | None
    context: Mapping[str, Any]

    @property
    def is_current(self) -> bool:
        """Whether the sheet says what holds today."""
        return self.sheet is not None and says(self.sheet, self.context)


@transaction.atomic
def name_offices(*, offices: Mapping[Any, Organisation | None], by: User) -> None:
    """Which organisation runs each of the assessments; None where it is not known (yet)."""
    require_office(by)
    for use in ResultUse:
        held = ResultOffice.objects.select_for_update().filter(use=use).first()
        organisation = offices.get(use)
        if organisation is None:
            if held:
                held.delete()
            continue
        held = held or ResultOffice(use=use)
        held.organisation = organisation
        held.save()


def unit_results(programme: Programme, reader: User) -> list[UnitResult]:
    """The units whose acceptance is decided; without those with a site the reader stood aside from."""
    listed = Site.objects.filter(programme=programme, stage__in=Stage.LISTED)
    open_to_me = set(listed.visible_to(reader).values_list("pk", flat=True))
    wanted: dict[int, set[int]] = defaultdict(set)
    for unit, site in listed.values_list("organisation", "pk"):
        wanted[unit].add(site)
    decided: dict[Organisation, list[Acceptance]] = defaultdict(list)
    for result in standing(listed).results:
        decided[result.assessment.site.organisation].append(result)
    whole = {
        unit: results
        for unit, results in sorted(decided.items(), key=lambda pair: pair[0].code)
        if wanted[unit.pk] <= open_to_me and len(results) == len(wanted[unit.pk])
    }
    sheets, contexts = _sheets_that_count(programme), papers.paper_fields(whole)
    return [
        UnitResult(unit, results, sheets.get(unit.pk), contexts[unit.pk]) for unit, results in whole.items()
    ]


@transaction.atomic
def issue_sheets(*, programme: Programme, by: User, units: Iterable[int] | None = None) -> list[Document]:
    """Issue the sheets of these units, of all without them, that are not issued or say less than is known.

    An older sheet of the unit is withdrawn. Raises ValidationError while one of the offices is not named,
    InvalidTransition where nothing is to be issued.
    """
    require_city(by)
    # Of two who press the button together the second finds the sheets issued.
    Programme.objects.select_for_update().get(pk=programme.pk)
    wanted = None if units is None else set(units)
    due = [
        found
        for found in unit_results(programme, by)
        if not found.is_current and (wanted is None or found.unit.pk in wanted)
    ]
    if not due:
        raise InvalidTransition(_("Every unit whose acceptance is decided has its result sheet already."))
    to = _offices()
    return [_issue(found, programme, to, by) for found in due]


def says(document: Document, context: Mapping[str, Any]) -> bool:
    """Whether a paper says this already."""
    said = json.loads(json.dumps(dict(context), cls=DjangoJSONEncoder))
    return all(document.context.get(name) == value for name, value in said.items())


def _issue(found: UnitResult, programme: Programme, to: Sequence[Organisation], by: User) -> Document:
    sites = [result.assessment.site for result in found.results]
    made = papers.issue_sheet(
        found.unit, programme, dict(found.context), sites=sites, to=to, replaces=found.sheet, by=by
    )
    if found.sheet:
        withdraw(document=found.sheet, reason=f"已由{made.full_number}代替。", successor=made)
    return made


def _offices() -> list[Organisation]:
    offices = ResultOffice.objects.select_related("organisation")
    named = {office.use: office.organisation for office in offices}
    if missing := [str(use.label) for use in ResultUse if use not in named]:
        told = _("Say first which organisation uses the results for: %(uses)s.")
        raise ValidationError(told % {"uses": _(", ").join(missing)})
    return list({named[use].pk: named[use] for use in ResultUse}.values())


def _sheets_that_count(programme: Programme) -> dict[int, Document]:
    """By the unit's key."""
    return {sheet.context["unit_key"]: sheet for sheet in result_sheets(programme).order_by("pk")}


def result_sheets(programme: Programme) -> DocumentQuerySet:
    return Document.objects.standing().filter(kind=DocumentKind.RESULT_SHEET, programme=programme)
