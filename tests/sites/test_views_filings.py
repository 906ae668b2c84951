"""The overview of lists, one list, and its steps."""

import datetime

import pytest
from django.urls import reverse
from django.utils import translation

from accounts.enums import OrganisationKind, Role
from accounts.models import Notification, Organisation
from documents.models import Document
from documents.papers import DocumentKind
from sites import services
from sites.enums import Action, FilingState, Level, Stage
from sites.models import DesignatedUnit, Filing, StageChange
from tests import factories
from tests.agreeing import resolved
from tests.sites import making

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def page(client, name, *args, by=None, **data):
    if by:
        client.force_login(by)
    return client.get(reverse(f"sites:{name}", args=args), data)


def post(client, name, *args, by=None, **data):
    if by:
        client.force_login(by)
    return client.post(reverse(f"sites:{name}", args=args), data)


# -- the overview -------------------------------------------------------------


def test_filings_anonymous_is_sent_to_login(client):
    response = page(client, "filings")
    assert response.status_code == 302
    assert response.url.startswith(reverse("account_login"))


@pytest.mark.parametrize("role", Role.CITY_WIDE)
def test_filings_names_every_body_that_owes_a_list(client, role):
    filing, _by = making.filed_list()
    response = page(client, "filings", by=factories.user(role))
    html = response.content.decode()
    standings = response.context["standings"]
    assert [one.organisation for one in standings[:8]] == [
        unit.organisation for unit in factories.programme().designated_units.all()
    ]
    assert {one.organisation for one in standings[8:]} == set(
        Organisation.objects.filter(kind=OrganisationKind.DISTRICT_GOVERNMENT)
    )
    assert filing.get_absolute_url() in html
    assert all(one.organisation.name in html for one in standings)
    assert response.context["counts"].filed == 1


def test_filings_marks_the_late_ones_only_once_the_phase_is_over(client, on):
    making.filed_list()
    office = factories.user(Role.OFFICE)
    assert not any(one.is_late for one in page(client, "filings", by=office).context["standings"])
    on("2008-02-03")
    response = page(client, "filings")
    late = [one for one in response.context["standings"] if one.is_late]
    assert len(late) == 10
    assert "late by 3 working days" in response.content.decode()


def test_filings_leads_the_office_to_an_account_for_those_without_one(client):
    first = factories.programme().designated_units.first().organisation
    address = f'{reverse("people:person_add")}?organisation={first.pk}"'
    assert address in page(client, "filings", by=factories.user(Role.OFFICE)).content.decode()
    assert address not in page(client, "filings", by=factories.user(Role.LEADING_GROUP)).content.decode()


def test_filings_offers_to_remind_only_those_who_can_be_told(client, on):
    on("2008-02-03")
    office, clerk = factories.user(Role.OFFICE), making.clerk()
    response = page(client, "filings", by=office)
    assert (response.context["counts"].late, response.context["counts"].to_remind) == (11, 1)
    assert "Remind 1 late body" in response.content.decode()
    services.remind(programme=factories.programme(), by=office)
    assert clerk.notifications.unread().count() == 1
    assert "Remind 1 late body" not in page(client, "filings").content.decode()


def test_filings_late_respects_an_extension(client, on):
    phase = factories.programme().phases.get(ordinal=1)
    office = factories.user(Role.OFFICE)
    making.prolong(phase, datetime.date(2008, 2, 10), office)
    on("2008-02-03")
    response = page(client, "filings", by=office)
    assert response.context["due"] == datetime.date(2008, 2, 10)
    assert not any(one.is_late for one in response.context["standings"])


@pytest.mark.parametrize(
    ("state", "count"), [("filed", 1), ("none", 10), ("late", 10), ("approved", 0), ("", 11), ("x", 11)]
)
def test_filings_filter_by_state(client, on, state, count):
    making.filed_list()
    on("2008-02-03")
    response = page(client, "filings", by=factories.user(Role.OFFICE), state=state)
    assert response.status_code == 200
    assert len(response.context["page_obj"].object_list) == count


