"""docs/operate.md promises nothing that no test has run."""

from deploy.console import ROOT
from tests import operating


def test_each_section_with_commands_is_run_by_a_test():
    tests = "".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))
    assert [name for name in operating.sections() if f'commands("{name}")' not in tests] == []
