"""The trail: for auditors, and complete."""

import csv
import io

import pytest
from auditlog.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Notification
from assessments.enums import Verdict
from assessments.services import acceptance, recusals
from audit import guards
from audit.models import Check, Seal
from audit.sealing import seal_trail
from core import triggers
from desk.trail import checks
from desk.trail.reading import seen_by
from desk.trail.shown_entries import LONGEST_TABLE, shown_entries
from sites.enums import Stage
from sites.models import FilingVersion
from tests import factories
from tests.agreeing import resolved
from tests.assessments import builders
from tests.publicity import scene

pytestmark = pytest.mark.django_db
TRAIL, SEALS, CHECK = reverse("desk:trail"), reverse("desk:seals"), reverse("desk:trail_check")


@pytest.fixture
def auditor(client):
    person = factories.user(Role.AUDITOR)
    client.force_login(person)
    return person


def shown(client, **query):
    """The entries of a page, the oldest first."""
    return [line.entry for line in client.get(TRAIL, query).context["lines"]][::-1]


def told(entry, reader):
    (line,) = shown_entries([entry], reader)
    return {change.field: (change.old, change.new) for change in line.changes}


# -- who reads it --------------------------------------------------------------


@pytest.mark.parametrize("address", [TRAIL, SEALS, f"{TRAIL}?format=csv"])
def test_trail_for_anonymous_asks_to_sign_in(client, address):
    assert client.get(address).status_code == 302


@pytest.mark.parametrize("role", ["", *(role for role in Role if role != Role.AUDITOR)])
def test_trail_and_seals_are_nobody_elses(client, role):
    client.force_login(factories.user(role))
    assert client.get(TRAIL).status_code == 403
    assert client.get(TRAIL, {"format": "csv"}).status_code == 403
    assert client.get(SEALS).status_code == 403
    assert client.post(CHECK).status_code == 403


def test_check_is_asked_for_by_post(client, auditor):
    assert client.get(CHECK).status_code == 405
    assert client.post(CHECK).url == SEALS


def test_an_entry_shows_the_request_that_leads_to_the_log(client, auditor):
    answer = client.get(TRAIL, {"format": "csv"})
    page = client.get(TRAIL).content.decode()
    assert f"<code>{answer['X-Request-ID']}</code>" in page


# -- it is complete ------------------------------------------------------------


def test_change_through_a_page_names_its_author_and_their_address(client):
    office = factories.user(Role.OFFICE)
    phase = factories.programme().phases.get(ordinal=1)
    client.force_login(office)
    client.post(
        reverse("sites:phase_extend", args=[phase.pk]),
        {
            "previous_end": "2008-01-31",
            "new_end": "2008-02-15",
            "reason": "示例：天气原因",
            "asked_by": "示例单位",
        },
        REMOTE_ADDR="192.0.2.7",
    )
    entry = LogEntry.objects.filter(content_type__model="extension").latest("pk")
    assert (entry.actor, entry.remote_addr) == (office, "192.0.2.7")
    assert phase.extensions.get().new_end.isoformat() == "2008-02-15"


def test_each_step_and_decision_of_a_site_stands_in_the_trail():
    """From the self-assessment to the acceptance: who moved what, with old and new values."""
    site = builders.building()
    builders.rectified(site)
    builders.on_site(site)
    result = builders.recommended(site)
    with builders.on("2008-05-08"):
        acceptance.decide(
            acceptance=result,
            verdict=Verdict.PASS,
            note="",
            resolution=resolved("acceptance"),
            by=builders.leader(),
        )
    steps = LogEntry.objects.filter(content_type__model="stagechange", action=LogEntry.Action.CREATE)
    assert steps.count() == site.history.count() == 4
    for model, field, new in (
        ("sheet", "state", "submitted"),
        ("sheet", "state", "signed"),
        ("finding", "state", "verified"),
        ("acceptance", "decision", "pass"),
    ):
        entries = LogEntry.objects.filter(content_type__model=model, action=LogEntry.Action.UPDATE)
        assert any(entry.changes.get(field, [None, None])[1] == new for entry in entries), (model, new)
    assert LogEntry.objects.filter(content_type__model="findingreply").exists()


def test_receipt_code_of_a_letter_is_no_auditors_business(client, on, auditor):
    on("2008-05-06")
    letter = scene.object_to(scene.publish())
    assert letter.receipt_code not in client.get(TRAIL).content.decode()
    entries = LogEntry.objects.filter(content_type__model="objection")
    assert letter.receipt_code not in "".join(f"{entry.changes} {entry.object_repr}" for entry in entries)


# -- what it says --------------------------------------------------------------


def test_auditor_is_led_to_the_trail_and_reads_names(client, auditor):
    site = factories.site()
    page = client.get(reverse("desk:home"), follow=True)
    assert page.redirect_chain[-1][0] == TRAIL
    assert str(site) in page.content.decode()


