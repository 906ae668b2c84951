"""What a password must be (GB/T 22239-2019, level 3), said in the reader's language.

`AUTH_PASSWORD_VALIDATORS` names the classes here; `accounts.services.set_password` asks them of every one.
"""

import re
import string
import threading
from collections.abc import Iterator
from typing import Any

from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import MinimumLengthValidator
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from zxcvbn import zxcvbn

from .models import User
from .models.passwords import REMEMBERED
from .services.people import STEMS

KINDS = (string.ascii_lowercase, string.ascii_uppercase, string.digits)
KINDS_WANTED = 3
# Tries within which nobody finds the whole (by zxcvbn's score), its letters, and all else of it.
SCORE_WANTED = 3
GUESSES, GUESSES_OF_LETTERS = 10**8, 10**6
# Signs that stand for letters within a word.
LETTERS = {"@": "a", "4": "a", "3": "e", "1": "i", "!": "i", "0": "o", "$": "s", "5": "s", "7": "t"}
_AS_LETTERS = re.compile(r"(?<=[^\W\d_])[@431!0$57](?=[^\W\d_])")
# More of a password is not looked at: the estimate takes longer the longer it is (20 ms for so much).
LOOKED_AT = 72
# The portal's own words and the city's, which whoever guesses knows.
OF_THE_PORTAL = (
    *("wuhai", "wuhaishi", "乌海", "乌海市", "haibowan", "海勃湾", "hainan", "海南", "wuda", "乌达"),
    *("neimenggu", "内蒙古", "shifandian", "示范点", "shifan", "示范", "zhengwugongkai", "政务公开"),
    *("zhengwu", "政务", "gongkai", "公开", "zhengfu", "政府", "shizhengfu", "市政府"),
    *("bangongshi", "办公室", "xinxi", "信息", "chuangkou", "窗口", "guanli", "guanliyuan", "管理员"),
    *("admin", "mima", "密码", "password", "renmin", "人民", "zhongguo", "中国", "woaini", "nihao"),
    *("beijing", "aoyun", "2008"),
)
# What the estimate found → what is said of it.
_SAID = {
    "user_inputs": gettext_lazy("a name, number or word of yours or of this portal"),
    "dictionary": gettext_lazy("a common word or password"),
    "spatial": gettext_lazy("keys that lie side by side"),
    "repeat": gettext_lazy("the same thing again and again"),
    "sequence": gettext_lazy("a row such as abc or 123"),
    "regex": gettext_lazy("a year or a date"),
    "date": gettext_lazy("a year or a date"),
}
# zxcvbn keeps a person's words where every thread reads them.
_one_at_a_time = threading.Lock()


class LongEnough(MinimumLengthValidator):
    def get_error_message(self) -> str:
        told = ngettext(
            "The password needs at least %(n)d character.",
            "The password needs at least %(n)d characters.",
            self.min_length,
        )
        return told % {"n": self.min_length}

    def get_help_text(self) -> str:
        return self.get_error_message()


class OfSeveralKinds:
    """Three of: small letters, capital letters, digits, anything else (a Chinese character too)."""

    def validate(self, password: str, user: User | None = None) -> None:
        used = {next((kind for kind in KINDS if sign in kind), "else") for sign in password}
        if len(used) < KINDS_WANTED:
            raise ValidationError(self.get_help_text(), code="password_of_few_kinds")

    def get_help_text(self) -> str:
        return _(
            "It needs three of these: small letters, capital letters, digits, other signs (Chinese "
            "characters count as such)."
        )


class NotUsed:
    """None of the last that this person had."""

    def validate(self, password: str, user: User | None = None) -> None:
        if user is None or user.pk is None:
            return
        had = list(user.used_passwords.values_list("password", flat=True)[:REMEMBERED])
        if any(check_password(password, each) for each in {user.password, *had}):
            raise ValidationError(self.get_help_text(), code="password_used")

    def get_help_text(self) -> str:
        return _("It is none of your last %(n)d passwords.") % {"n": REMEMBERED}


class HardToGuess:
    """By zxcvbn, which knows common passwords, words, dates and the keyboard; and by who somebody is.

    Of one easy word with digits and signs about it zxcvbn alone thinks too well.
    """

    def validate(self, password: str, user: User | None = None) -> None:
        words = [*OF_THE_PORTAL, *STEMS.values(), str(timezone.now().year)]
        words += words_about(user) if user else ()
        told = _estimated(password, words)
        if told["score"] < SCORE_WANTED:
            raise ValidationError(_advice(told), code="password_easy_to_guess")
        for written in (password, _AS_LETTERS.sub(lambda found: LETTERS[found[0]], password)):
            letters = _estimated("".join(filter(str.isalpha, written)), words)
            others = _estimated("".join(sign for sign in written if not sign.isalpha()), words)
            if letters["guesses"] < GUESSES_OF_LETTERS and others["guesses"] < GUESSES:
                raise ValidationError(_advice(letters), code="password_easy_to_guess")

    def get_help_text(self) -> str:
        return _(
            "It is not easy to guess: no common password, no row of keys, no name, telephone, date or word "
            "of work alone."
        )


def _advice(told: dict[str, Any]) -> str:
    """What was found in a password, and what to do instead."""
    found = dict.fromkeys(str(_SAID[name]) for name in _found(told))
    about = _(" It is made of %(parts)s.") % {"parts": _("; ").join(found)} if found else ""
    advice = _(
        "This password is too easy to guess.%(about)s Take two or three words that have nothing to do with "
        "each other or with you, and put digits and signs between them."
    )
    return advice % {"about": about}


def words_about(person: User) -> Iterator[str]:
    """What others know of a person: names, account, telephone, mail, organisation; whole and in parts."""
    home = person.organisation
    yield from (person.name, person.username, person.phone, person.email)
    yield from re.findall(r"[a-z]+|\d+", f"{person.username} {person.phone} {person.email}".lower())
    yield re.sub(r"\D", "", person.phone)
    # Of an account name in pinyin the given name alone, too.
    yield from (person.username.lower()[start:] for start in range(1, max(1, len(person.username) - 3)))
    if home:
        yield from (home.name, home.short_name, *home.aliases)
        yield from (home.district.name, home.district.short_name) if home.district else ()


def _estimated(password: str, words: list[str]) -> dict[str, Any]:
    with _one_at_a_time:
        told: dict[str, Any] = zxcvbn(
            password[:LOOKED_AT] or " ", user_inputs=[word for word in words if word], max_length=LOOKED_AT
        )
    return told


def _found(told: dict[str, Any]) -> Iterator[str]:
    for part in told["sequence"]:
        kind = part["pattern"]
        if kind == "dictionary" and part["dictionary_name"] == "user_inputs":
            kind = "user_inputs"
        if kind in _SAID:
            yield kind
