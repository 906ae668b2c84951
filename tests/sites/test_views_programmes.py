"""The pages of programmes, and the prolonging of a phase."""

import datetime

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.enums import Role
from desk.open_steps import bring_up_to_date
from sites.enums import Level, Stage
from sites.models import Extension, Holiday, Programme
from sites.schedule import planned
from standards.models import Standard
from tests import factories
from tests.sites import making

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

LIST = "/desk/programmes/"
STEPS = ("programme_edit", "phases_edit", "programme_new", "programme_run")
OTHERS = [role for role in Role.values if role != Role.OFFICE]


@pytest.fixture
def phase():
    return factories.programme().phases.get(ordinal=1)


@pytest.fixture
def office(client):
    made = factories.user(Role.OFFICE)
    client.force_login(made)
    return made


def of(name, thing):
    return reverse(f"sites:{name}", args=[thing.pk])


def extension(**more):
    return {
        "previous_end": "2008-01-31",
        "new_end": "2008-02-10",
        "asked_by": "海勃湾区政务公开办（示例）",
        "reason": "雪灾（示例）",
        **more,
    }


def typed(form):
    """What a person posts who leaves the form as it is shown."""
    shown = {bound.html_name: bound.value() for bound in form}
    return {
        name: [each.pk for each in value] if isinstance(value, QuerySet) else getattr(value, "pk", value)
        for name, value in shown.items()
        if value is not None
    }


def new_one(client, query="", **more):
    """The new programme's form, posted as shown with a number of its own."""
    url = of("programme_new", factories.programme()) + query
    values = typed(client.get(url).context["form"]) | {"document_number": "乌海政办发〔2008〕60号", **more}
    return client.post(url, values)


# -- who may ---------------------------------------------------------------------------------


def test_programme_anonymous_is_sent_to_login(client, phase):
    programme = factories.programme()
    for url in (LIST, of("programme", programme), *(of(name, programme) for name in STEPS)):
        assert client.get(url).status_code == 302
    assert client.post(of("phase_extend", phase)).status_code == 302


@pytest.mark.parametrize("role", Role.values)
def test_programme_is_read_by_all_and_changed_by_the_office(client, phase, role):
    client.force_login(factories.user(role))
    programme = factories.programme()
    assert of("programme", programme) in client.get(LIST).content.decode()
    html = client.get(of("programme", programme)).content.decode()
    assert programme.document_number in html
    assert all(one.name in html and one.tasks in html for one in programme.phases.all())
    assert all(unit.name_in_plan in html for unit in programme.designated_units.all())
    assert all(str(standard) in html for standard in programme.standards.all())
    for url in (of("phase_extend", phase), *(of(name, programme) for name in STEPS[:3])):
        assert (f'"{url}"' in html) == (role == Role.OFFICE)


@pytest.mark.parametrize("role", OTHERS)
def test_programme_steps_refused_to_all_but_the_office(client, phase, role):
    client.force_login(factories.user(role))
    before = planned(factories.programme())
    for url in (of("phase_extend", phase), *(of(name, factories.programme()) for name in STEPS)):
        assert client.get(url).status_code == 403
        assert client.post(url, extension()).status_code == 403
    assert not Extension.objects.exists()
    assert (Programme.objects.count(), planned(factories.programme())) == (1, before)


def test_programme_of_nothing_is_not_found(client, office):
    for name in ("programme", *STEPS, "phase_extend"):
        assert client.get(reverse(f"sites:{name}", args=[0])).status_code == 404


def test_programme_pages_to_read_refuse_a_post(client, office):
    assert client.post(LIST).status_code == 405
    assert client.post(of("programme", factories.programme())).status_code == 405


# -- prolonging ------------------------------------------------------------------------------


def test_phase_extend_prolongs_and_shows_who_and_why(client, office, phase):
    response = client.post(of("phase_extend", phase), extension())
    assert response.url == of("programme", factories.programme())
    made = Extension.objects.get()
    assert (made.previous_end, made.new_end, made.by) == (
        datetime.date(2008, 1, 31),
        datetime.date(2008, 2, 10),
        office,
    )
    html = client.get(response.url).content.decode()
    for words in ("雪灾（示例）", "海勃湾区政务公开办（示例）", office.name, made.counted):
        assert words in html


def test_phase_extend_is_public_without_the_clerk(client, office, phase):
    client.post(of("phase_extend", phase), extension())
    client.logout()
    html = client.get("/programme/").content.decode()
    made = Extension.objects.get()
    for words in ("雪灾（示例）", "海勃湾区政务公开办（示例）", made.counted, "2008-02-10", "2008-01-31"):
        assert words in html
    assert office.name not in html


