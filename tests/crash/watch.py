"""Says in which order files came into folders: inotify, through the C library. One thread, stopped by stop()."""
import ctypes
import os
import select
import struct
import threading

MOVED_TO = 0x80


class Watch:
    def __init__(self, folders):
        """`folders`: name to path. `arrived[name]`: names of files in the order in which each first came by renaming."""
        self.libc = ctypes.CDLL(None, use_errno=True)
        self.descriptor = self.libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        self.names = {}
        self.arrived = {name: [] for name in folders}
        for name, path in folders.items():
            watched = self.libc.inotify_add_watch(self.descriptor, os.fsencode(path), MOVED_TO)
            if watched < 0:
                raise OSError(ctypes.get_errno(), f"cannot watch {path}")
            self.names[watched] = name
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        while not self.stopping.is_set():
            if select.select([self.descriptor], [], [], 0.1)[0]:
                self.take(os.read(self.descriptor, 1 << 16))

    def take(self, data):
        at = 0
        while at < len(data):
            watched, _, _, size = struct.unpack_from("iIII", data, at)
            name = data[at + 16:at + 16 + size].rstrip(b"\0").decode()
            at += 16 + size
            seen = self.arrived[self.names[watched]]
            if name not in seen:
                seen.append(name)

    def stop(self):
        self.stopping.set()
        self.thread.join()
        os.close(self.descriptor)
