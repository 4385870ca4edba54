"""What every expression sees: the names of the call and those the root of the contract gives."""


def test_names_of_the_root_are_seen_by_every_expression(desk):
    assert desk.run("enrol", {"name": "Ann"})["servedBy"] is None
    desk.run("enrol", {"name": "Mr Desk", "kind": "desk"})
    assert desk.run("enrol", {"name": "Bob"})["servedBy"] == "Mr Desk"
