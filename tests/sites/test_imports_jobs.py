"""The life of a register's import: safe against twice, two at once, a dead worker, an absent broker."""

import datetime

import pytest
from auditlog.models import LogEntry
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.utils import timezone

from accounts.enums import Role
from accounts.models import Organisation
from core.acting import Refusal
from core.jobs import Claim, resend
from core.tasks import resend_lost_jobs
from sites import tasks
from sites.enums import JobState, Outcome, Register
from sites.models import ImportJob, ImportLine
from sites.registers.organisations import Organisations
from sites.services import imports
from tables.writing import csv
from tests import factories
from tests.at_once import at_once, kinds
from tests.e2e.backstage import point_at
from tests.planner import rows_known
from tests.sites.registers import ORGANISATION, exported, lines, organisations, previewed, start, taken

pytestmark = pytest.mark.django_db

ORGANISATIONS = Register.ORGANISATIONS


@pytest.fixture
def small_chunks(monkeypatch):
    monkeypatch.setattr(imports, "CHUNK", 3)


class PowerCut(BaseException):
    """What a killed worker leaves: nothing after this line is run."""


def cut_after(monkeypatch, chunks: int):
    """The worker dies in the middle of the chunk after so many."""
    renewed = []
    renew = Claim.renew

    def dying(claim, **progress):
        renew(claim, **progress)
        renewed.append(progress)
        if len(renewed) > chunks:
            raise PowerCut

    monkeypatch.setattr(Claim, "renew", dying)
    return lambda: monkeypatch.setattr(Claim, "renew", renew)


def forget(job):
    """As if the worker had taken the job up long ago."""
    ImportJob.objects.filter(pk=job.pk).update(claimed_at=timezone.now() - datetime.timedelta(days=1))


def made():
    return Organisation.objects.filter(code__startswith="R-").count()


# -- the straight road ------------------------------------------------------------


def test_job_is_read_previewed_and_taken():
    job = start(ORGANISATIONS, organisations(7))
    assert (job.state, made()) == (JobState.READING, 0)
    imports.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.done, job.total, made()) == (JobState.PREVIEWED, 7, 7, 0)
    assert job.counts == {"new": 7, "changed": 0, "unchanged": 0, "wrong": 0}
    imports.confirm_import(job=job, by=job.by)
    imports.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.done, made()) == (JobState.DONE, 7, 7)
    assert job.finished_at is not None


def test_register_that_was_taken_is_counted_for_the_planner():
    """Without that every page that reads many sites is slow until the night."""
    taken(ORGANISATIONS, organisations(20))
    assert rows_known(Organisation) == Organisation.objects.count() > 20


def test_states_of_the_job_are_in_the_trail():
    job = taken(ORGANISATIONS, organisations(1))
    states = [entry.changes["state"][1] for entry in LogEntry.objects.get_for_object(job).order_by("pk")]
    assert states == ["reading", "previewed", "taking", "done"]


def test_right_rows_are_taken_and_wrong_ones_left():
    rows = organisations(4)
    rows[1]["kind"] = "公司"
    job = taken(ORGANISATIONS, rows)
    assert job.counts == {"new": 3, "changed": 0, "unchanged": 0, "wrong": 1}
    assert not Organisation.objects.filter(code="R-1").exists()
    wrong = job.lines.get(outcome=Outcome.WRONG)
    assert (wrong.number, wrong.complaints[0]["letter"]) == (3, "D")


def test_csv_in_gbk_is_read():
    # GBK has no Mongolian letters: such a name is given in a workbook, or in UTF-8.
    rows = [[text for name, text in ORGANISATION.items() if name != "mongolian_name"]]
    heads = ["代码", "名称", "简称", "单位类型", "所属区", "其他名称", "存续"]
    content = csv(heads, rows).decode("utf-8-sig").encode("gbk")
    job = imports.start_import(
        register=ORGANISATIONS, upload=ContentFile(content, "示例.csv"), by=factories.user(Role.OFFICE)
    )
    imports.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.counts["new"]) == (JobState.PREVIEWED, 1)


