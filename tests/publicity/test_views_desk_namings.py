"""After a naming: the plaque register, tracking, warning, restoring, revoking."""

import io

import openpyxl
import pytest
from django.urls import reverse

from accounts.enums import Role, SecrecyState
from accounts.models import SecrecyReview
from accounts.services import secrecy
from assessments.services import recusals
from publicity.models import Recheck, Revocation, Warned
from publicity.services import naming
from sites.enums import Stage
from sites.models import Site
from tests import factories, reviewing
from tests.agreeing import resolved
from tests.assessments import builders, photos
from tests.files import pdf
from tests.publicity import scene

pytestmark = pytest.mark.django_db

LIST = "/desk/namings/"
ACTIONS = {
    "_plaque": {"received_by": "示例领牌人", "handed_on": "2008-06-02"},
    "_plaque_return": {"returned_on": "2008-06-02"},
    "_complaint": {"text": "示例投诉记录"},
    "_recheck": {"visited_on": "2008-06-02", "not_met": "示例公开栏", "text": "示例复查记录"},
    "_warn": {"reason": "示例理由", "working_days": "10"},
    "_restore": {"reason": "示例理由"},
    "_answer": {"text": "示例整改情况"},
    "_hear": {"grounds": "示例事由"},
    "_statement": {"text": "示例陈述意见"},
    "_revoke": {"reason": "示例理由"},
}
# The kind of resolution of the leading group that a step rests on.
RESTS_ON = {"_warn": "warning", "_restore": "restoration", "_revoke": "revocation"}


@pytest.fixture
def named(on):
    on("2008-06-02")
    return scene.named()[0]


@pytest.fixture
def warned(named):
    scene.complained(named)
    scene.warned(named)
    return named


def of(named, name=""):
    return reverse(f"publicity_desk:naming{name}", args=[named.pk])


def post(client, named, name, **more):
    visitors = {"visitors": [factories.user(Role.OFFICE).pk]} if name == "_recheck" else {}
    rests_on = {"resolution": resolved(RESTS_ON[name]).pk} if name in RESTS_ON else {}
    return client.post(of(named, name), {**ACTIONS[name], **visitors, **rests_on, **more})


def goes_out(client):
    """Another person has read what the step says in public, and whoever is signed in takes it."""
    reviewing.give_all()
    review = SecrecyReview.objects.latest("pk")
    return client.post(reverse("people:secrecy_put_out", args=[review.pk]))


def acts(client, named):
    """Who can do something next, in the page's order."""
    return [str(act.who) for act in client.get(of(named)).context["page"].acts]


def test_namings_ask_strangers_to_sign_in(client, named):
    assert client.get(LIST).status_code == 302
    assert client.get(of(named)).status_code == 302
    for name in ACTIONS:
        assert client.post(of(named, name)).status_code == 302


@pytest.mark.parametrize("role", [Role.DISTRICT, Role.INSPECTOR, Role.LIAISON, Role.AUDITOR])
def test_naming_of_somebody_elses_site_is_not_found(client, named, role):
    scene.sign_in(client, role)
    assert list(client.get(LIST).context["object_list"]) == []
    assert client.get(of(named)).status_code == 404
    for name in ACTIONS:
        assert post(client, named, name).status_code == 404


def test_naming_is_shut_to_whoever_stood_aside(client, named):
    office = scene.sign_in(client, Role.OFFICE)
    recusals.recuse(user=office, site=named.site, reason="示例亲属")
    assert list(client.get(LIST).context["object_list"]) == []
    assert client.get(of(named)).status_code == 404
    for name in ACTIONS:
        assert post(client, named, name).status_code == 404


def test_liaison_reads_its_own_naming_and_changes_nothing(client, warned):
    scene.sign_in(client, Role.LIAISON, warned.site.organisation)
    content = client.get(of(warned)).content.decode()
    assert "<textarea" not in content
    assert "示例警告理由" in content
    assert "示例投诉" not in content
    for name in ACTIONS:
        if name not in ("_answer", "_statement"):
            assert post(client, warned, name).status_code == 403, name
    warned.site.refresh_from_db()
    assert warned.site.stage == Stage.WARNED


