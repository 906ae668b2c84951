"""Whether this home's database may be served: `python -m deploy.ready` exits with 1 and says why not."""

import os
import sys

import django
from django.apps import apps
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from deploy.console import fail
from wuhai_portal.keys import refuse_other_keys


def main() -> int:
    django.setup()
    try:
        complaint = _complaint(MigrationExecutor(connection))
    except OperationalError as error:
        return fail(f"the database does not answer: {str(error).splitlines()[0]}")
    if complaint:
        return fail(complaint)
    refuse_other_keys()
    return 0


def _complaint(executor: MigrationExecutor) -> str:
    """Migrations that the database lacks, or has beyond ours; an empty string where there are none."""
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        first, _backwards = plan[0]
        return (
            f"the database lacks {len(plan)} migrations of this version, the first is {first}. "
            "./portal upgrade brings an installed portal up to date, ./portal manage migrate another"
        )
    ours = {each.label for each in apps.get_app_configs()}
    applied = set(executor.loader.applied_migrations) - set(executor.loader.graph.nodes)
    if beyond := sorted(f"{app}.{name}" for app, name in applied if app in ours):
        return f"the database was migrated by a newer version ({beyond[0]}); serve it with that one"
    return ""


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wuhai_portal.settings")
    sys.exit(main())