def test_phase_extend_in_working_days_shows_the_day_before_it_is_decided(client, office, phase):
    url = of("phase_extend", phase)
    asked = client.post(url, extension(new_end="", working_days=7))
    assert asked.status_code == 422
    assert "14 February 2008" in str(asked.context["form"].errors["working_days"])
    assert not Extension.objects.exists()
    again = typed(asked.context["form"])
    assert again["seen_end"] == "2008-02-14"
    assert client.post(url, again).status_code == 302
    assert Extension.objects.get().new_end == datetime.date(2008, 2, 14)


def test_phase_extend_in_other_working_days_than_seen_asks_again(client, office, phase):
    url = of("phase_extend", phase)
    asked = client.post(url, extension(new_end="", working_days=8, seen_end="2008-02-14"))
    assert asked.status_code == 422
    assert not Extension.objects.exists()


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"new_end": "2008-01-31"}, "new_end"),
        ({"new_end": "2007-12-31"}, "new_end"),
        ({"new_end": "2018-02-10"}, "new_end"),
        ({"new_end": "昨天"}, "new_end"),
        ({"new_end": ""}, "new_end"),
        ({"working_days": 3}, "new_end"),
        ({"new_end": "", "working_days": 0}, "working_days"),
        ({"new_end": "", "working_days": "9" * 5000}, "working_days"),
        ({"reason": "  "}, "reason"),
        ({"reason": "\u202e"}, "reason"),
        ({"reason": "示" * 5000}, "reason"),
        ({"asked_by": ""}, "asked_by"),
        ({"previous_end": ""}, "previous_end"),
    ],
)
def test_phase_extend_wrong_is_refused_at_the_field(client, office, phase, fields, wrong):
    response = client.post(of("phase_extend", phase), extension(**fields))
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [wrong]
    assert not Extension.objects.exists()


def test_phase_extend_that_ends_before_it_starts_names_the_dates(client, office):
    last = factories.programme().phases.get(ordinal=4)
    response = client.post(
        of("phase_extend", last), extension(previous_end="2008-05-31", new_end="2008-04-01")
    )
    assert response.status_code == 422
    assert "from 1 May 2008 to 31 May 2008" in str(response.context["form"].errors["new_end"])


def test_phase_extend_after_somebody_else_names_the_new_end_and_goes_on_from_there(client, office, phase):
    making.prolong(phase, datetime.date(2008, 2, 5), office)
    stale = client.post(of("phase_extend", phase), extension())
    assert stale.status_code == 422
    assert "5 February 2008" in str(stale.context["form"].errors["previous_end"])
    assert Extension.objects.count() == 1
    assert client.post(of("phase_extend", phase), typed(stale.context["form"])).status_code == 302
    assert Extension.objects.count() == 2


def test_phase_extend_with_a_script_in_the_reason_shows_text(client, office, phase):
    client.post(of("phase_extend", phase), extension(reason="<script>alert(1)</script>{{ 1 }}"))
    html = client.get("/programme/").content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ 1 }}" in html


# -- changing --------------------------------------------------------------------------------


def test_programme_edit_changes_what_it_says(client, office):
    url = of("programme_edit", factories.programme())
    shown = client.get(url).context["form"]
    response = client.post(url, typed(shown) | {"title": "示例方案", "district_maximum": 8})
    assert response.url == of("programme", factories.programme())
    programme = factories.programme()
    assert (programme.title, programme.district_maximum) == ("示例方案", 8)
    assert programme.addressees == "各区人民政府，市府各部门，各企事业单位"
    assert set(programme.standards.all()) == set(Standard.objects.published())


def test_programme_edit_does_not_touch_what_is_fixed(client, office):
    making.filed_list()
    programme = factories.programme()
    form = client.get(of("programme_edit", programme)).context["form"]
    fixed = {bound.name for bound in form if bound.field.disabled}
    assert fixed == {"district_minimum", "district_maximum", "designated_quota", "text"}
    client.post(of("programme_edit", programme), typed(form) | {"district_maximum": 50, "text": "假"})
    assert factories.programme().district_maximum == 6
    assert factories.programme().text == programme.text


def test_programme_edit_wrong_shows_what_was_typed(client, office):
    url = of("programme_edit", factories.programme())
    values = typed(client.get(url).context["form"]) | {
        "title": "",
        "district_minimum": 9,
        "issuer": "示例某办",
    }
    response = client.post(url, values)
    assert response.status_code == 422
    assert "示例某办" in response.content.decode()
    assert factories.programme().issuer == "乌海市人民政府办公厅"


