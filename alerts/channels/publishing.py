"""One message to the broker at QoS 1, as a siren's command or a canary's alarm."""

from __future__ import annotations

from datetime import timedelta

from model.broker import BrokerLogin
from model.errors import Unavailable


def publish(broker: BrokerLogin, topic: str, payload: bytes, within: timedelta) -> None:
    """Publish and return once the broker has it. Raises Unavailable where it does not say so in time."""
    # Here and not above: until a siren or a canary is called, nobody needs to carry the client.
    import paho.mqtt.client as mqtt
    from paho.mqtt.enums import CallbackAPIVersion

    client = mqtt.Client(CallbackAPIVersion.VERSION2, reconnect_on_failure=False)
    client.connect_timeout = within.total_seconds()
    if broker.username is not None:
        client.username_pw_set(broker.username, broker.password)
    if broker.tls_ca is not None:
        client.tls_set(ca_certs=broker.tls_ca)
    try:
        client.connect(broker.host, broker.port)
        client.loop_start()
        sent = client.publish(topic, payload, qos=1)
        sent.wait_for_publish(within.total_seconds())
        if not sent.is_published():
            raise Unavailable("the broker did not confirm the message")
    except (OSError, RuntimeError, ValueError) as exc:
        raise Unavailable(f"broker: {type(exc).__name__}") from exc
    finally:
        client.disconnect()
        client.loop_stop()
