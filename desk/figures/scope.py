"""Whose sites a figure counts: the reader's, of one programme, narrowed by the filters."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from accounts.models import User
from accounts.rules import is_district_office
from desk.forms import SiteFilter
from sites.models import Programme, Site
from sites.models.sites import SiteQuerySet


class FigureFilter(SiteFilter):
    """By level, kind and district; a district office has its own sites only and chooses none."""

    def __init__(self, data: Mapping[str, Any], *, programme: Programme, reader: User) -> None:
        super().__init__(data)
        self.programme, self.reader = programme, reader
        # A figure is of no single site, and of every stage.
        del self.fields["q"], self.fields["stage"]
        if is_district_office(reader):
            del self.fields["district"], self.fields["level"]

    @property
    def chosen(self) -> dict[str, Any]:
        """The filters that are filled and valid, by name; the others are ignored."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def as_texts(self) -> dict[str, str]:
        """The same as an address would say it: from it the filter can be made again."""
        return {name: str(getattr(value, "pk", value)) for name, value in sorted(self.chosen.items())}


@dataclass(frozen=True)
class Scope:
    """What a figure is counted for."""

    programme: Programme
    reader: User
    filter: FigureFilter

    @cached_property
    def chosen(self) -> dict[str, Any]:
        return self.filter.chosen

    @property
    def sites(self) -> SiteQuerySet:
        """Without those taken off their list, and those the reader has stood aside from."""
        seen = Site.objects.in_charge_of(self.reader).filter(programme=self.programme).on_list()
        return self.filter.narrow(seen)
