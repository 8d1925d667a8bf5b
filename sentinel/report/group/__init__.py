"""The overview of a group: every unit by itself, what is missing where, and what one answered for others."""
