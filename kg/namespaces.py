"""IRIs: the namespaces the graph writes, and how an id becomes an IRI.

Data and ontology live under ``https://kg.example/``, a name that RFC 2606 reserves, so no address found in a graph is
ever somebody else's.
"""

from typing import Final

BASE: Final = "https://kg.example/"
KG: Final = BASE + "ontology#"
METRIC: Final = BASE + "metric/"
REFERENCE_GRAPH: Final = BASE + "graph/reference"

RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
OWL: Final = "http://www.w3.org/2002/07/owl#"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"
SCHEMA: Final = "https://schema.org/"
SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
PROV: Final = "http://www.w3.org/ns/prov#"
OA: Final = "http://www.w3.org/ns/oa#"
SH: Final = "http://www.w3.org/ns/shacl#"

PREFIXES: Final = {
    "kg": KG,
    "metric": METRIC,
    "rdf": RDF,
    "rdfs": RDFS,
    "owl": OWL,
    "xsd": XSD,
    "schema": SCHEMA,
    "skos": SKOS,
    "prov": PROV,
    "oa": OA,
}


def iri(id_: str) -> str:
    """The IRI of an id.

    >>> iri("entity/alibaba-group")
    'https://kg.example/entity/alibaba-group'
    """
    return BASE + id_


def id_of(iri_: str) -> str:
    """The id of an IRI, the inverse of :func:`iri`.

    >>> id_of("https://kg.example/entity/alibaba-group")
    'entity/alibaba-group'
    """
    return iri_.removeprefix(BASE)
