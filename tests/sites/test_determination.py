"""初审 of each site, 审定 in one batch with exceptions, and who may give which."""

import datetime
import functools

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from accounts.enums import Role, SecrecyState
from accounts.models import Notification, SecrecyReview
from accounts.services.secrecy import NotReviewed, OwnReview
from assessments.models import Recusal
from documents.models import Document
from documents.papers import DocumentKind
from documents.rendering import paper_html
from sites import services
from sites.batch import reviewed_lists
from sites.enums import Action, FilingState, Stage
from sites.models import (
    Determination,
    DeterminationLine,
    Filing,
    Opinion,
    Site,
    StageChange,
)
from sites.services import Answer
from sites.workflow import InvalidTransition, PhaseClosed
from tests import factories, reviewing
from tests.agreeing import resolved
from tests.sites import making

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

REASON = "窗口尚未投入使用（示例）。"
YES = Answer(yes=True)
NO = Answer(yes=False, text=REASON)


def leader():
    return factories.user(Role.LEADING_GROUP)


def rows(filing):
    return list(filing.sites.order_by("pk"))


def newest(filing):
    return filing.versions.latest("number").pk


def decided(filing, *exceptions):
    """The answers to a list: yes to every site that is not determined yet, but for the exceptions."""
    open_rows = filing.sites.undetermined()
    return {newest(filing): {site.pk: NO if site in exceptions else YES for site in open_rows}}


def decide(*lists, by=None, exceptions=()):
    decisions = {}
    for filing in lists:
        decisions |= decided(filing, *exceptions)
    reviewing.give_all()
    return services.determine_batch(
        programme=factories.programme(),
        decisions=decisions,
        resolution=resolved("determination"),
        by=by or leader(),
    )


def nothing_was_decided(*lists):
    for filing in lists:
        filing.refresh_from_db()
    assert not Determination.objects.exists()
    assert not StageChange.objects.filter(action__in=(Action.DETERMINE, Action.SET_ASIDE)).exists()
    assert not Document.objects.filter(kind=DocumentKind.DETERMINED_LIST).exists()
    assert {filing.state for filing in lists} == {FilingState.REVIEWED}


# -- the preliminary review ------------------------------------------------------


def test_review_keeps_an_opinion_on_each_site_of_the_version_read():
    filing, _by = making.filed_list()
    office, (first, *others) = factories.user(Role.OFFICE), rows(filing)
    opinions = {first.pk: Answer(yes=False, text=f" {REASON} "), **dict.fromkeys([s.pk for s in others], YES)}
    services.review(filing=filing, opinion="总体可行（示例）。", opinions=opinions, by=office)
    filing.refresh_from_db()
    assert (filing.state, filing.opinion, filing.reviewed_by) == ("reviewed", "总体可行（示例）。", office)
    against = Opinion.objects.get(is_supported=False)
    assert (against.site, against.text, against.version_id) == (first, REASON, newest(filing))
    assert (against.by, against.on) == (office, datetime.date(2008, 1, 10))
    assert Opinion.objects.filter(is_supported=True, text="").count() == 3
    assert {one.stage for one in rows(filing)} == {Stage.REVIEWED}
    notes = StageChange.objects.filter(action=Action.REVIEW).values_list("site", "note")
    # What is said of one site is the leading group's to read until it has decided.
    assert dict(notes) == {site.pk: "总体可行（示例）。" for site in rows(filing)}


def test_opinion_on_a_site_is_not_shown_to_its_filer_before_the_decision(client):
    filing, by = making.filed_list()
    first, *others = rows(filing)
    opinions = {first.pk: Answer(yes=False, text=REASON), **dict.fromkeys([s.pk for s in others], YES)}
    office = factories.user(Role.OFFICE)
    services.review(filing=filing, opinion="总体可行（示例）。", opinions=opinions, by=office)
    pages = (filing.get_absolute_url(), first.get_absolute_url())
    client.force_login(office)
    assert REASON in client.get(pages[0]).content.decode()
    client.force_login(by)
    for page in pages:
        shown = client.get(page).content.decode()
        assert "总体可行（示例）。" in shown
        assert REASON not in shown


