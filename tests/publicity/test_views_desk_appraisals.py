"""社会评议 at the desk: opened and counted by the office, read by the leading group, printed by the unit."""

import pytest
import segno
from django.urls import reverse

from accounts.enums import Role
from assessments.enums import RoundKind
from assessments.models import AppraisalResult
from assessments.services import recusals
from publicity.enums import AppraisalState
from publicity.models import Appraisal
from publicity.services import appraisals
from sites.enums import Level, Stage
from tests import factories
from tests.accounts import exporting
from tests.assessments import builders
from tests.documents import reading
from tests.publicity import scene
from tests.waiting import todos

pytestmark = pytest.mark.django_db

LIST, ADD = "/desk/appraisals/", "/desk/appraisals/add/"
SCRIPT = "<script>alert(1)</script>"
NEEDED = 30
POSTS = {
    "_prolong": {"closes_on": "2008-05-20"},
    "_codes": {"number": "3"},
    "_count": {},
}


@pytest.fixture
def window(on):
    """5 to 9 May, of a district's site."""
    on("2008-05-05")
    return scene.appraisal(factories.site(Stage.RECTIFIED, level=Level.DISTRICT), codes=40)


def of(window, name="", *more):
    return reverse(f"publicity_desk:appraisal{name}", args=[window.pk, *more])


def slips_of(window):
    return of(window, "_slips", window.responses.first().pk)


# -- rights ----------------------------------------------------------------------------------


def test_strangers_are_asked_to_sign_in(client, window):
    for address in (LIST, ADD, of(window), slips_of(window), of(window, "_poster")):
        assert client.get(address).status_code == 302
    for name, data in POSTS.items():
        assert client.post(of(window, name), data).status_code == 302
    assert not window.responses.answered().exists()


@pytest.mark.parametrize("role", [Role.DISTRICT, Role.INSPECTOR, Role.LIAISON, Role.AUDITOR])
def test_others_find_nothing(client, window, role):
    scene.sign_in(client, role)
    for address in (LIST, of(window), slips_of(window)):
        assert client.get(address).status_code == 404
    assert client.get(ADD).status_code == 403
    for name, data in POSTS.items():
        assert client.post(of(window, name), data).status_code == 404


def test_leading_group_reads_and_changes_nothing(client, window):
    scene.sign_in(client, Role.LEADING_GROUP)
    for address in (LIST, of(window)):
        page = client.get(address)
        assert page.status_code == 200
        assert 'method="post" action="/desk/appraisals' not in page.content.decode()
        assert ADD not in page.content.decode()
    assert slips_of(window) not in client.get(of(window)).content.decode()
    for address in (ADD, slips_of(window)):
        assert client.get(address).status_code == 403
    for name, data in POSTS.items():
        assert client.post(of(window, name), data).status_code == 403
    window.refresh_from_db()
    assert (window.codes_made, window.closes_on.day) == (40, 9)


def test_acts_by_get_are_refused(client, window):
    scene.sign_in(client, Role.OFFICE)
    for name in ("_prolong", "_codes", "_count"):
        assert client.get(of(window, name)).status_code == 405


def test_poster_is_for_the_city_the_unit_and_its_district(client, window):
    site = window.site
    for role, organisation in (
        (Role.OFFICE, None),
        (Role.LEADING_GROUP, None),
        (Role.DISTRICT, factories.district_office(site.filing.organisation)),
        (Role.LIAISON, site.organisation),
    ):
        scene.sign_in(client, role, organisation)
        assert client.get(of(window, "_poster")).status_code == 303, role
    strangers = (
        (Role.LIAISON, None),
        (Role.DISTRICT, factories.district_office(factories.district("乌达"))),
        (Role.INSPECTOR, None),
        (Role.AUDITOR, None),
    )
    for role, organisation in strangers:
        scene.sign_in(client, role, organisation)
        assert client.get(of(window, "_poster")).status_code == 404, role


def test_page_of_the_site_leads_its_unit_to_the_poster_while_it_is_needed(client, window, on):
    scene.sign_in(client, Role.LIAISON, window.site.organisation)
    assert of(window, "_poster") in client.get(window.site.get_absolute_url()).content.decode()
    scene.answered(window, NEEDED)
    on("2008-05-10")
    appraisals.count(appraisal=window, by=factories.user(Role.OFFICE))
    assert of(window, "_poster") not in client.get(window.site.get_absolute_url()).content.decode()


def test_whoever_stood_aside_finds_nothing_of_that_site(client, window):
    office = scene.sign_in(client, Role.OFFICE)
    recusals.recuse(user=office, site=window.site, reason="示例亲属")
    assert window.site.window_name not in client.get(LIST).content.decode()
    assert window.site.window_name not in client.get(ADD).content.decode()
    for address in (of(window), slips_of(window), of(window, "_poster")):
        assert client.get(address).status_code == 404
    for name, data in POSTS.items():
        assert client.post(of(window, name), data).status_code == 404


