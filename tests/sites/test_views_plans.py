"""The work plan of a site or a district: filed, compared, agreed, returned, downloaded."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.enums import Role
from sites import services
from sites.enums import Level, PlanState, Stage
from sites.models import Liaison, Measure, PlanDraft, WorkPlan
from tests import factories
from tests.files import pdf
from tests.sites import making

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

PDF = pdf("示例".encode())


def page(site):
    return reverse("sites:plan", args=[site.pk])


def act(name, plan):
    return reverse(f"sites:{name}", args=[plan.pk])


def row(n=0, **changed):
    """One row of measures as a browser sends it."""
    cells = {
        "text": f"示例措施{n}",
        "person": "示例负责人",
        "starts_on": "2008-02-01",
        "ends_on": "2008-02-29",
        **changed,
    }
    return {f"measures-{n}-{name}": value for name, value in cells.items()}


def empty(n):
    return row(n, text="", person=" ", starts_on="", ends_on="")


def fields(*rows, **changed):
    rows = rows or (row(), empty(1))
    sent = {"working_body": "示例领导小组", "goals": "示例目标。", "text": "示例方案全文。", **changed}
    sent |= {"measures-TOTAL_FORMS": len(rows), "measures-INITIAL_FORMS": 0}
    for cells in rows:
        sent |= cells
    return sent


def filed(site, by, **given):
    return making.file_plan(site, by, **given)


def test_plan_anonymous_is_sent_to_login(client, site):
    assert client.get(page(site)).status_code == 302


def test_plan_of_a_site_out_of_sight_is_not_found(client, site):
    for stranger in (
        making.clerk(factories.district("乌达")),
        factories.user(Role.LIAISON),
        factories.user(Role.INSPECTOR),
        factories.user(Role.AUDITOR),
    ):
        client.force_login(stranger)
        assert client.get(page(site)).status_code == 404


@pytest.mark.parametrize("role", Role.CITY_WIDE)
def test_plan_is_filed_by_the_unit_alone(client, site, role):
    client.force_login(factories.user(role))
    assert client.get(page(site)).status_code == 200
    assert client.post(page(site), fields()).status_code == 403
    assert not WorkPlan.objects.exists()


NO_ACCOUNT = "Nobody of the unit can sign in."


def test_plan_says_when_nobody_of_the_unit_can_sign_in(client, site, district):
    client.force_login(district)
    assert NO_ACCOUNT in client.get(page(site)).content.decode()
    factories.liaison_of(site)
    assert NO_ACCOUNT not in client.get(page(site)).content.decode()


def test_page_that_runs_is_not_filed_as_a_plan(client, site, liaison):
    client.force_login(liaison)
    content = b"<html><script>new ActiveXObject('WScript.Shell').Run('calc')</script></html>"
    response = client.post(page(site), fields(file=SimpleUploadedFile("方案.hta", content)))
    assert response.status_code == 422
    assert list(response.context["new"].errors) == ["file"]
    assert not WorkPlan.objects.exists()


def test_plan_that_came_under_a_programs_name_is_kept_under_a_papers(client, site, liaison):
    client.force_login(liaison)
    client.post(page(site), fields(file=SimpleUploadedFile("具体工作方案.pdf.bat", PDF)))
    assert WorkPlan.objects.get().file_name == "具体工作方案.pdf"


def test_plan_is_saved_to_disk_as_what_it_is_and_nothing_that_runs(client, site, liaison, district):
    client.force_login(liaison)
    client.post(page(site), fields(file=SimpleUploadedFile("plan.pdf", PDF)))
    address = reverse("sites:plan_file", args=[WorkPlan.objects.get().pk])
    answer = client.get(address)
    assert answer["Content-Type"] == "application/pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"] == 'attachment; filename="plan.pdf"'
    WorkPlan.objects.update(file_name="plan.pdf.bat")  # as one was filed before names were judged
    answer = client.get(address)
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"] == 'attachment; filename="plan.pdf.bat.bin"'


def test_plan_is_filed_with_its_attachment(client, site, liaison, district):
    client.force_login(liaison)
    assert client.get(page(site)).context["new"] is not None
    file = SimpleUploadedFile("方案（示例）.pdf", PDF)
    response = client.post(page(site), fields(file=file))
    plan = WorkPlan.objects.get()
    assert response.url == page(site)
    assert (plan.version, plan.state, plan.filed_by, plan.text) == (1, "filed", liaison, "示例方案全文。")
    assert plan.file.read() == PDF
    assert plan.file_name == "方案（示例）.pdf"
    site.refresh_from_db()
    assert site.working_body == "示例领导小组"
    assert district.notifications.filter(url=page(site)).exists()
    html = client.get(page(site)).content.decode()
    assert "示例方案全文。" in html
    assert act("plan_file", plan) in html


@pytest.mark.parametrize(
    ("name", "content"),
    [("plan.pdf", b"MZ\x90\0"), ("plan.exe", b"PK\x03\x04"), ("plan.pdf", b""), ("plan.html", b"<script>")],
)
def test_plan_with_another_kind_of_file_keeps_the_text(client, site, liaison, name, content):
    client.force_login(liaison)
    response = client.post(page(site), fields(file=SimpleUploadedFile(name, content)))
    assert response.status_code == 422
    assert list(response.context["new"].errors) == ["file"]
    assert "示例方案全文。" in response.content.decode()
    assert not WorkPlan.objects.exists()


def test_plan_with_a_file_above_the_limit_is_refused(client, site, liaison, settings):
    settings.PORTAL_UPLOAD_MAX_BYTES = 1024
    client.force_login(liaison)
    response = client.post(page(site), fields(file=SimpleUploadedFile("p.pdf", PDF + bytes(1024))))
    assert response.status_code == 422
    assert not WorkPlan.objects.exists()


def test_plan_without_goals_or_body_is_refused_at_the_fields(client, site, liaison):
    client.force_login(liaison)
    response = client.post(page(site), fields(working_body=" ", goals="", text=""))
    assert response.status_code == 422
    assert set(response.context["new"].errors) == {"working_body", "goals"}


# -- the rows of measures ----------------------------------------------------------


def refused_row(client, site, *rows):
    """The page of a plan that is refused for its rows, and the errors of each row."""
    response = client.post(page(site), fields(*rows))
    assert response.status_code == 422
    assert not WorkPlan.objects.exists()
    return response.content.decode(), [dict(one.errors) for one in response.context["new"].measures]


def test_plan_rows_that_are_wholly_empty_do_not_count(client, site, liaison):
    client.force_login(liaison)
    assert len(client.get(page(site)).context["new"].measures.forms) == 5
    client.post(page(site), fields(empty(0), row(1), empty(2), row(3)))
    plan = WorkPlan.objects.get()
    assert list(plan.measures.values_list("ordinal", "text")) == [(1, "示例措施1"), (2, "示例措施3")]


def test_plan_without_a_measure_is_refused(client, site, liaison):
    client.force_login(liaison)
    html, _errors = refused_row(client, site, empty(0))
    assert "Write down at least one measure." in html


@pytest.mark.parametrize(
    ("cells", "field"),
    [
        ({"person": ""}, "person"),
        ({"text": ""}, "text"),
        ({"text": "长" * 5000}, "text"),
        ({"starts_on": "31.2.2008"}, "starts_on"),
        ({"ends_on": ""}, "ends_on"),
        ({"ends_on": "2008-01-31"}, "ends_on"),
        ({"starts_on": "2007-12-01"}, "starts_on"),
        ({"ends_on": "2018-02-01"}, "ends_on"),
    ],
)
def test_plan_row_complains_at_its_field_and_in_the_summary(client, site, liaison, cells, field):
    client.force_login(liaison)
    html, errors = refused_row(client, site, row(0), row(1, **cells))
    assert [set(one) for one in errors] == [set(), {field}]
    assert f'href="#id_measures-1-{field}"' in html


def test_plan_row_out_of_the_programme_is_told_its_dates(client, site, liaison):
    client.force_login(liaison)
    _html, errors = refused_row(client, site, row(0, ends_on="2018-02-01"))
    assert "1 January 2008 to 31 May 2008" in errors[0]["ends_on"][0]


def test_plan_rows_without_their_count_are_refused(client, site, liaison):
    client.force_login(liaison)
    sent = {name: value for name, value in fields().items() if "FORMS" not in name}
    assert client.post(page(site), sent).status_code == 422
    assert client.post(page(site), fields() | {"measures-TOTAL_FORMS": "99999"}).status_code == 422
    assert not WorkPlan.objects.exists()


def test_plan_row_with_markup_and_invisible_letters(client, site, liaison):
    client.force_login(liaison)
    client.post(page(site), fields(row(text="<script>示例\u202e</script>"), goals="<b>示例"))
    assert Measure.objects.get().text == "<script>示例</script>"
    html = client.get(page(site)).content.decode()
    assert "<script>示例" not in html
    assert "<b>示例" not in html


def test_plan_more_rows_keep_what_was_typed_and_file_nothing(client, site, liaison):
    client.force_login(liaison)
    half = row(1, person="", starts_on="never")
    response = client.post(page(site), fields(row(0), half, goals="半句") | {"add_rows": "1"})
    form = response.context["new"]
    assert (response.status_code, len(form.measures.forms)) == (200, 5)
    html = response.content.decode()
    assert "半句" in html
    assert "示例措施1" in html
    assert 'value="never"' in html
    assert "is-invalid" not in html
    assert not WorkPlan.objects.exists()


@pytest.mark.parametrize("count", ["", "x", "-1", "99999"])
def test_plan_more_rows_of_a_strange_count(client, site, liaison, count):
    client.force_login(liaison)
    response = client.post(page(site), {"measures-TOTAL_FORMS": count, "add_rows": "1"})
    assert 3 <= len(response.context["new"].measures.forms) <= 60


def test_plan_draft_is_kept_as_it_was_typed_and_files_nothing(client, site, liaison):
    client.force_login(liaison)
    half = row(1, starts_on="2008", ends_on="")
    typed = fields(row(0), half, goals="半句") | {"save_draft": "1"}
    assert client.post(page(site), typed).url == f"{page(site)}#new-version"
    assert not site.plans.exists()
    html = client.get(page(site)).content.decode()
    drawn = client.get(page(site)).context["new"]
    assert drawn["goals"].value() == "半句"
    assert [form["starts_on"].value() for form in drawn.measures][1] == "2008"
    assert "This is your draft" in html


def test_plan_draft_is_its_writers_alone(client, site, liaison):
    client.force_login(liaison)
    client.post(page(site), fields(row(0), goals="半句") | {"save_draft": "1"})
    client.force_login(factories.user(Role.LIAISON, site.organisation))
    assert "半句" not in client.get(page(site)).content.decode()


def test_plan_draft_goes_when_the_plan_is_filed_and_can_be_thrown_away(client, site, liaison):
    client.force_login(liaison)
    for end in ({}, {"drop_draft": "1"}):
        client.post(page(site), fields(row(0), goals="草稿里的目标") | {"save_draft": "1"})
        assert PlanDraft.objects.count() == 1
        client.post(page(site), fields(row(0), goals="提交的目标") | end)
        assert not PlanDraft.objects.exists()
    assert [plan.goals for plan in site.plans.all()] == ["提交的目标"]


def test_plan_draft_says_that_it_keeps_no_file(client, site, liaison):
    client.force_login(liaison)
    file = SimpleUploadedFile("附件.pdf", PDF)
    answer = client.post(page(site), fields(row(0), file=file) | {"save_draft": "1"}, follow=True)
    assert "附件.pdf" in answer.content.decode()


@pytest.mark.parametrize("role", [Role.DISTRICT, Role.OFFICE, Role.INSPECTOR])
def test_plan_draft_of_somebody_elses_plan_is_refused(client, site, role):
    client.force_login(factories.user(role))
    answer = client.post(page(site), fields(row(0)) | {"save_draft": "1"})
    assert answer.status_code in (403, 404)
    assert not PlanDraft.objects.exists()


def test_plan_new_version_starts_from_the_last_one(client, site, liaison):
    filed(site, liaison, file=SimpleUploadedFile("方案.pdf", PDF))
    client.force_login(liaison)
    form = client.get(page(site)).context["new"]
    assert form.initial["goals"] == "示例目标。"
    assert [one.initial.get("text") for one in form.measures] == ["示例措施1", None, None, None]
    client.post(page(site), fields(row(), keep_file="on"))
    assert WorkPlan.objects.get(version=2).file_name == "方案.pdf"


def test_plan_filed_again_supersedes_the_waiting_version(client, site, liaison):
    first = filed(site, liaison)
    client.force_login(liaison)
    client.post(page(site), fields())
    first.refresh_from_db()
    assert first.state == PlanState.SUPERSEDED
    assert WorkPlan.objects.get(state=PlanState.FILED).version == 2


def test_plan_before_the_list_is_determined_says_why_not(client):
    filing, _by = making.filed_list()
    site = filing.sites.first()
    client.force_login(factories.liaison_of(site))
    assert client.get(page(site)).context["new"] is None
    response = client.post(page(site), fields())
    assert response.status_code == 422
    assert response.context["new"].non_field_errors()
    assert not WorkPlan.objects.exists()


# -- the answer ----------------------------------------------------------------


@pytest.mark.parametrize("name", ["plan_agree", "plan_return"])
def test_plan_answers_do_not_answer_get(client, site, liaison, district, name):
    plan = filed(site, liaison)
    client.force_login(district)
    assert client.get(act(name, plan)).status_code == 405


@pytest.mark.parametrize(
    ("name", "method"), [("plan_agree", "post"), ("plan_return", "post"), ("plan_file", "get")]
)
def test_plan_answers_by_outsiders(client, site, liaison, name, method):
    plan, call = filed(site, liaison), getattr(client, method)
    assert call(act(name, plan)).status_code == 302
    client.force_login(making.clerk(factories.district("乌达")))
    assert call(act(name, plan), {"remarks": "x"}).status_code == 404


@pytest.mark.parametrize("name", ["plan_agree", "plan_return"])
def test_districts_plan_is_not_answered_by_office_or_unit(client, site, liaison, name):
    plan = filed(site, liaison)
    for user in (factories.user(Role.OFFICE), liaison):
        client.force_login(user)
        assert client.post(act(name, plan), {"remarks": "x"}).status_code == 403
    plan.refresh_from_db()
    assert plan.state == PlanState.FILED


def test_district_agrees_its_own_sites_plan(client, site, liaison, district):
    plan = filed(site, liaison)
    client.force_login(district)
    assert act("plan_agree", plan) in client.get(page(site)).content.decode()
    assert client.post(act("plan_agree", plan)).url == page(site)
    plan.refresh_from_db()
    site.refresh_from_db()
    assert (plan.state, plan.decided_by, site.stage) == ("agreed", district, Stage.BUILDING)


def test_office_agrees_a_city_sites_plan(client):
    site = making.determined_site(Level.CITY)
    plan = filed(site, factories.liaison_of(site))
    client.force_login(factories.user(Role.OFFICE))
    client.post(act("plan_agree", plan))
    site.refresh_from_db()
    assert site.stage == Stage.BUILDING


def test_plan_is_returned_with_remarks(client, site, liaison, district):
    plan = filed(site, liaison)
    client.force_login(district)
    assert client.post(act("plan_return", plan), {"remarks": "缺时间表（示例）"}).url == page(site)
    plan.refresh_from_db()
    site.refresh_from_db()
    assert (plan.state, plan.remarks, site.stage) == ("returned", "缺时间表（示例）", Stage.DETERMINED)
    client.force_login(liaison)
    response = client.get(page(site))
    assert "缺时间表（示例）" in response.content.decode()
    assert response.context["new"].initial["text"] == plan.text


def test_plan_returned_without_remarks_is_refused_at_the_field(client, site, liaison, district):
    plan = filed(site, liaison)
    client.force_login(district)
    response = client.post(act("plan_return", plan), {"remarks": ""})
    assert response.status_code == 422
    assert "remarks" in response.context["send_back"].errors
    assert NO_ACCOUNT not in response.content.decode()
    plan.refresh_from_db()
    assert plan.state == PlanState.FILED


def test_plan_is_not_agreed_over_what_somebody_wrote_is_to_be_changed(client, site, liaison, district):
    """The text is typed in the one form that both buttons send, so it is not dropped by either."""
    plan = filed(site, liaison)
    client.force_login(district)
    response = client.post(act("plan_agree", plan), {"remarks": "缺时间表（示例）"})
    assert response.status_code == 422
    assert "缺时间表（示例）" in response.content.decode()
    assert "Return the plan, or empty this field" in response.content.decode()
    plan.refresh_from_db()
    assert plan.state == PlanState.FILED


def test_plan_answered_twice_says_so(client, site, liaison, district):
    plan = filed(site, liaison)
    services.agree_plan(plan=plan, by=district)
    client.force_login(district)
    response = client.post(act("plan_agree", plan), follow=True)
    assert [message.level_tag for message in response.context["messages"]] == ["error"]
    response = client.post(act("plan_return", plan), {"remarks": "晚了（示例）"})
    assert response.status_code == 422
    assert "晚了（示例）" in response.content.decode()


# -- the attachment --------------------------------------------------------------


def test_plan_file_is_a_download(client, site, liaison):
    plan = filed(site, liaison, file=SimpleUploadedFile("方案.html", b"%PDF-<script>"))
    client.force_login(liaison)
    response = client.get(act("plan_file", plan))
    assert b"".join(response.streaming_content) == b"%PDF-<script>"
    assert response["Content-Disposition"].startswith("attachment")
    assert response["Content-Type"] == "application/octet-stream"
    assert response["X-Content-Type-Options"] == "nosniff"


def test_plan_file_that_was_never_attached_is_not_found(client, site, liaison):
    plan = filed(site, liaison)
    client.force_login(liaison)
    assert client.get(act("plan_file", plan)).status_code == 404


# -- what changed -----------------------------------------------------------------


def test_plan_compare_shows_lines_measures_and_attachment(client, site, liaison, district):
    same, late, gone = making.measures(*[("2008-02-01", "2008-02-29")] * 3)
    filed(site, liaison, goals="一\n二", measures=[same, late, gone])
    late = late._replace(ends_on=late.ends_on.replace(month=3))
    new = same._replace(text="示例新措施")
    second = filed(
        site,
        liaison,
        goals="一\n三",
        measures=[same, late, gone._replace(text="示例措施三"), new],
        file=SimpleUploadedFile("方案.pdf", PDF),
    )
    client.force_login(district)
    response = client.get(act("plan_compare", second))
    found = response.context["difference"]
    assert [(line.change, line.text) for line in found.goals] == [
        ("unchanged", "一"),
        ("dropped", "二"),
        ("added", "三"),
    ]
    assert [one.change for one in found.measures] == ["unchanged", "changed", "changed", "added"]
    assert [(one.reworded, one.moved) for one in found.measures[1:3]] == [(False, True), (True, False)]
    assert found.attachment == "added"
    assert act("plan_file", second) in response.content.decode()
    assert act("plan_compare", second) in client.get(page(site)).content.decode()


def test_plan_compare_of_a_measure_that_is_dropped(client, site, liaison):
    twice = making.measures()[0]
    filed(site, liaison, measures=[twice, twice])
    second = filed(site, liaison, measures=[twice])
    client.force_login(liaison)
    found = client.get(act("plan_compare", second)).context["difference"]
    assert [one.change for one in found.measures] == ["unchanged", "dropped"]


def test_plan_compare_by_outsiders_or_without_a_version_before(client, site, liaison):
    first, second = filed(site, liaison), filed(site, liaison)
    assert client.get(act("plan_compare", second)).status_code == 302
    client.force_login(making.clerk(factories.district("乌达")))
    assert client.get(act("plan_compare", second)).status_code == 404
    client.force_login(liaison)
    assert client.get(act("plan_compare", first)).status_code == 404
    assert client.post(act("plan_compare", second)).status_code == 405


# -- the districts' own plans ---------------------------------------------------------


def district_page(filing):
    return reverse("sites:district_plan", args=[filing.pk])


def test_district_plan_for_those_who_see_it(client, site, liaison):
    url = district_page(site.filing)
    assert client.get(url).status_code == 302
    for stranger in (making.clerk(factories.district("乌达")), liaison, factories.user(Role.INSPECTOR)):
        client.force_login(stranger)
        assert client.get(url).status_code == 404
    client.force_login(factories.user(Role.OFFICE))
    assert client.get(url).status_code == 200
    assert client.post(url, fields()).status_code == 403


def test_district_plan_of_a_designated_units_list_is_not_found(client):
    site = making.determined_site(Level.CITY)
    client.force_login(factories.user(Role.OFFICE))
    assert client.get(district_page(site.filing)).status_code == 404


def test_district_plan_is_filed_returned_filed_again_and_agreed(client, site, district):
    filing, office = site.filing, factories.user(Role.OFFICE)
    Liaison.objects.create(filing=filing, name="示例区联络员", phone=making.PHONE)
    client.force_login(district)
    assert client.post(district_page(filing), fields()).url == district_page(filing)
    plan = filing.plans.get()
    assert client.post(act("plan_agree", plan)).status_code == 403
    assert WorkPlan.objects.get().state == PlanState.FILED
    client.force_login(office)
    assert client.post(act("plan_return", plan), {"remarks": "缺时间表（示例）"}).url == district_page(filing)
    client.force_login(district)
    assert "缺时间表（示例）" in client.get(district_page(filing)).content.decode()
    client.post(district_page(filing), fields(row(0), row(1)))
    client.force_login(office)
    client.post(act("plan_agree", filing.plans.get(version=2)))
    assert filing.plans.get(version=2).state == PlanState.AGREED
    client.force_login(district)
    assert client.get(district_page(filing)).context["new"] is None


def test_plan_same_queries_at_3_and_30_versions(client, site, liaison, django_assert_max_num_queries):
    client.force_login(liaison)

    def queries(versions):
        for _n in range(versions):
            filed(site, liaison)
        with django_assert_max_num_queries(12) as captured:
            assert client.get(page(site)).status_code == 200
        return len(captured)

    assert queries(3) == queries(27)
