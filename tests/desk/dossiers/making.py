"""Dossiers for the tests: asked for and made, unpacked, their contents by name."""

import datetime
import io
import subprocess
from pathlib import Path
from zipfile import ZipFile, ZipInfo

from django.core.files.storage import default_storage
from django.utils import timezone, translation

from accounts.enums import Role
from accounts.models import User
from desk.dossiers import services
from desk.dossiers.catalogue import CATALOGUE
from desk.dossiers.contents import pieces_of
from desk.dossiers.pieces import Case, Piece
from desk.models import Dossier
from desk.models.dossiers import FOLDER
from sites.calendar import today
from sites.models import Site
from tests import factories
from tests.documents.reading import reader, text_of

INDEX = f"{CATALOGUE}.pdf"
RELATED = ("programme", "organisation", "filing__organisation")


def asked(site: Site | None = None, by: User | None = None) -> Dossier:
    return services.ask_for_site(site=site or factories.site(), by=by or factories.user(Role.OFFICE))


def made(site: Site | None = None, by: User | None = None) -> Dossier:
    return run(asked(site, by))


def run(dossier: Dossier) -> Dossier:
    services.make(dossier.pk)
    dossier.refresh_from_db()
    return dossier


def forget(dossier: Dossier) -> None:
    """As if the worker had taken it up long ago."""
    Dossier.objects.filter(pk=dossier.pk).update(claimed_at=timezone.now() - datetime.timedelta(days=1))


def archives() -> list[Path]:
    """What lies on the disk."""
    folder = Path(default_storage.path(FOLDER))
    return sorted(folder.iterdir()) if folder.exists() else []


def opened(dossier: Dossier) -> ZipFile:
    return ZipFile(io.BytesIO(dossier.file.read()))


def verified(folder: Path) -> None:
    """By the tool an archivist uses."""
    subprocess.run(["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS.txt"], cwd=folder, check=True)


def pieces(site: Site, asker: User) -> list[Piece]:
    """What belongs in, nothing drawn yet."""
    site = Site.objects.select_related(*RELATED).get(pk=site.pk)
    with translation.override("zh-hans"):
        return pieces_of(Case(site, asker, today()))


def names(site: Site, asker: User) -> set[str]:
    return {f"{piece.section:02d} {piece.name}" for piece in pieces(site, asker)}


def words_of(site: Site, asker: User, name: str) -> str:
    """What the one table whose name begins so says."""
    (piece,) = [piece for piece in pieces(site, asker) if piece.name.startswith(name)]
    return text_of(piece.content())


def unpacked_at(path: Path, folder: Path) -> Path:
    """The one folder that lies on top."""
    with ZipFile(path) as archive:
        assert archive.testzip() is None
        archive.extractall(folder)
    (top,) = folder.iterdir()
    return top


def unpacked(dossier: Dossier, folder: Path) -> Path:
    (folder / "d.zip").write_bytes(dossier.file.read())
    return unpacked_at(folder / "d.zip", folder / "out")


def filed_in(folder: Path) -> list[Path]:
    """The files of a site's folder, without what tells of them."""
    return sorted(path for path in folder.glob("*/*") if path.is_file())


def told_in(folder: Path, name: str) -> str:
    """What a PDF in a folder says, without the gaps that its cells leave."""
    return cell_by_cell((folder / name).read_bytes())


def cell_by_cell(pdf: bytes) -> str:
    """The words of a table's narrow columns, which `text_of` would mix."""
    return "".join("".join(page.extract_text().split()) for page in reader(pdf).pages)


def entries_of(path: Path) -> list[ZipInfo]:
    with ZipFile(path) as archive:
        return archive.infolist()
