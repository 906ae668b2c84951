"""What is searched for, and in which kind of things."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Form
from core.search import Query, SearchKind
from publicity.search import PUBLISHED


class ItemFilter(Form):
    """Words that items of a standard hold; what is too long narrows nothing."""

    q = forms.CharField(
        label=_("Search in this standard"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )

    def words(self) -> list[str]:
        """In small letters."""
        self.is_valid()
        asked: str = self.cleaned_data.get("q") or ""
        return asked.lower().split()


class SearchForm(Form):
    q = forms.CharField(
        label=_("Search for"),
        max_length=60,
        error_messages={
            "required": _("Type what you look for; two characters are enough."),
            "max_length": _("Search for a few words: at most 60 characters."),
        },
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    kind = forms.ChoiceField(
        label=_("In"),
        required=False,
        choices=[("", _("everything")), *((kind.key, kind.label) for kind in PUBLISHED)],
    )

    def clean_q(self) -> Query:
        return Query(self.cleaned_data["q"])

    def kind_asked(self) -> SearchKind[None] | None:
        """The one kind that was chosen; None for all."""
        return next((kind for kind in PUBLISHED if kind.key == self.cleaned_data["kind"]), None)
