"""Markers such as [3] are kept on the evidence and disturb neither sentences nor names."""

from kg.extraction.citations import Citations
from kg.extraction.extract import extract
from kg.extraction.pipeline import pipeline
from kg.model import Article


def labels(text: str) -> list[str]:
    return [c.label for c in Citations().find(text)]


def test_every_form_of_marker_is_found() -> None:
    text = "Up [3]. Down [10]; flat [1, 2] and so on [4][5]. Range [7-9]."
    assert " ".join(labels(text)) == "3 10 1 2 4 5 7 8 9"


def test_other_brackets_are_no_markers() -> None:
    assert labels("He said [the firm] paid [sic] in [2025] and x[i].") == []


def test_markers_are_taken_out_before_tagging() -> None:
    doc = pipeline()("Corvane bought Ostermoor [3]. Tarnbeck fell[4].")
    assert not any("[" in t.text or t.text in "34" for t in doc)
    assert [(c.label, doc[c.after].text) for c in doc._.citations] == [("3", "Ostermoor"), ("4", "fell")]


def test_a_marker_glued_to_the_next_sentence_ends_its_sentence() -> None:
    doc = pipeline()("Profit at Corvane rose sharply [9].For investors, that is news.")
    assert [s.text.replace(" .", ".") for s in doc.sents] == [
        "Profit at Corvane rose sharply.",
        "For investors, that is news.",
    ]


def test_evidence_carries_the_labels_of_its_sentence_only() -> None:
    text = "Corvane has bought Ostermoor for $40 million [2].Tarnbeck has acquired Quellmark for $9 million [3][4]."
    found = extract(Article(text=text))
    cited = {e.citations for claim in found.claims for e in claim.evidence}
    assert cited == {("2",), ("3", "4")}


def test_a_marker_behind_the_full_stop_belongs_to_the_sentence_before_it() -> None:
    text = "Corvane has bought Ostermoor for $40 million.[2] Tarnbeck was silent."
    found = extract(Article(text=text))
    assert found.claims
    assert all(e.citations == ("2",) for claim in found.claims for e in claim.evidence)
