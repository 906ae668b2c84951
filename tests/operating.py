"""The commands of docs/operate.md, as an operator copies them: the tests run these and no others."""

import re

from deploy.console import ROOT

PAGE = ROOT / "docs" / "operate.md"


def commands(section: str) -> list[str]:
    """The lines of a section's shell blocks, a command each, without comments; in their order."""
    text = PAGE.read_text().split(f"\n## {section}\n", 1)[1].split("\n## ", 1)[0]
    blocks = re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    lines = "\n".join(blocks).replace("\\\n", " ").splitlines()
    return [line.split("  #")[0].strip() for line in lines if line.strip() and not line.startswith("#")]


def sections() -> list[str]:
    """The sections that have commands."""
    headings = re.findall(r"^## (.+)$", PAGE.read_text(), re.MULTILINE)
    return [heading for heading in headings if commands(heading)]