# -- the list, opening -----------------------------------------------------------------------


def test_list_says_where_each_site_stands(client, window, on):
    bare = factories.site(Stage.BUILDING)
    scene.answered(window, 4)
    on("2008-05-10")
    scene.sign_in(client, Role.OFFICE)
    page = client.get(LIST)
    assert [(site, state) for site, _newest, state in page.context["rows"]] == [
        (window.site, AppraisalState.TOO_FEW),
        (bare, AppraisalState.UNOPENED),
    ]
    content = page.content.decode()
    assert "4 / 30" in content
    assert "样本不足" in content


def test_filed_site_is_on_no_list(client, window):
    filed = factories.site(Stage.FILED)
    scene.sign_in(client, Role.OFFICE)
    for address in (LIST, ADD):
        assert filed.window_name not in client.get(address).content.decode()


def opening(*sites, **changes):
    keys = [site.pk for site in sites]
    return {"sites": keys, "opens_on": "2008-05-05", "closes_on": "2008-05-09", **changes}


def test_open_several_names_those_that_cannot(client, window):
    scene.sign_in(client, Role.OFFICE)
    free, other = factories.site(Stage.BUILDING), factories.site(Stage.DETERMINED)
    page = client.post(ADD, opening(window.site, free, other), follow=True)
    assert page.redirect_chain == [(LIST, 302)]
    assert set(Appraisal.objects.exclude(pk=window.pk).values_list("site", flat=True)) == {free.pk, other.pk}
    warned = [str(message) for message in page.context["messages"] if message.level_tag == "warning"]
    assert len(warned) == 1
    assert window.site.window_name in warned[0]


def test_open_with_wrong_days_opens_none_and_names_the_day(client, window):
    scene.sign_in(client, Role.OFFICE)
    free = factories.site(Stage.BUILDING)
    for changes, field in (
        ({"opens_on": "2008-05-04"}, "opens_on"),
        ({"closes_on": "2008-05-01"}, "closes_on"),
    ):
        page = client.post(ADD, opening(free, **changes))
        assert page.status_code == 422
        assert list(page.context["form"].errors) == [field]
    assert list(client.post(ADD, opening()).context["form"].errors) == ["sites"]
    assert Appraisal.objects.count() == 1


def test_open_one_site_chosen_beforehand_leads_to_its_page(client, on):
    on("2008-05-05")
    site = factories.site(Stage.RECTIFIED)
    scene.sign_in(client, Role.OFFICE)
    page = client.get(f"{ADD}?site={site.pk}")
    assert f'value="{site.pk}"' in page.content.decode()
    assert " checked" in page.content.decode()
    answer = client.post(ADD, opening(site))
    assert answer.url == Appraisal.objects.get().get_absolute_url()


# -- one appraisal ---------------------------------------------------------------------------


def test_page_shows_words_escaped_and_doubts_but_no_result_before_the_count(client, window):
    scene.answered(window, 1, text=f"好\n{SCRIPT}")
    scene.answered(window, 1, seconds=2)
    scene.sign_in(client, Role.OFFICE)
    page = client.get(of(window))
    content = page.content.decode()
    assert SCRIPT not in content
    assert "好<br>&lt;script&gt;" in content
    assert "2秒内完成" in content
    assert page.context["page"].result is None
    assert "满意" not in content


def test_prolong_shows_the_new_day_and_a_wrong_one_is_named(client, window):
    scene.sign_in(client, Role.OFFICE)
    page = client.post(of(window, "_prolong"), {"closes_on": "2008-05-09"})
    assert page.status_code == 422
    assert list(page.context["prolong_form"].errors) == ["closes_on"]
    assert client.post(of(window, "_prolong"), POSTS["_prolong"]).status_code == 302
    assert "2008-05-20" in client.get(of(window)).content.decode()


def test_codes_are_made_and_their_slips_leave_out_used_ones(client, window):
    scene.sign_in(client, Role.OFFICE)
    [used] = scene.answered(window)
    assert client.post(of(window, "_codes"), {"number": "25"}).status_code == 302
    assert client.post(of(window, "_codes"), {"number": "999"}).status_code == 422
    batches = client.get(of(window)).context["page"].batches
    assert [(batch["made"], batch["unused"]) for batch in batches] == [(40, 39), (25, 25)]

    pdf = exporting.fetched(client, of(window, "_slips", batches[0]["first"]))
    assert reading.page_count(pdf) == 2
    words = reading.text_of(pdf)
    old, new = window.responses.order_by("pk")[:40], window.responses.order_by("pk")[40:]
    assert [response.code in words for response in old] == [response != used for response in old]
    assert not any(response.code in words for response in new)
    assert reading.page_count(exporting.fetched(client, of(window, "_slips", batches[1]["first"]))) == 2


