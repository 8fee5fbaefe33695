"""aiortc (Debian's python3-aiortc), as its users write it: aiortc_client.py whip|whep URL [SECONDS]

Sends a red picture and a tone of 600 Hz, or counts what it is sent. Prints one line of JSON at its end. It stays for
SECONDS, or until its standard input is closed.
"""
import asyncio
import fractions
import json
import math
import struct
import sys
import urllib.request

from aiortc import MediaStreamTrack, RTCPeerConnection, RTCSessionDescription, VideoStreamTrack
from av import AudioFrame, VideoFrame


class Tone(MediaStreamTrack):
    kind = "audio"

    def __init__(self):
        super().__init__()
        self.at = 0
        self.start = None

    async def recv(self):
        rate, count = 48000, 960
        if self.start is None:
            self.start = asyncio.get_running_loop().time()
        await asyncio.sleep(max(0, self.start + self.at / rate - asyncio.get_running_loop().time()))
        values = [int(8000 * math.sin(2 * math.pi * 600 * (self.at + i) / rate)) for i in range(count)]
        frame = AudioFrame(format="s16", layout="mono", samples=count)
        frame.planes[0].update(struct.pack(f"<{count}h", *values))
        frame.pts, frame.sample_rate, frame.time_base = self.at, rate, fractions.Fraction(1, rate)
        self.at += count
        return frame


class Red(VideoStreamTrack):
    async def recv(self):
        pts, time_base = await self.next_timestamp()
        frame = VideoFrame(320, 180, "yuv420p")
        for plane, value in zip(frame.planes, (81, 90, 240)):
            plane.update(bytes([value]) * plane.buffer_size)
        frame.pts, frame.time_base = pts, time_base
        return frame


def post(url, sdp):
    request = urllib.request.Request(url, sdp.encode(), {"Content-Type": "application/sdp"}, method="POST")
    with urllib.request.urlopen(request) as answer:
        return answer.status, answer.headers["Location"], answer.read().decode()


async def count(track, counts):
    try:
        while True:
            await track.recv()
            counts[track.kind] += 1
    except Exception:  # the track has ended
        pass


async def main(kind, url):
    loop = asyncio.get_running_loop()
    pc = RTCPeerConnection()
    counts = {"audio": 0, "video": 0}
    tasks = []
    pc.on("track", lambda track: tasks.append(loop.create_task(count(track, counts))))
    if kind == "whip":
        pc.addTrack(Tone())
        pc.addTrack(Red())
    else:
        pc.addTransceiver("audio", direction="recvonly")
        pc.addTransceiver("video", direction="recvonly")
    await pc.setLocalDescription(await pc.createOffer())
    status, location, sdp = await loop.run_in_executor(None, post, url, pc.localDescription.sdp)
    await pc.setRemoteDescription(RTCSessionDescription(sdp, "answer"))
    print(json.dumps({"status": status, "location": location}), flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    print(json.dumps({"state": pc.connectionState, **counts}), flush=True)
    await pc.close()


asyncio.run(main(sys.argv[1], sys.argv[2]))