def test_review_with_an_opinion_on_the_whole_alone_recommends_all():
    told = leader()
    filing, _by = making.reviewed_list()
    assert (filing.state, filing.opinion, filing.reviewed_on) == (
        "reviewed",
        "同意上报（示例）。",
        datetime.date(2008, 1, 10),
    )
    assert set(Opinion.objects.values_list("site", "is_supported")) == {(s.pk, True) for s in rows(filing)}
    assert StageChange.objects.filter(action=Action.REVIEW, note=filing.opinion).count() == 4
    told_of = Notification.objects.filter(user=told).order_by("pk").values_list("text", flat=True)
    assert [text.split(" ")[0] for text in told_of] == ["%(who)s", "%(list)s"], "to review, and to approve"


@pytest.mark.parametrize("opinion", ["", " \n"])
def test_review_without_an_opinion_is_refused(opinion):
    filing, _by = making.filed_list()
    with pytest.raises(ValidationError):
        services.review(filing=filing, opinion=opinion, by=factories.user(Role.OFFICE))
    filing.refresh_from_db()
    assert filing.state == FilingState.FILED
    assert not Opinion.objects.exists()


def test_review_against_a_site_without_a_reason_is_refused_and_names_it():
    filing, _by = making.filed_list()
    opinions = {site.pk: YES for site in rows(filing)} | {rows(filing)[1].pk: Answer(yes=False, text="  ")}
    with pytest.raises(ValidationError) as caught:
        services.review(filing=filing, opinion="示例", opinions=opinions, by=factories.user(Role.OFFICE))
    assert caught.value.messages == [f"{rows(filing)[1]}: say why not."]
    assert not Opinion.objects.exists()


def test_review_that_leaves_out_a_site_or_answers_for_a_strange_one_is_refused():
    filing, _by = making.filed_list()
    opinions = {site.pk: YES for site in rows(filing)}
    stranger = factories.site(Stage.FILED)
    for wrong in (dict(list(opinions.items())[1:]), {**opinions, stranger.pk: YES}):
        with pytest.raises(InvalidTransition):
            services.review(filing=filing, opinion="示例", opinions=wrong, by=factories.user(Role.OFFICE))
    stranger.refresh_from_db()
    assert stranger.stage == Stage.FILED
    assert not Opinion.objects.exists()


def test_review_of_a_version_that_was_filed_anew_since_is_refused():
    filing, by = making.filed_list()
    read, office = newest(filing), factories.user(Role.OFFICE)
    services.send_back(filing=filing, remarks="示例", by=office)
    making.file(filing, by)
    with pytest.raises(InvalidTransition):
        services.review(filing=filing, opinion="示例", version=read, by=office)
    services.review(filing=filing, opinion="示例", version=newest(filing), by=office)


def test_opinion_against_a_site_needs_its_reason_in_the_database():
    filing, _by = making.reviewed_list()
    with pytest.raises(IntegrityError), transaction.atomic():
        Opinion.objects.update(is_supported=False)
    assert filing.state == FilingState.REVIEWED


# -- the final approval of a batch --------------------------------------------------


def test_batch_determines_several_lists_at_once_and_makes_them_public():
    filing, by = making.reviewed_list()
    unit_list = making.reviewed_list_of_a_unit()
    told = leader()
    made = decide(filing, unit_list, by=told)
    assert (made.ordinal, made.by, made.on) == (1, told, datetime.date(2008, 1, 10))
    for one in (filing, unit_list):
        one.refresh_from_db()
        assert (one.state, one.approved_by, one.approved_on) == ("approved", told, made.on)
    everything = {*rows(filing), *rows(unit_list)}
    assert set(Site.objects.listed()) == everything
    assert {line.site for line in made.lines.filter(is_determined=True, reason="")} == everything
    assert StageChange.objects.filter(action=Action.DETERMINE, by=told).count() == 5
    assert Notification.objects.filter(user=by, url=filing.get_absolute_url()).exists()


def test_batch_leaves_the_lists_that_are_not_in_it_alone():
    filing, _by = making.reviewed_list()
    unit_list = making.reviewed_list_of_a_unit()
    decide(filing)
    unit_list.refresh_from_db()
    assert unit_list.state == FilingState.REVIEWED
    assert [one.filing for one in reviewed_lists(factories.programme(), reader=leader())] == [unit_list]
    assert decide(unit_list).ordinal == 2


