"""The release's index: which known claims are worded like a sentence, and where words occur.

Similarity of wording never sets a stance: a sentence and its negation look alike. What comes back is ranked, has a
band and flags, and is never a verdict.
"""

from vaughn.search.differences import telling
from vaughn.search.names import Named, Names, read_names, words_of, write_names
from vaughn.search.narrowing import Numbers
from vaughn.search.order import Order, Place, read_order, write_order
from vaughn.search.pages import Pages, read_pages, write_pages
from vaughn.search.values import Values
from vaughn.search.wordings import LONGEST, Band, Match, Wording, Wordings, read_wordings, write_wordings

__all__ = [
    "LONGEST",
    "Band",
    "Match",
    "Named",
    "Names",
    "Numbers",
    "Order",
    "Pages",
    "Place",
    "Values",
    "Wording",
    "Wordings",
    "read_names",
    "read_order",
    "read_pages",
    "read_wordings",
    "telling",
    "words_of",
    "write_names",
    "write_order",
    "write_pages",
    "write_wordings",
]
