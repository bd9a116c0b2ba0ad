"""The composition root of the service: settings and releases in, an ASGI app out.

`vaughn serve` runs `create`; any ASGI server can run the factory `app` (uvicorn --factory vaughn.asgi:app).
"""

from __future__ import annotations

from pathlib import Path

from starlette.types import ASGIApp

from vaughn.resources import default_build_dir, open_site
from vaughn.settings import Settings
from vaughn.web.app import create_app
from vaughn.web.observing import log_requests


def create(settings: Settings, build_dir: Path) -> ASGIApp:
    """The service on build_dir/current. It opens the release when the server starts it, not before."""
    return create_app(settings, build_dir)


def app() -> ASGIApp:
    """The service on the shipped site, as the environment sets it. Raises SettingsInvalid, SiteInvalid."""
    settings = Settings.read()
    log_requests()
    return create(settings, settings.build_dir or default_build_dir(open_site()))
