#!/usr/bin/python3
"""The oracle itself: it must accept each legal outcome and notice each illegal one."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
sys.dont_write_bytecode = True

from oracle import Cursor, Devices, History, Loss, Register, Rpcs  # noqa: E402


class HistoryTest(unittest.TestCase):
    def setUp(self):
        self.history = History()
        self.acknowledged = self.history.begin(2)
        self.history.acknowledge()
        self.open = self.history.begin(3)

    def test_both_outcomes_of_an_open_write_are_legal(self):
        self.history.compare(self.acknowledged | self.open)
        self.history.compare(self.acknowledged | self.open)

    def test_what_was_found_must_stay(self):
        self.history.compare(self.acknowledged | self.open)
        with self.assertRaises(Loss):
            self.history.compare(self.acknowledged)

    def test_what_was_gone_must_stay_gone(self):
        self.history.compare(self.acknowledged)
        with self.assertRaises(Loss):
            self.history.compare(self.acknowledged | self.open)

    def test_a_message_is_whole(self):
        half = dict(list(self.open.items())[:1])
        with self.assertRaises(Loss):
            self.history.compare(self.acknowledged | half)

    def test_an_acknowledged_point_is_missed(self):
        with self.assertRaises(Loss):
            self.history.compare({})

    def test_a_wrong_value_is_noticed(self):
        with self.assertRaises(Loss):
            self.history.compare({ts: value + 1 for ts, value in self.acknowledged.items()})

    def test_the_latest_value_is_the_newest_point(self):
        self.history.compare(self.acknowledged)
        self.history.compare_latest(max(self.acknowledged))
        with self.assertRaises(Loss):
            self.history.compare_latest(min(self.acknowledged))


class RegisterTest(unittest.TestCase):
    def test_old_or_new_while_open_then_one(self):
        register = Register()
        register.begin()
        register.acknowledge()
        register.begin()
        register.compare(2)
        register.compare(2)
        with self.assertRaises(Loss):
            register.compare(1)


class CursorTest(unittest.TestCase):
    def test_an_undelivered_change_must_come(self):
        cursor = Cursor()
        with self.assertRaises(Loss):
            cursor.compare(None, 4)
        cursor.compare(4, 4)
        cursor.compare(None, 4)

    def test_a_poll_never_goes_back(self):
        cursor = Cursor()
        cursor.received(4)
        cursor.received(4)
        with self.assertRaises(Loss):
            cursor.received(3)


class RpcsTest(unittest.TestCase):
    def setUp(self):
        self.rpcs = Rpcs()
        self.rpcs.begin_creation()
        self.rpcs.acknowledge_creation("a")

    def test_queued_until_polled(self):
        self.rpcs.compare({"a": (1, "QUEUED", None)})
        with self.assertRaises(Loss):
            self.rpcs.compare({"a": (1, "DELIVERED", None)})

    def test_a_gone_rpc_is_missed(self):
        with self.assertRaises(Loss):
            self.rpcs.compare({})

    def test_the_mark_of_a_delivery_may_be_lost(self):
        self.rpcs.received(7, 1)
        self.rpcs.compare({"a": (1, "QUEUED", None)})
        self.rpcs.compare({"a": (1, "DELIVERED", None)})

    def test_an_acknowledged_reply_stays(self):
        self.rpcs.received(7, 1)
        self.rpcs.begin_answer(7)
        self.rpcs.acknowledge_answer()
        self.rpcs.compare({"a": (1, "SUCCESSFUL", {"done": 1})})
        with self.assertRaises(Loss):
            self.rpcs.compare({"a": (1, "SUCCESSFUL", None)})
        with self.assertRaises(Loss):
            self.rpcs.compare({"a": (1, "DELIVERED", None)})

    def test_a_number_is_used_once(self):
        self.rpcs.begin_creation()
        self.rpcs.acknowledge_creation("b")
        self.rpcs.received(7, 1)
        self.rpcs.received(7, 1)
        with self.assertRaises(Loss):
            self.rpcs.received(7, 2)

    def test_an_open_creation_may_be_there(self):
        self.rpcs.begin_creation()
        self.rpcs.compare({"a": (1, "QUEUED", None), "b": (2, "QUEUED", None)})
        with self.assertRaises(Loss):
            self.rpcs.compare({"a": (1, "QUEUED", None)})


class DevicesTest(unittest.TestCase):
    def test_an_acknowledged_device_is_missed(self):
        devices = Devices()
        devices.begin("t")
        devices.acknowledge("id")
        devices.begin("u")
        devices.compare({"t": "id"}.get)
        with self.assertRaises(Loss):
            devices.compare({}.get)


if __name__ == "__main__":
    unittest.main()
