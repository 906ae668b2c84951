"""What the office types into drafts."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, cast

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Div, Fieldset, Layout, Row
from django import forms
from django.forms.formsets import DELETION_FIELD_NAME, ORDERING_FIELD_NAME
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.models import Organisation
from core.changes import ChangeModelForm
from core.forms import DateInput, Form, ModelForm, RecordsField, choose_from
from tables.tidy import tidy, tidy_prose

from .checks import NEEDED, wrong_codes
from .cited_field import GroundsField
from .enums import Stance, Taken
from .models import Article, Chapter, Item, Proposal, Rulebook, Section, Standard, Version, VersionQuerySet
from .points import plain
from .services import can_be_asked
from .wording import ChapterReading

# Three times what the plan's longest section has.
MOST_ITEMS = 60
_ITEM_FACTS = ("code", "points", "text")
_ITEM_MORE = (
    "clause",
    "keyword",
    "evidence_hint",
    "disclosure_form",
    "may_be_inapplicable",
    "either_or",
    "deduction",
    "grounds",
)
_ITEM_EXAMPLES = ("full_example", "half_example", "zero_example")
# A rulebook's fields under the headings of its form and its page; its title and note stand above them.
RULES = {
    _("Marks"): ("partly_met_percent", "blind_score_gap"),
    _("Result"): (
        "pass_mark",
        "excellent_from",
        "good_from",
        "qualified_from",
        "standard_weight",
        "appraisal_weight",
        "further_weight",
        "bonus_cap",
        "bonus_from",
        "veto_reasons",
    ),
    _("Public appraisal"): (
        "minimum_appraisal_sample",
        "minimum_satisfaction",
        "paper_grace_days",
        "appraisal_prolong_days",
        "paper_check_percent",
    ),
    _("Days and limits"): (
        "notice_days",
        "notice_unit",
        "comment_days",
        "rectification_days",
        "hearing_days",
        "recheck_months",
        "recheck_draw_percent",
        "recheck_draws_a_year",
        "recheck_prompt_days",
        "escalation_offices_days",
        "escalation_leading_group_days",
        "objection_reply_days",
        "objection_kept_days",
        "enquiry_reply_days",
        "due_soon_days",
        "evidence_max_files",
    ),
}
_NOTE_HELP = _("In a few sentences; it stays beside the version.")


def area(rows: int, longest: int = 2000) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "maxlength": longest})


class Prose(forms.BaseForm):
    """Texts are taken as typed, without what nobody sees, and no longer than anybody reads."""

    def clean(self) -> dict[str, Any]:
        super().clean()
        for name, value in list(self.cleaned_data.items()):
            if isinstance(value, str):
                self.cleaned_data[name] = tidy_prose(value)
                longest = self.fields[name].widget.attrs.get("maxlength")
                if longest and len(value) > int(longest):
                    self.add_error(name, _("At most %(n)s characters.") % {"n": longest})
        return self.cleaned_data

    def get_initial_for_field(self, field: forms.Field, field_name: str) -> Any:
        """Points as people write them."""
        value = super().get_initial_for_field(field, field_name)
        return plain(value) if isinstance(value, Decimal) else value


class LinesField(forms.CharField):
    """A list of texts, one a line."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        lines = (tidy_prose(line) for line in (super().to_python(value) or "").splitlines())
        return list(dict.fromkeys(line for line in lines if line))

    def run_validators(self, value: list[str]) -> None:
        for line in value:
            super().run_validators(line)


class Fold(Div):
    """Fields that are unfolded when somebody needs them, or when something is wrong with them."""

    template = "standards/_fold.html"

    def __init__(self, summary: StrOrPromise, *fields: str) -> None:
        super().__init__(*fields)
        self.summary = summary


class DraftForm(Prose, Form):
    """Beginning a draft."""

    note = forms.CharField(label=_("What is to be new"), widget=area(4), help_text=_NOTE_HELP)


class StandardForm(Prose, ChangeModelForm[Standard]):
    """The head of a standard."""

    class Meta:
        model = Standard
        fields = ["title", "total", "points_are_proposed", "note"]
        widgets = {"note": area(4)}
        help_texts = {"note": _NOTE_HELP, "total": _("What the points of the sections must make.")}


