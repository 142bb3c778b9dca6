"""Every XML that is written can be read, whatever a literal holds."""

from xml.dom.minidom import parseString
from xml.etree import ElementTree

import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st

from kg import Graph
from kg.xml_text import MendedFile, mended
from tests.serving import served, story, write

ODD = "Ac\x01me\r\x1f \ufffe\U0001f600 & <Sons>"
MENDED = "Ac\ufffdme\r\ufffd \ufffd\U0001f600 & <Sons>"
ROWS = "SELECT DISTINCT ?name { ?a schema:name ?name FILTER(STRSTARTS(?name, 'Ac')) }"
TRIPLES = "CONSTRUCT { ?a schema:name ?name } WHERE { ?a schema:name ?name FILTER(STRSTARTS(?name, 'Ac')) }"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("xml") / "graph"
    write(folder, story(1, ODD))
    return folder


@pytest.fixture(scope="module")
def client(folder):
    with served(folder) as client:
        yield client


def name_in_rows(document: str | bytes) -> str:
    literal = ElementTree.fromstring(document).find(".//{*}literal")
    assert literal is not None
    return literal.text or ""


def name_in_triples(document: str | bytes) -> str:
    (name,) = rdflib.Graph().parse(data=document, format="xml").objects(unique=True)
    return str(name)


def test_the_library_writes_xml_that_can_be_read(folder) -> None:
    graph = Graph.open(folder)
    assert name_in_rows(graph.query(ROWS).serialize("xml")) == MENDED
    assert name_in_triples(graph.query(TRIPLES).serialize("rdfxml")) == MENDED


@pytest.mark.parametrize("accept", ["application/sparql-results+xml", "application/xml", "text/xml"])
def test_the_server_sends_rows_that_can_be_read(client, accept) -> None:
    assert name_in_rows(client.query(ROWS, accept)[2]) == MENDED


def test_the_server_sends_triples_that_can_be_read(client) -> None:
    assert name_in_triples(client.query(TRIPLES, "application/rdf+xml")[2]) == MENDED
    article = client.get(f"/{story(1, ODD).article.id}", "application/rdf+xml")[2]
    assert len(rdflib.Graph().parse(data=article, format="xml")) > 10


def test_other_formats_hold_the_name_as_it_is(folder) -> None:
    graph = Graph.open(folder)
    assert [name for (name,) in graph.query(ROWS)] == [ODD]
    found = rdflib.Graph().parse(data=graph.query(TRIPLES).serialize("nt"), format="nt")
    assert str(next(found.objects())) == ODD


class Pieces:
    def __init__(self) -> None:
        self.data = b""

    def write(self, data: bytes) -> int:
        self.data += data
        return len(data)


@given(st.text(st.characters(codec="utf-8")), st.lists(st.integers(0, 200)))
def test_a_document_in_any_pieces_becomes_the_same(text: str, cuts: list[int]) -> None:
    document = f"<a>{text.replace('&', '').replace('<', '').replace('>', '')}</a>".encode()
    pieces, ends = Pieces(), sorted(min(cut, len(document)) for cut in cuts)
    file = MendedFile(pieces)  # type: ignore[arg-type]
    for start, end in zip([0, *ends], [*ends, len(document)], strict=True):
        file.write(document[start:end])
    assert pieces.data == mended(document)
    parseString(pieces.data)
