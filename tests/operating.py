"""The commands of docs/operate.md, as an operator copies them: the tests run these and no others."""

import re

from deploy.console import ROOT

PAGE = ROOT / "docs" / "operate.md"


def commands(section: str) -> list[str]:
    """The lines of a section's shell blocks, a command each, without comments; in their order."""
    lines = block(section, "sh").replace("\\\n", " ").splitlines()
    return [line.split("  #")[0].strip() for line in lines if line.strip() and not line.startswith("#")]


def block(section: str, language: str) -> str:
    """A section's blocks in that language, one after the other."""
    return "\n".join(blocks(section, language))


def blocks(section: str, language: str) -> list[str]:
    text = PAGE.read_text().split(f"\n## {section}\n", 1)[1].split("\n## ", 1)[0]
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def sections() -> list[str]:
    """The sections that have commands."""
    headings = re.findall(r"^## (.+)$", PAGE.read_text(), re.MULTILINE)
    return [heading for heading in headings if commands(heading)]
