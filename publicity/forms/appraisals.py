"""社会评议: the citizen's answer, and what the office opens, prolongs, makes and enters."""

import time
from collections.abc import Iterable
from typing import Any, TypeAlias, TypedDict, cast

from django import forms
from django.core import signing
from django.db.models import Case, Exists, F, OuterRef, QuerySet, When
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import WithAnnotations

from accounts.models import User
from core.forms import DateInput, Form, RecordsField, choose_from
from publicity.models import Appraisal, AppraisalResponse
from publicity.models.appraisal import MOST_LETTERS, QUESTIONS, STEPS
from publicity.services import appraisals
from sites.calendar import today
from sites.enums import Stage
from sites.models import Programme, Site

from .codes import CodeField

STAMP = "publicity.appraisal.opened"


class AppraisalCodeForm(Form):
    printed = False

    code = CodeField(label=_("Code on your slip"))


class RemarkField(forms.CharField):
    """A citizen's own words; a line's end counts as one letter, as in the browser."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            required=False, max_length=MOST_LETTERS, widget=forms.Textarea(attrs={"rows": 4}), **options
        )

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")


class AppraisalForm(Form):
    """The five questions, the best answer first. It knows, signed, when its page was first drawn."""

    printed = False
    text = RemarkField(label=_("Is there anything else you want to say? (not required)"))
    opened = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, response: AppraisalResponse, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.response = response
        self.questions = [f"question_{number}" for number in range(1, len(QUESTIONS) + 1)]
        for name, words in zip(self.questions, QUESTIONS, strict=True):
            self.fields[name] = forms.TypedChoiceField(
                label=words,
                coerce=int,
                choices=list(enumerate(STEPS))[::-1],
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose one of the four answers.")},
            )
        self.order_fields([*self.questions, "text", "opened"])
        self.fields["opened"].initial = signing.dumps([response.code, time.time()], salt=STAMP)

    @property
    def asked(self) -> Iterable[forms.BoundField]:
        """The questions' fields, in turn."""
        return (self[name] for name in self.questions)

    def clean_opened(self) -> float:
        """When the page was drawn. One that was tampered with is drawn anew, and counted from then on."""
        try:
            code, opened = signing.loads(self.cleaned_data["opened"], salt=STAMP)
        except (signing.BadSignature, ValueError):
            code, opened = "", 0.0
        if code != self.response.code:
            self.data = {**cast("QueryDict", self.data).dict(), "opened": self.fields["opened"].initial}
            raise forms.ValidationError(_("This page was not complete. Please send it once more."))
        return float(opened)

    def save(self, *, device: str) -> None:
        appraisals.answer(
            response=self.response,
            answers=[self.cleaned_data[name] for name in self.questions],
            text=self.cleaned_data["text"],
            device=device,
            seconds=time.time() - self.cleaned_data["opened"],
        )


class _Waits(TypedDict):
    """Whether a site has a window that is not counted yet."""

    waits: bool


_WaitingSite: TypeAlias = "WithAnnotations[Site, _Waits]"


def _with_waiting(site: _WaitingSite) -> str:
    """A site to appraise; one whose window is not counted yet says so."""
    told = _("%(site)s – has an appraisal that is not counted yet")
    return told % {"site": site} if site.waits else str(site)


class OpenWindowsForm(Form):
    """Windows of several sites from day to day; those that wait for their acceptance stand first."""

    opens_on = forms.DateField(label=_("First day"), widget=DateInput())
    closes_on = forms.DateField(label=_("Last day"), widget=DateInput())
    sites = RecordsField(
        label=_("Sites"),
        queryset=Site.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one site.")},
    )

    def __init__(self, *args: Any, programme: Programme, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        waits = Appraisal.objects.uncounted().filter(site=OuterRef("pk"))
        sites = Site.objects.visible_to(by).listed().filter(programme=programme)
        sites = sites.select_related("organisation", "programme").annotate(waits=Exists(waits))
        in_turn = Case(When(stage=Stage.RECTIFIED, then=0), default=1)
        in_order = cast("QuerySet[_WaitingSite]", sites.order_by(F("waits"), in_turn, "level", "pk"))
        choose_from(self, "sites", in_order, label=_with_waiting)
        self.fields["opens_on"].initial = today()

    def save(self, *, by: User) -> None:
        """Those that could be opened are in `opened`; why the others could not, in `refused`."""
        self.opened, self.refused = appraisals.open_windows(by=by, **self.cleaned_data)


class ProlongForm(Form):
    closes_on = forms.DateField(label=_("New last day"), widget=DateInput())


class MakeCodesForm(Form):
    number = forms.IntegerField(
        label=_("Number of codes"),
        min_value=1,
        max_value=appraisals.MOST_AT_ONCE,
        initial=120,
        help_text=_("24 slips go on a page."),
    )
