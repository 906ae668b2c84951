"""What pages about a kind's standing text show: how its passages read, its versions, its draft."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from accounts.deputies import is_another
from accounts.models import User

from .models import Document, Wording
from .papers import DocumentKind
from .services import wordings
from .wording import Answer, Fault, filled, of_paper, of_samples
from .wordings import faults_of


@dataclass(frozen=True)
class PassageRow:
    """A passage as it is marked, what is wrong with it, and how it reads."""

    name: str
    text: str
    faults: list[Fault]
    readings: list[tuple[str, str]]  # on which data, and the words


def previewed(kind: DocumentKind, texts: Mapping[str, str], reader: User) -> list[PassageRow]:
    """Each passage on made-up data, with all its conditions and with none, and on the newest paper's."""
    faults = faults_of(kind, texts)
    data: dict[str, Answer] = {
        _("all conditions hold (made-up data)"): of_samples(kind, all_hold=True),
        _("no condition holds (made-up data)"): of_samples(kind, all_hold=False),
    }
    papers = Document.objects.visible_to(reader).filter(kind=kind)
    if paper := papers.order_by("-issued_on", "-pk").first():
        data[paper.full_number] = of_paper(kind, paper.context)
    return [
        PassageRow(name, text, faults.get(name, []), [] if name in faults else _readings(text, data))
        for name, text in texts.items()
    ]


def _readings(text: str, data: Mapping[str, Answer]) -> list[tuple[str, str]]:
    """Each way of reading it once: a passage without conditions reads the same on all samples."""
    told: dict[str, str] = {}
    for name, answer in data.items():
        told.setdefault(filled(text, answer), name)
    return [(name, words) for words, name in told.items()]


def wording_page(kind: DocumentKind, reader: User) -> dict[str, Any]:
    """The text in force, the draft if there is one, and the versions before."""
    versions = (
        Wording.objects.visible_to(reader).filter(kind=kind).select_related("drafted_by", "published_by")
    )
    known = list(versions)
    draft = next((one for one in known if one.published_on is None), None)
    current = next((one for one in known if one.published_on), None)
    before = wordings.words_of(kind, current)
    rows = previewed(kind, wordings.words_of(kind, draft) if draft else before, reader)
    return {
        "kind": kind,
        "draft": draft,
        "current": current,
        "versions": [one for one in known if one.published_on],
        "rows": rows,
        "changed": [(row, before[row.name]) for row in rows if row.text != before[row.name]],
        "may_publish": draft is not None and is_another(reader, draft.drafted_by_id),
    }
