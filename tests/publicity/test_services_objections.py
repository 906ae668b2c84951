"""异议: taken in while the notice runs, kept secret, answered in writing."""

import pytest
from auditlog.models import LogEntry
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Notification
from accounts.services import leaving
from accounts.signals import open_work_of
from assessments.models import Finding
from assessments.services import recusals, ties
from desk.todo import todos
from publicity.enums import LetterKind, ObjectionState
from publicity.models import LoggedLetter, Naming, Notice, Objection
from publicity.services import attachments, handling, letters, naming, notices, objections
from sites.calendar import today
from sites.enums import Level, Stage
from sites.models import Phase, Programme, Site
from sites.workflow import InvalidTransition
from standards.models import Rulebook
from tests import factories
from tests.agreeing import resolved
from tests.at_once import at_once, kinds, on_both
from tests.files import pdf
from tests.publicity import scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def notice(on):
    on("2008-05-05")
    return scene.publish(*scene.accepted(2))


@pytest.fixture
def taken_up(notice, office):
    return scene.take_up(scene.object_to(notice), office)


def test_who_wrote_and_what_is_unreadable_in_the_database(notice):
    letter = scene.object_to(notice)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT objector_name, objector_phone, text FROM publicity_objection WHERE id = %s", [letter.pk]
        )
        stored = cursor.fetchone()
    for raw, plain in zip(stored, (scene.NAME, scene.PHONE, scene.LETTER), strict=True):
        assert raw
        assert plain not in raw
    letter.refresh_from_db()
    assert (letter.objector_name, letter.objector_phone, letter.text) == (
        scene.NAME,
        scene.PHONE,
        scene.LETTER,
    )


def test_who_wrote_never_comes_into_the_trail(notice):
    scene.object_to(notice)
    trail = "".join(f"{entry.changes}{entry.object_repr}" for entry in LogEntry.objects.all())
    for secret in (scene.NAME, scene.PHONE, scene.LETTER):
        assert secret not in trail


def test_receiving_tells_the_office_and_nobody_else(notice, office):
    site = notice.entries.first().site
    liaison = factories.liaison_of(site)
    scene.object_to(notice, site)
    assert Notification.objects.filter(user=office, about__site=site.window_name).count() == 1
    assert not Notification.objects.filter(user=liaison).exists()


def test_receiving_after_the_last_day_is_refused(notice, on):
    on("2008-05-13")
    with pytest.raises(InvalidTransition):
        scene.object_to(notice)
    assert not Objection.objects.exists()


def test_receiving_against_a_site_taken_off_is_refused(notice, taken_up, office):
    scene.conclude(taken_up, "upheld")
    with pytest.raises(ValidationError):
        scene.object_to(notice, taken_up.site)


@pytest.mark.parametrize("result", ["upheld", "partly"])
def test_upheld_takes_its_site_off_and_the_others_go_on(notice, taken_up, office, result):
    scene.conclude(taken_up, result)
    off, other = notice.entries.order_by("pk")
    assert off.removed_on is not None
    assert off.site.stage == Stage.RECTIFYING
    finding = off.site.assessments.get().findings.get()
    assert finding.opinion == "须整改"
    assert "示例答复" not in finding.reason + off.site.history.last().note
    assert other.removed_on is None
    assert other.site.stage == Stage.ON_NOTICE


def test_not_upheld_leaves_the_site_on_the_notice(notice, taken_up, office):
    scene.conclude(taken_up, "not_upheld")
    entry = notice.entries.get(site=taken_up.site)
    assert (entry.removed_on, entry.site.stage) == (None, Stage.ON_NOTICE)


CONCLUSION = {"result": ObjectionState.UPHELD, "reply": "示例答复", "opinion": "须整改"}


@pytest.mark.parametrize(
    ("field", "value"), [("reply", " "), ("opinion", ""), ("result", ObjectionState.ACCEPTED)]
)
def test_concluding_needs_reply_and_result(taken_up, field, value):
    scene.look_into(taken_up)
    with pytest.raises(ValidationError) as refused:
        handling.conclude(objection=taken_up, by=factories.user(Role.OFFICE), **{**CONCLUSION, field: value})
    assert list(refused.value.error_dict) == [field]
    assert Objection.objects.get().state == ObjectionState.LOOKED_INTO


