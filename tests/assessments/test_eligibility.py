"""Who may not judge which site: every kind of bar, asked of a person, of a query and of a team alike."""

import pytest
from django.utils import translation

from accounts.enums import OrganisationKind, Role
from accounts.models import Organisation
from assessments.eligibility import barred_sites, bars, is_barred, named, stood_aside, team_bars
from assessments.enums import Bar
from assessments.services import recusals, ties
from sites.enums import Level, Stage
from sites.models import Site
from tests import factories
from tests.assessments import builders

pytestmark = pytest.mark.django_db


@pytest.fixture
def places():
    """A site of the city, two of one district, and one of another district."""
    return {
        "city": builders.building(),
        "here": factories.site(Stage.BUILDING, level=Level.DISTRICT),
        "here too": factories.site(Stage.BUILDING, level=Level.DISTRICT),
        "there": factories.site(Stage.BUILDING, level=Level.DISTRICT, of=factories.district("乌达")),
        "of the district itself": factories.site(Stage.BUILDING, organisation=factories.district()),
    }


def inspector(organisation=None):
    return factories.user(Role.INSPECTOR, organisation)


def tied(unit, *, ended=False):
    person = inspector()
    tie = ties.declare(user=person, organisation=unit, reason="示例", by=person)
    if ended:
        ties.end(tie=tie, reason="示例", by=builders.office())
    return person


def aside(site):
    person = inspector()
    recusals.recuse(user=person, site=site, reason="示例")
    return person


def read_anew(people):
    return [type(person).objects.select_related("organisation").get(pk=person.pk) for person in people]


def test_every_kind_of_bar(places, django_assert_num_queries):
    here, city = factories.district(), places["city"]
    both = tied(city.organisation)
    recusals.recuse(user=both, site=city, reason="示例")
    cast = {
        "free": inspector(),
        "own unit": inspector(city.organisation),
        "district's office": inspector(factories.district_office(here)),
        "district itself": inspector(here),
        "unit in the district": inspector(factories.unit(here)),
        "tied": tied(city.organisation),
        "tie over": tied(places["here"].organisation, ended=True),
        "aside": aside(places["here too"]),
        "tied and aside": both,
    }
    people = read_anew(cast.values())
    sites = list(Site.objects.select_related("filing").filter(pk__in=[site.pk for site in places.values()]))
    with django_assert_num_queries(2):
        found = bars(people, sites)
    names = {site.pk: name for name, site in places.items()}
    who = {person.pk: name for name, person in cast.items()}
    assert {(who[person], names[site]): why for (person, site), why in found.items()} == {
        ("own unit", "city"): Bar.OWN_UNIT,
        ("district's office", "here"): Bar.OWN_DISTRICT,
        ("district's office", "here too"): Bar.OWN_DISTRICT,
        ("district itself", "here"): Bar.OWN_DISTRICT,
        ("district itself", "here too"): Bar.OWN_DISTRICT,
        ("district itself", "of the district itself"): Bar.OWN_UNIT,
        ("tied", "city"): Bar.TIE,
        ("aside", "here too"): Bar.ASIDE,
        ("tied and aside", "city"): Bar.TIE,
    }
    for person in people:
        expected = {names[site] for of, site in found if of == person.pk}
        assert {names[site.pk] for site in barred_sites(person) if site.pk in names} == expected
        asked = Site.objects.filter(is_barred(person, "pk"), pk__in=names)
        assert {names[site.pk] for site in asked} == expected


def test_site_of_no_organisation_of_ones_own_is_nobodys_bar(places):
    """Whoever is of no organisation is barred by a tie or a recusal alone."""
    person = inspector()
    person.organisation = None
    person.save()
    (person,) = read_anew([person])
    assert bars([person], list(places.values())) == {}
    recusals.recuse(user=person, site=places["here"], reason="示例")
    assert bars([person], list(places.values())) == {(person.pk, places["here"].pk): Bar.ASIDE}


def test_who_stood_aside_from_a_site_or_from_one_on_a_list(places):
    one, other, third = places["city"], places["here"], places["there"]
    people = {site: aside(site) for site in (one, other, third)}

    def triple(site):
        return people[site].pk, site.pk, site.filing_id

    assert stood_aside([one.pk], []) == {triple(one)}
    assert stood_aside([], [other.filing_id]) == {triple(other)}
    assert stood_aside([one.pk], [other.filing_id]) == {triple(one), triple(other)}
    assert stood_aside([], []) == set()


def test_team_is_barred_by_any_of_its_members_and_told_who(places):
    city, here = places["city"], places["here"]
    team = builders.team(size=3)
    leader, second, third = builders.members(team)
    ties.declare(user=third, organisation=city.organisation, reason="示例", by=third)
    recusals.recuse(user=second, site=city, reason="示例")
    with translation.override("en"):
        told = team_bars([team], [city, here])
        assert told == {
            (team.pk, city.pk): f"{second.name} (stood aside), {third.name} (tie to the unit)",
        }
        assert named({}, [leader], city) == ""


def test_kind_of_organisation_says_whether_its_district_bars():
    """A department in a district is no office of it: its people judge the district's other sites."""
    site = factories.site(Stage.BUILDING, level=Level.DISTRICT)
    for kind in OrganisationKind:
        home = Organisation.objects.create(
            name=f"示例{kind}", short_name=kind, code=f"K-{kind}", kind=kind, district=factories.district()
        )
        (person,) = read_anew([inspector(home)])
        of_office = kind == OrganisationKind.DISTRICT_OFFICE
        assert bool(bars([person], [site])) is of_office, kind
        assert barred_sites(person).exists() is of_office, kind


def test_records_of_a_site_are_asked_by_its_name_unless_it_is_said(places):
    city = places["city"]
    city.history.create(
        action="review", from_stage="filed", to_stage="reviewed", by=builders.office(), on="2008-01-10"
    )
    assert city.history.filter(is_barred(aside(city))).exists()
    assert not city.history.filter(is_barred(inspector())).exists()
