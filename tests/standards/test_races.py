"""Two people at the same moment, on real connections with real commits."""

import pytest

from standards import services
from standards.fingerprints import of_section, of_version
from standards.models import Section, Standard
from tests import reviewing
from tests.at_once import at_once, kinds
from tests.standards import drafting

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_drafts_at_once():
    version, office = drafting.in_force(), drafting.office()

    def begin():
        services.draft_from(version=Standard.objects.get(pk=version.pk), note="示例", by=office)

    assert kinds(at_once(begin, begin)) == ["ValidationError", "done"]
    assert Standard.objects.drafts().get().sections.count() == 4


def test_two_people_save_a_section_at_once():
    section, office = drafting.section_of(drafting.draft()), drafting.office()
    seen = of_section(section)

    def write(name):
        mine = Section.objects.select_related("standard").get(pk=section.pk)
        return lambda: drafting.save(mine, name=name, seen=seen, by=office)

    outcomes = at_once(write("甲"), write("乙"))

    assert kinds(outcomes) == ["StaleDraft", "done"]
    section.refresh_from_db()
    assert section.name == "甲乙"[outcomes.index("done")]


def test_section_is_not_changed_under_the_publication():
    made, office = drafting.draft(), drafting.office()
    section, seen = drafting.section_of(made), of_version(made)
    reviewing.clear("standard", made)

    outcomes = at_once(
        lambda: services.publish(draft=made, adopt=False, seen=seen, by=office),
        lambda: drafting.save(section, name="改名", by=office),
    )

    assert kinds(outcomes) in (["NotADraft", "done"], ["StaleDraft", "done"])
    assert Standard.objects.get(pk=made.pk).is_draft == (outcomes[1] == "done")
