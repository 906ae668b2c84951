"""`./portal rollback`: back to the release before the upgrade, with the database it had."""

from argparse import ArgumentParser

from deploy import environment
from deploy.backup import upgrade


def main(arguments: list[str]) -> int:
    parser = ArgumentParser(
        prog="./portal rollback", description="Go back to the release before the upgrade."
    )
    parser.add_argument("--yes", action="store_true", help="what was written since the upgrade may be lost")
    return upgrade.rollback(environment.home(), agreed=parser.parse_args(arguments).yes)
