"""Cuts an article into the windows of text that the encoder reads, whole sentences in each, and codes their words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from tokenizers import Tokenizer

from kg.errors import KgError

LONGEST = 256
_OVERLAP = 1
_CASES = ("other", "lower", "title", "upper", "mixed", "digits", "first")


@dataclass(frozen=True, slots=True)
class Window:
    """Words ``start`` to ``end`` (exclusive) of an article as word pieces, with the special ones around them.

    Word ``start + n`` is pieces ``begins[n]`` to ``begins[n + 1]`` (exclusive). ``cases`` tells for each piece how its
    word is written, which an uncased vocabulary loses; ``hints`` the type of a known name there, 0 where there is none.
    """

    start: int
    end: int
    pieces: tuple[int, ...]
    begins: tuple[int, ...]
    cases: tuple[int, ...]
    hints: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The pieces of words ``start`` to ``end`` (exclusive), counted in the article."""
        return self.begins[start - self.start], self.begins[end - self.start]

    def holds(self, start: int, end: int) -> bool:
        """Whether it holds words ``start`` to ``end`` (exclusive)."""
        return self.start <= start and end <= self.end


def windows(
    words: Sequence[str],
    sentences: Sequence[tuple[int, int]],
    hints: Sequence[int],
    code: Callable[[str], tuple[int, ...]],
) -> list[Window]:
    """Windows that cover an article; each but the first begins with the last one's last sentence, where both fit.

    ``sentences`` are (start, end) in words, ``code`` gives the word pieces of a word. A sentence too long for a window
    is cut at its end.
    """
    coded = [code(word) for word in words]
    lengths = [sum(len(coded[i]) for i in range(start, end)) for start, end in sentences]
    found: list[Window] = []
    first = 0
    while first < len(sentences):
        last, size = first, 2 + lengths[first]
        while last + 1 < len(sentences) and size + lengths[last + 1] <= LONGEST:
            last += 1
            size += lengths[last]
        found.append(_window(words, coded, hints, sentences[first][0], sentences[last][1], sentences))
        if last + 1 == len(sentences):
            break
        first = next(n for n in range(max(first + 1, last + 1 - _OVERLAP), last + 2) if _fits(lengths, n, last + 1))
    return found


def _fits(lengths: Sequence[int], first: int, last: int) -> bool:
    return first == last or 2 + sum(lengths[first : last + 1]) <= LONGEST


def _window(
    words: Sequence[str],
    coded: Sequence[tuple[int, ...]],
    hints: Sequence[int],
    start: int,
    end: int,
    sentences: Sequence[tuple[int, int]],
) -> Window:
    opening, closing = special_pieces()
    firsts = {s for s, _ in sentences}
    pieces, cases, kinds, begins = [opening], [0], [0], []
    for i in range(start, end):
        if len(pieces) + len(coded[i]) + 1 > LONGEST:
            end = i
            break
        begins.append(len(pieces))
        pieces += coded[i]
        cases += [_case(words[i], i in firsts)] * len(coded[i])
        kinds += [hints[i]] * len(coded[i])
    begins.append(len(pieces))
    return Window(start, end, (*pieces, closing), tuple(begins), (*cases, 0), (*kinds, 0))


def _case(word: str, first: bool) -> int:
    if word.isdigit():
        return 5
    if not any(c.isalpha() for c in word):
        return 0
    if word.islower():
        return 1
    if word[0].isupper() and (word[1:].islower() or len(word) == 1):
        return 6 if first else 2
    return 3 if word.isupper() else 4


CASES = len(_CASES)


@cache
def tokenizer() -> Tokenizer:
    """The vocabulary that the encoder was trained with."""
    return Tokenizer.from_str(files("kg.extraction.model").joinpath("tokenizer.json").read_text(encoding="utf-8"))


@cache
def special_pieces() -> tuple[int, int]:
    """The pieces before and behind a window."""
    return _special("[CLS]"), _special("[SEP]")


def _special(name: str) -> int:
    id_ = tokenizer().token_to_id(name)
    if id_ is None:
        raise KgError(f"the encoder's vocabulary has no {name}; reinstall the package")
    return int(id_)


def coder() -> Callable[[str], tuple[int, ...]]:
    """Word pieces of a word, remembered: most words of an article are common ones."""
    known: dict[str, tuple[int, ...]] = {}
    vocabulary = tokenizer()

    def code(word: str) -> tuple[int, ...]:
        if word not in known:
            if len(known) > 50_000:
                known.clear()
            ids = vocabulary.encode(word, add_special_tokens=False).ids
            known[word] = tuple(ids) or (_special("[UNK]"),)
        return known[word]

    return code
