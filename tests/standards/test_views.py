"""Every address of this room: anonymous, outsider, reader, wrong method, and what the office does there."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.enums import Role
from core.changes import SHOWN
from standards.enums import Kind, VersionState
from standards.fingerprints import fingerprint, of_version
from standards.models import Rulebook, Standard
from tests import factories, reviewing
from tests.agreeing import agreed
from tests.publicity.crawler import Page
from tests.standards import drafting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

OUTSIDERS = (Role.DISTRICT, Role.INSPECTOR, Role.LIAISON, Role.AUDITOR)
READING = ("versions", "standard", "rulebook", "standard_compare", "rulebook_compare")
WRITING = (
    "standard_draft",
    "rulebook_draft",
    "standard_edit",
    "rulebook_edit",
    "standard_publish",
    "rulebook_publish",
    "standard_discard",
    "rulebook_discard",
    "section",
)


def url(name, *args):
    return reverse(f"standards:{name}", args=args)


@pytest.fixture
def office(client):
    client.force_login(drafting.office())


@pytest.fixture
def standard():
    return drafting.draft()


@pytest.fixture
def rulebook():
    return drafting.draft_rulebook()


@pytest.fixture
def addresses(standard, rulebook):
    about = {"standard": standard, "rulebook": rulebook}
    found = {name: [about[name.split("_")[0]].pk] for name in (*READING[1:3], *WRITING[:-1])}
    found |= {name: [] for name in ("versions", "standard_compare", "rulebook_compare")}
    return {name: url(name, *args) for name, args in {**found, "section": [standard.pk, 1]}.items()}


@pytest.mark.parametrize("name", [*READING, *WRITING])
def test_anonymous_is_sent_to_log_in(client, addresses, name):
    assert client.get(addresses[name]).url.startswith(reverse("account_login"))


@pytest.mark.parametrize("role", OUTSIDERS)
def test_outsider_finds_no_draft(client, addresses, role):
    client.force_login(factories.user(role))

    answers = {name: client.get(address).status_code for name, address in addresses.items()}

    of_all = {"versions": 200, "standard_compare": 200, "rulebook_compare": 200}
    assert answers == {**dict.fromkeys(addresses, 404), **of_all}


def test_leading_group_reads_and_does_not_write(client, addresses):
    client.force_login(factories.user(Role.LEADING_GROUP))

    assert {client.get(addresses[name]).status_code for name in READING} == {200}
    assert {client.post(addresses[name]).status_code for name in WRITING} == {403}
    assert {client.get(addresses[name]).status_code for name in WRITING} == {403}
    page = client.get(addresses["standard"]).content.decode()
    assert addresses["section"] not in page
    assert addresses["standard_publish"] not in page


@pytest.mark.parametrize("name", WRITING)
def test_wrong_method_is_refused(client, office, addresses, name):
    assert client.put(addresses[name]).status_code == 405


@pytest.mark.parametrize("name", [name for name in WRITING if not name.endswith("_draft")])
def test_published_version_has_no_page_to_write_it(client, office, name):
    args = [drafting.in_force().pk, 1] if name == "section" else [Rulebook.objects.get().pk]
    if name.startswith("standard"):
        args = [drafting.in_force().pk]

    assert client.get(url(name, *args)).status_code == 404
    assert client.post(url(name, *args)).status_code == 404


def test_lists_show_states_and_where_versions_are_used(client, office, standard, rulebook):
    page = client.get(url("versions")).content.decode()

    for text in (standard, rulebook, drafting.in_force()):
        assert f'<a href="{text.get_absolute_url()}">{text}</a>' in page
    assert page.count("next rounds of 乌海市政务公开示范点建设工作方案") == 3
    assert page.count("not used yet") == 2
    assert "Standards and rulebook" in page


@pytest.mark.parametrize("name", ["versions", "standard", "rulebook"])
def test_page_asks_as_often_for_many_versions_as_for_few(client, office, addresses, name):
    def queries():
        client.get(addresses[name])  # the rail counts what waits after each writing, and keeps it
        with CaptureQueriesContext(connection) as asked:
            client.get(addresses[name])
        return len(asked)

    few = queries()
    Rulebook.objects.bulk_create(
        Rulebook(version=number, title="示例", state=VersionState.RETIRED, published_on="2007-01-01")
        for number in range(3, 33)
    )
    Standard.objects.bulk_create(
        Standard(
            kind=Kind.SERVICE,
            version=number,
            title="示例",
            state=VersionState.RETIRED,
            published_on="2007-01-01",
        )
        for number in range(3, 33)
    )
    assert queries() == few <= 12


# -- drafting ------------------------------------------------------------------


@pytest.mark.parametrize("text", [Standard, Rulebook])
def test_draft_begins_as_a_copy(client, office, text):
    version, name = text.objects.published().first(), f"{text._meta.model_name}_draft"

    assert client.post(url(name, version.pk), {"note": ""}).status_code == 422
    answer = client.post(url(name, version.pk), {"note": "示例：改一处\u202e"})

    made = text.objects.drafts().get()
    assert answer.url == made.get_absolute_url()
    assert made.note == "示例：改一处"
    again = client.post(url(name, version.pk), {"note": "再来"})
    assert again.status_code == 422
    assert "再来" in again.content.decode()


def test_head_of_a_draft_is_changed(client, office, standard):
    body = {
        "seen": fingerprint(standard),
        "title": "改名",
        "total": "90",
        "note": "<script>alert(1)</script>",
    }

    assert client.post(url("standard_edit", standard.pk), body).url == standard.get_absolute_url()

    standard.refresh_from_db()
    assert (standard.title, standard.total, standard.points_are_proposed) == ("改名", 90, False)
    page = client.get(standard.get_absolute_url()).content.decode()
    assert "&lt;script&gt;" in page
    assert "The sections make 100 of the standard&#x27;s 90 points." in page


RULES = {
    "title": "示例办法",
    "note": "示例",
    "partly_met_percent": "40",
    "blind_score_gap": "30",
    "pass_mark": "75",
    "excellent_from": "90",
    "good_from": "80",
    "qualified_from": "60",
    "standard_weight": "80",
    "appraisal_weight": "20",
    "further_weight": "0",
    "bonus_cap": "5",
    "bonus_from": "85",
    "minimum_appraisal_sample": "30",
    "minimum_satisfaction": "60",
    "paper_grace_days": "4",
    "appraisal_prolong_days": "30",
    "paper_check_percent": "25",
    "veto_reasons": " 泄密 \r\n\r\n造假\n泄密",
    "notice_days": "7",
    "notice_unit": "working_days",
    "rectification_days": "10",
    "comment_days": "4",
    "hearing_days": "5",
    "recheck_months": "24",
    "recheck_draw_percent": "0",
    "recheck_draws_a_year": "1",
    "recheck_prompt_days": "8",
    "escalation_offices_days": "2",
    "escalation_leading_group_days": "6",
    "objection_reply_days": "12",
    "objection_kept_days": "365",
    "enquiry_reply_days": "7",
    "due_soon_days": "5",
    "evidence_max_files": "10",
}


def test_rulebook_is_changed_on_one_page(client, office, rulebook):
    body = RULES

    assert client.post(url("rulebook_edit", rulebook.pk), body).url == rulebook.get_absolute_url()

    rulebook.refresh_from_db()
    assert (rulebook.pass_mark, rulebook.notice_days, rulebook.veto_reasons) == (75, 7, ["泄密", "造假"])
    assert (rulebook.escalation_offices_days, rulebook.escalation_leading_group_days) == (2, 6)
    assert (rulebook.objection_reply_days, rulebook.objection_kept_days) == (12, 365)
    assert rulebook.due_soon_days == 5
    assert (rulebook.recheck_months, rulebook.recheck_draw_percent) == (24, 0)
    assert (rulebook.recheck_draws_a_year, rulebook.recheck_prompt_days) == (1, 8)
    assert (rulebook.paper_grace_days, rulebook.paper_check_percent) == (4, 25)
    assert (rulebook.bonus_from, rulebook.comment_days, rulebook.evidence_max_files) == (85, 4, 10)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"appraisal_weight": "30"}, "appraisal_weight"),
        ({"good_from": "95"}, "excellent_from"),
        ({"pass_mark": "120"}, "pass_mark"),
        ({"escalation_offices_days": "0"}, "escalation_offices_days"),
        ({"escalation_offices_days": "7"}, "escalation_leading_group_days"),
        ({"objection_reply_days": "0"}, "objection_reply_days"),
        ({"objection_kept_days": "4000"}, "objection_kept_days"),
        ({"paper_grace_days": "61"}, "paper_grace_days"),
        ({"paper_check_percent": "0"}, "paper_check_percent"),
        ({"recheck_months": "0"}, "recheck_months"),
        ({"recheck_draw_percent": "101"}, "recheck_draw_percent"),
        ({"recheck_draws_a_year": "5"}, "recheck_draws_a_year"),
        ({"recheck_prompt_days": "0"}, "recheck_prompt_days"),
        ({"due_soon_days": "0"}, "due_soon_days"),
        ({"due_soon_days": "61"}, "due_soon_days"),
        ({"pass_mark": "x"}, "pass_mark"),
        ({"note": "长" * 5000}, "note"),
        ({"veto_reasons": "长" * 201}, "veto_reasons"),
        ({"notice_unit": "moons"}, "notice_unit"),
    ],
)
def test_rulebook_that_contradicts_itself_comes_back(client, office, rulebook, more, field):
    body = {**RULES, **more}

    answer = client.post(url("rulebook_edit", rulebook.pk), body)

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert "示例办法" in answer.content.decode()
    assert Rulebook.objects.get(pk=rulebook.pk).title != "示例办法"


def test_second_person_at_a_rulebook_chooses_what_both_changed(client, office, rulebook):
    address = url("rulebook_edit", rulebook.pk)
    drawn = client.get(address).context["form"]
    hidden = next(
        form.hidden
        for form in Page(address, client.get(address).content.decode()).forms
        if SHOWN in form.hidden
    )
    typed = {name: drawn[name].value() for name in drawn.fields}
    assert (
        client.post(address, {**typed, **hidden, "pass_mark": "71", "comment_days": "9"}).status_code == 302
    )

    answer = client.post(address, {**typed, **hidden, "pass_mark": "66"})

    assert answer.status_code == 422
    (clash,) = answer.context["form"].clashes
    assert (clash.name, clash.mine, clash.stored) == ("pass_mark", "66", "71")
    chosen = {"take-pass_mark": f"mine:{clash.digest}"}
    assert client.post(address, {**typed, **hidden, "pass_mark": "66", **chosen}).status_code == 302
    rulebook.refresh_from_db()
    assert (rulebook.pass_mark, rulebook.comment_days) == (66, 9)


@pytest.mark.parametrize("make", [drafting.draft, drafting.draft_rulebook])
def test_draft_is_discarded_after_a_question(client, office, make):
    version = make()
    address = url(f"{version._meta.model_name}_discard", version.pk)

    assert "lost" in client.get(address).content.decode()
    assert version.series().drafts().exists()
    assert client.post(address).url == url("versions")
    assert not version.series().drafts().exists()
    assert client.post(address).status_code == 404


# -- comparing -----------------------------------------------------------------


def test_two_versions_are_laid_side_by_side(client, office, standard):
    section = drafting.section_of(standard)
    values = [drafting.item_values(item) for item in section.items.all()]
    dropped = values.pop()
    values[0] |= {"text": "改写的检查项", "points": values[0]["points"] + 1}
    drafting.save(section, [*values, {**values[1], "code": "BS-1.77", "text": "新的检查项"}], points=20)

    query = {"a": drafting.in_force().pk, "b": standard.pk}
    page = client.get(url("standard_compare"), query).content.decode()

    assert "<ins>改写的检查项</ins>" in page
    assert "新的检查项" in page
    assert dropped["text"] in page
    assert "+2" in page


def test_two_rulebooks_are_laid_side_by_side(client, office, rulebook):
    Rulebook.objects.filter(pk=rulebook.pk).update(pass_mark=70, veto_reasons=["泄密"])

    query = {"a": rulebook.series().published().get().pk, "b": rulebook.pk}
    page = client.get(url("rulebook_compare"), query).content.decode()

    assert "<del>80</del>" in page
    assert "<ins>70</ins>" in page
    assert "<ins>泄密</ins>" in page


@pytest.mark.parametrize("query", [{"a": "x"}, {"a": "1", "b": "99"}, {"a": "", "b": ""}])
def test_comparison_of_nonsense_shows_the_question_again(client, office, query):
    answer = client.get(url("standard_compare"), query)

    assert answer.status_code == 200
    assert answer.context["comparison"] is None


def test_comparison_of_two_kinds_is_refused(client, office):
    query = {"a": drafting.in_force().pk, "b": drafting.in_force(Kind.GOVERNMENT_AFFAIRS).pk}

    assert "same kind" in client.get(url("standard_compare"), query).content.decode()


# -- publishing ----------------------------------------------------------------


def test_page_before_publication_shows_what_it_means_and_what_changes(client, office, standard):
    section = drafting.section_of(standard)
    values = [drafting.item_values(item) for item in section.items.all()]
    drafting.save(section, [{**values[0], "text": "改写的检查项"}, *values[1:]])

    page = client.get(url("standard_publish", standard.pk)).content.decode()

    assert "nobody can change it any more" in page
    assert f"{drafting.in_force()} is retired." in page
    assert "<ins>改写的检查项</ins>" in page


@pytest.mark.parametrize("make", [drafting.draft, drafting.draft_rulebook])
@pytest.mark.parametrize("adopt", [True, False])
def test_draft_is_published_once_the_leading_group_agrees(client, office, make, adopt):
    version = make()
    address = url(f"{version._meta.model_name}_publish", version.pk)
    body = {"seen": of_version(version), **({"adopt": "on"} if adopt else {})}
    assert client.post(address, body).status_code == 422, "nobody has reviewed it for secrets"
    assert 'name="adopt"' not in client.get(address).content.decode()
    reviewing.clear(version._meta.model_name, version)

    assert client.post(address, body).url == version.get_absolute_url()
    assert version.series().published().get() != version
    assert agreed().get_absolute_url() not in client.get(version.get_absolute_url()).content.decode()

    assert version.series().published().get() == version
    assert version.programmes.exists() == adopt
    assert client.post(address, body).status_code == 404


def test_draft_whose_points_do_not_sum_is_not_published(client, office, standard):
    drafting.save(drafting.section_of(standard), points=17)
    address = url("standard_publish", standard.pk)

    page = client.get(address).content.decode()
    assert "its items make 18 of its 17 points." in page
    assert "The sections make 99 of the standard&#x27;s 100 points." in page
    assert 'name="adopt"' not in page
    assert client.post(address, {"seen": of_version(standard)}).status_code == 422
    assert drafting.in_force().version == 1


def test_draft_that_changed_meanwhile_is_read_again(client, office, standard):
    seen = of_version(standard)
    drafting.save(drafting.section_of(standard), name="改名")

    answer = client.post(url("standard_publish", standard.pk), {"seen": seen})

    assert answer.status_code == 422
    assert "read it again" in answer.content.decode()
    assert drafting.in_force().version == 1


def test_public_page_shows_the_examples_of_what_is_in_force(client, office, standard):
    section = drafting.section_of(standard)
    values = [drafting.item_values(item) for item in section.items.all()]
    drafting.save(section, [{**values[0], "half_example": "示例：只有名单"}, *values[1:]])
    address = reverse("publicity:standard", args=[Kind.SERVICE])
    assert "示例：只有名单" not in client.get(address).content.decode()

    drafting.publish(standard)

    assert "示例：只有名单" in client.get(address).content.decode()
