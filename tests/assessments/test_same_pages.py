"""What a person may not know changes nothing they see: all pages they reach by links, before and after."""

import re
from urllib.parse import urljoin

import pytest

from accounts.enums import Role
from assessments.enums import ScoreLevel
from assessments.models import EvidenceLink
from assessments.services import sheets
from tests import factories
from tests.assessments import builders, photos
from tests.assessments.pages import cells_of, text_of

pytestmark = pytest.mark.django_db

LINK = re.compile(r'(?:href|src|action)="(/[^"#]+)')
# What differs from one answer to the next whatever happened: tokens against forgery, keys of forms, the nonce
# of the policy.
CHANGING = re.compile(r'(?:csrf\w*|once)"[^>]*value="[^"]+"|"X-CSRFToken": "[^"]+"|nonce="[^"]+"')
COMMON = ("/desk/standards/", "/desk/rulebooks/", "/desk/programmes/")
REASON, TITLE = "只有本人知道的扣分理由", "只有本人知道的现场照片"


def pages(client) -> dict[str, object]:
    """Everything one reaches from the desk, by address: texts, and the cells of workbooks."""
    found: dict[str, object] = {}
    left = ["/desk/"]
    while left:
        address = left.pop()
        if address in found:
            continue
        answer = client.get(address)
        found[address] = text = content(answer)
        links = LINK.findall(text) if isinstance(text, str) else ()
        onward = [answer.headers["Location"]] if answer.status_code == 302 else links
        left += [each for link in onward if is_asked(each := urljoin(address, link.split("#")[0]))]
    return found


def is_asked(address: str) -> bool:
    """Of the desk, and not about what is the same for everybody."""
    path, _mark, query = address.partition("?")
    if not path.startswith("/desk/") or path.startswith(COMMON):
        return False
    return query in ("", "format=csv", "format=xlsx") or query.startswith("section=")


def content(answer) -> object:
    kind = answer.headers.get("Content-Type", "")
    if "spreadsheet" in kind:
        return {cell for cell in cells_of(answer) if ":" not in cell}  # without the signed token
    if kind.startswith("image/") or answer.status_code >= 400:
        return answer.status_code
    return CHANGING.sub("", text_of(answer))


def differing(before: dict[str, object], after: dict[str, object]) -> set[str]:
    return {page for page in before.keys() | after.keys() if before.get(page) != after.get(page)}


class Visit:
    """A team of two at a site of a district; the member has begun the own sheet."""

    def __init__(self):
        self.district = factories.district()
        self.site = builders.building(level="district", of=self.district)
        builders.self_assessed(self.site)
        self.assessment = builders.assigned(self.site)
        self.leader, self.member = builders.members(self.assessment.assignment.team)
        self.own = builders.own_sheet(self.assessment, self.member)
        builders.fill(self.own, self.member, weak=1)

    def colleague_marks(self):
        """The whole sheet with reasons and evidence of its own, submitted."""
        sheet = builders.own_sheet(self.assessment, self.leader)
        builders.fill(sheet, self.leader, weak=5)
        item = sheet.scores.first().item
        builders.mark(sheet, item, self.leader, ScoreLevel.UNMET, version=1, reason=REASON)
        taken = builders.filed(
            self.site, photos.upload(), title=TITLE, urls=["https://example.org/only-mine"],
            assessment=self.assessment, by=self.leader, pointers={item: ""},
        )  # fmt: skip
        EvidenceLink.objects.filter(evidence=taken).update(problem="There is no page at this address.")
        sheets.submit_inspector_sheet(sheet=sheet, by=self.leader)


@pytest.fixture
def visit(on):
    on("2008-04-08")
    return Visit()


def test_member_sees_no_trace_of_a_colleague_who_is_done(client, visit):
    client.force_login(visit.member)
    before = pages(client)
    visit.colleague_marks()
    assert differing(before, pages(client)) == set()
    assert len(before) > 30


@pytest.mark.parametrize("role", [Role.LIAISON, Role.DISTRICT])
def test_unit_and_district_see_no_trace_before_the_signature(client, visit, role):
    of_district = factories.district_office(visit.district) if role == Role.DISTRICT else None
    person = factories.user(role, of_district) if of_district else builders.liaison(visit.site)
    client.force_login(person)
    before = pages(client)
    visit.colleague_marks()
    sheets.submit_inspector_sheet(sheet=visit.own, by=visit.member)
    assert differing(before, pages(client)) == set()
    assert len(before) > 20
