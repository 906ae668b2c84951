"""The life of a dossier: safe against twice, a dead worker, no broker, a full disk, rights that end."""

import datetime
import resource
from pathlib import Path

import pytest
from auditlog.models import LogEntry
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from accounts.enums import Role
from accounts.models import Notification
from assessments.services.recusals import recuse
from core.jobs import Claim, resend
from core.tasks import expire_old_jobs, resend_lost_jobs
from desk import tasks
from desk.dossiers import services
from desk.models import Dossier
from desk.models.dossiers import FOLDER, KEPT
from sites.enums import Level, Stage
from sites.models import WorkPlan
from tests import factories
from tests.assessments import builders
from tests.at_once import at_once, kinds, on_both
from tests.desk.dossiers.making import archives, asked, forget, made, opened, run, unpacked
from tests.e2e.backstage import point_at
from tests.files import pdf

pytestmark = pytest.mark.django_db


@pytest.fixture
def site():
    """Three files to write, with the table that lists them."""
    site = builders.building()
    for number in range(3):
        builders.filed(site, builders.upload(f"示例{number}.pdf", pdf(str(number).encode())))
    return site


@pytest.fixture
def office():
    return factories.user(Role.OFFICE)


class PowerCut(BaseException):
    """What a killed worker leaves: nothing after this line is run."""


def after_renewals(monkeypatch, number, then):
    """`then` happens once the claim was renewed so often; returns how to end that."""
    renew, renewed = Claim.renew, []

    def renewing(claim, **progress):
        renew(claim, **progress)
        renewed.append(progress)
        if len(renewed) == number:
            then(claim)

    monkeypatch.setattr(Claim, "renew", renewing)
    return lambda: monkeypatch.setattr(Claim, "renew", renew)


def cut(claim):
    raise PowerCut


def half_written(dossier):
    """What a worker leaves that had no time to clean up."""
    folder = Path(default_storage.path(FOLDER))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{dossier.pk}-half.zip").write_bytes(b"PK")


# -- asking -----------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.INSPECTOR, Role.AUDITOR])
def test_who_works_in_the_field_or_audits_has_no_dossiers_made(role):
    with pytest.raises(PermissionDenied):
        asked(by=factories.user(role))


def test_nobody_has_one_made_of_a_site_they_do_not_see(site):
    elsewhere = factories.user(Role.DISTRICT, factories.district_office(factories.district("乌达")))
    for stranger in (elsewhere, factories.user(Role.LIAISON)):
        with pytest.raises(PermissionDenied):
            asked(site, stranger)


def test_whole_district_is_for_the_city_and_its_own_office():
    district, programme = factories.district(), factories.programme()
    own = factories.user(Role.DISTRICT, factories.district_office(district))
    assert services.ask_for_district(district=district, programme=programme, by=own).district == district
    other = factories.user(Role.DISTRICT, factories.district_office(factories.district("乌达")))
    for stranger in (other, factories.user(Role.LIAISON)):
        with pytest.raises(PermissionDenied):
            services.ask_for_district(district=district, programme=programme, by=stranger)


def test_asked_twice_while_it_waits_is_one_and_afterwards_another(site, office):
    first = asked(site, office)
    assert asked(site, office) == first
    assert asked(site, factories.user(Role.OFFICE)) != first
    run(first)
    assert asked(site, office) != first


@pytest.mark.django_db(transaction=True)
@on_both
def test_asked_twice_at_once_is_one(queue, database):
    site, office = factories.site(), factories.user(Role.OFFICE)
    outcomes = at_once(*[lambda: asked(site, office)] * 2)
    assert kinds(outcomes) == ["Dossier", "Dossier"] or kinds(outcomes) == ["done", "done"]
    assert {each.pk for each in outcomes} == {Dossier.objects.get().pk}


# -- making -----------------------------------------------------------------------------------


def test_progress_moves_file_by_file(site, office, monkeypatch):
    seen = []
    renew = Claim.renew

    def watched(claim, **progress):
        renew(claim, **progress)
        seen.append(Dossier.objects.values_list("done", "total").get())

    monkeypatch.setattr(Claim, "renew", watched)
    dossier = made(site, office)
    total = dossier.total
    assert list(dict.fromkeys(seen)) == [(number, total) for number in range(total + 1)]
    assert total >= 4


