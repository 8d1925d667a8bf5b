"""The document of an assessment of risk: matrices before and after, risks, measures, acceptances, and what is open."""
