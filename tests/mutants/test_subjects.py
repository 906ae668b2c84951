"""What the list of modules and the explanations name is there."""

import pytest

from deploy.console import ROOT
from mutants.command import reasons_in
from mutants.mutations import mutants_of
from mutants.subjects import SUBJECTS

REASONS = reasons_in(ROOT / "mutants" / "explained.toml")


@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.path)
def test_module_has_its_tests_and_every_explanation_a_mutant(subject):
    assert all((ROOT / test).is_file() for test in subject.tests)
    mutants = mutants_of((ROOT / subject.path).read_text(encoding="utf-8"), subject.only)
    for name in subject.only or [""]:
        assert any(mutant.where.startswith(name) for mutant in mutants), name
    for reason in REASONS.get(subject.path, []):
        assert any(reason.explains(mutant) for mutant in mutants), reason


def test_modules_are_listed_once_and_nothing_else_is_explained():
    paths = [subject.path for subject in SUBJECTS]
    assert len(set(paths)) == len(paths)
    assert set(REASONS) <= set(paths)


def test_rules_of_every_room_are_among_them():
    rules = {str(path.relative_to(ROOT)) for path in ROOT.glob("*/rules.py")}
    assert rules <= {subject.path for subject in SUBJECTS}
