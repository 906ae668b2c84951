"""社会评议: windows, codes, answers, the count."""

import datetime
from decimal import Decimal

import pytest
from auditlog.models import LogEntry
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from accounts.enums import Role
from accounts.models import Notification
from assessments.models import AppraisalResult
from assessments.services import acceptance, recusals
from publicity.enums import AppraisalState
from publicity.models import Appraisal, AppraisalResponse
from publicity.models.appraisal import QUESTIONS
from publicity.services import appraisals
from sites.enums import Level, Stage
from sites.workflow import InvalidTransition
from tests import factories
from tests.at_once import at_once, kinds
from tests.publicity import scene

pytestmark = pytest.mark.django_db

MAY_5, MAY_9 = datetime.date(2008, 5, 5), datetime.date(2008, 5, 9)
NEEDED = 30


@pytest.fixture(autouse=True)
def _may(on):
    on("2008-05-05")


@pytest.fixture
def window():
    """5 to 9 May, with 40 codes."""
    return scene.appraisal(codes=40)


# -- windows and codes -----------------------------------------------------------------------


def test_open_tells_the_unit_and_its_district_where_the_poster_is(office):
    site = factories.site(Stage.BUILDING, level=Level.DISTRICT)
    unit, clerk = factories.liaison_of(site), factories.user(Role.DISTRICT)
    elsewhere = factories.user(Role.LIAISON)
    opened = appraisals.open_window(site=site, opens_on=MAY_5, closes_on=MAY_9, by=office)
    told = Notification.objects.filter(url=f"/desk/appraisals/{opened.pk}/poster/")
    assert set(told.values_list("user", flat=True)) == {unit.pk, clerk.pk}
    assert elsewhere.pk not in told.values_list("user", flat=True)


@pytest.mark.parametrize(
    ("opens_on", "closes_on", "field"),
    [("2008-05-04", "2008-05-09", "opens_on"), ("2008-05-09", "2008-05-08", "closes_on")],
)
def test_open_on_wrong_days_is_named_at_its_field(office, opens_on, closes_on, field):
    days = {
        "opens_on": datetime.date.fromisoformat(opens_on),
        "closes_on": datetime.date.fromisoformat(closes_on),
    }
    with pytest.raises(ValidationError) as refused:
        appraisals.open_windows(sites=[factories.site(Stage.BUILDING)], by=office, **days)
    assert list(refused.value.error_dict) == [field]
    assert not Appraisal.objects.exists()


def test_open_several_leaves_out_those_that_cannot_and_names_them(office):
    free, filed, open_one = (factories.site(stage) for stage in (Stage.BUILDING, Stage.FILED, Stage.BUILDING))
    scene.appraisal(open_one)
    opened, refused = appraisals.open_windows(
        sites=[filed, free, open_one], opens_on=MAY_5, closes_on=MAY_9, by=office
    )
    assert [each.site for each in opened] == [free]
    assert [site.window_name in why for site, why in zip((filed, open_one), refused, strict=True)] == [
        True,
        True,
    ]


def test_open_again_is_possible_once_the_first_is_counted(window, office, on):
    scene.answered(window, NEEDED)
    on("2008-05-10")
    appraisals.count(appraisal=window, by=office)
    assert scene.appraisal(window.site).site == window.site


def test_prolong_goes_beyond_the_last_day_and_today_alone(window, office, on):
    with pytest.raises(ValidationError, match="2008"):
        appraisals.prolong(appraisal=window, closes_on=MAY_9, by=office)
    on("2008-05-12")
    with pytest.raises(ValidationError):
        appraisals.prolong(appraisal=window, closes_on=datetime.date(2008, 5, 12), by=office)
    appraisals.prolong(appraisal=window, closes_on=datetime.date(2008, 5, 13), by=office)
    scene.answered(window)
    assert window.responses.answered().count() == 1


