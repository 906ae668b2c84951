"""Undoing what a workbook did to a list, until the list is filed."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.enums import Role
from accounts.models import Organisation
from sites import services
from sites.models import Site
from sites.workflow import InvalidTransition
from tests import factories, reviewing
from tests.agreeing import resolved
from tests.sites import making
from tests.sites.making import HEADS, row, taken

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def by(client):
    by = making.clerk()
    client.force_login(by)
    return by


def import_rows(filing, by, rows, heads=HEADS):
    """Take the rows; the import they made, if they changed anything."""
    assert taken(filing, by, rows, heads).is_clean
    return filing.import_batches.first()


def undo(batch, by):
    return services.undo_batch(batch=batch, by=by)


def undo_url(batch):
    return reverse("sites:batch_undo", args=[batch.filing_id, batch.pk])


def records(filing):
    """Everything about the rows that an undo must bring back."""
    return [services.state_of(site) for site in filing.sites.order_by("pk")]


def test_import_is_kept_with_what_it_did(filing, by, unit):
    batch = import_rows(filing, by, [row(unit), row(unit, "示例二")])
    batch = import_rows(filing, by, [row(unit, kind="办事公开"), row(unit, "示例二"), row(unit, "示例三")])
    [newest, oldest] = services.batches_of(filing)
    assert (newest.batch, newest.new, newest.changed, newest.can_be_undone) == (batch, 1, 1, True)
    assert (oldest.new, oldest.changed) == (2, 0)
    assert (batch.by, batch.file_name) == (by, "list.xlsx")


def test_import_that_changes_nothing_is_not_kept(filing, by, unit):
    import_rows(filing, by, [row(unit)])
    import_rows(filing, by, [row(unit)])
    assert filing.import_batches.count() == 1


def test_undo_takes_off_what_is_new_and_restores_what_changed(filing, by, unit):
    since = [*HEADS, "Liaison since"]
    import_rows(filing, by, [[*row(unit, Address="示例路1号"), "2008-01-02"]], since)
    before = records(filing)
    changed = row(unit, kind="办事公开", liaison="示例乙", Address="", **{"Why this one": "新"})
    batch = import_rows(filing, by, [[*changed, None], [*row(unit, "示例二"), None]], since)
    assert records(filing) != before
    undone = undo(batch, by)
    assert (undone.restored, undone.removed, undone.left) == (1, 1, [])
    assert records(filing) == before


def test_undo_of_the_later_import_and_then_of_the_earlier_leaves_nothing(filing, by, unit):
    first = import_rows(filing, by, [row(unit)])
    second = import_rows(filing, by, [row(unit, kind="办事公开")])
    assert undo(second, by).restored == 1
    assert undo(first, by).removed == 1
    assert not filing.sites.exists()


def test_row_changed_since_is_left_and_named(filing, by, unit):
    batch = import_rows(filing, by, [row(unit), row(unit, "示例二")])
    site = filing.sites.get(window_name="示例二")
    site.address = "示例路2号"
    services.save_site(filing=filing, site=site, liaison_name="示例甲", liaison_phone=making.PHONE, by=by)
    undone = undo(batch, by)
    assert (undone.removed, undone.left) == (1, ["示例二"])
    assert filing.sites.get() == site


def test_row_that_names_another_unit_since_is_left(filing, by, unit):
    batch = import_rows(filing, by, [row(unit)])
    site = filing.sites.get()
    site.organisation = factories.unit(filing.organisation)
    services.save_site(filing=filing, site=site, liaison_name="示例甲", liaison_phone=making.PHONE, by=by)
    assert undo(batch, by).left == [site.window_name]
    assert filing.sites.get().organisation == site.organisation


def test_unit_that_a_replacement_asks_for_stays_on_record():
    """The request names it by a key the database does not see; the leading group can still decide."""
    filing, by = making.reviewed_list()
    version, [first, *others] = filing.versions.get(), filing.sites.order_by("pk")
    answers = {first.pk: services.Answer(yes=True)}
    answers |= {site.pk: services.Answer(yes=False, text="示例原因") for site in others}
    leader = factories.user(Role.LEADING_GROUP)
    services.determine_batch(
        programme=filing.programme,
        decisions={version.pk: answers},
        resolution=resolved("determination"),
        by=leader,
    )
    filing.refresh_from_db()
    new = [[*row(others[0].organisation, "示例新窗口"), ""], [*row(first.organisation, "示例甲窗口"), "部门"]]
    new[1][0] = "示例新单位"
    batch = import_rows(filing, by, new, [*HEADS, "Unit type"])
    unit = Organisation.objects.get(name="示例新单位")
    asked = services.ask_replacement(
        site=first, organisation=unit, window_name="示例乙窗口", address="", reason="示例原因", by=by
    )
    undo(batch, by)
    services.review_replacement(
        replacement=asked, is_supported=True, opinion="示例意见", by=factories.user(Role.OFFICE)
    )
    reviewing.give_all()
    services.decide_replacement(replacement=asked, is_approved=True, remarks="", by=leader)
    assert Site.objects.get(pk=first.pk).organisation == unit


def test_row_taken_off_since_is_no_matter(filing, by, unit):
    batch = import_rows(filing, by, [row(unit)])
    services.remove_site(site=filing.sites.get(), by=by)
    undone = undo(batch, by)
    assert (undone.restored, undone.removed, undone.left) == (0, 0, [])


def test_unit_that_came_with_the_row_goes_with_it(filing, by, unit):
    cells = row(unit)
    cells[0] = "示例新镇"
    batch = import_rows(
        filing, by, [[*cells, "镇"], [cells[0], "示例二", *cells[2:], ""]], [*HEADS, "单位类别"]
    )
    assert filing.sites.filter(organisation__name="示例新镇").count() == 2
    undo(batch, by)
    assert not Organisation.objects.filter(name="示例新镇").exists()


def test_unit_that_something_else_names_stays(filing, by, unit):
    cells = row(unit)
    cells[0] = "示例新镇"
    batch = import_rows(filing, by, [[*cells, "镇"]], [*HEADS, "单位类别"])
    making.add_site(filing, by, Organisation.objects.get(name="示例新镇"))
    assert undo(batch, by).removed == 1
    assert filing.sites.get().organisation.name == "示例新镇"


def test_second_undo_is_refused(filing, by, unit):
    batch = import_rows(filing, by, [row(unit)])
    undo(batch, by)
    import_rows(filing, by, [row(unit)])
    with pytest.raises(InvalidTransition, match="undone already"):
        undo(batch, by)
    assert filing.sites.count() == 1
    assert [one.can_be_undone for one in services.batches_of(filing)] == [True, False]


def complete_import():
    by = making.clerk()
    filing = making.own_list(by)
    kinds = ["政务公开", "办事公开"]
    rows = [
        row(factories.unit(filing.organisation), f"示例{n}", kinds[n % 2], **{"Why this one": "示例"})
        for n in range(4)
    ]
    return filing, by, rows, import_rows(filing, by, rows)


def test_undo_of_a_filed_list_is_refused(client):
    filing, by, _rows, batch = complete_import()
    making.file(filing, by)
    filing.refresh_from_db()
    with pytest.raises(InvalidTransition, match="This list is “filed”"):
        undo(batch, by)
    assert filing.sites.count() == 4
    assert [one.can_be_undone for one in services.batches_of(filing)] == [False]


def test_list_that_came_back_restores_later_imports_and_keeps_what_was_filed():
    filing, by, rows, batch = complete_import()
    making.file(filing, by)
    services.send_back(filing=filing, remarks="请核对（示例）", by=factories.user(Role.OFFICE))
    filing.refresh_from_db()
    before = records(filing)
    rows[0][3] = "示例路9号"
    later = import_rows(filing, by, rows)
    with pytest.raises(InvalidTransition, match="was filed with what this workbook says"):
        undo(batch, by)
    assert undo(later, by).restored == 1
    assert records(filing) == before


def test_undo_is_its_own_peoples(filing, by, unit):
    batch = import_rows(filing, by, [row(unit)])
    for person in (factories.user(Role.OFFICE), making.clerk(factories.district("乌达"))):
        with pytest.raises(PermissionDenied):
            undo(batch, person)
    assert Site.objects.exists()


# -- its button -----------------------------------------------------------------------


def test_undo_button_undoes_and_says_so(client, filing, by, unit):
    batch = import_rows(filing, by, [row(unit), row(unit, "示例二")])
    site = filing.sites.get(window_name="示例二")
    site.address = "示例路2号"
    site.save()
    html = client.post(undo_url(batch), follow=True).content.decode()
    assert "The import is undone: 0 rows restored, 1 taken off." in html
    assert "Changed since, and left as they are: “示例二”." in html


def test_undo_button_pressed_twice_says_why_not(client, filing, by, unit):
    batch = import_rows(filing, by, [row(unit)])
    client.post(undo_url(batch))
    assert (
        "This import has been undone already." in client.post(undo_url(batch), follow=True).content.decode()
    )


def test_undo_button_of_a_filed_list_says_why_not(client):
    filing, by, _rows, batch = complete_import()
    client.force_login(by)
    making.file(filing, by)
    assert "This list is “filed”" in client.post(undo_url(batch), follow=True).content.decode()
    assert filing.sites.count() == 4


def test_undo_page_ladder(client, filing, by, unit):
    batch = import_rows(filing, by, [row(unit)])
    assert client.get(undo_url(batch)).status_code == 405
    client.force_login(factories.user(Role.OFFICE))
    assert client.post(undo_url(batch)).status_code == 403
    client.force_login(making.clerk(factories.district("乌达")))
    assert client.post(undo_url(batch)).status_code == 404
    client.logout()
    assert client.post(undo_url(batch)).status_code == 302
    assert filing.sites.exists()


def test_undo_of_another_lists_import_is_not_found(client, filing, by, unit):
    batch = import_rows(filing, by, [row(unit)])
    other_by = making.clerk(factories.district("乌达"))
    client.force_login(other_by)
    address = reverse("sites:batch_undo", args=[making.own_list(other_by).pk, batch.pk])
    assert client.post(address).status_code == 404
    assert filing.sites.exists()


def test_page_of_the_list_offers_the_undo_to_its_own_people_only(client, filing, by, unit):
    batch = import_rows(filing, by, [row(unit)])
    assert undo_url(batch) in client.get(filing.get_absolute_url()).content.decode()
    client.force_login(factories.user(Role.OFFICE))
    assert undo_url(batch) not in client.get(filing.get_absolute_url()).content.decode()


def test_imports_of_a_list_are_asked_for_in_one_query(filing, by, unit):
    for n in range(3):
        import_rows(filing, by, [row(unit, f"示例{n}")])
        with CaptureQueriesContext(connection) as captured:
            assert len(services.batches_of(filing)) == n + 1
        assert len(captured) == 1
