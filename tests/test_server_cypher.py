"""Cypher over HTTP, in the form of Neo4j's Query API: rows, errors, and nothing that a query must not do."""

import json
from typing import Any

import pytest

from kg.model import entity_id
from kg.questions import question
from tests.serving import CYPHER_BOMB, Client, at_rest, served, story, unanswered, wait_for, write

JSON, TYPED = "application/json", "application/vnd.neo4j.query"
ACME = entity_id("Acme <b>Robotics</b>", "Company")
PATH = "/db/neo4j/query/v2"


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cypher") / "graph"
    write(folder, *(story(n) for n in range(30)))
    with served(folder, "--memory-mb", "192", "--max-result-mb", "2", "--workers", "4") as client:
        yield client
        assert client.process.poll() is None


def post(client: Client, body: Any, path: str = PATH, **headers: str) -> tuple[int, dict[str, str], Any]:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    status, found, text = client.request("POST", path, data, **{"Content_Type": JSON, **headers})
    return status, found, json.loads(text)


def ask(client: Client, statement: str, **parameters: Any) -> tuple[int, Any]:
    status, _, answer = post(client, {"statement": statement, "parameters": parameters})
    return status, answer


def code(answer: Any) -> str:
    (error,) = answer["errors"]
    assert len(error["message"]) > 20
    return error["code"]


@pytest.mark.parametrize("path", [PATH, "/cypher"])
def test_rows_come_as_fields_and_values(client, path):
    body = {"statement": "MATCH (a {id: $id}) RETURN a.name AS name, 1 AS n", "parameters": {"id": ACME}}
    status, headers, answer = post(client, body, path)
    assert (status, headers["content-type"]) == (202, JSON)
    assert answer["data"] == {"fields": ["name", "n"], "values": [["Acme <b>Robotics</b>", 1]]}


def test_nodes_relationships_and_paths_are_objects(client):
    _, answer = ask(client, "MATCH p = (a {id: $id})-[r:COMPETES_WITH]-(b) RETURN a, r, p", id=ACME)
    ((node, edge, path),) = answer["data"]["values"]
    assert node["labels"] == ["Entity", "Company"]
    assert node["properties"] == {"id": ACME, "name": "Acme <b>Robotics</b>", "aliases": []}
    assert edge["type"] == "COMPETES_WITH"
    assert node["elementId"] in (edge["startNodeElementId"], edge["endNodeElementId"])
    assert len(edge["properties"]["quotes"]) == 30
    assert [path[0], path[1]] == [node, edge]
    found = ask(client, "MATCH (a) WHERE elementId(a) = $id RETURN a.id", id=node["elementId"])[1]
    assert found["data"]["values"] == [[ACME]]


@pytest.mark.parametrize("map", [{"id": 1, "labels": [], "properties": {}}, {"nodes": 1, "relationships": []}], ids=str)
def test_a_map_with_the_keys_of_a_node_or_a_path_stays_a_map(client, map):
    status, answer = ask(client, "RETURN $map AS map", map=map)
    assert (status, answer["data"]["values"]) == (202, [[map]])


@pytest.mark.parametrize("value", [2**63, -(2**63) - 1, [{"x": 2**70}]], ids=str)
def test_a_number_beyond_64_bits_is_refused(client, value):
    status, answer = ask(client, "RETURN $a AS a", a=value)
    assert (status, "64-bit" in answer["errors"][0]["message"]) == (400, True)
    assert code(answer) == "Neo.ClientError.Statement.ArgumentError"


@pytest.mark.parametrize("deep", [300, 480, 900, 2000])
def test_an_answer_that_nests_deep_comes_or_is_refused(client, deep):
    body = json.dumps({"statement": f"RETURN reduce(s = [], x IN range(1, {deep}) | [s]) AS x"}).encode()
    status, _, text = client.request("POST", PATH, body, Content_Type=JSON, Accept=TYPED)
    assert (status, text.count('"List"')) == (202, deep + 1) or (status, "too deep" in text) == (400, True)


