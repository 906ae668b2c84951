"""The mutants of a module: the same code with one small fault each.

Left alone are types, docstrings and the words people read (gettext, what an error says, and a table's columns
of documentation): a test that repeats them proves nothing.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import pairwise

GETTEXT = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "pgettext", "pgettext_lazy"}
# Columns of a table of steps that only its page in docs/ shows.
DOCUMENTATION = {"guard", "leaves"}

COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
# Functions and methods that are easily taken for each other; what queries are asked, likewise.
OPPOSITES = {"min": "max", "any": "all", "filter": "exclude", "first": "last", "rstrip": "lstrip"}
OPPOSITES |= {other: name for name, other in OPPOSITES.items()}
LOOKUPS = {"__gt": "__gte", "__gte": "__gt", "__lt": "__lte", "__lte": "__lt"}


@dataclass(frozen=True)
class Mutant:
    """One fault: `where` names the function or class it is in; `before` and `after` are the lines changed."""

    where: str
    line: int
    before: str
    after: str
    source: str


# Anything that stands somewhere in the source.
_Placed = ast.expr | ast.stmt | ast.keyword


@dataclass(frozen=True)
class _Change:
    """Another text from the beginning of `node` to the end of `last`; with none the comma behind goes too."""

    node: _Placed
    text: str
    last: _Placed | None = None


def mutants_of(source: str, only: Collection[str] = ()) -> list[Mutant]:
    """Every mutant of a module in the order of its lines; of these functions and names `only`, if any."""
    tree = ast.parse(source)
    text = _Text(source)
    rows = _Rows(tree)
    found: dict[str, Mutant] = {}
    for top in tree.body:
        for where, change in _Walk(tree, rows).changes(top):
            if not only or where.split(".")[0] in only:
                mutant = text.mutant(where, change)
                if mutant.source != source:
                    found.setdefault(mutant.source, mutant)
    return sorted(found.values(), key=lambda mutant: mutant.line)


class _Text:
    """A module's source, changed at a node's place (`ast` counts columns in bytes)."""

    def __init__(self, source: str) -> None:
        self.lines = source.encode().splitlines(keepends=True)

    def mutant(self, where: str, change: _Change) -> Mutant:
        node, end = change.node, change.last or change.node
        first, last = node.lineno - 1, (end.end_lineno or end.lineno) - 1
        head = self.lines[first][: node.col_offset]
        tail = self.lines[last][end.end_col_offset :]
        if not change.text:
            tail = re.sub(rb"^\s*,", b"", tail)
        changed = head + change.text.encode() + tail
        return Mutant(
            where=where,
            line=node.lineno,
            before=_in_one_line(b"".join(self.lines[first : last + 1])),
            after=_in_one_line(changed),
            source=b"".join([*self.lines[:first], changed, *self.lines[last + 1 :]]).decode(),
        )


def _in_one_line(lines: bytes) -> str:
    return " ".join(lines.decode().split())


class _Rows:
    """The tables of a module: calls outside of functions that are written several times, a row each."""

    def __init__(self, tree: ast.Module) -> None:
        tables: dict[str, list[ast.Call]] = defaultdict(list)
        for node in _outside_of_functions(tree):
            if isinstance(node, ast.Call) and node.keywords and _name_of(node.func) not in GETTEXT:
                tables[_name_of(node.func)].append(node)
        self._tables = {name: rows for name, rows in tables.items() if len(rows) > 1}

    def __contains__(self, row: ast.Call) -> bool:
        return row in self._tables.get(_name_of(row.func), ())

    def changes(self, row: ast.Call) -> Iterator[_Change]:
        """A column left out, filled as in another row, or filled where it was not."""
        if row not in self:
            return
        rows = self._tables[_name_of(row.func)]
        own = {keyword.arg: keyword for keyword in row.keywords}
        columns = dict.fromkeys(keyword.arg for other in rows for keyword in other.keywords if keyword.arg)
        for column in columns:
            if column in DOCUMENTATION:
                continue
            if column in own:
                yield _Change(own[column], "")
            other = self._other(row, column, own[column].value if column in own else None)
            if other is None:
                continue
            filled = f"{column}={ast.unparse(other)}"
            first = row.keywords[0]
            yield _Change(own[column], filled) if column in own else _before(first, filled)

    def _other(self, row: ast.Call, column: str, value: ast.expr | None) -> ast.expr | None:
        """What the next row that fills the column otherwise has in it."""
        rows = self._tables[_name_of(row.func)]
        at = rows.index(row)
        mine = ast.dump(value) if value else ""
        for other in [*rows[at + 1 :], *rows[:at]]:
            for keyword in other.keywords:
                if keyword.arg == column and ast.dump(keyword.value) != mine:
                    return None if value and _is_words(value) else keyword.value
        return None


def _before(keyword: ast.keyword, other: str) -> _Change:
    return _Change(keyword, f"{other}, {ast.unparse(keyword)}")


class _Walk:
    """All changes of what lies below a statement, with the name of what they are in."""

    def __init__(self, tree: ast.Module, rows: _Rows) -> None:
        self._rows = rows
        self._members = _neighbours(
            (node.value.id, node.attr)
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.attr.isupper()
            and isinstance(node.ctx, ast.Load)
        )
        self._asked = _neighbours(
            (asked[1], asked[0]) for node in ast.walk(tree) if (asked := _asked(node)) is not None
        )
        self._rules: dict[type[ast.AST], Callable[..., Iterator[_Change]]] = {
            ast.Compare: self._comparison,
            ast.BoolOp: self._boolean,
            ast.UnaryOp: self._unary,
            ast.BinOp: self._arithmetic,
            ast.Constant: self._constant,
            ast.JoinedStr: self._formatted,
            ast.Attribute: self._member,
            ast.Call: self._call,
            ast.Tuple: self._sequence,
            ast.List: self._sequence,
            ast.Set: self._sequence,
            ast.Dict: self._mapping,
            ast.If: self._condition,
            ast.While: self._condition,
            ast.IfExp: self._condition,
            ast.Return: self._return,
            ast.Raise: self._left_out,
            ast.AugAssign: self._left_out,
            ast.Expr: self._statement,
            ast.Continue: self._jump,
            ast.Break: self._jump,
        }
        self._inside = self._in_row = False

    def changes(self, node: ast.AST, where: str = "") -> Iterator[tuple[str, _Change]]:
        """(where, change) of this node and all below it."""
        where = _named(node, where)
        for change in self._rules.get(type(node), _none)(node):
            yield where, change
        outside, in_row = self._inside, self._in_row
        self._inside = outside or isinstance(node, ast.FunctionDef)
        self._in_row = in_row or (isinstance(node, ast.Call) and node in self._rows)
        for child in _children(node):
            yield from self.changes(child, where)
        self._inside, self._in_row = outside, in_row

    def _comparison(self, node: ast.Compare) -> Iterator[_Change]:
        for number, operator in enumerate(node.ops):
            for other in COMPARISONS[type(operator)]:
                operators = [*node.ops[:number], other(), *node.ops[number + 1 :]]
                yield _Change(node, ast.unparse(ast.Compare(node.left, operators, node.comparators)))

    def _boolean(self, node: ast.BoolOp) -> Iterator[_Change]:
        other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield _Change(node, f"({ast.unparse(ast.BoolOp(other, node.values))})")
        for number in range(len(node.values)):
            rest = [*node.values[:number], *node.values[number + 1 :]]
            yield _Change(node, f"({ast.unparse(rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest))})")

    def _unary(self, node: ast.UnaryOp) -> Iterator[_Change]:
        if isinstance(node.op, ast.Not | ast.USub):
            yield _Change(node, f"({ast.unparse(node.operand)})")

    def _arithmetic(self, node: ast.BinOp) -> Iterator[_Change]:
        other = None if _is_words(node) else ARITHMETIC.get(type(node.op))
        if other:
            yield _Change(node, f"({ast.unparse(ast.BinOp(node.left, other(), node.right))})")

    def _constant(self, node: ast.Constant) -> Iterator[_Change]:
        if isinstance(node.value, bool):
            yield _Change(node, str(not node.value))
        elif isinstance(node.value, int | float):
            yield _Change(node, str(node.value + 1))
        elif isinstance(node.value, str):
            yield _Change(node, repr(_another(node.value)))

    def _formatted(self, node: ast.JoinedStr) -> Iterator[_Change]:
        for number in range(len(node.values)):
            rest = [*node.values[:number], *node.values[number + 1 :]]
            yield _Change(node, ast.unparse(ast.JoinedStr(rest)))

    def _member(self, node: ast.Attribute) -> Iterator[_Change]:
        of = node.value.id if isinstance(node.value, ast.Name) else ""
        # A row of a table is filled as another one has it: that is enough.
        if self._in_row or not isinstance(node.ctx, ast.Load):
            return
        if other := self._members.get((of, node.attr)):
            yield _Change(node, f"{of}.{other}")

    def _call(self, node: ast.Call) -> Iterator[_Change]:
        name = _name_of(node.func)
        if other := OPPOSITES.get(name):
            yield _Change(node.func, _renamed(node.func, other))
        if (predicate := _asked(node)) and (other := self._asked.get((predicate[1], predicate[0]))):
            yield _Change(node.func, other)
        if not self._inside:
            yield from self._rows.changes(node)
            return
        for keyword in node.keywords:
            name = keyword.arg or ""
            yield _Change(keyword, "")
            if lookup := next((end for end in LOOKUPS if name.endswith(end)), ""):
                asked = name.removesuffix(lookup) + LOOKUPS[lookup]
                yield _Change(keyword, f"{asked}={ast.unparse(keyword.value)}")
        if len(node.args) > 1:
            yield _Change(node.args[-1], "")

    def _sequence(self, node: ast.Tuple | ast.List | ast.Set) -> Iterator[_Change]:
        if isinstance(node, ast.Set) or isinstance(node.ctx, ast.Load):
            for number in range(len(node.elts)):
                rest = [*node.elts[:number], *node.elts[number + 1 :]]
                fewer = ast.List(rest) if isinstance(node, ast.List) else ast.Tuple(rest)
                yield _Change(node, ast.unparse(fewer))

    def _mapping(self, node: ast.Dict) -> Iterator[_Change]:
        for key, value in zip(node.keys, node.values, strict=True):
            if key:  # not another mapping's entries
                yield _Change(key, "", last=value)

    def _condition(self, node: ast.If | ast.While | ast.IfExp) -> Iterator[_Change]:
        if not isinstance(node.test, ast.Compare | ast.UnaryOp):
            yield _Change(node.test, f"(not ({ast.unparse(node.test)}))")

    def _return(self, node: ast.Return) -> Iterator[_Change]:
        if node.value and not isinstance(node.value, ast.Constant):
            yield _Change(node.value, "None")

    def _left_out(self, node: ast.stmt) -> Iterator[_Change]:
        yield _Change(node, "pass")

    def _statement(self, node: ast.Expr) -> Iterator[_Change]:
        if isinstance(node.value, ast.Call):
            yield _Change(node, "pass")

    def _jump(self, node: ast.stmt) -> Iterator[_Change]:
        yield _Change(node, "break" if isinstance(node, ast.Continue) else "continue")


def _none(_node: ast.AST) -> Iterator[_Change]:
    yield from ()


def _children(node: ast.AST) -> Iterator[ast.AST]:
    """What is below a node and is neither a type nor words."""
    if isinstance(node, ast.JoinedStr | ast.Raise | ast.Import | ast.ImportFrom):
        return
    if _is_words(node) or _is_docstring(node) or _is_documentation(node) or _is_type(node):
        return
    if together := _together(node):
        yield from together.elts
        return
    for field, value in ast.iter_fields(node):
        if field in {"annotation", "returns", "decorator_list", "bases"}:
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.comprehension):
                yield from (child.iter, *child.ifs)
            elif isinstance(child, ast.AST):
                yield child


def _together(node: ast.AST) -> ast.Tuple | None:
    """Values that are handed on together: one less were no fault but nonsense."""
    match node:
        case ast.Return(value=ast.Tuple() as values):
            return values
        case ast.Assign(targets=[ast.Tuple()], value=ast.Tuple() as values):
            return values
    return None


def _is_words(node: ast.AST) -> bool:
    """What people read: a text that is translated, with what is put into it."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
        return _is_words(node.left) or isinstance(node.left, ast.Subscript)
    return isinstance(node, ast.Call) and _name_of(node.func) in GETTEXT


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_documentation(node: ast.AST) -> bool:
    """A table's column of documentation, or what it has where a row says nothing."""
    if isinstance(node, ast.AnnAssign):
        return isinstance(node.target, ast.Name) and node.target.id in DOCUMENTATION
    return isinstance(node, ast.keyword) and node.arg in DOCUMENTATION


