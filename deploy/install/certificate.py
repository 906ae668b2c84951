"""`./portal certificate`: what portal-certificate.timer asks for each day."""

from argparse import ArgumentParser
from pathlib import Path

from deploy.install.command import renew_certificate
from deploy.install.machine import Machine


def main(arguments: list[str]) -> int:
    """Renew the local CA's certificate if it is due; one of another authority is left to that."""
    parser = ArgumentParser(prog="./portal certificate", description="Renew a local CA's certificate.")
    parser.add_argument("--root", type=Path, default=Path("/"), help="of the machine with this root")
    renew_certificate(Machine.of(parser.parse_args(arguments).root))
    return 0
