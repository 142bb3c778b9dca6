"""Each IRI of the graph can be looked up, as a page or as data."""

import re

import pytest
import rdflib

from kg.model import entity_id
from tests.serving import served, story, write

ACME = entity_id("Acme <b>Robotics</b>", "Company")
CLAIM = story(1).relations[0]
EVIDENCE = CLAIM.evidence[0].id_for(CLAIM.id)


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lookup") / "graph"
    write(folder, story(1), story(2))
    with served(folder) as client:
        yield client


@pytest.fixture(scope="module")
def alibaba(example_folder):
    with served(example_folder) as client:
        yield client


@pytest.mark.parametrize("id_", [ACME, story(1).article.id, CLAIM.id])
def test_an_iri_has_a_page_that_runs_no_script(client, id_):
    status, headers, body = client.get(f"/{id_}", "text/html,*/*;q=0.8")
    assert (status, headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert "<b>Robotics" not in body
    assert "&lt;b&gt;Robotics" in body


@pytest.mark.parametrize("id_", [ACME, story(1).article.id, CLAIM.id, EVIDENCE])
@pytest.mark.parametrize(("accept", "format_"), [("text/turtle", "turtle"), ("application/ld+json", "json-ld")])
def test_an_iri_has_triples(client, id_, accept, format_):
    status, headers, body = client.get(f"/{id_}", accept)
    assert (status, headers["content-type"].partition(";")[0]) == (200, accept)
    found = rdflib.Dataset(default_union=True)
    found.parse(data=body, format=format_)
    assert (rdflib.URIRef(f"https://kg.example/{id_}"), None, None, None) in found


def test_evidence_leads_to_its_quote_in_the_article(client):
    status, headers, _ = client.get(f"/{EVIDENCE}", "text/html")
    assert status == 303
    page, _, anchor = headers["location"].partition("#")
    body = client.get(page, "text/html")[2]
    assert re.search(rf'<mark><span class="anchors">[^<]*(<span[^<]*</span>)*<span id="{anchor}">', body)


def test_a_selector_leads_where_its_evidence_does(client):
    leads = {client.get(f"/{id_}", "text/html")[1]["location"] for id_ in (EVIDENCE, f"{EVIDENCE}/selector")}
    assert len(leads) == 1


def test_the_page_of_an_article_holds_its_text_unchanged(client):
    import html

    body = client.get(f"/{story(1).article.id}", "text/html")[2]
    text = re.search(r"<article[^>]*>(.*)</article>", body, re.DOTALL)[1]
    assert html.unescape(re.sub(r"<[^>]+>", "", text)) == story(1).article.text


@pytest.mark.parametrize("accept", ["text/html,*/*;q=0.8", "text/html", "*/*", "text/turtle"])
@pytest.mark.parametrize("path", ["/graph/reference", "/ontology", "/metric/revenue", "/.well-known/void"])
def test_what_has_no_page_comes_as_turtle(alibaba, path, accept):
    status, headers, body = alibaba.get(path, accept)
    assert (status, headers["content-type"]) == (200, "text/turtle; charset=utf-8")
    assert len(rdflib.Graph().parse(data=body, format="turtle")) > 5


@pytest.mark.parametrize("path", ["/ontology", "/metric/revenue", "/.well-known/void"])
def test_documents_come_in_each_format_on_offer(client, path):
    found = [
        rdflib.Graph().parse(data=client.get(path, accept)[2], format=format_)
        for accept, format_ in [
            ("text/turtle", "turtle"),
            ("application/ld+json", "json-ld"),
            ("application/n-triples", "nt"),
            ("application/rdf+xml", "xml"),
        ]
    ]
    assert len({len(graph) for graph in found}) == 1
    assert client.get(path, "image/png")[0] == 406


@pytest.mark.parametrize(
    ("name", "type_"),
    [
        ("nt", "application/n-triples"),
        ("ttl", "text/turtle"),
        ("json", "application/ld+json"),
        ("application/rdf%2Bxml", "application/rdf+xml"),
    ],
)
def test_a_format_can_be_named_in_the_address(client, name, type_):
    status, headers, _ = client.get(f"/{ACME}?format={name}", "text/html")
    assert (status, headers["content-type"].partition(";")[0]) == (200, type_)


@pytest.mark.parametrize("path", [f"/{ACME}?format=word", "/sparql?query=ASK%7B%7D&format=word", "/ontology?format=x"])
def test_an_unknown_format_is_refused_with_the_choices(client, path):
    status, _, body = client.get(path)
    assert (status, "turtle" in body) == (406, True)


@pytest.mark.parametrize(
    "id_", ["metric/none", "graph/none", "entity/none", "article/none", "claim/none", "evidence/none", "nothing"]
)
@pytest.mark.parametrize("accept", ["text/html", "text/turtle"])
def test_what_the_graph_does_not_hold_is_not_found(client, id_, accept):
    assert client.get(f"/{id_}", accept)[0] == 404


def test_names_are_found_by_a_part_of_them(client):
    body = client.get("/?name=robot", "text/html")[2]
    assert f'href="/{ACME}"' in body


def test_the_first_page_counts(client):
    assert "2 articles, 2 names" in client.get("/", "text/html")[2]


def test_the_ontology_is_where_its_iris_point(client):
    assert "kg:competesWith a kg:RelationType" in client.get("/ontology")[2]
