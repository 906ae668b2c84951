"""CSV files: their letters, their rows, and the guard against formulas."""

import csv
import io
import re
from collections.abc import Iterator

from django.core.exceptions import ValidationError
from django.core.files import File
from django.utils.translation import gettext as _

from .rows import MAX_COLUMNS, Fault, Row

ENDINGS = (".csv", ".txt")
SEPARATORS = ",;\t"

_UTF8_MARK = b"\xef\xbb\xbf"
_HAN = re.compile("[\u3400-\u9fff]")
# What a spreadsheet program takes for the beginning of a formula, in its full width too.
_ACTIVE = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
# What no XML file may hold: a workbook with one of these does not open.
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# ="0473" is how other programs keep a leading zero: a text, not a calculation.
_AS_TEXT = re.compile('="([^"]*)"')
_ROUNDED = re.compile(r"-?\d(\.\d+)?E\+\d{2,3}", re.ASCII)


def decoded(content: bytes) -> str:
    """The text of a file in UTF-8 or in GBK (its superset GB18030), whichever it is throughout.

    GBK may pass for UTF-8 by chance and UTF-8 often passes for GBK, so every line must allow
    the same one. Raises ValidationError naming the first line that does not.
    """
    possible = {"utf-8"} if content.startswith(_UTF8_MARK) else {"utf-8", "gb18030"}
    content = content.removeprefix(_UTF8_MARK)
    for number, line in enumerate(content.split(b"\n"), start=1):
        if b"\0" in line:
            raise _unreadable(number)
        if not line.isascii():
            possible &= _encodings_of(line)
            if not possible:
                raise _unreadable(number)
    return content.decode("utf-8" if "utf-8" in possible else "gb18030")


def check_text(upload: "File[bytes]") -> None:
    """Raise ValidationError naming the first line that is no text at all: of a program, of a UTF-16 file."""
    number = 1
    for chunk in upload.chunks():
        before, found, _after = chunk.partition(b"\0")
        number += before.count(b"\n")
        if found:
            raise _unreadable(number)
    upload.seek(0)


def rows(text: str, separator: str, *, is_strict: bool = True) -> Iterator[Row]:
    """The rows that hold anything, numbered as a spreadsheet program shows them.

    Raises ValidationError naming the line whose quotation marks do not match; a guess at the
    separator need not be that strict.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=is_strict)
    try:
        for number, texts in enumerate(reader, start=1):
            values: dict[int, object] = {
                at: _value(text) for at, text in enumerate(texts[:MAX_COLUMNS], start=1) if text
            }
            if values:
                yield Row(number, values)
    except csv.Error as error:
        raise ValidationError(
            _("The quotation marks of line %(n)d do not match; save the file as .xlsx and upload that.")
            % {"n": reader.line_num}
        ) from error


def writable(text: str) -> str:
    """The text with one kind of line ending and without what a workbook cannot hold."""
    return _ILLEGAL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def guarded(text: str) -> str:
    """The text for a CSV file: an apostrophe before what a program would take for a formula."""
    return f"'{text}" if _ACTIVE.match(text) else text


def unguarded(text: str) -> str:
    """The text that `guarded` was given."""
    return text[1:] if text.startswith("'") and _ACTIVE.match(text) else text


def _encodings_of(line: bytes) -> set[str]:
    """What a line with other than ASCII letters may be encoded in; with 汉字 in UTF-8, that alone."""
    found = set()
    for encoding in ("utf-8", "gb18030"):
        try:
            text = line.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "utf-8" and _HAN.search(text):
            return {encoding}
        found.add(encoding)
    return found


def _value(text: str) -> str | Fault:
    if _ROUNDED.fullmatch(text):
        return Fault.ROUNDED
    if found := _AS_TEXT.fullmatch(text):
        return found[1]
    return unguarded(text)


def _unreadable(number: int) -> ValidationError:
    return ValidationError(
        _(
            "Line %(n)d cannot be read: the file is neither UTF-8 nor GBK throughout. "
            "Save it as .xlsx, or as “CSV UTF-8”, and upload that."
        )
        % {"n": number}
    )
