#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the seeds of the fuzz targets, a folder for each: make_corpus.py OUTPUT MODELS [CASES]

What is right stands beside what once went wrong. MODELS is the folder of the cards; CASES, where it is there, holds
hostile/*.pt. The same files come out each time.
"""
import hashlib
import io
import json
import pathlib
import pickle
import random
import struct
import sys
import types
import zipfile


class Storage:
    def __init__(self, kind, key, values):
        self.kind, self.key, self.values = kind, key, values


def torch_names():
    """Names that pickle writes as PyTorch does, without PyTorch"""
    names = {}
    for module, items in {"torch": ["FloatStorage", "DoubleStorage", "LongStorage"],
                          "torch._utils": ["_rebuild_tensor_v2", "_rebuild_parameter"]}.items():
        sys.modules.setdefault(module, types.ModuleType(module))
        for name in items:
            made = type(name, (), {}) if name[0] != "_" else types.FunctionType((lambda *a: None).__code__, {}, name)
            made.__module__, made.__qualname__, made.__name__ = module, name, name
            setattr(sys.modules[module], name, made)
            names[name] = made
    return names


NAMES = torch_names()
SIZES = {"FloatStorage": "f", "DoubleStorage": "d", "LongStorage": "q"}


class Tensor:
    def __init__(self, kind, key, values, sizes, strides=None, offset=0):
        self.storage = Storage(kind, key, values)
        if strides is None:
            strides, step = [], 1
            for size in reversed(sizes):
                strides.insert(0, step)
                step *= size
        self.view = (offset, tuple(sizes), tuple(strides))

    def __reduce__(self):
        return NAMES["_rebuild_tensor_v2"], (self.storage, *self.view, False, {})


def pickled(value):
    storages = []

    class Pickler(pickle.Pickler):
        def persistent_id(self, item):
            if not isinstance(item, Storage):
                return None
            storages.append(item)
            return "storage", NAMES[item.kind], item.key, "cpu", len(item.values)

    out = io.BytesIO()
    Pickler(out, 2).dump(value)
    return out.getvalue(), storages


def raw(storage):
    return struct.pack("<%d%s" % (len(storage.values), SIZES[storage.kind]), *storage.values)


def zipped(records):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, data in records:
            archive.writestr(zipfile.ZipInfo(name), data)
    return out.getvalue()


def as_zip(value):
    data, storages = pickled(value)
    return zipped([("a/data.pkl", data), ("a/version", b"3\n")] + [("a/data/" + s.key, raw(s)) for s in storages])


def as_legacy(value):
    data, storages = pickled(value)
    parts = [pickle.dumps(0x1950a86a20f9469cfc6c, 2), pickle.dumps(1001, 2),
             pickle.dumps({"little_endian": True}, 2), data, pickle.dumps([s.key for s in storages], 2)]
    return b"".join(parts + [struct.pack("<q", len(s.values)) + raw(s) for s in storages])


def weights():
    state = {"module.conv.weight": Tensor("FloatStorage", "0", [0.5] * 24, (2, 3, 2, 2)),
             "module.conv.bias": Tensor("FloatStorage", "1", [0.0, 1.0], (2,)),
             "module.bn.num_batches_tracked": Tensor("LongStorage", "2", [7], ())}
    yield "plain.pt", as_zip(state)
    yield "legacy.pt", as_legacy(state)
    yield "checkpoint.pth.tar", as_zip({"epoch": 3, "arch": "net", "best": 0.5, "big": 1 << 40, "state_dict": state})
    yield "legacy.pth.tar", as_legacy({"epoch": 3, "state_dict": state})
    yield "pickle", pickled(state)[0]
    for name, view in {"negative_offset": ((4,), (1,), -4), "negative_stride": ((4,), (-1,), 0),
                       "huge": ((1 << 40,), (1,), 0), "repeated": ((1 << 40,), (0,), 0),
                       "overflow": ((1 << 62, 4), (1 << 62, 1), 1)}.items():
        yield name + ".pt", as_zip({"a": Tensor("FloatStorage", "0", [1.0] * 4, *view)})
    for name, data in {"reduce": b"\x80\x02R.", "tuple": b"\x80\x02t.", "text": b"\x80\x02X\xff\xff\xff\xffabc.",
                       "nested": b"\x80\x02)" + b"\x85" * 1000 + b".", "call": b"\x80\x02cos\nsystem\nU\x02ls\x85R.",
                       "self": b"\x80\x02]q\x00h\x00a.", "memo": b"\x80\x02h\x09."}.items():
        yield name, data
        yield name + ".pt", zipped([("a/data.pkl", data)])
    whole = as_zip(state)
    yield "cut.pt", whole[:len(whole) // 2]
    yield "directory_behind.pt", whole[:-10] + struct.pack("<IIH", 0, 1 << 31, 0)


def feature_files():
    whole = {"features": Tensor("FloatStorage", "0", [0.25] * 24, (2, 3, 4)),
             "region_boxes": Tensor("FloatStorage", "1", [0, 0, 1, 1, .25, .25, .5, .5], (2, 4)),
             "times": Tensor("DoubleStorage", "2", [0, 1, 1, 2, 2, 3], (3, 2)), "video_id": "a", "label": "fight",
             "frames": 24, "fps": 25.0, "bundle": "watch", "bundle_sha256": "00", "regions": "full,actor"}
    yield "whole.pt", as_zip(whole)
    yield "legacy.pt", as_legacy(whole)
    for name, change in {"nan": {"fps": float("nan")}, "frames": {"frames": -1}, "text": {"label": 3},
                         "times": {"times": Tensor("DoubleStorage", "2", [0, 1e300, float("nan"), 2, 2, 3], (3, 2))},
                         "values": {"features": Tensor("FloatStorage", "0", [float("inf")] * 24, (2, 3, 4))},
                         "shape": {"features": Tensor("FloatStorage", "0", [1.0] * 24, (3, 2, 4))}}.items():
        yield name + ".pt", as_zip({**whole, **change})


RESULT = {"schema": 1, "timestamp": 40000000, "resolution": {"height": 240, "width": 320}, "source": "a.mp4",
          "model": "watch",
          "objects": [{"detection": {"bounding_box": {"x_max": .5, "x_min": .25, "y_max": .9, "y_min": .1},
                                     "confidence": .9, "label": "person", "label_id": 0},
                       "detected": True, "h": 10, "w": 10, "x": 1, "y": 1, "roi_type": "person", "id": 3}],
          "activity": {"scope": "window", "label": "fight", "label_id": 1, "confidence": .8, "start": 0, "end": 2.5,
                       "top_k": [{"label": "fight", "label_id": 1, "confidence": .8}],
                       "regions": [{"kind": "full", "weight": .5,
                                    "bounding_box": {"x_max": 1, "x_min": 0, "y_max": 1, "y_min": 0}}],
                       "salience": [{"start": 0, "end": 1, "weight": .3}],
                       "heat": {"columns": 2, "rows": 2, "values": [0, 255, 3, 4],
                                "bounding_box": {"x_max": 1, "x_min": 0, "y_max": 1, "y_min": 0}}}}


def hostile_texts():
    yield "deep", b'{"title":' + b"[" * 100000 + b"]" * 100000 + b"}"
    yield "twice", b'{"schema": 1, "schema": 1}'
    yield "huge_number", b'{"schema": 1e400}'
    yield "latin1", b'{"title": "caf\xe9"}'
    yield "empty", b""


def results():
    line = json.dumps(RESULT).encode()
    yield "two", line + b"\n\n" + line + b"\r\n"
    for name, (old, new) in {"confidence": (b'"confidence": 0.8', b'"confidence": 1e300'),
                             "start": (b'"start": 0', b'"start": -1e300'), "id": (b'"id": 3', b'"id": 4294967295'),
                             "box": (b'"x_min": 0.25', b'"x_min": 1e300'), "heat": (b'"rows": 2', b'"rows": -2'),
                             "label": (b'"fight"', b'"\\u001b[31m\\n"')}.items():
        yield name, line.replace(old, new) + b"\n"
    yield from hostile_texts()


def cards(models):
    for card in sorted(models.glob("*/card.json")):
        yield card.parent.name, card.read_bytes()
    yield from hostile_texts()


