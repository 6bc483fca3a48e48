"""A version as PDF: the conte, its change table, or the page to sign."""

from collections.abc import Callable, Mapping

from conte.export import Document
from deployments.deliverables.maker import Material
from deployments.deliverables.sheets.approval_pdf import approval_pdf
from deployments.deliverables.sheets.changes_pdf import changes_pdf
from deployments.deliverables.sheets.conte_pdf import conte_pdf

_DOCUMENTS: Mapping[Document, Callable[[Material], bytes]] = {
    "sheet": conte_pdf,
    "changes": changes_pdf,
    "approval": approval_pdf,
}


def pdf(material: Material) -> bytes:
    """Return the requested document.

    Raises:
        Unusable: if it is the change table, and there is nothing to compare with.
    """
    return _DOCUMENTS[material.options.document](material)