def test_prolong_goes_no_further_than_the_rulebook_says(window, office, on):
    """30 days from 9 May on, however often it is prolonged."""
    last = datetime.date(2008, 6, 8)
    assert window.closes_by == last
    appraisals.prolong(appraisal=window, closes_on=datetime.date(2008, 5, 20), by=office)
    for beyond in (datetime.date(2008, 6, 9), datetime.date(2023, 5, 9)):
        with pytest.raises(ValidationError, match="2008年6月8日") as refused:
            appraisals.prolong(appraisal=window, closes_on=beyond, by=office)
        assert list(refused.value.error_dict) == ["closes_on"]
    appraisals.prolong(appraisal=window, closes_on=last, by=office)
    window.refresh_from_db()
    assert window.closes_on == last
    with pytest.raises(IntegrityError), transaction.atomic():
        Appraisal.objects.update(closes_on=datetime.date(2008, 6, 9), papers_until=datetime.date(2008, 6, 12))


def test_paper_forms_move_along_with_the_last_day(window, office, on):
    """The days of grace run from the last day there is: prolonged, they run from the new one."""
    grace = window.papers_until - window.closes_on
    on("2008-05-20")  # the grace of the first last day is over
    appraisals.prolong(appraisal=window, closes_on=datetime.date(2008, 5, 25), by=office)
    window.refresh_from_db()
    assert window.papers_until - window.closes_on == grace


def test_with_too_few_answers_at_the_limit_it_is_given_up_for_another(window, office, on):
    on("2008-06-08")
    opened = {"opens_on": datetime.date(2008, 6, 10), "closes_on": datetime.date(2008, 6, 20)}
    on("2008-06-07")
    with pytest.raises(InvalidTransition):
        appraisals.open_window(site=window.site, by=office, **opened)
    on("2008-06-09")
    another = appraisals.open_window(site=window.site, by=office, **opened)
    window.refresh_from_db()
    assert (window.given_up_on, window.counted_on) == (datetime.date(2008, 6, 9), None)
    assert window.state(on=datetime.date(2008, 6, 9), given=0, needed=NEEDED, unchecked=0) == "given_up"
    with pytest.raises(InvalidTransition, match="终止"):
        appraisals.prolong(appraisal=window, closes_on=datetime.date(2008, 6, 30), by=office)
    assert list(Appraisal.objects.uncounted()) == [another]


def test_with_enough_answers_it_is_counted_and_never_given_up(window, office, on):
    scene.answered(window, NEEDED)
    on("2008-06-09")
    with pytest.raises(InvalidTransition):
        appraisals.open_window(
            site=window.site,
            opens_on=datetime.date(2008, 6, 10),
            closes_on=datetime.date(2008, 6, 20),
            by=office,
        )
    window.refresh_from_db()
    assert window.given_up_on is None


def test_codes_are_bounded_and_the_trail_tells_who_made_how_many(office):
    window = scene.appraisal()
    for number in (0, appraisals.MOST_AT_ONCE + 1):
        with pytest.raises(ValidationError) as refused:
            appraisals.make_codes(appraisal=window, number=number, by=office)
        assert list(refused.value.error_dict) == ["number"]
    made = appraisals.make_codes(appraisal=window, number=48, by=office)
    assert len({response.code for response in made}) == 48
    assert len({response.made_at for response in made}) == 1
    written = LogEntry.objects.get_for_object(window).filter(changes__has_key="codes_made").first()
    assert written.changes["codes_made"] == ["0", "48"]
    Appraisal.objects.update(codes_made=appraisals.MOST_CODES - 10)
    with pytest.raises(ValidationError):
        appraisals.make_codes(appraisal=window, number=11, by=office)


def test_no_codes_are_made_once_the_window_has_ended(office, window, on):
    on("2008-05-10")
    with pytest.raises(InvalidTransition):
        appraisals.make_codes(appraisal=window, number=1, by=office)
    appraisals.prolong(appraisal=window, closes_on=datetime.date(2008, 5, 12), by=office)
    assert len(appraisals.make_codes(appraisal=window, number=1, by=office)) == 1


# -- answers ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "taken"),
    [("2008-05-05", False), ("2008-05-06", True), ("2008-05-09", True), ("2008-05-10", False)],
)
def test_answer_is_taken_from_the_first_day_to_the_last(office, on, day, taken):
    window = appraisals.open_window(
        site=factories.site(Stage.BUILDING), opens_on=datetime.date(2008, 5, 6), closes_on=MAY_9, by=office
    )
    appraisals.make_codes(appraisal=window, number=1, by=office)
    on(day)
    if not taken:
        with pytest.raises(InvalidTransition):
            scene.answered(window)
    else:
        scene.answered(window)
    assert window.responses.answered().count() == taken


