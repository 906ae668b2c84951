"""The words people search by: what the office says they mean, and what was searched for in vain."""

import datetime
import re

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.rules import require_office
from publicity.models import SearchMiss, SearchWord

# Longer is a sentence; SearchMiss has room for no more.
_LONGEST = 30
# A telephone number, a number of an identity card, an address of e-mail: nobody's word for a thing.
_PERSONAL = re.compile(r"[0-9]{5,}|@")


@transaction.atomic
def keep(*, word: SearchWord | None, asked: str, meant: str, page: str, by: User) -> SearchWord:
    """A new word, or what is said of one. What was searched for in vain under it is off the list."""
    require_office(by)
    word, asked = word or SearchWord(), plain(asked)
    if SearchWord.objects.filter(asked=asked).exclude(pk=word.pk).exists():
        raise ValidationError({"asked": _("This word is on the list already.")})
    if not (meant.strip() or page):
        raise ValidationError({"meant": _("Say what it is called here, or choose the page it leads to.")})
    word.asked, word.meant, word.page = asked, meant.strip(), page
    word.save()
    SearchMiss.objects.filter(words=asked).delete()
    return word


@transaction.atomic
def remove(*, word: SearchWord, by: User) -> None:
    require_office(by)
    SearchWord.objects.filter(pk=word.pk).delete()


def plain(words: str) -> str:
    """As words are compared: without spaces, in small letters."""
    return "".join(words.split()).lower()


def missed(words: str, *, on: datetime.date) -> None:
    """Nothing published answered this; it is counted unless it may be about somebody."""
    asked = plain(words)
    is_word = len(asked) <= _LONGEST and any(char.isalnum() for char in asked)
    if is_word and not _PERSONAL.search(asked):
        SearchMiss.count(asked, on=on)


def forget(on: datetime.date) -> None:
    """What nobody has asked for since long."""
    SearchMiss.objects.filter(last_on__lt=on - datetime.timedelta(days=SearchMiss.KEPT_DAYS)).delete()
