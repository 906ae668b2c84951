"""What the office says that people's words mean."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.changes import ChangeForm
from publicity.models import SearchWord
from publicity.services import search_words
from publicity.website_columns import column_choices


class SearchWordForm(ChangeForm):
    """A word people type; what it is called here, or the page that answers it."""

    asked = forms.CharField(
        label=_("What people type"),
        max_length=30,
        help_text=_("For example 车管所, or initials such as cgs."),
    )
    meant = forms.CharField(
        label=_("What it is called here"),
        max_length=30,
        required=False,
        help_text=_("For example 车辆管理所: the search looks for this as well."),
    )
    page = forms.ChoiceField(
        label=_("Page it leads to"),
        required=False,
        choices=lambda: [("", _("none")), *column_choices()],
        help_text=_("It stands above everything else that is found."),
    )

    def __init__(self, *args: Any, word: SearchWord | None = None, **kwargs: Any) -> None:
        """`word` is the one to be changed; None for a new one."""
        self.word = self.record = word
        if word:
            kwargs["initial"] = {name: getattr(word, name) for name in ("asked", "meant", "page")}
        super().__init__(*args, **kwargs)

    def save(self, *, by: User) -> SearchWord:
        return search_words.keep(word=self.word, **self.cleaned_data, by=by)
