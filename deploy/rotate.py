"""`./portal rotate-keys`: by Django's command, with the keys of the running portal."""

from argparse import ArgumentParser
from typing import NoReturn

from deploy import manage


def main(arguments: list[str]) -> NoReturn:
    parser = ArgumentParser(prog="./portal rotate-keys", description="Make a new version of a key.")
    parser.add_argument("key", nargs="?", choices=("data", "sign", "year", "trail"), default="data")
    parser.add_argument("--now", action="store_true", help="close anew here, and not by the worker")
    parser.add_argument("--forget", action="store_true", help="take away former versions that nothing needs")
    parser.add_argument("--keep-up", action="store_true", help="make and destroy keys of years, as is due")
    parser.parse_args(arguments)
    manage.main(["rotate_keys", *arguments])
