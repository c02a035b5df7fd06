#!/usr/bin/env python3
"""LVM for tests, called by the names of its commands: volumes are files below HOME/dev, what they are is in HOME/lvm.json."""
import json, os, sys

HOME = os.path.dirname(os.path.dirname(os.path.abspath(sys.argv[0])))
verb, words = os.path.basename(sys.argv[0]), sys.argv[1:]
state = json.load(open(HOME + "/lvm.json"))
EXTENT = 4 * 2**20


def option(*names):
    return next((words[i + 1] for i, word in enumerate(words) if word in names), None)


def path(group, name):
    return f"{HOME}/dev/{group}/{name}"


def free(group):
    return state[group]["size"] - sum(one["size"] for one in state[group]["volumes"].values())


def give_up(text):
    print(text, file=sys.stderr)
    sys.exit(5)


if verb not in ("lvs", "vgs"):
    with open(HOME + "/lvm.log", "a") as log:
        print(verb, *[word.replace(HOME, "") for word in words], file=log)
    if os.path.exists(HOME + "/lvm-fails") and open(HOME + "/lvm-fails").read().strip() in " ".join([verb, *words]):
        give_up("device-mapper: reload ioctl failed: No space left in table")
target = words[-1].replace("/dev/", "").split("/") if words else []
if verb == "lvs":
    rows = [
        {
            **{"vg_name": group, "lv_name": name, "lv_attr": one["attr"], "lv_size": str(one["size"])},
            **{"origin": one["origin"], "origin_size": "", "data_percent": one["used"], "lv_tags": one["tags"]},
            **{"lv_path": path(group, name), "lv_dm_path": f"/dev/mapper/{group}-{name.replace('-', '--')}"},
            **{"vg_free": str(free(group)), "vg_extent_size": str(EXTENT)},
        }
        for group in state
        for name, one in state[group]["volumes"].items()
    ]
    if "--noheadings" in words:
        print("\n".join(row["lv_name"] for row in rows))
        sys.exit()
    print(json.dumps({"report": [{"lv": rows}]}))
elif verb == "vgs":
    print(free(words[-1]) / 2**20)
elif verb == "lvcreate":
    size = int(option("--size").rstrip("b"))
    is_snapshot = "--snapshot" in words
    group, origin = target if is_snapshot else (target[-1], "")
    name = option("--name")
    if size > free(group):
        give_up("insufficient free space")
    if name in state[group]["volumes"]:
        give_up("already exists")
    one = {"size": size, "origin": origin, "used": "0.00" if is_snapshot else "", "tags": option("--addtag") or ""}
    state[group]["volumes"][name] = {**one, "attr": "swi-a-s---" if is_snapshot else "-wi-a-----"}
    if is_snapshot:
        os.system(f"cp --sparse=always {path(group, origin)} {path(group, name)}")
    else:
        with open(path(group, name), "wb") as new:
            # What lay there before is not zeros.
            new.write(b"\xff" * min(size, 2**22))
            new.truncate(size)
elif verb == "lvremove":
    del state[target[0]]["volumes"][target[1]]
    os.remove(path(*target))
elif verb == "lvextend":
    state[target[0]]["volumes"][target[1]]["size"] += int(option("--size").strip("+b"))
elif verb == "lvchange":
    gone = option("--deltag")
    if gone:
        state[target[0]]["volumes"][target[1]]["tags"] = ""
elif verb == "lvconvert":
    for one in words[words.index("--merge") + 1 :]:
        group, name = one.split("/")
        volume = state[group]["volumes"].pop(name)
        os.replace(path(group, name), path(group, volume["origin"]))
json.dump(state, open(HOME + "/lvm.json", "w"))
