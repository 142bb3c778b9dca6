"""The query operation of the SPARQL 1.1 Protocol, in words of our own from the recommendation."""

import json
from urllib.parse import urlencode

import pytest

from tests.serving import JSON, served, story, write

ASK = "ASK {}"
FORM, DIRECT = "application/x-www-form-urlencoded", "application/sparql-query"
PAIRS = "SELECT ?a ?b { ?a kg:competesWith ?b }"


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    folder = tmp_path_factory.mktemp("protocol") / "graph"
    write(folder, story(1), story(2))
    with served(folder, "--cors-origin", "https://app.example", "--max-query-kb", "200") as client:
        yield client


def test_a_query_is_taken_by_get(client):
    assert json.loads(client.query(ASK)[2])["boolean"] is True


def test_a_query_is_taken_from_a_form(client):
    status, _, body = client.request(
        "POST", "/sparql", urlencode({"query": ASK}).encode(), Content_Type=FORM, Accept=JSON
    )
    assert (status, json.loads(body)["boolean"]) == (200, True)


def test_a_query_is_taken_as_it_is(client):
    status, _, body = client.request("POST", "/sparql", ASK.encode(), Content_Type=DIRECT, Accept=JSON)
    assert (status, json.loads(body)["boolean"]) == (200, True)


@pytest.mark.parametrize(
    ("method", "target", "body", "headers", "status"),
    [
        ("GET", "/sparql?query=ASK%7B%7D&query=ASK%7B%7D", b"", {}, 400),
        ("GET", "/sparql?query=ASK", b"", {}, 400),
        ("GET", "/?" + "a=1&" * 1100, b"", {}, 400),
        ("GET", "/sparql?query=ASK%7B%7D&" + "a=1&" * 1100, b"", {}, 400),
        ("GET", "/sparql?query=%FF", b"", {}, 400),
        ("POST", "/sparql", b"", {"Content_Type": FORM}, 400),
        ("POST", "/sparql", b"ASK {}", {}, 415),
        ("POST", "/sparql", b"ASK {}", {"Content_Type": "text/plain"}, 415),
        ("POST", "/sparql", "ASK {}".encode("utf-16"), {"Content_Type": DIRECT + "; charset=UTF-16"}, 415),
        ("PUT", "/sparql", b"ASK {}", {"Content_Type": DIRECT}, 405),
        ("POST", "/robots.txt", b"", {}, 405),
        ("POST", "/entity/1", b"", {}, 405),
        ("POST", "/nothing", b"", {}, 404),
        ("POST", "/sparql", b"ASK {}", {"Content_Type": DIRECT, "Content_Encoding": "gzip"}, 415),
        ("DELETE", "/sparql", b"", {}, 405),
        ("POST", "/sparql", b"DROP ALL", {"Content_Type": "application/sparql-update"}, 403),
        ("POST", "/sparql", b"update=DROP+ALL", {"Content_Type": FORM}, 403),
        ("GET", "/sparql?update=DROP+ALL", b"", {}, 403),
        ("GET", "/sparql?query=DROP+ALL", b"", {}, 400),
        ("GET", "/sparql?query=ASK+%7B+x:a+?b+?c+%7D", b"", {}, 400),
        ("GET", "/sparql?query=ASK%7B%7D&default-graph-uri=nonsense", b"", {}, 400),
        ("GET", "/sparql?query=ASK%7B%7D", b"", {"Accept": "image/png"}, 406),
        ("GET", "/sparql?query=CONSTRUCT+WHERE+%7B?s+?p+?o%7D", b"", {"Accept": "text/csv"}, 406),
        ("POST", "/sparql", b"#" * 300_000, {"Content_Type": DIRECT}, 413),
        ("GET", "/sparql?query=" + "a" * 200_000, b"", {}, 431),
    ],
)
def test_a_request_that_cannot_be_taken_gets_its_status_and_a_reason(client, method, target, body, headers, status):
    found, _, text = client.request(method, target, body, **headers)
    assert found == status
    assert len(text) > 20


def test_an_update_that_poses_as_a_query_is_told_that_the_endpoint_is_read_only(client):
    assert "read-only" in client.query("PREFIX a: <x:> INSERT DATA { a:b a:c a:d }")[2]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("SELECT * { ?s foo:bar ?o }", "no prefix foo: is declared"),
        ("PREFIX a: <x:> SELECT * { ?s a:b 'foo:bar' ; bar:foo <foo:bar> }", "no prefix bar: is declared"),
        ("SELEC * { ?s ?p ?o }", "begins with 'SELEC', and not with SELECT"),
        ("PREFIX a: <x:> # first\n INSERT DATA { a:b a:c a:d }", "begins with 'INSERT'"),
        ("", "begins with nothing"),
        ("SELECT * {\n ?s ?p ?o .\n FILTER(?x > }", "at line 3, column 15 at the latest"),
        ("SELECT ?x { ?x a kg:Company } GROUP BY ?y", "SELECT contains a variable that is unbound"),
        ("x" * 100_000, "begins with 'xxx"),
        (f"SELECT * {{ ?s {'x' * 50_000}:b ?o }}", "no prefix xxx"),
        (f"SELECT (<http://a/{'x' * 50_000}>(1) AS ?x) {{}}", "custom function"),
    ],
)
def test_what_is_wrong_with_a_query_is_said(client, query, message):
    status, _, text = client.query(query)
    assert (status, message in text) == (400, True)
    assert len(text) < 400