def test_findings_need_words(taken_up):
    with pytest.raises(ValidationError) as refused:
        handling.report(objection=taken_up, findings=" ", by=taken_up.investigator)
    assert list(refused.value.error_dict) == ["findings"]
    assert Objection.objects.get().state == ObjectionState.ACCEPTED


def test_declining_needs_a_reason(notice, office):
    with pytest.raises(ValidationError) as refused:
        handling.decline(objection=scene.object_to(notice), reply=" ", by=office)
    assert list(refused.value.error_dict) == ["reply"]
    assert Objection.objects.get().state == ObjectionState.RECEIVED


def test_concluding_what_was_not_taken_up_is_refused(notice, office):
    letter = scene.object_to(notice)
    with pytest.raises(InvalidTransition):
        handling.conclude(objection=letter, by=office, **CONCLUSION)
    letter.site.refresh_from_db()
    assert letter.site.stage == Stage.ON_NOTICE


def test_handling_twice_at_once_lets_one_win(notice, office):
    letter = scene.object_to(notice)
    same = Objection.objects.get(pk=letter.pk)
    scene.decline(letter, "示例")
    with pytest.raises(InvalidTransition):
        scene.take_up(same, office)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.OFFICE])
def test_handling_is_the_offices_alone(notice, role):
    with pytest.raises(PermissionDenied):
        scene.take_up(scene.object_to(notice), factories.user(role))


def test_handling_by_somebody_of_the_unit_concerned_is_refused(notice):
    letter = scene.object_to(notice)
    with pytest.raises(PermissionDenied):
        scene.take_up(letter, factories.user(Role.OFFICE, letter.site.organisation))


def test_handling_by_somebody_who_stood_aside_from_the_site_is_refused(notice, office):
    letter = scene.object_to(notice)
    recusals.recuse(user=office, site=letter.site, reason="示例")
    with pytest.raises(PermissionDenied):
        scene.take_up(letter, office)


@pytest.mark.parametrize(
    ("received", "due"),
    # The rulebook's fifteen working days; 4 May 2008 and 10 October 2026 are worked, 9 June 2008 is not.
    [("2008-04-28", "2008-05-20"), ("2008-05-26", "2008-06-17"), ("2026-09-28", "2026-10-23")],
)
def test_reply_is_due_by_working_days_from_receipt(on, received, due):
    on(received)
    Phase.objects.filter(ordinal=4).update(starts_on="2008-04-01", ends_on="2030-12-31")
    letter = scene.object_to(scene.publish())
    assert letter.due_on.isoformat() == due
    assert "15" in letter.counted


def test_reply_is_due_by_the_programmes_own_rulebook(on):
    on("2008-05-05")
    notice = scene.publish()
    rulebook = Rulebook.objects.get()
    rulebook.pk, rulebook.version, rulebook.state = None, 2, "draft"
    rulebook.objection_reply_days, rulebook.objection_kept_days = 3, 30
    rulebook.save()
    Programme.objects.update(rulebook=rulebook)
    letter = scene.object_to(Notice.objects.get(pk=notice.pk))
    assert letter.due_on.isoformat() == "2008-05-08"
    scene.conclude(letter, "not_upheld")
    assert letter.erase_on.isoformat() == "2008-06-04"


def test_answered_objection_says_until_when_the_data_is_kept(notice, office):
    letter = scene.object_to(notice)
    assert letter.erase_on is None
    scene.decline(letter, "示例理由")
    assert (letter.erase_on - letter.replied_on).days == 730


def test_taking_up_names_who_looks_into_it_and_tells_them(notice, office):
    letter, inspector = scene.object_to(notice), factories.user(Role.INSPECTOR)
    handling.accept(objection=letter, investigator=inspector, by=office)
    assert (letter.investigator, str(letter.taken_up_on)) == (inspector, "2008-05-05")
    told = Notification.objects.get(user=inspector)
    assert letter.site.window_name in str(told)
    assert scene.NAME not in str(told)


