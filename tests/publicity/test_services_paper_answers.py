"""社会评议 on paper: codes, the last day, the second entry, differences, scans, and what is counted."""

import datetime

import pytest
from auditlog.models import LogEntry
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.enums import Role
from assessments.drawing import ordered
from assessments.models import AppraisalResult
from assessments.services import recusals
from publicity.guards import HELD, TOO_LATE
from publicity.models import AppraisalResponse, PaperDraw, SecondEntry, Settlement
from publicity.models.appraisal import QUESTIONS
from publicity.models.paper_answers import REMARK
from publicity.services import appraisals, paper_answers
from sites.workflow import InvalidTransition
from tests import factories
from tests.assessments.builders import PNG
from tests.at_once import at_once, kinds, on_both
from tests.publicity import scene

pytestmark = pytest.mark.django_db

NEEDED = 30


@pytest.fixture(autouse=True)
def _may(on):
    on("2008-05-05")


@pytest.fixture
def window():
    """5 to 9 May, with 40 codes; forms are entered until the 12th."""
    return scene.appraisal(codes=40)


@pytest.fixture
def colleague(office):
    return factories.user(Role.OFFICE)


def enter(window, by, code=None, **more):
    values = {"answers": [2] * len(QUESTIONS), "text": "", **more}
    code = scene.forms(window)[0] if code is None else code
    return paper_answers.enter(appraisal=window, code=code, by=by, **values)


def again(entry, by, **more):
    values = {"answers": entry.first_answers, "text": entry.first_text, **more}
    window, code = entry.response.appraisal, entry.response.code
    return paper_answers.enter_again(appraisal=window, code=code, by=by, **values)


def scan(content=PNG, name="问卷.png"):
    return SimpleUploadedFile(name, content)


# -- forms and their codes ---------------------------------------------------------------------


def test_each_form_of_a_run_has_a_code_of_its_own(window, office):
    run = paper_answers.print_forms(appraisal=window, number=6, by=office)
    codes = set(run.responses.values_list("code", flat=True))
    assert len(codes) == 6
    assert {len(code) for code in codes} == {9}
    assert (run.printed_by, run.printed_on) == (office, datetime.date(2008, 5, 5))
    assert LogEntry.objects.get_for_object(run).exists()


def test_forms_are_bounded_and_none_is_printed_after_the_window(window, office, on, monkeypatch):
    for number in (0, appraisals.MOST_AT_ONCE + 1):
        with pytest.raises(ValidationError) as refused:
            paper_answers.print_forms(appraisal=window, number=number, by=office)
        assert list(refused.value.error_dict) == ["number"]
    monkeypatch.setattr(paper_answers, "MOST_FORMS", 2)
    scene.forms(window, 2)
    with pytest.raises(InvalidTransition):
        paper_answers.print_forms(appraisal=window, number=1, by=office)
    on("2008-05-10")
    with pytest.raises(InvalidTransition):
        paper_answers.print_forms(appraisal=window, number=1, by=office)
    assert window.responses.on_forms().count() == 2


def test_form_is_entered_once_and_says_by_whom(window, office, colleague, english):
    [code] = scene.forms(window)
    enter(window, office, code, text=" 示例 ")
    with pytest.raises(ValidationError, match=r"was entered on .* each is entered once"):
        enter(window, colleague, code, answers=[0] * 5)
    form = window.responses.get(code=code)
    assert (form.steps, form.text, form.entered_by) == ([2] * 5, "示例", office)


@pytest.mark.parametrize("which", ["slip", "other", "mistyped", "none"])
def test_wrong_or_foreign_code_is_named_and_nothing_is_entered(window, office, english, which):
    code, told = {
        "slip": lambda: (window.responses.on_slips().first().code, "not copied right|No form with this code"),
        "other": lambda: (scene.forms(scene.appraisal())[0], "No form with this code was printed for this"),
        "mistyped": lambda: (scene.forms(window)[0][:-1] + "?", "its last character does not fit"),
        "none": lambda: ("", "No form with this code"),
    }[which]()
    with pytest.raises(ValidationError, match=told) as refused:
        enter(window, office, code)
    assert list(refused.value.error_dict) == ["code"]
    assert not AppraisalResponse.objects.answered().exists()


def test_form_that_is_refused_keeps_its_code(window, office):
    [code] = scene.forms(window)
    with pytest.raises(ValidationError):
        enter(window, office, code, answers=[3] * 4)
    enter(window, office, code)


def test_database_knows_no_answer_on_paper_without_a_form(window, office):
    """Nor one online on the code of a form."""
    day, now = datetime.date(2008, 5, 5), timezone.now()
    given = {"answers": [3] * 5, "answered_on": day, "answered_at": now}
    scene.forms(window)
    slips, forms = window.responses.on_slips(), window.responses.on_forms()
    for rows, by in ((slips, office), (forms, None)):
        with pytest.raises(IntegrityError, match="appraisal_paper_answer_has_form"), transaction.atomic():
            rows.update(entered_by=by, **given)


