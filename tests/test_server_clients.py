"""Clients that others wrote get the answers they expect."""

import subprocess

import pyoxigraph
import pytest
import rdflib
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import JSON, TURTLE, SPARQLWrapper

from tests.serving import served, story, write

PAIRS = "PREFIX kg: <https://kg.example/ontology#> SELECT DISTINCT ?a ?b { ?a kg:competesWith ?b }"


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clients") / "graph"
    write(folder, story(1), story(2))
    with served(folder) as client:
        yield client


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_sparqlwrapper_reads_rows(client, method):
    wrapper = SPARQLWrapper(client.endpoint)
    wrapper.setQuery(PAIRS)
    wrapper.setReturnFormat(JSON)
    wrapper.setMethod(method)
    assert len(wrapper.queryAndConvert()["results"]["bindings"]) == 2


def test_sparqlwrapper_reads_triples(client):
    wrapper = SPARQLWrapper(client.endpoint)
    wrapper.setQuery("CONSTRUCT WHERE { ?a <https://kg.example/ontology#competesWith> ?b }")
    wrapper.setReturnFormat(TURTLE)
    assert len(rdflib.Graph().parse(data=wrapper.queryAndConvert(), format="turtle")) == 2


def test_rdflib_reads_the_endpoint_as_a_store(client):
    graph = rdflib.Graph(SPARQLStore(client.endpoint))
    predicate = rdflib.URIRef("https://kg.example/ontology#competesWith")
    assert len(set(graph.subject_objects(predicate))) == 2


def test_another_store_reaches_the_endpoint_by_service(client):
    pattern = "?a <https://kg.example/ontology#competesWith> ?b"
    query = f"SELECT DISTINCT * {{ SERVICE <{client.endpoint}> {{ {pattern} }} }}"
    assert len(list(pyoxigraph.Store().query(query))) == 2


def test_curl_reads_csv(client):
    command = ["curl", "-sf", "-H", "Accept: text/csv", "--data-urlencode", f"query={PAIRS}", client.endpoint]
    found = subprocess.run(command, capture_output=True, text=True, check=True)
    assert found.stdout.splitlines()[0] == "a,b"