class RulebookForm(Prose, ChangeModelForm[Rulebook]):
    """A rulebook's numbers; what they must be among themselves is said by `Rulebook.clean`."""

    veto_reasons = LinesField(
        label=_("Veto reasons"),
        required=False,
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("One a line. A site to which one of them applies cannot pass."),
    )

    class Meta:
        model = Rulebook
        fields = ["title", "note", *(name for names in RULES.values() for name in names)]
        widgets = {"note": area(4)}
        help_texts = {
            "note": _NOTE_HELP,
            "partly_met_percent": _("What an item that is met in part earns unless the inspector says so."),
            "blind_score_gap": _("The leader settles an item on which two members are further apart."),
            "pass_mark": _("In percent of the points that can be earned, or of the composite score."),
            "good_from": _("Not above “excellent”."),
            "qualified_from": _("Not above “good”. Below it a result is unqualified."),
            "appraisal_weight": _("The three weights make 100."),
            "further_weight": _(
                "Of symposium, unannounced visit, third party and the like; 0: they do not count."
            ),
            "bonus_from": _("In percent of the points that can be earned; 0: at any standard score."),
            "comment_days": _("So long the unit may comment on findings before the notice is issued."),
            "hearing_days": _("So long a unit may state its view before its naming can be revoked."),
            "recheck_months": _(
                "Counted from the naming or the last recheck; the portal proposes the recheck a month before."
            ),
            "recheck_draw_percent": _("Of each draw, rounded up to a whole site; 0: none is drawn besides."),
            "recheck_draws_a_year": _("One in each year, half-year, third or quarter of a year."),
            "recheck_prompt_days": _(
                "For a complaint that was borne out, a recheck a warned unit asks for, and one that is late."
            ),
            "escalation_offices_days": _("The unit is told on the first day, then the offices over it."),
            "escalation_leading_group_days": _("Not fewer than for the offices."),
            "due_soon_days": _("A date with no more of them left is shown as close in every list."),
            "minimum_appraisal_sample": _("With fewer answers the public appraisal does not count."),
            "paper_grace_days": _(
                "From the last day of an appraisal that is opened from then on; later nothing is entered."
            ),
            "appraisal_prolong_days": _(
                "All together, from the first last day of an appraisal that is opened from then on."
            ),
            "paper_check_percent": _(
                "They are drawn, and entered by another person; at least one of each draw."
            ),
            "notice_days": _("New notices of a programme run this long once it goes by this rulebook."),
            "evidence_max_files": _("It holds from the day the rulebook is published."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.layout = Layout(
            "title", "note", *(Fieldset(legend, *names) for legend, names in RULES.items())
        )


class ChapterForm(Prose, ChangeModelForm[Chapter]):
    """What a chapter of the rulebook is called."""

    class Meta:
        model = Chapter
        fields = ["name"]


class ArticleForm(Prose, ChangeModelForm[Article]):
    """What an article says, and its place in its chapter; a new one as well."""

    place = forms.IntegerField(
        label=_("Place in its chapter"), min_value=1, help_text=_("The articles after it move down.")
    )

    class Meta:
        model = Article
        fields = ["text"]
        widgets = {"text": area(8)}
        help_texts = {
            "text": _("A number of the rulebook stands as its name in braces, such as {pass_mark}.")
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        among = self.instance.chapter.articles.count()
        last = among if self.instance.pk else among + 1
        self.initial["place"] = self.instance.ordinal if self.instance.pk else last
        self.fields["place"].widget.attrs["max"] = last


class SectionForm(Prose, ModelForm[Section]):
    """A section's own fields; its items stand below it."""

    class Meta:
        model = Section
        fields = ["name", "text", "points"]
        widgets = {
            "text": area(5),
            "points": forms.NumberInput(attrs={"min": "0.01", "step": "0.01", "inputmode": "decimal"}),
        }


class ItemForm(Prose, ModelForm[Item]):
    """One item. A draft may still lack what an item must say to be published."""

    grounds = GroundsField()

    class Meta:
        model = Item
        fields = [*_ITEM_FACTS, *_ITEM_MORE, *_ITEM_EXAMPLES]
        labels = {"text": _("Item"), "evidence_hint": _("Evidence that shows it")}
        help_texts = {"clause": _("The plan's own sentence, to the letter.")}
        widgets = {
            "text": forms.TextInput,
            "clause": area(2, 300),
            "evidence_hint": area(2, 200),
            **{name: area(2, 1000) for name in ("full_example", "half_example", "zero_example")},
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("code", *NEEDED):
            self.fields[name].required = name == "text"
        self.helper = FormHelper()
        self.helper.layout = Layout(
            # Place, code, points and the item itself are in view; the rest is unfolded.
            Row(*(Column(name, css_class="col-4") for name in (ORDERING_FIELD_NAME, "code", "points"))),
            "text",
            Fold(_("Clause, evidence and form of disclosure"), *_ITEM_MORE),
            Fold(_("Examples of full, half and no marks"), *_ITEM_EXAMPLES),
            DELETION_FIELD_NAME,
        )

    def clean_code(self) -> str:
        return tidy(self.cleaned_data["code"]).upper()

    def clean_points(self) -> Any:
        points = self.cleaned_data["points"]
        if points <= 0:
            raise forms.ValidationError(_("More than 0 points."))
        return points


class ItemFormSet(forms.BaseFormSet[ItemForm]):
    """The items of one section, each with its place, and an empty one for the next."""

    def __init__(self, *args: Any, section: Section, **kwargs: Any) -> None:
        self.section = section
        super().__init__(*args, **kwargs)

    def add_fields(self, form: ItemForm, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields[ORDERING_FIELD_NAME].label = _("No.")
        form.fields[DELETION_FIELD_NAME].label = _("Remove this item")
        cast("GroundsField", form.fields["grounds"]).take_from(self.citable)

    @cached_property
    def citable(self) -> GroundsField:
        """What items of this section may cite, read once for all of them."""
        field = GroundsField()
        field.offer({number for item in self.section.items.all() for number in item.grounds})
        return field

    def clean(self) -> None:
        """Codes that are there twice, or of another section, fail at their items."""
        coded = {form: code for form in self.staying() if (code := form.cleaned_data.get("code"))}
        wrong = wrong_codes(self.section, list(coded.values()))
        for form, code in coded.items():
            if code in wrong:
                form.add_error("code", wrong[code])

    def values(self) -> list[dict[str, Any]]:
        """The items that stay, in the order of their places."""
        names = [*_ITEM_FACTS, *_ITEM_MORE, *_ITEM_EXAMPLES]
        return [{name: form.cleaned_data[name] for name in names} for form in self.ordered_forms]

    def staying(self) -> Iterator[ItemForm]:
        return (form for form in self.forms if not form.cleaned_data.get(DELETION_FIELD_NAME))

    def wrong_forms(self) -> list[ItemForm]:
        """Those that must be mended, for the summary on top."""
        return [form for form in self.staying() if form.errors] if self.is_bound else []


ItemForms = cast(
    "type[ItemFormSet]",
    forms.formset_factory(
        ItemForm,
        formset=ItemFormSet,
        extra=1,
        can_order=True,
        can_delete=True,
        max_num=MOST_ITEMS,
        absolute_max=MOST_ITEMS + 1,
        validate_max=True,
    ),
)


class AskForm(Prose, Form):
    """Sending a draft of the rulebook to districts and units for their opinions."""

    letter = forms.CharField(label=_("What you ask them to look at"), widget=area(4))
    answer_by = forms.DateField(
        label=_("Answer by"),
        widget=DateInput(),
        help_text=_("Until this day is over the draft cannot be published."),
    )
    organisations = RecordsField(
        label=_("Who is asked"),
        queryset=Organisation.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Districts and units that have somebody who can answer."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, "organisations", can_be_asked())
        self.initial["organisations"] = can_be_asked()


class OpinionForm(Prose, Form):
    """What an organisation says to a draft, article by article where it likes."""

    stance = forms.ChoiceField(label=_("Opinion"), choices=Stance.choices, widget=forms.RadioSelect)

    def __init__(self, *args: Any, chapters: Sequence[ChapterReading], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._articles: dict[str, Article | None] = {"whole": None}
        self.fields["whole"] = self._proposal(_("Proposals to the draft as a whole"))
        parts = []
        for part in chapters:
            folds = []
            for one in part.articles:
                name = f"article_{one.article.key}"
                self._articles[name] = one.article
                self.fields[name] = self._proposal(
                    _("What you propose for %(article)s") % {"article": one.number}
                )
                folds.append(Fold(f"{one.number}　{one.text}", name))
            parts.append(Fieldset(str(part.chapter), *folds))
        self.helper = FormHelper()
        self.helper.layout = Layout("stance", "whole", *parts)

    def proposals(self) -> list[tuple[Article | None, str]]:
        """What was written, by article; None: to the whole."""
        typed = [(article, self.cleaned_data[name]) for name, article in self._articles.items()]
        return [(article, text) for article, text in typed if text]

    @staticmethod
    def _proposal(label: StrOrPromise) -> forms.CharField:
        return forms.CharField(label=label, required=False, widget=area(3))


class ReplyForm(Prose, ChangeModelForm[Proposal]):
    """The office's answer to a proposal."""

    taken = forms.ChoiceField(
        label=_("Whether it is adopted"), choices=Taken.choices, widget=forms.RadioSelect
    )

    class Meta:
        model = Proposal
        fields = ["taken", "reason"]
        widgets = {"reason": area(4)}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = True


class PublishForm(Form):
    """Bringing a version into force."""

    adopt = forms.BooleanField(
        label=_("Use it in the running programme's next rounds"),
        required=False,
        initial=True,
        help_text=_("Without it the programme stays with its versions until its page says otherwise."),
    )


class CompareForm(Form):
    """Which two versions are laid side by side."""

    a = forms.ModelChoiceField(label=_("Old version"), queryset=Standard.objects.none())
    b = forms.ModelChoiceField(label=_("New version"), queryset=Standard.objects.none())

    def __init__(self, *args: Any, versions: VersionQuerySet[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("a", "b"):
            choose_from(self, name, versions)

    def clean(self) -> dict[str, Version]:
        chosen = self.cleaned_data
        old, new = chosen.get("a"), chosen.get("b")
        if isinstance(old, Standard) and isinstance(new, Standard) and old.kind != new.kind:
            self.add_error("b", _("Choose two versions of the same kind."))
        return chosen
