"""How many connections the process may have descriptors for."""

from __future__ import annotations

import logging
import resource
from dataclasses import replace

from vaughn.errors import SettingsInvalid
from vaughn.settings import Settings
from vaughn.web.house import LEAVING, SPARE

RESERVED = 256 + SPARE + LEAVING
"""Descriptors for all but connections with a place: the release, its workers, earlier releases, a remote engine, the
log, and connections that are told that there is no place."""

_log = logging.getLogger(__name__)


def afforded(settings: Settings) -> Settings:
    """The settings, with no more connections than the system gives descriptors for; fewer are told in the log.

    The process's soft limit is raised as far as is needed and the hard one lets it be. Raises SettingsInvalid where
    not one connection is left.
    """
    needed = settings.connections + settings.workers + settings.page_workers + RESERVED
    given = _raised(needed)
    if given >= needed:
        return settings
    left = settings.connections - (needed - given)
    if left < 1:
        reason = f"the system gives {given:,} descriptors, and {needed:,} are needed; raise the limit (ulimit -n)"
        raise SettingsInvalid("VAUGHN_CONNECTIONS", str(settings.connections), reason)
    _log.warning(
        "VAUGHN_CONNECTIONS=%d is taken as %d: the system gives %d descriptors; raise the limit (ulimit -n) for more",
        settings.connections, left, given,
    )  # fmt: skip
    return replace(settings, connections=left)


def _raised(needed: int) -> int:
    """How many descriptors the process may have, after asking for as many."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= needed:
        return needed
    most = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return most
