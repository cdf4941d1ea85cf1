"""From events to alerts that a person answers: rules, escalation, notification."""
