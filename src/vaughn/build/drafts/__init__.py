"""Drafts for curators: a correct Turtle file to edit, with what the shapes still ask for as comments.

Comments and not triples: a reminder is no fact, `vaughn fmt` names each one that was left standing, and `vaughn check`
repeats the same messages until the properties are there.
"""

from vaughn.build.drafts.new import OPTIONS, Wish, new_draft
from vaughn.build.drafts.text import write_draft

__all__ = ["OPTIONS", "Wish", "new_draft", "write_draft"]
