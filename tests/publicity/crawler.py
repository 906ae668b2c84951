"""Follows every link, as somebody without JavaScript would: of the public site, or of the desk."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

from django.test import Client
from django.urls import Resolver404, resolve

from core.once import FIELD

# Where an address stands in a page; a form is not sent, its address has to be one of ours all the same.
ADDRESSES = {"a": "href", "link": "href", "img": "src", "script": "src", "source": "src", "form": "action"}
STAFF = ("/accounts/", "/desk/", "/admin/")
VOID_OF_WORDS = ("hidden", "submit", "button")

# Where forms without a key are sent (core.once): they make nothing, or what they make has its own guard.
KEYLESS = {
    "account_login": "signing in",
    "account_logout": "signing out",
    "publicity:verify_file": "compares a file and makes nothing",
    "set_language": "a cookie of the reader's",
    "preferences": "a cookie of the reader's",
    "desk:notifications_read": "marks as read what is read",
    "desk:dossier_delete": "deletes, and the row must be written before the file goes",
    "documents:retry": "makes the file of the same paper, and must reach the worker at once",
    "assessments:score": "a mark carries its row's version, and a mark sent twice is stored once",
    "assessments:pocket_score": "as above",
    "assessments:consent": "names the version of the mark that is agreed to",
    "assessments:link_check": "looks up again what is on record",
    "publicity:appraisal": "the code in the address is good for one answer, and its page sets no cookie",
}

# Pages whose title says something else than their heading does.
OTHERWISE_TITLED = {
    "publicity:home": "the site's own name would stand there twice",
    "publicity:programme": "the heading is the plan's whole name, the title what the navigation calls it",
    "publicity:verify_code": "many papers are on record; the title has the number",
    "documents:detail": "the heading is the paper's long name, the title its number",
    "assessments:evidence_view": "the heading is what the evidence shows, the title the file's name",
    "assessments:score_history": "the heading is the item's whole text",
    "assessments:draw": "draws of a round share their heading; the title has the day",
    "publicity_desk:letter": "letters of a kind share their heading; the title has the number",
    "sites:site_edit": "rows share their heading; the title has the site's name",
}


@dataclass
class Form:
    """A form as it is drawn: how and where it is sent, with the fields that nobody types into."""

    method: str
    action: str
    hidden: dict[str, str] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)  # the fields a text can be typed into
    shown: dict[str, list[str]] = field(default_factory=dict)  # what stands in the fields people change
    searched: list[str] = field(default_factory=list)  # the lines that look something up
    typed: dict[str, str] = field(default_factory=dict)  # the fields typed into or given a file: their kind
    choices: dict[str, list[str]] = field(default_factory=dict)  # what is to be chosen from


class Page(HTMLParser):
    """What a test asks of one page."""

    def __init__(self, address: str, html: str) -> None:
        super().__init__()
        self.address, self.html = address, html
        self.lang = ""
        self.title = ""
        self.metas: dict[str, str] = {}
        self.headings, self.heading = 0, ""
        self.ids: list[str] = []
        self.links: list[tuple[str, str]] = []
        self.inputs: list[dict[str, str]] = []
        self.forms: list[Form] = []
        self.labelled: set[str] = set()
        self.values: list[str] = []  # of all options and boxes
        self.offered: Counter[str] = Counter()  # by field, how many are to be chosen from and are not chosen
        self._open: list[str] = []
        self._field = ""  # the text area that is open, or the select
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if "id" in given:
            self.ids.append(given["id"])
        if given.get(ADDRESSES.get(tag, "")):
            self.links.append((tag, given[ADDRESSES[tag]]))
        if tag == "html":
            self.lang = given.get("lang", "")
        elif tag == "meta" and "name" in given:
            self.metas[given["name"]] = given.get("content", "")
        elif tag == "h1":
            self.headings += 1
        elif tag == "label":
            self.labelled.add(given.get("for", ""))
        elif tag in ("input", "select", "textarea") and given.get("type") not in VOID_OF_WORDS:
            self.inputs.append(given | {"in label": "label" if "label" in self._open else ""})
        if tag in ("title", "h1", "label", "svg"):
            self._open.append(tag)
        self._note_form(tag, given)

    def _note_form(self, tag: str, given: dict[str, str]) -> None:
        if tag == "form":
            action = urljoin(self.address, given.get("action", ""))
            self.forms.append(Form(given.get("method", "get").lower(), action))
        elif tag == "input" and given.get("type") == "hidden" and self.forms:
            self.forms[-1].hidden[given.get("name", "")] = given.get("value", "")
        elif self.forms:
            self._note_field(tag, given)

    def _note_field(self, tag: str, given: dict[str, str]) -> None:
        """What a person can type into, and what already stands there."""
        form, name, kind = self.forms[-1], given.get("name", ""), given.get("type", "text")
        if tag == "textarea" or (tag == "input" and kind == "text"):
            form.lines.append(name)
        if kind == "search":
            form.searched.append(name)
        if tag in ("textarea", "select"):
            self._field = name
        is_chosen = "selected" in given or "checked" in given
        is_choice = tag == "option" or kind in ("checkbox", "radio")
        if is_choice:
            self.values.append(given.get("value", ""))
        if is_choice and not is_chosen:
            self.offered[name or self._field] += 1
        if is_choice:
            form.choices.setdefault(name or self._field, []).append(given.get("value", ""))
        is_typed = tag == "input" and kind not in ("hidden", "checkbox", "radio", "file", "submit")
        if is_typed or tag == "textarea" or kind == "file":
            form.typed[name] = kind
        if given.get("value") and (is_chosen or is_typed):
            form.shown.setdefault(name or self._field, []).append(given["value"])

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1] == tag:
            self._open.pop()
        if tag in ("textarea", "select"):
            self._field = ""

    def handle_data(self, data: str) -> None:
        if self._open == ["title"]:
            self.title += data
        elif self._open == ["h1"]:
            self.heading += data
        if self._field in (self.forms[-1].lines if self.forms else ()) and data.strip():
            self.forms[-1].shown.setdefault(self._field, []).append(data.lstrip("\n"))

    @property
    def title_fits(self) -> bool:
        """The title says what the heading says; a heading that many pages share has more beside it there."""
        heading, title = (" ".join(text.split()) for text in (self.heading, self.title))
        return heading in title or view_of(self.address) in OTHERWISE_TITLED

    @property
    def keys(self) -> list[str]:
        return [form.hidden[FIELD] for form in self.forms if FIELD in form.hidden]

    @property
    def without_key(self) -> list[str]:
        """Where forms are sent that would make a thing twice when they are sent twice."""
        sent = [form for form in self.forms if form.method == "post" and FIELD not in form.hidden]
        return [view for form in sent if (view := view_of(form.action)) not in KEYLESS]

    @property
    def unlabelled(self) -> list[dict[str, str]]:
        """The fields a screen reader would have no name for."""
        return [
            one
            for one in self.inputs
            if not (one["in label"] or "aria-label" in one or one.get("id") in self.labelled)
        ]


@dataclass
class Crawl:
    """Every page and file that can be reached, what answered otherwise than 200, what leads away."""

    pages: dict[str, Page] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    dead: list[str] = field(default_factory=list)
    away: list[str] = field(default_factory=list)
    static: set[str] = field(default_factory=set)

    def fragments_lost(self) -> Iterator[str]:
        """Links to a place within a page that is not there."""
        for page in self.pages.values():
            for tag, link in page.links:
                where, fragment = urldefrag(urljoin(page.address, link))
                target = self.pages.get(where)
                if tag == "a" and fragment and target and fragment not in target.ids:
                    yield f"{page.address} → {link}"


def view_of(address: str) -> str:
    """The view's name; of an address that is none of ours, the address."""
    try:
        return resolve(urlsplit(address).path).view_name
    except Resolver404:
        return address


