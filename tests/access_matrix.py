"""Every address of the portal, with the record that it is about: for `test_access_matrix`.

An address is about the record whose key stands first in it. Which kind of record that is, is told by what
stands before the key: a new address of a kind that is known needs nothing here, one of a new kind a line.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import or_
from typing import Any
from urllib.parse import quote

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q, QuerySet

from accounts.models import Organisation, User
from core.clock import today
from desk.models import ReminderRule
from publicity.guide import NAMES
from publicity.models import Article
from standards.enums import Kind
from standards.models import Item, Rulebook
from tests.addresses import patterns, written
from tests.test_rights import REACHED, parents

# Whose key it is ← what stands before it.
RECORDS = {
    "standards.Ground": ("grounds/", "desk/grounds/"),
    "standards.Item": ("desk/figures/items/",),
    "standards.Standard": ("desk/standards/",),
    "standards.Rulebook": ("desk/rulebooks/",),
    "standards.Chapter": ("desk/rulebooks/chapters/",),
    "standards.Article": ("desk/rulebooks/articles/",),
    "standards.Opinion": ("desk/rulebooks/opinions/",),
    "standards.Proposal": ("desk/rulebooks/proposals/",),
    "sites.Site": ("sites/", "desk/sites/"),
    "sites.Determination": ("determinations/", "desk/determinations/"),
    "sites.Filing": ("desk/filings/",),
    "sites.Replacement": ("desk/replacements/",),
    "sites.WorkPlan": ("desk/plans/",),
    "sites.Measure": ("desk/measures/",),
    "sites.Liaison": ("desk/liaisons/",),
    "sites.Programme": ("desk/programmes/",),
    "sites.Phase": ("desk/programmes/phases/",),
    "sites.GuidanceNote": ("desk/guidance/",),
    "sites.Investment": ("desk/investments/",),
    "sites.Facility": ("desk/facilities/",),
    "sites.Research": ("desk/research/",),
    "sites.ImportJob": ("desk/imports/",),
    "assessments.Round": ("desk/rounds/",),
    "assessments.Draw": ("desk/draws/",),
    "assessments.Assessment": ("desk/assessments/",),
    "assessments.Tie": ("desk/ties/",),
    "assessments.Sheet": ("desk/sheets/",),
    "assessments.Deliberation": ("desk/deliberations/",),
    "assessments.Proposal": ("desk/proposals/",),
    "assessments.PracticeSheet": ("desk/practice/",),
    "assessments.PracticeRun": ("desk/practice/runs/",),
    "assessments.Evidence": ("desk/evidence/",),
    "assessments.EvidenceLink": ("desk/evidence/links/",),
    "assessments.EvidenceFile": ("desk/evidence/files/",),
    "assessments.Finding": ("desk/findings/",),
    "assessments.FurtherForm": ("desk/acceptances/further/",),
    "assessments.OwnCheck": ("desk/own-checks/",),
    "assessments.OwnCheckFile": ("desk/own-checks/files/",),
    "assessments.VisitReport": ("desk/visit-reports/",),
    "assessments.VisitPaper": ("desk/visit-reports/papers/",),
    "publicity.Notice": ("notices/", "desk/notices/"),
    "publicity.NoticeOutlet": ("desk/notices/outlets/",),
    "publicity.OutletPicture": ("notices/pictures/", "desk/notices/outlets/pictures/"),
    "publicity.Naming": ("namings/", "desk/namings/", "desk/rechecks/proposals/"),
    "publicity.RecheckPicture": ("desk/namings/pictures/",),
    "publicity.RecheckDraw": ("desk/rechecks/draws/",),
    "publicity.Commendation": ("commendations/", "desk/commendations/"),
    "publicity.CommendationLine": ("desk/commendations/lines/",),
    "publicity.Article": ("experience/", "desk/articles/"),
    "publicity.ArticleFile": (
        *("experience/files/", "experience/pictures/", "experience/thumbnails/"),
        "desk/articles/files/",
    ),
    "publicity.Reuse": ("desk/articles/reuses/",),
    "publicity.Objection": ("desk/objections/",),
    "publicity.Enquiry": ("desk/enquiries/",),
    "publicity.EnquiryFile": ("desk/enquiries/files/",),
    "publicity.Question": ("desk/questions/", "ask/"),
    "publicity.ObjectionFile": ("desk/objections/files/",),
    "publicity.LoggedLetter": ("desk/objections/letters/",),
    "publicity.SearchWord": ("desk/search-words/",),
    "publicity.Appraisal": ("desk/appraisals/",),
    "publicity.PaperDraw": ("desk/appraisals/draws/",),
    "publicity.SecondEntry": ("desk/appraisals/second/",),
    "publicity.AppraisalScan": ("desk/appraisals/scans/",),
    "publicity.Event": ("desk/events/",),
    "publicity.EventFile": ("desk/events/files/",),
    "documents.Document": ("desk/documents/",),
    "documents.Draft": ("desk/documents/drafts/",),
    "documents.DraftPaper": ("desk/documents/drafts/papers/",),
    "documents.DraftRemark": ("desk/documents/drafts/edited/",),
    "documents.PenSignature": ("desk/documents/drafts/pen/",),
    "documents.StampedScan": ("desk/documents/stamped/",),
    "documents.Preview": ("desk/documents/previews/",),
    "documents.PreviewPaper": ("desk/documents/previews/papers/",),
    "documents.Receipt": ("desk/documents/receipts/",),
    "documents.Instruction": ("desk/documents/instructions/",),
    "documents.InstructionAnswer": ("desk/documents/instructions/answers/",),
    "desk.Dossier": ("desk/dossiers/",),
    "desk.UpwardReport": ("desk/upward/",),
    "accounts.User": ("desk/people/",),
    "accounts.Organisation": ("desk/organisations/", "feeds/districts/"),
    "accounts.Deputy": ("desk/deputies/",),
    "accounts.Session": ("desk/account/sessions/",),
    "accounts.Export": ("desk/exports/",),
    "accounts.Meeting": ("desk/meetings/",),
    "accounts.Resolution": ("desk/resolutions/",),
    "accounts.Slip": ("desk/slips/",),
    "accounts.Motion": ("desk/motions/",),
    "accounts.SecrecyReview": ("desk/secrecy/",),
    "mfa.Authenticator": ("accounts/2fa/webauthn/keys/",),
}
_MODELS = {before: apps.get_model(label) for label, spots in RECORDS.items() for before in spots}
# What a key is called that is a record's, wherever it stands first.
_BY_NAME = {"site_pk": "sites.Site", "filing_pk": "sites.Filing"}

# What else stands in an address: found from the record it is about, or the same for everybody. Where a name
# means several things, the address stands before it.
NOTHING = 0  # no record has this key
MORE: dict[str, Callable[[Any], Any]] = {
    "site_pk": lambda filing: _first(filing.sites),
    "batch_pk": lambda filing: _first(filing.import_batches),
    "team_pk": lambda held: _first(held.teams),
    "section_pk": lambda sheet: _first(sheet.assessment.standard.sections),
    "assessments:not_due_withdraw item_pk": lambda _held: Item.objects.order_by("pk")[0].pk,
    "assessments:practice_mark item_pk": lambda sheet: sheet.marks.order_by("pk")[0].item_id,
    "assessments:practice_answer item_pk": lambda run: run.sheet.marks.order_by("pk")[0].item_id,
    "item_pk": lambda sheet: sheet.scores.order_by("pk")[0].item_id,
    "upload_pk": lambda sheet: _first(sheet.uploads),
    "answer_pk": lambda check: _first(check.answers),
    "ordinal": lambda _standard: 1,
    "number": lambda _sheet: 1,
    "first": lambda _appraisal: 1,
    "run": lambda _appraisal: 1,
    "about": lambda _commendation: "site",
    "size": lambda _notice: "a4",
    "code": lambda _nothing: "示例",
    "version": lambda _nothing: Rulebook.objects.published()[0].version,
    "name": lambda _nothing: NAMES[0],
    "publicity:data_file key": lambda _nothing: "sites",
    "publicity:ask_new kind": lambda _nothing: "question",
    "publicity:enquiry_receipt token": lambda _nothing: "示例",
    "publicity:enquiry_paper token": lambda _nothing: "示例",
    "publicity:api_set key": lambda _nothing: "sites",
    "ending": lambda _nothing: "csv",
    "desk:figure key": lambda _nothing: "sites",
    "desk:reminder_rule kind": lambda _nothing: ReminderRule.objects.order_by("pk")[0].kind,
    "people:secrecy_ask kind": lambda _nothing: "site",
    **{
        f"documents:{page} kind": lambda _nothing: "minutes"
        for page in (
            "default_edit",
            "kind_series",
            "wording",
            "wording_edit",
            "wording_preview",
            "wording_publish",
            "wording_discard",
        )
    },
    "kind": lambda _nothing: Kind.values[0],
    "register": lambda _nothing: "people",
    "uidb64": lambda _nothing: "MQ",
    "token": lambda _nothing: "示例",
    "app_label": lambda _nothing: "sites",
    "content_type_id": lambda _nothing: ContentType.objects.get_for_model(Organisation).pk,
    "url": lambda _nothing: "nothing/",
}


def _first(related: Any) -> int:
    return getattr(related.order_by("pk").first(), "pk", NOTHING)


@dataclass(frozen=True)
class Address:
    """One of the table of addresses: what the matrix calls it, and how it is written there."""

    name: str
    route: str

    @property
    def room(self) -> str:
        """The part of the portal it is of: which test walks it."""
        before, colon, _name = self.name.partition(":")
        return before if colon else "portal"

    @cached_property
    def keys(self) -> list[str]:
        return re.findall(r"<(?:\w+:)?(\w+)>", self.route)

    @cached_property
    def model(self) -> type[Model] | None:
        """Whose key stands first; None where no record's does. A key of an unknown kind is a KeyError."""
        if not self.keys:
            return None
        first = self.keys[0]
        if first in ("site_pk", "filing_pk"):
            return apps.get_model(_BY_NAME[first])
        if first == "object_id":
            app, _slash, rest = self.route.removeprefix("admin/").partition("/")
            return apps.get_model(app, rest.partition("/")[0])
        if first == "pk":
            return _MODELS[self.route.partition("<")[0]]
        return None

    def url(self, record: Model | None) -> str:
        """Where it is, of this record."""
        filled = self.route
        for number, key in enumerate(self.keys):
            if number == 0 and record is not None:
                value: object = record.pk
            elif key == "object_id":
                value = Organisation.objects.order_by("pk")[0].pk
            else:
                value = MORE.get(f"{self.name} {key}", MORE.get(key, _unknown(self, key)))(record)
            filled = re.sub(rf"<(?:\w+:)?{key}>", quote(str(value)), filled, count=1)
        return "/" + filled


