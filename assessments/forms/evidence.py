"""Filing evidence, and pointing from items to it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, cast

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assessments.models import Evidence, EvidenceFile
from assessments.services.evidence import check_number, max_files
from assessments.services.pointers import MAX_PAGE
from core import uploads
from core.changes import ChangeForm
from core.forms import DateInput, Form, RecordsField, choose_from
from core.upload_fields import UploadsField, UploadsForm, UploadsInput
from core.uploads import NewFiles, Taken, sift
from standards.models import Item, Section

TITLE_LENGTH = 100
POINTERS = HTML('{% include "assessments/_pointers.html" %}')
KNOWN = HTML('{% include "assessments/_known_files.html" %}')


@dataclass(frozen=True)
class Tick:
    """A row to tick, with a field for the place to look."""

    thing: Any
    is_ticked: bool
    page: str

    @property
    def page_name(self) -> str:
        return page_name(self.thing.pk)


@dataclass(frozen=True)
class TickSection:
    section: Section
    rows: Sequence[Tick]

    @property
    def ticked(self) -> int:
        return sum(row.is_ticked for row in self.rows)


def page_name(pk: int) -> str:
    """The name of the field that holds a row's page."""
    return f"page-{pk}"


class TicksForm(Form):
    """Rows to tick, each with a page or clause to look at.

    The pages are read beside the form's own fields: a form object for every row would be slow.
    """

    chosen = RecordsField(queryset=Item.objects.none(), required=False)

    def __init__(self, *args: Any, pages: Mapping[int, str] | None = None, **kwargs: Any) -> None:
        """`pages` are the rows ticked to begin with: id → page."""
        self.pages = pages or {}
        kwargs["initial"] = {"chosen": list(self.pages), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)

    def rows(self) -> list[Tick]:
        """The rows as typed, or as they stand."""
        ticked = {str(value) for value in self["chosen"].value() or ()}
        things = cast("RecordsField[Any]", self.fields["chosen"]).queryset or ()
        return [Tick(thing, str(thing.pk) in ticked, self._page(thing.pk)) for thing in things]

    def clean(self) -> dict[str, Any]:
        """Adds `pointers` (row → page); a page typed at a row that is not ticked points nowhere."""
        cleaned = super().clean() or self.cleaned_data
        pointers = {thing: self._page(thing.pk) for thing in cleaned.pop("chosen", ())}
        for thing, page in pointers.items():
            if len(page) > MAX_PAGE:
                too_long = gettext("%(what)s: the page or clause has more than %(n)d characters.")
                self.add_error("chosen", too_long % {"what": thing, "n": MAX_PAGE})
        return {**cleaned, "pointers": pointers}

    def _page(self, pk: int) -> str:
        if not self.is_bound:
            return self.pages.get(pk, "")
        return str(self.data.get(page_name(pk), "")).strip()