def test_filings_leads_a_district_to_its_own_list(client):
    by = making.clerk()
    response = page(client, "filings", by=by)
    filing = Filing.objects.get()
    assert (filing.organisation, filing.level, filing.state) == (
        factories.district(),
        Level.DISTRICT,
        "draft",
    )
    assert response.url == filing.get_absolute_url()


def test_filings_leads_a_designated_units_liaison_to_its_own_list(client):
    by = factories.user(Role.LIAISON, making.designated())
    response = page(client, "filings", by=by)
    filing = Filing.objects.get()
    assert (filing.organisation, filing.level) == (making.designated(), Level.CITY)
    assert response.url == filing.get_absolute_url()


@pytest.mark.parametrize("role", [Role.LIAISON, Role.INSPECTOR, Role.AUDITOR])
def test_filings_shows_nothing_to_those_who_file_none(client, role):
    filing, _by = making.filed_list()
    response = page(client, "filings", by=factories.user(role))
    assert response.status_code == 200
    assert filing.get_absolute_url() not in response.content.decode()


def test_filings_same_queries_at_3_and_30_units(client, django_assert_max_num_queries):
    client.force_login(factories.user(Role.OFFICE))
    programme = factories.programme()

    def queries(units):
        for n in range(units):
            unit = factories.unit()
            DesignatedUnit.objects.create(
                programme=programme, ordinal=programme.designated_units.count() + 1 + n, organisation=unit
            )
            factories.filing(unit)
        with django_assert_max_num_queries(12) as captured:
            assert page(client, "filings").status_code == 200
        return len(captured)

    assert queries(3) == queries(27)


# -- my list -----------------------------------------------------------------


def test_my_filing_makes_the_list_once(client):
    by = making.clerk()
    first = page(client, "my_filing", by=by)
    second = page(client, "my_filing")
    assert first.url == second.url == Filing.objects.get().get_absolute_url()


@pytest.mark.parametrize(
    "role", [Role.OFFICE, Role.LEADING_GROUP, Role.INSPECTOR, Role.LIAISON, Role.AUDITOR]
)
def test_my_filing_refused_to_those_who_file_none(client, role):
    assert page(client, "my_filing", by=factories.user(role)).status_code == 403
    assert not Filing.objects.exists()


# -- one list ----------------------------------------------------------------


def test_filing_anonymous_is_sent_to_login(client):
    filing, _by = making.complete_list()
    assert page(client, "filing", filing.pk).status_code == 302


def test_filing_of_another_district_is_not_found(client):
    filing, _by = making.complete_list()
    stranger = making.clerk(factories.district("乌达"))
    assert page(client, "filing", filing.pk, by=stranger).status_code == 404
    assert page(client, "filing", filing.pk, by=factories.user(Role.LIAISON)).status_code == 404
    assert page(client, "filing", filing.pk, by=factories.user(Role.INSPECTOR)).status_code == 404


def test_filing_shows_its_rows_and_the_way_to_file(client):
    filing, by = making.decided_list()
    response = page(client, "filing", filing.pk, by=by)
    html = response.content.decode()
    for site in filing.sites.all():
        assert site.window_name in html
        assert reverse("sites:site_edit", args=[filing.pk, site.pk]) in html
    assert reverse("sites:filing_file", args=[filing.pk]) in html
    assert reverse("sites:filing_upload", args=[filing.pk]) in html


def test_filing_says_the_quota_before_anything_is_wrong(client):
    by = making.clerk()
    programme = factories.programme()
    programme.district_minimum, programme.district_maximum = 3, 5
    programme.save()
    lead = "A district puts forward 3 to 5 sites."
    filing = making.own_list(by)
    assert lead in page(client, "filing", filing.pk, by=by).content.decode()
    filing, by = making.filed_list()
    assert lead not in page(client, "filing", filing.pk, by=by).content.decode()


def test_filing_of_a_designated_unit_says_its_quota_and_names_the_unit(client):
    by = factories.user(Role.LIAISON, making.designated())
    filing = making.own_list(by)
    html = page(client, "filing", filing.pk, by=by).content.decode()
    assert "A designated unit names exactly 1 window." in html
    assert f"To act: {making.designated()}" in html