def of_the_unit(site):
    return factories.user(Role.INSPECTOR, site.organisation)


def tied(site):
    user = factories.user(Role.INSPECTOR)
    ties.declare(user=user, organisation=site.organisation, reason="示例亲属", by=user)
    return user


def aside(site):
    user = factories.user(Role.OFFICE)
    recusals.recuse(user=user, site=site, reason="示例")
    return user


def switched_off(site):
    user = factories.user(Role.INSPECTOR)
    user.is_active = False
    user.save()
    return user


@pytest.mark.parametrize(
    "who",
    [
        of_the_unit,
        tied,
        aside,
        switched_off,
        *(
            lambda site, role=role: factories.user(role)
            for role in Role
            if role not in (Role.OFFICE, Role.INSPECTOR)
        ),
    ],
)
def test_nobody_else_than_office_and_inspectors_looks_into_it(notice, office, who):
    letter = scene.object_to(notice)
    with pytest.raises(ValidationError) as refused:
        handling.accept(objection=letter, investigator=who(letter.site), by=office)
    assert list(refused.value.error_dict) == ["investigator"]
    letter.refresh_from_db()
    assert letter.state == ObjectionState.RECEIVED


def test_upheld_after_the_notice_has_ended_takes_its_site_off_all_the_same(notice, taken_up, office, on):
    on("2008-05-13")
    notices.close_ended(today())
    scene.conclude(taken_up, "partly")
    entry = notice.entries.get(site=taken_up.site)
    assert (entry.removed_on, entry.removal_reason) == (today(), "异议部分成立")


PROOF = pdf(b"proof")


def upload(name="现场.pdf", content=PROOF):
    return SimpleUploadedFile(name, content)


def receive(notice, *files):
    return objections.receive(
        notice=notice,
        site=notice.entries.first().site,
        name=scene.NAME,
        phone=scene.PHONE,
        text=scene.LETTER,
        files=files,
    )


def test_files_are_kept_and_a_refused_one_is_named_without_holding_up_the_others(notice):
    received = receive(notice, upload(), upload("程序.exe", b"MZ program"), upload("空.pdf", b""))
    assert [file.name for file in received.objection.files.all()] == ["现场.pdf"]
    assert [line.partition("：")[0].partition(":")[0] for line in received.refused] == ["程序.exe", "空.pdf"]
    with received.objection.files.get().file.open("rb") as kept:
        assert kept.read() == pdf(b"proof")


def test_files_beyond_five_are_named_and_not_kept(notice):
    many = [upload(f"{n}.pdf", pdf(b"%d" % n)) for n in range(7)]
    received = receive(notice, *many)
    assert received.objection.files.count() == attachments.MOST_FILES
    assert [line[:5] for line in received.refused] == ["5.pdf", "6.pdf"]


def test_files_may_follow_while_it_is_open_five_in_all_and_each_once(notice, office):
    letter = receive(notice, upload()).objection
    same_and_new = [upload("又一次.pdf"), *(upload(f"{n}.pdf", pdf(b"%d" % n)) for n in range(4))]
    assert objections.attach(objection=letter, files=same_and_new) == []
    assert letter.files.count() == 5
    assert len(objections.attach(objection=letter, files=[upload("六.pdf", pdf(b"six"))])) == 1
    scene.decline(letter, "示例")
    with pytest.raises(InvalidTransition):
        objections.attach(objection=letter, files=[upload("七.pdf", pdf(b"seven"))])


def test_what_a_file_is_called_never_comes_into_the_trail(notice):
    receive(notice, upload("王某某的举报.pdf"))
    told = "".join(f"{entry.changes}{entry.object_repr}" for entry in LogEntry.objects.all())
    assert "王某某" not in told


def readers_of_the_unit_and_its_district(site):
    unit, district = site.organisation, site.filing.organisation
    return {
        "liaison": factories.user(Role.LIAISON, unit),
        "inspector": factories.user(Role.INSPECTOR, unit),
        "office": factories.user(Role.OFFICE, unit),
        "district": factories.user(Role.DISTRICT, factories.district_office(district)),
    }