def test_batch_with_an_exception_sends_the_list_back_with_its_reason_and_lets_the_others_go_on():
    filing, by = making.reviewed_list()
    aside, *others = rows(filing)
    made = decide(filing, exceptions=[aside])
    filing.refresh_from_db()
    assert (filing.state, filing.approved_by) == (FilingState.RETURNED, None)
    assert filing.remarks == f"{aside}：{REASON}"
    version = filing.versions.latest("number")
    assert (version.returned_on, version.row_remarks) == (datetime.date(2008, 1, 10), {str(aside.pk): REASON})
    aside.refresh_from_db()
    assert aside.stage == Stage.RETURNED
    assert aside.history.latest("pk").note == REASON
    assert {site.stage for site in rows(filing) if site != aside} == {Stage.DETERMINED}
    line = DeterminationLine.objects.get(is_determined=False)
    assert (line.determination, line.site, line.reason) == (made, aside, REASON)
    assert made.lines.count() == 1 + len(others)
    told = Notification.objects.filter(user=by).latest("pk")
    assert "in part" in str(told)


def test_list_with_an_exception_is_mended_filed_reviewed_and_approved():
    filing, by = making.reviewed_list()
    aside = rows(filing)[0]
    decide(filing, exceptions=[aside])
    aside.refresh_from_db()
    aside.reason = "已启用（示例）。"
    services.save_site(filing=filing, site=aside, liaison_name="示例甲", liaison_phone=making.PHONE, by=by)
    making.file(filing, by)
    services.review(filing=filing, opinion="示例", by=factories.user(Role.OFFICE))
    assert [c.site for one in reviewed_lists(factories.programme(), reader=by) for c in one.candidates] == [
        aside
    ]
    made = decide(filing)
    filing.refresh_from_db()
    assert (filing.state, made.ordinal) == (FilingState.APPROVED, 2)
    assert [line.site for line in made.lines.all()] == [aside]
    assert StageChange.objects.filter(action=Action.DETERMINE).count() == 4


def test_list_whose_exceptions_were_taken_off_is_approved_without_deciding_on_a_site():
    filing, by = making.complete_list(5)
    making.file(filing, by)
    office = factories.user(Role.OFFICE)
    services.review(filing=filing, opinion="示例", by=office)
    aside = rows(filing)[0]
    decide(filing, exceptions=[aside])
    Site.objects.filter(pk=aside.pk).update(stage=Stage.WITHDRAWN)
    making.file(filing, by)
    services.review(filing=filing, opinion="示例", by=office)
    papers = Document.objects.filter(kind=DocumentKind.DETERMINED_LIST).count()
    made = decide(filing)
    filing.refresh_from_db()
    assert filing.state == FilingState.APPROVED
    assert not made.lines.exists()
    assert not Determination.objects.published().filter(pk=made.pk).exists()
    assert Document.objects.filter(kind=DocumentKind.DETERMINED_LIST).count() == papers


def test_batch_without_a_list_is_refused():
    with pytest.raises(ValidationError):
        services.determine_batch(
            programme=factories.programme(), decisions={}, resolution=resolved("determination"), by=leader()
        )
    assert not Determination.objects.exists()


def test_batch_with_an_exception_without_reason_is_refused_whole():
    filing, _by = making.reviewed_list()
    unit_list = making.reviewed_list_of_a_unit()
    decisions = decided(filing) | decided(unit_list)
    decisions[newest(unit_list)] = {rows(unit_list)[0].pk: Answer(yes=False, text=" ")}
    with pytest.raises(ValidationError) as caught:
        services.determine_batch(
            programme=factories.programme(),
            decisions=decisions,
            resolution=resolved("determination"),
            by=leader(),
        )
    assert caught.value.messages == [f"{rows(unit_list)[0]}: say why not."]
    nothing_was_decided(filing, unit_list)


