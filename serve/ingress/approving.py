"""The two steps of an approval, and its proof: ledger and vault together. No HTTP here."""

from starlette.concurrency import run_in_threadpool

from conte.revision.approval import Check, VaultFile
from serve.ingress.review_views import OfferView, ProofView
from serve.ledger.approvals import OFFER_S
from serve.ledger.ledger import Ledger
from serve.vault import Missing, Vault
from serve.vault.hashing import sha256_of


async def offer(
    ledger: Ledger, vault: Vault, production: str, version: int, tenant: str
) -> OfferView:
    """Hash everything that is to be approved, and return the offer to confirm.

    Raises:
        IllegalStep: if the version cannot be approved now.
        Missing: if the vault lacks one of its files.
    """
    records = ledger.reviewing
    subject = await run_in_threadpool(records.subject, production, version, tenant)
    files: list[VaultFile] = []
    for what, key in subject.files:
        sha256, size = await sha256_of(vault, key)
        files.append(VaultFile(what=what, key=key, sha256=sha256, size=size))
    content = subject.content(files)
    token = await run_in_threadpool(records.offer, production, version, content, tenant)
    return OfferView(
        version=version,
        hash=content.hash,
        confirm=token,
        valid_s=OFFER_S,
        title=content.conte.title,
        num_files=len(files),
        open_findings=len(content.findings),
    )


async def proof(
    ledger: Ledger, vault: Vault, production: str, version: int, tenant: str
) -> ProofView:
    """Compare an approval with what the ledger and the vault hold now.

    Raises:
        NotFound: if the version is not approved.
    """
    standing = await run_in_threadpool(ledger.reviewing.prove, production, version, tenant)
    checks = [*standing.checks]
    for file in standing.files:
        try:
            found, _ = await sha256_of(vault, file.key)
        except Missing:
            found = None
        checks.append(Check.of(file.what, file.key, file.sha256, found))
    return ProofView(
        intact=standing.manifest is not None and all(c.verdict == "intact" for c in checks),
        hash=standing.hash or None,
        manifest=standing.manifest,
        checks=tuple(checks),
    )
