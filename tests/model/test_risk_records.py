from __future__ import annotations

from pathlib import Path

import jsonschema

from sentinel.model.records import RECORDS, json_schema
from sentinel.model.risk_records import risk_record, ros_record
from sentinel.model.risks import Risk, Ros
from tests.comply.ros.small import accepted, exempt, fact, judged, levels, measure, ros


def test_records_begin_with_their_schema_and_are_as_published(tmp_path: Path) -> None:
    entry = {"before": judged(3, levels(3)), "measures": [measure()], "acceptance": accepted()}
    found = ros(tmp_path, {"phishing": entry, "snooping": {"not_relevant": exempt()}}, {"MED-02": [fact("MED-02")]})

    whole = ros_record(found)
    jsonschema.validate(whole, json_schema("sentinel.ros/1"))
    assert next(iter(whole)) == "schema"
    for risk in found.risks:
        jsonschema.validate(risk_record(risk), json_schema("sentinel.risk/1"))
    assert (RECORDS["sentinel.risk/1"], RECORDS["sentinel.ros/1"]) == (Risk, Ros)