def test_batch_read_before_a_list_was_filed_anew_is_refused_whole():
    filing, by = making.reviewed_list()
    unit_list = making.reviewed_list_of_a_unit()
    read = decided(filing)
    decide(filing, exceptions=rows(filing))
    making.file(filing, by)
    services.review(filing=filing, opinion="示例", by=factories.user(Role.OFFICE))
    with pytest.raises(InvalidTransition):
        services.determine_batch(
            programme=factories.programme(),
            decisions=read | decided(unit_list),
            resolution=resolved("determination"),
            by=leader(),
        )
    unit_list.refresh_from_db()
    assert unit_list.state == FilingState.REVIEWED
    assert Determination.objects.count() == 1


def test_batch_with_a_list_that_was_decided_since_is_refused_and_names_it():
    filing, _by = making.reviewed_list()
    unit_list = making.reviewed_list_of_a_unit()
    read = decided(filing) | decided(unit_list)
    decide(filing)
    with pytest.raises(InvalidTransition) as caught:
        services.determine_batch(
            programme=factories.programme(), decisions=read, resolution=resolved("determination"), by=leader()
        )
    assert str(filing) in str(caught.value)
    assert Determination.objects.count() == 1


def test_batch_that_leaves_out_a_site_or_names_a_strange_one_is_refused_whole():
    filing, _by = making.reviewed_list()
    stranger = factories.site(Stage.REVIEWED)
    answers = decided(filing)[newest(filing)]
    for wrong in (dict(list(answers.items())[1:]), {**answers, stranger.pk: YES}):
        with pytest.raises(InvalidTransition):
            services.determine_batch(
                programme=factories.programme(),
                decisions={newest(filing): wrong},
                resolution=resolved("determination"),
                by=leader(),
            )
    nothing_was_decided(filing)


def test_batch_naming_a_version_that_is_none_is_refused_whole():
    filing, _by = making.reviewed_list()
    decisions = {**decided(filing), newest(filing) + 1000: {}}
    with pytest.raises(InvalidTransition):
        services.determine_batch(
            programme=factories.programme(),
            decisions=decisions,
            resolution=resolved("determination"),
            by=leader(),
        )
    nothing_was_decided(filing)


def test_batch_when_one_row_fails_rolls_everything_back():
    filing, _by = making.reviewed_list()
    Site.objects.filter(pk=rows(filing)[-1].pk).update(stage=Stage.FILED)
    with pytest.raises(InvalidTransition):
        decide(filing)
    nothing_was_decided(filing)


def test_batch_after_the_phase_is_refused_with_its_dates(on):
    filing, _by = making.reviewed_list()
    on("2008-02-01")
    with pytest.raises(PhaseClosed, match="31 January 2008"):
        decide(filing)
    nothing_was_decided(filing)


@pytest.mark.parametrize("role", [Role.OFFICE, Role.DISTRICT, Role.LIAISON, Role.INSPECTOR, Role.AUDITOR])
def test_batch_by_others_is_refused(role):
    filing, _by = making.reviewed_list()
    stranger = factories.user(role)
    with pytest.raises(PermissionDenied):
        decide(filing, by=stranger)
    nothing_was_decided(filing)


def test_determine_without_a_review_is_refused():
    filing, _by = making.filed_list()
    with pytest.raises(InvalidTransition):
        decide(filing)
    assert not Determination.objects.exists()


# -- two different people --------------------------------------------------------------


def promoted(user):
    user.role = Role.LEADING_GROUP
    user.save()
    return user


def test_batch_with_a_list_one_reviewed_is_refused_whole_and_names_it():
    filing, _by = making.reviewed_list()
    unit_list = making.reviewed_list_of_a_unit()
    reviewer = promoted(filing.reviewed_by)
    with pytest.raises(PermissionDenied) as caught:
        decide(filing, unit_list, by=reviewer)
    assert str(filing) in str(caught.value)
    nothing_was_decided(filing, unit_list)
    decide(unit_list, by=reviewer)


def test_batch_with_a_list_on_which_one_gave_an_opinion_once_is_refused():
    filing, by = making.reviewed_list()
    first = filing.reviewed_by
    decide(filing, exceptions=rows(filing))
    making.file(filing, by)
    services.review(filing=filing, opinion="示例", by=factories.user(Role.OFFICE))
    with pytest.raises(PermissionDenied):
        decide(filing, by=promoted(first))
    assert Determination.objects.count() == 1


