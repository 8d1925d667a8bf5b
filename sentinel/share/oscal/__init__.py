"""An assessment as OSCAL 1.1 (NIST): catalog, profile, assessment plan, assessment results, plan of action.

Text is bokmål; the English stands beside it, as a part or a property in our own namespace.
"""
