"""What the portal needs from Debian: system libraries, fonts, and programs for the tests."""

import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from deploy.console import BUNDLE, Stop, is_root, run, say

# "a|b": either will do; the first is what we install.
RUN = (
    "libpango-1.0-0",  # WeasyPrint's …
    "libpangoft2-1.0-0",
    "libharfbuzz-subset0",
    "gettext",  # compiles the translations
    "fonts-noto-cjk",  # the papers' faces, after the licensed ones
    "fonts-lxgw-wenkai",
)
CHECK = ("gettext",)
POSTGRES = ("postgresql",)
# What a backup calls, made by a user who may install nothing.
BACKUP = ("age", "postgresql-client|postgresql")
TEST = (
    "age",
    "chromium",
    "clamav-daemon",  # uploads are shown to it
    "curl",
    "softhsm2",  # a token without a token: papers are signed by it
    "opensc",
    "iproute2",  # the machines of tests/machines
    "pgbackrest",  # back to a moment, as docs/operate.md has it
    "poppler-utils",
    "libreoffice-calc-nogui|libreoffice-calc",
    *POSTGRES,
    "nginx-light|nginx|nginx-full",  # what ./portal install writes is tried on the real ones
    "systemd",
    "valkey-server|redis-server",
    "pgbouncer",
    "wrk",
    "memcached",  # an S3 server of its own, for tests/machines
    "swift-account",
    "swift-container",
    "swift-object",
    "swift-proxy",
)


class Faces(NamedTuple):
    """Fonts that are taken out of their Debian package: the rest of it is much, and would be in the way."""

    folder: str  # in one of FONT_FOLDERS
    package: str
    files: tuple[str, ...]  # what their names begin with


TAKEN_OUT = (
    # A free 仿宋: 20 MB of 150, and no TeX.
    Faces("fandol", "texlive-lang-chinese", ("FandolFang-", "FandolKai-", "FandolHei-", "FandolSong-")),
    # Mongolian names: one of 250 fonts, any of which might be taken for a character that ours lack.
    Faces("noto-mongolian", "fonts-noto-core", ("NotoSansMongolian-Regular.",)),
)
FONT_FOLDERS = (Path("/usr/local/share/fonts"), Path.home() / ".local/share/fonts")


def missing(packages: Sequence[str]) -> list[str]:
    """The packages of which dpkg has none of the alternatives; nothing on other systems."""
    if not packages or not shutil.which("dpkg-query"):
        return []
    names = [name for package in packages for name in package.split("|")]
    answer = subprocess.run(
        ["dpkg-query", "-W", "-f", "${db:Status-Status} ${Package}\n", *names],
        check=False,
        capture_output=True,
        text=True,
    )
    installed = {line.split()[1] for line in answer.stdout.splitlines() if line.startswith("installed ")}
    return [package.split("|")[0] for package in packages if not installed & set(package.split("|"))]


def install(packages: Sequence[str]) -> None:
    """Bring what is missing; without the right to, raise Stop with the command that would."""
    wanted = missing(packages)
    if not wanted:
        return
    elevate = _elevation()
    if elevate is None:
        raise Stop(
            "these Debian packages are missing, and installing them takes root:\n"
            f"    sudo apt-get update && sudo apt-get install --no-install-recommends {' '.join(wanted)}\n"
            "Run that, then ./portal again."
        )
    say(f"· Installing Debian packages: {' '.join(wanted)}")
    apt_get = [*elevate, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-y", *_sources()]
    command = [*apt_get, "-o", "DPkg::Lock::Timeout=300", "install", "--no-install-recommends", *wanted]
    try:
        run(command)
    except Stop:  # no package list yet, or one so old that its packages are gone
        run([*apt_get, "update"])
        run(command)


def _sources() -> list[str]:
    """apt's options where a bundle has Debian's packages: from there and from nowhere else."""
    if not (BUNDLE / "debs").exists():
        return []
    listed = BUNDLE / "sources.list"
    if not listed.exists():
        listed.write_text(f"deb [trusted=yes] file:{BUNDLE / 'debs'} ./\n")
    options = (f"Dir::Etc::SourceList={listed}", "Dir::Etc::SourceParts=-", "APT::Get::List-Cleanup=0")
    return [word for option in options for word in ("-o", option)]


def _elevation() -> list[str] | None:
    if is_root():
        return []
    if shutil.which("sudo"):
        asked = subprocess.run(["sudo", "-n", "true"], check=False, capture_output=True)
        if asked.returncode == 0:
            return ["sudo", "-n"]
    return None


def folder_of(faces: Faces) -> Path | None:
    """Where they lie on this machine, if they do."""
    folders = (each / faces.folder for each in FONT_FOLDERS)
    return next((each for each in folders if any(each.glob(f"{faces.files[0]}*"))), None)


def install_fonts() -> None:
    """Bring what is taken out. Papers have other faces to fall back on: a failure is told and no more."""
    for faces in TAKEN_OUT:
        if not folder_of(faces):
            _install(faces, FONT_FOLDERS[not is_root()] / faces.folder)


def _install(faces: Faces, folder: Path) -> None:
    if (BUNDLE / "fonts").exists():
        if (BUNDLE / "fonts" / faces.folder).exists():
            shutil.copytree(BUNDLE / "fonts" / faces.folder, folder, dirs_exist_ok=True)
        return
    say(f"· Fetching fonts of {faces.package} into {folder}")
    try:
        with tempfile.TemporaryDirectory(prefix="portal-fonts-") as scratch:
            run(
                ["apt-get", "-q", "-o", "APT::Sandbox::User=root", "download", faces.package],
                cwd=Path(scratch),
            )
            package = next(Path(scratch).glob("*.deb"))
            _unpack(faces, package, folder)
    except (Stop, OSError, tarfile.TarError, StopIteration) as error:
        say(f"  The papers will do without {faces.folder}, which could not be fetched: {error}")


def _unpack(faces: Faces, package: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with (
        subprocess.Popen(["dpkg-deb", "--fsys-tarfile", str(package)], stdout=subprocess.PIPE) as unpacking,
        tarfile.open(fileobj=unpacking.stdout, mode="r|") as files,
    ):
        for member in files:
            name = Path(member.name).name
            is_face = name.startswith(faces.files) and name.endswith((".otf", ".ttf"))
            is_licence = member.name.endswith(f"/doc/{faces.package}/copyright")
            if (is_face or is_licence) and member.isfile():
                source = files.extractfile(member)
                assert source is not None  # a regular file has content
                temporary = folder / f".{name}.{os.getpid()}"
                with source, temporary.open("wb") as target:
                    shutil.copyfileobj(source, target)
                temporary.replace(folder / name)