def lists():
    csv = b"path,label,group,split,start,end,ends_after,weight,overlap\na.mp4,fight,g1,train,0,10%,0,1,1\n" \
          b"b.mp4,fall,g2,train,1.5,4,2,2.2,0.5\nc.mp4,fight,g3,val,,,,,\n"
    text = b"a b.mp4 fight\nfile:///c%20d.mp4 fall\n"
    net = json.dumps({"database": {"v1": {"subset": "training", "annotations": [
        {"segment": [1.5, 4], "label": "fight"}, {"segment": [5, 6], "label": "fall"}]}}}).encode()
    yield "csv", b"\x00" + csv
    yield "csv_many", b"\x81" + csv.replace(b"fight", b"fight 1 2;fall 10% 20%")
    yield "csv_semicolon", b"\x00" + csv.replace(b",", b";").replace(b"path;label", b"Path;Label")
    yield "csv_inf", b"\x00" + csv.replace(b"2.2", b"inf")
    yield "csv_bom", b"\x00\xef\xbb\xbf" + csv
    yield "csv_utf16", b"\x00" + csv.decode().encode("utf-16")
    yield "csv_quote", b"\x00" + csv.replace(b"fall", b'"fa"ll')
    yield "kinetics", b"\x00label,youtube_id,time_start,time_end,split\nfight,abc,1,11,train\nfall,def,nan,1e300,val\n"
    yield "charades", b"\x00id,subject,actions\nAAA,S1,c092 11.90 21.20;c147 0.00 12.60\n"
    yield "json", b"\x01" + net
    yield "json_times", b"\x01" + net.replace(b"1.5", b"1e300")
    yield "lines", b"\x02" + text
    for name, data in hostile_texts():
        yield "json_" + name, b"\x01" + data


