"""How the text of a cell becomes a value, and what is told where it does not.

A parser raises ValidationError with a msgid and its placeholders, so that a complaint can be kept and each
reader has it in their language.
"""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db.models import Model
from django.db.models.enums import Choices
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_noop

from core.faces import NOT_PRINTABLE, lacking
from core.mongolian import only_mongolian
from tables.tidy import tidy

Parser = Callable[[str], Any]


# -- complaints: kept as msgid and placeholders, so that each reader has them in their language -------------


def as_kept(field: str, letter: str, error: ValidationError) -> dict[str, Any]:
    first = error.error_list[0]
    is_ours = isinstance(first.message, str)
    text, about = (first.message, first.params or {}) if is_ours else (first.messages[0], {})
    return {"field": field, "letter": letter, "text": text, "about": about}


def words_of(labels: Iterable[str | Promise]) -> list[str]:
    """The words of choices as a complaint keeps them: untranslated, and told from a text by being a list."""
    with translation.override(None):
        return [str(label) for label in labels]


def in_words(complaint: Mapping[str, Any]) -> str:
    """A complaint in the reader's language."""
    text = gettext(complaint["text"])
    about = {
        name: gettext(", ").join(map(gettext, value)) if isinstance(value, list) else value
        for name, value in complaint["about"].items()
    }
    return text % about if about else text


# -- parsers ----------------------------------------------------------------------


def plain(model: type[Model], name: str) -> Parser:
    """The rules of the model's own field, which are only asked of a text that is not simply short enough."""
    field: Any = model._meta.get_field(name)
    is_simple = all(isinstance(one, MaxLengthValidator) for one in field.validators)
    longest = (is_simple and field.max_length) or 0

    def parse(text: str) -> Any:
        if only_mongolian not in field.validators and (signs := lacking(text)):
            raise ValidationError(NOT_PRINTABLE, params={"signs": signs})
        return text if 0 < len(text) <= longest else field.clean(text, None)

    return parse


def one_of(
    choices: type[Choices], others: Mapping[str, Any] = MappingProxyType({}), offered: Iterable[Any] = ()
) -> Parser:
    """A choice by its word in any of the portal's languages, by its value, or by one of its other words.

    Of what is none, the complaint names those that are `offered`: all of them if nothing is said.
    """
    words: dict[str, Any] = dict(others)
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            words |= {tidy(str(label)).casefold(): value for value, label in choices.choices}
    words |= {str(value).casefold(): value for value in choices.values}

    def parse(text: str) -> Any:
        try:
            return words[text.casefold()]
        except KeyError:
            told = gettext_noop("Write one of: %(kinds)s.")
            labels = [choices(value).label for value in offered or choices.values]
            raise ValidationError(told, params={"kinds": words_of(labels)}) from None

    return parse


_YES = {
    "是": True,
    "yes": True,
    "true": True,
    "1": True,
    "否": False,
    "no": False,
    "false": False,
    "0": False,
}


def yes_or_no(text: str) -> bool:
    try:
        return _YES[text.casefold()]
    except KeyError:
        raise ValidationError(gettext_noop("Write yes or no.")) from None


def yes_no() -> list[str]:
    """The two words as the reader's language has them."""
    return gettext("yes,no").split(",")
