"""The report of the sector: groups of organisations, none of them named, and what nobody has looked at."""
