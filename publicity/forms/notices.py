"""Public notices at the desk."""

import datetime
from typing import Any, cast

from django import forms
from django.core.validators import RegexValidator
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.forms import Form, RecordsField, choose_from
from documents.papers import OFFICE
from publicity.enums import OutletKind
from publicity.models import Notice
from publicity.services import notices
from sites.calendar import Deadline, days_after, today
from sites.enums import Stage
from sites.models import Programme, Site
from standards.enums import Kind


class PeriodForm(Form):
    """Days of a unit from a day on. They are taken only with the end that was counted and seen beforehand.

    A subclass has the field `length` with its first length.
    """

    seen_end = forms.DateField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, start: datetime.date, unit: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.start, self.unit = start, unit

    @cached_property
    def period(self) -> Deadline:
        """How the length stands counted: the one typed where it is a possible one, else the first."""
        typed = self.data.get("length", "") if self.is_bound else ""
        length = int(typed) if typed.isascii() and typed.isdigit() else 0
        possible = 0 < length <= notices.LONGEST
        return days_after(self.start, length if possible else self["length"].initial, self.unit)

    def get_initial_for_field(self, field: forms.Field, field_name: str) -> Any:
        if field_name == "seen_end":
            return self.period.end.isoformat()
        return super().get_initial_for_field(field, field_name)

    def clean(self) -> None:
        """Another length than the one shown has another end: it is shown before anything is published."""
        super().clean()
        end: datetime.date = self.period.end
        if "length" in self.cleaned_data and self.cleaned_data.get("seen_end") != end:
            shown = cast("QueryDict", self.data).copy()
            shown["seen_end"] = end.isoformat()
            self.data = shown
            self.add_error(
                "length",
                forms.ValidationError(
                    _("The notice would run to the end of %(end)s. If that is right, send it once more."),
                    params={"end": date_format(end)},
                ),
            )


class AnnounceForm(PeriodForm):
    """A notice over accepted sites."""

    sites = RecordsField(
        label=_("Accepted sites"),
        queryset=Site.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one accepted site.")},
    )
    title = forms.CharField(label=_("Title"), max_length=200)
    grounds = forms.CharField(
        label=_("Grounds"),
        help_text=_("Stands in the notice and in the decision; a clause without its end mark, in Chinese."),
        widget=forms.Textarea(attrs={"rows": 3}),
        initial=notices.GROUNDS,
    )
    length = forms.IntegerField(min_value=notices.SHORTEST, max_value=notices.LONGEST)
    office = forms.CharField(label=_("Objections are received by"), max_length=100, initial=OFFICE)
    address = forms.CharField(label=_("Address"), max_length=200, initial="乌海市海勃湾区（示例地址）")
    postcode = forms.CharField(
        label=_("Postcode"),
        max_length=6,
        initial="016000",
        validators=[RegexValidator(r"^[0-9]{6}$", _("A postcode has six digits."))],
    )
    telephone = forms.CharField(label=_("Telephone"), max_length=40, initial="0473-0000000（示例）")
    hours = forms.CharField(label=_("Hours"), max_length=100, initial="工作日8:30—12:00，14:30—18:00")
    made_known = forms.MultipleChoiceField(
        label=_("Made known at the same time"),
        required=False,
        choices=[(kind, OutletKind(kind).label) for kind in OutletKind.PROMISED],
        initial=notices.USUAL_FORMS,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Beside this website. The notice says so; record it here once it was done."),
    )

    def __init__(self, *args: Any, programme: Programme, by: User, **kwargs: Any) -> None:
        rulebook = programme.rulebook_used
        super().__init__(*args, start=today(), unit=rulebook.notice_unit, **kwargs)
        self.accepted = Site.objects.visible_to(by).filter(programme=programme, stage=Stage.ACCEPTED)
        kinds = set(self.accepted.values_list("kind", flat=True))
        self.fields["title"].initial = notices.usual_title(programme, kinds or Kind.values)
        choose_from(self, "sites", self.accepted.select_related("organisation", "programme"))
        self.fields["length"].initial = rulebook.notice_days
        self.fields["length"].label = capfirst(rulebook.get_notice_unit_display())

    def save(self, *, by: User) -> None:
        """Leaves the secrecy review that was asked for as `review`."""
        values, sites = self.cleaned_data, list(self.cleaned_data["sites"])
        contact = {name: values[name] for name in ("office", "address", "postcode", "telephone", "hours")}
        self.review = notices.prepare(
            programme=sites[0].programme,
            sites=sites,
            title=values["title"],
            grounds=values["grounds"],
            contact=notices.Contact(**contact),
            length=values["length"],
            forms=values["made_known"],
            by=by,
        )


class ExtendForm(PeriodForm):
    """More days for a running notice; never fewer."""

    length = forms.IntegerField(min_value=1, max_value=notices.LONGEST, initial=notices.SHORTEST)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        help_text=_("Stands on the public page and in the paper; a clause without its end mark, in Chinese."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, notice: Notice, **kwargs: Any) -> None:
        # Its reason stands on one page with that of the withdrawal.
        super().__init__(*args, start=notice.ends_on, unit=notice.unit, auto_id="extend_%s", **kwargs)
        self.notice = notice
        added = _("%(days)s added") % {"days": notice.get_unit_display()}
        self.fields["length"].label = capfirst(added)

    def values(self) -> dict[str, Any]:
        """What is proposed, as JSON."""
        return {
            "counted_from": self.start.isoformat(),
            "length": self.cleaned_data["length"],
            "reason": self.cleaned_data["reason"],
        }