def test_values_are_told_in_words(client, auditor, english):
    person = factories.user(Role.LIAISON)
    other = factories.unit()
    was = person.organisation
    person.organisation, person.role, person.is_active = other, Role.INSPECTOR, False
    person.save()

    entry = LogEntry.objects.get_for_object(person).latest("pk")

    assert told(entry, auditor) == {
        "organisation": (str(was), str(other)),
        "role": ("liaison", "inspector"),
        "active": ("yes", "no"),
    }


def test_days_are_told_as_people_write_them(auditor):
    phase = factories.programme().phases.get(ordinal=1)
    phase.ends_on = "2008-02-15"
    phase.save()

    entry = LogEntry.objects.get_for_object(phase).latest("pk")

    assert list(told(entry, auditor).values()) == [("2008年1月31日", "2008年2月15日")]


def test_related_site_one_stood_aside_from_is_not_named(auditor):
    """A value of an entry may name a record that is shut to its reader."""
    for _ in range(3):
        site = factories.site()  # a key that is no recusal's
    entry = LogEntry.objects.get_for_object(site.liaisons.get()).latest("pk")
    assert str(site) in str(told(entry, auditor))

    recusals.recuse(user=auditor, site=site, reason="示例")

    assert str(site) not in str(told(entry, auditor))
    assert (
        not seen_by(auditor)
        .filter(content_type__model__in=["site", "liaison"], object_repr=str(site))
        .exists()
    )


def test_list_with_a_site_one_stood_aside_from_is_shut_as_everywhere(auditor):
    """What was filed holds every row of the list."""
    site, other = factories.site(), factories.site()
    FilingVersion.objects.create(
        filing=site.filing,
        number=1,
        rows=[{"site": site.pk, "window_name": str(site)}],
        filed_by=factories.liaison_of(site),
        filed_on="2008-01-08",
    )

    def of_lists():
        return shown_entries(
            seen_by(auditor).filter(content_type__model__in=["filing", "filingversion"]), auditor
        )

    assert {line.entry.object_id for line in of_lists()} > {other.filing_id}

    recusals.recuse(user=auditor, site=site, reason="示例")

    assert {line.entry.object_id for line in of_lists()} == {other.filing_id}


def test_site_taken_off_an_article_stays_shut(client, auditor):
    """Of such a relation the trail keeps names alone, also one that the site bears no longer."""
    site, other = factories.site(Stage.BUILDING), factories.site(Stage.BUILDING)
    article, was = scene.article(site, other), str(site)
    site.window_name = "示例改名窗口"
    site.save()
    article.sites.remove(site)
    recusals.recuse(user=auditor, site=site, reason="示例")

    page = client.get(TRAIL, {"kind": "publicity.article"}).content.decode()

    assert was not in page
    assert str(article) in page
    assert shown(client, kind="publicity.article", q=was) == []


def test_draw_that_named_a_site_one_stood_aside_from_is_shut(auditor):
    site = builders.building()
    builders.self_assessed(site)
    builders.drawn(builders.team())

    def of_draws():
        return shown_entries(seen_by(auditor).filter(content_type__model="draw"), auditor)

    assert str(site) in str(of_draws())

    recusals.recuse(user=auditor, site=site, reason="示例")

    assert of_draws() == []


# -- finding -------------------------------------------------------------------


def test_filters_narrow_the_trail(client, auditor):
    office = factories.user(Role.OFFICE, name="示例张三")
    client.force_login(office)
    client.get(reverse("people:people"), {"format": "csv"})
    client.force_login(auditor)
    site = factories.site()

    assert {entry.actor for entry in shown(client, person="张三")} == {office}
    assert {entry.actor for entry in shown(client, role=Role.OFFICE)} == {office}
    (out,) = shown(client, deed="taken_out")
    assert (out.actor, out.content_type.model) == (office, "user")
    assert {entry.additional_data["sign_in"] for entry in shown(client, deed="signed_in")} == {"in"}
    assert {entry.action for entry in shown(client, deed="created")} == {LogEntry.Action.CREATE}
    assert shown(client, deed="looked_at") == []
    assert {entry.content_type.model for entry in shown(client, kind="sites.site")} == {"site"}
    about = shown(client, site=site.window_name)
    assert {entry.content_type.model for entry in about} >= {"site"}
    assert "user" not in {entry.content_type.model for entry in about}
    assert shown(client, q=site.window_name)[0].object_repr
    assert shown(client, q="没有这样的字") == []
    assert shown(client, until="2008-01-01") == []
    today = out.timestamp.astimezone().date().isoformat()
    assert shown(client, since=today, until="2999-01-01", deed="taken_out") == [out]


def test_text_is_found_in_values_too(client, auditor):
    unit = factories.unit()
    unit.name = "示例改名局"
    unit.save()

    assert shown(client, q="改名局", deed="changed")[0].changes["name"][1] == "示例改名局"


def test_wrong_filter_is_named_and_narrows_nothing(client, auditor):
    page = client.get(TRAIL, {"since": "gestern", "kind": "nothing.there", "deed": "x"})
    assert page.status_code == 200
    assert page.context["lines"]
    assert {"since", "kind", "deed"} == page.context["filter"].errors.keys()


