"""What lies in a file: whatever runs is refused in words that fit, what leads elsewhere is told."""

import random
import time
from contextlib import suppress

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from core.enums import FileFlag
from core.uploads import EVIDENCE, receive
from tests.hostile_files import GOOD, HARMLESS_AS_KEPT, REFUSED, Sent

# What is refused is written into the trail.
pytestmark = pytest.mark.django_db


def received(sent: Sent):
    return receive(SimpleUploadedFile(sent.name, sent.content), EVIDENCE)


@pytest.mark.parametrize(
    ("beginning", "why"),
    [
        ("pdf-javascript", "runs when it is opened"),
        ("pdf-launch", "runs when it is opened"),
        ("pdf-names-javascript", "runs when it is opened"),
        ("pdf-xfa", "runs when it is opened"),
        ("pdf-richmedia", "runs when it is opened"),
        ("pdf-link-runs", "runs when it is opened"),
        ("pdf-opens-address", "fetches a part of itself"),
        ("pdf-submits", "fetches a part of itself"),
        ("pdf-embedded", "Other files are embedded"),
        ("pdf-locked", "password"),
        ("pdf-only-head", "damaged"),
        ("pdf-cut", "damaged"),
        ("pdf-and-zip", "Other files are hidden"),
        ("jpeg-and-zip", "Other files are hidden"),
        ("gif-10000", "more than 300 frames"),
        ("png-65000", "more than 64 million points"),
        ("png-texts", "damaged"),
        ("heic", "HEIC"),
        ("docm-as-docx", "macros"),
        ("macro-renamed", "macros"),
        ("xlsm", "macros"),
        ("xls-macro-sheet", "macros"),
        ("doc-macros", "macros"),
        ("docx-template", "fetches a part of itself"),
        ("docx-object", "fetches a part of itself"),
        ("docx-follina", "runs when it is opened"),
        ("docx-link-script", "runs when it is opened"),
        ("docx-dde", "runs when it is opened"),
        ("docx-program", "runs when it is opened"),
        ("docx-script", "runs when it is opened"),
        ("xlsx-dde", "runs when it is opened"),
        ("odt-script", "runs when it is opened"),
        ("doc-dde", "runs when it is opened"),
        ("docx-package", "Other files are embedded"),
        ("doc-package", "Other files are embedded"),
        ("docx-nested", "Other files are embedded"),
        ("docx-bomb", "far larger than any document"),
        ("docx-lying-bomb", "damaged"),
        ("docx-many-parts", "far larger than any document"),
        ("docx-astray", "damaged"),
        ("docx-entities", "damaged"),
        ("docx-locked", "password"),
    ],
)
def test_refused_with_words_that_fit(beginning, why, english):
    found = [sent for name, sent in REFUSED.items() if name.startswith(beginning)]
    assert found
    for sent in found:
        with pytest.raises(ValidationError, match=why):
            received(sent)


@pytest.mark.parametrize("sent", GOOD.values(), ids=GOOD)
def test_what_clerks_send_is_taken(sent):
    assert received(sent).name == sent.name


@pytest.mark.parametrize(
    ("name", "flags"),
    [
        ("docx-links", {FileFlag.LINKS}),
        ("pdf-links", {FileFlag.LINKS}),
        ("docx-picture-elsewhere", {FileFlag.FETCHES}),
        ("docx-chart", {FileFlag.OBJECTS}),
        ("docx", set()),
        ("pdf", set()),
        ("docx-own-template", set()),
    ],
)
def test_what_leads_elsewhere_is_told(name, flags):
    assert received({**GOOD, **HARMLESS_AS_KEPT}[name]).flags == flags


@pytest.mark.parametrize("sent", REFUSED.values(), ids=REFUSED)
def test_no_file_takes_long_to_be_refused(sent):
    sent.content  # noqa: B018  # made beforehand
    before = time.process_time()
    with pytest.raises(ValidationError):
        received(sent)
    assert time.process_time() - before < 3


@pytest.mark.parametrize("sent", GOOD.values(), ids=GOOD)
def test_broken_file_is_refused_in_words_or_taken_and_never_fails(sent):
    """As a bad line, a bad disk or a bad hand leaves it: bytes changed, cut off, doubled."""
    chance = random.Random(20080506)  # noqa: S311  # the same each time
    for _try in range(25):
        content = bytearray(sent.content)
        for _byte in range(chance.choice((1, 3, 30))):
            content[chance.randrange(8, len(content))] = chance.randrange(256)
        if chance.random() < 0.3:
            del content[chance.randrange(8, len(content)) :]
        if chance.random() < 0.2:
            content += content[: chance.randrange(len(content))]
        with suppress(ValidationError):
            receive(SimpleUploadedFile(sent.name, bytes(content)), EVIDENCE)
