"""How rows of the registers are judged and written: rules of the forms, natural keys, both languages."""

import pytest
from auditlog.models import LogEntry
from django.utils import translation

from accounts.enums import OrganisationKind, Role
from accounts.models import Organisation, User
from sites.enums import Level, Register
from sites.models import Liaison, Site
from sites.registers import REGISTRARS
from tables.table import ColumnKind
from tests import factories
from tests.sites import making
from tests.sites.registers import (
    ORGANISATION,
    PERSON,
    SITE,
    exported,
    judge,
    judged,
    organisations,
    previewed,
    taken,
)

pytestmark = pytest.mark.django_db

WRONG = "wrong"


# -- organisations --------------------------------------------------------------


def test_organisation_is_put_on_record_with_its_trail():
    by = factories.user(Role.OFFICE)
    job = taken(Register.ORGANISATIONS, [ORGANISATION], by)
    assert job.counts == {"new": 1, "changed": 0, "unchanged": 0, "wrong": 0}
    made = Organisation.objects.get(code="R-1")
    assert (made.name, made.kind, made.district) == (
        "示例第一单位",
        OrganisationKind.DEPARTMENT,
        factories.district(),
    )
    assert made.aliases == ["示例别名", "示例旧名"]
    entry = LogEntry.objects.get_for_object(made).get()
    assert (entry.actor, entry.action, entry.object_repr) == (by, LogEntry.Action.CREATE, made.name)
    assert entry.changes["name"] == ["None", made.name]


def test_organisation_changed_says_before_and_after_and_keeps_the_rest():
    taken(Register.ORGANISATIONS, [ORGANISATION])
    made = Organisation.objects.get(code="R-1")
    row = {name: ORGANISATION[name] for name in ("code", "kind", "district")}
    row |= {"name": "示例改名单位", "short_name": "示例一"}
    entry = judged(Register.ORGANISATIONS, row)[0]
    assert entry.changes == [{"field": "name", "before": "示例第一单位", "after": "示例改名单位"}]
    by = factories.user(Role.OFFICE)
    taken(Register.ORGANISATIONS, [row], by)
    now = Organisation.objects.get(code="R-1")
    assert (now.pk, now.name, now.aliases) == (made.pk, "示例改名单位", made.aliases)
    entry = LogEntry.objects.get_for_object(now).first()
    assert (entry.actor, entry.changes) == (by, {"name": ["示例第一单位", "示例改名单位"]})


def test_trail_of_a_bulk_change_is_that_of_a_single_save():
    taken(Register.ORGANISATIONS, [ORGANISATION])
    made = Organisation.objects.get(code="R-1")
    made.aliases, made.is_active = ["示例"], False
    made.save()
    single = LogEntry.objects.get_for_object(made).first().changes
    made.aliases, made.is_active = ["示例别名", "示例旧名"], True
    made.save()
    taken(Register.ORGANISATIONS, [ORGANISATION | {"aliases": "示例", "is_active": "否"}])
    assert LogEntry.objects.get_for_object(made).first().changes == single


@pytest.mark.parametrize("words", [{"kind": "Department", "is_active": "YES"}, {"kind": "department"}])
def test_organisation_words_are_understood_in_both_languages(words):
    taken(Register.ORGANISATIONS, [ORGANISATION])
    with translation.override("en"):
        assert judge(Register.ORGANISATIONS, ORGANISATION | words) == ["unchanged"]
    assert judge(Register.ORGANISATIONS, ORGANISATION | words | {"district": "150302"}) == ["unchanged"]


@pytest.mark.parametrize(
    ("cells", "columns"),
    [
        ({"code": ""}, ["code"]),
        ({"code": "R" * 21}, ["code"]),
        ({"name": ""}, ["name"]),
        ({"name": "", "short_name": ""}, ["name", "short_name"]),
        ({"name": "名" * 101}, ["name"]),
        ({"name": "名" * 60, "short_name": ""}, ["short_name"]),
        ({"kind": "公司"}, ["kind"]),
        ({"kind": ""}, ["kind"]),
        ({"district": "东胜区"}, ["district"]),
        ({"district": "", "kind": "街道办事处"}, ["district"]),
        ({"kind": "区人民政府"}, ["district"]),
        ({"is_active": "也许"}, ["is_active"]),
        ({"name": "乌海市公安局"}, ["name"]),
        ({"short_name": "海北街道"}, ["short_name"]),
        ({"aliases": "海北街道"}, ["aliases"]),
        ({"name": "=cmd", "code": ""}, ["code"]),
        ({"name": "名" * 5000}, ["name"]),
    ],
)
def test_organisation_wrong_says_which_column(cells, columns):
    assert judge(Register.ORGANISATIONS, ORGANISATION | cells) == [(WRONG, columns)]


def test_organisation_stays_in_its_district():
    taken(Register.ORGANISATIONS, [ORGANISATION])
    assert judge(Register.ORGANISATIONS, ORGANISATION | {"district": "海南区"}) == [(WRONG, ["district"])]


