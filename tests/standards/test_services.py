"""Drafting, saving, publishing and discarding, as the office does them and as it is refused."""

import datetime

import pytest
from auditlog.models import LogEntry
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from accounts.enums import Role
from accounts.models import Notification
from assessments.enums import RoundKind
from assessments.services import rounds
from standards import services
from standards.enums import Kind, VersionState
from standards.fingerprints import fingerprint, of_section, of_version
from standards.models import Item, Rulebook, Standard
from standards.services import NotADraft, StaleDraft
from tests import factories
from tests.standards import drafting

pytestmark = pytest.mark.django_db


def facts(standard):
    """Everything a standard demands, without its keys."""
    return [
        (
            section.ordinal,
            section.name,
            section.text,
            section.points,
            drafting.item_values(item),
            item.ordinal,
        )
        for section in standard.sections.all()
        for item in section.items.all()
    ]


def codes(section):
    return list(section.items.values_list("ordinal", "code"))


# -- drafting ------------------------------------------------------------------


def test_draft_is_a_copy_with_the_next_version_and_its_note():
    made = drafting.draft()

    assert (made.version, made.state, made.published_on, made.note) == (2, "draft", None, "示例：试改一处")
    assert facts(made) == facts(drafting.in_force())
    assert drafting.in_force().version == 1


def test_draft_of_a_rulebook_is_a_copy():
    made = drafting.draft_rulebook()

    same = {"pass_mark", "veto_reasons", "standard_weight", "notice_days", "title"}
    old = Rulebook.objects.get(version=1)
    assert (made.version, made.state) == (2, VersionState.DRAFT)
    assert {name: getattr(made, name) for name in same} == {name: getattr(old, name) for name in same}


@pytest.mark.parametrize("make", [drafting.draft, drafting.draft_rulebook])
def test_second_draft_of_a_text_is_refused(make):
    made = make()

    with pytest.raises(ValidationError):
        make()
    with pytest.raises(ValidationError):
        services.draft_from(version=made, note="示例", by=drafting.office())
    assert type(made).objects.drafts().count() == 1


