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
    "deny abandon scrap fail collapse cancel thwart shelve founder",
    "cancelled", "withdrew", "withdrawn", "denial", "failure", "unsuccessful", "lapse", "lapsed",
)  # fmt: skip
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
_SETTLED = _verbs(
    "settle clear approve fine rule grant reject dismiss conclude decide order ban suspend revoke refuse impose "
    "license award overturn uphold block veto waive acquit convict sanction penalise penalize freeze",
    "won", "lost", "lose", "win", "upheld", "forbade", "froze", "let", "gave", "given", "determined",
)  # fmt: skip
_CLOSED = _verbs(
    "close shutter exit abandon discontinue cease retire axe scrap",
    "shut", "withdrew", "withdrawn", "quit", "left", "pulled", "stopped", "dropped", "ended",
)  # fmt: skip
_BARRED = frozenset({"blocked", "vetoed", "thwarted", "prevented", "barred"})
_TALKING = frozenset(
    {"talks", "negotiations", "discussions", "rumoured", "rumored", "reportedly", "considering", "mulling", "exploring"}
)
_TRIED = frozenset({"tried", "attempted", "failed"})
_SINCE_DONE = frozenset({"following", "after", "since", "wake"})
_LASTING = frozenset(
    {"operates_in", "makes", "supplies", "subsidiary_of", "invests_in", "partners_with", "competes_with"}
)
_DEALS = frozenset({"acquires", "merges_with"})
_DONE_VERBS = _verbs(
    "acquire purchase invest complete close finalize finalise conclude",
    "bought", "took", "taken", "sold", "merged", "paid", "completed", "raised", "spent", "formed", "swallowed",
    "snapped",
)  # fmt: skip
_STARTS = _verbs(
    "launch open build release unveil introduce begin start expand create invest sell develop ship debut enter "
    "roll produce offer provide make supply partner team join move relocate want set become",
    "built", "go", "going", "began", "available", "sold", "made", "became", "set",
)  # fmt: skip
_BUYING = frozenset({"buying", "acquiring", "purchasing", "taking"})
_HEARSAY = frozenset({"rumour", "rumours", "rumor", "rumors", "speculation"})
_PAID = frozenset({"paid", "paying", "spent", "spending"})
_WILL = frozenset({"will", "'ll", "would", "shall"})
_IS = frozenset({"is", "are", "'s", "'re"})
_MAY = frozenset({"may", "might", "could"})
_GOING_ON = _verbs("continue remain")
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
            _end_with_deals(relations)
        return doc


def _end_with_deals(relations: list[RelationSpan]) -> None:
    """Whoever bought a company is its rival no longer, and whoever owned it before is its owner no longer."""
    bought = {(r.subject, r.object) for r in relations if r.type == "acquires" and r.status == "completed"}
    buyers: dict[int, set[int]] = {}
    for buyer, target in bought:
        buyers.setdefault(target, set()).add(buyer)
    for relation in relations:
        if relation.status != "current":
            continue
        ends = (relation.subject, relation.object)
        rivals = relation.type == "competes_with" and (ends in bought or ends[::-1] in bought)
        owners = buyers.get(relation.subject, set()) if relation.type == "subsidiary_of" else set()
        # A firm that the owner itself bought, or that its buyer resold, is another matter.
        sold = bool(owners) and relation.object not in owners and (relation.object, relation.subject) not in bought
        if rivals or sold:
            relation.status = "ended"


@Language.factory("kg_status", requires=["doc._.relations"], assigns=["doc._.relations"])
def make_status_reader(nlp: Language, name: str) -> StatusReader:  # noqa: ARG001
    """Factory for a spaCy pipeline: ``nlp.add_pipe("kg_status")``."""
    return StatusReader()


def read_status(tree: Tree, relation: str, anchor: int) -> str:
    """The status of a relation that the word ``anchor`` states."""
    context = _Context(tree, anchor)
    if relation in _DEALS:
        return _deal(context)
    if relation in _LASTING and context.over:
        return "ended"
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
    if relation in {"operates_in", "makes"} and context.closed:
        return "ended"
    if context.steady and not (relation == "makes" and context.coming):
        return "current"
    if context.words & _GOING_ON and not context.denied:
        return "current"
    if relation in {"partners_with", "supplies"} and context.words & _TALKING and not context.future_auxiliary:
        return "proposed"
    if context.near & _COMING or context.intended:
        return "planned"
    if not (context.words & _STARTS or (relation == "supplies" and context.to_come)):
        return "current"
    if context.denied:
        return "failed"
    if context.future:
        return "planned"
    return "proposed" if context.modal else "current"