def test_code_is_good_for_one_answer(window):
    [used] = scene.answered(window, text="第一次")
    with pytest.raises(InvalidTransition):
        appraisals.answer(response=used, answers=[0] * 5, text="第二次", device="x", seconds=60)
    used.refresh_from_db()
    assert (used.steps, used.text) == ([3] * 5, "第一次")


@pytest.mark.parametrize("answers", [[], [3] * 4, [3] * 6, [3, 3, 3, 3, 4], [-1, 3, 3, 3, 3]])
def test_answer_to_some_of_the_questions_is_refused(window, answers):
    with pytest.raises(ValidationError):
        appraisals.answer(response=window.responses.first(), answers=answers, text="", device="x", seconds=60)
    assert not window.responses.answered().exists()


def test_answer_with_too_long_a_text_is_refused(window):
    with pytest.raises(ValidationError) as refused:
        scene.answered(window, text="长" * 501)
    assert list(refused.value.error_dict) == ["text"]
    scene.answered(window, text="长" * 500)


def test_fourth_answer_of_one_device_and_a_quick_one_are_marked(window):
    same = scene.answered(window, 4, device="kiosk")
    [quick] = scene.answered(window, seconds=3.2)
    for response in (*same, quick):
        response.refresh_from_db()
    assert [response.doubts for response in same] == ["", "", "", "同一设备的第4份"]
    assert quick.doubts == "3秒内完成"


def test_device_of_another_site_is_not_held_against_one(window):
    scene.answered(window, 3, device="kiosk")
    [elsewhere] = scene.answered(scene.appraisal(codes=1), device="kiosk")
    elsewhere.refresh_from_db()
    assert elsewhere.doubts == ""


# -- the count -------------------------------------------------------------------------------


def test_count_puts_sample_score_margin_and_doubtful_on_file(window, office, on):
    scene.answered(window, 20)
    scene.answered(window, 8, step=1)
    scene.answered(window, 2, step=0, seconds=1)
    scene.entered(window, office)
    on("2008-05-10")
    scene.checked(window, office)
    result = appraisals.count(appraisal=window, by=office)
    # 20 × 100, 8 × 60, 2 × 0, 1 × 80
    assert (result.sample, result.on_paper, result.doubtful) == (31, 1, 2)
    assert result.score == Decimal("82.58")
    assert result.firm_score == Decimal("88.28")
    assert result.margin > 0
    result.refresh_from_db()
    assert result.questions == [[2, 8, 1, 20]] * len(QUESTIONS)
    assert acceptance.appraisal_on_file(window.site) == result
    window.refresh_from_db()
    assert window.counted_on == datetime.date(2008, 5, 10)
    assert not window.responses.exclude(device="").exists()


def test_count_before_the_window_is_over_is_refused(window, office, on):
    scene.answered(window, NEEDED)
    on("2008-05-09")
    with pytest.raises(InvalidTransition):
        appraisals.count(appraisal=window, by=office)
    assert not AppraisalResult.objects.exists()


def test_count_of_too_few_answers_says_so_and_is_no_result(window, office, on, english):
    scene.answered(window, NEEDED - 1)
    on("2008-05-10")
    with pytest.raises(ValidationError, match=f"{NEEDED - 1} people answered, at least {NEEDED}"):
        appraisals.count(appraisal=window, by=office)
    assert not AppraisalResult.objects.exists()
    window.refresh_from_db()
    assert window.counted_on is None
    appraisals.prolong(appraisal=window, closes_on=datetime.date(2008, 5, 11), by=office)
    scene.answered(window)
    on("2008-05-12")
    assert appraisals.count(appraisal=window, by=office).sample == NEEDED


