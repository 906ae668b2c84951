"""体检: what is missing or odd about a list, in what order, and where it is mended."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.enums import OrganisationKind, Role
from sites import services
from sites.enums import Stage
from sites.models import Site
from sites.services import Severity
from standards.enums import Kind
from tests import factories
from tests.sites import making

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

BLOCKS, ODD, HINT = Severity


def found(filing):
    return services.check_up(filing, services.rows_of(filing))


def texts(filing, severity):
    return [remark.text for remark in found(filing) if remark.severity == severity]


def a_good_list(count=4):
    """Nothing odd about it: both kinds, two types of unit, everything filled in, an account each."""
    by = making.clerk()
    filing = making.own_list(by)
    for n in range(count):
        unit = (making.utility if n % 2 else factories.unit)(filing.organisation)
        factories.user(Role.LIAISON, unit)
        site = Site(
            organisation=unit,
            window_name=f"示例窗口{n}",
            kind=(Kind.SERVICE, Kind.GOVERNMENT_AFFAIRS)[n % 2],
            address="海拉尔大街1号（示例）",
            reason="基础较好（示例）。",
            working_body="示例工作机构",
        )
        services.save_site(
            filing=filing, site=site, liaison_name=f"示例{n}", liaison_phone=f"0473-000000{n}", by=by
        )
    return filing, by


def set_all(filing, **fields):
    filing.sites.update(**fields)


# -- the rules ---------------------------------------------------------------------


def test_a_good_list_leaves_hints_only():
    filing, _by = a_good_list()
    assert texts(filing, BLOCKS) == texts(filing, ODD) == []
    assert texts(filing, HINT) == [
        "4 sites have not begun their work plans; they are filed once the sites are determined.",
        "21 days are left for filing, until 31 January 2008.",
    ]


@pytest.mark.parametrize(("count", "low", "high"), [(3, 4, 6), (7, 4, 6), (4, 5, 5)])
def test_the_count_is_held_against_the_programmes_own_quota(count, low, high):
    filing, _by = a_good_list(count)
    programme = filing.programme
    programme.district_minimum, programme.district_maximum = low, high
    programme.save()
    assert texts(filing, BLOCKS) == [f"A district puts forward {low} to {high} sites; this list has {count}."]


def test_rows_taken_off_the_list_do_not_count():
    filing, _by = a_good_list(5)
    Site.objects.filter(pk__in=filing.sites.values("pk")[:2]).update(stage=Stage.WITHDRAWN)
    assert texts(filing, BLOCKS) == ["A district puts forward 4 to 6 sites; this list has 3."]


def test_one_kind_or_one_type_of_unit_alone_is_odd():
    filing, _by = a_good_list()
    set_all(filing, kind=Kind.SERVICE)
    assert texts(filing, ODD) == ["Every site is of the kind “service disclosure”; the programme has two."]
    for site in filing.sites.select_related("organisation"):
        site.organisation.kind = OrganisationKind.TOWN
        site.organisation.save()
    assert "Every unit is of one type (town)" in texts(filing, ODD)[1]


def test_a_designated_units_one_window_is_not_asked_for_variety():
    by = factories.user(Role.LIAISON, making.designated())
    filing = making.own_list(by)
    making.add_site(filing, by)
    set_all(filing, address="示例")
    assert texts(filing, BLOCKS) == texts(filing, ODD) == []


def test_a_designated_unit_s_window_is_not_filed_without_why_its_basis_is_good():
    by = factories.user(Role.LIAISON, making.designated())
    filing = making.own_list(by)
    site = making.add_site(filing, by)
    set_all(filing, reason=" ")

    (remark,) = [one for one in found(filing) if one.severity == BLOCKS]
    assert (remark.site, remark.field) == (site, "reason")
    assert "basis is good" in remark.text
    with pytest.raises(ValidationError, match="basis is good"):
        services.file_list(filing=filing, by=by)

    set_all(filing, reason="窗口办件量大，公开栏齐备。（示例）")
    services.file_list(filing=filing, by=by)
    [paper] = site.documents.all()
    assert [row["reason"] for row in paper.context["sites"]] == ["窗口办件量大，公开栏齐备。（示例）"]


@pytest.mark.parametrize("field", ["address", "reason", "working_body"])
def test_an_empty_field_is_odd_and_leads_to_itself(field):
    filing, _by = a_good_list()
    site = filing.sites.first()
    Site.objects.filter(pk=site.pk).update(**{field: ""})
    (remark,) = [one for one in found(filing) if one.severity == ODD]
    assert (remark.site, remark.field) == (site, field)


def test_a_missing_liaison_blocks_and_a_short_telephone_is_odd():
    filing, _by = a_good_list()
    vacant, short = filing.sites.order_by("pk")[:2]
    vacant.liaisons.all().delete()
    short.liaisons.update(phone="12-34")
    remarks = [(one.severity, one.site, one.field) for one in found(filing) if one.severity != HINT]
    assert remarks == [(BLOCKS, vacant, "liaison_name"), (ODD, short, "liaison_phone")]


def test_a_kind_that_is_not_chosen_blocks():
    filing, _by = a_good_list()
    Site.objects.filter(pk=filing.sites.first().pk).update(kind="")
    assert texts(filing, BLOCKS) == ["示例窗口0: the kind is not chosen."]


def test_a_unit_of_another_kind_or_no_more_blocks():
    filing, _by = a_good_list()
    other, gone = (site.organisation for site in filing.sites.order_by("pk")[:2])
    other.kind = OrganisationKind.OTHER
    other.save()
    gone.is_active = False
    gone.save()
    blocks = [remark for remark in found(filing) if remark.severity == BLOCKS]
    assert [remark.field for remark in blocks] == ["organisation", "organisation"]
    assert "chooses departments" in blocks[0].text
    assert "no longer exists" in blocks[1].text


def test_a_unit_without_an_account_is_odd():
    filing, _by = a_good_list()
    site = filing.sites.first()
    site.organisation.people.update(is_active=False)
    (remark,) = [one for one in found(filing) if one.severity == ODD]
    assert remark.site == site
    assert "nobody of its unit has an account" in remark.text


def test_one_telephone_for_two_and_two_windows_of_a_unit_are_told_once():
    filing, _by = a_good_list()
    first, second = filing.sites.order_by("pk")[:2]
    second.liaisons.update(phone="（0473）0000000")  # the same digits
    Site.objects.filter(pk=second.pk).update(organisation=first.organisation)
    assert texts(filing, ODD) == [
        "示例窗口0, 示例窗口1 have the same liaison telephone.",
        "示例窗口0, 示例窗口1 are windows of one unit.",
    ]


def test_the_last_day_over_is_odd(on):
    filing, _by = a_good_list()
    on("2008-02-03")
    assert texts(filing, ODD) == [
        "The last day for filing was 31 January 2008; the office can prolong the phase."
    ]


def test_what_must_be_mended_stands_in_the_order_of_the_list():
    filing, by = a_good_list(2)
    vacant = making.add_site(filing, by, liaison="")
    remarks = services.filing_problems(filing, services.rows_of(filing))
    assert [remark.site for remark in remarks] == [None, vacant]
    assert [severity for severity, _found in services.by_severity(found(filing))] == [BLOCKS, ODD, HINT]


# -- the page ----------------------------------------------------------------------


def url(filing):
    return reverse("sites:filing_check_up", args=[filing.pk])


def test_check_up_is_for_those_who_see_the_list(client):
    filing, by = a_good_list()
    assert client.get(url(filing)).status_code == 302
    for stranger in (making.clerk(factories.district("乌达")), factories.user(Role.INSPECTOR)):
        client.force_login(stranger)
        assert client.get(url(filing)).status_code == 404
    for reader in (by, factories.user(Role.OFFICE)):
        client.force_login(reader)
        assert client.get(url(filing)).status_code == 200
    assert client.post(url(filing)).status_code == 405


def test_check_up_leads_the_filer_to_the_field_and_a_reader_to_the_row(client):
    filing, by = a_good_list()
    site = filing.sites.first()
    Site.objects.filter(pk=site.pk).update(address="")
    client.force_login(by)
    row_form = reverse("sites:site_edit", args=[filing.pk, site.pk])
    assert f'href="{row_form}#id_address"' in client.get(url(filing)).content.decode()
    assert 'id="id_address"' in client.get(row_form).content.decode()
    client.force_login(factories.user(Role.OFFICE))
    html = client.get(url(filing)).content.decode()
    assert row_form not in html
    assert f'href="{filing.get_absolute_url()}#site-{site.pk}"' in html


def test_check_up_offers_filing_once_nothing_blocks(client):
    filing, by = a_good_list(3)
    client.force_login(by)
    file_url = reverse("sites:filing_file", args=[filing.pk])
    assert file_url not in client.get(url(filing)).content.decode()
    making.add_site(filing, by)
    html = client.get(url(filing)).content.decode()
    assert "A district determines its list before it is filed" in html
    assert file_url not in html
    making.decide(filing, by)
    assert file_url in client.get(url(filing)).content.decode()
    client.force_login(factories.user(Role.OFFICE))
    assert file_url not in client.get(url(filing)).content.decode()


def test_check_up_of_a_filed_list_leads_back_and_says_why(client):
    filing, by = making.filed_list()
    client.force_login(by)
    response = client.get(url(filing), follow=True)
    assert response.redirect_chain == [(filing.get_absolute_url(), 302)]
    assert len(list(response.context["messages"])) == 1


def test_the_confirmation_shows_what_is_odd(client):
    filing, by = a_good_list()
    set_all(filing, working_body="")
    making.decide(filing, by)
    client.force_login(by)
    html = client.get(reverse("sites:filing_file", args=[filing.pk])).content.decode()
    assert html.count("no working body is named") == 4
    assert "File it, for good" in html


def test_the_list_counts_what_is_odd_and_leads_to_the_check_up(client):
    filing, by = a_good_list()
    set_all(filing, working_body="")
    client.force_login(by)
    html = client.get(filing.get_absolute_url()).content.decode()
    assert "4 things look odd" in html
    assert url(filing) in html


def test_check_up_same_queries_at_3_and_30_rows(client, django_assert_max_num_queries):
    filing, by = a_good_list(3)
    client.force_login(by)

    def queries():
        with django_assert_max_num_queries(12) as captured:
            assert client.get(url(filing)).status_code == 200
        return len(captured)

    few = queries()
    for _n in range(27):
        making.add_site(filing, by)
    assert queries() == few
