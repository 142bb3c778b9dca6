"""Whether a graph is what it says: its SHACL shapes, and every quote at its offsets."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import pyshacl
import rdflib
from pyoxigraph import NamedNode, RdfFormat, serialize
from rdflib.namespace import RDF, SH

from kg import rdf
from kg.graph import Graph
from kg.vocabulary import ontology_text


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one node (its IRI) of one article's graph."""

    article: str
    node: str
    message: str


@dataclass(frozen=True, slots=True)
class CheckReport:
    """How many articles and quotes were checked, and what was wrong, in order of article and node."""

    articles: int
    quotes: int
    problems: tuple[Problem, ...]

    @property
    def ok(self) -> bool:
        return not self.problems


def check(graph: Graph, *, on_progress: Callable[[int], None] | None = None) -> CheckReport:
    """Check each article's graph against ``ontology/shapes.ttl``, and each quote against the article's text.

    The citation check runs by itself, not only as a SHACL constraint, so that no gap of a SHACL engine hides a wrong
    quote. ``on_progress`` is called with the number of articles done.
    """
    problems: set[Problem] = set()
    quotes = done = 0
    for article in graph.articles():
        node = rdf.node(article)
        extraction = graph.extraction(article)
        text = extraction.article.text
        spans = [(e.start, e.end, e.quote, rdf.node(c.id).value) for c in extraction.claims for e in c.evidence]
        spans += [(m.start, m.end, m.text, rdf.node(e.id).value) for e, found in extraction.entities for m in found]
        quotes += len(spans)
        problems.update(
            Problem(article, about, f"the quote {quote!r} does not stand at {start}-{end}")
            for start, end, quote, about in spans
            if text[start:end] != quote
        )
        problems.update(_violations(graph, node, article))
        done += 1
        if on_progress:
            on_progress(done)
    return CheckReport(done, quotes, tuple(sorted(problems, key=lambda p: (p.article, p.node, p.message))))


@cache
def _parsed(name: str) -> rdflib.Graph:
    return rdflib.Graph().parse(data=ontology_text(name), format="turtle")


def _violations(graph: Graph, node: NamedNode, article: str) -> list[Problem]:
    triples = (quad.triple for quad in graph.store.quads_for_pattern(None, None, None, node))
    data = rdflib.Graph().parse(data=serialize(triples, format=RdfFormat.N_TRIPLES) or b"", format="nt")
    data += _parsed("kg.ttl")  # pyshacl's ont_graph mixes in classes, but no individuals such as the statuses
    conforms, report, _ = pyshacl.validate(data, shacl_graph=_parsed("shapes.ttl"))
    if conforms:
        return []
    return [
        Problem(article, str(report.value(result, SH.focusNode)), str(report.value(result, SH.resultMessage)))
        for result in report.subjects(RDF.type, SH.ValidationResult)
    ]
