"""A connection that a worker attends to itself, after a few queries, is answered as every other one is."""

import http.client
import os
import signal
import socket
import struct
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.serving import BOMB, HOARD, JSON, Client, at_rest, descendants, served, story, unanswered, wait_for, write

DIRECT, FORM = "application/sparql-query", "application/x-www-form-urlencoded"
COUNT = "SELECT (COUNT(DISTINCT ?x) AS ?n) { ?x a schema:NewsArticle }"


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    folder = tmp_path_factory.mktemp("attendance") / "graph"
    write(folder, *(story(n) for n in range(30)))
    with served(folder, "--memory-mb", "128", "--cors-origin", "https://app.example") as client:
        yield client
        assert client.process.poll() is None


def sockets(process: int) -> set[str]:
    try:
        links = [str(link.readlink()) for link in Path(f"/proc/{process}/fd").iterdir()]
    except OSError:
        return set()
    return {link for link in links if link.startswith("socket:")}


def holders(client: Client) -> list[int]:
    """The workers that hold a socket that the server holds too."""
    server, *others = descendants(client.process.pid)
    return [other for other in others if sockets(server) & sockets(other)]


def attended(client: Client) -> bool:
    return bool(holders(client))


def answer(connection: http.client.HTTPConnection, method: str, target: str, body: bytes, headers: dict[str, str]):
    connection.request(method, target, body or None, headers)
    response = connection.getresponse()
    fields = sorted((name, value) for name, value in response.headers.items() if name != "Connection")
    return response.status, fields, response.read()


def query(connection: http.client.HTTPConnection, text: str, accept: str = "text/csv") -> tuple[int, str]:
    status, _, body = answer(
        connection, "POST", "/sparql", text.encode(), {"Content-Type": DIRECT, "Accept": accept, "Host": "localhost"}
    )
    return status, body.decode()


def connected(client: Client) -> http.client.HTTPConnection:
    """A connection that a worker attends to."""
    connection = http.client.HTTPConnection("127.0.0.1", client.port, timeout=60)

    def asked() -> bool:
        assert query(connection, "ASK {}")[0] == 200
        return attended(client)

    wait_for(asked)
    return connection


REQUESTS = {
    "a form": ("POST", "/sparql", b"query=ASK%7B%7D", {"Content-Type": FORM, "Accept": JSON}),
    "a link": ("GET", "/sparql?query=ASK%7B%7D", b"", {"Accept": "text/csv"}),
    "a named format": ("GET", "/sparql?query=ASK%7B%7D&format=xml", b"", {}),
    "the headers alone": ("HEAD", "/sparql?query=ASK%7B%7D", b"", {"Accept": JSON}),
    "the description": ("GET", "/sparql", b"", {"Accept": "application/n-triples"}),
    "a page": ("GET", f"/{story(1).article.id}", b"", {"Accept": "text/html"}),
    "Cypher": ("POST", "/cypher", b'{"statement": "RETURN 1 AS n"}', {"Content-Type": "application/json"}),
    "an error": ("POST", "/sparql", b"ASK", {"Content-Type": DIRECT}),
    "an update": ("POST", "/sparql", b"DROP ALL", {"Content-Type": "application/sparql-update"}),
    "SERVICE": ("POST", "/sparql", b"ASK { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }", {"Content-Type": DIRECT}),
    "a foreign host": ("GET", "/sparql?query=ASK%7B%7D", b"", {"Host": "evil.example"}),
    "no such type": ("GET", "/sparql?query=ASK%7B%7D", b"", {"Accept": "image/png"}),
    "a large query": ("POST", "/sparql", b"ASK {} #" + b"x" * 500_000, {"Content-Type": DIRECT, "Accept": JSON}),
    "too large a query": ("POST", "/sparql", b"#" * 2_000_000, {"Content-Type": DIRECT}),
    "a large answer": ("GET", "/sparql?query=" + quote("SELECT * { ?a ?b ?c }"), b"", {"Accept": JSON}),
    "a very large answer": (
        *("GET", "/sparql?query=" + quote("SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 30000"), b""),
        {"Accept": JSON},
    ),
    "an end": ("GET", "/sparql?query=ASK%7B%7D", b"", {"Accept": JSON, "Connection": "close"}),
}