def test_organisation_with_people_is_not_switched_off():
    taken(Register.ORGANISATIONS, [ORGANISATION])
    factories.user(Role.LIAISON, Organisation.objects.get(code="R-1"))
    assert judge(Register.ORGANISATIONS, ORGANISATION | {"is_active": "否"}) == [(WRONG, ["is_active"])]


def test_organisation_twice_in_a_file_is_wrong_the_second_time():
    twin = ORGANISATION | {"code": "Ｒ－１"}
    assert judge(Register.ORGANISATIONS, ORGANISATION, twin) == ["new", (WRONG, [""])]
    namesake = ORGANISATION | {"code": "R-2"}
    assert judge(Register.ORGANISATIONS, ORGANISATION, namesake) == [
        "new",
        (WRONG, ["aliases", "name", "short_name"]),
    ]


def test_names_of_one_spelling_are_one_name():
    factories.unit(factories.district())
    taken(Register.ORGANISATIONS, [ORGANISATION | {"name": "示例(甲)单位"}])
    other = ORGANISATION | {"code": "R-2", "short_name": "另一", "aliases": "", "name": "示例（甲）单位"}
    assert judge(Register.ORGANISATIONS, other) == [(WRONG, ["name"])]


def test_rare_characters_are_kept():
    row = ORGANISATION | {"name": "𠮷䶮喆示例单位"}
    taken(Register.ORGANISATIONS, [row])
    assert Organisation.objects.get(code="R-1").name == "𠮷䶮喆示例单位"


# -- people ----------------------------------------------------------------------


def test_person_is_put_on_record_without_a_password():
    job = taken(Register.PEOPLE, [PERSON])
    assert job.counts["new"] == 1
    made = User.objects.get(username="shili01")
    assert (made.name, made.role, made.organisation.name) == ("示例甲", Role.LIAISON, "乌海市公安局")
    assert made.is_active
    assert not made.has_usable_password()
    changes = LogEntry.objects.get_for_object(made).get().changes
    assert "password" not in changes


@pytest.mark.parametrize(
    ("cells", "columns"),
    [
        ({"username": ""}, ["username"]),
        ({"username": "示例"}, ["username"]),
        ({"username": "a b"}, ["username"]),
        ({"name": ""}, ["name"]),
        ({"name": "办公室"}, ["name"]),
        ({"name": "名" * 41}, ["name"]),
        ({"role": "局长"}, ["role"]),
        ({"role": "市办"}, ["role"]),
        ({"role": "督查员"}, ["role"]),
        ({"role": "审计员", "organisation": "不存在的单位"}, ["organisation"]),
        ({"organisation": ""}, ["organisation"]),
        ({"organisation": "乌海市政务公开领导小组"}, ["organisation"]),
        ({"email": "no address"}, ["email"]),
        ({"phone": "1" * 41}, ["phone"]),
        ({"is_active": "?"}, ["is_active"]),
    ],
)
def test_person_wrong_says_which_column(cells, columns):
    assert judge(Register.PEOPLE, PERSON | cells) == [(WRONG, columns)]


def test_one_person_has_one_account():
    taken(Register.PEOPLE, [PERSON])
    assert judge(Register.PEOPLE, PERSON | {"username": "shili02"}) == [(WRONG, ["name"])]
    assert judge(Register.PEOPLE, PERSON | {"username": "SHILI01"}) == ["unchanged"]


def test_own_account_and_administrators_are_left_alone():
    by = factories.user(Role.OFFICE, name="示例办")
    own = PERSON | {"username": by.username, "name": by.name, "role": "市办", "is_active": "否"}
    own["organisation"] = by.organisation.name
    admin = factories.user(Role.SECURITY)
    row = PERSON | {"username": admin.username}
    assert judge(Register.PEOPLE, own, row, by=by) == [(WRONG, [""]), (WRONG, [""])]


def test_person_switched_off_and_on():
    taken(Register.PEOPLE, [PERSON])
    taken(Register.PEOPLE, [PERSON | {"is_active": "否"}])
    gone = User.objects.get(username="shili01")
    assert not gone.is_active
    assert gone.off_since is not None
    assert gone.off_reason
    taken(Register.PEOPLE, [PERSON])
    back = User.objects.get(username="shili01")
    assert back.is_active
    assert (back.off_since, back.off_reason, back.has_usable_password()) == (None, "", False)


def test_password_of_a_person_whose_telephone_changes_stays():
    unit = factories.unit(factories.district())
    person = factories.user(Role.LIAISON, unit, name="示例丙")
    row = PERSON | {"username": person.username, "name": person.name, "organisation": unit.code}
    taken(Register.PEOPLE, [row | {"phone": "0473-1111111"}])
    person.refresh_from_db()
    assert person.phone == "0473-1111111"
    assert person.check_password(factories.PASSWORD)


# -- sites -----------------------------------------------------------------------


