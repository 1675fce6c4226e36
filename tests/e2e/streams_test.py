"""Logs that are streams: nginx's syslog over UDP and a Unix socket, syslog over TCP, a FIFO, standard input."""

import os
import socket

from harness import Serve, TempDirTest, main, promtool, total, wait_for
from production_test import Nginx

LINE = '127.0.0.1 - - [24/Nov/2026:09:00:00 +0000] "GET /items/%d HTTP/1.1" 200 2 "-" "curl"\n'


def counted(serve):
    return total(serve.scrape(), "http_requests_total")


def stream_of(serve):
    """What the start says about the stream: its name with the real port."""
    record = serve.wait_record(lambda r: r["msg"] == "reading a stream")
    assert len(record["caveat"]) > 20, record
    return record["stream"]


class Syslog(TempDirTest):
    def test_nginx_over_udp(self):
        with Serve("--format", "combined", "syslog+udp://127.0.0.1:0") as serve:
            port = stream_of(serve).rsplit(":", 1)[1]
            nginx = Nginx(self.dir, f"syslog:server=127.0.0.1:{port},tag=shop combined")
            self.addCleanup(lambda: nginx.process.poll() is None and nginx.stop())
            wait_for(lambda: counted(serve) >= 1, "the first request")  # nginx was asked whether it is up
            before = counted(serve)
            for n in range(200):
                nginx.request(f"/items/{n}")
            nginx.stop()
            wait_for(lambda: counted(serve) == before + 200, "200 requests")
            _, _, body = serve.get()
            promtool(body.decode())
            self.assertIn(f'routemeter_stream_lost_total{{reason="buffer_full",stream="udp 127.0.0.1:{port}"}} 0',
                          body.decode())
            page = serve.get("/")[2].decode()
            self.assertIn("UDP datagrams lost on the way", page)

    def test_nginx_over_a_unix_socket(self):
        path = os.path.join(self.dir, "log.sock")
        with Serve("--format", "combined", f"syslog+unix://{path}") as serve:
            self.assertIn(path, stream_of(serve))
            nginx = Nginx(self.dir, f"syslog:server=unix:{path} combined")
            self.addCleanup(lambda: nginx.process.poll() is None and nginx.stop())
            wait_for(lambda: counted(serve) >= 1, "the first request")
            before = counted(serve)
            # nginx does not wait when the queue (net.unix.max_dgram_qlen, 10 by default) is full: the message is lost.
            for group in range(40):
                for n in range(5):
                    nginx.request(f"/items/{n}")
                wait_for(lambda: counted(serve) == before + 5 * (group + 1), "the requests so far")
            nginx.stop()

    def test_tcp_in_both_framings_and_what_is_torn_is_told(self):
        with Serve("--format", "combined", "syslog+tcp://127.0.0.1:0") as serve:
            port = int(stream_of(serve).rsplit(":", 1)[1])
            with socket.create_connection(("127.0.0.1", port)) as sender:
                for n in range(50):
                    sender.sendall(b"<190>Nov 24 09:00:00 web nginx: " + (LINE % n).encode())
            with socket.create_connection(("127.0.0.1", port)) as sender:
                for n in range(50):
                    message = b"<190>1 2026-11-24T09:00:00Z web nginx - - - " + (LINE % n).encode().rstrip()
                    sender.sendall(b"%d %s" % (len(message), message))
                sender.sendall(b"300 <190>1 2026-11-24T09:00:00Z web cut off here")
            wait_for(lambda: counted(serve) == 100, "100 requests")
            wait_for(lambda: total(serve.scrape(), "routemeter_stream_lost_total", reason="torn") == 1,
                     "the torn message")
            self.assertEqual(total(serve.scrape(), "routemeter_stream_connections_total", result="accepted"), 2)
            self.assertIn("lost 1 message", serve.get("/")[2].decode())


class Pipes(TempDirTest):
    def test_fifo_with_one_writer_after_the_other(self):
        path = os.path.join(self.dir, "log.fifo")
        os.mkfifo(path)
        state = os.path.join(self.dir, "state")
        with Serve("--format", "combined", "--state-dir", state, path) as serve:
            self.assertEqual(stream_of(serve), f"fifo {path}")
            for writer in range(3):
                with open(path, "w") as fifo:
                    for n in range(100):
                        fifo.write(LINE % n)
            wait_for(lambda: counted(serve) == 300, "300 requests")
            self.assertEqual(serve.stop(), 0)
        with Serve("--format", "combined", "--state-dir", state, path) as serve:
            self.assertEqual(counted(serve), 300)
            with open(path, "w") as fifo:
                fifo.write(LINE % 1)
            wait_for(lambda: counted(serve) == 301, "one more")

    def test_standard_input_to_its_end(self):
        read_end, write_end = os.pipe()
        serve = Serve("--format", "combined", "-", stdin=read_end)
        os.close(read_end)
        with serve:
            self.assertEqual(stream_of(serve), "stdin")
            os.write(write_end, (LINE % 1).encode() * 10)
            wait_for(lambda: counted(serve) == 10, "10 requests")
            os.write(write_end, (LINE % 2).encode()[:-1])  # its end comes with the end of the stream
            os.close(write_end)
            wait_for(lambda: counted(serve) == 11, "the last line")
            self.assertEqual(serve.stop(), 0)


if __name__ == "__main__":
    main()