def test_typed_json_is_taken_and_given(client):
    parameters = {
        "id": {"$type": "String", "_value": ACME},
        "n": {"$type": "Integer", "_value": "9007199254740993"},
        "day": {"$type": "Date", "_value": "2026-01-31"},
        "many": {"$type": "List", "_value": [{"$type": "Float", "_value": "1.5"}, {"$type": "Null", "_value": None}]},
    }
    statement = (
        "MATCH (a {id: $id})-[r:COMPETES_WITH]-() RETURN a, $n AS n, $day AS day, $many AS many, r.holds AS holds"
    )
    body = {"statement": statement, "parameters": parameters}
    status, headers, answer = post(client, body, Content_Type=TYPED, Accept=TYPED)
    assert (status, headers["content-type"]) == (202, TYPED)
    ((node, *others),) = answer["data"]["values"]
    assert node["$type"] == "Node"
    assert node["_value"]["_properties"]["name"] == {"$type": "String", "_value": "Acme <b>Robotics</b>"}
    assert others == [parameters["n"], parameters["day"], parameters["many"], {"$type": "Boolean", "_value": True}]


@pytest.mark.parametrize("path", [PATH, "/cypher"])
@pytest.mark.parametrize("nothing", [{}, b""], ids=["empty object", "empty"])
def test_a_driver_can_put_reads_into_a_transaction(client, path, nothing):
    status, _, begun = post(client, nothing, path + "/tx")
    assert status == 202
    path = f"{path}/tx/{begun['transaction']['id']}"
    status, _, answer = post(client, {"statement": "RETURN 1 AS n"}, path)
    assert (status, answer["data"]["values"], answer["transaction"]["id"]) == (202, [[1]], begun["transaction"]["id"])
    assert code(post(client, {"statement": "CREATE (n:X)"}, path)[2]).endswith("ForbiddenOnReadOnlyDatabase")
    status, _, answer = post(client, {"statement": "RETURN 2 AS n"}, path + "/commit")
    assert (status, answer["data"]["values"]) == (202, [[2]])
    assert "transaction" not in answer
    assert post(client, nothing, path + "/commit")[0] == 202
    assert client.request("DELETE", path)[0] == 200


def test_counters_say_that_nothing_was_written(client):
    answer = post(client, {"statement": "RETURN 1 AS n", "includeCounters": True})[2]
    assert answer["counters"]["containsUpdates"] is False
    assert answer["counters"]["nodesCreated"] == 0


def test_numbers_that_json_lacks_are_words(client):
    assert ask(client, "RETURN 1e308 * 10 AS n, [-1e308 * 10] AS m")[1]["data"]["values"] == [
        ["Infinity", ["-Infinity"]]
    ]


def test_a_question_of_the_project_is_answered(client):
    asked = question("competitors")
    given = {p.name: p.default for p in asked.parameters} | {"company": ACME}
    status, answer = ask(client, asked.cypher, **given)
    assert status == 202
    assert len(answer["data"]["values"]) == 30


@pytest.mark.parametrize(
    ("statement", "status", "expected"),
    [
        ("MATCH (n RETURN n", 400, "Neo.ClientError.Statement.SyntaxError"),
        ("", 400, "Neo.ClientError.Statement.SyntaxError"),
        ("RETURN $missing AS x", 400, "Neo.ClientError.Statement.ParameterMissing"),
        ("RETURN 1 AS a; RETURN 2 AS a", 400, "Neo.ClientError.Statement.SyntaxError"),
        ("RETURN nothing(1)", 400, "Neo.ClientError.Statement.ArgumentError"),
        ("CREATE (n:Company {id: 'x'}) RETURN n", 403, "Neo.ClientError.General.ForbiddenOnReadOnlyDatabase"),
        ("MATCH (n) DETACH DELETE n", 403, "Neo.ClientError.General.ForbiddenOnReadOnlyDatabase"),
        ("MATCH (n) SET n.name = 'x'", 403, "Neo.ClientError.General.ForbiddenOnReadOnlyDatabase"),
        ("MATCH (n) // RETURN n\nREMOVE n.name", 403, "Neo.ClientError.General.ForbiddenOnReadOnlyDatabase"),
        ("MERGE (n:`RETURN` {id: 1})", 403, "Neo.ClientError.General.ForbiddenOnReadOnlyDatabase"),
        ("CALL { CREATE (n) } RETURN 1", 403, "Neo.ClientError.General.ForbiddenOnReadOnlyDatabase"),
        ("CREATE INDEX FOR (n:Company) ON (n.name)", 403, "Neo.ClientError.General.ForbiddenOnReadOnlyDatabase"),
        ("CALL db.cdc.enable()", 403, "Neo.ClientError.General.ForbiddenOnReadOnlyDatabase"),
        ("LOAD CSV FROM '/etc/hostname' AS l RETURN l", 403, "Neo.ClientError.Statement.ExternalResourceFailed"),
        ("LOAD CSV FROM 'http://127.0.0.1/' AS l RETURN l", 403, "Neo.ClientError.Statement.ExternalResourceFailed"),
        ("RETURN " + "(" * 5000 + "1" + ")" * 5000, 400, "Neo.ClientError.Statement.SyntaxError"),
    ],
)
def test_a_statement_that_is_refused_gets_its_status_and_code(client, statement, status, expected):
    found, answer = ask(client, statement)
    assert (found, code(answer)) == (status, expected)