def _is_type(node: ast.AST) -> bool:
    return isinstance(node, ast.Subscript) and _name_of(node.value) in {"Mapping", "dict", "list", "tuple"}


def _outside_of_functions(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.FunctionDef):
            yield child
            yield from _outside_of_functions(child)


def _named(node: ast.AST, where: str) -> str:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return f"{where}.{node.name}".strip(".")
    if isinstance(node, ast.Assign | ast.AnnAssign) and not where:
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        return target.id if isinstance(target, ast.Name) else where
    return where


def _name_of(node: ast.expr) -> str:
    """The last name of what is called: `exclude` of `Site.objects.exclude`."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _renamed(node: ast.expr, name: str) -> str:
    return f"{ast.unparse(node.value)}.{name}" if isinstance(node, ast.Attribute) else name


def _asked(node: ast.AST) -> tuple[str, str] | None:
    """(predicate, what it is asked about) of a call like `is_office(user)`."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
        return None
    match node.args, node.keywords:
        case [ast.Name(id=about)], [] if node.func.id not in GETTEXT:
            return node.func.id, about
    return None


def _neighbours(pairs: Iterator[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """(of what, name) → the next other name of it that the module uses."""
    names: dict[str, list[str]] = defaultdict(list)
    for of, name in dict.fromkeys(pairs):
        names[of].append(name)
    return {
        (of, name): other
        for of, all_names in names.items()
        if len(all_names) > 1
        for name, other in pairwise([*all_names, all_names[0]])
    }


def _another(text: str) -> str:
    """Another text of the same kind: a number one more, an order turned round, no text or some."""
    try:
        return str(Decimal(text) + 1)
    except InvalidOperation:
        return text[1:] if text.startswith("-") else "" if text else "XX"