# -- the last day ------------------------------------------------------------------------------


def test_last_day_is_the_rulebooks_when_the_window_was_opened(office):
    days = factories.programme().rulebook_used.paper_grace_days
    window = scene.appraisal()
    assert window.papers_until == window.closes_on + datetime.timedelta(days=days)
    appraisals.prolong(appraisal=window, closes_on=datetime.date(2008, 5, 20), by=office)
    window.refresh_from_db()
    assert window.papers_until == datetime.date(2008, 5, 20) + datetime.timedelta(days=days)


@pytest.mark.parametrize(("day", "taken"), [("2008-05-12", True), ("2008-05-13", False)])
def test_form_is_entered_until_that_day(window, office, on, english, day, taken):
    [code] = scene.forms(window)
    on(day)
    if taken:
        enter(window, office, code)
    else:
        with pytest.raises(InvalidTransition, match=r"until .*12.*; nothing is entered any more"):
            enter(window, office, code)
    assert window.responses.answered().count() == taken


def test_nineteen_forms_four_days_after_the_last_day_make_no_sample(window, office, on):
    """As happened: eleven answered, and one clerk typed nineteen more when all was over."""
    scene.answered(window, 11)
    codes = scene.forms(window, 19)
    on("2008-05-13")
    for code in codes:
        with pytest.raises(InvalidTransition):
            enter(window, office, code)
    with pytest.raises(ValidationError):
        appraisals.count(appraisal=window, by=office)
    assert not AppraisalResult.objects.exists()


@on_both
def test_database_takes_no_form_after_that_day(window, office):
    [code] = scene.forms(window)
    with pytest.raises(IntegrityError, match=TOO_LATE), transaction.atomic():
        AppraisalResponse.objects.filter(code=code).update(
            answers=[3] * 5,
            answered_on=datetime.date(2008, 5, 13),
            answered_at=timezone.now(),
            entered_by=office,
        )


@on_both
def test_database_keeps_the_day_where_the_last_day_stays(window):
    found = type(window).objects.filter(pk=window.pk)
    with pytest.raises(IntegrityError, match=HELD), transaction.atomic():
        found.update(papers_until=datetime.date(2008, 5, 30))
    assert found.get().papers_until == datetime.date(2008, 5, 12)


# -- the draw ----------------------------------------------------------------------------------


def test_share_is_drawn_by_a_seed_on_record(window, office):
    codes = [form.code for form in scene.entered(window, office, 11)]
    draw = paper_answers.draw(appraisal=window, by=office)
    assert (draw.pool, draw.percent, draw.wanted) == (codes, 20, 3)
    drawn = [entry.response.code for entry in draw.second_entries.select_related("response")]
    assert drawn == ordered(draw.seed, codes)[:3]
    assert not window.responses.undrawn().exists()


def test_each_entered_form_belongs_to_one_draw_and_a_draw_takes_one_at_least(window, office, english):
    first = scene.entered(window, office, 2)
    scene.drawn(window, office)
    with pytest.raises(InvalidTransition, match="nothing to draw from"):
        paper_answers.draw(appraisal=window, by=office)
    later = scene.entered(window, office)
    scene.drawn(window, office)
    assert [draw.pool for draw in PaperDraw.objects.all()] == [
        [form.code for form in first],
        [form.code for form in later],
    ]
    assert SecondEntry.objects.count() == 2


# -- the second entry --------------------------------------------------------------------------


def test_second_entry_that_says_the_same_settles_it(window, office, colleague):
    enter(window, office, text="很好，\r\n谢谢")
    [entry] = scene.drawn(window, office)
    again(entry, colleague, text="很好， 谢谢")
    entry.refresh_from_db()
    assert (entry.entered_by, entry.entered_on) == (colleague, datetime.date(2008, 5, 5))
    assert entry.settled_on == datetime.date(2008, 5, 5)
    assert entry.differing == []


def test_first_person_is_never_the_second(window, office, english):
    scene.entered(window, office)
    [entry] = scene.drawn(window, office)
    with pytest.raises(ValidationError, match="You entered this form first"):
        again(entry, office)
    with pytest.raises(IntegrityError, match="second_entry_by_another"), transaction.atomic():
        SecondEntry.objects.update(entered_by=office, entered_on="2008-05-05", answers=[2] * 5)
    entry.refresh_from_db()
    assert entry.entered_by is None