def test_actions_by_get_are_refused(client, named):
    scene.sign_in(client, Role.OFFICE)
    for name in ACTIONS:
        if name not in ("_answer", "_recheck"):
            assert client.get(of(named, name)).status_code == 405, name


# -- the register ------------------------------------------------------------------------------


def test_plaque_is_recorded(client, named):
    scene.sign_in(client, Role.OFFICE)
    assert post(client, named, "_plaque").status_code == 302
    named.refresh_from_db()
    assert (named.plaque_received_by, named.plaque_handed_on.isoformat()) == ("示例领牌人", "2008-06-02")


def test_plaque_with_a_wrong_day_names_it(client, named):
    scene.sign_in(client, Role.OFFICE)
    page = client.post(of(named, "_plaque"), {"received_by": "示例领牌人", "handed_on": "2008-06-03"})
    assert page.status_code == 422
    assert list(page.context["forms"]["plaque"].errors) == ["handed_on"]
    content = page.content.decode()
    assert "示例领牌人" in content
    assert content.count("记录投诉的，自动启动复查") == 1  # at the recheck's form, not at the plaque's


def test_plaque_is_taken_back_after_a_revocation_only(client, warned, on):
    scene.sign_in(client, Role.OFFICE)
    post(client, warned, "_plaque")
    assert post(client, warned, "_plaque_return").status_code == 404
    on("2008-06-20")
    scene.revoked(warned)
    page = client.get(of(warned)).content.decode()
    assert of(warned, "_plaque_return") in page
    assert "尚未收回" in page
    assert "未授牌" not in page
    refused = post(client, warned, "_plaque_return")
    assert refused.status_code == 422
    assert list(refused.context["forms"]["back"].errors) == ["returned_on"]
    assert client.post(of(warned, "_plaque_return"), {"returned_on": "2008-06-20"}).status_code == 302
    assert Revocation.objects.get().plaque_returned_on.isoformat() == "2008-06-20"


def test_register_goes_out_as_a_workbook_as_it_is_filtered(client, on):
    on("2008-06-02")
    kept, out = scene.named(*scene.accepted(2))
    office = scene.sign_in(client, Role.OFFICE)
    naming.hand_over_plaque(naming=out, received_by="示例领牌人", handed_on=out.named_on, by=office)
    answer = client.get(LIST, {"format": "xlsx", "plaque": "out"})
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))
    told = [row for row in rows if out.plaque_number in row]
    assert len(told) == 1
    assert {"示例领牌人", out.site.window_name, out.decision.full_number} <= set(told[0])
    assert not any(kept.plaque_number in row for row in rows)


@pytest.mark.parametrize(
    ("wanted", "number"),
    [
        ({}, 3),
        ({"stage": "named"}, 1),
        ({"stage": "revoked"}, 1),
        ({"plaque": "kept"}, 2),
        ({"plaque": "due_back"}, 1),
        ({"plaque": "back"}, 0),
        ({"plaque": "nonsense"}, 3),
    ],
)
def test_register_is_narrowed(client, on, wanted, number):
    on("2008-06-02")
    _named, is_warned, is_revoked = scene.named(*scene.accepted(3))
    office = scene.sign_in(client, Role.OFFICE)
    for each in (is_warned, is_revoked):
        scene.warned(each, working_days=1)
    naming.hand_over_plaque(naming=is_revoked, received_by="示例", handed_on=is_revoked.named_on, by=office)
    on("2008-06-10")
    scene.revoked(is_revoked)
    assert len(client.get(LIST, wanted).context["object_list"]) == number


# -- rechecks and complaints -------------------------------------------------------------------


