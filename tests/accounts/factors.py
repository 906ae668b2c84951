"""Second factors in a test's hands: an app's codes, and a passkey made by hand."""

import hashlib
import json
import secrets
import time
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.utils import encrypt
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.test import Client
from django.urls import reverse
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData

from accounts.models import User
from tests import factories

LOGIN = reverse("account_login")
CODE = reverse("mfa_authenticate")
PERIOD = 30


def with_app(person: User) -> str:
    """Give a person an app; gives its secret."""
    secret: str = generate_totp_secret()
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": encrypt(secret)})
    return secret


def code_of(secret: str, *, steps_on: int = 0) -> str:
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // PERIOD + steps_on)))


def with_password(person: User, **client: Any) -> Client:
    made = Client(**client)
    made.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    made.post(LOGIN, {"login": person.username, "password": factories.PASSWORD})
    return made


def signed_in(person: User, secret: str, **client: Any) -> Client:
    made = with_password(person, **client)
    made.post(CODE, {"code": code_of(secret)})
    return made


class Passkey:
    """What a browser's authenticator does, for any origin that it is told."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = secrets.token_bytes(16)
        self.count = 0

    def made(self, options: dict[str, Any], origin: str, rp: str) -> str:
        """The answer to creation options."""
        public = ES256.from_cryptography_key(self.key.public_key())
        credential = AttestedCredentialData.create(b"\0" * 16, self.id, public)
        data = AuthenticatorData.create(
            hashlib.sha256(rp.encode()).digest(), AuthenticatorData.FLAG(0x45), 0, bytes(credential)
        )
        said = _client_data("webauthn.create", options["challenge"], origin)

        attested = AttestationObject.create("none", data, {})
        return json.dumps(
            {
                **self._named(),
                "response": {
                    "clientDataJSON": websafe_encode(said),
                    "attestationObject": websafe_encode(bytes(attested)),
                },
            }
        )

    def answer(self, options: dict[str, Any], origin: str, rp: str) -> str:
        """The answer to request options."""
        self.count += 1
        data = AuthenticatorData.create(
            hashlib.sha256(rp.encode()).digest(), AuthenticatorData.FLAG(0x05), self.count
        )
        said = _client_data("webauthn.get", options["challenge"], origin)
        signature = self.key.sign(bytes(data) + hashlib.sha256(said).digest(), ec.ECDSA(hashes.SHA256()))
        return json.dumps(
            {
                **self._named(),
                "response": {
                    "clientDataJSON": websafe_encode(said),
                    "authenticatorData": websafe_encode(bytes(data)),
                    "signature": websafe_encode(signature),
                },
            }
        )

    def _named(self) -> dict[str, Any]:
        named = websafe_encode(self.id)
        return {"id": named, "rawId": named, "type": "public-key", "clientExtensionResults": {}}


def _client_data(what: str, challenge: str, origin: str) -> bytes:
    return json.dumps({"type": what, "challenge": challenge, "origin": origin}).encode()