def test_deputy_of_whoever_reviewed_a_list_does_not_determine_it(on):
    filing, _by = making.reviewed_list()
    reviewer, deputy = promoted(filing.reviewed_by), factories.user(Role.LEADING_GROUP)
    factories.send_away(reviewer, deputy)
    [shown] = reviewed_lists(factories.programme(), reader=deputy)
    assert shown.is_barred
    with pytest.raises(PermissionDenied):
        decide(filing, by=deputy)
    on("2008-01-11")
    decide(filing, by=deputy)


def test_determine_by_the_reviewer_is_refused_by_the_database():
    filing, _by = making.reviewed_list()
    with pytest.raises(IntegrityError), transaction.atomic():
        Filing.objects.filter(pk=filing.pk).update(approved_by=filing.reviewed_by)
    filing.refresh_from_db()
    assert filing.approved_by is None


# -- the paper ----------------------------------------------------------------------


def test_batch_issues_one_public_paper_about_the_sites_it_determined():
    filing, _by = making.reviewed_list()
    unit_list = making.reviewed_list_of_a_unit()
    aside = rows(filing)[0]
    made = decide(filing, unit_list, exceptions=[aside])
    paper = Document.objects.get(kind=DocumentKind.DETERMINED_LIST)
    assert paper.title == "乌海市政务公开领导小组关于确定市、区两级政务公开示范点名单的通知"
    assert (paper.full_number, paper.is_public, paper.created_by) == ("乌政公发〔2008〕1号", True, made.by)
    assert set(paper.sites.all()) == {*rows(filing)[1:], *rows(unit_list)}
    assert paper.context["addressee"] == factories.programme().addressees
    assert [(row["place"], row["level"]) for row in paper.context["sites"]] == [
        ("市级", "市级"),
        *[("海勃湾区", "区级")] * 3,
    ]
    assert [row["ordinal"] for row in paper.context["sites"]] == [1, 2, 3, 4]
    assert REASON not in str(paper.context)


def test_paper_of_a_later_batch_says_that_it_supplements_the_first():
    filing, by = making.reviewed_list()
    decide(filing, exceptions=[rows(filing)[0]])
    making.file(filing, by)
    services.review(filing=filing, opinion="示例", by=factories.user(Role.OFFICE))
    decide(filing)
    later = Document.objects.filter(kind=DocumentKind.DETERMINED_LIST).latest("pk")
    assert "关于补充确定区级政务公开示范点名单的通知" in later.title
    assert (later.context["is_supplement"], later.sites.count()) == (True, 1)


def test_paper_calls_a_district_s_sites_units_of_the_district_and_no_windows():
    filing, _by = making.reviewed_list()
    decide(filing)
    paper = Document.objects.get(kind=DocumentKind.DETERMINED_LIST)
    html = paper_html(paper.kind, paper.context)
    assert "等4个单位为区级政务公开示范点" in html
    assert "窗口单位" not in html
    assert "为乌海市" not in html


def test_paper_of_the_city_s_sites_calls_them_windows():
    filing = making.reviewed_list_of_a_unit()
    decide(filing)
    paper = Document.objects.get(kind=DocumentKind.DETERMINED_LIST)
    assert paper.title == "乌海市政务公开领导小组关于确定市级政务公开示范点名单的通知"
    assert "为市级政务公开示范点" in paper_html(paper.kind, paper.context)


def test_batch_that_determines_nothing_issues_no_paper():
    filing, _by = making.reviewed_list()
    made = decide(filing, exceptions=rows(filing))
    assert made.lines.filter(is_determined=False).count() == 4
    assert not Document.objects.filter(kind=DocumentKind.DETERMINED_LIST).exists()
    assert not Determination.objects.published().exists()


# -- what lies before the leading group ------------------------------------------------


