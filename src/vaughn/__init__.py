"""Vaughn: a knowledge graph of policies and citations, its builder and its service."""

from importlib.metadata import version

__version__ = version("vaughn")
