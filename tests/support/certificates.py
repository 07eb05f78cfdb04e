"""Certificates for tests: an authority of their own, what it signs, and another that nobody trusts."""

from pathlib import Path

import trustme
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key


class Authority:
    """An authority with its files in a folder. `ca` is the certificate to trust."""

    def __init__(self, folder: Path, name: str = "authority") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._signs = trustme.CA(organization_name=name)
        self.ca = folder / f"{name}.pem"
        self._signs.cert_pem.write_to_path(str(self.ca))

    def certificate(self, *names: str) -> tuple[Path, Path]:
        """Return the files of a certificate for `names` (hosts, addresses) with its chain, and of its key (PKCS 8)."""
        made = self._signs.issue_cert(*names)
        stem = names[0].replace("*", "any")
        chain, key = self._folder / f"{stem}.crt", self._folder / f"{stem}.key"
        chain.write_bytes(b"".join(part.bytes() for part in made.cert_chain_pems))
        private = load_pem_private_key(made.private_key_pem.bytes(), None)
        key.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        key.chmod(0o600)
        return chain, key
