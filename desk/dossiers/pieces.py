"""What a dossier is made of: its sections in filing order, its files, and its own plain tables.

All of it is Chinese whatever the reader's language: names of folders and files, tables, index.
"""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import PurePath

from django.db import models
from django.db.models.fields.files import FieldFile
from django.utils import timezone

from accounts.models import User
from accounts.rules import sees_city
from documents.enums import Retention
from documents.papers import OFFICE
from documents.rendering import render_sheet
from sites.models import Filing, Site

# More are not drawn at once: a page of a table takes memory until all of it is drawn.
MOST_ROWS = 200


class Section(models.IntegerChoices):
    """The order in which a site's papers are filed: that of the campaign itself."""

    LIST = 1, "名单"
    PLAN = 2, "工作方案"
    SELF_ASSESSMENT = 3, "自评"
    INSPECTION = 4, "督查评分"
    RECTIFICATION_NOTICE = 5, "整改通知"
    RECTIFICATION = 6, "整改"
    ACCEPTANCE = 7, "验收"
    APPRAISAL = 8, "社会评议"
    NOTICE = 9, "公示与异议"
    NAMING = 10, "命名决定与跟踪"
    HISTORY = 11, "过程记录"

    @property
    def folder(self) -> str:
        return f"{self.value:02d} {self.label}"


@dataclass(frozen=True)
class Case:
    """One site as one person asks for its dossier on a day; the site comes with unit, list and programme."""

    site: Site
    asker: User
    on: datetime.date

    @property
    def in_city(self) -> bool:
        return sees_city(self.asker)

    @cached_property
    def sees_list(self) -> bool:
        """The whole list the site stands on, and what was said of it."""
        return Filing.objects.visible_to(self.asker).filter(pk=self.site.filing_id).exists()


@dataclass(frozen=True)
class Piece:
    """One file of a dossier: stored, or made when it is written; without content missing, as `note` says.

    `name` is what a person calls it, with its ending; the archive numbers and cleans it. `title` is its 题名
    where that is not its name. `by` is 责任者: the organ it is of, never a clerk (DA/T 22). `kept` is its
    保管期限 where its section does not say it, and `same` a key of what goes into the dossiers of several
    sites. With a `sha256` only what has it goes in. `is_ours`: a PDF that the portal has made itself.
    """

    section: Section
    name: str
    content: FieldFile | Callable[[], bytes] | None
    number: str = ""
    on: datetime.date | None = None
    by: str = ""
    note: str = ""
    is_ours: bool = False
    sha256: str = ""
    title: str = ""
    kept: Retention | None = None
    same: str = ""
    is_replaced: bool = False

    @property
    def caption(self) -> str:
        """题名."""
        return self.title or PurePath(self.name).stem


@dataclass(frozen=True)
class Block:
    """A table with a heading; 无 stands in the place of no rows. `widths`, in percent, make several alike."""

    title: str = ""
    heads: Sequence[str] = ()
    rows: Sequence[Sequence[object]] = ()
    widths: Sequence[int] = ()


@dataclass(frozen=True)
class Table:
    """What has no paper of its own, on plain A4: facts by name, then blocks; `wide` lies across."""

    title: str
    about: str
    facts: Sequence[tuple[str, object]] = ()
    blocks: Sequence[Block] = ()
    wide: bool = False
    is_sample: bool = False


def table_piece(
    section: Section, table: Table, case: Case, *, on: datetime.date | None = None, by: object = ""
) -> Piece:
    """The table as a PDF, drawn when it is written; without day and organ of its own, of the office's."""
    make, organ = partial(pdf_of, table, case.on), organ_of(by) or OFFICE
    return Piece(section, f"{table.title}.pdf", make, on=on or case.on, by=organ, is_ours=True)


def organ_of(who: object) -> str:
    """The organ that answers for what this person did, or what is one itself."""
    if isinstance(who, User):
        return who.organisation.name if who.organisation else ""
    return str(who or "")


def table_of(
    case: Case, title: str, blocks: Sequence[Block], facts: Sequence[tuple[str, object]] = ()
) -> Table:
    """A table about the case's site."""
    return Table(title, str(case.site), facts, blocks, is_sample=case.site.is_sample)


def pdf_of(table: Table, on: datetime.date) -> bytes:
    """Equal tables of one day give equal bytes."""
    context = {
        "table": table,
        "facts": [(name, text_of(value)) for name, value in table.facts if text_of(value)],
        "blocks": [
            {
                "title": block.title,
                "heads": block.heads,
                "widths": block.widths,
                "rows": [[(text, _is_short(text)) for text in map(text_of, row)] for row in block.rows],
            }
            for block in table.blocks
        ],
        "on": on.isoformat(),
    }
    return render_sheet("dossier_table.html", context, stylesheet="dossier.css", on=on)


def text_of(value: object) -> str:
    """A cell's text: days as 2008-05-20, times by the clock on the wall, nothing for nothing."""
    if value is None:
        return ""
    if isinstance(value, datetime.datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
    return value.isoformat() if isinstance(value, datetime.date) else str(value)


def _is_short(text: str) -> bool:
    """A day, a number, a code: never broken over two lines."""
    return text.isascii() and all(len(line) <= 12 for line in text.splitlines())
