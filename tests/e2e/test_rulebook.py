"""The rulebook through the screens: draft, opinions, secrecy review, decision, the page everybody reads."""

import pytest
from playwright.sync_api import expect

from accounts.enums import ResolutionKind, Role
from documents.models import Document, Draft
from documents.services import render
from standards.enums import VersionState
from standards.models import Article, Opinion, Rulebook
from tests import factories
from tests.agreeing import made, resolved
from tests.e2e.people import Person

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.e2e,
]
PROPOSED = "建议合格分数线定为七十五分。（示例）"


def test_rulebook_goes_from_the_draft_to_the_public_page(sign_in, on, browser, live_server) -> None:
    on("2008-01-10")
    factories.programme()
    unit = factories.user(Role.LIAISON)
    district = factories.user(Role.DISTRICT, factories.district_office(factories.district()))
    office = sign_in(factories.user(Role.OFFICE))
    draft = office_drafts(office)
    office_asks_for_opinions(office, draft)
    unit_proposes(sign_in(unit), draft)
    district_agrees(sign_in(district))
    office_answers_and_follows(office, draft)
    office_asks_for_the_review(office, draft, on)
    colleague_reviews(sign_in(factories.user(Role.OFFICE)))
    office_proposes_it(office, draft)
    resolved(ResolutionKind.RULES)
    colleague_checks_its_notice(sign_in(factories.user(Role.OFFICE)))
    leading_group_agrees(sign_in(factories.user(Role.LEADING_GROUP)), draft)
    everybody_reads_it(Person(browser, live_server.url), draft)


def state(draft: Rulebook) -> str:
    draft.refresh_from_db()
    return draft.state


def article_of(draft: Rulebook, named: str) -> Article:
    return Article.objects.get(chapter__rulebook=draft, text__contains=named)


def office_drafts(office: Person) -> Rulebook:
    """An article that names a number the rulebook does not have is refused."""
    office.go(Rulebook.objects.published().get().get_absolute_url())
    office.follow("/draft/")
    office.fill(note="调整合格分数线。（示例）")
    office.press()
    draft = Rulebook.objects.get(state=VersionState.DRAFT)
    article = article_of(draft, "{pass_mark}")
    office.go(f"/desk/rulebooks/articles/{article.pk}/")
    office.fill(text="综合得分达到{passing_mark}分的，方可通过验收。")
    with office.page.expect_navigation():
        office.page.locator("main form.form-shell button[type=submit]").last.click()
    expect(office.page.locator("main")).to_contain_text("passing_mark")
    article.refresh_from_db()
    assert "{pass_mark}" in article.text
    return draft


def office_asks_for_opinions(office: Person, draft: Rulebook) -> None:
    office.go(draft.get_absolute_url())
    office.follow("/opinions/ask/")
    office.fill(letter="请就草稿提出意见。（示例）", answer_by="2008-01-20")
    office.press()
    office.sees("尚未答复")


def unit_proposes(unit: Person, draft: Rulebook) -> None:
    """From the to-do list, to the article it is about."""
    unit.go("/desk/")
    unit.follow("/desk/rulebooks/opinions/")
    article = article_of(draft, "{pass_mark}")
    field = unit.page.locator(f"[name=article_{article.key}]")
    field.evaluate("field => field.closest('details').open = true")
    field.fill(PROPOSED)
    unit.fill(stance="proposes")
    unit.press()
    unit.sees(PROPOSED)


def district_agrees(district: Person) -> None:
    district.go("/desk/")
    district.follow("/desk/rulebooks/opinions/")
    district.fill(stance="agrees")
    district.press()
    district.sees("同意")


def office_answers_and_follows(office: Person, draft: Rulebook) -> None:
    """What it adopts it writes into the draft; the text reads with the new number at once."""
    office.go("/desk/")
    office.follow(f"/desk/rulebooks/{draft.pk}/opinions/")
    office.follow("/desk/rulebooks/proposals/")
    office.fill(taken="taken", reason="意见合理，予以采纳。（示例）")
    office.press()
    office.sees("意见合理，予以采纳。（示例）")
    office.go(f"/desk/rulebooks/{draft.pk}/edit/")
    office.fill(pass_mark="75")
    office.press()
    office.sees("综合得分达到75分")


def office_asks_for_the_review(office: Person, draft: Rulebook, on) -> None:
    """Once the day for the opinions is over."""
    on("2008-01-21")
    office.go(draft.get_absolute_url())
    office.follow("/publish/")
    office.sees("请先提请对")
    office.press("/secrecy/ask/")
    assert state(draft) == VersionState.DRAFT


def colleague_reviews(colleague: Person) -> None:
    colleague.go("/desk/")
    colleague.follow("/desk/secrecy/")
    colleague.fill(state="cleared")
    colleague.press("/give/")
    colleague.sees("可以公开")


def office_proposes_it(office: Person, draft: Rulebook) -> None:
    office.go(f"/desk/rulebooks/{draft.pk}/publish/")
    with office.page.expect_navigation():
        office.page.locator("main form.form-shell button[type=submit]").last.click()
    office.sees_no_error()
    assert state(draft) == VersionState.DRAFT


def colleague_checks_its_notice(colleague: Person) -> None:
    made(Draft.objects.get())  # no worker runs here
    colleague.go("/desk/")
    colleague.follow("/desk/documents/drafts/")
    colleague.press("/check/")


def leading_group_agrees(leader: Person, draft: Rulebook) -> None:
    leader.go("/desk/")
    leader.follow("/desk/documents/drafts/")
    leader.press("/sign/")
    assert state(draft) == VersionState.PUBLISHED
    render(Document.objects.get().pk)


def everybody_reads_it(citizen: Person, draft: Rulebook) -> None:
    """The text, the notice that issued it, what changed against the version before; the search finds it."""
    citizen.go("/rulebook/")
    citizen.sees("综合得分达到75分")
    citizen.sees("调整合格分数线。（示例）")
    citizen.sees("〔2008〕")
    citizen.follow("#differences")
    citizen.sees("综合得分达到80分")
    citizen.go("/search/?q=综合得分")
    citizen.follow("/rulebook/")
    assert Opinion.objects.filter(consultation__rulebook=draft).count() == 2
    citizen.page.context.close()
