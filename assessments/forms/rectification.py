"""Findings: the unit's comments and answers, the office's words to them, and the list's filters."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.db.models import Q, QuerySet
from django.utils.html import escape
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from accounts.models import Organisation
from assessments.enums import ReplyKind
from assessments.models import Evidence, Score, UnitSummary
from assessments.services.rectification import WORKING_DAYS
from core import uploads
from core.changes import ChangeForm
from core.forms import Form, choose_from, offer
from core.upload_fields import UploadsField, UploadsForm
from sites.enums import Stage
from sites.models.sites import SiteQuerySet
from standards.forms import Fold

from .base import TextForm

# So many items to be left out are shown unfolded.
FEW = 5


class AnswerForm(TextForm, UploadsForm):
    """What the unit has done, with files where there are any."""

    files = UploadsField(purpose=uploads.EVIDENCE, label=_("Files"), required=False)

    def __init__(self, *args: Any, limits: str, **kwargs: Any) -> None:
        super().__init__(*args, label=_("What has been done"), **kwargs)
        self.fields["files"].help_text = limits


class FindingAnswerForm(AnswerForm):
    """The unit's answer to a finding, with files or with what is filed already."""

    filed = forms.ModelChoiceField(
        label=_("Or evidence that is filed already"),
        queryset=Evidence.objects.none(),
        required=False,
        help_text=_("Nothing is uploaded twice: what you choose shows this item too."),
    )

    def __init__(self, *args: Any, evidence: QuerySet[Evidence], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, "filed", evidence)


class CommentForm(AnswerForm):
    """Whether the unit agrees with a finding; why not, with files where there are any.

    A unit that has objected agrees only by saying that it withdraws its objection.
    """

    DISAGREE = ("disagree", _("We do not agree"))
    VIEWS = (("agree", _("We agree with the finding")), DISAGREE)
    VIEWS_AFTER_OBJECTION = (("retract", _("We withdraw our objection and agree with the finding")), DISAGREE)

    view = forms.ChoiceField(label=_("The unit's view"), choices=VIEWS, widget=forms.RadioSelect)

    field_order = ("view", "text", "files")

    def __init__(self, *args: Any, has_objected: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if has_objected:
            offer(self, "view", self.VIEWS_AFTER_OBJECTION)
            self.fields["view"].error_messages["invalid_choice"] = _(
                "Your unit has objected: say whether it withdraws that."
            )
        text = self.fields["text"]
        text.label, text.required = _("Reasons"), False
        text.help_text = _("Needed where you do not agree. They are printed in the rectification notice.")

    def agrees(self) -> bool:
        return bool(self.cleaned_data["view"] in ReplyKind.AGREEING)


class SummaryForm(ChangeForm, TextForm):
    """What a unit says of its rectification as a whole; it may be written anew until the office closes."""

    def __init__(self, *args: Any, written: UnitSummary | None, **kwargs: Any) -> None:
        kwargs["initial"] = {"text": written.text if written else ""}
        super().__init__(*args, label=pgettext_lazy("of a unit", "Summary"), **kwargs)
        self.record = written


def _more_days(*, required: bool = True) -> forms.IntegerField:
    return forms.IntegerField(
        label=_("More working days"),
        help_text=_("They are counted from the deadline, or from today where that is over."),
        required=required,
        min_value=WORKING_DAYS[0],
        max_value=WORKING_DAYS[1],
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )


class SendBackForm(TextForm):
    """What an answer lacks, and more time for the next one where the office gives it."""

    working_days = _more_days(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label=_("What is still wanting"), **kwargs)


class ReopenForm(TextForm):
    """Why a site is reopened; what of the sheet it failed on is left out, and why; what else is wanting."""

    others = forms.CharField(
        label=_("What else is to be rectified"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Each line becomes a finding of the whole site."),
    )

    field_order = ("text",)

    def __init__(self, *args: Any, scores: Sequence[Score], **kwargs: Any) -> None:
        help_text = _("Kept in the site's history. Where no finding is left below, it becomes one itself.")
        super().__init__(*args, label=_("Why it is reopened"), help_text=help_text, **kwargs)
        self.scores, others = scores, self.fields.pop("others")
        for score in scores:
            self.fields[_of(score)] = forms.CharField(
                label=_("%(item)s: left out, because") % {"item": score.item},
                help_text=_("%(level)s: %(reason)s Leave it empty, and it becomes a finding.")
                % {"level": score.get_level_display(), "reason": escape(score.reason)},
                required=False,
                max_length=500,
            )
        self.fields["others"] = others
        if len(scores) > FEW:
            self.helper = FormHelper()
            self.helper.layout = Layout("text", *self._by_section(), "others")

    def _by_section(self) -> Iterator[Fold]:
        """So many items are folded, section by section."""
        for section, part in groupby(self.scores, key=lambda score: score.item.section):
            names = [_of(score) for score in part]
            count = ngettext("%(n)s item", "%(n)s items", len(names)) % {"n": len(names)}
            yield Fold(f"{section.name} {count}", *names)

    def wanted(self) -> dict[str, Any]:
        """As `services.rectification.reopen` takes it."""
        entered = self.cleaned_data
        return {
            "reason": entered["text"],
            "left_out": {score.item_id: entered[_of(score)] for score in self.scores},
            "others": entered["others"].splitlines(),
        }


def _of(score: Score) -> str:
    """The field of an item that may be left out."""
    return f"item-{score.item_id}"


class ExtensionForm(Form):
    """More time for one finding."""

    working_days = _more_days()
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class RectificationFilter(Form):
    """Which sites of the rectification list are shown."""

    SHOW = (
        ("", _("in rectification")),
        ("put", _("being heard")),
        ("open", _("with findings to be answered")),
        ("answered", _("with answers to look at")),
        ("overdue", _("overdue")),
        ("closed", _("closed")),
    )
    show = forms.ChoiceField(label=pgettext_lazy("filter", "Show"), choices=SHOW, required=False)
    district = forms.ModelChoiceField(
        label=_("District"),
        required=False,
        empty_label=_("all"),
        queryset=Organisation.objects.districts(),
    )
    q = forms.CharField(label=_("Site or unit"), required=False, max_length=60)

    def narrow(self, sites: SiteQuerySet) -> SiteQuerySet:
        """`sites` come with their counts (queries.sites_with_findings); a bad filter filters nothing."""
        self.is_valid()
        wanted = self.cleaned_data
        if text := wanted.get("q"):
            sites = sites.filter(Q(window_name__icontains=text) | Q(organisation__name__icontains=text))
        if district := wanted.get("district"):
            sites = sites.in_district(district.pk)
        show = wanted.get("show", "")
        if show == "closed":
            return sites.exclude(stage=Stage.RECTIFYING)
        sites = sites.filter(stage=Stage.RECTIFYING)
        return sites.filter(**{f"{show}__gt": 0}) if show else sites
