"""Whether this home's database may be served: `python -m deploy.ready` exits with 1 and says why not."""

import os
import sys

import django
from django.db import OperationalError

from core.schema import difference
from deploy.console import fail
from wuhai_portal.keys import refuse_other_keys


def main() -> int:
    django.setup()
    try:
        complaint = _complaint()
    except OperationalError as error:
        return fail(f"the database does not answer: {str(error).splitlines()[0]}")
    if complaint:
        return fail(complaint)
    refuse_other_keys()
    return 0


def _complaint() -> str:
    """Migrations that the database lacks, or has beyond ours; an empty string where there are none."""
    lacking, beyond = difference()
    if lacking:
        return (
            f"the database lacks {len(lacking)} migrations of this version, the first is {lacking[0]}. "
            "./portal install migrates it on its owner's machine, ./portal run where nothing is installed"
        )
    if beyond:
        return f"the database was migrated by a newer version ({beyond[0]}); serve it with that one"
    return ""


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wuhai_portal.settings")
    sys.exit(main())
