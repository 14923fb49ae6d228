"""Relations and attributes of customers and tenants, told to the real muster-node: an application ties devices to a
customer, finds all unharmed after a crash, and nothing of it after the customer is deleted.
Usage: relations.py MUSTER_NODE"""

import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))

from muster_node import Node  # noqa: E402
from story import Application  # noqa: E402

TELEMETRY = "/api/plugins/telemetry"


def end_of(entity):
    return {"entityType": entity["id"]["entityType"], "id": entity["id"]["id"]}


def relate(application, start, end, kind):
    application.post("/api/relation", {"from": end_of(start), "to": end_of(end), "type": kind})


def named_from(application, entity):
    found = application.get(f"/api/relations/info/from/{entity['id']['entityType']}/{entity['id']['id']}")
    return sorted((one["type"], one["toName"]) for one in found)


def values_of(application, entity):
    found = application.get(f"{TELEMETRY}/{entity['id']['entityType']}/{entity['id']['id']}/values/attributes")
    return {one["key"]: one["value"] for one in found}


def tell(binary, folder):
    node = Node(binary, folder / "data", ["--demo"])
    with node:
        application = Application(node)
        application.log_in("tenant@thingsboard.org", "tenant")
        tenant = {"id": application.get("/api/auth/user")["tenantId"]}
        customer = application.post("/api/customer", {"title": "Waterworks"})
        pumps = [application.post("/api/device", {"name": f"Pump {n}"}) for n in range(3)]
        relate(application, tenant, customer, "Contains")
        for pump in pumps:
            relate(application, customer, pump, "Contains")
        relate(application, customer, pumps[0], "Manages")
        base = f"{TELEMETRY}/CUSTOMER/{customer['id']['id']}"
        application.post(base + "/SERVER_SCOPE", {"limit": 42, "city": "Bern", "gone": True})
        application.delete(base + "/SERVER_SCOPE", keys="gone")
        application.post(f"{TELEMETRY}/TENANT/{tenant['id']['id']}/SERVER_SCOPE", {"limit": 7})

        node.kill()
        node.start()
        expected = [("Contains", f"Pump {n}") for n in range(3)] + [("Manages", "Pump 0")]
        assert named_from(application, customer) == expected, named_from(application, customer)
        assert values_of(application, customer) == {"limit": 42, "city": "Bern"}
        assert values_of(application, tenant) == {"limit": 7}

        application.delete("/api/device/" + pumps[1]["id"]["id"])
        assert ("Contains", "Pump 1") not in named_from(application, customer)
        application.delete("/api/relation", fromType="CUSTOMER", fromId=customer["id"]["id"], relationType="Manages",
                           toType="DEVICE", toId=pumps[0]["id"]["id"])
        assert named_from(application, customer) == [("Contains", "Pump 0"), ("Contains", "Pump 2")]
        application.delete("/api/customer/" + customer["id"]["id"])
        assert named_from(application, tenant) == []
        assert application.get(f"/api/relations/to/DEVICE/{pumps[0]['id']['id']}") == []
        answer = application.session.get(application.url(base + "/values/attributes"), timeout=30)
        assert answer.status_code == 404 and answer.text == "Customer with requested id wasn't found!", answer.text
        assert node.stop() == 0


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        tell(pathlib.Path(sys.argv[1]), pathlib.Path(scratch))