def test_states_are_in_the_trail_under_the_asker(site, office):
    dossier = made(site, office)
    states = [entry.changes["state"][1] for entry in LogEntry.objects.get_for_object(dossier).order_by("pk")]
    assert states == ["queued", "ready"]
    assert LogEntry.objects.get_for_object(dossier).latest("pk").actor == office


def test_made_twice_is_made_once(site, office):
    dossier = made(site, office)
    before = archives()
    run(dossier)
    assert (dossier.attempts, archives()) == (1, before)


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_make_it_once(queue):
    dossier = asked()
    assert kinds(at_once(*[lambda: services.make(dossier.pk)] * 2)) == ["done", "done"]
    dossier.refresh_from_db()
    assert (dossier.state, dossier.attempts, len(archives())) == ("ready", 1, 1)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("renewals", [1, 3])
def test_worker_killed_in_the_middle_is_made_good(monkeypatch, queue, renewals):
    site = builders.building()
    builders.filed(site, builders.upload("示例.pdf", pdf(b"sample")))
    builders.filed(site, builders.upload("示例二.pdf", pdf(b"another")))
    dossier = asked(site)
    mend = after_renewals(monkeypatch, renewals, cut)
    with pytest.raises(PowerCut):
        services.make(dossier.pk)
    mend()
    half_written(dossier)
    assert resend(Dossier) == 0  # it may still be at work
    forget(dossier)
    Dossier.objects.update(sent_at=timezone.now() - datetime.timedelta(days=1))
    assert resend(Dossier) == 1
    run(dossier)
    assert (dossier.state, dossier.attempts) == ("ready", 2)
    assert [path.name for path in archives()] == [dossier.file.name.removeprefix("dossiers/")]


@pytest.mark.django_db(transaction=True)
def test_slow_worker_that_was_taken_for_dead_spoils_nothing(monkeypatch, queue):
    site = builders.building()
    builders.filed(site, builders.upload("示例.pdf", pdf(b"sample")))
    dossier = asked(site)

    def overtaken(claim):
        mend()
        forget(dossier)
        services.make(dossier.pk)

    mend = after_renewals(monkeypatch, 2, overtaken)
    run(dossier)
    assert (dossier.state, dossier.attempts, len(archives())) == ("ready", 2, 1)
    assert opened(dossier).testzip() is None


@pytest.mark.django_db(transaction=True)
def test_campaign_whose_worker_is_killed_is_made_good_in_one_archive(monkeypatch, queue, tmp_path):
    sites, by = [builders.building() for _ in range(2)], factories.user(Role.OFFICE)
    for site in sites:
        builders.filed(site, builders.upload("示例.pdf", pdf(b"sample")))
    dossier = services.ask_for_campaign(programme=sites[0].programme, by=by)
    mend = after_renewals(monkeypatch, 5, cut)  # two to count the files, three written
    with pytest.raises(PowerCut):
        services.make(dossier.pk)
    mend()
    half_written(dossier)
    forget(dossier)
    Dossier.objects.update(sent_at=timezone.now() - datetime.timedelta(days=1))
    assert resend(Dossier) == 1
    run(dossier)
    assert (dossier.state, dossier.attempts, len(archives())) == ("ready", 2, 1)
    assert dossier.done == dossier.total
    folders = [path for path in unpacked(dossier, tmp_path).iterdir() if path.is_dir()]
    assert len(folders) == len(sites)


@pytest.mark.django_db
def test_called_off_it_is_not_made_and_asked_for_again_it_is():
    dossier = asked()
    services.delete(dossier=dossier, by=dossier.asked_by)
    services.make(dossier.pk)
    dossier.refresh_from_db()
    assert (dossier.state, archives()) == ("deleted", [])
    again = services.ask_for_site(site=dossier.site, by=dossier.asked_by)
    assert again.pk != dossier.pk


@pytest.mark.django_db
def test_who_asked_is_told_when_it_is_ready():
    dossier = asked()
    run(dossier)
    assert Notification.objects.filter(user=dossier.asked_by, url=dossier.get_absolute_url()).count() == 1


@pytest.mark.django_db(transaction=True)
def test_dossier_that_kills_its_worker_each_time_is_given_up(monkeypatch, queue):
    dossier = asked()
    for _attempt in range(Dossier.life.max_attempts):
        mend = after_renewals(monkeypatch, 1, cut)
        with pytest.raises(PowerCut):
            services.make(dossier.pk)
        mend()
        forget(dossier)
    run(dossier)
    assert (dossier.state, archives()) == ("failed", [])
    assert str(Dossier.life.max_attempts) in dossier.error
    assert resend(Dossier) == 0


