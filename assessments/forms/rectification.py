"""Findings and the answers to them."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sites.enums import Stage
from sites.models.sites import SiteQuerySet

from .base import MultipleFileField, TextForm


class AnswerForm(TextForm):
    """The unit's answer to a finding, with files where there are any."""

    files = MultipleFileField(label=_("Files"), required=False)  # type: ignore[assignment]  # as above

    def __init__(self, *args: Any, limits: str, **kwargs: Any) -> None:
        super().__init__(*args, label=_("What has been done"), **kwargs)
        self.fields["files"].help_text = limits


class RectificationFilter(forms.Form):
    """Which sites of the rectification list are shown."""

    SHOW = (
        ("", _("in rectification")),
        ("answered", _("with answers to look at")),
        ("overdue", _("overdue")),
        ("closed", _("closed")),
    )
    show = forms.ChoiceField(label=_("Show"), choices=SHOW, required=False)
    q = forms.CharField(label=_("Site or unit"), required=False, max_length=60)

    def narrow(self, sites: SiteQuerySet) -> SiteQuerySet:
        """`sites` come with their counts (queries.sites_with_findings); a bad filter filters nothing."""
        wanted = self.cleaned_data if self.is_valid() else {}
        if text := wanted.get("q"):
            sites = sites.filter(Q(window_name__icontains=text) | Q(organisation__name__icontains=text))
        show = wanted.get("show", "")
        if show == "closed":
            return sites.exclude(stage=Stage.RECTIFYING)
        sites = sites.filter(stage=Stage.RECTIFYING)
        return sites.filter(**{f"{show}__gt": 0}) if show else sites