def test_recheck_is_put_on_file_with_its_pictures_and_the_unit_sees_them(client, named):
    office = scene.sign_in(client, Role.OFFICE)
    typed = {"visitors": [office.pk], "met": "示例指南\r\n\r\n示例电话"}
    assert post(client, named, "_recheck", **typed, files=[photos.upload("现场.jpg")]).status_code == 302
    note = named.tracking.get()
    assert list(note.findings.values_list("text", flat=True)) == ["示例指南", "示例电话", "示例公开栏"]
    scene.sign_in(client, Role.LIAISON, named.site.organisation)
    content = client.get(of(named)).content.decode()
    for words in (office.name, "示例指南", "示例公开栏", "示例复查记录", "现场.jpg"):
        assert words in content
    picture = note.pictures.get()
    for name in ("recheck_picture", "recheck_thumbnail"):
        address = reverse(f"publicity_desk:{name}", args=[picture.pk])
        assert client.get(address)["Content-Type"] == "image/jpeg"
    scene.sign_in(client, Role.LIAISON)
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"visitors": []}, "visitors"),
        ({"visited_on": "2008-06-03"}, "visited_on"),
        ({"not_met": " "}, "met"),
        ({"not_met": "长" * 201}, "not_met"),
        ({"text": ""}, "text"),
        ({"files": [builders.upload("示例.pdf", pdf(b"sample"))]}, "files"),
    ],
)
def test_wrong_recheck_says_so_at_the_field_and_keeps_what_was_typed(client, named, wrong, field):
    scene.sign_in(client, Role.OFFICE)
    page = post(client, named, "_recheck", **wrong)
    assert page.status_code == 422
    assert list(page.context["form"].errors) == [field]
    assert "2008-06" in page.content.decode()
    assert not named.tracking.exists()


def test_recheck_offers_nobody_who_is_barred(client, named):
    office = scene.sign_in(client, Role.OFFICE)
    own = factories.user(Role.INSPECTOR, named.site.organisation)
    offered = client.get(of(named, "_recheck")).context["form"].fields["visitors"].queryset
    assert office in offered
    assert own not in offered


def test_complaint_starts_a_recheck_that_the_page_shows(client, named):
    scene.sign_in(client, Role.OFFICE)
    assert post(client, named, "_complaint").status_code == 302
    assert named.tracking.get().text == "示例投诉记录"
    (recheck,) = client.get(of(named)).context["page"].rechecks
    assert recheck == Recheck.objects.get()


# -- warning -----------------------------------------------------------------------------------


def test_warn_without_a_note_on_file_says_what_is_missing(client, named):
    scene.sign_in(client, Role.OFFICE)
    assert of(named, "_warn") not in client.get(of(named)).content.decode()
    page = post(client, named, "_warn")
    assert page.status_code == 422
    assert page.context["forms"]["warn"].non_field_errors()
    assert "示例理由" in page.content.decode()


@pytest.mark.parametrize("days", ["0", "", "366", "two"])
def test_warn_with_a_wrong_number_of_days_says_so_at_the_field(client, named, days):
    scene.sign_in(client, Role.OFFICE)
    scene.complained(named)
    page = post(client, named, "_warn", working_days=days)
    assert page.status_code == 422
    assert list(page.context["forms"]["warn"].errors) == ["working_days"]
    assert not Warned.objects.exists()


@pytest.mark.parametrize("role", [Role.OFFICE, Role.LEADING_GROUP])
def test_warn_and_restore_work_for_another_person(client, named, role):
    scene.sign_in(client, role)
    for name, stage in (("_warn", Stage.WARNED), ("_restore", Stage.NAMED)):
        scene.rechecked(named, is_met=name == "_restore")
        assert of(named, name) in client.get(of(named)).content.decode()
        assert post(client, named, name).status_code == 302
        before = Site.objects.get(pk=named.site_id).stage
        assert before != stage
        page = client.get(of(named)).content.decode()
        assert SecrecyReview.objects.latest("pk").get_absolute_url() in page
        assert goes_out(client).url == of(named)
        named.site.refresh_from_db()
        assert named.site.stage == stage


def test_step_that_would_be_refused_is_refused_before_its_words_are_reviewed(client, named):
    scene.sign_in(client, Role.OFFICE)
    scene.rechecked(named)
    assert post(client, named, "_warn", reason=" ").status_code == 422
    assert not SecrecyReview.objects.filter(kind="naming.warn").exists()