def calibrations():
    good = {"schema": 1, "weights_sha256": hashlib.sha256(b"weights").hexdigest(),
            "held_out": {"clips": 3, "cosine": .995, "top1_agreement": 1}, "ranges": {"input": 1.5, "stem": 3.25}}
    yield "good", json.dumps(good).encode()
    for name, change in {"clips": {"held_out": {"clips": 1e300, "cosine": 2, "top1_agreement": 1}},
                         "ranges": {"ranges": [1, 2]}, "range": {"ranges": {"input": -1e300}}}.items():
        yield name, json.dumps({**good, **change}).encode()
    yield from hostile_texts()


def cfgs():
    cfg = b"[net]\nwidth=32\nheight=32\nchannels=3\n# comment\n[convolutional]\nbatch_normalize=1\nfilters=8\nsize=3\n" \
          b"stride=2\npad=1\nactivation=leaky\n[convolutional]\ngroups=8\nfilters=8\nsize=3\npad=1\n[maxpool]\nsize=3\n" \
          b"stride=1\n[route]\nlayers=-1,-2\n[upsample]\nstride=2\n[shortcut]\nfrom=-1\n[dropout]\nprobability=.1\n" \
          b"[convolutional]\nfilters=18\nsize=1\n[yolo]\nmask=0,1,2\nanchors=1,2, 3,4, 5,6\nclasses=1\nnum=3\n"
    yield "small", cfg
    for name, (old, new) in {"groups": (b"groups=8", b"groups=abc"), "zero": (b"groups=8", b"groups=0"),
                             "stride": (b"stride=2", b"stride=0"), "from": (b"from=-1", b"from=-99"),
                             "mask": (b"mask=0,1,2", b"mask=,"), "filters": (b"filters=8", b"filters=9999999999")}.items():
        yield name, cfg.replace(old, new)
    yield "empty", b""