@pytest.mark.parametrize(
    ("content", "name", "word"),
    [
        (b"PK\x03\x04 no workbook", "示例.xlsx", "损坏"),
        (csv(["甲", "乙"], [["1", "2"]]), "示例.csv", "代码"),
    ],
)
def test_file_that_cannot_be_read_stops_the_job_with_the_reason(content, name, word):
    job = imports.start_import(
        register=ORGANISATIONS, upload=ContentFile(content, name), by=factories.user(Role.OFFICE)
    )
    imports.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.lines.count()) == (JobState.FAILED, 0)
    assert word in job.error


def test_too_many_rows_stop_the_job(monkeypatch):
    monkeypatch.setattr(imports, "MAX_REGISTER_ROWS", 5)
    job = previewed(ORGANISATIONS, organisations(6))
    assert job.state == JobState.FAILED
    assert "5" in job.error


def test_only_the_office_loads_registers():
    for role in (Role.LEADING_GROUP, Role.DISTRICT, Role.LIAISON, Role.AUDITOR):
        with pytest.raises(PermissionDenied):
            start(ORGANISATIONS, organisations(1), by=factories.user(role))


def test_who_uploaded_confirms_for_the_trail_names_them():
    job = previewed(ORGANISATIONS, organisations(1))
    with pytest.raises(PermissionDenied):
        imports.confirm_import(job=job, by=factories.user(Role.OFFICE))
    imports.discard_import(job=job, by=factories.user(Role.OFFICE))
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED


# -- twice, too late, meanwhile -------------------------------------------------------


def test_run_twice_does_no_harm():
    job = previewed(ORGANISATIONS, organisations(3))
    imports.run(job.pk)
    assert job.lines.count() == 3
    imports.confirm_import(job=job, by=job.by)
    for _ in range(2):
        tasks.run_import(job.pk)
    assert made() == 3


def test_confirm_twice_is_refused():
    job = previewed(ORGANISATIONS, organisations(1))
    imports.confirm_import(job=job, by=job.by)
    with pytest.raises(Refusal):
        imports.confirm_import(job=job, by=job.by)


@pytest.mark.parametrize("state", [JobState.TAKING, JobState.DONE, JobState.FAILED, JobState.CANCELLED])
def test_discard_of_what_is_not_waiting_is_refused(state):
    job = previewed(ORGANISATIONS, organisations(1))
    ImportJob.objects.update(state=state)
    with pytest.raises(Refusal):
        imports.discard_import(job=job, by=job.by)


def test_job_discarded_before_the_worker_came_is_not_read():
    job = start(ORGANISATIONS, organisations(1))
    imports.discard_import(job=job, by=job.by)
    imports.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.lines.count()) == (JobState.CANCELLED, 0)


def test_job_discarded_as_the_worker_takes_it_up_stays_discarded():
    job, taken_up = start(ORGANISATIONS, organisations(1)), []

    def discarding(execute, sql, params, many, context):
        answer = execute(sql, params, many, context)
        if "attempts" in sql and sql.startswith("UPDATE") and not taken_up:
            taken_up.append(sql)
            imports.discard_import(job=job, by=job.by)
        return answer

    with connection.execute_wrapper(discarding):
        imports.run(job.pk)
    assert taken_up
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.CANCELLED, 1)


def test_job_discarded_while_it_is_read_stays_discarded(monkeypatch, small_chunks):
    job = start(ORGANISATIONS, organisations(9))
    judge = Organisations.judge

    def discarding(registrar, line, letters):
        if line.number == 6:
            imports.discard_import(job=job, by=job.by)
        return judge(registrar, line, letters)

    monkeypatch.setattr(Organisations, "judge", discarding)
    imports.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.lines.count()) == (JobState.CANCELLED, 3)


