"""Loads the plan's own data from `fixtures/`, and the holiday arrangements the library knows.

Records are recognised by their natural keys. What exists already stays as it
is, so loading again changes nothing; only holidays taken from the library
follow it when a later release corrects or adds a day.
"""

import csv
import datetime
import tomllib
from collections import Counter
from collections.abc import Iterator
from itertools import count
from typing import Any

from chinese_calendar.constants import holidays, workdays
from django.conf import settings
from django.db import transaction

from accounts.enums import ResolutionKind, ResolutionState
from accounts.models import Organisation, Resolution
from sites.enums import HolidayKind
from sites.models import DesignatedUnit, Holiday, Phase, Programme
from standards.enums import VersionState
from standards.models import Article, Chapter, Ground, Item, Rulebook, Section, Standard
from standards.wording import keep_readings

Facts = dict[str, Any]
Loaded = Counter[str]

FIXTURES = settings.BASE_DIR / "fixtures"
LIBRARY = "chinesecalendar"
# The library's English names → the names in the State Council's notices.
HOLIDAY_NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "National Day": "国庆节",
    "Mid-autumn Festival": "中秋节",
    "Anti-Fascist 70th Day": "抗战胜利70周年纪念日",
}


@transaction.atomic
def load() -> Loaded:
    """Load what is missing; the answer counts the rows written, by kind of record."""
    plan = tomllib.loads((FIXTURES / "plan.toml").read_text(encoding="utf-8"))
    standards = tomllib.loads((FIXTURES / "standards.toml").read_text(encoding="utf-8"))
    loaded: Loaded = Counter()
    loaded["organisations"] = _load_organisations(plan["organisations"])
    loaded += _load_standards(standards["standards"])
    loaded["grounds"] = _load_grounds(plan["grounds"])
    text = tomllib.loads((FIXTURES / "rulebook.toml").read_text(encoding="utf-8"))
    loaded += _load_rulebook(standards["rulebook"], text["chapters"])
    loaded += _load_programme(plan)
    loaded["holidays"] = _load_holidays()
    return loaded


def _load_organisations(facts: list[Facts]) -> int:
    """Districts before their units, for a unit names its district by code."""
    written = 0
    for is_unit in (False, True):
        known = Organisation.objects.in_bulk(field_name="code")
        missing = [
            Organisation(**{**fact, "district": known.get(fact.get("district", ""))})
            for fact in facts
            if ("district" in fact) == is_unit and fact["code"] not in known
        ]
        written += len(Organisation.objects.bulk_create(missing))
    return written


def _load_grounds(facts: list[Facts]) -> int:
    """What replaces another stands before it, for the other names it by its number."""
    known = Ground.objects.in_bulk(field_name="number")
    missing = [fact for fact in facts if fact["number"] not in known]
    for fact in missing:
        successor = known.get(fact.get("replaced_by", ""))
        known[fact["number"]] = Ground.objects.create(**{**fact, "replaced_by": successor})
    return len(missing)


def _load_programme(plan: Facts) -> Loaded:
    """The campaign with its phases and designated units; it runs unless another one does."""
    programme, is_new = Programme.objects.get_or_create(
        document_number=plan["programme"]["document_number"],
        defaults={
            **plan["programme"],
            "text": (FIXTURES / "plan.txt").read_text(encoding="utf-8").strip(),
            "is_current": not Programme.objects.filter(is_current=True).exists(),
            "rulebook": Rulebook.objects.published().first(),
        },
    )
    if not is_new:
        return Counter()
    programme.standards.set(Standard.objects.published())
    phases = Phase.objects.bulk_create(
        Phase(programme=programme, ordinal=ordinal, **fact)
        for ordinal, fact in enumerate(plan["phases"], start=1)
    )
    organisations = Organisation.objects.in_bulk(field_name="code")
    designation = _designation(programme)
    units = DesignatedUnit.objects.bulk_create(
        DesignatedUnit(
            programme=programme,
            ordinal=ordinal,
            organisation=organisations[fact["organisation"]],
            name_in_plan=fact["name_in_plan"],
            resolution=designation,
        )
        for ordinal, fact in enumerate(plan["designated_units"], start=1)
    )
    return Counter(programmes=1, phases=len(phases), designated_units=len(units))


