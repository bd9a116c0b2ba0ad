"""A remote SPARQL 1.1 engine in the place of the embedded one: the same requests, the same answers, the same errors."""

from vaughn.store.remote.engine import RemoteEngine, endpoint_of
from vaughn.store.remote.loading import Pushed, push
from vaughn.store.remote.strangers import Strangers

__all__ = ["Pushed", "RemoteEngine", "Strangers", "endpoint_of", "push"]
