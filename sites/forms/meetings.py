"""Meetings of the leading group, what is put before it, and what it says."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.enums import ResolutionKind, Role, SlipAnswer
from accounts.models import Meeting, MeetingMember, Resolution, Slip, User
from accounts.services.meetings import Item, Outcome
from core import uploads
from core.changes import ChangeForm
from core.forms import DateInput, Form, RecordsField, choose_from
from core.upload_fields import UploadField
from sites.calendar import today

AGREED, REFUSED = "agreed", "refused"
# What an item is called unless somebody finds better words; it stands in the minutes, which are Chinese.
TITLES = {
    ResolutionKind.DESIGNATION: "初步确定建设市级示范点的单位和部门",
    ResolutionKind.DETERMINATION: "审定上报的示范点名单",
    ResolutionKind.ACCEPTANCE: "审定示范点验收结果",
    ResolutionKind.NAMING: "命名示范点",
    ResolutionKind.COMMENDATION: "表彰先进集体和先进个人",
    ResolutionKind.WARNING: "对示范点予以警告",
    ResolutionKind.RESTORATION: "解除对示范点的警告",
    ResolutionKind.REVOCATION: "撤销示范点命名",
    ResolutionKind.RULES: "发布建设标准、考评办法",
}


class MeetingForm(ChangeForm):
    """When and where the leading group meets, and who is invited; a new meeting, or one to be held."""

    personal = {"guests": "accounts.Meeting.guests"}

    on = forms.DateField(label=_("Date"), widget=DateInput())
    place = forms.CharField(label=_("Place"), max_length=100)
    chair = forms.ModelChoiceField(label=_("Chair"), queryset=User.objects.none())
    members = RecordsField(
        label=_("Members invited"), queryset=User.objects.none(), widget=forms.CheckboxSelectMultiple
    )
    guests = forms.CharField(
        label=_("Also attending"), max_length=300, required=False, help_text=_("Names and units.")
    )

    def __init__(self, *args: Any, meeting: Meeting | None = None, campaign: int, **kwargs: Any) -> None:
        self.record = meeting
        people = members_of_leading_group()
        if meeting:
            facts = ("on", "place", "chair", "guests")
            kwargs["initial"] = {name: getattr(meeting, name) for name in facts}
            kwargs["initial"]["members"] = [one.member_id for one in meeting.members.all()]
        else:
            kwargs["initial"] = _as_last_time(campaign) | {"members": [person.pk for person in people]}
        super().__init__(*args, **kwargs)
        choose_from(self, "chair", people)
        choose_from(self, "members", people)


class ItemForm(Form):
    """What is put before the leading group."""

    kind = forms.ChoiceField(label=_("What it is about"), choices=ResolutionKind.choices)
    title = forms.CharField(label=_("Matter"), max_length=200)
    text = forms.CharField(
        label=_("What is proposed"),
        max_length=2000,
        required=False,
        help_text=_("The members read it before they decide."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    @property
    def item(self) -> Item:
        given = self.cleaned_data
        return Item(ResolutionKind(given["kind"]), given["title"], given.get("text", ""))


class CirculateForm(ItemForm):
    """An item that goes round the members instead of being put on an agenda."""

    members = RecordsField(
        label=_("Members asked"), queryset=User.objects.none(), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = members_of_leading_group()
        choose_from(self, "members", people)
        self.fields["members"].initial = [person.pk for person in people]


class NoteForm(ItemForm):
    """What a meeting decided, put on record in one go."""

    text = None  # type: ignore[assignment]  # Django's own way to leave a field out
    on = forms.DateField(label=_("Decided at the meeting of"), widget=DateInput())
    place = forms.CharField(label=_("Place"), max_length=100)
    chair = forms.ModelChoiceField(label=_("Chair"), queryset=User.objects.none())
    present = RecordsField(
        label=_("Members present"),
        queryset=User.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("The chair among them. What a meeting of this day has on record already stays as it is."),
    )
    field_order = ("on", "kind", "title", "place", "chair", "present")

    def __init__(self, *args: Any, kind: str, campaign: int, **kwargs: Any) -> None:
        known = ResolutionKind(kind) if kind in ResolutionKind.values else ResolutionKind.OTHER
        people = members_of_leading_group()
        start = {"kind": known, "title": TITLES.get(known, ""), "on": today(), "present": people}
        kwargs["initial"] = start | _as_last_time(campaign)
        super().__init__(*args, **kwargs)
        choose_from(self, "chair", people)
        choose_from(self, "present", people)


class RecordForm(Form):
    """What became of a meeting: who was there, and what was decided of each item."""

    present = RecordsField(
        label=_("Members present"), queryset=User.objects.none(), widget=forms.CheckboxSelectMultiple
    )
    remarks = forms.CharField(
        label=_("What else was said"),
        max_length=4000,
        required=False,
        help_text=_("It stands in the minutes."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        invited = MeetingMember.objects.filter(meeting=meeting).values("member")
        choose_from(self, "present", User.objects.filter(pk__in=invited).order_by("pk"))
        self.items: Sequence[Resolution] = list(meeting.items.open().order_by("pk"))
        for item in self.items:
            self.fields[f"answer_{item.pk}"] = forms.ChoiceField(
                label=item.title,
                choices=((AGREED, _("agreed to")), (REFUSED, _("not agreed to"))),
                widget=forms.RadioSelect,
            )
            self.fields[f"text_{item.pk}"] = forms.CharField(
                label=_("What was decided of it"),
                max_length=2000,
                required=False,
                help_text=_("Needed where it was not agreed to."),
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    @property
    def outcomes(self) -> dict[int, Outcome]:
        given = self.cleaned_data
        return {
            item.pk: Outcome(given[f"answer_{item.pk}"] == AGREED, given[f"text_{item.pk}"])
            for item in self.items
        }


class SlipForm(Form):
    """A member's own answer to what goes round."""

    slip = forms.ModelChoiceField(label=_("Member"), queryset=Slip.objects.none(), empty_label=None)
    says = forms.ChoiceField(
        label=_("What the member says"), choices=SlipAnswer.choices, widget=forms.RadioSelect
    )
    text = forms.CharField(
        label=_("Remark"),
        max_length=1000,
        required=False,
        help_text=_("Needed for an objection."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, slips: "QuerySet[Slip]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, "slip", slips.select_related("member"), label=lambda slip: str(slip.member))
        only = slips[:2]
        if len(only) == 1:
            self.fields["slip"].widget, self.initial["slip"] = forms.HiddenInput(), only[0].pk

    def clean(self) -> None:
        given = self.cleaned_data
        if given.get("says") == SlipAnswer.OBJECT and not given.get("text"):
            self.add_error("text", _("Say what you object to: the office reads it."))


class PaperSlipForm(SlipForm):
    """The same from the slip a member signed on paper, entered by the office."""

    scan = UploadField(
        purpose=uploads.SLIP,
        label=_("Scan of the signed slip"),
        help_text=_("PDF or a picture (JPEG, PNG, GIF)."),
    )


def members_of_leading_group() -> "QuerySet[User]":
    """Its members with an account, in the order of the accounts."""
    return User.objects.active().filter(role=Role.LEADING_GROUP).order_by("pk")


def _as_last_time(campaign: int) -> dict[str, Any]:
    """Where the last meeting was, and who chaired it."""
    last = Meeting.objects.filter(campaign=campaign).first()
    return {"place": last.place, "chair": last.chair_id} if last else {}
