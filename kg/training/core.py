"""CORE's relations in the project's words, and as classes of the network."""

from collections.abc import Sequence

from kg.evaluation.core import RELATIONS, UNDEFINED, WITHOUT_DIRECTION

# CORE's label, ours, and whether ours has CORE's first entity as its subject.
OURS = {
    "acquired_by": ("acquires", False),
    "brand_of": ("makes", False),
    "client_of": ("supplies", False),
    "collaboration": ("partners_with", True),
    "competitor_of": ("competes_with", True),
    "merged_with": ("merges_with", True),
    "product_or_service_of": ("makes", False),
    "regulated_by": ("regulated_by", True),
    "shareholder_of": ("invests_in", True),
    "subsidiary_of": ("subsidiary_of", True),
    "traded_on": ("listed_on", True),
}

CLASSES = 2 * len(RELATIONS) - 1
"""``undefined``, and each relation in both directions."""


def turned(shares: Sequence[float]) -> list[float]:
    """Shares of the classes as they are when the two entities change places.

    >>> found = turned(range(CLASSES))
    >>> found[core_class("acquired_by", False)] == core_class("acquired_by", True)
    True
    >>> found[core_class("competitor_of", False)] == core_class("competitor_of", False)
    True
    """
    exchanged = list(shares)
    for name in RELATIONS:
        if name not in WITHOUT_DIRECTION:
            one, other = core_class(name, False), core_class(name, True)
            exchanged[one], exchanged[other] = shares[other], shares[one]
    return exchanged


def core_class(relation: str, inverted: bool) -> int:
    """The number of a CORE class: 0 is ``undefined``, then each relation in both directions.

    >>> core_class("undefined", True), core_class("acquired_by", False), core_class("acquired_by", True)
    (0, 1, 2)
    """
    if relation == UNDEFINED:
        return 0
    return 1 + 2 * RELATIONS.index(relation) + (inverted and relation not in WITHOUT_DIRECTION)
