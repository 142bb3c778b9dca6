"""The graph on a SPARQL store: the same statements, nothing sent twice, what was retracted gone, a load can go on."""

import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from kg.loaders import endpoint
from kg.loaders.endpoint import Endpoint, login
from kg.loaders.sparql import LoadReport, digest_, load
from pyoxigraph import NamedNode, Quad, RdfFormat, serialize

from kg import Graph
from kg.cli import main
from kg.errors import LoadError
from kg.model import Extraction
from tests.serving import story
from tests.stores import Oxigraph, free_port, oxigraph
from tests.strategies import extractions
from tests.test_cypher import copied

WAYS = ["update", "graph store"]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Oxigraph]:
    with oxigraph(tmp_path_factory.mktemp("store")) as server:
        yield server


@pytest.fixture
def store(running: Oxigraph) -> Oxigraph:
    running.change("DROP ALL")
    return running


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def connect(store: Oxigraph, way: str) -> Endpoint:
    if way == "update":
        return Endpoint(store.query, update=store.update)
    return Endpoint(store.query, graph_store=store.store)


def loaded(graph: Graph, store: Oxigraph, way: str = "update") -> LoadReport:
    with connect(store, way) as server:
        return load(graph, server)


def statements(store: Oxigraph) -> set[Quad]:
    """All that the store holds but the digests."""
    return {quad for quad in store.quads() if quad.predicate != digest_}


def digests(store: Oxigraph) -> dict[str, str]:
    return {quad.subject.value: quad.object.value for quad in store.quads() if quad.predicate == digest_}


def graph_of(folder: Path, *articles: Extraction) -> Graph:
    graph = Graph.create(folder)
    with graph.transaction() as writer:
        for article in articles:
            writer.add(article)
    return graph


def test_the_store_holds_the_statements_of_the_graph(example_graph: Graph, store: Oxigraph, way: str) -> None:
    report = loaded(example_graph, store, way)
    assert statements(store) == set(example_graph.store)
    assert (report.articles, report.unchanged, report.retracted, report.reference) == (12, 0, 0, True)
    assert report.statements == len(store.quads())


def test_both_ways_of_writing_leave_the_same_store(example_graph: Graph, store: Oxigraph) -> None:
    loaded(example_graph, store, "update")
    updated = store.quads()
    store.change("DROP ALL")
    loaded(example_graph, store, "graph store")
    assert store.quads() == updated


def test_loading_again_sends_nothing_and_the_store_may_be_read_only(
    example_graph: Graph, tmp_path: Path, way: str
) -> None:
    with oxigraph(tmp_path) as store:
        loaded(example_graph, store, way)
        before = store.quads()
    with oxigraph(tmp_path, read_only=True) as store:
        with pytest.raises(LoadError):
            connect(store, way).update("DROP SILENT GRAPH <https://kg.example/article/0>")
        assert loaded(example_graph, store, way) == LoadReport(0, 12, 0, False, 0)
        assert store.quads() == before


def test_only_what_changed_is_written(example_graph: Graph, store: Oxigraph, tmp_path: Path, way: str) -> None:
    graph = copied(example_graph, tmp_path / "g")
    loaded(graph, store, way)
    first, second, *_ = graph.articles()
    with graph.transaction() as writer:
        writer.retract(second)
        writer.add(story(1))
        writer.add(replace(graph.extraction(first), relations=graph.extraction(first).relations[1:]))
    report = loaded(graph, store, way)
    assert (report.articles, report.unchanged, report.retracted) == (2, 10, 1)
    assert statements(store) == set(graph.store)


def test_an_article_whose_text_is_the_same_but_whose_claims_differ_is_written(
    store: Oxigraph, tmp_path: Path, way: str
) -> None:
    said = story(1)
    graph = graph_of(tmp_path / "g", said)
    loaded(graph, store, way)
    with graph.transaction() as writer:
        writer.add(replace(said, relations=()))
    assert loaded(graph, store, way).articles == 1
    assert statements(store) == set(graph.store)
    with graph.transaction() as writer:
        writer.add(said)
    assert loaded(graph, store, way).articles == 1
    assert statements(store) == set(graph.store)


def test_an_emptied_graph_empties_what_was_loaded(
    example_graph: Graph, store: Oxigraph, tmp_path: Path, way: str
) -> None:
    loaded(example_graph, store, way)
    report = loaded(Graph.create(tmp_path / "g"), store, way)
    assert (report.articles, report.retracted, report.reference) == (0, 12, True)
    assert store.quads() == set()


