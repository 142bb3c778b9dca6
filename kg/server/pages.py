"""HTML pages: an entity, an article with its cited quotes marked, a claim, and the index."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from kg.errors import NotFoundError
from kg.graph import Graph, Source
from kg.model import Entity, Extraction, Figure, Mention, Quantity, Relation, content_hash, name_key
from kg.namespaces import id_of, iri
from kg.rdf import node
from kg.server.jobs import Reply
from kg.server.output import Output
from kg.vocabulary import vocabulary

_SHOWN: Final = 200
_FOUND: Final = 50
_SEARCH: Final = """
SELECT ?entity (COUNT(DISTINCT ?article) AS ?articles) ?words {
  ?entity kg:nameKey ?key FILTER(CONTAINS(?key, ?words))
  ?article schema:mentions ?entity
} GROUP BY ?entity ?words ORDER BY DESC(?articles) ?entity LIMIT 51
"""


@cache
def environment() -> Environment:
    """The templates, with every value escaped."""
    templates = Environment(
        loader=PackageLoader("kg.server"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters["quantity"] = _quantity
    templates.filters["anchor"] = lambda id_: id_.replace("/", "-", 1)
    templates.filters["number"] = lambda n: f"{n:,}"
    return templates


def render(template: str, **values: Any) -> bytes:
    """A page as UTF-8."""
    return environment().get_template(template).render(**values).encode()


def _quantity(quantity: Quantity) -> str:
    number = f"{quantity.value:,.10f}".rstrip("0").rstrip(".")
    return f"{number}%" if quantity.unit == "percent" else f"{number} {quantity.unit}"


def _reply(output: Output, template: str, **values: Any) -> Reply:
    output.write(render(template, **values))
    return output.reply("text/html; charset=utf-8", Vary="Accept")


@dataclass(frozen=True, slots=True)
class Edge:
    """A claim as a page shows it: what its ends are called, and who states it."""

    id: str
    claim: Relation | Figure
    label: str
    subject: str
    object: str
    object_id: str | None
    status: str
    sources: Sequence[Source]


def _label(relation: Relation) -> str:
    return vocabulary().relation_types[relation.type].label


def _metric(figure: Figure) -> str:
    known = vocabulary().metrics.get(figure.metric)
    return known.label if known else figure.metric


class _Names:
    """What entities are called, each looked up once."""

    def __init__(self, graph: Graph, known: Mapping[str, str] | None = None) -> None:
        self._graph = graph
        self._names = dict(known or {})

    def __getitem__(self, id_: str) -> str:
        if id_ not in self._names:
            self._names[id_] = self._graph.entity(id_).name
        return self._names[id_]


def _edge(sources: Sequence[Source], names: _Names) -> Edge:
    claim = sources[0].claim
    if isinstance(claim, Relation):
        statuses = [s.claim.status for s in sources if isinstance(s.claim, Relation)]
        status = vocabulary().strongest(*statuses)
        return Edge(
            claim.id, claim, _label(claim), names[claim.subject], names[claim.object], claim.object, status, sources
        )
    about = names[claim.about] if claim.about else ""
    return Edge(claim.id, claim, _metric(claim), names[claim.subject], about, claim.about, claim.kind, sources)


def entity(graph: Graph, output: Output, id_: str) -> Reply:
    """What is said of an entity: its names, its relations by type, its figures, and the articles that mention it."""
    found = graph.entity(id_)
    names = _Names(graph, {id_: found.name})
    groups: dict[str, list[Edge]] = {}
    total = 0
    for sources in graph.relations(entity=id_):
        total += 1
        if total > _SHOWN:
            continue
        edge = _edge(sources, names)
        relation_type = vocabulary().relation_types[edge.claim.type] if isinstance(edge.claim, Relation) else None
        if relation_type is not None:
            outward = edge.claim.subject == id_
            groups.setdefault(relation_type.label if outward else relation_type.inverse_label, []).append(edge)
    figures = list(graph.figures(entity=id_))
    articles = sorted(
        (
            (str(published or ""), str(title or url or id_of(str(article))), id_of(str(article)))
            for article, title, url, published, _ in graph.query(_ARTICLES, entity=node(id_))
        ),
        reverse=True,
    )
    return _reply(
        output,
        "entity.html",
        entity=found,
        iri=iri(id_),
        groups={label: groups[label] for label in sorted(groups)},
        relations=total,
        figures=[_edge(sources, names) for sources in figures[:_SHOWN]],
        all_figures=len(figures),
        articles=articles[:_SHOWN],
        all_articles=len(articles),
        shown=_SHOWN,
    )


_ARTICLES: Final = """
SELECT ?article ?title ?url ?published ?entity {
  ?article schema:mentions ?entity
  OPTIONAL { ?article schema:headline ?title } OPTIONAL { ?article schema:url ?url }
  OPTIONAL { ?article schema:datePublished ?published }
}
"""


@dataclass(frozen=True, slots=True)
class Span:
    """A quote or a name in a text. ``entity`` is the id of what a name stands for, None for a quote."""

    start: int
    end: int
    anchor: str
    entity: str | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of an article's text that is the same all through: in a quote or not, a name or not.

    ``opens`` and ``closes``: quotes that overlap begin or end with it.
    """

    text: str
    anchors: Sequence[str]
    entity: str | None
    opens: bool
    closes: bool


