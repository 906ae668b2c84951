"""谁还没报: who has not filed, who answers for it, and the reminder."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone, translation

from accounts.enums import Role
from accounts.models import Notification
from sites import overview, services
from sites.enums import Level
from sites.models import Programme
from tests import factories
from tests.at_once import at_once, kinds
from tests.sites import making

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

LATE = "2008-02-03"


@pytest.fixture
def office():
    return factories.user(Role.OFFICE)


def standing(organisation, level=Level.DISTRICT):
    found = overview.standings(factories.programme())
    return next(one for one in found if (one.organisation, one.level) == (organisation, level))


def remind(by, only=""):
    return services.remind(programme=factories.programme(), by=by, only=only)


def earlier(programme):
    """A programme that ran before, with a list of its own."""
    return Programme.objects.create(
        title="示例方案",
        document_number="示例〔2006〕1号",
        issuer="示例",
        addressees="示例",
        issued_on="2006-12-28",
        notice_title="示例",
        text="示例",
        is_current=False,
    )


# -- who answers for it --------------------------------------------------------------


def test_a_standing_names_those_who_can_file_and_when_they_were_here_last():
    by = making.clerk()
    gone = making.clerk()
    gone.is_active = False
    gone.save()
    assert standing(factories.district()).people == [by]
    assert standing(factories.district()).last_sign_in is None
    by.last_login = timezone.now()
    by.save()
    assert standing(factories.district()).last_sign_in == by.last_login


def test_a_designated_unit_is_answered_for_by_its_liaisons_alone():
    unit = making.designated()
    by = factories.user(Role.LIAISON, unit)
    factories.user(Role.INSPECTOR, unit)
    assert standing(unit, Level.CITY).people == [by]


def test_the_district_that_is_designated_too_answers_twice_and_apart():
    haibowan = making.designated(1)
    unit, office = factories.user(Role.LIAISON, haibowan), making.clerk(haibowan)
    assert standing(haibowan, Level.CITY).people == [unit]
    assert standing(haibowan, Level.DISTRICT).people == [office]


def test_counts_add_up(on):
    making.filed_list()
    on(LATE)
    counts = overview.counts(overview.standings(factories.programme()))
    assert (counts.total, counts.filed, counts.missing, counts.late) == (11, 1, 10, 10)
    assert not counts.is_complete


def test_a_dissolved_district_owes_no_list_unless_it_has_one():
    gone = factories.district("乌达")
    gone.is_active = False
    gone.save()
    assert gone not in [one.organisation for one in overview.standings(factories.programme())]
    making.own_list(making.clerk(gone))
    assert gone in [one.organisation for one in overview.standings(factories.programme())]


# -- the reminder --------------------------------------------------------------------


def test_remind_tells_the_people_of_every_late_body(on, office):
    making.filed_list()
    late = [making.clerk(factories.district("乌达")), factories.user(Role.LIAISON, making.designated())]
    on(LATE)
    told = remind(office)
    assert [one.organisation for one in told] == [making.designated(), factories.district("乌达")]
    news = Notification.objects.filter(text=overview.REMINDER)
    assert {one.user for one in news} == set(late)
    assert all(
        one.url == f"{reverse('sites:my_filing')}?programme={factories.programme().pk}" for one in news
    )
    with translation.override("zh-hans"):
        assert "2008年1月31日" in str(news[0])
    with translation.override("en"):
        assert "31 January 2008" in str(news[0])


def test_remind_leads_to_the_list_that_is_begun(on, office):
    filing, by = making.complete_list()
    on(LATE)
    remind(office)
    assert Notification.objects.get(user=by).url == filing.get_absolute_url()


def test_remind_one_works_before_it_is_late(office):
    by, other = making.clerk(), making.clerk(factories.district("乌达"))
    remind(office, standing(factories.district()).key)
    assert Notification.objects.filter(user=by).count() == 1
    assert not Notification.objects.filter(user=other).exists()


def test_remind_twice_a_day_is_refused_and_possible_on_the_next(on, office):
    by = making.clerk()
    on(LATE)
    remind(office)
    for only in ("", standing(factories.district()).key):
        with pytest.raises(ValidationError) as caught:
            remind(office, only)
        assert "Reminded today already" in caught.value.messages[0]
    assert standing(factories.district()).is_reminded
    on("2008-02-04")
    assert not standing(factories.district()).is_reminded
    remind(office)
    assert Notification.objects.filter(user=by).count() == 2


def test_remind_all_passes_over_who_was_reminded_today(on, office):
    first, second = making.clerk(), making.clerk(factories.district("乌达"))
    on(LATE)
    remind(office, standing(factories.district()).key)
    remind(office)
    assert [Notification.objects.filter(user=one).count() for one in (first, second)] == [1, 1]


@pytest.mark.parametrize("only", ["", "district-0", "x"])
def test_remind_nobody_says_so(office, only):
    making.filed_list()
    with pytest.raises(ValidationError) as caught:
        remind(office, only)
    assert "nobody to remind" in caught.value.messages[0]
    assert not Notification.objects.filter(text=overview.REMINDER).exists()


def test_remind_who_has_filed_or_has_no_account_is_refused(on, office):
    filing, _by = making.filed_list()
    on(LATE)
    with pytest.raises(ValidationError):
        remind(office, standing(filing.organisation).key)
    with pytest.raises(ValidationError) as caught:
        remind(office, standing(factories.district("海南")).key)
    assert "has an account" in caught.value.messages[0]


@pytest.mark.parametrize("role", [Role.LEADING_GROUP, Role.DISTRICT, Role.LIAISON, Role.INSPECTOR])
def test_remind_by_others_is_refused(on, role):
    making.clerk(factories.district("乌达"))
    on(LATE)
    with pytest.raises(PermissionDenied):
        remind(factories.user(role))
    assert not Notification.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_who_remind_at_once_remind_once(on):
    by = making.clerk()
    offices = [factories.user(Role.OFFICE) for _n in range(2)]
    on(LATE)
    outcomes = at_once(*(lambda who=who: remind(who) for who in offices))
    assert kinds(outcomes) == ["ValidationError", "done"]
    assert Notification.objects.filter(user=by).count() == 1


def test_a_reminder_reads_in_the_readers_language(on, office):
    making.clerk()
    on(LATE)
    remind(office)
    with translation.override("zh-hans"):
        assert "尚未上报" in str(Notification.objects.get())


# -- the page ------------------------------------------------------------------------


def page(client, by, **query):
    client.force_login(by)
    return client.get(reverse("sites:filings"), query)


def test_the_page_shows_who_answers_and_who_has_no_account(client, on, office):
    by = making.clerk()
    by.phone = "0473-0000001"
    by.save()
    on(LATE)
    html = page(client, office, state="late").content.decode()
    assert by.name in html
    assert by.phone in html
    assert html.count("no account") == 10
    assert "late by 3 working days" in html
    assert "0 of 11 lists are filed." in html


def test_the_page_narrows_to_what_is_not_filed_yet(client, office):
    making.filed_list()
    making.own_list(making.clerk(factories.district("乌达")))
    response = page(client, office, state="missing")
    assert len(response.context["page_obj"].object_list) == 10


def test_the_page_reminds_and_says_who_was_reminded(client, on, office):
    by = making.clerk()
    on(LATE)
    url = reverse("sites:filing_remind")
    key = standing(factories.district()).key
    html = page(client, office).content.decode()
    assert f'action="{url}' in html
    assert f'value="{key}"' in html
    response = client.post(url, {"only": key}, follow=True)
    assert [message.level_tag for message in response.context["messages"]] == ["success"]
    assert "reminded today" in response.content.decode()
    assert Notification.objects.filter(user=by).count() == 1
    response = client.post(url, follow=True)
    assert [message.level_tag for message in response.context["messages"]] == ["error"]


def test_reminding_ladder(client, on):
    on(LATE)
    url = reverse("sites:filing_remind")
    assert client.post(url).status_code == 302
    for role in (Role.LEADING_GROUP, Role.DISTRICT, Role.LIAISON, Role.AUDITOR):
        client.force_login(factories.user(role))
        assert client.post(url).status_code == 403
    client.force_login(factories.user(Role.OFFICE))
    assert client.get(url).status_code == 405


def test_the_leading_group_reads_and_does_not_remind(client, on):
    making.clerk()
    on(LATE)
    html = page(client, factories.user(Role.LEADING_GROUP)).content.decode()
    assert reverse("sites:filing_remind") not in html


def test_the_page_lists_the_programme_that_is_chosen(client, office):
    making.filed_list()
    old = earlier(factories.programme())
    for ordinal in range(1, 5):
        old.phases.create(
            ordinal=ordinal, name="示例", starts_on="2007-01-01", ends_on="2007-01-31", tasks="示例"
        )
    filing = making.own_list(making.clerk(factories.district("乌达")))
    filing.programme = old
    filing.save()
    response = page(client, office, programme=old.pk)
    assert response.context["due"] == datetime.date(2007, 1, 31)
    assert response.context["counts"].filed == 0
    html = response.content.decode()
    assert filing.get_absolute_url() in html
    assert f'name="programme" value="{old.pk}"' in html
    assert page(client, office).context["counts"].filed == 1


def test_a_filer_of_an_earlier_programme_is_led_to_its_list_and_begins_none(client):
    by = making.clerk()
    old = earlier(factories.programme())
    assert services.filing_of(programme=old, by=by) is None
    filing = making.own_list(by)
    filing.programme = old
    filing.save()
    assert services.filing_of(programme=old, by=by) == filing
    assert page(client, by, programme=old.pk).url == filing.get_absolute_url()


def test_the_page_same_queries_at_3_and_30_people(client, office, django_assert_max_num_queries):
    def queries(people):
        for _n in range(people):
            making.clerk()
        with django_assert_max_num_queries(12) as captured:
            assert client.get(reverse("sites:filings")).status_code == 200
        return len(captured)

    client.force_login(office)
    assert queries(3) == queries(27)