@pytest.mark.parametrize("who", ["liaison", "inspector", "office", "district"])
def test_unit_complained_of_and_its_district_see_no_letter_at_any_door(on, client, who):
    """Page, file, list, count, to-do, notification, papers and trail; whoever of the unit it is."""
    on("2008-05-05")
    site = factories.site(Stage.ACCEPTED, level=Level.DISTRICT)
    notice = scene.publish(site)
    letter = objections.receive(
        notice=notice,
        site=site,
        name=scene.NAME,
        phone=scene.PHONE,
        text=scene.LETTER,
        files=[upload("凭据.pdf")],
    ).objection
    letters.log_letter(
        notice=notice,
        site=site,
        kind=LetterKind.ANONYMOUS,
        received_on=today(),
        text="示例匿名信",
        dealt_with="示例处理情况",
        by=factories.user(Role.OFFICE),
    )
    logged = LoggedLetter.objects.get()
    reader = readers_of_the_unit_and_its_district(site)[who]
    assert not Objection.objects.visible_to(reader).exists()
    assert not Objection.objects.known_to(reader).exists()
    assert not LoggedLetter.objects.visible_to(reader).exists()
    client.force_login(reader)
    for address in (
        letter.get_absolute_url(),
        reverse("publicity_desk:objection_file", args=[letter.files.get().pk]),
        logged.get_absolute_url(),
    ):
        assert client.get(address).status_code == 404
    secrets = (
        scene.NAME,
        scene.PHONE,
        scene.LETTER,
        letter.receipt_code,
        "凭据.pdf",
        "示例匿名信",
        "示例处理情况",
    )
    hints = (f"/objections/{letter.pk}/", "处理异议")
    for address in (
        "/desk/",
        "/desk/objections/",
        "/desk/objections/letters/",
        "/desk/notices/",
        f"/desk/notices/{notice.pk}/",
        f"/desk/sites/{site.pk}/",
        "/desk/sites/?format=csv",
        "/desk/documents/",
        "/desk/trail/",
        f"/sites/{site.pk}/",
        notice.get_absolute_url(),
    ):
        answer = client.get(address, follow=True)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        for word in (*secrets, *hints):
            assert word not in content.decode(errors="replace"), (address, word)


def test_office_person_tied_to_the_unit_is_told_nothing_and_sees_no_letter(on, client, office):
    """The tie is older than the site, so that nobody stood aside from it; ended, it keeps nothing back."""
    on("2008-05-05")
    unit, reader = factories.unit(), factories.user(Role.OFFICE)
    tie = ties.declare(user=reader, organisation=unit, reason="示例亲属", by=reader)
    site = factories.site(Stage.ACCEPTED, organisation=unit)
    Notification.objects.all().delete()
    letter = receive(scene.publish(site), upload()).objection
    told = {each.user for each in Notification.objects.filter(about__site=site.window_name)}
    assert office in told
    assert reader not in told
    client.force_login(reader)
    page, file = (
        letter.get_absolute_url(),
        reverse("publicity_desk:objection_file", args=[letter.files.get().pk]),
    )
    assert [client.get(address).status_code for address in (page, file)] == [404, 404]
    assert not Objection.objects.known_to(reader).exists()
    assert list(client.get("/desk/objections/").context["object_list"]) == []
    ties.end(tie=tie, reason="示例", by=office)
    assert client.get(page).status_code == 200


def test_to_do_shows_the_open_letter_with_its_clock_even_after_the_notice_was_withdrawn(notice, office):
    letter = scene.object_to(notice)
    due = {todo.url: todo.due for todo in todos(office)}
    assert due[letter.get_absolute_url()] == letter.due_on
    notices.withdraw(notice=notice, reason="示例理由", by=office)
    assert letter.get_absolute_url() in {todo.url for todo in todos(office)}


def test_naming_waits_for_a_letter_that_is_looked_into(notice, taken_up, on):
    on("2008-05-13")
    with pytest.raises(ValidationError):
        naming.name_sites(
            notice=notice,
            sites=[taken_up.site],
            resolution=resolved("naming"),
            by=factories.user(Role.LEADING_GROUP),
        )
    assert not Naming.objects.exists()


