"""A PDF signed by PAdES (B-B, detached CMS), by pyHanko. Imported when a paper is signed.

The signature stands behind the unsigned bytes, which it leaves as they are: it is invisible, outside of the
page, and writes neither dates nor producer into the paper's own metadata.
"""

import io
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.fields import InvisSigSettings, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.pkcs11 import PKCS11Signer
from pyhanko.sign.signers.pdf_cms import Signer
from pyhanko_certvalidator.registry import SimpleCertificateStore

FIELD = "Signature"
# Room for what the CMS holds beside certificates (bytes): it need not be made once on trial to be measured.
ROOM = 4096


class _Writer(IncrementalPdfFileWriter):
    """Leaves the paper's metadata alone; pyHanko would write itself and the hour into them."""

    def _update_meta(self) -> None:
        pass


class _FileKey(Signer):
    """pyHanko's own reads and proves the key anew for each signature, which takes longer than signing."""

    def __init__(self, key: RSAPrivateKey, own: asn1.Certificate, store: SimpleCertificateStore) -> None:
        super().__init__(signing_cert=own, cert_registry=store)
        self._key = key

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        return self._key.sign(data, PKCS1v15(), SHA256())


def increment(pdf: bytes, key: Signer, certificates: Sequence[x509.Certificate]) -> bytes:
    """What stands behind these bytes once they are signed."""
    field = SigFieldSpec(
        FIELD,
        readable_field_name="电子签名",
        invis_sig_settings=InvisSigSettings(box_out_of_bounds=True),
    )
    meta = PdfSignatureMetadata(field_name=FIELD, subfilter=SigSeedSubFilter.PADES, md_algorithm="sha256")
    held = sum(len(each.public_bytes(Encoding.DER)) for each in certificates)
    made = io.BytesIO()
    signer, room = PdfSigner(meta, key, new_field_spec=field), 2 * (ROOM + held)
    # pyHanko starts an event loop, which a thread that has one already would refuse.
    with ThreadPoolExecutor(max_workers=1) as thread:
        thread.submit(signer.sign_pdf, _Writer(io.BytesIO(pdf)), output=made, bytes_reserved=room).result()
    signed = made.getvalue()
    if not signed.startswith(pdf):
        raise AssertionError("a signature may change nothing of what it signs")
    return signed[len(pdf) :]


def key_of_file(key: RSAPrivateKey, own: x509.Certificate, chain: Sequence[x509.Certificate]) -> Signer:
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]  # pyHanko has no types here
    store.register_multiple([_asn1(each) for each in chain])
    return _FileKey(key, _asn1(own), store)


def key_on_token(
    session: Any, label: str, own: x509.Certificate, chain: Sequence[x509.Certificate]
) -> Signer:
    others = [_asn1(each) for each in chain]
    return PKCS11Signer(session, signing_cert=_asn1(own), ca_chain=others, key_label=label)


def _asn1(certificate: x509.Certificate) -> asn1.Certificate:
    return asn1.Certificate.load(certificate.public_bytes(Encoding.DER))