def _unknown(address: Address, key: str) -> Callable[[Any], Any]:
    def fail(_record: Any) -> Any:
        raise KeyError(f"{address.name}: say in MORE what stands for {key}")

    return fail


def addresses() -> list[Address]:
    """All that the portal answers at."""
    found = []
    for name, pattern, _view, _wanted in patterns():
        route = written(pattern)
        found.append(Address(name + route if name.endswith(":") or not name else name, route))
    return sorted(found, key=lambda address: address.name)


def _shown_to_all(records: QuerySet[Any]) -> QuerySet[Any]:
    """What the public pages show of a kind of record; all, where they have no word for it."""
    name = next((name for name in ("published", "listed") if hasattr(records, name)), "all")
    found: QuerySet[Any] = getattr(records, name)(**({"on": today()} if records.model is Article else {}))
    return found


def own(model: type[Model], user: User | None, *, is_public: bool) -> QuerySet[Any]:
    """The records that somebody sees: by what the public pages show, or by the rights of who is signed in."""
    records = model._default_manager.order_by("pk")
    label = model._meta.label
    if is_public:
        return records.filter(pk__in=_shown_to_all(records).order_by().values("pk"))
    if user is None:
        return records.none()
    if hasattr(records, "visible_to"):
        return records.filter(pk__in=records.visible_to(user).order_by().values("pk"))
    if label in REACHED:
        ways = [
            Q(**{f"{name}__in": own(parent, user, is_public=False).order_by().values("pk")})
            for name, parent in zip(REACHED[label].split(", "), parents(label), strict=True)
        ]
        return records.filter(reduce(or_, ways))
    return records


def foreign_to(seen: QuerySet[Any], user: User | None) -> QuerySet[Any]:
    """The records of the kind that somebody does not see; nobody is foreign to themselves."""
    records: QuerySet[Any] = seen.model._default_manager.order_by("pk")
    others = records.exclude(pk__in=seen.order_by().values("pk"))
    return others.exclude(pk=user.pk) if user and seen.model is User else others
