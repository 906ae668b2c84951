"""`load_plan`: the plan's facts, all of them, and nothing on the second run."""

import datetime
import io

import pytest
from auditlog.models import LogEntry
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.enums import OrganisationKind
from accounts.models import Organisation
from sites import plan
from sites.enums import HolidayKind
from sites.models import Holiday, Phase, Programme, Site
from standards.models import Article, Chapter, Ground, Item, Section, Standard
from tests import factories

pytestmark = pytest.mark.django_db


def every_row():
    """All rows of the portal's own tables, and how long the trail is."""
    rooms = ("accounts", "standards", "sites", "documents", "assessments", "publicity")
    models = [model for room in rooms for model in apps.get_app_config(room).get_models()]
    rows = {model._meta.label: list(model._default_manager.order_by("pk").values()) for model in models}
    return rows, LogEntry.objects.count()


def load() -> str:
    out = io.StringIO()
    call_command("load_plan", stdout=out)
    return out.getvalue()


# -- what is loaded ---------------------------------------------------------


def test_counts():
    programme = Programme.objects.get()
    counted = {
        "phases": programme.phases.count(),
        "designated units": programme.designated_units.count(),
        "districts": Organisation.objects.filter(kind=OrganisationKind.DISTRICT_GOVERNMENT).count(),
        "standards": Standard.objects.count(),
        "sections": Section.objects.count(),
        "items": Item.objects.count(),
        "grounds": Ground.objects.count(),
        "chapters": Chapter.objects.count(),
        "articles": Article.objects.count(),
        "sites": Site.objects.count(),
    }

    assert counted == {
        "phases": 4,
        "designated units": 8,
        "districts": 3,
        "standards": 2,
        "sections": 8,
        "items": 111,
        "grounds": 4,
        "chapters": 8,
        "articles": 36,
        "sites": 0,
    }


def test_programme_has_the_facts_of_the_plan():
    programme = Programme.objects.current()

    assert programme.document_number == "乌海政办发〔2007〕55号"
    assert programme.issued_on == datetime.date(2007, 12, 28)
    assert (programme.district_minimum, programme.district_maximum, programme.designated_quota) == (4, 6, 1)
    lines = programme.text.splitlines()
    assert lines[:6] == [
        programme.title,
        f"{programme.notice_title}（{programme.document_number}）",
        f"{programme.addressees}：",
        f"现将《{programme.title}》印发给你们，请认真贯彻执行。",
        "二○○七年十二月二十八日",
        programme.title,
    ]
    assert programme.notice_title.startswith(programme.issuer)
    assert f"选择{programme.district_minimum}-{programme.district_maximum}个部门" in programme.text
    assert f"确定{programme.designated_quota}个基础较好的窗口单位" in programme.text


@pytest.mark.parametrize(
    ("ordinal", "starts_on", "ends_on", "months"),
    [
        (1, "2008-01-01", "2008-01-31", "2008年1月"),
        (2, "2008-02-01", "2008-03-31", "2008年2月—3月"),
        (3, "2008-04-01", "2008-04-30", "2008年4月"),
        (4, "2008-05-01", "2008-05-31", "2008年5月"),
    ],
)
def test_phase_has_the_dates_and_words_of_the_plan(ordinal, starts_on, ends_on, months):
    phase = Phase.objects.get(ordinal=ordinal)

    assert (phase.starts_on.isoformat(), phase.ends_on.isoformat()) == (starts_on, ends_on)
    paragraph = next(
        line for line in phase.programme.text.splitlines() if f"{phase.name}({months})。" in line
    )
    assert paragraph.endswith(phase.tasks)
    assert paragraph.startswith(f"（{'一二三四'[ordinal - 1]}）")


def test_designated_units_in_the_plans_order_and_words():
    units = Programme.objects.get().designated_units.select_related("organisation")
    names = [unit.name_in_plan for unit in units]

    assert f"分别是{'、'.join(names)}。" in Programme.objects.get().text
    assert [unit.ordinal for unit in units] == list(range(1, 9))
    # A list of organisations sorts by code: the plan's order again.
    assert sorted(units, key=lambda unit: unit.organisation.code) == list(units)
    for unit in units:
        assert unit.organisation.short_name == unit.name_in_plan


def test_designated_units_are_of_their_kind():
    kinds = {
        unit.name_in_plan: unit.organisation.kind
        for unit in Programme.objects.get().designated_units.select_related("organisation")
    }

    assert kinds.pop("海勃湾区") == OrganisationKind.DISTRICT_GOVERNMENT
    assert kinds.pop("电业局") == OrganisationKind.UTILITY
    assert set(kinds.values()) == {OrganisationKind.DEPARTMENT}


