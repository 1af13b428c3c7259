"""Sizes of pictures on the command line."""

import re
from argparse import ArgumentTypeError
from typing import Tuple


def size(text: str) -> Tuple[int, int]:
    """Width and height from text such as 448x336; raises ArgumentTypeError for anything else."""
    found = re.fullmatch(r"([1-9]\d{1,3})x([1-9]\d{1,3})", text)
    if not found:
        raise ArgumentTypeError(f"{text!r} is no size such as 448x336")
    return int(found[1]), int(found[2])
