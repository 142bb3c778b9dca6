"""Extractions are scored against annotators: the same arithmetic as the annotators' script, and every error named."""

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import TrainingDataError
from kg.evaluation.articles import evaluate_gold
from kg.evaluation.gold import GoldArticle, GoldEntity, GoldFigure, GoldRelation, read_gold
from kg.evaluation.scoring import GoldScore, company_types, score
from kg.extraction.confidence import at_least
from kg.extraction.extract import extract
from kg.extraction.jsonl import to_json
from kg.model import Article, Entity, Evidence, Extraction, Figure, Mention, Quantity, Relation
from kg.vocabulary import vocabulary
from tests.gold import annotated, entity, figure, relation, shared, write_gold


@pytest.fixture(scope="module")
def script() -> ModuleType:
    """The annotators' script."""
    spec = importlib.util.spec_from_file_location("score", shared("gold", "score.py"))
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def by_script(script: ModuleType, gold: dict[str, Any], found: dict[str, Extraction]) -> tuple[Any, set[Any]]:
    texts = {doc: extraction.article.text for doc, extraction in found.items()}
    result, errors = script.score(gold, {doc: to_json(extraction) for doc, extraction in found.items()}, texts)
    return result, set(errors)


def errors_of(found: GoldScore) -> set[Any]:
    def ends(m: Any) -> tuple[str, str]:
        symmetric = m.kind == "missed" and vocabulary().relation_types[m.type].symmetric
        return tuple(sorted((m.subject, m.object))) if symmetric else (m.subject, m.object)

    relations = [m for m in found.mistakes if m.type != "figures" and m.kind != "wrong status"]
    return {(m.kind, m.doc, ends(m)[0], m.type, ends(m)[1]) for m in relations}


def test_both_agree_on_the_development_articles(script: ModuleType) -> None:
    import json

    path, folder = shared("gold", "dev.gold.jsonl"), shared("gold", "articles")
    raw = {d["doc"]: d for d in map(json.loads, path.read_text(encoding="utf-8").splitlines())}
    found = {doc: extract(Article(text=(folder / doc).read_text(encoding="utf-8"), source=doc)) for doc in raw}
    gold = read_gold(path)
    for least in (0.0, 0.5, 0.7, 1.0):
        some = {doc: at_least(extraction, least) for doc, extraction in found.items()}
        ours = score(gold, some)
        assert (ours.to_json(), errors_of(ours)) == by_script(script, raw, some)
    assert evaluate_gold(path, folder) == score(gold, found)


NAMES = ("Acme", "Acme Corp", "acme's", "Bolt", "the company", "Crane", "Bolt & Crane")
names = st.sampled_from(NAMES)
types = st.sampled_from(sorted(vocabulary().relation_types))
statuses = st.sampled_from(sorted(vocabulary().statuses))
values = st.sampled_from([0.0, 5.0, 500.0, 502.0, 505.0, -5.0, 5e6])
units = st.sampled_from(["USD", "GBP", "pence", "p", "%", "percent", "percentage points", "people", "units", "EUR"])


@st.composite
def gold_articles(draw: st.DrawFn) -> tuple[GoldArticle, dict[str, Any]]:
    named = draw(st.lists(names, min_size=1, max_size=4, unique=True))
    ends = st.sampled_from(named)
    entities = [entity(name, *draw(st.lists(names, max_size=2))) for name in named]
    relations = [
        relation(draw(ends), draw(types), draw(ends), *draw(st.lists(statuses, min_size=1, max_size=2)), by=by)
        for by in draw(st.lists(st.integers(1, 2), max_size=5))
    ]
    figures = [
        figure(draw(ends), "revenue", draw(st.none() | values), draw(units), by=by)
        for by in draw(st.lists(st.integers(1, 2), max_size=5))
    ]
    # one that both found, so that there is something to recall
    relations.append(relation(named[0], "makes", named[0]))
    article = GoldArticle(
        "a.txt",
        tuple(GoldEntity(e["name"], e["type"], tuple(e["mentions"])) for e in entities),
        tuple(
            GoldRelation(r["subject"], r["type"], r["object"], tuple(r["status"]), tuple(r["quotes"]), r["by"])
            for r in relations
        ),
        tuple(
            GoldFigure(tuple(f["subjects"]), tuple(f["metrics"]), f["value"], f["unit"], tuple(f["quotes"]), f["by"])
            for f in figures
        ),
    )
    return article, {"doc": "a.txt", "entities": entities, "relations": relations, "claims": figures}


ARTICLE = Article(text="Acme Corp has bought Bolt.", source="a.txt")
evidence = st.sampled_from([0, 5]).map(lambda start: (Evidence(ARTICLE.id, start, 9, "Acme Corp"),))


@st.composite
def extractions(draw: st.DrawFn) -> Extraction:
    named = draw(st.lists(names, min_size=1, max_size=4))
    entities = tuple(
        (Entity(f"entity/{n}", name, "Company"), tuple(Mention(0, 1, m) for m in draw(st.lists(names, max_size=2))))
        for n, name in enumerate(named)
    )
    ends = st.sampled_from([e.id for e, _ in entities])
    relations = st.builds(Relation, ends, types, ends, statuses, evidence)
    figures = st.builds(Figure, ends, st.just("revenue"), st.builds(Quantity, values, units, st.just("5")), evidence)
    found = (tuple(draw(st.lists(each, max_size=5))) for each in (relations, figures))
    return Extraction(ARTICLE, entities, *found)


