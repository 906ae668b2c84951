"""Letters that are put on record."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.forms import DateInput, Form, choose_from
from publicity.enums import LetterKind
from publicity.models import LoggedLetter, Notice
from publicity.services import letters
from sites.calendar import today
from sites.models import Programme, Site


class NoticeField(forms.ModelChoiceField[Notice]):
    """With the number of its paper, by which the office knows a notice."""

    def label_from_instance(self, obj: Notice) -> str:
        paper = obj.document
        return f"{paper.full_number}{paper.void_mark} {obj}" if paper else str(obj)


class LetterForm(Form):
    """A late or anonymous letter, and what was done about it."""

    notice = NoticeField(label=_("Notice"), queryset=Notice.objects.none(), empty_label=_("choose a notice"))
    site = forms.ModelChoiceField(
        label=_("Site"),
        queryset=Site.objects.none(),
        required=False,
        empty_label=_("about no site in particular"),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=LetterKind.choices, widget=forms.RadioSelect)
    received_on = forms.DateField(label=_("Received on"), widget=DateInput(), initial=today)
    text = forms.CharField(
        label=_("What the letter says"),
        max_length=2000,
        help_text=_("In substance; without names and telephone numbers."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    dealt_with = forms.CharField(
        label=_("How it was dealt with"),
        max_length=300,
        help_text=_("For example: handed on as a complaint, answered on 20 May."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, programme: Programme | None, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here = Notice.objects.visible_to(by).filter(programme=programme)
        noticed = Site.objects.visible_to(by).filter(notice_entries__notice__in=here).distinct()
        choose_from(self, "notice", here.select_related("document"))
        choose_from(self, "site", noticed.select_related("organisation"))

    def save(self, *, by: User) -> LoggedLetter:
        values = self.cleaned_data | {"kind": LetterKind(self.cleaned_data["kind"])}
        return letters.log_letter(**values, by=by)