@pytest.mark.parametrize("accept", [JSON, "application/sparql-results+xml", "text/csv", "text/tab-separated-values"])
def test_rows_come_in_each_format(client, accept):
    status, headers, body = client.query(PAIRS, accept)
    assert (status, headers["content-type"].partition(";")[0]) == (200, accept)
    assert "entity/" in body


@pytest.mark.parametrize(
    "accept", ["text/turtle", "application/n-triples", "application/trig", "application/ld+json", "application/rdf+xml"]
)
def test_triples_come_in_each_format(client, accept):
    status, headers, body = client.query("CONSTRUCT WHERE { ?a kg:competesWith ?b }", accept)
    assert (status, headers["content-type"].partition(";")[0]) == (200, accept)
    assert "competesWith" in body


@pytest.mark.parametrize("query", ["DESCRIBE ?a", "CONSTRUCT { ?a a ?type }"])
def test_triples_come_once(client, query):
    _, _, text = client.query(f"{query} WHERE {{ ?a a ?type . ?a ?p ?o }}", "application/n-triples")
    lines = text.splitlines()
    assert 1 < len(lines) == len(set(lines))


def test_the_weights_of_an_accept_header_decide(client):
    assert client.query(PAIRS, f"{JSON};q=0.2, text/csv;q=0.9")[1]["content-type"] == "text/csv; charset=utf-8"


def test_the_default_graph_is_the_union_and_the_protocol_narrows_it(client):
    graph = f"https://kg.example/{story(1).article.id}"
    count = "SELECT (COUNT(DISTINCT ?x) AS ?n) { ?x a schema:NewsArticle }"
    assert client.query(count, "text/csv")[2].split() == ["n", "2"]
    status, _, body = client.get("/sparql?" + urlencode({"query": count, "default-graph-uri": graph}), "text/csv")
    assert (status, body.split()) == (200, ["n", "1"])
    named = "SELECT (COUNT(DISTINCT ?g) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
    body = client.get("/sparql?" + urlencode({"query": named, "named-graph-uri": graph}), "text/csv")[2]
    assert body.split() == ["n", "1"]


def test_from_in_the_query_narrows_the_default_graph(client):
    graph = f"https://kg.example/{story(1).article.id}"
    count = f"SELECT (COUNT(DISTINCT ?x) AS ?n) FROM <{graph}> {{ ?x a schema:NewsArticle }}"
    assert client.query(count, "text/csv")[2].split() == ["n", "1"]


@pytest.mark.parametrize("form", ["get", "form", "direct"])
def test_the_graphs_of_the_protocol_come_before_those_of_the_query(client, form):
    one, two = (f"https://kg.example/{story(n).article.id}" for n in (1, 2))
    pattern = "?x a schema:NewsArticle"
    articles = (
        f"SELECT ?g ?x FROM <x:none> FROM NAMED <x:none> {{ {{ {pattern} }} UNION {{ GRAPH ?g {{ {pattern} }} }} }}"
    )
    graphs = [("default-graph-uri", one), ("named-graph-uri", two)]
    if form == "direct":
        target, body, headers = "/sparql?" + urlencode(graphs), articles.encode(), {"Content_Type": DIRECT}
    elif form == "form":
        target, body, headers = "/sparql", urlencode([("query", articles), *graphs]).encode(), {"Content_Type": FORM}
    else:
        target, body, headers = "/sparql?" + urlencode([("query", articles), *graphs]), b"", {}
    status, _, text = client.request("GET" if form == "get" else "POST", target, body, Accept="text/csv", **headers)
    assert status == 200
    assert sorted(text.split()) == sorted(["g,x", f",{one}", f"{two},{two}"])


@pytest.mark.parametrize("form", [FORM, DIRECT])
def test_several_default_graphs_are_merged(client, form):
    graphs = [("default-graph-uri", f"https://kg.example/{story(n).article.id}") for n in (1, 2)]
    count = "SELECT (COUNT(DISTINCT ?x) AS ?n) { ?x a schema:NewsArticle }"
    target = "/sparql" if form == FORM else "/sparql?" + urlencode(graphs)
    body = urlencode([("query", count), *graphs]) if form == FORM else count
    assert client.request("POST", target, body.encode(), Accept="text/csv", Content_Type=form)[2].split() == ["n", "2"]


def test_the_endpoint_describes_itself_where_nothing_is_asked(client):
    status, _, body = client.get("/sparql", "text/turtle")
    assert status == 200
    assert "sd:UnionDefaultGraph" in body


def test_the_dataset_is_described_with_its_counts(client):
    status, _, body = client.get("/.well-known/void", "text/turtle")
    assert status == 200
    assert "void:documents 2" in body


def test_pages_of_the_origin_that_was_named_may_read_answers(client):
    headers = client.request("OPTIONS", "/sparql", Origin="https://app.example")[1]
    assert headers["access-control-allow-origin"] == "https://app.example"
    assert "POST" in headers["access-control-allow-methods"]


def test_a_request_under_a_foreign_host_name_is_refused(client):
    assert client.request("GET", "/sparql?query=ASK%7B%7D", Host="evil.example")[0] == 421


def test_head_gives_the_headers_alone(client):
    status, headers, body = client.request("HEAD", "/sparql?query=ASK%7B%7D", Accept=JSON)
    assert (status, body) == (200, "")
    assert int(headers["content-length"]) > 0