def test_phases_edit_offers_those_to_come(client, office):
    programme = factories.programme()
    form = client.get(of("phases_edit", programme)).context["form"]
    assert [phase.ordinal for phase in form.phases] == [2, 3, 4]
    values = typed(form) | {"ends_on_4": "2008-06-15", "name_4": "验收命名阶段"}
    assert client.post(of("phases_edit", programme), values).status_code == 302
    last = programme.phases.get(ordinal=4)
    assert (last.name, last.ends_on) == ("验收命名阶段", datetime.date(2008, 6, 15))


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"starts_on_2": "2007-12-31"}, ["starts_on_2"]),
        ({"starts_on_3": "2008-01-31"}, ["starts_on_3"]),
        ({"ends_on_3": "2008-03-31"}, ["ends_on_3"]),
        ({"ends_on_3": "", "name_2": " "}, ["name_2", "ends_on_3"]),
        # A later programme is counted from these: no day there is would be left.
        ({"ends_on_4": "9999-12-31"}, ["ends_on_4"]),
        ({"starts_on_4": "0008-04-16"}, ["starts_on_4"]),
        ({"tasks_4": "示" * 5000}, ["tasks_4"]),
    ],
)
def test_phases_edit_wrong_is_refused_at_the_field(client, office, fields, wrong):
    programme = factories.programme()
    before = planned(programme)
    values = typed(client.get(of("phases_edit", programme)).context["form"]) | fields
    response = client.post(of("phases_edit", programme), values)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == wrong
    assert planned(factories.programme()) == before


def test_phases_edit_of_a_phase_that_began_meanwhile_is_refused(client, office, on):
    programme = factories.programme()
    values = typed(client.get(of("phases_edit", programme)).context["form"]) | {"ends_on_2": "2008-04-30"}
    on("2008-02-01")
    client.post(of("phases_edit", programme), values)
    assert programme.phases.get(ordinal=2).ends_on == datetime.date(2008, 3, 31)


def test_phases_edit_with_all_begun_says_so(client, office, on):
    on("2008-05-20")
    html = client.get(of("phases_edit", factories.programme())).content.decode()
    assert "Every phase has begun" in html


# -- a new one -------------------------------------------------------------------------------


def test_programme_new_is_made_a_year_later_and_shown_in_preparation(client, office):
    response = new_one(client)
    made = Programme.objects.get(is_current=False)
    assert response.url == of("programme", made)
    assert [one.starts_on.isoformat() for one in planned(made)] == [
        "2009-01-01",
        "2009-02-01",
        "2009-04-01",
        "2009-05-01",
    ]
    assert made.designated_units.count() == 8
    html = client.get(response.url).content.decode()
    assert "in preparation" in html
    assert "text has not been entered" in html
    assert of("programme_run", made) in html


@pytest.mark.parametrize(
    ("begins", "first", "last"),
    [
        ("2010-03", "2010-03-01", "2010-07-31"),
        ("2007-12", "2007-12-01", "2008-04-30"),
        ("2008-01", "2008-01-01", "2008-05-31"),
    ],
)
def test_programme_new_moves_the_dates_as_asked(client, office, begins, first, last):
    page = client.get(of("programme_new", factories.programme()), {"begins": begins})
    phases = page.context["form"].phases
    assert (phases[0].starts_on.isoformat(), phases[-1].ends_on.isoformat()) == (first, last)


def test_programme_new_begins_a_year_later_unless_asked_otherwise(client, office):
    html = client.get(of("programme_new", factories.programme())).content.decode()
    assert '<input type="month" name="begins" value="2009-01"' in html


@pytest.mark.parametrize(
    "begins", ["", "x", "2009", "2009-01-01", "2009-13", "9" * 5000, "0001-01", "2018-02", "9999-12"]
)
def test_programme_new_moved_wrongly_says_so_and_keeps_to_a_year(client, office, begins):
    page = client.get(of("programme_new", factories.programme()), {"begins": begins})
    assert page.status_code == 200
    assert page.context["shift"].errors
    assert page.context["form"].phases[0].starts_on == datetime.date(2009, 1, 1)


def test_programme_new_warns_of_years_without_holidays(client, office):
    assert (
        "No holiday arrangement"
        not in client.get(of("programme_new", factories.programme())).content.decode()
    )
    Holiday.objects.filter(date__year=2009).delete()
    html = client.get(of("programme_new", factories.programme())).content.decode()
    assert "No holiday arrangement is known for 2009" in html


