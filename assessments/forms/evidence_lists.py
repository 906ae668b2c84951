"""Which evidence, links and pictures the lists show."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from assessments.evidence.pieces import Piece
from assessments.models.evidence import EvidenceLinkQuerySet, TwinQuerySet
from core.forms import Form
from sites.models.sites import SiteQuerySet


class LibraryFilter(Form):
    """Which of a site's evidence is shown."""

    SHOW = (
        ("", _("all")),
        ("loose", _("without items")),
        ("remarks", _("with remarks")),
        ("dead", _("with dead links")),
        ("on_site", _("taken on site")),
    )
    q = forms.CharField(label=_("Item or title"), required=False, max_length=60)
    show = forms.ChoiceField(label=pgettext_lazy("filter", "Show"), choices=SHOW, required=False)

    @property
    def wanted(self) -> dict[str, Any]:
        """A bad filter filters nothing."""
        return self.cleaned_data if self.is_valid() else {}

    @property
    def show_only(self) -> str:
        return str(self.wanted.get("show", ""))

    def narrow(self, pieces: Sequence[Piece]) -> list[Piece]:
        """In Python, since a library is read whole; remarks count only where they were read."""
        words = str(self.wanted.get("q", "")).lower()
        return [piece for piece in pieces if self._is_shown(piece) and words in _words_of(piece)]

    def _is_shown(self, piece: Piece) -> bool:
        return {
            "loose": not piece.pointers,
            "remarks": piece.is_remarked,
            "dead": piece.has_dead_link,
            "on_site": piece.evidence.assessment_id is not None,
        }.get(self.show_only, True)


def _words_of(piece: Piece) -> str:
    """What a search looks through: title, files' names, items by code and section."""
    items = [pointer.item for pointer in piece.pointers]
    words = [piece.evidence.title, *(row.file.name for row in piece.files)]
    words += [f"{item.code} {item.section.name}" for item in items]
    return " ".join(words).lower()


class LinkFilter(Form):
    """Which links are listed; dead ones come first in any case."""

    SHOW = (("", _("all")), ("dead", _("dead")), ("new", _("not looked up yet")))
    show = forms.ChoiceField(label=pgettext_lazy("filter", "Show"), choices=SHOW, required=False)
    q = forms.CharField(label=_("Site, unit or address"), required=False, max_length=60)

    def narrow(self, links: EvidenceLinkQuerySet) -> EvidenceLinkQuerySet:
        """A bad filter filters nothing."""
        wanted = self.cleaned_data if self.is_valid() else {}
        if text := wanted.get("q"):
            site = "evidence__site"
            links = links.filter(
                Q(url__icontains=text)
                | Q(**{f"{site}__window_name__icontains": text})
                | Q(**{f"{site}__organisation__name__icontains": text})
            )
        show = wanted.get("show")
        return links.dead() if show == "dead" else links.filter(checked_at=None) if show == "new" else links


class TwinFilter(Form):
    """Which pictures used twice are listed."""

    WHERE = (("", _("by different sites")), ("all", _("by the same site as well")))
    where = forms.ChoiceField(label=_("Used"), choices=WHERE, required=False)

    def narrow(self, twins: TwinQuerySet) -> TwinQuerySet:
        """Only pairs across sites, unless the filter asks for all."""
        everywhere = self.is_valid() and self.cleaned_data["where"] == "all"
        return twins if everywhere else twins.across_sites()


class EvidenceSitesFilter(Form):
    """Which sites' evidence is listed."""

    SHOW = (("", _("all")), ("none", _("without evidence")), ("dead", _("with dead links")))
    WHERE: Mapping[str, Mapping[str, int]] = {"none": {"pieces": 0}, "dead": {"dead__gt": 0}}
    show = forms.ChoiceField(label=pgettext_lazy("filter", "Show"), choices=SHOW, required=False)
    q = forms.CharField(label=_("Site or unit"), required=False, max_length=60)

    def narrow(self, sites: SiteQuerySet) -> SiteQuerySet:
        """`sites` come with their counts (sites_with_evidence); a bad filter filters nothing."""
        wanted = self.cleaned_data if self.is_valid() else {}
        if text := wanted.get("q"):
            sites = sites.filter(Q(window_name__icontains=text) | Q(organisation__name__icontains=text))
        return sites.filter(**self.WHERE.get(wanted.get("show", ""), {}))
