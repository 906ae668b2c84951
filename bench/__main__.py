"""`./portal bench [NAME …]`: a line a figure, exit 1 if one is short; `./portal bench profile …`."""

import sys
from importlib import import_module
from pkgutil import iter_modules

import bench
from bench import _profile


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["profile"]:
        return _profile.main(arguments[1:])
    names = sorted(module.name for module in iter_modules(bench.__path__) if not module.name.startswith("_"))
    if unknown := [name for name in arguments if name not in names]:
        known = ", ".join([*names, "profile"])
        print(f"portal: there is no benchmark {unknown[0]!r}; there are: {known}", file=sys.stderr)
        return 2
    short = 0
    for name in arguments or names:
        for figure in import_module(f"bench.{name}").measure():
            print(figure, flush=True)
            short += not figure.is_ok
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
