"""The option of verbs that write detectors to search smaller maps, for speed."""

from argparse import ArgumentParser
from typing import Optional


def add_search_pooling(parser: ArgumentParser):
    parser.add_argument(
        "--search-pooling",
        type=int,
        metavar="SIDE",
        help="average support maps over squares of SIDE x SIDE before the search for similar features, for speed at the price of accuracy; "
        "1: full maps (default: as the network was made, 1 for published ones)",
    )


def searching(model, pooling: Optional[int]):
    """The network with this search, or as it is without one; ValueError for one that does not search."""
    from ..modeling.tra import TRA

    if pooling is None:
        return model
    if not isinstance(model, TRA) or not model.config.temporal_roi_align:
        raise ValueError("--search-pooling is for detectors with Temporal RoI Align; this network searches nothing")
    return model.searching(pooling)