def test_rows_are_judged_again_when_they_are_taken():
    taken(ORGANISATIONS, organisations(3))
    rows = organisations(4)
    for row in rows:
        row["short_name"] += "改"
    job = previewed(ORGANISATIONS, rows)
    assert lines(job) == [(2, "changed"), (3, "changed"), (4, "changed"), (5, "new")]
    # Meanwhile: one became what the row says, one something else, one cannot be so called any more.
    Organisation.objects.filter(code="R-0").update(short_name="示例0改")
    Organisation.objects.filter(code="R-1").update(short_name="另改")
    Organisation.objects.create(
        code="X", name="示例2改", short_name="示例", kind="department", district=factories.district()
    )
    Organisation.objects.create(code="R-3", name="示例他人录入", short_name="示例他", kind="department")
    imports.confirm_import(job=job, by=job.by)
    imports.run(job.pk)
    job.refresh_from_db()
    assert lines(job) == [(2, "unchanged"), (3, "wrong"), (4, "wrong"), (5, "wrong")]
    assert job.counts == {"new": 0, "changed": 0, "unchanged": 1, "wrong": 3}
    assert Organisation.objects.get(code="R-1").short_name == "另改"
    # What stood there at the preview, what stands there now, and what the row says.
    (change,) = job.lines.get(number=3).changes
    assert (change["previewed"], change["before"], change["after"]) == ("示例1", "另改", "示例1改")


def test_two_uploads_of_the_same_register_take_it_once():
    first, second = (previewed(ORGANISATIONS, organisations(5)) for _ in range(2))
    for job in (first, second):
        imports.confirm_import(job=job, by=job.by)
        imports.run(job.pk)
        job.refresh_from_db()
    assert made() == 5
    assert (first.counts["new"], second.counts["unchanged"]) == (5, 5)


def test_one_row_that_the_database_refuses_does_not_lose_the_others(monkeypatch):
    job = previewed(ORGANISATIONS, organisations(5))
    imports.confirm_import(job=job, by=job.by)
    check = imports._take_chunk

    def somebody_is_quicker(registrar, rows):
        Organisation.objects.create(code="R-2", name="示例他人", short_name="他人", kind="other")
        check(registrar, rows)

    monkeypatch.setattr(imports, "_take_chunk", somebody_is_quicker)
    imports.run(job.pk)
    job.refresh_from_db()
    assert job.counts == {"new": 4, "changed": 0, "unchanged": 0, "wrong": 1}
    assert Organisation.objects.get(code="R-2").name == "示例他人"
    assert LogEntry.objects.filter(object_repr__startswith="示例第").count() == 4


# -- a worker that dies -----------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("chunks", [0, 1, 2])
def test_worker_killed_while_reading_is_made_good(monkeypatch, small_chunks, queue, chunks):
    job = start(ORGANISATIONS, organisations(8))
    mend = cut_after(monkeypatch, chunks)
    with pytest.raises(PowerCut):
        imports.run(job.pk)
    mend()
    imports.run(job.pk)  # the dead worker still holds it
    job.refresh_from_db()
    assert (job.state, job.lines.count()) == (JobState.READING, 3 * max(chunks - 1, 0))
    forget(job)
    imports.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.lines.count(), job.done) == (JobState.PREVIEWED, 8, 8)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("chunks", [0, 1, 2])
def test_worker_killed_while_taking_loses_and_doubles_nothing(monkeypatch, small_chunks, queue, chunks):
    job = previewed(ORGANISATIONS, organisations(8))
    imports.confirm_import(job=job, by=job.by)
    mend = cut_after(monkeypatch, chunks)
    with pytest.raises(PowerCut):
        imports.run(job.pk)
    mend()
    assert made() == 3 * chunks
    forget(job)
    assert resend(ImportJob) == 0  # it was sent a moment ago
    ImportJob.objects.update(sent_at=timezone.now() - datetime.timedelta(days=1))
    assert resend(ImportJob) == 1
    imports.run(job.pk)
    job.refresh_from_db()
    assert (job.state, made()) == (JobState.DONE, 8)
    assert job.counts == {"new": 8, "changed": 0, "unchanged": 0, "wrong": 0}
    assert LogEntry.objects.filter(object_repr__startswith="示例第").count() == 8


