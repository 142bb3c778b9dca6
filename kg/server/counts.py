"""Counts over the graph, and the two documents that hold them: the service description and the VoID description."""

import json
from collections.abc import Mapping
from typing import Final

from pyoxigraph import BlankNode, Literal, NamedNode, Triple, serialize

from kg.graph import Graph
from kg.namespaces import BASE, KG, PREFIXES, RDF, SCHEMA, XSD
from kg.server.jobs import Reply
from kg.server.output import Output
from kg.server.sparql import GRAPH_TYPES
from kg.vocabulary import vocabulary

SD: Final = "http://www.w3.org/ns/sparql-service-description#"
VOID: Final = "http://rdfs.org/ns/void#"
FORMATS: Final = "http://www.w3.org/ns/formats/"
DCTERMS: Final = "http://purl.org/dc/terms/"
_PREFIXES: Final = {**PREFIXES, "sd": SD, "void": VOID, "formats": FORMATS, "dcterms": DCTERMS}
_CLASSES: Final = "SELECT ?key (COUNT(DISTINCT ?x) AS ?n) { ?x a ?key } GROUP BY ?key"
_RELATIONS: Final = "SELECT ?key (COUNT(DISTINCT ?x) AS ?n) { ?x rdf:predicate ?key } GROUP BY ?key"
_PROPERTIES: Final = "SELECT ?key (COUNT(*) AS ?n) { ?s ?key ?o } GROUP BY ?key"
_TRIPLES: Final = "SELECT ('triples' AS ?key) (COUNT(*) AS ?n) { ?s ?p ?o }"
_RESULT_FORMATS: Final = (
    *("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV"),
    *("Turtle", "N-Triples", "TriG", "N-Quads", "JSON-LD", "RDF_XML"),
)


def _count(graph: Graph, query: str) -> dict[str, int]:
    return {str(key): int(n or 0) for key, n in graph.query(query)}


def count(graph: Graph, output: Output) -> Reply:
    """Every count that the index page and the descriptions show, as JSON."""
    classes = _count(graph, _CLASSES)
    of_type = {t: classes[iri] for t, iri in vocabulary().entity_types.items() if classes.get(iri)}
    relations = _count(graph, _RELATIONS)
    counts = {
        "articles": classes.get(SCHEMA + "NewsArticle", 0),
        "evidence": classes.get(KG + "Evidence", 0),
        "entities": of_type,
        "relations": {t.label: relations[t.iri] for t in vocabulary().relation_types.values() if relations.get(t.iri)},
        "figures": classes.get(KG + "Figure", 0),
        "triples": _count(graph, _TRIPLES)["triples"],
        "quads": len(graph.store),
        "classes": classes,
        "properties": _count(graph, _PROPERTIES),
    }
    output.write(json.dumps(counts).encode())
    return output.reply("application/json")


def _number(value: int) -> Literal:
    return Literal(str(value), datatype=NamedNode(XSD + "integer"))


def service_description(endpoint: str, counts: Mapping[str, int]) -> list[Triple]:
    """What the endpoint can do, in the W3C's SPARQL 1.1 Service Description vocabulary."""
    service, dataset, graph = BlankNode("service"), BlankNode("dataset"), BlankNode("graph")
    type_ = NamedNode(RDF + "type")
    found = [
        Triple(service, type_, NamedNode(SD + "Service")),
        Triple(service, NamedNode(SD + "endpoint"), NamedNode(endpoint)),
        Triple(service, NamedNode(SD + "supportedLanguage"), NamedNode(SD + "SPARQL11Query")),
        Triple(service, NamedNode(SD + "feature"), NamedNode(SD + "UnionDefaultGraph")),
        Triple(service, NamedNode(SD + "defaultDataset"), dataset),
        Triple(dataset, type_, NamedNode(SD + "Dataset")),
        Triple(dataset, NamedNode(SD + "defaultGraph"), graph),
        Triple(graph, type_, NamedNode(SD + "Graph")),
        Triple(graph, NamedNode(VOID + "triples"), _number(counts["triples"])),
    ]
    found += [Triple(service, NamedNode(SD + "resultFormat"), NamedNode(FORMATS + f)) for f in _RESULT_FORMATS]
    return found


def void_description(
    endpoint: str, counts: Mapping[str, int], partitions: Mapping[str, Mapping[str, int]]
) -> list[Triple]:
    """What the dataset holds, with counts by class and property, in the VoID vocabulary."""
    dataset, type_ = NamedNode(BASE + "dataset"), NamedNode(RDF + "type")
    found = [
        Triple(dataset, type_, NamedNode(VOID + "Dataset")),
        Triple(dataset, NamedNode(DCTERMS + "title"), Literal("Cited company graph", language="en")),
        Triple(dataset, NamedNode(VOID + "sparqlEndpoint"), NamedNode(endpoint)),
        Triple(dataset, NamedNode(VOID + "uriSpace"), Literal(BASE)),
        Triple(dataset, NamedNode(VOID + "vocabulary"), NamedNode(BASE + "ontology")),
        Triple(dataset, NamedNode(VOID + "triples"), _number(counts["triples"])),
        Triple(dataset, NamedNode(VOID + "documents"), _number(counts["articles"])),
        Triple(dataset, NamedNode(VOID + "entities"), _number(counts["entities"])),
        Triple(dataset, NamedNode(VOID + "classes"), _number(len(partitions["classes"]))),
        Triple(dataset, NamedNode(VOID + "properties"), _number(len(partitions["properties"]))),
    ]
    kinds = (
        ("classes", "classPartition", "class", "entities"),
        ("properties", "propertyPartition", "property", "triples"),
    )
    for name, partition, of, measure in kinds:
        for n, (iri, number) in enumerate(sorted(partitions[name].items())):
            part = BlankNode(f"{name}{n}")
            found.append(Triple(dataset, NamedNode(VOID + partition), part))
            found.append(Triple(part, NamedNode(VOID + of), NamedNode(iri)))
            found.append(Triple(part, NamedNode(VOID + measure), _number(number)))
    return found


def written(triples: list[Triple], type_: str) -> bytes:
    """Triples in the format of a media type."""
    return serialize(triples, format=GRAPH_TYPES[type_], prefixes=_PREFIXES) or b""
