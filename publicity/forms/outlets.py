"""Where a notice was made known."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import uploads
from core.changes import ChangeForm
from core.forms import DateInput
from core.upload_fields import UploadField
from publicity.enums import OutletKind
from publicity.models import Notice, NoticeOutlet
from publicity.services import outlets

WORDS = ("kind", "on", "medium", "note", "shows")


class OutletForm(ChangeForm):
    """A newspaper, a board … of a day, with a picture that shows it."""

    kind = forms.ChoiceField(label=_("Form of announcement"), choices=OutletKind.choices)
    on = forms.DateField(label=_("Date"), widget=DateInput)
    medium = forms.CharField(
        label=_("Place or name of the medium"),
        max_length=100,
        help_text=_("The newspaper with its page, the channel, where the board stands."),
    )
    note = forms.CharField(
        label=_("Note"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    picture = UploadField(
        purpose=uploads.OUTLET,
        label=_("Picture"),
        required=False,
        help_text=_("A photograph or a scan, JPEG or PNG. It shows nobody who did not agree."),
    )
    shows = forms.CharField(
        label=_("What the picture shows"),
        max_length=100,
        required=False,
        help_text=_("Whoever cannot see the picture is read these words."),
    )

    def __init__(self, *args: Any, notice: Notice, outlet: NoticeOutlet | None, **kwargs: Any) -> None:
        """`outlet` is the one to be corrected; None for a new one."""
        self.notice, self.outlet, self.record = notice, outlet, outlet
        if outlet:
            kwargs["initial"] = {name: getattr(outlet, name) for name in WORDS}
        super().__init__(*args, **kwargs)
        if outlet and outlet.picture:
            self.fields["picture"].label = _("Another picture")

    def save(self, *, by: User) -> None:
        """Record it, or correct what is on record; `saved` is the record."""
        words = {name: self.cleaned_data[name] for name in WORDS}
        values: dict[str, Any] = {"words": words, "picture": self.cleaned_data["picture"], "by": by}
        if self.outlet:
            outlets.correct(outlet=self.outlet, **values)
        self.saved = self.outlet or outlets.record(notice=self.notice, **values)