def test_second_draft_of_a_text_is_refused_by_the_database():
    drafting.draft(), drafting.draft_rulebook(), drafting.draft(Kind.GOVERNMENT_AFFAIRS)

    for add in (
        lambda: Standard.objects.create(kind=Kind.SERVICE, version=9, title="示例"),
        lambda: Rulebook.objects.create(version=9, title="示例"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            add()


@pytest.mark.parametrize("role", [role for role in Role if role not in Role.CITY_WIDE])
def test_only_the_city_publishes(role):
    standard = drafting.draft()
    with pytest.raises(PermissionDenied):
        drafting.publish(standard, by=factories.user(role))
    assert standard.series().drafts().exists()


@pytest.mark.parametrize("role", [role for role in Role if role != Role.OFFICE])
def test_only_the_office_writes(role):
    standard, person = drafting.draft(), factories.user(role)
    section = drafting.section_of(standard)

    for verb in (
        lambda: services.draft_from(
            version=drafting.in_force(Kind.GOVERNMENT_AFFAIRS), note="示例", by=person
        ),
        lambda: services.revise(
            draft=standard, values={"title": "改"}, seen=fingerprint(standard), by=person
        ),
        lambda: drafting.save(section, [], by=person),
        lambda: services.discard(draft=standard, by=person),
    ):
        with pytest.raises(PermissionDenied):
            verb()
    assert facts(standard) == facts(drafting.in_force())
    assert Standard.objects.count() == 3


def test_discarded_draft_is_gone_with_its_items():
    made = drafting.draft()

    services.discard(draft=made, by=drafting.office())

    assert not Standard.objects.drafts().exists()
    assert not Item.objects.filter(section__standard__version=2).exists()
    with pytest.raises(NotADraft):
        services.discard(draft=made, by=drafting.office())


@pytest.mark.parametrize("make", [drafting.in_force, lambda: Rulebook.objects.published().get()])
def test_published_version_is_no_draft(make):
    version = make()

    for verb in (
        lambda: services.discard(draft=version, by=drafting.office()),
        lambda: services.revise(
            draft=version, values={"title": "改"}, seen=fingerprint(version), by=drafting.office()
        ),
        lambda: drafting.publish(version),
    ):
        with pytest.raises(NotADraft):
            verb()
    assert make().title == version.title


# -- a section -----------------------------------------------------------------


def test_section_is_saved_though_its_points_do_not_add_up():
    section = drafting.section_of(drafting.draft())

    drafting.save(section, points=40, name="改名")

    section.refresh_from_db()
    assert (section.points, section.name) == (40, "改名")


def test_items_are_kept_added_dropped_and_put_in_another_order():
    section = drafting.section_of(drafting.draft())
    kept = {item.code: item.pk for item in section.items.all()}
    values = [drafting.item_values(item) for item in section.items.all()]
    first, second, *rest = values
    first["text"] = "改写"

    drafting.save(section, [*rest, {**second, "code": "", "text": "新增"}, first])

    count = len(values)
    assert codes(section) == [
        *((place, f"BS-1.{place + 2}") for place in range(1, count - 1)),
        (count - 1, f"BS-1.{count + 1}"),
        (count, "BS-1.1"),
    ]
    saved = {item.code: item for item in section.items.all()}
    assert saved["BS-1.1"].pk == kept["BS-1.1"]
    assert (saved["BS-1.1"].text, saved[f"BS-1.{count + 1}"].text) == ("改写", "新增")


def test_free_code_is_one_that_no_version_has_used():
    standard = drafting.draft()
    section = drafting.section_of(standard)
    values = [drafting.item_values(item) for item in section.items.all()]
    last = values[-1]["code"]

    drafting.save(section, values[:-1])
    drafting.save(section, [*values[:-1], {**values[-1], "code": ""}])

    assert last not in dict(codes(section)).values()


def test_item_may_lack_what_only_publication_needs():
    section = drafting.section_of(drafting.draft())

    drafting.save(section, [{"code": "BS-1.1", "text": "示例检查项", "points": 1, "clause": ""}])

    assert codes(section) == [(1, "BS-1.1")]


@pytest.mark.parametrize("code", ["BS-1.1", "ZW-1.9", "BS-2.1"])
def test_section_refuses_wrong_codes(code):
    section = drafting.section_of(drafting.draft())
    before = codes(section)
    values = [drafting.item_values(item) for item in section.items.all()]

    with pytest.raises(ValidationError):
        drafting.save(section, [*values, {**values[0], "code": code}])

    assert codes(section) == before


def test_second_person_at_a_section_is_told():
    section = drafting.section_of(drafting.draft())
    seen = of_section(section)
    drafting.save(section, name="先到")

    with pytest.raises(StaleDraft):
        drafting.save(section, name="后到", seen=seen)

    section.refresh_from_db()
    assert section.name == "先到"


def test_second_person_at_an_item_is_told():
    section = drafting.section_of(drafting.draft())
    seen = of_section(section)
    values = [drafting.item_values(item) for item in section.items.all()]
    drafting.save(section, [{**values[0], "zero_example": "示例：没有"}, *values[1:]])

    with pytest.raises(StaleDraft):
        drafting.save(section, values, seen=seen)

    assert section.items.first().zero_example == "示例：没有"


def test_changed_item_is_in_the_trail():
    section = drafting.section_of(drafting.draft())
    values = [drafting.item_values(item) for item in section.items.all()]
    before = LogEntry.objects.latest("pk").pk

    drafting.save(section, [{**values[0], "text": "改写"}, *values[1:]])

    (entry,) = LogEntry.objects.filter(pk__gt=before)
    assert entry.changes == {"text": [values[0]["text"], "改写"]}


# -- a version's own fields ----------------------------------------------------


def test_rulebook_is_revised():
    made = drafting.draft_rulebook()

    values = {"pass_mark": 70, "standard_weight": 70, "appraisal_weight": 30, "veto_reasons": ["示例"]}
    services.revise(draft=made, values=values, seen=fingerprint(made), by=drafting.office())

    made.refresh_from_db()
    assert (made.pass_mark, made.appraisal_weight, made.veto_reasons) == (70, 30, ["示例"])


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"standard_weight": 70}, "appraisal_weight"),
        ({"excellent_from": 70}, "excellent_from"),
        ({"qualified_from": 85}, "good_from"),
        ({"pass_mark": 101}, "pass_mark"),
        ({"partly_met_percent": 0}, "partly_met_percent"),
        ({"partly_met_percent": 100}, "partly_met_percent"),
        ({"bonus_cap": -1}, "bonus_cap"),
        ({"notice_days": 0}, "notice_days"),
        ({"title": ""}, "title"),
    ],
)
def test_rulebook_that_contradicts_itself_is_refused_at_its_field(values, field):
    made = drafting.draft_rulebook()

    with pytest.raises(ValidationError) as refused:
        services.revise(draft=made, values=values, seen=fingerprint(made), by=drafting.office())

    assert list(refused.value.error_dict) == [field]


