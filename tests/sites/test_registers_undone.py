"""Taking back what the import of a register wrote, row by row, until somebody changed it since."""

import datetime

import pytest
from auditlog.models import LogEntry
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.enums import Role
from accounts.models import Organisation, User
from accounts.services import links
from core.acting import Refusal
from sites.enums import JobState, Register
from sites.models import Liaison, Site
from sites.registers import REGISTRARS
from sites.services import imports
from tests import factories
from tests.sites.registers import ORGANISATION, PERSON, SITE, organisations, taken

pytestmark = pytest.mark.django_db

ORGANISATIONS, PEOPLE, SITES = Register.ORGANISATIONS, Register.PEOPLE, Register.SITES
SAMPLES = {ORGANISATIONS: ORGANISATION, PEOPLE: PERSON, SITES: SITE}
# Of each register what a second file says otherwise.
CHANGES = {
    ORGANISATIONS: {"name": "示例新名", "aliases": "", "is_active": "否"},
    PEOPLE: {"name": "示例乙", "phone": "", "email": "a@example.cn"},
    SITES: {"address": "", "reason": "示例新理由", "liaison_name": "示例丙", "liaison_since": ""},
}


def undone(job, by=None):
    imports.undo_import(job=job, by=by or job.by)
    imports.run(job.pk)
    job.refresh_from_db()
    return job.undone["restored"], job.undone["removed"], job.undone["left"]


def told(register):
    """Every row of a register, as its export says it."""
    return sorted(REGISTRARS[register](by=factories.user(Role.OFFICE)).rows())


@pytest.mark.parametrize("register", Register.values)
def test_what_is_new_goes_and_what_changed_is_what_it_was(register):
    before = told(register)
    first = taken(register, [SAMPLES[register]])
    between = told(register)
    second = taken(register, [SAMPLES[register] | CHANGES[register]])
    assert told(register) != between
    assert undone(second) == (1, 0, [])
    assert [row for row in told(register) if row in between] == between
    assert undone(first) == (0, 1, [])
    assert [row for row in told(register) if row in before] == before
    assert first.state == JobState.UNDONE


@pytest.mark.parametrize("register", Register.values)
def test_what_somebody_changed_since_is_left_and_named(register):
    first = taken(register, [SAMPLES[register]])
    second = taken(register, [SAMPLES[register] | CHANGES[register]])
    third = taken(register, [SAMPLES[register] | CHANGES[register] | _once_more(register)])
    between = told(register)
    for job in (second, first):
        restored, removed, left = undone(job)
        assert (restored, removed, len(left)) == (0, 0, 1)
        assert job.lines.get().complaints
    assert [row for row in told(register) if row in between] == between
    assert undone(third)[0] == 1


def _once_more(register):
    column = {ORGANISATIONS: "name", PEOPLE: "name", SITES: "reason"}[register]
    return {column: "示例再改"}


def test_column_that_the_import_left_alone_may_have_changed():
    taken(ORGANISATIONS, [ORGANISATION])
    job = taken(ORGANISATIONS, [ORGANISATION | {"name": "示例新名"}])
    Organisation.objects.filter(code="R-1").update(aliases=["示例另一名"])
    assert undone(job) == (1, 0, [])
    made = Organisation.objects.get(code="R-1")
    assert (made.name, made.aliases) == (ORGANISATION["name"], ["示例另一名"])


def test_organisation_that_somebody_acts_for_stays():
    job = taken(ORGANISATIONS, organisations(2))
    factories.user(Role.INSPECTOR, Organisation.objects.get(code="R-1"))
    assert undone(job) == (0, 1, ["R-1"])


@pytest.mark.parametrize("deed", ["signs in", "gets a link", "holds a post"])
def test_account_that_serves_by_now_stays(deed):
    job = taken(PEOPLE, [PERSON])
    person = User.objects.get(username="shili01")
    if deed == "signs in":
        User.objects.filter(pk=person.pk).update(last_login=timezone.now())
    elif deed == "gets a link":
        links.make_link(person=person, by=factories.user(Role.OFFICE))
    else:
        Liaison.objects.create(site=factories.site(), name="示例丁", phone="0473-0000000", user=person)
    assert undone(job) == (0, 0, ["shili01"])
    assert User.objects.filter(pk=person.pk).exists()


@pytest.mark.parametrize(("days", "restored"), [(-1, 1), (1, 0)])
def test_changed_account_is_left_if_its_person_signed_in_since(days, restored):
    taken(PEOPLE, [PERSON])
    job = taken(PEOPLE, [PERSON | {"phone": "0473-1111111"}])
    at = timezone.now() + datetime.timedelta(days=days)
    User.objects.filter(username="shili01").update(last_login=at)
    assert undone(job)[0] == restored


def test_row_of_a_list_that_was_filed_since_stays():
    job = taken(SITES, [SITE])
    site = Site.objects.get(window_name=SITE["window_name"])
    site.filing.state, site.filing.filed_on = "filed", "2008-01-10"
    site.filing.save()
    assert undone(job)[2]
    assert Site.objects.filter(pk=site.pk).exists()


def test_there_is_no_second_undo_and_only_the_office_undoes():
    job = taken(ORGANISATIONS, [ORGANISATION])
    with pytest.raises(PermissionDenied):
        imports.undo_import(job=job, by=factories.user(Role.DISTRICT))
    undone(job)
    with pytest.raises(Refusal):
        imports.undo_import(job=job, by=job.by)


def test_trail_names_who_undid_it():
    job = taken(ORGANISATIONS, [ORGANISATION])
    made = Organisation.objects.get(code="R-1")
    by = factories.user(Role.OFFICE)
    undone(job, by)
    entry = LogEntry.objects.filter(object_pk=str(made.pk), action=LogEntry.Action.DELETE).get()
    assert entry.actor == by


def test_worker_that_died_goes_on_where_it_was(monkeypatch):
    monkeypatch.setattr(imports, "CHUNK", 2)
    job = taken(ORGANISATIONS, organisations(5))
    imports.undo_import(job=job, by=job.by)
    claim = imports.Claim.take(type(job), job.pk)
    registrar = REGISTRARS[ORGANISATIONS](by=job.by)
    lines = list(job.lines.order_by("-number")[:2])
    done = imports.Undone()
    imports._undo_chunk(registrar, lines, done, job.finished_at)
    claim.renew(done=2)
    type(job).objects.update(undone={"restored": 0, "removed": 2, "left": []}, claimed_at=None)
    imports.run(job.pk)
    job.refresh_from_db()
    assert job.undone == {"restored": 0, "removed": 5, "left": []}
    assert not Organisation.objects.filter(code__startswith="R-").exists()
