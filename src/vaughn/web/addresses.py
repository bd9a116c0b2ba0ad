"""Parts of an address that are words of the site's: where another word stands there is no address, whatever the method.

A route takes one as `{…:kind}`, `{…:plural}`, or `{…:list}`, which is a plural with or without an ending.
"""

from __future__ import annotations

from starlette.convertors import StringConvertor, register_url_convertor

from vaughn.iris import KINDS

_PLURALS = f"(?:{'|'.join(KINDS.values())})"


class Kind(StringConvertor):
    """A kind of thing."""

    regex = f"(?:{'|'.join(KINDS)})"


class Plural(StringConvertor):
    """The things of a kind."""

    regex = _PLURALS


class List(StringConvertor):
    """A list of the API, in its usual format or in the one of its ending."""

    regex = rf"{_PLURALS}(?:\.[^/]*)?"


for _name, _words in (("kind", Kind), ("plural", Plural), ("list", List)):
    register_url_convertor(_name, _words())
