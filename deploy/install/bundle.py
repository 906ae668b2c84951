"""`./portal bundle FILE`: one file from which a machine without any network is installed.

It is an archive of the code with a folder `bundle/` in it: the wheels of the lock, Debian's packages with all
they need, and the fonts. Where that folder lies beside the code, `./portal` installs from it and
asks no network (`deploy.debian`, `deploy.venv`). It is good for this Debian, this processor and this Python.
"""

import hashlib
import platform
import shutil
import sys
import tarfile
import tempfile
import tomllib
from argparse import ArgumentParser
from pathlib import Path

from deploy import debian
from deploy.console import BUNDLE, ROOT, run, say
from deploy.install.machine import ROLES, packages_of
from deploy.venv import PYTHON, RUN

# What `./portal` itself begins with, and what encrypts the keys of a backup.
BEGIN = ("python3", "python3-venv", "ca-certificates", "age")
NOT_CODE = shutil.ignore_patterns(".*", "var", "__pycache__", "*.mo", BUNDLE.name)


def main(arguments: list[str]) -> int:
    parser = ArgumentParser(prog="./portal bundle", description="One file that installs without any network.")
    parser.add_argument("file", type=Path, help="the archive to write, portal.tar for instance")
    parser.add_argument(
        "--without-debian", action="store_true", help="for machines that reach a mirror of Debian's"
    )
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="portal-bundle-") as scratch:
        tree = Path(scratch) / "portal"
        shutil.copytree(ROOT, tree, ignore=NOT_CODE)
        _wheels(tree / BUNDLE.name / "wheels")
        if not options.without_debian:
            _debian(tree / BUNDLE.name / "debs")
        _fonts(tree / BUNDLE.name / "fonts")
        (tree / BUNDLE.name / "about.txt").write_text(_about())
        say(f"· Writing {options.file}")
        with tarfile.open(options.file, "w") as archive:
            archive.add(tree, arcname=f"portal-{_version()}", filter=_nobodys)
    with options.file.open("rb") as file:
        say(f"{hashlib.file_digest(file, 'sha256').hexdigest()}  {options.file}")
    return 0


def _wheels(folder: Path) -> None:
    say("· Fetching the wheels of the lock")
    locks = [word for lock in RUN for word in ("-r", str(ROOT / lock))]
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "download"]
    run([*pip, "--quiet", "--no-deps", "--only-binary", ":all:", "--dest", str(folder), *locks])


def _debian(folder: Path) -> None:
    """Every package that a machine with nothing at all would need, and their list."""
    wanted = [each.split("|")[0] for each in (*BEGIN, *debian.RUN, *packages_of(set(ROLES)))]
    say("· Fetching Debian's packages")
    (folder / "partial").mkdir(parents=True)
    nothing = folder / "status"
    nothing.touch()
    options = [f"Dir::State::status={nothing}", f"Dir::Cache::archives={folder}", "APT::Sandbox::User=root"]
    apt_get = ["apt-get", "-q", "-y", *(word for option in options for word in ("-o", option))]
    run([*apt_get, "install", "--download-only", "--no-install-recommends", *wanted])
    nothing.unlink()
    (folder / "lock").unlink(missing_ok=True)
    (folder / "partial").rmdir()
    listed = [_entry(package) for package in sorted(folder.glob("*.deb"))]
    (folder / "Packages").write_text("\n".join(listed))


def _entry(package: Path) -> str:
    """A package's paragraph in the list, as apt reads it."""
    fields = run(["dpkg-deb", "--field", str(package)])
    content = package.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    return f"{fields}\nFilename: ./{package.name}\nSize: {len(content)}\nSHA256: {digest}\n"


def _fonts(folder: Path) -> None:
    """Those that are taken out of Debian's packages; the others come with theirs."""
    for faces in debian.TAKEN_OUT:
        if found := debian.folder_of(faces):
            shutil.copytree(found, folder / faces.folder)
        else:
            say(f"  The papers will do without {faces.folder}, which is not on this machine.")


def _version() -> str:
    return str(tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"])


def _about() -> str:
    version = Path("/etc/debian_version").read_text().strip()
    return (
        f"Debian {version}, {platform.machine()}, Python {sys.version_info.major}.{sys.version_info.minor}\n"
    )


def _nobodys(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """Root's, and for everybody to read, whoever made it."""
    member.uid = member.gid = 0
    member.uname = member.gname = "root"
    member.mode |= 0o444 | (0o111 if member.isdir() or member.mode & 0o100 else 0)
    return member
