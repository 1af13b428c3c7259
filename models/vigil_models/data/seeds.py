"""Which seeds belong to which split; the ranges are disjoint and a thousand million seeds wide."""

TRAIN = 0
VALIDATION = 1_000_000_000
TEST = 2_000_000_000
SPAN = 1_000_000_000


def scene_seed(seed_base: int, index: int) -> int:
    """Seed of the index-th sample of a data set that starts at ``seed_base``; stays within the base's split."""
    if not 0 <= index < SPAN:
        raise IndexError(f"index {index} is outside [0, {SPAN}); a split has {SPAN} seeds")
    if seed_base < 0:
        raise ValueError(f"seed_base is {seed_base}; use TRAIN, VALIDATION or TEST, or an offset from one of them")
    split = seed_base // SPAN * SPAN
    return split + (seed_base - split + index) % SPAN
