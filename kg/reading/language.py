"""Which language a text is in."""

import re
from functools import cache
from typing import Any

from py3langid.langid import MODEL_FILE, LanguageIdentifier

_SHORT = 200  # letters; py3langid takes single sentences full of names for Finnish or Bikol
_ENOUGH = 5_000  # code points
_SURE = 0.9
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")
_LETTER = re.compile(r"[^\W\d_]")
_NAMES = {"english": "en", "eng": "en"}


@cache
def _identifier() -> Any:
    # an instance of its own: py3langid's global one can be narrowed by any other library of the process
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages([code for code in identifier.nb_classes if len(code) == 2])
    return identifier


def detect(text: str) -> str:
    """The ISO 639-1 code of the language of ``text``: of its first 5,000 characters.

    English is assumed unless another language is nearly certain, and for a text of under 200 letters whenever most of
    them are Latin.

    >>> detect("Acme bought Bolt."), detect("阿里巴巴集团与拼多多竞争，并投资于云计算。")
    ('en', 'zh')
    """
    start = text[:_ENOUGH]
    letters = len(_LETTER.findall(start))
    if letters < _SHORT and 2 * len(_LATIN.findall(start)) >= letters:
        return "en"
    language, probability = _identifier().classify(start)
    return str(language) if probability >= _SURE else "en"


def language_code(name: str | None) -> str | None:
    """The ISO 639-1 code in a language tag, None where there is none.

    >>> language_code("en-US"), language_code("English"), language_code("Klingon")
    ('en', 'en', None)
    """
    if not name:
        return None
    primary = re.split(r"[-_]", name.strip().lower(), maxsplit=1)[0]
    primary = _NAMES.get(primary, primary)
    return primary if re.fullmatch(r"[a-z]{2}", primary) else None
