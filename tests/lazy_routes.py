"""Routes that are built when they are first asked for: a test asks three of the hundred of an app.

Building one reads its signature and makes a validator of each parameter, and an app with all of them
takes a quarter of a second of processor time, for each of the thousand tests that want their own.
Whatever looks at more than a route's path and methods, as the OpenAPI document does, builds it.
"""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.routing import compile_path


class LazyRoute(APIRoute):
    def __init__(self, path: str, endpoint: Callable[..., Any], **given: Any) -> None:
        self._given = path, endpoint, given
        self.path, self.endpoint = path, endpoint
        self.path_regex, self.path_format, self.param_convertors = compile_path(path)
        self.methods = {method.upper() for method in given["methods"] or ["GET"]}

    def __getattr__(self, name: str) -> Any:
        """Build the route: this is called for what it has not got yet."""
        if name.startswith("__") or "_given" not in self.__dict__:
            raise AttributeError(name)
        path, endpoint, given = self.__dict__.pop("_given")
        changed = dict(self.__dict__)  # as of a copy that answers another method
        super().__init__(path, endpoint, **given)
        self.__dict__.update(changed)
        return getattr(self, name)


def build_routes_late() -> None:
    """Give every router that this process makes from now on such routes."""
    defaults = APIRouter.__init__.__kwdefaults__
    assert defaults is not None
    defaults["route_class"] = LazyRoute
