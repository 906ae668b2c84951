"""What the portal is made of: its bill of materials, and under which licence each package comes.

    python -P -m deploy.supply [--write]

The bill (CycloneDX) is made of what is installed and kept in `.venv`, for whoever looks for a package with
a known weakness. The licences stand in docs/licences.md, so that another one is seen in what brings
it; `--write` writes that page.
"""

import json
import re
import sys
from typing import Any

from deploy import venv
from deploy.console import ROOT, attempt, fail

BILL = venv.FOLDER / "sbom.cdx.json"
PAGE = ROOT / "docs" / "licences.md"
HEAD = """# Licences

What the portal runs with, besides Python and Debian's packages. `./portal check` compares this page with what
is installed, and makes the bill of materials (CycloneDX 1.6, with versions) `.venv/sbom.cdx.json`.

Copied into this project, with their licence beside: Bootstrap's style sheet (`static/bootstrap`, MIT) and
those of Bootstrap's icons that pages show (`templates/icons`, MIT).

| package | licence |
|---|---|
"""
MAKE = [sys.executable, "-P", "-m", "cyclonedx_py", "environment", "--spec-version", "1.6", sys.executable]


def main(arguments: list[str]) -> int:
    """Keep the bill; 1 where a package of the lock is not installed, or the page tells otherwise."""
    code, made = attempt(MAKE)
    if code:
        return fail(made)
    bill = _of_production(json.loads(made[made.index("{") :]))
    BILL.write_text(json.dumps(bill, ensure_ascii=False, indent=1))
    page = HEAD + "".join(f"| {each['name']} | {_licence(each)} |\n" for each in bill["components"])
    if "--write" in arguments:
        PAGE.write_text(page)
    if missing := _locked() - {_plain(each["name"]) for each in bill["components"]}:
        return fail(f"not installed: {', '.join(sorted(missing))}")
    if PAGE.read_text() != page:
        return fail(f"{PAGE.name} tells otherwise than what is installed: python -P -m deploy.supply --write")
    return 0


def _of_production(bill: dict[str, Any]) -> dict[str, Any]:
    """Without what only checks and tests the portal."""
    components = [each for each in bill["components"] if _plain(each["name"]) in _locked()]
    kept = {each["bom-ref"] for each in components}
    depends = [
        each | {"dependsOn": [ref for ref in each.get("dependsOn", []) if ref in kept]}
        for each in bill.get("dependencies", [])
        if each["ref"] in kept
    ]
    return bill | {
        "components": sorted(components, key=lambda each: _plain(each["name"])),
        "dependencies": depends,
    }


def _locked() -> set[str]:
    return {
        _plain(name)
        for name in re.findall(r"^([\w.-]+)==", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    }


def _plain(name: str) -> str:
    """A package's name as registries compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _licence(component: dict[str, Any]) -> str:
    named = [each.get("expression") or each["license"] for each in component.get("licenses", [])]
    words = [each if isinstance(each, str) else each.get("id") or each["name"] for each in named]
    return (
        ", ".join(dict.fromkeys(word.removeprefix("License :: OSI Approved :: ") for word in words))
        or "none told"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
