"""What is kept of a list each time it is filed, the remarks on it, and the difference to the next time."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation

from accounts.enums import Role
from sites import services
from sites.enums import Outcome, Stage
from sites.models import FilingVersion, Site
from sites.services.versions import difference, fingerprint, snapshot, with_differences
from sites.workflow import InvalidTransition
from standards.enums import Kind
from tests import factories
from tests.agreeing import resolved
from tests.at_once import at_once, kinds
from tests.sites import making

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def returned(row_remarks=None, remarks="补正（示例）"):
    filing, by = making.filed_list()
    services.send_back(
        filing=filing, remarks=remarks, row_remarks=row_remarks, by=factories.user(Role.OFFICE)
    )
    filing.refresh_from_db()
    return filing, by


def change(site, by, **fields):
    """The row as it is, with `fields` changed; its liaison stays."""
    for name, value in fields.items():
        setattr(site, name, value)
    services.save_site(
        filing=site.filing, site=site, liaison_name="示例联络员", liaison_phone=making.PHONE, by=by
    )


def row(key, **texts):
    return {"site": key, "organisation": "示例单位", "window_name": f"示例窗口{key}", **texts}


# -- kept --------------------------------------------------------------------------


def test_file_list_keeps_every_row_as_text_in_the_lists_order():
    filing, by = making.filed_list()
    version = filing.versions.get()
    assert (version.number, version.filed_by, str(version.filed_on)) == (1, by, "2008-01-10")
    sites = list(filing.sites.order_by("pk"))
    assert [kept["site"] for kept in version.rows] == [site.pk for site in sites]
    assert version.rows[0] == {
        "site": sites[0].pk,
        "organisation": sites[0].organisation.name,
        "unit_kind": "部门",
        "window_name": sites[0].window_name,
        "mongolian_name": "",
        "kind": "政务公开",
        "address": "",
        "reason": "基础较好（示例）。",
        "working_body": "示例工作机构",
        "liaison_name": "示例联络员",
        "liaison_phone": making.PHONE,
        "liaison_since": "",
    }


def test_file_list_again_keeps_a_second_version_and_leaves_the_first():
    filing, by = returned()
    first = filing.versions.get().rows
    change(filing.sites.first(), by, address="海拉尔大街1号（示例）")
    making.file(filing, by)
    newest, oldest = filing.versions.all()
    assert (newest.number, oldest.number) == (2, 1)
    assert oldest.rows == first
    assert newest.rows[0]["address"] == "海拉尔大街1号（示例）"
    assert newest.row_remarks == {}


def test_a_version_has_its_number_once():
    filing, by = making.filed_list()
    with pytest.raises(IntegrityError), transaction.atomic():
        FilingVersion.objects.create(filing=filing, number=1, rows=[], filed_by=by, filed_on="2008-01-10")


@pytest.mark.django_db(transaction=True)
def test_a_list_filed_by_two_at_once_has_one_version():
    filing, by = making.complete_list()
    other = making.clerk(filing.organisation)
    outcomes = at_once(*(lambda who=who: making.file(filing, who) for who in (by, other)))
    assert kinds(outcomes) == ["InvalidTransition", "done"]
    assert filing.versions.count() == 1


def test_fingerprint_is_of_the_rows_and_nothing_else():
    filing, by = returned()
    making.file(filing, by)
    newest, oldest = filing.versions.all()
    assert fingerprint(newest) == fingerprint(oldest)
    oldest.rows[0]["address"] = "别处（示例）"
    assert fingerprint(newest) != fingerprint(oldest)
    assert [len(group) for group in fingerprint(newest).split(" ")] == [4, 4, 4, 4]


# -- remarks -----------------------------------------------------------------------


def test_send_back_keeps_general_and_row_remarks_on_the_version():
    filing, _by = making.filed_list()
    odd, well = filing.sites.order_by("pk")[:2]
    services.send_back(
        filing=filing,
        remarks=" 请补正（示例） ",
        row_remarks={odd.pk: " 缺地址（示例） ", well.pk: "  "},
        by=factories.user(Role.OFFICE),
    )
    version = filing.versions.get()
    assert (version.remarks, str(version.returned_on)) == ("请补正（示例）", "2008-01-10")
    assert version.row_remarks == {str(odd.pk): "缺地址（示例）"}
    assert odd.history.last().note == "请补正（示例）\n缺地址（示例）"
    assert well.history.last().note == "请补正（示例）"


def test_send_back_with_a_row_remark_alone_is_enough():
    filing, _by = making.filed_list()
    odd, well = filing.sites.order_by("pk")[:2]
    services.send_back(
        filing=filing, remarks="", row_remarks={odd.pk: "缺地址（示例）"}, by=factories.user(Role.OFFICE)
    )
    filing.refresh_from_db()
    assert (filing.state, filing.remarks) == ("returned", "")
    assert odd.history.last().note == "缺地址（示例）"
    assert well.history.last().note


def test_remark_on_a_row_is_gone_once_the_list_is_filed_again():
    filing, by = making.filed_list()
    site = filing.sites.first()
    services.send_back(
        filing=filing, remarks="", row_remarks={site.pk: "缺地址（示例）"}, by=factories.user(Role.OFFICE)
    )
    assert services.remark_on(filing.sites.get(pk=site.pk)) == "缺地址（示例）"
    making.file(filing, by)
    assert services.remark_on(filing.sites.get(pk=site.pk)) == ""


# -- the difference ----------------------------------------------------------------


def test_difference_names_what_is_new_changed_taken_off_and_counts_the_rest():
    before = [row(1, reason="甲"), row(2), row(3)]
    after = [row(1, reason="乙"), row(3), row(4)]
    found = difference(before, after)
    assert [(one.state, one.row["site"]) for one in found.rows] == [
        (Outcome.CHANGED, 1),
        (Outcome.NEW, 4),
        (Stage.WITHDRAWN, 2),
    ]
    (changed,) = found.rows[0].changes
    assert (changed.head, changed.before, changed.after) == ("Why this one", "甲", "乙")
    assert found.unchanged == 1


@pytest.mark.parametrize(("before", "after"), [([], []), ([row(1)], [row(1)])])
def test_difference_of_the_same_rows_is_none(before, after):
    found = difference(before, after)
    assert found.rows == []
    assert found.unchanged == len(after)


def test_difference_does_not_depend_on_the_readers_language():
    filing, _by = making.filed_list()
    site = filing.sites.first()
    Site.objects.filter(pk=site.pk).update(kind=Kind.SERVICE)
    with translation.override("zh-hans"):
        now = snapshot(services.rows_of(filing))
    (changed,) = difference(filing.versions.get().rows, now).rows
    assert [(one.before, one.after) for one in changed.changes] == [("政务公开", "办事公开")]


def test_with_differences_compares_each_version_with_the_one_before():
    filing, by = returned()
    services.withdraw_site(site=filing.sites.first(), reason="示例", by=by)
    making.add_site(filing, by)
    making.file(filing, by)
    (newest, news), (oldest, nothing) = with_differences(list(filing.versions.all()))
    assert (newest.number, oldest.number, nothing) == (2, 1, None)
    assert [one.state for one in news.rows] == [Outcome.NEW, Stage.WITHDRAWN]
    assert news.unchanged == 3


# -- a list that was determined in part ----------------------------------------------


def set_aside(filing, site, reason="示例"):
    """The leading group determines the list but for one site."""
    answers = {
        one.pk: services.Answer(one.pk != site.pk, "" if one.pk != site.pk else reason)
        for one in filing.sites.undetermined()
    }
    services.determine_batch(
        programme=filing.programme,
        decisions={filing.versions.latest("number").pk: answers},
        resolution=resolved("determination"),
        by=factories.user(Role.LEADING_GROUP),
    )
    filing.refresh_from_db()


def test_a_list_determined_in_part_is_filed_again_with_what_came_back():
    filing, by = making.reviewed_list()
    back, *settled = filing.sites.order_by("pk")
    set_aside(filing, back, "窗口过小（示例）")
    assert filing.state == "returned"
    assert services.remark_on(filing.sites.get(pk=back.pk)) == "窗口过小（示例）"
    with pytest.raises(InvalidTransition):
        change(filing.sites.get(pk=settled[0].pk), by, address="示例")
    change(filing.sites.get(pk=back.pk), by, address="示例路（示例）")
    making.add_site(filing, by)
    making.file(filing, by)
    stages = list(filing.sites.order_by("pk").values_list("stage", flat=True))
    assert stages == ["filed", "determined", "determined", "determined", "filed"]
    assert len(filing.versions.first().rows) == 5


def test_a_list_determined_in_part_is_not_held_up_by_what_is_determined():
    filing, by = making.reviewed_list()
    back, settled, *_rest = filing.sites.order_by("pk")
    set_aside(filing, back)
    settled.liaisons.all().delete()
    making.file(filing, by)
    settled.refresh_from_db()
    assert settled.stage == Stage.DETERMINED


# -- the pages ---------------------------------------------------------------------


def get(client, name, filing, by):
    client.force_login(by)
    return client.get(reverse(f"sites:{name}", args=[filing.pk]))


@pytest.mark.parametrize("name", ["filing_versions", "filing_receipt"])
def test_versions_and_receipt_are_for_those_who_see_the_list(client, name):
    filing, by = making.filed_list()
    url = reverse(f"sites:{name}", args=[filing.pk])
    assert client.get(url).status_code == 302
    assert get(client, name, filing, making.clerk(factories.district("乌达"))).status_code == 404
    assert get(client, name, filing, factories.user(Role.INSPECTOR)).status_code == 404
    for reader in (by, factories.user(Role.OFFICE), factories.user(Role.LEADING_GROUP)):
        assert get(client, name, filing, reader).status_code == 200
    assert client.post(url).status_code == 405


def test_versions_show_remarks_and_differences(client):
    filing, by = making.filed_list()
    site = filing.sites.first()
    services.send_back(
        filing=filing,
        remarks="请补正（示例）",
        row_remarks={site.pk: "缺地址（示例）"},
        by=factories.user(Role.OFFICE),
    )
    change(filing.sites.get(pk=site.pk), by, address="海拉尔大街1号（示例）")
    making.file(filing, by)
    html = get(client, "filing_versions", filing, factories.user(Role.OFFICE)).content.decode()
    for text in ("Version 2", "Version 1", "请补正（示例）", "缺地址（示例）", "海拉尔大街1号（示例）"):
        assert text in html
    assert "3 rows are unchanged." in html


def test_versions_of_a_list_never_filed_say_what_fills_them(client):
    filing, by = making.complete_list()
    html = get(client, "filing_versions", filing, by).content.decode()
    assert "Each time the list is filed, what it says is kept here." in html


def test_versions_same_queries_for_one_and_four(client, django_assert_max_num_queries):
    filing, by = making.filed_list()
    office = factories.user(Role.OFFICE)
    client.force_login(office)

    def queries():
        with django_assert_max_num_queries(12) as captured:
            assert client.get(reverse("sites:filing_versions", args=[filing.pk])).status_code == 200
        return len(captured)

    few = queries()
    for _n in range(3):
        services.send_back(filing=filing, remarks="示例", by=office)
        making.file(filing, by)
    assert queries() == few


def test_receipt_names_version_paper_and_fingerprint(client):
    filing, by = returned()
    making.file(filing, by)
    html = get(client, "filing_receipt", filing, by).content.decode()
    version = filing.versions.first()
    paper = filing.sites.first().documents.first()
    assert f"<dd>{version.number}</dd>" in html
    for text in (paper.full_number, paper.verification_code, fingerprint(version), by.name):
        assert text in html
    assert html.count("示例窗口") == 4


def test_receipt_of_a_list_never_filed_is_not_found(client):
    filing, by = making.complete_list()
    assert get(client, "filing_receipt", filing, by).status_code == 404


def test_the_list_leads_to_receipt_and_versions_once_filed(client):
    filing, by = making.complete_list()
    urls = [reverse(f"sites:{name}", args=[filing.pk]) for name in ("filing_receipt", "filing_versions")]
    html = get(client, "filing", filing, by).content.decode()
    assert not any(url in html for url in urls)
    making.file(filing, by)
    html = get(client, "filing", filing, by).content.decode()
    assert all(url in html for url in urls)


def test_the_list_shows_what_is_new_since_the_last_filing(client):
    filing, by = returned()
    office = factories.user(Role.OFFICE)
    change(filing.sites.first(), by, address="海拉尔大街1号（示例）")
    assert "海拉尔大街1号（示例）" in get(client, "filing_check_up", filing, by).content.decode()
    assert "海拉尔大街1号（示例）" in get(client, "filing_file", filing, by).content.decode()
    assert "海拉尔大街1号（示例）" not in get(client, "filing", filing, office).content.decode()
    making.file(filing, by)
    html = get(client, "filing", filing, office).content.decode()
    assert "海拉尔大街1号（示例）" in html
    assert "What is new since it was filed last" in html