def _designation(programme: Programme) -> Resolution:
    """初步确定, as the plan tells of it: it does not say on which day the leading group met."""
    day = programme.issued_on
    return Resolution.objects.create(
        campaign=programme.pk,
        kind=ResolutionKind.DESIGNATION,
        title="初步确定建设市级示范点的单位和部门",
        source=f"《{programme.title}》（{programme.document_number}）",
        state=ResolutionState.DECIDED,
        put_on=day,
        decided_on=day,
        used_on=day,
        outcome="方案未载明会议日期，以方案成文日期为准。",
    )


def _load_standards(facts: list[Facts]) -> Loaded:
    with (FIXTURES / "standards.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    existing = set(Standard.objects.values_list("kind", "version"))
    loaded: Loaded = Counter()
    for fact in facts:
        if (fact["kind"], fact["version"]) not in existing:
            loaded += _load_standard(fact, rows)
    return loaded


def _load_standard(fact: Facts, rows: list[dict[str, str]]) -> Loaded:
    """Filled as a draft and published last: the database refuses to add to a published standard."""
    standard = Standard.objects.create(kind=fact["kind"], version=fact["version"], title=fact["title"])
    sections = Section.objects.bulk_create(
        Section(standard=standard, ordinal=ordinal, **section)
        for ordinal, section in enumerate(fact["sections"], start=1)
    )
    items = Item.objects.bulk_create(
        item for section in sections for item in _items(section, f"{fact['prefix']}-{section.ordinal}.", rows)
    )
    standard.state = VersionState.PUBLISHED
    standard.published_on = fact["published_on"]
    standard.save()
    return Counter(standards=1, sections=len(sections), items=len(items))


def _items(section: Section, prefix: str, rows: list[dict[str, str]]) -> Iterator[Item]:
    mine = (row for row in rows if row["code"].startswith(prefix))
    for ordinal, row in enumerate(mine, start=1):
        yield Item(
            section=section,
            ordinal=ordinal,
            code=row["code"],
            text=row["item"],
            clause=row["clause"],
            keyword=row["keyword"],
            points=row["points"],
            evidence_hint=row["evidence"],
            disclosure_form=row["disclosure_form"],
            may_be_inapplicable=row["may_be_inapplicable"] == "yes",
            either_or=row["either_or"] == "yes",
            full_example=row["full_example"],
            half_example=row["half_example"],
            zero_example=row["zero_example"],
        )


def _load_rulebook(fact: Facts, chapters: list[Facts]) -> Loaded:
    """Like a standard, published once its text is in it."""
    if Rulebook.objects.filter(version=fact["version"]).exists():
        return Counter()
    rulebook = Rulebook.objects.create(**{**fact, "published_on": None})
    keys = count(1)
    written = 0
    for ordinal, chapter in enumerate(chapters, start=1):
        part = Chapter.objects.create(rulebook=rulebook, ordinal=ordinal, name=chapter["name"])
        articles = [
            Article(chapter=part, ordinal=place, key=next(keys), text=text)
            for place, text in enumerate(chapter["articles"], start=1)
        ]
        written += len(Article.objects.bulk_create(articles))
    keep_readings(rulebook)
    rulebook.state = VersionState.PUBLISHED
    rulebook.published_on = fact["published_on"]
    rulebook.save()
    return Counter(rulebooks=1, chapters=len(chapters), articles=written)


def _load_holidays() -> int:
    """Days entered by hand stay; the library's own are written where new or changed."""
    existing = {holiday.date: holiday for holiday in Holiday.objects.all()}
    changed = [
        holiday
        for holiday in _library_holidays()
        if (known := existing.get(holiday.date)) is None
        or (LIBRARY in known.source and (known.kind, known.name) != (holiday.kind, holiday.name))
    ]
    Holiday.objects.bulk_create(
        changed, update_conflicts=True, unique_fields=["date"], update_fields=["kind", "name", "source"]
    )
    return len(changed)


def _library_holidays() -> Iterator[Holiday]:
    """The days on which the arrangement differs from the plain week."""
    for day, name in holidays.items():
        if day.isoweekday() <= 5:
            yield Holiday(date=day, kind=HolidayKind.OFF, name=HOLIDAY_NAMES[name], source=_source(day))
    for day, name in workdays.items():
        if day.isoweekday() > 5:
            label = f"{HOLIDAY_NAMES[name]}调休上班"
            yield Holiday(date=day, kind=HolidayKind.WORK, name=label, source=_source(day))


def _source(day: datetime.date) -> str:
    """New Year's days in December belong to the next year's arrangement."""
    year = day.year + (day.month == 12)
    return f"国务院办公厅{year}年节假日安排（取自 {LIBRARY}）"
