"""Which words say that something rose or fell, and the sign of a change."""

from typing import Final

from kg.extraction.arguments import Tree
from kg.extraction.counts import Candidate, singular, word_set

FALLING: Final = word_set(
    "fall falls fell fallen falling drop drops dropped dropping decline declines declined declining decrease "
    "decreases decreased decreasing slip slips slipped slipping slide slides slid sliding plunge plunges plunged "
    "plunging tumble tumbles tumbled tumbling sink sinks sank sunk sinking shrink shrinks shrank shrunk shrinking "
    "dip dips dipped slump slumps slumped slumping ease eases eased lose loses lost losing cut cuts cutting "
    "reduce reduces reduced reducing reduction lower lowered lowering slash slashes slashed contract contracted "
    "contraction shed sheds shedding down off plummet plummets plummeted plummeting dive dives dived crash "
    "crashed crashes discount discounted weaker fewer less cheaper retreat retreated slimmed"
)
RISING: Final = word_set(
    "rise rises rose risen rising grow grows grew grown growing growth increase increases increased increasing "
    "gain gains gained gaining jump jumps jumped jumping climb climbs climbed climbing surge surges surged "
    "surging soar soars soared up higher advance advanced boost boosts boosted expand expands expanded expansion "
    "leap leapt improve improved improvement rally rallied more"
)
_LEVEL: Final = word_set("to from at of owns own holds with below under above the its their")
_APPROXIMATE: Final = word_set("about around some nearly almost over just than more less a an another further average")
_DOWN: Final = word_set("down off fell dropped slipped slid lost fallen declined")
_DOWNWARD: Final = word_set("lower drop fall decline weaker less down slump cut")
_OFF_VERBS: Final = word_set("pay pays paid paying sold sell selling write wrote written lay laid kick kicked")
_JOBS: Final = word_set("job position post employee worker staff role people")


def signed(tree: Tree, candidate: Candidate) -> float:
    """The value of a change, negative where the words say that it fell: "fell 5%", "a 97% price cut", "down 3.2%"."""
    value, kind = candidate.match.quantity.value, candidate.match.kind
    if value <= 0 or kind == "change" or candidate.match.quantity.unit == "times":
        return value
    lower, start = tree.lower, candidate.start
    while start and (lower[start - 1] in _APPROXIMATE or lower[start - 2 : start] == ["average", "of"]):
        start -= 1
    last = lower[start - 1] if start else ""
    further = lower[start - 2] if start > 1 else ""
    following = lower[candidate.end] if candidate.end < len(lower) else ""
    ambiguous = (last == "off" and further in _OFF_VERBS) or (last == "lost" and kind == "money" and value >= 100)
    if last in _DOWN and not ambiguous:
        return value if kind == "count" and _is_job(tree, candidate) else -value
    if last == "of" and further in FALLING - {"off"} and not _is_job(tree, candidate):
        return -value
    if following in _DOWNWARD and kind in {"percent", "money"}:
        return -value
    falls = last == "by" or (kind == "percent" and last not in _LEVEL)
    return -value if falls and kind != "count" and _change_falls(tree, candidate) else value


def _is_job(tree: Tree, candidate: Candidate) -> bool:
    return candidate.noun is not None and singular(tree.lower[candidate.noun]) in _JOBS


def _change_falls(tree: Tree, candidate: Candidate) -> bool:
    for token in (candidate.root, *tree.ancestors(candidate.root)):
        word = tree.lower[token]
        if word in FALLING:
            return True
        if word in RISING or tree.dep[token] == "ROOT":
            return False
        if tree.is_verb(token):
            return any(tree.lower[c] in FALLING for c in tree.having(token, "advmod", "prt", "acomp"))
    return False