def pieces(text: str, spans: Sequence[Span]) -> list[Piece]:
    """Cut a text where quotes and names begin and end; spans may overlap. Joined, the pieces are the text.

    >>> [p.text for p in pieces("Acme bought Bolt.", [Span(0, 17, "q"), Span(0, 4, "m", "entity/acme")])]
    ['Acme', ' bought Bolt.']
    """
    cuts = sorted({0, len(text)} | {span.start for span in spans} | {span.end for span in spans})
    coming = sorted(spans, key=lambda span: (-span.start, span.anchor))
    inside: list[Span] = []
    found: list[Piece] = []
    cited = False
    for start, end in pairwise(cuts):
        inside = [span for span in inside if span.end > start]
        opening = []
        while coming and coming[-1].start == start:
            opening.append(coming.pop())
        inside.extend(opening)
        names = [span for span in inside if span.entity is not None]
        quotes = [span for span in inside if span.entity is None]
        opens = bool(quotes) and not cited
        cited = any(span.end > end for span in quotes)
        shortest = min(names, key=lambda span: span.end - span.start, default=None)
        found.append(
            Piece(
                text=text[start:end],
                anchors=tuple(span.anchor for span in opening),
                entity=shortest.entity if shortest else None,
                opens=opens,
                closes=bool(quotes) and not cited,
            )
        )
    return found


def article(graph: Graph, output: Output, id_: str) -> Reply:
    """An article's text with its cited quotes marked, and every claim it makes."""
    said = graph.extraction(id_)
    quotes = [
        Span(e.start, e.end, e.id_for(claim.id).replace("/", "-", 1)) for claim in said.claims for e in claim.evidence
    ]
    names = [
        Span(m.start, m.end, f"mention-{content_hash(iri(id_), m.start, m.end)}", entity_.id)
        for entity_, mentions in said.entities
        for m in mentions
    ]
    called = _Names(graph, {e.id: e.name for e, _ in said.entities})
    edges = [_edge([Source(said.article, claim)], called) for claim in said.claims]
    return _reply(
        output,
        "article.html",
        article=said.article,
        iri=iri(id_),
        link=_web_link(said.article.url),
        pieces=pieces(said.article.text, [*quotes, *names]),
        edges=sorted(edges, key=lambda e: min(x.start for x in e.claim.evidence)),
        entities=_by_prominence(said),
    )


def _by_prominence(said: Extraction) -> list[tuple[Entity, Sequence[Mention]]]:
    return sorted(said.entities, key=lambda pair: (-len(pair[1]), pair[0].name))


def _web_link(url: str | None) -> str | None:
    """The URL where it is one that a page may link to."""
    return url if url and url.lower().startswith(("https://", "http://")) else None


def claim(graph: Graph, output: Output, id_: str) -> Reply:
    """A claim and every sentence that supports it."""
    sources = graph.claim(id_)
    return _reply(output, "claim.html", edge=_edge(sources, _Names(graph)), iri=iri(id_))


def index(graph: Graph, output: Output, *, name: str, counts: Mapping[str, Any]) -> Reply:
    """The first page: find an entity by name, and what the graph holds."""
    found: list[tuple[Entity, int]] = []
    if name.strip():
        rows = graph.query(_SEARCH, words=name_key(name))
        found = [(graph.entity(id_of(str(e))), int(n or 0)) for e, n, _ in rows]
    suggestion = ""
    if name.strip() and not found:
        try:
            graph.find(name)
        except NotFoundError as error:
            suggestion = str(error).partition("; ")[2]
    return _reply(
        output,
        "index.html",
        name=name,
        found=found[:_FOUND],
        more=len(found) > _FOUND,
        suggestion=suggestion,
        counts=counts,
    )
