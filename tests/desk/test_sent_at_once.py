"""Each form of the desk, found by following every link as each role.

It is sent while nothing can be saved, and then twice at the same moment.
"""

import datetime

import pytest
from auditlog.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings

from accounts.models import User
from core.once import FIELD
from core.request_id import HEADER
from tests.at_once import at_once, on_both
from tests.files import pdf
from tests.publicity.crawler import Form, Page, crawl, view_of
from tests.reading_only import reading_only

pytestmark = [on_both, pytest.mark.slow]

ACCOUNTS = ("shiban", "quzhu1", "quban3", "lianluo01", "lianluo20", "ducha1", "lingdao", "lingdao2")
TODAY = datetime.date(2008, 5, 20)
SAMPLES = {
    "text": "示例文字",
    "textarea": "示例文字，写得长一些，够一句完整的话。",
    "date": TODAY.isoformat(),
    "time": "09:00",
    "datetime-local": f"{TODAY}T09:00",
    "number": "3",
    "tel": "04733990000",
    "email": "shili@example.org",
    "url": "https://www.example.gov.cn/",
}


def filled(form: Form) -> dict[str, object]:
    """What somebody might send: what stands there, and a sample or the first choice where nothing does."""
    files = {
        name: SimpleUploadedFile("示例.pdf", pdf(b"sample"))
        for name, kind in form.typed.items()
        if kind == "file"
    }
    typed = {name: SAMPLES[kind] for name, kind in form.typed.items() if kind in SAMPLES}
    chosen = {name: next(filter(None, values), "") for name, values in form.choices.items()}
    return {**typed, **chosen, **form.shown, **form.hidden, **files}


def is_one(form: Form) -> bool:
    return form.method == "post" and FIELD in form.hidden


def forms_of(client: Client) -> dict[str, str]:
    """Where each form that this person may send stands, by the view it is sent to."""
    found = crawl(client, "/desk/", is_read=lambda address: address.startswith("/desk/"), alike=1, most=3000)
    return {
        view_of(form.action): address
        for address, page in found.pages.items()
        for form in page.forms
        if is_one(form)
    }


def taken_by_nothing(client: Client, form: Form) -> str:
    """What went wrong where the database only reads, and where the storage is no folder.

    The database's refusal has a page of its own; the storage's stands in the form, if the form finds no other
    fault first.
    """
    with reading_only():
        if (status := client.post(form.action, filled(form)).status_code) != 503:
            return f"{status} of a database that only reads"
    if "file" in form.typed.values():
        with override_settings(MEDIA_ROOT="/dev/null/away"):
            if (status := client.post(form.action, filled(form)).status_code) not in (200, 422, 503):
                return f"{status} of a storage that takes nothing"
    return ""


def tried(user: User, address: str, view: str) -> tuple[str, int]:
    """What went wrong, and how many of two that were sent at once were carried out."""
    clients = [Client(raise_request_exception=False) for _twice in range(2)]
    for client in clients:
        client.force_login(user)
    page = Page(address, clients[0].get(address).content.decode())
    drawn = [form for form in page.forms if is_one(form) and view_of(form.action) == view]
    if not drawn:
        return "", 0  # what was sent before has closed it
    told = taken_by_nothing(clients[0], drawn[0])
    return (told, 0) if told else send_twice(clients, drawn[0])


def send_twice(clients: list[Client], form: Form) -> tuple[str, int]:
    answers = []
    verbs = [
        lambda client=client: answers.append(client.post(form.action, filled(form))) for client in clients
    ]
    if (ends := at_once(*verbs)) != ["done", "done"]:
        return f"{ends}", 0
    if any(answer.status_code >= 500 for answer in answers):
        return f"{[answer.status_code for answer in answers]}", 0
    ids = {answer[HEADER] for answer in answers}
    written = LogEntry.objects.exclude(action=LogEntry.Action.ACCESS).filter(cid__in=ids)
    workers = set(written.values_list("cid", flat=True))
    if len(workers) > 1:
        return "both were carried out", 2
    led_to = {(answer.status_code, answer.headers.get("Location")) for answer in answers}
    if workers and len(led_to) > 1:
        return f"one was led elsewhere: {led_to}", 1
    return "", len(workers)


@pytest.mark.django_db(transaction=True)
def test_what_cannot_be_saved_is_taken_by_nothing_and_of_two_posts_at_once_one(database, demo, queue):
    sent: dict[str, int] = {}
    wrong: dict[str, str] = {}
    for account in ACCOUNTS:
        user, client = User.objects.get(username=account), Client()
        client.force_login(user)
        for view, address in forms_of(client).items():
            if sent.get(view):
                continue
            told, sent[view] = tried(user, address, view)
            if told:
                wrong[f"{account} {view}"] = told
    assert wrong == {}
    # Most take what is sent here; the others refuse a sample, which makes nothing.
    assert sum(map(bool, sent.values())) > len(sent) / 2