def test_graphs_with_other_names_are_left_alone(
    example_graph: Graph, store: Oxigraph, tmp_path: Path, way: str
) -> None:
    names = ["https://kg.example/mine", "https://other.example/article/1", "https://kg.example/articles", "urn:x"]
    # An article's description in another graph doesn't make that graph ours.
    about = "a <https://schema.org/NewsArticle> ; <https://kg.example/ontology#graphDigest> 'x'"
    for name in names:
        store.change(
            f"INSERT DATA {{ GRAPH <{name}> {{ <{name}> {about} . <https://kg.example/article/0> {about} }} }}"
        )
    store.change(f"INSERT DATA {{ <https://kg.example/article/0> {about} }}")
    foreign = store.quads()
    loaded(example_graph, store, way)
    assert foreign < store.quads()
    loaded(Graph.create(tmp_path / "g"), store, way)
    assert store.quads() == foreign


def test_an_articles_graph_that_came_another_way_is_brought_up_to_date(
    example_graph: Graph, store: Oxigraph, way: str
) -> None:
    first, *_ = example_graph.articles()
    article = "a <https://schema.org/NewsArticle>"
    for name in (first, "article/unknown"):
        graph = f"<https://kg.example/{name}>"
        store.change(f"INSERT DATA {{ GRAPH {graph} {{ {graph} {article} }} }}")
    report = loaded(example_graph, store, way)
    assert (report.articles, report.retracted) == (12, 1)
    assert statements(store) == set(example_graph.store)


def test_a_graph_that_was_dropped_or_merged_with_an_old_one_is_written_again(
    example_graph: Graph, store: Oxigraph, way: str
) -> None:
    loaded(example_graph, store, way)
    first, second, *_ = example_graph.articles()
    store.change(f"DROP GRAPH <https://kg.example/{first}>")
    old = f"<https://kg.example/{second}>"
    store.change(f"INSERT DATA {{ GRAPH {old} {{ {old} {digest_} 'old' ; <urn:p> 'left over' }} }}")
    assert loaded(example_graph, store, way).articles == 2
    assert statements(store) == set(example_graph.store)


def test_the_digest_can_be_computed_from_the_store_alone(example_graph: Graph, store: Oxigraph) -> None:
    loaded(example_graph, store)
    found = digests(store)
    assert len(found) == 13
    for name, digest in found.items():
        triples = [quad.triple for quad in statements(store) if quad.graph_name == NamedNode(name)]
        lines = (serialize(triples, format=RdfFormat.N_TRIPLES) or b"").splitlines()
        assert hashlib.sha256(b"\n".join(sorted(lines))).hexdigest() == digest


