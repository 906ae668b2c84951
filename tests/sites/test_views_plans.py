"""A site's work plan: filed, agreed, returned, downloaded."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.enums import Role
from sites import services
from sites.enums import Level, PlanState, Stage
from sites.models import WorkPlan
from tests import factories
from tests.sites import making

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

PDF = b"%PDF-1.7\n" + "示例".encode()


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def site():
    return making.determined_site()


@pytest.fixture
def liaison(site):
    return factories.liaison_of(site)


@pytest.fixture
def district(site):
    return making.clerk(site.filing.organisation)


def page(site):
    return reverse("sites:plan", args=[site.pk])


def act(name, plan):
    return reverse(f"sites:{name}", args=[plan.pk])


def fields(**changed):
    return {"working_body": "示例领导小组", "text": "示例方案全文。", **changed}


def filed(site, by, **given):
    return services.file_plan(site=site, text="示例方案。", working_body="示例工作机构", by=by, **given)


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


NO_ACCOUNT = "This unit has no account yet; ask the administrator to make one."


def test_plan_says_when_nobody_of_the_unit_can_sign_in(client, site, district):
    client.force_login(district)
    assert NO_ACCOUNT in client.get(page(site)).content.decode()
    factories.liaison_of(site)
    assert NO_ACCOUNT not in client.get(page(site)).content.decode()


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
    assert district.notifications.filter(url=site.get_absolute_url()).exists()
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


def test_plan_without_text_or_body_is_refused_at_the_fields(client, site, liaison):
    client.force_login(liaison)
    response = client.post(page(site), {"working_body": " ", "text": ""})
    assert response.status_code == 422
    assert set(response.context["new"].errors) == {"working_body", "text"}


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


@pytest.mark.parametrize("name", ["plan_agree", "plan_return", "plan_file"])
def test_plan_answers_by_outsiders(client, site, liaison, name):
    plan = filed(site, liaison)
    assert client.post(act(name, plan)).status_code == 302
    client.force_login(making.clerk(factories.district("乌达")))
    assert client.post(act(name, plan), {"remarks": "x"}).status_code == 404


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


def test_plan_same_queries_at_3_and_30_versions(client, site, liaison, django_assert_max_num_queries):
    client.force_login(liaison)

    def queries(versions):
        for _n in range(versions):
            filed(site, liaison)
        with django_assert_max_num_queries(12) as captured:
            assert client.get(page(site)).status_code == 200
        return len(captured)

    assert queries(3) == queries(27)
