"""Further forms of acceptance: recorded until the recommendation, counted as the rulebook says."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation

from accounts.enums import Role
from accounts.models import User
from assessments.enums import FurtherKind
from assessments.models import FurtherForm, Round
from assessments.papers.acceptance import further_words
from assessments.services import further
from sites.enums import Stage
from sites.models import Site
from sites.workflow import InvalidTransition
from standards.models import Rulebook
from tests import factories
from tests.assessments import builders
from tests.standards import drafting

pytestmark = pytest.mark.django_db

DAY = datetime.date(2008, 5, 8)
HELD: dict[str, Any] = {
    "kind": FurtherKind.SYMPOSIUM,
    "on": DAY,
    "took_part": "示例群众代表8人",
    "found": "示例：窗口排队时间长",
}


@pytest.fixture
def site(on):
    made = factories.site(Stage.RECTIFIED)
    builders.on_site(made, weak=1)
    on("2008-05-08")
    return made


@pytest.fixture
def office(site):
    return builders.office()


def weigh(site, weight: int) -> None:
    """The site's round goes by a rulebook that gives further forms this weight."""
    other = drafting.draft_rulebook()
    Rulebook.objects.filter(pk=other.pk).update(standard_weight=80 - weight, further_weight=weight)
    Round.objects.filter(assessments__site=site).update(rulebook=other)


def recorded(site: Site, by: User, **values: Any) -> FurtherForm:
    return further.record(site=site, by=by, **HELD | values)


def test_without_a_weight_it_is_on_record_and_counts_nothing(site, office):
    recorded(site, office, score=Decimal(10))
    result = builders.recommended(site)
    assert result.further_score is None
    assert "×0%" not in result.working
    with translation.override("zh-hans"):
        assert further_words(result) == "另采取座谈会1次，供验收参考"


def test_with_a_weight_none_is_recommended_without_a_score_and_it_counts(site, office):
    weigh(site, 15)
    recorded(site, office)
    with pytest.raises(ValidationError, match="15"):
        builders.recommended(site)
    recorded(site, office, kind=FurtherKind.THIRD_PARTY, score=Decimal(60))
    result = builders.recommended(site)
    assert result.further_score == 60
    assert "＋60×15%" in result.working
    with translation.override("zh-hans"):
        assert further_words(result) == "另采取座谈会1次、第三方评估1次，得分60分，占15%"


@pytest.mark.parametrize("role", [role for role in Role if role != Role.OFFICE])
def test_the_office_alone_records_and_takes_back(site, office, role):
    entry, other = recorded(site, office), factories.user(role)
    with pytest.raises(PermissionDenied):
        recorded(site, other)
    with pytest.raises(PermissionDenied):
        further.take_back(form=entry, reason="示例", by=other)


def test_scores_are_averaged_and_those_taken_back_are_not(site, office):
    first = recorded(site, office, score=Decimal(70))
    recorded(site, office, kind=FurtherKind.UNANNOUNCED, score=Decimal("80.55"))
    recorded(site, office, kind=FurtherKind.THIRD_PARTY)
    assert further.mean_score(FurtherForm.objects.all()) == Decimal("75.28")
    with pytest.raises(ValidationError):
        further.take_back(form=first, reason=" ", by=office)
    further.take_back(form=first, reason="示例：记错示范点", by=office)
    assert further.mean_score(FurtherForm.objects.all()) == Decimal("80.55")
    with pytest.raises(InvalidTransition):
        further.take_back(form=first, reason="示例", by=office)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"on": datetime.date(2008, 5, 9)}, "on"),
        ({"score": Decimal(101)}, "score"),
        ({"found": " "}, "found"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(site, office, wrong, field):
    with pytest.raises(ValidationError) as refused:
        recorded(site, office, **wrong)
    assert set(refused.value.message_dict) == {field}
    assert not FurtherForm.objects.exists()


def test_before_the_round_and_after_the_recommendation_nothing_is_recorded(site, office):
    with pytest.raises(InvalidTransition):
        recorded(factories.site(Stage.RECTIFIED), office)
    entry = recorded(site, office)
    builders.recommended(site)
    with pytest.raises(InvalidTransition):
        recorded(site, office)
    with pytest.raises(InvalidTransition):
        further.take_back(form=entry, reason="示例", by=office)


def test_the_database_holds_to_it_too(site, office):
    entry = recorded(site, office)
    for values in (
        {"score": Decimal(101)},
        {"found": ""},
        {"on": datetime.date(2008, 5, 9)},
        {"taken_back_on": DAY},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            FurtherForm.objects.filter(pk=entry.pk).update(**values)


def test_the_pages(client, site, office):
    client.force_login(office)
    page = reverse("assessments:acceptance", args=[site.pk])
    add = reverse("assessments:further_add", args=[site.pk])
    assert add in client.get(page).content.decode()
    typed = HELD | {"on": "2008-05-08", "score": "101"}
    assert client.post(add, typed).context["form"].errors.keys() == {"score"}
    client.post(add, typed | {"score": "88"})
    entry = FurtherForm.objects.get()
    assert "示例：窗口排队时间长" in client.get(page).content.decode()
    off = reverse("assessments:further_take_back", args=[entry.pk])
    assert client.post(off, {"reason": ""}).status_code == 422
    client.post(off, {"reason": "示例：记错示范点"})
    assert "示例：记错示范点" in client.get(page).content.decode()


def test_neither_unit_nor_district_reads_who_spoke(client, site, office):
    entry = recorded(site, office)
    for person in (factories.liaison_of(site), factories.user(Role.DISTRICT)):
        assert not FurtherForm.objects.visible_to(person).exists()
        client.force_login(person)
        assert client.get(reverse("assessments:further_take_back", args=[entry.pk])).status_code in (403, 404)