def test_a_long_list_of_graphs_is_read_in_pages(
    example_graph: Graph, store: Oxigraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.loaders.sparql._PAGE_ROWS", 5)
    loaded(example_graph, store)
    assert loaded(example_graph, store).unchanged == 12


def test_hostile_text_is_values_and_never_sparql(store: Oxigraph, tmp_path: Path, way: str) -> None:
    names = [
        '" } } ; DROP ALL #',
        '\\" } } ; DROP ALL #',
        "\\u0022 } } ; DROP ALL #",
        "\\\\u0022 } } ; DROP ALL #",
        "\\U00000022 }",
        "<b>'''\"\"\" ?x $y @en ^^<urn:x>",
        "🦜 \u202e\u2028\x85 \x00\x01\x7f ends",
    ]
    store.change("INSERT DATA { GRAPH <urn:x> { <urn:x> <urn:x> 1 } }")
    graph = graph_of(tmp_path / "g", *(story(n, subject=f"{name} Co") for n, name in enumerate(names)))
    loaded(graph, store, way)
    assert {quad for quad in statements(store) if quad.graph_name != NamedNode("urn:x")} == set(graph.store)
    assert len(statements(store)) == len(graph.store) + 1


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(one=extractions(), two=extractions())
def test_whatever_was_loaded_before_the_store_follows_the_graph(
    running: Oxigraph, tmp_path_factory: pytest.TempPathFactory, one: Extraction, two: Extraction
) -> None:
    running.change("DROP ALL")
    for article, way in ((one, "update"), (two, "graph store"), (one, "graph store"), (two, "update")):
        graph = graph_of(tmp_path_factory.mktemp("g") / "g", article)
        loaded(graph, running, way)
        assert statements(running) == set(graph.store)
        assert loaded(graph, running, way).statements == 0


def test_an_interrupted_load_is_continued(
    example_graph: Graph, store: Oxigraph, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    monkeypatch.setattr("kg.loaders.sparql._REQUEST_CHARACTERS", 1)

    def stop(done: int, total: int) -> None:
        assert total == 13
        if done >= 5:
            raise KeyboardInterrupt

    with connect(store, way) as server, pytest.raises(KeyboardInterrupt):
        load(example_graph, server, on_progress=stop)
    report = loaded(example_graph, store, way)
    assert (report.articles, report.unchanged, report.reference) == (8, 4, False)
    assert statements(store) == set(example_graph.store)


def test_a_load_resumes_after_the_server_was_killed(
    example_graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    monkeypatch.setattr("kg.loaders.sparql._REQUEST_CHARACTERS", 1)
    monkeypatch.setattr(endpoint, "PAUSES", (0.01,))
    with oxigraph(tmp_path) as store:

        def kill(done: int, _: int) -> None:
            if done >= 6:
                store.process.kill()

        with connect(store, way) as server, pytest.raises(LoadError, match="load again to continue"):
            load(example_graph, server, on_progress=kill)
    with oxigraph(tmp_path) as store:
        report = loaded(example_graph, store, way)
        assert 0 < report.articles <= 8
        assert statements(store) == set(example_graph.store)


def test_a_load_outlives_a_server_that_is_started_again(
    example_graph: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.loaders.sparql._REQUEST_CHARACTERS", 1)
    monkeypatch.setattr(endpoint, "PAUSES", (0.1,) * 50)
    port, down, done_loading = free_port(), threading.Event(), threading.Event()

    def serve_again() -> None:
        down.wait(20)
        with oxigraph(tmp_path, port=port):
            done_loading.wait(20)

    with oxigraph(tmp_path, port=port) as store:
        second = threading.Thread(target=serve_again)
        second.start()

        def kill(done: int, _: int) -> None:
            if done >= 6 and not down.is_set():
                store.process.kill()
                store.process.wait()
                down.set()

        try:
            with connect(store, "update") as server:
                assert load(example_graph, server, on_progress=kill).articles == 12
            assert statements(store) == set(example_graph.store)
        finally:
            down.set()
            done_loading.set()
            second.join()


Answer = tuple[int, dict[str, str], bytes]


@contextmanager
def answering(*answers: Answer) -> Iterator[tuple[str, list[tuple[str, str, str]]]]:
    """A server that gives these answers in turn, the last one again and again; its address, and what it was asked."""
    asked: list[tuple[str, str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, headers, body = answers[min(len(asked), len(answers) - 1)]
            asked.append((self.command, self.path, self.headers.get("Authorization", "")))
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = do_DELETE = answer  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def rows(*values: str) -> bytes:
    bindings = [{"graph": {"type": "uri", "value": value}} for value in values]
    return json.dumps({"head": {"vars": ["graph"]}, "results": {"bindings": bindings}}).encode()


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ((401, {"WWW-Authenticate": 'Basic realm="x"'}, b""), "HTTP 401: access refused; check --user"),
        ((401, {"WWW-Authenticate": 'Digest realm="x"'}, b""), "give --digest"),
        ((403, {}, b"the dataset is read-only"), "HTTP 403: the dataset is read-only; see that the store may be"),
        ((403, {}, b""), "HTTP 403: Forbidden"),
        ((400, {}, b"Lexical error\nat line 1"), "HTTP 400: Lexical error at line 1"),
        ((404, {}, b""), "HTTP 404: Not Found"),
        ((500, {}, b"disk full"), "HTTP 500: disk full"),
        ((200, {}, b"<html>Welcome</html>"), "answered, but not with SPARQL results"),
        ((200, {}, b'{"results": 7}'), "answered, but not with SPARQL results"),
        ((200, {}, b"[" * 100_000), "answered, but not with SPARQL results"),
        ((302, {"Location": "http://127.0.0.1:9/"}, b""), "redirects to http://127.0.0.1:9/, which is not followed"),
    ],
)
def test_a_refusal_says_what_the_server_said(example_graph: Graph, answer: Answer, message: str) -> None:
    with answering(answer) as (address, asked), Endpoint(address + "/sparql?access-token=hidden") as server:
        with pytest.raises(LoadError) as raised:
            load(example_graph, server)
        assert message in str(raised.value)
        assert str(raised.value).startswith(f"{address}/sparql: ")
        assert len(asked) == 1


def test_an_update_that_is_refused_says_what_the_server_said(example_graph: Graph, store: Oxigraph) -> None:
    with Endpoint(store.query) as server, pytest.raises(LoadError, match=r"/query: HTTP 4\d\d: "):
        load(example_graph, server)


def test_a_server_that_is_busy_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoint, "PAUSES", (0.0, 0.0))
    with answering((503, {}, b"busy"), (502, {}, b""), (200, {}, rows("urn:x"))) as (address, asked):
        assert Endpoint(address).select("SELECT * {}") == [{"graph": "urn:x"}]
        assert len(asked) == 3
    with answering((503, {}, b"busy")) as (address, asked):
        with pytest.raises(LoadError, match="HTTP 503: busy; see that the server runs, and load again to continue"):
            Endpoint(address).select("SELECT * {}")
        assert len(asked) == 3


def test_a_list_of_graphs_that_was_not_asked_for_changes_nothing(example_graph: Graph) -> None:
    for value in ("https://kg.example/graph/mine", "https://kg.example/article/", "not an IRI"):
        with answering((200, {}, rows(value))) as (address, asked), Endpoint(address, graph_store=address) as server:
            with pytest.raises(LoadError, match="list of graphs"):
                load(example_graph, server)
            assert {method for method, _, _ in asked} == {"POST"}
    with answering((200, {}, rows("https://kg.example/article/1"))) as (address, asked):
        with pytest.raises(LoadError, match="list of graphs"):
            load(example_graph, Endpoint(address))
        assert len(asked) == 3


def test_an_address_for_something_else_is_named_with_the_option_for_it(example_graph: Graph, store: Oxigraph) -> None:
    base = store.query.removesuffix("/query")
    for endpoint_, option in (
        (Endpoint(base), "--endpoint"),
        (Endpoint(store.query), "--update"),
        (Endpoint(store.query, graph_store=store.query), "--graph-store"),
    ):
        with pytest.raises(LoadError, match=rf"is this the address .*{option}"):
            load(example_graph, endpoint_)


def test_a_server_that_is_not_there_or_too_slow_is_named(example_graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoint, "PAUSES", ())
    with pytest.raises(LoadError, match=r"http://127\.0\.0\.1:1/sparql: no answer: .*refused"):
        load(example_graph, Endpoint("http://127.0.0.1:1/sparql"))
    with HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as silent:
        address = f"http://127.0.0.1:{silent.server_port}/"
        with pytest.raises(LoadError, match="no answer: timed out"):
            load(example_graph, Endpoint(address, timeout=0.1))


@pytest.mark.parametrize("address", ["ftp://x/", "x", "http://", "file:///etc/passwd", "http://a:b@x/", "http://\x00/"])
def test_an_address_of_no_store_is_refused(address: str) -> None:
    with pytest.raises(LoadError) as raised:
        Endpoint(address)
    assert "a:b" not in str(raised.value)


def test_a_password_or_token_goes_to_the_addresses_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    with answering((200, {}, rows())) as (address, asked):
        for auth in (login("me", "secret"), login(None, "t0ken")):
            Endpoint(address, auth=auth).select("SELECT * {}")
        assert [a for _, _, a in asked] == ["Basic bWU6c2VjcmV0", "Bearer t0ken"]
    challenge = {"WWW-Authenticate": 'Digest realm="r", nonce="n", qop="auth"'}
    with answering((401, challenge, b""), (200, {}, rows())) as (address, asked):
        Endpoint(address, auth=login("me", "secret", digest=True)).select("SELECT * {}")
        first, second = (a for _, _, a in asked)
        assert first == ""
        assert second.startswith('Digest username="me"')
        assert "secret" not in second


def test_the_command_loads_and_reports(kg: Callable[..., Result], example_folder: Path, store: Oxigraph) -> None:
    arguments = ["load", "sparql", "--graph", example_folder, "--endpoint", store.query]
    first = kg(*arguments, "--graph-store", store.store)
    assert first.exit_code == 0
    assert "12 articles written, 0 unchanged, 0 retracted; " in first.stdout
    second = kg(*arguments, "--update", store.update)
    assert second.stdout.startswith("0 articles written, 12 unchanged, 0 retracted; 0 statements sent")
    quiet = kg(*arguments, "--update", store.update, "--quiet")
    assert (quiet.exit_code, quiet.output) == (0, "")
    as_json = kg(*arguments, "--update", store.update, "--json")
    assert json.loads(as_json.stdout) == {
        "articles": 0,
        "unchanged": 12,
        "retracted": 0,
        "reference": False,
        "statements": 0,
    }
    assert as_json.stderr == ""


def test_the_command_refuses_what_contradicts_itself(kg: Callable[..., Result], example_folder: Path) -> None:
    arguments = ["load", "sparql", "--graph", example_folder, "--endpoint", "http://127.0.0.1:1/"]
    assert kg(*arguments, "--update", "http://127.0.0.1:1/", "--graph-store", "http://127.0.0.1:1/").exit_code == 2
    assert kg(*arguments, "--user", "me", "--token-env", "T").exit_code == 2
    missing = kg(*arguments, "--user", "me", "--password-env", "KG_NO_SUCH_VARIABLE")
    assert missing.exit_code == 1
    assert missing.stderr == (
        "kg: the environment variable KG_NO_SUCH_VARIABLE is not set; put the password of me there\n"
    )


def test_the_command_ends_with_one_line_where_nothing_answers(
    example_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endpoint, "PAUSES", ())
    runner = CliRunner(env={"KG_GRAPH": str(example_folder)})
    result = runner.invoke(main, ["load", "sparql", "--endpoint", "http://127.0.0.1:1/", "--quiet"])
    assert result.exit_code == 1
    assert result.stderr.startswith("kg: http://127.0.0.1:1/: no answer")
    assert result.stderr.count("\n") == 1