def test_programme_new_with_units_and_dates_as_chosen(client, office):
    kept = [unit.pk for unit in factories.programme().designated_units.all()[:2]]
    new_one(client, units=kept, starts_on_1="2009-01-16", ends_on_4="2009-06-30")
    made = Programme.objects.get(is_current=False)
    assert [unit.ordinal for unit in made.designated_units.all()] == [1, 2]
    assert (made.first_day, made.last_day) == (datetime.date(2009, 1, 16), datetime.date(2009, 6, 30))


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"document_number": "乌海政办发〔2007〕55号"}, ["document_number"]),
        ({"document_number": " 乌海政办发〔2007〕５５号\u202e"}, ["document_number"]),
        ({"title": "示" * 5000}, ["title"]),
        ({"ends_on_1": "2008-12-31"}, ["ends_on_1"]),
        ({"starts_on_2": "2008-12-31"}, ["starts_on_2"]),
        ({"units": [0]}, ["units"]),
        ({"rulebook": 0}, ["rulebook"]),
        ({"district_minimum": 0}, ["district_minimum"]),
        ({"district_minimum": 7}, ["district_maximum"]),
    ],
)
def test_programme_new_wrong_is_refused_at_the_field(client, office, fields, wrong):
    response = new_one(client, **fields)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == wrong
    assert Programme.objects.count() == 1


def test_programme_in_preparation_is_not_public_and_not_chosen(client, office):
    new_one(client)
    made = Programme.objects.get(is_current=False)
    html = client.get(f"/programme/?programme={made.pk}").content.decode()
    assert factories.programme().document_number in html
    assert made.document_number not in html


# -- running ---------------------------------------------------------------------------------


# Of lists that were never begun.
NO_LISTS = {"becomes_lists_not_begun": "closed", "reason_lists_not_begun": "示例"}


def test_programme_run_asks_and_then_runs(client, office):
    new_one(client)
    old, made = factories.programme(), Programme.objects.get(is_current=False)
    page = client.get(of("programme_run", made)).content.decode()
    assert old.document_number in page
    assert Programme.objects.current() == old
    client.post(of("programme_run", made), {"instead_of": old.pk, **NO_LISTS})
    assert Programme.objects.current() == made
    assert "has not been entered" in client.get("/programme/").content.decode()


@pytest.mark.parametrize("instead_of", ["", "0", "x"])
def test_programme_run_from_a_stale_page_is_refused(client, office, instead_of):
    new_one(client)
    old, made = factories.programme(), Programme.objects.get(is_current=False)
    response = client.post(of("programme_run", made), {"instead_of": instead_of, **NO_LISTS}, follow=True)
    assert "Meanwhile" in response.content.decode()
    assert Programme.objects.current() == old


def test_programme_without_a_campaign_says_so(client, office):
    Programme.objects.update(is_current=False)
    response = client.get(LIST)
    assert response.status_code == 200
    assert "No phase" not in response.content.decode()
    assert client.get(reverse("desk:sites")).status_code == 200


# -- queries ---------------------------------------------------------------------------------


def test_programme_same_queries_at_3_and_30_extensions(client, office, phase):
    day, url = datetime.date(2008, 1, 31), of("programme", factories.programme())

    def queries(extensions):
        nonlocal day
        for _n in range(extensions):
            day += datetime.timedelta(days=1)
            making.prolong(phase, day, office)
        bring_up_to_date()
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    assert queries(3) == queries(27) <= 12


def test_programme_list_same_queries_at_3_and_30_programmes(client, office):
    def queries(programmes):
        for n in range(programmes):
            made = Programme.objects.create(
                title="示例方案",
                document_number=f"示例〔{Programme.objects.count()}〕{n}号",
                issued_on="2006-01-01",
                is_current=False,
            )
            made.phases.create(ordinal=1, name="示例", starts_on="2006-01-01", ends_on="2006-01-31")
        bring_up_to_date()
        with CaptureQueriesContext(connection) as captured:
            assert client.get(LIST).status_code == 200
        return len(captured)

    assert queries(3) == queries(27) <= 12


def test_programme_list_counts(client, office):
    factories.site(Stage.NAMED)
    factories.site(Stage.WARNED)
    factories.site(Stage.BUILDING, level=Level.DISTRICT)
    factories.site(Stage.DRAFT)
    (shown,) = client.get(LIST).context["programmes"]
    assert (shown.list_count, shown.site_count, shown.named_count) == (4, 3, 2)
