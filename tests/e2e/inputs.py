"""Police records for tests, in few words. Every person is invented; telephone numbers are of the range kept for drama."""

import datetime

# What the agreement's clauses list, as far as these records fill it: written here by hand, not computed.
TO_IDVA = {"victim.name", "victim.date_of_birth", "victim.safe_contact", "victim.home_address", "victim.language_and_needs",
           "victim.risk_answers", "alleged_perpetrator.name", "alleged_perpetrator.date_of_birth", "alleged_perpetrator.warning_markers"}
TO_MARAC = {"victim.name", "victim.date_of_birth", "victim.risk_answers", "alleged_perpetrator.name", "alleged_perpetrator.date_of_birth"}
TO_CHECS = {"child.name", "child.date_of_birth", "child.home_address", "child.school", "child.child_circumstances", "victim.name",
            "victim.safe_contact", "alleged_perpetrator.name", "alleged_perpetrator.relationship"}
OF_CHILD = {"child.name", "child.date_of_birth"}
OF_INCIDENT_TO_IDVA = {"case.incident_details", "case.incident_place"}
OF_INCIDENT_TO_MARAC = {"case.incident_details"}

FAMILIES = ["Ashgrove", "Quillfeather", "Sallow", "Merryweather", "Cobblepot", "Thornbury", "Owlerton", "Fenwhistle"]
GIVEN = ["Ines", "Ruth", "Bronwen", "Hanna", "Marta", "Adaeze", "Sian", "Nell"]
CREWE = {"line": ["14 Ransome Court", "Crewe"], "postcode": "CW1 2AB"}


def an_hour_ago():
    return (datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%S+00:00")


def dash(score, judgement=None):
    answers = {f"q{n:02d}": "yes" if n <= score else "no" for n in range(1, 25)}
    return {**answers, "judgement": judgement} if judgement else answers


def incident(reference, score=None, child=False, judgement=None, number=0, **changes):
    """One record: a victim in Crewe, an alleged perpetrator, perhaps a child who lives there, perhaps a DASH of `score` yes."""
    family = FAMILIES[number % len(FAMILIES)]
    record = {
        "reference": reference,
        "occurred": an_hour_ago(),
        "type": "threats",
        "domestic_abuse": True,
        "place": {**CREWE, "type": "shared_home"},
        "narrative": "Neighbour rang. Door kicked in, plates broken.",
        "victim": {
            "given_names": GIVEN[number % len(GIVEN)], "family_name": family, "date_of_birth": "1994-11-03", "sex": "female",
            "address": dict(CREWE), "safe_contact": {"mobile": f"07700 900{number % 1000:03d}", "instructions": "Say that it is the nursery."},
            "language": "pl", "consent": "given",
        },
        "alleged_perpetrator": {
            "given_names": "Dean", "family_name": family, "date_of_birth": "1990-02-17", "address": dict(CREWE), "relationship": "partner",
            "warning_marker": [{"code": "VI", "meaning": "violent"}],
        },
    }
    if child:
        record["child"] = [{"given_names": "Oskar", "family_name": family, "date_of_birth": f"{datetime.date.today().year - 7}-01-30", "address": dict(CREWE),
                            "child_is": "resident", "school": {"name": "Sample Lane Primary School"}}]
    if score is not None:
        record["dash"] = dash(score, judgement)
    for name, value in changes.items():
        person, _, field = name.partition("__")
        if field:
            record[person][field] = value
        else:
            record[name] = value
    return record


def told_of(record):
    """Who must hear of a record, and what exactly they may open: {"": {desk: items}} of its incident, "/risk_assessment" of its DASH."""
    score = sum(answer == "yes" for name, answer in record.get("dash", {}).items() if name.startswith("q"))
    child = "child" in record
    told = {"": {"checs": TO_CHECS | {"case.incident_details"}} if child else {}}
    if "dash" in record:
        more = OF_CHILD if child else set()
        told["/risk_assessment"] = {"checs": TO_CHECS} if child else {}
        if score >= 14:  # the incident carries the score as well
            told["/risk_assessment"].update(idva=TO_IDVA | more, marac=TO_MARAC | more)
            told[""].update(idva=TO_IDVA | OF_INCIDENT_TO_IDVA | more, marac=TO_MARAC | OF_INCIDENT_TO_MARAC | more)
    return told
