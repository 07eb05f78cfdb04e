"""How the clients of Kafka make themselves known and keep what they say private: TLS and SASL, from the settings.

One set of options for every client: the log port's and, in the extractor, Faust's.
"""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from services.runtime.settings import SettingError, load, optional, setting

PROTOCOLS: Final = ("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL")
MECHANISMS: Final = ("SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN")


def _protocol(text: str) -> str:
    found = text.strip().upper()
    if found not in PROTOCOLS:
        raise ValueError(f"expected one of {', '.join(p.lower() for p in PROTOCOLS)}")
    return found


def _mechanism(text: str) -> str:
    found = text.strip().upper()
    if found not in MECHANISMS:
        raise ValueError(f"expected one of {', '.join(MECHANISMS)}")
    return found


@dataclass(frozen=True, slots=True)
class KafkaSecurity:
    protocol: str = setting(
        "FRONTLOG_KAFKA_SECURITY",
        "How Kafka is spoken to: plaintext, ssl, sasl_plaintext or sasl_ssl.",
        default="plaintext",
        parse=_protocol,
    )
    ca: str | None = setting(
        "FRONTLOG_KAFKA_CA",
        "File of the certificates (PEM) that may sign the brokers' ones; empty for those that the system trusts.",
        default="",
        parse=optional,
    )
    certificate: str | None = setting(
        "FRONTLOG_KAFKA_CERTIFICATE",
        "File of the certificate (PEM) by which this client makes itself known; empty for none.",
        default="",
        parse=optional,
    )
    certificate_key: str | None = setting(
        "FRONTLOG_KAFKA_CERTIFICATE_KEY",
        "File of that certificate's private key (PEM); empty where it is in the same file.",
        default="",
        parse=optional,
    )
    mechanism: str = setting(
        "FRONTLOG_KAFKA_SASL",
        f"How the password is proved: {', '.join(MECHANISMS)}. PLAIN sends it, and is taken with sasl_ssl alone.",
        default="SCRAM-SHA-512",
        parse=_mechanism,
    )
    user: str | None = setting("FRONTLOG_KAFKA_USER", "User name at Kafka, for SASL.", default="", parse=optional)
    password: str | None = setting(
        "FRONTLOG_KAFKA_PASSWORD", "Password at Kafka, for SASL.", default="", parse=optional, secret=True
    )

    @property
    def uses_tls(self) -> bool:
        return self.protocol.endswith("SSL")

    @property
    def uses_sasl(self) -> bool:
        return self.protocol.startswith("SASL")

    def ssl_context(self) -> ssl.SSLContext | None:
        """What TLS needs; None without TLS. Names of brokers are checked. Raises SettingError."""
        if not self.uses_tls:
            return None
        try:
            context = ssl.create_default_context(cafile=self.ca)
        except OSError as error:  # ssl.SSLError is one
            raise SettingError(
                f"FRONTLOG_KAFKA_CA: {self.ca} holds no certificates that can be read: {error}"
            ) from error
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if self.certificate:
            try:
                # An encrypted key would have the process ask for its password on the terminal.
                context.load_cert_chain(self.certificate, self.certificate_key, password=_no_password)
            except (OSError, ValueError) as error:
                raise SettingError(f"FRONTLOG_KAFKA_CERTIFICATE: cannot be read with its key: {error}") from error
        return context

    def options(self) -> dict[str, Any]:
        """The options of an aiokafka client. Raises SettingError where the settings do not go together."""
        if self.uses_sasl and not (self.user and self.password):
            raise SettingError(
                f"FRONTLOG_KAFKA_USER and FRONTLOG_KAFKA_PASSWORD are required for {self.protocol.lower()}"
            )
        if self.protocol == "SASL_PLAINTEXT" and self.mechanism == "PLAIN":
            raise SettingError("FRONTLOG_KAFKA_SASL: PLAIN would send the password readable: take sasl_ssl, or SCRAM")
        found: dict[str, Any] = {"security_protocol": self.protocol}
        if (context := self.ssl_context()) is not None:
            found["ssl_context"] = context
        if self.uses_sasl:
            found |= {
                "sasl_mechanism": self.mechanism,
                "sasl_plain_username": self.user,
                "sasl_plain_password": self.password,
            }
        return found


def kafka_options(env: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The options that the environment gives to every client of Kafka. Raises SettingError."""
    return load(KafkaSecurity, env).options()


def _no_password() -> str:
    raise ValueError("the private key is encrypted; give it in the clear, readable by the service alone")
