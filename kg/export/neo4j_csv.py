"""Files for ``neo4j-admin database import full``: for graphs too large to send over Bolt, written row by row.

Elements of a list are divided by U+001F, which no news text needs; in a value it becomes U+FFFD. An empty string and an
empty list are left out, as the importer has no way to write them.
"""

import csv
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from kg import rdf
from kg.errors import GraphError
from kg.export.target import require_parent
from kg.graph import Graph
from kg.loaders.neo4j import schema
from kg.model import Relation
from kg.namespaces import KG
from kg.projection import (
    Value,
    article_row,
    citation_rows,
    claim_row,
    entity_row,
    mention_rows,
    relationship_row,
)
from kg.statements import Statements

DELIMITER: Final = "\x1f"
_CELL: Final = str.maketrans({DELIMITER: "\ufffd"})

_NODE: Final = ("id:ID", ":LABEL")
_EDGE: Final = (":START_ID", ":END_ID", ":TYPE")
_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "entities": (*_NODE, "name", "aliases:string[]"),
    "articles": (*_NODE, "url", "title", "publisher", "published", "language", "sha256", "fingerprint",
                 "authors:string[]"),
    "claims": (*_NODE, "type", "status", "metric", "value:double", "unit", "text", "kind", "also:string[]", "period",
               "period_text"),
    "relations": (*_EDGE, "claim_id", "status", "holds:boolean", "articles:string[]", "quotes:string[]", "sources:long",
                  "belief:double", "first_published", "last_published"),
    "citations": (*_EDGE, "id", "quote", "start:long", "end:long", "confidence:double", "extractor",
                  "citations:string[]", "status"),
    "ends": _EDGE,
    "mentions": _EDGE,
}  # fmt: skip
_IMPORT: Final = """\
#!/bin/sh
# Makes a new database of these files: sh import.sh DATABASE [OPTION...]. Afterwards run schema.cypher in it.
# A database that is there already needs the option --overwrite-destination=true.
database=${1:-neo4j}
shift $(($# > 0))
cd "$(dirname "$0")" && exec neo4j-admin database import full "$database" "$@" --id-type=string \\
  --array-delimiter=U+001F --multiline-fields=true \\
  --nodes=entities.csv --nodes=articles.csv --nodes=claims.csv \\
  --relationships=relations.csv --relationships=citations.csv --relationships=ends.csv --relationships=mentions.csv
"""


def write_neo4j_csv(graph: Graph, folder: str | Path) -> None:
    r"""Write the files into a new folder, whole or not at all, with ``import.sh`` and ``schema.cypher``.

    Raises :class:`~kg.errors.GraphError` where the folder exists, or the one it is to stand in does not.

    >>> graph = Graph.create(tempfile.mkdtemp())
    >>> folder = Path(tempfile.mkdtemp()) / "csv"
    >>> write_neo4j_csv(graph, folder)
    >>> (folder / "mentions.csv").read_text()
    ':START_ID,:END_ID,:TYPE\n'
    """
    target = Path(folder)
    if target.exists():
        raise GraphError(f"{target} exists; name a new folder")
    require_parent(target)
    fresh = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        _write(graph, fresh)
        fresh.chmod(0o755)
        fresh.replace(target)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise


def _write(graph: Graph, folder: Path) -> None:
    with ExitStack() as files:

        def table(name: str, *more: str) -> "_Table":
            file = files.enter_context((folder / f"{name}.csv").open("w", encoding="utf-8", newline=""))
            return _Table(file, (*_COLUMNS[name], *more))

        entities, articles, claims = table("entities", *_schemes(graph)), table("articles"), table("claims")
        relations, citations = table("relations"), table("citations")
        ends, mentions = table("ends"), table("mentions")
        statements = Statements(graph.store)
        for id_ in graph.entities():
            entity = entity_row(statements.entity(id_))
            entities.write(entity.properties, id_, DELIMITER.join(("Entity", entity.type)))
        for id_, cited in statements.articles.items():
            article = article_row(cited)
            articles.write({**article.properties, "fingerprint": statements.fingerprint(id_)}, id_, "Article")
            for mention in mention_rows(statements, id_):
                mentions.write({}, mention.article, mention.entity, "MENTIONS")
        for sources in statements.claims.values():
            claim = claim_row(sources)
            claims.write(
                claim.properties, claim.id, DELIMITER.join(("Claim", "Figure")) if claim.is_figure else "Claim"
            )
            ends.write({}, claim.id, claim.subject, "SUBJECT")
            if claim.object:
                ends.write({}, claim.id, claim.object, "OBJECT")
            if isinstance(sources[0].claim, Relation):
                edge = relationship_row(sources)
                relations.write(edge.properties, edge.source, edge.target, edge.type)
            for span in citation_rows(sources):
                citations.write({"id": span.id, **span.properties}, span.claim, span.article, "CITES")
    (folder / "import.sh").write_text(_IMPORT, encoding="utf-8")
    (folder / "schema.cypher").write_text("".join(f"{statement};\n" for statement in schema()), encoding="utf-8")


class _Table:
    """One file. A column is named as the importer wants it: ``aliases:string[]``."""

    def __init__(self, file: Any, columns: tuple[str, ...]) -> None:
        self._names = [column.split(":")[0] for column in columns if not column.startswith(":") and column != "id:ID"]
        self._writer = csv.writer(file, lineterminator="\n")
        self._writer.writerow(columns)

    def write(self, properties: Mapping[str, Value], *keys: str) -> None:
        if unknown := properties.keys() - set(self._names):
            raise GraphError(f"the import files have no column for {', '.join(sorted(unknown))}")
        self._writer.writerow([*keys, *(_cell(properties.get(name, "")) for name in self._names)])


def _cell(value: Value) -> str | int | float:
    if isinstance(value, list):
        return DELIMITER.join(item.translate(_CELL) for item in value)
    if isinstance(value, bool):
        return str(value).lower()
    return value.translate(_CELL) if isinstance(value, str) else value


def _schemes(graph: Graph) -> Iterator[str]:
    """The kinds of identifiers that reference entities have."""
    found = graph.store.quads_for_pattern(None, None, None, rdf.reference_graph)
    predicates = {quad.predicate.value for quad in found} - {rdf.name_key_.value}
    yield from sorted(predicate.removeprefix(KG) for predicate in predicates if predicate.startswith(KG))
