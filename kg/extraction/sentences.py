"""Sentence repair: a new ``Doc`` of the tokens that tell the story, with the sentence starts that the layout gives.

Boilerplate, citation markers and white space are left out; each kept token knows its offset in the article. Sentence
starts at paragraph breaks, headlines and glued full stops are set here; the parser finds the others.
"""

import itertools
import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from spacy.language import Language
from spacy.tokens import Doc

from kg.extraction.annotations import text_of
from kg.extraction.citations import marks

_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")
_TERMINAL = frozenset(".!?")
_CLOSING = "\"'”’)]»"
_OPENING = "\"'“‘([«"
# Wire copy writes tickers as "&lt;BKO>": brackets to the tagger, whatever they are in the text.
_BRACKETS = {"&lt;": "(", "<": "(", "&gt;": ")", ">": ")"}


@dataclass(frozen=True, slots=True)
class Sentences:
    """Repairs sentences. ``wrapped_at`` is the longest line, in characters, of a text whose lines are hard-wrapped."""

    wrapped_at: int = 100

    def __call__(self, doc: Doc) -> Doc:
        text = text_of(doc)
        drop = sorted([*doc._.boilerplate, *((m.start, m.end) for m in doc._.markers)])
        drop_starts = [start for start, _ in drop]
        breaks = self.breaks(text)
        words: list[str] = []
        spaces: list[bool] = []
        offsets: list[int] = []
        starts: list[bool | int | None] = []
        next_break = next_dropped = 0
        after_marker = False
        paragraph = True
        for token in doc:
            word, offset = token.text, token.idx
            while next_break < len(breaks) and breaks[next_break] < offset:
                paragraph, next_break = True, next_break + 1
            if drop:
                next_dropped = bisect_right(drop_starts, offset + len(word) - 1) - 1
                if next_dropped >= 0 and drop[next_dropped][1] > offset:
                    dropped = text[drop[next_dropped][0] : drop[next_dropped][1]]
                    after_marker = after_marker or dropped.startswith("[")
                    if words:
                        spaces[-1] = spaces[-1] or bool(token.whitespace_)
                    continue
            if word.isspace():
                if words:
                    spaces[-1] = True
                continue
            if paragraph:
                start: bool | None = True
            elif after_marker:
                start = True if _ends_sentence(words) and _opens(word) else None
            else:
                start = True if _glued(words, offsets, word, offset) else None
            words.append(word)
            spaces.append(bool(token.whitespace_))
            offsets.append(offset)
            starts.append(start)
            paragraph = after_marker = False
        repaired = Doc(doc.vocab, words=words, spaces=spaces, sent_starts=starts)
        for i, word in enumerate(words):
            if word in _BRACKETS:
                repaired[i].norm_ = _BRACKETS[word]
        repaired._.source = text
        repaired._.offsets = offsets
        repaired._.citations = marks(doc._.markers, offsets)
        return repaired

    def breaks(self, text: str) -> list[int]:
        r"""Offsets of the line ends of a text at which a paragraph ends.

        >>> Sentences().breaks("Acme buys Bolt\n\nAcme said it would\nbuy Bolt.")
        [14, 15]
        """
        lines = text.split("\n")
        longest = max(map(len, lines))
        wrapped = longest <= self.wrapped_at
        found: list[int] = []
        position = -1
        for line, following in itertools.pairwise(lines):
            position += len(line) + 1
            if self._is_break(line, following, longest if wrapped else None):
                found.append(position)
        return found

    @staticmethod
    def _is_break(line: str, following: str, width: int | None) -> bool:
        first = following.split(maxsplit=1)
        if not line.strip() or not first:
            return True
        if width is not None:
            indented = following.startswith(("  ", "\t")) and not line.startswith(("  ", "\t"))
            if indented or following.startswith("    "):
                return True
            # A wrapped line ends where the next word would not fit; one that ends early ends its paragraph.
            return len(line.rstrip()) + 1 + len(first[0]) < width * 0.8 and not first[0][0].islower()
        return not first[0].lstrip(_OPENING)[:1].islower()


def _ends_sentence(words: Sequence[str]) -> bool:
    before = next((w for w in reversed(words) if w not in _CLOSING), "")
    return before[-1:] in _TERMINAL


def _opens(word: str) -> bool:
    return word[0].isupper() or word[0] in _OPENING


def _glued(words: Sequence[str], offsets: Sequence[int], word: str, offset: int) -> bool:
    """Whether a sentence ends right before this word with no blank in between."""
    if len(words) < 2 or words[-1] not in _TERMINAL or offsets[-1] + 1 != offset:
        return False
    return word[0].isupper() and words[-2][-1:].islower()


@Language.factory("kg_sentences", default_config={"wrapped_at": 100})
def make_sentences(nlp: Language, name: str, wrapped_at: int) -> Sentences:  # noqa: ARG001
    return Sentences(wrapped_at=wrapped_at)
