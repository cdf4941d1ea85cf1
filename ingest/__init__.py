"""MQTT in, stored events out: adapters decode, two lanes write."""
