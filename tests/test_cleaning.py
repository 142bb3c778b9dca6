"""What is no part of the story never becomes a claim; what is, stays."""

import pytest

from kg.extraction.cleaning import Cleaning
from kg.extraction.extract import extract
from kg.model import Article

STORY = "Corvane has bought Ostermoor for $40 million."


def marked(text: str) -> list[str]:
    return [text[start:end] for start, end in Cleaning().find(text)]


@pytest.mark.parametrize(
    "line",
    [
        "The Ledger Newsletter",
        "The Ledger Morning Brief",
        "Daily headlines on stocks, free to your inbox",
        "Sign up for our daily briefing",
        "By Maren Oduya",
        "By Maren Oduya and Tom Brask, Harbor Wire",
        "Share this article on Facebook",
        "Follow us on Twitter",
        "Dec.29 2025",
        "Published: 3 March 2026, 10:15",
        "Comments",
        "No comments yet",
        "Source:",
        "[1]",
        "AI Writing Agent specializing in earnings. It serves investors and analysts.",
        "Maren Oduya is a senior reporter who covers ports.",
        "Disclaimer: The opinions here are those of the author. Corvane has bought everything.",
        "This article is not investment advice.",
        "Reuter",
        "REUTER",
        "Advertisement",
        "Read more: Ostermoor cuts jobs",
        "Image: Harbor Wire via Getty Images",
        "© 2026 Harbor Wire. All rights reserved.",
    ],
)
def test_a_line_that_is_no_part_of_the_story_is_marked_whole(line: str) -> None:
    assert marked(f"Corvane buys Ostermoor\n\n{STORY}\n{line}\n") == [line]


@pytest.mark.parametrize(
    "line",
    [
        "Corvane buys Ostermoor in port deal",
        "OSTERMOOR SELLS UNIT TO CORVANE",
        "By 2027 Corvane wants to sell half of its ports.",
        "Reuters Group said its profit rose 4%.",
        "Corvane said it would share the cost.",
        "Sources close to Corvane said talks had begun.",
        "May sales at Ostermoor rose 3%.",
        "Corvane makes a newsletter for sailors, which 300,000 people read.",
    ],
)
def test_headlines_and_sentences_are_not_marked(line: str) -> None:
    assert marked(f"{line}\n\n{STORY}") == []


def test_the_list_behind_a_sources_heading_is_marked() -> None:
    text = f"{STORY}\n\nSources:\n[1] Company results\n[2] Ledger research\n"
    assert marked(text) == ["Sources:", "[1] Company results", "[2] Ledger research"]


def test_a_dateline_is_marked_and_the_sentence_behind_it_is_not() -> None:
    assert marked(f"LONDON, March 3 (Reuters) - {STORY}") == ["LONDON, March 3 (Reuters) - "]


def test_control_characters_and_their_entities_are_marked() -> None:
    assert marked(f"&#3;{STORY}\x03") == ["&#3;", "\x03"]


def test_no_evidence_comes_from_boilerplate() -> None:
    text = f"{STORY}\nDisclaimer: Corvane has bought Tarnbeck for $9 million.\nNo comments yet\n"
    found = extract(Article(text=text))
    assert found.claims
    assert all(e.quote == STORY for claim in found.claims for e in claim.evidence)
    assert not any("Tarnbeck" in m.text for _, mentions in found.entities for m in mentions)
