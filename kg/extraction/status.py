"""How far an edge is true: component ``kg_status``.

Read around the word that states the relation: its auxiliaries, the verbs above it, the words that modify it. A bought
company is `completed`, one that is to be bought `planned`, one that is bid for `proposed`.
"""

from collections.abc import Iterable

from spacy.language import Language
from spacy.tokens import Doc

from kg.extraction.annotations import RelationSpan
from kg.extraction.arguments import Tree, tree_of
from kg.extraction.patterns import verb_forms


def _verbs(text: str, *irregular: str) -> frozenset[str]:
    return frozenset(f for lemma in text.split() for f in verb_forms(lemma)) | frozenset(irregular)


_NEVER = _verbs(
    "deny abandon scrap fail collapse cancel thwart", "withdrew", "withdrawn", "denial", "failure", "unsuccessful"
)
_REFUSED = _verbs("reject block rebuff spurn drop bar veto prevent stop oppose", "rejection")
_RUMOUR = _verbs(
    "consider mull seek want hope explore discuss propose speculate tip rumor rumour report eye weigh approach "
    "appeal",
    "may", "might", "could", "can", "talks", "talk", "negotiations", "discussions", "bid", "bids", "offer",
    "offers", "interested", "speculation", "possible", "potential", "possibility", "proposal", "proposed", "sought",
    "approach", "likely", "reportedly", "hostile", "rumored", "rumoured", "bidding", "pending", "awaiting", "await",
    "whether", "if", "option",
)  # fmt: skip
_FUTURE = _verbs(
    "plan agree intend expect aim announce threaten prepare pledge promise",
    "will", "'ll", "wo", "would", "shall", "set", "due", "going", "soon", "upcoming", "planned", "plans", "plan",
    "tomorrow", "ready", "next", "forthcoming", "agreement", "deal",
)  # fmt: skip
_GOING_TO = frozenset(
    {"is", "want", "wants", "intends", "are", "was", "were", "be", "set", "due", "going", "about", "poised"}
)
_OVER = _verbs(
    "end terminate dissolve expire unwind discontinue",
    "former",
    "ex",
    "formerly",
    "once",
    "previous",
    "ended",
    "defunct",
)
_PAST_ADVERBS = frozenset({"previously", "formerly", "once", "originally"})
_PARTED = _verbs("divest dispose offload", "sell", "sold", "sells", "selling", "spun")
_SETTLED = _verbs("settle clear approve fine rule grant reject dismiss conclude decide", "won", "lost", "lose", "win")
_DEALS = frozenset({"acquires", "merges_with"})
_DONE_VERBS = _verbs(
    "acquire purchase invest complete close finalize finalise conclude",
    "bought", "took", "taken", "sold", "merged", "paid", "completed", "raised", "spent", "formed", "swallowed",
    "snapped",
)  # fmt: skip
_STARTS = _verbs(
    "launch open build release unveil introduce begin start expand create invest sell develop ship debut enter "
    "roll produce offer make supply partner team join move relocate want set become",
    "built", "go", "going", "began", "available", "sold", "made", "became", "set",
)  # fmt: skip
_TAKEN_OVER = frozenset({"acquisition", "purchase", "acquisitions"})
_COMING = frozenset({"forthcoming", "upcoming", "planned", "future", "launch"})
_CLAUSE = frozenset({"ccomp", "advcl", "relcl", "parataxis"})


class StatusReader:
    """The component ``kg_status``: sets the status of what patterns left as ``current``."""

    def __call__(self, doc: Doc) -> Doc:
        relations: list[RelationSpan] = doc._.relations
        if relations:
            tree = tree_of(doc)
            for relation in relations:
                if relation.status == "current":
                    relation.status = read_status(tree, relation.type, relation.anchor)
        return doc


@Language.factory("kg_status", requires=["doc._.relations"], assigns=["doc._.relations"])
def make_status_reader(nlp: Language, name: str) -> StatusReader:  # noqa: ARG001
    """Factory for a spaCy pipeline: ``nlp.add_pipe("kg_status")``."""
    return StatusReader()


def read_status(tree: Tree, relation: str, anchor: int) -> str:
    """The status of a relation that the word ``anchor`` states."""
    context = _Context(tree, anchor)
    if relation in _DEALS:
        return _deal(context)
    if context.near & _OVER or (relation == "partners_with" and context.words & _OVER):
        return "ended"
    if relation == "invests_in":
        return _investment(context)
    if relation == "litigates_with":
        return _suit(context)
    if relation == "regulated_by":
        return _regulation(context)
    if relation == "subsidiary_of" and context.verb in _PARTED:
        return "planned" if context.future else "ended"
    if context.steady:
        return "current"
    if context.near & _COMING:
        return "planned"
    if not context.words & _STARTS:
        return "current"
    if context.denied:
        return "failed"
    if context.future:
        return "planned"
    return "proposed" if context.modal else "current"


