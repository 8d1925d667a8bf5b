"""The comply journey: checklist → answers and evidence → judgements → score → actions."""
