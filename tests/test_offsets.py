"""Every mention and every quote stands exactly at its offsets in the article's own text, whatever the text."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.extraction.extract import extract
from kg.model import Article, Extraction

PIECES = [
    "Corvane has bought Ostermoor for $40 million", "The company said its profit rose 26% to RMB33.4 billion", "it",
    "Alibaba Group", "Tarnbeck Corp &lt;TBK>", "the U.S.", "lock-in.Critics", "[9].For", "[3]", " [1, 2]", "\n", "\n\n",
    "\r\n", "    ", "\t", ".", ". ", "! ", ", ", "No comments yet", "Source:", "&#3;", "caf&#233;", "\u00a0", "\u200b",
    "\ufeff", "😀", "İstanbul", "e\u0301", "“quoted”", "阿里巴巴", "Reuter", "By Maren Oduya", "Dec.29 2025",
]  # fmt: skip


def check(found: Extraction) -> None:
    text = found.article.text
    for _, mentions in found.entities:
        assert mentions
        for mention in mentions:
            assert text[mention.start : mention.end] == mention.text != ""
    for claim in found.claims:
        assert claim.evidence
        for evidence in claim.evidence:
            assert text[evidence.start : evidence.end] == evidence.quote != ""


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=12), max_size=25).map("".join))
def test_mentions_and_quotes_are_exact_in_any_text(text: str) -> None:
    check(extract(Article(text=text)))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(PIECES), max_size=20).map(" ".join))
def test_mentions_and_quotes_are_exact_in_text_made_of_news(text: str) -> None:
    check(extract(Article(text=text)))


def test_an_empty_article_says_nothing() -> None:
    found = extract(Article(text=""))
    assert (found.entities, found.claims) == ((), ())
