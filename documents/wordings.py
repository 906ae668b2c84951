"""The standing text of each kind of paper as it comes with the portal (wordings.toml), passage by passage."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from django.template.loader import get_template

from .papers import DocumentKind
from .wording import Fault, faults


@cache
def _delivered() -> dict[str, dict[str, str]]:
    return tomllib.loads(Path(__file__).with_name("wordings.toml").read_text(encoding="utf-8"))


def delivered(kind: DocumentKind) -> dict[str, str]:
    """The kind's passages by their names, in reading order."""
    return dict(_delivered()[kind.value])


@cache
def annexes_of(kind: DocumentKind) -> int:
    """How many annexes a paper of this kind can have, by its template."""
    source: str = get_template(f"documents/{kind.value}.html").template.source  # type: ignore[attr-defined]
    return len(re.findall(r'<section class="annex', source))


def faults_of(kind: DocumentKind, texts: Mapping[str, str]) -> dict[str, list[Fault]]:
    """What keeps these passages from being published, by the passage's name."""
    found = {name: faults(texts.get(name, ""), kind, annexes_of(kind)) for name in delivered(kind)}
    return {name: each for name, each in found.items() if each}