def networks():
    def node(op, inputs, **fields):
        return {"op": op, "name": "n", "inputs": inputs, "kernel": [1, 1, 1], "stride": [1, 1, 1], "same": False,
                "before": [0, 0, 0], "after": [0, 0, 0], "weight": None, "bias": None, "groups": 1, "slope": 1.0,
                "gain": 1.0, "factor": 1, "upsampling": 0, "first_channel": 0, "channels": 0, **fields}

    def file(text, floats):
        text = json.dumps({"key": "a", **text}).encode()
        return struct.pack("<I", len(text)) + text + struct.pack("<%df" % floats, *[0.5] * floats)

    def network(**changes):
        nodes = {0: node(8, [0], kernel=[2, 1, 1], gain=2.5),
                 1: node(1, [1], kernel=[1, 2, 2], stride=[1, 2, 2], same=True, slope=0.0, limit=6.0,
                         weight={"shape": [2, 3, 1, 2, 2]}, bias={"shape": [2]}),
                 2: node(2, [2], kernel=[1, 2, 2], before=[0, 1, 0]), 3: node(3, [3]), 4: node(5, [4], channels=1),
                 5: node(4, [4, 5]), 6: node(6, [6, 6], slope=0.0), 7: node(7, [7], factor=2, upsampling=1)}
        text = {"nodes": [{**n, **changes.get("node", {}).get(i, {})} for i, n in nodes.items()], "outputs": [6, 8],
                "clip": [3, 4, 8, 8], "channels": 3, "flops_per_pixel": 10.5}
        return file({**text, **changes.get("text", {})}, 26)
    yield "good", network()
    yield "head", file({"head_channels": 5, "head_motion": 2,
                        "head": [{"name": "fc.weight", "shape": [2, 3]}, {"name": "fc.bias", "shape": [2]}]}, 8)
    yield "head_of_nothing", file({"head_channels": 2, "head_motion": 3, "head": []}, 0)
    for name, change in {"stride": {1: {"stride": [0, 1, 1]}}, "inputs": {2: {"inputs": []}},
                         "before": {1: {"same": False, "before": [0, 10**8, 0]}}, "kernel": {1: {"kernel": [1, 1, 2]}},
                         "huge": {7: {"factor": 1 << 62}}, "gain": {0: {"gain": 1e300}}}.items():
        yield name, network(node=change)
    for name, change in {"clip": {"clip": [3, 1 << 40, 8, 8]}, "outputs": {"outputs": [-1]}, "nodes": {"nodes": 3}}.items():
        yield name, network(text=change)
    for name, data in hostile_texts():
        yield name, struct.pack("<I", len(data)) + data


def stamps():
    def frames(*steps):  # of 1/16 ms, or a pair of those and how often they are doubled, below 32
        pairs = [step if isinstance(step, tuple) else (step, 0) for step in steps]
        return b"\x07\x28\xe8\x03\x00" + b"".join(struct.pack("<hB", *pair) for pair in pairs)
    second, year = (16000, 0), (31550, 28)
    yield "steady", frames(*[640] * 100)
    yield "equal", frames(*[0] * 100)
    yield "back", frames(*[640] * 50, *[-640] * 50, *[640] * 50)
    yield "gap", frames(*[640] * 30, 32000, *[640] * 30)
    yield "gap_of_a_year", frames(*[640] * 30, year, *[640] * 30, (-year[0], year[1]), *[640] * 30)
    yield "latest", frames(*[640] * 30, *[(32767, 31)] * 4, *[640] * 30)
    yield "slow", frames(*[second] * 30)
    yield "durations", frames(*[(640, 32 * (i % 8)) for i in range(100)])
    yield "restart", frames(*[640] * 30, -32768, *[640] * 30)
    yield "random", random.Random(1).randbytes(600)


