"""A choice among many is made by typing: beyond `MOST` a list is not offered whole, but narrowed.

It holds for each select and each list of boxes by itself, wherever its choices come from. The field is drawn
with a line to type into and the first of those whose name holds all the words typed; what is chosen already
stands among them whatever is looked for. What may be chosen is what the field says, as ever.

Looking up is sending the form to its own address, so that it answers with what this form offers this person,
and no other address tells names. Such a form is not carried out: it is drawn again as it was typed, without
errors (`core.forms`), and its key is not used up (`core.once`). With JavaScript only the list is put in place
(static/portal/portal.js); without, the button beside the line draws the page again.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, TypeAlias

from django import forms
from django.template.loader import render_to_string
from django.utils.choices import BaseChoiceIterator, flatten_choices
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from .search import Query

# So many are offered whole, and so many of those looked for are shown at once.
MOST = 50
# What is sent: the button, the words typed, and the words that the list was drawn for.
LOOK_UP, WORDS, LISTED = "look-up", "look-for-", "listed-"

# A choice's key and name; or a group's name and its choices.
Choice: TypeAlias = tuple[Any, Any]


def is_look_up(sent: Mapping[str, Any]) -> bool:
    """Whether a form is sent to look something up: by its button, or with words its list does not show yet.

    So nobody who types words and presses Enter sends off what was chosen before.
    """
    typed = {name.removeprefix(WORDS): sent[name] for name in sent if name.startswith(WORDS)}
    return LOOK_UP in sent or any(words != sent.get(f"{LISTED}{name}", "") for name, words in typed.items())


class FieldInPage(forms.BoundField):
    """A field as the page draws it: a choice among many with what narrows it."""

    def __init__(self, form: forms.BaseForm, field: forms.Field, name: str) -> None:
        super().__init__(form, field, name)
        self._few: Few | None = None
        if isinstance(field.widget, forms.Select | forms.CheckboxSelectMultiple):
            self._few = field.widget.choices = Few(self, field.widget)

    @property
    def look_up(self) -> "Few | None":
        """What the template draws above the list, where the choice is among many."""
        return self._few if self._few and self._few.is_among_many and not self.is_hidden else None

    def as_widget(
        self, widget: forms.Widget | None = None, attrs: Any = None, only_initial: bool = False
    ) -> SafeString:
        drawn = super().as_widget(widget, attrs, only_initial)
        if widget or not self.look_up:
            return drawn
        return render_to_string("components/look_up.html", {"field": self, "list": drawn})


class Few(BaseChoiceIterator):
    """The choices of a field that are drawn; read from the database once."""

    def __init__(self, field: FieldInPage, widget: forms.Select | forms.CheckboxSelectMultiple) -> None:
        self.field, self.widget, self.every = field, widget, widget.choices

    def __iter__(self) -> Iterator[Choice]:
        return iter(self.drawn)

    @cached_property
    def all(self) -> list[Choice]:
        return list(iter(self.every))  # of the iterator alone nobody asks the database how long it is

    @property
    def is_among_many(self) -> bool:
        return len(self._one_by_one) > MOST

    @cached_property
    def _one_by_one(self) -> list[Choice]:
        """Without their groups."""
        return list(flatten_choices(self.all))

    @cached_property
    def drawn(self) -> list[Choice]:
        if not self.is_among_many:
            return self.all
        shown = {str(key) for key, _name in self.found[:MOST]}
        if isinstance(self.widget, forms.CheckboxSelectMultiple):
            chosen = [choice for choice in self._one_by_one if str(choice[0]) in self.chosen]
            told = _("Chosen: %(count)d") % {"count": len(chosen)}
            groups = [(told, chosen), (_("To choose from"), self.found[:MOST])]
            return [(name, choices) for name, choices in groups if choices]
        return list(_only(self.all, shown | self.chosen | {""}))

    @cached_property
    def chosen(self) -> set[str]:
        return {str(key) for key in self.widget.format_value(self.field.value()) or () if key}

    @cached_property
    def rest(self) -> list[Choice]:
        """What is not chosen yet."""
        return [choice for choice in self._one_by_one if str(choice[0]) not in self.chosen | {""}]

    @cached_property
    def found(self) -> list[Choice]:
        words = [word.casefold() for word in Query.of(self.words, shortest=1).words]
        return [choice for choice in self.rest if all(word in str(choice[1]).casefold() for word in words)]

    @property
    def words(self) -> str:
        """What somebody types to narrow this list."""
        typed: str = self.field.form.data.get(f"{WORDS}{self.field.html_name}", "")
        return typed

    @property
    def is_asked(self) -> bool:
        """Whether it is this list that somebody looks up, so that the page begins there."""
        sent: Mapping[str, Any] = self.field.form.data
        name = self.field.html_name
        return sent.get(LOOK_UP) == name or self.words != sent.get(f"{LISTED}{name}", "")

    @property
    def told(self) -> str:
        """How many are found, and whether the list shows them all."""
        told = _("%(found)d of %(total)d found.") if self.words else _("%(total)d to choose from.")
        if len(self.found) > MOST:
            told = f"{told} {_('The first %(shown)d are listed.')}"
        return told % {"found": len(self.found), "total": len(self.rest), "shown": MOST}


def _only(choices: Iterable[Choice], keys: set[str]) -> Iterator[Choice]:
    """Those of these keys, in their groups and order."""
    for key, name in choices:
        if isinstance(name, list | tuple):
            if inner := list(_only(name, keys)):
                yield key, inner
        elif str(key) in keys:
            yield key, name
