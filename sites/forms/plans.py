"""Work plans with their measures, and what is to be changed in one."""

from collections.abc import Iterator, Mapping
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import uploads
from core.forms import DateInput, Form
from core.upload_fields import UploadField
from sites.models import WorkPlan
from sites.models.plans import Owner
from sites.services.measures import PlannedMeasure, Span, check_planned

from .fields import ProseField, TidyField

# Rows that are offered at first, beside what was filed before, and by the button that asks for more.
FIRST_ROWS, SPARE_ROWS, MORE_ROWS = 5, 3, 3
MOST_ROWS = 60
# How the names of the rows' fields begin.
ROWS = "measures"


class MeasureForm(Form):
    """One row: a measure, who carries it out, from when to when."""

    personal = {"person": "sites.Measure.person"}

    text = ProseField(label=gettext_lazy("Measure"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    person = TidyField(label=gettext_lazy("Who is in charge"), max_length=60)
    starts_on = forms.DateField(label=gettext_lazy("Begins on"), widget=DateInput())
    ends_on = forms.DateField(label=gettext_lazy("Ends on"), widget=DateInput())

    def __init__(self, *args: Any, span: Span, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.span = span
        for name, field in self.fields.items():
            wrong = self.is_bound and name in self.errors
            field.widget.attrs["class"] = "form-control is-invalid" if wrong else "form-control"

    def clean(self) -> dict[str, Any]:
        if not self.errors and self.has_changed():
            check_planned(PlannedMeasure(**self.cleaned_data), self.span)
        return self.cleaned_data


class MeasureRows(forms.BaseFormSet[MeasureForm]):
    """The rows of a plan; one that is left wholly empty counts for nothing, wherever it stands."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.extra = len(self.initial or ())

    def initial_form_count(self) -> int:
        return 0

    def clean(self) -> None:
        if not any(self.errors) and not self.planned():
            raise ValidationError(_("Write down at least one measure."))

    def planned(self) -> list[PlannedMeasure]:
        return [PlannedMeasure(**row.cleaned_data) for row in self.forms if row.has_changed()]

    def told(self) -> Iterator[str]:
        """Every error with a link to its field, for the summary of the form around."""
        yield from map(str, self.non_form_errors())
        for number, row in enumerate(self.forms, start=1):
            for name, errors in row.errors.items():
                field = row[name]
                for error in errors:
                    words = _("Measure %(n)d, %(field)s: %(error)s") % {
                        "n": number,
                        "field": field.label,
                        "error": error,
                    }
                    yield format_html('<a href="#{}">{}</a>', field.id_for_label, words)


_ROWS = cast(
    "type[MeasureRows]",
    forms.formset_factory(
        MeasureForm, formset=MeasureRows, max_num=MOST_ROWS, absolute_max=MOST_ROWS, validate_max=True
    ),
)


class PlanForm(Form):
    """A new version of a work plan; `measures` are its rows."""

    working_body = TidyField(
        label=gettext_lazy("Working body"),
        max_length=100,
        help_text=gettext_lazy("Who in the unit is in charge of building the site."),
    )
    goals = ProseField(
        label=gettext_lazy("Goals"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("What is to be reached, and until when."),
    )
    text = ProseField(
        label=gettext_lazy("Further text"),
        max_length=20000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("Whatever else belongs to the plan; leave it empty if the plan is attached."),
    )
    file = UploadField(
        purpose=uploads.WORK_PLAN,
        label=gettext_lazy("Attachment"),
        required=False,
        help_text=gettext_lazy("PDF, picture or office document, at most 20 MB."),
    )
    keep_file = forms.BooleanField(label=gettext_lazy("Keep the attachment filed last"), required=False)

    def __init__(
        self,
        *args: Any,
        span: Span,
        last: WorkPlan | None,
        rows: list[Mapping[str, Any]] | None = None,
        **kwargs: Any,
    ) -> None:
        """`last` is the version filed last; `rows` begin the measures of a form that is not sent yet."""
        super().__init__(*args, **kwargs)
        if last and last.file:
            self.fields["keep_file"].help_text = _("%(file)s, unless you choose another file above.") % {
                "file": last.file_name
            }
        else:
            del self.fields["keep_file"]
        self.measures: MeasureRows = _ROWS(
            self.data if self.is_bound else None, prefix=ROWS, initial=rows, form_kwargs={"span": span}
        )

    @classmethod
    def beginning(cls, owner: Owner, last: WorkPlan | None, span: Span) -> "PlanForm":
        """A form that starts from what was filed last."""
        measures = last.measures.all() if last else []
        rows: list[Mapping[str, Any]] = [
            {name: getattr(measure, name) for name in MeasureForm.base_fields} for measure in measures
        ]
        spare = SPARE_ROWS if rows else FIRST_ROWS
        start = {"goals": last.goals, "text": last.text, "keep_file": True} if last else {}
        start["working_body"] = owner.working_body
        return cls(initial=start, rows=[*rows, *({} for _n in range(spare))], last=last, span=span)

    @classmethod
    def as_typed(
        cls, typed: Mapping[str, Any], last: WorkPlan | None, span: Span, *, more_rows: int = 0
    ) -> "PlanForm":
        """The form as it was typed, not judged; browsers let go of a file that was chosen."""
        count = typed.get(f"{ROWS}-TOTAL_FORMS", "")
        rows = (
            min(int(count) if count.isascii() and count.isdigit() else 0, MOST_ROWS - more_rows) + more_rows
        )
        return cls(
            initial={name: typed.get(name) for name in cls.base_fields},
            rows=[
                {name: typed.get(f"{ROWS}-{row}-{name}", "") for name in MeasureForm.base_fields}
                for row in range(rows)
            ],
            last=last,
            span=span,
        )

    def clean(self) -> dict[str, Any]:
        if not self.measures.is_valid():
            raise ValidationError(list(self.measures.told()))
        return self.cleaned_data


class RemarksForm(Form):
    """What is to be changed in a plan that goes back."""

    remarks = ProseField(
        label=gettext_lazy("What is to be changed"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Those who wrote it read this and mend it."),
    )
