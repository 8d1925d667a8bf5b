"""Security monitoring and compliance for the Norwegian health sector."""

__version__ = "0.1.0"
