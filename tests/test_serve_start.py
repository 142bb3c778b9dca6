"""``kg serve`` that cannot start says why, on one line, and ends."""

import socket

import pytest


@pytest.fixture
def taken_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        yield taken.getsockname()[1]


def test_a_folder_that_is_no_graph(kg, tmp_path) -> None:
    result = kg("serve", tmp_path / "none")
    assert (result.exit_code, result.stdout) == (1, "")
    assert (
        result.stderr
        == f"kg: {tmp_path}/none is not a graph; build one with: kg build SOURCE --graph {tmp_path}/none\n"
    )


def test_a_port_that_is_taken(kg, example_folder, taken_port) -> None:
    result = kg("serve", example_folder, "--port", taken_port)
    assert (result.exit_code, result.stdout) == (1, "")
    message = "address already in use; give another --port or --host"
    assert result.stderr == f"kg: cannot listen at 127.0.0.1:{taken_port}: {message}\n"


def test_an_address_that_is_not_of_this_machine(kg, example_folder) -> None:
    result = kg("serve", example_folder, "--host", "192.0.2.1", "--port", "0")
    assert result.exit_code == 1
    assert result.stderr.startswith("kg: cannot listen at 192.0.2.1:0: cannot assign requested address; ")
    assert len(result.stderr.splitlines()) == 1