def test_filing_at_its_maximum_offers_no_further_site(client):
    filing, by = making.complete_list(5)
    url = reverse("sites:site_add", args=[filing.pk])
    assert url in page(client, "filing", filing.pk, by=by).content.decode()
    making.add_site(filing, by)
    assert url not in page(client, "filing", filing.pk).content.decode()


def test_filing_names_the_district_office_as_the_one_to_act(client):
    filing, by = making.complete_list()
    office = factories.district_office(filing.organisation)
    for reader in (by, factories.user(Role.OFFICE)):
        assert f"To act: {office}" in page(client, "filing", filing.pk, by=reader).content.decode()


def test_filing_asks_for_work_plans_only_while_a_site_waits_for_its_own(client):
    site = making.determined_site()
    filing, by = site.filing, making.clerk()
    asks = "Each site files its work plan."
    assert asks in page(client, "filing", filing.pk, by=by).content.decode()
    for one in filing.sites.all():
        plan = making.file_plan(one, factories.liaison_of(one))
        assert asks in page(client, "filing", filing.pk).content.decode()
        services.agree_plan(plan=plan, by=by)
    assert asks not in page(client, "filing", filing.pk).content.decode()


NO_ACCOUNT = "This unit has no account yet."


def test_filing_names_the_units_without_an_account(client):
    site = making.determined_site()
    retired = factories.liaison_of(site)
    retired.is_active = False
    retired.save()
    for reader in (making.clerk(), factories.user(Role.OFFICE)):
        assert page(client, "filing", site.filing_id, by=reader).content.decode().count(NO_ACCOUNT) == 4
    factories.liaison_of(site)
    assert page(client, "filing", site.filing_id).content.decode().count(NO_ACCOUNT) == 3


def test_filing_is_silent_about_accounts_before_it_is_determined(client):
    filing, by = making.reviewed_list()
    assert NO_ACCOUNT not in page(client, "filing", filing.pk, by=by).content.decode()


@pytest.mark.parametrize("role", [Role.OFFICE, Role.DISTRICT])
def test_filing_determined_same_queries_at_3_and_30_rows(client, role, django_assert_max_num_queries):
    site = factories.site(Stage.DETERMINED, level=Level.DISTRICT)
    client.force_login(making.clerk() if role == Role.DISTRICT else factories.user(role))

    def queries(sites):
        for _n in range(sites):
            factories.site(Stage.DETERMINED, level=Level.DISTRICT)
        with django_assert_max_num_queries(14) as captured:
            html = page(client, "filing", site.filing_id).content.decode()
        return html.count(NO_ACCOUNT), len(captured)

    (few, before), (many, after) = queries(2), queries(27)
    assert (few, many) == (3, 30)
    assert before == after


def test_filing_is_called_by_a_pattern_the_language_decides():
    filing = making.own_list(making.clerk())
    assert str(filing) == f"{filing.organisation} (district level)"
    with translation.override("zh-hans"):
        assert str(filing) == f"{filing.organisation}（{filing.get_level_display()}）"


def test_filing_check_up_jumps_to_the_row_without_liaison(client):
    filing, by = making.complete_list(3)
    site = making.add_site(filing, by, liaison="")
    html = page(client, "filing", filing.pk, by=by).content.decode()
    assert f'href="#site-{site.pk}"' in html
    assert f'id="site-{site.pk}"' in html
    assert reverse("sites:filing_file", args=[filing.pk]) not in html


def test_filing_is_read_only_to_the_office_while_it_is_a_draft(client):
    filing, _by = making.complete_list()
    response = page(client, "filing", filing.pk, by=factories.user(Role.OFFICE))
    html = response.content.decode()
    assert response.status_code == 200
    assert reverse("sites:site_add", args=[filing.pk]) not in html
    assert reverse("sites:filing_review", args=[filing.pk]) not in html


