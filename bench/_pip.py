"""What the portal is measured beside, and is no part of it: pip brings it into a folder of the run."""

import subprocess
import sys
from pathlib import Path

from deploy.console import fail


def brought(requirements: str, folder: str) -> bool:
    """Whether what a file beside this one names could be had; if not, that is said."""
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    what = ["--target", folder, "--requirement", str(Path(__file__).with_name(requirements))]
    told = subprocess.run([*pip, *what], check=False, stderr=subprocess.PIPE, text=True)
    if told.returncode:
        fail(f"What {requirements} names cannot be had: {told.stderr.strip()}")
    return not told.returncode
