"""Ports for servers of tests. Standard library only."""

import pathlib
import random
import socket


def free_port(address="127.0.0.1"):
    """A port that nobody uses, and that the kernel gives to no client: a server that is killed finds it free again."""
    clients_from = int(pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    while True:
        port = random.randrange(10_000, max(clients_from, 11_000))
        with socket.socket() as probe:
            try:
                probe.bind((address, port))
            except OSError:
                continue
        return port
