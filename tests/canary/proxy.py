"""A TCP relay that keeps every byte that passes, both ways: what somebody on the wire would hold. Threads, stopped by stop()."""
import socket
import threading


class Proxy:
    def __init__(self, port):
        self.to = ("127.0.0.1", port)
        self.kept = {}  # (connection, direction): bytes
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.open = []
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                peer, _ = self.listener.accept()
            except OSError:
                return
            try:
                there = socket.create_connection(self.to)
            except OSError:
                peer.close()
                continue
            number = len(self.open)
            self.open.append((peer, there))
            for direction, (source, sink) in enumerate(((peer, there), (there, peer))):
                threading.Thread(target=self.relay, args=(number, direction, source, sink), daemon=True).start()

    def relay(self, number, direction, source, sink):
        kept = self.kept.setdefault((number, direction), bytearray())
        try:
            while data := source.recv(1 << 16):
                kept += data
                sink.sendall(data)
        except OSError:
            pass
        for end in (source, sink):
            end.close()

    def stop(self):
        self.listener.close()
        for pair in self.open:
            for end in pair:
                end.close()
