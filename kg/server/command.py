"""``kg serve``."""

import logging
from pathlib import Path

import click

from kg.server.pool import Limits


@click.command("serve")
@click.argument("graph", type=click.Path(path_type=Path, file_okay=False), metavar="DIR")
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Address to listen at; the default is this machine only."
)
@click.option(
    "--port", default=7878, show_default=True, type=click.IntRange(0, 65535), help="0 lets the system choose."
)
@click.option(
    "--timeout-s", default=30.0, show_default=True, type=click.FloatRange(0.1), help="Seconds a query may take."
)
@click.option("--max-result-mb", default=256, show_default=True, type=click.IntRange(1), help="Size a result may have.")
@click.option(
    "--max-query-kb", default=1024, show_default=True, type=click.IntRange(1), help="Size a request may have."
)
@click.option("--memory-mb", default=1024, show_default=True, type=click.IntRange(64), help="Memory a query may use.")
@click.option(
    "--workers",
    default=Limits().workers,
    show_default="2 a processor + 2",
    type=click.IntRange(2),
    help="Queries at once.",
)
@click.option("--cors-origin", metavar="ORIGIN", help="Origin whose pages may read answers, or *; none by default.")
@click.option("--allow-host", multiple=True, metavar="NAME", help="Further name that requests may call this server by.")
def serve_command(
    graph: Path,
    host: str,
    port: int,
    timeout_s: float,
    max_result_mb: int,
    max_query_kb: int,
    memory_mb: int,
    workers: int,
    cors_origin: str | None,
    allow_host: tuple[str, ...],
) -> None:
    """Serve the graph DIR, read-only: SPARQL at /sparql and a page for each of its IRIs.

    A build that finishes meanwhile is served from then on; no request waits for it.
    """
    import uvloop

    from kg.graph import Graph
    from kg.server.app import Settings, serve

    logging.basicConfig(level=logging.INFO, format="%(message)s")
    if cors_origin and any(c in cors_origin for c in "\r\n,; "):
        raise click.BadParameter("give one origin, such as https://app.example, or *", param_hint="--cors-origin")
    limits = Limits(timeout_s, memory_mb * 2**20, max_result_mb * 2**20, workers)
    hosts = frozenset(name.lower() for name in allow_host)
    Graph.open(graph)
    uvloop.run(serve(graph, Settings(host, port, limits, max_query_kb * 1024, cors_origin, hosts)))
