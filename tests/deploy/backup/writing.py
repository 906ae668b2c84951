"""Somebody who writes letters with an attachment, one after the other, until the process is killed.

    python -P -m tests.deploy.backup.writing NOTICE

Prints a line for each that is acknowledged: its key and its file's SHA-256.
"""

import sys
import time

import django

from tests.files import pdf


def main(notice: int) -> None:
    django.setup()
    from django.core.files.uploadedfile import SimpleUploadedFile

    from publicity.models import Notice
    from publicity.services import objections

    found = Notice.objects.get(pk=notice)
    site = found.entries.get().site
    for number in range(5000):
        receipt = objections.receive(
            notice=found, site=site, name="示例举报人", phone="13900001234", text=f"示例异议{number}"
        )
        letter = receipt.objection
        scan = SimpleUploadedFile("示例.pdf", pdf(str(letter.pk).encode() * 1000))
        objections.attach(objection=letter, files=[scan])
        sys.stdout.write(f"{letter.pk} {letter.files.get().sha256}\n")
        sys.stdout.flush()
        time.sleep(0.02)


if __name__ == "__main__":
    main(int(sys.argv[1]))
