"""Marks what is no part of the story: newsletter headers, bylines, sign-offs, share lines, footers, author bios.

Marked spans never become claims. They are offsets into the text, so nothing moves.
"""

import re
from dataclasses import dataclass

from spacy.language import Language
from spacy.tokens import Doc

from kg.extraction.annotations import text_of

_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_DATE = rf"(?:{_MONTH}\s*{_DAY},?\s+\d{{4}}|{_DAY}\s+{_MONTH},?\s+\d{{4}}|\d{{4}}-\d\d-\d\d)"
_TIME = r"(?:,?\s*(?:at\s+)?\d{1,2}[:.]\d\d(?:\s*[ap]\.?m\.?)?(?:\s*[A-Z]{2,4})?)?"

# A line that is one of these from end to end.
_WHOLE_LINE = re.compile(
    rf"""(?ix)
    (?:published|updated|posted|last\ updated|first\ published)?[\s:|]*(?:\w+day,?\s+)?{_DATE}{_TIME}
    | (?:no|\d+|leave\ a|view|join\ the)?\s*(?:comments?|discussion|conversation)(?:\s+yet)?(?:\s*\(\d+\))?
    | (?:share|tweet|email|print|save|like|follow|listen|facebook|twitter|linkedin|whatsapp|copy\ link)
      (?:\s*(?:this|us|on|via|article|story|link|facebook|twitter|linkedin|whatsapp|email|x|,|/|\||and|with|google|news))*
    | (?:ad|advert|advertisement|sponsored(?:\ content)?|promoted|loading\.*|menu|skip\ to\ .{{1,30}}|cookie\ .{{1,40}})
    | (?:read|see|learn|find\ out)\ (?:more|also|next)\b.{{0,120}}
    | (?:related|recommended|popular|trending|latest|more|most\ read|you\ (?:may|might)\ also\ like)\s*
      (?:articles?|stories|news|posts?|topics?|reading|videos?|from\ .{{1,40}})?\s*:?
    | (?:sources?|references|footnotes|tags|topics|categories|filed\ under|keywords)\s*:.{{0,160}}
    | (?:sources?|references|footnotes)
    | (?:\[\d+\]\s*)+(?:https?://\S+)?
    | https?://\S+
    | (?:reuters?|afp|ap|bloomberg|upi|dow\ jones)\.?
    | by\s+(?-i:[A-Z])[\w.'’-]+(?:\s+(?:(?-i:[A-Z])[\w.'’-]+|and|,|de|van|von|&|for)){{0,6}}
      (?:\s*[,|•·–—-]\s*(?:[\w.'’ ]{{1,40}}|{_DATE}{_TIME}))?
    | (?:written|reported|edited)\s+by\s+.{{2,80}}
    | \(?\s*(?:additional\s+)?reporting\s+by\s+.{{2,160}}
    | (?:\(c\)|©|copyright\b).{{0,160}}
    | (?:all\ rights\ reserved).{{0,80}}
    | (?:\w+\ ){{0,5}}(?:newsletters?|(?:morning|daily|weekly|evening)\ (?:brief|briefing|digest|bulletin|roundup))
    | (?:(?:image|photo|picture|credit|chart|graphic)s?(?:\ (?:credit|source|via|by))?\s*:\s*.{{1,160}})
    | >>.{{1,80}}<<
    | [\s*_=~.·•–—#-]{{3,}}
    | (?:\S+@\S+\.\w+)
    | (?:\d+\s+min(?:ute)?s?\s+read)
    """
)
_REFERENCES = re.compile(r"(?i)(?:sources?|references|footnotes|notes)\s*:?")
_REFERENCE = re.compile(r"\[?\d{1,3}[\].)]")  # the start of a line in a list of sources
# A short line that holds one of these, or any line that starts so.
_SHORT_LINE_WITH = re.compile(
    r"(?i)\b(?:(?:to|in) your inbox|sign up (?:for|to|now|here)|subscribe (?:to|now|here|for)|click here|"
    r"follow us on|all rights reserved|terms of (?:use|service)|privacy policy|"
    r"via getty images|download (?:our|the) app|"
    r"this article (?:was|first|originally) (?:\w+ )?(?:published|appeared)|"
    r"join our (?:telegram|newsletter|discord|community))"
)
_LINE_START = re.compile(
    r"(?i)(?:disclaimer\b\s*:|disclosure\s*:|(?:an )?ai writing agent\b|about the author\b|author bio\b|"
    r"editor[’']?s note\s*:|"
    r"(?:the )?(?:opinions?|views?) expressed (?:here|in|by|are)|this (?:article|content|post|material) (?:is"
    r"|does|was) "
    r"(?:not|for informational|provided|intended|sponsored|paid)|(?:nothing (?:here|in this article) )|"
    r"(?-i:[A-Z])[\w.'’-]+ (?-i:[A-Z])[\w.'’-]+ (?:is|has been) an? (?:\w+ ){0,4}(?:reporter|journalist|staff writer|"
    r"correspondent|columnist|freelance writer|contributing writer|contributor|news editor)\b|"
    r"follow .{1,60} on (?:twitter|x|facebook|linkedin))"
)
# The place and date in front of a wire story: "LONDON, March 3 (Reuters) - ".
_DATELINE = re.compile(
    rf"(?m)^[ \t]*[A-Z][A-Z .'’/-]{{2,40}}(?:,\s*[A-Z][\w. ]{{1,30}})?(?:,\s*(?i:{_MONTH})\s*\d{{1,2}}"
    r"(?:,?\s*\d{4})?)?"
    r"\s*(?:\((?:Reuters?|AP|AFP|Bloomberg|Dow Jones)\)\s*)?(?:--?|–|—)\s+(?=[A-Z])"
)
_CONTROL = re.compile(
    r"&#(?:x[0-9a-fA-F]|[0-8]|1[124-9]|2\d|3[01]);|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\u200b\ufffd]+"
)


@dataclass(frozen=True, slots=True)
class Cleaning:
    """Finds boilerplate. ``short_line`` is the length in characters up to which a line counts as short."""

    short_line: int = 200

    def __call__(self, doc: Doc) -> Doc:
        doc._.boilerplate = self.find(text_of(doc))
        return doc

    def find(self, text: str) -> list[tuple[int, int]]:
        r"""The spans of a text that are boilerplate, in order and disjoint.

        >>> Cleaning().find("Acme buys Bolt\nNo comments yet")
        [(15, 30)]
        """
        found = [m.span() for m in _CONTROL.finditer(text)]
        found += [m.span() for m in _DATELINE.finditer(text)]
        position = 0
        references = False
        for line in text.splitlines(keepends=True):
            bare = line.strip()
            if bare:
                references = bool(_REFERENCES.fullmatch(bare) or (references and _REFERENCE.match(bare)))
            if bare and (references or self.is_boilerplate(bare)):
                start = position + line.index(bare)
                found.append((start, start + len(bare)))
            position += len(line)
        return _disjoint(found)

    def is_boilerplate(self, line: str) -> bool:
        """Whether a line, stripped, is no part of the story."""
        if _LINE_START.match(line):
            return True
        if len(line) > self.short_line:
            return False
        return bool(_WHOLE_LINE.fullmatch(line) or _SHORT_LINE_WITH.search(line))


def _disjoint(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


@Language.factory("kg_cleaning", default_config={"short_line": 200})
def make_cleaning(nlp: Language, name: str, short_line: int) -> Cleaning:  # noqa: ARG001
    return Cleaning(short_line=short_line)