def test_form_is_entered_again_once_and_only_if_it_was_drawn(window, office, colleague, english):
    scene.entered(window, office, 2)
    [entry] = scene.drawn(window, office)
    not_drawn = window.responses.on_forms().get(second_entry=None)
    for code, told in ((not_drawn.code, "was not drawn"), ("ABC", "does not fit|No form")):
        with pytest.raises(ValidationError, match=told):
            paper_answers.enter_again(appraisal=window, code=code, answers=[2] * 5, text="", by=colleague)
    again(entry, colleague)
    with pytest.raises(ValidationError, match="was entered again on"):
        again(entry, colleague)
    with pytest.raises(ValidationError):
        again(entry, colleague, answers=[9] * 5)


def test_second_entry_is_possible_after_the_last_day_for_first_ones(window, office, colleague, on):
    scene.entered(window, office)
    on("2008-05-20")
    scene.checked(window, office)
    assert SecondEntry.objects.get().settled_on == datetime.date(2008, 5, 20)


# -- differences -------------------------------------------------------------------------------


@pytest.fixture
def differing(window, office, colleague):
    """A form whose second question and remark two people read otherwise."""
    enter(window, office, answers=[3, 3, 3, 3, 3], text="字太小")
    [entry] = scene.drawn(window, office)
    return again(entry, colleague, answers=[3, 1, 3, 3, 3], text="字大小")


def test_difference_is_settled_field_by_field_by_what_the_paper_says(differing, colleague):
    assert differing.differing == [1, REMARK]
    paper_answers.settle(entry=differing, says={1: 0, REMARK: "字太小"}, by=colleague)
    form = differing.response
    form.refresh_from_db()
    assert (form.steps, form.text) == ([3, 0, 3, 3, 3], "字太小")
    told = [(one.field, one.value, one.by, one.on) for one in Settlement.objects.all()]
    day = datetime.date(2008, 5, 5)
    assert told == [(1, 0, colleague, day), (REMARK, "字太小", colleague, day)]
    differing.refresh_from_db()
    assert differing.settled_on == day
    # What each typed stays on record.
    assert (differing.first_answers, differing.answers) == ([3] * 5, [3, 1, 3, 3, 3])


@pytest.mark.parametrize(
    "says", [{}, {1: 0}, {1: 0, 2: 0, REMARK: "字太小"}, {1: 4, REMARK: "字太小"}, {1: 0, REMARK: "好"}]
)
def test_difference_is_not_settled_by_halves_or_by_something_else(differing, colleague, says):
    with pytest.raises(ValidationError):
        paper_answers.settle(entry=differing, says=says, by=colleague)
    assert not Settlement.objects.exists()
    differing.refresh_from_db()
    assert differing.settled_on is None


def test_first_person_does_not_settle_and_nobody_settles_twice(differing, office, colleague):
    says = {1: 1, REMARK: "字大小"}
    with pytest.raises(PermissionDenied):
        paper_answers.settle(entry=differing, says=says, by=office)
    paper_answers.settle(entry=differing, says=says, by=colleague)
    with pytest.raises(InvalidTransition):
        paper_answers.settle(entry=differing, says=says, by=colleague)
    assert Settlement.objects.count() == 2


# -- the count ---------------------------------------------------------------------------------


def test_nothing_is_counted_before_the_check_is_over(window, office, colleague, on, english):
    scene.answered(window, NEEDED)
    enter(window, office)
    on("2008-05-13")
    count = lambda: appraisals.count(appraisal=window, by=office)  # noqa: E731
    with pytest.raises(
        InvalidTransition, match="1 that nothing was drawn from, 0 to be entered again, 0 with"
    ):
        count()
    [entry] = scene.drawn(window, office)
    with pytest.raises(InvalidTransition, match="0 that nothing was drawn from, 1 to be entered again"):
        count()
    entry = again(entry, colleague, answers=[1] * 5)
    with pytest.raises(InvalidTransition, match="1 with differences to be settled"):
        count()
    assert not AppraisalResult.objects.exists()
    paper_answers.settle(entry=entry, says=dict.fromkeys(range(5), 1), by=colleague)
    # 30 × 100, 1 × 60: what the paper says, not what was typed first.
    assert str(count().score) == "98.71"


@on_both
def test_database_counts_nothing_before_the_check_is_over(window, office, colleague):
    def counted():
        with transaction.atomic():
            type(window).objects.filter(pk=window.pk).update(counted_on=datetime.date(2008, 5, 13))

    enter(window, office)
    with pytest.raises(IntegrityError, match=HELD):
        counted()
    [entry] = scene.drawn(window, office)
    with pytest.raises(IntegrityError, match=HELD):
        counted()
    again(entry, colleague)
    counted()
    window.refresh_from_db()
    assert window.counted_on


