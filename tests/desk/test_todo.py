"""What waits apart from a site's road: measures, guidance, posts, papers, imports, draws, handling."""

import datetime

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from accounts.enums import Role
from accounts.services import notify
from assessments.services import recusals
from desk.enums import Light
from desk.todo import todos
from documents.models import Document
from publicity.services import handling
from sites.enums import Level, Stage
from sites.models import GuidanceNote, ImportJob, Measure, WorkPlan
from tests import factories
from tests.assessments import builders
from tests.publicity import scene

pytestmark = pytest.mark.django_db
HOME, NOTIFICATIONS = reverse("desk:home"), reverse("desk:notifications")


def urls(user) -> set[str]:
    return {todo.url for todo in todos(user)}


def planned(site, *ends: str):
    """An agreed plan of the site with a measure for each day."""
    by = factories.liaison_of(site)
    plan = WorkPlan.objects.create(
        site=site, version=1, goals="示例", filed_by=by, filed_on="2008-01-10", state="agreed"
    )
    for number, day in enumerate(ends, start=1):
        Measure.objects.create(
            plan=plan, ordinal=number, text=day, person="示例", starts_on="2008-02-01", ends_on=day
        )
    return by


def test_measures_wait_that_are_late_or_close(on):
    on("2008-03-12")  # a Wednesday
    by = planned(factories.site(stage=Stage.NAMED), "2008-03-11", "2008-03-17", "2008-03-18")
    assert [(todo.about[-10:], todo.light) for todo in todos(by)] == [
        ("2008-03-11", Light.RED),
        ("2008-03-17", Light.YELLOW),
    ]
    Measure.objects.filter(text="2008-03-11").update(done_on="2008-03-12", done_by=by)
    assert [todo.about[-10:] for todo in todos(by)] == ["2008-03-17"]


def test_guidance_waits_for_the_unit_until_it_has_replied():
    site = factories.site(stage=Stage.NAMED)
    unit, stranger = factories.liaison_of(site), factories.user(Role.LIAISON)
    note = GuidanceNote.objects.create(site=site, by=builders.office(), on="2008-01-09", text="示例")
    assert urls(unit) == {reverse("sites:means", args=[site.pk]) + "#guidance"}
    assert urls(stranger) == set()
    note.reply, note.replied_on, note.replied_by = "示例", datetime.date(2008, 1, 10), unit
    note.save()
    assert urls(unit) == set()


@pytest.mark.parametrize(("level", "role"), [(Level.CITY, Role.OFFICE), (Level.DISTRICT, Role.DISTRICT)])
def test_vacant_post_waits_for_the_office_over_the_site(level, role):
    site = factories.site(stage=Stage.DETERMINED, level=level, liaison=False)
    factories.liaison_of(site)
    clerk = factories.user(Role.DISTRICT, factories.district_office(factories.district()))
    url = reverse("sites:liaisons", args=[site.pk])
    for user in (clerk, factories.user(Role.OFFICE)):
        assert (url in urls(user)) == (user.role == role)


def test_plan_that_came_back_is_to_be_mended_until_the_phases_end():
    site = factories.site(stage=Stage.DETERMINED)
    unit = factories.liaison_of(site)
    (first,) = todos(unit)
    WorkPlan.objects.create(
        site=site, version=1, goals="示例", filed_by=unit, filed_on="2008-01-10", state="returned"
    )
    (again,) = todos(unit)
    assert first.url == again.url
    assert first.what != again.what
    assert again.due == factories.programme().phases.get(ordinal=2).last_day


def test_districts_plan_waits_for_the_office():
    site = factories.site(stage=Stage.NAMED, level=Level.DISTRICT)
    clerk = factories.user(Role.DISTRICT, factories.district_office(factories.district()))
    WorkPlan.objects.create(
        filing=site.filing, version=1, goals="示例", filed_by=clerk, filed_on="2008-01-10", state="filed"
    )
    url = reverse("sites:district_plan", args=[site.filing_id])
    assert url in urls(factories.user(Role.OFFICE))
    assert url not in urls(clerk)


def test_paper_that_failed_waits_for_the_office():
    office = factories.user(Role.OFFICE)
    site = factories.site(stage=Stage.NAMED)
    paper = Document.objects.create(
        programme=factories.programme(),
        kind="naming_decision",
        series="示例",
        year=2008,
        number=1,
        title="示例",
        context={},
        issued_on="2008-01-10",
        created_by=office,
        state="failed",
    )
    paper.sites.add(site)
    assert paper.get_absolute_url() in urls(office)
    assert paper.get_absolute_url() not in urls(factories.user(Role.LEADING_GROUP))
    recusals.recuse(user=office, site=site, reason="示例")
    assert paper.get_absolute_url() not in urls(office)


def test_read_register_waits_to_be_confirmed():
    office = factories.user(Role.OFFICE)
    job = ImportJob(register="sites", file_name="示例.xlsx", state="previewed", by=office)
    job.file.save("x.xlsx", ContentFile(b"x"), save=True)
    assert job.get_absolute_url() in urls(office)


def test_draw_waits_to_be_held():
    builders.self_assessed(builders.building())
    draw = builders.waiting_draw(builders.team())
    assert reverse("assessments:draw", args=[draw.pk]) in urls(builders.office())


def test_objection_waits_for_whoever_looks_into_it(on):
    on("2008-05-05")
    notice = scene.publish()
    letter, inspector = scene.object_to(notice), factories.user(Role.INSPECTOR)
    assert urls(inspector) == set()
    handling.accept(objection=letter, investigator=inspector, by=factories.user(Role.OFFICE))
    (todo,) = todos(inspector)
    assert (todo.url, todo.due) == (letter.get_absolute_url(), letter.due_on)
    recusals.recuse(user=inspector, site=letter.site, reason="示例")
    assert urls(inspector) == set()


def test_head_of_the_home_tells_how_much_is_late_and_close(client, english, on):
    on("2008-03-12")
    client.force_login(planned(factories.site(stage=Stage.NAMED), "2008-03-11", "2008-03-17"))
    page = client.get(HOME).content.decode()
    assert "2 things wait for you." in page
    assert "1 overdue" in page
    assert "1 due soon" in page


def test_everything_one_was_told_stands_on_its_page_read_or_not(client, english):
    user, stranger = factories.user(Role.OFFICE), factories.user(Role.OFFICE)
    for number in range(51):
        notify([user], text=f"示例{number:02}", about={}, url=HOME)
    notify([stranger], text="不相干", about={}, url=HOME)
    client.force_login(user)
    first = client.get(NOTIFICATIONS).content.decode()
    assert first.index("示例50") < first.index("示例49")
    assert "示例00" not in first
    assert "不相干" not in first
    assert first.count("unread") == 50
    client.post(reverse("desk:notifications_read"))
    second = client.get(NOTIFICATIONS, {"page": 2}).content.decode()
    assert "示例00" in second
    assert "unread" not in second
