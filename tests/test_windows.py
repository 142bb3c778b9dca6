"""Windows cover an article in whole sentences and fit the encoder."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from kg.extraction.windows import LONGEST, coder, special_pieces, windows

WORDS = st.sampled_from(["Acme", "the", "unbelievability", "RMB33.4", "3bn", "eBay", "naïve", "—", "上海", "x"])
SENTENCES = st.lists(st.lists(WORDS, min_size=1, max_size=120), min_size=1, max_size=30)
code = coder()


def cut(sentences: list[list[str]]) -> tuple[list[str], list[tuple[int, int]], list]:
    words = [w for s in sentences for w in s]
    ends = [sum(len(s) for s in sentences[: n + 1]) for n in range(len(sentences))]
    bounds = list(zip([0, *ends[:-1]], ends, strict=True))
    return words, bounds, windows(words, bounds, [0] * len(words), code)


@given(SENTENCES)
def test_no_window_is_longer_than_the_encoder_reads(sentences):
    _, _, found = cut(sentences)
    assert all(len(w.pieces) <= LONGEST for w in found)


@given(SENTENCES)
def test_every_sentence_that_fits_stands_whole_in_some_window(sentences):
    words, bounds, found = cut(sentences)
    for start, end in bounds:
        if 2 + sum(len(code(w)) for w in words[start:end]) <= LONGEST:
            assert any(w.holds(start, end) for w in found)


@given(SENTENCES)
def test_the_pieces_of_a_span_are_those_of_its_words(sentences):
    words, _, found = cut(sentences)
    for window in found:
        assert (window.pieces[0], window.pieces[-1]) == special_pieces()
        for i in range(window.start, window.end):
            first, last = window.span(i, i + 1)
            assert window.pieces[first:last] == code(words[i])


@given(SENTENCES)
def test_two_neighbouring_sentences_that_fit_stand_in_one_window(sentences):
    words, bounds, found = cut(sentences)
    for (start, _), (_, end) in itertools.pairwise(bounds):
        if 2 + sum(len(code(w)) for w in words[start:end]) <= LONGEST:
            assert any(w.holds(start, end) for w in found)


def test_neighbouring_windows_share_no_more_than_a_sentence():
    _, bounds, found = cut([["word"] * 50] * 12)
    assert len(found) > 1
    for before, after in itertools.pairwise(found):
        assert len([b for b in bounds if before.holds(*b) and after.holds(*b)]) == 1
