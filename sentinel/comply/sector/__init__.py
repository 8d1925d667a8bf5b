"""Many organisations at once: where each stands, and what may be told of all of them."""
