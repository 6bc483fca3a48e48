"""Serve's two calls that both holders of a cluster make: start it, and give it a configuration."""

from collections.abc import Mapping
from typing import Any


def start_serve(config: Mapping[str, Any]) -> Any:
    """Return Serve's client, having started Serve with a configuration's options if it does not
    run.
    """
    from ray.serve._private.api import serve_start
    from ray.serve.config import ProxyLocation
    from ray.serve.schema import ServeDeploySchema

    schema = ServeDeploySchema.model_validate(config)
    return serve_start(
        http_options=schema.http_options.model_dump(),
        proxy_location=ProxyLocation(schema.proxy_location),
        grpc_options=None,
        controller_options=schema.controller_options,
    )


def deploy(client: Any, config: Mapping[str, Any]) -> None:
    """Let Serve deploy the configuration's applications in the background."""
    from ray.serve.schema import ServeDeploySchema

    client.deploy_apps(ServeDeploySchema.model_validate(config), _blocking=False)
