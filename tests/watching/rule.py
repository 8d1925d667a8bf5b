"""A rule for tests of what watches: records of web servers with a certain word in their path meet it."""

from __future__ import annotations

RULE = """title: Something happened
id: 5d3a1c9e-6f0e-4a43-9f6f-2a7f5b1f0c11
status: experimental
description: A test
level: high
author: Kåre
logsource: {category: webserver}
detection:
  sel: {cs-uri-stem|contains: BLÅBÆR}
  condition: sel
"""
