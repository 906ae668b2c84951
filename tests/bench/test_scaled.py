"""The demo grown: every copy is a whole campaign beside the first; plain copies are sites that nobody saw."""

import pytest
from auditlog.models import LogEntry
from django.db import connection
from django.db.models import Max

from accounts.enums import Role
from accounts.models import Organisation, User
from assessments.models import Sheet
from audit.checking import look_through
from audit.models import Seal
from bench import _scaled
from desk.models import OpenStep, Touched
from desk.open_steps import bring_up_to_date
from documents.models import Document, Series
from sites.models import Filing, Site, StageChange
from tests.desk.kept_steps import kept, worked_out

pytestmark = [pytest.mark.django_db, pytest.mark.heavy]

TIMES = 3


def steps_for(username):
    bring_up_to_date()
    return OpenStep.objects.visible_to(User.objects.get(username=username)).count()


def steps_at_own_government(username):
    """Those of the city's site that is the district's government, which this district's office reads."""
    district = User.objects.get(username=username).organisation.district
    return OpenStep.objects.filter(site__organisation=district).count()


def rows_about_sites():
    """Each model that points at a site, and how many rows do; marks of what was touched are for a while."""
    models = {
        relation.related_model
        for relation in Site._meta.get_fields(include_hidden=True)
        if relation.one_to_many
    }
    return {
        model: model._base_manager.exclude(**{_field(model): None}).count() for model in models - {Touched}
    }


def _field(model):
    return next(field.name for field in model._meta.fields if field.related_model is Site)


def test_grown_demo_holds_each_site_so_many_times_with_all_that_is_about_it(demo, client):
    steps = {username: steps_for(username) for username in ("shiban", "quban1", "ducha3")}
    at_own = steps_at_own_government("quban1")
    rows = rows_about_sites()
    entries = LogEntry.objects.count()

    _scaled.multiply(TIMES)

    connection.check_constraints()
    assert kept() == worked_out()
    assert Site.objects.count() == 23 * TIMES
    assert rows_about_sites() == {model: TIMES * before for model, before in rows.items()}
    # The district has one government: a copy of it is a unit whose site is the city's alone.
    copied = {username: TIMES * count for username, count in steps.items()}
    copied["quban1"] -= (TIMES - 1) * at_own
    assert {username: steps_for(username) for username in steps} == copied
    assert at_own > 0
    assert min(steps.values()) > 0

    # The districts stay three, with longer lists; lists of the city level are new ones.
    assert Organisation.objects.districts().count() == 3
    assert Filing.objects.filter(level="district").count() == 3
    assert Filing.objects.filter(level="city").count() == 8 * TIMES

    # Each copy of a liaison sees the copy of its site, and nobody else's.
    for original in User.objects.filter(role=Role.LIAISON).exclude(username__contains="-"):
        people = User.objects.filter(username__startswith=f"{original.username}-")
        sites = [Site.objects.visible_to(person).get() for person in (original, *people)]
        assert len({site.pk for site in sites}) == TIMES, original
        assert len({site.window_name for site in sites}) == 1
        assert [site.organisation for site in sites[1:]] == [person.organisation for person in people]
    person = User.objects.get(pk=people[0].pk)
    client.force_login(person)
    assert client.get("/desk/").status_code == 200
    assert client.get(sites[1].get_absolute_url()).status_code == 200
    assert client.get(sites[0].get_absolute_url()).status_code == 404

    # The next paper has a number of its own, the next record a key.
    for series in Series.objects.filter(code__in=Document.objects.values("series")):
        numbers = Document.objects.filter(series=series.code, year=series.year)
        assert series.last_number == numbers.aggregate(last=Max("number"))["last"]
    Organisation.objects.create(name="示例", short_name="示例", code="B", kind="department")

    # The trail tells of the copies what it tells of the first, is sealed, and holds.
    assert LogEntry.objects.count() >= TIMES * entries
    told = LogEntry.objects.get_for_objects(Site.objects.filter(pk__in=[site.pk for site in sites]))
    assert len(set(told.values_list("object_pk", flat=True))) == TIMES
    assert Seal.objects.latest("last_entry").last_entry >= told.latest("pk").pk
    assert look_through().fault == ""


def test_plain_copies_took_their_steps_and_were_not_inspected(demo):
    sheets, steps = Sheet.objects.count(), StageChange.objects.count()

    _scaled.multiply(4, complete=2)

    connection.check_constraints()
    assert Site.objects.count() == 4 * 23
    assert StageChange.objects.count() == 4 * steps
    assert Sheet.objects.count() == 2 * sheets
    assert Site.objects.filter(assessments=None, organisation__people__role=Role.LIAISON).count() >= 2 * 20