@pytest.mark.django_db(transaction=True)
def test_job_that_kills_its_worker_each_time_is_given_up(monkeypatch, small_chunks, queue):
    job = previewed(ORGANISATIONS, organisations(8))
    imports.confirm_import(job=job, by=job.by)
    for _attempt in range(ImportJob.life.max_attempts):
        mend = cut_after(monkeypatch, 0)
        with pytest.raises(PowerCut):
            imports.run(job.pk)
        mend()
        forget(job)
    imports.run(job.pk)
    job.refresh_from_db()
    assert (job.state, made()) == (JobState.FAILED, 0)
    assert str(ImportJob.life.max_attempts) in job.error
    assert resend(ImportJob) == 0


@pytest.mark.django_db(transaction=True)
def test_slow_worker_that_was_taken_for_dead_writes_nothing_more(monkeypatch, small_chunks, queue):
    job = previewed(ORGANISATIONS, organisations(8))
    imports.confirm_import(job=job, by=job.by)
    renew = Claim.renew

    def another_worker():
        forget(job)
        imports.run(job.pk)

    def overtaken(claim, **progress):
        monkeypatch.setattr(Claim, "renew", renew)
        renew(claim, **progress)
        transaction.on_commit(another_worker)

    monkeypatch.setattr(Claim, "renew", overtaken)
    imports.run(job.pk)
    job.refresh_from_db()
    assert (job.state, made(), job.counts["new"]) == (JobState.DONE, 8, 8)


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_take_a_job_once(small_chunks, queue):
    job = previewed(ORGANISATIONS, organisations(8))
    imports.confirm_import(job=job, by=job.by)
    outcomes = at_once(lambda: imports.run(job.pk), lambda: imports.run(job.pk))
    assert kinds(outcomes) == ["done", "done"]
    assert made() == 8
    assert LogEntry.objects.filter(object_repr__startswith="示例第").count() == 8


@pytest.mark.django_db(transaction=True)
def test_confirm_pressed_by_two_at_once_is_taken_once(queue):
    job = previewed(ORGANISATIONS, organisations(2))
    outcomes = at_once(*[lambda: imports.confirm_import(job=job, by=job.by)] * 2)
    assert kinds(outcomes) == ["Refusal", "done"]


# -- the queue ------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_upload_without_a_broker_waits_and_is_sent_later(settings):
    point_at("redis+socket:///nowhere.sock")
    job = start(ORGANISATIONS, organisations(1))
    job.refresh_from_db()
    assert job.sent_at is None
    assert resend(ImportJob) == 0
    point_at("memory://")
    resend_lost_jobs()
    job.refresh_from_db()
    assert job.sent_at is not None
    point_at(settings.CELERY_BROKER_URL)


def test_nothing_is_sent_again_that_is_worked_on_or_done(queue):
    working, previewed_job = (
        start(ORGANISATIONS, organisations(1)),
        previewed(ORGANISATIONS, organisations(1)),
    )
    ImportJob.objects.filter(pk=working.pk).update(claimed_at=timezone.now())
    assert previewed_job.state == JobState.PREVIEWED
    assert resend(ImportJob) == 0


def test_unexpected_error_belongs_on_the_row(monkeypatch):
    job = start(ORGANISATIONS, organisations(1))

    def stumbles(*_args, **_kwargs):
        raise RuntimeError("示例")

    monkeypatch.setattr("tables.reading.read", stumbles)
    imports.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.FAILED, "RuntimeError: 示例")


def test_lines_of_a_job_are_each_kept_once():
    job = previewed(ORGANISATIONS, exported(ORGANISATIONS))
    assert ImportLine.objects.filter(job=job).count() == Organisation.objects.count()


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": Role.DISTRICT}], ids=str)
def test_job_of_somebody_who_left_the_office_is_not_carried_out(change):
    job = previewed(ORGANISATIONS, organisations(3))
    before = Organisation.objects.count()
    type(job.by).objects.filter(pk=job.by_id).update(**change)
    ImportJob.objects.filter(pk=job.pk).update(state=JobState.TAKING)

    imports.run(job.pk)

    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert Organisation.objects.count() == before
