"""Parts of SPARQL 1.1's grammar (Query §19.8) that more than one reader of texts needs, as regular expressions."""

from __future__ import annotations

STRING = (
    r'"{3}(?>(?:[^"\\]|\\.|"(?!""))*)"{3}'
    r"|'{3}(?>(?:[^'\\]|\\.|'(?!''))*)'{3}"
    r'|"(?>(?:[^"\\\n\r]|\\.)*)"'
    r"|'(?>(?:[^'\\\n\r]|\\.)*)'"
)
IRI = r'<[^<>"{}|^`\\\x00-\x20]*+>'
PREFIXED = r"(?>(?:[^\W\d_][\w.-]*+)?):[\w:%-](?:[\w:%.-]*[\w:%-])?"
BLANK = r"(?>(?:\s|#[^\n\r]*+)*)"
"""Any space and comments, or none."""
