"""Between the nouns and RDF: one named graph an article, RDF 1.1 only, no blank nodes.

:func:`article_quads` writes an extraction, :func:`read_extraction` reads it back; ``docs/model.md`` shows the result.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cache, cached_property

from pyoxigraph import Literal, NamedNode, Quad, Store

from kg.errors import NotFoundError
from kg.model import (
    Article,
    Claim,
    Entity,
    Evidence,
    Extraction,
    Figure,
    Mention,
    Quantity,
    Relation,
    content_hash,
    name_key,
)
from kg.namespaces import BASE, KG, METRIC, OA, PROV, RDF, REFERENCE_GRAPH, SCHEMA, XSD, id_of, iri
from kg.vocabulary import vocabulary

IDENTIFIERS = ("cik", "isin", "iso3166_1", "iso3166_2", "lei", "m49", "ticker", "wikidata")

type_ = NamedNode(RDF + "type")
subject_ = NamedNode(RDF + "subject")
predicate_ = NamedNode(RDF + "predicate")
object_ = NamedNode(RDF + "object")
article_class = NamedNode(SCHEMA + "NewsArticle")
mentions_ = NamedNode(SCHEMA + "mentions")
name_ = NamedNode(SCHEMA + "name")
alternate_name = NamedNode(SCHEMA + "alternateName")
sha256_ = NamedNode(KG + "sha256")
name_key_ = NamedNode(KG + "nameKey")
relation_class = NamedNode(KG + "Relation")
figure_class = NamedNode(KG + "Figure")
evidence_ = NamedNode(KG + "evidence")
status_ = NamedNode(KG + "status")
reference_graph = NamedNode(REFERENCE_GRAPH)

_statement = NamedNode(RDF + "Statement")
_observation = NamedNode(SCHEMA + "Observation")
_evidence_class = NamedNode(KG + "Evidence")
_mention_class = NamedNode(KG + "Mention")
_quantity_class = NamedNode(KG + "Quantity")
_position_selector = NamedNode(OA + "TextPositionSelector")
_quote_selector = NamedNode(OA + "TextQuoteSelector")
_integer = NamedNode(XSD + "integer")
_natural = NamedNode(XSD + "nonNegativeInteger")
_decimal = NamedNode(XSD + "decimal")

_headline = NamedNode(SCHEMA + "headline")
_url = NamedNode(SCHEMA + "url")
publisher_ = NamedNode(SCHEMA + "publisher")
_author = NamedNode(SCHEMA + "author")
_published = NamedNode(SCHEMA + "datePublished")
_language = NamedNode(SCHEMA + "inLanguage")
body_ = NamedNode(SCHEMA + "articleBody")
quote_ = NamedNode(KG + "quote")
start_ = NamedNode(KG + "start")
end_ = NamedNode(KG + "end")
_refers_to = NamedNode(KG + "refersTo")
_mention_kind = NamedNode(KG + "mentionKind")
_confidence = NamedNode(KG + "confidence")
_extractor = NamedNode(KG + "extractor")
_citation = NamedNode(KG + "citation")
_derived_from = NamedNode(PROV + "wasDerivedFrom")
_has_source = NamedNode(OA + "hasSource")
_has_selector = NamedNode(OA + "hasSelector")
_oa_start = NamedNode(OA + "start")
_oa_end = NamedNode(OA + "end")
_oa_exact = NamedNode(OA + "exact")
figure_subject = NamedNode(SCHEMA + "observationAbout")
_measured = NamedNode(SCHEMA + "measuredProperty")
metric_text = NamedNode(KG + "metricText")
_value = NamedNode(SCHEMA + "value")
_unit_code = NamedNode(SCHEMA + "unitCode")
_unit_text = NamedNode(SCHEMA + "unitText")
_value_text = NamedNode(KG + "valueText")
_period = NamedNode(KG + "period")
_period_text = NamedNode(KG + "periodText")
_kind = NamedNode(KG + "kind")
figure_about = NamedNode(KG + "about")
_also = NamedNode(KG + "also")


def node(id_: str) -> NamedNode:
    """The node of an id: ``entity/x`` is ``<https://kg.example/entity/x>``.

    Raises :class:`~kg.errors.NotFoundError` for what cannot be one, as it holds what no IRI may hold.
    """
    try:
        return NamedNode(iri(id_))
    except ValueError as error:
        raise NotFoundError(f"nothing has the id {id_!r}: an id holds no blanks, brackets or controls") from error


@cache
def _class(entity_type: str) -> NamedNode:
    return NamedNode(vocabulary().entity_types[entity_type])


@cache
def _property(relation_type: str) -> NamedNode:
    return NamedNode(vocabulary().relation_types[relation_type].iri)


@cache
def _status(status: str) -> NamedNode:
    return NamedNode(KG + status)


@cache
def relation_type_of(property_iri: str) -> str:
    """The name of the relation type that has this property."""
    return next(t.name for t in vocabulary().relation_types.values() if t.iri == property_iri)


def _number(value: float) -> Literal:
    """An xsd:decimal without exponent, so that equal numbers are equal literals."""
    text = format(Decimal(repr(float(value))), "f")
    return Literal(text.removesuffix(".0"), datatype=_decimal)


def objects(
    store: Store, subject: NamedNode | None, predicate: NamedNode, graph: NamedNode | None = None
) -> Iterator[str]:
    """The values of a property, of one subject or of all, in one graph or in all."""
    for quad in store.quads_for_pattern(subject, predicate, None, graph):
        if isinstance(quad.object, Literal | NamedNode):
            yield quad.object.value


def places(store: Store, predicate: NamedNode, object__: Literal | NamedNode) -> Iterator[tuple[NamedNode, NamedNode]]:
    """The subjects that have this value, each with the graph that says so."""
    for subject, _, _, graph in store.quads_for_pattern(None, predicate, object__, None):
        if isinstance(subject, NamedNode) and isinstance(graph, NamedNode):
            yield subject, graph


def _ucum(unit: str) -> str | None:
    """The UCUM code, or ISO 4217 code, of a unit; None for a counted noun, which has none."""
    if unit == "percent":
        return "%"
    return unit if len(unit) == 3 and unit.isupper() else None


def article_quads(extraction: Extraction) -> Iterator[Quad]:
    """Everything one article says, in the named graph of its IRI."""
    article = extraction.article
    graph = node(article.id)
    yield from _metadata(article, graph)
    for entity, found in extraction.entities:
        yield from _entity(entity, found, graph)
    for relation in extraction.relations:
        yield from _relation(relation, graph)
    for figure in extraction.figures:
        yield from _figure(figure, graph)


def _metadata(article: Article, graph: NamedNode) -> Iterator[Quad]:
    yield Quad(graph, type_, article_class, graph)
    yield Quad(graph, body_, Literal(article.text), graph)
    yield Quad(graph, sha256_, Literal(article.sha256), graph)
    yield Quad(graph, _language, Literal(article.language), graph)
    if article.url:
        yield Quad(graph, _url, Literal(article.url), graph)
    if article.title:
        yield Quad(graph, _headline, Literal(article.title), graph)
    if article.publisher:
        yield Quad(graph, publisher_, Literal(article.publisher), graph)
    if article.published:
        yield Quad(graph, _published, Literal(article.published), graph)
    for author in article.authors:
        yield Quad(graph, _author, Literal(author), graph)


def _entity(entity: Entity, found: Iterable[Mention], graph: NamedNode) -> Iterator[Quad]:
    entity_node = node(entity.id)
    yield Quad(graph, mentions_, entity_node, graph)
    yield from _names(entity, entity_node, graph)
    for mention in found:
        mention_node = NamedNode(f"{BASE}mention/{content_hash(graph.value, mention.start, mention.end)}")
        yield Quad(mention_node, type_, _mention_class, graph)
        yield Quad(mention_node, _refers_to, entity_node, graph)
        yield Quad(mention_node, _derived_from, graph, graph)
        yield Quad(mention_node, start_, Literal(str(mention.start), datatype=_integer), graph)
        yield Quad(mention_node, end_, Literal(str(mention.end), datatype=_integer), graph)
        yield Quad(mention_node, quote_, Literal(mention.text), graph)
        yield Quad(mention_node, _mention_kind, Literal(mention.kind), graph)


def _names(entity: Entity, entity_node: NamedNode, graph: NamedNode) -> Iterator[Quad]:
    yield Quad(entity_node, type_, _class(entity.type), graph)
    yield Quad(entity_node, name_, Literal(entity.name), graph)
    for alias in entity.aliases:
        yield Quad(entity_node, alternate_name, Literal(alias), graph)
    for key in sorted({name_key(n) for n in (entity.name, *entity.aliases)}):
        yield Quad(entity_node, name_key_, Literal(key), graph)


def reference_quads(entity: Entity) -> Iterator[Quad]:
    """A reference entity with its names and identifiers, in the graph of reference entities."""
    entity_node = node(entity.id)
    yield from _names(entity, entity_node, reference_graph)
    for scheme, value in entity.identifiers:
        yield Quad(entity_node, NamedNode(KG + scheme), Literal(value), reference_graph)


def _evidence(claim: str, claim_node: NamedNode, evidence: Evidence, graph: NamedNode) -> Iterator[Quad]:
    evidence_node = node(evidence.id_for(claim))
    selector = NamedNode(evidence_node.value + "/selector")
    start, end = str(evidence.start), str(evidence.end)
    quote = Literal(evidence.quote)
    yield Quad(claim_node, evidence_, evidence_node, graph)
    yield Quad(evidence_node, type_, _evidence_class, graph)
    yield Quad(evidence_node, _derived_from, graph, graph)
    yield Quad(evidence_node, quote_, quote, graph)
    yield Quad(evidence_node, start_, Literal(start, datatype=_integer), graph)
    yield Quad(evidence_node, end_, Literal(end, datatype=_integer), graph)
    yield Quad(evidence_node, _confidence, _number(evidence.confidence), graph)
    yield Quad(evidence_node, _extractor, Literal(evidence.extractor), graph)
    for label in evidence.citations:
        yield Quad(evidence_node, _citation, Literal(label), graph)
    yield Quad(evidence_node, _has_source, graph, graph)
    yield Quad(evidence_node, _has_selector, selector, graph)
    yield Quad(selector, type_, _position_selector, graph)
    yield Quad(selector, type_, _quote_selector, graph)
    yield Quad(selector, _oa_start, Literal(start, datatype=_natural), graph)
    yield Quad(selector, _oa_end, Literal(end, datatype=_natural), graph)
    yield Quad(selector, _oa_exact, quote, graph)


def _relation(relation: Relation, graph: NamedNode) -> Iterator[Quad]:
    claim = node(relation.id)
    subject, object__ = node(relation.subject), node(relation.object)
    predicate = _property(relation.type)
    words = vocabulary()
    if words.statuses[relation.status].holds:
        yield Quad(subject, predicate, object__, graph)
        if words.relation_types[relation.type].symmetric:
            yield Quad(object__, predicate, subject, graph)
    yield Quad(claim, type_, relation_class, graph)
    yield Quad(claim, type_, _statement, graph)
    yield Quad(claim, subject_, subject, graph)
    yield Quad(claim, predicate_, predicate, graph)
    yield Quad(claim, object_, object__, graph)
    yield Quad(claim, status_, _status(relation.status), graph)
    for evidence in relation.evidence:
        yield from _evidence(relation.id, claim, evidence, graph)


def _quantity(target: NamedNode, quantity: Quantity, graph: NamedNode) -> Iterator[Quad]:
    yield Quad(target, _value, _number(quantity.value), graph)
    yield Quad(target, _unit_text, Literal(quantity.unit), graph)
    if code := _ucum(quantity.unit):
        yield Quad(target, _unit_code, Literal(code), graph)


def _figure(figure: Figure, graph: NamedNode) -> Iterator[Quad]:
    claim = node(figure.id)
    yield Quad(claim, type_, figure_class, graph)
    yield Quad(claim, type_, _observation, graph)
    yield Quad(claim, figure_subject, node(figure.subject), graph)
    if figure.metric in vocabulary().metrics:
        yield Quad(claim, _measured, NamedNode(METRIC + figure.metric), graph)
    else:
        yield Quad(claim, metric_text, Literal(figure.metric), graph)
    yield from _quantity(claim, figure.quantity, graph)
    yield Quad(claim, _kind, Literal(figure.kind), graph)
    if figure.period:
        yield Quad(claim, _period, Literal(figure.period), graph)
    elif figure.period_text:
        yield Quad(claim, _period_text, Literal(figure.period_text), graph)
    if figure.about:
        yield Quad(claim, figure_about, node(figure.about), graph)
    for other in figure.also:
        conversion = NamedNode(f"{BASE}quantity/{content_hash(figure.id, other.value, other.unit)}")
        yield Quad(claim, _also, conversion, graph)
        yield Quad(conversion, type_, _quantity_class, graph)
        yield Quad(conversion, _value_text, Literal(other.text), graph)
        yield from _quantity(conversion, other, graph)
    for evidence in figure.evidence:
        yield from _evidence(figure.id, claim, evidence, graph)
        evidence_node = node(evidence.id_for(figure.id))
        yield Quad(evidence_node, _value_text, Literal(figure.quantity.text), graph)
        if figure.period_text:
            yield Quad(evidence_node, _period_text, Literal(figure.period_text), graph)


class ArticleGraph:
    """Reads one article's named graph, in one scan, back into nouns."""

    def __init__(self, store: Store, article: NamedNode) -> None:
        self.graph = article
        self._objects: dict[tuple[NamedNode, NamedNode], list[str]] = {}
        self._classes: dict[str, list[NamedNode]] = {}
        for subject, predicate, value, _ in store.quads_for_pattern(None, None, None, article):
            if isinstance(subject, NamedNode) and isinstance(value, Literal | NamedNode):
                self._objects.setdefault((subject, predicate), []).append(value.value)
                if predicate == type_:
                    self._classes.setdefault(value.value, []).append(subject)

    def _terms(self, subject: NamedNode, predicate: NamedNode) -> list[str]:
        return sorted(self._objects.get((subject, predicate), ()))

    def _term(self, subject: NamedNode, predicate: NamedNode) -> str | None:
        return next(iter(self._terms(subject, predicate)), None)

    def _required(self, subject: NamedNode, predicate: NamedNode) -> str:
        return self._terms(subject, predicate)[0]

    def _instances(self, class_: NamedNode) -> list[NamedNode]:
        return sorted(self._classes.get(class_.value, ()), key=lambda n: n.value)

    @cached_property
    def article(self) -> Article:
        """Title, publisher and the other metadata with the text."""
        return Article(
            text=self._required(self.graph, body_),
            url=self._term(self.graph, _url),
            title=self._term(self.graph, _headline),
            publisher=self._term(self.graph, publisher_),
            authors=tuple(self._terms(self.graph, _author)),
            published=self._term(self.graph, _published),
            language=self._required(self.graph, _language),
        )

    def entities(self) -> tuple[tuple[Entity, tuple[Mention, ...]], ...]:
        """The entities that the article mentions, each with its mentions in order of place."""
        mentions: dict[str, list[Mention]] = {}
        for n in self._instances(_mention_class):
            mention = Mention(
                start=int(self._required(n, start_)),
                end=int(self._required(n, end_)),
                text=self._required(n, quote_),
                kind=self._required(n, _mention_kind),
            )
            mentions.setdefault(self._required(n, _refers_to), []).append(mention)
        found = []
        for entity_iri in self._terms(self.graph, mentions_):
            n = NamedNode(entity_iri)
            entity = Entity(
                id=id_of(entity_iri),
                name=self._required(n, name_),
                type=self._required(n, type_).removeprefix(KG),
                aliases=tuple(self._terms(n, alternate_name)),
            )
            found.append((entity, tuple(sorted(mentions.get(entity_iri, []), key=lambda m: (m.start, m.end)))))
        return tuple(found)

    def evidence(self, claim: NamedNode) -> tuple[Evidence, ...]:
        """The spans of the article that support a claim, in order of place."""
        found = [self._one_evidence(NamedNode(value)) for value in self._terms(claim, evidence_)]
        return tuple(sorted(found, key=lambda e: (e.start, e.end)))

    def _one_evidence(self, n: NamedNode) -> Evidence:
        return Evidence(
            article=id_of(self.graph.value),
            start=int(self._required(n, start_)),
            end=int(self._required(n, end_)),
            quote=self._required(n, quote_),
            citations=tuple(self._terms(n, _citation)),
            confidence=float(self._required(n, _confidence)),
            extractor=self._required(n, _extractor),
        )

    def relation(self, claim: NamedNode) -> Relation:
        """The relation with this node, as this article states it."""
        return Relation(
            subject=id_of(self._required(claim, subject_)),
            type=relation_type_of(self._required(claim, predicate_)),
            object=id_of(self._required(claim, object_)),
            status=self._required(claim, status_).removeprefix(KG),
            evidence=self.evidence(claim),
        )

    def relations(self) -> tuple[Relation, ...]:
        return tuple(self.relation(claim) for claim in self._instances(relation_class))

    def _read_quantity(self, n: NamedNode, text: str) -> Quantity:
        return Quantity(float(self._required(n, _value)), self._required(n, _unit_text), text)

    def figure(self, claim: NamedNode) -> Figure:
        """The figure with this node, as this article states it."""
        spans = [NamedNode(value) for value in self._terms(claim, evidence_)]
        about = self._term(claim, figure_about)
        measured = self._term(claim, _measured)
        conversions = [NamedNode(value) for value in self._terms(claim, _also)]
        return Figure(
            subject=id_of(self._required(claim, figure_subject)),
            metric=measured.removeprefix(METRIC) if measured else self._required(claim, metric_text),
            quantity=self._read_quantity(claim, self._required(spans[0], _value_text)),
            evidence=self.evidence(claim),
            period=self._term(claim, _period),
            period_text=next((t for n in spans for t in self._terms(n, _period_text)), None),
            kind=self._required(claim, _kind),
            about=id_of(about) if about else None,
            also=tuple(self._read_quantity(n, self._required(n, _value_text)) for n in conversions),
        )

    def figures(self) -> tuple[Figure, ...]:
        return tuple(self.figure(claim) for claim in self._instances(figure_class))

    def claim(self, claim: NamedNode) -> Claim:
        """The relation or figure with this node, as this article states it."""
        return self.relation(claim) if (claim, subject_) in self._objects else self.figure(claim)

    def extraction(self) -> Extraction:
        """All of it: what :func:`article_quads` wrote."""
        return Extraction(self.article, self.entities(), self.relations(), self.figures())


def identifiers(store: Store, entity: NamedNode) -> tuple[tuple[str, str], ...]:
    """The (scheme, value) pairs that the graph of reference entities holds for an entity."""
    found: list[tuple[str, str]] = []
    for scheme in IDENTIFIERS:
        found.extend((scheme, value) for value in objects(store, entity, NamedNode(KG + scheme), reference_graph))
    return tuple(sorted(found))
