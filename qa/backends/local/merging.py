"""Which segments to write anew as one, so that there are few of them and each passage is seldom copied.

Tiered compaction, as in log-structured merge trees (O'Neil et al., Acta Informatica 33, 1996): segments of like size
wait until there are ``FAN`` of them, and become one of the next tier. A passage is copied once a tier.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import accumulate

#: Segments of one tier that become one. More would make searching slower, fewer would copy more.
FAN = 8

#: Passages: a segment of this size is left alone, so that neither memory nor time of a merge grow with the index.
#: Merging takes about 5 kB a passage (its postings, sorted).
LARGEST = 65_536

#: Passages of the first tier: whatever is smaller costs the same to search.
SMALLEST = 1_024

#: Share of a segment's passages that may be removed before it is written anew without them.
MAX_REMOVED = 0.25


def due(sizes: Sequence[tuple[int, int]]) -> list[int] | None:
    """The positions of the segments to merge next, or None. ``sizes`` has the live and all passages of each."""
    tiers: dict[int, list[int]] = defaultdict(list)
    for position, (live, every) in enumerate(sizes):
        if every and (not live or live < every * (1 - MAX_REMOVED)):
            return [position]
        tiers[_tier(live)].append(position)
    for tier in sorted(tiers):
        positions = sorted(tiers[tier], key=lambda position: sizes[position][0])
        together = accumulate(sizes[position][0] for position in positions[:FAN])
        fitting = sum(size <= LARGEST * 1.5 for size in together)
        if len(positions) >= FAN and fitting > 1:
            return sorted(positions[:fitting])
    return None


def _tier(passages: int) -> int:
    tier, size = 0, SMALLEST
    while passages >= size:
        tier, size = tier + 1, size * FAN
    return tier