@pytest.mark.parametrize(
    ("method", "path", "body", "headers", "status"),
    [
        ("GET", PATH, b"", {}, 405),
        ("PUT", "/cypher", b"{}", {"Content_Type": JSON}, 405),
        ("POST", "/db/other/query/v2", b'{"statement": "RETURN 1"}', {"Content_Type": JSON}, 404),
        ("POST", PATH + "/other", b'{"statement": "RETURN 1"}', {"Content_Type": JSON}, 404),
        ("DELETE", PATH, b"", {}, 405),
        ("POST", PATH, b'{"statement": "RETURN 1"}', {}, 415),
        ("POST", PATH, b"statement=RETURN+1", {"Content_Type": "application/x-www-form-urlencoded"}, 415),
        ("POST", PATH, b'{"statement": "RETURN 1"}', {"Content_Type": JSON + "; charset=utf-16"}, 415),
        ("POST", PATH, b'{"statement": "RETURN 1"}', {"Content_Type": JSON, "Accept": "text/csv"}, 406),
        ("POST", PATH, b'{"statement": "RETURN 1"', {"Content_Type": JSON}, 400),
        ("POST", PATH, b"[" * 100_000, {"Content_Type": JSON}, 400),
        ("POST", PATH, b"\xff", {"Content_Type": JSON}, 400),
        ("POST", PATH, b"[]", {"Content_Type": JSON}, 400),
        ("POST", PATH, b"{}", {"Content_Type": JSON}, 400),
        ("POST", PATH, b'{"statement": "RETURN 1", "parameters": [1]}', {"Content_Type": JSON}, 400),
        ("POST", PATH, b'{"statement": "RETURN 1", "maxExecutionTime": "x"}', {"Content_Type": JSON}, 400),
        ("POST", PATH, b'{"statement": "RETURN 1", "maxExecutionTime": []}', {"Content_Type": JSON}, 400),
        ("POST", PATH, b'{"statement": "RETURN 1", "includeCounters": "yes"}', {"Content_Type": JSON}, 400),
        ("POST", PATH, b'{"statement": "RETURN $x", "parameters": {"x": 1}}', {"Content_Type": TYPED}, 400),
        ("POST", PATH, b'{"statement": "' + b"x" * 10_000_000 + b'"}', {"Content_Type": JSON}, 413),
        ("POST", PATH, b'{"statement": "RETURN 1"}', {"Content_Type": JSON, "Host": "evil.example"}, 421),
    ],
)
def test_a_request_that_cannot_be_taken_gets_its_status_and_a_reason(client, method, path, body, headers, status):
    found, answered, text = client.request(method, path, body, **headers)
    assert (found, answered["content-type"]) == (status, JSON)
    code(json.loads(text))


