"""Command line: `python3 -m vigil_models VERB ...`; the verbs are the modules of `cli`."""

import argparse
import pkgutil
import sys
from importlib import import_module

from . import cli


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="python3 -m vigil_models", description="Train, check and export Vigil's models.")
    verbs = top.add_subparsers(metavar="VERB", required=True)
    for module in sorted(pkgutil.iter_modules(cli.__path__), key=lambda found: found.name):
        verb = import_module(f"{cli.__name__}.{module.name}")
        sub = verbs.add_parser(module.name.replace("_", "-"), help=verb.HELP, description=verb.HELP)
        verb.add_arguments(sub)
        sub.set_defaults(run=verb.run)
    return top


def main() -> int:
    args = parser().parse_args()
    try:
        return args.run(args)
    except (OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
