"""What is given out of every stored document, remembered and computed anew."""

from mockserver.engine.engine import Engine


def stale(engine: Engine) -> list[tuple[str, str]]:
    """The documents, by resource and id, whose remembered form is not the one that is computed now."""
    wrong = []
    for contents in list(engine.store.dump()):
        for resource in engine.plan.resources.values():
            if resource.collection != contents.collection:
                continue
            for document in contents.rows.values():
                row = engine.store.get(contents.tenant, resource.collection, document["id"])
                look, anew = engine.state.look(contents.tenant), engine.state.work(contents.tenant)
                form = look.form(resource, row)
                if form.value != anew.shown(resource, row):
                    wrong.append((resource.name, row["id"]))
    return wrong
