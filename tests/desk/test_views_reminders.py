"""The rules of reminders at the desk: read by the city, changed by the office, and the log below them."""

import pytest
from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.enums import Role
from assessments.services import recusals
from desk.models import Reminder, ReminderRule
from desk.reminders.services import change_rule
from sites.enums import Stage
from tests import factories
from tests.desk import due
from tests.publicity import scene

pytestmark = pytest.mark.django_db
LIST, MEASURE = "/desk/reminders/", "/desk/reminders/measure/"


def data(**changed) -> dict[str, str]:
    """The form of the measures' rule."""
    return {
        "is_on": "on",
        "lead_days": "10、 5，2",
        "text": "{about}：{what}，{due}，{days}",
        "late_text": "{about}逾期{days}日",
        "district_after": "2",
        "office_after": "",
        "leading_group_after": "4",
        **changed,
    }


def rule(kind="measure") -> ReminderRule:
    return ReminderRule.objects.get(kind=kind)


@pytest.mark.parametrize(
    ("role", "reads", "changes"),
    [
        (Role.OFFICE, 200, 302),
        (Role.LEADING_GROUP, 200, 403),
        (Role.DISTRICT, 403, 403),
        (Role.INSPECTOR, 403, 403),
        (Role.LIAISON, 403, 403),
        (Role.AUDITOR, 403, 403),
    ],
)
def test_who_reads_and_who_changes(client, role, reads, changes):
    scene.sign_in(client, role)
    before = ReminderRule.objects.values().get(kind="measure")
    assert client.get(LIST).status_code == reads
    assert client.post(MEASURE, data()).status_code == changes
    assert (ReminderRule.objects.values().get(kind="measure") != before) == (changes == 302)


def test_strangers_sign_in(client):
    for page in (LIST, MEASURE):
        assert client.get(page).status_code == 302


def test_kind_that_is_none_is_not_found(client):
    scene.sign_in(client, Role.OFFICE)
    assert client.get("/desk/reminders/nothing/").status_code == 404


def test_rule_is_changed_and_the_trail_keeps_old_and_new(client):
    office = scene.sign_in(client, Role.OFFICE)
    assert client.post(MEASURE, data()).status_code == 302
    assert rule().lead_days == [10, 5, 2]
    assert (rule().district_after, rule().office_after, rule().leading_group_after) == (2, None, 4)
    entry = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(ReminderRule), actor=office
    ).latest("pk")
    assert entry.changes["lead_days"] == ["[3]", "[10, 5, 2]"]
    assert entry.changes["office_after"] == ["5", "None"]


def test_rule_can_be_switched_off_and_its_lead_times_taken_away(client):
    scene.sign_in(client, Role.OFFICE)
    assert client.post(MEASURE, data(is_on="", lead_days="")).status_code == 302
    assert (rule().is_on, rule().lead_days) == (False, [])


@pytest.mark.parametrize(
    ("wrong", "field", "named"),
    [
        ({"text": "{about} {day}"}, "text", "{day}"),
        ({"text": "{ about }"}, "text", "{ about }"),
        ({"late_text": "{}"}, "late_text", "{}"),
        ({"text": ""}, "text", ""),
        ({"text": "字" * 201}, "text", "200"),
        ({"lead_days": "5, two"}, "lead_days", "two"),
        ({"lead_days": "0"}, "lead_days", "0"),
        ({"lead_days": "61"}, "lead_days", "61"),
        ({"lead_days": "-3"}, "lead_days", "-3"),
        ({"lead_days": "²"}, "lead_days", "²"),
        ({"district_after": "0"}, "district_after", "1"),
        ({"district_after": "5", "office_after": "3", "leading_group_after": "6"}, "office_after", "5"),
        ({"district_after": "5"}, "leading_group_after", "5"),
        ({"office_after": "-1"}, "office_after", ""),
        ({"leading_group_after": "999"}, "leading_group_after", "60"),
    ],
)
def test_what_is_wrong_is_named_at_its_field(client, wrong, field, named):
    scene.sign_in(client, Role.OFFICE)
    answer = client.post(MEASURE, data(**wrong))
    assert answer.status_code == 422
    errors = answer.context["form"].errors
    assert list(errors) == [field]
    assert named in errors[field][0]
    assert rule().lead_days == [3]


