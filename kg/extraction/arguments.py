"""Who does what to whom: the arguments of a word, read off the dependency tree.

A :class:`Tree` holds one article's tokens as plain lists, because reading them token by token from spaCy costs more
than everything else here. Its methods take and return token indices; labels are those of spaCy's English models
(ClearNLP style).
"""

from collections.abc import Iterator

import numpy as np
from spacy.attrs import DEP, HEAD, IDX, LOWER, ORTH, TAG
from spacy.tokens import Doc

_RELATIVE = {"WDT", "WP", "WP$", "WRB"}
_MODIFIER = {"compound", "nmod", "amod"}
_COPULA = {
    "be",
    "is",
    "are",
    "was",
    "were",
    "been",
    "being",
    "'s",
    "’s",
    "become",
    "becomes",
    "became",
    "remain",
    "remains",
}
_EXAMPLE = {"like", "including", "as", "namely"}
_OBJECT_CONTROL = {
    "force", "forced", "forcing", "allow", "allowed", "allows", "allowing", "ask", "asked", "asking", "order",
    "ordered", "ordering", "urge", "urged", "persuade", "persuaded", "help", "helped", "helps", "helping", "let",
    "enable", "enables", "enabled", "require", "required", "want", "wanted", "wants",
}  # fmt: skip
_DEPTH = 12
_TREE = "kg_tree"


def tree_of(doc: Doc) -> "Tree":
    """The tree of a parsed ``Doc``, built once and shared by all components."""
    found = doc.user_data.get(_TREE)
    if not isinstance(found, Tree):
        found = doc.user_data[_TREE] = Tree(doc)
    return found


