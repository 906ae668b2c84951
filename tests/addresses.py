"""Every address of the portal as its patterns have it, for tests that go through all of them."""

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from django.urls import URLResolver, get_resolver


class Pattern(NamedTuple):
    """`name` bears its namespaces; `wanted` are the keys it captures, each with its converter or None."""

    name: str
    route: str
    view: Callable[..., Any]
    wanted: dict[str, Any]


def patterns(
    resolver: URLResolver | None = None,
    spaces: str = "",
    before: str = "",
    wanted: dict[str, Any] | None = None,
) -> Iterator[Pattern]:
    for each in (resolver or get_resolver()).url_patterns:
        keys = each.pattern.regex.groupindex
        captured = (wanted or {}) | {key: each.pattern.converters.get(key) for key in keys}
        route = before + str(each.pattern)
        if isinstance(each, URLResolver):
            inner = f"{spaces}{each.namespace}:" if each.namespace else spaces
            yield from patterns(each, inner, route, captured)
        else:
            yield Pattern(f"{spaces}{each.name or ''}", route, each.callback, captured)


def written(route: str) -> str:
    """A route as paths have it: of a regular expression what its groups are called."""
    named = re.sub(r"\(\?P<(\w+)>[^)]*\)", r"<\1>", route)
    return re.sub(r"\^|\$|\\Z", "", named).replace("\\.", ".")
