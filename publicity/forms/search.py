"""What is searched for, and in which kind of things."""

from django import forms
from django.utils.translation import gettext_lazy as _

from publicity.search import SOURCES, Source, words_of


class SearchForm(forms.Form):
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
        choices=[("", _("everything")), *((source.key, source.label) for source in SOURCES)],
    )

    def words(self) -> list[str]:
        return words_of(self.cleaned_data["q"])

    def source(self) -> Source | None:
        """The one kind that was chosen; None for all."""
        return next((source for source in SOURCES if source.key == self.cleaned_data["kind"]), None)
