"""The determined lists as the public reads them: what was determined, by which paper, and nothing else."""

import datetime

import pytest
from django.urls import reverse

from accounts.enums import Role
from documents.models import Document
from documents.papers import DocumentKind
from documents.services import render
from sites.enums import Level, ReplacementState, Stage
from sites.models import DeterminationLine, Replacement
from tests import factories
from tests.publicity import scene

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

LIST = reverse("publicity:determinations")
REASON = "示例暂不确定的理由"


def page_of(determination):
    return reverse("publicity:determination", args=[determination.pk])


def paper():
    return Document.objects.get(kind=DocumentKind.DETERMINED_LIST)


def replacement(site, state=ReplacementState.MADE, *, decided_on="2008-02-03", window="示例新窗口"):
    """A window replaced after the determination; without a date, on the list before it."""
    leader = factories.user(Role.LEADING_GROUP) if decided_on else None
    return Replacement.objects.create(
        site=site,
        before={"window_name": "示例旧窗口", "organisation": "示例旧单位"},
        after={"window_name": window, "organisation": "示例新单位"},
        reason="示例更换理由",
        opinion="示例更换意见",
        state=state,
        asked_by=factories.user(Role.DISTRICT),
        asked_on=datetime.date(2008, 1, 28),
        decided_by=leader,
        decided_on=decided_on,
    )


def test_list_without_a_determination_says_what_will_fill_it(client):
    assert b"No site has been determined yet." in client.get(LIST).content


def test_list_names_title_number_and_count(client):
    made = scene.determined(factories.site(Stage.DETERMINED), factories.site(Stage.NAMED))
    content = client.get(LIST).content.decode()
    for fact in (page_of(made), paper().title, paper().full_number, "2 sites", "2008-01-10"):
        assert fact in content
    for address in ("publicity:sites", "publicity:programme"):
        assert LIST in client.get(reverse(address)).content.decode()


def test_page_lists_the_sites_by_level_and_district(client):
    city = factories.site(Stage.DETERMINED)
    first = factories.site(Stage.BUILDING, level=Level.DISTRICT)
    second = factories.site(Stage.DETERMINED, level=Level.DISTRICT, of=factories.district("乌达"))
    content = client.get(page_of(scene.determined(second, first, city))).content.decode()
    order = ["city level", city.window_name, "海勃湾区", first.window_name, "乌达区", second.window_name]
    assert sorted(order, key=content.index) == order
    assert content.count("under construction") == 3
    assert city.organisation.name in content


def test_page_offers_the_paper_and_its_verification(client):
    made = scene.determined()
    render(paper().pk)
    content = client.get(page_of(made)).content.decode()
    code = paper().verification_code
    assert reverse("publicity:document", args=[code]) in content
    assert reverse("publicity:verify_code", args=[code]) in content
    assert client.get(reverse("publicity:document", args=[code])).status_code == 200


def test_page_before_the_file_is_made_says_so(client):
    made = scene.determined()
    assert f"The paper {paper().full_number} is being made" in client.get(page_of(made)).content.decode()


def test_page_is_silent_about_exceptions_opinions_reasons_and_people(client):
    aside = factories.site(Stage.RETURNED)
    made = scene.determined()
    DeterminationLine.objects.create(determination=made, site=aside, is_determined=False, reason=REASON)
    site = made.lines.get(is_determined=True).site
    replacement(site)
    for address in (LIST, page_of(made)):
        content = client.get(address).content.decode()
        for secret in (aside.window_name, REASON, made.by.name, "示例更换理由", "示例更换意见"):
            assert secret not in content


def test_page_dates_the_windows_replaced_since(client):
    made = scene.determined()
    site = made.lines.get().site
    replacement(site)
    replacement(site, decided_on="2008-02-20", window="示例更新窗口")
    content = client.get(page_of(made)).content.decode()
    assert "3 February 2008: “示例旧窗口” (示例旧单位) was replaced by “示例新窗口” (示例新单位)" in content
    assert content.index("示例新窗口") < content.index("示例更新窗口")


@pytest.mark.parametrize("state", [state for state in ReplacementState if state != ReplacementState.MADE])
def test_page_is_silent_about_replacements_that_were_not_made(client, state):
    made = scene.determined()
    replacement(made.lines.get().site, state)
    assert "示例新窗口" not in client.get(page_of(made)).content.decode()


def test_page_is_silent_about_replacements_before_the_determination(client):
    made = scene.determined()
    replacement(made.lines.get().site, decided_on=None)
    assert "示例新窗口" not in client.get(page_of(made)).content.decode()


def test_batch_that_determined_nothing_is_not_public(client):
    made = scene.determined()
    made.lines.update(is_determined=False, reason=REASON)
    assert client.get(page_of(made)).status_code == 404
    assert page_of(made) not in client.get(LIST).content.decode()


def test_pages_take_no_other_method_and_no_unknown_number(client):
    made = scene.determined()
    assert client.post(page_of(made)).status_code == 405
    assert client.post(LIST).status_code == 405
    assert client.get(reverse("publicity:determination", args=[999])).status_code == 404
