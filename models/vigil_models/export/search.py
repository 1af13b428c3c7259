"""The options of verbs that write detectors to search for similar features faster."""

from argparse import ArgumentParser, Namespace


def add_search_options(parser: ArgumentParser):
    parser.add_argument(
        "--search-pooling",
        type=int,
        metavar="SIDE",
        help="average support maps over squares of SIDE x SIDE before the search for similar features, for speed at the price of accuracy; "
        "1: full maps (default: as the network was made, 1 for published ones)",
    )
    parser.add_argument(
        "--rounded-search",
        action="store_true",
        help="compare features rounded to 7 bits in that search, for speed on processors: those with VNNI take less than half the time for it",
    )


def searching(model, args: Namespace):
    """The network with the search that these options ask for; ValueError for one that does not search."""
    from ..modeling.tra import TRA

    if args.search_pooling is None and not args.rounded_search:
        return model
    if not isinstance(model, TRA) or not model.config.temporal_roi_align:
        option = "--rounded-search" if args.search_pooling is None else "--search-pooling"
        raise ValueError(f"{option} is for detectors with Temporal RoI Align; this network searches nothing")
    return model.searching(args.search_pooling, args.rounded_search or None)
