"""Refuses orders beyond what a video model can make. Knows no model."""

from collections.abc import Iterable

from conte.brief import Brief
from conte.brief_words import unfit_words
from conte.clip import Limits
from conte.video import VideoOrder
from serve.ingress.fields import FieldError, shown
from serve.ingress.problems import BAD_FIELD, INVALID, Problem


def check_order(order: VideoOrder, limits: Limits | None) -> None:
    """Check an order against its model's limits.

    Raises:
        Problem: naming the field and what the model can make.
    """
    if limits is not None and limits.needs_picture and order.reference is None:
        detail = f"input_reference: {limits.label} starts from a picture; send one"
        raise Problem(BAD_FIELD, detail, param="input_reference")


def check_brief(brief: Brief, all_limits: Iterable[Limits]) -> None:
    """Check that some conte of the brief can keep to the limits.

    Raises:
        Problem: naming the field and what is wanted.
    """
    if unfit := unfit_words(brief):
        errors = [
            FieldError(field=f"brief.{found.field}", wanted=found.wanted, got=shown(found.got))
            for found in unfit
        ]
        detail = f"{errors[0].field}: wanted {errors[0].wanted}"
        raise Problem(INVALID, detail, errors=errors)
    for limits in all_limits:
        if limits.needs_picture and not brief.images:
            field = "brief.product.image"
            wanted = f"a picture of POST /v1/images: {limits.label} starts from one"
            error = FieldError(field=field, wanted=wanted, got=None)
            raise Problem(INVALID, f"{field}: wanted {wanted}", errors=[error])