def test_a_query_past_its_time_is_stopped(tmp_path):
    write(tmp_path / "graph", story(1))
    with served(tmp_path / "graph", "--timeout-s", "2") as client:
        wait_for(lambda: ask(client, "RETURN 1 AS n")[0] == 202)
        status, answer = ask(client, CYPHER_BOMB)
        assert (status, code(answer)) == (504, "Neo.ClientError.Transaction.TransactionTimedOut")
        wait_for(lambda: at_rest(client.process.pid))


@pytest.fixture
def patient(tmp_path):
    """A server that gives a query ten minutes, and no more memory than any other."""
    write(tmp_path / "graph", *(story(n) for n in range(30)))
    with served(tmp_path / "graph", "--timeout-s", "600", "--memory-mb", "192", "--workers", "4") as client:
        yield client


def test_a_request_can_ask_for_less_time(patient):
    slow = patient.send(PATH, json.dumps({"statement": CYPHER_BOMB}).encode(), JSON)
    status, _, answer = post(patient, {"statement": CYPHER_BOMB, "maxExecutionTime": 1})
    assert (status, code(answer)) == (504, "Neo.ClientError.Transaction.TransactionTimedOut")
    assert "longer than 1 s" in answer["errors"][0]["message"]
    assert unanswered([slow])
    slow.close()


def test_short_queries_do_not_wait_for_bombs(patient):
    bombs = [patient.send(PATH, json.dumps({"statement": CYPHER_BOMB}).encode(), JSON) for _ in range(8)]
    for _ in range(3):
        assert ask(patient, "RETURN 1 AS n")[0] == 202
        assert patient.query("ASK {}")[0] == 200
    assert unanswered(bombs)
    for bomb in bombs:
        bomb.close()


def test_a_query_that_needs_too_much_memory_is_refused(patient):
    status, answer = ask(patient, "UNWIND range(1, 3000000) AS a RETURN collect([a, toString(a), toString(a)]) AS many")
    assert (status, code(answer)) == (500, "Neo.DatabaseError.Statement.ExecutionFailed")
    assert "memory" in answer["errors"][0]["message"]
    assert ask(patient, "RETURN 1 AS n")[0] == 202


def test_a_result_beyond_the_limit_is_refused(client):
    status, answer = ask(client, "UNWIND range(1, 200000) AS a RETURN a, 'aaaaaaaaaaaaaaaaaaaa' AS b")
    assert (status, "larger than 2 MB" in answer["errors"][0]["message"]) == (500, True)
    assert len(ask(client, "UNWIND range(1, 100000) AS a RETURN a")[1]["data"]["values"]) == 100_000


def test_the_engine_of_a_worker_can_open_no_file():
    import subprocess
    import sys

    program = (
        "import kglite\nfrom kg.server.sandbox import confine\n"
        "graph = kglite.KnowledgeGraph().freeze()\nprint(confine(files=True), flush=True)\n"
        "graph.cypher(\"LOAD CSV FROM '/etc/hostname' AS line RETURN line\")\n"
    )
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    if found.stdout.strip() == "False":
        pytest.skip("this system has no seccomp")
    assert "Permission denied" in found.stderr


def test_pages_of_another_origin_need_leave_to_ask(client):
    headers = client.request("OPTIONS", PATH, Origin="https://app.example")[1]
    assert headers["allow"] == "POST, OPTIONS"
    assert "access-control-allow-origin" not in headers


def test_the_address_of_the_query_api_is_told(client):
    status, _, body = client.get("/", JSON)
    assert status == 200
    assert json.loads(body)["query"].endswith("/db/{databaseName}/query/v2")


def test_what_is_published_meanwhile_is_seen_without_a_failure(tmp_path):
    folder = tmp_path / "graph"
    write(folder, story(0))
    count = "MATCH (a:Article) RETURN count(a) AS n"
    with served(folder) as client:
        assert ask(client, count)[1]["data"]["values"] == [[1]]
        for number in range(1, 4):
            write(folder, story(number))
        seen = [1]

        def all_seen() -> bool:
            status, answer = ask(client, count)
            seen.append(answer["data"]["values"][0][0])
            assert (status, seen) == (202, sorted(seen))
            return seen[-1] == 4

        wait_for(all_seen)
        assert client.process.poll() is None
    assert not list((folder / "serving").iterdir())
