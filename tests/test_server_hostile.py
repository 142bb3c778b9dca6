"""Bad input gets an answer that helps, and the server lives."""

import http.client
import json
import socket
import threading
import time

import pytest

from tests.serving import BOMB, HOARD, at_rest, resident_mb, served, story, unanswered, wait_for, write

DIRECT = "application/sparql-query"


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile") / "graph"
    write(folder, *(story(n) for n in range(30)))
    with served(folder, "--memory-mb", "128", "--max-result-mb", "2", "--workers", "4") as client:
        yield client
        assert client.process.poll() is None


def test_a_query_past_its_time_is_stopped(tmp_path):
    write(tmp_path / "graph", *(story(n) for n in range(30)))
    with served(tmp_path / "graph", "--timeout-s", "2") as client:
        status, _, text = client.query(BOMB)
        assert (status, "longer than 2 s" in text) == (504, True)
        wait_for(lambda: at_rest(client.process.pid))


def test_short_queries_do_not_wait_for_bombs(tmp_path):
    write(tmp_path / "graph", *(story(n) for n in range(30)))
    with served(tmp_path / "graph", "--timeout-s", "600", "--workers", "4") as client:
        bombs = [client.send("/sparql", BOMB.encode(), DIRECT) for _ in range(8)]
        for _ in range(3):
            assert client.query("ASK {}")[0] == 200
        assert unanswered(bombs)
        for bomb in bombs:
            bomb.close()
        wait_for(lambda: at_rest(client.process.pid))


def test_a_query_that_needs_too_much_memory_is_refused(tmp_path):
    write(tmp_path / "graph", *(story(n) for n in range(30)))
    with served(tmp_path / "graph", "--timeout-s", "30", "--memory-mb", "128", "--workers", "2") as client:
        assert client.query("ASK {}")[0] == 200
        peak, done = 0.0, threading.Event()

        def watch():
            nonlocal peak
            while not done.wait(0.02):
                peak = max(peak, resident_mb(client.process.pid))

        watcher = threading.Thread(target=watch)
        watcher.start()
        before = resident_mb(client.process.pid)
        status, _, text = client.query(HOARD)
        done.set()
        watcher.join()
        assert (status, "more than 128 MB of memory" in text) == (500, True)
        assert 30 < peak - before < 200
        assert client.query("ASK {}")[0] == 200


@pytest.mark.parametrize(
    ("path", "type_", "body"),
    [
        ("/sparql", "application/sparql-query", b"SELECT * { ?s ?p ?o } #" + b"x" * 10_000_000),
        ("/sparql", "application/x-www-form-urlencoded", b"query=ASK+%7B%7D&x=" + b"x" * 10_000_000),
        ("/cypher", "application/json", b'{"statement": "RETURN 1 //' + b"x" * 10_000_000 + b'"}'),
    ],
)
@pytest.mark.parametrize("length_told", [True, False])
def test_a_query_of_ten_megabytes_is_refused_before_it_is_held(client, path, type_, body, length_told):
    before = resident_mb(client.process.pid)
    for _ in range(3):
        connection = http.client.HTTPConnection("127.0.0.1", client.port, timeout=20)
        sent = body if length_told else iter([body[n : n + 65_536] for n in range(0, len(body), 65_536)])
        connection.request("POST", path, sent, {"Content-Type": type_}, encode_chunked=not length_told)
        response = connection.getresponse()
        assert response.status == 413
        assert b"larger than 1048576 bytes" in response.read()
        connection.close()
    assert resident_mb(client.process.pid) - before < 20
    assert client.query("ASK {}")[0] == 200


@pytest.mark.parametrize(
    "query", ["SELECT * " + "{" * 5000 + "}" * 5000, "SELECT * { {?s ?p ?o} " + "UNION {?s ?p ?o} " * 20_000 + "}"]
)
def test_a_query_too_deep_for_the_engine_is_refused(client, query):
    headers = {"Content_Type": "application/sparql-query"}
    status, _, text = client.request("POST", "/sparql", query.encode(), **headers)
    assert (status, "more than" in text) == (400, True)


def test_a_result_beyond_the_limit_is_refused(client):
    status, _, text = client.query("SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 100000")
    assert (status, "larger than 2 MB" in text) == (500, True)


@pytest.mark.parametrize(
    "clause", ["SERVICE <{}> {{ ?s ?p ?o }}", "SERVICESILENT<{}>{{?s ?p ?o}}", "?a ?b 1SERVICE<{}>{{?s ?p ?o}}"]
)
def test_no_query_reaches_another_server(client, clause):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.3)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        assert client.query("SELECT * { " + clause.format(address) + " }")[0] == 403
        with pytest.raises(TimeoutError):
            listener.accept()


@pytest.mark.parametrize(
    "path",
    ["/entity/../../etc/passwd", "/entity/%2e%2e/x", "/entity/a%0d%0aSet-Cookie:x", "/style.css/..", "/article/%00"],
)
def test_a_path_leads_nowhere_else(client, path):
    status, headers, _ = client.get(path)
    assert status == 404
    assert "set-cookie" not in headers


