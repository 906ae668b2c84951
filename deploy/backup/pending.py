"""The process with Django that says what an upgrade will migrate; 1 where this release is the older one.

python -P -m deploy.backup.pending
"""

import sys

import django

from core.schema import difference
from deploy.console import fail, say
from wuhai_portal.keys import refuse_other_keys


def main() -> int:
    django.setup()
    refuse_other_keys()
    lacking, beyond = difference()
    if beyond:
        return fail(f"the database is of a newer release: {beyond[0]} is unknown here")
    for migration in lacking:
        say(f"   will migrate {migration}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
