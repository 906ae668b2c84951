"""A window replaced by another one: on a list that came back, and after the determination."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Notification, SecrecyReview, User
from accounts.services import secrecy
from sites import services
from sites.enums import Level, ReplacementState, Stage
from sites.models import Replacement, Site
from sites.workflow import InvalidTransition
from standards.enums import Kind
from tests import factories, reviewing
from tests.at_once import at_once, kinds
from tests.sites import making

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

WHY = "原窗口撤并（示例）"


# -- on a list that came back --------------------------------------------------------


@pytest.fixture
def returned():
    filing, by = making.filed_list()
    services.send_back(filing=filing, remarks="示例", by=factories.user(Role.OFFICE))
    return filing.sites.first(), by


def save(site, by, reason="", **fields):
    for name, value in fields.items():
        setattr(site, name, value)
    return services.save_site(
        filing=site.filing,
        site=site,
        liaison_name="示例联络员",
        liaison_phone=making.PHONE,
        replacement_reason=reason,
        by=by,
    )


def test_another_window_on_a_list_that_came_back_is_kept_with_its_reason(returned):
    site, by = returned
    before = site.window_name
    unit = factories.unit(site.filing.organisation)
    save(site, by, WHY, window_name="示例新厅", organisation=unit)
    made = site.replacements.get()
    assert (made.state, made.reason, made.asked_by) == (ReplacementState.MADE, WHY, by)
    assert (made.before["window_name"], made.after["window_name"]) == (before, "示例新厅")
    assert (made.after["organisation"], made.after["organisation_id"]) == (unit.name, unit.pk)
    assert str(made.asked_on) == "2008-01-10"


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_another_window_without_a_reason_is_refused_and_nothing_changes(returned, reason):
    site, by = returned
    before = site.window_name
    with pytest.raises(ValidationError) as caught:
        save(site, by, reason, window_name="示例新厅")
    assert list(caught.value.message_dict) == ["replacement_reason"]
    site.refresh_from_db()
    assert site.window_name == before
    assert not Replacement.objects.exists()


def test_other_changes_need_no_reason(returned):
    site, by = returned
    save(site, by, address="示例路（示例）", kind=Kind.SERVICE)
    assert not Replacement.objects.exists()


def test_a_row_that_was_never_filed_is_renamed_without_a_reason():
    filing, by = making.complete_list()
    save(filing.sites.first(), by, window_name="示例新厅")
    assert not Replacement.objects.exists()


def test_the_row_form_asks_for_the_reason_only_where_it_may_be_needed(client, returned):
    site, by = returned
    fresh = making.add_site(site.filing, by)
    client.force_login(by)
    for one, asked in ((site, True), (fresh, False)):
        page = client.get(reverse("sites:site_edit", args=[site.filing_id, one.pk]))
        assert ("replacement_reason" in page.context["form"].fields) is asked


def test_the_row_form_shows_the_missing_reason_at_its_field(client, returned):
    site, by = returned
    client.force_login(by)
    url = reverse("sites:site_edit", args=[site.filing_id, site.pk])
    data = {
        "organisation": site.organisation_id,
        "window_name": "示例新厅",
        "kind": site.kind,
        "liaison_name": "示例联络员",
        "liaison_phone": making.PHONE,
    }
    response = client.post(url, data)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["replacement_reason"]
    assert client.post(url, {**data, "replacement_reason": WHY}).status_code == 302
    assert (
        reverse("sites:replacement", args=[site.pk])
        in client.get(site.filing.get_absolute_url()).content.decode()
    )
    html = client.get(reverse("sites:filing_versions", args=[site.filing_id])).content.decode()
    assert WHY in html
    assert "Windows replaced" in html


# -- after the determination -----------------------------------------------------------


@pytest.fixture
def filer(site):
    return making.clerk(site.filing.organisation)


def ask(site, by, **fields):
    wanted = {
        "organisation": site.organisation,
        "window_name": "示例新厅",
        "address": "示例路2号（示例）",
        "reason": WHY,
        **fields,
    }
    return services.ask_replacement(site=site, by=by, **wanted)


def review(replacement, by=None, is_supported=True, opinion="同意（示例）"):
    by = by or factories.user(Role.OFFICE)
    services.review_replacement(replacement=replacement, is_supported=is_supported, opinion=opinion, by=by)
    replacement.refresh_from_db()
    return by


def decide(replacement, by=None, is_approved=True, remarks=""):
    by = by or factories.user(Role.LEADING_GROUP)
    reviewing.give_all()
    services.decide_replacement(replacement=replacement, is_approved=is_approved, remarks=remarks, by=by)
    replacement.refresh_from_db()


def test_asked_reviewed_and_decided_the_site_takes_the_new_window(site, filer):
    office, leader = factories.user(Role.OFFICE), factories.user(Role.LEADING_GROUP)
    old = factories.liaison_of(site)
    unit, kind = factories.unit(site.filing.organisation), site.kind
    new = factories.user(Role.LIAISON, unit)
    post = site.liaisons.get()
    asked = ask(site, filer, organisation=unit)
    site.refresh_from_db()
    assert site.window_name == asked.before["window_name"]
    assert Notification.objects.filter(user=office, text__contains="asked for").count() == 1
    review(asked, office)
    assert Notification.objects.filter(user=leader, text__contains="your decision").count() == 1
    decide(asked, leader)
    site.refresh_from_db()
    assert (site.organisation, site.window_name, site.address) == (unit, "示例新厅", "示例路2号（示例）")
    assert (site.kind, site.stage, site.liaisons.get()) == (kind, Stage.DETERMINED, post)
    assert (asked.state, asked.reviewed_by, asked.decided_by) == (ReplacementState.MADE, office, leader)
    told = Notification.objects.filter(text__contains="has been replaced")
    assert {one.user for one in told} >= {filer, old, new}


def test_new_window_is_reviewed_for_secrets_before_it_is_decided(client, site, filer):
    asked = ask(site, filer)
    review(asked)
    (waiting,) = SecrecyReview.objects.filter(kind="replacement")
    said = [
        part.text for _subject, parts in secrecy.read(waiting, factories.user(Role.OFFICE)) for part in parts
    ]
    assert "示例新厅" in said
    leader = factories.user(Role.LEADING_GROUP)
    client.force_login(leader)
    address = reverse("sites:replacement", args=[site.pk])
    assert waiting.get_absolute_url() in client.get(address).content.decode()
    with pytest.raises(secrecy.NotReviewed):
        services.decide_replacement(replacement=asked, is_approved=True, remarks="", by=leader)
    site.refresh_from_db()
    assert site.window_name != "示例新厅"


def test_refused_replacement_needs_no_review(site, filer):
    asked = ask(site, filer)
    review(asked)
    services.decide_replacement(
        replacement=asked, is_approved=False, remarks="示例", by=factories.user(Role.LEADING_GROUP)
    )
    assert not SecrecyReview.objects.waiting().filter(kind="replacement").exists()


def test_deputy_of_whoever_reviewed_it_does_not_decide(client, site, filer):
    office, deputy = factories.user(Role.OFFICE), factories.user(Role.LEADING_GROUP)
    asked = ask(site, filer)
    review(asked, office)
    User.objects.filter(pk=office.pk).update(role=Role.LEADING_GROUP, organisation=deputy.organisation)
    office.refresh_from_db()
    factories.send_away(office, deputy)
    with pytest.raises(PermissionDenied):
        decide(asked, deputy)
    client.force_login(deputy)
    page = client.get(reverse("sites:replacement", args=[site.pk]))
    assert page.context["form"] is None
    decide(asked, factories.user(Role.LEADING_GROUP))


def test_a_designated_units_site_under_construction_is_replaced_too():
    made = making.determined_site(Level.CITY)
    Site.objects.filter(pk=made.pk).update(stage=Stage.BUILDING)
    by = factories.user(Role.LIAISON, made.organisation)
    asked = ask(made, by)
    review(asked)
    decide(asked)
    made.refresh_from_db()
    assert (made.window_name, made.stage) == ("示例新厅", Stage.BUILDING)


def test_refused_by_the_office_it_is_over_and_can_be_asked_again(site, filer):
    asked = ask(site, filer)
    review(asked, is_supported=False, opinion="理由不足（示例）")
    assert (asked.state, asked.opinion) == (ReplacementState.REFUSED, "理由不足（示例）")
    assert Notification.objects.filter(user=filer, text__contains="refused").exists()
    with pytest.raises(InvalidTransition):
        decide(asked)
    site.refresh_from_db()
    assert site.window_name != "示例新厅"
    ask(site, filer)


def test_refused_by_the_leading_group_the_site_keeps_its_window(site, filer):
    asked = ask(site, filer)
    review(asked)
    with pytest.raises(ValidationError):
        decide(asked, is_approved=False, remarks=" ")
    decide(asked, is_approved=False, remarks="暂不更换（示例）")
    site.refresh_from_db()
    assert (asked.state, asked.remarks) == (ReplacementState.REFUSED, "暂不更换（示例）")
    assert site.window_name == asked.before["window_name"]


def test_the_reviewer_does_not_decide(site, filer):
    asked = ask(site, filer)
    reviewer = review(asked)
    reviewer.role = Role.LEADING_GROUP
    reviewer.save()
    with pytest.raises(PermissionDenied):
        decide(asked, reviewer)
    with pytest.raises(IntegrityError), transaction.atomic():
        Replacement.objects.filter(pk=asked.pk).update(decided_by=reviewer)


@pytest.mark.parametrize("role", [Role.OFFICE, Role.LEADING_GROUP, Role.LIAISON, Role.INSPECTOR])
def test_only_those_who_file_the_list_ask(site, role):
    with pytest.raises(PermissionDenied):
        ask(site, factories.user(role))
    with pytest.raises(PermissionDenied):
        ask(site, making.clerk(factories.district("乌达")))


def test_answers_by_others_are_refused(site, filer):
    asked = ask(site, filer)
    for role in (Role.LEADING_GROUP, Role.DISTRICT, Role.LIAISON):
        with pytest.raises(PermissionDenied):
            review(asked, factories.user(role))
    review(asked)
    for role in (Role.OFFICE, Role.DISTRICT, Role.LIAISON):
        with pytest.raises(PermissionDenied):
            decide(asked, factories.user(role))


@pytest.mark.parametrize(
    ("fields", "named"),
    [({"reason": " "}, "reason"), ({"window_name": "x" * 101}, "window_name")],
)
def test_ask_with_something_wrong_names_the_field(site, filer, fields, named):
    with pytest.raises(ValidationError) as caught:
        ask(site, filer, **fields)
    assert list(caught.value.message_dict) == [named]
    assert not Replacement.objects.exists()


def test_ask_for_a_unit_of_another_district_is_refused(site, filer):
    with pytest.raises(ValidationError) as caught:
        ask(site, filer, organisation=factories.unit(factories.district("乌达")))
    assert list(caught.value.message_dict) == ["organisation"]


def test_ask_for_the_window_there_is_is_refused(site, filer):
    with pytest.raises(ValidationError):
        ask(site, filer, window_name=site.window_name, address=site.address)


def test_ask_for_a_window_that_stands_on_a_list_already_is_refused(site, filer):
    other = site.filing.sites.exclude(pk=site.pk).first()
    with pytest.raises(ValidationError):
        ask(site, filer, organisation=other.organisation, window_name=other.window_name)


@pytest.mark.parametrize("stage", [Stage.FILED, Stage.SELF_ASSESSED, Stage.NAMED])
def test_ask_outside_its_stages_is_refused(site, filer, stage):
    Site.objects.filter(pk=site.pk).update(stage=stage)
    with pytest.raises(InvalidTransition):
        ask(site, filer)


def test_decide_once_the_site_has_gone_on_is_refused_but_can_be_closed(site, filer):
    asked = ask(site, filer)
    review(asked)
    Site.objects.filter(pk=site.pk).update(stage=Stage.SELF_ASSESSED)
    with pytest.raises(InvalidTransition):
        decide(asked)
    asked.refresh_from_db()
    assert asked.state == ReplacementState.REVIEWED
    decide(asked, is_approved=False, remarks="已自评（示例）")
    assert asked.state == ReplacementState.REFUSED


def test_decide_once_the_window_stands_on_another_list_is_refused(site, filer):
    unit = factories.unit(site.filing.organisation)
    asked = ask(site, filer, organisation=unit)
    review(asked)
    other = site.filing.sites.exclude(pk=site.pk).first()
    Site.objects.filter(pk=other.pk).update(organisation=unit, window_name="示例新厅")
    with pytest.raises(ValidationError):
        decide(asked)
    site.refresh_from_db()
    assert site.window_name == asked.before["window_name"]


def test_a_second_request_while_one_is_open_is_refused(site, filer):
    asked = ask(site, filer)
    with pytest.raises(InvalidTransition):
        ask(site, filer, window_name="示例别厅")
    with pytest.raises(IntegrityError), transaction.atomic():
        Replacement.objects.create(
            site=site, before={}, after={}, reason=WHY, state="asked", asked_by=filer, asked_on="2008-01-10"
        )
    review(asked)
    with pytest.raises(InvalidTransition):
        review(asked)


@pytest.mark.django_db(transaction=True)
def test_two_requests_at_once_are_one():
    site = making.determined_site()
    people = [making.clerk(site.filing.organisation) for _n in range(2)]
    outcomes = at_once(*(lambda who=who: ask(site, who) for who in people))
    assert kinds(outcomes) == ["InvalidTransition", "done"]
    assert Replacement.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_made_and_refused_at_once_is_one_of_both():
    site = making.determined_site()
    asked = ask(site, making.clerk(site.filing.organisation))
    review(asked)
    reviewing.give_all()
    leaders = [factories.user(Role.LEADING_GROUP) for _n in range(2)]
    outcomes = at_once(
        lambda: services.decide_replacement(replacement=asked, is_approved=True, remarks="", by=leaders[0]),
        lambda: services.decide_replacement(
            replacement=asked, is_approved=False, remarks="示例", by=leaders[1]
        ),
    )
    assert kinds(outcomes) == ["InvalidTransition", "done"]
    asked.refresh_from_db()
    site.refresh_from_db()
    assert (site.window_name == "示例新厅") is (asked.state == ReplacementState.MADE)


# -- the page ----------------------------------------------------------------------


def url(site):
    return reverse("sites:replacement", args=[site.pk])


def fields(site, **changed):
    return {
        "organisation": site.organisation_id,
        "window_name": "示例新厅 (２楼)",
        "address": "",
        "reason": WHY,
        **changed,
    }


def test_the_page_is_for_those_who_see_the_site(client, site, filer):
    assert client.get(url(site)).status_code == 302
    for stranger in (making.clerk(factories.district("乌达")), factories.user(Role.LIAISON)):
        client.force_login(stranger)
        assert client.get(url(site)).status_code == 404
        assert client.post(url(site), fields(site)).status_code == 404
    reader = factories.liaison_of(site)
    client.force_login(reader)
    assert client.get(url(site)).context["form"] is None
    for who in (reader, factories.user(Role.OFFICE)):
        client.force_login(who)
        assert client.post(url(site), fields(site)).status_code == 403
    assert not Replacement.objects.exists()


def test_the_page_takes_the_request_and_both_answers(client, site, filer):
    client.force_login(filer)
    assert "Ask for another window" in client.get(url(site)).content.decode()
    assert client.post(url(site), fields(site)).url == url(site)
    asked = Replacement.objects.get()
    assert asked.after["window_name"] == "示例新厅（2楼）"
    assert client.get(url(site)).context["form"] is None

    client.force_login(factories.user(Role.OFFICE))
    action = reverse("sites:replacement_review", args=[asked.pk])
    assert action in client.get(url(site)).content.decode()
    assert client.get(action).status_code == 405
    assert client.post(action, {"answer": "yes", "opinion": "同意（示例）"}).url == url(site)

    client.force_login(factories.user(Role.LEADING_GROUP))
    action = reverse("sites:replacement_decide", args=[asked.pk])
    html = client.get(url(site)).content.decode()
    assert action in html
    assert "同意（示例）" in html
    assert client.get(action).status_code == 405
    reviewing.give_all()
    assert client.post(action, {"answer": "yes"}).url == url(site)
    site.refresh_from_db()
    assert site.window_name == "示例新厅（2楼）"


def test_a_refused_request_keeps_what_was_typed(client, site, filer):
    client.force_login(filer)
    response = client.post(url(site), fields(site, reason="", window_name="<script>示例</script>"))
    html = response.content.decode()
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["reason"]
    assert "&lt;script&gt;示例" in html
    long = client.post(url(site), fields(site, reason="长" * 5000))
    assert list(long.context["form"].errors) == ["reason"]
    assert not Replacement.objects.exists()


def test_an_answer_without_its_text_is_refused_at_the_field(client, site, filer):
    asked = ask(site, filer)
    client.force_login(factories.user(Role.OFFICE))
    response = client.post(reverse("sites:replacement_review", args=[asked.pk]), {"answer": "no"})
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["opinion"]
    review(asked)
    client.force_login(factories.user(Role.LEADING_GROUP))
    response = client.post(reverse("sites:replacement_decide", args=[asked.pk]), {"answer": "no"})
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["remarks"]


def test_an_answer_to_what_is_answered_says_so(client, site, filer):
    asked = ask(site, filer)
    review(asked)
    client.force_login(factories.user(Role.OFFICE))
    response = client.post(
        reverse("sites:replacement_review", args=[asked.pk]), {"answer": "no", "opinion": "再审（示例）"}
    )
    assert response.status_code == 422
    assert "再审（示例）" in response.content.decode()
    asked.refresh_from_db()
    assert asked.state == ReplacementState.REVIEWED


def test_answers_refused_to_others_and_unknown_ones_not_found(client, site, filer):
    asked = ask(site, filer)
    for name in ("replacement_review", "replacement_decide"):
        action = reverse(f"sites:{name}", args=[asked.pk])
        client.logout()
        assert client.post(action).status_code == 302
        client.force_login(filer)
        assert client.post(action, {"answer": "yes", "opinion": "x"}).status_code == 403
    client.force_login(factories.user(Role.OFFICE))
    assert client.post(reverse("sites:replacement_review", args=[asked.pk + 1])).status_code == 404


def test_the_sites_page_leads_to_its_replacements(client, site, filer):
    asked = ask(site, filer)
    review(asked)
    decide(asked)
    client.force_login(filer)
    html = client.get(site.get_absolute_url()).content.decode()
    assert url(site) in html
    assert WHY in html
    assert asked.before["window_name"] in html
    assert url(site) in client.get(site.filing.get_absolute_url()).content.decode()


def test_the_page_same_queries_for_one_and_many(client, site, filer, django_assert_max_num_queries):
    office = factories.user(Role.OFFICE)
    client.force_login(office)

    def queries(count):
        for _n in range(count):
            review(ask(site, filer), office, is_supported=False)
        with django_assert_max_num_queries(12) as captured:
            assert client.get(url(site)).status_code == 200
        return len(captured)

    assert queries(3) == queries(27)