@pytest.mark.parametrize("name", REQUESTS)
def test_each_request_is_answered_as_on_a_connection_of_its_own(client, name):
    alone = http.client.HTTPConnection("127.0.0.1", client.port, timeout=60)
    expected = answer(alone, *REQUESTS[name])
    connection = connected(client)
    assert answer(connection, *REQUESTS[name]) == expected
    assert query(connection, COUNT) == (200, "n\r\n30\r\n")


def test_requests_sent_in_one_go_are_answered_in_turn(client):
    connection = connected(client)
    one = b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n\r\n"
    connection.sock.sendall(one * 5 + one[:40])
    found = b""
    while found.count(b"true") < 5:
        found += connection.sock.recv(65536)
    connection.sock.sendall(one[40:])
    assert connection.sock.recv(65536).startswith(b"HTTP/1.1 200 OK")


def test_a_query_past_its_time_is_stopped(tmp_path):
    write(tmp_path / "graph", *(story(n) for n in range(30)))
    with served(tmp_path / "graph", "--timeout-s", "3") as client:
        connection = connected(client)
        status, text = query(connection, BOMB)
        assert (status, "longer than 3 s" in text) == (504, True)
        assert query(connection, COUNT) == (200, "n\r\n30\r\n")


def test_a_client_that_leaves_stops_its_query(tmp_path):
    write(tmp_path / "graph", *(story(n) for n in range(30)))
    with served(tmp_path / "graph", "--timeout-s", "600") as client:
        connection = connected(client)
        connection.request("POST", "/sparql", BOMB.encode(), {"Content-Type": DIRECT, "Host": "localhost"})
        wait_for(lambda: not at_rest(client.process.pid))
        assert unanswered([connection])
        connection.close()
        wait_for(lambda: at_rest(client.process.pid))


def test_a_client_that_resets_its_connection_ends_no_worker(client):
    connection = connected(client)
    workers = holders(client)
    connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
    wait_for(lambda: not attended(client))
    assert set(workers) <= set(descendants(client.process.pid))


def test_a_worker_that_ends_between_two_queries_takes_its_connection_along_and_no_more(client):
    connection = connected(client)
    for worker in holders(client):
        os.kill(worker, signal.SIGKILL)
    assert connection.sock.recv(1) == b""
    assert query(connected(client), COUNT) == (200, "n\r\n30\r\n")


def test_a_query_that_needs_too_much_memory_is_refused(tmp_path):
    write(tmp_path / "graph", *(story(n) for n in range(30)))
    with served(tmp_path / "graph", "--timeout-s", "600", "--memory-mb", "128") as client:
        connection = connected(client)
        status, text = query(connection, HOARD)
        assert (status, "more than 128 MB of memory" in text) == (500, True)
        assert query(connection, COUNT) == (200, "n\r\n30\r\n")


def test_others_are_answered_while_connections_are_attended_to(client):
    connections = [connected(client) for _ in range(3)]
    for _ in range(5):
        assert client.query("ASK {}")[0] == 200
        assert [query(connection, COUNT)[0] for connection in connections] == [200] * 3


def test_what_is_published_meanwhile_is_seen(tmp_path):
    folder = tmp_path / "graph"
    write(folder, story(0))
    with served(folder) as client:
        connection = connected(client)
        write(folder, story(1))
        wait_for(lambda: query(connection, COUNT) == (200, "n\r\n2\r\n"))


def test_the_server_ends_while_it_attends_to_a_quiet_connection(tmp_path):
    write(tmp_path / "graph", story(0))
    with served(tmp_path / "graph") as client:
        connection = connected(client)
    assert client.process.returncode == 0
    assert connection.sock.recv(1) == b""
    assert not list((tmp_path / "graph" / "serving").iterdir())
