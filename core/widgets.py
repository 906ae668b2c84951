"""How a form's widgets are drawn: by Django's templates, but for the choices."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest
from django.utils.formats import localize
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

SELECT = "django/forms/widgets/select.html"


class Renderer(DjangoTemplates):
    """Draws a select at once, letter for letter as Django's templates do, which are two for each option.

    That was a seventh of a list's page with its filter, and most of a form that offers some hundred units.
    """

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        if template_name == SELECT:
            return mark_safe("".join(_select(context["widget"])))  # noqa: S308  # each part is escaped below
        html: str = super().render(template_name, context, request)
        return html


def _select(widget: Mapping[str, Any]) -> Iterator[str]:
    yield f'<select name="{_text(widget["name"])}"{_attributes(widget["attrs"])}>'
    for group, options, _index in widget["optgroups"]:
        if group:
            yield f'\n  <optgroup label="{_text(group)}">'
        for option in options:
            mark = f'value="{_value(option["value"])}"{_attributes(option["attrs"])}'
            yield f"\n  <option {mark}>{_text(option['label'])}</option>\n"
        if group:
            yield "\n  </optgroup>"
    yield "\n</select>"


def _attributes(attributes: Mapping[str, Any]) -> str:
    """True stands as the bare name, False not at all."""
    shown = ((name, value) for name, value in attributes.items() if value is not False)
    return "".join(
        f" {_text(name)}" if value is True else f' {_text(name)}="{_value(value)}"' for name, value in shown
    )


def _text(word: Any) -> SafeString:
    return conditional_escape(localize(word))


def _value(value: Any) -> SafeString:
    """As the machine reads it, whatever the language."""
    return conditional_escape(str(value))