class PointersForm(TicksForm):
    """Which items a piece of evidence shows, and for each where to look (where `asks_page`)."""

    asks_page = True

    def __init__(self, *args: Any, items: QuerySet[Item], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["chosen"]
        chosen.label = _("Items it shows")
        chosen.help_text = _("Upload once, tick every item it shows, and say for each where to look.")
        choose_from(self, "chosen", items.select_related("section"))
        self.helper = FormHelper()
        self.helper.layout = Layout(POINTERS)

    def sections(self) -> Iterator[TickSection]:
        for _pk, part in groupby(self.rows(), key=lambda row: row.thing.section_id):
            rows = list(part)
            yield TickSection(rows[0].thing.section, rows)


class RepointForm(ChangeForm, PointersForm):
    """Which items a piece of evidence shows that is on file already."""

    def _page(self, pk: int) -> str:
        """Where only somebody else has changed the items, theirs hold, with the pages they wrote."""
        return self.pages.get(pk, "") if self.keeps_stored("chosen") else super()._page(pk)


class ReuseForm(TicksForm):
    """Which of the evidence already filed shows an item as well."""

    def __init__(self, *args: Any, evidence: QuerySet[Evidence], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["chosen"]
        chosen.label = _("Evidence")
        chosen.required = True
        chosen.error_messages["required"] = _("Tick what shows this item, or go back.")
        choose_from(self, "chosen", evidence)
        self.helper = FormHelper()
        self.helper.layout = Layout(HTML('{% include "assessments/_reuse_rows.html" %}'))


class LinksField(forms.CharField):
    """Addresses of pages, one on each line."""

    widget = forms.Textarea(attrs={"rows": 2, "inputmode": "url", "spellcheck": "false"})

    def clean(self, value: Any) -> list[str]:
        address = forms.URLField(max_length=500, assume_scheme="http")
        found, wrong = [], []
        for line in filter(None, (line.strip() for line in super().clean(value).splitlines())):
            try:
                found.append(address.clean(line))
            except ValidationError:
                wrong.append(gettext("“%(line)s” is not the address of a page.") % {"line": line[:80]})
        if wrong:
            raise ValidationError(wrong)
        return list(dict.fromkeys(found))


class FilesForm(UploadsForm):
    """Files are judged one by one: what is wrong with one does not keep the others from being filed.

    `refused` gets a line for each file that is not taken, `known` the files that were filed before.
    """

    files: UploadsField
    refused: Sequence[str] = ()
    known: Sequence[EvidenceFile] = ()

    def sift(self, files: NewFiles) -> list[Taken]:
        """The files that can be taken; ValidationError where there are too many, or none can."""
        check_number(files)
        sifted = sift(files)
        if sifted.refused and not sifted.taken:
            raise ValidationError({"files": sifted.refused})
        self.refused = sifted.refused
        return sifted.taken


class ProofForm(FilesForm):
    """A piece of evidence: its files and links, its title and date."""

    files = UploadsField(purpose=uploads.EVIDENCE, most=max_files, label=_("Files"), required=False)
    title = forms.CharField(label=_("Title"), max_length=TITLE_LENGTH)
    taken_on = forms.DateField(
        label=_("Date of the evidence"),
        required=False,
        widget=DateInput,
        help_text=_("When the picture was taken or the paper issued."),
    )
    urls = LinksField(
        label=_("Links"),
        required=False,
        help_text=_("Pages of your own site that show it, one address a line."),
    )

    def __init__(self, *args: Any, limits: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["files"].help_text = limits
        self.helper = FormHelper()
        self.helper.layout = Layout(KNOWN, "files", "title", "taken_on", "urls")

    def clean(self) -> dict[str, Any]:
        """Reading pictures takes time, so the files are judged once all else is right."""
        cleaned = super().clean() or self.cleaned_data
        return cleaned if self.errors else {**cleaned, "files": self.sift(cleaned["files"])}


class NewVersionForm(ProofForm):
    """A newer version of a piece of evidence: what is new, and which files of the older one stay."""

    stay = RecordsField(
        label=_("Files that stay"),
        queryset=EvidenceFile.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Tick what is still right: it needs no second upload. The older version keeps all of its own."
        ),
    )

    def __init__(self, *args: Any, replaces: Evidence, **kwargs: Any) -> None:
        urls = "\n".join(replaces.links.values_list("url", flat=True))
        super().__init__(*args, initial={"title": replaces.title, "urls": urls}, **kwargs)
        choose_from(self, "stay", replaces.files.all())
        self.helper.layout = Layout(KNOWN, "files", "stay", "title", "taken_on", "urls")


class EvidenceForm(PointersForm, ProofForm):
    """A new piece of evidence, and the items it shows."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout(KNOWN, "files", "title", "taken_on", POINTERS, "urls")


class OnSiteForm(FilesForm):
    """For an inspector at a counter, with one hand: the picture is taken, all else is filled in already."""

    photos = UploadsField(
        most=max_files,
        purpose=uploads.EVIDENCE,
        label=_("Take a picture"),
        required=False,
        widget=UploadsInput(attrs={"accept": "image/*", "capture": "environment"}),
    )
    files = UploadsField(purpose=uploads.EVIDENCE, most=max_files, label=_("Or choose files"), required=False)
    item = forms.ModelChoiceField(label=_("Item it shows"), queryset=Item.objects.none())
    title = forms.CharField(
        label=_("Title"),
        max_length=TITLE_LENGTH,
        required=False,
        help_text=_("Left empty: the item's own words."),
    )

    def __init__(
        self, *args: Any, items: QuerySet[Item], item: Item | None, limits: str, **kwargs: Any
    ) -> None:
        """`item` is the one the inspector came from, if any: then it is not asked for."""
        super().__init__(*args, **kwargs)
        self.initial["item"] = item
        choose_from(self, "item", items)
        if item:
            self.fields["item"].widget = forms.HiddenInput()
        self.fields["files"].help_text = limits
        self.helper = FormHelper()
        self.helper.layout = Layout(KNOWN, "photos", "files", "item", "title")

    def clean(self) -> dict[str, Any]:
        """What `add_evidence` takes: the files of both fields, and a title even where none was typed."""
        cleaned = super().clean() or self.cleaned_data
        chosen = [*cleaned.get("photos", ()), *cleaned.get("files", ())]
        # What is wrong with all of one field keeps nothing of the other from being filed.
        left = [str(line) for name in ("photos", "files") if chosen for line in self.errors.pop(name, ())]
        if self.errors:
            return cleaned
        item, files = cleaned["item"], self.sift(chosen)
        self.refused = [*left, *self.refused]
        return {
            "files": files,
            "title": cleaned["title"] or f"{item.code} {item.text}"[:TITLE_LENGTH],
            "pointers": {item: ""},
        }


class FolderForm(UploadsForm):
    """Many files at once, each with its item's number at the beginning of its name."""

    MOST = 60

    files = UploadsField(
        purpose=uploads.EVIDENCE,
        most=lambda: FolderForm.MOST,
        label=_("Files"),
        help_text=_("At most 60 at once; begin each name with the item's number: ZW-1.4 会议纪要.pdf"),
    )