def test_step_waits_for_its_review_and_is_not_taken_where_that_says_no(client, named):
    scene.sign_in(client, Role.OFFICE)
    scene.rechecked(named)
    post(client, named, "_warn")
    review = SecrecyReview.objects.get(kind="naming.warn")
    client.post(reverse("people:secrecy_put_out", args=[review.pk]))
    reviewing.given(review, SecrecyState.REFUSED)
    client.post(reverse("people:secrecy_put_out", args=[review.pk]))
    assert not Warned.objects.exists()
    assert Site.objects.get(pk=named.site_id).stage == Stage.NAMED


def test_what_else_was_to_be_said_waits_no_more_once_a_step_is_taken(client, named):
    """Two texts for one warning, and one goes out: the other lies in nobody's to-do list."""
    scene.sign_in(client, Role.OFFICE)
    scene.rechecked(named)
    for reason in ("示例理由一", "示例理由二"):
        assert post(client, named, "_warn", reason=reason).status_code == 302
    first, second = SecrecyReview.objects.filter(kind="naming.warn").order_by("pk")
    reviewing.given(first)
    client.post(reverse("people:secrecy_put_out", args=[first.pk]))
    assert Warned.objects.get().reason == "示例理由一"
    second.refresh_from_db()
    assert second.state == SecrecyState.TAKEN_BACK
    assert not SecrecyReview.objects.waiting().filter(kind__startswith="naming.").exists()


def test_whoever_found_it_does_not_review_the_words_on_it(client, named):
    scene.sign_in(client, Role.OFFICE)
    found = scene.rechecked(named).by
    post(client, named, "_warn")
    review = SecrecyReview.objects.get(kind="naming.warn")
    assert found in review.writers.all()
    with pytest.raises(secrecy.OwnReview):
        reviewing.given(review, by=found)


def test_whoever_found_it_reads_why_somebody_else_decides(client, named):
    office = scene.sign_in(client, Role.OFFICE)
    scene.rechecked(named, office)
    assert "须由另一人决定" in client.get(of(named)).content.decode()
    assert post(client, named, "_warn").status_code == 422
    scene.warned(named)
    scene.rechecked(named, office, is_met=True)
    assert "须由另一人决定" in client.get(of(named)).content.decode()
    assert post(client, named, "_restore").status_code == 422


def test_page_shows_until_when_a_warned_site_mends_and_how_that_was_counted(client, warned):
    scene.sign_in(client, Role.OFFICE)
    content = client.get(of(warned)).content.decode()
    assert "2008-06-17" in content
    assert "端午节" in content
    assert warned.warnings.get().paper.full_number in content


def test_warn_a_second_time_says_where_the_site_stands(client, warned):
    scene.sign_in(client, Role.OFFICE)
    page = post(client, warned, "_warn")
    assert page.status_code == 422
    assert str(page.context["forms"]["warn"].non_field_errors()[0]) in page.content.decode()


# -- the unit's answer -------------------------------------------------------------------------


def test_unit_answers_with_a_picture_and_the_office_reads_it(client, warned):
    scene.sign_in(client, Role.LIAISON, warned.site.organisation)
    assert of(warned, "_answer") in client.get(of(warned)).content.decode()
    assert post(client, warned, "_answer", files=[photos.upload("公开栏.jpg")]).status_code == 302
    assert of(warned, "_answer") not in client.get(of(warned)).content.decode()
    for role in (Role.OFFICE, Role.LEADING_GROUP):
        scene.sign_in(client, role)
        content = client.get(of(warned)).content.decode()
        assert "示例整改情况" in content
        assert "公开栏.jpg" in content
    again = factories.user(Role.LIAISON, warned.site.organisation)
    client.force_login(again)
    assert post(client, warned, "_answer").status_code == 422


def test_answer_is_not_found_by_other_units_and_forbidden_to_everybody_else(client, warned):
    scene.sign_in(client, Role.LIAISON)
    assert client.get(of(warned, "_answer")).status_code == 404
    for role in (Role.OFFICE, Role.LEADING_GROUP):
        scene.sign_in(client, role)
        assert client.get(of(warned, "_answer")).status_code == 403