def crawl(
    client: Client,
    *starts: str,
    most: int = 400,
    is_read: Callable[[str], bool] = lambda address: not address.startswith(STAFF),
    alike: int = 0,
) -> Crawl:
    """From these addresses along every link, each once; forms are looked at and not sent.

    A page that is not `is_read` must answer; where it leads is not looked at. Of the addresses of one view
    no more than `alike` are opened, if so many are given.
    """
    found, waiting, seen = Crawl(), list(starts), set(starts)
    opened: Counter[str] = Counter()
    while waiting:
        assert len(seen) < most, "the site has no end"
        address = waiting.pop(0)
        opened[view := view_of(address)] += 1
        if alike and opened[view] > alike:
            continue
        answer = client.get(address, follow=True)
        if answer.status_code != 200:
            found.dead.append(f"{address}: {answer.status_code}")
            continue
        if not answer["Content-Type"].startswith("text/html") or not is_read(address):
            found.files[address] = b"".join(answer) if answer.streaming else answer.content
            continue
        page = found.pages[address] = Page(address, answer.content.decode())
        for tag, link in page.links:
            there = urldefrag(urljoin(address, link)).url
            if urlsplit(there).netloc or urlsplit(there).scheme:
                found.away.append(f"{address} → {link}")
            elif there.startswith("/static/"):
                found.static.add(there)
            elif tag != "form" and there not in seen:
                seen.add(there)
                waiting.append(there)
    return found
