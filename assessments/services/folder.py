"""A folder of files, each filed for the item whose number begins its name: `ZW-1.4 会议纪要.pdf`."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import PurePath

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from assessments.services.evidence import add_or_point, check_filing, items_to_show
from core.uploads import NewFiles, TurnedAway
from sites.models import Site
from standards.models import Item

# As people write a number: ZW-1.4, zw1.4, ＺＷ－1．4; static/portal/folder.js reads it the same way.
NUMBER = re.compile(r"\s*([A-Za-z]{2})[-_ ]?(\d{1,2})[._-](\d{1,2})(?!\d)")
BETWEEN = " _-.、，,:"
TITLE_LENGTH = 100


@dataclass
class Sorted:
    """What became of each file: filed for its item, or left with the reason why."""

    filed: list[tuple[str, Item]] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


def code_of(name: str) -> tuple[str, str]:
    """The item's number that a file's name begins with ("" where there is none), and what it says besides."""
    stem = unicodedata.normalize("NFKC", PurePath(name).stem)
    found = NUMBER.match(stem)
    if not found:
        return "", stem
    letters, section, item = found.groups()
    return f"{letters.upper()}-{int(section)}.{int(item)}", stem[found.end() :].strip(BETWEEN)


def file_folder(*, site: Site, files: NewFiles, by: User) -> Sorted:
    """File each file by itself, so that one that is refused holds up no other.

    One that is on file already is pointed to. Raises PermissionDenied and WorkflowError where nothing can be
    filed at all.
    """
    check_filing(site=site, by=by)
    items = {item.code: item for item in items_to_show(site=site)}
    result = Sorted()
    for file in files:
        name = file.name or ""
        code, title = code_of(name)
        try:
            if isinstance(file, TurnedAway):
                raise file.error
            if code not in items:
                raise ValidationError(_not_found(code))
            item = items[code]
            title = (title or item.text)[:TITLE_LENGTH]
            add_or_point(site=site, title=title, files=[file], by=by, pointers={item: ""})
        except ValidationError as error:
            result.left.append(_told(name, error.messages))
        else:
            result.filed.append((name, item))
    return result


def _not_found(code: str) -> str:
    if not code:
        return _("the name does not begin with an item's number")
    return _("%(code)s is no item of this site's standard") % {"code": code}


def _told(name: str, reasons: Iterable[str]) -> str:
    return _("%(file)s: %(remark)s") % {"file": name, "remark": " ".join(reasons)}
