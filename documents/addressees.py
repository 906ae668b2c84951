"""To whom each kind of paper goes: 主送 and 抄送, as organisations.

One table says it. What is printed is made from the same organisations, so that nobody can be printed and not
get the paper; where a paper is addressed to many by a collective name (各有关单位), the words say so, and the
organisations it is delivered to are those the table finds. Each of them has a receipt (`models.Receipt`).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Q

from accounts.enums import OrganisationKind
from accounts.models import Organisation
from sites.models import Programme, Site
from sites.services import filer_of

from .papers import REGION_OFFICE, DocumentKind


@dataclass(frozen=True)
class Addressees:
    """`to` act upon it, `copies` are to know; `words` are printed instead of the names of `to`."""

    to: Sequence[Organisation] = ()
    copies: Sequence[Organisation] = ()
    words: str = ""

    @property
    def addressee(self) -> str:
        """主送 as printed, without the colon."""
        return self.words or in_words(self.to)

    @property
    def copies_to(self) -> str:
        """抄送 as printed, without the full stop."""
        return in_words(self.copies)

    def also(
        self, organisations: Iterable[Organisation], *, copies: Iterable[Organisation] = ()
    ) -> "Addressees":
        """With organisations that only the act itself knows, and with copies to more; to nobody twice."""
        to = _each_once([*self.to, *organisations])
        known = _each_once([*self.copies, *copies])
        return Addressees(to, [one for one in known if one not in to], self.words)


def in_words(organisations: Sequence[Organisation]) -> str:
    """Bodies of a kind with 、 between them, kinds with ，: 乌海市公安局、乌海市卫生局，海勃湾区人民政府."""
    kinds = groupby(organisations, key=lambda organisation: organisation.kind)
    return "，".join("、".join(organisation.name for organisation in group) for _kind, group in kinds)


def leading_group() -> list[Organisation]:
    return _of_kind(OrganisationKind.LEADING_GROUP)


def office() -> list[Organisation]:
    return _of_kind(OrganisationKind.OFFICE)


def units(sites: Iterable[Site]) -> list[Organisation]:
    """The units of these sites."""
    return _each_once(site.organisation for site in sites)


def filers(sites: Iterable[Site]) -> list[Organisation]:
    """Who filed these sites: designated units, and the offices of districts."""
    return _each_once(filer_of(filing) for filing in {site.filing_id: site.filing for site in sites}.values())


def judged(programme: Programme) -> list[Organisation]:
    """Whom the programme's rules bind: the districts' offices, the designated units, the sites' units."""
    bound = Q(kind=OrganisationKind.DISTRICT_OFFICE)
    bound |= Q(sites__programme=programme) | Q(designations__programme=programme)
    return list(Organisation.objects.filter(bound, is_active=True).distinct())


def _of_kind(kind: OrganisationKind) -> list[Organisation]:
    return list(Organisation.objects.filter(kind=kind, is_active=True))


def _each_once(organisations: Iterable[Organisation]) -> list[Organisation]:
    return list({organisation.pk: organisation for organisation in organisations}.values())


Finder = Callable[[Programme, Sequence[Site]], Addressees]


def _nobody(_programme: Programme, _sites: Sequence[Site]) -> Addressees:
    """Published, or kept: it goes to no organisation."""
    return Addressees()


def _leading_group(_programme: Programme, _sites: Sequence[Site]) -> Addressees:
    """上报: to the leading group."""
    return Addressees(leading_group())


def _unit(_programme: Programme, sites: Sequence[Site]) -> Addressees:
    """To the unit, with a copy to the leading group."""
    return Addressees(units(sites), copies=leading_group())


# A new kind of paper needs a line here: from its programme and its sites, to whom it goes.
ADDRESSEES: dict[DocumentKind, Finder] = {
    DocumentKind.DISTRICT_DETERMINATION: lambda _programme, sites: Addressees(
        units(sites), copies=office(), words="有关部门、单位，各镇、街道办事处"
    ),
    DocumentKind.FILING_FORM: lambda _programme, _sites: Addressees(office()),
    DocumentKind.DETERMINED_LIST: lambda programme, sites: Addressees(
        filers(sites), words=programme.addressees
    ),
    DocumentKind.RULEBOOK_NOTICE: lambda programme, _sites: Addressees(
        judged(programme), words=programme.addressees
    ),
    # To the units visited, and to the departments the members come from, which the act knows.
    DocumentKind.TEAM_NOTICE: lambda _programme, sites: Addressees(units(sites), words="各有关单位"),
    # The team carries it there.
    DocumentKind.INTRODUCTION_LETTER: lambda _programme, sites: Addressees(words=in_words(units(sites))),
    DocumentKind.RECTIFICATION_NOTICE: _unit,
    DocumentKind.RECTIFICATION_REPORT: _leading_group,
    DocumentKind.RECTIFICATION_SUMMARY: _leading_group,
    # The leading group decided it, and gets the report.
    DocumentKind.ACCEPTANCE_NOTICE: lambda _programme, sites: Addressees(units(sites)),
    DocumentKind.ACCEPTANCE_REPORT: _leading_group,
    DocumentKind.PROGRAMME_ACCEPTANCE: _leading_group,
    DocumentKind.PUBLIC_NOTICE: _nobody,
    DocumentKind.NOTICE_EXTENSION: _nobody,
    # The objector has no desk: the paper is fetched under the receipt code.
    DocumentKind.OBJECTION_REPLY: lambda _programme, _sites: Addressees(words="异议提出人"),
    # Neither has who asked for information.
    DocumentKind.INFORMATION_REPLY: lambda _programme, _sites: Addressees(words="申请人"),
    DocumentKind.NAMING_DECISION: lambda programme, sites: Addressees(
        units(sites), words=programme.addressees
    ),
    # Who is commended without a site of their own, the act knows.
    DocumentKind.COMMENDATION_DECISION: lambda programme, sites: Addressees(
        units(sites), words=programme.addressees
    ),
    DocumentKind.WARNING_NOTICE: _unit,
    DocumentKind.RESTORATION_NOTICE: _unit,
    DocumentKind.REVOCATION_DECISION: lambda programme, sites: Addressees(
        units(sites), words=programme.addressees
    ),
    # To the offices that use results (`assessments.ResultOffice`), with a copy to the unit.
    DocumentKind.RESULT_SHEET: lambda _programme, sites: Addressees(copies=units(sites)),
    DocumentKind.SCORE_SHEET: _nobody,
    DocumentKind.DELIBERATION_RECORD: _nobody,
    # Outside the portal: the office sends it, and enters how (`desk.upward`).
    DocumentKind.UPWARD_REPORT: lambda _programme, _sites: Addressees(
        words=REGION_OFFICE, copies=leading_group()
    ),
    DocumentKind.MINUTES: lambda _programme, _sites: Addressees(copies=leading_group()),
}


def addressees(kind: DocumentKind, programme: Programme, sites: Sequence[Site]) -> Addressees:
    """To whom a paper of this kind about these sites goes."""
    return ADDRESSEES[kind](programme, sites)
