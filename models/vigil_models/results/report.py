"""Writes the results page from stored runs: mean and spread over the seeds."""

from __future__ import annotations

from typing import Iterable, Mapping, Sequence

import numpy as np

from ..evaluation.subsets import BLURRED_PX, OCCLUDED_VISIBLE, SMALL_PX, SUBSETS
from ..modeling.tra.similarity import LEVELS
from .from_packages import CLIPS_PER_SEQUENCE, DISTURBED_KEYS
from .plan import LONGER, MORE_PROPOSALS, Plan
from .runner import DISTURBED, MAIN_DETECTOR
from .settings import DETECTOR_PACKAGE, RECOGNIZER_PACKAGE, Settings
from .support_choices import AHEADS, BUDGET, COUNTS

MAIN_CHOICE = f"slots {BUDGET}"
MISSING = "–"
SLOT_SECONDS = 0.5
SPOILT_PICTURES = "11 %"
"""As counted in the 3000 training sequences."""


class Report:
    """The page as Markdown."""

    def __init__(self, plan: Plan, settings: Settings, records: Iterable[dict], pictures: Mapping[str, str] | None = None):
        """``pictures`` are file names by caption."""
        self._plan, self._settings, self._pictures = plan, settings, pictures or {}
        self._records: dict[str, list[dict]] = {}
        for record in records:
            self._records.setdefault(record["variant"], []).append(record)

    def text(self) -> str:
        sections = [self._head(), self._does_tra_help(), self._points_and_blocks(), self._rounded_search()]
        sections += [self._supports(), self._streaming(), self._choice(), self._does_tam_help()]
        sections += [self._why()] if self._pictures else []
        sections.append(self._commands())
        return "\n\n".join(sections) + "\n"

    def _head(self) -> str:
        settings, count = self._settings, sum(map(len, self._records.values()))
        budget = [f"{settings.minutes:g} minutes"] if settings.minutes is not None else []
        budget += [f"{settings.steps} steps"] if settings.steps is not None else []
        devices = sorted({record["device"] for records in self._records.values() for record in records})
        wanted = len(self._plan.variants) * len(settings.seeds)
        partial = "" if count == wanted else f" **{wanted - count} of {wanted} runs are missing.**"
        return (
            "# Results\n\nWritten by `python3 -m vigil_models results`; do not edit.\n\n"
            f"{self._training(' or '.join(budget))} with seeds {', '.join(map(str, settings.seeds))}, on {'; '.join(devices) or MISSING}."
            f"{partial} Cells are the mean over the seeds ± their standard deviation; of a single seed, ± is the standard error "
            f"that the choice of the test videos leaves, drawing them anew. {MISSING} was not measured.\n\n"
            f"Detectors: mAP@50 in percent on the key frames of {settings.videos} test videos, frames {SLOT_SECONDS:g} s apart, with "
            f"{BUDGET} support frames unless said otherwise. Blurred: motion blur of at least {BLURRED_PX:g} pixels; occluded: less "
            f"than {OCCLUDED_VISIBLE:.0%} visible; small: lower than {SMALL_PX:g} pixels. "
            f"Recognizers: {settings.clips} test clips of nine actions, {' x '.join(map(str, self._plan.recognizer.input_size))} pixels."
        )

    def _training(self, budget: str) -> str:
        settings = self._settings
        if settings.packages is None:
            return f"Every network was trained from scratch on the synthetic world with the same budget, at most {budget} per run unless said otherwise,"
        detector, recognizer = (f"`{name} {settings.package_version(name)}`" for name in (DETECTOR_PACKAGE, RECOGNIZER_PACKAGE))
        return (
            f"All detectors have the backbone, neck and proposal head of {detector}, which stay as they are; each RoI head was trained "
            f"from scratch, on {settings.sequences} sequences that the trunk had not seen. All recognizers begin with the convolutions "
            f"of {recognizer}, which were trained with TAM between them; temporal modules and classifier are new, everything trains, on "
            f"{CLIPS_PER_SEQUENCE * settings.sequences} clips. So heads and modules are compared, not networks whose every part was trained for its "
            f"variant. All had {budget} unless said otherwise,"
        )

    def _does_tra_help(self) -> str:
        known = {variant.name for variant in self._plan.variants}
        names = [name for name in ("single-frame", "selsa", "tra", "tra-full", "tra-full-learned") if name in known]
        rows = [[self._title(name), *(self._detector(name, MAIN_CHOICE, subset) for subset in SUBSETS)] for name in names]
        disturbed = [
            [learned, met, self._title(name), *(self._detector(name + suffix, choice, subset) for subset in SUBSETS)]
            for learned, suffix, met, choice in (
                ("undisturbed", "", "disturbed", DISTURBED),
                ("disturbed", "-disturbed", "disturbed", DISTURBED),
                ("disturbed", "-disturbed", "undisturbed", MAIN_CHOICE),
            )
            for name in names
            if name + suffix in known
        ]
        note = (
            "With cameras whose pictures are spoilt for moments of 0.3 to 2 s: the focus hunts, the mast shakes, exposure settles, "
            "the encoder lacks bits, the gain is high ([WORLD.md](WORLD.md)). Disturbed key frames: the same test videos with such a moment staged "
            "at the key frame, when at least half of the support frames are undisturbed; everything counts as blurred while the focus hunts or "
            f"the mast shakes. Disturbed learning: of the same sequences, {SPOILT_PICTURES} of the pictures are spoilt, and {DISTURBED_KEYS:.0%} of the "
            "key frames, most of whose supports are not."
        )
        more = [
            [met, self._title(name), *(self._detector(f"{name}-64", choice, subset) for subset in SUBSETS)]
            for met, choice in (("disturbed", DISTURBED), ("undisturbed", MAIN_CHOICE))
            for name in names
        ]
        proposals = (
            f"The same weights as in the first table, learned from undisturbed cameras, with {MORE_PROPOSALS} instead of {self._plan.detector.proposals} proposals "
            "of every frame, key and support frames alike:"
        )
        longer = [
            [met, proposals, self._title(name), *(self._detector(f"{name}-long{suffix}", choice, subset) for subset in SUBSETS)]
            for met, choice in (("disturbed", DISTURBED), ("undisturbed", MAIN_CHOICE))
            for proposals, suffix in ((str(self._plan.detector.proposals), ""), (str(MORE_PROPOSALS), "-64"))
            for name in names
        ]
        pooled = (
            f"For speed, TRA searches maps that are averaged over squares of {self._plan.detector.search_pooling} x "
            f"{self._plan.detector.search_pooling}, in the shipped package, too. Searching full maps: the same weights without this; "
            "learned and searching full maps: weights that learned without it, too."
        )
        return "\n\n".join(
            (
                "## Does Temporal RoI Align help?",
                *([pooled] if "tra-full" in names else []),
                table(["network", *SUBSETS], rows),
                note,
                table(["learned from", "key frames", "network", *SUBSETS], disturbed),
                proposals,
                table(["key frames", "network", *SUBSETS], more),
                f"Heads that were trained {LONGER} times as long, on the same undisturbed sequences:",
                table(["key frames", "proposals", "network", *SUBSETS], longer),
            )
        )

    def _points_and_blocks(self) -> str:
        rows = []
        for variant in self._plan.variants:
            network = variant.network
            searches = variant.is_detector and network.temporal_roi_align and network.search_pooling == self._plan.detector.search_pooling
            if searches and not variant.disturbed and variant.weights_of is None and variant.budget == 1:
                cells = [self._detector(variant.name, MAIN_CHOICE, value) for value in ("all", "ms")]
                rows.append([str(network.similar_points), str(network.attention_blocks), *cells])
        rows.sort(key=lambda row: (int(row[0]), int(row[1])))
        return "## How many similar points and attention blocks?\n\n" + table(["K", "blocks", "all", "ms per key frame"], rows)

    def _rounded_search(self) -> str:
        rows = [
            [met, search, *(self._detector(name, choice, subset) for subset in SUBSETS)]
            for met, choice in (("undisturbed", MAIN_CHOICE), ("disturbed", DISTURBED))
            for name, search in ((MAIN_DETECTOR, "float32"), ("tra-rounded", f"{LEVELS.bit_length()} bits"))
        ]
        note = "The same weights; `export --rounded-search` makes such packages, whose search for similar features takes less than half the time."
        return f"## Does it matter when the search compares rounded features?\n\n{note}\n\n" + table(["key frames", "features", *SUBSETS], rows)

    def _supports(self) -> str:
        rows = [
            [str(c), *(self._detector(MAIN_DETECTOR, f"slots {c}", v) for v in (*SUBSETS, "gain", "ms"))]
            for c in sorted({*COUNTS, BUDGET})
        ]
        note = (
            f"Gain: all, less what T = {BUDGET} reaches on the same videos. Milliseconds are the key frame's part alone, the "
            "contributions of support frames being kept."
        )
        return f"## How many support frames?\n\n{note}\n\n" + table(["T", *SUBSETS, "gain", "ms per key frame"], rows)

    def _streaming(self) -> str:
        rows = [["slots before the key frame", "0 s", *self._main(MAIN_CHOICE)]]
        for ahead in AHEADS:
            rows.append([f"slots, {ahead} of them after the key frame", f"{ahead * SLOT_SECONDS:g} s", *self._main(f"ahead {ahead}")])
        rows.append(["spread over the whole video (the papers' protocol)", "whole video", *self._main("offline")])
        return "## What does streaming cost?\n\n" + table(["support frames", "delay", "all", "gain"], rows)

    def _choice(self) -> str:
        named = (
            ("the latest slots", MAIN_CHOICE),
            ("spread over all earlier frames", "spread"),
            ("by novelty among all earlier frames", "novelty"),
        )
        rows = [[title, *self._main(name)] for title, name in named]
        return "## Is a better choice of support frames possible?\n\n" + table([f"{BUDGET} support frames", "all", "gain"], rows)

    def _does_tam_help(self) -> str:
        recognizers = [variant for variant in self._plan.variants if not variant.is_detector and variant.budget == 1]
        rows = [
            [variant.title, *(self._recognizer(f"{variant.name}{suffix}", name) for suffix in ("", "-long") for name in ("top-1", "pairs"))]
            for variant in recognizers
        ]
        note = (
            "Pairs: how often the right one of two actions that are each other played backwards gets the higher score; without a "
            f"sense of order it is 50. On the right, the same after {LONGER} times as many steps"
            + (f" on {LONGER} times as many clips." if self._settings.packages else ".")
        )
        head = ["network", "top-1", "pairs", f"top-1, {LONGER} x", f"pairs, {LONGER} x"]
        return f"## Does TAM help, and which branch?\n\n{note}\n\n" + table(head, rows)

    def _why(self) -> str:
        note = (
            "Best detection, or action, at fixed shares of the video, whatever they show. A bin of the RoI and the points most "
            "similar to it have the same colour; below each frame stands the attention that it got."
        )
        return "\n\n".join(["## Why", note, *(f"![{caption}]({file})\n{caption}" for caption, file in self._pictures.items())])

    def _commands(self) -> str:
        records = [record for of_variant in self._records.values() for record in of_variant]
        lines = [f"{record['command']}   # commit {record['commit']}, {record['step']} steps" for record in records]
        return "## Commands\n\nEach run alone:\n\n```\n" + "\n".join(lines) + "\n```"

    def _title(self, name: str) -> str:
        return next((variant.title for variant in self._plan.variants if variant.name == name), name)

    def _main(self, choice: str) -> tuple[str, str]:
        return self._detector(MAIN_DETECTOR, choice, "all"), self._detector(MAIN_DETECTOR, choice, "gain")

    def _recognizer(self, name: str, value: str) -> str:
        return percent([record["measures"][value] for record in self._records.get(name, [])])

    def _detector(self, name: str, choice: str, value: str) -> str:
        found = [record["measures"].get(choice, {}) for record in self._records.get(name, [])]
        values, errors = ([one[key] for one in found if key in one] for key in (value, f"{value} error"))
        if value == "gain" and choice == MAIN_CHOICE:
            return ""
        return milliseconds(values) if value == "ms" else percent(values, errors, signed=value == "gain")


def percent(values: Sequence[float], errors: Sequence[float] = (), signed: bool = False) -> str:
    """Mean and standard deviation in percent; NaN, where a subset was empty, is left out.

    Of a single value the standard error is shown, where it is given.
    """
    hundredfold = ([100 * number for number in numbers if not np.isnan(number)] for numbers in (values, errors))
    return _mean_and_spread(*hundredfold, sign="+" if signed else "")


def milliseconds(values: Sequence[float]) -> str:
    return _mean_and_spread(values)


def _mean_and_spread(values: Sequence[float], errors: Sequence[float] = (), sign: str = "") -> str:
    if not values:
        return MISSING
    if len(values) == 1:
        spread = f" ± {errors[0]:.1f}" if errors else ""
        return f"{values[0]:{sign}.1f}{spread} (one seed)"
    return f"{np.mean(values):{sign}.1f} ± {np.std(values, ddof=1):.1f}"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
