"""Simulated counties, devices, people and scenarios with known truth; they speak MQTT and HTTP only."""