def test_nothing_changes_once_it_is_counted(window, office, on):
    scene.answered(window, NEEDED)
    on("2008-05-10")
    appraisals.count(appraisal=window, by=office)
    for verb in (
        lambda: appraisals.count(appraisal=window, by=office),
        lambda: appraisals.prolong(appraisal=window, closes_on=datetime.date(2008, 6, 1), by=office),
        lambda: appraisals.make_codes(appraisal=window, number=1, by=office),
        lambda: scene.answered(window),
    ):
        with pytest.raises(InvalidTransition):
            verb()
    assert AppraisalResult.objects.get().sample == NEEDED


@pytest.mark.parametrize(
    ("day", "given", "unchecked", "state"),
    [
        ("2008-05-04", 0, 0, AppraisalState.PLANNED),
        ("2008-05-05", 0, 0, AppraisalState.OPEN),
        ("2008-05-09", 99, 1, AppraisalState.OPEN),
        ("2008-05-10", 29, 1, AppraisalState.TOO_FEW),
        ("2008-05-10", 30, 1, AppraisalState.TO_CHECK),
        ("2008-05-10", 30, 0, AppraisalState.TO_COUNT),
    ],
)
def test_state_of_a_window(window, day, given, unchecked, state):
    day = datetime.date.fromisoformat(day)
    assert window.state(on=day, given=given, needed=NEEDED, unchecked=unchecked) == state


# -- rights ----------------------------------------------------------------------------------

VERBS = {
    "open": lambda window, by: appraisals.open_window(
        site=factories.site(Stage.BUILDING), opens_on=MAY_5, closes_on=MAY_9, by=by
    ),
    "prolong": lambda window, by: appraisals.prolong(
        appraisal=window, closes_on=datetime.date(2008, 6, 1), by=by
    ),
    "codes": lambda window, by: appraisals.make_codes(appraisal=window, number=1, by=by),
    "count": lambda window, by: appraisals.count(appraisal=window, by=by),
}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("role", [role for role in Role if role != Role.OFFICE])
def test_only_the_office_acts(window, role, verb):
    by = factories.liaison_of(window.site) if role == Role.LIAISON else factories.user(role)
    with pytest.raises(PermissionDenied):
        VERBS[verb](window, by)


def test_whoever_stood_aside_does_nothing_with_that_site(window, office):
    recusals.recuse(user=office, site=window.site, reason="示例亲属")
    for name in ("prolong", "codes", "count"):
        with pytest.raises(PermissionDenied):
            VERBS[name](window, office)
    with pytest.raises(PermissionDenied):
        appraisals.open_window(site=window.site, opens_on=MAY_5, closes_on=MAY_9, by=office)
    assert not Appraisal.objects.visible_to(office).exists()


def test_database_holds_one_uncounted_window_a_site(window):
    with pytest.raises(IntegrityError), transaction.atomic():
        Appraisal.objects.create(
            site=window.site, opens_on=MAY_9, closes_on=MAY_9, papers_until=MAY_9, closes_by=MAY_9
        )


# -- at once ---------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_one_code_used_by_two_at_once_is_used_once():
    window = scene.appraisal(codes=1)
    response = window.responses.get()

    def use(step):
        fresh = AppraisalResponse.objects.get(pk=response.pk)
        appraisals.answer(response=fresh, answers=[step] * 5, text="", device=f"d{step}", seconds=60)

    outcomes = at_once(lambda: use(0), lambda: use(3))
    assert kinds(outcomes) == ["InvalidTransition", "done"]
    response.refresh_from_db()
    assert response.device == f"d{outcomes.index('done') * 3}"


@pytest.mark.django_db(transaction=True)
def test_one_site_opened_and_counted_by_two_at_once(on):
    site, office = factories.site(Stage.RECTIFIED), factories.user(Role.OFFICE)
    verb = lambda: appraisals.open_window(site=site, opens_on=MAY_5, closes_on=MAY_9, by=office)  # noqa: E731
    assert sorted(type(each).__name__ for each in at_once(verb, verb)) == ["Appraisal", "InvalidTransition"]
    window = Appraisal.objects.get()
    appraisals.make_codes(appraisal=window, number=NEEDED, by=office)
    scene.answered(window, NEEDED)
    on("2008-05-10")
    count = lambda: appraisals.count(appraisal=window, by=office)  # noqa: E731
    outcomes = at_once(count, count)
    assert sorted(type(each).__name__ for each in outcomes) == ["AppraisalResult", "InvalidTransition"]