def test_filing_shows_paper_and_history_once_filed(client):
    filing, by = making.filed_list()
    html = page(client, "filing", filing.pk, by=by).content.decode()
    document = Document.objects.get(kind=DocumentKind.FILING_FORM)
    assert f'id="document-{document.pk}"' in html
    assert document.title in html
    assert by.name in html
    assert reverse("sites:site_add", args=[filing.pk]) not in html


def test_filing_same_queries_at_3_and_30_rows(client, django_assert_max_num_queries):
    filing, by = making.complete_list(3)
    client.force_login(by)

    def queries():
        with django_assert_max_num_queries(14) as captured:
            assert page(client, "filing", filing.pk).status_code == 200
        return len(captured)

    few = queries()
    for _n in range(27):
        making.add_site(filing, by)
    assert queries() == few


def test_filing_returned_takes_no_more_queries_than_a_list_may(client, django_assert_max_num_queries):
    filing, by = making.filed_list()
    services.send_back(filing=filing, remarks="补正（示例）", by=factories.user(Role.OFFICE))
    client.force_login(by)
    with django_assert_max_num_queries(14):
        response = page(client, "filing", filing.pk)
    assert "补正（示例）" in response.content.decode()


# -- filing ------------------------------------------------------------------


def test_filing_file_asks_first(client):
    filing, by = making.complete_list()
    response = page(client, "filing_file", filing.pk, by=by)
    html = response.content.decode()
    assert response.status_code == 200
    assert all(site.window_name in html for site in filing.sites.all())
    filing.refresh_from_db()
    assert filing.state == FilingState.DRAFT


def test_filing_file_files_the_whole_list(client, on):
    filing, by = making.decided_list()
    office = factories.user(Role.OFFICE)
    response = post(client, "filing_file", filing.pk, by=by)
    assert response.url == filing.get_absolute_url()
    filing.refresh_from_db()
    assert (filing.state, filing.filed_by, filing.filed_on) == ("filed", by, datetime.date(2008, 1, 10))
    assert set(filing.sites.values_list("stage", flat=True)) == {Stage.FILED}
    assert Document.objects.get(kind=DocumentKind.FILING_FORM).sites.count() == 4
    assert Notification.objects.get(user=office).url == filing.get_absolute_url()


def test_incomplete_list_is_not_put_forward_and_its_problems_are_shown(client):
    filing, by = making.complete_list(3)
    making.head(filing.organisation)
    client.force_login(by)
    response = client.post(reverse("sites:filing_put_forward", args=[filing.pk]), follow=True)
    assert [str(message) for message in response.context["messages"]] == [
        "A district puts forward 4 to 6 sites; this list has 3."
    ]
    filing.refresh_from_db()
    assert filing.state == FilingState.DRAFT
    assert not StageChange.objects.exists()


def test_filing_file_when_the_phase_is_over_names_its_dates(client, on):
    filing, by = making.decided_list()
    on("2008-02-05")
    client.force_login(by)
    response = client.post(reverse("sites:filing_file", args=[filing.pk]), follow=True)
    message = str(next(iter(response.context["messages"])))
    assert "31 January 2008" in message
    filing.refresh_from_db()
    assert filing.state == FilingState.DECIDED


@pytest.mark.parametrize("role", [Role.OFFICE, Role.LEADING_GROUP])
def test_filing_file_refused_to_readers(client, role):
    filing, _by = making.complete_list()
    assert post(client, "filing_file", filing.pk, by=factories.user(role)).status_code == 403
    filing.refresh_from_db()
    assert filing.state == FilingState.DRAFT


def test_filing_file_of_another_district_is_not_found(client):
    filing, _by = making.complete_list()
    stranger = making.clerk(factories.district("海南"))
    assert post(client, "filing_file", filing.pk, by=stranger).status_code == 404


def test_filing_file_twice_says_so_and_changes_nothing(client):
    filing, by = making.filed_list()
    client.force_login(by)
    response = client.post(reverse("sites:filing_file", args=[filing.pk]), follow=True)
    assert len(list(response.context["messages"])) == 1
    assert StageChange.objects.filter(action=Action.FILE).count() == 4


# -- sending back ------------------------------------------------------------------


