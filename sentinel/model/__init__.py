"""The nouns that travel between rooms: frozen dataclasses without behaviour. Import each from its own module."""
