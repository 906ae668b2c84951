"""Every question of the project that is prepared finds what it would find if it was built anew."""

import datetime
from inspect import signature
from itertools import product
from typing import Any

import pytest
from django.db.models import Model

from accounts.enums import Role
from accounts.models import User
from accounts.searched import SEARCH_KINDS
from assessments.enums import SheetRole
from assessments.models import Assessment, EvidencePointer, Round, Sheet, Twin
from core.clock import today
from core.prepared import ALL
from core.search import Query, sought_of
from desk.deadlines import Narrowing, last_days
from desk.enums import Light
from desk.lights import lights_of
from desk.search import SHORTEST
from desk.todo.steps import Chosen
from publicity.models import Notice
from sites.models import Programme, Site
from tests import factories
from tests.at_once import on_both

pytestmark = [pytest.mark.django_db, pytest.mark.slow, on_both]


def _examples() -> dict[str, list[Any]]:
    """What a question may be given, by the names of its arguments; whoever adds a name adds its examples."""
    furthest = [*Site.objects.order_by("-naming", "-pk").values_list("pk", flat=True)[:2], 0]
    return {
        "user": list(User.objects.order_by("pk")),
        "person": [*User.objects.order_by("pk").values_list("pk", flat=True)[:3], 0],
        "programme": [Programme.objects.get().pk, None],
        "programmes": [(), tuple(Programme.objects.values_list("pk", flat=True))],
        "reader": list(User.objects.order_by("pk")),
        "site": furthest,
        "sites": [(), tuple(furthest)],
        "filing": [Site.objects.get(pk=furthest[0]).filing_id],
        "day": [today()],
        "last_day": [today()],
        "chosen": [Chosen(), Chosen(factories.programme().pk, factories.district().pk, "building", 3)],
        "last_days": [last_days(Programme.objects.current())],
        "narrowing": [Narrowing(), Narrowing("list", Light.YELLOW)],
        "district": [None, factories.district().pk],
        "districts": [(), (factories.district().pk,)],
        "notice": [*Notice.objects.values_list("pk", flat=True), 0],
        "level": ["", "district"],
        "stages": [(), ("building", "named")],
        "lights": [lights_of(Programme.objects.current())],
        "sought": [
            sought_of(SEARCH_KINDS, Query.of(text, shortest=SHORTEST))
            for text in ("示例", "示例 100%_", "乌海政公开发〔2008〕1号", "A", "ABCD-EF23")
        ],
        "kind": ["", "service", "public_notice"],
        "state": ["", "ready"],
        "soon_until": [today, lambda: today() + datetime.timedelta(30)],
        **_examples_of_sheets(),
    }


def _examples_of_sheets() -> dict[str, list[Any]]:
    """A final sheet with all that stands beside it, a sheet of a member, and the unit's own."""
    final = Sheet.objects.filter(role=SheetRole.FINAL).order_by("pk")[0]
    visited = Assessment.objects.select_related("site", "round", "standard").get(pk=final.assessment_id)
    member = visited.sheets.filter(role=SheetRole.INSPECTOR).order_by("pk")[0]
    own = Sheet.objects.get(role=SheetRole.SELF, assessment__site=visited.site)
    keys = (final.pk, member.pk, own.pk)
    pointers = EvidencePointer.objects.filter(evidence__site=visited.site)
    twins = tuple(Twin.objects.values_list("pk", flat=True))
    return {
        "pk": [*keys, 0],
        "sheet": list(keys),
        "sheets": [(), keys],
        "role": list(SheetRole),
        "author": [None, member.author_id],
        "by": [
            member.author_id,
            User.objects.get(role=Role.LIAISON, organisation=visited.site.organisation).pk,
        ],
        "assessment": [visited.pk],
        "of": [visited],
        "of_site": [visited.site_id],
        "rounds": [(), (visited.round_id,), tuple(Round.objects.values_list("pk", flat=True))],
        "item": [pointers[0].item_id],
        "items": [(), tuple(pointers.order_by().values_list("item", flat=True).distinct())],
        "pieces": [(), tuple(pointers.order_by().values_list("evidence", flat=True).distinct())],
        "remarks": [False, True],
        "twins": [(), twins],
        "ids": [(), tuple(Twin.objects.values_list("file", flat=True))],
    }


def test_all_of_them_for_everybody(demo, database):
    examples = _examples()
    questions = [question for question in ALL if not question.plainly.__module__.startswith("tests.")]
    assert questions
    for question in questions:
        names = signature(question.plainly).parameters
        for values in product(*(examples[name] for name in names)):
            given = dict(zip(names, values, strict=True))
            found, plain = list(question(**given)), list(question.plainly(**given))
            assert list(map(_told, found)) == list(map(_told, plain)), (question.plainly, given)
            assert question(**given).count() == len(plain), (question.plainly, given)


def _told(row: Any, above: tuple[Any, ...] = ()) -> Any:
    """A row by all that was read of it; of two records that know each other each is told once."""
    if not isinstance(row, Model) or row in above:
        return row
    related = row._state.fields_cache
    read = {name: value for name, value in vars(row).items() if name[0] != "_"}
    return read, {name: one and _told(one, (*above, row)) for name, one in related.items()}
