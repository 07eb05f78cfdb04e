"""A Kafka that asks who is there: TLS with passwords, passwords without TLS, TLS with certificates of the clients."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.support.certificates import Authority
from tests.support.kafka.server import KafkaServer, kafka_libraries

USER: Final = "frontlog"
PASSWORD: Final = "not-for-any-log"
LISTENERS: Final = {"SASLTLS": "SASL_SSL", "SASLOPEN": "SASL_PLAINTEXT", "CERTIFIED": "SSL"}


class SecuredKafka:
    """The broker, the authority of its certificate, and the files of a client's one."""

    def __init__(self, folder: Path) -> None:
        self.authority = Authority(folder / "certificates")
        self.stranger = Authority(folder / "certificates", "stranger")
        chain, key = self.authority.certificate("127.0.0.1")
        self.client = self.authority.certificate("client.example.org")
        both = folder / "certificates" / "broker.pem"
        both.write_bytes(key.read_bytes() + chain.read_bytes())
        modules = "org.apache.kafka.common.security"
        scram = f"{modules}.scram.ScramLoginModule required;"
        plain = f'{modules}.plain.PlainLoginModule required user_{USER}="{PASSWORD}";'
        properties: dict[str, object] = {
            "ssl.keystore.type": "PEM",
            "ssl.keystore.location": both,
            "ssl.truststore.type": "PEM",
            "ssl.truststore.location": self.authority.ca,
            "listener.name.certified.ssl.client.auth": "required",
        }
        for name in ("sasltls", "saslopen"):
            properties[f"listener.name.{name}.sasl.enabled.mechanisms"] = "SCRAM-SHA-512,SCRAM-SHA-256,PLAIN"
            properties[f"listener.name.{name}.scram-sha-512.sasl.jaas.config"] = scram
            properties[f"listener.name.{name}.scram-sha-256.sasl.jaas.config"] = scram
            properties[f"listener.name.{name}.plain.sasl.jaas.config"] = plain
        accounts = [f"SCRAM-SHA-{size}=[name={USER},password={PASSWORD}]" for size in (256, 512)]
        self.server = KafkaServer(folder, kafka_libraries(), LISTENERS, properties, accounts)

    def env(self, listener: str, **more: str) -> dict[str, str]:
        """The environment of a service that uses `listener`."""
        env = {
            "FRONTLOG_LOG": self.server.secured[listener],
            "FRONTLOG_KAFKA_SECURITY": LISTENERS[listener].lower(),
            "FRONTLOG_KAFKA_CA": str(self.authority.ca),
        }
        if LISTENERS[listener].startswith("SASL"):
            env |= {"FRONTLOG_KAFKA_USER": USER, "FRONTLOG_KAFKA_PASSWORD": PASSWORD}
        else:
            env |= {
                "FRONTLOG_KAFKA_CERTIFICATE": str(self.client[0]),
                "FRONTLOG_KAFKA_CERTIFICATE_KEY": str(self.client[1]),
            }
        return env | more


@contextmanager
def secured_kafka() -> Iterator[SecuredKafka]:
    """A started broker in a temporary folder that goes away with it. Raises KafkaMissingError."""
    with tempfile.TemporaryDirectory(prefix="frontlog-secured-", ignore_cleanup_errors=True) as folder:
        made = SecuredKafka(Path(folder))
        try:
            made.server.start()
            yield made
        finally:
            made.server.stop()