def test_site_begins_the_list_of_its_body():
    job = taken(Register.SITES, [SITE])
    assert job.counts["new"] == 1
    site = Site.objects.get(window_name="示例大厅")
    assert (site.level, site.filing.organisation, site.organisation.short_name) == (
        Level.DISTRICT,
        factories.district(),
        "凤凰岭街道",
    )
    liaison = site.liaisons.get()
    assert (liaison.name, liaison.phone, str(liaison.since)) == ("示例乙", "0473-0000000", "2008-01-07")
    # The list is begun, and then changed: whoever puts a row on it has prepared it.
    for record, entries in ((site, 1), (liaison, 1), (site.filing, 2)):
        assert [entry.actor for entry in LogEntry.objects.get_for_object(record)] == [job.by] * entries


def test_site_and_its_liaison_are_changed():
    taken(Register.SITES, [SITE])
    row = SITE | {"address": "示例路2号", "liaison_name": "示例丁", "liaison_since": ""}
    job = taken(Register.SITES, [row])
    assert job.counts["changed"] == 1
    site = Site.objects.get(window_name="示例大厅")
    assert site.address == "示例路2号"
    assert list(site.liaisons.values_list("name", flat=True)) == ["示例丁"]


def test_site_of_a_filed_list_is_only_compared():
    filing, by = making.complete_list()
    content = exported(Register.SITES)
    making.file(filing, by)
    job = previewed(Register.SITES, content)
    assert job.counts == {"new": 0, "changed": 0, "unchanged": 4, "wrong": 0}
    site = filing.sites.first()
    row = SITE | {"organisation": site.organisation.name, "window_name": site.window_name}
    assert judge(Register.SITES, row, SITE) == [(WRONG, [""]), (WRONG, [""])]


@pytest.mark.parametrize(
    ("cells", "columns"),
    [
        ({"level": ""}, ["level"]),
        ({"level": "市级", "body": "乌达区"}, ["body"]),
        ({"body": "乌海市公安局"}, ["body"]),
        ({"organisation": "乌海市公安局"}, ["organisation"]),
        ({"organisation": ""}, ["organisation"]),
        ({"organisation": "没有的单位"}, ["organisation"]),
        ({"window_name": ""}, ["window_name"]),
        ({"window_name": "窗" * 101}, ["window_name"]),
        ({"kind": "其他"}, ["kind"]),
        ({"liaison_phone": ""}, ["liaison_phone"]),
        ({"liaison_name": ""}, ["liaison_name"]),
        ({"liaison_since": "2008-02-30"}, ["liaison_since"]),
    ],
)
def test_site_wrong_says_which_column(cells, columns):
    assert judge(Register.SITES, SITE | cells) == [(WRONG, columns)]


def test_site_does_not_change_its_list():
    unit = making.designated()
    taken(Register.SITES, [SITE])
    Site.objects.update(organisation=unit)
    city = SITE | {"level": "市级", "body": unit.name, "organisation": unit.name}
    assert judge(Register.SITES, city) == [(WRONG, ["body"])]


# -- all of them -------------------------------------------------------------------


@pytest.mark.parametrize("register", list(Register))
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_export_reads_back_in_unchanged(register, language):
    filing, _by = making.complete_list()
    filing.sites.update(reason="一、基础较好\r\n二、群众办事集中 （示例）")
    factories.user(Role.AUDITOR, name="=示例()")
    odd = factories.unit(factories.district())
    odd.short_name, odd.aliases, odd.is_active = "@示例", ["+示例", "-示例"], False
    odd.save()
    with translation.override(language):
        content = exported(register)
    job = previewed(register, content)
    assert job.total >= 3
    assert job.counts == {"new": 0, "changed": 0, "unchanged": job.total, "wrong": 0}, list(
        job.lines.exclude(outcome="unchanged").values_list("complaints", "changes")
    )


@pytest.mark.parametrize("rows", [1, 40])
def test_rows_cost_no_queries_of_their_own(rows, django_assert_max_num_queries):
    registrar = REGISTRARS[Register.ORGANISATIONS](by=factories.user(Role.OFFICE))
    from tables.table import Line

    with django_assert_max_num_queries(0):
        for number, cells in enumerate(organisations(rows), start=2):
            assert registrar.judge(Line(number, cells), {}).outcome == "new"


def test_liaisons_of_many_sites_are_all_written():
    rows = [SITE | {"window_name": f"示例窗口{n}"} for n in range(30)]
    taken(Register.SITES, rows)
    assert Liaison.objects.filter(name="示例乙").count() == 30


def test_every_column_of_telephones_is_known_as_one():
    """Registers and lists alike: a column that is called a telephone is read as one."""
    own = [column for register in REGISTRARS.values() for column in register.columns]
    known = [column for column in own if "phone" in column.field]
    assert {column.field for column in known} == {"phone", "liaison_phone"}
    assert all(column.kind is ColumnKind.TELEPHONE for column in known)


def test_telephone_that_lost_its_zero_is_told_in_the_preview(client):
    by = factories.user(Role.OFFICE)
    taken(Register.ORGANISATIONS, [ORGANISATION], by)
    job = previewed(Register.PEOPLE, [{**PERSON, "phone": "4732998888"}], by)
    [told] = job.mended
    assert told.endswith("2 4732998888 → 0473-2998888")
    client.force_login(by)
    assert told in client.get(job.get_absolute_url()).content.decode()
    assert job.lines.get().cells["phone"] == "0473-2998888"
