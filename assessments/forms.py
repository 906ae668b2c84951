"""What people type in this room."""

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.forms import DateInput
from accounts.models import User
from sites.enums import Stage
from sites.models import Site
from sites.models.sites import SiteQuerySet
from standards.models import Item, Rulebook

from .enums import RoundKind, ScoreLevel, Verdict
from .models import Recusal, Score, Team
from .scoring import plain
from .suggestions import suggested_opinion


class TextForm(forms.Form):
    """One text, such as an answer or a reason; whether it may be empty is the caller's to say."""

    text = forms.CharField(label=_("Text"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, label: Any, help_text: Any = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = label
        self.fields["text"].help_text = help_text


class MultipleFileInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class MultipleFileField(forms.FileField):
    """Several files at once; the service judges each by its content."""

    widget = MultipleFileInput

    def clean(self, data: Any, initial: Any = None) -> "list[UploadedFile[Any]]":
        files = data if isinstance(data, list) else [data] if data else []
        if self.required and not files:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return files


# -- rounds -----------------------------------------------------------------


class RoundForm(forms.Form):
    """Opening a round."""

    kind = forms.ChoiceField(label=_("Kind"), choices=RoundKind.choices)
    title = forms.CharField(
        label=_("Title"), max_length=100, help_text=_("As it stands on lists and notices.")
    )
    due_on = forms.DateField(label=_("Due date"), widget=DateInput)


def inspectors() -> Any:
    return (
        User.objects.filter(role=Role.INSPECTOR, is_active=True)
        .select_related("organisation")
        .order_by("name")
    )


def with_unit(user: User) -> str:
    """An inspector's name with the unit: nobody judges their own."""
    return f"{user.name}（{user.organisation}）"


class TeamForm(forms.Form):
    """Forming a team of a round."""

    name = forms.CharField(label=_("Name"), max_length=40)
    leader = forms.ModelChoiceField(
        label=_("Leader"), queryset=User.objects.none(), help_text=_("Settles and signs the final sheet.")
    )
    members = forms.ModelMultipleChoiceField(
        label=_("Other members"),
        queryset=User.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Each fills a sheet of their own before the leader signs."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("leader", "members"):
            self.fields[name].queryset = inspectors()  # type: ignore[attr-defined]
            self.fields[name].label_from_instance = with_unit  # type: ignore[attr-defined]


class AssignForm(forms.Form):
    """Sending a team to sites. The choices are what the page has loaded already."""

    team = forms.TypedChoiceField(label=_("Team"))
    sites = forms.TypedMultipleChoiceField(label=_("Sites"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, teams: Iterable[Team], sites: Iterable[Site], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._set("team", {str(team.pk): team for team in teams}, str)
        self._set(
            "sites", {str(site.pk): site for site in sites}, lambda site: f"{site}（{site.organisation}）"
        )

    def _set(self, name: str, known: dict[str, Any], label: Any) -> None:
        field = self.fields[name]
        field.choices = [(key, label(thing)) for key, thing in known.items()]  # type: ignore[attr-defined]
        field.coerce = known.__getitem__  # type: ignore[attr-defined]


class RecusalForm(forms.ModelForm[Recusal]):
    class Meta:
        model = Recusal
        fields = ["reason"]
        widgets = {"reason": forms.Textarea(attrs={"rows": 3})}
        help_texts = {"reason": _("What ties you to this site or its unit.")}


# -- sheets -----------------------------------------------------------------


class SectionForm(forms.Form):
    """Which section of the sheet is asked for; nonsense is as good as none."""

    section = forms.IntegerField(required=False, min_value=1)

    def number(self) -> int | None:
        return self.cleaned_data.get("section") if self.is_valid() else None


class ScoreForm(forms.Form):
    """One item's mark as it stands on the page; the service checks it against item and rulebook."""

    level = forms.ChoiceField(choices=ScoreLevel.choices, error_messages={"required": _("Choose a level.")})
    points = forms.DecimalField(required=False, max_digits=5, decimal_places=2)
    reason = forms.CharField(required=False, max_length=2000)
    version = forms.IntegerField(min_value=0)


class SignForm(forms.Form):
    """Signing an inspection: an opinion for each score below full marks, and one deadline."""

    def __init__(self, *args: Any, below: Sequence[Score], counted: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for score in below:
            self.fields[f"opinion_{score.item_id}"] = forms.CharField(
                label=f"{score.item}（{plain(score.points)}/{plain(score.max_points)}）",
                help_text=score.reason,
                initial=suggested_opinion(score),
                max_length=1000,
                widget=forms.Textarea(attrs={"rows": 3}),
            )
        if below:
            self.fields["deadline"] = forms.DateField(
                label=_("Deadline"), required=False, widget=DateInput, help_text=counted
            )

    def opinions(self) -> dict[int, str]:
        """Item id → opinion."""
        return {
            int(name.removeprefix("opinion_")): text
            for name, text in self.cleaned_data.items()
            if name.startswith("opinion_")
        }

    def deadline(self) -> datetime.date | None:
        return self.cleaned_data.get("deadline")


# -- evidence and rectification ---------------------------------------------


class EvidenceForm(forms.Form):
    """A proof: its files, what it is, and the items it shows."""

    files = MultipleFileField(label=_("Files"))  # type: ignore[assignment]  # the field of that name
    title = forms.CharField(label=_("Title"), max_length=100)
    taken_on = forms.DateField(
        label=_("Date of the evidence"),
        required=False,
        widget=DateInput,
        help_text=_("When the picture was taken or the paper issued."),
    )
    page_pointer = forms.CharField(
        label=_("Page or clause"), required=False, max_length=60, help_text=_("Where in the file to look.")
    )
    items = forms.ModelMultipleChoiceField(
        label=_("Items it shows"),
        queryset=Item.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("One file may show several items: upload once, tick all."),
    )

    def __init__(self, *args: Any, site: Site, limits: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["items"].queryset = Item.objects.filter(  # type: ignore[attr-defined]
            section__standard__kind=site.kind, section__standard__state="published"
        ).order_by("section__ordinal", "ordinal")
        self.fields["files"].help_text = limits


class AnswerForm(TextForm):
    """The unit's answer to a finding, with files where there are any."""

    files = MultipleFileField(label=_("Files"), required=False)  # type: ignore[assignment]  # as above

    def __init__(self, *args: Any, limits: str, **kwargs: Any) -> None:
        super().__init__(*args, label=_("What has been done"), **kwargs)
        self.fields["files"].help_text = limits


class RectificationFilter(forms.Form):
    """Which sites of the rectification list are shown."""

    SHOW = (
        ("", _("in rectification")),
        ("answered", _("with answers to look at")),
        ("overdue", _("overdue")),
        ("closed", _("closed")),
    )
    show = forms.ChoiceField(label=_("Show"), choices=SHOW, required=False)
    q = forms.CharField(label=_("Site or unit"), required=False, max_length=60)

    def narrow(self, sites: SiteQuerySet) -> SiteQuerySet:
        """`sites` come with their counts (queries.sites_with_findings); a bad filter filters nothing."""
        wanted = self.cleaned_data if self.is_valid() else {}
        if text := wanted.get("q"):
            sites = sites.filter(Q(window_name__icontains=text) | Q(organisation__name__icontains=text))
        show = wanted.get("show", "")
        if show == "closed":
            return sites.exclude(stage=Stage.RECTIFYING)
        sites = sites.filter(stage=Stage.RECTIFYING)
        return sites.filter(**{f"{show}__gt": 0}) if show else sites


# -- acceptance -------------------------------------------------------------


class RecommendationForm(forms.Form):
    """The office's part: the public appraisal's result, what is added or forbidden, the recommendation."""

    appraisal_sample = forms.IntegerField(label=_("People who answered the appraisal"), min_value=0)
    appraisal_score = forms.DecimalField(label=_("Appraisal score"), max_digits=5, decimal_places=2)
    bonus = forms.DecimalField(label=_("Bonus"), max_digits=5, decimal_places=2, required=False)
    bonus_grounds = forms.CharField(
        label=_("Grounds for the bonus"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    veto_reason = forms.ChoiceField(label=_("Veto"), required=False)
    opinion = forms.CharField(label=_("Opinion"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))
    verdict = forms.ChoiceField(label=_("Recommendation"), choices=Verdict.choices, widget=forms.RadioSelect)

    def __init__(self, *args: Any, rulebook: Rulebook, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        veto = self.fields["veto_reason"]
        veto.choices = [("", _("none")), *((reason, reason) for reason in rulebook.veto_reasons)]  # type: ignore[attr-defined]
        veto.help_text = _("With a veto the site cannot pass.")
        self.fields["appraisal_sample"].help_text = _("At least %(n)d, or the sample is insufficient.") % {
            "n": rulebook.minimum_appraisal_sample
        }
        self.fields["appraisal_score"].help_text = _("0 to 100; at least %(minimum)s to pass.") % {
            "minimum": plain(rulebook.minimum_satisfaction)
        }
        self.fields["bonus"].help_text = _("At most %(cap)s.") % {"cap": plain(rulebook.bonus_cap)}


class DecisionForm(forms.Form):
    """The leading group's decision."""

    verdict = forms.ChoiceField(label=_("Decision"), choices=Verdict.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed when the site does not pass: it is kept in the site's history."),
    )
