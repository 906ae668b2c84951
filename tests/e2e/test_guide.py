"""The guide's pictures are taken here, of the demo, so that they never go stale."""

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from PIL import Image, ImageChops, ImageStat

from accounts.models import User
from assessments.models import Sheet
from desk.demo.cast import PASSWORD
from desk.rail import NO_ROLE, OF_ROLE
from documents import services
from documents.models import Document
from documents.papers import DocumentKind
from publicity import guide
from publicity.models import Notice
from sites.enums import FilingState, Level, Stage
from sites.models import Determination, Filing, Site
from tests.e2e.people import Person

PICTURES = settings.BASE_DIR / "docs" / "guide" / "pictures"
# Pictures are kept unless so much of them changed (of 255, on the average over all points).
NOTICEABLE = 0.4


@dataclass(frozen=True)
class Shot:
    """Who looks at what; `account` is nobody for the public's pages."""

    account: str
    address: Callable[[], str]
    width: int = 1120
    height: int = 760


def _page(name: str, *arguments: object) -> Callable[[], str]:
    return lambda: reverse(name, args=arguments)


def _of_site(name: str, stage: Stage, **more: object) -> Callable[[], str]:
    return lambda: reverse(name, args=[Site.objects.filter(stage=stage, **more).order_by("pk")[0].pk])


def _running_notice() -> str:
    return reverse("publicity:notice", args=[Notice.objects.get(state="published").pk])


def _list_to_review() -> str:
    return Filing.objects.filter(state=FilingState.FILED)[0].get_absolute_url()


def _list_of_a_district() -> str:
    return Filing.objects.filter(level=Level.DISTRICT).order_by("pk")[0].get_absolute_url()


def _open_sheet() -> str:
    sheet = Sheet.objects.filter(author__username="ducha3", state="draft")[0]
    return reverse("assessments:pocket", args=[sheet.pk])


SHOTS = {
    "public-home": Shot("", _page("publicity:home")),
    "public-notice": Shot("", _running_notice),
    "public-verify": Shot("", _page("publicity:verify")),
    "leading-home": Shot("lingdao", _page("desk:home")),
    "leading-determination": Shot(
        "lingdao", lambda: reverse("sites:determination", args=[Determination.objects.get().pk])
    ),
    "leading-acceptance": Shot("lingdao", _of_site("assessments:acceptance", Stage.ACCEPTED)),
    "leading-figures": Shot("lingdao", _page("desk:figures")),
    "office-home": Shot("shiban", _page("desk:home")),
    "office-reminders": Shot("shiban", _page("desk:reminders")),
    "office-filing": Shot("shiban", _list_to_review),
    "office-site": Shot("shiban", _of_site("desk:site", Stage.WARNED)),
    "office-rectification": Shot("shiban", _of_site("assessments:rectification", Stage.RECTIFYING)),
    "office-notice": Shot("shiban", _page("publicity_desk:notice_add")),
    "office-figures": Shot("shiban", _page("desk:figures")),
    "district-home": Shot("quban2", _page("desk:home")),
    "district-filing": Shot("quban1", _list_of_a_district),
    "inspector-sheet": Shot("ducha3", _open_sheet, width=360, height=720),
    "liaison-home": Shot("lianluo14", _page("desk:home")),
    "liaison-site": Shot(
        "lianluo20", _of_site("desk:site", Stage.BUILDING, organisation__people__username="lianluo20")
    ),
    "liaison-evidence": Shot(
        "lianluo20",
        _of_site("assessments:evidence", Stage.BUILDING, organisation__people__username="lianluo20"),
    ),
    "liaison-sheet": Shot(
        "lianluo20",
        lambda: Sheet.objects.get(
            role="self", assessment__site__organisation__people__username="lianluo20"
        ).get_absolute_url(),
    ),
    "liaison-rectification": Shot(
        "lianluo14",
        _of_site("assessments:rectification", Stage.RECTIFYING, organisation__people__username="lianluo14"),
    ),
    "auditor-trail": Shot("shenji", _page("desk:trail")),
}


def test_guide_shows_just_the_pictures_that_are_taken():
    shown = {name for page in guide.NAMES for name in re.findall(r"pictures/([a-z-]+)\.png", _text(page))}
    assert shown == set(SHOTS)


PAGES_OF = {**OF_ROLE, guide.NO_ROLE: NO_ROLE}


@pytest.mark.parametrize("role", PAGES_OF)
def test_every_page_of_a_role_has_its_place_in_the_guide(role):
    anchors = re.findall(r"\{:? ?#([a-z_-]+) ?\}", _text(role))
    wanted = {name.replace(":", "-") for name in PAGES_OF[role]}
    assert wanted - set(anchors) == set()


def test_what_the_guide_quotes_stands_on_the_pages():
    unknown = {
        (name, label)
        for name in set(guide.NAMES) - {guide.ENGLISH}
        for label in re.findall("“([^”]+)”|^- [*]{2}(.+?)[*]{2}", _text(name), re.MULTILINE)
        if not any(text.fullmatch("".join(label)) for text in _texts())
    }
    assert unknown == set()


@pytest.mark.django_db(transaction=True)
@pytest.mark.e2e
@pytest.mark.slow
def test_pictures_are_those_of_the_demo(browser, live_server, demo):
    for paper in Document.objects.filter(kind__in=(DocumentKind.DETERMINED_LIST, DocumentKind.FILING_FORM)):
        services.render(paper.pk)  # no worker runs here
    for account in sorted({shot.account for shot in SHOTS.values()}):
        reader = Person(browser, live_server.url)
        if account:
            reader.sign_in(User.objects.get(username=account), PASSWORD)
        for name, shot in SHOTS.items():
            if shot.account == account:
                _renew(PICTURES / f"{name}.png", _taken(reader, shot))
    assert {path.stem for path in PICTURES.glob("*.png")} == set(SHOTS)


def _text(name: str) -> str:
    text: str = (guide.FOLDER / f"{name}.md").read_text(encoding="utf-8")
    return text


@cache
def _texts() -> list[re.Pattern[str]]:
    """What the portal says in Chinese, with any number where one is filled in."""
    catalogue = settings.BASE_DIR / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
    told = re.findall(r'^msgstr\S* ((?:".*"\n?)+)', catalogue.read_text(encoding="utf-8"), re.MULTILINE)
    texts = {"".join(re.findall('"(.*)"', lines)) for lines in told}
    return [re.compile(re.sub(r"%\\\(\w+\\\)[sd]", "[0-9]+", re.escape(text))) for text in texts if text]


def _taken(reader: Person, shot: Shot) -> Image.Image:
    reader.page.set_viewport_size({"width": shot.width, "height": shot.height})
    reader.go(shot.address())
    # Few colours do for a page, and take a fifth of the room.
    return Image.open(io.BytesIO(reader.page.screenshot())).convert("RGB").quantize(64)


def _renew(path: Path, taken: Image.Image) -> None:
    if path.exists():
        kept = Image.open(path).convert("RGB")
        new = taken.convert("RGB")
        if kept.size == new.size and max(ImageStat.Stat(ImageChops.difference(kept, new)).mean) < NOTICEABLE:
            return
    taken.save(path, optimize=True)