@pytest.mark.parametrize("text", ["100% {", "%s %(x)s", "} {about", "{days}%"])
def test_stray_characters_may_stand_in_a_text(client, text):
    scene.sign_in(client, Role.OFFICE)
    assert client.post(MEASURE, data(text=text)).status_code == 302
    assert rule().text == text
    lines = {each.kind: before for each, before, _late in client.get(LIST).context["rules"]}
    assert lines["measure"] == text.replace("{days}", "3")


def test_preview_shows_how_it_reads_and_keeps_nothing(client, english):
    scene.sign_in(client, Role.OFFICE)
    answer = client.post(MEASURE, data(text="请注意{what}，还有{days}天", preview="1"))
    assert answer.status_code == 200
    html = answer.content.decode()
    assert "请注意measure of a work plan，还有3天" in html
    assert rule().text != "请注意{what}，还有{days}天"


@pytest.mark.parametrize(
    ("kind", "missing"),
    [
        ("list", {"district_after"}),
        ("inspection", {"district_after"}),
        ("objection", {"district_after", "office_after"}),
        ("recheck", {"district_after", "office_after"}),
        ("regular_recheck", {"district_after", "office_after"}),
        (
            "rectification",
            {"late_text", "district_after", "office_after", "leading_group_after"},
        ),
        ("plan", set()),
    ],
)
def test_only_rungs_that_fit_a_kind_are_asked_for(client, kind, missing):
    scene.sign_in(client, Role.OFFICE)
    form = client.get(f"/desk/reminders/{kind}/").context["form"]
    assert set(data()) - set(form.fields) == missing


def test_page_says_where_overdue_findings_are_told(client, english):
    scene.sign_in(client, Role.LEADING_GROUP)
    html = client.get(LIST).content.decode()
    assert "Overdue findings are told in their own threads" in html
    assert "/desk/reminders/measure/" not in html


def test_database_holds_the_order_of_rungs():
    with pytest.raises(IntegrityError), transaction.atomic():
        ReminderRule.objects.filter(kind="measure").update(district_after=5, office_after=4)
    with pytest.raises(IntegrityError), transaction.atomic():
        ReminderRule.objects.filter(kind="plan").update(district_after=None, leading_group_after=1)


def test_log_names_line_people_and_day_without_what_the_reader_stood_aside_from(client):
    site, other = due.district_site(Stage.BUILDING), factories.site(Stage.BUILDING)
    factories.liaison_of(other)
    for one in (site, other):
        due.measure(one, "2008-04-30")
    due.only("measure", lead_days=[5, 2])
    due.run("2008-04-28")
    reader = scene.sign_in(client, Role.LEADING_GROUP)
    recusals.recuse(user=reader, site=other, reason="示例")
    html = client.get(LIST).content.decode()
    assert site.window_name in html
    assert other.window_name not in html
    assert client.get(LIST).context["page_obj"].paginator.count == 1
    assert Reminder.objects.count() == 4


def test_page_costs_the_same_however_much_was_told(client):
    scene.sign_in(client, Role.OFFICE)
    due.only("measure", lead_days=[2])
    costs = []
    for number in (3, 27):
        site = factories.site(Stage.BUILDING)
        factories.liaison_of(site)
        for _each in range(number):
            due.measure(site, "2008-04-30")
        due.run("2008-04-28")
        client.get(LIST)
        with CaptureQueriesContext(connection) as queries:
            client.get(LIST)
        costs.append(len(queries))
    assert Reminder.objects.count() == 30
    assert costs[0] == costs[1] <= 12


def test_service_refuses_everybody_but_the_office():
    with pytest.raises(PermissionDenied):
        change_rule(rule=rule(), values={"is_on": False}, by=factories.user(Role.LEADING_GROUP))
    assert rule().is_on
