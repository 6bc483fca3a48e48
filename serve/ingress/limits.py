"""What is asked beyond what a video model can make is refused at the door. Knows no model."""

from collections.abc import Iterable

from conte.brief import Brief
from conte.clip import Limits
from conte.video import VideoOrder
from serve.ingress.fields import FieldError
from serve.ingress.problems import BAD_FIELD, INVALID, Problem


def check_order(order: VideoOrder, limits: Limits | None) -> None:
    """
    Raises:
        Problem: naming the field, and what the model can make.
    """
    if limits is not None and limits.needs_picture and order.reference is None:
        detail = f"input_reference: {limits.label} starts from a picture; send one"
        raise Problem(BAD_FIELD, detail, param="input_reference")


def check_brief(brief: Brief, all_limits: Iterable[Limits]) -> None:
    """What no conte of the brief could keep to.

    Raises:
        Problem: naming the field, and what is wanted.
    """
    for limits in all_limits:
        if limits.needs_picture and not brief.images:
            field = "brief.product.image"
            wanted = f"a picture of POST /v1/images: {limits.label} starts from one"
            error = FieldError(field=field, wanted=wanted, got=None)
            raise Problem(INVALID, f"{field}: wanted {wanted}", errors=[error])
