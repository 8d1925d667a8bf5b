"""The impact on data protection (DPIA): whether an assessment is needed, the assessment, what it lacks, and art. 36."""