def test_result_says_how_many_on_paper_and_what_strikes(window, office, on):
    scene.answered(window, NEEDED)
    scene.entered(window, office, 5)
    start = timezone.now().replace(second=0, microsecond=0)
    for turn, form in enumerate(window.responses.on_forms()):
        at = start + datetime.timedelta(minutes=max(turn, 1))  # the first two within a minute
        AppraisalResponse.objects.filter(pk=form.pk).update(answered_at=at)
    on("2008-05-13")
    scene.checked(window, office)
    result = appraisals.count(appraisal=window, by=office)
    assert (result.sample, result.on_paper, result.alike, result.same_minute) == (35, 5, 5, 2)
    assert str(result.paper_share) == "14.29"
    with pytest.raises(IntegrityError, match="appraisal_result_marks_paper"), transaction.atomic():
        AppraisalResult.objects.update(alike=6)


# -- scans -------------------------------------------------------------------------------------


def test_scans_are_kept_once_each(window, office):
    [kept] = paper_answers.attach_scans(appraisal=window, files=[scan()], by=office)
    assert paper_answers.attach_scans(appraisal=window, files=[scan(name="又一份.png")], by=office) == []
    assert (kept.name, kept.content_type, kept.added_by) == ("问卷.png", "image/png", office)
    with kept.file.open() as file:
        assert file.read() == PNG


def test_scan_that_is_none_is_refused_with_all_of_its_kind(window, office):
    with pytest.raises(ValidationError) as refused:
        paper_answers.attach_scans(appraisal=window, files=[scan(), scan(b"MZ\x90\0", "a.exe")], by=office)
    assert list(refused.value.error_dict) == ["files"]
    assert not window.scans.exists()


def test_scans_are_bounded(window, office, monkeypatch):
    monkeypatch.setattr(paper_answers, "MOST_SCANS", 0)
    with pytest.raises(ValidationError):
        paper_answers.attach_scans(appraisal=window, files=[scan()], by=office)
    assert not window.scans.exists()


# -- rights, and what is over ------------------------------------------------------------------

VERBS = {
    "print": lambda window, by: paper_answers.print_forms(appraisal=window, number=1, by=by),
    "enter": lambda window, by: paper_answers.enter(
        appraisal=window, code="", answers=[3] * 5, text="", by=by
    ),
    "draw": lambda window, by: paper_answers.draw(appraisal=window, by=by),
    "again": lambda window, by: paper_answers.enter_again(
        appraisal=window, code="", answers=[3] * 5, text="", by=by
    ),
    "settle": lambda window, by: paper_answers.settle(
        entry=SecondEntry.objects.get(response__appraisal=window), says={}, by=by
    ),
    "scan": lambda window, by: paper_answers.attach_scans(appraisal=window, files=[scan()], by=by),
}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("role", [role for role in Role if role != Role.OFFICE])
def test_only_the_office_acts(differing, role, verb):
    window = differing.response.appraisal
    by = factories.liaison_of(window.site) if role == Role.LIAISON else factories.user(role)
    with pytest.raises(PermissionDenied):
        VERBS[verb](window, by)


@pytest.mark.parametrize("verb", VERBS)
def test_whoever_stood_aside_does_nothing_with_that_site(differing, verb):
    window, aside = differing.response.appraisal, factories.user(Role.OFFICE)
    recusals.recuse(user=aside, site=window.site, reason="示例亲属")
    with pytest.raises(PermissionDenied):
        VERBS[verb](window, aside)
    for model in (SecondEntry, PaperDraw):
        assert not model.objects.visible_to(aside).exists()


@pytest.mark.parametrize("verb", VERBS)
def test_nothing_changes_once_it_is_counted(differing, colleague, on, verb):
    window = differing.response.appraisal
    paper_answers.settle(entry=differing, says={1: 1, REMARK: "字大小"}, by=colleague)
    scene.answered(window, NEEDED)
    on("2008-05-10")
    appraisals.count(appraisal=window, by=colleague)
    with pytest.raises(InvalidTransition):
        VERBS[verb](window, colleague)


# -- at once -----------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_one_form_entered_by_two_at_once_is_entered_once():
    window = scene.appraisal()
    [code] = scene.forms(window)
    clerks = [factories.user(Role.OFFICE) for _ in range(2)]
    outcomes = at_once(*(lambda by=by: enter(window, by, code) for by in clerks))
    assert kinds(outcomes) == ["ValidationError", "done"]
    assert window.responses.answered().count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_pool_drawn_by_two_at_once_is_drawn_once():
    window, office = scene.appraisal(), factories.user(Role.OFFICE)
    scene.entered(window, office, 3)
    draw = lambda: paper_answers.draw(appraisal=window, by=office)  # noqa: E731
    outcomes = at_once(draw, draw)
    assert kinds(outcomes) == ["InvalidTransition", "done"]
    assert SecondEntry.objects.count() == 1
