"""The document of an assessment of the impact on data protection."""