@given(gold_articles(), extractions())
def test_both_agree_on_whatever_was_annotated_and_found(
    script: ModuleType, gold: tuple[GoldArticle, dict[str, Any]], found: Extraction
) -> None:
    ours = score([gold[0]], {"a.txt": found})
    assert (ours.to_json(), errors_of(ours)) == by_script(script, {"a.txt": gold[1]}, {"a.txt": found})


@given(gold_articles(), extractions())
def test_each_claim_read_is_judged_once_and_each_wrong_one_listed(
    gold: tuple[GoldArticle, dict[str, Any]], found: Extraction
) -> None:
    ours = score([gold[0]], {"a.txt": found})
    assert len(ours.figure_judgements) == len(found.figures)
    assert len(ours.relation_judgements) == ours.relations.predicted
    wrong = sum(not j.right for j in (*ours.relation_judgements, *ours.figure_judgements))
    assert sum(m.kind == "extra" for m in ours.mistakes) == wrong
    missed = ours.relations.gold + ours.figures.gold - ours.relations.found - ours.figures.found
    assert sum(m.kind == "missed" for m in ours.mistakes) == missed


def test_relations_between_companies_are_the_types_that_allow_it() -> None:
    assert company_types() == {
        "competes_with", "partners_with", "invests_in", "acquires", "merges_with", "subsidiary_of", "supplies",
        "litigates_with",
    }  # fmt: skip


def test_every_error_comes_with_its_sentence() -> None:
    acme, bolt, crane = (Entity(f"entity/{name}", name, "Company") for name in ("Acme", "Bolt", "Crane"))
    article = Article(text="Acme bought Bolt, a rival of Crane, for $5. It made $80.", source="acme.txt")
    deal, result = (Evidence(article.id, s, e, article.text[s:e], confidence=0.7) for s, e in ((0, 43), (44, 56)))
    found = Extraction(
        article,
        tuple((e, (Mention(0, 4, e.name),)) for e in (acme, bolt, crane)),
        (
            Relation(acme.id, "acquires", bolt.id, "completed", (deal,)),
            Relation(bolt.id, "competes_with", crane.id, "current", (deal,)),
        ),
        (
            Figure(acme.id, "price", Quantity(5.0, "USD", "$5"), (deal,)),
            Figure(acme.id, "revenue", Quantity(80.0, "USD", "$80"), (result,)),
        ),
    )
    gold = GoldArticle(
        "acme.txt",
        tuple(GoldEntity(name, "Company", (name,)) for name in ("Acme", "Bolt", "Dray")),
        (
            GoldRelation("Acme", "acquires", "Bolt", ("planned",), ("not used",), 2),
            GoldRelation("Acme", "supplies", "Dray", ("current",), ("Acme delivers to Dray.",), 2),
        ),
        (
            GoldFigure(("Acme",), ("revenue",), 90.0, "USD", ("It made $90.",), 2),
            GoldFigure(("Acme",), ("price",), 5.0, "USD", ("not used",), 2),
        ),
    )
    mistakes = score([gold], {"acme.txt": found}).mistakes
    assert [(m.kind, m.type, m.subject, m.object, m.said, m.meant, m.sentence) for m in mistakes] == [
        ("wrong status", "acquires", "Acme", "Bolt", "completed", ("planned",), deal.quote),
        ("extra", "competes_with", "Bolt", "Crane", "current", (), deal.quote),
        ("extra", "figures", "Acme", "revenue: 80 USD", None, (), result.quote),
        ("missed", "supplies", "Acme", "Dray", None, ("current",), "Acme delivers to Dray."),
        ("missed", "figures", "Acme", "revenue: 90 USD", None, (), "It made $90."),
    ]


def test_what_one_annotator_found_counts_only_when_asked_for(tmp_path: Path) -> None:
    path = write_gold(tmp_path, annotated(relations=[relation("Acme Corp", "acquires", "Bolt Ltd", "completed", by=1)]))
    both = evaluate_gold(path, tmp_path / "articles")
    either = evaluate_gold(path, tmp_path / "articles", annotators=1)
    assert (both.relations.right, both.relations.gold, both.relations.found) == (1, 0, 0)
    assert (either.relations.right, either.relations.gold, either.relations.found) == (1, 1, 1)


def test_asking_for_more_annotators_than_there_were_is_an_error(tmp_path: Path) -> None:
    path = write_gold(tmp_path, annotated())
    with pytest.raises(TrainingDataError, match=r"gold\.jsonl: no claim in it was found by 3 annotators"):
        evaluate_gold(path, tmp_path / "articles", annotators=3)


def test_an_article_without_extraction_has_everything_missed() -> None:
    gold = GoldArticle(
        "a.txt",
        (GoldEntity("Acme", "Company", ("Acme",)),),
        (GoldRelation("Acme", "makes", "Acme", ("current",), (), 2),),
        (GoldFigure(("Acme",), ("revenue",), 5.0, "USD", ("It made $5.",), 2),),
    )
    found = score([gold], {})
    assert (found.relations.gold, found.relations.found, found.figures.gold) == (1, 0, 1)
    assert [m.sentence for m in found.mistakes] == ["", "It made $5."]
    assert (found.to_json()["status_accuracy"], found.to_json()["quotes_exact"]) == (None, None)
