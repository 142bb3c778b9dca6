"""Bad input gets an answer that helps, and the server lives."""

import json
import socket
import threading
import time

import pytest

from tests.serving import BOMB, served, story, write


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile") / "graph"
    write(folder, *(story(n) for n in range(30)))
    with served(folder, "--timeout-s", "2", "--memory-mb", "128", "--max-result-mb", "2", "--workers", "4") as client:
        yield client
        assert client.process.poll() is None


def test_a_query_past_its_time_is_stopped(client):
    began = time.monotonic()
    status, _, text = client.query(BOMB)
    assert (status, "longer than 2 s" in text) == (504, True)
    assert time.monotonic() - began < 4


def test_short_queries_do_not_wait_for_bombs(client):
    bombs = [threading.Thread(target=client.query, args=(BOMB,)) for _ in range(8)]
    for bomb in bombs:
        bomb.start()
    time.sleep(1.3)
    began = time.monotonic()
    assert client.query("ASK {}")[0] == 200
    assert time.monotonic() - began < 1.5
    for bomb in bombs:
        bomb.join()


def test_a_query_that_needs_too_much_memory_is_refused(client):
    status, _, text = client.query("SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?a ?f")
    assert (status, "memory" in text) in ((500, True), (504, False))
    assert client.query("ASK {}")[0] == 200


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