@pytest.mark.parametrize("kind", [OrganisationKind.LEADING_GROUP, OrganisationKind.OFFICE])
def test_bodies_bear_every_name_the_plan_gives_them(kind):
    body = Organisation.objects.get(kind=kind)

    assert len(body.aliases) == 2
    for alias in body.aliases:
        assert alias in Programme.objects.get().text


@pytest.mark.parametrize(
    ("code", "short_name", "units"),
    [("150302", "海勃湾区", 7), ("150303", "海南区", 5), ("150304", "乌达区", 6)],
)
def test_district_has_its_office_towns_and_subdistricts(code, short_name, units):
    district = Organisation.objects.get(code=code)

    assert (district.short_name, district.kind) == (short_name, OrganisationKind.DISTRICT_GOVERNMENT)
    assert factories.district_office(district).name == f"{short_name}政务公开领导小组办公室"
    selectable = Organisation.objects.selectable_by_district(district)
    assert selectable.count() == units
    assert all(unit.name.startswith(short_name) for unit in selectable)


def test_no_unit_that_came_later_and_no_sample():
    names = "".join(Organisation.objects.values_list("name", flat=True))

    assert not any(later in names for later in ("林荫", "新达", "滨海"))
    assert not Organisation.objects.filter(is_sample=True).exists()


# -- loading again ----------------------------------------------------------


def test_running_twice_changes_nothing():
    before = every_row()

    said = load()

    assert every_row() == before
    assert said == "Loaded the plan: nothing new, it was complete.\n"


def test_running_twice_writes_nothing():
    with CaptureQueriesContext(connection) as queries:
        plan.load()

    statements = {query["sql"].split()[0] for query in queries}
    assert statements <= {"SELECT", "SAVEPOINT", "RELEASE"}


def test_missing_rows_come_back_and_are_told():
    Organisation.objects.get(name="海南区公乌素镇").delete()
    Holiday.objects.filter(date="2008-05-04").delete()

    said = load()

    assert Organisation.objects.get(name="海南区公乌素镇").district.code == "150303"
    assert Holiday.objects.get(date="2008-05-04").kind == HolidayKind.WORK
    assert said == "Loaded the plan: organisations 1, holidays 1.\n"


def test_first_run_tells_what_it_loaded():
    Programme.objects.all().delete()

    assert load() == "Loaded the plan: programmes 1, phases 4, designated units 8.\n"


def test_corrections_made_in_the_portal_stay():
    Organisation.objects.filter(code="WH-02").update(name="乌海市建设委员会")
    Programme.objects.update(district_maximum=7)

    load()

    assert Organisation.objects.get(code="WH-02").name == "乌海市建设委员会"
    assert Programme.objects.get().district_maximum == 7


def test_holiday_entered_by_hand_stays_and_the_librarys_own_is_put_right():
    Holiday.objects.filter(date="2008-05-01").update(kind=HolidayKind.WORK, source="乌海市人民政府示例通知")
    Holiday.objects.filter(date="2008-05-02").update(kind=HolidayKind.WORK)
    Holiday.objects.create(date="2027-01-04", kind=HolidayKind.OFF, name="元旦", source="示例通知")

    load()

    kinds = dict(Holiday.objects.values_list("date", "kind"))
    assert kinds[datetime.date(2008, 5, 1)] == HolidayKind.WORK
    assert kinds[datetime.date(2008, 5, 2)] == HolidayKind.OFF
    assert kinds[datetime.date(2027, 1, 4)] == HolidayKind.OFF


def test_plan_does_not_push_a_running_campaign_aside():
    Programme.objects.all().delete()
    running = Programme.objects.create(
        title="示例批次", document_number="示例〔2009〕1号", issued_on="2009-01-01", text="示例"
    )

    load()

    assert Programme.objects.current() == running
    assert Programme.objects.filter(document_number="乌海政办发〔2007〕55号", is_current=False).exists()


def test_failed_load_leaves_nothing_behind(monkeypatch):
    """One transaction: a fixture that breaks halfway takes back what was written before it."""
    Organisation.objects.get(name="海南区公乌素镇").delete()
    Holiday.objects.filter(date="2008-05-04").delete()
    monkeypatch.delitem(plan.HOLIDAY_NAMES, "Labour Day")

    with pytest.raises(KeyError, match="Labour Day"):
        plan.load()

    assert not Organisation.objects.filter(name="海南区公乌素镇").exists()
