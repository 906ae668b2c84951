"""The library of grounds: how each stands on a day, who keeps it, and what may cite it."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.enums import Role
from core.acting import Refusal
from documents.papers import OPINION, REGULATION
from standards import services
from standards.checks import problems
from standards.citing import check_words, cited_on, no_longer
from standards.enums import GroundState, Kind
from standards.models import Ground
from tests import factories
from tests.standards import drafting

pytestmark = pytest.mark.django_db

DAY = datetime.date
LATER = "国务院令第711号"


def ground(number: str) -> Ground:
    return Ground.objects.get(number=number)


def typed(**changes) -> dict[str, str]:
    return {
        "title": "示例办法",
        "number": "示例〔2008〕1号",
        "issuer": "示例机关",
        "issued_on": "2008-01-02",
        "in_force_from": "2008-02-01",
        **changes,
    }


def end(number: str, *, on: str, by: str = "") -> None:
    """It is replaced, by one that holds from the next day or, without `by`, by nothing."""
    successor = ground(by) if by else None
    Ground.objects.filter(number=number).update(in_force_until=on, replaced_by=successor)


@pytest.mark.parametrize(
    ("day", "state"),
    [
        (DAY(2008, 4, 30), GroundState.NOT_YET),
        (DAY(2008, 5, 1), GroundState.IN_FORCE),
        (DAY(2019, 5, 14), GroundState.IN_FORCE),
        (DAY(2019, 5, 15), GroundState.REPLACED),
    ],
)
def test_date_decides_whether_the_regulation_holds(day, state):
    assert ground(REGULATION).standing(on=day) == state


def test_replaced_ground_names_its_successor_and_nobody_knows_of_it_before_it_is_issued(english):
    assert LATER in ground(REGULATION).told(on=DAY(2019, 6, 1))
    assert LATER in ground(REGULATION).told(on=DAY(2019, 5, 1))
    assert ground(REGULATION).told(on=DAY(2008, 5, 20)) == ""
    known = Ground.objects.known(on=DAY(2008, 5, 20)).values_list("number", flat=True)
    assert LATER not in known


@pytest.mark.parametrize(
    ("day", "numbers"),
    [
        (DAY(2008, 4, 30), [OPINION]),
        (DAY(2008, 5, 1), [OPINION, REGULATION]),
        (DAY(2019, 5, 15), [OPINION, LATER]),
    ],
)
def test_paper_cites_what_holds_on_its_day(day, numbers):
    assert [each.number for each in cited_on([OPINION, REGULATION], on=day)] == numbers


def test_paper_whose_ground_ended_without_another_in_force_is_refused_with_the_successor_named(english):
    Ground.objects.create(**typed(in_force_from="2008-06-01"))
    end(OPINION, on="2008-05-01", by="示例〔2008〕1号")

    with pytest.raises(Refusal, match="示例〔2008〕1号"):
        cited_on([OPINION], on=DAY(2008, 5, 20))
    assert [each.number for each in cited_on([OPINION], on=DAY(2008, 6, 1))] == ["示例〔2008〕1号"]


def test_words_that_cite_what_holds_no_longer_are_refused_with_the_successor_named(english):
    words = f"根据《中华人民共和国政府信息公开条例》（{REGULATION}）"
    check_words(words, field="grounds", on=DAY(2019, 5, 14))
    with pytest.raises(ValidationError, match=LATER):
        check_words(words, field="grounds", on=DAY(2019, 5, 15))


def test_those_that_replace_one_another_do_not_come_back(english):
    office = drafting.office()
    first = services.keep_ground(ground=Ground(), values=typed(in_force_until="2008-03-01"), by=office)
    second = typed(number="示例〔2008〕2号", in_force_until="2008-04-01", replaced_by=first)
    services.keep_ground(ground=Ground(), values=second, by=office)

    with pytest.raises(ValidationError, match="replace itself"):
        services.keep_ground(
            ground=first, values={"replaced_by": Ground.objects.get(number="示例〔2008〕2号")}, by=office
        )


@pytest.mark.parametrize(
    "wrong",
    [
        {"in_force_from": "2007-12-31"},
        {"in_force_until": "2008-01-31"},
        {"in_force_until": None, "replaced_by": True},
    ],
)
def test_database_refuses_days_out_of_order(wrong):
    fields = {**typed(), **wrong}
    if "replaced_by" in fields:
        fields["replaced_by"] = ground(OPINION)
    with pytest.raises(IntegrityError), transaction.atomic():
        Ground.objects.create(**fields)


@pytest.mark.parametrize("role", [Role.SYSTEM, Role.SECURITY])
def test_who_runs_the_portal_or_gives_rights_reads_no_ground(client, role):
    client.force_login(factories.user(role))
    for name, keys in (("grounds", []), ("ground_edit", [ground(OPINION).pk]), ("ground_new", [])):
        answer = client.get(reverse(f"standards:{name}", args=keys))
        assert answer.status_code in (403, 404)


@pytest.mark.parametrize("role", set(Role) - {Role.OFFICE, Role.SYSTEM, Role.SECURITY})
def test_only_the_office_keeps_the_library(client, role):
    user = factories.user(role)
    with pytest.raises(PermissionDenied):
        services.keep_ground(ground=Ground(), values=typed(), by=user)
    client.force_login(user)
    assert client.get(reverse("standards:ground_new")).status_code == 403
    assert client.get(reverse("standards:ground_edit", args=[ground(OPINION).pk])).status_code == 403
    page = client.get(reverse("standards:grounds")).content.decode()
    assert OPINION in page
    assert reverse("standards:ground_new") not in page


def test_office_enters_a_ground_and_puts_it_right(client, english):
    client.force_login(drafting.office())

    client.post(reverse("standards:ground_new"), typed(title="《示例办法》"))
    made = ground("示例〔2008〕1号")
    assert made.title == "示例办法"
    address = reverse("standards:ground_edit", args=[made.pk])
    client.post(address, typed(number="示例〔2008〕3号"))

    assert ground("示例〔2008〕3号").pk == made.pk
    assert "示例〔2008〕3号" in client.get(reverse("standards:grounds")).content.decode()


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"number": OPINION}, "already exists"),
        ({"in_force_from": "2008-01-01"}, "Not before it was issued."),
        ({"in_force_until": "2008-01-31"}, "Not before it came into force."),
        ({"link": "javascript:alert(1)"}, "URL"),
        ({"issued_on": "不是日期"}, "date"),
    ],
)
def test_wrong_entry_comes_back(client, english, wrong, told):
    client.force_login(drafting.office())
    answer = client.post(reverse("standards:ground_new"), typed(**wrong))
    assert answer.status_code == 422
    assert told in answer.content.decode()


def test_number_of_what_is_cited_stays(client, english):
    section = drafting.section_of(drafting.draft())
    cite(section, OPINION)
    client.force_login(drafting.office())

    address = reverse("standards:ground_edit", args=[ground(OPINION).pk])
    client.post(address, typed(number="示例〔2008〕9号"))

    assert ground(OPINION).title == "示例办法"


def cite(section, *numbers: str) -> None:
    items = [drafting.item_values(item) for item in section.items.all()]
    drafting.save(section, [{**items[0], "grounds": list(numbers)}, *items[1:]])


def test_draft_item_cites_a_ground_and_its_pages_show_it(client, english):
    section = drafting.section_of(drafting.draft(Kind.SERVICE))
    client.force_login(drafting.office())
    address = reverse("standards:section", args=[section.standard_id, section.ordinal])

    client.post(address, drafting.screen(section, **{"form-0-grounds": [OPINION]}))

    assert section.items.get(code="BS-1.1").grounds == [OPINION]
    assert OPINION in client.get(section.standard.get_absolute_url()).content.decode()
    query = {"a": drafting.in_force().pk, "b": section.standard_id}
    assert OPINION in client.get(reverse("standards:standard_compare"), query).content.decode()


def test_item_does_not_cite_anew_what_was_replaced(client, english, on):
    on("2019-06-01")
    section = drafting.section_of(drafting.draft())
    client.force_login(drafting.office())
    address = reverse("standards:section", args=[section.standard_id, section.ordinal])

    answer = client.post(address, drafting.screen(section, **{"form-0-grounds": [REGULATION]}))

    assert answer.status_code == 422
    assert f"cite 《中华人民共和国政府信息公开条例》（{LATER}）" in answer.content.decode()
    assert section.items.get(code="BS-1.1").grounds == []


def test_draft_that_cites_what_was_replaced_meanwhile_is_not_published(english, on):
    standard = drafting.draft()
    cite(drafting.section_of(standard), REGULATION)
    on("2019-06-01")

    found = [problem.text for problem in problems(standard)]

    assert [LATER in text for text in found] == [True]
    assert no_longer([REGULATION], on=DAY(2019, 5, 14)) == []


def test_published_item_keeps_what_it_cites_and_its_page_points_out_the_successor(client, english, on):
    standard = drafting.draft()
    cite(drafting.section_of(standard), REGULATION)
    drafting.publish(standard)
    on("2019-06-01")
    client.cookies["django_language"] = "en"

    page = client.get(reverse("publicity:standard", args=[Kind.SERVICE])).content.decode()

    assert f"cite 《中华人民共和国政府信息公开条例》（{LATER}）" in page
