"""Whether a graph is what it says: its SHACL shapes, and every quote at its offsets."""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import pyshacl
import rdflib
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Triple
from rdflib.namespace import RDF, SH
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.sparql import Query

from kg import rdf
from kg.graph import Graph
from kg.namespaces import XSD, id_of
from kg.vocabulary import ontology_text

Span = dict[NamedNode, list[str]]

_IMPOSSIBLE: Final = (LookupError, ValueError, StopIteration)
_STRING: Final = NamedNode(XSD + "string")

logging.getLogger("rdflib").addHandler(logging.NullHandler())  # malformed values are problems of ours


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
    """Check each named graph against ``ontology/shapes.ttl``, each quote and each content hash against the text.

    The citation check runs by itself, not only as a SHACL constraint, so that no gap of a SHACL engine hides a wrong
    quote. It reads the statements as they stand, so no damage to a graph ends it. ``on_progress`` is called with the
    number of articles done.
    """
    problems = {
        Problem("", str(quad.subject), "a statement stands outside of every article's graph")
        for quad in graph.store.quads_for_pattern(None, None, None, DefaultGraph())
    }
    quotes = done = 0
    for name in sorted(graph.store.named_graphs(), key=str):
        article = id_of(name.value)
        quads = list(graph.store.quads_for_pattern(None, None, None, name))
        problems.update(Problem(article, node, message) for node, message in _violations(quads))
        if name == rdf.reference_graph:
            continue
        if isinstance(name, BlankNode) or Quad(name, rdf.type_, rdf.article_class, name) not in graph.store:
            problems.add(Problem(article, name.value, "this graph is no article's"))
            continue
        problems.update(Problem(article, name.value, message) for message in _altered(graph, name))
        spans = _spans(quads)
        quotes += len(spans)
        problems.update(Problem(article, node, message) for node, message in _misplaced(spans, _text(quads)))
        done += 1
        if on_progress:
            on_progress(done)
    return CheckReport(done, quotes, tuple(sorted(problems, key=lambda p: (p.article, p.node, p.message))))


def _altered(graph: Graph, name: NamedNode) -> Iterator[str]:
    """Whether the article is the one that was read, and its claims can be told."""
    stated = rdf.ArticleGraph(graph.store, name)
    try:
        article = stated.article
    except _IMPOSSIBLE:
        yield "the article has no text or no language"
        return
    if next(rdf.objects(graph.store, name, rdf.sha256_, name), None) != article.sha256:
        yield "the article is not the one that was read: its SHA-256 is another"
    if id_of(name.value) != article.id:
        yield f"the article's id does not follow from its URL or text, which give {article.id}"
    try:
        stated.extraction()
    except _IMPOSSIBLE:
        yield "what the article says cannot be told: a value is missing or malformed"


def _spans(quads: list[Quad]) -> dict[str, Span]:
    """The nodes that quote, and what each says of its quote and its offsets."""
    spans: dict[str, Span] = {}
    for subject, predicate, value, _ in quads:
        if predicate in (rdf.quote_, rdf.start_, rdf.end_) and isinstance(value, Literal | NamedNode):
            spans.setdefault(str(subject).strip("<>"), {}).setdefault(predicate, []).append(value.value)
    return spans


def _text(quads: list[Quad]) -> str:
    return next((q.object.value for q in quads if q.predicate == rdf.body_ and isinstance(q.object, Literal)), "")


def _misplaced(spans: dict[str, Span], text: str) -> Iterator[tuple[str, str]]:
    for node, span in spans.items():
        try:
            [quote], [start], [end] = (span.get(p, []) for p in (rdf.quote_, rdf.start_, rdf.end_))
            if not (0 <= int(start) < int(end) and text[int(start) : int(end)] == quote):
                yield node, f"the quote {quote!r} does not stand at {start}-{end}"
        except ValueError:
            yield node, "a quote needs exactly one text, start and end, and numbers for the last two"


class _Data(rdflib.Graph):
    """One article's graph with the ontology. SHACL asks the same SPARQL of each node: it is parsed once for all."""

    def query(self, query_object: str | Query, *args: Any, **kwargs: Any) -> rdflib.query.Result:
        parsed = _prepared(query_object) if isinstance(query_object, str) else query_object
        return super().query(parsed, *args, **kwargs)


@cache
def _prepared(query: str) -> Query:
    return prepareQuery(query)


@cache
def _parsed(name: str) -> rdflib.Graph:
    return rdflib.Graph().parse(data=ontology_text(name), format="turtle")


def _violations(quads: list[Quad]) -> Iterator[tuple[str, str]]:
    data = _Data()
    data.addN((_term(s), _term(p), _term(o), data) for s, p, o, _ in quads)
    data += _parsed("kg.ttl")  # pyshacl's ont_graph mixes in classes, but no individuals such as the statuses
    try:
        conforms, report, _ = pyshacl.validate(data, shacl_graph=_parsed("shapes.ttl"))
    except Exception as error:  # rdflib raises whatever a malformed value provokes; the other graphs are checked
        conforms, report = False, f"{type(error).__name__}: {error}"
    if conforms:
        return
    if not isinstance(report, rdflib.Graph):
        yield "", f"the shapes cannot be checked, as a value is malformed: {report}"
        return
    for result in report.subjects(RDF.type, SH.ValidationResult):
        yield str(report.value(result, SH.focusNode)), str(report.value(result, SH.resultMessage))


def _term(term: NamedNode | BlankNode | Literal | Triple) -> rdflib.term.Node:
    match term:
        case NamedNode(value=value):
            return rdflib.URIRef(value)
        case BlankNode(value=value):
            return rdflib.BNode(value)
        case Literal(value=value, language=str(language)):
            return rdflib.Literal(value, lang=language)
        case Literal(value=value, datatype=datatype) if datatype != _STRING:
            return rdflib.Literal(value, datatype=rdflib.URIRef(datatype.value))
        case other:
            return rdflib.Literal(other.value if isinstance(other, Literal) else str(other))
