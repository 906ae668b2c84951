"""Pages of ties and recusals: declaring them, for oneself or as the office, and ending a tie."""

import pytest

from accounts.enums import Role
from assessments.models import Assignment, Recusal, Tie
from assessments.services import ties
from tests import factories
from tests.assessments import builders
from tests.assessments.pages import url

pytestmark = pytest.mark.django_db


def declare(client, name, body):
    """Look at what the tie takes, and then declare it."""
    before = Tie.objects.count()
    preview = client.post(url(name), body)
    assert (preview.status_code, Tie.objects.count()) == (200, before)
    fields = preview.context["form"]
    return client.post(url(name), {field.html_name: field.value() for field in fields})


def test_what_a_tie_takes_is_shown_before_it_is_declared(client, cast):
    """Sites, sheets, visits and teams of the person alone; another site than was seen is shown first."""
    site, organisation = cast.site, cast.site.organisation
    builders.self_assessed(site)
    sheet = builders.own_sheet(cast.assessment, cast.member)
    Assignment.objects.filter(assessment=cast.assessment).update(visit_on="2008-04-09")
    client.force_login(builders.office())
    body = {"user": cast.member.pk, "organisation": organisation.pk, "reason": "示例亲属"}
    preview = client.post(url("tie_add"), body)
    [found] = preview.context["found"]
    assert (found.site, found.sheets, found.is_last_of_office) == (site, [sheet], False)
    text = preview.content.decode()
    for words in (str(site), str(cast.assessment.assignment.team), "2008", sheet.get_role_display()):
        assert words in text, words
    assert not Recusal.objects.exists()
    unseen = {field.html_name: field.value() for field in preview.context["form"]}
    sheet.delete()
    assert client.post(url("tie_add"), unseen).context["found"][0].sheets == []
    assert declare(client, "tie_add", body).url == url("ties")
    assert Recusal.objects.get().site == site


def test_tie_that_takes_nothing_says_so(client, cast, english):
    client.force_login(cast.leader)
    page = client.post(url("my_ties"), {"organisation": factories.unit().pk, "reason": "示例"})
    assert "nothing is shut now" in page.content.decode()


def test_own_tie_is_declared_and_shown(client, cast):
    client.force_login(cast.leader)
    unit = factories.unit()
    body = {"organisation": unit.pk, "reason": "示例亲属在该单位工作"}
    assert declare(client, "my_ties", body).url == url("my_ties")
    assert Tie.objects.get(user=cast.leader).organisation == unit
    text = client.get(url("my_ties")).content.decode()
    assert unit.name in text
    assert cast.tie.reason not in text
    assert client.post(url("my_ties"), body).status_code == 422


def test_office_declares_and_ends_a_tie(client, cast):
    client.force_login(builders.office())
    unit = factories.unit()
    body = {"user": cast.member.pk, "organisation": unit.pk, "reason": "示例关系"}
    assert declare(client, "tie_add", body).url == url("ties")
    tie = Tie.objects.get(user=cast.member)
    assert client.post(url("tie_end", tie.pk), {"text": ""}).status_code == 422
    assert client.post(url("tie_end", tie.pk), {"text": "示例调离"}).url == url("ties")
    assert "示例调离" in client.get(url("ties")).content.decode()
    assert client.post(url("tie_add"), {**body, "user": builders.leader().pk}).status_code == 422


def test_nobody_ends_their_own_tie(client, cast):
    tie = ties.declare(
        user=builders.office(), organisation=factories.unit(), reason="示例", by=builders.office()
    )
    client.force_login(builders.office())
    assert client.post(url("tie_end", tie.pk), {"text": "示例"}).status_code == 403
    assert Tie.objects.in_force().filter(pk=tie.pk).exists()


def test_office_declares_a_recusal_for_somebody(client, cast):
    client.force_login(builders.office())
    body = {"user": cast.member.pk, "reason": "示例亲属"}
    assert client.post(url("site_recusals", cast.site.pk), body).url == url("recusals")
    assert Recusal.objects.get().declared_by == builders.office()
    assert cast.member.name in client.get(url("recusals")).content.decode()
    assert client.post(url("site_recusals", cast.site.pk), {"user": "", "reason": ""}).status_code == 422


def test_last_of_the_office_is_warned_before(client, cast, english):
    client.force_login(builders.office())
    page = url("recuse", cast.site.pk)
    assert "Nobody else of the office" in client.get(page).content.decode()
    factories.user(Role.OFFICE)
    assert "Nobody else of the office" not in client.get(page).content.decode()