@on_both
@pytest.mark.django_db(transaction=True)
def test_objecting_on_the_last_day_while_the_notice_is_extended_loses_nothing(database, on):
    on("2008-05-05")
    made = scene.publish()
    on("2008-05-12")
    by = factories.user(Role.OFFICE)
    outcomes = at_once(
        lambda: notices.extend(notice=made, counted_from=made.ends_on, length=2, reason="示例", by=by),
        lambda: scene.object_to(made),
    )
    assert kinds(outcomes) == ["done", "done"]
    assert Objection.objects.count() == 1


def test_answering_waits_when_whoever_looked_into_it_stood_aside(taken_up, office):
    scene.draft(taken_up, "upheld")
    recusals.recuse(user=taken_up.investigator, site=taken_up.site, reason="示例")
    with pytest.raises(InvalidTransition):
        scene.approve(taken_up)
    handling.send_back(objection=taken_up, reason="示例", by=factories.user(Role.LEADING_GROUP))
    with pytest.raises(InvalidTransition):
        scene.draft(taken_up, "upheld")
    other = factories.user(Role.INSPECTOR)
    handling.reassign(objection=taken_up, investigator=other, by=office)
    scene.conclude(taken_up, "upheld")
    assert (taken_up.investigator, taken_up.state) == (other, ObjectionState.UPHELD)


def test_whoever_stood_aside_before_writing_the_findings_reads_and_writes_none(taken_up):
    investigator = taken_up.investigator
    recusals.recuse(user=investigator, site=taken_up.site, reason="示例")
    assert not Objection.objects.visible_to(investigator).exists()
    with pytest.raises(PermissionDenied):
        handling.report(objection=taken_up, findings="示例", by=investigator)


def test_reassigning_is_bound_by_the_same_rules_and_to_what_is_looked_into(notice, taken_up, office):
    with pytest.raises(ValidationError):
        handling.reassign(objection=taken_up, investigator=tied(taken_up.site), by=office)
    with pytest.raises(PermissionDenied):
        handling.reassign(
            objection=taken_up,
            investigator=factories.user(Role.INSPECTOR),
            by=factories.user(Role.LEADING_GROUP),
        )
    with pytest.raises(InvalidTransition):
        handling.reassign(
            objection=scene.object_to(notice), investigator=factories.user(Role.INSPECTOR), by=office
        )


def test_who_leaves_hands_over_what_they_look_into(taken_up):
    leaver, successor = taken_up.investigator, factories.user(Role.INSPECTOR)
    chief = factories.user(Role.OFFICE)
    assert [work.url for work in open_work_of(leaver)] == [taken_up.get_absolute_url()]
    barred = tied(taken_up.site)
    with pytest.raises(ValidationError) as refused:
        leaving.switch_off(person=leaver, successor=barred, reason="示例调离", by=chief)
    assert list(refused.value.error_dict) == ["successor"]
    leaving.switch_off(person=leaver, successor=successor, reason="示例调离", by=chief)
    taken_up.refresh_from_db()
    assert taken_up.investigator == successor
    assert not open_work_of(leaver)


@pytest.mark.parametrize("stage", [Stage.RECTIFYING, Stage.RECTIFIED, Stage.NOT_ACCEPTED])
def test_upheld_binds_wherever_the_site_stands_meanwhile(notice, office, stage):
    """Of two letters the first sends the site back; the second is not forgotten for that."""
    first, second = (scene.take_up(scene.object_to(notice), office) for _letter in range(2))
    scene.conclude(first, "upheld")
    Site.objects.filter(pk=first.site_id).update(stage=stage)
    second.refresh_from_db()
    scene.conclude(second, "upheld")
    second.site.refresh_from_db()
    assert second.site.stage == (Stage.NOT_ACCEPTED if stage == Stage.NOT_ACCEPTED else Stage.RECTIFYING)
    assert Finding.objects.filter(assessment__site=second.site).unsettled().count() == 2
