"""The watch journey: logs → events → hits → alerts, and a ledger of what could not be looked at."""