def _deal(context: "_Context") -> str:
    if context.denied or context.words & _NEVER:
        return "failed"
    if context.words & {"completed", "completes", "completion", "completing"}:
        return "completed"
    if context.words & {"agreed", "agrees", "agree", "won", "definitive"} or (context.future and not context.hoped):
        return "planned"
    if context.rumoured or context.words & _REFUSED or context.infinitive:
        return "proposed"
    if context.anchored & _TAKEN_OVER:
        return "completed"
    return "completed" if context.past or context.words & _DONE_VERBS else "proposed"


def _investment(context: "_Context") -> str:
    if context.denied:
        return "failed"
    if context.infinitive or context.future:
        return "proposed" if context.words & _RUMOUR and not context.words & {"agreed", "will"} else "planned"
    if context.modal:
        return "proposed"
    if context.verb in _PARTED:
        return "ended" if context.past else "current"
    return "completed" if context.finite and context.verb in _DONE_VERBS else "current"


def _suit(context: "_Context") -> str:
    if context.words & {"dropped", "drop", "abandoned", "dismissed", "withdrew"}:
        return "failed"
    if context.future or context.words & {"threatened", "threatens", "threaten", "threat", "intends", "intention"}:
        return "planned"
    if context.words & {"settled", "lost", "won", "settlement"}:
        return "completed"
    return "current"


def _regulation(context: "_Context") -> str:
    if context.future or context.rumoured or context.modal:
        return "proposed"
    return "completed" if context.past and context.verb in _SETTLED else "current"


class _Context:
    """The words that decide: those of the clause's verbs, their auxiliaries and modifiers of the anchor."""

    def __init__(self, tree: Tree, anchor: int) -> None:
        verbs = self._verbs_above(tree, anchor)
        own = {
            tree.lower[c] for c in tree.having(anchor, "amod", "advmod", "aux", "auxpass", "compound", "neg", "poss")
        }
        self.near = own | (
            {tree.lower[c] for c in tree.having(tree.head[anchor], "amod")} if tree.is_noun(anchor) else set()
        )
        self.words = {tree.lower[anchor]} | self.near
        auxiliaries: set[str] = set()
        negated = False
        for verb in verbs:
            self.words.add(tree.lower[verb])
            for child in tree.children[verb]:
                dep, form = tree.dep[child], tree.lower[child]
                if dep in ("aux", "auxpass"):
                    auxiliaries.add(form)
                    self.words.add(form)
                elif dep == "neg":
                    negated = True
                elif dep in ("advmod", "acomp", "npadvmod"):
                    self.words.add(form)
                    if dep == "advmod" and form in _PAST_ADVERBS:
                        self.near.add(form)
        for above in self._nouns_above(tree, anchor):
            self.words.add(tree.lower[above])
            self.words |= {tree.lower[c] for c in tree.having(above, "amod", "compound")}
        if verbs and verbs[0] == anchor:
            self.words |= {tree.lower[c] for c in tree.having(anchor, "dobj")}
        first = verbs[0] if verbs else anchor
        self.anchored = {tree.lower[anchor]}
        self.steady = tree.lower[anchor] in ("based", "headquartered") or tree.tag[anchor].startswith("NNP")
        self.finite = tree.tag[first] == "VBD" or bool(tree.having(first, "auxpass"))
        self.hoped = bool(self.words & _RUMOUR) and not auxiliaries & {"will"}
        self.verb = tree.lower[first]
        self.infinitive = bool(verbs) and any(tree.lower[c] == "to" for c in tree.having(first, "aux"))
        self.past = tree.tag[first] in ("VBD", "VBN")
        self.modal = bool(auxiliaries & {"may", "might", "could"})
        self.denied = bool(self.words & {"denied", "denies", "deny"}) or (
            negated and self.past and tree.lower[first] != "said"
        )
        self.rumoured = self.modal or bool(self.words & _RUMOUR)
        upper = {tree.lower[v] for v in verbs[1:]}
        purpose = (self.infinitive or tree.tag[first] == "VBG") and (upper | auxiliaries) & (
            _FUTURE | (_GOING_TO if self.infinitive else _FUTURE)
        )
        self.future = bool(auxiliaries & {"will", "'ll", "would", "shall"}) or bool(purpose) or "planned" in self.near

    @staticmethod
    def _verbs_above(tree: Tree, anchor: int) -> list[int]:
        """The verb of the clause, then those it depends on as long as they say how far it is true."""
        verbs = [anchor] if tree.is_verb(anchor) else []
        below = anchor
        for above in tree.ancestors(anchor):
            if tree.is_verb(above) or tree.tag[above].startswith("J"):
                verbs.append(above)
            if (tree.dep[below] in _CLAUSE and verbs) or len(verbs) == 3:
                break
            below = above
        return verbs

    @staticmethod
    def _nouns_above(tree: Tree, anchor: int) -> Iterable[int]:
        for count, above in enumerate(tree.ancestors(anchor)):
            if count == 3 or not (tree.is_noun(above) or tree.tag[above] in ("IN", "TO")):
                if count == 3 or not tree.is_verb(above):
                    return
                continue
            if tree.is_noun(above):
                yield above
