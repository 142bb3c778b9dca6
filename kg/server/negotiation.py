"""Content negotiation: which of the types on offer an Accept header likes best (RFC 9110, section 12.5.1)."""

from functools import lru_cache


def preferences(accept: str) -> tuple[tuple[str, float], ...]:
    """The media ranges of an Accept header with their weights; a malformed one counts as not there.

    >>> preferences("text/turtle;q=0.5, */*;q=0.1, nonsense")
    (('text/turtle', 0.5), ('*/*', 0.1))
    """
    found = []
    for part in accept.split(",")[:100]:
        range_, *parameters = (p.strip().lower() for p in part.split(";"))
        if range_.count("/") != 1:
            continue
        weight = 1.0
        for parameter in parameters:
            name, _, value = parameter.partition("=")
            if name.strip() == "q":
                try:
                    weight = min(max(float(value), 0.0), 1.0)
                except ValueError:
                    weight = 0.0
        found.append((range_, weight if weight == weight else 0.0))
    return tuple(found)


@lru_cache(maxsize=256)
def best(accept: str, offered: tuple[str, ...]) -> str | None:
    """The type on offer with the highest weight, the first offered among equals; None where none is acceptable.

    >>> best("text/csv;q=0.3, application/*;q=0.8", ("text/csv", "application/sparql-results+json"))
    'application/sparql-results+json'
    >>> best("", ("text/csv",)), best("image/png", ("text/csv",))
    ('text/csv', None)
    """
    ranges = dict(preferences(accept))
    if not ranges:
        return next(iter(offered)) if not accept.strip() else None
    chosen, highest = None, 0.0
    for type_ in offered:
        major = type_.partition("/")[0]
        weight = next((ranges[r] for r in (type_, f"{major}/*", "*/*") if r in ranges), 0.0)
        if weight > highest:
            chosen, highest = type_, weight
    return chosen
