"""What the oldest Python that is promised (3.11, Debian 12's) refuses, and the tests' own may let pass."""

import ast

from tests.sources import modules


def fields(tree):
    """Of the dataclasses, those with a default."""
    for node in ast.walk(tree):
        decorators = getattr(node, "decorator_list", [])
        if isinstance(node, ast.ClassDef) and any("dataclass" in ast.unparse(each) for each in decorators):
            yield from (each for each in node.body if isinstance(each, ast.AnnAssign) and each.value)


def test_no_dataclass_has_a_mapping_for_a_default():
    found = [(path, each) for path, tree in modules() for each in fields(tree)]
    assert len(found) > 100
    mapping = [f"{path}:{each.lineno}" for path, each in found if "MappingProxy" in ast.unparse(each.value)]
    assert mapping == []
