"""Certificates for signing exports: made under `home` at first use, or the operator's own.

A root signs a leaf, because validators refuse a self-signed leaf. The root's key is dropped at
once; the leaf's is in a file that only its owner can read. A certificate made here is on no trust
list.
"""

import os
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from serve.whole import new_file, write_whole

FOLDER = "credentials"
SIGNER, ROOT = "signer.pem", "root.pem"
LASTS = timedelta(days=3650)
_KEY, _CERTIFICATE = "-----BEGIN PRIVATE KEY-----", "-----BEGIN CERTIFICATE-----"


class NoSigner(Exception):
    """Reason why nothing can be signed, for the operator."""


@dataclass(frozen=True)
class Signer:
    chain: str
    """PEM: the leaf first, then the certificates above it."""
    key: str = field(repr=False)
    """PEM, PKCS#8."""
    algorithm: str = "es256"

    @property
    def fingerprint(self) -> str:
        return sha256(self.chain.encode()).hexdigest()[:16]


def signer_of(
    home: Path, certificate: str = "", private_key: str = "", algorithm: str = "es256"
) -> Signer:
    """Return the operator's own signer, or the one under `home`, which is made at first use.

    Raises:
        NoSigner: if a file cannot be read, or `cryptography` is not installed.
    """
    try:
        if certificate:
            chain, key = Path(certificate).read_text(), Path(private_key).read_text()
            return Signer(chain, key, algorithm)
        return _under(home / FOLDER)
    except (OSError, UnicodeDecodeError) as error:
        raise NoSigner(f"the certificate cannot be read: {error}") from error
    except ImportError as error:
        raise NoSigner("cryptography: pip install 'sian[deliver]'") from error


def _under(folder: Path) -> Signer:
    place = folder / SIGNER
    if not place.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        signer = made()
        # If another replica was faster, its pair counts: key and certificates are one file.
        with suppress(FileExistsError), new_file(place) as aside:
            number = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with open(number, "w") as file:
                file.write(signer.key + signer.chain)
    text = place.read_text()
    at, last = text.find(_CERTIFICATE), text.rfind(_CERTIFICATE)
    if not text.startswith(_KEY) or at < 0:
        raise NoSigner(f"{place} is not a key and its certificates; move it away to make new ones")
    if not (folder / ROOT).exists():
        write_whole(folder / ROOT, text[last:])
    return Signer(text[at:], text[:at])


def made(now: datetime | None = None) -> Signer:
    """Return a new signer. The last certificate of its chain is the root to trust."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    now = now or datetime.now(UTC)
    root_key, leaf_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))

    def named(name: str) -> x509.Name:
        words = ((NameOID.ORGANIZATION_NAME, "Sian"), (NameOID.COMMON_NAME, name))
        return x509.Name([x509.NameAttribute(kind, word) for kind, word in words])

    def certificate(name: str, key: ec.EllipticCurvePrivateKey, *, root: bool) -> x509.Certificate:
        usage = x509.KeyUsage(
            digital_signature=not root,
            content_commitment=False,
            key_encipherment=False,
            data_encipherment=False,
            key_agreement=False,
            key_cert_sign=root,
            crl_sign=root,
            encipher_only=False,
            decipher_only=False,
        )
        above = x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key())
        builder = (
            x509.CertificateBuilder()
            .subject_name(named(name))
            .issuer_name(named("Sian root"))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            # Another machine's clock may be behind.
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + LASTS)
            .add_extension(x509.BasicConstraints(ca=root, path_length=0 if root else None), True)
            .add_extension(usage, True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
            .add_extension(above, False)
        )
        if not root:
            mail = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
            builder = builder.add_extension(mail, False)
        return builder.sign(root_key, hashes.SHA256())

    pem = serialization.Encoding.PEM
    top, leaf = (
        certificate("Sian root", root_key, root=True),
        certificate("Sian exports", leaf_key, root=False),
    )
    key = leaf_key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    chain = leaf.public_bytes(pem) + top.public_bytes(pem)
    return Signer(chain.decode(), key.decode())