def containers():
    def box(kind, *inside):
        data = b"".join(inside)
        return struct.pack(">I", 8 + len(data)) + kind + data

    def header(kind, units, duration):  # mvhd, mdhd
        return box(kind, bytes(12), struct.pack(">II", units, duration), bytes(16))

    def mp4(stated, *tracks, more=b""):
        return box(b"ftyp", b"isom0000mp42") + box(b"mdat", b"x" * 100) + \
            box(b"moov", header(b"mvhd", 1000, stated), *[box(b"trak", *track) for track in tracks], more)

    def media(later=0, duration=100):
        times = box(b"ctts", struct.pack(">IIII", 0, 1, 9, later))
        kind = box(b"hdlr", bytes(8), b"vide")
        return box(b"mdia", header(b"mdhd", 10, duration), kind, box(b"minf", box(b"stbl", times)))

    def edits(*times):
        listed = b"".join(struct.pack(">III", 3000, time, 0x10000) for time in times)
        return box(b"edts", box(b"elst", struct.pack(">II", 0, len(times)), listed))

    def chunk(kind, data):
        return kind + struct.pack("<I", len(data)) + data + bytes(len(data) % 2)

    def avi(*chunks):
        head = chunk(b"LIST", b"hdrl" + chunk(b"LIST", b"strl" + chunk(b"strh", b"vidsH264")))
        return chunk(b"RIFF", b"AVI " + head + chunk(b"LIST", b"movi" + b"".join(chunks)))

    plain, cut = mp4(10000, [media()]), mp4(5000, [edits(50), media()])
    matroska = b"\x1a\x45\xdf\xa3\x83abc\x18\x53\x80\x67\x90" + b"\x1f\x43\xb6\x75" + b"x" * 12
    files = {"plain": plain, "cut": cut, "late": mp4(10000, [media(later=4)]), "less": mp4(0, [media()]),
             "more": mp4(3621500, [media()]), "empty_edit": mp4(5000, [edits(0xffffffff, 50), media()]),
             "many_edits": mp4(5000, [box(b"edts", box(b"elst", struct.pack(">II", 0, 0xffffffff))), media()]),
             "fragments": mp4(0, [media()], more=box(b"mvex")) + box(b"moof") + plain,
             "unknown": mp4(20000, [media(duration=0xffffffff)]), "joined": plain + cut,
             "long_box": struct.pack(">I4sQ", 1, b"ftyp", 24) + bytes(8) + plain,
             "huge_box": box(b"ftyp", b"isom0000mp42") + struct.pack(">I4sQ", 1, b"moov", (1 << 64) - 1),
             "avi": avi(chunk(b"00dc", b"p" * 9)), "avi_of_sound": avi(chunk(b"01wb", b"s" * 9)),
             "avi_joined": avi(chunk(b"00dc", b"p")) * 2, "avi_part": chunk(b"RIFF", b"AVI ")[:-6] + b"\xff" * 9,
             "matroska": matroska, "matroska_joined": matroska * 2, "matroska_head": matroska[:12],
             "stream": (b"\x47" + b"x" * 187) * 8, "stream_of_discs": (b"0000\x47" + b"x" * 187) * 8 + b"0000\x47"}
    for name, data in files.items():
        yield name, data
        yield name + "_short", data[:len(data) * 2 // 3]
    yield "text", b"This is no video.\n"
    yield "empty", b""


def main():
    output, models = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    cases = pathlib.Path(sys.argv[3]) if len(sys.argv) > 3 else None
    hostile = sorted((cases / "hostile").glob("*.pt")) if cases else []
    seeds = {"card": list(cards(models)), "weights": list(weights()) + [(f.name, f.read_bytes()) for f in hostile],
             "feature_file": list(feature_files()) + [(f.name, f.read_bytes()) for f in hostile],
             "results": list(results()), "list": list(lists()), "calibration": list(calibrations()),
             "detector_cfg": list(cfgs()), "network": list(networks()), "stamps": list(stamps()),
             "container": list(containers())}
    for target, files in seeds.items():
        (output / target).mkdir(parents=True, exist_ok=True)
        for name, data in files:
            (output / target / name).write_bytes(data)
    print(sum(len(files) for files in seeds.values()), "seeds for", len(seeds), "targets in", output)


main()
