"""Which networks are compared. All of a kind are trained in the same way, with the same budget."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..engine.recognizer import RecognizerTraining
from ..modeling.tam import TANetConfig
from ..modeling.tra import TRAConfig


@dataclass(frozen=True)
class Variant:
    """A network of the comparison; ``name`` is part of file names.

    ``disturbed``: it learns from cameras whose pictures are spoilt for moments, and from such moments above all. ``meets_disturbed``: it is measured on such
    moments, too. ``weights_of``: it is not trained, but has the weights of another variant. ``budget``: how many times as long it is trained as others.
    """

    name: str
    title: str
    network: TRAConfig | TANetConfig
    disturbed: bool = False
    meets_disturbed: bool = False
    weights_of: Variant | None = None
    budget: int = 1

    @property
    def is_detector(self) -> bool:
        return isinstance(self.network, TRAConfig)


MORE_PROPOSALS, MORE_CANDIDATES = 64, 1000
"""Of a frame, where it is measured what more of them find; a live camera on a processor could not afford as many."""
LONGER = 3
"""Times as long are networks trained where it is measured what more training gives; recognizers on as many times as many clips."""


@dataclass(frozen=True)
class Plan:
    """All variants, and the networks from which they are derived."""

    variants: tuple[Variant, ...]
    detector: TRAConfig
    recognizer: TANetConfig

    def named(self, names: list[str] | None) -> "Plan":
        """The plan with only the variants of these names; ValueError for unknown ones."""
        known = [variant.name for variant in self.variants]
        unknown = sorted(set(names or ()) - set(known))
        if unknown:
            raise ValueError(f"there are no variants {', '.join(unknown)}; choose from {', '.join(known)}")
        return replace(self, variants=tuple(v for v in self.variants if names is None or v.name in names))


def plan(detector: TRAConfig | None = None, recognizer: TANetConfig | None = None) -> Plan:
    """The published comparisons on the small networks, or on others given."""
    tra = detector or TRAConfig.small()
    tam = recognizer or RecognizerTraining().network
    points, blocks = tra.similar_points, tra.attention_blocks
    alone = replace(tra, temporal_roi_align=False)
    main = [
        Variant("single-frame", "single-frame Faster R-CNN", replace(alone, aggregation=False), meets_disturbed=True),
        Variant("selsa", "SELSA", alone, meets_disturbed=True),
        Variant("tra", "SELSA + TRA", tra, meets_disturbed=True),
    ]
    main += [replace(variant, name=f"{variant.name}-disturbed", disturbed=True) for variant in main]
    if tra.search_pooling > 1:
        main += [_unpooled(variant) for variant in main if variant.network == tra]
        unpooled = replace(tra, search_pooling=1)
        main.append(Variant("tra-full-learned", "SELSA + TRA, learned and searching full maps", unpooled, meets_disturbed=True))
    undisturbed = [variant for variant in main if not variant.disturbed]
    longer = [_trained_longer(variant) for variant in undisturbed]
    rounded = Variant("tra-rounded", "SELSA + TRA, rounded search", replace(tra, rounded_search=True), meets_disturbed=True, weights_of=main[2])
    detectors = [
        *main,
        rounded,
        *longer,
        *(_with_more_proposals(variant) for variant in undisturbed + longer),
        *(Variant(f"tra-k{k}", f"K = {k}", replace(tra, similar_points=k)) for k in (1, 4) if k != points),
        *(Variant(f"tra-b{b}", f"{b} blocks", replace(tra, attention_blocks=b)) for b in (0, 1, 8) if b != blocks),
    ]
    recognizers = [
        Variant("tsn", "TSN (no temporal module)", replace(tam, temporal="none")),
        Variant("tsm", "TSM", replace(tam, temporal="shift")),
        Variant("tam", "TAM", tam),
        Variant("tam-global", "TAM, global branch alone", replace(tam, temporal="global")),
        Variant("tam-local", "TAM, local branch alone", replace(tam, temporal="local")),
    ]
    recognizers += [_trained_longer(variant) for variant in recognizers]
    return Plan(tuple(detectors + recognizers), tra, tam)


def _trained_longer(variant: Variant) -> Variant:
    """The same network after more training."""
    source = None if variant.weights_of is None else _trained_longer(variant.weights_of)
    return replace(variant, name=f"{variant.name}-long", budget=LONGER, weights_of=source)


def _with_more_proposals(variant: Variant) -> Variant:
    """The same weights, with more proposals of every frame."""
    network = replace(variant.network, proposals=MORE_PROPOSALS, candidates=MORE_CANDIDATES)
    return replace(variant, name=f"{variant.name}-64", network=network, weights_of=variant.weights_of or variant)


def _unpooled(variant: Variant) -> Variant:
    """The same weights, which search the full maps of support frames."""
    network = replace(variant.network, search_pooling=1)
    name = variant.name.replace("tra", "tra-full")
    return replace(variant, name=name, title=f"{variant.title}, searching full maps", network=network, weights_of=variant)
