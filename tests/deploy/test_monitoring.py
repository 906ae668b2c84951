"""The alert rules and the board: each figure they name is told, each alert leads to what to do about it."""

import json
import re
import shutil
import subprocess

import pytest
import yaml

from core.metrics import REQUESTS, TASKS
from deploy.console import ROOT

FOLDER = ROOT / "deploy" / "monitoring"
OPERATE = (ROOT / "docs" / "operate.md").read_text()
# Written where the conditions are looked at: `figures` of core.health.Found, by name.
CODE = "".join(
    path.read_text() for pattern in ("*/conditions.py", "*/conditions/*.py") for path in ROOT.glob(pattern)
)
RULES = [
    rule for group in yaml.safe_load((FOLDER / "alerts.yml").read_text())["groups"] for rule in group["rules"]
]
BOARD = json.loads((FOLDER / "grafana.json").read_text())


def told():
    """The names that can be scraped."""
    figures = {f"portal_{name}" for name in re.findall(r'"([a-z]+(?:_[a-z]+)+|workers)":', CODE)}
    figures |= {f"portal_{name}" for name in re.findall(r'figures\["([a-z_]+)"\]', CODE)}
    series = {f"{each._name}_{part}" for each in (REQUESTS, TASKS) for part in ("bucket", "count", "sum")}
    return figures | series | {"portal_condition"}


def named(expression):
    return set(re.findall(r"\bportal_[a-z_]+", expression))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_an_alert_asks_for_what_is_told_and_leads_to_what_to_do(rule):
    assert named(rule["expr"]) - told() == set()
    assert rule["labels"]["severity"] in ("critical", "warning")
    assert rule["annotations"]["summary"]
    page, _, anchor = rule["annotations"]["runbook"].partition("#")
    assert page == "docs/operate.md"
    if "{{" not in anchor:
        assert f"\n### {anchor.replace('-', ' ').capitalize()}\n" in OPERATE


def test_the_board_draws_what_is_told():
    asked = {target["expr"] for panel in BOARD["panels"] for target in panel["targets"]}
    assert len(asked) > 15
    assert {name for expression in asked for name in named(expression)} - told() == set()


def test_each_figure_is_drawn_or_watched():
    seen = {name for rule in RULES for name in named(rule["expr"])}
    seen |= {name for panel in BOARD["panels"] for each in panel["targets"] for name in named(each["expr"])}
    # Their severity says all: a database of another version is broken.
    spared = {
        *("portal_migrations_missing", "portal_migrations_unknown", "portal_disk_free_ratio"),
        *("portal_data_unreadable", "portal_guards_missing", "portal_people_without_second_factor"),
        *("portal_sign_ins_failed", "portal_sign_ins_refused"),
        *("portal_trail_anchors_late", "portal_trail_unsealed_seconds"),
    }
    unseen = {name for name in told() - seen if not name.endswith(("_bucket", "_count", "_sum"))}
    assert unseen == spared


def test_prometheus_takes_the_rules():
    """By its own checker where it is installed; how a rule is built is looked at in any case."""
    assert all({"alert", "expr", "labels", "annotations"} <= set(rule) for rule in RULES)
    if checker := shutil.which("promtool"):
        command = [checker, "check", "rules", str(FOLDER / "alerts.yml")]
        checked = subprocess.run(command, check=False, capture_output=True, text=True)
        assert (checked.returncode, f"{len(RULES)} rules found" in checked.stdout) == (0, True), (
            checked.stdout
        )
