"""A python3-libvirt client that measures itself: reads commands, prints =MILLISECONDS.

They are of the clock, and for `sweep-cpu` of this process on a CPU.
"""

import sys
import threading
import time

import libvirt

connection = libvirt.open(sys.argv[1])
mask = int(sys.argv[2])
flags = (
    libvirt.VIR_CONNECT_GET_ALL_DOMAINS_STATS_NOWAIT
    | libvirt.VIR_CONNECT_GET_ALL_DOMAINS_STATS_RUNNING
)


def sweep():
    return connection.getAllDomainStats(mask, flags)


def pipelined(count):
    threads = 16

    def worker():
        for _ in range(count // threads):
            connection.getHostname()

    running = [threading.Thread(target=worker) for _ in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()


for line in sys.stdin:
    words = line.split()
    clock = time.process_time if words[0] == "sweep-cpu" else time.perf_counter
    start = clock()
    if words[0] == "call":
        connection.getHostname()
    elif words[0].startswith("sweep"):
        sweep()
    else:
        pipelined(int(words[1]))
    print(f"={(clock() - start) * 1000:.4f}", flush=True)