def test_send_back_ladder(client):
    filing, by = making.filed_list()
    assert page(client, "filing_send_back", filing.pk).status_code == 302
    for ask in (page, post):
        assert ask(client, "filing_send_back", filing.pk, by=by, remarks="x").status_code == 403
        stranger = making.clerk(factories.district("乌达"))
        assert ask(client, "filing_send_back", filing.pk, by=stranger, remarks="x").status_code == 404
        leader = factories.user(Role.LEADING_GROUP)
        assert ask(client, "filing_send_back", filing.pk, by=leader, remarks="x").status_code == 403
    filing.refresh_from_db()
    assert filing.state == FilingState.FILED


def test_send_back_offers_a_remark_for_the_list_and_for_each_row(client):
    filing, _by = making.filed_list()
    office = factories.user(Role.OFFICE)
    url = reverse("sites:filing_send_back", args=[filing.pk])
    assert url in page(client, "filing", filing.pk, by=office).content.decode()
    html = page(client, "filing_send_back", filing.pk).content.decode()
    for name in ("remarks", *(f"row_{site.pk}" for site in filing.sites.all())):
        assert f'name="{name}"' in html
    assert html.count("<textarea") == 5


def test_send_back_returns_the_list_with_remarks_at_its_rows(client):
    filing, by = making.filed_list()
    site, well = filing.sites.order_by("pk")[:2]
    data = {"remarks": "缺理由（示例）", f"row_{site.pk}": "地址不全（示例）"}
    response = post(client, "filing_send_back", filing.pk, by=factories.user(Role.OFFICE), **data)
    assert response.url == filing.get_absolute_url()
    filing.refresh_from_db()
    assert (filing.state, filing.remarks) == ("returned", "缺理由（示例）")
    html = page(client, "filing", filing.pk, by=by).content.decode()
    assert "缺理由（示例）" in html
    assert reverse("sites:site_add", args=[filing.pk]) in html
    at_row = html[html.index(f'id="site-{site.pk}"') : html.index(f'id="site-{well.pk}"')]
    assert "地址不全（示例）" in at_row
    assert reverse("sites:site_edit", args=[filing.pk, site.pk]) in at_row
    assert "地址不全（示例）" in page(client, "site_edit", filing.pk, site.pk).content.decode()
    assert "地址不全（示例）" not in page(client, "site_edit", filing.pk, well.pk).content.decode()


def test_filing_sent_back_says_that_the_remarks_come_first(client):
    filing, by = making.filed_list()
    office = factories.user(Role.OFFICE)
    services.send_back(filing=filing, remarks="缺理由（示例）", row_remarks={}, by=office)
    assert "change it as the remarks say" in page(client, "filing", filing.pk, by=by).content.decode()
    assert "is being changed" in page(client, "filing", filing.pk, by=office).content.decode()


def test_send_back_with_a_remark_at_one_row_alone_is_enough(client):
    filing, _by = making.filed_list()
    data = {f"row_{filing.sites.first().pk}": "地址不全（示例）"}
    assert (
        post(client, "filing_send_back", filing.pk, by=factories.user(Role.OFFICE), **data).url
        == filing.get_absolute_url()
    )
    filing.refresh_from_db()
    assert filing.state == FilingState.RETURNED


@pytest.mark.parametrize("blank", ["", "  \n"])
def test_send_back_without_any_remark_is_refused_at_the_field(client, blank):
    filing, _by = making.filed_list()
    response = post(client, "filing_send_back", filing.pk, by=factories.user(Role.OFFICE), remarks=blank)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["remarks"]
    filing.refresh_from_db()
    assert filing.state == FilingState.FILED


def test_send_back_of_a_list_reviewed_meanwhile_keeps_what_was_typed(client):
    filing, _by = making.reviewed_list()
    office = factories.user(Role.OFFICE)
    assert page(client, "filing_send_back", filing.pk, by=office).url == filing.get_absolute_url()
    response = post(client, "filing_send_back", filing.pk, remarks="缺理由（示例）")
    assert response.status_code == 422
    assert "缺理由（示例）" in response.content.decode()
    filing.refresh_from_db()
    assert filing.state == FilingState.REVIEWED


