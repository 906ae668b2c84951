"""What the desk's lists can be narrowed by, and what is searched for."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Organisation, User
from accounts.rules import sees_city
from core.forms import ALL, Form, choose_from, offer
from core.search import Query, SearchKind
from desk.enums import Light
from desk.search import SHORTEST
from desk.todo import Missing
from desk.todo.steps import Chosen
from sites.enums import Level, Stage
from sites.models.sites import SiteQuerySet
from standards.enums import Kind


class SiteFilter(Form):
    """Search and filters of the list of sites; what is wrong is ignored, never an error page."""

    q = forms.CharField(label=_("Name or unit"), required=False, max_length=100)
    level = forms.ChoiceField(label=_("Level"), required=False, choices=[ALL, *Level.choices])
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[ALL, *Kind.choices])
    district = forms.ModelChoiceField(
        label=_("District"),
        required=False,
        empty_label=_("all"),
        queryset=Organisation.objects.districts(),
    )
    stage = forms.ChoiceField(label=_("Stage"), required=False, choices=[ALL, *Stage.choices])

    def narrow(self, sites: SiteQuerySet) -> SiteQuerySet:
        """`sites` by every filter that is filled and valid."""
        self.is_valid()
        wanted: dict[str, Any] = self.cleaned_data
        if wanted.get("q"):
            sites = sites.filter(
                Q(window_name__icontains=wanted["q"]) | Q(organisation__name__icontains=wanted["q"])
            )
        if wanted.get("district"):
            sites = sites.in_district(wanted["district"].pk)
        exact = {name: wanted[name] for name in ("level", "kind", "stage") if wanted.get(name)}
        return sites.filter(**exact)


class MissingFilter(Form):
    """Search and filters of who is missing; what is wrong is ignored, never an error page."""

    q = forms.CharField(label=_("Whose turn, site or unit"), required=False, max_length=100)
    district = forms.ModelChoiceField(
        label=_("District"), required=False, empty_label=_("all"), queryset=Organisation.objects.districts()
    )
    stage = forms.ChoiceField(label=_("Stage"), required=False, choices=[ALL, *Stage.choices])
    light = forms.ChoiceField(
        label=pgettext_lazy("how close a date is", "Light"), required=False, choices=[ALL, *Light.choices]
    )

    def chosen(self, others_at_most: int | None) -> Chosen:
        """What can be asked of the steps of sites; `keeps` asks again of what is no site's."""
        self.is_valid()
        district: Organisation | None = self.cleaned_data.get("district")
        stage: str = self.cleaned_data.get("stage") or ""
        key = district.pk if district else None
        return Chosen(district=key, stage=stage, others_at_most=others_at_most)

    def keeps(self, row: Missing) -> bool:
        self.is_valid()
        wanted: dict[str, Any] = self.cleaned_data
        words = (wanted.get("q") or "").strip()
        return (
            (not words or any(words in text for text in (row.who, row.about)))
            and (not wanted.get("district") or row.district_key == wanted["district"].pk)
            and (not wanted.get("stage") or row.stage == wanted["stage"])
            and (not wanted.get("light") or row.light == wanted["light"])
        )


class DistrictForm(Form):
    """The district whose list a dossier is made of: any for the city, its own for a district's office."""

    district = forms.ModelChoiceField(
        label=pgettext_lazy("of a dossier", "District"),
        queryset=Organisation.objects.none(),
        empty_label=None,
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        districts = Organisation.objects.districts()
        if not sees_city(user):
            districts = districts.filter(pk=user.district_id or 0)
        choose_from(self, "district", districts)


class SearchForm(Form):
    """What to look for, in all kinds this person can search or in one of them."""

    q = forms.CharField(
        label=_("Search for"),
        error_messages={"required": _("Type a name, a number or a code; two characters are enough.")},
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "maxlength": 300}),
    )
    kind = forms.ChoiceField(label=_("In"), required=False)

    def __init__(self, data: Any, *, kinds: Sequence[SearchKind[User]]) -> None:
        super().__init__(data)
        self.kinds = kinds
        choices = [("", _("everything")), *((kind.key, kind.label) for kind in kinds)]
        offer(self, "kind", choices)

    def clean_q(self) -> Query:
        return Query.of(self.cleaned_data["q"], shortest=SHORTEST)

    def kind_asked(self) -> SearchKind[User] | None:
        """The one kind that was chosen; None for all."""
        return next((kind for kind in self.kinds if kind.key == self.cleaned_data["kind"]), None)

    def refuse_if_short(self) -> None:
        """Called where nothing was found: of one character only a whole code is looked for."""
        if self.cleaned_data["q"].is_short:
            self.add_error("q", _("Type at least two characters; one alone is only found as a whole code."))
