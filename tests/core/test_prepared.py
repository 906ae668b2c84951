"""A question that is put into SQL once finds for everybody what it would find if it was built anew."""

import datetime
import threading
from dataclasses import dataclass

import pytest
from django.db import connection
from django.db.models import Case, Count, Exists, F, OuterRef, Prefetch, Q, Subquery, Value, When
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from accounts.enums import OrganisationKind, Role
from accounts.models import Notification, Organisation, User
from core.clock import today
from core.prepared import ALL, Unpreparable, lay_beside, prepared
from core.prepared.questions import question_of
from sites.models import Filing, Programme, Site
from tests import factories
from tests.at_once import on_both

pytestmark = [pytest.mark.django_db, on_both]


@pytest.fixture(autouse=True)
def _asked_for_the_first_time():
    """No question of a test is the project's."""
    question_of.cache_clear()
    known = len(ALL)
    yield
    del ALL[known:]


def test_each_person_finds_their_own(database):
    """Whoever asks second is not answered with the first one's rows."""
    seen = prepared(lambda user: Site.objects.visible_to(user).order_by("pk"))
    for _each in range(2):
        factories.site()
    people = [factories.liaison_of(site) for site in Site.objects.all()]
    people += [factories.user(role) for role in Role.values if role != Role.LIAISON]
    people += [factories.user(Role.DISTRICT, factories.district_office(factories.district("乌达")))]
    for person in people:
        assert list(seen(person)) == list(Site.objects.visible_to(person).order_by("pk"))
    assert list(seen(people[0])) != list(seen(people[1]))


def test_who_stood_aside_finds_it_no_more(database):
    seen = prepared(lambda user: Site.objects.visible_to(user).order_by("pk"))
    site, person = factories.site(), factories.user(Role.INSPECTOR)
    assert list(seen(person)) == list(Site.objects.visible_to(person))
    person.recusals.create(site=site, reason="a relative", declared_on=today(), declared_by=person)
    assert site not in seen(person)


def test_second_time_it_is_not_built(database):
    built = []

    @prepared
    def named(text):
        built.append(text)
        return Organisation.objects.filter(name=text)

    first, second = factories.unit(), factories.unit()
    assert list(named(first.name)) == [first]
    assert list(named(second.name)) == [second]
    assert len(built) == 2  # with the stand-ins of one turn, and those of the other


def test_what_is_laid_beside_is_known_as_if_fetched_beforehand(database):
    """Each record knows its own and they know it; a narrower question goes to the database, as ever."""
    several, one, none = factories.unit(), factories.unit(), factories.unit()
    people = [factories.user(Role.LIAISON, unit) for unit in (several, several, one)]
    units = list(Organisation.objects.filter(pk__in=[several.pk, one.pk, none.pk]).order_by("pk"))
    lay_beside(units, "people", User.objects.order_by("-pk").filter(pk__in=[person.pk for person in people]))
    with CaptureQueriesContext(connection) as asked:
        known = [list(unit.people.all()) for unit in units]
        assert [person.organisation for person in known[0]] == [several, several]
    assert (known, len(asked)) == ([[people[1], people[0]], [people[2]], []], 0)
    assert list(units[1].people.filter(is_active=True)) == [people[2]]


def test_asked_once_for_all_of_it(database):
    named = prepared(lambda text: Organisation.objects.filter(name=text))
    with CaptureQueriesContext(connection) as asked:
        list(named("nobody"))
    assert len(asked) == 1


def test_texts_are_found_in_patterns_as_they_are(database):
    """What means any character to the database is one of a text."""
    holding = prepared(lambda text: Organisation.objects.filter(name__icontains=text).order_by("pk"))
    same = prepared(lambda text: Organisation.objects.filter(name__iexact=text).order_by("pk"))
    begun = prepared(lambda text: Organisation.objects.filter(name__startswith=text).order_by("pk"))
    for name in ("50% of it", "500 of it", "a_b", "axb", "back\\slash", "it's “quoted”"):
        Organisation.objects.create(name=name, short_name=name, code=name)
    for text in ("50%", "a_b", "A_B", "\\", "'", "“", "of it", "无"):
        for question in (holding, same, begun):
            assert list(question(text)) == list(question.plainly(text)), text


@dataclass(frozen=True)
class _Narrowing:
    kind: str
    by_name: bool = False


def test_what_decides_the_question_is_asked_apart(database):
    @prepared
    def bodies(narrowing, name):
        found = Organisation.objects.filter(kind=narrowing.kind)
        found = found.order_by("-name" if narrowing.by_name else "code")
        return found.filter(name=name) if name else found

    for kind in OrganisationKind:
        for by_name in (True, False):
            for name in (None, "", "海勃湾区人民政府"):
                given = _Narrowing(kind, by_name), name
                assert list(bodies(*given)) == list(bodies.plainly(*given))


