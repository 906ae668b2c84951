"""A yes or a no to each site of a list: the office's opinions, the leading group's decisions."""

from collections.abc import Iterable, Iterator, Sequence

from django import forms
from django.forms import BoundField
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from accounts.enums import ResolutionKind
from accounts.forms.resolutions import ask_for_resolution
from accounts.models import User
from core.forms import Form
from sites import services
from sites.batch import Candidate, ReviewedList
from sites.models import Determination, Filing, FilingVersion, Programme, Site
from sites.services import Answer

YES, NO = "yes", "no"
# Digits of the database's largest key.
KEY_LENGTH = 19
# A site to be decided on, its choice and its text.
CandidateRow = tuple[Candidate, BoundField, BoundField]


class AnswersForm(Form):
    """A choice and a text for each site; a no needs the text."""

    choices: Sequence[tuple[str, StrOrPromise]]

    def add_row(self, site: Site, answer: str = "", text: str = "") -> None:
        """The labels name the site for the summary of errors; the page names it once above both fields."""
        self.fields[f"answer_{site.pk}"] = forms.ChoiceField(
            label=str(site),
            choices=self.choices,
            required=False,
            initial=answer,
            widget=forms.RadioSelect,
        )
        self.fields[f"text_{site.pk}"] = forms.CharField(
            label=str(site),
            max_length=2000,
            required=False,
            initial=text,
            widget=forms.Textarea(attrs={"rows": 2, "class": "form-control"}),
        )

    def row(self, site: Site) -> tuple[BoundField, BoundField]:
        return self[f"answer_{site.pk}"], self[f"text_{site.pk}"]

    def check_rows(self, sites: Iterable[Site]) -> None:
        for site in sites:
            answer, text = f"answer_{site.pk}", f"text_{site.pk}"
            if not self.cleaned_data.get(answer) and answer not in self.errors:
                self.add_error(answer, _("Choose one of the two."))
            elif self.cleaned_data.get(answer) == NO and not self.cleaned_data.get(text, NO):
                self.add_error(text, _("Say why not."))

    def answers(self, sites: Iterable[Site]) -> dict[int, Answer]:
        given = self.cleaned_data
        return {
            site.pk: Answer(given[f"answer_{site.pk}"] == YES, given[f"text_{site.pk}"]) for site in sites
        }


class ReviewForm(AnswersForm):
    """初审 of a filed list: an opinion on each site, and one on the whole."""

    choices = ((YES, _("recommend it")), (NO, _("do not recommend it")))

    version = forms.IntegerField(widget=forms.HiddenInput)
    opinion = forms.CharField(
        label=_("Opinion on the whole list"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4, "class": "form-control"}),
        help_text=_("The leading group reads it before its final approval."),
    )

    def __init__(
        self, data: QueryDict | None, *, filing: Filing, sites: Sequence[Site], tick_all: bool = False
    ) -> None:
        """`tick_all` recommends every site and checks nothing yet: a help in filling in what was begun."""
        typed = data.dict() if data and tick_all else {}
        typed |= {f"answer_{site.pk}": YES for site in sites if tick_all}
        newest = filing.versions.first()  # none of a list that was never filed: the service refuses that
        super().__init__(None if tick_all else data, initial={"version": newest and newest.pk, **typed})
        self.filing, self.sites = filing, sites
        for site in sites:
            self.add_row(site)

    def rows(self) -> Iterator[tuple[Site, BoundField, BoundField]]:
        return ((site, *self.row(site)) for site in self.sites)

    def clean(self) -> None:
        self.check_rows(self.sites)

    def save(self, *, by: User) -> None:
        services.review(
            filing=self.filing,
            opinion=self.cleaned_data["opinion"],
            opinions=self.answers(self.sites),
            version=self.cleaned_data["version"],
            by=by,
        )


class DeterminationForm(AnswersForm):
    """审定 of a batch: which lists are in it, and what becomes of each of their sites.

    It begins with what the office advised: recommended sites determined, the others set aside for its reason.
    """

    choices = ((YES, _("determine it")), (NO, _("set it aside")))

    def __init__(
        self,
        data: QueryDict | None,
        *,
        programme: Programme,
        lists: Sequence[ReviewedList],
        chosen: str = "",
        back: str = "",
    ) -> None:
        """`chosen` is the one list to begin with; without it all are in the batch. `back` is its page."""
        super().__init__(data)
        if lists:
            ask_for_resolution(self, ResolutionKind.DETERMINATION, programme.pk, back=back)
        self.lists = lists
        for one in lists:
            self.fields[f"list_{one.version.pk}"] = forms.BooleanField(
                label=str(one.filing),
                required=False,
                disabled=one.is_barred,
                widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
                initial=not one.is_barred and chosen in ("", str(one.filing.pk)),
            )
            for candidate in one.candidates:
                self._add_candidate(candidate)

    def batch(
        self,
    ) -> Iterator[tuple[ReviewedList, BoundField, list[tuple[Candidate, BoundField, BoundField]]]]:
        for one in self.lists:
            rows = [(candidate, *self.row(candidate.site)) for candidate in one.candidates]
            yield one, self[f"list_{one.version.pk}"], rows

    def clean(self) -> None:
        for told in self._gone():
            self.add_error(None, told)
        for one in self._taken():
            self.check_rows(_sites(one))

    def save(self, *, programme: Programme, by: User) -> None:
        """Leaves the determination as `made`."""
        decisions = {one.version.pk: self.answers(_sites(one)) for one in self._taken()}
        self.made: Determination = services.determine_batch(
            programme=programme,
            decisions=decisions,
            resolution=self.cleaned_data.get("resolution"),
            by=by,
        )

    def _taken(self) -> list[ReviewedList]:
        return [one for one in self.lists if self.cleaned_data.get(f"list_{one.version.pk}")]

    def _gone(self) -> list[str]:
        """What was sent for lists that are no longer before the leading group as they were read."""
        sent = {name.removeprefix("list_") for name in self.data if name.startswith("list_")}
        # A key that is none, or longer than any of the database's, was not sent by this page.
        keys = [int(key) for key in sent if key.isascii() and key.isdigit() and len(key) < KEY_LENGTH]
        now = {one.version.pk for one in self.lists}
        gone = FilingVersion.objects.filter(pk__in=set(keys) - now).select_related("filing__organisation")
        told = gettext(
            "%(list)s is “%(state)s” now and no longer as the page showed it; nothing was decided."
        )
        return [told % {"list": one.filing, "state": one.filing.get_state_display()} for one in gone]

    def _add_candidate(self, candidate: Candidate) -> None:
        opinion = candidate.opinion
        if opinion is None or opinion.is_supported:
            self.add_row(candidate.site, YES)
        else:
            self.add_row(candidate.site, NO, opinion.text)


def _sites(one: ReviewedList) -> list[Site]:
    return [candidate.site for candidate in one.candidates]