def test_answer_with_a_wrong_file_says_so_and_keeps_the_words(client, warned):
    scene.sign_in(client, Role.LIAISON, warned.site.organisation)
    page = post(client, warned, "_answer", files=[builders.upload("示例.exe", b"MZ")])
    assert page.status_code == 422
    assert list(page.context["form"].errors) == ["files"]
    assert "示例整改情况" in page.content.decode()


# -- hearing and revoking ----------------------------------------------------------------------


def test_unit_reads_the_grounds_and_states_its_view(client, warned, on):
    on("2008-06-18")
    scene.sign_in(client, Role.OFFICE)
    assert post(client, warned, "_hear").status_code == 302
    scene.sign_in(client, Role.LIAISON, warned.site.organisation)
    content = client.get(of(warned)).content.decode()
    for words in ("示例事由", "2008-06-25", of(warned, "_statement")):
        assert words in content
    assert post(client, warned, "_statement").status_code == 302
    assert of(warned, "_statement") not in client.get(of(warned)).content.decode()
    assert post(client, warned, "_statement").status_code == 422
    scene.sign_in(client, Role.LEADING_GROUP)
    content = client.get(of(warned)).content.decode()
    assert content.index("示例陈述意见") < content.index(of(warned, "_revoke"))


def test_page_says_that_no_view_came_by_the_day(client, warned, on):
    on("2008-06-18")
    scene.heard(warned, "")
    scene.sign_in(client, Role.LEADING_GROUP)
    assert of(warned, "_revoke") not in client.get(of(warned)).content.decode()
    on("2008-06-26")
    content = client.get(of(warned)).content.decode()
    assert content.index("逾期未陈述意见") < content.index(of(warned, "_revoke"))


def test_revoke_is_the_leading_groups_alone_and_not_before_the_unit_was_heard(client, warned, on):
    on("2008-06-18")
    scene.sign_in(client, Role.OFFICE)
    assert post(client, warned, "_revoke").status_code == 403
    scene.sign_in(client, Role.LEADING_GROUP)
    refused = post(client, warned, "_revoke")
    assert refused.status_code == 422
    assert "听取" in str(refused.context["forms"]["revoke"].non_field_errors()[0])
    assert "示例理由" in refused.content.decode()
    scene.heard(warned)
    page = client.get(of(warned))
    assert of(warned, "_revoke") in page.content.decode()
    assert "why_early" not in page.context["forms"]["revoke"].fields
    assert post(client, warned, "_revoke").status_code == 302
    goes_out(client)
    assert Revocation.objects.get().reason == "示例理由"


def test_revoke_before_the_day_asks_why_and_the_pages_show_it(client, warned, on):
    scene.complained(warned)
    scene.heard(warned)
    on("2008-06-17")
    scene.sign_in(client, Role.LEADING_GROUP)
    refused = post(client, warned, "_revoke")
    assert refused.status_code == 422
    assert list(refused.context["forms"]["revoke"].errors) == ["why_early"]
    assert post(client, warned, "_revoke", why_early="示例提前理由").status_code == 302
    goes_out(client)
    for page in (of(warned), warned.get_absolute_url()):
        assert "示例提前理由" in client.get(page).content.decode()


def test_revoke_without_a_reason_is_refused(client, warned):
    scene.sign_in(client, Role.LEADING_GROUP)
    page = post(client, warned, "_revoke", reason="", why_early="示例")
    assert page.status_code == 422
    assert list(page.context["forms"]["revoke"].errors) == ["reason"]
    assert not Revocation.objects.exists()


def test_page_says_who_can_do_what_next(client, named, on):
    scene.sign_in(client, Role.OFFICE)
    office, unit, group = Role.OFFICE.label, Role.LIAISON.label, Role.LEADING_GROUP.label
    assert acts(client, named) == [office, office]
    scene.warned(named)
    assert acts(client, named) == [unit, office, office, office]
    on("2008-06-18")
    scene.answers(named)
    assert acts(client, named) == [office, office, office]
    scene.rechecked(named)
    scene.heard(named, "")
    assert acts(client, named) == [unit, office, office, unit]
    on("2008-06-26")
    assert acts(client, named) == [unit, office, office, group]
    scene.revoked(named)
    assert acts(client, named) == []
