"""The programme: its facts, the dates of its phases, a new one made from it, a phase prolonged."""

import datetime
from collections.abc import Collection, Sequence
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.safestring import mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.enums import ResolutionKind
from accounts.forms.resolutions import ask_for_resolution
from accounts.models import User
from core.changes import ChangeForm
from core.forms import DateInput, Form, MonthInput, RecordsField, choose_from, offer
from sites import services
from sites.calendar import Deadline, today, working_days_after
from sites.endings import Ending, endings_of
from sites.enums import Becomes, Leftover
from sites.forms.fields import ProseField, TidyField
from sites.leftovers import Left
from sites.models import DesignatedUnit, Extension, Phase, Programme
from sites.schedule import PlannedPhase, months_between, months_later, moved, planned
from sites.services.programmes import PLANNED, QUOTAS
from standards.enums import Kind, VersionState
from standards.models import Rulebook, Standard

# A programme is moved by ten years at most: beyond lies a slip of the pen.
FURTHEST = 120  # months
A_YEAR = 12


class PhasesForm(ChangeForm):
    """Name, dates and tasks of each phase, the fields numbered as the phases are."""

    def __init__(self, *args: Any, phases: Sequence[PlannedPhase], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.phases = phases
        for phase in phases:
            self.fields |= _phase_fields(phase)

    @property
    def planned(self) -> list[PlannedPhase]:
        """The phases as they were entered."""
        return [
            PlannedPhase(
                ordinal=phase.ordinal,
                **{name: self.cleaned_data[f"{name}_{phase.ordinal}"] for name in PLANNED},
            )
            for phase in self.phases
        ]


def _phase_fields(phase: PlannedPhase) -> dict[str, forms.Field]:
    n = phase.ordinal
    return {
        f"name_{n}": TidyField(
            label=gettext("Phase %(n)d: name") % {"n": n}, max_length=40, initial=phase.name
        ),
        f"starts_on_{n}": forms.DateField(
            label=gettext("Phase %(n)d: first day") % {"n": n}, widget=DateInput(), initial=phase.starts_on
        ),
        f"ends_on_{n}": forms.DateField(
            label=gettext("Phase %(n)d: last day") % {"n": n}, widget=DateInput(), initial=phase.ends_on
        ),
        f"tasks_{n}": ProseField(
            label=gettext("Phase %(n)d: the plan's words") % {"n": n},
            max_length=2000,
            initial=phase.tasks,
            widget=forms.Textarea(attrs={"rows": 4}),
        ),
    }


class ProgrammeForm(ChangeForm):
    """What the plan fixes, its text, and the versions it is assessed by."""

    FACTS = (
        "title",
        "document_number",
        "notice_title",
        "issuer",
        "addressees",
        "issued_on",
        *QUOTAS,
        "districts_determine",
        "text",
    )

    title = ProseField(label=_("Title"), max_length=100)
    document_number = TidyField(label=_("Document number"), max_length=40)
    notice_title = ProseField(label=_("Title of the covering notice"), max_length=200)
    issuer = ProseField(label=_("Issuing office"), max_length=100)
    addressees = ProseField(label=_("Addressed to"), max_length=200)
    issued_on = forms.DateField(label=_("Issued on"), widget=DateInput())
    district_minimum = forms.IntegerField(label=_("Sites per district, at least"), min_value=1, max_value=50)
    district_maximum = forms.IntegerField(label=_("Sites per district, at most"), min_value=1, max_value=50)
    designated_quota = forms.IntegerField(label=_("Windows per designated unit"), min_value=1, max_value=20)
    districts_determine = forms.BooleanField(
        label=_("Districts determine their sites"),
        required=False,
        help_text=_(
            "The head of a district's office determines its list before it is filed, and the office confirms "
            "what its sites have rectified before the city's office does. If not, a district files its list "
            "as it is."
        ),
    )
    text = ProseField(
        label=_("Full text"),
        required=False,
        max_length=100_000,
        help_text=_("As the plan was issued. It can be entered later; until then the public page says so."),
        widget=forms.Textarea(attrs={"rows": 12}),
    )
    rulebook = forms.ModelChoiceField(
        Rulebook.objects.exclude(state=VersionState.DRAFT),
        label=_("Rulebook"),
        empty_label=None,
        help_text=_("The next rounds are opened with it; rounds that are open keep theirs."),
    )

    def __init__(self, *args: Any, locked: Collection[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        usable = Standard.objects.exclude(state=VersionState.DRAFT)
        for kind in Kind:
            self.fields[f"standard_{kind}"] = forms.ModelChoiceField(
                usable.filter(kind=kind),
                label=gettext("Standard: %(kind)s") % {"kind": kind.label},
                empty_label=None,
            )
        for name in locked:
            self.fields[name].disabled = True
            self.fields[name].help_text = _("Fixed by now: the programme has begun or a list is filed.")

    @staticmethod
    def initial_of(programme: Programme) -> dict[str, Any]:
        facts = {name: getattr(programme, name) for name in ProgrammeForm.FACTS}
        versions = {f"standard_{standard.kind}": standard for standard in programme.standards.all()}
        return {**facts, **versions, "rulebook": programme.rulebook}

    @property
    def entered(self) -> dict[str, Any]:
        """What the services ask for."""
        values = self.cleaned_data
        return {
            "facts": {name: values[name] for name in self.FACTS},
            "standards": [values[f"standard_{kind}"] for kind in Kind],
            "rulebook": values["rulebook"],
        }


class NewProgrammeForm(PhasesForm, ProgrammeForm):
    """Everything of a new programme on one page, filled from an earlier one; its text alone is new."""

    lock = mark_safe("")  # it changes nothing that exists

    units = RecordsField(
        DesignatedUnit.objects.none(),
        label=_("Designated units"),
        required=False,
        help_text=_("Those ticked name a window each in the new programme too."),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, source: Programme, **kwargs: Any) -> None:
        self.source = source
        in_force = {f"standard_{each.kind}": each for each in Standard.objects.published()}
        initial = {
            **ProgrammeForm.initial_of(source),
            **in_force,
            "rulebook": Rulebook.objects.published().first(),
            "document_number": "",
            "issued_on": today(),
            "text": "",
            "units": source.designated_units.all(),
        }
        super().__init__(*args, initial=initial, **kwargs)
        choose_from(self, "units", source.designated_units.all())
        dated = [name for phase in self.phases for name in _phase_fields(phase)]
        self.order_fields([*(name for name in self.FACTS if name != "text"), *dated])

    def save(self, *, by: User) -> None:
        self.made = services.new_programme(
            source=self.source,
            phases=self.planned,
            units=list(self.cleaned_data["units"]),
            by=by,
            **self.entered,
        )


class DesignationForm(Form):
    """By which resolution of the leading group the units are designated."""

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        back = reverse("sites:programme_designate", args=[programme.pk])
        ask_for_resolution(self, ResolutionKind.DESIGNATION, programme.pk, back=back)


class ShiftForm(Form):
    """Into which month an old programme's first phase moves for a new one; a year on unless one is said."""

    begins = forms.DateField(
        label=_("Month in which it begins"),
        input_formats=[MonthInput.FORMAT],
        widget=MonthInput(),
        error_messages={"invalid": _("Write the year and the month, as in 2009-01.")},
    )

    def __init__(self, *args: Any, source: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.phases = planned(source)
        self.first = min(phase.starts_on for phase in self.phases)
        self.fields["begins"].initial = months_later(self.first, A_YEAR)

    def clean_begins(self) -> datetime.date:
        begins: datetime.date = self.cleaned_data["begins"]
        if abs(months_between(self.first, begins)) > FURTHEST:
            raise forms.ValidationError(_("A programme is moved by ten years at most."))
        return begins

    @property
    def moved(self) -> list[PlannedPhase]:
        """The phases as asked for; a year later while nothing usable is."""
        asked = self.is_valid()
        return moved(
            self.phases, months_between(self.first, self.cleaned_data["begins"]) if asked else A_YEAR
        )


class RunForm(Form):
    """What becomes of each kind of open steps of the programme that ran until now."""

    def __init__(self, *args: Any, left: Sequence[Left], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = [each for each in left if each.may_close]
        for each in self.asked:
            self.fields |= _fields_of(each)

    def clean(self) -> None:
        super().clean()
        for each in self.asked:
            is_closed = self.cleaned_data.get(f"becomes_{each.kind}") == Becomes.CLOSED
            if is_closed and not self.cleaned_data.get(f"reason_{each.kind}", "").strip():
                self.add_error(f"reason_{each.kind}", _("What is closed needs a reason."))

    @property
    def decided(self) -> dict[str, services.Decided]:
        values = self.cleaned_data
        return {
            each.kind: services.Decided(
                Becomes(values[f"becomes_{each.kind}"]), values[f"reason_{each.kind}"]
            )
            for each in self.asked
        }


def _fields_of(left: Left) -> dict[str, forms.Field]:
    """Of what can only be closed the answer is given, and the reason asked."""
    ends = left.kind in Leftover.ENDING
    choices = [(each.value, each.label) for each in Becomes if each == Becomes.CLOSED or not ends]
    return {
        f"becomes_{left.kind}": forms.ChoiceField(
            label=gettext("What becomes of it: %(what)s (%(n)d)") % {"what": left.called, "n": left.count},
            choices=choices,
            initial=Becomes.CLOSED if ends else None,
            widget=forms.RadioSelect,
            error_messages={"required": _("Say what becomes of it.")},
        ),
        f"reason_{left.kind}": ProseField(
            label=gettext("Reason, where it is closed: %(what)s") % {"what": left.called},
            required=False,
            max_length=300,
            help_text=_("Those concerned are told."),
            widget=forms.Textarea(attrs={"rows": 2}),
        ),
    }


class ExtensionForm(Form):
    """A later end of a phase, by date or in working days; why, and who asked for it."""

    new_end = forms.DateField(label=_("New last day"), required=False, widget=DateInput())
    working_days = forms.IntegerField(
        label=_("or so many working days more"),
        required=False,
        min_value=1,
        max_value=250,
        help_text=_("Counted from the last day there is now; the day reached is shown before it is decided."),
    )
    asked_by = ProseField(
        label=_("Asked for by"), max_length=100, help_text=_("An office or a unit. The public page shows it.")
    )
    reason = ProseField(
        label=_("Reason"),
        max_length=300,
        help_text=_("The public page shows it."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    along = forms.MultipleChoiceField(
        label=_("What is due in this phase, to be moved along to the new last day"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("What ends with the phase is ticked. What is not ticked keeps its day."),
    )
    previous_end = forms.DateField(widget=forms.HiddenInput)
    seen_end = forms.DateField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, phase: Phase, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.phase = phase
        self.fields["previous_end"].initial = phase.last_day
        endings = endings_of(phase, reader)
        offer(self, "along", [(name, _due(one)) for name, one in endings.items()])
        self.fields["along"].initial = [n for n, one in endings.items() if one.due_on == phase.last_day]
        if not endings:
            del self.fields["along"]

    def clean(self) -> None:
        super().clean()
        given = [name for name in ("new_end", "working_days") if self.cleaned_data.get(name)]
        if self.cleaned_data.get("previous_end") != self.phase.last_day:
            self._show("previous_end", self.phase.last_day)
            self.add_error(
                "previous_end",
                gettext("Meanwhile this phase was prolonged to %(end)s; look at it again.")
                % {"end": date_format(self.phase.last_day)},
            )
        elif given == ["working_days"]:
            self._count(self.cleaned_data["working_days"])
        elif len(given) != 1 and not {"new_end", "working_days"}.intersection(self.errors):
            self.add_error("new_end", _("Give either the new last day or a number of working days."))

    def _count(self, working_days: int) -> None:
        """The day reached; one that the person has not seen yet is shown before anything is decided."""
        deadline: Deadline = working_days_after(self.phase.last_day, working_days)
        self.cleaned_data["new_end"] = deadline.end
        if self.cleaned_data.get("seen_end") != deadline.end:
            self._show("seen_end", deadline.end)
            question = gettext("The phase would end on %(end)s. If that is right, prolong it once more.")
            self.add_error(
                "working_days", [question % {"end": date_format(deadline.end)}, deadline.explained()]
            )

    def _show(self, name: str, day: datetime.date) -> None:
        """Put into the form what the person sees on it from now on."""
        shown = cast("QueryDict", self.data).copy()
        shown[name] = day.isoformat()
        self.data = shown

    def save(self, *, by: User) -> Extension:
        values = self.cleaned_data
        return services.extend_phase(
            phase=self.phase,
            previous_end=values["previous_end"],
            new_end=values["new_end"],
            working_days=values["working_days"],
            reason=values["reason"],
            asked_by=values["asked_by"],
            along=values.get("along", ()),
            by=by,
        )


def _due(ending: Ending) -> str:
    told = gettext("%(what)s, due %(day)s")
    return told % {"what": ending.called, "day": date_format(ending.due_on)}
