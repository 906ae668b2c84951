"""Articles: what is written at the desk, and the filters of both lists."""

import unicodedata
from collections.abc import Mapping
from typing import Any, cast

from crispy_forms.layout import Layout
from django import forms
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from accounts.rules import is_office
from assessments.forms import FilesForm, PointersForm
from assessments.forms.evidence import POINTERS
from core import uploads
from core.changes import ChangeForm
from core.forms import ALL, DateInput, Form, RecordsField, choose_from
from core.upload_fields import UploadsField
from publicity.enums import ArticleKind, ArticleState
from publicity.models import Article, ArticleFile
from publicity.models.articles import ArticleQuerySet
from publicity.services import articles
from publicity.services.article_files import CAPTION_LENGTH
from publicity.services.article_rights import sites_to_write_of, units_to_take_up
from sites.calendar import today
from sites.models import Programme, Site
from standards.cited_field import GroundsField
from standards.models import Ground

WORDS = ("kind", "title", "held_on", "place", "text")
OF_MEETINGS = ("kind", "held_on", "place")


class ArticleForm(ChangeForm, PointersForm, FilesForm):
    """An article. Others than the office write good practices, so they are asked neither kind nor meeting."""

    asks_page = False

    kind = forms.ChoiceField(label=_("Kind"), choices=ArticleKind.choices)
    title = forms.CharField(label=_("Title"), max_length=100)
    held_on = forms.DateField(
        label=_("Held on"), required=False, widget=DateInput, help_text=_("Of a meeting or a commendation.")
    )
    place = forms.CharField(label=_("Place"), max_length=100, required=False)
    text = forms.CharField(
        label=_("Text"),
        max_length=20_000,
        help_text=_("Plain text; each line becomes a paragraph."),
        widget=forms.Textarea(attrs={"rows": 14}),
    )
    sites = RecordsField(
        label=_("Sites"),
        queryset=Site.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Which sites it is about; a good practice needs at least one."),
    )
    grounds = GroundsField()
    files = UploadsField(purpose=uploads.ARTICLE, label=_("Pictures and attachments"), required=False)

    def __init__(
        self, *args: Any, programme: Programme, article: Article | None, by: User, limits: str, **kwargs: Any
    ) -> None:
        """`article` is the one to be changed; None for a new one."""
        self.programme, self.article, self.record = programme, article, article
        initial: dict[str, Any] = {"kind": ArticleKind.EXPERIENCE}
        if article:
            initial = {name: getattr(article, name) for name in WORDS}
            initial["grounds"] = list(article.grounds.values_list("number", flat=True))
            initial["sites"] = list(article.sites.values_list("pk", flat=True))
        chosen = articles.items_to_choose(article).select_related("section__standard")
        pages = dict.fromkeys(article.items.values_list("pk", flat=True), "") if article else {}
        super().__init__(*args, items=chosen, pages=pages, initial=initial, **kwargs)
        items = self.fields["chosen"]
        items.label, items.help_text = _("Items"), _("Which items of the standards it is an example of.")
        choose_from(self, "sites", sites_to_write_of(programme, by))
        cast("GroundsField", self.fields["grounds"]).offer(initial.get("grounds", ()))
        self.fields["files"].help_text = limits
        for name in () if is_office(by) else OF_MEETINGS:
            del self.fields[name]
        names = [name for name in WORDS if name in self.fields]
        self.helper.layout = Layout(*names, "sites", POINTERS, "grounds", "files")

    def clean(self) -> dict[str, Any]:
        """What the services take. The files are judged once all else is right."""
        cleaned = super().clean()
        if self.errors:
            return cleaned
        return {
            "words": {name: cleaned[name] for name in WORDS if name in cleaned},
            "sites": list(cleaned["sites"]),
            "items": list(cleaned["pointers"]),
            "grounds": list(Ground.objects.filter(number__in=cleaned["grounds"])),
            "files": self.sift(cleaned["files"]),
        }

    def save(self, *, by: User, seen: str = "") -> None:
        """`seen`: what the person had seen of an article that is changed."""
        if self.article:
            articles.revise(article=self.article, seen=seen, by=by, **self.cleaned_data)
        self.saved = self.article or articles.draft(programme=self.programme, by=by, **self.cleaned_data)


class CaptionsForm(ChangeForm):
    """What each file shows, in one form; the pictures need it before the article is published."""

    def __init__(self, *args: Any, article: Article, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for file in (*article.pictures, *article.attachments):
            self.fields[self._name(file)] = forms.CharField(
                label=file.name, max_length=CAPTION_LENGTH, required=False, initial=file.caption
            )
        self.files_by_name = {self._name(file): file for file in (*article.pictures, *article.attachments)}

    @staticmethod
    def _name(file: ArticleFile) -> str:
        return f"caption-{file.pk}"

    def rows(self) -> list[tuple[ArticleFile, forms.BoundField]]:
        return [(file, self[name]) for name, file in self.files_by_name.items()]

    def captions(self) -> Mapping[int, str]:
        return {file.pk: self.cleaned_data[name] for name, file in self.files_by_name.items()}


class WithdrawForm(Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        help_text=_("The public page shows it; of a draft whoever wrote it reads it."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ReuseForm(Form):
    """A unit took up a good practice, and how."""

    organisation = forms.ModelChoiceField(label=_("Unit"), queryset=Organisation.objects.none())
    note = forms.CharField(
        label=_("How it was taken up"),
        max_length=300,
        help_text=_("The public page shows it."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    on = forms.DateField(label=_("Date"), widget=DateInput, initial=today)

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, "organisation", units_to_take_up(by))


class DeskArticleFilter(Form):
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[ALL, *ArticleKind.choices])
    state = forms.ChoiceField(label=_("State"), required=False, choices=[ALL, *ArticleState.choices])

    def narrow(self, found: ArticleQuerySet) -> ArticleQuerySet:
        self.is_valid()
        if kind := self.cleaned_data.get("kind"):
            found = found.filter(kind=kind)
        if state := self.cleaned_data.get("state"):
            found = found.in_state(state)
        return found


class ArticleFilter(Form):
    """Filters of the public list; a wrong one is named at its field and narrows nothing."""

    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[ALL, *ArticleKind.choices])
    site = forms.ModelChoiceField(
        label=_("Site"), required=False, empty_label=_("all"), queryset=Site.objects.none()
    )
    item = forms.CharField(
        label=_("Code of an item"),
        required=False,
        max_length=10,
        widget=forms.TextInput(attrs={"placeholder": "ZW-1.1"}),
    )
    sort = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=[("", _("newest first")), ("reuse", _("most taken up first"))],
    )

    def __init__(self, *args: Any, programme: Programme | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sites = Site.objects.listed().filter(programme=programme)
        choose_from(self, "site", sites)

    def clean_item(self) -> str:
        """However it was typed: full width, small letters."""
        return unicodedata.normalize("NFKC", self.cleaned_data["item"]).upper().strip()

    def narrow(self, found: ArticleQuerySet) -> ArticleQuerySet:
        self.is_valid()
        wanted: dict[str, Any] = self.cleaned_data
        if kind := wanted.get("kind"):
            found = found.filter(kind=kind)
        if site := wanted.get("site"):
            found = found.filter(sites=site)
        if code := wanted.get("item"):
            found = found.on_item(code)
        order = [F("reuse_count").desc()] if wanted.get("sort") else []
        return found.with_reuse_count().order_by(*order, "-published_on", "-pk")
