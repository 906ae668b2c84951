"""Which faults are put into a module, and which are not."""

import pytest

from mutants.mutations import mutants_of

STEPS = """
class Step:
    source: str
    phases: tuple = ()

STEPS = [
    Step(source=Stage.DRAFT, phases=(1,), guard="documentation"),
    Step(source=Stage.FILED, note=True),
]
"""


def changes(source: str, only=()) -> set[str]:
    return {mutant.after for mutant in mutants_of(source, only)}


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("a < b", {"a <= b", "a >= b"}),
        ("a >= b", {"a > b", "a < b"}),
        ("a == b", {"a != b"}),
        ("a in b", {"a not in b"}),
        ("a and b", {"(a or b)", "(a)", "(b)"}),
        ("not a", {"(a)"}),
        ("a + b", {"(a - b)"}),
        ("a | b", {"(a & b)"}),
        ("5", {"6"}),
        ("True", {"False"}),
        ("'text'", {"''"}),
        ("''", {"'XX'"}),
        ("'0.5'", {"'1.5'"}),
        ("'-pk'", {"'pk'"}),
        ("f'{a}:{b}'", {"f':{b}'", "f'{a}{b}'", "f'{a}:'"}),
        ("(a, b)", {"(b,)", "(a,)"}),
        ("a if b else c", {"a if (not (b)) else c"}),
        ("max(a)", {"min(a)"}),
        # What people read is left alone, with what is put into it.
        ("_('Words') % {'n': 5}", set()),
        ("gettext_lazy('Words')", set()),
    ],
)
def test_faults_of_an_expression(code, expected):
    assert changes(f"x = {code}") == {f"x = {text}" for text in expected}


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("return a", {"return None"}),
        ("raise ValueError(f'{a} is no {b}')", {"pass"}),
        ("a += 1", {"pass", "a += 2"}),
        ("a.save()", {"pass"}),
        ("while a: break", {"while (not (a)): break", "while a: continue"}),
        ("return f(a, b)", {"return None", "return f(a, )"}),
        ("return a.filter(pk__gt=b)", {"None", "exclude(pk__gt=b)", "filter()", "filter(pk__gte=b)"}),
        ("'''Documentation.'''", set()),
    ],
)
def test_faults_of_a_statement(code, expected):
    found = changes(f"def f():\n    {code}")
    assert len(found) == len(expected)
    assert all(any(text.endswith(end) for text in found) for end in expected)


def test_columns_of_a_table_are_left_out_filled_otherwise_and_filled():
    assert changes(STEPS, only=["STEPS"]) >= {
        'Step( phases=(1,), guard="documentation"),',
        'Step(source=Stage.FILED, phases=(1,), guard="documentation"),',
        'Step(source=Stage.DRAFT, guard="documentation"),',
        'Step(source=Stage.DRAFT, phases=(), guard="documentation"),',
        'Step(source=Stage.DRAFT, phases=(2,), guard="documentation"),',
        'Step(note=True, source=Stage.DRAFT, phases=(1,), guard="documentation"),',
        "Step(source=Stage.FILED, note=False),",
        "Step(phases=(1,), source=Stage.FILED, note=True),",
    }
    assert not any("guard=''" in text for text in changes(STEPS))


def test_mutant_knows_where_it_is():
    (mutant, *_) = mutants_of("class A:\n    def f(self):\n        return 1 < self.b\n")
    assert (mutant.where, mutant.line, mutant.before) == ("A.f", 3, "return 1 < self.b")
    assert mutant.source == "class A:\n    def f(self):\n        return None\n"


def test_predicate_becomes_another_one_that_is_asked_the_same():
    code = "def a(user):\n    return is_office(user)\n\ndef b(user):\n    return is_liaison(user)\n"
    assert "return is_liaison(user)" in changes(code, only=["a"])
    assert "return is_office(user)" in changes(code, only=["b"])