def test_qr_code_of_a_slip_leads_to_the_page_of_its_code(client, on, settings, tmp_path):
    settings.PORTAL_URL = "https://sample.example"
    on("2008-05-05")
    window = scene.appraisal(codes=1)
    scene.sign_in(client, Role.OFFICE)
    pdf = exporting.fetched(client, slips_of(window))
    code = window.responses.get().code
    wanted = segno.make(f"https://sample.example/appraise/{code}/", micro=False).matrix
    modules = [[bool(module) for module in row] for row in wanted]
    image = reading.pixels(pdf, 1, tmp_path)
    # Margin and padding of the first slip.
    assert reading.modules_at(image, len(modules), left=10, top=8.6, size=22.5, dpi=300) == modules


def test_slips_of_another_appraisal_or_of_used_codes_are_not_found(client, window):
    other = scene.appraisal(codes=1)
    scene.sign_in(client, Role.OFFICE)
    assert client.get(of(window, "_slips", other.responses.get().pk)).status_code == 404
    scene.answered(other)
    assert client.get(of(other, "_slips", other.responses.get().pk)).status_code == 404


def test_poster_says_where_when_and_what(client, window, settings):
    settings.PORTAL_URL = "https://sample.example"
    scene.sign_in(client, Role.OFFICE)
    poster = exporting.fetched(client, of(window, "_poster"))
    assert exporting.fetched(client, of(window, "_poster")) == poster
    words = reading.text_of(poster)
    for said in (
        window.site.window_name,
        "2008年5月5日至2008年5月9日",
        "https://sample.example/appraise/",
        "示例",
    ):
        assert said in words
    assert "满意、比较满意、一般、不满意" in words
    assert reading.page_count(poster) == 1


def test_too_few_answers_say_how_many_are_missing_and_are_not_counted(client, window, on):
    scene.answered(window, NEEDED - 2)
    on("2008-05-10")
    scene.sign_in(client, Role.OFFICE)
    content = client.get(of(window)).content.decode()
    assert "样本不足：至少需要30份，还缺2份" in content
    assert of(window, "_count") not in content
    assert client.post(of(window, "_count")).status_code == 302
    assert not AppraisalResult.objects.exists()


def test_count_shows_the_result_question_by_question(client, window, on):
    scene.answered(window, 20)
    scene.answered(window, 10, step=1, seconds=1)
    on("2008-05-10")
    scene.sign_in(client, Role.OFFICE)
    assert of(window, "_count") in client.get(of(window)).content.decode()
    page = client.post(of(window, "_count"), follow=True)
    content = page.content.decode()
    # 20 × 100, 10 × 60 and doubtful
    for figure in (
        "86.67",
        "100",
        '<rect x="0" width="20" height="1"/>',
        '<rect x="20" width="10" height="1"/>',
    ):
        assert figure in content
    assert [[share.people for share in shares] for _words, shares in page.context["page"].questions] == [
        [20, 0, 10, 0]
    ] * 5
    assert 'method="post" action="/desk/appraisals' not in content
    assert client.post(of(window, "_count"), follow=True).status_code == 200
    assert AppraisalResult.objects.count() == 1


# -- what waits ------------------------------------------------------------------------------


def test_office_is_told_what_waits_and_nobody_else(window, on):
    office = factories.user(Role.OFFICE)
    assert of(window) not in [todo.url for todo in todos(office)]
    on("2008-05-10")
    assert of(window) in [todo.url for todo in todos(office)]
    assert of(window) not in [todo.url for todo in todos(factories.user(Role.LEADING_GROUP))]
    recusals.recuse(user=office, site=window.site, reason="示例亲属")
    assert of(window) not in [todo.url for todo in todos(office)]


def test_signed_site_waits_for_its_window_then_for_the_count_then_for_the_recommendation(on):
    site = builders.building()
    builders.rectified(site)
    builders.sign(builders.visited(site, kind=RoundKind.ACCEPTANCE))
    office = factories.user(Role.OFFICE)
    on("2008-05-12")
    window = scene.appraisal(site, codes=NEEDED)
    scene.answered(window, NEEDED)
    assert todos(office) == []
    on("2008-05-17")
    assert [(todo.url, todo.about) for todo in todos(office)] == [(of(window), str(site))]
    appraisals.count(appraisal=window, by=office)
    assert [todo.url for todo in todos(office)] == [reverse("assessments:acceptance", args=[site.pk])]


def test_rectified_site_without_an_appraisal_waits_for_one(window):
    bare = factories.site(Stage.RECTIFIED)
    factories.site(Stage.BUILDING)
    urls = [todo.url for todo in todos(factories.user(Role.OFFICE)) if ADD in todo.url]
    assert urls == [f"{ADD}?programme={bare.programme_id}&site={bare.pk}"]