def test_reviewed_lists_hold_each_site_with_the_opinion_on_the_version_filed_last():
    filing, by = making.reviewed_list()
    decide(filing, exceptions=rows(filing))
    making.file(filing, by)
    office, (first, *others) = factories.user(Role.OFFICE), rows(filing)
    opinions = {first.pk: NO, **{site.pk: YES for site in others}}
    services.review(filing=filing, opinion="示例", opinions=opinions, by=office)
    (one,) = reviewed_lists(factories.programme(), reader=leader())
    assert (one.filing, one.version.number, one.is_barred) == (filing, 2, False)
    assert [(c.site, c.opinion.is_supported, c.opinion.by) for c in one.candidates] == [
        (first, False, office),
        *((site, True, office) for site in others),
    ]
    (own,) = reviewed_lists(factories.programme(), reader=office)
    assert own.is_barred


@pytest.mark.parametrize("role", Role)
def test_opinions_are_the_city_s_except_on_sites_one_stood_aside_from(role):
    filing, by = making.reviewed_list()
    first, *others = rows(filing)
    reader = by if role == Role.DISTRICT else factories.user(role, organisation=first.organisation)
    reads = role in (Role.OFFICE, Role.LEADING_GROUP)
    assert {one.site for one in Opinion.objects.visible_to(reader)} == ({first, *others} if reads else set())
    Recusal.objects.create(
        user=reader, site=first, reason="示例", declared_on="2008-01-10", declared_by=reader
    )
    assert {one.site for one in Opinion.objects.visible_to(reader)} == (set(others) if reads else set())


# -- reviewed for secrets ------------------------------------------------------------------------


def test_the_preliminary_review_asks_for_the_secrecy_review_and_without_it_nothing_is_determined(on):
    on("2008-01-20")
    filing, _clerk = making.filed_list()
    office = factories.user(Role.OFFICE)
    services.review(filing=filing, opinion="示例", by=office)
    review = SecrecyReview.objects.get()
    assert (review.asked_by, review.subjects.count()) == (office, filing.sites.count())
    answers = {site.pk: services.Answer(yes=True) for site in filing.sites.undetermined()}
    decisions = {newest(filing): answers}
    verb = functools.partial(
        services.determine_batch,
        programme=filing.programme,
        decisions=decisions,
        resolution=resolved("determination"),
    )
    with pytest.raises(NotReviewed):
        verb(by=leader())
    with pytest.raises(OwnReview):
        reviewing.given(review, by=office)
    own = leader()
    reviewing.given(review, by=own)
    with pytest.raises(OwnReview):
        verb(by=own)
    assert not Site.objects.listed().exists()
    verb(by=leader())
    assert Site.objects.listed().count() == len(answers)


def test_site_that_must_not_go_out_is_set_aside_and_the_others_go_on(on):
    on("2008-01-20")
    filing, _clerk = making.filed_list()
    services.review(filing=filing, opinion="示例", by=factories.user(Role.OFFICE))
    reviewing.given(SecrecyReview.objects.get(), SecrecyState.REFUSED)
    kept, *others = filing.sites.undetermined()
    reviewing.cleared("site", *others)
    yes, no = services.Answer(yes=True), services.Answer(yes=False, text="示例：不宜公开")
    answers = {site.pk: yes for site in (kept, *others)}
    with pytest.raises(NotReviewed):
        services.determine_batch(
            programme=filing.programme,
            decisions={newest(filing): answers},
            resolution=resolved("determination"),
            by=leader(),
        )
    services.determine_batch(
        programme=filing.programme,
        decisions={newest(filing): answers | {kept.pk: no}},
        resolution=resolved("determination"),
        by=leader(),
    )
    assert set(Site.objects.listed()) == set(others)


def test_row_that_changed_after_its_secrecy_review_needs_a_new_one(on):
    on("2008-01-20")
    filing, _clerk = making.reviewed_list()
    site = filing.sites.undetermined()[0]
    Site.objects.filter(pk=site.pk).update(window_name="改过的窗口")
    answers = {row.pk: services.Answer(yes=True) for row in filing.sites.undetermined()}
    with pytest.raises(NotReviewed, match="改过的窗口"):
        services.determine_batch(
            programme=filing.programme,
            decisions={newest(filing): answers},
            resolution=resolved("determination"),
            by=leader(),
        )
    assert not Site.objects.listed().exists()
