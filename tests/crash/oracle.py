"""What the node has acknowledged, kept outside of it.

Every write has two legal outcomes while it is in flight and one once it was answered 200. The oracle
knows both: `begin` before the request leaves, `acknowledge` at its 200. What is still open when the
node is killed may be there or not, as a whole; the comparison after the restart settles which, and
from then on it must stay so.

Each device belongs to one worker that has one request under way, so an object needs no lock.
"""


class Loss(Exception):
    """Something acknowledged is gone, or something is there that was never written."""


class History:
    """Time series of one device: time -> value, messages of several times all or nothing."""

    def __init__(self):
        self.points = {}
        self.open = None
        self.next_time = 1_700_000_000_000

    def begin(self, count):
        points = {self.next_time + i: self.next_time + i for i in range(count)}
        self.next_time += count
        self.open = points
        return points

    def acknowledge(self):
        self.points.update(self.open)
        self.open = None

    def compare(self, found):
        missing = self.points.keys() - found.keys()
        if missing:
            raise Loss(f"{len(missing)} acknowledged telemetry points are gone, the first at {min(missing)}")
        extra = found.keys() - self.points.keys()
        open_points = self.open or {}
        if extra and extra != open_points.keys():
            raise Loss(f"telemetry that was never written whole: {sorted(extra)[:5]}")
        wrong = [ts for ts, value in found.items() if value != ts]
        if wrong:
            raise Loss(f"wrong telemetry value at {wrong[0]}")
        self.points, self.open = dict(found), None

    def compare_latest(self, found):
        """After `compare`: the latest value is the newest point."""
        newest = max(self.points, default=None)
        if found != newest:
            raise Loss(f"latest value is of {found}, the newest point of {newest}")


class Register:
    """One value that is overwritten: an attribute."""

    def __init__(self):
        self.value = None
        self.open = None
        self.last = 0

    def begin(self):
        self.last += 1
        self.open = self.last
        return self.last

    def acknowledge(self):
        self.value, self.open = self.open, None

    def compare(self, found):
        legal = {self.value, self.value if self.open is None else self.open}
        if found not in legal:
            raise Loss(f"attribute is {found}, legal were {legal}")
        self.value, self.open = found, None


class Cursor:
    """A device's place in the changes of its shared attribute: what it has not seen must still come."""

    def __init__(self):
        self.seen = None

    def received(self, value):
        if self.seen is not None and value < self.seen:
            raise Loss(f"an attribute poll went back from {self.seen} to {value}")
        self.seen = value

    def compare(self, polled, current):
        """`polled`: what the first poll gave, None for nothing; `current`: the attribute's value."""
        if polled is None and self.seen != current:
            raise Loss(f"the change to {current} was never delivered, the device has seen {self.seen}")
        if polled is not None and polled != current:
            raise Loss(f"an attribute poll gave {polled} instead of {current}")
        self.seen = current


class Rpcs:
    """Persistent two-way RPCs of one device, known by their parameter."""

    QUEUED, RECEIVED, ANSWERED = "queued", "received", "answered"

    def __init__(self):
        self.next_parameter = 1
        self.states = {}
        self.ids = {}
        self.numbers = {}
        self.open_creation = None
        self.open_answer = None
        self.open_poll = False

    def begin_creation(self):
        self.open_creation = self.next_parameter
        self.next_parameter += 1
        return self.open_creation

    def acknowledge_creation(self, rpc_id):
        self.states[self.open_creation] = self.QUEUED
        self.ids[rpc_id] = self.open_creation
        self.open_creation = None

    def received(self, number, parameter):
        if self.numbers.setdefault(number, parameter) != parameter:
            raise Loss(f"RPC number {number} was used for {self.numbers[number]} and for {parameter}")
        if parameter not in self.states and parameter != self.open_creation:
            raise Loss(f"an RPC that was never made: {parameter}")
        if self.states.get(parameter) == self.ANSWERED:
            raise Loss(f"RPC {parameter} came again after its reply was acknowledged")
        if parameter in self.states:
            self.states[parameter] = self.RECEIVED

    def begin_answer(self, number):
        self.open_answer = self.numbers[number]

    def acknowledge_answer(self):
        self.states[self.open_answer] = self.ANSWERED
        self.open_answer = None

    def compare(self, found):
        """`found`: rpc id -> (parameter, status, response) of all RPCs of the device."""
        gone = self.ids.keys() - found.keys()
        if gone:
            raise Loss(f"{len(gone)} acknowledged RPCs are gone")
        extra = {parameter for rpc_id, (parameter, _, _) in found.items() if rpc_id not in self.ids}
        if extra - {self.open_creation}:
            raise Loss(f"RPCs that were never made: {extra}")
        for rpc_id, (parameter, status, response) in found.items():
            self.compare_one(parameter, status, response)
            self.ids[rpc_id] = parameter
        self.open_creation = self.open_answer = None
        self.open_poll = False

    def compare_one(self, parameter, status, response):
        state = self.states.setdefault(parameter, self.QUEUED)
        legal = {self.QUEUED: {"QUEUED"}, self.RECEIVED: {"QUEUED", "DELIVERED"}, self.ANSWERED: {"SUCCESSFUL"}}[state]
        if state == self.QUEUED and self.open_poll:
            legal = legal | {"DELIVERED"}
        if parameter == self.open_answer:
            legal = legal | {"SUCCESSFUL"}
        if status not in legal:
            raise Loss(f"RPC {parameter} is {status}, legal were {legal}")
        if status == "SUCCESSFUL" and response != {"done": parameter}:
            raise Loss(f"RPC {parameter} lost its reply: {response}")
        if status == "SUCCESSFUL":
            self.states[parameter] = self.ANSWERED


class Devices:
    """Devices made during the load: with their token, or not at all."""

    def __init__(self):
        self.made = {}
        self.gone = set()
        self.open = None

    def begin(self, token):
        self.open = token

    def acknowledge(self, device_id):
        self.made[self.open] = device_id
        self.open = None

    def compare(self, find):
        """`find(token)`: the id of the device named so when its token works too, None for neither;
        raises Loss for half of it."""
        for token, device_id in self.made.items():
            if find(token) != device_id:
                raise Loss(f"the acknowledged device {token} is gone")
        if self.open is not None:
            device_id = find(self.open)
            if device_id is not None:
                self.made[self.open] = device_id
            else:
                self.gone.add(self.open)
            self.open = None
