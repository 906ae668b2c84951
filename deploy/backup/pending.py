"""The process with Django that says what an upgrade will migrate; 1 where this release is the older one.

python -P -m deploy.backup.pending
"""

import sys

import django
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from deploy.console import fail, say
from wuhai_portal.keys import refuse_other_keys


def main() -> int:
    django.setup()
    refuse_other_keys()
    executor = MigrationExecutor(connection)
    known = set(executor.loader.disk_migrations)
    if newer := sorted(set(executor.loader.applied_migrations) - known):
        return fail(f"the database is of a newer release: {'.'.join(newer[0])} is unknown here")
    for migration, _backwards in executor.migration_plan(executor.loader.graph.leaf_nodes()):
        say(f"   will migrate {migration}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
