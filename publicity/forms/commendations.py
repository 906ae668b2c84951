"""A commendation: its words, who is on its list, and the leading group's decision."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.enums import ResolutionKind
from accounts.forms.resolutions import ask_for_resolution
from accounts.models import Organisation, User
from core.changes import ChangeForm
from core.forms import DateInput, Form, choose_from
from publicity.models import Commendation, CommendationLine
from publicity.services import commendations as services
from sites.models import Programme, Site

TITLE = "关于表彰政务公开示范点建设先进集体和先进个人的决定"


class CommendationForm(ChangeForm):
    """What the decision is called, and what it rests on."""

    title = forms.CharField(
        label=_("Title"), max_length=100, help_text=_("As it stands on the paper, without who decides.")
    )
    grounds = forms.CharField(
        label=_("What was achieved"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One or two sentences on what was achieved; the decision begins with them."),
    )

    def __init__(
        self, *args: Any, programme: Programme, commendation: Commendation | None = None, **kwargs: Any
    ) -> None:
        """`commendation` is the one to be changed; None for a new one."""
        self.programme, self.commendation, self.record = programme, commendation, commendation
        kwargs["initial"] = {"title": TITLE}
        if commendation:
            kwargs["initial"] = {"title": commendation.title, "grounds": commendation.grounds}
        super().__init__(*args, **kwargs)

    def save(self, *, by: User) -> None:
        """Begin it, or change its words; `saved` is the commendation."""
        if self.commendation:
            services.revise(commendation=self.commendation, by=by, **self.cleaned_data)
        self.saved = self.commendation or services.draft(programme=self.programme, by=by, **self.cleaned_data)


class LineForm(ChangeForm):
    """Who is commended, and what for."""

    reason = forms.CharField(
        label=_("What they did"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Published with the list."),
    )

    def __init__(
        self,
        *args: Any,
        commendation: Commendation,
        line: CommendationLine | None = None,
        by: User,
        **kwargs: Any,
    ) -> None:
        """`line` is the one to be changed; None for a new one."""
        self.commendation, self.line, self.record = commendation, line, line
        if line:
            stored = {name: getattr(line, name) for name in self.base_fields}
            kwargs["initial"] = {name: getattr(value, "pk", value) for name, value in stored.items()}
        super().__init__(*args, **kwargs)
        self.by = by

    def save(self, *, by: User) -> None:
        services.write_line(commendation=self.commendation, line=self.line, words=self.cleaned_data, by=by)


class SiteLineForm(LineForm):
    site = forms.ModelChoiceField(
        label=_("Site"),
        queryset=Site.objects.none(),
        help_text=_("Named sites that are not warned."),
    )
    field_order = ("site", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, "site", services.sites_to_commend(self.commendation.programme_id, self.by))


class BodyLineForm(LineForm):
    organisation = forms.ModelChoiceField(
        label=_("Organisation"),
        queryset=Organisation.objects.none(),
        help_text=_("Bodies without a demonstration site: whoever has one is commended by it."),
    )
    field_order = ("organisation", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, "organisation", services.bodies_to_commend(self.commendation.programme_id))


class PersonLineForm(LineForm):
    personal = {"person": "publicity.CommendationLine.person"}

    organisation = forms.ModelChoiceField(
        label=_("Where the person works"), queryset=Organisation.objects.none()
    )
    person = forms.CharField(label=pgettext_lazy("of a person", "Name"), max_length=40)
    post = forms.CharField(label=_("Post"), max_length=60)
    consented_on = forms.DateField(
        label=_("Agreed to be named on"),
        widget=DateInput,
        help_text=_("The list is public: nobody is put on it without having agreed."),
    )
    consent = forms.CharField(
        label=_("How the person agreed"),
        max_length=100,
        help_text=_("For example: signed form, kept by the office."),
    )
    field_order = ("organisation", "person", "post", "reason", "consented_on", "consent")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, "organisation", services.homes_of_people(self.commendation.programme_id, self.by))


# By what their address is called.
LINE_FORMS: Mapping[str, type[LineForm]] = {
    "site": SiteLineForm,
    "organisation": BodyLineForm,
    "person": PersonLineForm,
}


def form_of(line: CommendationLine) -> type[LineForm]:
    """The form by which this line is changed."""
    return LINE_FORMS["site" if line.site_id else "person" if line.person else "organisation"]


class CommendForm(Form):
    """The leading group's decision names what it rests on."""

    def __init__(self, *args: Any, commendation: Commendation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        back = commendation.get_absolute_url()
        ask_for_resolution(self, ResolutionKind.COMMENDATION, commendation.programme_id, back=back)