def test_first_and_last_day_of_all_are_wrong_like_other_wrong_days(client, auditor):
    page = client.get(TRAIL, {"since": "0001-01-01", "until": "9999-12-31"})
    assert page.status_code == 200
    assert {"since", "until"} == page.context["filter"].errors.keys()


def test_older_entries_follow_without_gap_or_repetition(client, auditor):
    for _ in range(60):
        factories.unit()
    first = client.get(TRAIL).context
    second = client.get(TRAIL, {"before": first["older"]}).context
    keys = [line.entry.pk for line in [*first["lines"], *second["lines"]]]
    assert len(first["lines"]) == 50
    assert keys == list(LogEntry.objects.order_by("-pk").values_list("pk", flat=True)[: len(keys)])
    assert client.get(TRAIL, {"before": "x"}).context["older"] == first["older"]


def test_trail_costs_the_same_at_3_and_30_entries(client, auditor):
    client.get(TRAIL)
    with CaptureQueriesContext(connection) as few:
        client.get(TRAIL)
    for _ in range(30):
        factories.site()
    client.get(TRAIL)  # what every page shows is counted anew after a writing
    with CaptureQueriesContext(connection) as many:
        client.get(TRAIL)
    assert len(many) == len(few) <= 12


# -- taking it out -------------------------------------------------------------


def table(answer):
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_table_is_what_is_filtered_and_an_entry_itself(client, auditor, english):
    factories.unit()
    entries = shown(client, kind="accounts.organisation", deed="created")

    rows = table(client.get(TRAIL, {"kind": "accounts.organisation", "deed": "created", "format": "csv"}))

    assert [row["Entry no."] for row in rows[:5]] == [str(entry.pk) for entry in entries[::-1][:5]]
    assert {row["What"] for row in rows} == {"created"}
    note = LogEntry.objects.latest("pk")
    assert note.actor == auditor
    assert note.additional_data == {
        "export": "Trail.csv",
        "format": "csv",
        "rows": len(rows),
        "query": {"kind": ["accounts.organisation"], "deed": ["created"]},
    }


def test_too_long_a_table_is_refused_with_the_way_on(client, auditor, monkeypatch):
    assert LONGEST_TABLE == 50_000
    monkeypatch.setattr("desk.views.trail.LONGEST_TABLE", 3)
    answer = client.get(TRAIL, {"format": "xlsx", "deed": "created"})
    assert answer.url == f"{TRAIL}?deed=created"
    assert not LogEntry.objects.filter(additional_data__has_key="export").exists()


# -- seals ---------------------------------------------------------------------


def tamper():
    connection.check_constraints()
    triggers.drop(connection, guards.append_only_guards())
    entry = LogEntry.objects.order_by("pk").first()
    LogEntry.objects.filter(pk=entry.pk).update(object_repr="示例")
    return entry


def test_seals_page_shows_what_is_sealed_and_the_last_check(client, auditor):
    assert "尚未核验" in client.get(SEALS).content.decode()
    seal_trail()
    checks.check()
    page = client.get(SEALS)
    assert list(page.context["page_obj"]) == list(Seal.objects.order_by("-last_entry"))
    assert Seal.objects.last().digest in page.content.decode()
    assert [check.fault for check in page.context["checks"]] == [""]


def test_seals_page_costs_the_same_with_more_seals(client, auditor, monkeypatch):
    seal_trail()
    client.get(SEALS)
    with CaptureQueriesContext(connection) as few:
        client.get(SEALS)
    monkeypatch.setattr("audit.sealing.LARGEST", 1)
    factories.site()
    seal_trail()
    client.get(SEALS)  # as above
    with CaptureQueriesContext(connection) as many:
        client.get(SEALS)
    assert len(many) == len(few) <= 12


def test_auditors_are_told_of_a_broken_trail_and_see_it(client, auditor, english):
    office = factories.user(Role.OFFICE)
    seal_trail()
    entry = tamper()

    made = checks.check()

    assert made.fault_entry == entry.pk
    (note,) = Notification.objects.all()
    assert (note.user, note.url) == (auditor, SEALS)
    assert f"Entry {entry.pk} was changed" in str(note)
    assert not Notification.objects.filter(user=office).exists()
    assert made.found in client.get(TRAIL).content.decode()
    assert made.found in client.get(SEALS).content.decode()


def test_check_before_the_first_seal_does_not_say_that_the_trail_holds(client, auditor, english):
    checks.check_for(auditor)
    assert "nothing is sealed yet" in str(Notification.objects.get())
    page = client.get(SEALS).content.decode()
    assert "Nothing is sealed yet" in page
    assert "The trail holds" not in page


def test_trail_is_checked_once_a_day_and_when_somebody_asks(auditor):
    seal_trail()
    checks.check_daily()
    checks.check_daily()
    assert Check.objects.count() == 1
    assert not Notification.objects.exists()
    checks.check_for(auditor)
    assert Check.objects.count() == 2
    assert Notification.objects.get().user == auditor
