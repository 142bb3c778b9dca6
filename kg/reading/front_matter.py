"""The block between two ``---`` lines with which a text may begin, as Markdown site builders write it."""

import re
from typing import Any

import yaml

from kg.errors import ReadingError

_LIMIT = 20_000  # code points
_OPENS = re.compile(r"---[ \t]*\n(?=[ \t\n]*(?:#.*\n[ \t\n]*)*[\"']?[A-Za-z][\w -]*[\"']?[ \t]*:(?:\s|$))")
_CLOSES = re.compile(r"^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.MULTILINE)


def split_front_matter(text: str, source: str) -> tuple[dict[str, Any], str]:
    r"""The entries of the front matter, and the text behind it exactly as it stands.

    A text that opens with ``---`` but then with no ``key:`` has a rule there and no front matter. All values are
    strings, or lists and mappings of strings: ``no`` is Norwegian and not false.

    >>> split_front_matter("---\ntitle: Acme buys Bolt\n---\nAcme has ...", "a.txt")
    ({'title': 'Acme buys Bolt'}, 'Acme has ...')

    Raises:
        ReadingError: the block never closes or is no YAML mapping.
    """
    if not (opening := _OPENS.match(text[:_LIMIT])):
        return {}, text
    closing = _CLOSES.search(text[:_LIMIT], opening.end())
    if closing is None:
        raise ReadingError(
            source, f"front matter opens on line 1 but no --- line closes it within {_LIMIT:,} characters"
        )
    try:  # BaseLoader builds nothing but strings, lists and mappings
        entries = yaml.load(text[opening.end() : closing.start()], Loader=yaml.BaseLoader)
    except yaml.MarkedYAMLError as error:
        line = f" in line {error.problem_mark.line + 2}" if error.problem_mark else ""
        raise ReadingError(source, f"front matter does not parse{line}: {error.problem}; quote the value") from None
    except (yaml.YAMLError, RecursionError):
        raise ReadingError(source, "front matter does not parse; write one `key: value` a line") from None
    if not isinstance(entries, dict):
        raise ReadingError(source, "front matter is no list of entries; write one `key: value` a line")
    return entries, text[closing.end() :]