def test_days_come_back_as_days(database):
    """Both as values and as what is found; SQLite keeps them as texts."""
    site = factories.site()
    site.stage_since = datetime.date(2008, 3, 1)
    site.save()
    since = prepared(
        lambda day: Site.objects.filter(stage_since__gte=day).values_list("pk", "stage_since", Value(day))
    )
    for days in (-1, 0, 1):
        day = site.stage_since + datetime.timedelta(days)
        assert list(since(day)) == ([(site.pk, site.stage_since, day)] if days < 1 else [])


def test_times_come_back_as_times(database):
    person = factories.user(Role.OFFICE)
    since = prepared(lambda time: User.objects.filter(date_joined__gte=time).values_list("date_joined"))
    assert (person.date_joined,) in list(since(person.date_joined))
    assert list(since(person.date_joined + datetime.timedelta(seconds=1))) == []


def test_day_is_found_out_only_if_it_is_asked_for(database):
    found_out = []

    def day() -> datetime.date:
        found_out.append(1)
        return datetime.date(2008, 1, 1)

    @prepared
    def due(user, day):
        sites = Site.objects.visible_to(user)
        return sites.filter(stage_since__lte=day()) if user.role == Role.OFFICE else sites

    list(due(factories.user(Role.LEADING_GROUP), day))
    assert not found_out
    list(due(factories.user(Role.OFFICE), day))
    assert found_out == [1]


def test_day_that_is_over_is_not_kept(database, on):
    due = prepared(lambda: Programme.objects.filter(phases__ends_on__lte=today()).distinct())
    on("2000-01-01")
    assert list(due()) == []
    on("2008-12-31")
    assert list(due()) == [factories.programme()]


def test_each_language_finds_its_own_texts(database):
    named = prepared(
        lambda: Organisation.objects.values_list(Value(str(translation.gettext("Sites"))), flat=True)
    )
    told = []
    for language in ("en", "zh-hans"):
        with translation.override(language):
            assert set(named()) == set(named.plainly())
            told.append(set(named()))
    assert told[0] != told[1]


def test_keys_to_choose_from_are_of_any_number(database):
    chosen = prepared(lambda keys: Organisation.objects.filter(pk__in=keys).order_by("pk"))
    keys = tuple(factories.unit().pk for _each in range(5))
    for number in range(6):
        assert [one.pk for one in chosen(keys[:number])] == list(keys[:number])
    assert question_of.cache_info().currsize == len({0, 1, 2, 4, 8})


def test_records_have_what_was_asked_beside_them(database):
    factories.site()

    @prepared
    def sites(user):
        filings = Filing.objects.visible_to(user).filter(pk=OuterRef("filing"))
        return (
            Site.objects.visible_to(user)
            .select_related("organisation__district", "filing__organisation")
            .defer("address")
            .annotate(listed=Exists(filings), state=Subquery(filings.values("state")[:1]))
            .prefetch_related("liaisons")
        )

    for role in (Role.OFFICE, Role.INSPECTOR, Role.LEADING_GROUP):
        person = factories.user(role)
        for found, plain in zip(sites(person), sites.plainly(person), strict=True):
            assert found == plain
            assert (found.listed, found.state) == (plain.listed, plain.state)
            assert found.get_deferred_fields() == {"address"}
            with CaptureQueriesContext(connection) as asked:
                assert found.filing.organisation == plain.filing.organisation
                assert list(found.liaisons.all()) == list(plain.liaisons.all())
            assert len(asked) == 0


def test_rows_of_each_form(database):
    factories.unit()
    bodies = Organisation.objects.order_by("pk")
    for plain in (
        bodies,
        bodies.values("name", "pk"),
        bodies.values_list("name", "pk"),
        bodies.values_list("name", flat=True),
        bodies.values_list("kind", named=True),
        bodies.values("kind").annotate(n=Count("pk")).order_by("kind"),
        bodies.order_by().values_list("name").union(User.objects.order_by().values_list("name"), all=True),
    ):
        assert sorted(map(repr, prepared(plain.all)())) == sorted(map(repr, plain))


def test_slice_and_count_are_asked_of_the_database(database):
    for _each in range(4):
        factories.unit()
    bodies = prepared(lambda kind: Organisation.objects.exclude(name=kind).order_by("pk"))
    plain = list(bodies.plainly("a"))
    for start, stop in ((None, 2), (1, 3), (2, None), (0, 0), (len(plain), None)):
        with CaptureQueriesContext(connection) as asked:
            assert bodies("a")[start:stop] == plain[start:stop]
        assert [sql for each in asked if "LIMIT" in (sql := each["sql"]) or "OFFSET" in sql] or stop == 0
    assert bodies("a").count() == len(plain)
    cut = prepared(lambda: Organisation.objects.order_by("pk")[:2])
    assert list(cut()) == plain[:2]
    with pytest.raises(TypeError):
        cut()[:1]


def test_nothing_to_be_found_is_no_query(database, django_assert_num_queries):
    nothing = prepared(lambda key: Organisation.objects.filter(pk__in=[]).filter(pk=key))
    with django_assert_num_queries(0):
        assert (list(nothing(1)), nothing(1).count()) == ([], 0)