def test_send_back_does_not_run_what_is_typed_and_refuses_what_is_too_long(client):
    filing, by = making.filed_list()
    site = filing.sites.first()
    office = factories.user(Role.OFFICE)
    response = post(client, "filing_send_back", filing.pk, by=office, **{f"row_{site.pk}": "长" * 5000})
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [f"row_{site.pk}"]
    post(client, "filing_send_back", filing.pk, remarks="<script>alert(1)</script>")
    html = page(client, "filing", filing.pk, by=by).content.decode()
    assert "<script>alert(1)" not in html
    assert "&lt;script&gt;alert(1)" in html


def test_send_back_same_queries_at_3_and_30_rows(client, django_assert_max_num_queries):
    filing, _by = making.filed_list()
    client.force_login(factories.user(Role.OFFICE))

    def queries():
        with django_assert_max_num_queries(12) as captured:
            assert page(client, "filing_send_back", filing.pk).status_code == 200
        return len(captured)

    few = queries()
    for _n in range(26):
        factories.site(Stage.FILED, level=Level.DISTRICT, of=filing.organisation)
    assert queries() == few


# -- the list's past -----------------------------------------------------------------


def test_filing_history_tells_each_step_of_the_list_once(client):
    filing, by = making.filed_list()
    services.send_back(filing=filing, remarks="补正（示例）", by=factories.user(Role.OFFICE))
    site = filing.sites.first()
    services.withdraw_site(site=site, reason="窗口已撤销（示例）", by=by)
    making.add_site(filing, by)
    making.file(filing, by)
    response = page(client, "filing", filing.pk, by=by)
    assert [step.what for step in response.context["history"]] == [
        "file the list: 4 sites",
        "determine for the district: 4 sites",
        "take off the list: 1 site",
        "send back: 4 sites",
        "file the list: 4 sites",
        "determine for the district: 4 sites",
    ]
    html = response.content.decode()
    assert f"{site}: 窗口已撤销（示例）" in html
    assert f'id="site-{site.pk}"' not in html


def test_filing_determined_in_part_offers_its_own_people_only_what_came_back(client):
    filing, by = making.reviewed_list()
    back, settled, *_rest = filing.sites.order_by("pk")
    answers = {
        site.pk: services.Answer(site != back, "" if site != back else "窗口过小（示例）")
        for site in filing.sites.all()
    }
    services.determine_batch(
        programme=filing.programme,
        decisions={filing.versions.get().pk: answers},
        resolution=resolved("determination"),
        by=factories.user(Role.LEADING_GROUP),
    )
    html = page(client, "filing", filing.pk, by=by).content.decode()
    assert "窗口过小（示例）" in html
    assert reverse("sites:site_edit", args=[filing.pk, back.pk]) in html
    assert reverse("sites:site_withdraw", args=[filing.pk, back.pk]) in html
    assert reverse("sites:site_edit", args=[filing.pk, settled.pk]) not in html
    assert reverse("sites:site_add", args=[filing.pk]) in html


def test_filing_history_says_what_was_said_of_the_list_once_and_of_rows_by_name(client):
    filing, by = making.filed_list()
    site = filing.sites.first()
    services.send_back(
        filing=filing,
        remarks="请补正（示例）",
        row_remarks={site.pk: "缺地址（示例）"},
        by=factories.user(Role.OFFICE),
    )
    step = page(client, "filing", filing.pk, by=by).context["history"][0]
    assert step.note == f"请补正（示例）\n{site}: 缺地址（示例）"


def test_filing_history_of_row_remarks_alone_names_only_those_rows(client):
    filing, by = making.filed_list()
    site = filing.sites.first()
    services.send_back(
        filing=filing, remarks="", row_remarks={site.pk: "缺地址（示例）"}, by=factories.user(Role.OFFICE)
    )
    step = page(client, "filing", filing.pk, by=by).context["history"][0]
    assert step.note == f"{site}: 缺地址（示例）"