def _deal(context: "_Context") -> str:
    if context.denied or context.words & _NEVER or context.given_up:
        return "failed"
    if context.since_done or context.paid:
        return "completed"
    if context.words & {"completed", "completes", "completion", "completing"}:
        return "completed"
    if context.words & {"agreed", "agrees", "agree", "won", "definitive"} or (context.future and not context.hoped):
        return "planned"
    if context.rumoured or context.words & _REFUSED or context.infinitive:
        return "proposed"
    if context.under_way:
        return "planned"
    if context.anchored & _TAKEN_OVER:
        return "completed"
    return "completed" if context.past or context.words & _DONE_VERBS else "proposed"


def _investment(context: "_Context") -> str:
    if context.denied:
        return "failed"
    if context.infinitive or context.future or context.buying:
        unsure = context.hoped and not context.words & {"agreed", "will"}
        return "proposed" if unsure else "planned"
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
        around = self._around(tree, anchor)
        hearsay = bool(around & _HEARSAY)  # "rumours that it would buy"
        self.hoped = hearsay or (bool(self.words & _RUMOUR) and not auxiliaries & {"will"})
        self.verb = tree.lower[first]
        # "is buying a stake"
        self.buying = tree.tag[first] == "VBG" and self.verb in _BUYING and bool(tree.having(first, "aux"))
        # "is being bought", "is buying the rest"
        self.under_way = any(tree.lower[c] == "being" for c in tree.having(first, "auxpass", "aux")) or self.buying
        self.infinitive = bool(verbs) and any(tree.lower[c] == "to" for c in tree.having(first, "aux"))
        self.past = tree.tag[first] in ("VBD", "VBN")
        self.modal = bool(auxiliaries & _MAY)
        self.denied = bool(self.words & {"denied", "denies", "deny"}) or (
            negated and self.past and tree.lower[first] != "said"
        )
        self.rumoured = hearsay or self.modal or bool(self.words & _RUMOUR)
        upper = {tree.lower[v] for v in verbs[1:]}
        purpose = (self.infinitive or tree.tag[first] == "VBG") and (upper | auxiliaries) & (
            _FUTURE | (_GOING_TO if self.infinitive else _FUTURE)
        )
        self.future_auxiliary = bool(auxiliaries & _WILL)
        # "will fly to Oslo", "is to fit the doors"
        self.to_come = bool(verbs) and (
            any(tree.lower[c] in _WILL for c in tree.having(first, "aux"))
            or (self.infinitive and tree.lower[tree.head[first]] in _IS)
        )
        self.coming = "will" in auxiliaries and bool(self.words & {"go", "launch", "debut", "arrive", "available"})
        governing = verbs[1:] if self.infinitive or tree.tag[first] == "VBG" else verbs
        forms = {tree.lower[v] for v in verbs}
        # "pulled out of an agreement to buy", "tried to buy", "blocked the purchase"
        self.given_up = (
            ("out" in around and bool(forms & {"pulled", "pull", "get", "got", "backed", "walked", "dropped", "ruled"}))
            or (self.infinitive and bool(forms & _TRIED))
            or any(tree.lower[v] in _BARRED and tree.tag[v] in ("VBD", "VBN") for v in governing)
        )
        self.since_done = tree.is_noun(anchor) and bool(
            {tree.lower[a] for a in tree.ancestors(anchor) if not tree.is_verb(a) or tree.lower[a] == "following"}
            & _SINCE_DONE
        )
        # "plans a plant in Norway and offices in Chile"
        head = tree.head[anchor]
        self.intended = (
            tree.is_noun(anchor) and tree.dep[anchor] in ("dobj", "conj") and tree.is_verb(head)
        ) and tree.lower[head] in {"plan", "plans", "planned", "planning", "intends", "proposes"}
        # "spent $5m to buy"
        self.paid = (
            self.infinitive and any(tree.lower[v] in _PAID for v in verbs[1:]) and not auxiliaries & (_WILL | _MAY)
        )
        self.closed = any(tree.lower[v] in _CLOSED and tree.tag[v] in ("VBD", "VBN") for v in verbs)
        self.over = self._ended(tree, verbs)
        self.future = self.future_auxiliary or bool(purpose) or "planned" in self.near

    @staticmethod
    def _around(tree: Tree, anchor: int) -> set[str]:
        return {tree.lower[t] for t in range(max(0, anchor - 10), anchor) if tree.sentence[t] == tree.sentence[anchor]}

    @staticmethod
    def _ended(tree: Tree, verbs: list[int]) -> bool:
        """Whether the clause itself says that it is over: "until 2023", "no longer", "used to"."""
        if not verbs:
            return False
        verb = verbs[0]
        if tree.tag[verb] in ("VBD", "VBN") and any(
            tree.lower[c] in {"until", "till"} for c in tree.having(verb, "prep", "mark")
        ):
            return not tree.having(verb, "neg")
        for adverb in tree.having(verb, "advmod"):
            if tree.lower[adverb] == "longer" and any(tree.lower[c] == "no" for c in tree.children[adverb]):
                return True
        head = tree.head[verb]
        return tree.dep[verb] == "xcomp" and tree.lower[head] == "used" and tree.is_verb(head)

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