def test_key_that_no_column_holds_is_nobodys(database):
    found = prepared(lambda key: Organisation.objects.filter(pk=key))
    assert (list(found(10**30)), found(10**30).count(), found(10**30)[:1]) == ([], 0, [])


def test_without_a_body_one_is_asked_for_alike(database):
    """An administrator has none."""
    seen = prepared(lambda user: Organisation.objects.visible_to(user).order_by("pk"))
    people = [User.objects.create_user("root", role=Role.SECURITY), User.objects.create_user("new")]
    people += [factories.user(Role.LIAISON), factories.user(Role.OFFICE)]
    for person in people:
        assert list(seen(person)) == list(seen.plainly(person))


# -- what is refused ------------------------------------------------------------------------------------

_BODIES = Organisation.objects


def _first_body(_user):
    return _BODIES.filter(pk=_BODIES.values_list("pk", flat=True)[0])


@pytest.mark.parametrize(
    ("build", "given"),
    [
        (lambda key: _BODIES.filter(pk=key + 1), 3),
        (lambda key: _BODIES.filter(name=f"{key + 1}"), 3),
        (lambda key: _BODIES.order_by("pk")[:key], 3),
        (lambda key: _BODIES.filter(pk=1) if key == 3 else _BODIES.all(), 3),
        (lambda key: _BODIES.filter(pk=1) if key > 3 else _BODIES.all(), 3),
        (lambda text: _BODIES.filter(name=text.strip()), "text"),
        (lambda text: _BODIES.filter(name=text.upper()), "text"),
        (lambda text: _BODIES.filter(name__in=text.split()), "text"),
        (lambda text: _BODIES.filter(name=text[:30]), "text"),
        (lambda text: _BODIES.annotate(**{"of_" + text.strip(): F("pk")}), "text"),
        (lambda day: Site.objects.filter(stage_since=day + datetime.timedelta(1)), datetime.date(2008, 1, 1)),
        (lambda day: Site.objects.filter(pk=1 if day < today() else 2), datetime.date(2008, 1, 1)),
        (lambda keys: _BODIES.filter(pk=sum(keys)), (1, 2)),
    ],
)
def test_what_is_derived_from_a_value_is_refused(database, build, given):
    with pytest.raises((Unpreparable, ValueError)):
        list(prepared(build)(given))


@pytest.mark.parametrize(
    "build",
    [
        _first_body,
        lambda user: _BODIES.filter(name=user.name),
        lambda user: _BODIES.filter(name=user.organisation.name),
        lambda user: _BODIES.filter(pk=1 if user.recusals.exists() else 2),
        lambda user: _BODIES.filter(pk=1 if user.pk == user.organisation_id else 2),
        lambda user: _BODIES.filter(pk=1 if user.organisation == _body() else 2),
        lambda user: user.notifications.all(),
        lambda user: User.objects.prefetch_related(
            Prefetch("notifications", Notification.objects.visible_to(user))
        ),
    ],
)
def test_what_asks_for_more_than_the_shape_is_refused(database, build):
    person = factories.user(Role.OFFICE)
    with pytest.raises(Unpreparable):
        list(prepared(build)(person))


def _body():
    return Organisation(pk=1)


def test_refused_question_is_refused_the_next_time_too(database):
    derived = prepared(lambda key: _BODIES.filter(pk=key + 1))
    for _each in range(2):
        with pytest.raises(Unpreparable):
            list(derived(1))


def test_values_of_two_who_are_the_same_are_both_put(database):
    """An organisation of the same key as its person: each stand-in is its own."""
    unit = factories.unit()
    person = User.objects.create_user("one", pk=unit.pk, organisation=unit, role=Role.LIAISON)
    pairs = prepared(
        lambda user: User.objects.filter(Q(pk=user.pk) & Q(organisation=user.organisation_id)).annotate(
            mine=Case(When(organisation=user.organisation_id, then=Value("mine")), default=Value("no"))
        )
    )
    assert [one.mine for one in pairs(person)] == ["mine"]
    other = factories.user(Role.LIAISON)
    assert list(pairs(other)) == [other]


def test_programme_is_asked_for_by_its_key(database):
    of = prepared(lambda key: Site.objects.filter(programme=key).order_by("pk"))
    site = factories.site()
    assert list(of(site.programme_id)) == [site]
    assert list(of(Programme.objects.count() + 100)) == []


@pytest.mark.django_db(transaction=True)
def test_threads_ask_it_at_once(database):
    """Each over its own connection, with its own values."""
    named = prepared(lambda text: Organisation.objects.filter(name=text))
    units = [factories.unit() for _each in range(6)]
    wrong = []

    def ask(unit):
        for _each in range(20):
            wrong.extend(found for found in named(unit.name) if found != unit)
            wrong.extend([] if len(named(unit.name)[:]) == 1 else [unit])
        connection.close()

    threads = [threading.Thread(target=ask, args=[unit]) for unit in units]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
