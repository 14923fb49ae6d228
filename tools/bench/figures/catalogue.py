"""All figures, in the order of the table; the names are those of `--only`."""

import dataclasses
import typing

from figures import (cluster, faults, fleet, history, inspection, memory, packages, project, rpc, rules, store_check,
                     telemetry)


@dataclasses.dataclass
class Group:
    name: str
    #: Takes a Bench, gives a list of Figure; its documentation is the group's.
    measure: typing.Callable
    has_short_form: bool = True


groups = [
    Group("telemetry", telemetry.plain_share),
    Group("tls", telemetry.tls_share),
    Group("latency", telemetry.latency),
    Group("rpc", rpc.run),
    Group("empty", memory.empty),
    Group("million", memory.million),
    Group("history", history.run),
    Group("provisioning", fleet.provisioning),
    Group("directory", fleet.large_directory),
    Group("cbor", fleet.cbor),
    Group("import", fleet.import_csv),
    Group("packages", packages.run),
    Group("rules", rules.run),
    Group("inspection", inspection.run),
    Group("check", store_check.run),
    Group("cluster", cluster.run),
    Group("kills", faults.kills),
    Group("power", faults.power),
    Group("disks", faults.disks),
    Group("build", project.build, has_short_form=False),
]
