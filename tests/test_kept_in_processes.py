"""What a process keeps of the database must bear that another process, on another machine, writes there."""

import ast

from tests.sources import modules

KEEP = {"cache", "lru_cache"}
# Of the database, for as long as the process lives or until the key changes: why that is right.
BEARS = {
    "desk/figures/kept.py:sites_about": "tells very many from few; counted anew each hour",
    "sites/calendar.py:kept_arrangements": "words on pages; read anew each minute, and changed once a year",
    "standards/items.py:kept": "what was published never changes: triggers refuse it",
}
# Filled while Django starts, from code alone.
BY_CODE = {"accounts/backends.py:_along", "core/beat.py:_beside", "documents/pdf.py:_digests"}


def asks_the_database(tree):
    return any(isinstance(node, ast.Attribute) and node.attr == "objects" for node in ast.walk(tree))


def is_kept(function):
    called = [each.func if isinstance(each, ast.Call) else each for each in function.decorator_list]
    return any(
        (each.attr if isinstance(each, ast.Attribute) else getattr(each, "id", "")) in KEEP for each in called
    )


def is_empty_container(value):
    if isinstance(value, ast.Dict | ast.List | ast.Set):
        return not (value.keys if isinstance(value, ast.Dict) else value.elts)
    return isinstance(value, ast.Call) and ast.unparse(value.func) in {"dict", "list", "set", "defaultdict"}


def names_of(node):
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return [target.id for target in targets if isinstance(target, ast.Name) and not target.id.isupper()]


def test_what_is_kept_of_the_database_says_why_it_may_be():
    found = set()
    for path, tree in modules():
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
        found |= {f"{path}:{each.name}" for each in functions if is_kept(each) and asks_the_database(each)}
        if asks_the_database(tree):
            filled = [node for node in tree.body if isinstance(node, ast.Assign | ast.AnnAssign)]
            empty = [node for node in filled if node.value is not None and is_empty_container(node.value)]
            found |= {f"{path}:{name}" for node in empty for name in names_of(node)}
    assert found == BEARS.keys() | BY_CODE
