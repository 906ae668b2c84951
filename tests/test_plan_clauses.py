"""docs/plan.md: each clause of the plan is quoted to the letter, and every reference leads somewhere."""

import ast
import re
from functools import cache

import pytest
from django.conf import settings
from django.urls import resolve

ROOT = settings.BASE_DIR
CLAUSES = re.findall(
    r"^(\d+)\. (.*?)(?=^\d+\. |^#|^The |\Z)", (ROOT / "docs/plan.md").read_text(), re.MULTILINE | re.DOTALL
)
REFERENCE = re.compile(r"`([\w/.]+\.py)::(\w+)`")
ADDRESS = re.compile(r"`(/[^`]*)`")
PLAN = (ROOT / "fixtures/plan.txt").read_text()


@cache
def names(path: str) -> set[str]:
    """What a module defines at its top."""
    found = set()
    for node in ast.parse((ROOT / path).read_text()).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign):
            found |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found.add(node.target.id)
    return found


def test_every_clause_is_there_once_and_in_order():
    assert [int(number) for number, _text in CLAUSES] == list(range(1, 42))


@pytest.mark.parametrize(("number", "text"), CLAUSES)
def test_clause_quotes_the_plan_and_its_references_lead_somewhere(number, text):
    quoted = re.findall(r"「([^」]+)」", text)
    assert quoted
    assert [words for words in quoted if words not in PLAN] == []
    references = REFERENCE.findall(text)
    assert [f"{path}::{name}" for path, name in references if name not in names(path)] == []
    tests = [name for path, name in references if path.startswith("tests/")]
    assert tests
    assert all(name.startswith("test_") for name in tests)
    assert len(references) > len(tests), "its code"
    addresses = ADDRESS.findall(text)
    assert addresses
    for address in addresses:
        resolve(address.replace("<id>", "1"))