def test_a_client_that_offers_another_protocol_is_answered_in_http_1(client):
    offer = {"Connection": "Upgrade, HTTP2-Settings", "Upgrade": "h2c", "HTTP2-Settings": "AAMAAABkAAQAAP__"}
    connection = http.client.HTTPConnection("127.0.0.1", client.port, timeout=60)
    for body, type_ in [(None, ""), (b"ASK {}", DIRECT), (None, "")] * 3:
        method, target = ("POST", "/sparql") if body else ("GET", "/sparql?query=ASK%20%7B%7D")
        connection.request(method, target, body, {**offer, **({"Content-Type": type_} if body else {})})
        response = connection.getresponse()
        assert (response.status, json.loads(response.read())["boolean"]) == (200, True)
    connection.close()


def test_the_server_is_no_proxy(client):
    with socket.create_connection(("127.0.0.1", client.port), timeout=60) as connection:
        connection.sendall(f"CONNECT a:1 HTTP/1.1\r\nHost: 127.0.0.1:{client.port}\r\n\r\n".encode())
        assert connection.recv(4096).startswith(b"HTTP/1.1 400 ")


def exchanged(client, data: bytes) -> bytes:
    """All that comes back until the server closes."""
    with socket.create_connection(("127.0.0.1", client.port), timeout=60) as connection:
        connection.sendall(data)
        return b"".join(iter(lambda: connection.recv(65536), b""))


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"GET / HTTP/1.1\r\n", 400),
        (b"GET / HTTP/1.0\r\n", 400),
        (b"GET /robots.txt HTTP/1.0\r\nHost: localhost\r\n", 200),
        (b"GET / HTTP/2.0\r\nHost: localhost\r\n", 505),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Encoding: gzip\r\n", 415),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n", 400),
        (b"GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\n", 421),
        (b"GET http://localhost/robots.txt HTTP/1.1\r\nHost: localhost\r\n", 200),
        (b"GET http://localhost HTTP/1.1\r\nHost: localhost\r\n", 200),
        (b"GET //[evil HTTP/1.1\r\nHost: localhost\r\n", 404),
    ],
)
def test_a_request_is_for_one_host_that_it_names(client, head, status):
    assert exchanged(client, head + b"Connection: close\r\n\r\n").startswith(b"HTTP/1.1 %d " % status)


def test_an_old_client_has_its_connection_closed(client):
    answer = exchanged(client, b"GET /robots.txt HTTP/1.0\r\nHost: localhost\r\nConnection: keep-alive\r\n\r\n")
    assert b"\r\nConnection: close\r\n" in answer


@pytest.mark.parametrize("before", range(6))
def test_a_client_that_sends_no_more_has_its_answer(client, before):
    query = b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n\r\n"
    with socket.create_connection(("127.0.0.1", client.port), timeout=60) as connection:
        for _ in range(before):
            connection.sendall(query)
            assert connection.recv(65536).endswith(b"true}")
        connection.sendall(query)
        connection.shutdown(socket.SHUT_WR)
        assert b"".join(iter(lambda: connection.recv(65536), b"")).endswith(b"true}")


def test_silent_connections_shut_nobody_out(client):
    silent = [socket.create_connection(("127.0.0.1", client.port)) for _ in range(1000)]
    time.sleep(1.5)
    begun = time.monotonic()
    assert client.query("ASK {}")[0] == 200
    assert time.monotonic() - begun < 15  # and not after the 20 s that each is given
    for connection in silent:
        connection.close()


def test_what_was_sent_before_something_malformed_is_answered(client):
    query = b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n\r\n"
    answers = exchanged(client, query * 2 + b"\x16\x03\x01 hello\r\n\r\n")
    assert [part[:3] for part in answers.split(b"HTTP/1.1 ")[1:]] == [b"200", b"200", b"400"]


def test_an_answer_without_a_body_gives_no_length(client):
    status, headers, body = client.request("OPTIONS", "/sparql")
    assert (status, body) == (204, "")
    assert headers.keys().isdisjoint({"content-length", "content-type"})


def test_what_is_no_http_is_refused(client):
    with socket.create_connection(("127.0.0.1", client.port)) as connection:
        connection.sendall(b"\x16\x03\x01 hello\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 400 ")


def test_a_worker_cannot_open_a_socket():
    import subprocess
    import sys

    program = "from kg.server.sandbox import *; import socket; print(confine(files=False)); socket.socket()"
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    if found.stdout.strip() == "False":
        pytest.skip("this system has no seccomp")
    assert "PermissionError" in found.stderr


def test_requests_sent_in_one_go_are_answered_in_turn(client):
    one = b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n\r\n"
    with socket.create_connection(("127.0.0.1", client.port)) as connection:
        connection.sendall(one * 5)
        connection.shutdown(socket.SHUT_WR)
        data = b"".join(iter(lambda: connection.recv(65536), b""))
    assert data.count(b"HTTP/1.1 200 OK") == 5
    assert json.loads(data.split(b"\r\n\r\n")[-1])["boolean"] is True
