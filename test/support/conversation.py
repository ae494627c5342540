"""The README's conversation with nothing but Python's standard library. Prints what A and B got, a line each."""
import base64
import json
import os
import socket
import struct
import sys


class Session:
    def __init__(self, port, user_id):
        self.stream = socket.create_connection(("127.0.0.1", port), timeout=10)
        key = base64.b64encode(os.urandom(16)).decode()
        self.stream.sendall(
            (
                f"GET /websocket/{user_id} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                f"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n"
            ).encode()
        )
        self.buffer = b""
        while b"\r\n\r\n" not in self.buffer:
            self.more()
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        assert b" 101 " in head.split(b"\r\n", 1)[0], head

    def more(self):
        chunk = self.stream.recv(65536)
        assert chunk, "the server ended the connection"
        self.buffer += chunk

    def take(self, count):
        while len(self.buffer) < count:
            self.more()
        taken, self.buffer = self.buffer[:count], self.buffer[count:]
        return taken

    def send(self, text):
        self.send_frame(0x81, text.encode())

    def send_frame(self, first, payload):
        assert len(payload) < 126
        mask = os.urandom(4)
        masked = bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))
        self.stream.sendall(bytes([first, 0x80 | len(payload)]) + mask + masked)

    def receive(self):
        first, length = self.take(2)
        if first == 0x89:  # a ping; its payload goes back in a pong
            self.send_frame(0x8A, self.take(length))
            return self.receive()
        assert first == 0x81, first
        if length == 126:
            (length,) = struct.unpack(">H", self.take(2))
        return self.take(length).decode()


port = int(sys.argv[1])
a, b = Session(port, "A"), Session(port, "B")
a.send("ping")
print(a.receive())
a.send(json.dumps({"toUserId": "B", "message": "hello"}))
print(b.receive())
b.send("good morning")
print(a.receive())
print(b.receive())