class Tree:
    """The dependency tree of one article.

    ``word`` and ``lower`` are its tokens as written and in small letters, ``begin`` their first characters in
    ``doc.text``; ``sentence`` is the number of each one's sentence.
    """

    __slots__ = ("begin", "children", "dep", "head", "lower", "sentence", "tag", "word")

    def __init__(self, doc: Doc) -> None:
        columns = doc.to_array([ORTH, LOWER, TAG, DEP, IDX, HEAD]).reshape(len(doc), 6).T
        words: list[list[int]] = columns[:4].tolist()
        strings: dict[int, str] = {number: doc.vocab.strings[number] for number in set().union(*words)}
        self.word, self.lower, self.tag, self.dep = ([strings[n] for n in row] for row in words)
        self.begin: list[int] = columns[4].tolist()
        # The array has heads as offsets from their token, written without a sign.
        self.head: list[int] = [i + offset for i, offset in enumerate(columns[5].astype(np.int64).tolist())]
        self.sentence = [0] * len(doc)
        self.children: list[list[int]] = [[] for _ in self.word]
        for i, head in enumerate(self.head):
            if head != i:
                self.children[head].append(i)
        for number, sentence in enumerate(doc.sents):
            for i in range(sentence.start, sentence.end):
                self.sentence[i] = number

    def is_verb(self, token: int) -> bool:
        return self.tag[token][0] in "VM"

    def is_noun(self, token: int) -> bool:
        return self.tag[token][0] == "N"

    def having(self, token: int, *deps: str) -> list[int]:
        """The children of a token with one of these labels."""
        return [c for c in self.children[token] if self.dep[c] in deps]

    def ancestors(self, token: int) -> Iterator[int]:
        for _ in range(_DEPTH):
            head = self.head[token]
            if head == token:
                return
            yield head
            token = head

    def conjuncts(self, token: int) -> list[int]:
        """The token and what is joined to it by "and" or "or"."""
        found = [token]
        for each in found:
            if len(found) < 40:
                found += self.having(each, "conj")
        return found

    def first_conjunct(self, token: int) -> int:
        for _ in range(_DEPTH):
            if self.dep[token] != "conj":
                break
            token = self.head[token]
        return token

    def passive(self, verb: int) -> bool:
        if self.having(verb, "nsubjpass", "auxpass", "agent"):
            return True
        return self.tag[verb] == "VBN" and self.dep[verb] in ("acl", "amod")

    def relative(self, token: int) -> int | None:
        """The noun that "which", "who" or "whose" stands for; None where the token is no such word."""
        if self.tag[token] not in _RELATIVE:
            return None
        for above in self.ancestors(token):
            if self.dep[above] in ("relcl", "acl"):
                return self.head[above]
        return None

    def possessors(self, noun: int) -> list[int]:
        """Whose it is, of a noun or of the first of several joined ones."""
        found = self.having(noun, "poss")
        if not found:  # "Alibaba's $53 billion plan", where the parser takes "'s" for a verb
            marks = [c for c in self.children[noun] if self.tag[c] == "POS"]
            found = [owner for mark in marks for owner in self.having(mark, "nsubj")]
        if not found and self.dep[noun] in _MODIFIER:  # "Acme's subsidiary Bolt"
            found = self.having(self.head[noun], "poss")
        if not found and not self.tag[noun].startswith("NNP"):
            found = self.having(self.first_conjunct(noun), "poss")
        return [self.relative(p) or p for p in found]

    def _antecedent(self, verb: int, token: int) -> list[int]:
        """What a relative pronoun stands for; any other token stands for itself."""
        if self.tag[token] not in _RELATIVE:
            return [token]
        clause = verb
        for _ in range(_DEPTH):
            if self.dep[clause] == "relcl":
                return [self.head[clause]]
            if self.dep[clause] not in ("conj", "xcomp", "ccomp", "advcl") or self.head[clause] == clause:
                return []
            clause = self.head[clause]
        return []

    def subjects(self, verb: int, depth: int = 0) -> list[int]:
        """Who acts: the subject of an active verb, the agent of a passive one, or whoever a clause above names."""
        if depth > _DEPTH:
            return []
        if self.passive(verb):
            return [p for agent in self.having(verb, "agent") for p in self.having(agent, "pobj")]
        own = self.having(verb, "nsubj", "csubj")
        if own:
            return self._antecedent(verb, own[0])
        return self._understood(verb, depth)

    def _understood(self, verb: int, depth: int) -> list[int]:
        dep, head = self.dep[verb], self.head[verb]
        if head == verb:
            return []
        if dep == "acl" and self.tag[verb] == "VBG":
            return [head]
        if dep == "relcl" and self.tag[verb] in ("VBG", "VB"):
            return [head]
        if dep == "pcomp":  # "after buying X": whoever does what the preposition hangs on
            head = self.head[head]
        if self.is_verb(head):
            if dep == "xcomp" and self.lower[head] in _OBJECT_CONTROL:
                controlled = self.having(head, "dobj", "nsubjpass")
                if controlled:
                    return controlled
            return self.topics(head, depth + 1)
        if self.is_noun(head):  # "a plan to buy X", "the cost of buying X"
            return self.possessors(head) or self.owners(head, depth + 1)
        if self.tag[head].startswith("J"):  # "likely to buy"
            return self.topics(self.head[head], depth + 1) if self.head[head] != head else []
        return []

    def topics(self, verb: int, depth: int = 0) -> list[int]:
        """The grammatical subject of a clause, whatever its voice."""
        if depth > _DEPTH:
            return []
        own = self.having(verb, "nsubj", "nsubjpass")
        if own:
            return self._antecedent(verb, own[0])
        if self.dep[verb] == "acl" and self.tag[verb] == "VBN":
            return [self.head[verb]]
        return self._understood(verb, depth)

    def objects(self, verb: int) -> list[int]:
        """What is acted on: the object of an active verb, the subject of a passive one."""
        if self.passive(verb):
            own = self.having(verb, "nsubjpass")
            if own:
                return self._antecedent(verb, own[0])
            direct = self.having(verb, "dobj")
            if direct:
                return direct
            if self.dep[verb] in ("acl", "amod", "relcl"):
                return [self.head[verb]]
            if self.dep[verb] in ("conj", "xcomp", "advcl") and self.head[verb] != verb:
                return self.topics(self.head[verb])
            return []
        direct = self.having(verb, "dobj", "attr")
        if direct:
            return [a for d in direct for a in self._antecedent(verb, d)]
        if self.dep[verb] == "relcl" and self.having(verb, "nsubj"):  # "the firm it bought"
            subject = self.having(verb, "nsubj")[0]
            if self.tag[subject] not in _RELATIVE:
                return [self.head[verb]]
        for other in self.having(verb, "conj"):  # "make and sell phones"
            shared = self.having(other, "dobj")
            if shared:
                return shared
        return []

    def prepositional(self, token: int, words: frozenset[str]) -> list[int]:
        """The objects of prepositions of a token, wherever the parser hung them: on it, its object or its verb."""
        places = [token]
        if self.is_verb(token):
            places += self.having(token, "dobj", "acomp", "prt", "advmod", "attr", "oprd", "xcomp")
        elif self.dep[token] in ("conj", "dobj", "nsubjpass", "attr", "nsubj"):
            places.append(self.head[token])
        elif self.dep[token] == "pobj" and self.is_verb(self.head[self.head[token]]):
            places.append(self.head[self.head[token]])
        found: list[int] = []
        for place in places:
            for prep in self.having(place, "prep", "agent", "dative", "advmod", "mark"):
                if self.lower[prep] in words:
                    found += self._governed(prep)
                for inner in self.having(prep, "prep"):  # "out of", "up against"
                    if self.lower[inner] in words:
                        found += self._governed(inner)
                for further in self.having(prep, "conj"):  # "in Leeds and in York"
                    if self.lower[further] in words:
                        found += self._governed(further)
        return found

    def _governed(self, prep: int) -> list[int]:
        return self.having(prep, "pobj", "pcomp")

    def examples(self, token: int) -> list[int]:
        """What "such as", "like" and "including" introduce behind a noun."""
        found: list[int] = []
        for prep in self.having(token, "prep"):
            if self.lower[prep] in _EXAMPLE:
                found += self._governed(prep)
        return found

    def same(self, token: int) -> list[int]:
        """The nouns that a noun is said to be: apposition, copula, a name beside it, examples of it."""
        found = [token]
        dep, head = self.dep[token], self.head[token]
        if dep in _MODIFIER and self.is_noun(head):
            found.append(head)
        if dep == "appos":
            found.append(head)
        found += [
            c
            for c in self.having(token, "appos", "compound", "nmod")
            if self.tag[c].startswith("NNP") or self.dep[c] == "appos"
        ]
        if dep in ("attr", "oprd") and self.lower[head] in _COPULA:
            found += self.topics(head)
        if (
            dep == "pobj"
            and self.lower[head] == "of"
            and self.lower[self.head[head]] in ("one", "some", "many", "number")
        ):
            found += [t for t in self.same(self.head[head]) if t != self.head[head]]
        if dep == "nsubj" and self.lower[head] in _COPULA:
            found += self.having(head, "attr")
        if dep == "pobj" and self.lower[head] == "as":
            verb = self.head[head]
            if self.is_verb(verb):
                found += self.objects(verb)
        found += self.examples(token)
        for clause in self.having(token, "acl", "relcl"):
            if self.lower[clause] in ("called", "named", "dubbed", "include", "includes", "including"):
                found += self.having(clause, "oprd", "dobj", "attr")
        if dep == "nsubj" and self.lower[head] in ("include", "includes", "included"):
            found += self.having(head, "dobj")
        return found

    def owners(self, token: int, depth: int = 0) -> list[int]:
        """Possessors of a noun, nearest first: its own, those of the nouns above it, subjects of the clauses above."""
        found: list[int] = []
        if depth > _DEPTH:
            return found
        found += self.possessors(token)
        below = token
        for above in self.ancestors(token):
            if self.is_verb(above):
                subjects = self.topics(above, depth + 1)
                found += [s for s in subjects if s != below]
                if self.dep[above] in ("relcl", "acl"):
                    found.append(self.head[above])
            elif self.is_noun(above):
                found += self.possessors(above)
                if self.dep[below] == "prep":
                    found.append(above)
            below = above
        return found
