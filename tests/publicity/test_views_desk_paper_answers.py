"""Paper answers at the desk: printed, entered, drawn, entered again, settled, scanned; who may."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.enums import Role
from assessments.models import AppraisalResult
from assessments.services import recusals
from core.once import new_key
from desk.todo import todos
from publicity.models import AppraisalScan, FormRun, PaperDraw, SecondEntry, Settlement
from publicity.models.paper_answers import REMARK
from publicity.services import appraisals, paper_answers
from tests import factories
from tests.accounts import exporting
from tests.assessments.builders import PNG
from tests.documents import reading
from tests.publicity import scene

pytestmark = pytest.mark.django_db

POSTS = {
    "_forms": {"number": "3"},
    "_entry": {"code": "ABC", "marks": "11111"},
    "_draw": {},
    "_second": {"code": "ABC", "marks": "11111"},
    "_scans": {},
}


@pytest.fixture
def window(on):
    """5 to 9 May; forms are entered until the 12th."""
    on("2008-05-05")
    return scene.appraisal(codes=40)


@pytest.fixture
def differing(window):
    """The second question was read otherwise by a second person."""
    first = factories.user(Role.OFFICE)
    scene.entered(window, first, step=3)
    [entry] = scene.drawn(window, first)
    return paper_answers.enter_again(
        appraisal=window,
        code=entry.response.code,
        answers=[3, 1, 3, 3, 3],
        text="",
        by=factories.user(Role.OFFICE),
    )


def of(window, name="", *more):
    return reverse(f"publicity_desk:appraisal{name}", args=[window.pk, *more])


def settle_page(entry):
    return reverse("publicity_desk:appraisal_settle", args=[entry.pk])


def scan(window):
    file = SimpleUploadedFile("问卷.png", PNG)
    [kept] = paper_answers.attach_scans(appraisal=window, files=[file], by=factories.user(Role.OFFICE))
    return kept


# -- rights ------------------------------------------------------------------------------------


def addresses(entry):
    window = entry.response.appraisal
    run, kept = scene.forms(window) and FormRun.objects.last(), scan(window)
    return {
        "run": of(window, "_form_run", run.pk),
        "entry": of(window, "_entry"),
        "second": of(window, "_second"),
        "settle": settle_page(entry),
        "draw": entry.draw.get_absolute_url(),
        "scan": reverse("publicity_desk:appraisal_scan", args=[kept.pk]),
    }


def test_strangers_are_asked_to_sign_in(client, differing):
    window = differing.response.appraisal
    for address in addresses(differing).values():
        assert client.get(address).status_code == 302
    for name, data in POSTS.items():
        assert client.post(of(window, name), data).status_code == 302
    assert FormRun.objects.count() == 2


@pytest.mark.parametrize("role", [Role.DISTRICT, Role.INSPECTOR, Role.LIAISON, Role.AUDITOR])
def test_others_find_nothing(client, differing, role):
    window = differing.response.appraisal
    by = factories.liaison_of(window.site) if role == Role.LIAISON else factories.user(role)
    client.force_login(by)
    for address in addresses(differing).values():
        assert client.get(address).status_code == 404, address
    for name, data in POSTS.items():
        assert client.post(of(window, name), data).status_code == 404


def test_leading_group_reads_draw_and_scans_and_changes_nothing(client, differing):
    window = differing.response.appraisal
    scene.sign_in(client, Role.LEADING_GROUP)
    found = {name: client.get(address).status_code for name, address in addresses(differing).items()}
    assert found == {"run": 403, "entry": 403, "second": 403, "settle": 403, "draw": 200, "scan": 200}
    for name, data in POSTS.items():
        assert client.post(of(window, name), data).status_code == 403
    page = client.get(of(window)).content.decode()
    assert 'method="post" action="/desk/appraisals' not in page
    assert differing.draw.get_absolute_url() in page


def test_whoever_stood_aside_finds_nothing_of_that_site(client, differing):
    window = differing.response.appraisal
    office = scene.sign_in(client, Role.OFFICE)
    found = addresses(differing)
    recusals.recuse(user=office, site=window.site, reason="示例亲属")
    for address in found.values():
        assert client.get(address).status_code == 404, address


def test_acts_by_get_are_refused(client, window):
    scene.sign_in(client, Role.OFFICE)
    for name in ("_forms", "_draw", "_scans"):
        assert client.get(of(window, name)).status_code == 405


# -- printing ----------------------------------------------------------------------------------


def test_forms_are_drawn_up_and_printed_two_to_a_page_each_with_its_code(client, window):
    scene.sign_in(client, Role.OFFICE)
    page = client.post(of(window, "_forms"), {"number": "3"}, follow=True).content.decode()
    run = FormRun.objects.get()
    address = of(window, "_form_run", run.pk)
    assert address in page
    pdf = exporting.fetched(client, address)
    words = "".join(reading.text_of(pdf).split())
    assert reading.page_count(pdf) == 2
    assert words.count("服务态度和办事效率怎么样？") == 3
    assert all(form.code in words for form in run.responses.all())
    for said in (window.site.window_name, "示例"):
        assert said in words


def test_form_that_was_entered_is_not_printed_again(client, window):
    office = scene.sign_in(client, Role.OFFICE)
    scene.entered(window, office)
    run = FormRun.objects.get()
    assert client.get(of(window, "_form_run", run.pk)).status_code == 404
    other = scene.appraisal()
    scene.forms(other)
    assert client.get(of(window, "_form_run", FormRun.objects.last().pk)).status_code == 404


def test_too_many_forms_are_named_at_the_field(client, window):
    scene.sign_in(client, Role.OFFICE)
    answer = client.post(of(window, "_forms"), {"number": "241"})
    assert (answer.status_code, list(answer.context["print_form"].errors)) == (422, ["number"])
    assert not FormRun.objects.exists()


def test_printed_entered_and_outstanding_are_counted(client, window):
    office = scene.sign_in(client, Role.OFFICE)
    scene.entered(window, office, 2)
    scene.forms(window, 3)
    page = client.get(of(window))
    papers = page.context["page"].papers
    assert (papers.printed, papers.entered, papers.outstanding, papers.undrawn) == (5, 2, 3, 2)
    content = page.content.decode()
    assert "<dt>已印</dt><dd>5</dd>" in content
    assert "<dt>未收回</dt><dd>3</dd>" in content


def test_code_of_a_form_opens_nothing_online(client, window):
    [code] = scene.forms(window)
    assert client.get(reverse("publicity:appraisal", args=[code])).status_code == 404


# -- entering ----------------------------------------------------------------------------------


def test_forms_are_entered_one_after_the_other(client, window):
    office = scene.sign_in(client, Role.OFFICE)
    [code] = scene.forms(window)
    typed = {"code": f"{code[:3].lower()} {code[3:6]} {code[6:]}", "marks": "１2 344", "text": "示例意见"}
    page = client.post(of(window, "_entry"), typed, follow=True)
    assert page.redirect_chain == [(of(window, "_entry"), 302)]
    entered = window.responses.get(code=code)
    assert (entered.steps, entered.text, entered.entered_by) == ([3, 2, 1, 0, 0], "示例意见", office)
    content = page.content.decode()
    assert f"{code} 12344" in content
    assert str(office) in content
    assert "autofocus" in content


def test_form_sent_twice_is_entered_once(client, window):
    scene.sign_in(client, Role.OFFICE)
    [code] = scene.forms(window)
    typed = {"code": code, "marks": "11111", "text": "", "once": new_key()}
    first, second = (client.post(of(window, "_entry"), typed) for _ in range(2))
    assert (first.status_code, second.status_code) == (302, 302)
    assert second.url == first.url
    assert window.responses.answered().count() == 1


@pytest.mark.parametrize("marks", ["", "1234", "123412", "12305", "abcde", "1 2 3 4"])
def test_form_with_wrong_marks_is_kept_and_named(client, window, marks):
    scene.sign_in(client, Role.OFFICE)
    [code] = scene.forms(window)
    page = client.post(of(window, "_entry"), {"code": code, "marks": marks, "text": "示例意见"})
    assert page.status_code == 422
    assert list(page.context["form"].errors) == ["marks"]
    assert "示例意见" in page.content.decode()
    assert not window.responses.answered().exists()


@pytest.mark.parametrize("which", ["none", "slip", "foreign", "used"])
def test_form_with_a_wrong_code_is_named(client, window, which):
    office = scene.sign_in(client, Role.OFFICE)
    code = {
        "none": lambda: "",
        "slip": lambda: window.responses.on_slips().first().code,
        "foreign": lambda: scene.forms(scene.appraisal())[0],
        "used": lambda: scene.entered(window, office)[0].code,
    }[which]()
    before = window.responses.answered().count()
    page = client.post(of(window, "_entry"), {"code": code, "marks": "44444"})
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["code"])
    assert window.responses.answered().count() == before


def test_page_says_until_when_and_refuses_afterwards(client, window, on):
    scene.sign_in(client, Role.OFFICE)
    [code] = scene.forms(window)
    on("2008-05-12")
    assert "纸质问卷录入到2008年5月12日为止" in client.get(of(window, "_entry")).content.decode()
    on("2008-05-13")
    page = client.get(of(window, "_entry")).content.decode()
    assert "纸质问卷录入已于2008年5月12日截止" in page
    assert 'name="marks"' not in page
    assert of(window, "_entry") not in client.get(of(window)).content.decode()
    refused = client.post(of(window, "_entry"), {"code": code, "marks": "11111"})
    assert refused.status_code == 422
    assert not window.responses.answered().exists()


def test_too_few_are_sent_to_the_forms_only_while_these_can_be_entered(client, window, on):
    scene.sign_in(client, Role.OFFICE)
    on("2008-05-12")
    assert "或者于2008年5月12日前（含当日）录入" in client.get(of(window)).content.decode()
    on("2008-05-13")
    assert "请延长评议时间。" in client.get(of(window)).content.decode()


# -- the draw and the second entry -------------------------------------------------------------


def test_draw_shows_how_it_came_about(client, window):
    office = scene.sign_in(client, Role.OFFICE)
    codes = [form.code for form in scene.entered(window, office, 6)]
    client.post(of(window, "_draw"))
    draw = PaperDraw.objects.get()
    page = client.get(draw.get_absolute_url())
    content = page.content.decode()
    assert draw.seed in content
    assert all(code in content for code in codes)
    assert page.context["page"].is_same
    assert content.count("message--success") == 2  # that it is drawn, and that it is the same
    SecondEntry.objects.filter(response__code=draw.codes[0]).update(
        response=window.responses.exclude(code__in=draw.codes).on_forms().first()
    )
    assert "message--error" in client.get(draw.get_absolute_url()).content.decode()


def test_draw_from_nothing_says_so(client, window):
    scene.sign_in(client, Role.OFFICE)
    page = client.post(of(window, "_draw"), follow=True).content.decode()
    assert "没有可抽取的问卷" in page
    assert not PaperDraw.objects.exists()


def test_second_person_types_without_seeing_the_first(client, window):
    first = factories.user(Role.OFFICE)
    paper_answers.enter(
        appraisal=window, code=scene.forms(window)[0], answers=[1, 2, 3, 0, 1], text="示例原话", by=first
    )
    [entry] = scene.drawn(window, first)
    second = scene.sign_in(client, Role.OFFICE)
    page = client.get(of(window, "_second")).content.decode()
    code = entry.response.code
    assert code in page
    assert "示例原话" not in page
    answer = client.post(
        of(window, "_second"), {"code": code, "marks": "32143", "text": "示例原话"}, follow=True
    )
    assert "两次一致" in answer.content.decode()
    entry.refresh_from_db()
    assert (entry.entered_by, entry.answers) == (second, [1, 2, 3, 0, 1])
    assert entry.settled_on


def test_first_person_is_told_that_somebody_else_enters_it(client, window):
    office = scene.sign_in(client, Role.OFFICE)
    scene.entered(window, office)
    [entry] = scene.drawn(window, office)
    page = client.get(of(window, "_second")).content.decode()
    assert "由您初次录入，须由另一人二次录入" in page
    assert 'name="marks"' not in page
    refused = client.post(of(window, "_second"), {"code": entry.response.code, "marks": "22222"})
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["code"])
    entry.refresh_from_db()
    assert entry.entered_by is None


# -- differences -------------------------------------------------------------------------------


def test_difference_is_chosen_by_radio_and_kept_with_name_and_time(client, differing):
    window = differing.response.appraisal
    third = scene.sign_in(client, Role.OFFICE)
    assert settle_page(differing) in client.get(of(window, "_second")).content.decode()
    page = client.get(settle_page(differing)).content.decode()
    assert page.count('type="radio"') == 4
    assert "满意（初次录入）" in page
    assert "一般（二次录入）" in page
    nothing = client.post(settle_page(differing), {})
    assert (nothing.status_code, list(nothing.context["form"].errors)) == (422, ["field_1"])
    done = client.post(settle_page(differing), {"field_1": "1"}, follow=True)
    assert done.redirect_chain == [(of(window, "_second"), 302)]
    content = client.get(differing.draw.get_absolute_url()).content.decode()
    assert "第2题" in content
    assert str(third) in content
    assert Settlement.objects.get().by == third
    assert client.get(settle_page(differing)).url == of(window, "_second")


def test_remark_is_one_of_the_two(client, window):
    first, second = (factories.user(Role.OFFICE) for _ in range(2))
    paper_answers.enter(appraisal=window, code=scene.forms(window)[0], answers=[3] * 5, text="", by=first)
    [entry] = scene.drawn(window, first)
    paper_answers.enter_again(
        appraisal=window, code=entry.response.code, answers=[3] * 5, text="示例原话", by=second
    )
    client.force_login(second)
    assert "未填写意见（初次录入）" in client.get(settle_page(entry)).content.decode()
    client.post(settle_page(entry), {f"field_{REMARK}": "1"})
    form = window.responses.get(code=entry.response.code)
    assert form.text == "示例原话"


def test_first_person_does_not_settle(client, differing):
    client.force_login(differing.first_by)
    page = client.get(of(differing.response.appraisal, "_second")).content.decode()
    assert settle_page(differing) not in page
    assert client.post(settle_page(differing), {"field_1": "3"}).status_code == 403
    assert not Settlement.objects.exists()


def test_appraisal_with_an_open_difference_offers_no_count(client, differing, on):
    window = differing.response.appraisal
    scene.answered(window, 30)
    on("2008-05-13")
    scene.sign_in(client, Role.OFFICE)
    content = client.get(of(window)).content.decode()
    assert of(window, "_count") not in content
    assert "待核对纸质问卷" in content
    page = client.post(of(window, "_count"), follow=True).content.decode()
    assert "有差异待核定的1份" in page
    assert not AppraisalResult.objects.exists()


# -- scans -------------------------------------------------------------------------------------


def test_scans_come_in_by_the_one_door_and_go_out_whole(client, window):
    office = scene.sign_in(client, Role.OFFICE)
    scene.forms(window)
    sent = {"files": [SimpleUploadedFile("问卷.png", PNG), SimpleUploadedFile("a.exe", b"MZ\x90\0")]}
    refused = client.post(of(window, "_scans"), sent)
    assert refused.status_code == 422
    assert not AppraisalScan.objects.exists()
    client.post(of(window, "_scans"), {"files": [SimpleUploadedFile("问卷.png", PNG)]})
    kept = AppraisalScan.objects.get()
    assert kept.added_by == office
    address = reverse("publicity_desk:appraisal_scan", args=[kept.pk])
    assert address in client.get(of(window)).content.decode()
    answer = client.get(address)
    assert b"".join(answer.streaming_content) == PNG
    assert "attachment" in answer["Content-Disposition"]


# -- what strikes ------------------------------------------------------------------------------


def test_like_answers_and_those_of_a_minute_are_shown_and_stand_in_the_result(client, window, on):
    office = scene.sign_in(client, Role.OFFICE)
    scene.answered(window, 30)
    scene.entered(window, office, 4)
    papers = client.get(of(window)).context["page"].papers
    assert papers.number_alike == 4
    # Typed by a test within a second or two: in one minute of the clock, or in two.
    assert papers.number_same_minute >= 3
    assert "连续 4 份相同" in client.get(of(window)).content.decode()
    on("2008-05-13")
    scene.checked(window, office)
    result = appraisals.count(appraisal=window, by=office)
    content = client.get(of(window)).content.decode()
    assert "其中纸质 4 份（11.76%）" in content
    assert f"纸质中同一人连续相同 4 份、同一分钟录入 {result.same_minute} 份" in content


# -- what waits --------------------------------------------------------------------------------


def test_second_entries_wait_for_everybody_of_the_office_but_the_first(window):
    first, other = (factories.user(Role.OFFICE) for _ in range(2))
    scene.entered(window, first, 6)
    scene.drawn(window, first)
    page = of(window, "_second")
    assert [todo.about for todo in todos(other) if todo.url == page] == [f"{window.site.window_name}：2 份"]
    assert page not in [todo.url for todo in todos(first)]


def test_draw_waits_once_the_window_has_closed(window, on):
    office = factories.user(Role.OFFICE)
    scene.entered(window, office)
    draw = "抽取需要二次录入的纸质问卷"
    assert draw not in [str(todo.what) for todo in todos(office)]
    on("2008-05-10")
    assert [todo.url for todo in todos(office) if str(todo.what) == draw] == [of(window)]
