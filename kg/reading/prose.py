"""Whether a text can be an article at all."""

import re

from kg.errors import ReadingError

_CONTROL = re.compile(r"[\x01-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_LETTER = re.compile(r"[^\W\d_]")
_GIANT = re.compile(r"[!-~]{200,}")  # words of scripts without spaces are longer than that


def check_prose(text: str, source: str, *, max_chars: int) -> None:
    """Raise :class:`ReadingError` unless ``text`` may be prose of at most ``max_chars`` code points."""
    if not text.strip("\ufeff \t\r\n\f\v\xa0"):
        raise ReadingError(source, "empty; nothing to read")
    if len(text) > max_chars:
        raise ReadingError(source, too_long(max_chars))
    if "\0" in text:
        raise ReadingError(source, f"NUL character at character {text.index(chr(0))}; this is not a text")
    if found := _SURROGATE.search(text):
        raise ReadingError(source, f"half a surrogate pair at character {found.start()}; repair the encoding")
    if len(_CONTROL.findall(text)) * 20 > len(text):
        raise ReadingError(source, "mostly control characters; this is not a text")
    visible = len(text) - sum(map(str.isspace, text))
    if len(_LETTER.findall(text)) * 10 < visible * 3:
        raise ReadingError(source, "not prose: hardly any letters")
    if sum(len(t) for t in _GIANT.findall(text)) * 2 > visible:
        raise ReadingError(source, "not prose: hardly any spaces; this looks like encoded data")


def too_long(max_chars: int) -> str:
    """The reason given for an article that is too long."""
    return f"longer than {max_chars:,} characters; split it or raise the limit (max_chars)"
