"""What a dossier takes in memory: of a site with few files, and of one with six thousand.

The peak of a process that does nothing else, as a worker's child. Files are streamed and its tables drawn by
so many rows, so the second may take more than the first by a few tables, not by its files.
"""

import hashlib
import resource
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from bench import Figure
from bench._portal import apart, prepare, set_up

if TYPE_CHECKING:
    from accounts.models import User
    from sites.models import Site

FEW, MANY = 60, 6000


def measure() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        home = str(Path(folder) / "demo")
        prepare(home, "demo")
        few, _files = apart(peak_of, home, FEW)
        many, files = apart(peak_of, home, MANY)
    yield Figure("dossiers.peak", few, "MB")
    yield Figure("dossiers.more_for_many", many - few, "MB", at_most=100, note=f"{files} files")


def peak_of(home: str, files: int) -> tuple[float, int]:
    """Give a site as many files as are wanted, have its dossier made, and tell the peak of this process."""
    set_up(home)
    from accounts.models import User  # noqa: PLC0415  # after set_up, like the others
    from desk.dossiers import services  # noqa: PLC0415
    from sites.models import Site  # noqa: PLC0415

    by = User.objects.get(username="shiban")
    site = Site.objects.visible_to(by).on_list().order_by("pk")[0]
    _file(site, by, files)
    dossier = services.ask_for_site(site=site, by=by)
    services.make(dossier.pk)
    dossier.refresh_from_db()
    assert dossier.state == "ready", dossier.error
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, dossier.total


def _file(site: "Site", by: "User", files: int) -> None:
    """So many pieces of evidence of a few bytes each; all are one stored file."""
    from django.core.files.base import ContentFile  # noqa: PLC0415  # after set_up
    from django.core.files.storage import default_storage  # noqa: PLC0415

    from assessments.models import Evidence, EvidenceFile  # noqa: PLC0415

    content = b"sample"
    stored = default_storage.save("evidence/sample.txt", ContentFile(content))
    rows = [Evidence(site=site, title=f"示例材料{number}", uploaded_by=by) for number in range(files)]
    EvidenceFile.objects.bulk_create(
        EvidenceFile(
            evidence=row,
            file=stored,
            name=f"示例文件{row.title[4:]}.txt",
            content_type="text/plain",
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
        )
        for row in Evidence.objects.bulk_create(rows)
    )