def test_second_person_at_a_rulebook_is_told():
    made = drafting.draft_rulebook()
    seen = fingerprint(made)
    services.revise(draft=made, values={"pass_mark": 70}, seen=seen, by=drafting.office())

    with pytest.raises(StaleDraft):
        services.revise(draft=made, values={"pass_mark": 75}, seen=seen, by=drafting.office())

    assert Rulebook.objects.get(pk=made.pk).pass_mark == 70


# -- publishing ----------------------------------------------------------------


def test_published_draft_is_in_force_and_the_old_version_retired(on):
    on("2008-06-02")
    leader = factories.user(Role.LEADING_GROUP)
    made, old = drafting.draft(), drafting.in_force()

    drafting.publish(made)

    old.refresh_from_db(), made.refresh_from_db()
    assert (old.state, made.state) == (VersionState.RETIRED, VersionState.PUBLISHED)
    assert made.published_on == datetime.date(2008, 6, 2)
    assert Notification.objects.filter(user=leader).latest("pk").url == made.get_absolute_url()


def test_published_draft_cannot_be_changed_by_anybody():
    made = drafting.draft()
    section = drafting.section_of(made)
    drafting.publish(made)

    with pytest.raises(NotADraft):
        drafting.save(section, name="改名")
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        section.items.update(full_example="改写")
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        Standard.objects.filter(pk=made.pk).update(note="改写")


def test_draft_whose_points_do_not_sum_is_refused_with_every_reason(english):
    made = drafting.draft()
    drafting.save(drafting.section_of(made, 1), points=17)
    drafting.save(drafting.section_of(made, 2), points=28)

    with pytest.raises(ValidationError) as refused:
        drafting.publish(made)

    assert len(refused.value.messages) == 2
    assert made.series().published().get().version == 1


def test_draft_that_changed_since_it_was_read_is_not_published():
    made = drafting.draft()
    seen = of_version(made)
    drafting.save(drafting.section_of(made), name="改名")

    with pytest.raises(StaleDraft):
        services.publish(draft=made, adopt=False, seen=seen, by=drafting.office())

    assert Standard.objects.get(pk=made.pk).is_draft


def opened(kind=RoundKind.SELF):
    return rounds.open_round(
        programme=factories.programme(),
        kind=kind,
        title="示例轮次",
        due_on=datetime.date(2008, 6, 30),
        by=drafting.office(),
    )


def test_running_programme_adopts_what_it_is_asked_to():
    before = opened()
    standard, rulebook = drafting.draft(), drafting.draft_rulebook()

    drafting.publish(standard, adopt=True), drafting.publish(rulebook, adopt=True)

    after = opened(RoundKind.INSPECTION)
    other = drafting.in_force(Kind.GOVERNMENT_AFFAIRS)
    assert set(after.standards.all()) == {standard, other}
    assert after.rulebook == rulebook
    before.refresh_from_db()
    assert {each.version for each in before.standards.all()} == {1}
    assert before.rulebook.version == 1


def test_running_programme_stays_with_its_versions_when_not_asked():
    drafting.publish(drafting.draft()), drafting.publish(drafting.draft_rulebook())

    programme = factories.programme()
    assert {each.version for each in programme.standards.all()} == {1}
    assert programme.rulebook.version == 1


def test_version_is_published_where_no_programme_runs():
    programme = factories.programme()
    programme.is_current = False
    programme.save()
    made = drafting.draft()

    drafting.publish(made, adopt=True)

    assert drafting.in_force() == made
