"""What is asked beyond what a video model can make is refused at the door. Knows no model."""

from collections.abc import Iterable

from conte.brief import Brief
from conte.clip import Limits
from conte.timing import MAX_CUTS
from conte.video import VideoOrder
from serve.ingress.fields import FieldError
from serve.ingress.problems import BAD_FIELD, INVALID, Problem


def check_order(order: VideoOrder, limits: Limits | None) -> None:
    """
    Raises:
        Problem: naming the field, and what the model can make.
    """
    if limits is None:
        return
    if limits.longest_s is not None and order.seconds > limits.longest_s:
        detail = f"seconds: {limits.label} makes at most {limits.longest_s:.1f} s"
        raise Problem(BAD_FIELD, f"{detail}, got {order.seconds}", param="seconds")
    if limits.needs_picture and order.reference is None:
        detail = f"input_reference: {limits.label} starts from a picture; send one"
        raise Problem(BAD_FIELD, detail, param="input_reference")


def check_brief(brief: Brief, all_limits: Iterable[Limits]) -> None:
    """What no conte of the brief could keep to.

    Raises:
        Problem: naming the field, and what is wanted.
    """
    for limits in all_limits:
        if limits.longest_s is not None:
            cuts = brief.cuts or MAX_CUTS
            most_s = limits.longest_s * cuts
            if brief.duration_s > most_s:
                wanted = (
                    f"at most {most_s:.1f} s: {limits.label} makes at most {limits.longest_s:.1f} s"
                    f" a cut, of {cuts} cuts"
                )
                raise _refused("brief.duration_s", wanted, f"{brief.duration_s:g}")
        if limits.needs_picture and not brief.product.image:
            wanted = f"a picture of POST /v1/images: {limits.label} starts from one"
            raise _refused("brief.product.image", wanted, None)


def _refused(field: str, wanted: str, got: str | None) -> Problem:
    error = FieldError(field=field, wanted=wanted, got=got)
    return Problem(INVALID, f"{field}: wanted {wanted}", errors=[error])
