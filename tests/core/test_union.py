"""Records of many tables as the rows of one question."""

import datetime
from typing import NamedTuple

import pytest
from django.db.models import Count, Value

from accounts.enums import Role
from accounts.models import Organisation, User
from core.union import UnionOf
from tests import factories
from tests.at_once import on_both

pytestmark = [pytest.mark.django_db, on_both]


class Named(NamedTuple):
    what: str
    name: str
    on: datetime.date | None = None
    at: datetime.datetime | None = None
    n: int = 1
    note: str = ""


NAMED = UnionOf(Named)


def test_values_are_paths_expressions_and_themselves(database):
    day, unit = datetime.date(2008, 5, 1), factories.unit()
    person = factories.user(Role.LIAISON, unit)
    units = NAMED.part(Organisation.objects.filter(pk=unit.pk), what=Value("unit"), name="name", on=day)
    people = NAMED.part(
        User.objects.filter(pk=person.pk), what=Role.LIAISON, name="organisation__name", at="date_joined"
    )
    assert NAMED.rows(NAMED.query([people, units]).order_by("-row_what")) == [
        Named("unit", unit.name, day),
        Named("liaison", unit.name, None, person.date_joined),
    ]


def test_records_that_agree_are_one_row(database):
    unit = factories.unit()
    for _each in range(3):
        factories.user(Role.LIAISON, unit)
    liaisons = User.objects.filter(organisation=unit)
    counted = NAMED.part(liaisons, what="role", name="organisation__name", by=("what", "name"), n=Count("pk"))
    assert NAMED.rows(NAMED.query([counted])) == [Named("liaison", unit.name, n=3)]