def test_full_disk_fails_with_a_sentence_and_leaves_nothing(site, office):
    plan = WorkPlan.objects.create(
        site=site, version=9, goals="示例", filed_by=office, filed_on="2008-01-28", file_name="大.bin"
    )
    plan.file.save("large.bin", ContentFile(b"x"))
    with open(plan.file.path, "r+b") as file:  # noqa: PTH123  # sparse: it takes no room itself
        file.truncate(200 * 1024**2)
    dossier = asked(site, office)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (150 * 1024**2, hard))
    try:
        run(dossier)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert (dossier.state, dossier.file.name, archives()) == ("failed", "", [])
    assert "磁盘" in dossier.error


def test_folder_that_cannot_be_made_fails_with_the_reason(site, office, settings, tmp_path):
    dossier = asked(site, office)
    settings.MEDIA_ROOT = tmp_path / "media"
    Path(default_storage.path(FOLDER)).write_bytes(b"a file in its place")
    run(dossier)
    assert (dossier.state, bool(dossier.error)) == ("failed", True)


# -- rights that end --------------------------------------------------------------------------


def test_switched_off_before_it_was_made(site, office):
    dossier = asked(site, office)
    office.is_active = False
    office.save()
    run(dossier)
    assert (dossier.state, archives()) == ("failed", [])
    assert office.name in dossier.error


def test_of_another_role_before_it_was_made(site, office):
    dossier = asked(site, office)
    office.role = Role.INSPECTOR
    office.save()
    assert run(dossier).state == "failed"


def test_stood_aside_before_it_was_made(site, office):
    dossier = asked(site, office)
    recuse(user=office, site=site, reason="示例")
    assert (run(dossier).state, archives()) == ("failed", [])
    assert "不再" in dossier.error


@pytest.mark.django_db(transaction=True)
def test_stood_aside_while_it_was_made(monkeypatch, queue):
    site, office = builders.building(), factories.user(Role.OFFICE)
    factories.user(Role.OFFICE)
    builders.filed(site, builders.upload("示例.pdf", pdf(b"sample")))
    dossier = asked(site, office)
    after_renewals(monkeypatch, 2, lambda claim: recuse(user=office, site=site, reason="示例"))
    assert (run(dossier).state, archives()) == ("failed", [])


def test_district_leaves_out_the_site_its_officer_stood_aside_from():
    district = factories.district()
    officer = factories.user(Role.DISTRICT, factories.district_office(district))
    first, second = [factories.site(Stage.DETERMINED, level=Level.DISTRICT, of=district) for _ in range(2)]
    recuse(user=officer, site=second, reason="示例")
    dossier = run(services.ask_for_district(district=district, programme=factories.programme(), by=officer))
    listed = opened(dossier).namelist()
    assert [name for name in listed if first.window_name in name]
    assert not [name for name in listed if second.window_name in name]


# -- the queue and the disk -------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_without_a_broker_it_waits_and_is_sent_later(settings):
    point_at("redis+socket:///nowhere.sock")
    dossier = asked()
    dossier.refresh_from_db()
    assert dossier.sent_at is None
    assert resend(Dossier) == 0
    point_at("memory://")
    resend_lost_jobs()
    dossier.refresh_from_db()
    assert dossier.sent_at is not None
    point_at(settings.CELERY_BROKER_URL)


def test_task_makes_the_dossier(site, office):
    dossier = asked(site, office)
    tasks.make_dossier(dossier.pk)
    dossier.refresh_from_db()
    assert dossier.state == "ready"


def test_old_archives_are_deleted_and_the_row_says_so(site, office):
    old, fresh = made(site, office), made(site, factories.user(Role.OFFICE))
    Dossier.objects.filter(pk=old.pk).update(
        finished_at=timezone.now() - KEPT - datetime.timedelta(minutes=1)
    )
    expire_old_jobs()
    for dossier in (old, fresh):
        dossier.refresh_from_db()
    assert (old.state, old.file.name, len(old.sha256)) == ("deleted", "", 64)
    assert [path.name for path in archives()] == [fresh.file.name.removeprefix("dossiers/")]


def test_only_the_asker_deletes(site, office):
    dossier = made(site, office)
    with pytest.raises(PermissionDenied):
        services.delete(dossier=dossier, by=factories.user(Role.OFFICE))
    services.delete(dossier=dossier, by=office)
    assert (Dossier.objects.get().state, archives()) == ("deleted", [])
